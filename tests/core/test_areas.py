"""Places are joined by code; a name only suggests one."""

import doctest

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shockplan import areas
from shockplan.areas import (
    district_codes,
    fold_name,
    load_gazetteer,
    name_of,
    nso_code,
    nso_districts,
    suggest_districts,
    suggest_provinces,
)
from tests.shared_data import SHARED, needs_shared

G = load_gazetteer()


def one_code(text: str | None) -> str | None:
    code = district_codes(pd.Series([text], dtype="str"), G).iloc[0]
    return None if pd.isna(code) else str(code)


def one_nso(text: str) -> str | None:
    code = nso_districts(pd.Series([text], dtype="str"), G).iloc[0]
    return None if pd.isna(code) else str(code)


def test_the_gazetteer_holds_148_districts_in_18_provinces_in_order() -> None:
    assert len(G.districts) == 148
    assert len(G.provinces) == 18
    assert G.districts["pcode"].is_monotonic_increasing
    assert G.districts["pcode"].is_unique
    assert set(G.districts["province"]) == set(G.provinces["pcode"])
    assert (G.districts["pcode"].str[:4] == G.districts["province"]).all()


def test_the_populations_are_those_published() -> None:
    assert G.provinces["population_2015"].sum() == 6_492_228
    assert G.provinces["population_2024"].sum() == 7_631_798


def test_every_district_has_names_a_place_and_a_statistics_office_code() -> None:
    needed = ["name_en", "name_lo", "nso_code", "lon", "lat", "area_km2"]
    assert not G.districts[needed].isna().any(axis=None)


@pytest.mark.parametrize(
    "text", ["LA1703", "la1703", " LA1703 ", "La 1703", "LA-1703", "LA໑໗໐໓", "LA1703\u200b"]
)
def test_a_p_code_is_known_in_any_case_and_with_stray_spaces(text: str) -> None:
    assert one_code(text) == "LA1703"


def test_a_leading_zero_lost_from_a_p_code_is_put_back() -> None:
    assert one_code("LA801") == "LA0801"


@pytest.mark.parametrize("text", [None, "", "1703", "LA1799", "LA17", "LA170301", "Sanamxay", "LB1703"])
def test_what_is_no_p_code_of_a_district_stays_blank(text: str | None) -> None:
    assert one_code(text) is None


@given(
    st.lists(
        st.one_of(st.none(), st.text(max_size=8), st.sampled_from(list(G.districts["pcode"]))), max_size=20
    )
)
def test_codes_keep_length_index_and_are_always_known(texts: list[str | None]) -> None:
    values = pd.Series(texts, dtype="str", index=range(10, 10 + len(texts)))
    codes = district_codes(values, G)
    assert list(codes.index) == list(values.index)
    assert set(codes.dropna()) <= set(G.districts["pcode"])
    exact = values.isin(G.districts["pcode"])
    assert codes[exact].equals(values[exact])


@pytest.mark.parametrize(
    ("code", "pcode"),
    [
        ("1803", "LA1805"),
        ("1805", "LA1803"),
        ("1011", "LA1013"),
        ("1012", "LA1013"),
        ("801", "LA0801"),
        ("0801.0", "LA0801"),
    ],
)
def test_statistics_office_codes_are_converted_by_table_not_by_digits(code: str, pcode: str) -> None:
    assert one_nso(code) == pcode


def test_codes_that_sources_use_in_two_senses_are_marked() -> None:
    assert G.contested_nso == {"1803", "1805"}


def test_text_that_is_no_statistics_office_code_has_no_digits() -> None:
    assert nso_code("LA1803") is None
    assert nso_code("18") is None
    assert one_nso("9999") is None


@pytest.mark.parametrize(
    "text", ["ມ. ສະໜາມໄຊ", "ເມືອງສະໜາມໄຊ", "ສະຫນາມໄຊ", "SANAMXAY", "Muang Sanamxai", "Sanamxay District"]
)
def test_known_spellings_and_prefixes_suggest_the_district(text: str) -> None:
    assert suggest_districts(text, G) == ("LA1703",)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Xaysetha", ("LA0103", "LA1701")),
        ("ໄຊເສດຖາ", ("LA0103", "LA1701")),
        ("Viengkham", ("LA0610", "LA1009")),
        ("Phonthong", ("LA0612", "LA1606")),
    ],
)
def test_a_name_two_districts_share_suggests_both(text: str, codes: tuple[str, ...]) -> None:
    assert suggest_districts(text, G) == codes
    assert [suggest_districts(text, G, code[:4]) for code in codes] == [(code,) for code in codes]


def test_an_unknown_name_suggests_nothing() -> None:
    assert suggest_districts("Atlantis", G) == ()
    assert suggest_provinces("Atlantis", G) == ()


@pytest.mark.parametrize("text", ["Attapeu", "ແຂວງອັດຕະປື", "Attopeu", "LA17", "la 17"])
def test_a_province_is_suggested_by_name_or_code(text: str) -> None:
    assert suggest_provinces(text, G) == ("LA17",)


def test_names_are_given_in_both_languages() -> None:
    assert name_of(G, "LA17", "en") == "Attapeu"
    assert name_of(G, "LA1703", "lo") == "ສະໜາມໄຊ"
    with pytest.raises(KeyError):
        name_of(G, "LA9999", "en")


@given(st.text(max_size=30))
def test_folding_a_name_never_fails_and_ignores_case_of_latin_letters(text: str) -> None:
    ascii_text = "".join(letter for letter in text if letter.isascii())
    assert fold_name(ascii_text.upper()) == fold_name(ascii_text.lower())
    assert " " not in fold_name(text)


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(areas).failed == 0


@needs_shared
def test_names_of_a_real_village_list_suggest_its_own_district_or_are_ambiguous() -> None:
    listed = pd.read_csv(SHARED / "registries" / "lao_village_names.csv", dtype="str", encoding="utf-8-sig")
    districts = listed.drop_duplicates("district_code")
    by_code = nso_districts(districts["district_code"], G)
    wrong = [
        (code, english, lao)
        for code, english, lao in zip(
            by_code, districts["district_en"], districts["district_lo"], strict=True
        )
        if (found := suggest_districts(english, G) + suggest_districts(lao, G)) and code not in found
    ]
    assert by_code.notna().all()
    assert wrong == []
