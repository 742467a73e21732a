"""The sheet of paper under every PDF: a deterministic canvas, banners, rules, running text, saving."""

import os
import re
import zlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from shockplan import __version__
from shockplan.outputs.drawing import Box
from shockplan.outputs.fonts import REGULAR, register_fonts
from shockplan.outputs.lao_text import (
    SMALLEST,
    Align,
    draw_shaped,
    draw_text,
    fit,
    prepare,
    text_width,
    wrap,
)
from shockplan.outputs.tags import artifact, finish_tags, marked, start_tags, tag_page
from shockplan.texts import Language, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan

MM = 72 / 25.4
MARGIN = 12 * MM
BANNER = 15.0  # height of one banner, points
PACKING = 4  # of zlib's 9: half the time of its default for a twelfth more bytes
NUMBER = re.compile(r"[-+−]?[0-9][0-9,.]*( \S+)?")  # with its unit
LEADING = 1.45  # line height of Lao text with marks above and below, in letter sizes


@dataclass(frozen=True, slots=True)
class Warnings:
    """What every page must say about its plan, in both languages: finished banner texts."""

    banners: tuple[str, ...]

    @property
    def height(self) -> float:
        return len(self.banners) * (BANNER + 2)


def warnings_of(plan: "Plan") -> Warnings:
    """Not for payment until approved; made up where the plan says so."""
    codes = []
    if not plan.approved:
        codes.append("paper.draft")
    if plan.inputs.spec.plan.made_up:
        codes.append("paper.made_up")
    return Warnings(tuple(f"{tr(code, None, 'lo')}  ·  {tr(code, None, 'en')}" for code in codes))


def new_canvas(
    path: Path, title: str, subject: str, language: Language, landscape: bool = False, tagged: bool = False
) -> Canvas:
    """A canvas whose bytes depend on what is drawn alone: no clock, no machine, no path.

    `tagged`: it keeps the document's structure, see `tags`.
    """
    register_fonts()
    size = (A4[1], A4[0]) if landscape else A4
    canvas = Canvas(
        str(path), pagesize=size, invariant=1, pageCompression=1, initialFontName=REGULAR, lang=language
    )
    canvas.setTitle(title)
    canvas.setSubject(subject)
    canvas.setAuthor("ShockPlan")
    canvas.setCreator(f"ShockPlan {__version__}")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    canvas.setPageCallBack(lambda number: _finish_page(canvas, number))
    if tagged:
        start_tags(canvas)
    return canvas


def _finish_page(canvas: Canvas, number: int) -> None:
    tag_page(canvas, number)
    _compress(canvas, number)


def _compress(canvas: Canvas, number: int) -> None:
    """Compress a page as soon as it is finished: thousands of them would fill the memory.

    reportlab would keep their text until saving, and then spend most of its time on ASCII85.
    """
    page = canvas._doc.idToObject[f"Page{number}"]
    packed = zlib.compress(page.stream.encode("utf-8"), PACKING)
    page.stream = None
    page.Contents = pdfdoc.PDFStream(
        pdfdoc.PDFDictionary({"Filter": pdfdoc.PDFName("FlateDecode")}), content=packed, filters=None
    )


def save(canvas: Canvas, path: Path) -> None:
    """Write the document as a whole or not at all. Raises OSError where it cannot be written."""
    finish_tags(canvas)
    content = canvas.getpdfdata()
    unfinished = path.with_name(path.name + ".part")
    try:
        unfinished.write_bytes(content)
        os.replace(unfinished, path)  # noqa: PTH105
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def furniture(canvas: Canvas, key: Hashable, draw: Callable[[], None]) -> None:
    """Draw what is the same on many pages: worked out the first time, then its operators again.

    `key` must say all that the drawing depends on, within one document.
    """
    kept: dict[Hashable, list[str]] = canvas.__dict__.setdefault("furniture", {})
    if key not in kept:
        start = len(canvas._code)
        draw()
        kept[key] = canvas._code[start:]
    else:
        canvas._code.extend(kept[key])


def draw_banners(canvas: Canvas, box: Box, warnings: Warnings) -> Box:
    """The warnings across the top of the box, framed and bold; the rest of the box comes back."""
    with artifact(canvas):
        furniture(canvas, ("banners", box, warnings), lambda: _banners(canvas, box, warnings))
    return Box(box.x, box.y, box.width, box.height - warnings.height)


def _banners(canvas: Canvas, box: Box, warnings: Warnings) -> None:
    top = box.top
    for banner in warnings.banners:
        canvas.setLineWidth(1.2)
        canvas.rect(box.x, top - BANNER, box.width, BANNER)
        fitted = fit(banner, box.width - 10, 10, 6, bold=True)
        middle = box.x + box.width / 2
        draw_text(canvas, middle, top - BANNER + 4.4, fitted.lines[0], fitted.size, True, "center")
        top -= BANNER + 2


def rules(canvas: Canvas, lines: list[tuple[float, float, float, float]], width: float = 0.4) -> None:
    """Straight lines, all in one path."""
    if not lines:
        return
    path = " ".join(f"{x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l" for x1, y1, x2, y2 in lines)
    canvas._code.append(f"{width:g} w {path} S")


def cell(
    canvas: Canvas, x: float, y: float, width: float, text: str, size: float, bold: bool = False,
    align: Align = "left",
) -> bool:  # fmt: skip
    """One line of text made to fit the width, smaller or shortened; True where some was left out.

    A number is never shortened: it gets as small as it must.
    """
    if not text:
        return False
    at = x if align == "left" else x + width if align == "right" else x + width / 2
    shaped = prepare(text, bold)
    if shaped.width * size <= width * 1000:
        draw_shaped(canvas, at, y, shaped, size, bold, align)
        return False
    fitted = fit(text, width, size, size * SMALLEST, 1, bold)
    if fitted.shortened and NUMBER.fullmatch(text):
        draw_shaped(canvas, at, y, shaped, int(width * 1000 / shaped.width * 20) / 20, bold, align)
        return False
    draw_text(canvas, at, y, fitted.lines[0], fitted.size, bold, align)
    return fitted.shortened


def paragraph(
    canvas: Canvas,
    x: float,
    top: float,
    width: float,
    text: str,
    size: float,
    bold: bool = False,
    role: str = "P",
) -> float:
    """Wrapped text below `top`; the new top comes back. `role`: what it is in a tagged document."""
    with marked(canvas, role):
        for line in wrap(text, width, size, bold):
            draw_text(canvas, x, top - size, line, size, bold)
            top -= size * LEADING
    return top


def labelled(
    canvas: Canvas, x: float, y: float, width: float, label: str, value: str, size: float = 8.5
) -> None:
    """`Label: value`, the value in bold; a dotted line to write on where there is no value yet."""
    start = f"{label}: "
    draw_text(canvas, x, y, start.rstrip(), size)
    left = x + text_width(start, size)
    if value:
        cell(canvas, left, y, x + width - left, value, size, bold=True)
    else:
        canvas.setDash(0.6, 1.8)
        rules(canvas, [(left, y - 1, x + width - 6, y - 1)], 0.6)
        canvas.setDash()
