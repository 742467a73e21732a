"""What was found in the files, grouped: what it is, what to do, in which rows; out to a workbook and back."""

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from shockplan.texts import show_number
from ui.asking import ProblemGroup, ProblemLine
from ui.file_asking import ask_file, ask_where
from ui.icon import icon
from ui.label import label, one_line
from ui.session import Session
from ui.style import GAP

LEVELS = ("", "error", "warning", "note")
HEADS = ("row", "value", "what")
ROW_HEIGHT = 26


class ProblemsPanel(QWidget):
    """Groups above, the rows of the chosen one below."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session, self.words, self.checking = session, session.words, session.checking
        self.groups: tuple[ProblemGroup, ...] = ()
        self.shown: tuple[ProblemGroup, ...] = ()
        self.level, self.file = QComboBox(), QComboBox()
        for combo in (self.level, self.file):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for name in LEVELS:
            self.level.addItem(name, name)
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.setAlternatingRowColors(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.what = label("body", wrap=True)
        self.rows = QTableWidget(0, len(HEADS))
        self.rows.setTabKeyNavigation(False)  # Tab leaves the table; the arrows move in it
        self.rows.verticalHeader().hide()
        self.rows.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.rows.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.rows.setWordWrap(False)
        self.rows.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.rows.setColumnWidth(0, 64)
        self.rows.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.counts = one_line("small")
        self.none = label("muted", wrap=True)
        self.write, self.read = QPushButton(), QPushButton()
        self._lay_out()
        self._join()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.level, 2)
        head.addWidget(self.file, 2)
        head.addWidget(self.search, 3)
        below = QWidget()
        inside = QVBoxLayout(below)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.what)
        inside.addWidget(self.rows, 1)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.addWidget(self.list)
        halves.addWidget(below)
        halves.setStretchFactor(0, 3)
        halves.setStretchFactor(1, 2)
        halves.setChildrenCollapsible(False)
        files = QHBoxLayout()
        files.addWidget(self.counts, 1)
        for button in (self.read, self.write):
            button.setProperty("kind", "link")
            files.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(head)
        column.addWidget(self.none)
        column.addWidget(halves, 1)
        column.addLayout(files)

    def _join(self) -> None:
        self.checking.problems.connect(self._take_groups)
        self.checking.lines.connect(self.show_rows)
        self.level.activated.connect(lambda index: self.show_list())
        self.file.activated.connect(lambda index: self.show_list())
        self.search.textChanged.connect(lambda text: self.show_list())
        self.list.currentRowChanged.connect(self._show_group)
        self.write.clicked.connect(self._ask_where)
        self.read.clicked.connect(self._ask_file)

    def ask(self) -> None:
        self.checking.group_problems()

    def _take_groups(self, groups: object) -> None:
        assert isinstance(groups, tuple)
        self.groups = groups
        chosen = self.file.currentData()
        self.file.clear()
        self.file.addItem(self.words("decide.problems.every_file"), "")
        for name in sorted({each.file for each in self.groups if each.file}):
            self.file.addItem(name, name)
        self.file.setCurrentIndex(max(0, self.file.findData(chosen)))
        self.show_list()

    def show_list(self) -> None:
        """The groups that fit the filters."""
        level, file = self.level.currentData(), self.file.currentData()
        wanted = self.search.text().casefold().split()
        self.shown = tuple(
            each
            for each in self.groups
            if level in ("", each.level)
            and file in ("", None, each.file)
            and all(word in f"{each.what} {each.column} {each.do} {each.code}".casefold() for word in wanted)
        )
        colour = self.palette().text().color().name()
        before = self.list.currentRow()
        with QSignalBlocker(self.list):
            self.list.clear()
            for each in self.shown:
                where = " · ".join(part for part in (each.file, each.column) if part)
                times = self.words("decide.problems.times", count=show_number(each.count))
                level = self.words(f"ui.level.{each.level}")
                item = QListWidgetItem(f"{level}: {each.what}\n{where} · {times}")
                if each.level != "note":
                    item.setIcon(icon("warning", colour))
                self.list.addItem(item)
        self.none.setVisible(not self.shown)
        self.list.setCurrentRow(min(max(before, 0), len(self.shown) - 1))
        self._show_group(self.list.currentRow())
        counts = {"groups": len(self.shown), "findings": sum(each.count for each in self.shown)}
        self.counts.setText(
            self.words("decide.problems.counts", **{name: show_number(n) for name, n in counts.items()})
        )
        self.write.setEnabled(bool(self.shown))

    def _show_group(self, row: int) -> None:
        group = self.shown[row] if 0 <= row < len(self.shown) else None
        self.what.setText("" if group is None else f"{group.what} {group.do}")
        self.rows.setRowCount(0)
        if group is not None:
            self.checking.list_problems(group)

    def show_rows(self, lines: object) -> None:
        """The rows of the chosen group, with the texts that stood there."""
        assert isinstance(lines, tuple)
        self.rows.setRowCount(len(lines))
        for row, line in enumerate(lines):
            assert isinstance(line, ProblemLine)
            for place, text in enumerate((line.row, line.value, line.what)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.rows.setItem(row, place, item)

    def _ask_where(self) -> None:
        shown = self.shown
        ask_where(
            self,
            self.write.text(),
            "problems.xlsx",
            "*.xlsx",
            lambda path: self.checking.write_problems(path, shown),
        )

    def _ask_file(self) -> None:
        ask_file(
            self, self.read.text(), "*.xlsx *.csv",
            lambda path: self.session.deciding.take_decisions("corrections", path),
        )  # fmt: skip

    def retranslate(self) -> None:
        words = self.words
        for number, name in enumerate(LEVELS):
            self.level.setItemText(number, words(f"decide.problems.level.{name or 'all'}"))
        self.level.setAccessibleName(words("decide.problems.level.all"))
        self.file.setAccessibleName(words("decide.problems.every_file"))
        self.search.setPlaceholderText(words("ui.table.search"))
        self.search.setAccessibleName(words("ui.table.search"))
        self.list.setAccessibleName(words("decide.section.problems"))
        self.rows.setAccessibleName(words("decide.problems.rows"))
        self.rows.setHorizontalHeaderLabels([words(f"decide.problems.{name}") for name in HEADS])
        self.none.setText(words("ui.no_problems"))
        self.write.setText(words("decide.problems.write"))
        self.read.setText(words("decide.problems.read"))
        self.read.setToolTip(words("decide.problems.read.tip"))
