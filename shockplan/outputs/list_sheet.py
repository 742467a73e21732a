"""What the pages of every list share: head, foot, columns, and rows that are never split."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from shockplan.outputs.drawing import Box
from shockplan.outputs.lao_text import draw_text, fit, spelled_out, wrap
from shockplan.outputs.lines import ListHeader
from shockplan.outputs.list_code import draw_code
from shockplan.outputs.paper import (
    LEADING,
    MARGIN,
    Warnings,
    cell,
    draw_banners,
    furniture,
    labelled,
    paragraph,
    rules,
    warnings_of,
)
from shockplan.texts import Language, Value, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan

HEAD_FIRST = 132.0
HEAD_NEXT = 34.0
TABLE_HEAD = 30.0
FOOT = 18.0
CODE = 62.0
PAD = 3.0
ANNEX = 8.5


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: its heading's code and its share of the width."""

    code: str
    share: float


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
    title: str
    warnings: Warnings
    language: Language

    @property
    def widths(self) -> tuple[float, ...]:
        """The room for text in each column."""
        return tuple(right - left - 2 * PAD for left, right in pairwise(self.edges))

    @property
    def room(self) -> float:
        """The height between banners and foot."""
        return self.box.height - self.warnings.height - FOOT

    def text(self, code: str, **values: Value) -> str:
        return tr(code, values or None, self.language)


def frame_of(
    plan: "Plan", language: Language, columns: Sequence[Column], title: str, landscape: bool = False
) -> Frame:
    """The page of every list of this plan; `title` is a text code."""
    width, height = (A4[1], A4[0]) if landscape else A4
    box = Box(MARGIN, MARGIN, width - 2 * MARGIN, height - 2 * MARGIN)
    edges = tuple(accumulate((column.share * box.width for column in columns), initial=box.x))
    headings = tuple(tr(column.code, None, language) for column in columns)
    return Frame(box, edges, headings, tr(title, None, language), warnings_of(plan), language)


def paginate(heights: Sequence[float], first: float, after: float, closing: float) -> list[Sheet]:
    """Rows onto pages: `first` and `after` are the heights for rows on the first page and the others.

    The last page also holds `closing` and always at least one row.
    """
    ends = list(accumulate(heights, initial=0.0))
    count, start, room = len(heights), 0, first
    planned: list[Sheet] = []
    while True:
        if count - start <= 1 or ends[count] - ends[start] + closing <= room:
            return [*planned, Sheet(start, count, True)]
        stop = start + 1
        while stop < count - 1 and ends[stop + 1] - ends[start] <= room:
            stop += 1
        planned.append(Sheet(start, stop, False))
        start, room = stop, after


def open_page(canvas: Canvas, frame: Frame, header: ListHeader, code: str, number: int, count: int) -> Box:
    """Banners, head and foot of page `number` of `count`; the room between comes back."""
    draw_foot(canvas, frame, header, number, count)
    body = draw_banners(canvas, frame.box, frame.warnings)
    if number == 1:
        return draw_first_head(canvas, frame, body, header, code)
    return draw_next_head(canvas, frame, body, header)


def round_text(frame: Frame, header: ListHeader) -> str:
    """`Round 1 of 3`; nothing on a list that belongs to no round."""
    if not header.round_number:
        return ""
    return frame.text("list.round", number=header.round_number, count=header.rounds)


def draw_first_head(canvas: Canvas, frame: Frame, body: Box, header: ListHeader, code: str) -> Box:
    """What, where, when, and lines to write on; the square code on the right."""
    text = frame.text
    draw_code(canvas, body.right - CODE, body.top - CODE - 8, CODE, code)
    room = body.width - CODE - 8
    cell(canvas, body.x, body.top - 20, room * 0.66, frame.title, 15, True)
    cell(
        canvas, body.x + room * 0.66, body.top - 19, room * 0.34, round_text(frame, header), 11, True, "right"
    )
    left = (
        ("list.programme", header.programme),
        ("list.plan", header.plan),
        ("list.event", header.event),
        ("list.date", header.date),
        ("list.day" if header.round_number else "list.visit_day", header.day),
        ("list.team", header.team),
    )
    right = (
        ("list.province", f"{header.province} {header.province_code}"),
        ("list.district", f"{header.district} {header.district_code}"),
        ("list.village", f"{header.village} {header.village_code}".strip()),
        ("list.list_id", header.list_id),
        ("list.pay_point" if header.round_number else "list.met_with", header.pay_point),
        ("list.contact", header.contact),
    )
    half = body.width * 0.5
    for index, (one, other) in enumerate(zip(left, right, strict=True)):
        y = body.top - 39 - index * 15.4
        beside_code = CODE if index < 2 else 0.0
        labelled(canvas, body.x, y, half - 6, text(one[0]), one[1])
        labelled(canvas, body.x + half, y, body.width - half - beside_code, text(other[0]), other[1])
    return Box(body.x, body.y, body.width, body.height - HEAD_FIRST)


