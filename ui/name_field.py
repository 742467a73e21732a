"""The name of the person at the machine, asked at the start: the audit log says who changed what."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from ui.label import label
from ui.style import SPACE

if TYPE_CHECKING:
    from ui.session import Session

WIDTH = 260


class NameField(QWidget):
    """A name; `keep` remembers it for the next start."""

    def __init__(self, session: "Session", name: str, keep: Callable[[str, str], None]) -> None:
        super().__init__()
        self.session, self.keep = session, keep
        self.question = label("muted")
        self.field = QLineEdit(name)
        self.field.setFixedWidth(WIDTH)
        self.question.setBuddy(self.field)
        self.field.textChanged.connect(self.take)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(SPACE)
        across.addWidget(self.question)
        across.addWidget(self.field)
        across.addStretch(1)
        session.who = name.strip()

    def take(self, text: str) -> None:
        self.session.who = text.strip()
        self.keep("who", text.strip())

    def retranslate(self) -> None:
        self.question.setText(self.session.words("ui.who"))
        self.field.setAccessibleName(self.session.words("ui.who"))
        self.field.setPlaceholderText(self.session.words("ui.who.example"))
