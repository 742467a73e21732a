"""Paints a scene with Qt: the window's counterpart of the maps' PDF painter."""

import threading

import numpy as np
import pyqtgraph
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from maps.cells import FINEST_CELL_M, PAPER_CELL_M, cell_size, cells_of
from maps.scene import Colour, DensityLayer, Detail, PathLayer, PointLayer, Scene, Shape, Style
from maps.shapes import detail_for, pen_down, take, within
from ui.map_frame import Frame

PIXELS_A_POINT = 96 / 72
Line = tuple[tuple[float, float], tuple[float, float]]
KEEP_WHOLE_UP_TO = 60_000
"""Layers of at most so many vertices are made into paths once; larger ones are culled to the frame."""

TOGETHER = 64
"""Shapes in one path: filling 54,000 vertices took 85 ms as one path, 12 ms in such parts."""

CELL = 6.0
"""Pixels: about so wide are the cells of a density."""

HOUSEHOLDS_BELOW = 60.0
"""Metres a pixel from which on a household is a point of its own."""

MOST_POINTS = 30_000
FULL_WIDTH_UP_TO = 25_000
"""Vertices up to which lines keep their width on a screen of many pixels; beyond they are one pixel thin."""

THIN_BELOW = 1.35
"""Pixels; Qt draws lines of one pixel twenty times faster than wider ones."""


class ScenePainter:
    """Holds the paths of one scene, made when first needed, one for each level of detail and class.

    It may paint on any thread, one at a time. `before`: a painter of an earlier scene of the same ground;
    the paths of layers that are the same are taken over.
    """

    def __init__(self, scene: Scene, before: "ScenePainter | None" = None) -> None:
        self.scene = scene
        self.origin = before.origin if before else scene.extent.centre
        self.busy = threading.Lock()
        self.paths: dict[tuple[str, int, int], list[QPainterPath]] = {}
        if before:
            same = same_layers(before.scene, scene)
            with before.busy:
                self.paths = {key: paths for key, paths in before.paths.items() if key[0] in same}

    def paint(self, painter: QPainter, frame: Frame, ratio: float = 1.0, points: bool = True) -> None:
        """Draw every layer that is shown, from the bottom to the top. Labels come after.

        `ratio`: device pixels a pixel. `points`: whether single households may be seen when near.
        """
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        with self.busy:
            for layer in self.scene.layers:
                if not layer.shown or layer.opacity <= 0:
                    continue
                painter.setOpacity(layer.opacity)
                if isinstance(layer, PathLayer):
                    self._paint_paths(painter, frame, layer, ratio)
                elif isinstance(layer, PointLayer):
                    paint_points(painter, frame, layer, ratio)
                else:
                    paint_density(painter, frame, layer, ratio, points)
        painter.setOpacity(1.0)

    def _paint_paths(self, painter: QPainter, frame: Frame, layer: PathLayer, ratio: float) -> None:
        detail = detail_for(layer.details, frame.metres / ratio)
        painter.save()
        painter.setTransform(frame.transform_from(self.origin), True)
        paths = [self._paths(layer, detail, index, frame) for index in range(len(layer.styles))]
        for style, found in zip(layer.styles, paths, strict=True):
            fill_paths(painter, found, style, ratio)
        for style, found in zip(layer.styles, paths, strict=True):
            stroke_paths(painter, found, style, ratio if detail.shapes.vertices <= FULL_WIDTH_UP_TO else 1.0)
        painter.restore()

    def _paths(self, layer: PathLayer, detail: Detail, index: int, frame: Frame) -> list[QPainterPath]:
        if detail.shapes.vertices > KEEP_WHOLE_UP_TO:
            near = within(detail, frame.extent)
            return self._make(detail, near[layer.classes[near] == index])
        key = (layer.id, layer.details.index(detail), index)
        if key not in self.paths:
            self.paths[key] = self._make(detail, np.flatnonzero(layer.classes == index))
        return self.paths[key]

    def _make(self, detail: Detail, chosen: NDArray[np.int64]) -> list[QPainterPath]:
        parts = [chosen[start : start + TOGETHER] for start in range(0, len(chosen), TOGETHER)]
        paths = [rings_path(detail, part, self.origin) for part in parts]
        return [path for path in paths if path is not None]


def same_layers(before: Scene, after: Scene) -> set[str]:
    """Ids of the areas and lines that have the same shapes in the same classes."""
    old = {layer.id: layer for layer in before.layers if isinstance(layer, PathLayer)}
    return {
        layer.id
        for layer in after.layers
        if isinstance(layer, PathLayer)
        and layer.id in old
        and old[layer.id].details is layer.details
        and np.array_equal(old[layer.id].classes, layer.classes)
    }


