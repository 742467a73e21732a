"""A new plan in the window: files chosen, mistakes under their fields, the plan made and open."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Heard
from ui.pages.new_plan import NewPlanPage
from ui.window import NEW, START, WORK, Window


@pytest.fixture
def page(window: Window, qtbot: QtBot) -> NewPlanPage:
    qtbot.mouseClick(window.start.new, Qt.MouseButton.LeftButton)
    assert window.outer.currentIndex() == NEW
    return window.new_plan


def idle(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.jobs.busy, timeout=20_000)


def fill(page: NewPlanPage, window: Window, qtbot: QtBot, inputs: Path, layer: str, **said: object) -> None:
    page.choose("registry", str(inputs / "registry_made_up.csv"))
    idle(window, qtbot)
    page.choose("layer", str(inputs / layer))
    idle(window, qtbot)
    for name, value in said.items():
        form = next(form for form in page.forms.values() if (name,) in form.fields)
        form.take((name,), value)
        idle(window, qtbot)


def test_what_is_missing_is_said_under_each_field_and_nothing_is_made(
    page: NewPlanPage, window: Window, heard: Heard
) -> None:
    page.make.click()
    said = {key for form in page.forms.values() for key, line in form.faults.items() if line.isVisible()}
    assert {("name",), ("registry",), ("layer",), ("fund_kip",), ("path",)} <= said
    assert not window.session.jobs.busy
    assert heard == []


def test_a_plan_is_made_of_a_registry_and_a_layer_and_opens(
    page: NewPlanPage, window: Window, demo_plan: Path, tmp_path: Path, heard: Heard, qtbot: QtBot
) -> None:
    path = tmp_path / "new" / "PLAN.toml"
    fill(
        page,
        window,
        qtbot,
        demo_plan.parent,
        "flood_made_up.geojson",
        name="Made-up plan",
        fund_name="Made-up fund",
        fund_kip=50_000_000,
        round_kip=250_000,
        path=str(path),
    )
    assert "1,5" in page.told["registry"].text()
    page.make.click()
    idle(window, qtbot)
    assert window.outer.currentIndex() == WORK
    results = window.session.results
    assert results is not None
    assert results.plan_path == path
    assert results.figures.eligible > 0
    assert heard.faults == []
    assert page.said == {}, "the next new plan begins empty"


def test_a_table_of_districts_asks_for_its_columns_and_limits(
    page: NewPlanPage, window: Window, demo_plan: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    fill(
        page,
        window,
        qtbot,
        demo_plan.parent,
        "covid_impact_made_up.csv",
        name="Made-up plan",
        fund_name="Made-up fund",
        fund_kip=50_000_000,
        round_kip=250_000,
        severity_field="Unemployed (%)",
        path=str(tmp_path / "plan.shockplan"),
    )
    assert page.said["code"] == "District code"
    page.make.click()
    assert page.forms["shock"].faults["low",].isVisible()
    page.forms["shock"].take(("low",), 5)
    page.make.click()
    idle(window, qtbot)
    assert window.outer.currentIndex() == WORK
    assert window.session.results is not None
    assert window.session.results.plan_path.suffix == ".shockplan"


def test_a_file_that_cannot_be_read_is_said_under_its_field(
    page: NewPlanPage, window: Window, tmp_path: Path, heard: Heard, qtbot: QtBot
) -> None:
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    page.choose("registry", str(tmp_path / "empty.csv"))
    idle(window, qtbot)
    assert page.forms["registry"].faults["registry",].isVisible()
    assert heard == []


def test_one_goes_back_to_the_start_without_a_plan(page: NewPlanPage, window: Window) -> None:
    page.back.click()
    assert window.outer.currentIndex() == START
