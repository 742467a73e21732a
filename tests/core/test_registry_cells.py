"""Whether what is asked of cells quickly, by their bytes, is what the letters say."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import example, given
from hypothesis import strategies as st

from shockplan.registry.cells import blank_cells, fold_word, to_bits, to_mask, trimmed, words
from shockplan.registry.clusters import shared_values
from shockplan.registry.columnar import as_text
from shockplan.registry.headings import sample_texts
from shockplan.registry.household import FIELD
from shockplan.registry.values import blanked, parse, with_points

SPACE = [" ", "\t", "\u00a0", "\u0085", "\u1680", "\u2003", "\u2028", "\u202f", "\u3000"]
CELL = st.lists(
    st.sampled_from([*SPACE, "a", "~", "!", "\x7f", "ນ", "ໜ", "ก", "é", "你", "𝟙", "0", "\u200b"]), max_size=4
).map("".join)
BLANKS = sorted(words()[""]["blank"])


def slices(texts: list[str], start: int) -> list[pa.Array]:
    """The texts as Arrow may hold them: from the start of its buffers, from the middle, with long places."""
    whole = pa.array(["xyz ", *texts], pa.string())
    return [pa.array(texts, pa.string()), whole.slice(1).slice(start), pa.array(texts, pa.large_string())]


@given(st.lists(CELL, max_size=8), st.integers(0, 8))
@example(["ab", "ນ\u3000"], 0)  # three bytes as a letter of Lao has
def test_no_space_is_left_at_the_ends_whatever_letter_it_is(texts: list[str], start: int) -> None:
    for held in slices(texts, start):
        assert trimmed(held).equals(pc.utf8_trim_whitespace(held))


def test_texts_without_space_at_their_ends_are_not_copied() -> None:
    held = pa.array(["ນ້ຳ ໃສ", "", "a b", "ກ", "~!"])
    assert trimmed(held) is held


@given(st.lists(st.one_of(CELL, st.sampled_from(BLANKS)), max_size=8), st.integers(0, 8), st.booleans())
def test_a_blank_is_told_by_its_whole_text(texts: list[str], start: int, kept: bool) -> None:
    known = frozenset({fold_word(BLANKS[0])}) if kept else frozenset()
    said = {"", *(word for word in BLANKS if fold_word(word) not in known)}
    for held in slices(texts, start):
        assert blank_cells(held, known).tolist() == [text in said for text in held.to_pylist()]


@given(st.lists(st.tuples(st.one_of(CELL, st.none()), st.booleans()), max_size=20), st.integers(0, 5))
def test_blanked_texts_are_null_and_the_others_stay(cells: list[tuple[str | None, bool]], start: int) -> None:
    whole = pa.array([text for text, _ in cells], pa.string())
    for held in (whole, whole.slice(start)):
        blank = np.array([mark for _, mark in cells][len(cells) - len(held) :], dtype=bool)
        expected = [None if mark else text for text, mark in zip(held.to_pylist(), blank, strict=True)]
        found = blanked(held, blank)
        assert found.to_pylist() == expected
        assert found.null_count == expected.count(None)
        found.validate(full=True)


@given(st.lists(st.text("1,. ນ", max_size=5), max_size=8), st.integers(0, 8))
def test_every_comma_becomes_a_point(texts: list[str], start: int) -> None:
    for held in slices(texts, start):
        assert with_points(held).to_pylist() == [text.replace(",", ".") for text in held.to_pylist()]


@given(
    st.lists(
        st.one_of(
            st.none(),
            st.integers(0, 30).map(lambda number: f"LAO-{number:03}"),
            st.sampled_from(["7", "007", "LAO-7", "LAO-", "x", "", "99999999999999999999", "4194305", "1"]),
        ),
        max_size=30,
    )
)
def test_a_value_is_shared_where_its_very_text_stands_twice(values: list[str | None]) -> None:
    link = shared_values(pd.Series(values, dtype="str"))
    for place, value in enumerate(values):
        same = [other for other, text in enumerate(values) if text == value and value is not None]
        assert (link[place] >= 0) == (len(same) > 1)
        assert all(link[other] == link[place] for other in same)
    assert len({link[place] for place in np.flatnonzero(link >= 0)}) == len(
        {values[place] for place in np.flatnonzero(link >= 0)}
    )


def test_a_null_that_holds_letters_all_the_same_is_an_empty_text() -> None:
    letters = pa.array(["ab", "cd", "ef"])
    bits = pa.array([True, False, True]).buffers()[1]
    held = pa.Array.from_buffers(pa.string(), 3, [bits, *letters.buffers()[1:]])
    for cells, expected in ((held, ["ab", "", "ef"]), (held.slice(1), ["", "ef"])):
        assert as_text(pa.chunked_array([cells])).to_pylist() == expected
    plain = pa.array(["ab", None, "ef"])
    assert as_text(pa.chunked_array([plain, plain.slice(1)])).to_pylist() == ["ab", "", "ef", "", "ef"]


def test_a_list_in_a_cell_is_its_texts_one_behind_the_other() -> None:
    numbers = pa.array([[9], [1, 2.5], None, [], [1_000_000]], pa.list_(pa.float64())).slice(1)
    assert as_text(pa.chunked_array([numbers])).to_pylist() == ["1, 2.5", "", "", "1000000"]
    deep = pa.array([[["ກ"], ["b", "c"]], None], pa.large_list(pa.list_(pa.string())))
    assert as_text(pa.chunked_array([deep])).to_pylist() == ["ກ, b, c", ""]


def test_a_column_of_few_different_numbers_is_understood_as_its_rows_are() -> None:
    field = FIELD["pmt_score"]
    for texts in (["54.3", "", "50", "54.3"], ["54.3", "1,5", "x", "54.3"], ["", "", "", ""]):
        rows = parse(pa.chunked_array([pa.array(texts)]), field)
        few = parse(pa.chunked_array([pa.array(texts).dictionary_encode()]), field)
        pd.testing.assert_series_equal(few.values, rows.values)
        assert {code: mask.tolist() for code, mask in few.reasons.items()} == {
            code: mask.tolist() for code, mask in rows.reasons.items()
        }


@given(st.lists(CELL, max_size=60))
def test_samples_are_the_first_different_texts(texts: list[str]) -> None:
    expected = tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))[:5]
    for column in (pa.array(texts, pa.string()), pa.array(texts, pa.string()).dictionary_encode()):
        assert sample_texts(pa.chunked_array([column])) == expected


def test_masks_of_blanks_take_null_for_no_text() -> None:
    cells = pa.array([None, "", "-", "a"])
    assert blank_cells(cells).tolist() == [False, True, True, False]
    assert to_mask(cells.is_valid()).tolist() == [False, True, True, True]


@given(st.lists(st.sampled_from([True, False, None]), max_size=40), st.integers(0, 20), st.integers(0, 20))
def test_masks_are_the_same_in_numpy_and_in_arrow(values: list[bool | None], start: int, size: int) -> None:
    held, expected = pa.array(values, pa.bool_()).slice(start, size), values[start : start + size]
    assert to_mask(held).tolist() == [bool(value) for value in expected]
    assert to_mask(pa.chunked_array([held, held.slice(1)])).tolist() == [
        bool(value) for value in expected + expected[1:]
    ]
    assert to_bits(to_mask(held)).to_pylist() == [bool(value) for value in expected]
