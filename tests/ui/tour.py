"""A person's tour of the window by mouse and keyboard, from the start page to the written files.

Run as `python -m tests.ui.tour FOLDER` on a real (or Xvfb) display. Events go in where the platform delivers
them, at pixels of the screen; what was seen is written to FOLDER/seen.json, a picture at each station.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QScrollArea, QWidget
from shiboken6 import isValid

from ui.messages import CrashReport, Message
from ui.window import Window, make_window

PATIENCE_S = 90


def pause(milliseconds: int) -> None:
    """Let the window live; unlike QTest.qWait this leaves the interpreter to the working thread."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_for(what: str, true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(what)
        pause(20)


def spot(widget: QWidget, at: QPoint | None = None) -> QPoint:
    """The place in the widget's window."""
    return widget.mapTo(widget.window(), at or widget.rect().center())


def click(widget: QWidget, at: QPoint | None = None) -> None:
    QTest.mouseClick(widget.window().windowHandle(), Qt.MouseButton.LeftButton, pos=spot(widget, at))
    pause(60)


def drag(widget: QWidget, start: QPoint, by: QPoint) -> None:
    handle, button = widget.window().windowHandle(), Qt.MouseButton.LeftButton
    QTest.mousePress(handle, button, pos=spot(widget, start))
    for step in range(1, 9):
        QTest.mouseMove(handle, spot(widget, start + by * step / 8))
        pause(15)
    QTest.mouseRelease(handle, button, pos=spot(widget, start + by))
    pause(150)


