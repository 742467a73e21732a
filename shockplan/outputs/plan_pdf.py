"""The plan for the ministry: one page that says it all, then what it rests on."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reportlab.pdfgen.canvas import Canvas

from shockplan.outputs.drawing import Box, MapDrawer
from shockplan.outputs.flow import Flow, Heading, Pages
from shockplan.outputs.lao_text import draw_text, text_width
from shockplan.outputs.paper import (
    cell,
    new_canvas,
    paragraph,
    rules,
    save,
)
from shockplan.outputs.plan_sections import draw_sections, section_titles
from shockplan.outputs.plan_teller import Teller
from shockplan.outputs.tags import artifact, group, marked
from shockplan.progress import Progress, silent
from shockplan.texts import Language, own, show_number, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan

BELOW_MAP = 118.0


def write_plan_pdf(
    plan: "Plan",
    path: Path,
    language: Language,
    draw_map: MapDrawer,
    progress: Progress = silent,
) -> None:
    """Write the plan, A4 upright. Raises OSError where the file cannot be written, leaving nothing.

    The pages are laid out once without the map to learn their numbers, then drawn.
    """
    head = plan.inputs.spec.plan
    name = own(head, "name", language)
    title = " · ".join(part for part in (tr("planpdf.title", None, language), name) if part)
    teller = Teller.of(plan, language)
    trial = draw_document(new_canvas(path, title, "", language), teller, 0, (), None)
    progress(0.3)
    canvas = new_canvas(path, title, plan.fingerprint, language, tagged=True)
    canvas.addPageLabel(0, style="ARABIC", start=1)
    draw_document(canvas, teller, trial.page, trial.headings, draw_map)
    progress(0.9)
    save(canvas, path)
    progress(1)


def draw_document(
    canvas: Canvas, teller: "Teller", count: int, contents: Sequence[Heading], draw_map: MapDrawer | None
) -> Flow:
    """All pages. `contents` are the headings of an earlier layout, empty the first time."""
    pages = Pages(teller.plan, teller.language, count)
    flow = Flow(canvas, pages.open)
    flow.new_page()
    draw_summary_page(flow, teller, draw_map)
    flow.new_page()
    draw_contents(flow, teller, contents)
    draw_sections(flow, teller, draw_map)
    flow.close()
    return flow


def draw_summary_page(flow: Flow, teller: "Teller", draw_map: MapDrawer | None) -> None:
    """Title, the six figures that matter, the map, and what happens next."""
    canvas, text = flow.canvas, teller.text
    head = teller.plan.inputs.spec.plan
    key = "summary"
    canvas.bookmarkPage(key)
    canvas.addOutlineEntry(text("planpdf.summary"), key, 0)
    flow.space(4)
    flow.top = paragraph(canvas, flow.box.x, flow.top, flow.box.width, teller.plan_name, 17, True, "H1")
    programme, purpose = (own(head, name, teller.language) for name in ("programme", "purpose"))
    parts = (teller.event_name, programme, purpose, teller.date)
    flow.top = (
        paragraph(canvas, flow.box.x, flow.top, flow.box.width, " · ".join(filter(None, parts)), 10) - 4
    )
    draw_figures(flow, teller)
    height = flow.top - flow.box.y - BELOW_MAP
    box = Box(flow.box.x, flow.top - height, flow.box.width, height)
    if draw_map is not None:
        with marked(canvas, "Figure", text("planpdf.map_alt")):
            canvas.saveState()
            draw_map(canvas, box, teller.plan, teller.language)
            canvas.restoreState()
    flow.space(height + 8)
    for sentence in teller.summary_sentences():
        flow.text(sentence, 9.5)


def draw_figures(flow: Flow, teller: "Teller") -> None:
    """Six figures in two rows of three, framed."""
    width, height = flow.box.width / 3, 40.0
    for index, (label, value) in enumerate(teller.key_figures()):
        x = flow.box.x + index % 3 * width
        y = flow.top - (index // 3 + 1) * height
        with marked(flow.canvas, "P", f"{label}: {value}"):
            cell(flow.canvas, x + 6, y + 18, width - 12, value, 15, True)
            cell(flow.canvas, x + 6, y + 6, width - 12, label, 8)
    right, bottom = flow.box.right, flow.top - 2 * height
    levels = [(flow.box.x, flow.top - row * height, right, flow.top - row * height) for row in range(3)]
    edges = [flow.box.x + column * width for column in range(4)]
    with artifact(flow.canvas):
        rules(flow.canvas, levels + [(edge, flow.top, edge, bottom) for edge in edges], 0.6)
    flow.space(2 * height + 8)


def draw_contents(flow: Flow, teller: "Teller", contents: Sequence[Heading]) -> None:
    """The table of contents: as many lines in the first layout, when the pages are not known yet."""
    pages = {heading.text: heading.page for heading in contents if heading.level == 0}
    keys = {heading.text: heading.key for heading in contents if heading.level == 0}
    flow.text(teller.text("planpdf.contents"), 12, True)
    with group(flow.canvas, "TOC"):
        for title in section_titles(teller):
            y = flow.top - 10
            with marked(flow.canvas, "TOCI"):
                draw_text(flow.canvas, flow.box.x, y, title, 10)
                page = show_number(pages.get(title, 0))
                draw_text(flow.canvas, flow.box.right, y, page, 10, False, "right")
            dots(flow, flow.box.x + text_width(title, 10) + 6, y)
            if title in pages:
                area = (flow.box.x, y - 4, flow.box.right, y + 11)
                flow.canvas.linkRect("", keys[title], area, relative=0, thickness=0)
            flow.space(16)
    flow.space(6)


def dots(flow: Flow, start: float, y: float) -> None:
    """The dotted line from a title to its page."""
    with artifact(flow.canvas):
        flow.canvas.setDash(0.6, 2.4)
        rules(flow.canvas, [(start, y, flow.box.right - 24, y)], 0.5)
        flow.canvas.setDash()
