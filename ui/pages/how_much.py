"""The money: funds, transfer values and the fit, moved live; the map and the figures follow."""

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from ui.coverage_plot import CoveragePlot
from ui.fit_card import FitCard
from ui.fund_card import FundCard
from ui.label import label
from ui.layouts import empty, scrolled
from ui.money_entries import new_id
from ui.pages.page import Page
from ui.reach_card import ReachCard
from ui.session import Session
from ui.style import SPACE
from ui.transfer_card import TransferCard

NEW_FUND_KIP = 100_000_000
NEW_TRANSFER_KIP = 300_000


class HowMuchPage(Page):
    code = "how_much"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.plot = CoveragePlot(self.words)
        self.fit, self.reach = FitCard(session), ReachCard(session)
        self.funds: list[FundCard] = []
        self.transfers: list[TransferCard] = []
        self.shape: object = None
        self.titles = {name: label("heading") for name in ("funds", "transfers")}
        self.adds = {name: QPushButton() for name in ("funds", "transfers")}
        self.lists = {name: QVBoxLayout() for name in ("funds", "transfers")}
        cards = QVBoxLayout()
        cards.setContentsMargins(0, 0, SPACE, 0)
        cards.addWidget(self.fit)
        for name, add in self.adds.items():
            add.setProperty("kind", "link")
            add.clicked.connect(lambda checked=False, name=name: self.add(name))
            head = QHBoxLayout()
            head.addWidget(self.titles[name], 1)
            head.addWidget(add)
            cards.addLayout(head)
            self.lists[name].setSpacing(SPACE)
            cards.addLayout(self.lists[name])
        cards.addWidget(self.reach)
        cards.addStretch(1)
        self.scroll = scrolled(cards)
        self.body.addWidget(self.plot)
        self.body.addWidget(self.scroll, 1)
        self.retranslate()

    @property
    def set_aside(self) -> Any:
        """The knob of what is set aside for households to verify."""
        return self.fit.set_aside

    def show_results(self) -> None:
        results = self.session.results
        if results is None:
            return
        shape = (results.plan_path, [fund.id for fund in results.funds], [t.id for t in results.transfers])
        if shape != self.shape:
            self.shape = shape
            self._rebuild()
        settled = self.session.settled
        for fund_card, fund in zip(self.funds, results.funds, strict=True):
            fund_card.show_fund(fund, settled, len(results.funds))
        for transfer_card, transfer in zip(self.transfers, results.transfers, strict=True):
            transfer_card.show_transfer(transfer, settled, len(results.transfers))
        self.fit.show_fit(results.fit, settled)
        self.plot.show_curve(results.curve)
        self.reach.show_results()

    def add(self, name: str) -> None:
        """One more fund or transfer at the end, such that the plan can still be."""
        tables: list[dict[str, Any]] = list(self.session.table_at((name,)) or ())
        stem = name.removesuffix("s")
        own = new_id(stem, (table["id"] for table in tables))
        new: dict[str, Any] = {"id": own, "name": self.words(f"build.new_{stem}")}
        if name == "funds":
            new["amount"] = NEW_FUND_KIP
        else:
            new |= {"mode": "flat", "kip": NEW_TRANSFER_KIP}
        self.session.change((name,), [*tables, new])

    def move(self, name: str, number: int, by: int) -> None:
        """Another place in the order for one of the list; 0 takes it out."""
        tables = list(self.session.table_at((name,)) or ())
        if not 0 <= number < len(tables):
            return
        taken = tables.pop(number)
        if by:
            tables.insert(number + by, taken)
        self.session.change((name,), tables)

    def _rebuild(self) -> None:
        results = self.session.results
        assert results is not None
        for cards in self.lists.values():
            empty(cards)
        self.funds = [FundCard(self.session, fund) for fund in results.funds]
        self.transfers = [TransferCard(self.session, transfer) for transfer in results.transfers]
        for name, cards in (("funds", self.funds), ("transfers", self.transfers)):
            for number, card in enumerate(cards):
                card.moved_by.connect(lambda by, name=name, number=number: self.move(name, number, by))
                self.lists[name].addWidget(card)

    def retranslate(self) -> None:
        super().retranslate()
        for name, title in self.titles.items():
            title.setText(self.words(f"ui.{name}"))
            self.adds[name].setText(self.words(f"build.add_{name.removesuffix('s')}"))
        self.plot.retranslate()
        self.show_results()
