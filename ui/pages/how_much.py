"""The money: funds, transfer values and the fit, moved live; the map and the figures follow."""

from decimal import Decimal

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from shockplan.texts import show_number
from ui.coverage_plot import CoveragePlot
from ui.knob import Knob
from ui.label import framed, label
from ui.layouts import empty
from ui.pages.page import Page
from ui.results import FundInfo, KeyPath, TransferInfo
from ui.session import Session
from ui.style import GAP, SPACE
from ui.words import Words


class FundCard(QFrame):
    """One fund: its amount and its reserve, and where its money goes."""

    def __init__(self, session: Session, fund: FundInfo) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.fund = fund
        self.name = label("heading", wrap=True)
        self.amount = Knob(suffix=f" {fund.currency}")
        self.amount.set_range(Decimal(0), fund.amount * 2)
        self.reserve = Knob(decimals=1, factor=100, suffix=" %")
        self.reserve.set_range(Decimal(0), Decimal("0.5"))
        self.told = label("small", wrap=True)
        column = QVBoxLayout(self)
        column.setSpacing(GAP)
        for widget in (self.name, self.amount, self.reserve, self.told):
            column.addWidget(widget)
        for knob, key in ((self.amount, "amount"), (self.reserve, "reserve_share")):
            path: KeyPath = ("funds", fund.index, key)
            knob.moved.connect(lambda value, path=path: session.change(path, value))

    def show_fund(self, fund: FundInfo, words: Words, settled: bool) -> None:
        self.name.setText(words.pick(fund.name, fund.name_lo))
        self.name.setToolTip(" · ".join(part for part in (fund.source, fund.account_code) if part))
        self.amount.call(words("ui.fund.amount"))
        self.reserve.call(words("ui.fund.reserve"))
        if settled:
            self.amount.show_value(fund.amount)
            self.reserve.show_value(fund.reserve_share)
        self.told.setText(
            words(
                "ui.fund.told",
                households=show_number(fund.households),
                committed=words.short_kip(fund.committed_kip + fund.fees_kip),
                set_aside=words.short_kip(fund.set_aside_kip),
                remaining=words.short_kip(fund.remaining_kip),
            )
        )


class TransferCard(QFrame):
    """One transfer: the kip of a round, or of each band of household size, and the rounds."""

    def __init__(self, session: Session, transfer: TransferInfo) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.name = label("heading", wrap=True)
        self.knobs: list[tuple[Knob, KeyPath]] = []
        way: KeyPath = ("transfers", transfer.index)
        if transfer.kip is not None:
            self._add((*way, "kip"), Decimal(transfer.kip))
        if transfer.share is not None:
            self._add((*way, "share"), transfer.share, decimals=1, factor=100, suffix=" %")
        for number, (_members, kip) in enumerate(transfer.bands):
            self._add((*way, "bands", number, "kip"), Decimal(kip))
        self._add((*way, "rounds"), Decimal(6), suffix="")
        self.told = label("small", wrap=True)
        column = QVBoxLayout(self)
        column.setSpacing(GAP)
        column.addWidget(self.name)
        for knob, path in self.knobs:
            column.addWidget(knob)
            whole = path[-1] != "share"
            knob.moved.connect(
                lambda value, path=path, whole=whole: session.change(path, int(value) if whole else value)
            )
        column.addWidget(self.told)

    def _add(
        self, path: KeyPath, value: Decimal, decimals: int = 0, factor: int = 1, suffix: str = " ₭"
    ) -> None:
        knob = Knob(decimals=decimals, factor=factor, suffix=suffix)
        knob.set_range(Decimal(1 if path[-1] == "rounds" else 0), value * 2)
        self.knobs.append((knob, path))

    def show_transfer(self, transfer: TransferInfo, words: Words, settled: bool) -> None:
        self.name.setText(words.pick(transfer.name, transfer.name_lo))
        for knob, path in self.knobs:
            if path[-1] == "rounds":
                name, value = words("ui.transfer.rounds"), Decimal(transfer.rounds)
            elif "bands" in path:
                members, kip = transfer.bands[int(path[3])]
                name, value = words("ui.transfer.band", members=members), Decimal(kip)
            elif path[-1] == "share":
                name, value = words("ui.transfer.share"), transfer.share or Decimal(0)
            else:
                name, value = words("ui.transfer.kip"), Decimal(transfer.kip or 0)
            knob.call(name)
            if settled:
                knob.show_value(value)
        households, paid = show_number(transfer.households), words.short_kip(transfer.paid_kip)
        self.told.setText(words("ui.transfer.told", households=households, paid=paid))


