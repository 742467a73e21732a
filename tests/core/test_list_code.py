"""The square code on a list: the same modules as a library's, and what a reader needs around them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

from shockplan.outputs.list_code import LETTERS, MASK, MOST, VERSION, code_modules, list_code


@given(st.text(alphabet=LETTERS, min_size=1, max_size=MOST))
@settings(max_examples=60, deadline=None)
def test_the_modules_are_those_of_the_library(text: str) -> None:
    text = text if any(not letter.isdigit() for letter in text) else text[:-1] + "A"  # else it packs digits
    expected = QRCode(VERSION, QRErrorCorrectLevel.M)
    expected.addData(text)
    expected.makeImpl(False, MASK)
    assert code_modules(text) == expected.modules


def test_the_longest_code_of_a_list_has_room() -> None:
    text = list_code("LA1701-LA1702012-R60", "a1b2-c3d4-e5f6-0718", 99_999, 2**63)
    assert len(text) <= MOST
    assert len(code_modules(text)) == 33


def test_what_has_no_room_is_refused() -> None:
    with pytest.raises(ValueError, match="do not go into a code"):
        code_modules("A" * (MOST + 1))
