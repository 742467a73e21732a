"""The live figures, always in sight."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from shockplan.texts import show_number
from ui.label import framed, label, one_line
from ui.results import Figures, Results
from ui.style import GAP, SPACE
from ui.words import DASH, Words

SAID_FOR_MS = 9000
FIGURES = (
    "affected",
    "eligible",
    "verify",
    "funded",
    "waiting",
    "people_funded",
    "used",
    "kip_a_household",
)


class Figure(QWidget):
    """One number over its name."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code
        self.number = label("figure")
        self.name = label("small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE, GAP, SPACE, GAP)
        layout.setSpacing(0)
        layout.addWidget(self.number)
        layout.addWidget(self.name)


class FigureStrip(QWidget):
    """A row of figures and the problem badge. `problems_asked` when the badge is pressed."""

    problems_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.results: Results | None = None
        self.figures = [Figure(code) for code in FIGURES]
        self.said = one_line("small")
        self.said.setMinimumWidth(1)
        self.quiet_again = QTimer(self)
        self.quiet_again.setSingleShot(True)
        self.quiet_again.setInterval(SAID_FOR_MS)
        self.quiet_again.timeout.connect(lambda: self.said.setText(""))
        self.badge = QPushButton()
        self.badge.clicked.connect(self.problems_asked)
        box = framed("strip")
        row = QHBoxLayout(box)
        row.setContentsMargins(SPACE, 0, SPACE, 0)
        row.setSpacing(0)
        for figure in self.figures:
            row.addWidget(figure)
        row.addSpacing(SPACE)
        row.addWidget(self.said, 1)
        row.addWidget(self.badge)
        around = QHBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(box)
        self.retranslate()

    def say(self, sentence: str) -> None:
        """What was done, for a while."""
        self.said.setText(sentence)
        self.quiet_again.start()

    def show_results(self, results: Results | None) -> None:
        self.results = results
        self.retranslate()

    def retranslate(self) -> None:
        shown = figure_texts(self.results.figures) if self.results else {}
        for figure in self.figures:
            figure.name.setText(self.words(f"ui.figure.{figure.code}"))
            figure.number.setText(shown.get(figure.code, DASH))
            figure.number.setToolTip(self.words(f"ui.figure.{figure.code}.tip"))
            figure.name.setToolTip(self.words(f"ui.figure.{figure.code}.tip"))
            figure.setAccessibleName(f"{figure.name.text()}: {figure.number.text()}")
        findings = self.results.findings if self.results else ()
        serious = sum(1 for finding in findings if finding.level != "note")
        self.badge.setText(self.words("ui.problems", count=serious))
        self.badge.setVisible(bool(findings))


def figure_texts(figures: Figures) -> dict[str, str]:
    """The text of every figure of the strip."""
    return {
        "affected": show_number(figures.certain + figures.possible),
        "eligible": show_number(figures.eligible),
        "verify": show_number(figures.verify),
        "funded": show_number(figures.funded),
        "waiting": show_number(figures.waiting),
        "people_funded": show_number(figures.people_funded),
        "used": f"{figures.used_share:.0%}",
        "kip_a_household": show_number(figures.kip_a_household),
    }
