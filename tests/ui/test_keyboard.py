"""The window with the keyboard alone: Tab reaches everything, one sees where one is, and it has a name."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QScrollArea, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from ui.message_bar import CrashDialog
from ui.messages import crash_report
from ui.pages.check import CheckPage
from ui.passphrase import passphrase_dialog
from ui.seal_dialog import SealDialog
from ui.window import NEW, START, Window

MOST_STEPS = 260
AROUND = 3  # pixels beside a widget in which its focus may be drawn


def described(widget: QWidget) -> str:
    """Enough to find it in the code."""
    parents = [type(widget).__name__]
    parent = widget.parentWidget()
    while parent is not None and len(parents) < 4:
        parents.append(type(parent).__name__)
        parent = parent.parentWidget()
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return f"{text!r} {widget.accessibleName()!r} {' < '.join(parents)}"


def spoken(widget: QWidget) -> str:
    """What a screen reader says of it."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip() if interface else ""


def in_sight(widget: QWidget) -> bool:
    """Whether a good part of it is on the screen: pages scroll to what has the focus."""
    region = widget.visibleRegion().boundingRect()
    return region.width() >= min(widget.width(), 24) and region.height() >= min(widget.height(), 12)


def look_of(window: QWidget, widget: QWidget) -> object:
    corner = widget.mapTo(window, QPoint(0, 0))
    around = QRect(corner, widget.size()).adjusted(-AROUND, -AROUND, AROUND, AROUND)
    return window.grab(around).toImage()


def takes_tab(widget: QWidget, root: QWidget) -> bool:
    """Whether Tab has to come to it. Of buttons that exclude one another only the chosen one does."""
    tab = Qt.FocusPolicy.TabFocus
    return (
        widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & tab == tab
        and widget.focusProxy() is None
        and not isinstance(widget, QScrollArea)
        and widget.window() is root
    )


class Walk:
    """Tab from `start` (in the window its head) until one is where one began."""

    def __init__(self, window: QWidget, start: QWidget) -> None:
        self.root = window
        self.visited: list[QWidget] = []
        self.nameless: list[str] = []
        self.out_of_sight: list[str] = []
        self.unseen: list[str] = []
        self.wanted = [widget for widget in window.findChildren(QWidget) if takes_tab(widget, window)]
        start.setFocus()
        QTest.keyClick(window, Qt.Key.Key_Tab)
        before, look = window.focusWidget(), None
        for _ in range(MOST_STEPS):
            widget = window.focusWidget()
            if widget is None or widget in self.visited:
                break
            self.visited.append(widget)
            QApplication.processEvents()
            if not spoken(widget):
                self.nameless.append(described(widget))
            if not in_sight(widget):
                self.out_of_sight.append(described(widget))
            look = look_of(window, widget)
            QTest.keyClick(widget, Qt.Key.Key_Tab)
            QApplication.processEvents()
            if window.focusWidget() is not widget and look_of(window, widget) == look:
                self.unseen.append(described(widget))
        self.closed = window.focusWidget() is before

    def faults(self) -> dict[str, list[str]]:
        """What is wrong, and what Tab did not come to."""
        missed = [
            described(widget)
            for widget in self.wanted
            if takes_tab(widget, self.root) and widget not in self.visited
        ]
        found = {"nameless": self.nameless, "out of sight": self.out_of_sight, "unseen": self.unseen}
        return {what: each for what, each in {**found, "missed": missed}.items() if each}


def walk(window: Window, qtbot: QtBot) -> dict[str, list[str]]:
    qtbot.waitUntil(lambda: not window.session.jobs.busy, timeout=20_000)
    window.activateWindow()
    QApplication.processEvents()
    walked = Walk(window, window.head)
    assert len(walked.visited) > 5
    trapped = [] if walked.closed else [described(widget) for widget in [window.focusWidget()] if widget]
    return walked.faults() | ({"Tab ends": trapped} if trapped else {})


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_tab_comes_to_everything_and_one_sees_where_it_is(planned: Window, qtbot: QtBot, theme: str) -> None:
    planned.wear("dark" if theme == "dark" else "light")
    found = {}
    for page in planned.pages:
        planned.go(page.code)
        found[page.code] = walk(planned, qtbot)
        if isinstance(page, CheckPage):
            for section in page.panels:
                page.go(section)
                found[f"check {section}"] = walk(planned, qtbot)
        for tabs in page.findChildren(QTabWidget):
            for number in range(1, tabs.count()):
                tabs.setCurrentIndex(number)
                found[f"{page.code} {tabs.tabText(number)}"] = walk(planned, qtbot)
    planned.stack.setCurrentWidget(planned.delivery)
    found["delivery"] = walk(planned, qtbot)
    for number, name in ((NEW, "new"), (START, "start")):
        planned.outer.setCurrentIndex(number)
        found[name] = walk(planned, qtbot)
    faults = [
        f"{page}: {what}: {each}"
        for page, all_ in found.items()
        for what, many in all_.items()
        for each in many
    ]
    assert faults == [], "\n".join(faults)


def walk_dialog(dialog: QWidget, qtbot: QtBot) -> dict[str, list[str]]:
    qtbot.waitExposed(dialog)
    dialog.activateWindow()
    QApplication.processEvents()
    walked = Walk(dialog, dialog)
    assert walked.visited
    faults = walked.faults()
    dialog.close()
    QApplication.processEvents()
    return faults | ({} if walked.closed else {"Tab ends": ["here"]})


def test_tab_comes_to_everything_in_every_window_beside_the_window(planned: Window, qtbot: QtBot) -> None:
    words, found = planned.words, {}
    seal = SealDialog(planned, words, lambda passphrase: None)
    seal.open()
    seal.first.setText("made up")
    seal.again.setText("made up")
    found["seal"] = walk_dialog(seal, qtbot)
    crash = CrashDialog(crash_report(ValueError("made up")), words, planned, lambda: None)
    crash.open()
    found["crash"] = walk_dialog(crash, qtbot)
    asked = passphrase_dialog(planned, "made up", "made up?", lambda typed: None)
    found["passphrase"] = walk_dialog(asked, qtbot)
    planned.show_help()
    assert planned.help is not None
    found["help"] = walk_dialog(planned.help, qtbot)
    planned.show_preview()
    preview = planned.print_page.preview
    assert preview is not None
    qtbot.waitUntil(lambda: not planned.session.jobs.busy, timeout=20_000)
    found["preview"] = walk_dialog(preview, qtbot)
    assert {name: faults for name, faults in found.items() if faults} == {}
