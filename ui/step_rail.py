"""The steps of the flow, at the left edge, each open at any time; below them what stands beside the flow."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ui.icon import icon
from ui.label import framed
from ui.style import ICON, RAIL_WIDTH, SPACE
from ui.words import Words


class StepRail(QWidget):
    """`chosen` is the number of the step."""

    chosen = Signal(int)

    def __init__(self, words: Words, steps: Sequence[str], beside: Sequence[str] = ()) -> None:
        super().__init__()
        self.words = words
        self.codes = (*steps, *beside)
        self.group = QButtonGroup(self)
        box = framed("rail")
        column = QVBoxLayout(box)
        column.setContentsMargins(0, SPACE, 0, SPACE)
        column.setSpacing(0)
        for number, _code in enumerate(self.codes):
            if number == len(steps):
                column.addStretch(1)
            button = QToolButton()
            button.setProperty("kind", "step")
            button.setCheckable(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIconSize(QSize(ICON, ICON))
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.group.addButton(button, number)
            column.addWidget(button)
        if not beside:
            column.addStretch(1)
        self.group.button(0).setChecked(True)
        self.group.idClicked.connect(self.chosen)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(box)
        self.setFixedWidth(RAIL_WIDTH)
        self.retranslate()

    def go(self, number: int) -> None:
        self.group.button(number).setChecked(True)
        self.chosen.emit(number)

    def retranslate(self) -> None:
        colour = self.palette().text().color().name()
        for number, code in enumerate(self.codes):
            button = self.group.button(number)
            button.setText(self.words(f"ui.page.{code}"))
            button.setToolTip(f"{self.words(f'ui.page.{code}.intro')} (Alt+{number + 1})")
            button.setIcon(icon(code, colour))
            button.setShortcut(f"Alt+{number + 1}")
