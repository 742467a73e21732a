"""The blank village assessment form on paper, A4 landscape: boxes to tick, room for a hand, who signs."""

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from shockplan import __version__
from shockplan.allocator import no_collecting
from shockplan.areas import load_gazetteer
from shockplan.outputs.assessment_form import BlankForm, FormHead, district_text
from shockplan.outputs.drawing import Box
from shockplan.outputs.lao_text import draw_text
from shockplan.outputs.list_sheet import Column, Frame, Sheet, draw_table_head, paginate, signatures
from shockplan.outputs.paper import (
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
)
from shockplan.progress import Progress, silent
from shockplan.registry.assessments import SITUATIONS
from shockplan.rule_sentences import word
from shockplan.texts import Language, tr

COLUMNS = (
    Column("form.number", 0.028),
    Column("form.papers", 0.135),
    Column("form.head", 0.153),
    Column("form.sex", 0.052),
    Column("form.members", 0.045),
    Column("form.under_2", 0.042),
    Column("form.under_5", 0.042),
    Column("form.over_60", 0.042),
    Column("form.disabled", 0.048),
    Column("form.pregnant", 0.067),
    Column("form.phone", 0.1),
    Column("form.situation", 0.125),
    Column("form.damage", 0.121),
)
ROW = 17.5 * MM
HEAD, HEAD_NEXT, FOOT, CLOSING = 104.0, 34.0, 20.0, 118.0
BOX = 7.5
DAMAGES = ("none", "minor", "major", "destroyed")
SEXES = ("female", "male")


def write_assessment_pdf(
    forms: Sequence[BlankForm], head: FormHead, path: Path, language: Language, progress: Progress = silent
) -> None:
    """Write the forms of all villages into one file, each beginning on a page of its own.

    Raises OSError where the file cannot be written; then nothing is left behind.
    """
    title = tr("form.title", None, language)
    canvas = new_canvas(path, " · ".join(part for part in (title, head.plan) if part), title, language, True)
    frame = frame_of(head, language)
    with no_collecting():
        for number, form in enumerate(forms, start=1):
            canvas.bookmarkPage(form.number)
            name = form.place.village(language) or form.number
            canvas.addOutlineEntry(name, form.number, 0)
            draw_form(canvas, frame, head, form)
            progress(0.95 * number / len(forms))
    save(canvas, path)
    progress(1)


def frame_of(head: FormHead, language: Language) -> Frame:
    """The page of every form."""
    box = Box(MARGIN, MARGIN, A4[1] - 2 * MARGIN, A4[0] - 2 * MARGIN)
    edges = tuple(accumulate((column.share * box.width for column in COLUMNS), initial=box.x))
    headings = tuple(tr(column.code, None, language) for column in COLUMNS)
    made_up = "  ·  ".join(tr("paper.made_up", None, one) for one in ("lo", "en"))
    warnings = Warnings((made_up,) if head.made_up else ())
    return Frame(box, edges, headings, tr("form.title", None, language), warnings, language)


def draw_form(canvas: Canvas, frame: Frame, head: FormHead, form: BlankForm) -> None:
    """All pages of one village's form."""
    room = frame.box.height - frame.warnings.height - FOOT - 30
    sheets = paginate([ROW] * len(form.row_ids), room - HEAD, room - HEAD_NEXT, CLOSING)
    for number, sheet in enumerate(sheets, start=1):
        body = draw_banners(canvas, frame.box, frame.warnings)
        draw_foot(canvas, frame, form, number, len(sheets))
        if number == 1:
            top = draw_head(canvas, frame, head, form, body)
        else:
            top = draw_next_head(canvas, frame, form, body)
        bottom = draw_rows(canvas, frame, form, sheet, top)
        if sheet.last:
            draw_closing(canvas, frame, bottom)
        canvas.showPage()


def draw_head(canvas: Canvas, frame: Frame, head: FormHead, form: BlankForm, body: Box) -> float:
    """What it is, that it gives no right to a payment, where, and who came; the new top comes back."""
    text, third = frame.text, body.width / 3
    cell(canvas, body.x, body.top - 19, body.width * 0.7, frame.title, 15, True)
    cell(canvas, body.x + body.width * 0.7, body.top - 18, body.width * 0.3, form.number, 10, False, "right")
    cell(canvas, body.x, body.top - 34, body.width, text("form.no_right"), 8.5)
    province, district = district_text(form.place, load_gazetteer(), frame.language)
    place = form.place
    village = f"{place.village(frame.language)} {place.village_code}".strip()
    lines = (
        (("list.plan", head.plan), ("list.event", head.event), ("list.contact", head.contact)),
        (("list.province", province), ("list.district", district), ("list.village", village)),
        (("form.source", ""), ("form.signatory", ""), ("form.assessed_on", "")),
    )
    for row, cells in enumerate(lines):
        y = body.top - 51 - row * 17
        for column, (code, value) in enumerate(cells):
            labelled(canvas, body.x + column * third, y, third - 8, text(code), value)
    return body.top - HEAD


