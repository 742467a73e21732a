"""Lao on paper: shaped as HarfBuzz shapes it, copied out as it went in, broken at syllables."""

import csv
import io
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
import uharfbuzz as hb
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from shockplan.areas import load_gazetteer
from shockplan.outputs import fonts
from shockplan.outputs.fonts import BOLD, REGULAR, cut, cut_font, register_fonts
from shockplan.outputs.lao_syllables import LEADING, breaks
from shockplan.outputs.lao_text import (
    Shaped,
    clean_text,
    draw_text,
    fit,
    missing_letters,
    prepare,
    shaped_glyphs,
    text_width,
    wrap,
)
from shockplan.problems import InputError
from tests.core.pdf_text import needs_pdftotext, page_texts
from tests.shared_data import SHARED, needs_shared

HARD_WORDS = ("ນ້ຳ", "ຜູ້", "ປີ້", "ເງິນ", "ກໍ່ໃຫ້ເກີດ", "ຫຼວງພະບາງ", "ໝູ່", "ຢູ່", "ບໍ່", "ເຂົ້າ", "ຂຶ້ນ", "ຊື່", "ກິ່ງ", "ປຶ້ມ")
MIXED = ("ບ້ານ 12", "HH-0012 ທ. ສົມຈັນ", "ກັບ Vientiane 2026", "1,250,000 ກີບ (LAK)", "ລາຍຊື່ຮັບເງິນ · Emergency cash")

SYLLABLES = (
    "ສະ|ຫວັນ|ນະ|ເຂດ", "ໄຊ|ເສດ|ຖາ", "ໂພນ|ທອງ", "ອັດ|ຕະ|ປື", "ໄຫວ້|ພຣະ", "ເມືອງ|ສະ|ໜາມ|ໄຊ", "ບ້ານ|ໜອງ|ປິງ",
    "ກໍ່|ໃຫ້|ເກີດ", "ຄວາມ|ເສຍ|ຫາຍ", "ຊ່ວຍ|ເຫຼືອ", "ແຂວງ|ຈຳ|ປາ|ສັກ", "ກະ|ຊວງ|ແຮງ|ງານ|ແລະ|ສະ|ຫວັດ|ດີ|ການ|ສັງ|ຄົມ",
    "ລາຍ|ຊື່|ການ|ແຈກ|ຢາຍ|ເງິນ|ສົດ", "ບໍ|ລິ|ຄຳ|ໄຊ", "ຫ້ວຍ|ຊາຍ", "ຫຼັກ|52", "ໄພ|ວັນ", "ຫົວ|ໜ້າ|ຄອບ|ຄົວ",
    "ວັນ|ທີ|24/11/2026", "ເອ|ກະ|ສານ", "ສຳ|ມະ|ໂນ|ຄົວ", "ຖືກ|ກະ|ທົບ", "ໂຄງ|ການ",
)  # fmt: skip


def parts(text: str) -> list[str]:
    places = [0, *breaks(text), len(text)]
    return [text[start:stop] for start, stop in pairwise(places)]


