"""Long work leaves the GUI thread, one job at a time, and what is stale is dropped."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from shockplan.progress import Progress
from ui.jobs import Job, Jobs
from ui.words import Words
from ui.work_bar import WorkBar


@pytest.fixture
def errors() -> list[Exception]:
    return []


@pytest.fixture
def jobs(qtbot: QtBot, errors: list[Exception]) -> Iterator[Jobs]:
    made = Jobs(errors.append)
    yield made
    made.close()


def test_work_runs_off_the_gui_thread_and_its_result_arrives_on_it(qtbot: QtBot, jobs: Jobs) -> None:
    gui = QThread.currentThread()
    seen: list[tuple[bool, bool]] = []
    jobs.start(
        Job(
            "ui.job.open",
            "open",
            lambda progress: QThread.currentThread() == gui,
            lambda on_gui: seen.append((on_gui, QThread.currentThread() == gui)),
        )
    )
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [(False, True)]


def test_only_the_newest_job_of_a_kind_is_delivered(qtbot: QtBot, jobs: Jobs) -> None:
    gate, delivered = threading.Event(), []

    def slow(progress: Progress) -> int:
        gate.wait(5)
        progress(0.5)
        return 0

    jobs.start(Job("ui.job.open", "plan", slow, delivered.append))
    for number in range(1, 6):
        jobs.start(Job("ui.job.open", "plan", lambda progress, number=number: number, delivered.append))
    gate.set()
    qtbot.waitUntil(lambda: not jobs.busy)
    assert delivered == [5]


def test_jobs_of_different_kinds_run_one_after_another(qtbot: QtBot, jobs: Jobs) -> None:
    running, most, delivered = [0], [0], []

    def work(progress: Progress) -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        QThread.msleep(5)
        running[0] -= 1

    for kind in ("a", "b", "c"):
        jobs.start(Job("ui.job.open", kind, work, lambda result, kind=kind: delivered.append(kind)))
    qtbot.waitUntil(lambda: len(delivered) == 3)
    assert (delivered, most) == (["a", "b", "c"], [1])


def test_cancel_stops_at_the_next_report_and_delivers_nothing(qtbot: QtBot, jobs: Jobs) -> None:
    reports: list[float] = []
    delivered: list[object] = []

    def work(progress: Progress) -> None:
        for step in range(10_000):
            QThread.msleep(1)
            reports.append(step)
            progress(step / 10_000)

    jobs.start(Job("ui.job.open", "open", work, delivered.append))
    qtbot.waitUntil(lambda: len(reports) > 3)
    jobs.cancel()
    qtbot.waitUntil(lambda: not jobs.busy)
    assert len(reports) < 10_000
    assert delivered == []


def test_an_error_is_handed_over_and_the_next_job_still_runs(
    qtbot: QtBot, jobs: Jobs, errors: list[Exception]
) -> None:
    delivered: list[object] = []
    jobs.start(Job("ui.job.open", "a", lambda progress: 1 // 0, delivered.append))
    jobs.start(Job("ui.job.open", "b", lambda progress: "fine", delivered.append))
    qtbot.waitUntil(lambda: delivered == ["fine"])
    assert [type(error) for error in errors] == [ZeroDivisionError]


def test_closing_cancels_what_runs_and_ends_the_thread(qtbot: QtBot, errors: list[Exception]) -> None:
    jobs = Jobs(errors.append)
    delivered: list[object] = []

    def work(progress: Progress) -> None:
        while True:
            QThread.msleep(1)
            progress(0.1)

    jobs.start(Job("ui.job.open", "open", work, delivered.append))
    jobs.close()
    assert jobs.worker.ended
    assert (delivered, errors) == ([], [])


def test_the_work_bar_tells_what_was_done_and_that_a_stopped_job_changed_nothing(
    qtbot: QtBot, jobs: Jobs
) -> None:
    bar, said = WorkBar(Words(), jobs), []
    bar.said.connect(said.append)
    qtbot.addWidget(bar)
    gate = threading.Event()

    def slow(progress: Progress) -> None:
        gate.wait(5)
        progress(0.5)

    jobs.start(Job("ui.job.open", "open", lambda progress: None, lambda result: None))
    qtbot.waitUntil(lambda: bool(said))
    assert "done in" in said[0]
    assert not bar.isVisible()
    jobs.start(Job("ui.job.run", "run", slow, lambda result: None))
    qtbot.waitUntil(bar.stop.isVisible)
    bar.stop.click()
    gate.set()
    qtbot.waitUntil(lambda: len(said) == 2)
    assert "nothing was changed" in said[1]


def test_the_time_left_is_said_in_minutes_where_it_is_long(qtbot: QtBot, jobs: Jobs) -> None:
    bar = WorkBar(Words(), jobs)
    qtbot.addWidget(bar)
    bar.show_job(Job("ui.job.run", "run", lambda progress: None, lambda result: None))
    bar.started_at -= 60
    bar.show_share(0.1)
    assert bar.left.text() == "about 9 minutes left"
    bar.show_share(0.9)
    assert bar.left.text() == "about 7 s left"


def background(done: list[str], begun: threading.Event, name: str = "background") -> Job:
    """Work that nobody waits for: it asks at each step whether to stop."""

    def work(progress: Progress) -> str:
        begun.set()
        for _ in range(100):
            progress(0.5)
            threading.Event().wait(0.01)
        return name

    return Job("ui.job.reach", "reach", work, done.append, quiet=True, gives_way=True)


def test_background_work_stops_for_another_plan_and_is_not_taken_up_again(qtbot: QtBot, jobs: Jobs) -> None:
    done: list[str] = []
    begun = threading.Event()
    jobs.start(background(done, begun))
    assert begun.wait(5)
    jobs.start(Job("ui.job.replan", "plan", lambda progress: "plan", done.append))
    qtbot.waitUntil(lambda: not jobs.busy, timeout=5000)
    assert done == ["plan"]


def test_background_work_stops_for_a_question_and_then_goes_on(qtbot: QtBot, jobs: Jobs) -> None:
    done: list[str] = []
    begun = threading.Event()
    jobs.start(background(done, begun))
    assert begun.wait(5)
    jobs.start(Job("ui.job.explain", "explain", lambda progress: "why", done.append))
    qtbot.waitUntil(lambda: done == ["why", "background"], timeout=10_000)


def test_what_gives_way_waits_behind_what_comes_later(qtbot: QtBot, jobs: Jobs) -> None:
    done: list[str] = []
    gate, begun = threading.Event(), threading.Event()

    def first(progress: Progress) -> str:
        begun.set()
        assert gate.wait(5)
        return "first"

    jobs.start(Job("ui.job.open", "open", first, done.append))
    assert begun.wait(5)
    jobs.start(background(done, threading.Event()))
    jobs.start(Job("ui.job.explain", "explain", lambda progress: "why", done.append))
    gate.set()
    qtbot.waitUntil(lambda: done == ["first", "why", "background"], timeout=10_000)
