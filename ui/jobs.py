"""Long work off the GUI thread: one job at a time, coalesced, cancellable; results come back on it."""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QObject, Signal

from shockplan.progress import Cancelled, Progress

TELL_EVERY_S = 0.04
TURN_S = 0.0005  # how long one thread may keep Python to itself while the window waits
AT_ONCE = 4000  # rows of a table that are found and ordered in a few milliseconds
_numbers = itertools.count(1)


@dataclass(eq=False)
class Job:
    """`name` is the text code shown while it runs; of one `kind` only the newest is worth doing.

    `quiet` work (redrawing after a slider) shows no progress bar. What `gives_way` stops when anything else
    is asked for, and is taken up again after it; after another plan its owner asks again.
    """

    name: str
    kind: str
    work: Callable[[Progress], Any]
    done: Callable[[Any], None]
    quiet: bool = False
    gives_way: bool = False
    number: int = field(default_factory=lambda: next(_numbers))
    stop: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, eq=False)
class Outcome:
    job: Job
    result: Any = None
    error: Exception | None = None
    cancelled: bool = False


class Worker(QObject):
    """The one thread that works. `None` in its queue ends it.

    A thread of Python's own: the core may ask for `threading.current_thread`, and tests see it end.
    """

    progressed = Signal(int, float)
    finished_job = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.waiting: SimpleQueue[Job | None] = SimpleQueue()
        self.thread_of_work = threading.Thread(target=self.run, name="shockplan-work", daemon=True)

    def start(self) -> None:
        self.thread_of_work.start()

    def end(self) -> None:
        """Wait until what is queued is done with."""
        self.waiting.put(None)
        self.thread_of_work.join()

    @property
    def ended(self) -> bool:
        return not self.thread_of_work.is_alive()

    def run(self) -> None:
        while (job := self.waiting.get()) is not None:
            self.finished_job.emit(self.outcome_of(job))
            del job

    def outcome_of(self, job: Job) -> Outcome:
        try:
            return Outcome(job, result=job.work(self.progress_of(job)))
        except Cancelled:
            return Outcome(job, cancelled=True)
        except Exception as error:  # noqa: BLE001 - the outermost frame of a thread: handed to the GUI thread
            return Outcome(job, error=error)

    def progress_of(self, job: Job) -> Progress:
        told = 0.0

        def report(share: float) -> None:
            nonlocal told
            if job.stop.is_set():
                raise Cancelled
            now = time.monotonic()
            if now - told >= TELL_EVERY_S or share >= 1:
                told = now
                self.progressed.emit(job.number, share)

        return report


class Jobs(QObject):
    """Starts jobs and hands back what they made. Lives on the GUI thread."""

    started = Signal(object)  # Job
    progressed = Signal(float)
    ended = Signal(object, str)  # Job; done, stopped or failed
    idle = Signal()

    def __init__(self, on_error: Callable[[Exception], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.on_error = on_error
        self.running: Job | None = None
        self.queue: list[Job] = []
        self.closed = False
        self.worker = Worker(self)
        self.worker.finished_job.connect(self._finished)
        self.worker.progressed.connect(self._progressed)
        self.worker.start()

    def start(self, job: Job) -> None:
        """Queue a job. An older one of its kind is taken out of the queue, or cancelled if it runs."""
        if self.closed:
            return
        self.queue = [waiting for waiting in self.queue if waiting.kind != job.kind]
        before = [waiting.gives_way for waiting in self.queue]
        place = before.index(True) if True in before and not job.gives_way else len(self.queue)
        self.queue.insert(place, job)
        if self.running is None:
            self._next()
        elif self.running.kind == job.kind:
            self.running.stop.set()
        elif self.running.gives_way and not self.running.stop.is_set():
            self.running.stop.set()
            if job.kind != "plan":
                self.queue.append(replace(self.running, number=next(_numbers), stop=threading.Event()))

    def arrange(self, size: int, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Find or order the rows of a table: at once where it is small, else off the GUI thread."""
        if size <= AT_ONCE:
            done(work())
            return

        def found(progress: Progress) -> Any:
            progress(0)
            return work()

        self.start(Job("ui.job.arrange", "arrange", found, done, quiet=True))

    def cancel(self) -> None:
        """Drop what waits and ask what runs to stop; it does at its next report of progress."""
        self.queue.clear()
        if self.running:
            self.running.stop.set()

    def close(self) -> None:
        """Cancel everything and wait for the thread to end. Nothing is delivered afterwards."""
        self.closed = True
        self.cancel()
        self.worker.end()
        self.running = None

    @property
    def busy(self) -> bool:
        return self.running is not None

    def _next(self) -> None:
        self.running = self.queue.pop(0)
        self.worker.waiting.put(self.running)
        self.started.emit(self.running)

    def _progressed(self, number: int, share: float) -> None:
        if self.running and self.running.number == number:
            self.progressed.emit(share)

    def _finished(self, outcome: Outcome) -> None:
        if self.closed:
            return
        self.running = None
        if self.queue:
            self._next()
        else:
            self.idle.emit()
        stopped = outcome.cancelled or outcome.job.stop.is_set()
        how = "failed" if outcome.error is not None else "stopped" if stopped else "done"
        if outcome.error is not None:
            self.on_error(outcome.error)
        elif not stopped:
            outcome.job.done(outcome.result)
        self.ended.emit(outcome.job, how)
