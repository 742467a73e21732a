"""Names of persons as they are compared: spellings of one script folded, and both scripts by their sounds.

Romanisation of Lao has no single rule (Somphone, Somphon, Sompon; Vongsa, Wongsa), so names in either
script are reduced to what the spellings share: classes of consonants and plain vowels. That is enough to
propose that two names are one, and never enough to say so.
"""

import re
import unicodedata
from functools import lru_cache

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_TITLE = re.compile(r"^(?:mr|mrs|ms|miss|mme|m)[.\s]+|^(?:ທ້າວ|ທ\.|ນາງສາວ|ນາງ|ນ\.|ທ່ານ)\s*")
_ROMAN_TITLE = re.compile(r"^(?:thao|nang\s?sao|nang)(?=\s?[^aeiou\s])\s*")
_LIGATURES = (("ຫລ", "ຫຼ"), ("ຫນ", "ໜ"), ("ຫມ", "ໝ"), ("\u0ecd\u0eb2", "\u0eb3"))
_APART = r"[\s.,'-]+"
_LAO = re.compile("[\u0e80-\u0eff]")

_ONE = "([ກ-ຮໜໝ]ຼ?)"
_VOWEL = "[ະ-ູົຽ]"
_LAO_SYLLABLES = (
    ("[\u0ec8-\u0ecc]", ""),  # tones
    ("ຫຼ", "ລ"),
    ("ຫ(?=[ງຍນມລວຣ])", ""),
    ("ເ" + _ONE + "ົາ", r"\1ao"),
    ("ເ" + _ONE + "ືອ", r"\1ua"),
    ("ເ" + _ONE + "ັ?ຍ", r"\1ia"),
    ("ເ" + _ONE + "[ິີ]", r"\1u"),
    ("ເ" + _ONE + "າະ", r"\1o"),
    ("[ເແ]" + _ONE + "[ັະ]?", r"\1e"),
    ("ໂ" + _ONE + "ະ?", r"\1o"),
    ("[ໄໃ]" + _ONE, r"\1ai"),
    (_ONE + "ົວ", r"\1ua"),
    (_ONE + f"ວ(?=[ກ-ຬຮໜໝ](?!{_VOWEL}))", r"\1ua"),
    (f"ອ(?={_VOWEL})", ""),
)
_LAO_RULES = tuple((re.compile(written), sound) for written, sound in _LAO_SYLLABLES)
_LAO_SOUNDS = str.maketrans(
    {
        **dict.fromkeys("ກຂຄ", "k"), "ງ": "g", "ຈ": "c", **dict.fromkeys("ສຊ", "s"),
        **dict.fromkeys("ຍຢ", "i"), **dict.fromkeys("ດຕຖທ", "t"), **dict.fromkeys("ນໜ", "n"),
        **dict.fromkeys("ບປຜພ", "p"), **dict.fromkeys("ຝຟ", "f"), **dict.fromkeys("ມໝ", "m"),
        **dict.fromkeys("ຣລຼ", "l"), "ວ": "v", **dict.fromkeys("ຫຮ", "h"), "ອ": "o", "ຽ": "ia",
        **dict.fromkeys("ະັາ", "a"), "ຳ": "am", **dict.fromkeys("ິີ", "i"),
        **dict.fromkeys("ຶືຸູ", "u"), **dict.fromkeys("ົໍໂ", "o"), **dict.fromkeys("ເແ", "e"),
        "ໄ": "ai", "ໃ": "ai",
    }
)  # fmt: skip
_ROMAN_SPELLINGS = (
    ("ng", "\x00"), ("(?:nh|gn)(?=[^aeiouy]|$)", "n"), ("nh|gn", "i"), ("x|sh|z", "s"), ("ck|q|kh", "k"),
    ("ch|j", "c"), ("ph|b", "p"), ("th|d", "t"), ("g", "k"), ("\x00", "g"), ("w", "v"), ("r", "l"),
    ("y", "i"), ("ou|oo|eu|ue", "u"), ("ae|ea|ee", "e"), ("ie", "ia"), ("one(?=[^aeiou])", "on"),
    ("(?<=[^aeiou])e$", ""),
)  # fmt: skip
_ROMAN_RULES = tuple((re.compile(written), sound) for written, sound in _ROMAN_SPELLINGS)
_DOUBLED = re.compile(r"(.)\1+")
_V_AT_THE_END = re.compile("v(?=[^aeiou]|$)")
"""The last sound of Keo and Dao, which Lao writes like the first of Vong."""


def fold_person(name: str) -> str:
    """
    >>> fold_person("ທ້າວ ຫຼ້າ ພອນ") == fold_person("ຫລ້າພອນ")
    True
    """
    text = _TITLE.sub("", name.lower().strip())
    for written, meant in _LIGATURES:
        text = text.replace(written, meant)
    return re.sub(_APART, "", text)


def folded_names(names: pd.Series) -> list[str]:
    """Names as `fold_person` gives them, '' where blank; many at a time."""
    texts = pc.fill_null(pa.array(names.array, pa.string()), "")
    texts = pc.replace_substring_regex(pc.utf8_trim_whitespace(pc.utf8_lower(texts)), _TITLE.pattern, "")
    for written, meant in _LIGATURES:
        texts = pc.replace_substring(texts, written, meant)
    folded: list[str] = pc.replace_substring_regex(texts, _APART, "").to_pylist()
    return folded


@lru_cache(maxsize=1 << 16)
def sound_of(name: str) -> str:
    """A name in either script by its sounds, '' where nothing is left of it.

    >>> sound_of("ສົມພອນ ວົງສາ"), sound_of("Somphone VONGSA"), sound_of("Sompon Wongsa")
    ('sompon vogsa', 'sompon vogsa', 'sompon vogsa')
    """
    text = unicodedata.normalize("NFC", name).lower().strip()
    text = _ROMAN_TITLE.sub("", _TITLE.sub("", text))
    for written, meant in _LIGATURES:
        text = text.replace(written, meant)
    return " ".join(filter(None, (sound_of_word(word) for word in re.split(_APART, text))))


@lru_cache(maxsize=1 << 16)
def sound_of_word(word: str) -> str:
    """One word of a name by its sounds."""
    if _LAO.search(word):
        for written, sound in _LAO_RULES:
            word = written.sub(sound, word)
        word = word.translate(_LAO_SOUNDS)
    else:
        word = "".join(letter for letter in unicodedata.normalize("NFD", word) if letter.isalpha())
        for written, sound in _ROMAN_RULES:
            word = written.sub(sound, word)
    return _DOUBLED.sub(r"\1", _V_AT_THE_END.sub("o", word))
