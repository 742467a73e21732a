"""How the money is fitted to the list: the method, what is set aside, and what the method needs to know."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QHBoxLayout

from ui.editing_card import EditingCard
from ui.form import Entry
from ui.knob import Knob
from ui.label import label
from ui.results import FitInfo
from ui.session import Session
from ui.words import Words


class FitCard(EditingCard):
    """The fit of the plan."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, ("fit",))
        self.method = QComboBox()
        self.method.activated.connect(self._choose_method)
        self.method_told = label("small", wrap=True)
        self.set_aside = Knob(decimals=0, factor=100, suffix=" %")
        self.set_aside.set_range(Decimal(0), Decimal(1))
        self.floor = Knob(decimals=0, factor=100, suffix=" %")
        self.floor.set_range(Decimal(0), Decimal(1))
        for knob, key in ((self.set_aside, "set_aside_share"), (self.floor, "floor_share")):
            knob.moved.connect(lambda value, key=key: session.change(("fit", key), value, place=self.path))
        choice = QHBoxLayout()
        choice.addWidget(self.method, 1)
        self.body.addLayout(choice)
        for widget in (self.method_told, self.set_aside, self.floor):
            self.body.addWidget(widget)
        for name in ("up", "down", "close"):
            self.tools[name].hide()
        self.told.hide()

    def entries(self, table: dict[str, Any]) -> Sequence[Entry]:
        return fit_entries(self.words, table.get("method", "rank_and_stop"))

    def show_fit(self, fit: FitInfo, settled: bool) -> None:
        words = self.words
        self.dress(words("ui.fit"), first=True, last=True, alone=True)
        with QSignalBlocker(self.method):
            self.method.clear()
            for method in fit.methods:
                self.method.addItem(words(f"ui.fit.{method}"), method)
            self.method.setCurrentIndex(fit.methods.index(fit.method))
        self.method.setAccessibleName(words("ui.fit"))
        self.method_told.setText(words(f"ui.fit.{fit.method}.tip"))
        self.set_aside.call(words("ui.fit.set_aside"))
        self.floor.call(words("build.fit.floor"))
        self.floor.setVisible(fit.method == "scale")
        if settled:
            self.set_aside.show_value(fit.set_aside_share)
            self.floor.show_value(fit.floor_share)
        self.show_form()

    def _choose_method(self, number: int) -> None:
        self.ask({**(self.session.table_at(("fit",)) or {}), "method": self.method.itemData(number)})


def fit_entries(words: Words, method: str) -> tuple[Entry, ...]:
    """What every fit asks for, and what this method does."""

    def choices(head: str, *names: str) -> tuple[tuple[Any, str], ...]:
        return tuple((name, words(f"{head}.{name}")) for name in names)

    own: dict[str, tuple[Entry, ...]] = {
        "scale": (Entry(("floor_share",), "percent", "build.fit.floor", default=Decimal("0.5")),),
        "quota": (
            Entry(
                ("quota_by",),
                "choice",
                "build.fit.quota_by",
                default="affected",
                choices=choices("build.fit.quota_by", "affected", "equal", "need"),
            ),
        ),
        "poverty_gap": (
            Entry(("poverty_line_kip",), "kip", "build.fit.poverty_line"),
            Entry(("poverty_source",), "text", "build.source"),
            Entry(
                ("poverty_field",),
                "choice",
                "build.fit.poverty_field",
                default="income_kip",
                choices=tuple((name, words(f"rule.field.{name}")) for name in ("income_kip", "pmt_score")),
            ),
        ),
    }
    return (
        *own.get(method, ()),
        Entry(("step_kip",), "kip", "build.fit.step", default=1000),
        Entry(
            ("rounding",),
            "choice",
            "build.fit.rounding",
            default="down",
            choices=choices("build.fit.rounding", "down", "nearest", "up"),
        ),
        Entry(("set_aside_share",), "percent", "ui.fit.set_aside", default=1),
    )
