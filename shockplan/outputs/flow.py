"""Running content on pages: headings with bookmarks, paragraphs, facts, tables that repeat their heads."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from shockplan import __version__
from shockplan.fingerprint import short
from shockplan.outputs.drawing import Box
from shockplan.outputs.lao_text import draw_text, text_width, wrap
from shockplan.outputs.paper import LEADING, MARGIN, cell, draw_banners, paragraph, rules, warnings_of
from shockplan.outputs.tags import artifact, content, group, leaf, marked
from shockplan.texts import Language, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan

SIZE = 9.0
CELL = 8.0
GAP = 3.0
FOOT = 18.0
WHOLE = 200.0  # a table up to this height is not spread over two pages
PAD = 4.5
LAST = 4  # rows, the total among them, that are not left alone on a page
HEADING = (14.0, 10.5)  # size by depth
OpenPage = Callable[[Canvas, int], Box]
"""Draws what every page carries (banners, foot) and gives the room for content back."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: heading, share of the table's width, and where its text stands."""

    heading: str
    share: float
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as drawn: its text, its depth (0 a section), its page, counted from 1, and its bookmark."""

    text: str
    level: int
    page: int
    key: str


@dataclass(frozen=True, eq=False)
class Pages:
    """What every page of a document on the plan carries. `count` is 0 while the pages are being counted."""

    plan: "Plan"
    language: Language
    count: int

    def open(self, canvas: Canvas, number: int) -> Box:
        """Banners above, fingerprint and page number below; the room between comes back."""
        box = Box(MARGIN, MARGIN, A4[0] - 2 * MARGIN, A4[1] - 2 * MARGIN)
        with artifact(canvas):
            self._foot(canvas, box, number)
        below = draw_banners(canvas, box, warnings_of(self.plan))
        return Box(below.x, below.y + FOOT, below.width, below.height - FOOT - 6)

    def _foot(self, canvas: Canvas, box: Box, number: int) -> None:
        third = box.width / 3
        left = tr("list.fingerprint", {"fingerprint": short(self.plan.fingerprint)}, self.language)
        right = tr("list.page", {"number": number, "count": self.count}, self.language)
        cell(canvas, box.x, box.y, third, left, 7.5)
        cell(canvas, box.x + third, box.y, third, f"ShockPlan {__version__}", 7.5, False, "center")
        cell(canvas, box.x + 2 * third, box.y, third, right, 7.5, False, "right")


@dataclass(eq=False)
class Flow:
    """A document under way: where the next block goes, and the headings so far."""

    canvas: Canvas
    open_page: OpenPage
    page: int = 0
    box: Box = field(default_factory=lambda: Box(0, 0, 0, 0))
    top: float = 0
    headings: list[Heading] = field(default_factory=list)
    waiting: list[tuple[str, int, float]] = field(default_factory=list)  # headings, until what they head

    def new_page(self) -> None:
        """Close the page under way, if there is one, and open the next."""
        if self.page:
            self.canvas.showPage()
        self.page += 1
        self.box = self.open_page(self.canvas, self.page)
        self.top = self.box.top

    def close(self) -> None:
        self.need(0)
        self.canvas.showPage()

    def need(self, height: float) -> None:
        """Go to a new page unless `height` points are left on this one, below the headings that wait."""
        waiting, self.waiting = self.waiting, []
        above = sum(HEADING[level] * 2 for _, level, _ in waiting)
        room = max((room for _, _, room in waiting), default=0.0)
        if self.top - above - max(height, room) < self.box.y:
            self.new_page()
        for text, level, _ in waiting:
            self._heading(text, level)

    def space(self, height: float) -> None:
        self.top -= height

    def heading(self, text: str, level: int = 0, room: float = 70) -> None:
        """A heading with its bookmark, kept together with what it heads, at least `room` points of it.

        It is drawn when the first thing below it asks for its room.
        """
        self.waiting.append((text, level, room))

    def _heading(self, text: str, level: int) -> None:
        size = HEADING[level]
        self.space(10 if level else 6)
        key = f"heading-{len(self.headings)}"
        self.canvas.bookmarkHorizontal(key, 0, self.top)
        self.canvas.addOutlineEntry(text, key, level)
        self.headings.append(Heading(text, level, self.page, key))
        role = f"H{level + 1}"
        self.top = paragraph(self.canvas, self.box.x, self.top, self.box.width, text, size, True, role)
        if not level:
            self.line(self.top + 1, 0.8)
            self.space(5)

    def line(self, y: float, width: float) -> None:
        """A rule across the box."""
        with artifact(self.canvas):
            rules(self.canvas, [(self.box.x, y, self.box.right, y)], width)

    def text(self, text: str, size: float = SIZE, bold: bool = False, indent: float = 0) -> None:
        """A paragraph; it may run over the end of the page."""
        self.need(size * LEADING)
        element = leaf(self.canvas, "P")
        for line in wrap(text, self.box.width - indent, size, bold):
            self.need(size * LEADING)
            with content(self.canvas, element):
                draw_text(self.canvas, self.box.x + indent, self.top - size, line, size, bold)
            self.top -= size * LEADING
        self.space(2)

    def facts(self, pairs: Sequence[tuple[str, str]], share: float = 0.34) -> None:
        """Label and value, one pair a line; long values wrap beside their label."""
        self.need(SIZE * LEADING)
        with group(self.canvas, "L"):
            for label, value in pairs:
                self._fact(label, value, self.box.width * share)
        self.space(3)

    def _fact(self, label: str, value: str, left: float) -> None:
        labels = wrap(label, left - 6, SIZE)
        values = wrap(value, self.box.width - left, SIZE, True)
        height = max(len(labels), len(values), 1) * SIZE * LEADING
        self.need(height)
        texts = (("Lbl", labels, self.box.x, False), ("LBody", values, self.box.x + left, True))
        with group(self.canvas, "LI"):
            for role, lines, x, bold in texts:
                with marked(self.canvas, role):
                    for number, line in enumerate(lines):
                        y = self.top - SIZE - number * SIZE * LEADING
                        draw_text(self.canvas, x, y, line, SIZE, bold)
        self.top -= height

    def table(
        self,
        columns: Sequence[TableColumn],
        rows: Sequence[Sequence[str]],
        total: Sequence[str] | None = None,
        least: float = 0.0,
    ) -> None:
        """Rows under heads that repeat on every page; a row is never split. `total` closes it in bold.

        A short table stays on one page, and the last rows of any table with its total. `least`: the height
        that a row has at least, where hands write into it.
        """
        widths = [column.share * self.box.width for column in columns]
        head = _wrapped([column.heading for column in columns], columns, widths, True)
        closing = [] if total is None else [total]
        body = [
            _wrapped(row, columns, widths, number == len(rows))
            for number, row in enumerate([*rows, *closing])
        ]
        heights = [
            max(least if number < len(rows) else 0.0, _height(cells)) for number, cells in enumerate(body)
        ]
        whole = _height(head) + sum(heights)
        self.need(whole if whole < WHOLE else _height(head) + sum(heights[:2]))
        with group(self.canvas, "Table"):
            self._table_head(columns, widths, head)
            for number, cells in enumerate(body):
                bold = number == len(rows)
                held = sum(heights[number:]) if number == max(1, len(body) - LAST) else heights[number]
                if self.top - held < self.box.y:  # the last rows stay with their total
                    self.new_page()
                    with artifact(self.canvas):
                        self._table_head(columns, widths, head, again=True)
                self._row(columns, widths, cells, bold, height=heights[number])
                if number == len(rows) - 1 and total is not None:
                    self.line(self.top, 0.8)
        self.space(8)

    def _table_head(
        self,
        columns: Sequence[TableColumn],
        widths: Sequence[float],
        head: list[list[str]],
        again: bool = False,
    ) -> None:
        """`again`: on a further page, where it is no part of the text any more."""
        if again:
            self._cells(columns, widths, head, True, "")
            self.top -= _height(head)
            levels = (self.top + _height(head), self.top)
            rules(self.canvas, [(self.box.x, level, self.box.right, level) for level in levels], 0.8)
            return
        self.line(self.top, 0.8)
        self._row(columns, widths, head, True, "TH")
        self.line(self.top, 0.8)

    def _row(
        self,
        columns: Sequence[TableColumn],
        widths: Sequence[float],
        cells: list[list[str]],
        bold: bool,
        role: str = "TD",
        height: float = 0.0,
    ) -> None:
        with group(self.canvas, "TR"):
            self._cells(columns, widths, cells, bold, role)
        self.top -= max(height, _height(cells))
        self.line(self.top, 0.25)

    def _cells(
        self,
        columns: Sequence[TableColumn],
        widths: Sequence[float],
        cells: list[list[str]],
        bold: bool,
        role: str,
    ) -> None:
        """The texts of a row. `role` of each cell in a tagged document; empty: none."""
        x = self.box.x
        for column, width, lines in zip(columns, widths, cells, strict=True):
            with marked(self.canvas, role) if role else nullcontext():
                for number, line in enumerate(lines):
                    y = self.top - GAP - CELL - number * CELL * LEADING
                    if column.align == "right":
                        cell(self.canvas, x + PAD, y, width - 2 * PAD, line, CELL, bold, "right")
                    else:
                        draw_text(self.canvas, x + PAD, y, line, CELL, bold)
            x += width


def _wrapped(
    row: Sequence[str], columns: Sequence[TableColumn], widths: Sequence[float], bold: bool
) -> list[list[str]]:
    """Each cell's lines; a line break stays one. A number is one word: smaller rather than broken."""
    cells: list[list[str]] = []
    for text, column, width in zip(row, columns, widths, strict=True):
        room = width - 2 * PAD
        number = column.align == "right" and " " not in text and text[:1].isdigit()
        parts = text.split("\n")
        whole = number or all(text_width(part, CELL, bold) <= room for part in parts)
        cells.append(parts if whole else [line for part in parts for line in wrap(part, room, CELL, bold)])
    return cells


def _height(cells: list[list[str]]) -> float:
    return max(len(lines) for lines in cells) * CELL * LEADING + GAP
