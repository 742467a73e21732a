"""The recipient's slip: one a household, eight a page, to be cut apart and handed out before the day."""

from pathlib import Path
from typing import TYPE_CHECKING

from reportlab.pdfgen.canvas import Canvas

from shockplan.allocator import no_collecting
from shockplan.outputs.drawing import Box
from shockplan.outputs.lao_text import SMALLEST, draw_text, fit, hides, wrap
from shockplan.outputs.lines import Line, ListHeader, count_lists, village_lists
from shockplan.outputs.list_pdf import titles
from shockplan.outputs.list_sheet import Frame, bookmark, draw_nothing, frame_of, round_text
from shockplan.outputs.paper import LEADING, cell, labelled, new_canvas, rules, save
from shockplan.progress import Progress, silent
from shockplan.texts import Language

if TYPE_CHECKING:
    from shockplan.plan import Plan

ACROSS, DOWN = 2, 4
PADDING = 9.0
SMALL = 7.0


def write_slip_pdf(
    plan: "Plan",
    path: Path,
    language: Language,
    progress: Progress = silent,
    round_number: int = 1,
    district: str | None = None,
) -> None:
    """Write the slips of one payment round, a village begins a new page, A4 upright.

    Every slip carries the plan's warnings itself, since it is cut out. Raises OSError where the file
    cannot be written; then nothing is left behind.
    """
    canvas = new_canvas(path, *titles(plan, language, "list.title_slip"), language)
    frame = frame_of(plan, language, (), "list.title_slip")
    boxes = slip_boxes(frame.box)
    count = count_lists(plan, round_number, district)
    opened = ""
    with no_collecting():
        for number, village in enumerate(village_lists(plan, language, round_number, district), 1):
            opened = bookmark(canvas, village.header, opened)
            for start in range(0, len(village.lines), len(boxes)):
                cut_lines(canvas, frame.box)
                for box, line in zip(boxes, village.lines[start : start + len(boxes)], strict=False):
                    draw_slip(canvas, frame, box, village.header, line)
                canvas.showPage()
            progress(0.95 * number / count)
    if not count:
        draw_nothing(canvas, frame, frame.text("list.nobody"))
    save(canvas, path)
    progress(1)


def slip_boxes(page: Box) -> list[Box]:
    """The places of the slips on a page, row by row from the top."""
    width, height = page.width / ACROSS, page.height / DOWN
    return [
        Box(page.x + column * width, page.top - (row + 1) * height, width, height).inset(PADDING)
        for row in range(DOWN)
        for column in range(ACROSS)
    ]


def cut_lines(canvas: Canvas, page: Box) -> None:
    """Dashed lines between the slips."""
    canvas.setDash(4, 3)
    middles = [page.x + column * page.width / ACROSS for column in range(1, ACROSS)]
    levels = [page.y + row * page.height / DOWN for row in range(1, DOWN)]
    lines = [(x, page.y, x, page.top) for x in middles] + [(page.x, y, page.right, y) for y in levels]
    rules(canvas, lines, 0.5)
    canvas.setDash()


def draw_slip(canvas: Canvas, frame: Frame, box: Box, header: ListHeader, line: Line) -> None:
    """Who, how much, where and when, what to bring, whom to call."""
    text = frame.text
    top = draw_slip_banners(canvas, frame, box) - 12
    cell(canvas, box.x, top, box.width * 0.6, frame.title, 10, True)
    cell(canvas, box.x + box.width * 0.6, top, box.width * 0.4, round_text(frame, header), 8.5, align="right")
    top -= 12
    cell(canvas, box.x, top, box.width, " · ".join(filter(None, (header.programme, header.event))), 7.5)
    top -= 17
    fitted = fit(line.head, box.width - 62, 12, 9, 1, True)
    draw_text(canvas, box.x, top, fitted.lines[0], fitted.size, True)
    cell(canvas, box.right - 60, top, 60, f"{text('list.number')} {line.number}", 12, True, "right")
    top -= 12
    identity = " · ".join(part for part in (line.book, line.household_id) if part)
    if hides(line.head, box.width - 62, 12) or hides(identity, box.width, 8.5):
        identity = f"{text('list.in_full')} · {identity}"
    cell(canvas, box.x, top, box.width, identity, 8.5)
    top -= 12
    place = f"{header.village} {header.village_code}".strip()
    cell(canvas, box.x, top, box.width, f"{place} · {header.district} {header.district_code}", 8)
    top -= 19
    amount = f"{line.amount} {text('list.kip')}"
    cell(canvas, box.x, top, box.width, f"{amount} + {line.notes}" if line.notes else amount, 13, True)
    top -= 15
    half = box.width / 2
    labelled(canvas, box.x, top, half - 4, text("list.slip_day"), header.day, 8)
    labelled(canvas, box.x + half, top, half + 6, text("list.slip_place"), header.pay_point, 8)
    top = short_lines(canvas, box, top - 5, bring(frame, line))
    contact = text("list.complaints", contact=header.contact) if header.contact else text("list.free")
    short_lines(canvas, box, top, contact)
    cell(canvas, box.x, box.y, box.width * 0.5, header.list_id, 6.5)
    plan = text("list.fingerprint", fingerprint=header.fingerprint)
    cell(canvas, box.x + box.width * 0.5, box.y, box.width * 0.5, plan, 6.5, align="right")


def bring(frame: Frame, line: Line) -> str:
    """What to bring, and who else may come."""
    said = frame.text("list.bring")
    if not line.collector:
        return said
    collector = frame.text("list.may_collect", name=line.collector)
    return f"{said} {collector}"


def short_lines(canvas: Canvas, box: Box, top: float, text: str) -> float:
    """At most two small lines, so that a long name does not run into the foot; the new top comes back."""
    lines, size = wrap(text, box.width, SMALL), SMALL
    if len(lines) > 2:
        fitted = fit(text, box.width, SMALL, SMALL * SMALLEST, 2)
        lines, size = list(fitted.lines), fitted.size
    for line in lines:
        draw_text(canvas, box.x, top - SMALL, line, size)
        top -= SMALL * LEADING
    return top


def draw_slip_banners(canvas: Canvas, frame: Frame, box: Box) -> float:
    """The warnings in a frame on the slip itself; the top below them comes back."""
    top = box.top
    for banner in frame.warnings.banners:
        canvas.setLineWidth(0.8)
        canvas.rect(box.x, top - 10, box.width, 10)
        cell(canvas, box.x + 3, top - 7.6, box.width - 6, banner, 6.5, True, "center")
        top -= 11
    return top
