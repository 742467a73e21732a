"""Numbers are typed in Lao or Latin digits and stand as on paper, whatever the system's own way."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QSpinBox
from pytestqt.qtbot import QtBot

from ui.knob import Knob
from ui.number_box import DecimalBox, WholeBox
from ui.window import Window


@pytest.fixture(params=["de_DE", "fr_FR", "lo_LA"])
def other_system(request: pytest.FixtureRequest) -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield
    QLocale.setDefault(before)


def type_into(box: WholeBox | DecimalBox, text: str) -> None:
    """As an input method delivers it: QTest knows Latin letters only."""
    box.selectAll()
    for letter in text:
        held = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(box, QKeyEvent(QEvent.Type.KeyPress, 0, held, letter))
    box.interpretText()


@pytest.mark.usefixtures("other_system")
@pytest.mark.parametrize("kind", [WholeBox, DecimalBox])
@pytest.mark.parametrize("typed", ["1234567", "໑໒໓໔໕໖໗", "໑,໒໓໔,໕໖໗", "1,234,567"])
def test_lao_digits_and_commas_make_the_number_that_stands_on_paper(
    qtbot: QtBot, kind: type[WholeBox] | type[DecimalBox], typed: str
) -> None:
    box = kind()
    qtbot.addWidget(box)
    box.setRange(0, 100_000_000)
    box.setGroupSeparatorShown(True)
    if isinstance(box, DecimalBox):
        box.setDecimals(0)
    type_into(box, typed)
    assert (box.value(), box.text()) == (1_234_567, "1,234,567")


@pytest.mark.usefixtures("other_system")
def test_a_point_is_a_point_in_the_field_beside_a_slider(qtbot: QtBot) -> None:
    knob = Knob(decimals=2, suffix=" %")
    qtbot.addWidget(knob)
    type_into(knob.field, "໓໕.໕")
    assert knob.field.value() == 35.5
    assert knob.field.text() == "35.50 %"


def test_no_field_of_the_window_takes_its_digits_from_the_system(planned: Window) -> None:
    for page in planned.pages:
        planned.go(page.code)
    boxes = planned.findChildren(QSpinBox) + planned.findChildren(QDoubleSpinBox)
    assert len(boxes) > 10
    assert {type(box) for box in boxes} <= {WholeBox, DecimalBox}
