"""Which district a row of an extract means. Codes join; names only propose, and a person decides.

The work is done once for each different combination of texts: an extract of 1.3 million rows holds
a few hundred of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from shockplan.areas import (
    Gazetteer,
    district_code,
    fold_name,
    nso_code,
    suggest_districts,
    suggest_provinces,
)
from shockplan.boundaries import OLDER_DISTRICT_SETS
from shockplan.problems import Arg, InputError, Level, Problem
from shockplan.registry.place_decisions import NO_PLACE_DECISIONS, PlaceDecisions, plain_text

PLACE_COLUMNS = ("district", "district_nso", "district_name", "province_name")
"""Our names of the columns that say the district, in the order in which they are believed."""

MOST_PROPOSALS = 2000
"""Different texts that get fuzzy candidates, the most frequent first; the rest get none."""

NEAR_ENOUGH = 70.0
"""rapidfuzz ratio (0-100) of folded names from which a district is proposed."""


P_CODE_LIKE = re.compile(r"la[\s_.-]*\d{2,8}", re.IGNORECASE)
_CODE = r"(?P<code>la[\s_.-]?\d{3,4}|\d{3,4})"
CODE_FIRST = re.compile(_CODE + r"[\s:;,/|)\]–—-]+(?P<name>[^\W\d_].*)", re.IGNORECASE)
CODE_LAST = re.compile(r"(?P<name>[^\d]*[^\W\d_.])[\s:;,/|(\[–—-]+" + _CODE + r"[)\]]?", re.IGNORECASE)
"""A code and a name in one cell, in either order."""

DOUBTS = {
    "places.name_disagrees": "district_name",
    "places.province_disagrees": "province_name",
    "places.nso_disagrees": "district_nso",
}
"""What a row may say against its own code, and in which column; the code stands, the row is shown."""


LONGEST = 200
"""Letters of a cell that are looked at: no district's name is longer."""


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


@dataclass(frozen=True, slots=True)
class PlaceProposal:
    """A text that a person has to decide: what it says, where it stands, and what it may mean.

    `rows`: spreadsheet rows. `reason`: code of the sentence that says why it is asked.
    """

    text: str
    province: str
    rows: tuple[int, ...]
    candidates: tuple[Candidate, ...]
    reason: str


@dataclass(frozen=True, eq=False)
class PlaceAnswers:
    """For n rows: `district` (n,) P-code, NA unresolved; `how` (n,) int8 of How; `reason` (n,) code of
    the sentence that says why a written text gave no district, else NA; `text` (n,) what was written.

    `proposals` are ordered by how many rows wait for them. `problems` hold a row for each text that
    was written and not understood, and for each disagreement; blank rows are the reader's to report.
    """

    district: pd.Series
    how: NDArray[np.int8]
    reason: pd.Series
    text: pd.Series
    proposals: tuple[PlaceProposal, ...]
    problems: tuple[Problem, ...]


class _Texts(NamedTuple):
    """One combination of texts as the extract has it, '' where blank."""

    district: str
    district_nso: str
    district_name: str
    province_name: str


class _Answer(NamedTuple):
    pcode: str | None
    how: How
    text: str = ""
    reason: str = ""  # why it is not answered
    candidates: tuple[Candidate, ...] = ()
    doubts: tuple[str, ...] = ()  # codes of disagreements


def resolve_districts(
    columns: Mapping[str, pd.Series],
    rows: NDArray[np.int64],
    file: str,
    headings: Mapping[str, str],
    gazetteer: Gazetteer,
    decisions: PlaceDecisions = NO_PLACE_DECISIONS,
) -> PlaceAnswers:
    """The district of each row from its place columns.

    `columns`: texts (n,) under the names of PLACE_COLUMNS, those that the extract has; `rows` (n,)
    spreadsheet rows; `headings`: the extract's own name of each column. Raises InputError where the
    extract uses another set of districts than the 148.
    """
    combination, combinations = _combinations(columns, len(rows))
    answers = [_answer(texts, gazetteer, decisions) for texts in combinations]
    _refuse_other_sets(answers, file, headings)
    rows_of = _rows_by_combination(combination, rows, len(combinations))
    answers = _with_near_names(combinations, answers, rows_of, gazetteer)
    how = np.array([answer.how for answer in answers], dtype=np.int8)
    return PlaceAnswers(
        district=_spread([answer.pcode for answer in answers], combination),
        how=how[combination] if len(how) else np.zeros(len(rows), dtype=np.int8),
        reason=_spread([answer.reason or None for answer in answers], combination),
        text=_spread([answer.text for answer in answers], combination),
        proposals=_proposals(combinations, answers, rows_of),
        problems=_problems(combinations, answers, rows_of, file, headings),
    )


