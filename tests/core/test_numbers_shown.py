"""A number is written one way, in both languages and everywhere, and that way is Babel's English one."""

from decimal import Decimal
from string import Formatter

from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from shockplan.texts import catalogue, plural_category, show_number, tr


@given(st.integers(-(10**18), 10**18))
def test_whole_numbers_are_written_as_babel_writes_them(number: int) -> None:
    assert show_number(number) == format_decimal(number, locale="en")


@given(st.decimals(-(10**9), 10**9, places=4))
def test_decimals_are_written_as_babel_writes_them(number: Decimal) -> None:
    wanted = format_decimal(number, "#,##0.####", locale="en")
    assert show_number(number) == ("0" if wanted == "-0" else wanted)


def test_one_and_many_have_their_own_words_where_the_language_tells_them_apart() -> None:
    english, lao = catalogue("en"), catalogue("lo")
    alone = [code for code in english if code.endswith(".one")]
    assert alone
    for code in alone:
        assert code.removesuffix(".one") in english, "the form for many"
    assert [code for code in lao if code.endswith(".one") and code not in english] == []
    assert [plural_category(count, "en") for count in (0, 1, 2, "1,001")] == [
        "other",
        "one",
        "other",
        "other",
    ]
    assert {plural_category(count, "lo") for count in (0, 1, 2)} == {"other"}
    for code in (each.removesuffix(".one") for each in alone):
        named = {name for _, name, _, _ in Formatter().parse(english[code]) if name}
        if "count" in named:
            one, many = (dict.fromkeys(named, "x") | {"count": count} for count in (1, 2))
            assert tr(code, one, "en") == english[f"{code}.one"].format_map(one)
            assert tr(code, many, "en") == english[code].format_map(many)
            assert tr(code, one, "lo") == lao[code].format_map(one)
