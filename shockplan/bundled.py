"""Where the bundled data lies: beside the source, or inside the frozen program."""

import sys
from pathlib import Path


def bundled(*names: str) -> Path:
    """The path of something in `data/`."""
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) if frozen else Path(__file__).resolve().parent.parent
    return root.joinpath("data", *names)
