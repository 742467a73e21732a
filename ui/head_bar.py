"""The head of the window: which plan this is, what must never be overlooked, language and theme."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from ui.icon import icon
from ui.label import framed, label, one_line
from ui.session import Session
from ui.style import GAP, ICON, SPACE, WIDE

STAMPS = ("draft", "made_up", "schematic")
SHORTCUTS = {
    "save": QKeySequence.StandardKey.Save,
    "undo": QKeySequence.StandardKey.Undo,
    "redo": QKeySequence.StandardKey.Redo,
    "help": QKeySequence.StandardKey.HelpContents,
}


class HeadBar(QWidget):
    """Signals what was pressed; the window acts."""

    language_asked = Signal()
    theme_asked = Signal()
    start_asked = Signal()
    save_asked = Signal()
    help_asked = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.words = session.words
        self.name = one_line("heading")
        self.event_name = one_line("small")
        self.stamps = {code: label("stamp") for code in STAMPS}
        self.tools = {name: self._tool() for name in ("open", "save", "undo", "redo", "help", "theme")}
        self.tools["open"].clicked.connect(self.start_asked)
        self.tools["save"].clicked.connect(self.save_asked)
        self.tools["undo"].clicked.connect(session.undo)
        self.tools["redo"].clicked.connect(session.redo)
        self.tools["help"].clicked.connect(self.help_asked)
        self.tools["theme"].clicked.connect(self.theme_asked)
        for name, keys in SHORTCUTS.items():
            self.tools[name].setShortcut(QKeySequence(keys))
        self.language = QPushButton()
        self.language.clicked.connect(self.language_asked)
        self._lay_out()
        session.changed.connect(self.retranslate)
        self.retranslate()

    def _tool(self) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setIconSize(QSize(ICON, ICON))
        return button

    def _lay_out(self) -> None:
        box = framed("bar")
        row = QHBoxLayout(box)
        row.setContentsMargins(SPACE, GAP, SPACE, GAP)
        row.setSpacing(SPACE)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.name)
        names.addWidget(self.event_name)
        row.addWidget(self.tools["open"])
        row.addLayout(names, 1)
        for name in ("undo", "redo", "save"):
            row.addWidget(self.tools[name])
        row.addSpacing(WIDE)
        for stamp in self.stamps.values():
            row.addWidget(stamp, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addSpacing(WIDE)
        row.addWidget(self.language)
        row.addWidget(self.tools["theme"])
        row.addWidget(self.tools["help"])
        around = QHBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(box)

    def retranslate(self) -> None:
        results = self.session.results
        head = results.headline if results else None
        self.name.setText(self.words.pick(head.name, head.name_lo) if head else "ShockPlan")
        about = [self.words.pick(head.event, head.event_lo), head.fingerprint] if head else []
        self.event_name.setText(" · ".join(part for part in about if part))
        self.event_name.setVisible(bool(about))
        shown = {
            "draft": bool(head and not head.approved),
            "made_up": bool(head and head.made_up),
            "schematic": bool(head and head.schematic),
        }
        for code, stamp in self.stamps.items():
            stamp.setText(self.words(f"ui.stamp.{code}"))
            stamp.setToolTip(self.words(f"ui.stamp.{code}.tip"))
            stamp.setVisible(shown[code])
        self.language.setText(self.words("ui.other_language"))
        self.language.setAccessibleName(self.words("ui.language"))
        colour = self.palette().text().color().name()
        muted = self.palette().mid().color().name()
        history = self.session.history
        can = {"undo": bool(history.past), "redo": bool(history.future), "save": results is not None}
        for name, button in self.tools.items():
            button.setEnabled(can.get(name, True))
            button.setIcon(icon(name, colour if button.isEnabled() else muted))
            keys = button.shortcut().toString()
            words = self.words(f"ui.head.{name}")
            button.setToolTip(f"{words} ({keys})" if keys else words)
            button.setAccessibleName(words)
