"""A plan that is not open any more takes no memory: a national registry is a gigabyte, a laptop has four."""

import gc
import weakref
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
from PySide6.QtWidgets import QMessageBox, QTabBar
from pytestqt.qtbot import QtBot

from shockplan.demo import write_demo
from shockplan.workspace import open_workspace, save_plan
from tests.ui.conftest import Heard
from tests.ui.test_deciding import settle
from ui.pages.plan_file import PlanFilePage
from ui.window import Window

PAGES = ("situation", "who", "how_much", "check", "compare", "registry", "print", "approve", "file")


def look_at_everything(window: Window, qtbot: QtBot) -> None:
    """Every page, with every tab of it."""
    for page in PAGES:
        window.go(page)
        settle(window, qtbot)
        for tabs in window.stack.currentWidget().findChildren(QTabBar):
            for number in range(tabs.count()):
                tabs.setCurrentIndex(number)
                settle(window, qtbot)


def open_plan(window: Window, path: Path, qtbot: QtBot) -> list["weakref.ref[Any]"]:
    """Open a plan; its registry, exposure and results, to be asked later whether they live."""
    with qtbot.waitSignal(window.session.opened, timeout=40_000):
        window.session.open_plan(path)
    settle(window, qtbot)
    return parts_of(window)


def parts_of(window: Window) -> list["weakref.ref[Any]"]:
    made = window.session.made
    assert made is not None
    parts = (made.plan, made.plan.inputs.registry, made.plan.exposure)
    return [weakref.ref(part) for part in parts]


def alive(parts: list["weakref.ref[Any]"]) -> list[str]:
    gc.collect()
    return [type(part()).__name__ for part in parts if part() is not None]


def told_of(names: set[str]) -> list[str]:
    """The names that stand in a list or table of texts in memory."""
    gc.collect()
    held = [each for each in gc.get_objects() if isinstance(each, list | tuple)]
    told = [text for each in held for text in each if isinstance(text, str) and text in names]
    frames = [each for each in gc.get_objects() if isinstance(each, pd.DataFrame)]
    columns = [frame[name] for frame in frames for name in frame.columns if frame[name].dtype == "str"]
    return told + [text for column in columns for text in column.dropna() if text in names]


def test_the_plan_before_is_let_go_when_another_is_opened(
    window: Window, demo_plan: Path, tmp_path: Path, qtbot: QtBot, heard: Heard
) -> None:
    other = write_demo(tmp_path / "other", households=120)
    before = open_plan(window, demo_plan, qtbot)
    look_at_everything(window, qtbot)
    assert alive(before) == ["Plan", "Registry", "Exposure"]
    now = open_plan(window, other, qtbot)
    qtbot.waitUntil(lambda: alive(before) == [], timeout=20_000)
    assert alive(now) == ["Plan", "Registry", "Exposure"]
    assert heard.faults == []


def test_changes_leave_no_trail_of_exposures_behind(
    window: Window, demo_plan: Path, qtbot: QtBot, heard: Heard
) -> None:
    """Each change of a layer makes an exposure of every household anew."""
    open_plan(window, demo_plan, qtbot)
    look_at_everything(window, qtbot)
    trail = []
    for radius in (600, 700, 800, 900):
        trail += parts_of(window)[2:]
        window.session.change(("exposure", "village_radius_m"), radius)
        settle(window, qtbot)
    assert len({id(part()) for part in trail if part()}) <= 2  # the opened one to compare with, and the last
    assert heard.faults == []


def test_the_persons_that_were_taken_out_of_the_file_are_not_in_memory_either(
    window: Window, tmp_path: Path, qtbot: QtBot, heard: Heard
) -> None:
    path = tmp_path / "plan.shockplan"
    plan = write_demo(tmp_path / "inputs", households=300)
    registry = plan.parent / "registry_made_up.csv"
    rows = pd.read_csv(registry, dtype="str", keep_default_na=False)
    names = {f"ຄົນສົມມຸດ {number}" for number in range(len(rows))}  # that no other test's plan has
    rows["Head of household (Lao)"] = sorted(names)
    rows.to_csv(registry, index=False)
    save_plan(plan, path, who="Made-up Planner")
    del rows
    before = open_plan(window, path, qtbot)
    assert len(told_of(names)) > 20  # so they can be found where they are
    look_at_everything(window, qtbot)
    page = window.stack.currentWidget()
    assert isinstance(page, PlanFilePage)
    page.buttons["purge"].click()
    yes = window.words("file.purge.yes")
    button = next(one for box in page.findChildren(QMessageBox) for one in box.buttons() if one.text() == yes)
    with qtbot.waitSignal(page.file.gone, timeout=40_000):
        button.click()
    qtbot.waitUntil(lambda: alive(before) == [], timeout=20_000)  # work that had begun ends first
    assert told_of(names) == []
    with closing(open_workspace(path)) as workspace:
        assert workspace.store.head is None
    assert heard.faults == []