def _combinations(columns: Mapping[str, pd.Series], count: int) -> tuple[NDArray[np.int64], list[_Texts]]:
    """(n,) number of each row's combination, and the different combinations."""
    number = np.zeros(count, dtype=np.int64)
    per_column: list[tuple[NDArray[np.int64], list[str]]] = []
    for name in PLACE_COLUMNS:
        if name in columns:
            places, uniques = pd.factorize(columns[name].astype("str").fillna(""))
            texts = [plain_text(str(text)[:LONGEST])[:LONGEST] for text in uniques]
        else:
            places, texts = np.zeros(count, dtype=np.int64), [""]
        per_column.append((places, texts))
        # numbered anew after each column, so that the product of sizes cannot overflow
        number = pd.factorize(number * max(1, len(texts)) + places)[0]
    first = np.unique(number, return_index=True)[1]
    combinations = [_Texts(*(texts[places[row]] for places, texts in per_column)) for row in first]
    return number, combinations


def _spread(answers: list[str | None] | list[str], combination: NDArray[np.int64]) -> pd.Series:
    """The answer of each combination, row by row."""
    return pd.Series(pd.Series([*answers, None], dtype="str").array.take(combination))


def _answer(texts: _Texts, gazetteer: Gazetteer, decisions: PlaceDecisions) -> _Answer:
    """One combination understood, or why it cannot be and what it may mean."""
    text = texts.district or texts.district_nso or texts.district_name
    decided = decisions.districts.get((text, texts.province_name)) or decisions.districts.get((text, ""))
    if decided:
        return _Answer(decided, How.DECISION, text)
    if not text:
        return _Answer(None, How.UNKNOWN)
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


def _from_code(texts: _Texts, text: str, gazetteer: Gazetteer, decisions: PlaceDecisions) -> _Answer | None:
    """The district column read as a code; None where its text is a name."""
    pcode = district_code(text, gazetteer)
    if pcode:
        return _Answer(pcode, How.P_CODE, text)
    if nso_code(text):
        return _from_digits(texts, text, gazetteer, decisions)
    if re.fullmatch(r"LAO\.\d+(\.\d+)?_\d+", text, re.IGNORECASE):
        return _Answer(None, How.UNKNOWN, text, "places.other_codes")
    if P_CODE_LIKE.fullmatch(text):
        near = _name_candidates(texts.district_name, texts.province_name, gazetteer)
        return _Answer(None, How.UNKNOWN, text, "places.unknown_code", near)
    return None


def _from_digits(texts: _Texts, text: str, gazetteer: Gazetteer, decisions: PlaceDecisions) -> _Answer:
    """Bare digits: the statistics office's code or a P-code without letters, who knows."""
    digits = nso_code(text) or ""
    office, letters = gazetteer.nso.get(digits), district_code(f"LA{digits}", gazetteer)
    if decisions.digits == "nso" and office:
        return _Answer(office, How.NSO_TABLE, text)
    if decisions.digits == "pcode" and letters:
        return _Answer(letters, How.DIGITS, text)
    senses = tuple(code for code in dict.fromkeys((office, letters)) if code)
    if len(senses) == 1:
        return _Answer(senses[0], How.DIGITS, text)
    if not senses:
        near = _name_candidates(texts.district_name, texts.province_name, gazetteer)
        return _Answer(None, How.UNKNOWN, text, "places.unknown_code", near)
    named = set(suggest_districts(texts.district_name, gazetteer)) & set(senses)
    if len(named) == 1:
        return _Answer(named.pop(), How.DIGITS_AND_NAME, text)
    why = ("places.why_nso", "places.why_pcode")
    both = tuple(Candidate(code, 50.0, reason) for code, reason in zip(senses, why, strict=True))
    return _Answer(None, How.UNKNOWN, text, "places.two_code_systems", both)


def _from_nso(texts: _Texts, text: str, gazetteer: Gazetteer) -> _Answer | None:
    """A column stated to hold the statistics office's codes: by table; a name settles the two senses."""
    digits = nso_code(text)
    if digits is None:
        return None
    office = gazetteer.nso.get(digits)
    if office is None:
        near = _name_candidates(texts.district_name, texts.province_name, gazetteer)
        return _Answer(None, How.UNKNOWN, text, "places.unknown_code", near)
    if digits in gazetteer.contested_nso and texts.district_name:
        named = set(suggest_districts(texts.district_name, gazetteer))
        other = district_code(f"LA{digits}", gazetteer)
        if other in named and office not in named:
            return _Answer(other, How.DIGITS_AND_NAME, text)
    return _Answer(office, How.NSO_TABLE, text)


def _from_name(texts: _Texts, text: str, gazetteer: Gazetteer, decisions: PlaceDecisions) -> _Answer:
    """A name alone: exact spellings propose; they are taken only where a person said so."""
    known = _name_candidates(text, texts.province_name, gazetteer)
    if len(known) == 1 and decisions.accept_known_names:
        return _Answer(known[0].pcode, How.KNOWN_NAME, text)
    if not known:
        beside = _name_candidates(texts.district_name, texts.province_name, gazetteer)
        return _Answer(None, How.UNKNOWN, text, "places.name_unknown", beside)
    return _Answer(None, How.UNKNOWN, text, "places.homonym" if len(known) > 1 else "places.name_only", known)


