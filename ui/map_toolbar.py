"""The tools of the map in a row: look, choose, measure, compare, take away."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from ui.icon import icon
from ui.style import ICON, SPACE
from ui.words import Words

LOOK = ("plus", "minus", "fit")
HANDS = ("hand", "lasso", "ruler")
REST = ("swipe", "copy", "picture", "layers")
KEYS = {
    "plus": "+",
    "minus": "-",
    "fit": "0",
    "hand": "Esc",
    "lasso": "L",
    "ruler": "M",
    "swipe": "S",
    "copy": "Ctrl+C",
    "picture": "P",
    "layers": "Y",
}
"""With the map in focus; plus, minus, 0 and Esc the map understands itself."""

TOGGLED = ("swipe", "layers")


class MapToolbar(QWidget):
    """`used` carries the name of a tool, and for one that stays down whether it is."""

    used = Signal(str, bool)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.buttons: dict[str, QToolButton] = {}
        self.hands = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        for group in (LOOK, HANDS, REST):
            if group is not LOOK:
                row.addSpacing(SPACE)
            for name in group:
                row.addWidget(self._button(name))
        self.buttons["hand"].setChecked(True)
        self.buttons["layers"].setChecked(True)

    def _button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setIconSize(QSize(ICON, ICON))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if name in HANDS or name in TOGGLED:
            button.setCheckable(True)
        if name in HANDS:
            self.hands.addButton(button)
        button.clicked.connect(lambda on: self.used.emit(name, on))
        self.buttons[name] = button
        return button

    def press(self, key: str) -> None:
        """Use the tool of a key that was pressed on the map."""
        for name, own in KEYS.items():
            if own == key:
                self.buttons[name].click()

    def hold(self, name: str) -> None:
        """Show that this hand is the one in use."""
        self.buttons[name].setChecked(True)

    def retranslate(self) -> None:
        colour = self.palette().text().color().name()
        for name, button in self.buttons.items():
            words = self.words(f"ui.map.{name}")
            button.setToolTip(f"{words} ({KEYS[name]})")
            button.setAccessibleName(words)
            button.setIcon(icon(name, colour))
