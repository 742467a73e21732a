"""The pictures of the manual: every page in both languages and both themes, from the whole demo.

Run as `python -m tests.ui.screenshots FOLDER` where there is a display; without one it uses Xvfb's offscreen
sister, the platform `offscreen`.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from shockplan.demo import write_demo
from shockplan.texts import Language
from ui.pages.registry import RegistryPage
from ui.style import Theme
from ui.window import Window, make_window

PATIENCE_S = 120
ROW = 5
LANGUAGES: tuple[Language, ...] = ("en", "lo")
THEMES: tuple[Theme, ...] = ("light", "dark")


def pause(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def idle(window: Window) -> None:
    end = time.monotonic() + PATIENCE_S
    pause(50)
    while window.session.jobs.busy:
        if time.monotonic() > end:
            raise TimeoutError("the work did not end")
        pause(20)
    pause(120)


def keep(window: Window, folder: Path, name: str) -> None:
    """A picture with 256 colours: a third of the bytes, and no one sees it."""
    picture = window.grab().toImage().convertToFormat(QImage.Format.Format_RGBA8888)
    pixels = Image.frombuffer("RGBA", (picture.width(), picture.height()), bytes(picture.constBits()))
    few = pixels.convert("RGB").quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(folder / f"{name}.png", optimize=True)


def take_pictures(window: Window, plan: Path, folder: Path) -> None:
    """Start page, then every step of the flow."""
    heard: list[object] = []
    window.messages.tell = heard.append
    for theme in THEMES:
        window.wear(theme)
        for language in LANGUAGES:
            window.words.switch(language)
            pause(60)
            keep(window, folder, f"start-{language}-{theme}")
    window.session.open_plan(plan)
    idle(window)
    if window.session.results is None:
        raise RuntimeError(f"the demo did not open: {heard}")
    for theme in THEMES:
        window.wear(theme)
        for language in LANGUAGES:
            window.words.switch(language)
            idle(window)
            for page in window.pages:
                window.go(page.code)
                if isinstance(page, RegistryPage):
                    page.table.choose(ROW)
                idle(window)
                keep(window, folder, f"{page.code.replace('_', '-')}-{language}-{theme}")
                if page.code == "how_much" and theme == "light":
                    keep(window, folder, f"window-{language}")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(["shockplan"])
    assert isinstance(app, QApplication)
    window = make_window(app)
    window.resize(1366, 768)
    window.show()
    with tempfile.TemporaryDirectory() as inputs:
        plan = write_demo(Path(os.environ.get("DEMO_FOLDER", inputs)))
        try:
            take_pictures(window, plan, folder)
        finally:
            window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
