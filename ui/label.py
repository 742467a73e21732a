"""Labels of the kinds that `style` knows."""

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy

LabelKind = Literal["title", "heading", "muted", "small", "figure", "stamp", "body"]
FrameKind = Literal["bar", "strip", "card", "rail", "message"]


def label(kind: LabelKind = "body", wrap: bool = False) -> QLabel:
    """A label without text; plain text only, so that names in a registry cannot carry markup."""
    made = QLabel()
    made.setProperty("kind", kind)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return made


def framed(kind: FrameKind) -> QFrame:
    made = QFrame()
    made.setProperty("kind", kind)
    return made
