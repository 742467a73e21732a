"""Where a note lies for each plan that is open: what is still there at the next start was not closed.

Looked for at every start, so it imports little.
"""

from pathlib import Path

from platformdirs import user_data_path

NOTE = ".json"


def recovery_folder() -> Path:
    """Where notes and recoveries are kept for this person."""
    return user_data_path("ShockPlan", appauthor=False) / "recovery"


def notes() -> tuple[Path, ...]:
    """The notes that are there."""
    return tuple(recovery_folder().glob(f"*{NOTE}"))