def _name_candidates(name: str, province: str, gazetteer: Gazetteer) -> tuple[Candidate, ...]:
    """Districts with exactly that known spelling, within the province where it is said."""
    provinces = suggest_provinces(province, gazetteer) if province else ()
    codes = suggest_districts(name, gazetteer) if name else ()
    inside = tuple(code for code in codes if not provinces or code[:4] in provinces)
    return tuple(Candidate(code, 100.0, "places.why_spelling") for code in inside)


def _doubts(pcode: str, texts: _Texts, gazetteer: Gazetteer) -> tuple[str, ...]:
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


def _with_near_names(
    combinations: list[_Texts], answers: list[_Answer], rows_of: list[NDArray[np.int64]], gazetteer: Gazetteer
) -> list[_Answer]:
    """Candidates by likeness for the texts that have none, the most frequent first."""
    waiting = [n for n, answer in enumerate(answers) if answer.reason and not answer.candidates]
    waiting.sort(key=lambda number: -len(rows_of[number]))
    answers = list(answers)
    for number in waiting[:MOST_PROPOSALS]:
        texts = combinations[number]
        name = texts.district_name or answers[number].text
        near = near_districts(name, texts.province_name, gazetteer)
        answers[number] = answers[number]._replace(candidates=near)
    return answers


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


def _refuse_other_sets(answers: list[_Answer], file: str, headings: Mapping[str, str]) -> None:
    """An extract whose codes are those of 141 or 142 districts cannot be joined row by row."""
    codes = {answer.text.casefold(): answer for answer in answers if answer.reason or answer.pcode}
    foreign = sorted(answer.text for answer in codes.values() if answer.reason == "places.other_codes")
    unknown = sorted(answer.text for answer in codes.values() if answer.reason == "places.unknown_code")
    known = {answer.pcode for answer in answers if answer.pcode}
    heading = headings.get("district")
    if foreign and len(foreign) >= len(known):
        args: dict[str, Arg] = {"codes": tuple(foreign[:8]), "count": len(foreign)}
        raise InputError(Problem("places.other_codes_file", file, heading, args=args))
    if len(unknown) >= 2 and len(known) + len(unknown) in OLDER_DISTRICT_SETS:
        args = {"codes": tuple(unknown[:8]), "count": len(known) + len(unknown)}
        raise InputError(Problem("places.other_set", file, heading, args=args))


def _rows_by_combination(
    combination: NDArray[np.int64], rows: NDArray[np.int64], count: int
) -> list[NDArray[np.int64]]:
    """The spreadsheet rows of each combination, in order."""
    order = np.argsort(combination, kind="stable")
    ends = np.cumsum(np.bincount(combination, minlength=count))[:-1]
    return [np.asarray(part) for part in np.split(rows[order], ends)] if count else []


def _proposals(
    combinations: list[_Texts], answers: list[_Answer], rows_of: list[NDArray[np.int64]]
) -> tuple[PlaceProposal, ...]:
    """One for each text and province that waits for a person."""
    merged: dict[tuple[str, str], PlaceProposal] = {}
    for texts, answer, rows in zip(combinations, answers, rows_of, strict=True):
        if not answer.reason:
            continue
        key = (answer.text, texts.province_name)
        found = tuple(rows.tolist())
        if key in merged:
            merged[key] = replace(merged[key], rows=tuple(sorted((*merged[key].rows, *found))))
        else:
            merged[key] = PlaceProposal(*key, found, answer.candidates, answer.reason)
    return tuple(sorted(merged.values(), key=lambda proposal: (-len(proposal.rows), proposal.text)))


def _problems(
    combinations: list[_Texts],
    answers: list[_Answer],
    rows_of: list[NDArray[np.int64]],
    file: str,
    headings: Mapping[str, str],
) -> tuple[Problem, ...]:
    """The texts not understood (errors: the row has no district), and the disagreements (warnings)."""
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for texts, answer, rows in zip(combinations, answers, rows_of, strict=True):
        own = next(name for name in PLACE_COLUMNS if getattr(texts, name) == answer.text)
        # a name that disagrees may stand in the same cell as the code
        marks = [(doubt, DOUBTS[doubt] if getattr(texts, DOUBTS[doubt]) else own) for doubt in answer.doubts]
        if answer.reason:
            marks.append((answer.reason, own))
        for code, column in marks:
            value = getattr(texts, column)
            found.setdefault((code, column), []).extend((row, value) for row in rows.tolist())
    problems = []
    for (code, column), pairs in sorted(found.items()):
        rows_found, values = zip(*sorted(pairs), strict=True)
        level: Level = "warning" if code in DOUBTS else "error"
        problems.append(Problem(code, file, headings.get(column, column), rows_found, values, level=level))
    return tuple(problems)
