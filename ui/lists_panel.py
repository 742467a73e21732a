"""Filled assessment forms, or lists of earlier payments: which files the plan reads, and what waits."""

from pathlib import Path
from typing import Any, Literal

from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.answer_card import clear
from ui.file_asking import ask_file, ask_folder
from ui.label import label, one_line
from ui.number_box import WholeBox
from ui.question_panel import QuestionPanel
from ui.session import Session
from ui.style import GAP

USES = ("deduct", "exclude", "show")
ROWS = 14
FILES = "*.xlsx *.csv *.ods *.json"


class ListsPanel(QWidget):
    """The files of `assessments` or of `earlier_payments`, a button to add one, and their questions."""

    def __init__(self, session: Session, kind: Literal["assessments", "earlier_payments"]) -> None:
        super().__init__()
        self.session, self.words, self.kind = session, session.words, kind
        self.checking = session.checking
        self.questions = QuestionPanel(session, kind)
        self.told = label("muted", wrap=True)
        self.files = QVBoxLayout()
        self.add = QPushButton()
        self.use = QComboBox()
        for name in USES:
            self.use.addItem(name, name)
        self.use.setVisible(kind == "earlier_payments")
        self.printed, self.rows = QPushButton(), WholeBox()
        self.rows.setRange(1, 99)
        self.rows.setValue(ROWS)
        for widget in (self.printed, self.rows):
            widget.setVisible(kind == "assessments")
        row = QHBoxLayout()
        row.addWidget(self.add)
        row.addWidget(self.use, 1)
        row.addWidget(self.printed)
        row.addWidget(self.rows)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.told)
        column.addLayout(self.files)
        column.addLayout(row)
        column.addWidget(self.questions, 1)
        self.add.clicked.connect(lambda: ask_file(self, self.add.text(), FILES, self.take))
        self.printed.clicked.connect(lambda: ask_folder(self, self.printed.text(), self.print_forms))

    def take(self, path: Path) -> None:
        """The plan reads one more file."""
        said: dict[str, Any] = {}
        if self.kind == "earlier_payments":
            said = {"use": self.use.currentData(), "agency": path.stem}
        self.checking.add_list(self.kind, path, said)

    def print_forms(self, folder: Path) -> None:
        """Blank forms for the villages of the district chosen on the map, or one without a place."""
        self.checking.write_forms(folder, self.session.district, self.rows.value())

    def ask(self) -> None:
        self.show_files()
        self.questions.ask()

    def show_files(self) -> None:
        """A line for each file, with a button that takes it out."""
        while self.files.count():
            item = self.files.takeAt(0)
            inner = item.layout() if item else None
            if isinstance(inner, QHBoxLayout):
                clear(inner)
                inner.deleteLater()
        for number, table in enumerate(self.checking.lists(self.kind)):
            name = one_line("body")
            use = str(table.get("use", ""))
            parts = [str(table["file"]), *([self.words(f"decide.use.{use}")] if use else [])]
            name.setText(" · ".join(parts))
            out = QPushButton(self.words("decide.lists.drop"))
            out.setProperty("kind", "link")
            out.clicked.connect(lambda checked=False, n=number: self.checking.drop_list(self.kind, n))
            line = QHBoxLayout()
            line.addWidget(name, 1)
            line.addWidget(out)
            self.files.addLayout(line)

    def retranslate(self) -> None:
        words = self.words
        self.told.setText(words(f"decide.lists.told.{self.kind}"))
        self.add.setText(words(f"decide.lists.add.{self.kind}"))
        self.use.setAccessibleName(words("decide.use"))
        for number, name in enumerate(USES):
            self.use.setItemText(number, words(f"decide.use.{name}"))
        self.printed.setText(words("decide.forms.print"))
        self.printed.setToolTip(words("decide.forms.print.tip"))
        self.rows.setAccessibleName(words("decide.forms.rows"))
        self.rows.setSuffix(" " + words("decide.forms.rows"))
        self.questions.retranslate()
        if self.session.made is not None:
            self.show_files()
