"""Passwords of protected workbooks: asked for while a job waits, known while the window is open, not kept."""

from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from shockplan.problems import InputError
from shockplan.progress import Cancelled, Progress

if TYPE_CHECKING:
    from shockplan.registry.passwords import Passwords

Result = TypeVar("Result")
PATIENCE_S = 0.05


class Unlocking(QObject):
    """`wanted` carries the name of a file, and whether the last password was a wrong one."""

    wanted = Signal(str, bool)
    given_up = Signal()  # the job that asked was cancelled

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.known: dict[Path, dict[str, str]] = {}  # place -> name of a workbook -> its password
        self.answers: SimpleQueue[str | None] = SimpleQueue()

    def read(self, place: Path, read: "Callable[[Passwords], Result]", progress: Progress) -> Result:
        """What `read` gives; runs on the thread of work, which waits while a person is asked.

        `place`: the plan file, or the file that is looked at before there is a plan. Raises InputError, as
        `read` does, where the person knows no password either.
        """
        from shockplan.registry.passwords import ASKED

        known = dict(self.known.get(place, {}))
        while True:
            try:
                found = read(known)
            except InputError as error:
                locked = {one.file: one.code for one in error.problems if one.code in ASKED}
                if not locked:
                    raise
                for name, code in sorted(locked.items()):
                    typed = self._ask(name, code != "registry.password", progress)
                    if not typed:
                        raise
                    known[name] = typed
            else:
                self.known[place] = known
                return found

    def hand_on(self, before: Path, plan: Path) -> None:
        """What was known of a file that one looked at holds for the plan that was made of it."""
        self.known[plan] = dict(self.known.get(before, {}))

    def _ask(self, name: str, wrong: bool, progress: Progress) -> str | None:
        while not self.answers.empty():  # to a question that no one waits for any more
            self.answers.get()
        self.wanted.emit(name, wrong)
        while True:
            try:
                return self.answers.get(timeout=PATIENCE_S)
            except Empty:
                try:
                    progress(0)
                except Cancelled:
                    self.given_up.emit()
                    raise

    def answer(self, typed: str) -> None:
        """What the person typed, "" for nothing."""
        self.answers.put(typed or None)
