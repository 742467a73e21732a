"""The window on a 4K screen at 200 %: run with QT_SCALE_FACTOR=2; prints what it saw as one line of JSON."""

import json
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from tests.ui.screenshots import idle, pause
from tests.ui.test_layout import clipped
from ui.window import make_window


def main(plan: Path) -> None:
    app = QApplication(["shockplan"])
    window = make_window(app)
    window.resize(1920, 1080)
    window.show()
    window.words.switch("lo")
    window.session.open_plan(plan)
    idle(window)
    found: list[str] = []
    for page in window.pages:
        window.go(page.code)
        idle(window)
        pause(200)
        found += clipped(window)
    picture = window.grab()
    size = [picture.width(), picture.height()]
    window.close()
    seen = {"clipped": found, "ratio": picture.devicePixelRatio(), "picture": size}
    sys.stdout.write(json.dumps(seen, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
