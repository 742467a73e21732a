"""The village notice: rules, amounts, day and complaint contact for everybody to read. No names.

What a rule asks about pregnancy, disability or missing documents is not put on a wall: the notice
says that further needs count and where to ask.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from reportlab.pdfgen.canvas import Canvas

from shockplan.outputs.drawing import Box
from shockplan.outputs.lines import ListHeader, count_lists, village_lists
from shockplan.outputs.list_pdf import titles
from shockplan.outputs.list_sheet import Frame, bookmark, draw_foot, draw_nothing, frame_of
from shockplan.outputs.paper import draw_banners, labelled, new_canvas, paragraph, save
from shockplan.outputs.transfer_terms import met_severities, value_lines
from shockplan.planfile import Condition, TransferSpec
from shockplan.progress import Progress, silent
from shockplan.rule_sentences import rule_sentence
from shockplan.texts import Language, own, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan

NOT_ON_A_WALL = frozenset({"pregnant", "disabled", "birth_unregistered", "document_id"})
SIZE = 12.0
INNER = "\t"  # before a sentence that belongs to the one above it
Parts = tuple[tuple[str, tuple[str, ...]], ...]


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


def notice_parts(plan: "Plan", language: Language) -> Parts:
    """Headings with their sentences, the same in every village; those of an inner level are marked."""
    spec = plan.inputs.spec
    rule = public_part(spec.eligibility.rule)
    who = [] if rule is None else [rule_sentence(rule, language)]
    if rule != spec.eligibility.rule:
        who.append(tr("list.further_needs", None, language))
    amounts = [tr("list.notice_one_of", None, language)] if len(spec.transfers) > 1 else []
    for number, transfer in enumerate(spec.transfers):
        amounts += amount_lines(plan, number, transfer, language)
    free = (tr("list.free", None, language), tr("list.bring_slip", None, language))
    return (
        (tr("list.notice_who", None, language), (*who, tr("list.notice_order", None, language))),
        (tr("list.notice_how_much", None, language), tuple(amounts)),
        (tr("list.notice_bring", None, language), free),
    )


def amount_lines(plan: "Plan", number: int, transfer: TransferSpec, language: Language) -> Iterator[str]:
    """A transfer's name and rounds, for whom it is, and what one round of it is worth as it is paid."""
    name = own(transfer, "name", language)
    code = "list.notice_amount" if transfer.rounds > 1 else "list.notice_amount_once"
    yield tr(code, {"name": name, "rounds": transfer.rounds}, language)
    rule = public_part(transfer.when) if transfer.when else None
    if rule is not None:
        yield INNER + tr("list.notice_for", {"rule": rule_sentence(rule, language)}, language)
    spec, scale = plan.inputs.spec, plan.allocation.scale
    for line in value_lines(transfer, spec.fit, language, met_severities(plan, number), scale):
        yield INNER + line


def public_part(rule: Condition) -> Condition | None:
    """The rule without what it asks about a person's body or papers; None where nothing is left."""
    groups = {name: getattr(rule, name) for name in ("all", "any", "none")}
    for name, members in groups.items():
        if members is not None:
            kept = tuple(part for part in map(public_part, members) if part is not None)
            return rule.model_copy(update={name: kept}) if kept else None
    return None if rule.field in NOT_ON_A_WALL else rule


def draw_notice(canvas: Canvas, frame: Frame, header: ListHeader, parts: Parts) -> None:
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
            left = 26 if sentence.startswith(INNER) else 10
            text = sentence.removeprefix(INNER)
            top = paragraph(canvas, body.x + left, top - 2, body.width - left, text, SIZE)
    contact = frame.text("list.complaints", contact=header.contact or "________________")
    paragraph(canvas, body.x, top - 16, body.width, contact, 14, True)
    canvas.showPage()
