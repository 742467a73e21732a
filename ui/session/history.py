"""Undo and redo: a list of past states and a list of undone ones. A plan is a pure function of each."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

State = TypeVar("State")

ONE_MOVE_S = 1.2
MOST = 200


class History(Generic[State]):
    """Changes of the same thing in quick succession (a slider on its way) are one step back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.now: State | None = None
        self.past: list[State] = []
        self.future: list[State] = []
        self.last: tuple[object, float] = (None, 0.0)

    def begin(self, state: State) -> None:
        """Forget everything and start from here."""
        self.now, self.past, self.future = state, [], []
        self.last = (None, 0.0)

    def go_on_from(self, past: list[State], future: list[State]) -> None:
        """The steps back and forward that the plan had before it moved to another file."""
        self.past, self.future = past, future

    def put(self, state: State, what: object) -> None:
        """A new state; `what` was changed."""
        now = self.clock()
        same_move = self.last[0] == what and now - self.last[1] < ONE_MOVE_S and bool(self.past)
        if self.now is not None and not same_move:
            self.past = [*self.past[-MOST:], self.now]
        self.now, self.future = state, []
        self.last = (what, now)

    def undo(self) -> State | None:
        """The state before, None where there is none."""
        if not self.past or self.now is None:
            return None
        self.future.append(self.now)
        self.now = self.past.pop()
        self.last = (None, 0.0)
        return self.now

    def redo(self) -> State | None:
        if not self.future or self.now is None:
            return None
        self.past.append(self.now)
        self.now = self.future.pop()
        self.last = (None, 0.0)
        return self.now

    def go_back_to(self, state: State) -> None:
        """A new state proved impossible: stand where the last possible one is, without a step for it."""
        if self.past and self.past[-1] == state:
            self.past.pop()
        self.now = state