def village_names() -> list[str]:
    with (SHARED / "registries" / "lao_village_names.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row["village_lo"] for row in csv.DictReader(file) if row["village_lo"]]


def draw_lines(path: Path, texts: list[str]) -> None:
    register_fonts()
    canvas = Canvas(str(path), invariant=1, initialFontName=REGULAR)
    for start in range(0, len(texts), 50):
        for row, text in enumerate(texts[start : start + 50]):
            draw_text(canvas, 40, 800 - row * 15, text, 9, bold=row % 2 == 1)
        canvas.showPage()
    canvas.save()


def read_lines(path: Path) -> list[str]:
    return [line for page in page_texts(path) for line in page.split("\n") if line]


@needs_pdftotext
def test_district_names_hard_words_and_mixed_lines_are_copied_out_as_they_went_in(tmp_path: Path) -> None:
    texts = [*load_gazetteer().districts["name_lo"], *HARD_WORDS, *MIXED]
    draw_lines(tmp_path / "text.pdf", texts)
    assert len(texts) == 148 + len(HARD_WORDS) + len(MIXED)
    assert read_lines(tmp_path / "text.pdf") == [unicodedata.normalize("NFC", text) for text in texts]


@needs_shared
@needs_pdftotext
def test_every_village_name_is_copied_out_as_it_went_in(tmp_path: Path) -> None:
    names = [clean_text(name).strip() for name in village_names()]
    names = [" ".join(name.split()) for name in names]
    assert len(names) > 9000
    draw_lines(tmp_path / "villages.pdf", names)
    assert read_lines(tmp_path / "villages.pdf") == names


@pytest.mark.parametrize("bold", [False, True])
def test_glyphs_stand_where_harfbuzz_puts_them(bold: bool) -> None:
    font = hb.Font(hb.Face(cut(BOLD if bold else REGULAR).content))
    for text in (*load_gazetteer().districts["name_lo"], *HARD_WORDS, *MIXED):
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        hb.shape(font, buffer)
        pen, expected = 0, []
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            expected.append((info.codepoint, pen + place.x_offset, place.y_offset))
            pen += place.x_advance
        glyphs, width = shaped_glyphs(text, bold)
        assert [tuple(glyph) for glyph in glyphs] == expected
        assert width == pen == prepare(text, bold).width


@pytest.mark.parametrize("bold", [False, True])
def test_the_moves_in_the_page_lead_to_the_places_of_the_glyphs(bold: bool) -> None:
    """Replays the TJ operators as a PDF reader does."""
    advance = cut(BOLD if bold else REGULAR).advance
    for text in (*load_gazetteer().districts["name_lo"], *HARD_WORDS, *MIXED):
        placed = replayed(prepare(text, bold), advance)
        assert placed == [tuple(glyph) for glyph in shaped_glyphs(text, bold)[0]]


def replayed(shaped: Shaped, advance: Sequence[int]) -> list[tuple[int, int, int]]:
    """(glyph, x, y) where a PDF reader puts the glyphs of the show operators."""
    pen, placed = 0, []
    for rise, operator in shaped.pieces:
        spaced = operator.removesuffix(" TJ").strip("[]").replace("<", " <").replace(">", "> ")
        for token in spaced.split():
            if token.startswith("<"):
                codes = token.strip("<>")
                for number in (int(codes[at : at + 4], 16) for at in range(0, len(codes), 4)):
                    placed.append((number, pen, rise))
                    pen += advance[number]
            else:
                pen -= int(token)
    return placed


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=30), st.booleans())
@settings(max_examples=500)
def test_plain_text_put_together_from_pairs_stands_where_harfbuzz_puts_it(text: str, bold: bool) -> None:
    glyphs, width = shaped_glyphs(text, bold)
    shaped = prepare(text, bold)
    assert shaped.width == width
    assert replayed(shaped, cut(BOLD if bold else REGULAR).advance) == [tuple(glyph) for glyph in glyphs]


@pytest.mark.parametrize("marked", SYLLABLES)
def test_known_words_break_between_their_syllables(marked: str) -> None:
    assert parts(marked.replace("|", "")) == marked.split("|")


@given(
    st.lists(
        st.sampled_from([part for word in SYLLABLES for part in word.split("|")]), min_size=1, max_size=8
    )
)
@settings(max_examples=300)
def test_a_line_never_breaks_inside_a_syllable(syllables: list[str]) -> None:
    allowed = {sum(map(len, syllables[:count])) for count in range(1, len(syllables))}
    inside = [place for place in breaks("".join(syllables)) if place not in allowed]
    # a date may break after its digits run into the next number; syllables of letters never
    assert not [place for place in inside if "\u0e80" <= "".join(syllables)[place] <= "\u0eff"]


@needs_shared
def test_no_village_name_breaks_before_a_mark_or_after_a_leading_vowel() -> None:
    for name in village_names():
        for place in breaks(name):
            assert unicodedata.category(name[place]) not in ("Mn", "Mc"), name
            assert name[place - 1] not in LEADING, name
            assert name[place] not in "ະາຳຽຯໆ", name


@given(st.text(alphabet="ກຂຄງຈສຊຍດຕຖທນບປຜຝພຟມຢຣລວຫອຮໜໝເແໂໃໄະັາຳິີຶືຸູົຽໍ່້໊໋ abc123(),", max_size=60))
@settings(max_examples=200)
def test_wrapping_loses_no_letter_and_fits_the_width(text: str) -> None:
    lines = wrap(text, 60, 9)
    assert "".join("".join(lines).split()) == "".join(clean_text(text).split())
    for line in lines:
        letters = [letter for letter in line if unicodedata.category(letter) not in ("Mn", "Mc")]
        assert text_width(line, 9) <= 60 or len(letters) <= 1


