"""What one combination of texts says of the district. Codes join; names only propose."""

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from shockplan.areas import (
    Gazetteer,
    district_code,
    fold_name,
    nso_code,
    suggest_districts,
    suggest_provinces,
)
from shockplan.registry.place_decisions import PlaceDecisions

NEAR_ENOUGH = 70.0
"""rapidfuzz ratio (0-100) of folded names from which a district is proposed."""

P_CODE_LIKE = re.compile(r"la[\s_.-]*\d{2,8}", re.IGNORECASE)
_CODE = r"(?P<code>la[\s_.-]?\d{3,4}|\d{3,4})"
CODE_FIRST = re.compile(_CODE + r"[\s:;,/|)\]–—-]+(?P<name>[^\W\d_].*)", re.IGNORECASE)
# a name may end in a Lao vowel sign, which is no letter to a regular expression
CODE_LAST = re.compile(
    r"(?P<name>\D*(?:[^\W\d_]|[\u0eb1-\u0ecd]))[\s:;,/|(\[–—-]+" + _CODE + r"[)\]]?", re.IGNORECASE
)
"""A code and a name in one cell, in either order."""


class How(IntEnum):
    """What a row's district rests on."""

    UNKNOWN = 0
    P_CODE = 1
    NSO_TABLE = 2  # the statistics office's code, by table
    DIGITS = 3  # bare digits that mean the same district in both code systems
    DIGITS_AND_NAME = 4  # digits in two senses, settled by the name beside them
    DECISION = 5  # a person decided this text
    KNOWN_NAME = 6  # a person accepted known spellings


@dataclass(frozen=True, slots=True)
class Candidate:
    """A district that a text may mean: `score` 0-100; `why` is the code of a sentence."""

    pcode: str
    score: float
    why: str


class Texts(NamedTuple):
    """One combination of texts as the extract has it, '' where blank."""

    district: str
    district_nso: str
    district_name: str
    province_name: str


class Answer(NamedTuple):
    pcode: str | None
    how: How
    text: str = ""
    reason: str = ""  # why it is not answered
    candidates: tuple[Candidate, ...] = ()
    doubts: tuple[str, ...] = ()  # codes of disagreements


def understand(texts: Texts, gazetteer: Gazetteer, decisions: PlaceDecisions) -> Answer:
    """One combination understood, or why it cannot be and what it may mean."""
    text = texts.district or texts.district_nso or texts.district_name
    decided = decisions.districts.get((text, texts.province_name)) or decisions.districts.get((text, ""))
    if decided:
        return Answer(decided, How.DECISION, text)
    if not text:
        return Answer(None, How.UNKNOWN)
    code, beside = _code_and_name(text)
    said = texts._replace(district_name=texts.district_name or beside)
    if not texts.district and texts.district_nso:
        answer = _from_nso(said, code, gazetteer)
    else:
        answer = _from_code(said, code, gazetteer, decisions)
    if answer is None:
        answer = _from_name(texts, text, gazetteer, decisions)
    elif answer.pcode:
        answer = answer._replace(doubts=_doubts(answer.pcode, said, gazetteer))
    return answer._replace(text=text)


def _code_and_name(text: str) -> tuple[str, str]:
    """'LA1703 - Sanamxay' and 'Sanamxay (1703)' in their parts; other text as it is, without a name."""
    if P_CODE_LIKE.fullmatch(text):  # 'La 1803' is a code, not the district La with digits
        return text, ""
    match = CODE_FIRST.fullmatch(text) or CODE_LAST.fullmatch(text)
    return (match["code"], match["name"]) if match else (text, "")


def _from_code(texts: Texts, text: str, gazetteer: Gazetteer, decisions: PlaceDecisions) -> Answer | None:
    """The district column read as a code; None where its text is a name."""
    pcode = district_code(text, gazetteer)
    if pcode:
        return Answer(pcode, How.P_CODE, text)
    if nso_code(text):
        return _from_digits(texts, text, gazetteer, decisions)
    if re.fullmatch(r"LAO\.\d+(\.\d+)?_\d+", text, re.IGNORECASE):
        return Answer(None, How.UNKNOWN, text, "places.other_codes")
    if P_CODE_LIKE.fullmatch(text):
        near = _name_candidates(texts.district_name, texts.province_name, gazetteer)
        return Answer(None, How.UNKNOWN, text, "places.unknown_code", near)
    return None


