"""The visits as a calendar: a line a week, a box a working day, in it the teams and what they do."""

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from shockplan.texts import show_value
from ui.results import VisitInfo
from ui.visit_model import MARK, named
from ui.words import Words

WORKDAYS = 5
MOST = 6  # teams named in a box; more are counted


class VisitCalendar(QTableWidget):
    """`day_chosen` is the day of a box that was clicked or entered."""

    day_chosen = Signal(object)

    def __init__(self, words: Words) -> None:
        super().__init__(0, WORKDAYS)
        self.words = words
        self.mondays: list[dt.date] = []
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setWordWrap(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.cellActivated.connect(self._tell)
        self.cellClicked.connect(self._tell)

    def show_visits(self, visits: Sequence[VisitInfo]) -> None:
        """Show the visits that have a day; those on a weekend stand in Friday's box, with their date."""
        by_day: dict[dt.date, list[VisitInfo]] = {}
        for visit in visits:
            if visit.day:
                by_day.setdefault(visit.day, []).append(visit)
        self.mondays = sorted({day - dt.timedelta(days=day.weekday()) for day in by_day})
        self.setRowCount(len(self.mondays))
        self.setHorizontalHeaderLabels(
            [self.words(f"planpdf.weekday.{number}") for number in range(WORKDAYS)]
        )
        for row, monday in enumerate(self.mondays):
            for column in range(WORKDAYS):
                day = monday + dt.timedelta(days=column)
                lines = [show_value(day), *self._lines(by_day.get(day, []))]
                if column == WORKDAYS - 1:
                    for later in (day + dt.timedelta(days=1), day + dt.timedelta(days=2)):
                        if later in by_day:
                            lines += [show_value(later), *self._lines(by_day[later])]
                item = QTableWidgetItem("\n".join(lines))
                item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
                item.setData(Qt.ItemDataRole.UserRole, day)
                item.setToolTip(self._told(by_day.get(day, [])))
                self.setItem(row, column, item)
        self.resizeRowsToContents()

    def _lines(self, visits: Sequence[VisitInfo]) -> list[str]:
        teams: dict[str, list[VisitInfo]] = {}
        for visit in visits:
            teams.setdefault(visit.team, []).append(visit)
        lines = []
        for team, mine in sorted(teams.items()):
            name = team or self.words("deliver.no_team")
            mark = f"{MARK} " if any(visit.cut_off for visit in mine) else ""
            lines.append(f"{mark}{name}: {sum(visit.households for visit in mine)}")
        more = len(lines) - MOST
        return [*lines[:MOST], self.words("planpdf.delivery.more_teams", count=more)] if more > 0 else lines

    def _told(self, visits: Sequence[VisitInfo]) -> str:
        """The villages of a day, a line each."""
        return "\n".join(
            f"{named(visit, self.words)} · {visit.team or self.words('deliver.no_team')} · "
            + self.words("deliver.calendar.households", households=visit.households)
            for visit in visits
        )

    def _tell(self, row: int, column: int) -> None:
        item = self.item(row, column)
        if item is not None:
            self.day_chosen.emit(item.data(Qt.ItemDataRole.UserRole))
