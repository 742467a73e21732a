"""What the teams can do: the part of the plan from which the visits are filled in."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton

from shockplan.texts import show_value
from ui.editing_card import EditingCard
from ui.form import Entry
from ui.label import label
from ui.results import DeliveryInfo
from ui.session import Session

LEVELS = ("low", "moderate", "severe", "never")
FIRST_PER_DAY = 60
DAYS_TO_PREPARE = 7
POINTS = Entry(
    ("pay_points",),
    "rows",
    "deliver.pay_points",  # its button says "deliver.pay_points.add"
    rows=(
        Entry(("name",), "text", "deliver.point.name"),
        Entry(("lon",), "number", "deliver.point.lon"),
        Entry(("lat",), "number", "deliver.point.lat"),
    ),
    new=(("name", "?"), ("lon", 102.6), ("lat", 17.97)),
)


class CapacityCard(EditingCard):
    """The `[delivery]` of the plan, or a button that begins it."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, ("delivery",))
        self.teams = QLineEdit()
        self.teams.editingFinished.connect(self._ask_teams)
        self.begin = QPushButton()
        self.begin.clicked.connect(self.begin_capacity)
        self.teams_name = label("muted")
        self.teams_name.setBuddy(self.teams)
        line = QHBoxLayout()
        line.addWidget(self.teams_name)
        line.addWidget(self.teams, 1)
        self.body.addLayout(line)
        self.body.addWidget(self.begin)
        self.info: DeliveryInfo | None = None
        for name in ("up", "down"):
            self.tools[name].hide()
        self.moved_by.connect(lambda way: session.change(self.path, None))

    def entries(self, table: dict[str, Any]) -> Sequence[Entry]:
        levels = tuple((level, self.words(f"deliver.level.{level}")) for level in LEVELS)
        return (
            Entry(("start",), "date", "deliver.start"),
            Entry(("households_per_day",), "whole", "deliver.per_day", default=120),
            Entry(("days_between_rounds",), "whole", "deliver.between", default=30),
            Entry(("cut_off_from",), "choice", "deliver.cut_off_from", default="severe", choices=levels),
            POINTS,
        )

    def begin_capacity(self) -> None:
        """State a capacity to begin with: one team, from a week after the plan's date."""
        start = (self.info.start if self.info else None) or dt.date.today()
        begun = {
            "start": start + dt.timedelta(days=DAYS_TO_PREPARE),
            "teams": [self.words("deliver.first_team")],
            "households_per_day": FIRST_PER_DAY,
        }
        self.session.change(self.path, begun)

    def _ask_teams(self) -> None:
        names = [name.strip() for name in self.teams.text().split(",") if name.strip()]
        if self.info is not None and self.info.stated and tuple(names) != self.info.teams:
            self.session.change((*self.path, "teams"), names, place=self.path)

    def show_capacity(self, info: DeliveryInfo | None) -> None:
        """What the plan states now."""
        self.info = info
        stated = info is not None and info.stated
        self.begin.setVisible(not stated)
        for widget in (self.teams, self.teams_name):
            widget.setVisible(stated)
        for name in ("edit", "close"):
            self.tools[name].setVisible(stated)
        if not stated:
            self.tools["edit"].setChecked(False)
        self.retranslate()
        self.show_form()

    def retranslate(self) -> None:
        self.dress(self.words("deliver.capacity"), True, True, False)
        self.teams_name.setText(self.words("deliver.teams"))
        self.teams.setAccessibleName(self.words("deliver.teams"))
        self.teams.setPlaceholderText(self.words("deliver.teams.hint"))
        self.begin.setText(self.words("deliver.begin"))
        info = self.info
        if info is None or not info.stated:
            self.told.setText(self.words("deliver.not_stated"))
            return
        if not self.teams.hasFocus():
            self.teams.setText(", ".join(info.teams))
        self.told.setText(
            self.words(
                "deliver.told",
                teams=len(info.teams),
                each=info.households_per_day,
                start=show_value(info.start) if info.start else "",
                points=len(info.pay_points),
            )
        )
