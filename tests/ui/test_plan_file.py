"""The page of the plan's own file: passphrase, log, parts for others, taking the persons out, salvage."""

from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from shockplan.demo import write_demo
from shockplan.document import with_content
from shockplan.problems import InputError
from shockplan.workspace import is_encrypted, open_workspace, save_plan, sealing
from shockplan.workspace.totals import read_totals
from tests.ui.conftest import Heard
from tests.ui.test_deciding import removals, settle
from ui.messages import Message
from ui.pages.plan_file import PlanFilePage
from ui.window import START, WORK, Window

SECRET, OTHER = "a made-up secret", "another made-up secret"
HERE, THERE = "on the ground", "by telephone"


@pytest.fixture(autouse=True)
def quick_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "KIB", 64)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.shockplan"
    save_plan(write_demo(tmp_path / "inputs", households=300), path, SECRET, who="Made-up Planner")
    return path


def opened(window: Window, path: Path, qtbot: QtBot, passphrase: str | None = SECRET) -> PlanFilePage:
    with qtbot.waitSignal(window.session.opened, timeout=40_000):
        window.session.open_plan(path, passphrase)
    settle(window, qtbot)
    window.go("file")
    settle(window, qtbot)
    page = window.stack.currentWidget()
    assert isinstance(page, PlanFilePage)
    return page


def titles(heard: Heard) -> list[str]:
    return [each.title for each in heard if isinstance(each, Message)]


def test_the_page_says_what_kind_of_file_is_open(
    window: Window, file: Path, demo_plan: Path, qtbot: QtBot
) -> None:
    page = opened(window, file, qtbot)
    assert window.words("file.standing.sealed") in page.standing.text()
    assert page.buttons["passphrase"].isEnabled()
    page = opened(window, demo_plan, qtbot, None)
    assert page.standing.text() == window.words("file.standing.folder")
    assert not page.buttons["passphrase"].isEnabled()
    assert not page.buttons["purge"].isEnabled()
    assert page.buttons["totals"].isEnabled()


def test_the_passphrase_is_changed_and_taken_away_and_work_goes_on(
    window: Window, file: Path, qtbot: QtBot, heard: Heard
) -> None:
    page = opened(window, file, qtbot)
    window.session.change(("fit", "step_kip"), 5000)
    settle(window, qtbot)
    page.buttons["passphrase"].click()
    assert page.seal is not None
    page.seal.first.setText(OTHER)
    page.seal.again.setText(OTHER)
    with qtbot.waitSignal(window.session.opened, timeout=40_000):
        page.seal.encrypt.click()
    settle(window, qtbot)
    with pytest.raises(InputError):
        open_workspace(file, SECRET)
    assert window.session.history.now is not None
    assert window.session.history.now.spec.fit.step_kip == 5000
    window.session.change(("fit", "step_kip"), 2000)
    settle(window, qtbot)
    assert window.session.holding.all_kept
    page.file.change_passphrase("")
    with qtbot.waitSignal(window.session.opened, timeout=40_000):
        pass
    settle(window, qtbot)
    assert not is_encrypted(file)
    assert window.words("file.standing.open") in page.standing.text()
    with closing(open_workspace(file)) as kept:
        assert kept.document().spec.fit.step_kip == 2000
    assert heard.faults == []
    assert [title for title in titles(heard) if "passphrase" in title] != []


def test_the_log_says_who_changed_what_the_latest_first(window: Window, file: Path, qtbot: QtBot) -> None:
    window.session.who = "Made-up Clerk"
    page = opened(window, file, qtbot)
    with qtbot.waitSignal(page.file.logged, timeout=20_000):
        window.session.change(("fit", "step_kip"), 5000)
    table = page.log.array.table
    row = [table.column(f"log_{name}").values[0] for name in ("who", "place", "before", "after")]
    assert row == ["Made-up Clerk", "fit.step_kip", "1000", "5000"]
    assert table.column("log_who").values[-1] == "Made-up Planner"
    assert page.log_told.text().startswith("Every entry holds.")


