"""The delivery plan in the window: seen as table and calendar, changed visit by visit, undone and saved."""

import datetime as dt
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDateEdit
from pytestqt.qtbot import QtBot

from shockplan.demo import write_demo
from shockplan.document import read_document
from tests.ui.conftest import Heard
from ui.pages.delivery import DeliveryPage
from ui.pages.print_page import PrintPage
from ui.results import VisitInfo
from ui.visit_model import FIELDS, place_of, put
from ui.window import Window

TEAM, DAY, CUT_OFF = (FIELDS.index(name) for name in ("team", "day", "cut_off"))


def settle(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.jobs.busy and window.session.settled, timeout=20_000)


@pytest.fixture
def page(planned: Window, qtbot: QtBot) -> DeliveryPage:
    """The delivery page, reached from the lists."""
    planned.go("print")
    lists = planned.stack.currentWidget()
    assert isinstance(lists, PrintPage)
    qtbot.mouseClick(lists.delivery, Qt.MouseButton.LeftButton)
    assert planned.stack.currentWidget() is planned.delivery
    settle(planned, qtbot)
    return planned.delivery


def visit_like(page: DeliveryPage, visit: VisitInfo) -> VisitInfo:
    return next(each for each in page.visits if place_of(each) == place_of(visit))


def test_the_page_shows_every_visit_and_their_sums(page: DeliveryPage, planned: Window) -> None:
    assert planned.session.results is not None
    paid = planned.session.results.figures.committed_kip
    assert sum(visit.kip for visit in page.visits) == paid
    assert page.model.rowCount() == len(page.visits) > 0
    assert all(visit.team and visit.day and visit.pay_point for visit in page.visits)
    page.round.setCurrentIndex(1)
    page.show_visits()
    assert {visit.round_number for visit in page.model.visits} == {1}
    code = next(visit.village_code for visit in page.visits if visit.village_code)
    page.search.setText(code)
    assert {visit.village_code for visit in page.model.visits} == {code}
    page.back.click()
    assert isinstance(planned.stack.currentWidget(), PrintPage)


def test_the_map_shows_the_delivery_while_the_page_is_looked_at(
    page: DeliveryPage, planned: Window, qtbot: QtBot
) -> None:
    assert planned.session.map_choice.measure == "delivery"
    page.round.setCurrentIndex(page.round.findData(2))
    page.show_round()
    settle(planned, qtbot)
    assert planned.session.map_choice.round == 2
    assert planned.session.scene is not None
    assert any(layer.id.startswith("team:") for layer in planned.session.scene.layers)
    planned.go("who")
    settle(planned, qtbot)
    assert planned.session.map_choice.measure == "funded"


def test_a_changed_cell_moves_the_visit_and_undo_brings_it_back(
    page: DeliveryPage, planned: Window, qtbot: QtBot, heard: Heard
) -> None:
    first = page.model.visits[0]
    assert not first.by_person
    assert page.model.setData(page.model.index(0, TEAM), "Boat")
    settle(planned, qtbot)
    changed = visit_like(page, first)
    assert (changed.team, changed.by_person, changed.kip) == ("Boat", True, first.kip)
    assert changed.pay_point == first.pay_point
    day = dt.date(2026, 12, 24)
    page.set_visits((changed,), "day", day)
    settle(planned, qtbot)
    assert (visit_like(page, first).day, visit_like(page, first).team) == (day, "Boat")
    planned.session.undo()
    settle(planned, qtbot)
    planned.session.undo()
    settle(planned, qtbot)
    assert visit_like(page, first) == first
    assert heard.faults == []


def test_several_visits_are_set_at_once_and_given_back_to_the_capacity(
    page: DeliveryPage, planned: Window, qtbot: QtBot
) -> None:
    page.table.selectAll()
    chosen = page.selected()
    page.field.setCurrentIndex(page.field.findData("cut_off"))
    page._make_value()
    assert isinstance(page.value, QComboBox)
    put(page.value, True)
    qtbot.mouseClick(page.set_all, Qt.MouseButton.LeftButton)
    settle(planned, qtbot)
    assert all(visit.cut_off and visit.by_person for visit in page.visits)
    assert len(page.selected()) == len(chosen)
    qtbot.mouseClick(page.release, Qt.MouseButton.LeftButton)
    settle(planned, qtbot)
    assert not any(visit.by_person for visit in page.visits)
    assert planned.session.decided("delivery") is None


