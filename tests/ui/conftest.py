"""Window tests run without a screen; Qt warnings, threads and jobs left over fail them."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from pytestqt.qtbot import QtBot

from ui.messages import CrashReport, Message
from ui.window import Window, make_window

HARMLESS = (
    "This plugin does not support propagateSizeHints()",  # the offscreen platform has no window manager
    "This plugin does not support raise()",
    "This plugin supports grabbing the mouse only for popup windows",
)


@pytest.fixture(autouse=True)
def qt_warnings_fail() -> Iterator[None]:
    said: list[str] = []

    def hear(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and text not in HARMLESS:
            said.append(text)

    before = qInstallMessageHandler(hear)
    yield
    qInstallMessageHandler(before)
    assert said == [], "Qt complained"


ENDS_WITHIN_S = 10


@pytest.fixture(autouse=True)
def leftover_threads_fail() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    new = [thread for thread in threading.enumerate() if thread not in before]
    for thread in new:  # cancelled work ends unseen at its next step
        thread.join(ENDS_WITHIN_S)
    assert [thread for thread in new if thread.is_alive()] == [], "a thread was left running"


class Heard(list[Message | CrashReport]):
    """Every message the window was given, in order."""

    @property
    def faults(self) -> list[Message | CrashReport]:
        return [each for each in self if isinstance(each, CrashReport) or each.level == "error"]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def window(qtbot: QtBot, qapp, heard: Heard) -> Iterator[Window]:
    """A window at 1366 x 768, whose messages are also kept in `heard`."""
    made = make_window(qapp)
    show = made.messages.tell

    def tell(message: Message | CrashReport) -> None:
        heard.append(message)
        show(message)

    made.messages.tell = tell
    qtbot.addWidget(made)
    made.resize(1366, 728)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()


@pytest.fixture(scope="session")
def demo_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo event on disk."""
    from shockplan.demo import write_demo

    return write_demo(tmp_path_factory.mktemp("demo"), households=1500)


@pytest.fixture
def planned(window: Window, demo_plan: Path, qtbot: QtBot, heard: Heard) -> Window:
    """A window with the small demo open."""
    window.session.open_plan(demo_plan)
    qtbot.waitUntil(lambda: not window.session.jobs.busy, timeout=20_000)
    assert heard.faults == []
    return window
