"""Which column of the extract is which field: samples, how sure that is, and what the person says instead."""

from PySide6.QtCore import Qt
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

from shockplan.texts import show_number
from ui.asking import ColumnLine, Columns
from ui.file_asking import ask_file, ask_where
from ui.label import label
from ui.session import Session
from ui.style import GAP

HEADS = ("heading", "field", "confidence", "samples")
ROW_HEIGHT = 34


class ColumnsPanel(QWidget):
    """A line a column. What is chosen stays here until the person takes it; then the plan is read anew."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session, self.words, self.checking = session, session.words, session.checking
        self.columns: Columns | None = None
        self.told = label("muted", wrap=True)
        self.table = QTableWidget(0, len(HEADS))
        self.table.setTabKeyNavigation(False)  # Tab leaves the table; the arrows move in it
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setWordWrap(False)
        head = self.table.horizontalHeader()
        for column, width in enumerate((118, 160, 58)):
            self.table.setColumnWidth(column, width)
        head.setSectionResizeMode(len(HEADS) - 1, QHeaderView.ResizeMode.Stretch)
        self.choices: list[QComboBox] = []
        self.wrong = label("fault", wrap=True)
        self.take, self.remember = QPushButton(), QPushButton()
        self.take.setProperty("kind", "main")
        self.write, self.read = QPushButton(), QPushButton()
        row = QHBoxLayout()
        row.addWidget(self.take)
        row.addWidget(self.remember)
        row.addStretch(1)
        for button in (self.read, self.write):
            button.setProperty("kind", "link")
            row.addWidget(button)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.setSpacing(GAP)
        column_.addWidget(self.told)
        column_.addWidget(self.table, 1)
        column_.addWidget(self.wrong)
        column_.addLayout(row)
        self._join()

    def _join(self) -> None:
        self.checking.columns.connect(self.show_columns)
        self.take.clicked.connect(lambda: self.checking.take_columns(self.mapping()))
        self.remember.clicked.connect(self._remember)
        self.write.clicked.connect(self._ask_where)
        self.read.clicked.connect(self._ask_file)

    def ask(self) -> None:
        """Look at the extract again."""
        self.checking.look_at_columns()

    def show_columns(self, columns: object) -> None:
        """A line for each column, with its proposal chosen where the plan reads it so."""
        assert isinstance(columns, Columns)
        self.columns = columns
        self.table.setRowCount(len(columns.lines))
        self.choices = []
        for row, line in enumerate(columns.lines):
            self._fill(row, line, columns)
        self._show_wrong()
        told = self.words(
            "decide.columns.told",
            file=columns.file,
            rows=show_number(columns.rows),
            columns=len(columns.lines),
        )
        self.told.setText(told)

    def _fill(self, row: int, line: ColumnLine, columns: Columns) -> None:
        samples = " | ".join(line.samples)
        sure = f"{line.confidence * 100:.0f} %" if line.field else ""
        for place, text in ((0, line.heading), (2, sure), (3, samples)):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            if place == 2:
                item.setToolTip(self.words(f"decide.columns.why.{line.why}"))
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, place, item)
        choice = QComboBox()
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        choice.setAccessibleName(line.heading)
        choice.addItem(self.words("decide.columns.nothing"), "")
        for field, name in columns.choices:
            choice.addItem(name, field)
        choice.setCurrentIndex(max(0, choice.findData(line.field if line.taken else "")))
        if line.field and not line.taken:
            name = dict(columns.choices).get(line.field, line.field)
            choice.setItemText(0, self.words("decide.columns.perhaps", field=name))
        choice.currentIndexChanged.connect(lambda index: self._show_wrong())
        self.choices.append(choice)
        self.table.setCellWidget(row, 1, choice)

    def mapping(self) -> dict[str, str]:
        """Field -> heading, as it is chosen."""
        lines = self.columns.lines if self.columns else ()
        pairs = zip(lines, self.choices, strict=True)
        return {str(each.currentData()): line.heading for line, each in pairs if each.currentData()}

    def _show_wrong(self) -> None:
        """Two columns for one field, or a field that a registry needs and nobody gives."""
        chosen = [str(each.currentData()) for each in self.choices if each.currentData()]
        names = dict(self.columns.choices) if self.columns else {}
        twice = sorted({names.get(one, one) for one in chosen if chosen.count(one) > 1})
        missing = [] if "household_id" in chosen else [names.get("household_id", "")]
        sentences = [self.words("decide.columns.twice", fields=", ".join(twice))] if twice else []
        if missing and self.columns:
            sentences.append(self.words("decide.columns.missing", fields=", ".join(missing)))
        self.wrong.setText(" ".join(sentences))
        self.wrong.setVisible(bool(sentences))
        self.take.setEnabled(not sentences and self.columns is not None)
        self.remember.setEnabled(not sentences and self.columns is not None)

    def choose(self, heading: str, field: str) -> None:
        """Say what a column is."""
        lines = self.columns.lines if self.columns else ()
        for line, choice in zip(lines, self.choices, strict=True):
            if line.heading == heading:
                choice.setCurrentIndex(max(0, choice.findData(field)))

    def _remember(self) -> None:
        if self.columns is not None:
            self.checking.remember_columns(self.columns.shape, self.mapping())

    def _ask_where(self) -> None:
        title = self.write.text()
        ask_where(
            self,
            title,
            "columns.toml",
            "*.toml",
            lambda path: self.checking.write_columns(path, self.mapping()),
        )

    def _ask_file(self) -> None:
        ask_file(self, self.read.text(), "*.toml", self.checking.read_columns)

    def retranslate(self) -> None:
        words = self.words
        self.table.setHorizontalHeaderLabels([words(f"decide.columns.{name}") for name in HEADS])
        self.table.setAccessibleName(words("decide.section.columns"))
        self.take.setText(words("decide.columns.take"))
        self.remember.setText(words("decide.columns.remember"))
        self.write.setText(words("decide.columns.write"))
        self.read.setText(words("decide.columns.read"))
        if self.columns is not None:
            self.show_columns(self.columns)
