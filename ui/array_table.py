"""A table of any number of rows: searched, ordered, columns chosen, rows copied; a chosen row is told.

Rows are found and ordered by `arrange`, which whoever owns the table may hand to another thread.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ui.array_model import ArrayModel, Index
from ui.results import Table
from ui.table_filter import Filter, Names, Order, arranged
from ui.table_layout import TableLayout
from ui.words import Words

ROW_HEIGHT = 26
WIDTHS = {"code": 104, "text": 132, "district": 108, "count": 74, "number": 70, "enum": 104, "kip": 104}
OTHER_WIDTH = 90
HEAD_ROOM = 30  # for the arrow of the order
MOST_COPIED = 100_000
DANGEROUS = ("=", "+", "-", "@", "\t")

Rows = NDArray[np.int64]
Arrange = Callable[[int, Callable[[], Rows], Callable[[Rows], None]], None]


def at_once(size: int, work: Callable[[], Rows], done: Callable[[Rows], None]) -> None:
    """Without another thread."""
    del size
    done(work())


class ArrayTable(QTableView):
    """`row_chosen` is a row of the `Table`, not of the screen; `row_opened` by double click or Enter.

    `arranged` tells how many rows are shown; `laid_out` that the person moved or widened a column.
    """

    row_chosen = Signal(int)
    row_opened = Signal(int)
    arranged = Signal(int)
    laid_out = Signal()

    def __init__(self, words: Words, arrange: Arrange = at_once) -> None:
        super().__init__()
        self.laying_out = False
        self.arrange = arrange
        self.array = ArrayModel(words)
        self.wanted, self.by = Filter(), Order()
        self.setModel(self.array)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSortingEnabled(False)
        self.setTabKeyNavigation(False)  # Tab leaves the table; the arrows move in it
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
        for by_hand in (head.sectionMoved, head.sectionResized):
            by_hand.connect(lambda *sizes: None if self.laying_out else self.laid_out.emit())
        self.activated.connect(lambda index: self.row_opened.emit(int(self.array.rows[index.row()])))
        self.copying = QAction(self)
        self.copying.setShortcut(QKeySequence.StandardKey.Copy)
        self.copying.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.copying.triggered.connect(self.copy)
        self.addAction(self.copying)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def set_table(self, table: Table, district_names: Names, keep_rows: bool = False) -> None:
        """Show another table, or the same rows with other values; widths and order stay the person's."""
        if keep_rows and table.rows == self.array.table.rows:
            self.array.set_values(table)
            return
        self.array.set_table(table, dict(district_names))
        self.wanted, self.by = Filter(), Order()
        with QSignalBlocker(self.horizontalHeader()):
            self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.lay_out()

    def lay_out(self, layout: TableLayout | None = None) -> None:
        """The columns as the person left them; None: those that are no asides, in the order of the table."""
        head, columns = self.horizontalHeader(), self.array.table.columns
        places = {column.code: number for number, column in enumerate(columns)}
        wanted = [each for each in layout.columns if each[0] in places] if layout else []
        order = [places[code] for code, _ in wanted]
        order += [number for number in range(len(columns)) if number not in order]
        widths = dict(wanted)
        self.laying_out = True
        for at, number in enumerate(order):
            column = columns[number]
            head.moveSection(head.visualIndex(number), at)
            heading = self.fontMetrics().horizontalAdvance(self.array.words(f"ui.column.{column.code}"))
            width = max(WIDTHS.get(column.kind, OTHER_WIDTH), heading + HEAD_ROOM)
            self.setColumnWidth(number, widths.get(column.code, width))
            self.setColumnHidden(
                number, bool(number) and column.code not in widths if wanted else column.aside
            )
        self.laying_out = False

    def layout_now(self) -> TableLayout:
        """The columns as they stand."""
        columns, head = self.array.table.columns, self.horizontalHeader()
        order = sorted(range(len(columns)), key=head.visualIndex)
        shown = [number for number in order if not self.isColumnHidden(number)]
        return TableLayout(tuple((columns[number].code, self.columnWidth(number)) for number in shown))

    def find(self, wanted: Filter) -> None:
        """Show the rows that fit, in the chosen order."""
        self.wanted = wanted
        self.arrange_again()

    def arrange_again(self) -> None:
        """Find and order the rows anew: their values or the words may have changed."""
        table, wanted, names = self.array.table, self.wanted, self.array.district_names
        lao = self.array.words.language == "lo"
        by = Order(self.by.code, self.by.descending, lao, names)
        self.arrange(table.rows, lambda: arranged(table, wanted, by, names), self._show_found)

    def _show_found(self, rows: Rows) -> None:
        if not len(rows) or rows.max() < self.array.table.rows:  # another table may have come meanwhile
            self.show_rows(rows)
            self.arranged.emit(len(rows))

    def show_rows(self, rows: Rows) -> None:
        """Show these rows of the table, in this order; the current one stays if it is among them."""
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
            index = self.array.index(int(at[0]), self._first_shown())
            self.setCurrentIndex(index)
            self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    def show_columns(self, codes: tuple[str, ...]) -> None:
        """Show these columns and no others; the first stays, for it names the row."""
        self.laying_out = True
        for number, column in enumerate(self.array.table.columns):
            self.setColumnHidden(number, bool(number) and column.code not in codes)
        self.laying_out = False

    def shown_columns(self) -> tuple[str, ...]:
        return tuple(
            column.code
            for number, column in enumerate(self.array.table.columns)
            if not self.isColumnHidden(number)
        )

    def copy(self) -> None:
        """The chosen rows with their headings, for a spreadsheet; a name can carry no formula into it."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())[:MOST_COPIED]
        head = self.horizontalHeader()
        places = sorted(
            (number for number in range(self.array.columnCount()) if not self.isColumnHidden(number)),
            key=head.visualIndex,
        )
        columns = [self.array.table.columns[number] for number in places]
        lines = [[self.array.words(f"ui.column.{column.code}") for column in columns]]
        lines += [
            [harmless(self.array.text(column, int(self.array.rows[row]))) for column in columns]
            for row in rows
        ]
        if rows:
            QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))

    def retranslate(self) -> None:
        self.array.retranslate()
        self.copying.setText(self.array.words("ui.table.copy"))

    def _first_shown(self) -> int:
        return next(
            (number for number in range(self.array.columnCount()) if not self.isColumnHidden(number)), 0
        )

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and current.row() != previous.row():
            self.row_chosen.emit(int(self.array.rows[current.row()]))

    def _sort(self, column: int, order: Qt.SortOrder) -> None:
        columns = self.array.table.columns
        code = columns[column].code if 0 <= column < len(columns) else ""
        self.by = Order(code, order == Qt.SortOrder.DescendingOrder)
        self.arrange_again()


def harmless(text: str) -> str:
    """A cell that a spreadsheet takes for text and not for a formula; a number stays one."""
    plain = text.replace("\t", " ").replace("\n", " ")
    number = plain.replace(",", "").lstrip("-").replace(".", "", 1).isdigit()
    return f"'{plain}" if plain.startswith(DANGEROUS) and not number else plain
