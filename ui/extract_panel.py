"""A second extract over the first: who is new, who is gone, what changed, and what a blank would do."""

from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from shockplan.texts import show_number
from ui.asking import Changes
from ui.file_asking import ask_file, ask_where
from ui.label import label
from ui.session import Session
from ui.style import GAP

COUNTS = ("new", "gone", "changed", "blanked", "same", "unclear")
ROW_HEIGHT = 26
HEADS = ("household", "change", "field", "before", "after")


class ExtractPanel(QWidget):
    """Choose a newer extract, see what it changes, take it or leave it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session, self.words, self.checking = session, session.words, session.checking
        self.changes: Changes | None = None
        self.told = label("muted", wrap=True)
        self.counts = label("body", wrap=True)
        self.choose = QPushButton()
        self.keep = QCheckBox()
        self.keep.setChecked(True)
        self.take, self.drop, self.write = QPushButton(), QPushButton(), QPushButton()
        self.take.setProperty("kind", "main")
        self.table = QTableWidget(0, len(HEADS))
        self.table.setTabKeyNavigation(False)  # Tab leaves the table; the arrows move in it
        self.table.verticalHeader().hide()
        self.table.setWordWrap(False)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setAlternatingRowColors(True)
        self.table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        for column, width in enumerate((96, 78, 100, 80)):
            self.table.setColumnWidth(column, width)
        self.table.horizontalHeader().setSectionResizeMode(len(HEADS) - 1, QHeaderView.ResizeMode.Stretch)
        top = QHBoxLayout()
        top.addWidget(self.choose)
        top.addStretch(1)
        self.write.setProperty("kind", "link")
        top.addWidget(self.write)
        low = QHBoxLayout()
        low.addWidget(self.take)
        low.addWidget(self.drop)
        low.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(top)
        column.addWidget(self.told)
        column.addWidget(self.counts)
        column.addWidget(self.table, 1)
        column.addWidget(self.keep)
        column.addLayout(low)
        self._join()

    def _join(self) -> None:
        self.checking.changes.connect(self.show_changes)
        self.choose.clicked.connect(
            lambda: ask_file(self, self.choose.text(), "*.*", self.checking.compare_extract)
        )
        self.take.clicked.connect(lambda: self.checking.take_extract(self.keep.isChecked()))
        self.drop.clicked.connect(self.checking.drop_extract)
        self.write.clicked.connect(self._ask_where)

    def ask(self) -> None:
        self.checking.show_changes()

    def compare(self, path: Path) -> None:
        """Look at a newer extract."""
        self.checking.compare_extract(path)

    def show_changes(self, changes: object) -> None:
        """What the extract that was looked at changes, or the plan's own over its earlier one."""
        assert changes is None or isinstance(changes, Changes)
        self.changes = changes
        for widget in (self.counts, self.table, self.write):
            widget.setVisible(changes is not None)
        for widget in (self.take, self.drop, self.keep):
            widget.setVisible(changes is not None and not changes.taken)
        if changes is None:
            self.told.setText(self.words("decide.extract.none"))
            return
        code = "decide.extract.taken" if changes.taken else "decide.extract.looked"
        self.told.setText(self.words(code, file=changes.file))
        names = {name: self.words(f"decide.extract.{name}") for name in COUNTS}
        parts = [f"{names[name]}: {show_number(changes.counts[name])}" for name in COUNTS]
        if changes.total > len(changes.lines):
            parts.append(self.words("decide.extract.first", shown=show_number(len(changes.lines))))
        self.counts.setText("   ".join(parts))
        self.table.setRowCount(len(changes.lines))
        for row, line in enumerate(changes.lines):
            kind = self.words(f"decide.extract.kind.{line.kind}")
            for place, text in enumerate((line.household, kind, line.field, line.before, line.after)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(row, place, item)

    def _ask_where(self) -> None:
        ask_where(self, self.write.text(), "extract-changes.csv", "*.csv", self.checking.write_changes)

    def retranslate(self) -> None:
        words = self.words
        self.choose.setText(words("decide.extract.choose"))
        self.keep.setText(words("decide.extract.keep"))
        self.take.setText(words("decide.extract.take"))
        self.drop.setText(words("decide.extract.drop"))
        self.write.setText(words("decide.extract.write"))
        self.table.setHorizontalHeaderLabels([words(f"decide.extract.head.{name}") for name in HEADS])
        self.table.setAccessibleName(words("decide.section.extract"))
        self.show_changes(self.changes)
