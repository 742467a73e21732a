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
KEEP_WHOLE_UP_TO = 60_000
"""Layers of at most so many vertices are made into paths once; larger ones are culled to the frame."""


class ScenePainter:
    """Holds the paths of one scene, made when first needed, one for each level of detail and class."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.origin = scene.extent.centre
        self.paths: dict[tuple[str, int, int], QPainterPath] = {}

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
            path = self._path(layer, detail, index, frame)
            if path is not None:
                draw_path(painter, path, style)
        painter.restore()

    def _path(self, layer: PathLayer, detail: Detail, index: int, frame: Frame) -> QPainterPath | None:
        if detail.shapes.vertices > KEEP_WHOLE_UP_TO:
            near = within(detail, frame.extent)
            return self._make(detail, near[layer.classes[near] == index])
        key = (layer.id, layer.details.index(detail), index)
        if key not in self.paths:
            path = self._make(detail, np.flatnonzero(layer.classes == index))
            self.paths[key] = path or QPainterPath()
        return self.paths[key]

    def _make(self, detail: Detail, chosen: NDArray[np.int64]) -> QPainterPath | None:
        return rings_path(detail, chosen, self.origin)


def rings_path(detail: Detail, chosen: NDArray[np.int64], origin: tuple[float, float]) -> QPainterPath | None:
    """The chosen shapes as one path, in metres from the origin; None where there is nothing."""
    if not len(chosen):
        return None
    shapes = take(detail.shapes, chosen)
    if not shapes.vertices:
        return None
    xy = shapes.xy - np.asarray(origin)
    path = pyqtgraph.arrayToQPath(
        np.ascontiguousarray(xy[:, 0]),
        np.ascontiguousarray(xy[:, 1]),
        connect=pen_down(shapes),
        finiteCheck=False,
    )
    path.setFillRule(Qt.FillRule.OddEvenFill)
    return path


def draw_path(painter: QPainter, path: QPainterPath, style: Style) -> None:
    """Fill, then hatch, then line; the line keeps its width at every scale."""
    if style.fill is not None:
        painter.fillPath(path, QBrush(colour_of(style.fill, style.opacity)))
    if style.hatch != "none":
        painter.fillPath(path, hatch_brush(style, painter))
    if style.stroke is not None and style.width > 0:
        painter.strokePath(path, pen_of(style))


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
    pen = QPen(colour_of(style.stroke), style.width * PIXELS_A_POINT)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if style.dash:
        pen.setDashPattern([length / style.width for length in style.dash])
    return pen


def hatch_brush(style: Style, painter: QPainter) -> QBrush:
    """A tile of lines that keeps its gap in pixels whatever the scale of the map."""
    brush = QBrush(hatch_tile(style))
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


def hatch_lines(hatch: str, size: int) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """The strokes of one tile; the diagonals run past its corners, so that tiles join."""
    rising = [((-size, size), (size, -size)), ((0, size), (size, 0)), ((0, 2 * size), (2 * size, 0))]
    falling = [((-size, 0), (size, 2 * size)), ((0, 0), (size, size)), ((0, -size), (2 * size, size))]
    middle = size / 2
    return {
        "forward": rising,
        "back": falling,
        "cross": rising + falling,
        "horizontal": [((0, middle), (size, middle))],
        "vertical": [((middle, 0), (middle, size))],
    }.get(hatch, [])
