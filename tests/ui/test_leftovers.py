"""After a crash the start page offers what was open, and asks who is at the machine."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from shockplan.demo import write_demo
from shockplan.document import Document, read_document
from shockplan.planfile_reading import parse_plan_file
from shockplan.planfile_writing import plan_file_text
from shockplan.workspace import open_workspace, save_plan
from shockplan.workspace.recovery import begin_recovery, guard_plan
from tests.ui.conftest import Heard
from tests.ui.test_deciding import settle
from ui.message_bar import CrashDialog
from ui.messages import Message, crash_report
from ui.window import Window


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return write_demo(tmp_path / "inputs", households=200)


def crashed(plan: Path) -> None:
    """A window that changed the plan file and ended without closing it."""
    before = read_document(plan)
    guard = begin_recovery(plan, before, "Made-up Planner")
    assert guard.workspace is not None
    fit = before.spec.fit.model_copy(update={"step_kip": 5000})
    text = plan_file_text(before.spec.model_copy(update={"fit": fit}))
    guard.workspace.keep(Document(parse_plan_file(text.encode(), plan.name), before.contents))
    guard.workspace.close()


def test_what_was_open_is_offered_in_its_last_state(window: Window, plan: Path, qtbot: QtBot) -> None:
    crashed(plan)
    page = window.start
    page.leftovers.look()
    assert page.leftovers.isVisible()
    (one,) = page.leftovers.shown
    with qtbot.waitSignal(window.session.opened, timeout=40_000):
        window.session.filing.recover(one)
    settle(window, qtbot)
    assert window.session.history.now is not None
    assert window.session.history.now.spec.fit.step_kip == 5000
    assert [entry.who for entry in window.session.holding.entries()] == ["Made-up Planner"]


def test_what_is_thrown_away_is_not_offered_again(window: Window, plan: Path) -> None:
    crashed(plan)
    page = window.start
    page.leftovers.look()
    page.leftovers.throw_away(page.leftovers.shown[0])
    assert not page.leftovers.isVisible()
    page.leftovers.look()
    assert page.leftovers.shown == []


def test_a_plan_in_one_file_that_was_open_is_offered_and_is_whole(
    window: Window, plan: Path, qtbot: QtBot
) -> None:
    path = plan.parent / "plan.shockplan"
    save_plan(plan, path)
    guard_plan(path)
    window.start.leftovers.look()
    (one,) = window.start.leftovers.shown
    with qtbot.waitSignal(window.session.opened, timeout=40_000):
        window.session.filing.recover(one)
    settle(window, qtbot)
    assert window.session.filing.leftovers() == ()


def test_the_name_given_at_the_start_stands_in_the_log(window: Window, plan: Path, qtbot: QtBot) -> None:
    path = plan.parent / "plan.shockplan"
    save_plan(plan, path)
    window.start.name.field.setText("Made-up Coordinator")
    with qtbot.waitSignal(window.session.opened, timeout=40_000):
        window.session.open_plan(path)
    settle(window, qtbot)
    window.session.change(("fit", "step_kip"), 5000)
    qtbot.waitUntil(lambda: window.session.holding.all_kept, timeout=20_000)
    settle(window, qtbot)
    window.close()
    workspace = open_workspace(path)
    assert workspace.entries()[-1].who == "Made-up Coordinator"
    workspace.close()


@pytest.mark.parametrize("kind", ["plan_file", "one_file", "sealed"])
def test_after_a_crash_the_report_opens_the_plan_anew_as_it_was_last_kept(
    window: Window, plan: Path, qtbot: QtBot, kind: str
) -> None:
    secret = "made-up words" if kind == "sealed" else ""
    path = plan if kind == "plan_file" else plan.parent / "plan.shockplan"
    if kind != "plan_file":
        save_plan(plan, path, secret)
    session = window.session
    with qtbot.waitSignal(session.opened, timeout=40_000):
        session.open_plan(path, secret or None)
    settle(window, qtbot)
    session.change(("fit", "step_kip"), 5000)
    settle(window, qtbot)
    opened = session.made
    window.tell(crash_report(ValueError("made up")))
    (dialog,) = window.findChildren(CrashDialog)
    assert dialog.anew.isVisible()
    dialog.anew.click()
    if kind == "sealed":
        assert session.made is opened
        window.passphrase_dialog.setTextValue(secret)
        window.passphrase_dialog.accept()
    qtbot.waitUntil(lambda: session.made is not opened and not session.jobs.busy, timeout=40_000)
    assert session.history.now is not None
    assert session.history.now.spec.fit.step_kip == 5000
    session.change(("fit", "step_kip"), 2000)  # and what comes is kept again
    settle(window, qtbot)
    assert session.holding.all_kept
    assert [entry.after for entry in session.holding.entries() if entry.place == "fit.step_kip"] == [
        "5000", "2000"
    ]  # fmt: skip


def test_without_a_plan_the_report_offers_none(window: Window) -> None:
    window.tell(crash_report(ValueError("made up")))
    (dialog,) = window.findChildren(CrashDialog)
    assert not dialog.anew.isVisible()
    dialog.close()


def test_a_plan_that_cannot_be_opened_anew_keeps_nothing_and_says_so(
    window: Window, plan: Path, qtbot: QtBot, heard: Heard
) -> None:
    with qtbot.waitSignal(window.session.opened, timeout=40_000):
        window.session.open_plan(plan)
    settle(window, qtbot)
    (plan.parent / "registry_made_up.csv").unlink()
    window.session.filing.open_anew()
    qtbot.waitUntil(lambda: bool(heard.faults), timeout=20_000)
    heard.clear()
    window.session.change(("fit", "step_kip"), 5000)
    settle(window, qtbot)
    assert [each.title for each in heard.faults if isinstance(each, Message)] == [window.words("ui.not_kept")]
