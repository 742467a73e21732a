"""Whom the money reaches and how evenly; the marker of need and the multiplier it is measured against."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QLabel, QVBoxLayout

from ui.editing_card import EditingCard
from ui.form import Entry
from ui.label import label
from ui.layouts import empty
from ui.reach_bars import ReachBars
from ui.reach_results import Kind, Reach
from ui.rule_editor import RuleEditor
from ui.session import Session
from ui.session.reaching import Reaching


class ReachCard(EditingCard):
    """It changes no payment: what it asks for is only what the plan is measured against."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, ("effect",))
        self.reach: Reach | None = None
        self.shown: tuple[str, ...] = ()
        self.bars: dict[str, tuple[QLabel, ReachBars]] = {}
        self.charts = QVBoxLayout()
        self.body.addLayout(self.charts)
        self.more = label("small", wrap=True)
        self.body.addWidget(self.more)
        self.need_title = label("heading")
        self.need = RuleEditor(self.words, may_be_empty=True, empty="build.effect.no_need")
        self.need.asked.connect(lambda path, value: session.change(path, value, place=self.path))
        for widget in (self.need_title, self.need):
            widget.hide()
            self.column.addWidget(widget)
        for name in ("up", "down", "close"):
            self.tools[name].hide()
        self.reaching = Reaching(session)
        self.reaching.found.connect(self.show_reach)

    def entries(self, table: dict[str, Any]) -> Sequence[Entry]:
        return (
            Entry(("multiplier",), "number", "build.effect.multiplier"),
            Entry(("multiplier_source",), "text", "build.source"),
        )

    def unfold(self, on: bool) -> None:
        for widget in (self.need_title, self.need):
            widget.setVisible(on)
        super().unfold(on)
        self._show_need()

    def show_results(self) -> None:
        """The plan is another one: what is shown follows when it rests."""
        self.dress(self.words("planpdf.equity"), first=True, last=True, alone=True)
        self.need_title.setText(self.words("build.effect.need"))
        self.show_form()
        self.reaching.ask()

    def show_reach(self, reach: Reach) -> None:
        """Bars by kind, and the sentences below."""
        self.reach = reach
        kinds = tuple(kind.code for kind in reach.kinds)
        if kinds != self.shown:
            self.shown = kinds
            empty(self.charts)
            self.bars = {kind: self._chart() for kind in kinds}
        for kind in reach.kinds:
            self._show_kind(kind)
        left_out = sum(kind.more for kind in reach.kinds)
        self.more.setText(self.words("ui.reach.more", count=left_out))
        self.more.setVisible(bool(left_out))
        self.told.setText("\n".join(reach.sentences))
        self._show_need()

    def _chart(self) -> tuple[QLabel, ReachBars]:
        title, bars = label("muted"), ReachBars()
        self.charts.addWidget(title)
        self.charts.addWidget(bars)
        return title, bars

    def _show_kind(self, kind: Kind) -> None:
        title, bars = self.bars[kind.code]
        name = self.words(f"ui.reach.{kind.code}")
        title.setText(name)
        bars.show_groups(kind.groups, name)

    def _show_need(self) -> None:
        results = self.session.results
        if self.reach is not None and results is not None and self.tools["edit"].isChecked():
            self.need.show_rule(self.reach.need, results.fields, self.session.settled)
