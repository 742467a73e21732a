"""A log of what the program did, for whoever helps from afar: no person, value or file name enters it.

Only what is known not to be personal is written: names of commands and of our own functions, codes of
problems with their counts, versions, seconds, exit codes. Messages of errors are left out, because they may
quote a cell. Three files of half a megabyte, the oldest overwritten.
"""

import logging
import os
import platform
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from logging.handlers import RotatingFileHandler
from pathlib import Path

from shockplan import __version__
from shockplan.problems import Problem

FOLDER_VARIABLE = "SHOCKPLAN_LOG"
"""Another folder for the log, or `off`."""

BYTES, FILES = 512 * 1024, 3
LOG = logging.getLogger("shockplan.events")
LOG.propagate = False
LOG.addHandler(logging.NullHandler())
COMMANDS = (
    "open", "doctor", "demo", "run", "atlas", "explain", "diff", "compare", "verify", "pack", "save",
    "export", "approver", "approve", "selftest", "purge", "merge", "history", "recover", "returns", "stress",
)  # fmt: skip


def log_folder() -> Path | None:
    """Where the log lies, None where it is switched off."""
    stated = os.environ.get(FOLDER_VARIABLE, "")
    if stated == "off":
        return None
    if stated:
        return Path(stated)
    from platformdirs import user_log_path

    return user_log_path("ShockPlan", appauthor=False)


def start_log() -> None:
    """Begin to write: the version, the system and which command was given. A log is never worth a failure."""
    folder = log_folder()
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / "shockplan.log", maxBytes=BYTES, backupCount=FILES - 1, encoding="utf-8", delay=False
        )
    except OSError:
        return
    formatter = logging.Formatter("%(asctime)s %(process)d %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    logging.raiseExceptions = False  # a full disk must not stop the work, nor write to the screen
    given = next((word for word in sys.argv[1:] if word in COMMANDS), "window")
    python, system = platform.python_version(), platform.system()
    log_event("start", version=__version__, python=python, system=system, command=given)


def log_event(name: str, **figures: int | float | str) -> None:
    """One line: the event and its figures. Callers give names of ours and numbers, never a text of a file."""
    LOG.info("%s %s", name, " ".join(f"{key}={value}" for key, value in figures.items()))


def log_problems(problems: Iterable[Problem]) -> None:
    """How many problems of each code; neither their values nor where they stand."""
    for code, count in sorted(Counter(problem.code for problem in problems).items()):
        log_event("problem", code=code, count=count)


def log_crash(error: BaseException) -> None:
    """What kind of error, and where in the program; not its message."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    where = " < ".join(
        f"{Path(frame.filename).stem}.{frame.name}:{frame.lineno}" for frame in reversed(frames)
    )
    log_event("crash", kind=type(error).__name__, where=where)
