"""The plan for the ministry: one page that says it all, then what it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from shockplan import __version__
from shockplan.fingerprint import short
from shockplan.outputs.drawing import Box, MapDrawer
from shockplan.outputs.flow import Flow, Heading
from shockplan.outputs.lao_text import draw_text, text_width
from shockplan.outputs.paper import (
    MARGIN,
    cell,
    draw_banners,
    new_canvas,
    paragraph,
    rules,
    save,
    warnings_of,
)
from shockplan.outputs.plan_sections import draw_sections, section_titles
from shockplan.outputs.plan_teller import Teller
from shockplan.progress import Progress, silent
from shockplan.texts import Language, show_number, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan

FOOT = 18.0
BELOW_MAP = 118.0


@dataclass(frozen=True, eq=False)
class Pages:
    """What every page of the plan carries. `count` is 0 while the pages are still being counted."""

    plan: "Plan"
    language: Language
    count: int

    def open(self, canvas: Canvas, number: int) -> Box:
        """Banners above, fingerprint and page number below; the room between comes back."""
        box = Box(MARGIN, MARGIN, A4[0] - 2 * MARGIN, A4[1] - 2 * MARGIN)
        third = box.width / 3
        left = tr("list.fingerprint", {"fingerprint": short(self.plan.fingerprint)}, self.language)
        right = tr("list.page", {"number": number, "count": self.count}, self.language)
        cell(canvas, box.x, box.y, third, left, 7.5)
        cell(canvas, box.x + third, box.y, third, f"ShockPlan {__version__}", 7.5, False, "center")
        cell(canvas, box.x + 2 * third, box.y, third, right, 7.5, False, "right")
        below = draw_banners(canvas, box, warnings_of(self.plan))
        return Box(below.x, below.y + FOOT, below.width, below.height - FOOT - 6)


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
    name = (head.name_lo if language == "lo" else None) or head.name
    title = " · ".join(part for part in (tr("planpdf.title", None, language), name) if part)
    teller = Teller.of(plan, language)
    trial = draw_document(new_canvas(path, title, "", language), teller, 0, (), None)
    progress(0.3)
    canvas = new_canvas(path, title, plan.fingerprint, language)
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
    draw_sections(flow, teller)
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
    flow.top = paragraph(canvas, flow.box.x, flow.top, flow.box.width, teller.plan_name, 17, True)
    parts = (teller.event_name, head.programme, head.purpose, teller.date)
    flow.top = (
        paragraph(canvas, flow.box.x, flow.top, flow.box.width, " · ".join(filter(None, parts)), 10) - 4
    )
    draw_figures(flow, teller)
    height = flow.top - flow.box.y - BELOW_MAP
    box = Box(flow.box.x, flow.top - height, flow.box.width, height)
    if draw_map is not None:
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
        cell(flow.canvas, x + 6, y + 18, width - 12, value, 15, True)
        cell(flow.canvas, x + 6, y + 6, width - 12, label, 8)
    right, bottom = flow.box.right, flow.top - 2 * height
    levels = [(flow.box.x, flow.top - row * height, right, flow.top - row * height) for row in range(3)]
    edges = [flow.box.x + column * width for column in range(4)]
    rules(flow.canvas, levels + [(edge, flow.top, edge, bottom) for edge in edges], 0.6)
    flow.space(2 * height + 8)


def draw_contents(flow: Flow, teller: "Teller", contents: Sequence[Heading]) -> None:
    """The table of contents: as many lines in the first layout, when the pages are not known yet."""
    pages = {heading.text: heading.page for heading in contents if heading.level == 0}
    flow.text(teller.text("planpdf.contents"), 12, True)
    for title in section_titles(teller):
        y = flow.top - 10
        page = show_number(pages.get(title, 0))
        draw_text(flow.canvas, flow.box.x, y, title, 10)
        draw_text(flow.canvas, flow.box.right, y, page, 10, False, "right")
        start = flow.box.x + text_width(title, 10) + 6
        flow.canvas.setDash(0.6, 2.4)
        rules(flow.canvas, [(start, y, flow.box.right - 24, y)], 0.5)
        flow.canvas.setDash()
        flow.space(16)
    flow.space(6)
