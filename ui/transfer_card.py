"""One transfer: its amounts to be moved, its form, for whom it is, and what three example households get."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from shockplan.texts import show_number
from ui.editing_card import EditingCard
from ui.examples_table import ExamplesTable
from ui.form import Entry
from ui.key_path import KeyPath
from ui.knob import Knob
from ui.label import label
from ui.layouts import empty
from ui.money_entries import transfer_entries
from ui.results import TransferInfo
from ui.rule_editor import RuleEditor
from ui.session import Session


class TransferCard(EditingCard):
    """A transfer of the plan: the kip of a round, or of each band of household size, and the rounds."""

    def __init__(self, session: Session, transfer: TransferInfo) -> None:
        super().__init__(session, ("transfers", transfer.index))
        self.knobs: list[tuple[Knob, KeyPath]] = []
        self.places: tuple[KeyPath, ...] = ()
        self.when_title = label("heading")
        self.when = RuleEditor(self.words, may_be_empty=True)
        self.when.asked.connect(lambda path, value: session.change(path, value, place=self.path))
        self.examples = ExamplesTable(session)
        for widget in (self.examples, self.when_title, self.when):
            widget.hide()
        self.column.insertWidget(self.column.indexOf(self.form), self.examples)
        self.column.addWidget(self.when_title)
        self.column.addWidget(self.when)

    def entries(self, table: dict[str, Any]) -> Sequence[Entry]:
        results = self.session.results
        assert results is not None
        return transfer_entries(self.words, table.get("mode", ""), results)

    def unfold(self, on: bool) -> None:
        for widget in (self.examples, self.when_title, self.when):
            widget.setVisible(on)
        super().unfold(on)

    def unfolded(self, table: dict[str, Any]) -> None:
        self.examples.show_transfer(table)

    def show_transfer(self, transfer: TransferInfo, settled: bool, count: int) -> None:
        words = self.words
        last = transfer.index == count - 1
        self.dress(words.pick(transfer.name, transfer.name_lo), transfer.index == 0, last, alone=count == 1)
        self._knobs_for(transfer)
        for knob, path in self.knobs:
            name, value = self._named(transfer, path)
            knob.call(name)
            if settled:
                knob.show_value(value)
        households, paid = show_number(transfer.households), words.short_kip(transfer.paid_kip)
        told = words("ui.transfer.told", households=households, paid=paid)
        whom = words("build.transfer.whom", rule=transfer.when.sentence or words("build.everyone"))
        self.told.setText(f"{told}\n{whom}")
        self.when_title.setText(words("build.transfer.when"))
        results = self.session.results
        if results is not None and self.tools["edit"].isChecked():
            self.when.show_rule(transfer.when, results.fields, settled)
        self.show_form()

    def show_form(self) -> None:
        super().show_form()
        results = self.session.results
        if results is None or not self.tools["edit"].isChecked():
            return
        index = int(self.path[1])
        if self.when.info is None and index < len(results.transfers):
            self.when.show_rule(results.transfers[index].when, results.fields, self.session.settled)

    def _knobs_for(self, transfer: TransferInfo) -> None:
        """A knob for each amount of the mode; made anew only where there are others."""
        way = self.path
        wanted: dict[KeyPath, Decimal] = {}
        if transfer.mode == "bands":
            for number, (_members, kip) in enumerate(transfer.bands):
                wanted[*way, "bands", number, "kip"] = Decimal(kip)
        elif transfer.mode == "meb_gap":
            wanted[*way, "basket_kip"] = Decimal(transfer.table.get("basket_kip") or 0)
        elif transfer.mode == "share_of_base":
            wanted[*way, "share"] = transfer.share or Decimal(0)
        else:
            wanted[*way, "kip"] = Decimal(transfer.kip or 0)
        wanted[*way, "rounds"] = Decimal(6)
        if tuple(wanted) == self.places:
            return
        self.places = tuple(wanted)
        empty(self.body)
        self.knobs = [(self._knob(path, value), path) for path, value in wanted.items()]

    def _knob(self, path: KeyPath, value: Decimal) -> Knob:
        share = path[-1] == "share"
        suffix = " %" if share else "" if path[-1] == "rounds" else " ₭"
        knob = Knob(decimals=1 if share else 0, factor=100 if share else 1, suffix=suffix)
        knob.set_range(Decimal(1 if path[-1] == "rounds" else 0), value * 2)
        knob.moved.connect(
            lambda moved: self.session.change(path, moved if share else int(moved), place=self.path)
        )
        self.body.addWidget(knob)
        return knob

    def _named(self, transfer: TransferInfo, path: KeyPath) -> tuple[str, Decimal]:
        """The name and the value of a knob."""
        words = self.words
        if path[-1] == "rounds":
            return words("ui.transfer.rounds"), Decimal(transfer.rounds)
        if "bands" in path:
            members, kip = transfer.bands[int(path[3])]
            return words("ui.transfer.band", members=members), Decimal(kip)
        if path[-1] == "share":
            return words("ui.transfer.share"), transfer.share or Decimal(0)
        if path[-1] == "basket_kip":
            return words("build.transfer.basket"), Decimal(transfer.table.get("basket_kip") or 0)
        return words("ui.transfer.kip"), Decimal(transfer.kip or 0)
