"""What cells mean: numbers, words, phones and dates as people write them; never guessed, never 0."""

import datetime as dt
import unicodedata

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shockplan.registry.cells import OTHER_DIGITS, UNCLEAN, clean, which_hold
from shockplan.registry.household import DTYPES, FIELD, FIELDS, Field
from shockplan.registry.values import Parsed, parse


def parsed(field: str | Field, *cells: str) -> Parsed:
    known = FIELD[field] if isinstance(field, str) else field
    return parse(pa.chunked_array([pa.array(cells, pa.string())]), known)


def only(field: str | Field, *cells: str) -> list[object]:
    """The values, None where blank."""
    values = parsed(field, *cells).values
    return [None if pd.isna(value) else value for value in values]


DATE = Field("birth_date", "date")


@pytest.mark.parametrize(
    ("text", "kip"),
    [
        ("1500000", 1_500_000),
        ("1.500.000", 1_500_000),
        ("1,500,000", 1_500_000),
        ("1 500 000 ກີບ", 1_500_000),
        ("1\u00a0500\u00a0000", 1_500_000),
        ("22.361", 22_361),
        ("1500000.0", 1_500_000),
        ("1.500.000,00", 1_500_000),
        ("1,500,000.00", 1_500_000),
        ("໑໕໐໐໐໐", 150_000),
        ("๑๕๐๐๐๐", 150_000),
        ("١٥٠٠٠٠", 150_000),
        ("LAK 150000", 150_000),
        ("+5000", 5_000),
        ("1.5E+06", 1_500_000),
    ],
)
def test_kip_is_understood_as_it_is_written(text: str, kip: int) -> None:
    assert only("income_kip", text) == [kip]


@pytest.mark.parametrize(
    "text", ["about 5", "1.50.000", "12-13", "5/6", "1e400", "٫", "0x10", "9" * 20, "=1+1"]
)
def test_a_number_that_is_none_is_blank_and_named(text: str) -> None:
    result = parsed("income_kip", text)
    assert result.values.isna().all()
    assert result.reasons["registry.bad_number"].all()


def test_kip_with_decimals_is_blank_and_named() -> None:
    result = parsed("income_kip", "674,70", "5.5")
    assert result.values.isna().all()
    assert result.reasons["registry.not_whole"].all()


def test_negative_money_is_blank_and_named() -> None:
    assert parsed("income_kip", "-5").reasons["registry.out_of_range"].all()


def test_the_decimal_comma_of_a_column_decides_what_its_point_means() -> None:
    assert only("pmt_score", "22.361", "674,70") == [22361.0, 674.7]
    assert only("pmt_score", "22.361", "674.70") == [22.361, 674.7]


def test_three_digits_behind_a_comma_alone_are_not_guessed() -> None:
    assert only("pmt_score", "22,361") == [None]
    assert only("pmt_score", "22,361", "12.5") == [22361.0, 12.5]


def test_a_coordinate_with_a_comma_has_decimals() -> None:
    assert only("lon", "102,612", "102.612345678901234", "102.6° E") == [102.612, 102.612345678901234, 102.6]


@pytest.mark.parametrize("text", ["", " ", "NaN", "-", "n/a", "N/A", "null", "ບໍ່ມີ", "\u200b", "—", "#N/A"])
@pytest.mark.parametrize("field", ["income_kip", "members", "pregnant", "head_sex", "phone", "head_name_lo"])
def test_a_cell_that_says_nothing_is_blank_without_a_problem(field: str, text: str) -> None:
    result = parsed(field, text)
    assert result.values.isna().all()
    assert not result.reasons


def test_no_damage_is_a_word_and_not_a_blank() -> None:
    assert only("damage", "None", "ບໍ່ມີ", "") == ["none", "none", None]


def test_members_are_people() -> None:
    result = parsed("members", "5", "5.0", "໑໒", "0", "-1", "2055551234", "4.5")
    assert [None if pd.isna(value) else value for value in result.values] == [
        5,
        5,
        12,
        None,
        None,
        None,
        None,
    ]
    assert result.reasons["registry.out_of_range"].tolist() == [False, False, False, True, True, True, False]


@pytest.mark.parametrize(
    "text", ["4 ຄົນ", "໔ ຄົນ", "4ຄົນ", "4 people", "4 Persons", "4 pers.", "4 personnes", "4.0 persons"]
)
def test_a_count_may_say_that_it_counts_people(text: str) -> None:
    assert only("members", text) == [4]


def test_an_age_may_say_that_it_counts_years_and_a_count_of_one_thing_is_none_of_another() -> None:
    assert only("head_age", "35 ປີ", "35 years", "35 yrs", "35 ans", "1 year") == [35, 35, 35, 35, 1]
    cells = parsed("head_age", "4 ຄົນ", "years", "3 months")
    assert cells.values.isna().all()
    assert cells.reasons["registry.bad_number"].all()
    assert parsed("members", "35 ປີ", "ຄົນ").reasons["registry.bad_number"].all()
    assert parsed("income_kip", "4 ຄົນ").reasons["registry.bad_number"].all()


def test_yes_and_no_in_three_languages() -> None:
    yes, no = ["yes", "Y", "TRUE", "1", "1.0", "Oui", "ແມ່ນ", "x", "໑"], ["no", "N", "0", "Non", "ບໍ່", "ບໍ່ແມ່ນ"]
    assert only("in_mecg", *yes, *no) == [True] * len(yes) + [False] * len(no)


def test_has_not_is_no_beside_has_and_blank_alone() -> None:
    assert only("in_mecg", "ມີ", "ບໍ່ມີ") == [True, False]
    assert only("in_mecg", "ແມ່ນ", "ບໍ່ມີ") == [True, None]


