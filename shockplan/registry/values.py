"""From cells to typed values: what cannot be understood is blank and marked with the reason."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shockplan.registry.cells import (
    LONGEST_CELL,
    blank_cells,
    cleaned,
    fold_word,
    formula_errors,
    letters_of,
    matches,
    sizes_of,
    to_bits,
    to_mask,
    western_digits,
    words,
)
from shockplan.registry.dates import read_dates
from shockplan.registry.household import DTYPES, Field
from shockplan.registry.numbers import decimal_mark, real_numbers, whole_digits, whole_numbers
from shockplan.registry.tables import each_text_once, together

AS_DIALLED = (("020", 11), ("030", 10))
"""How the numbers of mobile and of fixed wireless telephones begin, and their digits."""

LAO_NUMBER = "20[0-9]{8}|30[0-9]{7}|[2-8][1-9][0-9]{6}"
COORDINATES = ("lon", "lat")
MOST_PEOPLE = 99
"""A count above this in one household is a slip of the pen or another column."""

Reasons = dict[str, NDArray[np.bool_]]


@dataclass(frozen=True, eq=False)
class Parsed:
    """n values with the dtype of their kind, blank where a mask of `reasons` (code -> (n,)) is true."""

    values: pd.Series
    reasons: Reasons


def parse(cells: pa.ChunkedArray, field: Field) -> Parsed:
    """The values of a column (of texts, or a dictionary of them), each different text looked at once where
    texts recur."""
    if pa.types.is_dictionary(cells.type) or (field.kind != "number" and recurs(cells)):
        encoded = each_text_once(cells)
        plain = plain_reals(encoded.dictionary, field) if field.kind == "number" else None
        return row_by_row(plain, encoded) if plain else parse_each_once(encoded, field)
    texts = together(cells)
    plain = plain_reals(texts, field) if field.kind == "number" else None
    if plain is not None:
        return plain
    return parse_each_once(texts.dictionary_encode(), field) if recurs(texts) else parse_texts(texts, field)


def parse_each_once(encoded: pa.DictionaryArray, field: Field) -> Parsed:
    """The values of texts that recur."""
    return row_by_row(parse_texts(encoded.dictionary, field), encoded)


def row_by_row(different: Parsed, encoded: pa.DictionaryArray) -> Parsed:
    """What the different texts mean, for each row."""
    places = encoded.indices.to_numpy()
    values = pd.Series(different.values.array.take(places))
    return Parsed(values, {code: mask[places] for code, mask in different.reasons.items()})


def recurs(texts: pa.ChunkedArray | pa.Array) -> bool:
    """Whether most texts of a sample stand in it more than once. Speed only: no value depends on it."""
    sample = texts.slice(len(texts) // 3, 4000)
    written = sample.filter(pc.greater(pc.binary_length(sample), 0))
    return len(written.unique()) * 2 < len(written) or not len(written)


def parse_texts(texts: pa.Array, field: Field) -> Parsed:
    """The values of texts as they stand in cells."""
    texts, odd = cleaned(texts)
    useless: Reasons = {
        "registry.spreadsheet_error": formula_errors(texts),
        "registry.cell_too_long": to_mask(pc.greater(pc.binary_length(texts), LONGEST_CELL)),
    }
    meanings = meanings_of(field)
    kept = frozenset[str]().union(*meanings.values())
    if field.kind == "flag" and not (set(map(fold_word, unique_short(texts))) & meanings["has"]):
        kept -= meanings["no_beside_has"]
    empty = np.logical_or.reduce([blank_cells(texts, kept), *useless.values()])
    if field.kind in WRITTEN:
        parsed = parse_written(texts, empty, field)
        if odd is not None:
            parsed = without_lost_letters(parsed, texts, odd)
    else:
        parsed = parse_typed(texts, empty, field)
    reasons = {code: mask for code, mask in (parsed.reasons | useless).items() if mask.any()}
    return Parsed(parsed.values, reasons)


def parse_written(texts: pa.Array, empty: NDArray[np.bool_], field: Field) -> Parsed:
    """Text and codes, which stay texts: they are never copied cell by cell."""
    written, reasons = WRITTEN[field.kind](texts, field)
    reasons = {code: mask & ~empty for code, mask in reasons.items()}
    blank = np.logical_or.reduce([empty, *reasons.values()])
    return Parsed(as_series(blanked(written, blank) if blank.any() else written), reasons)


def blanked(texts: pa.Array, blank: NDArray[np.bool_]) -> pa.Array:
    """Texts that are null where `blank` is true, none of them copied."""
    if texts.offset:
        return pc.if_else(to_bits(blank), pa.scalar(None, texts.type), texts)
    said = to_bits(~blank & to_mask(texts.is_valid()) if texts.null_count else ~blank)
    return pa.Array.from_buffers(texts.type, len(texts), [said.buffers()[1], *texts.buffers()[1:]])


def without_lost_letters(parsed: Parsed, texts: pa.Array, odd: pa.Array) -> Parsed:
    """Texts in which an earlier conversion put U+FFFD for a letter it did not have are blank."""
    lost = to_mask(odd)
    lost[lost] = to_mask(pc.match_substring(texts.filter(odd), "\ufffd"))
    if not lost.any():
        return parsed
    return Parsed(parsed.values.mask(lost), {**parsed.reasons, "registry.lost_letters": lost})


def plain_reals(texts: pa.Array, field: Field) -> Parsed | None:
    """The numbers of a column in which every filled cell is one, written the common way, else None: a way
    to read it cell by cell is then wanted. In coordinates a comma is a decimal mark.
    """
    if field.name in COORDINATES:
        texts = with_points(texts)
    try:
        values = pc.cast(blanked(texts, sizes_of(texts) == 0), pa.float64())
    except pa.ArrowInvalid:
        return None
    if not pc.all(pc.is_finite(values)).as_py():
        return None
    return Parsed(pd.Series(values.to_numpy(zero_copy_only=False)), {})


def with_points(texts: pa.Array) -> pa.Array:
    """Texts with a point for every comma."""
    if not (letters_of(texts) == ord(",")).any():
        return texts
    *where, letters = texts.buffers()
    written = np.frombuffer(letters, np.uint8).copy()
    written[written == ord(",")] = ord(".")
    return pa.Array.from_buffers(texts.type, len(texts), [*where, pa.py_buffer(written)], offset=texts.offset)


def parse_typed(texts: pa.Array, empty: NDArray[np.bool_], field: Field) -> Parsed:
    """Values of another type than text, read from the cells that say something."""
    values, reasons = READERS[field.kind](texts.filter(to_bits(~empty)), field)
    spread = {code: spread_mask(mask, ~empty) for code, mask in reasons.items() if mask.any()}
    places = np.full(len(texts), -1, dtype=np.int64)
    places[~empty] = np.arange(len(values))
    places[np.logical_or.reduce([empty, *spread.values()])] = -1
    typed = pd.Series(values, dtype=DTYPES[field.kind]).array
    return Parsed(pd.Series(typed.take(places, allow_fill=True)), spread)


def meanings_of(field: Field) -> Mapping[str, frozenset[str]]:
    """The words that mean something in a field; whether a person is disabled is also said in words."""
    meanings = words().get(field.kind, {})
    if field.kind != "flag" or field.name != "disabled":
        return meanings
    said = words()["disability"]
    return {**meanings, "yes": meanings["yes"] | said["yes"], "no": meanings["no"] | said["no"]}


def spread_mask(mask: NDArray[np.bool_], where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A mask over the marked rows as a mask over all rows."""
    full = np.zeros(len(where), dtype=bool)
    full[where] = mask
    return full


