"""Labels of the kinds that `style` knows."""

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from ui.style import SMALL_PT

LabelKind = Literal["title", "heading", "muted", "small", "figure", "stamp", "body"]
FrameKind = Literal["bar", "strip", "card", "rail", "message"]


def small_font(widget: QWidget) -> QFont:
    """The font of small words, for a widget that paints its own."""
    font = QFont(widget.font())
    font.setPointSizeF(SMALL_PT)
    return font


def label(kind: LabelKind = "body", wrap: bool = False) -> QLabel:
    """A label without text; plain text only, so that names in a registry cannot carry markup."""
    made = QLabel()
    made.setProperty("kind", kind)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    elif kind in ("title", "stamp"):
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return made


def one_line(kind: LabelKind = "body") -> "OneLine":
    """A label that never asks for more width than there is."""
    made = OneLine()
    made.setProperty("kind", kind)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return made


def framed(kind: FrameKind) -> QFrame:
    made = QFrame()
    made.setProperty("kind", kind)
    return made


class OneLine(QLabel):
    """Cuts its text at the end with an ellipsis; the whole text is its tool tip."""

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        cut = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, cut)
        painter.end()