def draw_next_head(canvas: Canvas, frame: Frame, body: Box, header: ListHeader) -> Box:
    """Place and list in two lines."""
    village = f"{header.village} {header.village_code}".strip()
    place = f"{header.province} · {header.district} {header.district_code} · {village}"
    about = " · ".join(part for part in (frame.title, header.programme, header.event) if part)
    right = body.x + body.width * 0.74
    cell(canvas, body.x, body.top - 14, body.width * 0.72, place, 10, True)
    cell(canvas, right, body.top - 14, body.width * 0.26, round_text(frame, header), 9, False, "right")
    cell(canvas, body.x, body.top - 27, body.width * 0.7, about, 8)
    cell(canvas, right, body.top - 27, body.width * 0.26, header.list_id, 8, False, "right")
    return Box(body.x, body.y, body.width, body.height - HEAD_NEXT)


def draw_foot(canvas: Canvas, frame: Frame, header: ListHeader, number: int, count: int) -> None:
    """The plan, the list, and page x of y of this list."""
    box = frame.box
    third = box.width / 3
    cell(canvas, box.x, box.y, third, frame.text("list.fingerprint", fingerprint=header.fingerprint), 7.5)
    cell(canvas, box.x + third, box.y, third, header.list_id, 7.5, False, "center")
    page = frame.text("list.page", number=number, count=count)
    cell(canvas, box.x + 2 * third, box.y, third, page, 7.5, False, "right")


def draw_table_head(canvas: Canvas, frame: Frame, top: float) -> float:
    """The headings in their columns; the new top comes back."""
    furniture(canvas, ("head", frame, top), lambda: _table_head(canvas, frame, top))
    return top - TABLE_HEAD


def _table_head(canvas: Canvas, frame: Frame, top: float) -> None:
    rules(canvas, [(frame.box.x, y, frame.box.right, y) for y in (top, top - TABLE_HEAD)], 0.9)
    for (left, right), heading in zip(pairwise(frame.edges), frame.headings, strict=True):
        fitted = fit(heading, right - left - 2 * PAD, 8, 5.5, 2, True)
        y = top - TABLE_HEAD / 2 - fitted.size * 0.35 + (len(fitted.lines) - 1) * fitted.size * LEADING / 2
        for text in fitted.lines:
            draw_text(canvas, (left + right) / 2, y, text, fitted.size, True, "center")
            y -= fitted.size * LEADING


def bookmark(canvas: Canvas, header: ListHeader, opened: str) -> str:
    """Outline entry and page labels from the page under way on; a new district opens a branch.

    Gives the district back, to be handed in with the next list.
    """
    if header.district_code != opened:
        canvas.bookmarkPage(header.district_code)
        name = f"{header.district} {header.district_code}"
        canvas.addOutlineEntry(name, header.district_code, 0, closed=True)
    canvas.addPageLabel(canvas.getPageNumber() - 1, style="ARABIC", start=1, prefix=f"{header.list_id} ")
    canvas.bookmarkPage(header.list_id)
    canvas.addOutlineEntry(f"{header.village} · {header.list_id}", header.list_id, 1)
    return header.district_code


def signatures(canvas: Canvas, box: Box, top: float, frame: Frame, codes: Sequence[str]) -> None:
    """A line for each person who signs, with room for a hand."""
    width = box.width / len(codes)
    for index, code in enumerate(codes):
        x = box.x + index * width
        draw_text(canvas, x, top - 9, frame.text(code), 9, True)
        draw_text(canvas, x, top - 72, frame.text("list.name_date"), 7)
        rules(canvas, [(x, top - 62, x + width - 14, top - 62)], 0.5)


def annex_pages(frame: Frame, shortened: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Pages of lines with what its cell could not show: (number on the list, text in full)."""
    lines = [
        line
        for number, text in shortened
        for line in wrap(f"{number} · {spelled_out(text)}", frame.box.width, ANNEX)
    ]
    per_page = int((frame.room - HEAD_NEXT - 40) / (ANNEX * LEADING))
    return [lines[start : start + per_page] for start in range(0, len(lines), per_page)]


def draw_annex(canvas: Canvas, frame: Frame, body: Box, lines: Sequence[str]) -> None:
    """One page of `annex_pages`."""
    heading = frame.text("list.full_texts")
    top = paragraph(canvas, body.x, body.top - 6, body.width, heading, 10, True) - 4
    for line in lines:
        draw_text(canvas, body.x, top - ANNEX, line, ANNEX)
        top -= ANNEX * LEADING


def draw_nothing(canvas: Canvas, frame: Frame, sentence: str) -> None:
    """One page that says that there is nothing to print."""
    body = draw_banners(canvas, frame.box, frame.warnings)
    paragraph(canvas, body.x, body.top - 20, body.width, sentence, 13)
    canvas.showPage()
