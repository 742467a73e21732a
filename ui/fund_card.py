"""One fund: its amount and reserve to be moved, where its money goes, and the form with everything else."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from shockplan.texts import show_number
from ui.editing_card import EditingCard
from ui.form import Entry
from ui.key_path import KeyPath
from ui.knob import Knob
from ui.money_entries import fund_entries
from ui.results import FundInfo
from ui.session import Session


class FundCard(EditingCard):
    """A fund of the plan."""

    def __init__(self, session: Session, fund: FundInfo) -> None:
        super().__init__(session, ("funds", fund.index))
        self.amount = Knob(suffix=f" {fund.currency}")
        self.amount.set_range(Decimal(0), fund.amount * 2)
        self.reserve = Knob(decimals=1, factor=100, suffix=" %")
        self.reserve.set_range(Decimal(0), Decimal("0.5"))
        self.body.addWidget(self.amount)
        self.body.addWidget(self.reserve)
        for knob, key in ((self.amount, "amount"), (self.reserve, "reserve_share")):
            path: KeyPath = ("funds", fund.index, key)
            knob.moved.connect(lambda value, path=path: session.change(path, value, place=self.path))

    def entries(self, table: dict[str, Any]) -> Sequence[Entry]:
        results = self.session.results
        assert results is not None
        return fund_entries(self.words, table.get("currency", "LAK"), results)

    def show_fund(self, fund: FundInfo, settled: bool, count: int) -> None:
        words = self.words
        last = fund.index == count - 1
        self.dress(words.pick(fund.name, fund.name_lo), fund.index == 0, last, alone=count == 1)
        self.name.setToolTip(" · ".join(part for part in (fund.source, fund.account_code) if part))
        self.amount.call(words("ui.fund.amount"))
        self.reserve.call(words("ui.fund.reserve"))
        if settled:
            self.amount.field.setSuffix(f" {fund.currency}")
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
        self.show_form()
