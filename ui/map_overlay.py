"""What lies over the finished picture and must be sharp at once: choice, pin, lasso, measure, swipe."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from maps.scene import PathLayer
from maps.shapes import detail_for
from ui.fonts import FAMILY
from ui.map_frame import Frame
from ui.map_painter import rings_path

DARK, LIGHT, PIN = QColor(20, 20, 20), QColor(255, 255, 255), QColor(160, 0, 60)
HANDLE = 15.0
Origin = tuple[float, float]


def paint_chosen(
    painter: QPainter, frame: Frame, layer: PathLayer, pcodes: Sequence[str], origin: Origin
) -> None:
    """A strong outline around each chosen district; the many are one path."""
    place = {key: number for number, key in enumerate(layer.keys)}
    rows = np.array([place[pcode] for pcode in pcodes if pcode in place], dtype=np.int64)
    path = rings_path(detail_for(layer.details, frame.metres), rows, origin)
    if path is None:
        return
    outline = frame.transform_from(origin).map(path)
    painter.strokePath(outline, QPen(LIGHT, 4.6))
    painter.strokePath(outline, QPen(DARK, 2.2))


def paint_pin(painter: QPainter, at: QPointF) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(LIGHT, 5))
    painter.drawEllipse(at, 9, 9)
    painter.setPen(QPen(PIN, 2.5))
    painter.drawEllipse(at, 9, 9)
    painter.drawPoint(at)


def paint_line(painter: QPainter, points: Sequence[QPointF], closed: bool) -> None:
    """The line of a lasso or of a measure, dark on light so that it is seen on every ground."""
    if not points:
        return
    path = QPainterPath()
    path.addPolygon(QPolygonF(list(points)))
    if closed:
        path.closeSubpath()
        painter.fillPath(path, QColor(255, 255, 255, 70))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.strokePath(path, QPen(LIGHT, 4.5))
    painter.strokePath(path, QPen(DARK, 1.8, Qt.PenStyle.DashLine if closed else Qt.PenStyle.SolidLine))


def paint_knots(painter: QPainter, points: Sequence[QPointF]) -> None:
    painter.setPen(QPen(DARK, 1.6))
    painter.setBrush(LIGHT)
    for point in points:
        painter.drawEllipse(point, 3.4, 3.4)


def paint_words(painter: QPainter, at: QPointF, words: str, inside: QRectF) -> None:
    """Lines of words on a pale card beside a point, kept inside the map."""
    font = QFont(FAMILY)
    font.setPixelSize(13)
    metrics = QFontMetricsF(font)
    lines = words.split("\n")
    width = max(metrics.horizontalAdvance(line) for line in lines) + 14
    height = metrics.height() * len(lines) + 8
    left = at.x() + 14 if at.x() + 14 + width < inside.right() else at.x() - 14 - width
    top = min(max(at.y() + 12, inside.top() + 4), inside.bottom() - height - 4)
    box = QRectF(max(left, inside.left() + 4), top, width, height)
    painter.setPen(QPen(QColor(0, 0, 0, 110), 1))
    painter.setBrush(QColor(255, 255, 255, 240))
    painter.drawRoundedRect(box, 4, 4)
    painter.setFont(font)
    painter.setPen(DARK)
    for number, line in enumerate(lines):
        painter.drawText(
            QPointF(box.left() + 7, box.top() + 4 + metrics.ascent() + number * metrics.height()), line
        )


def paint_cross(painter: QPainter, at: QPointF) -> None:
    """Where the keyboard points: the middle of the map."""
    for pen in (QPen(LIGHT, 4), QPen(DARK, 1.6)):
        painter.setPen(pen)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(at + QPointF(4 * dx, 4 * dy), at + QPointF(13 * dx, 13 * dy))


def paint_swipe(painter: QPainter, x: float, height: float, focused: bool) -> None:
    """The bar between the two sides and its handle."""
    painter.setPen(QPen(LIGHT, 4))
    painter.drawLine(QPointF(x, 0), QPointF(x, height))
    painter.setPen(QPen(DARK, 1.6))
    painter.drawLine(QPointF(x, 0), QPointF(x, height))
    middle = QPointF(x, height / 2)
    painter.setPen(QPen(DARK, 2.4 if focused else 1.4))
    painter.setBrush(LIGHT)
    painter.drawEllipse(middle, HANDLE, HANDLE)
    for way in (-1, 1):
        tip = middle + QPointF(9.5 * way, 0)
        painter.drawPolyline([tip + QPointF(-4 * way, -4), tip, tip + QPointF(-4 * way, 4)])
