"""Decisions made in the window: the plan follows, undo and redo cover them, saving writes them."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from shockplan.demo import write_demo
from shockplan.document import read_document
from tests.ui.conftest import Heard
from ui.window import Window

FUNDED = 4


def settle(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.jobs.busy and window.session.settled, timeout=20_000)


def removals(window: Window, rows: list[int]) -> bytes:
    results = window.session.results
    assert results is not None
    ids = [results.households.column("household_id").values[row] for row in rows]
    return "".join(["household_id,reason\n", *(f"{household},made up\n" for household in ids)]).encode()


def funded_rows(window: Window) -> list[int]:
    results = window.session.results
    assert results is not None
    return [row for row, status in enumerate(results.households.column("status").values) if status == FUNDED]


def test_a_decision_is_planned_undone_and_done_again_each_step_alone(planned: Window, qtbot: QtBot) -> None:
    session = planned.session
    assert session.decided("removals") is None
    rows = funded_rows(planned)
    first, second = removals(planned, rows[:1]), removals(planned, rows[:2])

    def cut() -> int:
        assert session.results is not None
        return session.results.figures.cut

    before = cut()
    session.decide("removals", first)
    session.decide("removals", second)
    settle(planned, qtbot)
    assert cut() == before + 2
    session.undo()
    settle(planned, qtbot)
    assert session.decided("removals") == first
    assert cut() == before + 1
    session.undo()
    settle(planned, qtbot)
    assert session.decided("removals") is None
    assert cut() == before
    session.redo()
    settle(planned, qtbot)
    assert cut() == before + 1


def test_a_decision_that_cannot_be_read_changes_nothing(planned: Window, heard: Heard, qtbot: QtBot) -> None:
    planned.session.decide("removals", b"no such columns")
    qtbot.waitUntil(lambda: bool(heard.faults), timeout=20_000)
    settle(planned, qtbot)
    assert planned.session.decided("removals") is None
    assert planned.session.history.past == []


def test_saving_writes_the_decisions_beside_the_plan_file(
    window: Window, heard: Heard, tmp_path: Path, qtbot: QtBot
) -> None:
    plan = write_demo(tmp_path / "inputs", households=300)
    window.session.open_plan(plan)
    qtbot.waitUntil(lambda: window.session.results is not None, timeout=20_000)
    content = removals(window, funded_rows(window)[:1])
    window.session.decide("removals", content)
    settle(window, qtbot)
    window.session.save(plan)
    qtbot.waitUntil(lambda: any(message.level == "done" for message in heard), timeout=20_000)
    assert read_document(plan).contents["removals"] == content