def test_totals_and_a_districts_part_are_written_and_nothing_is_overwritten(
    window: Window, file: Path, qtbot: QtBot, heard: Heard
) -> None:
    page = opened(window, file, qtbot)
    totals, part = file.parent / "totals.shockplan", file.parent / "part.shockplan"
    page.file.write_totals(totals, "")
    settle(window, qtbot)
    with closing(open_workspace(totals)) as workspace:
        summary, tables = read_totals(workspace)
    assert window.session.results is not None
    assert summary["funded"] == window.session.results.figures.funded
    assert set(tables) >= {"districts", "villages"}
    district = str(page.district.itemData(0))
    page.file.write_part(district, part, OTHER)
    settle(window, qtbot)
    with closing(open_workspace(part, OTHER)) as workspace:
        assert workspace.document("base").spec.plan.made_up
    before = part.read_bytes()
    heard.clear()
    page.file.write_part(district, part, "")
    qtbot.waitUntil(lambda: bool(heard.faults), timeout=20_000)
    assert part.read_bytes() == before


def decided(window: Window, reason: str) -> bytes:
    return removals(window, [0]).replace(b"made up", reason.encode())


def test_a_part_is_brought_back_conflicts_are_asked_and_undo_takes_it_back(
    window: Window, file: Path, qtbot: QtBot, heard: Heard
) -> None:
    page = opened(window, file, qtbot)
    results = window.session.results
    assert results is not None
    district = str(results.households.column("district").values[0])
    part = file.parent / "part.shockplan"
    page.file.write_part(district, part, OTHER)
    settle(window, qtbot)
    with closing(open_workspace(part, OTHER, write=True)) as workspace:
        document = workspace.document()
        workspace.keep(with_content(document, "removals", decided(window, THERE)))
    window.session.decide("removals", decided(window, HERE))
    settle(window, qtbot)
    before = window.session.decided("removals")
    page.file.bring_back(part)
    dialog = page.passphrase_dialog
    dialog.setTextValue(OTHER)
    dialog.accept()
    qtbot.waitUntil(page.conflicts.isVisible, timeout=20_000)
    assert page.conflicts.table.rowCount() == 1
    assert HERE in page.conflicts.table.item(0, 1).text()
    assert THERE in page.conflicts.table.item(0, 2).text()
    assert not page.conflicts.go.isEnabled()
    assert window.session.decided("removals") == before
    page.conflicts.all["theirs"].click()
    page.conflicts.go.click()
    settle(window, qtbot)
    assert not page.conflicts.isVisible()
    assert THERE.encode() in (window.session.decided("removals") or b"")
    window.session.undo()
    settle(window, qtbot)
    assert window.session.decided("removals") == before
    assert heard.faults == []


def test_the_persons_are_taken_out_after_one_more_question_and_leave_the_screen(
    window: Window, file: Path, qtbot: QtBot, heard: Heard
) -> None:
    page = opened(window, file, qtbot)
    results = window.session.results
    assert results is not None
    funded = results.figures.funded
    window.go("registry")
    registry = window.stack.currentWidget()
    assert registry.table.array.rowCount() > 0
    window.go("file")
    page.buttons["purge"].click()
    no = next(each for each in page.dialog.buttons() if each.text() != window.words("file.purge.yes"))
    no.click()
    assert window.session.results is not None
    page.buttons["purge"].click()
    yes = next(each for each in page.dialog.buttons() if each.text() == window.words("file.purge.yes"))
    with qtbot.waitSignal(page.file.gone, timeout=40_000):
        yes.click()
    assert window.outer.currentIndex() == START
    assert window.session.results is None
    assert registry.table.array.rowCount() == 0
    with closing(open_workspace(file, SECRET)) as workspace:
        summary, _ = read_totals(workspace)
        with pytest.raises(InputError):
            workspace.require_persons()
    assert summary["funded"] == funded
    assert heard.faults == []
    with qtbot.waitSignal(window.session.opened, timeout=40_000):  # and another plan can be opened
        window.session.open_plan(file.parent / "inputs" / "PLAN.toml")
    settle(window, qtbot)
    assert window.outer.currentIndex() == WORK


def test_what_is_whole_is_taken_out_of_a_damaged_file(
    window: Window, file: Path, qtbot: QtBot, heard: Heard
) -> None:
    content = bytearray(file.read_bytes())
    content[4096:8192] = bytes(4096)
    file.write_bytes(content)
    window.session.open_plan(file, SECRET)
    qtbot.waitUntil(lambda: bool(heard.faults), timeout=20_000)
    heard.clear()
    window.session.plan_file.salvage(file, file.parent / "whole", SECRET)
    qtbot.waitUntil(lambda: bool(heard), timeout=40_000)
    assert heard.faults == []
    assert (file.parent / "whole" / "PLAN.toml").is_file()
    with qtbot.waitSignal(window.session.opened, timeout=40_000):
        window.session.open_plan(file.parent / "whole" / "PLAN.toml")
    settle(window, qtbot)
