"""Nothing done in the window is lost: every change is on the disk, and is offered again after a crash."""

import itertools
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from shockplan.audit import audit_path, faults_of, read_log
from shockplan.demo import write_demo
from shockplan.problems import InputError, Problem
from shockplan.workspace import is_encrypted, open_workspace, save_plan, sealing
from shockplan.workspace.recovery import leftovers, recovery_folder
from tests.ui.conftest import Heard
from tests.ui.test_deciding import settle
from ui.messages import Message
from ui.session import Session
from ui.session.map_making import MapChoice
from ui.window import Window

STEP = ("fit", "step_kip")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return write_demo(tmp_path / "inputs", households=300)


@pytest.fixture
def quick_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "KIB", 64)


def opened(window: Window, path: Path, qtbot: QtBot, passphrase: str | None = None) -> None:
    with qtbot.waitSignal(window.session.opened, timeout=40_000):
        window.session.open_plan(path, passphrase)
    settle(window, qtbot)


def kept(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.holding.all_kept, timeout=20_000)
    settle(window, qtbot)


def test_a_change_of_a_workspace_is_in_its_file_before_it_is_saved(
    window: Window, plan: Path, qtbot: QtBot
) -> None:
    path = plan.parent / "plan.shockplan"
    save_plan(plan, path)
    opened(window, path, qtbot)
    window.session.change(STEP, 5000)
    window.session.decide("removals", b"household_id,reason\nHH-1,made up\n")
    kept(window, qtbot)
    window.session.undo()
    kept(window, qtbot)
    window.close()
    after = open_workspace(path)
    assert after.document().spec.fit.step_kip == 5000
    assert "removals" not in after.document().contents
    assert [(entry.what, entry.place) for entry in after.entries()][1:] == [
        ("changed", "fit.step_kip"),
        ("decided", "decisions.removals"),
        ("decided", "decisions.removals"),
        ("undone", "decisions.removals"),
        ("undone", "decisions.removals"),
    ]
    after.close()
    assert leftovers() == ()


def test_unsaved_changes_of_a_plan_file_are_offered_again(window: Window, plan: Path, qtbot: QtBot) -> None:
    opened(window, plan, qtbot)
    window.session.change(STEP, 5000)
    kept(window, qtbot)
    assert leftovers() == ()  # the window that has it open is there
    window.session.holding.let_go(window.session.history.now)
    (offered,) = window.session.filing.leftovers()
    assert offered.plan == plan
    with qtbot.waitSignal(window.session.opened, timeout=40_000):
        window.session.filing.recover(offered)
    settle(window, qtbot)
    assert window.session.history.now is not None
    assert window.session.history.now.spec.fit.step_kip == 5000
    window.session.save(plan)
    qtbot.waitUntil(lambda: "step_kip = 5000" in plan.read_text(encoding="utf-8"), timeout=20_000)
    qtbot.waitUntil(lambda: not window.session.jobs.busy)
    window.close()
    assert leftovers() == ()
    assert list(recovery_folder().iterdir()) == []


def test_a_plan_saved_as_one_encrypted_file_goes_on_there(
    window: Window, plan: Path, heard: Heard, qtbot: QtBot, quick_key: None
) -> None:
    opened(window, plan, qtbot)
    window.session.change(STEP, 5000)
    settle(window, qtbot)
    before = window.session.results
    path = plan.parent / "plan.shockplan"
    with qtbot.waitSignal(window.session.opened, timeout=40_000):
        window.session.save(path, "a made-up secret")
    settle(window, qtbot)
    assert heard.faults == []
    assert before is not None
    assert window.session.results is not None
    assert window.session.results.headline.fingerprint == before.headline.fingerprint
    assert window.session.results.plan_path == path
    window.session.change(STEP, 2000)
    kept(window, qtbot)
    window.close()
    after = open_workspace(path, "a made-up secret")
    assert after.document().spec.fit.step_kip == 2000
    after.close()
    assert list(recovery_folder().iterdir()) == []


def test_the_second_window_on_a_file_may_read_it_and_is_told(
    window: Window, plan: Path, heard: Heard, qtbot: QtBot
) -> None:
    path = plan.parent / "plan.shockplan"
    save_plan(plan, path)
    other = open_workspace(path, write=True)
    opened(window, path, qtbot)
    assert any(
        isinstance(one, Message) and one.level == "warning" and path.name in one.title for one in heard
    )
    window.session.change(STEP, 5000)
    kept(window, qtbot)
    assert other.document().spec.fit.step_kip == 1000
    other.close()