def unique_short(texts: pa.Array) -> list[str]:
    """The different short texts of a column of words."""
    return [text for text in texts.unique().to_pylist()[:500] if text and len(text) < 20]


def read_text(texts: pa.Array, _field: Field) -> tuple[pa.Array, Reasons]:
    """Text as it stands."""
    return texts, {}


def read_code(texts: pa.Array, field: Field) -> tuple[pa.Array, Reasons]:
    """A code kept as written, with western digits; one that a spreadsheet made a number is repaired."""
    if field.name != "phone":
        return repaired(western_digits(texts))
    other = ~as_dialled(texts)
    if not other.any():
        return texts, {}
    written, reasons = phone_numbers(western_digits(texts.filter(to_bits(other))))
    spread = {code: spread_mask(mask, other) for code, mask in reasons.items()}
    return pc.replace_with_mask(texts, to_bits(other), written), spread


def repaired(texts: pa.Array) -> tuple[pa.Array, Reasons]:
    """Codes with what a spreadsheet made of them undone: 2055551234.0 and 2.055551234E+9."""
    letters = letters_of(texts)
    if not ((letters == ord(".")) | (letters == ord("+"))).any():
        return texts, {}
    dotted = pc.match_substring_regex(texts, r"^[0-9]+\.0*$")
    if pc.any(dotted).as_py():
        whole = pc.replace_substring_regex(texts.filter(dotted), r"\.0*$", "")
        texts = pc.replace_with_mask(texts, dotted, whole)
    as_float = matches(texts, r"^[0-9]+([.,][0-9]+)?[eE]\+[0-9]{1,2}$")
    if not as_float.any():
        return texts, {}
    whole = [whole_digits(text) for text in texts.filter(pa.array(as_float)).to_pylist()]
    lost = spread_mask(np.array([text is None for text in whole], dtype=bool), as_float)
    written = pa.array([text or "" for text in whole], pa.string())
    return pc.replace_with_mask(texts, pa.array(as_float), written), {"registry.digits_lost": lost}


