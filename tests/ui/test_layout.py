"""Nothing is clipped at 1366 x 768 in either language, everything has a name, every text stands out."""

from contextlib import suppress

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

from ui.label import OneLine
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
