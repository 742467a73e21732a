"""The village notice: rules, amounts, day and complaint contact for everybody to read. No names.

What a rule asks about pregnancy, disability or missing documents is not put on a wall: the notice
says that further needs count and where to ask.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reportlab.pdfgen.canvas import Canvas

from shockplan.outputs.drawing import Box
from shockplan.outputs.lao_text import wrap
from shockplan.outputs.lines import ListHeader, count_lists, village_lists
from shockplan.outputs.list_pdf import titles
from shockplan.outputs.list_sheet import Frame, bookmark, draw_foot, draw_nothing, frame_of
from shockplan.outputs.paper import LEADING, draw_banners, labelled, new_canvas, paragraph, save
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
SCALES = (1.0, 0.92, 0.84, 0.76)
MOST_DAYS = 6
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
    who = [] if rule is None else [*rule_lines(rule, language)]
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


def rule_lines(rule: Condition, language: Language) -> Iterator[str]:
    """The rule with a line for each of its parts, as far as they are read one by one."""
    parts = rule.all or rule.any
    if not parts or len(parts) == 1:
        yield rule_sentence(rule, language)
        return
    yield tr("list.notice_each" if rule.all else "list.notice_any", None, language)
    for part in parts:
        yield f"{INNER}• {rule_sentence(part, language)}"


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


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph of a notice, or with `label` one fact, its value in bold or to be written in."""

    text: str
    size: float
    bold: bool = False
    gap: float = 0.0  # above
    left: float = 0.0
    label: str = ""

    def height(self, width: float, scale: float) -> float:
        if self.label:
            return (self.gap + self.size) * scale
        lines = len(wrap(self.text, width - self.left, self.size * scale, self.bold))
        return (self.gap + lines * self.size * LEADING) * scale


def blocks_of(frame: Frame, header: ListHeader, parts: Parts) -> Iterator[Block]:
    """A notice from its title to whom to ask."""
    yield Block(frame.title, 24, True)
    yield Block(header.programme, 15, True)
    yield Block(header.event, 13)
    place = f"{header.village} {header.village_code} · {header.district} · {header.province}"
    yield Block(place, 14, True, 4)
    more = "; …" if len(header.days) > MOST_DAYS else ""
    days = "; ".join(header.days[:MOST_DAYS]) + more
    for code, known in (("list.day", days), ("list.pay_point", header.pay_point)):
        yield Block(known, 13, gap=11, label=frame.text(code))
    for number, (heading, sentences) in enumerate(parts):
        yield Block(heading, 14, True, 10 if number else 24)
        for sentence in sentences:
            inner = sentence.startswith(INNER)
            yield Block(sentence.removeprefix(INNER), SIZE, gap=2, left=26 if inner else 10)
    contact = frame.text("list.complaints", contact=header.contact or "________________")
    yield Block(contact, 14, True, 16)


def paged(blocks: Sequence[Block], box: Box) -> tuple[list[list[Block]], float]:
    """The blocks on one page, in smaller letters where they need it, else on as many as the smallest need."""
    for scale in SCALES:
        heights = [block.height(box.width, scale) for block in blocks]
        if sum(heights) <= box.height:
            return [list(blocks)], scale
    pages: list[list[Block]] = [[]]
    room = box.height
    for block, height in zip(blocks, heights, strict=True):
        if height > room and pages[-1]:
            pages.append([])
            room = box.height
        pages[-1].append(block)
        room -= height
    return pages, scale


def draw_notice(canvas: Canvas, frame: Frame, header: ListHeader, parts: Parts) -> None:
    """The notice of one village, on one page wherever it can be."""
    box, above = frame.box, frame.warnings.height + 18
    room = Box(box.x + 20, box.y + 14, box.width - 40, box.height - above - 14)
    pages, scale = paged(list(blocks_of(frame, header, parts)), room)
    for number, blocks in enumerate(pages, start=1):
        draw_foot(canvas, frame, header, number, len(pages))
        draw_banners(canvas, frame.box, frame.warnings)
        top = room.top
        for block in blocks:
            top -= block.gap * scale
            if block.label:
                top -= block.size * scale
                labelled(canvas, room.x, top, room.width, block.label, block.text, block.size * scale)
                continue
            left, size = block.left * scale, block.size * scale
            top = paragraph(canvas, room.x + left, top, room.width - left, block.text, size, block.bold)
        canvas.showPage()
