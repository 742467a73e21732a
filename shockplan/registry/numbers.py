"""Numbers as people write them: 22.361 and 674,70 and 1 500 000 ກີບ; never guessed, never 0."""

import re
from decimal import Decimal, InvalidOperation
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shockplan.registry.cells import matches

Mark = Literal["point", "comma", "unknown"]

_PLAIN = r"^[+-]?[0-9]{1,15}$"
_POINT = r"^[+-]?([0-9]{1,15}\.[0-9]{0,20}|\.[0-9]{1,20})$"
_UNIT = re.compile(r"(?i)\s*(lak|kip|ກີບ|₭|km2|%)\s*\.?$|^\s*(lak|₭)\s*")
_GROUPED_POINT = re.compile(r"[+-]?\d{1,3}(\.\d{3})+")
_GROUPED_COMMA = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
_GROUPS_AND_COMMA = re.compile(r"[+-]?\d{1,3}(\.\d{3})+,\d+")
_GROUPS_AND_POINT = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+")
_SCIENTIFIC = re.compile(r"[+-]?(\d+)(?:[.,](\d+))?[eE]\+?(\d{1,2})")

COMMA_EVIDENCE = (
    r"^[+-]?([0-9]{1,3}(\.[0-9]{3})+,[0-9]+|[0-9]*,([0-9]{1,2}|[0-9]{4,})|[0-9]{1,3}(\.[0-9]{3}){2,})$"
)
POINT_EVIDENCE = (
    r"^[+-]?([0-9]{1,3}(,[0-9]{3})+\.[0-9]+|[0-9]*\.([0-9]{1,2}|[0-9]{4,})|[0-9]{1,3}(,[0-9]{3}){2,})$"
)


def decimal_mark(texts: pa.Array) -> Mark:
    """What the column as a whole shows about its decimal mark: 674,70 is a comma, 12.5 a point.

    Where it shows neither or both it is unknown, and 22,361 alone is then not understood.
    """
    comma, point = matches(texts, COMMA_EVIDENCE).any(), matches(texts, POINT_EVIDENCE).any()
    if comma == point:
        return "unknown"
    return "comma" if comma else "point"


def whole_numbers(texts: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """(values, not a number, a number but not whole) of cleaned texts; a group of three is thousands."""
    values = np.zeros(len(texts), dtype=np.int64)
    plain = matches(texts, _PLAIN)
    values[plain] = pc.cast(unsigned(texts.filter(pa.array(plain))), pa.int64()).to_numpy()
    bad, broken = np.zeros(len(texts), dtype=bool), np.zeros(len(texts), dtype=bool)
    for place in np.flatnonzero(~plain):
        number = read_number(texts[int(place)].as_py(), "whole")
        if number is None or abs(number) >= 2**53:
            bad[place] = True
        elif number != number.to_integral_value():
            broken[place] = True
        else:
            values[place] = int(number)
    return values, bad, broken


def real_numbers(texts: pa.Array, mark: Mark) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(values, not a number) of cleaned texts, in a column with this decimal mark."""
    values = np.full(len(texts), np.nan)
    plain = matches(texts, _PLAIN)
    if mark != "comma":
        plain |= matches(texts, _POINT)
    values[plain] = pc.cast(unsigned(texts.filter(pa.array(plain))), pa.float64()).to_numpy()
    bad = np.zeros(len(texts), dtype=bool)
    for place in np.flatnonzero(~plain):
        number = read_number(texts[int(place)].as_py(), mark)
        if number is None:
            bad[place] = True
        else:
            values[place] = float(number)
    return values, bad


def unsigned(texts: pa.Array) -> pa.Array:
    """Arrow reads -5 but not +5."""
    return pc.utf8_ltrim(texts, characters="+")


def read_number(text: str, mark: Mark | Literal["whole"]) -> Decimal | None:
    """One number, None where the text has no single meaning.

    >>> read_number("22.361", "whole"), read_number("674,70", "unknown"), read_number("22,361", "unknown")
    (Decimal('22361'), Decimal('674.70'), None)
    """
    text = re.sub(r"[\s'’_]", "", _UNIT.sub("", text))
    if _GROUPS_AND_COMMA.fullmatch(text):
        return to_decimal(text.replace(".", "").replace(",", "."))
    if _GROUPS_AND_POINT.fullmatch(text):
        return to_decimal(text.replace(",", ""))
    point, comma = _GROUPED_POINT.fullmatch(text), _GROUPED_COMMA.fullmatch(text)
    if point or comma:
        return grouped(text, "." if point else ",", mark)
    if _SCIENTIFIC.fullmatch(text) or text.count(",") + text.count(".") <= 1:
        return to_decimal(text.replace(",", "."))
    return None


def grouped(text: str, sign: str, mark: Mark | Literal["whole"]) -> Decimal | None:
    """A number with three digits behind each sign: thousands or decimals, as the column shows."""
    if mark == "whole" or text.count(sign) > 1:
        return to_decimal(text.replace(sign, ""))
    if sign == ".":  # plain decimals unless the column is known to use the comma
        return to_decimal(text.replace(".", "") if mark == "comma" else text)
    if mark == "unknown":
        return None
    return to_decimal(text.replace(",", "." if mark == "comma" else ""))


def to_decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 18 else None


def whole_digits(text: str) -> str | None:
    """The digits of a code that became a float with an exponent. None: it is none, or digits were lost.

    >>> whole_digits("2.055551234E+09"), whole_digits("2.05555E+09")
    ('2055551234', None)
    """
    match = _SCIENTIFIC.fullmatch(text)
    if not match:
        return None
    digits, decimals, exponent = match[1], match[2] or "", int(match[3])
    if len(decimals) != exponent and len(decimals.rstrip("0")) < exponent:
        return None
    return str(int(Decimal(f"{digits}.{decimals or 0}E{exponent}")))
