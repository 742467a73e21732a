"""Names on the map: the more important first, each only where it covers no other."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from maps.scene import LabelLayer, Scene
from ui.map_frame import Frame
from ui.map_painter import PIXELS_A_POINT, colour_of, pixels_of

AIR = 2.0
MOST_LABELS = 220
SCREEN_LARGER = 1.25
"""Screens are read from further than paper."""


@dataclass(frozen=True, slots=True)
class Placed:
    text: str
    box: QRectF
    layer: LabelLayer


def font_of(layer: LabelLayer, family: str) -> QFont:
    font = QFont(family)
    font.setPixelSize(max(round(layer.size * PIXELS_A_POINT * SCREEN_LARGER), 8))
    font.setBold(layer.bold)
    return font


def place_labels(scene: Scene, frame: Frame, family: str) -> list[Placed]:
    """Choose and place; layers later in the list (districts over villages) come first."""
    placed: list[Placed] = []
    hidden = {layer.id for layer in scene.layers if not layer.shown}
    for layer in reversed(scene.labels):
        if layer.id not in hidden:
            place_layer(layer, frame, family, placed)
    return placed


def place_layer(layer: LabelLayer, frame: Frame, family: str, placed: list[Placed]) -> None:
    at = pixels_of(layer.xy, frame)
    seen = np.isfinite(at).all(axis=1) & (at > 0).all(axis=1)
    seen &= (at[:, 0] < frame.width) & (at[:, 1] < frame.height)
    chosen = np.flatnonzero(seen)
    chosen = chosen[np.argsort(-layer.priority[chosen], kind="stable")][:MOST_LABELS]
    metrics = QFontMetricsF(font_of(layer, family))
    for index in chosen.tolist():
        text = layer.texts[index]
        if not text:
            continue
        lines = text.split("\n")
        width = max(metrics.horizontalAdvance(line) for line in lines)
        if width > layer.room[index] / frame.metres:
            continue
        box = box_of(layer, index, at[index], width, metrics.height() * len(lines))
        if box is not None and not any(box.intersects(other.box) for other in placed):
            placed.append(Placed(text, box, layer))


def box_of(layer: LabelLayer, index: int, at: np.ndarray, width: float, height: float) -> QRectF | None:
    """Beside its point, or centred on its anchor, with a little air around."""
    x, y = float(at[0]), float(at[1])
    if layer.beside:
        clear = float(layer.clear[index]) * PIXELS_A_POINT if layer.clear is not None else 0.0
        box = QRectF(x + clear + AIR, y - height / 2, width, height)
    else:
        box = QRectF(x - width / 2, y - height / 2, width, height)
    return box.adjusted(-AIR, -AIR, AIR, AIR)


def paint_labels(painter: QPainter, placed: list[Placed], family: str) -> None:
    """Text with a pale edge, so that it can be read over every colour."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for label in placed:
        font = font_of(label.layer, family)
        metrics = QFontMetricsF(font)
        inner = label.box.adjusted(AIR, AIR, -AIR, -AIR)
        for number, line in enumerate(label.text.split("\n")):
            centred = inner.center().x() - metrics.horizontalAdvance(line) / 2
            left = inner.left() if label.layer.beside else centred
            path = QPainterPath()
            path.addText(left, inner.top() + number * metrics.height() + metrics.ascent(), font, line)
            painter.strokePath(path, QPen(colour_of((255, 255, 255), 0.85), 2.6, Qt.PenStyle.SolidLine))
            painter.fillPath(path, colour_of(label.layer.colour))