def draw_next_head(canvas: Canvas, frame: Frame, form: BlankForm, body: Box) -> float:
    place = form.place
    where = " · ".join(
        part
        for part in (frame.title, place.district, place.village(frame.language), place.village_code)
        if part
    )
    cell(canvas, body.x, body.top - 18, body.width * 0.75, where, 10, True)
    cell(canvas, body.x + body.width * 0.75, body.top - 18, body.width * 0.25, form.number, 9, False, "right")
    return body.top - HEAD_NEXT + 6


def draw_foot(canvas: Canvas, frame: Frame, form: BlankForm, number: int, count: int) -> None:
    box, third = frame.box, frame.box.width / 3
    cell(canvas, box.x, box.y, third, f"ShockPlan {__version__}", 7.5)
    cell(canvas, box.x + third, box.y, third, form.number, 7.5, False, "center")
    page = frame.text("list.page", number=number, count=count)
    cell(canvas, box.x + 2 * third, box.y, third, page, 7.5, False, "right")


def draw_rows(canvas: Canvas, frame: Frame, form: BlankForm, sheet: Sheet, top: float) -> float:
    """Heading and empty rows; the new top comes back."""
    y = draw_table_head(canvas, frame, top)
    levels = [y]
    for index in range(sheet.start, sheet.stop):
        draw_row(canvas, frame, index + 1, form.row_ids[index], y)
        y -= ROW
        levels.append(y)
    lines = [(frame.box.x, level, frame.box.right, level) for level in levels]
    rules(canvas, lines + [(edge, top, edge, y) for edge in frame.edges])
    return y


def draw_row(canvas: Canvas, frame: Frame, number: int, row_id: str, top: float) -> None:
    """One empty row: its number, lines to write the papers on, boxes to tick."""
    edges, widths, language = frame.edges, frame.widths, frame.language
    cell(canvas, edges[0] + 3, top - 14, widths[0], str(number), 9.5, align="right")
    dotted = []
    for place, code in enumerate(("form.household_id", "form.family_book")):
        y = top - 13 - place * 18
        labelled(canvas, edges[1] + 3, y, widths[1] + 6, frame.text(code), "", 6.5)
    cell(canvas, edges[1] + 3, top - ROW + 4, widths[1], row_id, 6.5)
    for y in (top - 19, top - 38):
        dotted.append((edges[2] + 3, y, edges[3] - 4, y))
    dotted.append((edges[10] + 3, top - 30, edges[11] - 4, top - 30))
    canvas.setDash(0.6, 1.8)
    rules(canvas, dotted, 0.6)
    canvas.setDash()
    ticks(canvas, edges[3], top - 9, widths[3], [word(each, language) for each in SEXES], 16)
    yes_no = [frame.text("form.yes"), frame.text("form.no")]
    ticks(canvas, edges[9], top - 9, widths[9], yes_no, 16)
    situations = [frame.text(f"form.situation.{each}") for each in SITUATIONS]
    ticks(canvas, edges[11], top - 2, widths[11], situations)
    damages = [frame.text(f"form.damage.{each}") for each in DAMAGES]
    ticks(canvas, edges[12], top - 2, widths[12], damages)


def ticks(
    canvas: Canvas, left: float, top: float, width: float, texts: Sequence[str], step: float = 11.6
) -> None:
    """Boxes one below the other, each with its word."""
    for number, text in enumerate(texts):
        y = top - 9 - number * step
        canvas.setLineWidth(0.5)
        canvas.rect(left + 3, y - 1.2, BOX, BOX)
        cell(canvas, left + 3 + BOX + 2.5, y, width - BOX - 2, text, 7)


def draw_closing(canvas: Canvas, frame: Frame, top: float) -> None:
    """How to fill it in, and who signs."""
    box = frame.box
    top = paragraph(canvas, box.x, top - 7, box.width, frame.text("form.how"), 8) - 3
    signatures(canvas, box, top, frame, ("form.assessor", "list.village_chief", "list.observer"))
    draw_text(canvas, box.x, top - 84, frame.text("form.true"), 7)
