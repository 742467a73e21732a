"""Paints a scene on a PDF page: vectors and shaped text only, clipped to the frame, same bytes each time."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray
from reportlab.pdfgen.canvas import Canvas

from maps.cells import PAPER_CELL_M, cell_size, cells_of
from maps.chosen import chosen_scene
from maps.delivery_map import delivery_scene
from maps.layout import ALERT, GRATICULE, INK, Layout, PlacedSample, PlacedText, lay_out
from maps.placing import PlacedLabel
from maps.scene import Colour, DensityLayer, PathLayer, PointLayer, Rings, Scene, Shape, Style
from maps.shapes import detail_for, take, within
from maps.view import View
from shockplan.outputs.drawing import Box
from shockplan.outputs.fonts import embedded_font
from shockplan.outputs.lao_text import clean_text, draw_text, shape
from shockplan.plan import Plan
from shockplan.texts import Language, tr

FINEST = 0.6
"""Points on paper that count as one pixel: outlines are true to half of it, about 0.1 mm."""

CELL_PT = 3.0
"""Points: about so wide are the cells of a density."""

HALO = 2.0
"""Points of white around the letters of a label."""


def draw_plan_map(canvas: Canvas, box: Box, plan: Plan, language: Language, round_number: int = 0, /) -> None:
    """Draw the plan's map as it is looked at, into the box (a `MapDrawer`).

    With a `round_number` the delivery of that payment round. Plan, event and date, draft and made up are
    said by the page that the box stands on.
    """
    scene = delivery_scene(plan, language, round_number) if round_number else chosen_scene(plan, language)
    draw_scene(canvas, box, replace(scene, subtitle="", stamps=()))


def draw_scene(canvas: Canvas, box: Box, scene: Scene) -> Layout:
    """Draw the scene with all that stands around it; returns the layout it drew."""
    layout = lay_out(scene, box)
    draw_laid_out(canvas, scene, layout)
    return layout


def draw_laid_out(canvas: Canvas, scene: Scene, layout: Layout) -> None:
    """Draw a scene that has been laid out."""
    canvas.saveState()
    _draw_frame_content(canvas, scene, layout)
    for sample in layout.samples:
        _draw_sample(canvas, sample)
    _draw_scale_bar(canvas, layout)
    _draw_north(canvas, layout, scene.language)
    _draw_locator(canvas, scene, layout)
    for text in layout.texts:
        _draw_placed(canvas, text)
    canvas.restoreState()


def _draw_frame_content(canvas: Canvas, scene: Scene, layout: Layout) -> None:
    frame = layout.view.frame
    canvas.saveState()
    clip = canvas.beginPath()
    clip.rect(frame.x, frame.y, frame.width, frame.height)
    canvas.clipPath(clip, stroke=0, fill=0)
    for layer in scene.layers:
        if not layer.shown:
            continue
        if isinstance(layer, PathLayer):
            _draw_paths(canvas, layer, layout.view)
        elif isinstance(layer, PointLayer):
            _draw_points(canvas, layer, layout.view)
        else:
            _draw_density(canvas, layer, layout.view)
    _draw_graticule(canvas, layout)
    for label in layout.labels:
        _draw_label(canvas, label)
    canvas.restoreState()
    canvas.setStrokeColorRGB(*_unit(INK))
    canvas.setLineWidth(0.8)
    canvas.rect(frame.x, frame.y, frame.width, frame.height)


def _draw_graticule(canvas: Canvas, layout: Layout) -> None:
    if not layout.graticule:
        return
    path = " ".join(
        f"{x:.2f} {y:.2f} {'l' if number else 'm'}"
        for line in layout.graticule
        for number, (x, y) in enumerate(line.points.tolist())
    )
    _stroke(canvas, Style(stroke=GRATICULE, width=0.25, dash=(1.0, 2.0)), path)


def _draw_paths(canvas: Canvas, layer: PathLayer, view: View) -> None:
    """All fills, then all outlines, so that no neighbour covers half of a border."""
    detail = detail_for(layer.details, FINEST / view.points_per_metre)
    visible = within(detail, view.extent)
    paths: list[tuple[Style, str]] = []
    for number, style in enumerate(layer.styles):
        chosen = visible[layer.classes[visible] == number]
        if len(chosen):
            shapes = _on_page(take(detail.shapes, chosen), view)
            paths.append((style, _open_path(shapes) if layer.lines else _path(shapes)))
    for style, path in paths:
        _fill(canvas, style, path, view.frame, layer.opacity)
    for style, path in paths:
        _stroke(canvas, style, path, layer.opacity)


def _draw_points(canvas: Canvas, layer: PointLayer, view: View) -> None:
    """Larger symbols first, so that small ones stay in sight."""
    places, frame = view.to_page(layer.xy), view.frame
    reach = layer.radius[:, np.newaxis]
    seen = (places > np.array([frame.x, frame.y]) - reach) & (
        places < np.array([frame.right, frame.top]) + reach
    )
    chosen = np.flatnonzero(seen.all(axis=1) & (layer.classes >= 0))
    for index in chosen[np.argsort(-layer.radius[chosen], kind="stable")].tolist():
        x, y = places[index].tolist()
        style = layer.styles[layer.classes[index]]
        _draw_symbol(canvas, x, y, float(layer.radius[index]), layer.shape, style, layer.opacity)


def _draw_density(canvas: Canvas, layer: DensityLayer, view: View) -> None:
    """Cells of about CELL_PT points, the cells of a class in one path; never a single household."""
    cell = cell_size(CELL_PT / view.points_per_metre, PAPER_CELL_M)
    classes, left, top = cells_of(layer, view.extent, cell)
    for number, style in enumerate(layer.shades):
        row, column = np.nonzero(classes == number)
        if not len(row):
            continue
        corners = np.column_stack([left + column * cell, top - (row + 1) * cell])
        places, side = view.to_page(corners), cell * view.points_per_metre
        path = "\n".join(f"{x:.2f} {y:.2f} {side:.2f} {side:.2f} re" for x, y in places.tolist())
        _fill(canvas, style, path, view.frame, layer.opacity)


def _draw_symbol(
    canvas: Canvas, x: float, y: float, radius: float, symbol: Shape, style: Style, opacity: float = 1.0
) -> None:
    path = canvas.beginPath()
    if symbol == "circle":
        path.circle(x, y, radius)
    else:
        corners = {"square": (45, 135, 225, 315), "triangle": (90, 210, 330), "diamond": (0, 90, 180, 270)}
        turns = np.radians(corners[symbol])
        first, *rest = zip(x + 1.2 * radius * np.cos(turns), y + 1.2 * radius * np.sin(turns), strict=True)
        path.moveTo(*first)
        for corner in rest:
            path.lineTo(*corner)
        path.close()
    code = path.getCode()
    _fill(canvas, style, code, Box(x - radius, y - radius, 2 * radius, 2 * radius), opacity)
    _stroke(canvas, style, code, opacity)


def _fill(canvas: Canvas, style: Style, path: str, area: Box, opacity: float = 1.0) -> None:
    """Colour, then hatch, inside the path."""
    if style.fill is not None:
        canvas.saveState()
        canvas.setFillColorRGB(*_unit(style.fill))
        if style.opacity * opacity < 1:
            canvas.setFillAlpha(style.opacity * opacity)
        canvas._code.append(f"{path} f")
        canvas.restoreState()
    if style.hatch != "none":
        canvas.saveState()
        if opacity < 1:
            canvas.setStrokeAlpha(opacity)
        canvas._code.append(f"{path} W n")
        _draw_hatch(canvas, style, area)
        canvas.restoreState()


def _stroke(canvas: Canvas, style: Style, path: str, opacity: float = 1.0) -> None:
    if style.stroke is None:
        return
    canvas.saveState()
    if opacity < 1:
        canvas.setStrokeAlpha(opacity)
    canvas.setStrokeColorRGB(*_unit(style.stroke))
    canvas.setLineWidth(style.width)
    canvas.setLineJoin(1)
    if style.dash:
        canvas.setDash(list(style.dash))
    canvas._code.append(f"{path} S")
    canvas.restoreState()


def _draw_hatch(canvas: Canvas, style: Style, area: Box) -> None:
    """Lines over the whole area, in step with the page so that neighbours run on."""
    canvas.setStrokeColorRGB(*_unit(style.hatch_colour))
    canvas.setLineWidth(style.hatch_width)
    if style.hatch == "dots":
        canvas.setLineCap(1)
        canvas.setLineWidth(style.hatch_width * 2.4)
        canvas.setDash([0, style.hatch_gap])
    lines = hatch_lines(style, area)
    canvas._code.append(
        "\n".join("%.2f %.2f m %.2f %.2f l" % line for line in lines) + " S"  # noqa: UP031
    )


def hatch_lines(style: Style, area: Box) -> list[tuple[float, float, float, float]]:
    """Lines (x1, y1, x2, y2) that cover the area; `hatch_gap` is the distance between two of them."""
    gap = style.hatch_gap
    lines: list[tuple[float, float, float, float]] = []
    if style.hatch in ("horizontal", "dots"):
        steps = range(floor(area.y / gap), ceil(area.top / gap) + 1)
        lines += [(area.x - area.x % gap, gap * step, area.right, gap * step) for step in steps]
    if style.hatch == "vertical":
        steps = range(floor(area.x / gap), ceil(area.right / gap) + 1)
        lines += [(gap * step, area.y, gap * step, area.top) for step in steps]
    slanted = gap * 2**0.5
    if style.hatch in ("forward", "cross"):
        steps = range(floor((area.y - area.right) / slanted), ceil((area.top - area.x) / slanted) + 1)
        lines += [
            (area.x, area.x + slanted * step, area.right, area.right + slanted * step) for step in steps
        ]
    if style.hatch in ("back", "cross"):
        steps = range(floor((area.y + area.x) / slanted), ceil((area.top + area.right) / slanted) + 1)
        lines += [
            (area.x, slanted * step - area.x, area.right, slanted * step - area.right) for step in steps
        ]
    return lines


def _on_page(shapes: Rings, view: View) -> Rings:
    return Rings(view.to_page(shapes.xy), shapes.rings, shapes.items)


def _path(shapes: Rings) -> str:
    """The PDF path operators of the rings, written in one go."""
    pieces = []
    for size in np.diff(shapes.rings).tolist():
        if size >= 4:
            pieces.append("%.2f %.2f m\n" + "%.2f %.2f l\n" * (size - 2) + "h\n")
    return "".join(pieces) % tuple(_open_rings(shapes).ravel().tolist())


def _open_path(shapes: Rings) -> str:
    """The PDF path operators of lines that stay open."""
    pieces = [
        "%.2f %.2f m\n" + "%.2f %.2f l\n" * (size - 1) for size in np.diff(shapes.rings).tolist() if size
    ]
    return "".join(pieces) % tuple(shapes.xy.ravel().tolist())


def _open_rings(shapes: Rings) -> NDArray[np.float64]:
    """Vertices without the last one of each ring, which only repeats the first."""
    keep = np.ones(len(shapes.xy), dtype=bool)
    sizes = np.diff(shapes.rings)
    keep[shapes.rings[1:][sizes > 0] - 1] = False
    keep &= np.repeat(sizes >= 4, sizes)
    return shapes.xy[keep]


def _draw_label(canvas: Canvas, label: PlacedLabel) -> None:
    for x, y, line in label.lines:
        _draw_halo(canvas, x, y, line, label)
    canvas.setFillColorRGB(*_unit(label.colour))
    for x, y, line in label.lines:
        draw_text(canvas, x, y, line, label.size, label.bold, "center")


def _draw_halo(canvas: Canvas, x: float, y: float, text: str, label: PlacedLabel) -> None:
    """The letters' outline in white. Its ActualText is empty, so that the name is copied out once."""
    shaped = shape(clean_text(text), label.bold)
    font = embedded_font(canvas, label.bold)
    font.used |= shaped.numbers
    left = x - shaped.width * label.size / 2000
    shown = " ".join(f"{rise * label.size / 1000:.3f} Ts {show}" for rise, show in shaped.pieces)
    canvas._code.append(
        f"/Span <</ActualText <FEFF>>> BDC q 1 1 1 RG {HALO:g} w 1 j 1 Tr "
        f"BT /{font.resource} {label.size:g} Tf 1 0 0 1 {left:.2f} {y:.2f} Tm {shown} ET Q EMC"
    )


