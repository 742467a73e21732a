"""The scale bar: a round length of ground, at most a quarter of the frame."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from shockplan.texts import Language, tr
from ui.map_frame import Frame

EDGE, THICK = 14, 5


def round_length(metres: float) -> float:
    """The largest 1, 2 or 5 times a power of ten that is not longer."""
    power = 1.0
    while power * 10 <= metres:
        power *= 10
    return max(step * power for step in (1, 2, 5) if step * power <= max(metres, 1))


def length_text(metres: float, language: Language = "en") -> str:
    code, unit = ("maps.kilometres", 1000) if metres >= 1000 else ("maps.metres", 1)
    return tr(code, {"value": round(metres / unit)}, language)


def paint_scale_bar(painter: QPainter, frame: Frame, family: str, language: Language = "en") -> None:
    length = round_length(frame.width * frame.metres / 4)
    pixels = length / frame.metres
    left, bottom = EDGE, frame.height - EDGE
    painter.fillRect(QRectF(left - 6, bottom - 24, pixels + 12, 30), QColor(255, 255, 255, 215))
    font = QFont(family)
    font.setPixelSize(12)
    painter.setFont(font)
    painter.setPen(QPen(QColor(30, 30, 30), 1.2))
    words = length_text(length, language)
    painter.drawText(QRectF(left, bottom - 23, pixels, 15), Qt.AlignmentFlag.AlignCenter, words)
    painter.drawPolyline(
        [
            QPointF(left, bottom - THICK),
            QPointF(left, bottom),
            QPointF(left + pixels, bottom),
            QPointF(left + pixels, bottom - THICK),
        ]
    )
