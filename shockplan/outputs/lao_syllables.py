"""Where a line of Lao text may break: between syllables, since Lao writes no spaces between words.

The rules give a break only where the spelling leaves no doubt that a new syllable starts; where two
readings are possible (is this consonant the end of one syllable or the head of a cluster?) there
is none. A missed break costs a little white space, a wrong one a word nobody can read.
"""

import re

LEADING = "ເແໂໃໄ"  # vowels written before their consonant
CONSONANTS = "ກຂຄຆງຈຉຊຌຍຎຏຐຑຒຓດຕຖທຘນບປຜຝພຟຠມຢຣລວຨຩສຫຬອຮໜໝໞໟ"
SIGNS = "ະັາຳິີຶືຸູົຽໍ"  # vowels written above, below or after
TONES = "່້໊໋"
FOLLOWING = "ຼ໌ໆຯ໎຺"  # never start anything
NEVER_FINAL = "ຂຄສຊຖທຜຝພຟຫຮຢປຕຈໜໝ"
CLUSTER_SECONDS = {
    "ຫ": "ງຍນມລຣວຢ",
    **dict.fromkeys("ກຂຄປພຜ", "ວລຣ"),
    **dict.fromkeys("ຈສຊຍທຖຕລອຮ", "ວຣ"),
    **dict.fromkeys("ບຟດ", "ລຣ"),
}
_CHARACTER = re.compile("[\u0e80-\u0eff]")
_DIGIT = "0123456789໐໑໒໓໔໕໖໗໘໙"
_OPENING = "([{“‘«"
_CLOSING = ")]}”’».,;:!?%…/-–·"


def breaks(text: str) -> list[int]:
    """The places where a line may break: indices i such that text[:i] and text[i:] may stand apart.

    >>> text = "ສະຫວັນນະເຂດ"
    >>> [text[i:j] for i, j in zip([0, *breaks(text)], [*breaks(text), len(text)])]
    ['ສະ', 'ຫວັນ', 'ນະ', 'ເຂດ']
    """
    return [index for index in range(1, len(text)) if _may_break(text, index)]


def _may_break(text: str, index: int) -> bool:
    before, after = text[index - 1], text[index]
    if after == " " or after in _CLOSING or before in _OPENING:
        return False
    if before == " ":
        return True
    lao_before, lao_after = bool(_CHARACTER.match(before)), bool(_CHARACTER.match(after))
    if lao_before and lao_after:
        return _syllable_starts(text, index)
    if before in "/-–·":
        return not (after in _DIGIT and index > 1 and text[index - 2] in _DIGIT)
    return lao_before != lao_after and before not in _CLOSING and after not in FOLLOWING


def _syllable_starts(text: str, index: int) -> bool:
    """Both neighbours are Lao letters: does a syllable surely start at `index`?"""
    before, after = text[index - 1], text[index]
    if after in SIGNS + TONES + FOLLOWING or before in LEADING:
        return False
    if before in _DIGIT or after in _DIGIT:
        return before not in _DIGIT or after not in _DIGIT
    if after in LEADING:
        return True
    if before in "ະຳໆຯ":
        return True
    if after in "ໜໝ":
        return True
    return _consonant_starts(text, index)


def _consonant_starts(text: str, index: int) -> bool:
    """text[index] is a consonant after a Lao letter: a syllable's first letter beyond doubt?"""
    before, first = text[index - 1], text[index]
    if _second_of_cluster(text, index):
        return False
    if _carries_vowel(text, index):
        return True
    second = text[index + 1 : index + 2]
    in_cluster = second and second in CLUSTER_SECONDS.get(first, "")
    if in_cluster and _carries_vowel(text, index + 1):
        return first in NEVER_FINAL or before in "ະຳ"
    if second == "ຼ":
        return True
    return first in NEVER_FINAL and bool(second) and second in "ອວ" and _closes(text, index + 2)


def _second_of_cluster(text: str, index: int) -> bool:
    """May text[index] be the second consonant of a cluster that starts one letter earlier?"""
    first = text[index - 1]
    if text[index] not in CLUSTER_SECONDS.get(first, ""):
        return False
    whole = index >= 2 and text[index - 2] in "ໄໃ"  # such a vowel takes no other sign
    return not (whole and _vowel_after_tone(text, index))


def _carries_vowel(text: str, index: int) -> bool:
    """A sign or tone on a consonant makes it the head of a syllable."""
    following = text[index + 1 : index + 2]
    return bool(following) and following in SIGNS + TONES


def _vowel_after_tone(text: str, index: int) -> bool:
    rest = text[index + 1 : index + 3].lstrip(TONES)
    return bool(rest) and rest[0] in SIGNS


def _closes(text: str, index: int) -> bool:
    """Is text[index] a consonant that ends the syllable (nothing of its own hangs on it)?"""
    if index >= len(text) or text[index] not in CONSONANTS or text[index] in NEVER_FINAL:
        return False
    following = text[index + 1 : index + 2]
    return not following or following not in SIGNS + TONES + FOLLOWING + "ອວ"
