"""Plans and scenarios side by side: figures, the map of the difference, and who is paid otherwise."""

import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from shockplan.scenarios import scenario_folder
from shockplan.workspace import save_plan, sealing
from tests.ui.conftest import Heard
from ui.pages.compare import ComparePage
from ui.window import Window

LIMIT = ("eligibility", "rule", "all", 1, "any", 1, "below")


def idle(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.jobs.busy, timeout=20_000)


def change(window: Window, qtbot: QtBot, limit: int) -> None:
    window.session.change(LIMIT, Decimal(limit))
    idle(window, qtbot)


@pytest.fixture(autouse=True)
def no_scenarios_for_others(demo_plan: Path) -> Iterator[None]:
    yield
    shutil.rmtree(scenario_folder(demo_plan), ignore_errors=True)


@pytest.fixture
def page(planned: Window, qtbot: QtBot) -> ComparePage:
    change(planned, qtbot, 35)
    planned.go("compare")
    idle(planned, qtbot)
    found = planned.stack.currentWidget()
    assert isinstance(found, ComparePage)
    return found


def test_the_plan_is_compared_with_itself_as_it_was_opened(
    planned: Window, page: ComparePage, heard: Heard
) -> None:
    result = planned.session.comparison.result
    results = planned.session.results
    assert result is not None
    assert results is not None
    figures = {name: (before, now) for name, before, now in result.figures}
    assert figures["eligible"][0] > figures["eligible"][1] == results.figures.eligible
    assert page.grid.lines["eligible"][2].text() == f"{results.figures.eligible:,}"
    assert page.grid.lines["eligible"][3].text().startswith("-")
    assert page.tables["households"].array.rowCount() == sum(result.counts) > 0
    assert heard.faults == []


def test_the_map_shows_the_difference_here_and_the_plan_elsewhere(planned: Window, page: ComparePage) -> None:
    assert planned.map.title.text().startswith("Change")
    planned.go("who")
    assert not planned.map.title.text().startswith("Change")


def test_a_changed_household_is_explained_and_found_on_the_map(
    planned: Window, page: ComparePage, qtbot: QtBot
) -> None:
    page.tabs.setCurrentIndex(1)
    with qtbot.waitSignal(planned.session.explained, timeout=20_000) as caught:
        page.tables["households"].choose(0)
    result = planned.session.comparison.result
    assert result is not None
    assert caught.args[0].household_id == result.households.column("household_id").values[0]
    assert page.why.isVisible()


def test_the_comparison_follows_the_plan_while_one_looks_at_it(
    planned: Window, page: ComparePage, qtbot: QtBot
) -> None:
    change(planned, qtbot, 45)
    idle(planned, qtbot)
    result = planned.session.comparison.result
    assert result is not None
    assert sum(result.counts) == 0
    assert page.counts.text() == planned.words("compare.same")


def test_a_scenario_is_kept_compared_taken_and_dropped(
    planned: Window, page: ComparePage, qtbot: QtBot
) -> None:
    page.bar.scenario.setText("Strict")
    page.bar.keep.click()
    change(planned, qtbot, 45)
    page.bar.against.setCurrentIndex(1)
    page.bar.against.activated.emit(1)
    idle(planned, qtbot)
    result = planned.session.comparison.result
    assert result is not None
    assert sum(result.counts) > 0
    page.bar.use.click()
    idle(planned, qtbot)
    assert planned.session.table_at(LIMIT) == Decimal(35)
    planned.session.undo()
    idle(planned, qtbot)
    assert planned.session.table_at(LIMIT) == Decimal(45)
    page.bar.forget.click()
    idle(planned, qtbot)
    assert planned.session.comparison.scenarios == []


def test_another_plan_file_is_compared_by_household(
    planned: Window, page: ComparePage, demo_plan: Path, heard: Heard, qtbot: QtBot
) -> None:
    page.compare_with_file(demo_plan)
    idle(planned, qtbot)
    result = planned.session.comparison.result
    assert result is not None
    assert result.file == demo_plan.name
    assert sum(result.counts) > 0
    assert heard.faults == []


def test_an_encrypted_plan_asks_for_its_passphrase_once_and_is_then_compared(
    planned: Window,
    page: ComparePage,
    demo_plan: Path,
    heard: Heard,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sealing, "KIB", 64)
    path = tmp_path / "locked.shockplan"
    save_plan(demo_plan, path, "a long passphrase")
    page.compare_with_file(path)
    page.passphrase_dialog.setTextValue("a wrong one")
    page.passphrase_dialog.accept()
    idle(planned, qtbot)
    assert len(heard.faults) == 1, "a wrong passphrase is a sentence"
    assert page.bar.against.currentData() == 0, "and the comparison stays"
    page.compare_with_file(path)
    page.passphrase_dialog.setTextValue("a long passphrase")
    page.passphrase_dialog.accept()
    idle(planned, qtbot)
    result = planned.session.comparison.result
    assert result is not None
    assert (result.file, page.bar.against.currentText()) == (path.name, path.name)
    before = sum(result.counts)
    change(planned, qtbot, 30)
    again = planned.session.comparison.result
    assert again is not None
    assert (again.file, len(heard.faults)) == (path.name, 1), "it follows the plan and asks no second time"
    assert sum(again.counts) > before > 0


def test_the_ways_to_fit_and_the_scenarios_stand_side_by_side(
    planned: Window, page: ComparePage, qtbot: QtBot
) -> None:
    page.bar.keep.click()
    page.ways_button.click()
    idle(planned, qtbot)
    ways = planned.session.comparison.alternatives
    results = planned.session.results
    assert results is not None
    assert [way.kind for way in ways] == ["now", "scenario", *["fit"] * 5]
    assert ways[0].funded == ways[1].funded == results.figures.funded
    assert page.ways_grid.itemAtPosition(7, 1) is not None