def rings_path(detail: Detail, chosen: NDArray[np.int64], origin: tuple[float, float]) -> QPainterPath | None:
    """The chosen shapes as one path, in metres from the origin; None where there is nothing."""
    if not len(chosen):
        return None
    shapes = take(detail.shapes, chosen)
    if not shapes.vertices:
        return None
    xy = shapes.xy - np.asarray(origin)
    path: QPainterPath = pyqtgraph.arrayToQPath(
        np.ascontiguousarray(xy[:, 0]),
        np.ascontiguousarray(xy[:, 1]),
        connect=pen_down(shapes),
        finiteCheck=False,
    )
    path.setFillRule(Qt.FillRule.OddEvenFill)
    return path


def fill_paths(painter: QPainter, paths: list[QPainterPath], style: Style, ratio: float = 1.0) -> None:
    """Fill and hatch in one go."""
    if paths and (style.fill is not None or style.hatch != "none"):
        brush = fill_brush(style, painter, ratio)
        for path in paths:
            painter.fillPath(path, brush)


def stroke_paths(painter: QPainter, paths: list[QPainterPath], style: Style, ratio: float = 1.0) -> None:
    """The line, which keeps its width at every scale."""
    if paths and style.stroke is not None and style.width > 0:
        pen = pen_of(style, ratio)
        for path in paths:
            painter.strokePath(path, pen)


def paint_points(painter: QPainter, frame: Frame, layer: PointLayer, ratio: float = 1.0) -> None:
    """Symbols of a point layer that lie in the frame."""
    at = pixels_of(layer.xy, frame)
    seen = (layer.classes >= 0) & (at > -20).all(axis=1)
    seen &= (at[:, 0] < frame.width + 20) & (at[:, 1] < frame.height + 20)
    for index, style in enumerate(layer.styles):
        chosen = np.flatnonzero(seen & (layer.classes == index))
        if not len(chosen):
            continue
        painter.setPen(pen_of(style, ratio) if style.stroke is not None else QPen(Qt.PenStyle.NoPen))
        painter.setBrush(
            QBrush(colour_of(style.fill, style.opacity)) if style.fill else Qt.BrushStyle.NoBrush
        )
        radii = (layer.radius[chosen] * PIXELS_A_POINT).tolist()
        for (x, y), radius in zip(at[chosen].tolist(), radii, strict=True):
            draw_symbol(painter, layer.shape, x, y, radius)


def paint_density(
    painter: QPainter, frame: Frame, layer: DensityLayer, ratio: float, points: bool = True
) -> None:
    """Cells of about CELL pixels; each household where the eye is near and they are not too many."""
    if points and frame.metres <= HOUSEHOLDS_BELOW:
        at = pixels_of(layer.xy, frame)
        inside = (
            layer.counted & (at > -4).all(axis=1) & (at < (frame.width + 4, frame.height + 4)).all(axis=1)
        )
        chosen = np.flatnonzero(inside)
        if len(chosen) <= MOST_POINTS:
            paint_households(painter, layer, at[chosen], layer.classes[chosen], ratio)
            return
    cell = cell_size(CELL * frame.metres, FINEST_CELL_M if points else PAPER_CELL_M)
    classes, left, top = cells_of(layer, frame.extent, cell)
    colours = [0, *(colour_of(style.fill or (0, 0, 0), style.opacity).rgba() for style in layer.shades)]
    grid = np.ascontiguousarray(np.array(colours, dtype=np.uint32)[classes.astype(np.int64) + 1])
    rows, columns = grid.shape
    image = QImage(grid.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32)
    size = QSizeF(columns * cell / frame.metres, rows * cell / frame.metres)
    painter.drawImage(QRectF(frame.pixel(left, top), size), image)


