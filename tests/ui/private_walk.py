"""A whole session at a window in a process of its own.

`python -m tests.ui.private_walk FILE PASSPHRASE OUT [leak]` opens an encrypted plan, walks every page in both
languages, changes and undoes, previews a paper, writes everything to OUT, has a crash, and closes. `leak`:
writes a name into the temporary folder, as no program may.
"""

import sys
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication

from shockplan.event_log import start_log
from tests.ui.screenshots import idle, pause
from ui.messages import CrashReport, crash_report
from ui.remembered import of_this_person
from ui.window import make_window


def walk(path: Path, passphrase: str, out: Path, leaks: bool) -> None:
    start_log()
    app = QApplication([])
    app.setApplicationName("ShockPlan")
    window = make_window(app, of_this_person())
    heard: list[object] = []
    show = window.messages.tell
    window.messages.tell = lambda message: (heard.append(message), show(message))
    window.show()
    session = window.session
    session.open_plan(path, passphrase)
    idle(window)
    assert session.made is not None, heard
    households = session.made.plan.inputs.registry.households
    name = str(households["head_name_lo"].dropna().iloc[0])
    for language in ("lo", "en"):
        window.words.switch(language)
        for page in window.pages:
            window.go(page.code)
            idle(window)
    session.change(("fit", "step_kip"), 50_000)
    idle(window)
    session.undo()
    idle(window)
    window.go("print")
    window.print_page.show_preview()
    idle(window)
    session.run(out)
    idle(window)
    try:
        raise ValueError(f"something about {name}")
    except ValueError as error:
        report = crash_report(error)
        assert isinstance(report, CrashReport)
        window.tell(report)
    pause(100)
    if leaks:
        (Path(tempfile.gettempdir()) / "leak.txt").write_text(name, encoding="utf-8")
    print("walked", len(list(out.rglob("*"))), flush=True)  # noqa: T201
    print("told", name in str(report), flush=True)  # noqa: T201
    sys.stdin.readline()  # whoever looks at the files looks now, while the plan is open
    window.close()


if __name__ == "__main__":
    walk(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), "leak" in sys.argv[4:])
