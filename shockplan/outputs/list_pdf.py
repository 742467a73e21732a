"""The distribution list: one list a village, signed by every household that is paid.

Rows have one height, high enough for a thumbprint, so the pages of a list are known before it is
drawn: no row is split, and the last page always carries a row beside the total and the witnesses.
"""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from shockplan.outputs.drawing import Box
from shockplan.outputs.lao_text import clean_text, draw_text, fit, wrap
from shockplan.outputs.lines import Line, VillageList, count_lists, village_lists
from shockplan.outputs.paper import (
    LEADING,
    MARGIN,
    MM,
    Warnings,
    cell,
    draw_banners,
    labelled,
    new_canvas,
    paragraph,
    rules,
    save,
    warnings_of,
)
from shockplan.progress import Progress, silent
from shockplan.texts import Language, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan

ROW = 13 * MM
HEAD_FIRST = 116.0
HEAD_NEXT = 34.0
TABLE_HEAD = 30.0
SUM_ROW = 16.0
CLOSING = 142.0
FOOT = 18.0
PAD = 3.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list: its heading's code and its share of the width."""

    code: str
    share: float


COLUMNS = (
    Column("list.number", 0.05),
    Column("list.book", 0.165),
    Column("list.head", 0.245),
    Column("list.members", 0.065),
    Column("list.amount", 0.135),
    Column("list.signature", 0.205),
    Column("list.remarks", 0.135),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a list: its rows start to stop - 1, and whether it closes the list."""

    start: int
    stop: int
    last: bool


@dataclass(frozen=True, eq=False)
class Frame:
    """What all pages of a file share: the printable box, the column edges, the texts."""

    box: Box
    edges: tuple[float, ...]
    headings: tuple[str, ...]
    warnings: Warnings
    language: Language

    def text(self, code: str, **values: str | int) -> str:
        return tr(code, values or None, self.language)


def write_list_pdf(
    plan: "Plan",
    path: Path,
    language: Language,
    progress: Progress = silent,
    round_number: int = 1,
    district: str | None = None,
) -> None:
    """Write the distribution lists of all villages for one payment round, A4 upright.

    With a `district` (P-code) only the villages of that district.

    Raises OSError where the file cannot be written; then nothing is left behind.
    """
    head = plan.inputs.spec.plan
    title = " · ".join(part for part in (tr("list.title", None, language), head.programme, head.name) if part)
    canvas = new_canvas(
        path, title, tr("list.fingerprint", {"fingerprint": plan.fingerprint}, language), language
    )
    frame = frame_of(plan, language)
    count = count_lists(plan, round_number, district)
    open_district = ""
    for number, village in enumerate(village_lists(plan, language, round_number, district), 1):
        if village.header.district_code != open_district:
            open_district = village.header.district_code
            canvas.bookmarkPage(open_district)
            title = f"{village.header.district} {open_district}"
            canvas.addOutlineEntry(title, open_district, 0, closed=True)
        draw_list(canvas, frame, village)
        progress(0.95 * number / count)
    if not count:
        draw_nothing(canvas, frame, frame.text("list.nobody"))
    save(canvas, path)
    progress(1)


def frame_of(plan: "Plan", language: Language) -> Frame:
    """The page of every list of this plan."""
    box = Box(MARGIN, MARGIN, A4[0] - 2 * MARGIN, A4[1] - 2 * MARGIN)
    edges = [box.x]
    for column in COLUMNS:
        edges.append(edges[-1] + column.share * box.width)
    headings = tuple(tr(column.code, None, language) for column in COLUMNS)
    return Frame(box, tuple(edges), headings, warnings_of(plan), language)


def sheets(rows: int, frame: Frame) -> list[Sheet]:
    """The pages of a list of so many rows (at least one): full pages, and a last one with room to close."""
    room = frame.box.height - frame.warnings.height - FOOT - TABLE_HEAD - SUM_ROW * 2
    planned: list[Sheet] = []
    start = 0
    while True:
        space = room - (HEAD_NEXT if planned else HEAD_FIRST)
        left = rows - start
        if left <= int((space - CLOSING) / ROW):
            return [*planned, Sheet(start, rows, True)]
        taken = min(int(space / ROW), left - 1)
        planned.append(Sheet(start, start + taken, False))
        start += taken


def draw_list(canvas: Canvas, frame: Frame, village: VillageList) -> None:
    """All pages of one village's list, with the texts that were shortened in full at the end."""
    planned = sheets(len(village.lines), frame)
    in_full = full_texts(frame, village)
    count = len(planned) + len(in_full)
    header = village.header
    key = header.list_id
    for number, sheet in enumerate(planned, 1):
        if number == 1:
            canvas.bookmarkPage(key)
            canvas.addOutlineEntry(f"{header.village} · {key}", key, 1)
        body = open_page(canvas, frame, village, number == 1)
        draw_foot(canvas, frame, village, number, count)
        draw_rows(canvas, frame, village, sheet, body.top)
        canvas.showPage()
    for number, lines in enumerate(in_full, len(planned) + 1):
        body = open_page(canvas, frame, village, False)
        draw_foot(canvas, frame, village, number, count)
        top = paragraph(canvas, body.x, body.top - 6, body.width, frame.text("list.full_texts"), 10, True) - 4
        for line in lines:
            draw_text(canvas, body.x, top - 8.5, line, 8.5)
            top -= 8.5 * LEADING
        canvas.showPage()


def open_page(canvas: Canvas, frame: Frame, village: VillageList, first: bool) -> Box:
    """Banners and the list's head; the room below them comes back."""
    body = draw_banners(canvas, frame.box, frame.warnings)
    return (
        draw_first_head(canvas, frame, body, village)
        if first
        else draw_next_head(canvas, frame, body, village)
    )


def draw_first_head(canvas: Canvas, frame: Frame, body: Box, village: VillageList) -> Box:
    header, text = village.header, frame.text
    cell(canvas, body.x, body.top - 18, body.width * 0.62, text("list.title"), 15, True)
    round_text = text("list.round", number=header.round_number, count=header.rounds)
    cell(canvas, body.x + body.width * 0.62, body.top - 17, body.width * 0.38, round_text, 11, True, "right")
    half = body.width / 2
    left = (
        ("list.programme", header.programme),
        ("list.plan", header.plan),
        ("list.event", header.event),
        ("list.date", header.date),
        ("list.day", ""),
    )
    right = (
        ("list.province", f"{header.province} {header.province_code}"),
        ("list.district", f"{header.district} {header.district_code}"),
        ("list.village", f"{header.village} {header.village_code}".strip()),
        ("list.list_id", header.list_id),
        ("list.pay_point", ""),
    )
    for index, (one, other) in enumerate(zip(left, right, strict=True)):
        y = body.top - 38 - index * 15.2
        labelled(canvas, body.x, y, half, text(one[0]), one[1])
        labelled(canvas, body.x + half + 4, y, half - 4, text(other[0]), other[1])
    return Box(body.x, body.y, body.width, body.height - HEAD_FIRST)


def draw_next_head(canvas: Canvas, frame: Frame, body: Box, village: VillageList) -> Box:
    header = village.header
    round_text = frame.text("list.round", number=header.round_number, count=header.rounds)
    village_name = f"{header.village} {header.village_code}".strip()
    place = f"{header.province} · {header.district} {header.district_code} · {village_name}"
    cell(canvas, body.x, body.top - 14, body.width * 0.72, place, 10, True)
    right = body.x + body.width * 0.74
    cell(canvas, right, body.top - 14, body.width * 0.26, round_text, 9, False, "right")
    cell(canvas, body.x, body.top - 27, body.width * 0.7, " · ".join(
        part for part in (frame.text("list.title"), header.programme, header.event) if part
    ), 8)  # fmt: skip
    cell(canvas, right, body.top - 27, body.width * 0.26, header.list_id, 8, False, "right")
    return Box(body.x, body.y, body.width, body.height - HEAD_NEXT)


def draw_foot(canvas: Canvas, frame: Frame, village: VillageList, number: int, count: int) -> None:
    box, header = frame.box, village.header
    third = box.width / 3
    cell(canvas, box.x, box.y, third, frame.text("list.fingerprint", fingerprint=header.fingerprint), 7.5)
    cell(canvas, box.x + third, box.y, third, header.list_id, 7.5, False, "center")
    page = frame.text("list.page", number=number, count=count)
    cell(canvas, box.x + 2 * third, box.y, third, page, 7.5, False, "right")


def draw_rows(canvas: Canvas, frame: Frame, village: VillageList, sheet: Sheet, top: float) -> None:
    """Heading, brought forward, the rows, the page's total, and carried forward or the closing block."""
    draw_table_head(canvas, frame, top)
    y = top - TABLE_HEAD
    if sheet.start:
        y = sum_row(canvas, frame, y, frame.text("list.brought"), village.subtotal(0, sheet.start))
    first = y
    for line in village.lines[sheet.start : sheet.stop]:
        draw_line(canvas, frame, line, y)
        y -= ROW
    verticals = [(edge, top, edge, y) for edge in frame.edges]
    if sheet.start:
        verticals = [(edge, top, edge, top - TABLE_HEAD) for edge in frame.edges]
        verticals += [(edge, first, edge, y) for edge in frame.edges]
    levels = [first - index * ROW for index in range(sheet.stop - sheet.start + 1)]
    rules(canvas, verticals + [(frame.box.x, level, frame.box.right, level) for level in levels])
    page_total = village.subtotal(sheet.start, sheet.stop)
    y = sum_row(canvas, frame, y, frame.text("list.page_total"), page_total)
    if sheet.last:
        draw_closing(canvas, frame, village, y)
    else:
        sum_row(canvas, frame, y, frame.text("list.carried"), village.subtotal(0, sheet.stop))


def draw_table_head(canvas: Canvas, frame: Frame, top: float) -> None:
    rules(canvas, [(frame.box.x, y, frame.box.right, y) for y in (top, top - TABLE_HEAD)], 0.9)
    for left, right, heading in zip(frame.edges, frame.edges[1:], frame.headings, strict=False):
        width = right - left - 2 * PAD
        fitted = fit(heading, width, 8, 5.5, 2, True)
        y = top - TABLE_HEAD / 2 - fitted.size * 0.35 + (len(fitted.lines) - 1) * fitted.size * LEADING / 2
        for text in fitted.lines:
            draw_text(canvas, (left + right) / 2, y, text, fitted.size, True, "center")
            y -= fitted.size * LEADING


def draw_line(canvas: Canvas, frame: Frame, line: Line, top: float) -> None:
    edges = frame.edges
    widths = [right - left - 2 * PAD for left, right in pairwise(edges)]
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
    fitted = fit(line.head, width, 10, 7.5, 2)
    y = top - 21 if len(fitted.lines) == 1 else top - 14
    for text in fitted.lines:
        draw_text(canvas, x, y, text, fitted.size)
        y -= 14


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
    """The village's total and the witnesses."""
    box = frame.box
    counted = frame.text(
        "list.village_total", households=f"{len(village.lines):,}", people=village.total_people
    )
    top -= 18
    cell(canvas, box.x, top, box.width * 0.6, counted, 10, True)
    amount = f"{village.total} {frame.text('list.kip')}"
    cell(canvas, box.x + box.width * 0.6, top, box.width * 0.4, amount, 12, True, "right")
    rules(canvas, [(box.x, top - 6, box.right, top - 6)], 0.9)
    top = paragraph(canvas, box.x, top - 12, box.width, frame.text("list.witness"), 8.5) - 2
    width = box.width / 3
    for index, code in enumerate(("list.village_chief", "list.paying_officer", "list.observer")):
        x = box.x + index * width
        draw_text(canvas, x, top - 9, frame.text(code), 9, True)
        draw_text(canvas, x, top - 76, frame.text("list.name_date"), 7)
        rules(canvas, [(x, top - 66, x + width - 14, top - 66)], 0.5)


def draw_nothing(canvas: Canvas, frame: Frame, sentence: str) -> None:
    """One page that says that there is nothing to print."""
    body = draw_banners(canvas, frame.box, frame.warnings)
    paragraph(canvas, body.x, body.top - 20, body.width, sentence, 13)
    canvas.showPage()


def full_texts(frame: Frame, village: VillageList) -> list[list[str]]:
    """Pages of lines with what does not fit its cell even at the smallest size: `12 · text`."""
    widths = [right - left - 2 * PAD for left, right in pairwise(frame.edges)]
    shown: list[str] = []
    for line in village.lines:
        head_lines = (10, 7.5, 1) if line.collector else (10, 7.5, 2)
        asked = (
            (line.book, widths[1], 9.5, 9.5 * 0.75, 1),
            (line.household_id, widths[1], 7.5, 7.5 * 0.75, 1),
            (line.head, widths[2], *head_lines),
            (f"({line.collector})" if line.collector else "", widths[2], 8, 6, 1),
            (line.notes, widths[6], 8, 6, 1),
        )
        for text, *how in asked:
            if len(text) > 12 and fit(text, *how).shortened:
                shown += wrap(f"{line.number} · {clean_text(text)}", frame.box.width, 8.5)
    room = frame.box.height - frame.warnings.height - FOOT - HEAD_NEXT - 40
    per_page = int(room / (8.5 * LEADING))
    return [shown[start : start + per_page] for start in range(0, len(shown), per_page)]
