"""A window that is killed, and the one after it: `python -m tests.ui.killed_window edit|return PLAN`."""

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication, QPushButton

from tests.ui.screenshots import idle, pause
from ui.window import Window, make_window

STEP = ("fit", "step_kip")
EDITS = (5_000, 10_000, 20_000)


def say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201  what the test reads


def edit(window: Window, plan: Path) -> None:
    """Change the plan and say each change once the program says that it is kept; never end."""
    window.session.open_plan(plan)
    idle(window)
    for step in EDITS:
        window.session.change(STEP, step)
        idle(window)
        while not window.session.holding.all_kept:
            pause(5)
        say(f"kept {step}")
    while True:
        pause(1000)


def come_back(window: Window) -> None:
    """What the start page offers, taken."""
    (offered,) = window.start.leftovers.shown
    say(f"offered {offered.plan.name}")
    buttons = window.start.leftovers.findChildren(QPushButton)
    (go_on,) = [one for one in buttons if one.text() == window.words("ui.leftover.go_on")]
    go_on.click()
    idle(window)
    assert window.session.history.now is not None
    say(f"step {window.session.history.now.spec.fit.step_kip}")
    window.close()


if __name__ == "__main__":
    app = QApplication([])
    shown = make_window(app)
    shown.show()
    pause(50)
    if sys.argv[1] == "edit":
        edit(shown, Path(sys.argv[2]))
    else:
        come_back(shown)