def test_a_count_of_pregnant_women_is_yes_from_one() -> None:
    assert only("pregnant", "0", "1", "2") == [False, True, True]


def test_a_code_1_2_is_not_guessed_to_be_yes_and_no() -> None:
    result = parsed("pregnant", "1", "2", "2")
    assert result.reasons["registry.bad_flag"].tolist() == [False, True, True]


def test_sex_in_three_languages() -> None:
    assert only("head_sex", "F", "Féminin", "ຍິງ", "Masculin ", "ຊາຍ", "h", "3") == [
        "female", "female", "female", "male", "male", "male", None
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("2055551234.0", "02055551234"),
        ("2.055551234E+09", "02055551234"),
        ("020 5555 1234", "02055551234"),
        ("+856 20 5555 1234", "02055551234"),
        ("8562055551234", "02055551234"),
        ("໐໒໐໕໕໕໕໑໒໓໔", "02055551234"),
        ("30 5551234", "0305551234"),
        ("63772290692", "63772290692"),
    ],
)
def test_a_phone_is_written_as_it_is_dialled(text: str, phone: str) -> None:
    assert only("phone", text) == [phone]


def test_a_phone_whose_digits_a_spreadsheet_lost_is_blank_and_named() -> None:
    result = parsed("phone", "2.05555E+09")
    assert result.values.isna().all()
    assert result.reasons["registry.digits_lost"].all()


def test_a_code_keeps_its_zeros_and_a_name_its_letters() -> None:
    assert only("family_book", "00123", "AB-12 ") == ["00123", "AB-12"]
    decomposed = "Se\u0301ne"
    assert only("head_name_en", f"  {decomposed}  Phon\u200bsavan\t") == ["S\u00e9ne Phonsavan"]
    assert only("head_name_lo", "ຄຳ\u00a0ພອນ") == ["ຄຳ ພອນ"]


def test_a_formula_error_is_blank_and_named() -> None:
    assert parsed("head_name_en", "#REF!").reasons["registry.spreadsheet_error"].all()


def test_a_cell_longer_than_any_value_is_blank_and_named() -> None:
    assert parsed("head_name_en", "x" * 2000).reasons["registry.cell_too_long"].all()


def test_letters_lost_before_are_named() -> None:
    assert parsed("head_name_en", "S\ufffdne").reasons["registry.lost_letters"].all()


def test_dates_are_day_first_iso_buddhist_or_serial() -> None:
    day = pd.Timestamp(dt.date(2020, 2, 3))
    assert only(DATE, "03/02/2020", "3-2-2563", "2020-02-03", "43864", "໐໓/໐໒/໒໐໒໐") == [day] * 5


def test_a_date_that_could_be_either_is_blank_in_a_month_first_column() -> None:
    assert only(DATE, "11/30/2000", "03/02/2020") == [pd.Timestamp(dt.date(2000, 11, 30)), None]


def test_no_date_is_guessed() -> None:
    assert only(DATE, "31/02/2020", "03/02/20", "soon") == [None, None, None]


DIRTY = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", "5", "1.500.000", "໑໒", "yes", "ບໍ່ມີ", "NaN", "F", "674,70", "2.05E+09", "#REF!"]),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.integers().map(str),
)


@settings(max_examples=60)
@given(st.sampled_from(FIELDS), st.lists(DIRTY, max_size=15))
def test_any_text_becomes_a_value_or_a_blank_of_the_right_type(field: Field, cells: list[str]) -> None:
    result = parsed(field, *cells)
    assert len(result.values) == len(cells)
    assert str(result.values.dtype) == DTYPES[field.kind]
    for mask in result.reasons.values():
        assert result.values[mask].isna().all()


@settings(max_examples=40)
@given(st.sampled_from(FIELDS), st.lists(DIRTY, max_size=10), st.randoms())
def test_repetition_and_order_change_no_value(field: Field, cells: list[str], random: object) -> None:
    cells = [cell.replace("\x00", "") for cell in cells]
    alone, often = parsed(field, *cells).values, parsed(field, *(cells * 8)).values
    pd.testing.assert_series_equal(pd.concat([alone] * 8, ignore_index=True), often)
    backwards = parsed(field, *reversed(cells)).values
    pd.testing.assert_series_equal(backwards[::-1].reset_index(drop=True), alone)


@given(st.lists(st.sampled_from(["", "ab", "x໑", "໒", "a  b", "ນ້ຳ", " "]), max_size=90), st.integers(0, 40))
def test_what_few_texts_hold_is_found_in_each_of_them_and_in_no_other(texts: list[str], start: int) -> None:
    for kind in (pa.string(), pa.large_string()):
        some = pa.array(texts, kind)[start:]
        for pattern in (OTHER_DIGITS, UNCLEAN):
            each = [bool(held) for held in pc.match_substring_regex(some, pattern).to_pylist()]
            found = which_hold(some, pattern)
            assert (found.to_pylist() if found is not None else [False] * len(some)) == each
            assert (found is None) == (not any(each))


LAO = st.text(
    st.one_of(st.characters(min_codepoint=0x0E81, max_codepoint=0x0EDF), st.sampled_from(" aé\u200b"))
)


@settings(max_examples=150)
@given(st.lists(LAO, min_size=1, max_size=8))
@example(["\u0ec8\u200b\u0eb8"])  # marks that stand side by side once nothing hidden is between them
def test_cleaned_text_is_always_nfc_without_hidden_characters_or_doubled_spaces(texts: list[str]) -> None:
    for cleaned in clean(pa.array(texts, pa.string())).to_pylist():
        assert cleaned == unicodedata.normalize("NFC", cleaned)
        assert cleaned == " ".join(cleaned.split())
        assert "\u200b" not in cleaned
