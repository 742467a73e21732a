"""Tables over arrays: any number of rows, made into text only where the eye is."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from shockplan.texts import show_number
from ui.results import Column, Table
from ui.words import DASH, Words

Index = QModelIndex | QPersistentModelIndex
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ArrayModel(QAbstractTableModel):
    """Shows a `Table`. `rows` says which rows, in which order; sorting and filtering only change it."""

    def __init__(self, words: Words, district_names: dict[str, tuple[str, str]] | None = None) -> None:
        super().__init__()
        self.words = words
        self.district_names = district_names or {}
        self.table = Table((), 0)
        self.rows: NDArray[np.int64] = np.arange(0, dtype=np.int64)

    def set_table(self, table: Table, district_names: dict[str, tuple[str, str]]) -> None:
        self.beginResetModel()
        self.table, self.district_names = table, district_names
        self.rows = np.arange(table.rows, dtype=np.int64)
        self.endResetModel()

    def set_values(self, table: Table) -> None:
        """The same rows with other values in them."""
        self.table = table
        if len(self.rows):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(table.columns) - 1))

    def show(self, rows: NDArray[np.int64]) -> bool:
        """Show these rows (indexes into the table) in this order; False where nothing changes."""
        if np.array_equal(rows, self.rows):
            return False
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()
        return True

    def retranslate(self) -> None:
        if self.table.columns:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.table.columns) - 1)
            self.layoutChanged.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.table.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self.words(f"ui.column.{self.table.columns[section].code}")
        return str(section + 1)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = self.table.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(column, int(self.rows[index.row()]))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.kind in ("count", "kip", "number") else LEFT
        return None

    def text(self, column: Column, row: int) -> str:
        """One cell as a person reads it; blank is a dash."""
        value = column.values[row]
        if column.kind == "text" and column.lao is not None:
            scripts = (column.lao[row], column.values[row])
            first, second = scripts if self.words.language == "lo" else reversed(scripts)
            value = second if is_blank(first) else first
        if is_blank(value):
            return DASH
        if column.kind == "flag":
            return self.words("rule.yes" if value else "rule.no")
        if column.kind == "word":
            return self.words(f"rule.word.{value}")
        if column.kind == "enum":
            return self.words(f"ui.{column.enum}.{int(value)}")
        if column.kind == "district":
            names = self.district_names.get(str(value))
            return self.words.pick(*names) if names else str(value)
        if column.kind in ("count", "kip"):
            return show_number(int(value)) if int(value) else DASH
        if column.kind == "number":
            return f"{float(value):,.2f}"
        return str(value)


def is_blank(value: object) -> bool:
    """Whether a cell says nothing, in whichever way its column has that."""
    import pandas as pd  # not before the window is shown

    return bool(pd.isna(value))
