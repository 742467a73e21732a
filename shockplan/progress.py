"""Progress is a callable, cancel is an exception raised by it."""

import threading
from collections.abc import Callable
from typing import TypeVar

Progress = Callable[[float], None]
"""Takes the share done, 0.0 to 1.0. May raise `Cancelled`."""


Result = TypeVar("Result")

ASK_SECONDS = 0.1


class Cancelled(Exception):
    """The person asked to stop. Raised by the caller's progress callable."""


def silent(share: float) -> None:
    """The progress of a caller who does not care."""


def part(progress: Progress, start: float, stop: float) -> Progress:
    """The progress of a step that runs from `start` to `stop` of the whole."""

    def report(share: float) -> None:
        progress(start + (stop - start) * share)

    return report


def waiting(work: Callable[[], Result], progress: Progress) -> Result:
    """What `work` gives, which knows no progress itself: the caller is asked meanwhile whether to stop.

    After a cancel the work goes on unseen to its end, and its result is dropped: a library that reads a
    file in one piece cannot be interrupted, but nobody has to wait for it.
    """
    results: list[Result] = []
    faults: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again below, in the thread that waits
            faults.append(error)

    worker = threading.Thread(target=run, daemon=True)
    progress(0)
    worker.start()
    while worker.is_alive():
        worker.join(ASK_SECONDS)
        progress(0)
    if faults:
        raise faults[0]
    progress(1)
    return results[0]