def as_dialled(texts: pa.Array) -> NDArray[np.bool_]:
    """Which texts are blank or a number as it is dialled in the country."""
    length, digits = pc.binary_length(texts), pc.ascii_is_decimal(texts)
    found = pc.equal(length, 0)
    for start, count in AS_DIALLED:
        whole = pc.and_(pc.starts_with(texts, start), pc.equal(length, count))
        found = pc.or_(found, pc.and_(digits, whole))
    return to_mask(found)


def phone_numbers(texts: pa.Array) -> tuple[pa.Array, Reasons]:
    """Digits only, Lao numbers as dialled in the country: 020 and 8 digits, 030 and 7 digits."""
    texts, reasons = repaired(texts)
    texts = pc.replace_substring_regex(texts, r"[\s().\-/]", "")
    texts = pc.replace_substring_regex(texts, rf"^(?:\+|00)?8560?({LAO_NUMBER})$", r"0\1")
    texts = pc.replace_substring_regex(texts, r"^(20[0-9]{8}|30[0-9]{7})$", r"0\1")
    return texts, {**reasons, "registry.bad_phone": ~matches(texts, r"^\+?[0-9]{6,15}$")}


def read_count(texts: pa.Array, field: Field) -> tuple[pd.Series, Reasons]:
    """People: 0 to 99, at least 1 member; or completed years."""
    texts = without_unit(western_digits(texts), "years" if field.name == "head_age" else "people")
    values, bad, broken = whole_numbers(texts)
    least = 1 if field.name == "members" else 0
    outside = ~bad & ~broken & ((values < least) | (values > MOST_PEOPLE))
    values[outside] = 0  # blank in the end; what it was may not fit the type
    return pd.Series(values), {
        "registry.bad_number": bad,
        "registry.not_whole": broken,
        "registry.out_of_range": outside,
    }


def without_unit(texts: pa.Array, unit: str) -> pa.Array:
    """Numbers without the word for what they count, which may stand behind them."""
    names = "|".join(re.escape(word) for word in sorted(words()["unit"][unit], key=len, reverse=True))
    return pc.replace_substring_regex(texts, rf"(?i)^([0-9][0-9.,]*)\s*(?:{names})$", r"\1")


