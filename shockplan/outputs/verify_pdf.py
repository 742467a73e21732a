"""The verification list: what must be asked in the village before a household can be decided."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reportlab.pdfgen.canvas import Canvas

from shockplan.allocator import no_collecting
from shockplan.outputs.lao_text import SMALLEST, draw_text, fit, hides, wrap
from shockplan.outputs.lines import VerifyLine, VerifyList, count_verify_lists, verify_lists
from shockplan.outputs.list_code import list_code
from shockplan.outputs.list_pdf import titles
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
from shockplan.outputs.paper import LEADING, MM, cell, new_canvas, paragraph, rules, save
from shockplan.progress import Progress, silent
from shockplan.texts import Language

if TYPE_CHECKING:
    from shockplan.plan import Plan

COLUMNS = (
    Column("list.number", 0.05),
    Column("list.book", 0.15),
    Column("list.head_members", 0.2),
    Column("list.questions", 0.35),
    Column("list.result", 0.11),
    Column("list.answered_by", 0.14),
)
LEAST = 16 * MM
SIZE = 8.0
ANSWER = 15.0  # a dotted line for the hand
CLOSING = 128.0
RESULTS = ("list.result_yes", "list.result_no", "list.result_not_found")


def write_verify_pdf(
    plan: "Plan",
    path: Path,
    language: Language,
    progress: Progress = silent,
    district: str | None = None,
    landscape: bool = False,
) -> None:
    """Write the verification lists of all villages, or of those of one district (P-code), A4.

    Raises OSError where the file cannot be written; then nothing is left behind.
    """
    canvas = new_canvas(path, *titles(plan, language, "list.title_verify"), language, landscape)
    frame = frame_of(plan, language, COLUMNS, "list.title_verify", landscape)
    count = count_verify_lists(plan, district)
    opened = ""
    with no_collecting():
        for number, village in enumerate(verify_lists(plan, language, district), 1):
            opened = bookmark(canvas, village.header, opened)
            draw_list(canvas, frame, village)
            progress(0.95 * number / count)
    if not count:
        draw_nothing(canvas, frame, frame.text("list.nobody_verify"))
    save(canvas, path)
    progress(1)


def draw_list(canvas: Canvas, frame: Frame, village: VerifyList) -> None:
    """All pages of one village's check list."""
    header = village.header
    heights = [row_height(frame, line.questions) for line in village.lines]
    room = frame.room - TABLE_HEAD
    planned = paginate(heights, room - HEAD_FIRST, room - HEAD_NEXT, CLOSING)
    annex = annex_pages(frame, shortened(frame, village.lines))
    count = len(planned) + len(annex)
    code = list_code(header.list_id, header.fingerprint, len(village.lines), 0)
    for number, sheet in enumerate(planned, 1):
        body = open_page(canvas, frame, header, code, number, count)
        bottom = draw_rows(canvas, frame, village, sheet, heights, body.top)
        if sheet.last:
            draw_closing(canvas, frame, bottom)
        canvas.showPage()
    for number, lines in enumerate(annex, len(planned) + 1):
        draw_annex(canvas, frame, open_page(canvas, frame, header, code, number, count), lines)
        canvas.showPage()


def row_height(frame: Frame, questions: Sequence[str]) -> float:
    """Room for every question and its answer, at least for the boxes and a signature."""
    lines = sum(len(wrap(question, frame.widths[3], SIZE)) for question in questions)
    return max(LEAST, lines * SIZE * LEADING + len(questions) * ANSWER + 6)


def draw_rows(
    canvas: Canvas, frame: Frame, village: VerifyList, sheet: Sheet, heights: Sequence[float], top: float
) -> float:
    """Heading and rows; the new top comes back."""
    y = draw_table_head(canvas, frame, top)
    levels = [y]
    for index in range(sheet.start, sheet.stop):
        draw_line(canvas, frame, village.lines[index], y)
        y -= heights[index]
        levels.append(y)
    lines = [(frame.box.x, level, frame.box.right, level) for level in levels]
    rules(canvas, lines + [(edge, top, edge, y) for edge in frame.edges])
    return y


def draw_line(canvas: Canvas, frame: Frame, line: VerifyLine, top: float) -> None:
    edges, widths = frame.edges, frame.widths
    cell(canvas, edges[0] + PAD, top - 13, widths[0], line.number, 9.5, align="right")
    cell(canvas, edges[1] + PAD, top - 13, widths[1], line.book, 9)
    cell(canvas, edges[1] + PAD, top - 27, widths[1], line.household_id, 7.5)
    fitted = fit(line.head, widths[2], 9.5, 9.5 * SMALLEST, 2)
    y = top - 13
    for text in fitted.lines:
        draw_text(canvas, edges[2] + PAD, y, text, fitted.size)
        y -= 13
    cell(
        canvas, edges[2] + PAD, y, widths[2], frame.text("list.people_registered", members=line.members), 7.5
    )
    draw_questions(canvas, edges[3] + PAD, top - 3, widths[3], line.questions)
    for number, code in enumerate(RESULTS):
        y = top - 13 - number * 14
        canvas.rect(edges[4] + PAD, y - 1.5, 8, 8)
        cell(canvas, edges[4] + PAD + 12, y, widths[4] - 12, frame.text(code), 7.5)


def draw_questions(canvas: Canvas, x: float, top: float, width: float, questions: Sequence[str]) -> None:
    """Each question over a dotted line for its answer."""
    dotted = []
    for question in questions:
        top = paragraph(canvas, x, top, width, question, SIZE) - ANSWER + 2
        dotted.append((x, top, x + width, top))
        top -= 2
    canvas.setDash(0.6, 1.8)
    rules(canvas, dotted, 0.6)
    canvas.setDash()


def shortened(frame: Frame, lines: Sequence[VerifyLine]) -> list[tuple[str, str]]:
    """(number, text) of names and numbers that do not fit their cells or hold letters the font lacks."""
    return [
        (line.number, text)
        for line in lines
        for text, width, size, rows in (
            (line.book, frame.widths[1], 9.0, 1),
            (line.household_id, frame.widths[1], 7.5, 1),
            (line.head, frame.widths[2], 9.5, 2),
        )
        if hides(text, width, size, rows)
    ]


def draw_closing(canvas: Canvas, frame: Frame, top: float) -> None:
    """How to answer, and who asked."""
    box = frame.box
    top = paragraph(canvas, box.x, top - 8, box.width, frame.text("list.how_to_verify"), 8.5) - 4
    signatures(canvas, box, top, frame, ("list.checker", "list.village_chief", "list.observer"))
