"""A table of any number of rows: sorted by a click, filtered from outside; a chosen row is told."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ui.array_model import ArrayModel, Index
from ui.results import Table
from ui.words import Words

ROW_HEIGHT = 26
WIDTHS = {"code": 104, "text": 132, "district": 108, "count": 74, "number": 70, "enum": 104, "kip": 104}


class ArrayTable(QTableView):
    """`row_chosen` is a row of the `Table`, not of the screen; `row_opened` by double click or Enter."""

    row_chosen = Signal(int)
    row_opened = Signal(int)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.array = ArrayModel(words)
        self.setModel(self.array)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSortingEnabled(False)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        rows.hide()
        head = self.horizontalHeader()
        head.setSectionsClickable(True)
        head.setSortIndicatorShown(True)
        head.setSectionsMovable(True)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.sortIndicatorChanged.connect(self._sort)
        self.activated.connect(lambda index: self.row_opened.emit(int(self.array.rows[index.row()])))

    def set_table(
        self, table: Table, district_names: dict[str, tuple[str, str]], keep_rows: bool = False
    ) -> None:
        """Show another table, or the same rows with other values; widths and order stay the person's."""
        if keep_rows and table.rows == self.array.table.rows:
            self.array.set_values(table)
            return
        self.array.set_table(table, district_names)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        if table.columns:
            for number, column in enumerate(table.columns):
                self.setColumnWidth(number, WIDTHS[column.kind])

    def show_rows(self, rows: NDArray[np.int64]) -> None:
        """Show these rows of the table, in the chosen order; the current one stays if it is among them."""
        chosen = self.currentIndex()
        row = int(self.array.rows[chosen.row()]) if chosen.isValid() else -1
        if not self.array.show(rows):
            return
        if row >= 0:
            with QSignalBlocker(self):
                self.choose(row)

    def choose(self, row: int) -> None:
        """Select the row of the `Table`, if it is shown, and scroll to it."""
        at = np.flatnonzero(self.array.rows == row)
        if len(at):
            index = self.array.index(int(at[0]), 0)
            self.setCurrentIndex(index)
            self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and current.row() != previous.row():
            self.row_chosen.emit(int(self.array.rows[current.row()]))

    def _sort(self, column: int, order: Qt.SortOrder) -> None:
        self.clearSelection()
        self.array.sort(column, order)
