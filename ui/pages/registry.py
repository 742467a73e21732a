"""Every household, village and district of the extract, and why a household stands where it stands."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from shockplan.texts import show_number
from ui.array_table import ArrayTable
from ui.label import one_line
from ui.pages.page import Page
from ui.pick_many import PickMany
from ui.results import Results, Table
from ui.session import Session
from ui.style import GAP
from ui.table_filter import Filter
from ui.table_layout import TableLayout
from ui.why_panel import WhyPanel
from ui.words import Words

TABLES = ("households", "villages", "districts", "funds")
STATUSES = (-1, 4, 3, 2, 1, 0)
SEARCH_AFTER_MS = 200
COLUMNS_WIDTH = 88


class FilterBar(QWidget):
    """Which table, which words, which standing."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.table = QComboBox()
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.status = QComboBox()
        self.counts = one_line("small")
        self.columns = PickMany(words)
        self.district = QPushButton()
        self.district.setCheckable(True)
        for name in TABLES:
            self.table.addItem(name, name)
        for status in STATUSES:
            self.status.addItem(str(status), status)
        row = QHBoxLayout()
        row.addWidget(self.table)
        row.addWidget(self.search, 1)
        row.addWidget(self.columns)
        self.columns.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.columns.setFixedWidth(COLUMNS_WIDTH)
        second = QHBoxLayout()
        second.addWidget(self.status)
        second.addWidget(self.district)
        second.addWidget(self.counts, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(row)
        column.addLayout(second)


class RegistryPage(Page):
    """`laid_out` carries the name of a table whose columns the person chose, moved or widened."""

    code = "registry"
    laid_out = Signal(str, object)  # TableLayout

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.bar = FilterBar(self.words)
        self.table = ArrayTable(self.words, session.jobs.arrange)
        self.layouts: dict[str, TableLayout] = {}
        self.why = WhyPanel(session)
        self.shown: tuple[object, str] | None = None
        self.typing = QTimer(self)
        self.typing.setSingleShot(True)
        self.typing.setInterval(SEARCH_AFTER_MS)
        self.typing.timeout.connect(self.apply_filter)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.addWidget(self.table)
        halves.addWidget(self.why)
        halves.setStretchFactor(0, 3)
        halves.setStretchFactor(1, 2)
        halves.setChildrenCollapsible(False)
        self.body.addWidget(self.bar)
        self.body.addWidget(halves, 1)
        self._join()
        self.retranslate()

    def _join(self) -> None:
        self.table.arranged.connect(self._show_count)
        self.table.laid_out.connect(self._keep_layout)
        self.bar.columns.chosen.connect(self._choose_columns)
        self.find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        self.find.activated.connect(self.bar.search.setFocus)
        self.table.row_chosen.connect(self._row_chosen)
        self.table.row_opened.connect(lambda row: self.why.go_to_place())
        self.bar.search.textChanged.connect(lambda text: self.typing.start())
        self.bar.status.activated.connect(lambda number: self.apply_filter())
        self.bar.table.activated.connect(lambda number: self.show_results())
        self.bar.district.toggled.connect(lambda on: self.apply_filter())
        self.session.selection.changed.connect(self._districts_chosen)

    @property
    def which(self) -> str:
        """The name of the table that is shown."""
        return TABLES[self.bar.table.currentIndex()]

    def show_results(self) -> None:
        results = self.session.results
        if results is None:
            self.table.array.set_table(Table((), 0), {})  # no person stays in sight when a plan is let go
            self.why.show_explanation(None)
            self.shown = None
            return
        shown = (results.plan_path, self.which)
        if shown != self.shown:
            self.why.show_explanation(None)
        table = table_of(results, self.which)
        self.table.set_table(table, results.district_names, keep_rows=shown == self.shown)
        if shown != self.shown and self.which in self.layouts:
            self.table.lay_out(self.layouts[self.which])
        self.shown = shown
        self._show_columns()
        self.bar.status.setVisible(self.which == "households")
        self.apply_filter()
        if self.why.explanation is not None:
            self.session.explain(self.why.explanation.row, self.which)

    def apply_filter(self) -> None:
        """Show the rows that fit, in the order the person has chosen."""
        results = self.session.results
        if results is None:
            return
        districts = self.session.selection.pcodes if self.bar.district.isChecked() else ()
        status = self.bar.status.currentData() if self.which == "households" else -1
        self.table.find(Filter(self.bar.search.text(), status, districts))

    def _show_count(self, count: int) -> None:
        """How many rows are shown, of how many."""
        results = self.session.results
        if results is None:
            return
        table, figures = table_of(results, self.which), results.figures
        counts = {"read": figures.households_read, "rejected": figures.rejected, "used": table.rows}
        read = self.words("ui.registry.counts", **{name: show_number(n) for name, n in counts.items()})
        shown = self.words("ui.table.shown", shown=show_number(count), all=show_number(table.rows))
        self.bar.counts.setText(shown)
        self.bar.counts.setToolTip(f"{read} · {shown}" if self.which == "households" else shown)

    def _row_chosen(self, row: int) -> None:
        self.session.explain(row, self.which)
        if self.which == "districts" and self.session.results:
            self.session.choose_district(str(self.session.results.districts.column("code").values[row]))

    def take_layouts(self, kept: dict[str, TableLayout]) -> None:
        """The columns as the person left them the last time."""
        self.layouts = {**kept, **self.layouts}

    def _choose_columns(self, codes: tuple[str, ...]) -> None:
        self.table.show_columns(codes)
        self._keep_layout()
        self._show_columns()

    def _keep_layout(self) -> None:
        self.layouts[self.which] = self.table.layout_now()
        self.laid_out.emit(self.which, self.layouts[self.which])

    def _show_columns(self) -> None:
        """The columns as they are offered for choosing."""
        columns = [
            (each.code, self.words(f"ui.column.{each.code}")) for each in self.table.array.table.columns
        ]
        self.bar.columns.offer(columns, self.table.shown_columns())
        self.bar.columns.name(self.words("ui.table.columns"))

    def show_selection(self) -> None:
        """The households of the chosen districts, whatever was shown before."""
        self.bar.table.setCurrentIndex(TABLES.index("households"))
        self.bar.district.setChecked(True)
        self.show_results()

    def _districts_chosen(self, pcodes: tuple[str, ...]) -> None:
        self._name_district()
        if self.bar.district.isChecked():
            self.apply_filter()

    def _name_district(self) -> None:
        results, pcodes = self.session.results, self.session.selection.pcodes
        name = self.words.pick(*results.district_names[pcodes[0]]) if results and pcodes else ""
        if len(pcodes) > 1:
            name = self.words("ui.selection.districts", count=len(pcodes))
        code = "ui.table.in_district" if name else "ui.table.every_district"
        self.bar.district.setText(self.words(code, district=name))
        self.bar.district.setEnabled(bool(name))
        if not name:
            self.bar.district.setChecked(False)

    def retranslate(self) -> None:
        super().retranslate()
        for number, name in enumerate(TABLES):
            self.bar.table.setItemText(number, self.words(f"ui.table.{name}"))
        for number, status in enumerate(STATUSES):
            words = self.words("ui.table.all") if status < 0 else self.words(f"ui.status.{status}")
            self.bar.status.setItemText(number, words)
        self.bar.search.setPlaceholderText(self.words("ui.table.search"))
        self.bar.search.setAccessibleName(self.words("ui.table.search"))
        self.bar.status.setAccessibleName(self.words("ui.column.status"))
        self.bar.table.setAccessibleName(self.words("ui.table"))
        self._name_district()
        self.table.retranslate()
        self._show_columns()
        self.table.setAccessibleName(self.words(f"ui.table.{self.which}"))
        self.why.retranslate()


def table_of(results: Results, name: str) -> Table:
    """One of the four tables."""
    tables = {
        "households": results.households,
        "villages": results.villages,
        "districts": results.districts,
        "funds": results.fund_table,
    }
    return tables[name]
