"""The composition root and console script: joins core, maps and window. Qt is imported only to open it."""

import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from shockplan.allocator import settle, stay_small

settle()  # before Arrow is imported

from shockplan.event_log import start_log  # noqa: E402
from shockplan.progress import Progress  # noqa: E402
from shockplan.texts import Language  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shockplan.cli import AtlasChoice
    from shockplan.outputs.drawing import MapDrawer
    from shockplan.plan import Plan

OLDEST_WINDOWS_BUILD = 17763  # Windows 10 1809
OLDEST_GLIBC = (2, 28)


def map_drawer() -> "MapDrawer":
    from maps.pdf_painter import draw_plan_map

    return draw_plan_map


def write_atlas(
    plan: "Plan", folder: Path, language: Language, choice: "AtlasChoice", progress: Progress
) -> "Sequence[Path]":
    from typing import get_args

    from maps.atlas import Level
    from maps.atlas_files import write_atlas as write
    from maps.measures import MEASURES

    level = next(name for name in get_args(Level) if name == choice.level)
    measure = next(name for name in MEASURES if name == choice.measure)
    result = write(plan, folder, language, level, measure, choice.only_changed, progress)
    return result.files


def open_window(plan_path: Path | None) -> int:
    from ui.window import open_window as show

    return show(plan_path)


def test_window() -> str:
    from ui.selftest import see_window

    return see_window()


def has_display() -> bool:
    """Whether a window can be seen here."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def too_old() -> str | None:
    """The sentence that a system too old for the program is told, or None."""
    if sys.platform == "win32" and sys.getwindowsversion().build < OLDEST_WINDOWS_BUILD:
        return "ShockPlan needs Windows 10 version 1809 or newer. Update Windows, then start it again."
    name, version = platform.libc_ver()
    if name == "glibc" and tuple(int(part) for part in version.split(".")[:2]) < OLDEST_GLIBC:
        return f"ShockPlan needs a Linux with glibc 2.28 or newer (2018); this one has {version}."
    return None


def main() -> None:
    """The console script `shockplan`."""
    sentence = too_old()
    if sentence:
        sys.stderr.write(sentence + "\n")
        sys.exit(2)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    start_log()
    if sys.argv[1:2] in ([], ["open"]):
        stay_small()
    if len(sys.argv) == 1:  # the window alone: the commands, and all they import, are not wanted for it
        sys.exit(open_window(None))
    from shockplan.cli import Outside, make_app

    make_app(Outside(map_drawer, write_atlas, open_window, test_window, has_display))()


if __name__ == "__main__":
    main()
