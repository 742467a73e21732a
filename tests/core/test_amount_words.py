"""Amounts in words, checked against hand-written ones and read back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shockplan.outputs.amount_words import (
    ENGLISH_SMALL,
    ENGLISH_TENS,
    LAO_ONES,
    amount_in_words,
    lao_number,
)

KNOWN = (
    (0, "ສູນກີບ", "zero kip"),
    (1, "ໜຶ່ງກີບ", "one kip"),
    (11, "ສິບເອັດກີບ", "eleven kip"),
    (20, "ຊາວກີບ", "twenty kip"),
    (21, "ຊາວເອັດກີບ", "twenty-one kip"),
    (105, "ໜຶ່ງຮ້ອຍຫ້າກີບ", "one hundred and five kip"),
    (500, "ຫ້າຮ້ອຍກີບ", "five hundred kip"),
    (2_000, "ສອງພັນກີບ", "two thousand kip"),
    (35_000, "ສາມສິບຫ້າພັນກີບ", "thirty-five thousand kip"),
    (150_000, "ໜຶ່ງແສນຫ້າສິບພັນກີບ", "one hundred and fifty thousand kip"),
    (900_000, "ເກົ້າແສນກີບ", "nine hundred thousand kip"),
    (1_250_000, "ໜຶ່ງລ້ານສອງແສນຫ້າສິບພັນກີບ", "one million two hundred and fifty thousand kip"),
    (22_000_000, "ຊາວສອງລ້ານກີບ", "twenty-two million kip"),
    (1_000_005, "ໜຶ່ງລ້ານຫ້າກີບ", "one million and five kip"),
    (18_628_200_000, "ສິບແປດຕື້ຫົກຮ້ອຍຊາວແປດລ້ານສອງແສນກີບ",
     "eighteen billion six hundred and twenty-eight million two hundred thousand kip"),
)  # fmt: skip
LAO_UNITS = {"ຕື້": 10**9, "ລ້ານ": 10**6, "ແສນ": 10**5, "ພັນ": 1000, "ຮ້ອຍ": 100, "ສິບ": 10}
ENGLISH_UNITS = {
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "quadrillion": 10**15,
}


@pytest.mark.parametrize(("kip", "lao", "english"), KNOWN)
def test_known_amounts(kip: int, lao: str, english: str) -> None:
    assert amount_in_words(kip, "lo") == lao
    assert amount_in_words(kip, "en") == english


def read_lao(words: str) -> int:
    """Reads by the largest unit first: what stands before it counts it, what stands behind is added."""
    if not words:
        return 0
    for unit, size in LAO_UNITS.items():
        before, found, after = words.rpartition(unit) if unit == "ຕື້" else words.partition(unit)
        if found:
            return (read_lao(before) or 1) * size + read_lao(after)
    if words.startswith("ຊາວ"):
        return 20 + read_lao(words.removeprefix("ຊາວ"))
    return 1 if words == "ເອັດ" else LAO_ONES.index(words)


def read_english(words: str) -> int:
    total, group = 0, 0
    for word in re.split(r"[ -]", words):
        if word == "hundred":
            group *= 100
        elif word in ENGLISH_UNITS:
            total, group = total + group * ENGLISH_UNITS[word], 0
        elif word in ENGLISH_TENS:
            group += 10 * ENGLISH_TENS.index(word)
        elif word != "and":
            group += ENGLISH_SMALL.index(word)
    return total + group


@given(st.integers(0, 10**12 - 1))
def test_lao_words_read_back_to_the_amount(kip: int) -> None:
    assert read_lao(lao_number(kip)) == kip


@given(st.integers(0, 10**18 - 1))
def test_english_words_read_back_to_the_amount(kip: int) -> None:
    assert read_english(amount_in_words(kip, "en").removesuffix(" kip")) == kip


@pytest.mark.parametrize("kip", [-1, 10**18])
def test_what_has_no_words_is_refused(kip: int) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        amount_in_words(kip, "lo")
