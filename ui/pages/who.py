"""Who is eligible and who comes first: the rule as a sentence, its limits and the score's weights, live."""

from decimal import Decimal

from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from shockplan.texts import show_number
from ui.knob import Knob
from ui.label import framed, label
from ui.pages.page import Page
from ui.results import IndicatorInfo, RuleLeaf
from ui.session import Session
from ui.style import GAP, SPACE


class LeafCard(QWidget):
    """One comparison, how the households answer it, and its limit."""

    def __init__(self, session: Session, leaf: RuleLeaf) -> None:
        super().__init__()
        self.sentence = label("heading", wrap=True)
        self.counts = label("small", wrap=True)
        self.limit = Knob(decimals=1 if leaf.limit is not None and leaf.limit % 1 else 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, SPACE)
        column.setSpacing(GAP)
        column.addWidget(self.sentence)
        column.addWidget(self.counts)
        if leaf.limit is not None:
            self.limit.set_range(Decimal(0), leaf.limit * 2 or Decimal(1))
            path = (*leaf.path, leaf.bound)
            self.limit.moved.connect(lambda value: session.change(path, value))
            column.addWidget(self.limit)

    def show_leaf(self, leaf: RuleLeaf, page: Page, settled: bool) -> None:
        words = page.words
        self.sentence.setText(leaf.sentence)
        counts = {"yes": leaf.yes, "no": leaf.no, "unknown": leaf.unknown}
        self.counts.setText(
            words("ui.rule.counts", **{name: show_number(count) for name, count in counts.items()})
        )
        if leaf.bound:
            self.limit.call(words(f"ui.rule.{leaf.bound}"))
        if settled and leaf.limit is not None:
            self.limit.show_value(leaf.limit)


class WeightRow(Knob):
    """The weight of one indicator; it may be negative."""

    def __init__(self, session: Session, indicator: IndicatorInfo) -> None:
        super().__init__(decimals=2, slider=False)
        self.field.setRange(-1000, 1000)
        self.field.setSingleStep(0.5)
        self.moved.connect(lambda value: session.change(indicator.path, value))

    def show_indicator(self, indicator: IndicatorInfo, settled: bool) -> None:
        self.call(indicator.label)
        if settled:
            self.show_value(indicator.weight)


class WhoPage(Page):
    code = "who"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.sentence = label(wrap=True)
        self.counts = label("heading", wrap=True)
        self.leaves: list[LeafCard] = []
        self.weights: list[WeightRow] = []
        self.shape: object = None
        self.rule_title, self.score_title = label("heading"), label("heading")
        self.score_told = label("small", wrap=True)
        self.rule_rows, self.score_rows = QVBoxLayout(), QVBoxLayout()
        rule, score = framed("card"), framed("card")
        rule.setLayout(self.rule_rows)
        score.setLayout(self.score_rows)
        cards = QVBoxLayout()
        cards.setContentsMargins(0, 0, SPACE, 0)
        for widget in (self.counts, self.sentence, self.rule_title, rule):
            cards.addWidget(widget)
        for widget in (self.score_title, self.score_told, score):
            cards.addWidget(widget)
        cards.addStretch(1)
        inside = QWidget()
        inside.setLayout(cards)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        self.body.addWidget(scroll, 1)
        self.retranslate()

    def show_results(self) -> None:
        results = self.session.results
        if results is None:
            return
        rule = results.rule
        shape = (
            results.plan_path,
            [leaf.path for leaf in rule.leaves],
            [indicator.path for indicator in rule.indicators],
        )
        if shape != self.shape:
            self.shape = shape
            self._rebuild()
        settled = self.session.settled
        self.sentence.setText(rule.sentence)
        figures = results.figures
        self.counts.setText(
            self.words(
                "ui.who.counts",
                eligible=show_number(figures.eligible),
                verify=show_number(figures.verify),
                not_eligible=show_number(figures.not_eligible),
            )
        )
        for card, leaf in zip(self.leaves, rule.leaves, strict=True):
            card.show_leaf(leaf, self, settled)
        for row, indicator in zip(self.weights, rule.indicators, strict=True):
            row.show_indicator(indicator, settled)

    def _rebuild(self) -> None:
        results = self.session.results
        assert results is not None
        for old in (*self.leaves, *self.weights):
            old.setParent(None)
            old.deleteLater()
        self.leaves = [LeafCard(self.session, leaf) for leaf in results.rule.leaves]
        self.weights = [WeightRow(self.session, indicator) for indicator in results.rule.indicators]
        for card in self.leaves:
            self.rule_rows.addWidget(card)
        for row in self.weights:
            self.score_rows.addWidget(row)

    def retranslate(self) -> None:
        super().retranslate()
        self.rule_title.setText(self.words("ui.rule"))
        self.score_title.setText(self.words("ui.score"))
        self.score_told.setText(self.words("ui.score.told"))
        self.show_results()
