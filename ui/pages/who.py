"""Who is eligible and who comes first: the rule as a sentence that can be built, and the score, live."""

from PySide6.QtWidgets import QVBoxLayout

from shockplan.texts import show_number
from ui.key_path import KeyPath
from ui.label import framed, label
from ui.layouts import scrolled
from ui.pages.page import Page
from ui.rule_editor import RuleEditor
from ui.score_card import ScoreCard
from ui.session import Session
from ui.style import SPACE

RULE: KeyPath = ("eligibility", "rule")


class WhoPage(Page):
    code = "who"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.counts = label("heading", wrap=True)
        self.rule = RuleEditor(self.words)
        self.rule.asked.connect(lambda path, value: session.change(path, value, place=RULE))
        session.refused.connect(self._refused)
        self.score = ScoreCard(session)
        self.rule_title, self.score_title = label("heading"), label("heading")
        rule = framed("card")
        inner = QVBoxLayout(rule)
        inner.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        inner.addWidget(self.rule)
        cards = QVBoxLayout()
        cards.setContentsMargins(0, 0, SPACE, 0)
        for widget in (self.counts, self.rule_title, rule, self.score_title, self.score):
            cards.addWidget(widget)
        cards.addStretch(1)
        self.body.addWidget(scrolled(cards), 1)
        self.retranslate()

    def _refused(self, place: KeyPath, faults: dict[KeyPath, str]) -> None:
        """What the rule cannot be is said in the builder."""
        if place == RULE:
            self.rule.show_faults(faults)

    def show_results(self) -> None:
        results = self.session.results
        if results is None:
            return
        settled = self.session.settled
        figures = results.figures
        self.counts.setText(
            self.words(
                "ui.who.counts",
                eligible=show_number(figures.eligible),
                verify=show_number(figures.verify),
                not_eligible=show_number(figures.not_eligible),
            )
        )
        self.rule.show_rule(results.rule, results.fields, settled)
        self.score.show_score(results.score, settled)

    def retranslate(self) -> None:
        super().retranslate()
        self.rule_title.setText(self.words("ui.rule"))
        self.score_title.setText(self.words("ui.score"))
        self.show_results()
