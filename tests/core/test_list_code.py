"""The square code on a list: the same modules as a library's, and what a reader needs around them."""

from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

from shockplan.fingerprint import short
from shockplan.outputs.lines import village_lists
from shockplan.outputs.list_code import LETTERS, MASK, MOST, VERSION, code_modules, list_code
from shockplan.outputs.list_pdf import write_list_pdf
from tests.core.paper_plan import paper_plan
from tests.core.pdf_text import needs_pdftotext, page_pictures


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


@needs_pdftotext
@pytest.mark.parametrize("dpi", [300, 150])
def test_a_reader_of_codes_finds_list_and_control_total_on_every_page(tmp_path: Path, dpi: int) -> None:
    """As a telephone reads the printed page: another program's eyes on a picture of it."""
    plan = paper_plan(60)
    for language in ("lo", "en"):
        write_list_pdf(plan, tmp_path / f"{language}.pdf", language)
        pictures = page_pictures(tmp_path / f"{language}.pdf", tmp_path, dpi)
        read = [[found.text for found in zxingcpp.read_barcodes(picture)] for picture in pictures]
        texts = [text for page in read for text in page]
        expected = [
            list_code(one.header.list_id, short(plan.fingerprint), len(one.lines), one.total_kip)
            for one in village_lists(plan, language)
        ]
        assert all(len(page) <= 1 for page in read)
        assert list(dict.fromkeys(texts)) == expected
        assert len(expected) > 5


@needs_pdftotext
def test_the_code_is_still_read_from_a_copy_with_stains(tmp_path: Path) -> None:
    plan = paper_plan(12)
    write_list_pdf(plan, tmp_path / "lists.pdf", "lo")
    (picture, *_) = page_pictures(tmp_path / "lists.pdf", tmp_path, 300)
    (found,) = zxingcpp.read_barcodes(picture)
    corner = found.position.top_left
    side = found.position.top_right.x - corner.x
    stained = picture.copy()
    middle = corner.y + side // 2, corner.x + side // 2
    stained[middle[0] : middle[0] + side // 9, middle[1] : middle[1] + side // 9] = 0
    grey = stained.astype(np.float64) * 0.6 + 70  # a pale copy
    (again,) = zxingcpp.read_barcodes(grey.astype(np.uint8))
    assert again.text == found.text
