"""The values of a field, each with its count and the class a person gives it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHeaderView, QTableWidget, QTableWidgetItem

from shockplan.texts import show_number
from ui.words import Words

CLASSES = ("none", "low", "moderate", "severe", "not_observed", "left_out")
ROW_HEIGHT = 30
MOST_ROWS = 8


class ValueClasses(QTableWidget):
    """A line a value; a value without a class counts as not observed and is listed."""

    def __init__(self, words: Words) -> None:
        super().__init__(0, 3)
        self.words = words
        self.given: dict[str, str] = {}
        self.shown: tuple[tuple[str, int], ...] = ()
        self.verticalHeader().hide()
        self.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setAccessibleName(words("profile.values"))

    def take(self, given: dict[str, str]) -> None:
        """The classes to begin with, by value."""
        self.given, self.shown = dict(given), ()

    def show_values(self, values: Sequence[tuple[str, int]]) -> None:
        """A line for each value of the field, and for each that was given a class before."""
        more = tuple((value, 0) for value in self.given if value not in dict(values))
        wanted = (*values, *more)
        if wanted == self.shown:
            return
        self.shown = wanted
        heads = ("profile.value", "profile.features", "profile.class")
        self.setHorizontalHeaderLabels([self.words(code) for code in heads])
        self.setRowCount(len(wanted))
        for row, (value, count) in enumerate(wanted):
            amount = QTableWidgetItem(show_number(count))
            amount.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(row, 0, QTableWidgetItem(value))
            self.setItem(row, 1, amount)
            self.setCellWidget(row, 2, self._chooser(value))
            self.setRowHeight(row, ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(2, 170)
        self.setFixedHeight(header.sizeHint().height() + ROW_HEIGHT * min(MOST_ROWS, len(wanted)) + 4)

    def chosen(self) -> dict[str, str]:
        """The class of each value that has one."""
        return {value: name for value, name in self.given.items() if name}

    def _chooser(self, value: str) -> QComboBox:
        box = QComboBox()
        box.addItem(self.words("profile.no_class"), "")
        for name in CLASSES:
            box.addItem(self.words(f"rule.word.{name}"), name)
        box.setCurrentIndex(max(0, box.findData(self.given.get(value, ""))))
        box.setAccessibleName(f"{self.words('profile.class')}: {value}")
        box.currentIndexChanged.connect(lambda _: self.given.__setitem__(value, str(box.currentData())))
        return box