def paint_households(
    painter: QPainter,
    layer: DensityLayer,
    at: NDArray[np.float64],
    classes: NDArray[np.int8],
    ratio: float,
) -> None:
    """A point a household. One stamp a style: twenty thousand ellipses would take ten times as long."""
    reach = layer.radius * PIXELS_A_POINT + 1
    for index in range(len(layer.styles) - 1, -1, -1):
        style = layer.styles[index]
        places = (at[classes == index] - reach).tolist()
        if not places:
            continue
        stamp = QImage(
            round(2 * reach * ratio), round(2 * reach * ratio), QImage.Format.Format_ARGB32_Premultiplied
        )
        stamp.setDevicePixelRatio(ratio)
        stamp.fill(Qt.GlobalColor.transparent)
        over = QPainter(stamp)
        over.setRenderHint(QPainter.RenderHint.Antialiasing)
        over.setPen(pen_of(style, ratio))
        over.setBrush(QBrush(colour_of(style.fill or (0, 0, 0), style.opacity)))
        over.drawEllipse(QPointF(reach, reach), reach - 1, reach - 1)
        over.end()
        for x, y in places:
            painter.drawImage(QPointF(x, y), stamp)


def pixels_of(xy: NDArray[np.float64], frame: Frame) -> NDArray[np.float64]:
    """(n, 2) projected metres to (n, 2) pixels."""
    return np.column_stack(
        [
            (xy[:, 0] - frame.x) / frame.metres + frame.width / 2,
            (frame.y - xy[:, 1]) / frame.metres + frame.height / 2,
        ]
    )


def draw_symbol(painter: QPainter, shape: Shape, x: float, y: float, radius: float) -> None:
    if shape == "circle":
        painter.drawEllipse(QPointF(x, y), radius, radius)
        return
    corners = {
        "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
        "triangle": ((0, -1.1), (1, 0.8), (-1, 0.8)),
        "diamond": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
    }[shape]
    painter.drawPolygon(QPolygonF([QPointF(x + dx * radius, y + dy * radius) for dx, dy in corners]))


def colour_of(colour: Colour, opacity: float = 1.0) -> QColor:
    mixed = QColor(*colour)
    mixed.setAlphaF(opacity)
    return mixed


def pen_of(style: Style, ratio: float = 1.0) -> QPen:
    """A pen as wide as the style says in device pixels, of which `ratio` make a pixel of the screen."""
    assert style.stroke is not None
    width = style.width * PIXELS_A_POINT * ratio
    pen = QPen(colour_of(style.stroke), min(width, 1.0) if width < THIN_BELOW else width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if style.dash:
        pen.setDashPattern([length / style.width for length in style.dash])
    return pen


def fill_brush(style: Style, painter: QPainter, ratio: float = 1.0) -> QBrush:
    """The fill, with its hatch on it; the hatch keeps its gap in pixels whatever the scale of the map."""
    if style.hatch == "none":
        assert style.fill is not None
        return QBrush(colour_of(style.fill, style.opacity))
    tile = hatch_tile(style, ratio)
    if style.fill is not None:
        filled = QImage(tile.size(), QImage.Format.Format_ARGB32_Premultiplied)
        filled.fill(colour_of(style.fill, style.opacity))
        over = QPainter(filled)
        over.drawImage(0, 0, tile)
        over.end()
        tile = filled
    brush = QBrush(tile)
    inverted, possible = painter.transform().inverted()
    if possible:
        brush.setTransform(QTransform.fromScale(1 / ratio, 1 / ratio) * inverted)
    return brush


def hatch_tile(style: Style, ratio: float = 1.0) -> QImage:
    """One repeat of the hatch, in device pixels. An image, for pixmaps belong to the GUI thread."""
    scale = PIXELS_A_POINT * ratio
    gap = max(round(style.hatch_gap * scale), 3)
    size = gap if style.hatch in ("horizontal", "vertical", "dots") else round(gap * 1.414)
    tile = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(colour_of(style.hatch_colour), max(style.hatch_width * scale, 0.7 * ratio))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    for line in hatch_lines(style.hatch, size):
        painter.drawLine(*(QPointF(x, y) for x, y in line))
    if style.hatch == "dots":
        painter.drawPoint(QPointF(size / 2, size / 2))
    painter.end()
    return tile


def hatch_lines(hatch: str, size: int) -> list[Line]:
    """The strokes of one tile; the diagonals run past its corners, so that tiles join."""
    rising: list[Line]
    falling: list[Line]
    rising = [((-size, size), (size, -size)), ((0, size), (size, 0)), ((0, 2 * size), (2 * size, 0))]
    falling = [((-size, 0), (size, 2 * size)), ((0, 0), (size, size)), ((0, -size), (2 * size, size))]
    middle = size / 2
    lines: dict[str, list[Line]] = {
        "forward": rising,
        "back": falling,
        "cross": rising + falling,
        "horizontal": [((0, middle), (size, middle))],
        "vertical": [((middle, 0), (middle, size))],
    }
    return lines.get(hatch, [])