def _draw_placed(canvas: Canvas, text: PlacedText) -> None:
    canvas.setFillColorRGB(*_unit(text.colour))
    draw_text(canvas, text.x, text.y, text.text, text.size, text.bold, text.align)


def _draw_sample(canvas: Canvas, sample: PlacedSample) -> None:
    box, entry = sample.box, sample.entry
    if entry.symbol == "point":
        x, y = box.x + box.width / 2, box.y + box.height / 2
        _draw_symbol(canvas, x, y, entry.radius, entry.shape, entry.style)
        return
    if entry.symbol == "line":
        path = f"{box.x:.2f} {box.y + box.height / 2:.2f} m {box.right:.2f} {box.y + box.height / 2:.2f} l"
        _stroke(canvas, entry.style, path)
        return
    path = f"{box.x:.2f} {box.y:.2f} {box.width:.2f} {box.height:.2f} re"
    _fill(canvas, entry.style, path, box)
    _stroke(canvas, entry.style if entry.style.stroke else Style(stroke=INK, width=0.35), path)


def _draw_scale_bar(canvas: Canvas, layout: Layout) -> None:
    """Divisions in black and white by turns."""
    x, y = layout.bar_at
    step = layout.bar.length / layout.bar.divisions
    canvas.setLineWidth(0.5)
    canvas.setStrokeColorRGB(*_unit(INK))
    for number in range(layout.bar.divisions):
        canvas.setFillColorRGB(*_unit(INK if number % 2 == 0 else (255, 255, 255)))
        canvas.rect(x + number * step, y, step, 3.2, stroke=1, fill=1)