def read_kip(texts: pa.Array, _field: Field) -> tuple[pd.Series, Reasons]:
    """Whole kip, not negative."""
    values, bad, broken = whole_numbers(western_digits(texts))
    outside = ~bad & ~broken & (values < 0)
    return pd.Series(values), {
        "registry.bad_number": bad,
        "registry.not_whole": broken,
        "registry.out_of_range": outside,
    }


def read_real(texts: pa.Array, field: Field) -> tuple[pd.Series, Reasons]:
    """A number with decimals; in coordinates the comma is always a decimal mark."""
    texts = western_digits(texts)
    if field.name in COORDINATES:
        if not matches(texts, r"^[0-9]+\.[0-9]+$").all():
            texts = pc.replace_substring_regex(texts, r"^([+-]?[0-9]{1,3}),([0-9]+)$", r"\1.\2")
            texts = pc.replace_substring_regex(texts, r"\s*°?\s*[NE]?$", "")
        values, bad = real_numbers(texts, "point")
    elif field.name == "age":
        values, bad = ages(texts)
    else:
        values, bad = real_numbers(texts, decimal_mark(texts))
    return pd.Series(values), {"registry.bad_number": bad}


def ages(texts: pa.Array) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(years, not understood) of ages: 35, 35 ປີ, 8 ເດືອນ."""
    bare = without_unit(texts, "months")
    of_months = to_mask(pc.not_equal(bare, texts))
    numbers = without_unit(bare, "years")
    values, bad = real_numbers(numbers, decimal_mark(numbers))
    return np.where(of_months, values / 12, values), bad


def read_flag(texts: pa.Array, field: Field) -> tuple[pd.Series, Reasons]:
    """Yes or no; in a column of counts that has both 0 and more than 1, one or more is yes."""
    meanings = meanings_of(field)
    folded = fold_texts(texts)
    yes = is_one_of(folded, meanings["yes"])
    no = is_one_of(folded, meanings["no"] | meanings["no_beside_has"])
    counts = matches(folded, r"^[0-9]{1,2}$")
    if counts.any() and not (counts | yes | no).all():
        counts &= False
    if (counts & ~yes & ~no).any() and matches(folded, "^0$").any():
        yes |= counts & ~no
    return pd.Series(yes), {"registry.bad_flag": ~yes & ~no}


def read_word(texts: pa.Array, field: Field) -> tuple[pd.Series, Reasons]:
    """One of the words of the kind: sex, channel, damage."""
    folded = fold_texts(texts)
    found = np.full(len(texts), None, dtype=object)
    for meaning, known in words()[field.kind].items():
        found[is_one_of(folded, known)] = meaning
    return pd.Series(found, dtype="str"), {"registry.bad_word": pd.isna(found)}


def read_day(texts: pa.Array, _field: Field) -> tuple[pd.Series, Reasons]:
    values, bad = read_dates(western_digits(texts))
    return values, {"registry.bad_date": bad}


def fold_texts(texts: pa.Array) -> pa.Array:
    """Texts as words are compared; 1.0 and 0.0 are 1 and 0."""
    return pc.replace_substring_regex(pc.utf8_lower(western_digits(texts)), r"^([0-9]+)\.0+$", r"\1")


def is_one_of(texts: pa.Array, known: frozenset[str]) -> NDArray[np.bool_]:
    return to_mask(pc.is_in(texts, value_set=pa.array(sorted(known), pa.string())))


def as_series(texts: pa.Array) -> pd.Series:
    """An Arrow string array as a pandas column of dtype str."""
    return pd.Series(texts.to_pandas(), dtype="str")


WRITTEN = {"text": read_text, "code": read_code}
READERS = {
    "count": read_count,
    "flag": read_flag,
    "kip": read_kip,
    "number": read_real,
    "sex": read_word,
    "channel": read_word,
    "damage": read_word,
    "date": read_day,
}
