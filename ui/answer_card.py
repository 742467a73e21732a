"""One question: what is known, what was decided, and a button for each answer."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.asking import Option, Question
from ui.label import label
from ui.style import GAP, SPACE
from ui.words import Words


class AnswerCard(QFrame):
    """`answered`: the answer ("" takes it back) and the values that were filled in, by field."""

    answered = Signal(str, object)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.words = words
        self.question: Question | None = None
        self.title = label("heading", wrap=True)
        self.lines = label("body", wrap=True)
        self.lines.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.decided = label("stamp", wrap=True)
        self.back = QPushButton()
        self.back.setProperty("kind", "link")
        self.back.clicked.connect(lambda: self.answered.emit("", dict.fromkeys(self.values, "")))
        self.buttons: list[QPushButton] = []
        self.blanks = QFormLayout()
        self.options = QVBoxLayout()
        self.options.setSpacing(GAP)
        self.more = QComboBox()
        self.more.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.take_more = QPushButton()
        self.take_more.clicked.connect(self._take_more)
        self.more.activated.connect(lambda index: self.take_more.setEnabled(index >= 0))
        self.values: dict[str, QLineEdit] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        for widget in (self.title, self.lines):
            column.addWidget(widget)
        column.addLayout(self.blanks)
        column.addLayout(self.options)
        row = QHBoxLayout()
        row.addWidget(self.more, 1)
        row.addWidget(self.take_more)
        column.addLayout(row)
        said = QHBoxLayout()
        said.addWidget(self.decided, 1)
        said.addWidget(self.back)
        column.addLayout(said)
        column.addStretch(1)

    def show_question(self, question: Question | None) -> None:
        """The question, or nothing."""
        self.question = question
        self.setVisible(question is not None)
        for layout in (self.options, self.blanks):
            clear(layout)
        self.buttons, self.values = [], {}
        if question is None:
            return
        self.title.setText(question.title)
        self.lines.setText("\n".join(question.lines))
        for blank in question.blanks:
            self.values[blank.field] = QLineEdit()
            self.values[blank.field].setAccessibleName(blank.text)
            self.blanks.addRow(blank.text, self.values[blank.field])
        for option in question.options:
            self._add_option(option, option.answer == question.answer)
        self.more.clear()
        for option in question.more:
            self.more.addItem(option.text, option.answer)
        self.more.setCurrentIndex(-1)  # nothing is chosen before the person chooses
        self.take_more.setEnabled(False)
        for widget in (self.more, self.take_more):
            widget.setVisible(bool(question.more))
        self.decided.setVisible(bool(question.answered))
        self.back.setVisible(question.level == "decided")
        self.decided.setText(self.words("decide.decided", answer=question.answered))

    def _add_option(self, option: Option, chosen: bool) -> None:
        button = QPushButton(option.text)
        button.setCheckable(True)
        button.setChecked(chosen)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self.give(option.answer))
        self.buttons.append(button)
        self.options.addWidget(button)
        if option.detail:
            detail = label("small", wrap=True)
            detail.setText(option.detail)
            self.options.addWidget(detail)

    def give(self, answer: str) -> None:
        """Answer, with what was filled in."""
        filled = {field: entry.text().strip() for field, entry in self.values.items()}
        self.answered.emit(answer, {field: text for field, text in filled.items() if text})

    def _take_more(self) -> None:
        if self.more.currentIndex() >= 0:
            self.give(str(self.more.currentData()))

    def retranslate(self) -> None:
        self.back.setText(self.words("decide.take_back"))
        self.take_more.setText(self.words("decide.take_this"))
        self.more.setAccessibleName(self.words("decide.another"))
        self.more.setPlaceholderText(self.words("decide.another"))
        self.show_question(self.question)


def clear(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while layout.count():
        item = layout.takeAt(0)
        widget: QWidget | None = item.widget() if item else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