def test_opening_the_same_file_again_goes_on_writing_it(window: Window, plan: Path, qtbot: QtBot) -> None:
    path = plan.parent / "plan.shockplan"
    save_plan(plan, path)
    opened(window, path, qtbot)
    opened(window, path, qtbot)
    assert window.session.holding.own is not None
    window.session.change(STEP, 5000)
    kept(window, qtbot)
    window.close()
    after = open_workspace(path)
    assert after.document().spec.fit.step_kip == 5000
    after.close()


def test_the_question_before_saving_one_file_says_what_each_choice_means(
    window: Window, plan: Path, qtbot: QtBot, quick_key: None
) -> None:
    opened(window, plan, qtbot)
    path = plan.parent / "plan.shockplan"
    window.save_as(path)
    dialog = window.seal_dialog
    assert not dialog.encrypt.isEnabled()
    dialog.first.setText("a made-up secret")
    dialog.again.setText("a made-up")
    assert dialog.unlike.text()
    assert not dialog.encrypt.isEnabled()
    dialog.again.setText("a made-up secret")
    with qtbot.waitSignal(window.session.opened, timeout=40_000):
        dialog.encrypt.click()
    assert is_encrypted(path)


def test_a_file_saved_without_a_passphrase_is_open_to_all_by_the_persons_own_choice(
    window: Window, plan: Path, qtbot: QtBot
) -> None:
    opened(window, plan, qtbot)
    path = plan.parent / "plan.shockplan"
    window.save_as(path)
    with qtbot.waitSignal(window.session.opened, timeout=40_000):
        window.seal_dialog.open_to_all.click()
    assert not is_encrypted(path)


def test_scenarios_are_kept_with_the_plan_and_go_along_when_it_is_saved(
    window: Window, plan: Path, qtbot: QtBot
) -> None:
    opened(window, plan, qtbot)
    window.session.comparison.keep("as it was")
    window.session.change(STEP, 5000)
    settle(window, qtbot)
    window.session.comparison.keep("rounder")
    path = plan.parent / "plan.shockplan"
    with qtbot.waitSignal(window.session.opened, timeout=40_000):
        window.session.save(path)
    settle(window, qtbot)
    kept = {one.name: one.document.spec.fit.step_kip for one in window.session.comparison.scenarios}
    assert kept == {"as it was": 1000, "rounder": 5000}
    window.session.comparison.forget(1)
    window.session.comparison.go_to(1)
    settle(window, qtbot)
    window.close()
    workspace = open_workspace(path)
    assert [name for name, _, _ in workspace.named("scenario")] == ["rounder"]
    workspace.close()


def test_a_plan_file_saved_in_the_window_has_its_log_beside_it(
    window: Window, plan: Path, heard: Heard, qtbot: QtBot
) -> None:
    opened(window, plan, qtbot)
    window.session.change(STEP, 5000)
    settle(window, qtbot)
    window.session.save(plan)
    qtbot.waitUntil(lambda: any(isinstance(one, Message) and one.level == "done" for one in heard))
    entries = read_log(audit_path(plan))
    assert [(one.what, one.place, one.after) for one in entries] == [("changed", "fit.step_kip", "5000")]
    assert list(faults_of(entries)) == []


