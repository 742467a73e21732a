"""The distribution list: one list a village and round, signed by every household that is paid.

Rows have one height, high enough for a thumbprint, so the pages of a list are known before it is
drawn: no row is split, and the last page always carries a row beside the total and the witnesses.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from reportlab.pdfgen.canvas import Canvas

from shockplan.allocator import no_collecting
from shockplan.outputs.amount_words import amount_in_words
from shockplan.outputs.lao_text import SMALLEST, draw_text, fit, fits, hides
from shockplan.outputs.lines import Line, VillageList, count_lists, village_lists
from shockplan.outputs.list_code import list_code
from shockplan.outputs.list_sheet import (
    HEAD_FIRST,
    HEAD_NEXT,
    PAD,
    TABLE_HEAD,
    Column,
    Frame,
    Sheet,
    annex_pages,
    bookmark,
    draw_annex,
    draw_nothing,
    draw_table_head,
    frame_of,
    open_page,
    paginate,
    signatures,
)
from shockplan.outputs.paper import MM, cell, new_canvas, paragraph, rules, save
from shockplan.progress import Progress, silent
from shockplan.texts import Language, own, show_number, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan

ROW = 13 * MM
SUM_ROW = 16.0
CLOSING = 164.0
COLUMNS = (
    Column("list.number", 0.05),
    Column("list.book", 0.165),
    Column("list.head", 0.245),
    Column("list.members", 0.065),
    Column("list.amount", 0.135),
    Column("list.signature", 0.205),
    Column("list.remarks", 0.135),
)


def write_list_pdf(
    plan: "Plan",
    path: Path,
    language: Language,
    progress: Progress = silent,
    round_number: int = 1,
    district: str | None = None,
    landscape: bool = False,
) -> None:
    """Write the distribution lists of all villages for one payment round, A4.

    With a `district` (P-code) only the villages of that district.

    Raises OSError where the file cannot be written; then nothing is left behind.
    """
    canvas = new_canvas(path, *titles(plan, language, "list.title"), language, landscape)
    frame = frame_of(plan, language, COLUMNS, "list.title", landscape)
    count = count_lists(plan, round_number, district)
    opened = ""
    with no_collecting():
        for number, village in enumerate(village_lists(plan, language, round_number, district), 1):
            opened = bookmark(canvas, village.header, opened)
            draw_list(canvas, frame, village)
            progress(0.95 * number / count)
    if not count:
        draw_nothing(canvas, frame, frame.text("list.nobody"))
    save(canvas, path)
    progress(1)


def titles(plan: "Plan", language: Language, code: str) -> tuple[str, str]:
    """Title and subject of a list's file."""
    head = plan.inputs.spec.plan
    named = (own(head, name, language) for name in ("programme", "name"))
    title = " · ".join(filter(None, (tr(code, None, language), *named)))
    return title, tr("list.fingerprint", {"fingerprint": plan.fingerprint}, language)


def sheets(rows: int, frame: Frame) -> list[Sheet]:
    """The pages of a list of so many rows, at least one."""
    room = frame.room - TABLE_HEAD - 2 * SUM_ROW  # a page's total, and what it carries forward
    first, after = room - HEAD_FIRST, room - HEAD_NEXT - SUM_ROW
    return paginate([ROW] * rows, first, after, CLOSING - SUM_ROW)


def draw_list(canvas: Canvas, frame: Frame, village: VillageList) -> None:
    """All pages of one village's list, with the texts that were shortened in full at the end."""
    header = village.header
    planned = sheets(len(village.lines), frame)
    annex = annex_pages(frame, list(shortened(frame, village)))
    count = len(planned) + len(annex)
    code = list_code(header.list_id, header.fingerprint, len(village.lines), village.total_kip)
    for number, sheet in enumerate(planned, 1):
        body = open_page(canvas, frame, header, code, number, count)
        draw_rows(canvas, frame, village, sheet, body.top)
        canvas.showPage()
    for number, lines in enumerate(annex, len(planned) + 1):
        draw_annex(canvas, frame, open_page(canvas, frame, header, code, number, count), lines)
        canvas.showPage()


def draw_rows(canvas: Canvas, frame: Frame, village: VillageList, sheet: Sheet, top: float) -> None:
    """Heading, brought forward, the rows, the page's total, and carried forward or the closing block."""
    y = draw_table_head(canvas, frame, top)
    verticals = [(edge, top, edge, y) for edge in frame.edges]
    if sheet.start:
        y = sum_row(canvas, frame, y, frame.text("list.brought"), village.subtotal(0, sheet.start))
    first, widths = y, frame.widths
    for line in village.lines[sheet.start : sheet.stop]:
        draw_line(canvas, frame, widths, line, y)
        y -= ROW
    verticals += [(edge, first, edge, y) for edge in frame.edges]
    levels = [first - index * ROW for index in range(sheet.stop - sheet.start + 1)]
    rules(canvas, verticals + [(frame.box.x, level, frame.box.right, level) for level in levels])
    page_total = village.subtotal(sheet.start, sheet.stop)
    y = sum_row(canvas, frame, y, frame.text("list.page_total"), page_total)
    if sheet.last:
        draw_closing(canvas, frame, village, y)
    else:
        sum_row(canvas, frame, y, frame.text("list.carried"), village.subtotal(0, sheet.stop))


