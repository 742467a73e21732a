"""The session and what its jobs do. With `ui.jobs` the only room of the window that calls the core."""

from ui.session.session import Session

__all__ = ["Session"]
