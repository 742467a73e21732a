"""Names on the map: placed as on paper, the more important first, clear of each other and of the symbols."""

from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from maps.layout import Box, labels_on_screen
from maps.placing import PlacedLabel
from maps.scene import Scene
from ui.fonts import FAMILY
from ui.map_frame import Frame
from ui.map_painter import PIXELS_A_POINT, colour_of

LABEL_AREA = 12_000.0
"""Square pixels of the frame for each label that is tried: more names than that are a wall of words."""

UNIT = PIXELS_A_POINT * 1.25
"""Pixels of a point of label: screens are read from further than paper."""

LETTERS = 100.0
"""Letters are made at this size and scaled: sizes of a label are no whole pixels."""

PIN = 11.0
"""Pixels around the pin that stay free."""


def place_labels(
    scene: Scene, frame: Frame, marker: tuple[float, float] | None = None
) -> tuple[PlacedLabel, ...]:
    """The labels of the layers that are shown, in points of UNIT pixels from the lower left corner."""
    size = frame.width / UNIT, frame.height / UNIT
    most = max(20, round(frame.width * frame.height / LABEL_AREA))
    free = []
    if marker is not None:
        at, reach = frame.pixel(*marker), PIN / UNIT
        free.append(Box(at.x() / UNIT - reach, size[1] - at.y() / UNIT - reach, 2 * reach, 2 * reach))
    return labels_on_screen(scene, frame.extent, size, most, free)


def paint_labels(painter: QPainter, placed: tuple[PlacedLabel, ...], frame: Frame) -> None:
    """Text with a pale edge, so that it can be read over every colour."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for label in placed:
        scale = label.size * UNIT / LETTERS
        edge = QPen(colour_of((255, 255, 255), 0.85), 2.6 / scale)
        edge.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        lines = [
            (x * UNIT, frame.height - y * UNIT, *letters(text, label.bold)) for x, y, text in label.lines
        ]
        for halo in (True, False):
            for x, y, path, width in lines:
                painter.save()
                painter.translate(QPointF(x - width * scale / 2, y))
                painter.scale(scale, scale)
                if halo:
                    painter.strokePath(path, edge)
                else:
                    painter.fillPath(path, colour_of(label.colour))
                painter.restore()


@lru_cache(maxsize=4000)
def letters(text: str, bold: bool) -> tuple[QPainterPath, float]:
    """The shaped text as outlines LETTERS pixels high, and its width."""
    font = QFont(FAMILY)
    font.setPixelSize(int(LETTERS))
    font.setBold(bold)
    path = QPainterPath()
    path.addText(0, 0, font, text)
    return path, QFontMetricsF(font).horizontalAdvance(text)
