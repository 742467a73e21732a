"""Sliders and fields: the plan follows off the GUI thread, and every step can be taken back."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

import ui.session.session as session_module
from tests.ui.conftest import Heard
from ui.pages.how_much import HowMuchPage
from ui.pages.who import WhoPage
from ui.session.history import History
from ui.window import Window


def idle(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.jobs.busy, timeout=20_000)


def funded(window: Window) -> int:
    assert window.session.results is not None
    return window.session.results.figures.funded


@pytest.fixture
def money(planned: Window) -> Iterator[HowMuchPage]:
    planned.go("how_much")
    page = planned.stack.currentWidget()
    assert isinstance(page, HowMuchPage)
    yield page


def test_less_money_funds_fewer_households_and_undo_brings_them_back(
    planned: Window, money: HowMuchPage, qtbot: QtBot
) -> None:
    before = funded(planned)
    for card in money.funds:
        card.amount.slider.setValue(40)
        idle(planned, qtbot)
    assert funded(planned) < before
    for _ in money.funds:
        planned.head.tools["undo"].click()
        idle(planned, qtbot)
    assert funded(planned) == before
    planned.head.tools["redo"].click()
    idle(planned, qtbot)
    assert funded(planned) < before


def test_a_slider_on_its_way_is_one_step_and_only_its_end_is_planned(
    planned: Window, money: HowMuchPage, qtbot: QtBot
) -> None:
    results = []
    planned.session.changed.connect(lambda: results.append(planned.session.results))
    for place in range(200, 20, -10):
        money.funds[-1].amount.slider.setValue(place)
    idle(planned, qtbot)
    assert len(results) < 6
    assert len(planned.session.history.past) == 1
    assert results[-1].funds[-1].amount == money.funds[-1].amount.value()


def test_planning_after_a_slider_leaves_the_gui_thread(
    planned: Window, money: HowMuchPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    gui, threads = QThread.currentThread(), []
    honest = session_module.replan

    def spy(*args):
        threads.append(QThread.currentThread())
        return honest(*args)

    monkeypatch.setattr(session_module, "replan", spy)
    money.set_aside.slider.setValue(200)
    idle(planned, qtbot)
    assert len(threads) == 1
    assert threads[0] != gui


def test_a_limit_of_the_rule_is_moved_and_the_sentence_follows(planned: Window, qtbot: QtBot) -> None:
    planned.go("who")
    page = planned.stack.currentWidget()
    assert isinstance(page, WhoPage)
    results = planned.session.results
    assert results is not None
    path, row = next((path, row) for path, row in page.rule.rows.items() if "below" in row.limits)
    before = results.rule.answered((*results.rule.path, *path))
    row.limits["below"].field.setValue(20)
    idle(planned, qtbot)
    after = planned.session.results
    assert after is not None
    assert before is not None
    answered = after.rule.answered(before.path)
    assert answered is not None
    assert row.leaf["below"] == Decimal(20)
    assert answered.yes < before.yes
    assert "20" in answered.sentence
    assert "20" in page.rule.sentence.text()
    assert any("\u0e80" <= letter <= "\u0eff" for letter in page.rule.other.text()), "the other language too"


def test_a_value_that_may_not_be_is_told_and_changes_nothing(
    planned: Window, heard: Heard, qtbot: QtBot
) -> None:
    before = planned.session.results
    planned.session.change(("funds", 0, "reserve_share"), Decimal(3))
    idle(planned, qtbot)
    assert planned.session.results is before
    assert len(heard.faults) == 1
    assert "funds[1].reserve_share" in heard.faults[0].sentences[0]
    assert planned.session.settled


def test_a_plan_that_cannot_be_is_told_and_the_last_one_stays(
    planned: Window, heard: Heard, qtbot: QtBot
) -> None:
    before = planned.session.results
    planned.session.change(("fit", "method"), "poverty_gap")  # the demo states no poverty line
    idle(planned, qtbot)
    assert planned.session.results is before
    assert len(heard.faults) == 1
    assert planned.session.settled
    assert planned.session.history.past == []


def test_a_changed_plan_is_saved_and_opens_as_the_same_plan(
    planned: Window, heard: Heard, qtbot: QtBot, tmp_path
) -> None:
    planned.session.change(("funds", 0, "reserve_share"), Decimal("0.25"))
    idle(planned, qtbot)
    assert planned.session.results is not None
    fingerprint = planned.session.results.headline.fingerprint
    planned.session.save(tmp_path / "changed.toml")
    idle(planned, qtbot)
    planned.session.open_plan(tmp_path / "changed.toml")
    idle(planned, qtbot)
    assert heard.faults == []
    assert planned.session.results.plan_path == tmp_path / "changed.toml"
    assert planned.session.results.headline.fingerprint == fingerprint


def test_changes_of_one_thing_in_quick_succession_are_one_step_back() -> None:
    now = [0.0]
    history: History[str] = History(clock=lambda: now[0])
    history.begin("start")
    for state in ("a", "b", "c"):
        now[0] += 0.1
        history.put(state, "slider")
    now[0] += 10
    history.put("d", "slider")
    assert history.undo() == "c"
    assert history.undo() == "start"
    assert history.undo() is None
    assert (history.redo(), history.redo(), history.redo()) == ("c", "d", None)
