"""Rows of another list beside the registry's households: which may be the same, how sure, and why.

An assessment form or a list of earlier payments names households in its own way. Nothing is joined
here: candidates carry a score and what agrees, and a person decides.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from shockplan.progress import Progress, silent
from shockplan.registry.duplicates import MOST_SHARERS
from shockplan.registry.names import folded_names
from shockplan.texts import LAO_LETTERS

ASKS_FROM = 45.0
"""A candidate with at least this score (0-100) is put before a person."""

MOST_CANDIDATES = 3
NAME_FROM = 70.0
"""rapidfuzz ratio (0-100) of folded names below which two names say nothing of each other."""

NAMES = ("head_name_lo", "head_name_en")
EXACT = {"household_id": 100.0, "document_id": 100.0, "family_book": 45.0, "phone": 35.0}
NAME_WEIGHT, VILLAGE_WEIGHT, SIZE_WEIGHT = 45.0, 20.0, 10.0
AGREES = (*EXACT, "name", "village", "members", "district")
"""What two rows can agree in; the words are the texts `match.<name>`."""

SPARE = 20
"""Names looked at more closely for each row before the rest of the score is added."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A household of the registry that a row may be. `place`: its row number among the households (0 is
    the first). `score` 0 to 100, `agrees`: names of AGREES. `name_ratio`: likeness of the names, 0 to 100,
    NaN where one of them is blank. `elsewhere`: both say a district, and not the same."""

    place: int
    household_id: str
    score: float
    agrees: tuple[str, ...]
    name_ratio: float
    elsewhere: bool = False


def by_script(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with names under their script: a Lao name in the column of Latin ones stands in the Lao one,
    where that is blank, and the other way round."""
    rows = rows.copy()
    for lao, latin in (NAMES, ("village_name_lo", "village_name_en")):
        lao_text = rows[lao].str.contains(LAO_LETTERS).astype("boolean")
        latin_text = rows[latin].str.contains(LAO_LETTERS).astype("boolean")
        moves = (latin_text.fillna(False) & rows[lao].isna()).to_numpy(dtype=bool)
        back = ((~lao_text).fillna(False) & rows[latin].isna()).to_numpy(dtype=bool)
        one, other = rows[lao], rows[latin]
        rows[lao] = one.mask(moves, other).mask(back)
        rows[latin] = other.mask(moves).mask(back, one)
    return rows


def candidates_of(
    rows: pd.DataFrame, households: pd.DataFrame, progress: Progress = silent
) -> list[tuple[Candidate, ...]]:
    """For each row its candidates, the surest first, at most MOST_CANDIDATES with ASKS_FROM or more.

    Both tables have columns of the household's fields; `rows` needs household_id, document_id, family_book,
    phone, head_name_lo, head_name_en, district, village_code, village_name_lo, village_name_en, members.
    Names are compared within the row's district only.
    """
    rows = by_script(rows)
    pairs = {(row, place) for field in EXACT for row, place in equal_pairs(rows[field], households[field])}
    progress(0.3)
    for number, (row, places) in enumerate(named_alike(rows, households)):
        pairs.update((row, place) for place in places.tolist())
        progress(0.3 + 0.4 * (number + 1) / max(1, len(rows)))
    found: list[list[Candidate]] = [[] for _ in range(len(rows))]
    if not pairs:
        return [() for _ in found]
    left, right = (np.array(side, dtype=np.int64) for side in zip(*sorted(pairs), strict=True))
    for row, candidate in zip(left.tolist(), scored(rows, households, left, right), strict=True):
        if candidate.score >= ASKS_FROM:
            found[row].append(candidate)
    progress(1)
    return [tuple(sorted(each, key=surest)[:MOST_CANDIDATES]) for each in found]


def surest(candidate: Candidate) -> tuple[float, str, int]:
    """The order of candidates: by score, then household id, never by the order of rows."""
    return -candidate.score, candidate.household_id, candidate.place


def equal_pairs(ours: pd.Series, theirs: pd.Series) -> list[tuple[int, int]]:
    """(row, place) of equal values. A value that more than three households share says nothing."""
    wanted = set(ours.dropna())
    if not wanted:
        return []
    here = np.flatnonzero(theirs.isin(wanted).to_numpy(dtype=bool))
    places: dict[str, list[int]] = {}
    for place, value in zip(here.tolist(), theirs.iloc[here].tolist(), strict=True):
        places.setdefault(value, []).append(place)
    return [
        (row, place)
        for row, value in enumerate(ours.tolist())
        if isinstance(value, str) and len(places.get(value, ())) <= MOST_SHARERS
        for place in places.get(value, ())
    ]