@given(st.text(max_size=300), st.integers(1, 3))
@settings(max_examples=100)
def test_any_text_fits_its_cell_and_says_when_something_was_left_out(text: str, lines: int) -> None:
    fitted = fit(text, 80, 10, lines=lines)
    assert len(fitted.lines) <= lines
    assert all(text_width(line, fitted.size) <= 80.01 for line in fitted.lines)
    kept = "".join("".join(fitted.lines).split())
    assert fitted.shortened == kept.endswith("…") or kept == "".join(clean_text(text).split())


def test_a_name_of_300_letters_ends_in_an_ellipsis_and_says_so() -> None:
    fitted = fit("ສົມຈັນ" * 50, 120, 10, lines=2)
    assert fitted.shortened
    assert fitted.lines[-1].endswith("…")
    assert len(fitted.lines) == 2


def test_a_text_a_little_too_wide_gets_smaller_before_it_is_broken() -> None:
    width = text_width("ນະຄອນຫຼວງວຽງຈັນ", 10) * 0.9
    fitted = fit("ນະຄອນຫຼວງວຽງຈັນ", width, 10, lines=2)
    assert fitted.lines == ("ນະຄອນຫຼວງວຽງຈັນ",)
    assert 8 <= fitted.size < 10


def test_control_and_direction_characters_never_reach_the_paper() -> None:
    assert clean_text("a\x00b\u202ec\td\ne\u200bf") == "abc d ef"


def test_sara_am_stays_one_character() -> None:
    assert "\u0eb3" in clean_text("ນ້ຳ")
    assert clean_text("ນ້ຳ") == unicodedata.normalize("NFC", "ນ້ຳ")


def test_letters_the_font_lacks_are_named() -> None:
    assert missing_letters(["ສົມຈັນ 😀", "Ban سلام"]) == set("😀سلام")
    assert missing_letters(["ສົມຈັນ", "Ñandú – 12 €"]) == set()


@needs_pdftotext
def test_an_emoji_is_a_box_on_paper_and_itself_when_copied(tmp_path: Path) -> None:
    draw_lines(tmp_path / "emoji.pdf", ["ສົມຈັນ 😀"])
    assert read_lines(tmp_path / "emoji.pdf") == ["ສົມຈັນ 😀"]
    assert 0 in prepare("😀").numbers


def test_the_cut_font_has_the_same_bytes_each_time_and_is_static() -> None:
    source = fonts._variable_font()
    first = cut_font(source, 700)
    assert first == cut_font(source, 700)
    assert "fvar" not in TTFont(io.BytesIO(first))


def test_a_damaged_cache_is_cut_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts.platformdirs, "user_cache_dir", lambda *_, **__: str(tmp_path))
    good = fonts._cached(REGULAR)
    (kept,) = (tmp_path / "fonts").iterdir()
    kept.write_bytes(kept.read_bytes()[:-100])
    assert fonts._cached(REGULAR) == good
    assert kept.read_bytes()[32:] == good


def test_a_cache_that_cannot_be_written_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    monkeypatch.setattr(fonts.platformdirs, "user_cache_dir", lambda *_, **__: str(blocked))
    assert fonts._cached(REGULAR) == cut(REGULAR).content


def test_a_missing_font_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "FONT_PACKAGE", "no_such_font_package")
    with pytest.raises(InputError) as caught:
        fonts._variable_font()
    assert "Lao font" in str(caught.value)


def test_same_drawing_same_bytes_with_embedded_subset_fonts(tmp_path: Path) -> None:
    for name in ("one.pdf", "two.pdf"):
        draw_lines(tmp_path / name, [*HARD_WORDS, *MIXED])
    content = (tmp_path / "one.pdf").read_bytes()
    assert content == (tmp_path / "two.pdf").read_bytes()
    assert b"Helvetica" not in content
    assert content.count(b"/FontFile2") == 2
    assert len(content) < 60_000
