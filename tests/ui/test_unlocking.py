"""A protected workbook asks for its password in the window; what was typed is kept nowhere."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from msoffcrypto.format.ooxml import OOXMLFile
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Heard
from ui.window import Window

PASSWORD = "ສະບາຍດີ 1"


@pytest.fixture
def locked(demo_plan: Path, tmp_path: Path) -> Path:
    """The small demo with its registry in a workbook behind a password."""
    shutil.copytree(demo_plan.parent, tmp_path / "plan")
    plan = tmp_path / "plan" / demo_plan.name
    text = plan.read_text("utf-8")
    name = next(line for line in text.splitlines() if line.startswith("file = ")).split('"')[1]
    with xlsxwriter.Workbook(str(tmp_path / "open.xlsx")) as book:
        sheet = book.add_worksheet("Households")
        with (plan.parent / name).open(encoding="utf-8-sig", newline="") as lines:
            for number, row in enumerate(csv.reader(lines)):
                sheet.write_row(number, 0, row)
    with (tmp_path / "open.xlsx").open("rb") as plain, (plan.parent / "locked.xlsx").open("wb") as sealed:
        OOXMLFile(plain).encrypt(PASSWORD, sealed)
    plan.write_text(text.replace(f'"{name}"', '"locked.xlsx"'), "utf-8")
    (tmp_path / "open.xlsx").unlink()
    return plan


@pytest.fixture
def answer(window: Window, qtbot: QtBot) -> Callable[[str | None], str]:
    """Type into the dialog that comes, None to cancel it; gives what it asked."""

    def answered(typed: str | None) -> str:
        qtbot.waitUntil(lambda: isinstance(shown(), QInputDialog), timeout=20_000)
        dialog = shown()
        assert dialog is not None and dialog.isVisible()
        asked = str(dialog.labelText())
        window.passwords.dialog = None
        if typed is None:
            dialog.reject()
        else:
            dialog.setTextValue(typed)
            dialog.accept()
        return asked

    def shown() -> QInputDialog | None:
        return window.passwords.dialog

    return answered


def test_the_window_asks_until_the_password_opens_the_workbook_and_keeps_it_nowhere(
    window: Window, locked: Path, answer: Callable[[str | None], str], qtbot: QtBot, heard: Heard
) -> None:
    window.session.open_plan(locked)
    assert "locked.xlsx" in answer("a guess")
    assert "does not open" in answer(PASSWORD)
    qtbot.waitUntil(
        lambda: window.session.results is not None and not window.session.jobs.busy, timeout=20_000
    )
    results = window.session.results
    assert results is not None and results.figures.households_read > 0
    window.session.change(("funds", 0, "name"), "Another name")
    qtbot.waitUntil(lambda: not window.session.jobs.busy and window.session.settled, timeout=20_000)
    assert window.passwords.dialog is None, "it is asked once"
    assert heard.faults == []
    for path in locked.parents[1].rglob("*"):
        assert path.is_dir() or PASSWORD.encode() not in path.read_bytes()


def test_who_knows_no_password_is_told_and_nothing_is_opened(
    window: Window, locked: Path, answer: Callable[[str | None], str], qtbot: QtBot, heard: Heard
) -> None:
    window.session.open_plan(locked)
    answer(None)
    qtbot.waitUntil(lambda: not window.session.jobs.busy, timeout=20_000)
    assert window.session.results is None
    assert any("password" in str(fault) for fault in heard.faults)


def test_a_job_that_waits_for_a_password_can_be_cancelled(window: Window, locked: Path, qtbot: QtBot) -> None:
    window.session.open_plan(locked)
    qtbot.waitUntil(lambda: window.passwords.dialog is not None, timeout=20_000)
    window.session.cancel()
    qtbot.waitUntil(lambda: not window.session.jobs.busy, timeout=5_000)
    assert window.session.results is None
    qtbot.waitUntil(lambda: not window.findChildren(QInputDialog), timeout=5_000)


def test_a_new_plan_asks_once_for_the_password_of_its_registry_and_opens(
    window: Window, locked: Path, answer: Callable[[str | None], str], qtbot: QtBot, heard: Heard
) -> None:
    folder, session = locked.parent, window.session
    with qtbot.waitSignal(session.beginning.looked, timeout=20_000) as looked:
        session.beginning.look("registry", folder / "locked.xlsx")
        assert "locked.xlsx" in answer(PASSWORD)
    assert looked.args is not None and looked.args[1].fault == "" and looked.args[1].rows > 0
    said = {
        "name": "Made up", "registry": folder / "locked.xlsx", "layer": folder / "flood_made_up.geojson",
        "layer_name": "Flood", "fund_name": "Fund", "fund_kip": 1_000_000, "round_kip": 100_000,
    }  # fmt: skip
    refused: list[object] = []
    session.beginning.refused.connect(refused.append)
    session.beginning.begin(said, folder / "new" / "PLAN.toml")
    qtbot.waitUntil(lambda: not session.jobs.busy, timeout=20_000)
    assert refused == [] and heard.faults == []
    assert session.results is not None and session.results.figures.households_read > 0
    assert window.passwords.dialog is None, "it is asked once"
