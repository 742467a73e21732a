"""Who pays where and when: every visit in a table that can be changed, and in a calendar."""

import datetime as dt
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTableView,
    QWidget,
)

from shockplan.texts import show_number, show_value
from ui.capacity_card import CapacityCard
from ui.label import framed, label
from ui.layouts import empty
from ui.pages.page import Page
from ui.results import VisitInfo
from ui.session import Session
from ui.session.map_making import DELIVERY
from ui.style import GAP, SPACE
from ui.visit_calendar import VisitCalendar
from ui.visit_model import FIELDS, WRITTEN, VisitDelegate, VisitModel, editor, place_of, put, taken

WIDTHS = {
    "village": 124,
    "round_number": 58,
    "households": 86,
    "team": 104,
    "day": 86,
    "pay_point": 116,
    "cut_off": 88,
    "kip": 92,
}
TABLE, CALENDAR = 0, 1
OPEN, FREE = 200, 16_777_215  # heights of the unfolded card, pixels


class DeliveryPage(Page):
    """`left`: the person wants back to the lists."""

    code = "delivery"
    left = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.visits: tuple[VisitInfo, ...] = ()
        self.day: dt.date | None = None
        self.measure_before = ""  # of the map, while this page is looked at
        self.back = QPushButton()
        self.back.setProperty("kind", "link")
        self.back.clicked.connect(self.left)
        self.capacity = CapacityCard(session)
        self.body.insertWidget(0, self.back, 0, Qt.AlignmentFlag.AlignLeft)
        self.holder = QScrollArea()
        self.holder.setWidgetResizable(True)
        self.holder.setFrameShape(QScrollArea.Shape.NoFrame)
        self.holder.setWidget(self.capacity)
        self.capacity.tools["edit"].toggled.connect(lambda _: self._give_room())
        self.body.addWidget(self.holder, 3)
        self._make_bar()
        self._make_views()
        self._make_setter()
        self.counts = label("small", wrap=True)
        self.body.addWidget(self.counts)
        self.retranslate()

    def _make_bar(self) -> None:
        self.round = QComboBox()
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.as_calendar = QPushButton()
        self.as_calendar.setCheckable(True)
        self.one_day = QPushButton()
        self.one_day.hide()
        bar = QHBoxLayout()
        bar.setSpacing(SPACE)
        for widget, stretch in ((self.round, 0), (self.search, 1), (self.one_day, 0), (self.as_calendar, 0)):
            bar.addWidget(widget, stretch)
        self.body.addLayout(bar)
        self.round.activated.connect(lambda _: self.show_round())
        self.search.textChanged.connect(lambda _: self.show_visits())
        self.as_calendar.toggled.connect(self.show_calendar)
        self.one_day.clicked.connect(lambda: self.choose_day(None))

    def _make_views(self) -> None:
        self.model = VisitModel(self.words)
        self.delegate = VisitDelegate(self.words)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setItemDelegate(self.delegate)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)  # Tab leaves the table; the arrows move in it
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.setSortingEnabled(True)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for number, field in enumerate(FIELDS):
            self.table.setColumnWidth(number, WIDTHS[field])
        self.model.set_asked.connect(self.set_visits)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_setter())
        self.model.modelReset.connect(self._show_setter)
        self.calendar = VisitCalendar(self.words)
        self.calendar.day_chosen.connect(self.choose_day)
        self.views = QStackedWidget()
        self.views.addWidget(self.table)
        self.views.addWidget(self.calendar)
        self.body.addWidget(self.views, 5)

    def _make_setter(self) -> None:
        """The line under the table: set a field of every selected visit, or take it all back."""
        self.setter = framed("card")
        self.field = QComboBox()
        self.field.activated.connect(lambda _: self._make_value())
        self.value: QWidget | None = None
        self.value_place = QHBoxLayout()
        self.set_all = QPushButton()
        self.set_all.clicked.connect(self._set_selected)
        self.release = QPushButton()
        self.release.clicked.connect(lambda: self.session.delivering.release(self.selected()))
        grid = QGridLayout(self.setter)
        grid.setContentsMargins(SPACE, GAP, SPACE, GAP)
        grid.setSpacing(GAP)
        grid.addWidget(self.field, 0, 0)
        grid.addLayout(self.value_place, 0, 1)
        grid.addWidget(self.set_all, 0, 2)
        grid.addWidget(self.release, 0, 3)
        grid.setColumnStretch(1, 1)
        self.body.addWidget(self.setter)

    # the map beside

    def enter(self) -> None:
        """The page is looked at: the map shows the delivery, where one is planned."""
        self.measure_before = self.session.map_choice.measure
        self.show_round()

    def leave(self) -> None:
        """The map shows again what it showed before, unless a person has chosen otherwise."""
        if self.measure_before and self.session.map_choice.measure == DELIVERY:
            self.session.choose_map(measure=self.measure_before)
        self.measure_before = ""

    def show_round(self) -> None:
        """The visits of the chosen round, in the table and on the map."""
        self.show_visits()
        if self.measure_before and self.session.rounds:
            self.session.choose_map(measure=DELIVERY, round=self.round.currentData() or 1)

    # what a person asks for

    def selected(self) -> list[VisitInfo]:
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return [self.model.visits[row] for row in rows]

    def set_visits(self, visits: tuple[VisitInfo, ...], field: str, value: Any) -> None:
        """Ask for another value of a field; an empty name leaves it open again."""
        self.session.delivering.plan(visits, {field: None if value == "" else value})

    def show_calendar(self, on: bool) -> None:
        """The calendar instead of the table; what is set is set in the table."""
        self.views.setCurrentIndex(CALENDAR if on else TABLE)
        self.setter.setVisible(not on)

    def choose_day(self, day: dt.date | None) -> None:
        """Show the visits of one day in the table; None: of every day."""
        self.day = day
        if day is not None:
            self.as_calendar.setChecked(False)
        self.show_visits()

    def _set_selected(self) -> None:
        visits = self.selected()
        if visits and self.value is not None:
            self.set_visits(tuple(visits), self.field.currentData(), taken(self.value))

    def _make_value(self) -> None:
        empty(self.value_place)
        field = self.field.currentData() or WRITTEN[0]
        self.value = editor(field, self.delegate.known, self.words)
        self.value.setAccessibleName(self.words(f"deliver.column.{field}"))
        visits = self.selected()
        if visits:
            put(self.value, getattr(visits[0], field))
        self.value_place.addWidget(self.value, 1)

    # what the plan says

    def show_results(self) -> None:
        info = self.session.delivering.info()
        self.visits = info.visits if info else ()
        self.capacity.show_capacity(info)
        self._give_room()
        points = [one.name for one in info.pay_points] if info else []
        self.delegate.known = {
            "team": names_of([*(info.teams if info else ()), *(visit.team for visit in self.visits)]),
            "pay_point": names_of([*points, *(visit.pay_point for visit in self.visits)]),
        }
        rounds = sorted({visit.round_number for visit in self.visits})
        if [self.round.itemData(at) for at in range(self.round.count())] != [0, *rounds]:
            self.round.clear()
            for number in (0, *rounds):
                self.round.addItem("", number)
        self._name_rounds()
        self.show_visits()

    def show_visits(self) -> None:
        """The visits that fit the round, the words and the day; the selection stays where it can."""
        chosen = {place_of(visit) for visit in self.selected()}
        number, words = self.round.currentData() or 0, self.search.text().strip().casefold()
        shown = [
            visit
            for visit in self.visits
            if number in (0, visit.round_number)
            and (not words or words in searched(visit))
            and self.day in (None, visit.day)
        ]
        self.model.show(shown)
        self._select(chosen)
        self.calendar.show_visits([visit for visit in self.visits if number in (0, visit.round_number)])
        self.one_day.setVisible(self.day is not None)
        self.one_day.setText(f"{show_value(self.day)}  ✕" if self.day else "")
        self.counts.setText(
            self.words(
                "deliver.counts",
                visits=len(shown),
                households=show_number(sum(visit.households for visit in shown)),
                kip=self.words.short_kip(sum(visit.kip for visit in shown)),
                open=sum(not visit.team or visit.day is None for visit in shown),
                cut_off=sum(visit.cut_off for visit in shown),
            )
            if self.visits
            else self.words("deliver.nobody")
        )
        self._show_setter()

    def _give_room(self) -> None:
        """The folded card takes what it needs, the unfolded one shares the page with the table."""
        folded = not self.capacity.tools["edit"].isChecked()
        height = self.capacity.heightForWidth(self.holder.viewport().width())
        self.holder.setMaximumHeight(
            max(height, self.capacity.minimumSizeHint().height()) if folded else FREE
        )
        self.holder.setMinimumHeight(0 if folded else OPEN)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_room()

    def _select(self, places: set[tuple[object, ...]]) -> None:
        model, here = self.table.selectionModel(), {place_of(visit) for visit in self.selected()}
        if not places or here == places:
            return
        model.clearSelection()
        for row, visit in enumerate(self.model.visits):
            if place_of(visit) in places:
                flags = model.SelectionFlag.Select | model.SelectionFlag.Rows
                model.select(self.model.index(row, 0), flags)

    def _show_setter(self) -> None:
        visits = self.selected()
        for widget in (self.field, self.set_all):
            widget.setEnabled(bool(visits))
        self.release.setEnabled(any(visit.by_person for visit in visits))
        self.set_all.setText(self.words("deliver.set_all", count=len(visits)))
        self._make_value()

    def _name_rounds(self) -> None:
        for at in range(self.round.count()):
            number = self.round.itemData(at)
            text = self.words("deliver.round", number=number) if number else self.words("deliver.all_rounds")
            self.round.setItemText(at, text)

    def retranslate(self) -> None:
        super().retranslate()
        self.back.setText(self.words("deliver.back"))
        self.search.setPlaceholderText(self.words("deliver.search"))
        self.search.setAccessibleName(self.words("deliver.search"))
        self.as_calendar.setText(self.words("deliver.calendar"))
        self.release.setText(self.words("deliver.release"))
        self.round.setAccessibleName(self.words("deliver.round_name"))
        self.field.setAccessibleName(self.words("deliver.field"))
        self.table.setAccessibleName(self.title.text())
        self.calendar.setAccessibleName(self.words("deliver.calendar"))
        kept = self.field.currentIndex()
        self.field.clear()
        for field in WRITTEN:
            self.field.addItem(self.words(f"deliver.column.{field}"), field)
        self.field.setCurrentIndex(max(0, kept))
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(FIELDS) - 1)
        if self.isVisible() or self.visits:
            self.show_results()


def names_of(names: list[str]) -> tuple[str, ...]:
    """Each name once, in the order in which it comes."""
    return tuple(dict.fromkeys(name for name in names if name))


def searched(visit: VisitInfo) -> str:
    """What the words of a search are looked for in."""
    names = visit.village_code, visit.village_lo, visit.village_en, visit.district
    return "\n".join((*names, visit.team, visit.pay_point)).casefold()