def named_alike(rows: pd.DataFrame, households: pd.DataFrame) -> list[tuple[int, NDArray[np.int64]]]:
    """(row, places) of households of the row's district with a name like the row's, the likest few."""
    found = []
    for district, here in rows.groupby("district", sort=True).indices.items():
        there = np.flatnonzero((households["district"] == district).to_numpy(dtype=bool, na_value=False))
        if not len(there):
            continue
        likeness = np.zeros((len(here), len(there)), dtype=np.uint8)
        for field in NAMES:
            ours, theirs = folded_names(rows[field].iloc[here]), folded_names(households[field].iloc[there])
            if any(ours) and any(theirs):
                ratio = process.cdist(ours, theirs, scorer=fuzz.ratio, score_cutoff=NAME_FROM, dtype=np.uint8)
                blank = np.array([not name for name in theirs])
                ratio[:, blank] = 0
                ratio[[not name for name in ours]] = 0
                likeness = np.maximum(likeness, ratio)
        for number, row in enumerate(map(int, here)):
            alike = np.flatnonzero(likeness[number])
            likest = alike[np.argsort(-likeness[number, alike].astype(np.int16), kind="stable")][:SPARE]
            found.append((row, there[likest]))
    return found


def scored(
    rows: pd.DataFrame, households: pd.DataFrame, left: NDArray[np.int64], right: NDArray[np.int64]
) -> list[Candidate]:
    """Each pair (row `left`, household `right`) with its score and what agrees."""
    ours, theirs = rows.iloc[left], households.iloc[right]
    equal = {field: agreed(ours[field], theirs[field]) for field in EXACT}
    near = agreed(ours["district"], theirs["district"])
    ratio = name_ratios(ours, theirs)
    village = same_village(ours, theirs) & near
    size = agreed(ours["members"], theirs["members"])
    name = np.clip((np.nan_to_num(ratio) - NAME_FROM) / (100.0 - NAME_FROM), 0.0, 1.0) * near
    score = sum(equal[field] * weight for field, weight in EXACT.items())
    score = score + name * NAME_WEIGHT + village * VILLAGE_WEIGHT + size * SIZE_WEIGHT
    certain = equal["household_id"] | equal["document_id"]
    score = np.where(certain, 100.0, np.minimum(score, 99.0))
    agree = {**equal, "name": name > 0, "village": village, "members": size, "district": near}
    said = ours["district"].notna().to_numpy() & theirs["district"].notna().to_numpy()
    ids = theirs["household_id"].tolist()
    return [
        Candidate(
            int(place),
            ids[number],
            round(float(score[number]), 1),
            tuple(what for what in AGREES if agree[what][number]),
            float(ratio[number]),
            bool(said[number] & ~near[number]),
        )
        for number, place in enumerate(right)
    ]


def agreed(ours: pd.Series, theirs: pd.Series) -> NDArray[np.bool_]:
    """Whether both have a value and the same one."""
    same = pd.Series(ours.array == theirs.array).fillna(False)
    return same.to_numpy(dtype=bool)


def same_village(ours: pd.DataFrame, theirs: pd.DataFrame) -> NDArray[np.bool_]:
    """The same code, or the same name in either script."""
    fields = ("village_code", "village_name_lo", "village_name_en")
    same = np.logical_or.reduce([agreed(ours[field], theirs[field]) for field in fields])
    return np.asarray(same, dtype=bool)


def name_ratios(ours: pd.DataFrame, theirs: pd.DataFrame) -> NDArray[np.float64]:
    """(pairs,) likeness (0-100) of the names in the script in which they are most alike, NaN where no
    script has both."""
    best = np.full(len(ours), np.nan)
    for field in NAMES:
        ones, others = folded_names(ours[field]), folded_names(theirs[field])
        likeness = np.asarray(process.cpdist(ones, others, scorer=fuzz.ratio), dtype=np.float64)
        both = np.array([bool(one and other) for one, other in zip(ones, others, strict=True)], dtype=bool)
        best = np.where(both, np.fmax(best, likeness), best)
    return best
