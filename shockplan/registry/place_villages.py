"""Which village of the reference table a household's village is. The code joins, a name proposes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from shockplan.areas import fold_name
from shockplan.problems import Level, Problem
from shockplan.registry.place_decisions import NO_PLACE_DECISIONS, PlaceDecisions, plain_text

MOST_PROPOSALS = 5000
"""Different village names that get candidates, the most frequent first."""

NEAR_ENOUGH = 80.0
"""rapidfuzz ratio (0-100) of folded names from which a village of the same district is proposed."""

UNLIKE = 45.0
"""rapidfuzz ratio of folded names below which a name speaks against the code beside it."""

_PREFIX = re.compile(r"^(?:ບ້ານ|ບ\.|baan\s+|ban\.|b\.)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class VillageCandidate:
    """A village of the reference table that a name may mean: `score` 0-100; `why` names a sentence."""

    code: str
    name: str
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class VillageProposal:
    """A village name without a code, and the villages of its district that it may mean."""

    district: str
    text: str
    rows: tuple[int, ...]
    candidates: tuple[VillageCandidate, ...]


@dataclass(frozen=True, eq=False)
class VillageAnswers:
    """`code` (n,) village codes, with lost leading zeros put back and decisions applied; `proposals` by
    how many rows wait for them; `problems` are warnings and notes: no household is rejected for its
    village.
    """

    code: pd.Series
    proposals: tuple[VillageProposal, ...]
    problems: tuple[Problem, ...]


def resolve_villages(
    households: pd.DataFrame,
    reference: pd.DataFrame,
    file: str,
    decisions: PlaceDecisions = NO_PLACE_DECISIONS,
) -> VillageAnswers:
    """Join households (n,) to the village table by code, and propose by name where there is none.

    `households`: district, village_code, village_name_lo, village_name_en, source_row; `reference`:
    code (once each), name_lo, name_en, district.
    """
    code = whole_codes(households["village_code"], reference["code"])
    name = households["village_name_lo"].fillna(households["village_name_en"])
    open_rows = (code.isna() & name.notna()).to_numpy()
    code, waiting = _apply_decisions(households["district"], name, code, open_rows, decisions)
    known = reference.set_index("code")["district"]
    unknown = (code.notna() & ~code.isin(known.index)).to_numpy()
    own = code.map(known)
    elsewhere = (own.notna() & (own != households["district"])).to_numpy()
    rows = households["source_row"].to_numpy()
    proposals = _proposals(households, name, waiting, reference)
    unlike = _unlike_names(code, name, reference)
    problems = [
        _problem("village_code_unknown", "warning", file, "village_code", rows[unknown], code[unknown]),
        _problem("village_elsewhere", "warning", file, "village_code", rows[elsewhere], code[elsewhere]),
        _problem("village_name_disagrees", "warning", file, "village_name_lo", rows[unlike], name[unlike]),
        *_waiting_problems(proposals, file),
    ]
    return VillageAnswers(code, proposals, tuple(problem for problem in problems if problem.rows))


def whole_codes(codes: pd.Series, known: pd.Series) -> pd.Series:
    """Codes with `.0` taken off and lost leading zeros put back, where the table's codes are all digits
    of one length. The digits stay the same; nothing else is touched.
    """
    lengths = set(known.str.len())
    if len(lengths) != 1 or not known.str.fullmatch(r"\d+").all():
        return codes
    plain = codes.str.replace(r"\.0+$", "", regex=True).str.zfill(lengths.pop())
    return codes.where(codes.isin(known) | ~plain.isin(known), plain)


def _unlike_names(code: pd.Series, name: pd.Series, reference: pd.DataFrame) -> NDArray[np.bool_]:
    """Rows (n,) whose village name is nothing like the names of the village that has their code.

    A mistyped code is often another village's code. Asked once for each different pair.
    """
    names = {
        village: [fold_village(text) for text in (lao, roman) if isinstance(text, str)]
        for village, lao, roman in zip(
            reference["code"], reference["name_lo"], reference["name_en"], strict=True
        )
    }
    code_of, codes = pd.factorize(code)
    name_of, texts = pd.factorize(name)
    both = (code_of >= 0) & (name_of >= 0)
    # blank pairs are -1, and say nothing
    number, pairs = pd.factorize(np.where(both, code_of * max(1, len(texts)) + name_of, -1))
    unlike = [
        pair >= 0 and _is_unlike(texts[pair % len(texts)], names.get(codes[pair // len(texts)], []))
        for pair in pairs
    ]
    return np.array(unlike, dtype=bool)[number]


def _is_unlike(text: str, known: list[str]) -> bool:
    """Whether a name is far from every known name that is written in its script."""
    folded = fold_village(text)
    same_script = [name for name in known if name.isascii() == folded.isascii()]
    return bool(same_script) and max(fuzz.ratio(folded, name) for name in same_script) < UNLIKE


def _apply_decisions(
    district: pd.Series,
    name: pd.Series,
    code: pd.Series,
    open_rows: NDArray[np.bool_],
    decisions: PlaceDecisions,
) -> tuple[pd.Series, NDArray[np.bool_]]:
    """Codes by decision, and the rows that still wait."""
    if not decisions.villages or not open_rows.any():
        return code, open_rows
    pairs = zip(district[open_rows], name[open_rows], strict=True)
    answers = [decisions.villages.get((str(place), plain_text(str(text)))) for place, text in pairs]
    decided = pd.Series(answers, index=code.index[open_rows], dtype="str")
    code = code.fillna(decided)
    return code, open_rows & code.isna().to_numpy()


def _proposals(
    households: pd.DataFrame, name: pd.Series, waiting: NDArray[np.bool_], reference: pd.DataFrame
) -> tuple[VillageProposal, ...]:
    if not waiting.any():
        return ()
    frame = pd.DataFrame(
        {
            "district": households.loc[waiting, "district"],
            "name": name[waiting],
            "row": households.loc[waiting, "source_row"],
        }
    )
    groups = frame.groupby(["district", "name"], sort=True)["row"].agg(tuple)
    groups = groups.iloc[np.argsort(-groups.map(len).to_numpy(), kind="stable")]
    spellings = spellings_of(reference)
    proposals = []
    names = (groups.index.get_level_values(level) for level in ("district", "name"))
    for number, (district, text, rows) in enumerate(zip(*names, groups, strict=True)):
        known = spellings.get(district, {}) if number < MOST_PROPOSALS else {}
        candidates = near_villages(text, known)
        proposals.append(VillageProposal(district, plain_text(text), tuple(rows), candidates))
    return tuple(proposals)


def near_villages(
    text: str, spellings: Mapping[str, tuple[tuple[str, str], ...]], limit: int = 3
) -> tuple[VillageCandidate, ...]:
    """The villages of one district nearest in name. `spellings`: folded name -> (code, name) pairs."""
    folded = fold_village(text)
    found = process.extract(
        folded, list(spellings), scorer=fuzz.ratio, limit=2 * limit, score_cutoff=NEAR_ENOUGH
    )
    best: dict[str, VillageCandidate] = {}
    for spelling, score, _ in found:
        why = "places.why_spelling" if spelling == folded else "places.why_near"
        for code, name in spellings[spelling]:
            best.setdefault(code, VillageCandidate(code, name, round(score, 1), why))
    return tuple(sorted(best.values(), key=lambda candidate: (-candidate.score, candidate.code))[:limit])


def fold_village(text: str) -> str:
    """A village name without its word for village, case, space and punctuation."""
    plain = plain_text(text)
    return fold_name(_PREFIX.sub("", plain)) or fold_name(plain)


def spellings_of(reference: pd.DataFrame) -> dict[str, dict[str, tuple[tuple[str, str], ...]]]:
    """district -> folded name -> the (code, name) pairs that it may mean."""
    found: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {}
    for column in ("name_lo", "name_en"):
        named = reference[reference[column].notna() & reference["district"].notna()]
        for code, name, district in zip(named["code"], named[column], named["district"], strict=True):
            names = found.setdefault(district, {})
            folded = fold_village(name)
            if (code, name) not in names.get(folded, ()):
                names[folded] = (*names.get(folded, ()), (code, name))
    return found


def _waiting_problems(proposals: tuple[VillageProposal, ...], file: str) -> list[Problem]:
    """One note: names that look like villages of the table and wait for a person."""
    pairs = sorted((row, p.text) for p in proposals if p.candidates for row in p.rows)
    rows = np.array([row for row, _ in pairs], dtype=np.int64)
    texts = pd.Series([text for _, text in pairs], dtype="str")
    return [_problem("village_name_only", "note", file, "village_name_lo", rows, texts)]


def _problem(
    code: str, level: Level, file: str, column: str, rows: NDArray[np.int64], values: pd.Series
) -> Problem:
    return Problem(f"places.{code}", file, column, tuple(rows.tolist()), tuple(values), level=level)
