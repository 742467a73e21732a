"""A second tour, with the keyboard alone: a new plan of one's own files, through every step, to its papers.

Run as `python -m tests.ui.tour_new FOLDER` on a real (or Xvfb) display. FOLDER/inputs holds the registry and
the layer; what was seen is written to FOLDER/seen.json, a picture at each station.
"""

import json
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from tests.ui.tour import Tour, pause, shown_window, wait_for

MOST_STEPS = 120
STEPS = ("situation", "registry", "who", "check", "how_much", "approve", "print")


class KeyboardTour(Tour):
    """Presses keys only; where the focus is, is what the person would see."""

    def press(self, key: Qt.Key, *held: Qt.KeyboardModifier) -> None:
        """A key as it comes to whatever window is in front."""
        self.key(QApplication.activeWindow() or self.window, key, *held)

    def reach(self, wanted: QWidget) -> None:
        """Tab until the widget has the keyboard."""
        proxy = wanted.focusProxy()
        target = proxy if isinstance(proxy, QWidget) else wanted
        for _ in range(MOST_STEPS):
            focused = QApplication.focusWidget()
            if focused is target:
                return
            QTest.keyClick(focused or self.window, Qt.Key.Key_Tab)
            pause(10)
        raise RuntimeError(f"Tab does not come to {target.accessibleName()!r}")

    def type(self, text: str) -> None:
        focused = QApplication.focusWidget()
        assert isinstance(focused, QLineEdit)
        focused.selectAll()
        QTest.keyClicks(focused, text)
        QTest.keyClick(focused, Qt.Key.Key_Return)
        pause(60)
        self.idle()

    def begin(self, inputs: Path) -> None:
        """Ctrl+N, the fields in their order, and the button at the end."""
        self.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        page = self.window.new_plan
        fields = {key[0]: field for form in page.forms.values() for key, field in form.fields.items()}
        said = {
            "name": "Plan of the second tour",
            "registry": str(inputs / "registry_made_up.csv"),
            "layer": str(inputs / "flood_made_up.geojson"),
            "fund_name": "Made-up fund",
            "fund_kip": "80,000,000",
            "round_kip": "250,000",
            "path": str(self.folder / "mine" / "plan.shockplan"),
        }
        for name, text in said.items():
            self.reach(fields[name])
            self.type(text)
        self.seen["told"] = page.told["registry"].text()
        self.picture("new_filled")
        self.reach(page.make)
        QTest.keyClick(page.make, Qt.Key.Key_Space)
        wait_for("the plan", lambda: self.window.session.results is not None or bool(self.seen["faults"]))
        self.idle()
        self.seen["figures"] = [self.results.figures.eligible, self.results.figures.funded]
        self.seen["kept_in"] = self.results.plan_path.name

    def take_every_step(self) -> None:
        """Alt and a digit go to each page; at the money one hand moves the amount with the arrows."""
        self.seen["pages"] = []
        for number, code in enumerate(STEPS, start=1):
            self.press(Qt.Key(Qt.Key.Key_0.value + number), Qt.KeyboardModifier.AltModifier)
            self.idle()
            self.seen["pages"].append(self.window.stack.currentWidget().code)
            self.picture(f"new_{code}")
            if code == "how_much":
                self.give_less()

    def give_less(self) -> None:
        page = self.window.stack.currentWidget()
        before = self.results.figures.funded
        slider = page.funds[0].findChildren(QWidget, options=Qt.FindChildOption.FindChildrenRecursively)
        amount = next(each for each in slider if each.accessibleName().startswith("Amount"))
        self.reach(amount)
        for _ in range(3):
            QTest.keyClick(amount, Qt.Key.Key_PageDown)
            pause(40)
        self.idle()
        self.seen["fewer"] = [before, self.results.figures.funded]
        self.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        self.idle()
        pause(200)
        self.idle()
        self.seen["again"] = self.results.figures.funded

    def print_it(self) -> None:
        """The page before it is printed, then every paper into a folder."""
        page = self.window.print_page
        self.press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
        wait_for("a page", lambda: page.preview is not None and page.preview.image is not None)
        self.idle()
        self.seen["preview_pages"] = page.preview.pages
        self.key(page.preview, Qt.Key.Key_Escape)
        pause(200)
        self.seen["preview_closed"] = not (page.preview is not None and page.preview.isVisible())
        self.window.activateWindow()
        self.reach(page.run_button)
        QTest.keyClick(page.run_button, Qt.Key.Key_Space)
        wait_for("the folder dialog", lambda: page.dialog is not None and page.dialog.isVisible())
        self.write_into(page, self.folder / "out")
        self.picture("new_printed")


def main(folder: Path) -> None:
    app = QApplication(["shockplan"])
    window = shown_window(app)
    window.activateWindow()
    tour = KeyboardTour(window, folder)
    tour.begin(folder / "inputs")
    tour.take_every_step()
    tour.print_it()
    window.close()
    tour.seen["thread_ended"] = window.session.jobs.worker.ended
    (folder / "seen.json").write_text(json.dumps(tour.seen, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