def test_a_cell_is_edited_with_a_calendar_and_names_to_choose_from(page: DeliveryPage) -> None:
    index = page.model.index(0, DAY)
    day = page.delegate.createEditor(page.table, None, index)
    assert isinstance(day, QDateEdit)
    page.delegate.setEditorData(day, index)
    assert day.date().toPython() == page.model.visits[0].day
    team = page.delegate.createEditor(page.table, None, page.model.index(0, TEAM))
    assert isinstance(team, QComboBox)
    offered = {team.itemText(at) for at in range(team.count())}
    assert {visit.team for visit in page.visits} <= offered
    way = page.delegate.createEditor(page.table, None, page.model.index(0, CUT_OFF))
    assert isinstance(way, QComboBox)
    assert [way.itemData(at) for at in range(way.count())] == [False, True]
    for widget in (day, team, way):
        widget.deleteLater()


def test_a_day_of_the_calendar_leads_to_its_visits(page: DeliveryPage, qtbot: QtBot) -> None:
    page.as_calendar.setChecked(True)
    assert page.calendar.isVisible()
    assert not page.setter.isVisible()
    shown = [
        page.calendar.item(row, column)
        for row in range(page.calendar.rowCount())
        for column in range(page.calendar.columnCount())
    ]
    day = page.visits[0].day
    item = next(item for item in shown if item.data(Qt.ItemDataRole.UserRole) == day)
    with qtbot.waitSignal(page.calendar.day_chosen):
        page.calendar.cellClicked.emit(item.row(), item.column())
    assert page.table.isVisible()
    assert {visit.day for visit in page.model.visits} == {day}
    page.one_day.click()
    assert len(page.model.visits) == len(page.visits)


def test_the_capacity_is_changed_taken_out_and_begun_again(
    page: DeliveryPage, planned: Window, qtbot: QtBot, heard: Heard
) -> None:
    page.capacity.teams.setText("A, B , ,C")
    page.capacity.teams.editingFinished.emit()
    settle(planned, qtbot)
    assert {visit.team for visit in page.visits} <= {"A", "B", "C"}
    page.capacity.ask({"start": "2026-11-02", "teams": ["A"], "households_per_day": 5})
    settle(planned, qtbot)
    assert min(visit.day for visit in page.visits if visit.day) == dt.date(2026, 11, 2)
    page.capacity.tools["close"].click()
    settle(planned, qtbot)
    assert {visit.team for visit in page.visits} == {""}
    assert page.capacity.begin.isVisible()
    page.capacity.begin.click()
    settle(planned, qtbot)
    assert all(visit.team for visit in page.visits)
    assert heard.faults == []


def test_what_was_planned_is_saved_beside_the_plan(
    window: Window, qtbot: QtBot, tmp_path: Path, heard: Heard
) -> None:
    path = write_demo(tmp_path, households=400)
    window.session.open_plan(path)
    settle(window, qtbot)
    delivery = window.session.delivering.info()
    assert delivery is not None
    window.session.delivering.plan(delivery.visits[:1], {"team": "ທີມ ເຮືອ"})
    settle(window, qtbot)
    window.session.save(path)
    qtbot.waitUntil(lambda: not window.session.jobs.busy, timeout=20_000)
    assert "ທີມ ເຮືອ".encode() in read_document(path).contents["delivery"]
    assert heard.faults == []


def test_the_page_speaks_lao(page: DeliveryPage, planned: Window, qtbot: QtBot) -> None:
    planned.words.switch("lo")
    settle(planned, qtbot)
    heads = [page.model.headerData(at, Qt.Orientation.Horizontal) for at in range(len(FIELDS))]
    assert heads[0] == "ບ້ານ"
    assert page.calendar.horizontalHeaderItem(0).text() == "ວັນຈັນ"
    assert page.title.text() == "ການຈ່າຍເງິນ"
