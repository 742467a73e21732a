"""What a district's part and the whole plan decided differently: for each, which of the two stands."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.label import label
from ui.style import SPACE
from ui.words import Words

SIDES = ("ours", "theirs")
COLUMNS = ("which", "ours", "theirs", "take")
HEIGHT = 190


class ConflictView(QWidget):
    """`settled` carries {(list, key): side} once each conflict has one; `left`: nothing of it is taken."""

    settled = Signal(object)
    left = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.conflicts: tuple[Any, ...] = ()
        self.told = label("heading", wrap=True)
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.setMinimumHeight(HEIGHT)
        self.table.setTabKeyNavigation(False)
        self.boxes: list[QComboBox] = []
        self.all = {side: QPushButton() for side in SIDES}
        self.go, self.leave = QPushButton(), QPushButton()
        self.go.setProperty("kind", "main")
        for side, button in self.all.items():
            button.clicked.connect(lambda checked=False, side=side: self.take_all(side))
        self.go.clicked.connect(self.settle)
        self.leave.clicked.connect(self.give_up)
        across, below = QHBoxLayout(), QHBoxLayout()
        for button in self.all.values():
            across.addWidget(button)
        across.addStretch(1)
        below.addWidget(self.go)
        below.addWidget(self.leave)
        below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE, 0, 0)
        column.addWidget(self.told)
        column.addWidget(self.table)
        column.addLayout(across)
        column.addLayout(below)
        self.hide()

    def show_conflicts(self, found: Any) -> None:
        """The conflicts of a merge that was tried; none hides the view."""
        self.conflicts = tuple(found.conflicts)
        self.setVisible(bool(self.conflicts))
        self.boxes = []
        self.table.setRowCount(len(self.conflicts))
        for row, one in enumerate(self.conflicts):
            texts = (f"{one.list}: {' / '.join(one.key)}", one.ours or "–", one.theirs or "–")
            for column, text in enumerate(texts):
                cell = QTableWidgetItem(text)
                cell.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                cell.setToolTip(text)
                self.table.setItem(row, column, cell)
            box = QComboBox()
            box.addItem("", "")
            for side in SIDES:
                box.addItem("", side)
            box.currentIndexChanged.connect(self._look)
            self.boxes.append(box)
            self.table.setCellWidget(row, len(COLUMNS) - 1, box)
        self.retranslate()

    def take_all(self, side: str) -> None:
        """The same side in every conflict that is not decided yet."""
        for box in self.boxes:
            if not box.currentData():
                box.setCurrentIndex(box.findData(side))

    def settle(self) -> None:
        sides = {
            (one.list, one.key): box.currentData()
            for one, box in zip(self.conflicts, self.boxes, strict=True)
        }
        self.settled.emit(sides)

    def give_up(self) -> None:
        self.conflicts = ()
        self.hide()
        self.left.emit()

    def _look(self) -> None:
        self.go.setEnabled(all(box.currentData() for box in self.boxes))

    def retranslate(self) -> None:
        self.told.setText(self.words("file.conflicts", count=len(self.conflicts)))
        self.table.setHorizontalHeaderLabels([self.words(f"file.conflict.{name}") for name in COLUMNS])
        self.table.setAccessibleName(self.words("file.conflicts", count=len(self.conflicts)))
        for side, button in self.all.items():
            button.setText(self.words(f"file.all.{side}"))
        self.go.setText(self.words("file.settle"))
        self.leave.setText(self.words("file.leave"))
        for number, box in enumerate(self.boxes):
            for index, code in enumerate(("file.choose", *(f"file.take.{side}" for side in SIDES))):
                box.setItemText(index, self.words(code))
            box.setAccessibleName(f"{self.words('file.conflict.take')} {number + 1}")
        self._look()
