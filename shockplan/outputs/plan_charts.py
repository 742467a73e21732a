"""Bars that read in black and white: told apart by black, grey, hatching and white, and by numbers."""

from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas

from shockplan.outputs.drawing import Box
from shockplan.outputs.flow import Flow
from shockplan.outputs.lao_text import draw_text, text_width
from shockplan.outputs.paper import cell, rules
from shockplan.outputs.tags import artifact, marked
from shockplan.texts import show_number

BAR = 11.0
STEP = 17.0
SIZE = 8.0
NUMBER = 30.0  # the width of a number
FILLS = ("black", "grey", "hatched", "white")


def fill_bar(canvas: Canvas, box: Box, fill: str) -> None:
    """A bar with its outline in one of FILLS."""
    canvas.setLineWidth(0.5)
    canvas.setFillGray({"black": 0.0, "grey": 0.68}.get(fill, 1.0))
    canvas.rect(box.x, box.y, box.width, box.height, stroke=1, fill=1)
    canvas.setFillGray(0)
    if fill == "hatched":
        count = int(box.width / 2.6)
        rules(
            canvas, [(box.x + at * 2.6, box.y, box.x + at * 2.6, box.top) for at in range(1, count + 1)], 0.5
        )


def stacked_bars(
    flow: Flow, legend: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]], labels: float = 0.26
) -> None:
    """Each row as one bar of its parts in per cent, its numbers to the right; at most four parts.

    Parts that are 0 take no room. The whole is the sum of the parts.
    """
    flow.need(2 * STEP)
    draw_legend(flow, legend)
    left = flow.box.width * labels
    numbers = NUMBER * len(legend)
    room = flow.box.width - left - numbers - 8
    for label, parts in rows:
        flow.need(STEP)
        said = ", ".join(f"{name} {show_number(part)}" for name, part in zip(legend, parts, strict=True))
        with marked(flow.canvas, "Figure", f"{label}: {said}"):
            draw_bar(flow, label, parts, Box(flow.box.x + left, flow.top - BAR, room, BAR))
        flow.top -= STEP
    flow.space(6)


def draw_bar(flow: Flow, label: str, parts: Sequence[int], box: Box) -> None:
    """The label, the bar in the box, and the numbers at the right."""
    cell(flow.canvas, flow.box.x, box.y + 2.5, box.x - flow.box.x - 6, label, SIZE)
    x, whole = box.x, sum(parts)
    for fill, part in zip(FILLS, parts, strict=False):
        width = box.width * part / whole if whole else 0.0
        if width:
            fill_bar(flow.canvas, Box(x, box.y, width, BAR), fill)
        x += width
    for index, part in enumerate(reversed(parts)):
        right = flow.box.right - index * NUMBER
        cell(flow.canvas, right - NUMBER + 1, box.y + 2.5, NUMBER - 1, show_number(part), 7, align="right")


def draw_legend(flow: Flow, names: Sequence[str]) -> None:
    """The fills and their names, in the order of the parts and of the numbers at the right."""
    flow.need(2 * STEP)
    x, y = flow.box.x, flow.top - BAR
    for fill, name in zip(FILLS, names, strict=False):
        width = 20 + text_width(name, SIZE) + 14
        if x + width > flow.box.right and x > flow.box.x:
            x, y = flow.box.x, y - STEP
        with artifact(flow.canvas):
            fill_bar(flow.canvas, Box(x, y, 14, BAR - 2), fill)
            draw_text(flow.canvas, x + 19, y + 1.5, name, SIZE)
        x += width
    flow.top = y - 8