def wheel(widget: QWidget, at: QPoint, notches: int) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(widget.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    pause(150)


class Tour:
    """Visits the stations in order and notes what it sees."""

    def __init__(self, window: Window, folder: Path) -> None:
        self.window, self.folder = window, folder
        self.seen: dict[str, Any] = {"faults": []}
        show = window.messages.tell

        def tell(message: Message | CrashReport) -> None:
            if isinstance(message, CrashReport) or message.level == "error":
                self.seen["faults"].append(repr(message))
            show(message)

        window.messages.tell = tell

    def picture(self, name: str) -> None:
        pause(150)
        self.window.grab().save(str(self.folder / f"{name}.png"))

    def idle(self) -> None:
        wait_for("the work to end", lambda: not self.window.session.jobs.busy)

    def open_demo(self) -> None:
        self.picture("start")
        self.window.session.demo_households = 1500
        click(self.window.start.demo)
        wait_for("the demo", lambda: self.window.session.results is not None)
        self.idle()
        self.picture("situation")
        results = self.window.session.results
        assert results is not None
        self.seen["funded"] = results.figures.funded
        self.seen["size"] = [self.window.width(), self.window.height()]

    def use_the_map(self) -> None:
        view = self.window.map.view
        middle = view.rect().center()
        before = view.frame
        drag(view, middle, QPoint(-120, 40))
        self.seen["dragged_by"] = [
            round((view.frame.x - before.x) / before.metres),
            round((view.frame.y - before.y) / before.metres),
        ]
        before = view.frame
        wheel(view, middle, 3)
        self.seen["zoomed_by"] = round(before.metres / view.frame.metres, 3)
        click(self.window.map.tools.buttons["fit"])
        click(view, view.rect().center())
        self.seen["district"] = self.window.session.district

    def explain_a_household(self) -> None:
        click(self.window.rail.group.button(1))
        page = next(page for page in self.window.pages if page.code == "registry")
        self.seen["page"] = self.window.stack.currentWidget().code
        table = page.table
        click(table.viewport(), table.visualRect(table.array.index(3, 0)).center())
        self.idle()
        pause(100)
        self.seen["why"] = page.why.sentences.text()
        self.picture("registry")

    def go(self, code: str) -> Any:
        """Press the step of that name; gives its page."""
        number = [page.code for page in self.window.pages].index(code)
        click(self.window.rail.group.button(number))
        return self.window.pages[number]

    def move_a_limit_and_the_money(self) -> None:
        page = self.go("who")
        self.picture("who")
        field = next(row.limits["below"].field for row in page.rule.rows.values() if "below" in row.limits)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, "30")
        QTest.keyClick(field, Qt.Key.Key_Return)
        pause(50)
        self.idle()
        page = self.go("how_much")
        before = self.window.session.results
        slider = page.set_aside.slider
        drag(slider, QPoint(slider.width() // 20 + 3, slider.height() // 2), QPoint(60, 0))
        self.idle()
        after = self.window.session.results
        assert before is not None
        assert after is not None
        self.seen["set_aside_grew"] = after.fit.set_aside_share > before.fit.set_aside_share
        self.picture("how_much")
        click(self.window.head.tools["undo"])
        self.idle()
        undone = self.window.session.results
        assert undone is not None
        self.seen["undone"] = undone.fit.set_aside_share < after.fit.set_aside_share
        for code in ("check", "approve"):
            self.go(code)
            self.picture(code)

    def key(self, widget: QWidget, key: Qt.Key, *with_key: Qt.KeyboardModifier) -> None:
        """A key as the platform delivers it to the window."""
        held = Qt.KeyboardModifier.NoModifier
        for each in with_key:
            held |= each
        widget.window().activateWindow()  # there is no window manager here to do it
        pause(150)
        QTest.keyClick(widget.window().windowHandle(), key, held)
        pause(250)

    def build_a_rule(self) -> None:
        """Add a condition with the mouse, choose its field with the keyboard, take it back with Ctrl+Z."""
        page = self.go("who")
        before = self.results.figures.eligible
        links = [button for button in page.rule.findChildren(QPushButton) if button.isVisible()]
        add = [button for button in links if button.text() == self.window.words("build.add")][-1]
        self.window.stack.currentWidget().findChild(QScrollArea).ensureWidgetVisible(add)
        pause(100)
        click(add)
        self.idle()
        row = page.rule.rows[max(path for path in page.rule.rows if len(path) == 2)]
        self.window.stack.currentWidget().findChild(QScrollArea).ensureWidgetVisible(row)
        field = row.limits["at_least"].field
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, "6")
        QTest.keyClick(field, Qt.Key.Key_Return)
        self.idle()
        self.picture("rule")
        self.seen["rule"] = page.rule.sentence.text()
        self.seen["narrower"] = self.results.figures.eligible < before
        for _ in range(2):
            self.key(self.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
            self.idle()
            pause(150)  # a key presses its button a moment later
            self.idle()
        self.seen["rule_undone"] = self.results.figures.eligible == before

    def make_a_mistake(self) -> None:
        """A fund in dollars without a rate: said under its field, mended there."""
        page = self.go("how_much")
        card = page.funds[2]
        page.scroll.ensureWidgetVisible(card)
        pause(100)
        click(card.tools["edit"])
        box = card.form.fields["currency",].box
        page.scroll.ensureWidgetVisible(box)
        pause(100)
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Down)
        self.idle()
        rate = card.form.fields["rate",].line
        page.scroll.ensureWidgetVisible(rate)
        self.picture("mistake")
        self.seen["mistake"] = card.form.faults["rate",].text()
        click(rate)
        QTest.keyClicks(rate, "22,400")
        QTest.keyClick(rate, Qt.Key.Key_Return)
        self.idle()
        self.seen["mended"] = self.results.funds[2].currency
        click(self.window.head.tools["undo"])
        self.idle()

    def compare_and_ask_for_help(self) -> None:
        """Alt+8 to the comparison, F1 to the manual, Escape back."""
        self.key(self.window, Qt.Key.Key_8, Qt.KeyboardModifier.AltModifier)
        self.idle()
        self.picture("compare")
        self.seen["compared"] = self.window.session.comparison.result is not None
        self.key(self.window, Qt.Key.Key_F1)
        wait_for("the manual", lambda: self.window.help is not None and self.window.help.isVisible())
        book = self.window.help
        assert book is not None
        self.seen["chapter"] = book.chapter
        book.grab().save(str(self.folder / "help.png"))
        self.key(book, Qt.Key.Key_Escape)
        self.seen["manual_closed"] = not book.isVisible()

    def look_before_printing(self) -> None:
        page = self.go("print")
        click(page.preview_button)
        wait_for("a page", lambda: page.preview is not None and page.preview.image is not None)
        self.idle()
        pause(200)
        page.preview.grab().save(str(self.folder / "preview.png"))
        self.seen["preview_pages"] = page.preview.pages
        page.preview.close()
        pause(200)

    @property
    def results(self) -> Any:
        return self.window.session.results

    def write_the_files(self) -> None:
        page = self.go("print")
        click(page.run_button)
        wait_for("the folder dialog", lambda: page.dialog is not None and page.dialog.isVisible())
        self.write_into(page, self.folder / "out")
        self.picture("print")

    def write_into(self, page: Any, out: Path) -> None:
        """Type the folder into the dialog that is open, and wait for the files."""
        dialog = page.dialog
        out.mkdir()
        line = dialog.findChild(QLineEdit)
        dialog.activateWindow()
        line.setFocus()  # without it Qt marks every folder on the way there as well
        wait_for("the keyboard in the dialog", line.hasFocus)
        line.selectAll()
        QTest.keyClicks(line, str(out))
        for _ in range(3):  # the first Return may only close the list of completions
            if isValid(dialog) and dialog.isVisible():
                QTest.keyClick(line, Qt.Key.Key_Return)
                pause(200)
        wait_for("the files", lambda: page.written is not None or bool(self.seen["faults"]))
        if self.seen["faults"]:
            raise RuntimeError(self.seen["faults"])
        self.idle()
        self.seen["files"] = [str(path.relative_to(out)) for path in page.written.files]

    def change_language(self) -> None:
        click(self.window.head.language)
        self.idle()
        pause(200)
        self.seen["lao_title"] = self.window.map.title.text()
        self.picture("print_lao")


def shown_window(app: QApplication) -> Window:
    """The program's window on a small screen, once it is there."""
    window = make_window(app)
    window.setGeometry(0, 0, 1366, 768)
    window.show()
    pause(300)
    return window


def main(folder: Path) -> None:
    app = QApplication(["shockplan"])
    window = shown_window(app)
    tour = Tour(window, folder)
    tour.open_demo()
    tour.use_the_map()
    tour.explain_a_household()
    tour.move_a_limit_and_the_money()
    tour.build_a_rule()
    tour.make_a_mistake()
    tour.compare_and_ask_for_help()
    tour.look_before_printing()
    tour.write_the_files()
    tour.change_language()
    window.close()
    tour.seen["thread_ended"] = window.session.jobs.worker.ended
    (folder / "seen.json").write_text(json.dumps(tour.seen, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