def test_a_disk_that_takes_no_more_is_told_and_the_change_is_kept_elsewhere(
    window: Window, plan: Path, heard: Heard, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = plan.parent / "plan.shockplan"
    save_plan(plan, path)
    opened(window, path, qtbot)
    own = window.session.holding.own
    assert own is not None

    def full(*_: object) -> None:
        raise InputError(Problem("workspace.disk_full", path.name))

    keep = own.keep
    monkeypatch.setattr(own, "keep", full)
    window.session.change(STEP, 2000)
    kept(window, qtbot)
    qtbot.waitUntil(lambda: bool(heard.faults))
    monkeypatch.setattr(own, "keep", keep)
    window.session.change(STEP, 4000)
    kept(window, qtbot)
    assert [one.suffix for one in recovery_folder().iterdir()] == [".json"]  # the file has all of it again
    monkeypatch.setattr(own, "keep", full)
    window.session.change(STEP, 5000)
    kept(window, qtbot)
    window.close()
    (offered,) = leftovers()
    assert offered.file is not None
    recovery = open_workspace(offered.file)
    assert recovery.document().spec.fit.step_kip == 5000
    recovery.close()


def test_undo_goes_on_after_the_plan_is_saved_as_one_file(window: Window, plan: Path, qtbot: QtBot) -> None:
    opened(window, plan, qtbot)
    session = window.session
    session.history.clock = itertools.count(step=60).__next__  # each change is a step of its own
    for kip in (2000, 5000, 10_000):
        session.change(STEP, kip)
        settle(window, qtbot)
    session.undo()
    settle(window, qtbot)
    with qtbot.waitSignal(session.opened, timeout=40_000):
        session.save(plan.parent / "plan.shockplan")
    settle(window, qtbot)
    steps = []
    for move in (session.redo, session.undo, session.undo, session.undo):
        move()
        settle(window, qtbot)
        assert session.results is not None
        assert session.settled, "the state of that step is planned, from the files inside"
        assert session.history.now is not None
        steps.append(session.history.now.spec.fit.step_kip)
    assert steps == [10_000, 5000, 2000, 1000]
    assert session.comparison.opened == session.history.now, "and one compares with the plan as it was opened"


def opened_with_a_removal(window: Window, plan: Path, qtbot: QtBot) -> Session:
    """The plan, in which a person has taken one household out."""
    opened(window, plan, qtbot)
    window.session.decide("removals", b"household_id,reason\nHH-1,made up\n")
    settle(window, qtbot)
    return window.session


def test_a_scenario_with_a_decision_that_was_taken_back_goes_along_into_one_file(
    window: Window, plan: Path, qtbot: QtBot, heard: Heard
) -> None:
    session = opened_with_a_removal(window, plan, qtbot)
    session.comparison.keep("with one taken out")
    session.undo()
    settle(window, qtbot)
    with qtbot.waitSignal(session.opened, timeout=40_000):
        session.save(plan.parent / "plan.shockplan")
    settle(window, qtbot)
    assert heard.faults == []
    assert [each.name for each in session.comparison.scenarios] == ["with one taken out"]
    session.comparison.go_to(1)
    settle(window, qtbot)
    assert session.settled
    assert session.decided("removals") is not None


def test_scenarios_of_a_plan_file_lie_beside_it_and_are_there_the_next_time(
    window: Window, plan: Path, qtbot: QtBot, heard: Heard
) -> None:
    session = opened_with_a_removal(window, plan, qtbot)
    session.comparison.keep("less: dry season")
    session.comparison.keep("second")
    first = session.history.now
    session.undo()
    settle(window, qtbot)
    assert session.comparison.opened == session.history.now
    folder = plan.parent / "PLAN-scenarios"
    assert [path.name for path in sorted(folder.glob("*.toml"))] == ["less- dry season.toml", "second.toml"]
    opened(window, folder / "second.toml", qtbot)
    opened(window, plan, qtbot)
    assert [each.name for each in session.comparison.scenarios] == ["less- dry season", "second"]
    assert session.comparison.scenarios[0].document == first, "as the plan file names its files"
    session.comparison.go_to(1)
    settle(window, qtbot)
    assert session.settled
    session.comparison.forget(1)
    session.comparison.forget(1)
    settle(window, qtbot)
    assert not folder.exists()
    assert heard.faults == []


def test_the_look_of_the_map_is_kept_with_the_plan_and_is_no_other_plan(
    planned: Window, demo_plan: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    session = planned.session
    before = session.results.headline.fingerprint
    planned.map.layers.rows["districts"].slider.setValue(10)
    session.choose_map(measure="waiting", method="own", own=(5.0, 20.5))
    settle(planned, qtbot)
    assert session.results.headline.fingerprint == before
    with qtbot.waitSignal(session.opened, timeout=40_000):
        session.save(tmp_path / "kept.shockplan")
    settle(planned, qtbot)
    assert session.map_choice == MapChoice("waiting", "own", 5, (5.0, 20.5))
    assert planned.map.layers.rows["districts"].slider.value() == 10
    with qtbot.waitSignal(session.opened, timeout=40_000):
        session.open_plan(demo_plan)
    settle(planned, qtbot)
    assert session.map_choice == MapChoice()
