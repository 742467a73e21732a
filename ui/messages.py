"""What the program tells the person: every message passes `Messages.tell`, which can be replaced."""

import platform
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6 import __version__ as pyside_version

from shockplan import __version__
from shockplan.problems import InputError
from shockplan.texts import Language, problem_sentence

Level = Literal["note", "done", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Message:
    """A title and its sentences, each saying what to do where something is wrong."""

    level: Level
    title: str
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CrashReport:
    """Our fault: what a person may send us. Holds no values, names or file contents of theirs."""

    text: str


Tell = Callable[[Message | CrashReport], None]


class Messages:
    """The one door for messages; the window puts its bar behind it, tests put a list."""

    def __init__(self) -> None:
        self.tell: Tell = lambda message: None


def problem_message(title: str, error: InputError, language: Language) -> Message:
    """What the person can mend, one sentence a problem, each once."""
    sentences = dict.fromkeys(problem_sentence(problem, language) for problem in error.problems)
    return Message("error", title, tuple(sentences))


def crash_report(error: BaseException) -> CrashReport:
    """Version, system and the lines of our code, not the error's own words: they may quote a registry."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"  {short_path(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    head = [
        f"ShockPlan {__version__}",
        f"Python {platform.python_version()}, PySide6 {pyside_version}",
        f"{platform.system()} {platform.release()}",
        f"{type(error).__module__}.{type(error).__qualname__}",
    ]
    cause = error.__cause__
    if cause is not None:
        head.append(f"from {type(cause).__module__}.{type(cause).__qualname__}")
    return CrashReport("\n".join([*head, *lines]))


def short_path(filename: str) -> str:
    """The last two steps of a path: enough to find the line, without the person's folder names."""
    return "/".join(Path(filename).parts[-2:])
