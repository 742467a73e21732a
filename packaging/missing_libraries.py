"""Runs first in the bundle, on Linux: what every desktop has, from the bundle where a machine has it not.

The machine's own come first: its libGL knows its graphics card. A library that is loaded once is found by its
name by everything that is loaded after it.
"""

import ctypes
import sys
from pathlib import Path

FALLBACK = (
    "libmd.so.0", "libbsd.so.0", "libXau.so.6", "libXdmcp.so.6", "libxcb.so.1", "libGLdispatch.so.0",
    "libGLX.so.0", "libGL.so.1", "libEGL.so.1", "libwayland-client.so.0", "libwayland-cursor.so.0",
)  # fmt: skip
"""In the order in which they need each other."""


def load(folder: Path) -> list[str]:
    """The names of those that were taken from the folder."""
    taken = []
    for name in FALLBACK:
        try:
            ctypes.CDLL(name)
        except OSError:
            own = folder / name
            if own.is_file():
                ctypes.CDLL(str(own), mode=ctypes.RTLD_GLOBAL)
                taken.append(name)
    return taken


if hasattr(sys, "_MEIPASS"):
    load(Path(sys._MEIPASS) / "fallback")
