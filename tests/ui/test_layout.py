"""Nothing is clipped at 1366 x 768 in either language, everything has a name, every text stands out."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QSlider,
    QTableView,
    QWidget,
)
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

from ui.label import OneLine
from ui.page_area import PageArea
from ui.pages.how_much import HowMuchPage
from ui.style import DARK, LIGHT, Colours
from ui.window import Window


def clipped(root: QWidget) -> list[str]:
    """The texts of visible labels and buttons that get less room than they need."""
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, (QLabel, QAbstractButton)):
            continue
        if isinstance(widget, OneLine) or not widget.text():
            continue
        if isinstance(widget, QLabel) and widget.wordWrap():
            if widget.height() + 2 < widget.heightForWidth(widget.width()):
                found.append(f"{widget.text()} (height {widget.height()})")
        elif widget.width() + 2 < widget.minimumSizeHint().width():
            found.append(f"{widget.text()} (width {widget.width()})")
    return found


@pytest.mark.parametrize("language", ["en", "lo"])
def test_nothing_is_clipped_on_a_small_screen(planned: Window, qtbot: QtBot, language: str) -> None:
    planned.words.switch("lo" if language == "lo" else "en")
    qtbot.waitUntil(lambda: not planned.session.jobs.busy, timeout=20_000)
    for page in planned.pages:
        planned.go(page.code)
        with suppress(TimeoutError):  # the layout settles within a few events
            qtbot.waitUntil(lambda: clipped(planned) == [], timeout=1500)
        assert clipped(planned) == [], page.code
        assert (planned.width(), planned.height()) == (1366, 728), page.code
        assert overlong(planned) == (0, 0), page.code


@pytest.mark.parametrize("language", ["en", "lo"])
def test_no_builder_is_clipped_when_it_is_open(planned: Window, qtbot: QtBot, language: str) -> None:
    planned.words.switch("lo" if language == "lo" else "en")
    qtbot.waitUntil(lambda: not planned.session.jobs.busy, timeout=20_000)
    planned.go("how_much")
    page = planned.stack.currentWidget()
    assert isinstance(page, HowMuchPage)
    for card in (page.fit, page.funds[1], page.transfers[1]):
        card.tools["edit"].setChecked(True)
        with suppress(TimeoutError):
            qtbot.waitUntil(lambda: clipped(planned) == [], timeout=1500)
        assert clipped(planned) == []
        card.tools["edit"].setChecked(False)
    planned.begin_plan()
    planned.new_plan.begin()  # every sentence of what is missing stands there
    with suppress(TimeoutError):
        qtbot.waitUntil(lambda: clipped(planned) == [], timeout=1500)
    assert clipped(planned) == []
    assert (planned.width(), planned.height()) == (1366, 728)


def test_the_window_is_the_same_at_twice_the_pixels(demo_plan: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.ui.scaled", str(demo_plan)],
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": "2"},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    seen = json.loads(ran.stdout.splitlines()[-1])
    assert seen == {"clipped": [], "ratio": 2.0, "picture": [3840, 2160]}


def overlong(window: Window) -> tuple[int, int]:
    """By how many pixels the window is too small for what it holds."""
    area = window.centralWidget()
    assert isinstance(area, QScrollArea)
    return area.horizontalScrollBar().maximum(), area.verticalScrollBar().maximum()


@pytest.mark.parametrize(("scale", "wide_enough"), [(1.0, True), (1.25, True), (1.5, False)])
def test_a_small_screen_at_a_larger_scale_shows_everything_or_scrolls_to_it(
    planned: Window, qtbot: QtBot, scale: float, wide_enough: bool
) -> None:
    size = (int(1366 / scale), int(768 / scale) - 32)  # what the screen leaves beside its bar
    planned.words.switch("lo")
    planned.resize(*size)
    for page in planned.pages:
        planned.go(page.code)
        qtbot.waitUntil(lambda: not planned.session.jobs.busy, timeout=20_000)
        with suppress(TimeoutError):
            qtbot.waitUntil(lambda: clipped(planned) == [], timeout=1500)
        assert clipped(planned) == [], page.code
        assert (planned.width(), planned.height()) == size, page.code
        with suppress(TimeoutError):  # the bar of the work goes
            qtbot.waitUntil(lambda: overlong(planned)[1] == 0, timeout=3000)
        too_wide, too_tall = overlong(planned)
        assert (too_wide == 0) == wide_enough, page.code
        assert too_tall == 0, page.code
        if scale == 1:
            bars = [area.verticalScrollBar().maximum() for area in planned.findChildren(PageArea)]
            assert bars == [0], "the page does not scroll beside what scrolls in it"


def test_the_start_page_is_not_clipped_in_lao(window: Window, qtbot: QtBot) -> None:
    window.words.switch("lo")
    qtbot.wait(50)
    assert window.width() == 1366
    assert clipped(window) == []


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.1."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_stands_out_from_its_ground(colours: Colours) -> None:
    pairs = [
        (colours.text, ground) for ground in (colours.ground, colours.sheet, colours.stripe, colours.soft)
    ]
    pairs += [(colours.muted, ground) for ground in (colours.ground, colours.sheet, colours.stripe)]
    pairs += [(colours.on_accent, colours.accent), (colours.on_warn, colours.warn)]
    pairs += [(colours.on_fault, colours.fault), (colours.on_good, colours.good)]
    weak = [(text, ground) for text, ground in pairs if contrast(text, ground) < 4.5]
    assert weak == []


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_links_faults_fields_and_the_focus_stand_out_too(colours: Colours) -> None:
    grounds = (colours.ground, colours.sheet, colours.stripe)
    assert [ground for ground in grounds if contrast(colours.accent, ground) < 4.5] == [], (
        "links and the focus"
    )
    assert [ground for ground in grounds if contrast(colours.edge, ground) < 3] == [], "the edge of a field"
    assert contrast(colours.on_fault, colours.sheet) >= 3, "the edge of a field with a mistake"


@pytest.mark.parametrize("language", ["en", "lo"])
def test_everything_that_can_be_pressed_has_a_name(planned: Window, language: str) -> None:
    planned.words.switch("lo" if language == "lo" else "en")
    nameless = [
        button
        for button in planned.findChildren(QAbstractButton)
        if button.isVisible()
        and not (button.text() or button.accessibleName() or button.toolTip())
        and not button.objectName().startswith("qt_")
    ]
    assert nameless == []


def test_everything_that_takes_the_keyboard_has_a_name_for_a_screen_reader(
    planned: Window, qtbot: QtBot
) -> None:
    def nameless() -> list[str]:
        found = []
        for widget in planned.findChildren(QWidget):
            inner = isinstance(widget.parent(), (QAbstractSpinBox, QComboBox))
            if not isinstance(widget, FIELDS) or inner or not widget.isVisible():
                continue
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.accessibleName():
                found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
        return found

    for page in planned.pages:
        planned.go(page.code)
        qtbot.waitUntil(lambda: not planned.session.jobs.busy, timeout=20_000)
        assert nameless() == [], page.code
    planned.begin_plan()
    assert nameless() == []


def test_f6_takes_the_keyboard_from_the_page_to_the_map_and_back(planned: Window) -> None:
    planned.activateWindow()
    planned.go("who")
    planned.change_side()
    assert planned.focusWidget() is planned.map.view
    planned.change_side()
    focused = planned.focusWidget()
    assert focused is not None
    assert planned.stack.currentWidget().isAncestorOf(focused)


FIELDS = (QLineEdit, QComboBox, QAbstractSpinBox, QSlider, QTableView, QListWidget)


def test_plans_left_and_opened_before_make_the_window_no_taller(window: Window, tmp_path: Path) -> None:
    window.show()
    inside = window.start.minimumSizeHint
    before = inside().height()
    paths = [tmp_path / f"plan_{number}.toml" for number in range(12)]
    window.start.remembered.there = lambda: paths  # type: ignore[method-assign]
    window.start.retranslate()
    assert window.start.recent.count() == 12
    assert inside().height() == before <= 728
    assert overlong(window) == (0, 0)
