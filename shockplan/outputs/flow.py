"""Running content on pages: headings with bookmarks, paragraphs, facts, tables that repeat their heads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from reportlab.pdfgen.canvas import Canvas

from shockplan.outputs.drawing import Box
from shockplan.outputs.lao_text import draw_text, text_width, wrap
from shockplan.outputs.paper import LEADING, cell, paragraph, rules

SIZE = 9.0
CELL = 8.0
GAP = 3.0
WHOLE = 200.0  # a table up to this height is not spread over two pages
PAD = 4.5
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
    """A heading as drawn: its text, its depth (0 a section) and its page, counted from 1."""

    text: str
    level: int
    page: int


@dataclass(eq=False)
class Flow:
    """A document under way: where the next block goes, and the headings so far."""

    canvas: Canvas
    open_page: OpenPage
    page: int = 0
    box: Box = field(default_factory=lambda: Box(0, 0, 0, 0))
    top: float = 0
    headings: list[Heading] = field(default_factory=list)

    def new_page(self) -> None:
        """Close the page under way, if there is one, and open the next."""
        if self.page:
            self.canvas.showPage()
        self.page += 1
        self.box = self.open_page(self.canvas, self.page)
        self.top = self.box.top

    def close(self) -> None:
        self.canvas.showPage()

    def need(self, height: float) -> None:
        """Go to a new page unless `height` points are left on this one."""
        if self.top - height < self.box.y:
            self.new_page()

    def space(self, height: float) -> None:
        self.top -= height

    def heading(self, text: str, level: int = 0, room: float = 70) -> None:
        """A heading with its bookmark, kept together with the first `room` points below it."""
        size = (14, 10.5)[level]
        self.need(size * 2 + room)
        self.space(10 if level else 6)
        key = f"heading-{len(self.headings)}"
        self.canvas.bookmarkHorizontal(key, 0, self.top)
        self.canvas.addOutlineEntry(text, key, level)
        self.headings.append(Heading(text, level, self.page))
        self.top = paragraph(self.canvas, self.box.x, self.top, self.box.width, text, size, True)
        if not level:
            rules(self.canvas, [(self.box.x, self.top + 1, self.box.right, self.top + 1)], 0.8)
            self.space(5)

    def text(self, text: str, size: float = SIZE, bold: bool = False, indent: float = 0) -> None:
        """A paragraph; it may run over the end of the page."""
        for line in wrap(text, self.box.width - indent, size, bold):
            self.need(size * LEADING)
            draw_text(self.canvas, self.box.x + indent, self.top - size, line, size, bold)
            self.top -= size * LEADING
        self.space(2)

    def facts(self, pairs: Sequence[tuple[str, str]], share: float = 0.34) -> None:
        """Label and value, one pair a line; long values wrap beside their label."""
        left = self.box.width * share
        for label, value in pairs:
            labels = wrap(label, left - 6, SIZE)
            values = wrap(value, self.box.width - left, SIZE, True)
            self.need(max(len(labels), len(values), 1) * SIZE * LEADING)
            for lines, x, bold in ((labels, self.box.x, False), (values, self.box.x + left, True)):
                for number, line in enumerate(lines):
                    draw_text(self.canvas, x, self.top - SIZE - number * SIZE * LEADING, line, SIZE, bold)
            self.top -= max(len(labels), len(values), 1) * SIZE * LEADING
        self.space(3)

    def table(
        self,
        columns: Sequence[TableColumn],
        rows: Sequence[Sequence[str]],
        total: Sequence[str] | None = None,
    ) -> None:
        """Rows under heads that repeat on every page; a row is never split. `total` closes it in bold.

        A short table stays on one page, and the last row of any table with its total.
        """
        widths = [column.share * self.box.width for column in columns]
        head = _wrapped([column.heading for column in columns], columns, widths, True)
        closing = [] if total is None else [total]
        body = [
            _wrapped(row, columns, widths, number == len(rows))
            for number, row in enumerate([*rows, *closing])
        ]
        whole = _height(head) + sum(map(_height, body))
        self.need(whole if whole < WHOLE else _height(head) + sum(map(_height, body[:2])))
        self._table_head(columns, widths, head)
        for number, cells in enumerate(body):
            bold = number == len(rows)
            held = sum(map(_height, body[number:])) if number == len(body) - 2 else _height(cells)
            if self.top - held < self.box.y:  # the last row stays with its total
                self.new_page()
                self._table_head(columns, widths, head)
            self._row(columns, widths, cells, bold)
            if number == len(rows) - 1 and total is not None:
                rules(self.canvas, [(self.box.x, self.top, self.box.right, self.top)], 0.8)
        self.space(8)

    def _table_head(
        self, columns: Sequence[TableColumn], widths: Sequence[float], head: list[list[str]]
    ) -> None:
        rules(self.canvas, [(self.box.x, self.top, self.box.right, self.top)], 0.8)
        self._row(columns, widths, head, True)
        rules(self.canvas, [(self.box.x, self.top, self.box.right, self.top)], 0.8)

    def _row(
        self, columns: Sequence[TableColumn], widths: Sequence[float], cells: list[list[str]], bold: bool
    ) -> None:
        x = self.box.x
        for column, width, lines in zip(columns, widths, cells, strict=True):
            for number, line in enumerate(lines):
                y = self.top - GAP - CELL - number * CELL * LEADING
                if column.align == "right":
                    cell(self.canvas, x + PAD, y, width - 2 * PAD, line, CELL, bold, "right")
                else:
                    draw_text(self.canvas, x + PAD, y, line, CELL, bold)
            x += width
        self.top -= _height(cells)
        rules(self.canvas, [(self.box.x, self.top, self.box.right, self.top)], 0.25)


def _wrapped(
    row: Sequence[str], columns: Sequence[TableColumn], widths: Sequence[float], bold: bool
) -> list[list[str]]:
    """Each cell's lines. A number is one word: it gets smaller rather than break."""
    cells: list[list[str]] = []
    for text, column, width in zip(row, columns, widths, strict=True):
        room = width - 2 * PAD
        number = column.align == "right" and " " not in text and text[:1].isdigit()
        whole = number or text_width(text, CELL, bold) <= room
        cells.append([text] if whole else wrap(text, room, CELL, bold))
    return cells


def _height(cells: list[list[str]]) -> float:
    return max(len(lines) for lines in cells) * CELL * LEADING + GAP
