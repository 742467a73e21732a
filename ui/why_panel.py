"""Why a household stands where it stands, and the way to its place on the map."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ui.label import framed, label, one_line
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
        self.heading = one_line("heading")
        self.sentences = label(wrap=True)
        self.sentences.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.sentences.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.show_place = QPushButton()
        self.show_place.clicked.connect(self.go_to_place)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.addWidget(self.sentences)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        box = framed("card")
        inside = QVBoxLayout(box)
        inside.setSpacing(GAP)
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.show_place)
        inside.addLayout(head)
        inside.addWidget(scroll, 1)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(box)
        session.explained.connect(self.show_explanation)
        self.retranslate()

    def show_explanation(self, explanation: Explanation | None) -> None:
        self.explanation = explanation
        self.retranslate()

    def go_to_place(self) -> None:
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
