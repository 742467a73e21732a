"""Keeping every change: a thread that writes each one to the disk as it is made, in order."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from shockplan.problems import InputError

if TYPE_CHECKING:
    from shockplan.document import Document
    from shockplan.plan import Plan
    from shockplan.workspace import Workspace
    from shockplan.workspace.recovery import Guard

Write = Callable[[], None]


class Keeper(QObject):
    """Keeps the changes of one open plan.

    `workspace`: the open, writable .shockplan file, None where the plan cannot keep its own changes. `guard`
    marks the plan as open, and holds the recovery. Where the file cannot be written any more (a full
    disk, a stick that was pulled), changes go into a recovery until it can: `failed` says so once.
    """

    kept = Signal(int)  # the number of the change that is on the disk
    failed = Signal(object)  # Exception: why the plan's own file did not take a change
    lost = Signal(object)  # Exception: no place took it; it is in memory only

    def __init__(
        self,
        guard: "Guard",
        workspace: "Workspace | None",
        fallback: "Callable[[Document], Guard]",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.guard = guard
        self.workspace = workspace
        self.fallback = fallback
        self.asked = 0
        self.done = 0
        self.failing = False
        self.put = self.handled = 0  # what was asked of the thread, and what it has seen to
        self.waiting: SimpleQueue[tuple[int, Document, str] | Plan | None] = SimpleQueue()
        self.thread_of_keeping = threading.Thread(target=self.run, name="shockplan-keep", daemon=True)
        self.thread_of_keeping.start()

    @property
    def place(self) -> "Workspace | None":
        """Where changes are kept now."""
        return self.guard.workspace or self.workspace

    @property
    def all_kept(self) -> bool:
        """Whether every change so far is on the disk."""
        return self.done == self.asked

    def keep(self, document: "Document", what: str) -> int:
        """Write this state to the disk; gives the number that `kept` will say."""
        self.asked += 1
        self.put += 1
        self.waiting.put((self.asked, document, what))
        return self.asked

    def note(self, plan: "Plan") -> None:
        """Keep the fingerprint and the totals of the plan that the last state makes."""
        self.put += 1
        self.waiting.put(plan)

    def settle(self) -> None:
        """Wait until everything so far is written, or was refused."""
        wanted = self.put
        while self.handled < wanted:
            time.sleep(0.005)

    def end(self) -> None:
        """Wait until everything is written."""
        self.waiting.put(None)
        self.thread_of_keeping.join()

    def run(self) -> None:
        while (change := self.waiting.get()) is not None:
            if not isinstance(change, tuple):
                self.write_plan(change)
                self.handled += 1
                continue
            number, document, what = change
            if self.write(document, what):
                self.done = number
                self.kept.emit(number)
            self.handled += 1

    def forget_recovery(self) -> None:
        """The plan's own file has everything again: what was kept elsewhere meanwhile is not offered."""
        if self.guard.workspace is not None and self.workspace is not None:
            from shockplan.workspace.recovery import guard_plan

            with suppress(OSError):
                old, self.guard = self.guard, guard_plan(self.workspace.path)
                old.done(forget=True)

    def write_plan(self, plan: "Plan") -> None:
        if self.place is not None:
            with suppress(InputError):  # the totals are made again at the next opening
                self.place.note_plan(plan)

    def write(self, document: "Document", what: str) -> bool:
        """In the plan's own file where it has one; else, or where that fails, in the recovery."""
        if self.workspace is not None:
            try:
                self.workspace.keep(document, what)
                self.failing = False
                self.forget_recovery()
                return True
            except InputError as error:
                if not self.failing:
                    self.failed.emit(error)
                self.failing = True
        try:
            if self.guard.workspace is None:
                note = self.guard
                self.guard = self.fallback(document)
                note.done(forget=True)
            if self.guard.workspace is not None:
                self.guard.workspace.keep(document, what)
            return True
        except (InputError, OSError) as error:
            self.lost.emit(error)
            return False