def draw_line(canvas: Canvas, frame: Frame, widths: tuple[float, ...], line: Line, top: float) -> None:
    edges = frame.edges
    upper, lower, middle = top - 14, top - 28, top - 21
    cell(canvas, edges[0] + PAD, middle, widths[0], line.number, 9.5, align="right")
    cell(canvas, edges[1] + PAD, upper, widths[1], line.book, 9.5)
    cell(canvas, edges[1] + PAD, lower, widths[1], line.household_id, 7.5)
    draw_names(canvas, line, edges[2] + PAD, widths[2], top)
    cell(canvas, edges[3] + PAD, middle, widths[3], line.members, 9.5, align="center")
    cell(canvas, edges[4] + PAD, middle, widths[4], line.amount, 10.5, True, "right")
    cell(canvas, edges[6] + PAD, upper, widths[6], line.notes, 8)
    cell(canvas, edges[6] + PAD, lower, widths[6], line.channel, 7)


def draw_names(canvas: Canvas, line: Line, x: float, width: float, top: float) -> None:
    """The head on one line over the other collector, or on two where nobody else may collect."""
    if line.collector:
        cell(canvas, x, top - 14, width, line.head, 10)
        cell(canvas, x, top - 28, width, f"({line.collector})", 8)
        return
    if fits(line.head, width, 10):
        draw_text(canvas, x, top - 21, line.head, 10)
        return
    fitted = fit(line.head, width, 10, 10 * SMALLEST, 2)
    y = top - 21 if len(fitted.lines) == 1 else top - 14
    for text in fitted.lines:
        draw_text(canvas, x, y, text, fitted.size)
        y -= 14


def shortened(frame: Frame, village: VillageList) -> Iterator[tuple[str, str]]:
    """(number, text) of every cell that does not show its whole text: too long, or letters the font lacks."""
    widths = frame.widths
    for line in village.lines:
        cells = (
            (line.book, widths[1], 9.5, 1),
            (line.household_id, widths[1], 7.5, 1),
            (line.head, widths[2], 10, 1 if line.collector else 2),
            (f"({line.collector})" if line.collector else "", widths[2], 8, 1),
            (line.notes, widths[6], 8, 1),
        )
        for text, width, size, lines in cells:
            if hides(text, width, size, lines):
                yield line.number, text


def sum_row(canvas: Canvas, frame: Frame, top: float, label: str, amount: str) -> float:
    """A total under the amounts; the new top comes back."""
    edges = frame.edges
    cell(canvas, edges[0] + PAD, top - 11.5, edges[4] - edges[0] - 2 * PAD, label, 8.5, True, "right")
    cell(canvas, edges[4] + PAD, top - 11.5, edges[5] - edges[4] - 2 * PAD, amount, 10, True, "right")
    bottom = top - SUM_ROW
    rules(canvas, [(edges[0], bottom, edges[-1], bottom)], 0.4)
    rules(canvas, [(edge, top, edge, bottom) for edge in (edges[0], edges[4], edges[5], edges[-1])])
    return bottom


def draw_closing(canvas: Canvas, frame: Frame, village: VillageList, top: float) -> None:
    """The village's total in figures and, in both languages, in words; then the witnesses."""
    box = frame.box
    households = show_number(len(village.lines))
    counted = frame.text("list.village_total", households=households, people=village.total_people)
    if village.added:
        counted += " " + frame.text("list.field_registered", count=village.added)
    top -= 18
    cell(canvas, box.x, top, box.width * 0.6, counted, 10, True)
    amount = f"{village.total} {frame.text('list.kip')}"
    cell(canvas, box.x + box.width * 0.6, top, box.width * 0.4, amount, 12, True, "right")
    top -= 13
    for words in (amount_in_words(village.total_kip, "lo"), amount_in_words(village.total_kip, "en")):
        fitted = fit(f"({words})", box.width, 8.5, 6.5, 2)
        for text in fitted.lines:
            draw_text(canvas, box.x, top, text, fitted.size)
            top -= 11
    rules(canvas, [(box.x, top + 5, box.right, top + 5)], 0.9)
    top = paragraph(canvas, box.x, top, box.width, frame.text("list.witness"), 8.5) - 2
    signatures(canvas, box, top, frame, ("list.village_chief", "list.paying_officer", "list.observer"))
