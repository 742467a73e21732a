"""Paints a scene with Qt: the window's counterpart of the maps' PDF painter."""

import numpy as np
import pyqtgraph
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from maps.scene import Colour, Detail, PathLayer, PointLayer, Scene, Shape, Style
from maps.shapes import detail_for, pen_down, take, within
from ui.map_frame import Frame

PIXELS_A_POINT = 96 / 72
Line = tuple[tuple[float, float], tuple[float, float]]
KEEP_WHOLE_UP_TO = 60_000
"""Layers of at most so many vertices are made into paths once; larger ones are culled to the frame."""

TOGETHER = 64
"""Shapes in one path: filling 54,000 vertices took 85 ms as one path, 12 ms in such parts."""

THIN_BELOW = 1.35
"""Pixels; Qt draws lines of one pixel twenty times faster than wider ones."""


class ScenePainter:
    """Holds the paths of one scene, made when first needed, one for each level of detail and class."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.origin = scene.extent.centre
        self.paths: dict[tuple[str, int, int], list[QPainterPath]] = {}

    def paint(
        self, painter: QPainter, frame: Frame, hidden: frozenset[str], opacity: dict[str, float] | None = None
    ) -> None:
        """Draw every layer that is not hidden, from the bottom to the top. Labels come after."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for layer in self.scene.layers:
            if layer.id in hidden:
                continue
            painter.setOpacity((opacity or {}).get(layer.id, 1.0))
            if isinstance(layer, PathLayer):
                self._paint_paths(painter, frame, layer)
            else:
                paint_points(painter, frame, layer)
        painter.setOpacity(1.0)

    def _paint_paths(self, painter: QPainter, frame: Frame, layer: PathLayer) -> None:
        detail = detail_for(layer.details, frame.metres)
        painter.save()
        painter.setTransform(frame.transform_from(self.origin), True)
        for index, style in enumerate(layer.styles):
            draw_paths(painter, self._paths(layer, detail, index, frame), style)
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


def draw_paths(painter: QPainter, paths: list[QPainterPath], style: Style) -> None:
    """Fill and hatch in one go, then the line, which keeps its width at every scale."""
    if not paths:
        return
    if style.fill is not None or style.hatch != "none":
        brush = fill_brush(style, painter)
        for path in paths:
            painter.fillPath(path, brush)
    if style.stroke is not None and style.width > 0:
        pen = pen_of(style)
        for path in paths:
            painter.strokePath(path, pen)


def paint_points(painter: QPainter, frame: Frame, layer: PointLayer) -> None:
    """Symbols of a point layer that lie in the frame."""
    at = pixels_of(layer.xy, frame)
    seen = (layer.classes >= 0) & (at > -20).all(axis=1)
    seen &= (at[:, 0] < frame.width + 20) & (at[:, 1] < frame.height + 20)
    for index, style in enumerate(layer.styles):
        chosen = np.flatnonzero(seen & (layer.classes == index))
        if not len(chosen):
            continue
        painter.setPen(pen_of(style) if style.stroke is not None else QPen(Qt.PenStyle.NoPen))
        painter.setBrush(
            QBrush(colour_of(style.fill, style.opacity)) if style.fill else Qt.BrushStyle.NoBrush
        )
        radii = (layer.radius[chosen] * PIXELS_A_POINT).tolist()
        for (x, y), radius in zip(at[chosen].tolist(), radii, strict=True):
            draw_symbol(painter, layer.shape, x, y, radius)


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


def pen_of(style: Style) -> QPen:
    assert style.stroke is not None
    width = style.width * PIXELS_A_POINT
    pen = QPen(colour_of(style.stroke), min(width, 1.0) if width < THIN_BELOW else width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if style.dash:
        pen.setDashPattern([length / style.width for length in style.dash])
    return pen


def fill_brush(style: Style, painter: QPainter) -> QBrush:
    """The fill, with its hatch on it; the hatch keeps its gap in pixels whatever the scale of the map."""
    if style.hatch == "none":
        assert style.fill is not None
        return QBrush(colour_of(style.fill, style.opacity))
    tile = hatch_tile(style)
    if style.fill is not None:
        filled = QPixmap(tile.size())
        filled.fill(colour_of(style.fill, style.opacity))
        over = QPainter(filled)
        over.drawPixmap(0, 0, tile)
        over.end()
        tile = filled
    brush = QBrush(tile)
    inverted, possible = painter.transform().inverted()
    if possible:
        brush.setTransform(inverted)
    return brush


def hatch_tile(style: Style) -> QPixmap:
    """One repeat of the hatch."""
    gap = max(round(style.hatch_gap * PIXELS_A_POINT), 3)
    size = gap if style.hatch in ("horizontal", "vertical", "dots") else round(gap * 1.414)
    tile = QPixmap(size, size)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour_of(style.hatch_colour), max(style.hatch_width * PIXELS_A_POINT, 0.7)))
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
