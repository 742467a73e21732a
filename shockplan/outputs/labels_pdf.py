"""Envelope labels on A4 sheets: who, how much, and which notes belong inside.

A label shows what the list shows and nothing of why: no pregnancy, no disability, no missing paper.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from shockplan.outputs.cash_xlsx import village_cash
from shockplan.outputs.drawing import Box
from shockplan.outputs.lao_text import hides
from shockplan.outputs.lines import Line, ListHeader, VillageList
from shockplan.outputs.list_pdf import titles
from shockplan.outputs.list_sheet import bookmark
from shockplan.outputs.notices import notices
from shockplan.outputs.paper import MM, cell, new_canvas, save
from shockplan.texts import Language, show_number, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan

PAD_X = 5 * MM  # no printer reaches the edge of the paper
PAD_Y = 2.5 * MM


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of labels: counts, label size, and the distances between their upper left corners, mm."""

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    step_x: float
    step_y: float

    def boxes(self) -> list[Box]:
        """The labels of a page, from the upper left, row by row."""
        return [
            Box(
                (self.left + column * self.step_x) * MM,
                A4[1] - (self.top + row * self.step_y + self.height) * MM,
                self.width * MM,
                self.height * MM,
            )
            for row in range(self.rows)
            for column in range(self.columns)
        ]


SHEETS = {
    "24": Sheet(3, 8, 70.0, 37.0, 0.0, 0.5, 70.0, 37.0),  # 70 x 37 mm, no gaps
    "21": Sheet(3, 7, 63.5, 38.1, 7.25, 15.15, 66.0, 38.1),  # 63.5 x 38.1 mm
    "14": Sheet(2, 7, 99.1, 38.1, 4.65, 15.15, 101.6, 38.1),  # 99.1 x 38.1 mm
    "16": Sheet(2, 8, 105.0, 37.0, 0.0, 0.5, 105.0, 37.0),  # 105 x 37 mm, no gaps
}
"""Label sheets that are sold everywhere, by the count of labels on an A4 sheet."""


@dataclass(frozen=True, slots=True)
class Label:
    """The finished strings of one label."""

    header: ListHeader
    line: Line
    amount: str
    notes: str
    notices: tuple[str, ...]
    in_full: str


def write_labels_pdf(
    plan: "Plan", path: Path, language: Language, lists: Iterable[VillageList], sheet: str = "24"
) -> int:
    """Write a label for each cash envelope of the lists; gives how many.

    Writes nothing where there is none. Raises OSError where the file cannot be written.
    """
    canvas = new_canvas(path, *titles(plan, language, "tables.labels"), language)
    boxes = SHEETS[sheet].boxes()
    number, listed, opened = 0, "", ""
    for number, label in enumerate(labels_of(plan, language, lists), start=1):
        place = (number - 1) % len(boxes)
        if number > 1 and place == 0:
            canvas.showPage()
        if label.header.list_id != listed:
            listed, opened = label.header.list_id, bookmark(canvas, label.header, opened)
        draw_label(canvas, boxes[place], label)
    if number:
        canvas.showPage()
        save(canvas, path)
    return number


def labels_of(plan: "Plan", language: Language, lists: Iterable[VillageList]) -> Iterator[Label]:
    warned, kip = notices(plan), tr("list.kip", None, language)
    in_full = tr("list.in_full", None, language)
    for listed in lists:
        cash = village_cash(plan, listed)
        kinds = [show_number(note) for note in cash.envelopes.notes]
        for place, counts, payable in zip(
            cash.places.tolist(), cash.envelopes.counts.tolist(), cash.envelopes.payable.tolist(), strict=True
        ):
            inside = [f"{count}×{kind}" for count, kind in zip(counts, kinds, strict=True) if count]
            notes = "  ".join(inside) if payable else tr("tables.notes_do_not_pay", None, language)
            line = listed.lines[place]
            yield Label(listed.header, line, f"{line.amount} {kip}", notes, warned, in_full)


def draw_label(canvas: Canvas, box: Box, label: Label) -> None:
    """Place, head, ids, amount and notes, and the notices below."""
    head, line = label.header, label.line
    x, width = box.x + PAD_X, box.width - 2 * PAD_X
    y = box.top - PAD_Y - 8
    cell(canvas, x, y, width * 0.8, f"{head.village} · {head.list_id}", 8)
    cell(canvas, x + width * 0.8, y - 3, width * 0.2, line.number, 13, bold=True, align="right")
    cell(canvas, x, y - 14, width, line.head, 10, bold=True)
    book, ids = width * 0.68, f"{line.household_id} · {line.book}"
    hidden = hides(line.head, width, 10) or hides(ids, book, 7.5)
    if hidden:  # the list says it in full, under the same number
        ids = f"{label.in_full} · {ids}"
    cell(canvas, x, y - 26, book, ids, 7.5)
    cell(canvas, x + width * 0.7, y - 26, width * 0.3, head.fingerprint, 5.5, align="right")
    cell(canvas, x, y - 43, width, label.amount, 13, bold=True)
    cell(canvas, x, y - 55, width, label.notes, 7)
    bottom = box.y + PAD_Y
    for number, notice in enumerate(reversed(label.notices)):
        cell(canvas, x, bottom + 7 * number, width, notice, 5.5, bold=True)
