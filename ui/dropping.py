"""Plan files that are dragged onto the window."""

from pathlib import Path

from PySide6.QtCore import QMimeData


def plan_dropped(mime: QMimeData) -> Path | None:
    """The plan file among what is dragged, None where there is none."""
    files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    plans = [path for path in files if path.suffix.lower() in (".toml", ".shockplan")]
    return plans[0] if plans else None