def _from_digits(texts: Texts, text: str, gazetteer: Gazetteer, decisions: PlaceDecisions) -> Answer:
    """Bare digits: the statistics office's code or a P-code without letters, who knows."""
    digits = nso_code(text) or ""
    office, letters = gazetteer.nso.get(digits), district_code(f"LA{digits}", gazetteer)
    if decisions.digits == "nso" and office:
        return Answer(office, How.NSO_TABLE, text)
    if decisions.digits == "pcode" and letters:
        return Answer(letters, How.DIGITS, text)
    senses = tuple(code for code in dict.fromkeys((office, letters)) if code)
    if len(senses) == 1:
        return Answer(senses[0], How.DIGITS, text)
    if not senses:
        near = _name_candidates(texts.district_name, texts.province_name, gazetteer)
        return Answer(None, How.UNKNOWN, text, "places.unknown_code", near)
    named = set(suggest_districts(texts.district_name, gazetteer)) & set(senses)
    if len(named) == 1:
        return Answer(named.pop(), How.DIGITS_AND_NAME, text)
    why = ("places.why_nso", "places.why_pcode")
    both = tuple(Candidate(code, 50.0, reason) for code, reason in zip(senses, why, strict=True))
    return Answer(None, How.UNKNOWN, text, "places.two_code_systems", both)


def _from_nso(texts: Texts, text: str, gazetteer: Gazetteer) -> Answer | None:
    """A column stated to hold the statistics office's codes: by table; a name settles the two senses."""
    digits = nso_code(text)
    if digits is None:
        return None
    office = gazetteer.nso.get(digits)
    if office is None:
        near = _name_candidates(texts.district_name, texts.province_name, gazetteer)
        return Answer(None, How.UNKNOWN, text, "places.unknown_code", near)
    if digits in gazetteer.contested_nso and texts.district_name:
        named = set(suggest_districts(texts.district_name, gazetteer))
        other = district_code(f"LA{digits}", gazetteer)
        if other in named and office not in named:
            return Answer(other, How.DIGITS_AND_NAME, text)
    return Answer(office, How.NSO_TABLE, text)


def _from_name(texts: Texts, text: str, gazetteer: Gazetteer, decisions: PlaceDecisions) -> Answer:
    """A name alone: exact spellings propose; they are taken only where a person said so."""
    known = _name_candidates(text, texts.province_name, gazetteer)
    if len(known) == 1 and decisions.accept_known_names:
        return Answer(known[0].pcode, How.KNOWN_NAME, text)
    if not known:
        beside = _name_candidates(texts.district_name, texts.province_name, gazetteer)
        return Answer(None, How.UNKNOWN, text, "places.name_unknown", beside)
    return Answer(None, How.UNKNOWN, text, "places.homonym" if len(known) > 1 else "places.name_only", known)


def _name_candidates(name: str, province: str, gazetteer: Gazetteer) -> tuple[Candidate, ...]:
    """Districts with exactly that known spelling, within the province where it is said."""
    provinces = suggest_provinces(province, gazetteer) if province else ()
    codes = suggest_districts(name, gazetteer) if name else ()
    inside = tuple(code for code in codes if not provinces or code[:4] in provinces)
    return tuple(Candidate(code, 100.0, "places.why_spelling") for code in inside)


def _doubts(pcode: str, texts: Texts, gazetteer: Gazetteer) -> tuple[str, ...]:
    """What the row says beside the code and against it. The code stands; the row is shown."""
    doubts = []
    named = suggest_districts(texts.district_name, gazetteer) if texts.district_name else ()
    if named and pcode not in named:
        doubts.append("places.name_disagrees")
    provinces = suggest_provinces(texts.province_name, gazetteer) if texts.province_name else ()
    if provinces and pcode[:4] not in provinces:
        doubts.append("places.province_disagrees")
    digits = nso_code(texts.district_nso) if texts.district else None
    if digits and digits not in gazetteer.contested_nso and gazetteer.nso.get(digits, pcode) != pcode:
        doubts.append("places.nso_disagrees")
    return tuple(doubts)


def near_districts(name: str, province: str, gazetteer: Gazetteer, limit: int = 3) -> tuple[Candidate, ...]:
    """The districts whose known spellings are nearest to a name, within the right province if it is said."""
    provinces = suggest_provinces(province, gazetteer) if province else ()
    spellings = _spellings(gazetteer, provinces)
    found = process.extract(
        fold_name(name), list(spellings), scorer=fuzz.ratio, limit=4 * limit, score_cutoff=NEAR_ENOUGH
    )
    best: dict[str, float] = {}
    for spelling, score, _ in found:
        for code in spellings[spelling]:
            best.setdefault(code, round(score, 1))
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Candidate(code, score, "places.why_near") for code, score in ranked[:limit])


@cache
def _spellings(gazetteer: Gazetteer, provinces: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Folded spelling -> districts, those of some provinces or all."""
    kept = {
        name: tuple(code for code in codes if not provinces or code[:4] in provinces)
        for name, codes in gazetteer.names.items()
    }
    return {name: codes for name, codes in kept.items() if codes}
