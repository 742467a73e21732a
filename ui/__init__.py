"""The window: pages that show plain results; only session and jobs call the core."""

import sys
import types


def leave_out_opengl() -> None:
    """Stand-ins for two modules of Qt that pyqtgraph loads at its start, for drawing by graphics card, which
    the window never asks of it: 10 MB of the bundle."""
    for name in ("QtOpenGL", "QtOpenGLWidgets"):
        stand_in = types.ModuleType(f"PySide6.{name}")
        stand_in.__dict__["QOpenGLWidget"] = object
        sys.modules.setdefault(stand_in.__name__, stand_in)


leave_out_opengl()