class HowMuchPage(Page):
    code = "how_much"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.plot = CoveragePlot(self.words)
        self.method_name = label("muted")
        self.method = QComboBox()
        self.method.activated.connect(self._choose_method)
        self.set_aside = Knob(decimals=0, factor=100, suffix=" %")
        self.set_aside.set_range(Decimal(0), Decimal(1))
        self.set_aside.moved.connect(lambda value: session.change(("fit", "set_aside_share"), value))
        self.funds_title, self.transfers_title = label("heading"), label("heading")
        self.funds: list[FundCard] = []
        self.transfers: list[TransferCard] = []
        self.shape: object = None
        self.cards = QVBoxLayout()
        self.cards.setContentsMargins(0, 0, SPACE, 0)
        inside = QWidget()
        inside.setLayout(self.cards)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        choice = QHBoxLayout()
        choice.addWidget(self.method_name)
        choice.addWidget(self.method, 1)
        self.fit = framed("card")
        fit = QVBoxLayout(self.fit)
        fit.setSpacing(GAP)
        fit.addLayout(choice)
        fit.addWidget(self.set_aside)
        self.body.addWidget(self.plot)
        self.body.addWidget(scroll, 1)
        self.retranslate()

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
            fund_card.show_fund(fund, self.words, settled)
        for transfer_card, transfer in zip(self.transfers, results.transfers, strict=True):
            transfer_card.show_transfer(transfer, self.words, settled)
        self._show_fit(settled)
        self.plot.show_curve(results.curve)

    def _rebuild(self) -> None:
        results = self.session.results
        assert results is not None
        for kept in (self.fit, self.funds_title, self.transfers_title):
            self.cards.removeWidget(kept)
        empty(self.cards)
        self.funds = [FundCard(self.session, fund) for fund in results.funds]
        self.transfers = [TransferCard(self.session, transfer) for transfer in results.transfers]
        self.cards.addWidget(self.fit)
        self.cards.addWidget(self.funds_title)
        for card in self.funds:
            self.cards.addWidget(card)
        self.cards.addWidget(self.transfers_title)
        for transfer in self.transfers:
            self.cards.addWidget(transfer)
        self.cards.addStretch(1)

    def _show_fit(self, settled: bool) -> None:
        results = self.session.results
        if results is None:
            return
        with QSignalBlocker(self.method):
            self.method.clear()
            for method in results.fit.methods:
                self.method.addItem(self.words(f"ui.fit.{method}"), method)
            self.method.setCurrentIndex(results.fit.methods.index(results.fit.method))
        self.method.setToolTip(self.words(f"ui.fit.{results.fit.method}.tip"))
        if settled:
            self.set_aside.show_value(results.fit.set_aside_share)

    def _choose_method(self, number: int) -> None:
        self.session.change(("fit", "method"), self.method.itemData(number))

    def retranslate(self) -> None:
        super().retranslate()
        self.method_name.setText(self.words("ui.fit"))
        self.method.setAccessibleName(self.words("ui.fit"))
        self.set_aside.call(self.words("ui.fit.set_aside"))
        self.funds_title.setText(self.words("ui.funds"))
        self.transfers_title.setText(self.words("ui.transfers"))
        self.plot.retranslate()
        self.show_results()
