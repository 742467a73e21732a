"""Check the registry: what was found in the files, and everything in it that waits for a person."""

from typing import cast

from PySide6.QtWidgets import QGridLayout, QPushButton, QStackedWidget, QWidget

from ui.asking import Kind
from ui.columns_panel import ColumnsPanel
from ui.extract_panel import ExtractPanel
from ui.lists_panel import ListsPanel
from ui.pages.page import Page
from ui.problems_panel import ProblemsPanel
from ui.question_panel import QuestionPanel
from ui.session import Session
from ui.style import GAP

SECTIONS = (
    "problems", "columns", "places", "duplicates", "verify", "assessments", "earlier_payments", "extract",
)  # fmt: skip
IN_A_ROW = 4

Panel = ProblemsPanel | ColumnsPanel | ExtractPanel | ListsPanel | QuestionPanel


class CheckPage(Page):
    code = "check"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.panels: dict[str, Panel] = {name: panel_of(session, name) for name in SECTIONS}
        self.buttons = {name: QPushButton() for name in SECTIONS}
        self.stack = QStackedWidget()
        grid = QGridLayout()
        grid.setSpacing(GAP)
        for number, (name, button) in enumerate(self.buttons.items()):
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setProperty("kind", "section")
            button.clicked.connect(lambda checked=False, name=name: self.go(name))
            grid.addWidget(button, number // IN_A_ROW, number % IN_A_ROW)
            grid.setColumnStretch(number % IN_A_ROW, 1)
            self.stack.addWidget(cast(QWidget, self.panels[name]))
        self.body.addLayout(grid)
        self.body.addWidget(self.stack, 1)
        self.section = SECTIONS[0]
        self.buttons[self.section].setChecked(True)
        session.district_chosen.connect(lambda pcode: self._ask_again())
        self.retranslate()

    def go(self, section: str) -> None:
        """Show a section."""
        self.section = section
        self.buttons[section].setChecked(True)
        self.stack.setCurrentWidget(cast(QWidget, self.panels[section]))
        self.show_results()

    def show_results(self) -> None:
        if self.session.results is not None:
            self.panels[self.section].ask()

    def _ask_again(self) -> None:
        """Questions follow the district that is chosen on the map."""
        if self.isVisible() and self.section in ("duplicates", "verify", "assessments", "earlier_payments"):
            self.show_results()

    def retranslate(self) -> None:
        super().retranslate()
        for name in SECTIONS:
            self.buttons[name].setText(self.words(f"decide.section.{name}"))
            self.panels[name].retranslate()


def panel_of(session: Session, name: str) -> Panel:
    """The widget of a section."""
    if name == "problems":
        return ProblemsPanel(session)
    if name == "columns":
        return ColumnsPanel(session)
    if name == "extract":
        return ExtractPanel(session)
    if name == "assessments" or name == "earlier_payments":
        return ListsPanel(session, name)
    return QuestionPanel(session, cast(Kind, name))
