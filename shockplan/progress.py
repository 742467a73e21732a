"""Progress is a callable, cancel is an exception raised by it."""

from collections.abc import Callable

Progress = Callable[[float], None]
"""Takes the share done, 0.0 to 1.0. May raise `Cancelled`."""


class Cancelled(Exception):
    """The person asked to stop. Raised by the caller's progress callable."""


def silent(share: float) -> None:
    """The progress of a caller who does not care."""


def part(progress: Progress, start: float, stop: float) -> Progress:
    """The progress of a step that runs from `start` to `stop` of the whole."""

    def report(share: float) -> None:
        progress(start + (stop - start) * share)

    return report
