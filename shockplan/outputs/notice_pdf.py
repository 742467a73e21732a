"""The village notice: rules, amounts, day and complaint contact for everybody to read. No names.

What a rule asks about pregnancy, disability or missing documents is not put on a wall: the notice
says that further needs count and where to ask.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from reportlab.pdfgen.canvas import Canvas

from shockplan.outputs.drawing import Box
from shockplan.outputs.lines import ListHeader, count_lists, village_lists
from shockplan.outputs.list_pdf import titles
from shockplan.outputs.list_sheet import Frame, bookmark, draw_foot, draw_nothing, frame_of
from shockplan.outputs.paper import draw_banners, labelled, new_canvas, paragraph, save
from shockplan.outputs.plan_teller import transfer_value
from shockplan.planfile import Condition
from shockplan.progress import Progress, silent
from shockplan.rule_sentences import rule_sentence
from shockplan.texts import Language, Value, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan

NOT_ON_A_WALL = frozenset({"pregnant", "disabled", "birth_unregistered", "document_id"})
SIZE = 12.0


def write_notice_pdf(
    plan: "Plan",
    path: Path,
    language: Language,
    progress: Progress = silent,
    district: str | None = None,
) -> None:
    """Write one page for each village where somebody is paid. Raises OSError, leaving nothing behind."""
    canvas = new_canvas(path, *titles(plan, language, "list.title_notice"), language)
    frame = frame_of(plan, language, (), "list.title_notice")
    parts = notice_parts(plan, language)
    count = count_lists(plan, 1, district)
    opened = ""
    for number, village in enumerate(village_lists(plan, language, 1, district), 1):
        opened = bookmark(canvas, village.header, opened)
        draw_notice(canvas, frame, village.header, parts)
        progress(0.95 * number / count)
    if not count:
        draw_nothing(canvas, frame, frame.text("list.nobody"))
    save(canvas, path)
    progress(1)


def notice_parts(plan: "Plan", language: Language) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Headings with their sentences, the same in every village."""
    spec = plan.inputs.spec
    rule = public_part(spec.eligibility.rule)
    who = [] if rule is None else [rule_sentence(rule, language)]
    if rule != spec.eligibility.rule:
        who.append(tr("list.further_needs", None, language))
    amounts = []
    for transfer in spec.transfers:
        name = (transfer.name_lo if language == "lo" else None) or transfer.name
        value = transfer_value(transfer, language)
        args: dict[str, Value] = {"name": name, "value": value, "rounds": transfer.rounds}
        amounts.append(tr("list.notice_amount", args, language))
    free = (tr("list.free", None, language), tr("list.bring_slip", None, language))
    return (
        (tr("list.notice_who", None, language), (*who, tr("list.notice_order", None, language))),
        (tr("list.notice_how_much", None, language), tuple(amounts)),
        (tr("list.notice_bring", None, language), free),
    )


def public_part(rule: Condition) -> Condition | None:
    """The rule without what it asks about a person's body or papers; None where nothing is left."""
    groups = {name: getattr(rule, name) for name in ("all", "any", "none")}
    for name, members in groups.items():
        if members is not None:
            kept = tuple(part for part in map(public_part, members) if part is not None)
            return rule.model_copy(update={name: kept}) if kept else None
    return None if rule.field in NOT_ON_A_WALL else rule


def draw_notice(
    canvas: Canvas, frame: Frame, header: ListHeader, parts: tuple[tuple[str, tuple[str, ...]], ...]
) -> None:
    draw_foot(canvas, frame, header, 1, 1)
    body = draw_banners(canvas, frame.box, frame.warnings)
    body = Box(body.x + 20, body.y, body.width - 40, body.height)
    top = paragraph(canvas, body.x, body.top - 18, body.width, frame.title, 24, True)
    top = paragraph(canvas, body.x, top, body.width, header.programme, 15, True)
    top = paragraph(canvas, body.x, top, body.width, header.event, 13)
    place = f"{header.village} {header.village_code} · {header.district} · {header.province}"
    top = paragraph(canvas, body.x, top - 4, body.width, place, 14, True) - 6
    for code, known in (("list.day", header.day), ("list.pay_point", header.pay_point)):
        top -= 24
        labelled(canvas, body.x, top, body.width, frame.text(code), known, 13)
    top -= 14
    for heading, sentences in parts:
        top = paragraph(canvas, body.x, top - 10, body.width, heading, 14, True)
        for sentence in sentences:
            top = paragraph(canvas, body.x + 10, top - 2, body.width - 10, sentence, SIZE)
    contact = frame.text("list.complaints", contact=header.contact or "________________")
    paragraph(canvas, body.x, top - 16, body.width, contact, 14, True)
    canvas.showPage()
