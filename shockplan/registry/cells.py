"""Cells as text, cleaned: NFC, no hidden characters, no stray spaces; and which cells say nothing."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shockplan.bundled import bundled

HIDDEN = "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
SPACES = r"[\s\x00-\x1f\x7f\p{Z}]+"
UNCLEAN = r"[^\x20-\x7e\x{0e81}-\x{0edf}]|  |[\x{0ec8}-\x{0ecb}\x{0eb8}\x{0eb9}][\x{0eb8}-\x{0eba}]"
"""What plain Latin and Lao text does not have: other letters, doubled spaces, and Lao marks in another
order than NFC (a tone before a vowel below). All other Lao text is NFC as it stands."""

DIGITS = str.maketrans("໐໑໒໓໔໕໖໗໘໙๐๑๒๓๔๕๖๗๘๙٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９", "0123456789" * 5)
OTHER_DIGITS = "[໐-໙๐-๙٠-٩۰-۹０-９]"
SPREADSHEET_ERROR = r"^#(REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$"
WIDE = 0xE0
"""The first byte, in UTF-8, of the letters from U+0800 to U+0FFF."""

RUN = 32
"""So many texts are looked at in one go for what few of them hold."""

LONGEST_CELL = 1000
"""A longer cell is no value of a field; it is refused so that it cannot fill memory or a page."""


@cache
def words() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Kind -> meaning -> folded words, from data/parameters/values.toml; kind "" holds the blanks."""
    listed = tomllib.loads(bundled("parameters", "values.toml").read_text(encoding="utf-8"))
    meanings = {
        kind: {meaning: frozenset(fold_word(word) for word in found) for meaning, found in table.items()}
        for kind, table in listed.items()
        if isinstance(table, dict)
    }
    return {"": {"blank": frozenset(listed["blank"])}, **meanings}


def fold_word(text: str) -> str:
    """A word as it is compared."""
    return re.sub(HIDDEN, "", text).strip().casefold()


def clean(texts: pa.Array) -> pa.Array:
    """Texts in NFC without hidden characters, runs of space as one space, none at the ends."""
    return cleaned(texts)[0]