def _draw_north(canvas: Canvas, layout: Layout, language: Language) -> None:
    box = layout.arrow
    canvas.saveState()
    canvas.translate(box.x + box.width / 2, box.y + box.height * 0.36)
    canvas.rotate(-layout.turn)
    tip, tail, half = box.height * 0.4, -box.height * 0.28, box.width * 0.34
    canvas.setStrokeColorRGB(*_unit(INK))
    canvas.setLineWidth(0.6)
    for side, colour in ((-half, INK), (half, (255, 255, 255))):
        _draw_triangle(canvas, ((0, tip), (side, tail), (0, tail * 0.5)), colour)
    canvas.setFillColorRGB(*_unit(INK))
    draw_text(canvas, 0, tip + 1.5, tr("maps.north", {}, language), box.height * 0.26, True, "center")
    canvas.restoreState()


def _draw_triangle(canvas: Canvas, corners: Sequence[tuple[float, float]], colour: Colour) -> None:
    path = canvas.beginPath()
    path.moveTo(*corners[0])
    for corner in corners[1:]:
        path.lineTo(*corner)
    path.close()
    canvas.setFillColorRGB(*_unit(colour))
    canvas.drawPath(path, stroke=1, fill=1)


def _draw_locator(canvas: Canvas, scene: Scene, layout: Layout) -> None:
    outline = _path(_on_page(scene.locator.outline, layout.locator))
    frame, here = layout.locator.frame, layout.here
    _fill(canvas, Style(fill=(236, 236, 236)), outline, frame)
    _stroke(canvas, Style(stroke=(110, 110, 110), width=0.3), outline)
    canvas.setStrokeColorRGB(*_unit(INK))
    canvas.setLineWidth(0.4)
    canvas.rect(frame.x, frame.y, frame.width, frame.height)
    if here is not None:
        canvas.setStrokeColorRGB(*_unit(ALERT))
        canvas.setLineWidth(1.2)
        canvas.rect(here.x, here.y, here.width, here.height)


def _unit(colour: Iterable[int]) -> tuple[float, ...]:
    return tuple(part / 255 for part in colour)
