"""Plans that were open when the program ended, offered at the start: nothing that was kept is lost."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.label import framed, label
from ui.layouts import empty
from ui.style import SPACE, WIDE

if TYPE_CHECKING:
    from ui.session import Session

MOST_SHOWN = 3


class LeftoverList(QWidget):
    """One line a plan: what it is, since when, and whether to go on with it or throw it away."""

    def __init__(self, session: "Session") -> None:
        super().__init__()
        self.session = session
        self.words = session.words
        self.shown: list[Any] = []
        self.frame = framed("card")
        inside = QVBoxLayout(self.frame)
        inside.setContentsMargins(WIDE, SPACE, WIDE, SPACE)
        inside.setSpacing(SPACE)
        self.title = label("heading")
        self.text = label("muted", wrap=True)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(SPACE)
        inside.addWidget(self.title)
        inside.addWidget(self.text)
        inside.addLayout(self.lines)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(self.frame)

    def look(self) -> None:
        """Ask anew which plans were left; hidden where there is none."""
        self.shown = list(self.session.filing.leftovers())[:MOST_SHOWN]
        self.setVisible(bool(self.shown))
        self.retranslate()

    def retranslate(self) -> None:
        self.title.setText(self.words("ui.leftover"))
        self.text.setText(self.words("ui.leftover.why"))
        empty(self.lines)
        for one in self.shown:
            self.lines.addWidget(self._line(one))

    def _line(self, one: Any) -> QWidget:
        line = QWidget()
        across = QHBoxLayout(line)
        across.setContentsMargins(0, 0, 0, 0)
        name = label("plain")
        name.setText(f"{one.plan.parent.name}/{one.plan.name}")
        name.setToolTip(str(one.plan))
        since = label("muted")
        since.setText(self.words("ui.leftover.since", at=one.at[:16].replace("T", " ")))
        go_on = QPushButton(self.words("ui.leftover.go_on"))
        go_on.clicked.connect(lambda: self.session.filing.recover(one))
        away = QPushButton(self.words("ui.leftover.away" if one.file else "ui.leftover.dismiss"))
        away.setProperty("kind", "link")
        away.clicked.connect(lambda: self.throw_away(one))
        across.addWidget(name)
        across.addWidget(since, 1, Qt.AlignmentFlag.AlignLeft)
        across.addWidget(away)
        across.addWidget(go_on)
        return line

    def throw_away(self, one: Any) -> None:
        self.session.filing.discard(one)
        self.look()