def cleaned(texts: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    """(texts as `clean` gives them, which had letters beside plain Latin and Lao; None: none of them)."""
    texts = trimmed(texts)
    if is_plain_ascii(texts):
        return texts, None
    odd = which_hold(texts, UNCLEAN)
    if odd is None:
        return texts, None
    strange = pc.replace_substring_regex(texts.filter(odd), HIDDEN, "")
    strange = pc.utf8_normalize(strange, form="NFC")  # of marks that a hidden character kept apart too
    strange = pc.utf8_trim_whitespace(pc.replace_substring_regex(strange, SPACES, " "))
    return pc.replace_with_mask(texts, odd, strange), odd


def blank_cells(texts: pa.Array, kept: frozenset[str] = frozenset()) -> NDArray[np.bool_]:
    """Which cleaned texts say nothing: '', "NaN", "-", "n/a", ບໍ່ມີ. `kept` are words with a meaning."""
    known = [word for word in words()[""]["blank"] if word and fold_word(word) not in kept]
    sizes, letters, places = sizes_of(texts), letters_of(texts), bounds_of(texts)[:-1]
    found = np.asarray((sizes == 0) & to_mask(texts.is_valid()))
    if not len(letters) or not known:
        return found
    # a text is compared with the words only where its size and its first byte are those of one
    may_size, may_begin = np.zeros(LONGEST_CELL + 1, dtype=bool), np.zeros(256, dtype=bool)
    may_size[[len(word.encode()) for word in known]] = True
    may_begin[[word.encode()[0] for word in known]] = True
    doubtful = np.flatnonzero(may_size[np.minimum(sizes, LONGEST_CELL)])
    doubtful = doubtful[may_begin[letters[places[doubtful] - places[0]]]]
    said = pa.array(known, texts.type)
    found[doubtful] |= to_mask(pc.is_in(texts.take(pa.array(doubtful)), value_set=said))
    return found


def western_digits(texts: pa.Array) -> pa.Array:
    """Texts with Lao, Thai, Arabic and wide digits as 0-9."""
    if is_ascii(letters_of(texts)):
        return texts
    other = which_hold(texts, OTHER_DIGITS)
    if other is None:
        return texts
    written = [text.translate(DIGITS) for text in texts.filter(other).to_pylist()]
    return pc.replace_with_mask(texts, other, pa.array(written, pa.string()))


def which_hold(texts: pa.Array, pattern: str) -> pa.Array | None:
    """(n,) which texts hold a match of `pattern` (RE2, without ^ and $), None where no text does.

    Looked for in runs of texts as they stand one behind the other, then text by text in the runs that hold
    one: a pattern that little matches costs a tenth. A match over a seam only makes a run looked at.
    """
    letters = texts.buffers()[2]
    if letters is None or not len(texts):
        return None
    places = bounds_of(texts)
    seams = pa.py_buffer(np.r_[places[:-1:RUN], places[-1]])
    runs = pa.Array.from_buffers(texts.type, -(-len(texts) // RUN), [None, seams, letters])
    looked = np.repeat(matches(runs, pattern), RUN)[: len(texts)]
    if not looked.any():
        return None
    looked[looked] = matches(texts.filter(to_bits(looked)), pattern)
    return to_bits(looked) if looked.any() else None


def bounds_of(texts: pa.Array) -> NDArray[np.integer]:
    """(n + 1,) where each text begins in the letters of an Arrow string array, and where the last ends."""
    ends = texts.buffers()[1]
    if ends is None:
        return np.zeros(1, dtype=np.int32)
    places: NDArray[np.integer] = np.frombuffer(
        ends, np.dtype(np.int64 if pa.types.is_large_string(texts.type) else np.int32)
    )
    return places[texts.offset : texts.offset + len(texts) + 1]


def sizes_of(texts: pa.Array) -> NDArray[np.integer]:
    """(n,) the bytes of each text, of null those that stand under it."""
    places = bounds_of(texts)
    return places[1:] - places[:-1]


def letters_of(texts: pa.Array) -> NDArray[np.uint8]:
    """The bytes of all texts of an Arrow string array, one text behind the other."""
    data = texts.buffers()[2]
    if data is None or not len(texts):
        return np.zeros(0, dtype=np.uint8)
    places = bounds_of(texts)
    return np.frombuffer(data, np.uint8)[places[0] : places[-1]]


def trimmed(texts: pa.Array) -> pa.Array:
    """Texts without space at their ends: the same array where none has any, for a copy of a million texts
    takes longer than a look at their ends."""
    return pc.utf8_trim_whitespace(texts) if may_have_space_at_ends(texts) else texts


def may_have_space_at_ends(texts: pa.Array) -> bool:
    """False where every text begins and ends with a printed ASCII letter, or one of the scripts whose first
    byte is E0, Lao and Thai among them: none of these is space."""
    letters = letters_of(texts)
    if texts.null_count or not len(letters):
        return bool(texts.null_count)
    if not (may_hold_space(letters[:4096]) or may_hold_space(letters)):  # most names show it at once
        return False
    places = bounds_of(texts)
    places = places - places[0]
    blank = places[1:] == places[:-1]
    first = letters[np.minimum(places[:-1], len(letters) - 1)]
    if not (is_printed_ascii(first) | (first == WIDE) | blank).all():
        return True
    last = letters[places[1:] - 1]
    other = ~(is_printed_ascii(last) | blank)
    # it ends a letter of more than one byte: of three, where the third last is E0
    return bool(other.any()) and not bool((letters[places[1:][other] - 3] == WIDE).all())


def may_hold_space(letters: NDArray[np.uint8]) -> bool:
    """False where no byte is that of space in ASCII, or begins one of the blocks that hold any: U+0085 and
    U+00A0, or U+1000 to U+3FFF."""
    plain = letters > 0x20
    plain &= letters != 0x7F
    plain &= letters != 0xC2
    plain &= letters - np.uint8(0xE1) > 0xE3 - 0xE1
    return not bool(plain.all())


def is_printed_ascii(letters: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return letters - np.uint8(0x21) <= 0x7E - 0x21


def is_plain_ascii(texts: pa.Array) -> bool:
    """Whether trimmed texts hold only ASCII that is shown, and no doubled space: looked at byte by byte,
    many times faster than by a regular expression."""
    letters = letters_of(texts)
    for some in (letters[:4096], letters):  # Lao text shows itself at once
        if (some - np.uint8(0x20) > 0x7E - 0x20).any():
            return False
    space = letters == 0x20
    return not bool((space[1:] & space[:-1]).any())


def is_ascii(letters: NDArray[np.uint8]) -> bool:
    return not len(letters) or int(letters.max()) < 0x80


def formula_errors(texts: pa.Array) -> NDArray[np.bool_]:
    """Which texts are the error of a formula, like #REF!."""
    if not pc.any(pc.starts_with(texts, "#")).as_py():
        return np.zeros(len(texts), dtype=bool)
    return matches(texts, SPREADSHEET_ERROR)


def matches(texts: pa.Array, pattern: str) -> NDArray[np.bool_]:
    """Which texts match a regular expression (RE2)."""
    return to_mask(pc.match_substring_regex(texts, pattern))


def to_mask(array: pa.Array | pa.ChunkedArray) -> NDArray[np.bool_]:
    """An Arrow boolean array as numpy, null as False."""
    array = pc.fill_null(array, False)
    if isinstance(array, pa.ChunkedArray):
        return np.concatenate([np.zeros(0, dtype=bool), *map(to_mask, array.chunks)])
    bits = array.buffers()[1]
    if bits is None:
        return np.zeros(0, dtype=bool)
    first = array.offset // 8
    some = np.frombuffer(bits, np.uint8)[first : (array.offset + len(array) + 7) // 8]
    start = array.offset - first * 8
    return np.unpackbits(some, bitorder="little")[start : start + len(array)].view(bool)


def to_bits(mask: NDArray[np.bool_]) -> pa.BooleanArray:
    """The opposite: a numpy mask for Arrow, which takes longer over it by itself."""
    bits = pa.py_buffer(np.packbits(mask, bitorder="little"))
    return pa.Array.from_buffers(pa.bool_(), len(mask), [None, bits])
