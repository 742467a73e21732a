"""Every household of the extract, and why each one stands where it stands."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from shockplan.texts import show_number
from ui.household_table import HouseholdTable
from ui.label import framed, label
from ui.pages.page import Page
from ui.results import Explanation
from ui.session import Session
from ui.style import GAP, SPACE


class WhyPanel(QWidget):
    """One sentence a step, and the way to the place on the map."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.words = session.words
        self.explanation: Explanation | None = None
        self.heading = label("heading")
        self.sentences = label(wrap=True)
        self.sentences.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.sentences.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.show_place = QPushButton()
        self.show_place.clicked.connect(self._go)
        box = framed("card")
        inside = QVBoxLayout(box)
        inside.setSpacing(GAP)
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.show_place)
        inside.addLayout(head)
        inside.addWidget(self.sentences, 1)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(box)
        session.explained.connect(self.show_explanation)
        self.retranslate()

    def show_explanation(self, explanation: Explanation | None) -> None:
        self.explanation = explanation
        self.retranslate()

    def _go(self) -> None:
        if self.explanation and self.explanation.place:
            self.session.show_place(self.explanation.place)

    def retranslate(self) -> None:
        self.show_place.setText(self.words("ui.show_place"))
        why = self.explanation
        self.show_place.setEnabled(bool(why and why.place))
        if why is None:
            self.heading.setText(self.words("ui.why"))
            self.sentences.setText(self.words("ui.why.hint"))
        else:
            self.heading.setText(self.words("ui.why.of", household=why.household_id))
            self.sentences.setText("\n".join(why.sentences))


class RegistryPage(Page):
    code = "registry"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.counts = label()
        self.table = HouseholdTable(self.words)
        self.why = WhyPanel(session)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.addWidget(self.table)
        halves.addWidget(self.why)
        halves.setStretchFactor(0, 3)
        halves.setStretchFactor(1, 1)
        halves.setChildrenCollapsible(False)
        self.body.addWidget(self.counts)
        self.body.addWidget(halves, 1)
        self.body.setSpacing(SPACE)
        self.table.row_chosen.connect(session.explain)
        self.table.row_opened.connect(session.explain)
        self.retranslate()

    def show_results(self) -> None:
        results = self.session.results
        self.why.show_explanation(None)
        if results:
            self.table.set_table(results.households, results.district_names)
        self._show_counts()

    def _show_counts(self) -> None:
        results = self.session.results
        if results:
            self.counts.setText(
                self.words(
                    "ui.registry.counts",
                    read=show_number(results.figures.households_read),
                    rejected=show_number(results.figures.rejected),
                    used=show_number(results.households.rows),
                )
            )

    def retranslate(self) -> None:
        super().retranslate()
        self.table.array.retranslate()
        self.table.setAccessibleName(self.words("ui.table.households"))
        self.why.retranslate()
        self._show_counts()
