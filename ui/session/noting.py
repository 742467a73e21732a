"""Notes of the window in the log: when it could be used, and where it failed; never what of."""

from shockplan.event_log import log_crash, log_event


def note(event: str) -> None:
    """An event of the window by its name."""
    log_event(event)


def note_crash(error: BaseException) -> None:
    """What kind of fault of ours, and where."""
    log_crash(error)
