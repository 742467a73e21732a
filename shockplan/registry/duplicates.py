"""Households that may stand twice: what they share, how sure that is, and whose payment is held.

Payment is held for the same id or document number, or where two independent things agree. A shared
phone or family book alone is only noted; a value that more than three households share is a shared
contact and says nothing. Nothing is ever removed here.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from shockplan.problems import Problem
from shockplan.progress import Progress, part, side_by_side, silent
from shockplan.registry.clusters import clusters, shared_values
from shockplan.registry.names import folded_names, sound_of

if TYPE_CHECKING:
    from shockplan.registry.household import Registry

MOST_SHARERS = 3
NAME_AGREES = 90.0
"""rapidfuzz ratio (0-100) of folded names from which two heads are taken for one name."""

NAME_SUGGESTS = 86.0
SOUND_SUGGESTS = 92.0
"""The same of sounds, by which a Lao name is compared with a romanised one; then the sizes must agree."""

MOST_COMPARED = 200_000
"""Up to so many households the names within each village are compared unasked; beyond, where the plan
says `similar_names = true`."""

BLOCK_ROWS = 500
AGE_AGREES, AGE_SPEAKS_AGAINST = 1, 5
"""Years between the ages of two heads."""

WEIGHTS = {
    "id": 100, "document": 100, "book": 45, "contact": 35, "name": 35, "village": 10, "size": 10, "age": 10,
}  # fmt: skip
REASONS = tuple(WEIGHTS)
"""What two rows can share; each is the code `registry.same_<reason>`."""

SIDES = ("left", "right")
SHARED = ("household_id", "document_id", "family_book", "phone", "account")
"""Fields of which two rows may have the same value."""


@dataclass(frozen=True, eq=False)
class Duplicates:
    """`pairs`: left, right (row positions, left < right), score (0-100), held (bool), and a bool column
    for each of REASONS. `held` (n,) int32: cluster whose payment is held, -1 none. `suggested` (n,)
    int32: cluster of all pairs, held or only suggested, -1 none.
    """

    pairs: pd.DataFrame
    held: NDArray[np.int32]
    suggested: NDArray[np.int32]
    shared: dict[str, NDArray[np.int64]]  # field -> rows of values with more than three sharers


class LookedUp:
    """The values that rows share, looked for beside other work as soon as a column is there. Speed only:
    what is asked of another column than was begun with is looked for then.
    """

    def __init__(self) -> None:
        self.begun: dict[str, tuple[object, Future[NDArray[np.int64]]]] = {}
        self.beside = ThreadPoolExecutor(max_workers=1)  # its thread ends with this object

    def begin(self, field: str, column: pd.Series) -> None:
        """Columns are not written into: another value is another column."""
        if field in SHARED:
            self.begun[field] = texts_in(column), self.beside.submit(shared_values, column)

    def links(self, households: pd.DataFrame) -> Iterator[NDArray[np.int64]]:
        """`shared_values` of each of SHARED."""
        columns = [households[field] for field in SHARED]
        ready = [
            self.begun[field][1] if field in self.begun and self.begun[field][0] is texts_in(column) else None
            for field, column in zip(SHARED, columns, strict=True)
        ]
        if all(each is not None for each in ready):
            yield from (each.result() for each in ready if each is not None)
        else:
            yield from side_by_side(shared_values, columns)


def texts_in(column: "pd.Series[str]") -> object:
    """The texts as Arrow holds them: the same object in every frame that has this column."""
    protocol = getattr(column.array, "__arrow_array__", None)
    return protocol() if protocol else column.array


def find_duplicates(
    households: pd.DataFrame,
    fuzzy: bool = True,
    progress: Progress = silent,
    looked_up: LookedUp | None = None,
) -> Duplicates:
    """What the rows share. `fuzzy` also compares the names of all heads within each village."""
    found: dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]] = {}
    shared: dict[str, NDArray[np.int64]] = {}
    links: dict[str, NDArray[np.int64]] = {}
    for field, link in zip(SHARED, (looked_up or LookedUp()).links(households), strict=True):
        links[field] = link
        progress(0.2 * len(links) / len(SHARED))
    found["id"], found["document"] = chain_pairs(links["household_id"]), chain_pairs(links["document_id"])
    contacts = []
    for field in ("family_book", "phone", "account"):
        link, many = few_sharers(links[field])
        if len(many):
            shared[field] = many
        contacts.append(all_pairs(link))
    found["book"] = contacts[0]
    found["contact"] = (
        np.concatenate([contacts[1][0], contacts[2][0]]),
        np.concatenate([contacts[1][1], contacts[2][1]]),
    )
    if fuzzy:
        found["name"] = similar_names(households, part(progress, 0.2, 0.9))
    progress(0.9)
    pairs = scored(found, households)
    left, right, ids = pairs["left"].to_numpy(), pairs["right"].to_numpy(), households["household_id"]
    holding = pairs["held"].to_numpy()
    held, suggested = clusters(left[holding], right[holding], ids), clusters(left, right, ids)
    progress(1)
    return Duplicates(pairs, held, suggested, shared)


def few_sharers(link: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """((n,) number of the value of each row that two or three rows share, else -1; rows of values that
    more share)."""
    rows = np.flatnonzero(link >= 0)
    times = np.bincount(link[rows]) if len(rows) else np.zeros(1, dtype=np.int64)
    many = rows[times[link[rows]] > MOST_SHARERS]
    link[many] = -1
    return link, many


def chain_pairs(link: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each linked row with the next of the same value: enough to join all, however many they are."""
    rows = np.flatnonzero(link >= 0)
    rows = rows[np.argsort(link[rows], kind="stable")]
    same = link[rows[1:]] == link[rows[:-1]]
    return rows[:-1][same], rows[1:][same]


def all_pairs(link: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every pair of rows with the same value, of which there are at most three."""
    rows = np.flatnonzero(link >= 0)
    rows = rows[np.argsort(link[rows], kind="stable")]
    left, right = [], []
    for step in range(1, MOST_SHARERS):
        same = link[rows[step:]] == link[rows[:-step]]
        left.append(rows[:-step][same])
        right.append(rows[step:][same])
    return np.concatenate(left), np.concatenate(right)


def scored(
    found: dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]], households: pd.DataFrame
) -> pd.DataFrame:
    """One row for each pair, with everything it shares, its score, and whether it holds the payment."""
    n = max(1, len(households))
    keys = {reason: np.minimum(a, b) * n + np.maximum(a, b) for reason, (a, b) in found.items()}
    every = np.unique(np.concatenate([*keys.values(), np.zeros(0, dtype=np.int64)]))
    left, right = every // n, every % n
    has = {reason: np.isin(every, key) for reason, key in keys.items()}
    ratio = name_ratio(households, left, right)
    has["name"] = ratio >= NAME_AGREES
    village, size = households["village"].to_numpy(), numbers_of(households, "members")
    has["village"] = (village[left] == village[right]) & (village[left] >= 0)
    has["size"] = size[left] == size[right]
    age = numbers_of(households, "head_age")
    has["age"] = np.abs(age[left] - age[right]) <= AGE_AGREES
    agreements = sum(has[reason].astype(np.int8) for reason in ("book", "contact", "name"))
    held = has["id"] | has["document"] | (np.asarray(agreements) >= 2)
    score = np.minimum(99.0, sum(has[reason] * float(WEIGHTS[reason]) for reason in REASONS))
    score = np.where(has["id"] | has["document"], 100.0, score + (ratio < NAME_AGREES) * ratio * 0.3)
    columns = {"left": left, "right": right, "score": np.minimum(score, 100.0), "held": held}
    pairs = pd.DataFrame(columns | {reason: has[reason] for reason in REASONS})
    return pairs.sort_values(["score", "left", "right"], ascending=[False, True, True], ignore_index=True)


def name_ratio(
    households: pd.DataFrame, left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(pairs,) likeness (0-100) of the heads' names, in the script in which they are most alike; 0 where
    a name is blank or the two rows lie in different districts."""
    district = households["district"]
    near = np.asarray(district.iloc[left].to_numpy() == district.iloc[right].to_numpy(), dtype=bool)
    rows, ends = np.unique(np.concatenate([left[near], right[near]]), return_inverse=True)
    one, other = np.split(ends, 2)
    best, shared = np.zeros(len(one)), np.zeros(len(one), dtype=bool)
    names = names_of(households, rows)
    for texts in (names.lao, names.roman):
        likeness, both = ratios(texts, one, other)
        best, shared = np.maximum(best, likeness), shared | both
    if not shared.all():
        likeness, _ = ratios(names.sound, one, other)
        best = np.where(shared, best, likeness)
    found = np.zeros(len(left))
    found[near] = best
    return found


def ratios(
    texts: list[str], one: NDArray[np.intp], other: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(likeness 0-100 of each pair of texts, whether both are there)."""
    ones, others = [texts[place] for place in one.tolist()], [texts[place] for place in other.tolist()]
    both = np.array([bool(a and b) for a, b in zip(ones, others, strict=True)], dtype=bool)
    return process.cpdist(ones, others, scorer=fuzz.ratio) * both, both


@dataclass(frozen=True, slots=True)
class Names:
    """The heads' names of some rows as they are compared, '' where blank."""

    lao: list[str]
    roman: list[str]
    sound: list[str]


def names_of(households: pd.DataFrame, rows: NDArray[np.intp]) -> Names:
    """The names of the rows. A sound is worked out only where one script is not written."""
    lao, roman = (households[field].iloc[rows] for field in ("head_name_lo", "head_name_en"))
    has_lao, has_roman = lao.notna().to_numpy(), roman.notna().to_numpy()
    sounds = [""] * len(rows)
    if (has_lao & ~has_roman).any() and (has_roman & ~has_lao).any():
        either = roman.fillna(lao).fillna("").tolist()
        sounds = [sound_of(name).replace(" ", "") for name in either]
    return Names(folded_names(lao), folded_names(roman), sounds)


def numbers_of(households: pd.DataFrame, field: str) -> NDArray[np.float64]:
    """(n,) a column of counts, NaN where blank."""
    return households[field].to_numpy(dtype=np.float64, na_value=np.nan)


def similar_names(
    households: pd.DataFrame, progress: Progress
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of rows of one village whose heads' names are alike, and neither size nor age speaks against
    it."""
    village = households["village"].to_numpy()
    rows = np.flatnonzero(village >= 0)
    rows = rows[np.argsort(village[rows], kind="stable")]
    starts = (
        np.flatnonzero(np.r_[True, village[rows][1:] != village[rows][:-1]])
        if len(rows)
        else np.zeros(0, int)
    )
    ends = np.r_[starts[1:], len(rows)][: len(starts)]
    names = names_of(households, rows)
    size, age = numbers_of(households, "members")[rows], numbers_of(households, "head_age")[rows]
    left: list[NDArray[np.int64]] = []
    right: list[NDArray[np.int64]] = []
    for number, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        if number % 50 == 0:
            progress(number / len(starts))
        for one, other in alike_in_village(names, size, age, start, end):
            left.append(rows[one])
            right.append(rows[other])
    none = [np.zeros(0, dtype=np.int64)]
    return np.concatenate(none + left), np.concatenate(none + right)


def alike_in_village(
    names: Names, size: NDArray[np.float64], age: NDArray[np.float64], start: int, end: int
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Places (in the sorted rows) of alike pairs of the rows from `start` to `end`, block by block, so
    that a village of any size fits into memory."""
    found = []
    for low in range(start, end, BLOCK_ROWS):
        high = min(low + BLOCK_ROWS, end)
        alike = np.zeros((high - low, end - low), dtype=bool)
        for texts in (names.lao, names.roman):
            alike |= alike_texts(texts, low, high, end, NAME_SUGGESTS)
        one, other = np.nonzero(np.triu(alike | alike_sounds(names, size, low, high, end), k=1))
        one, other = one + low, other + low
        apart = np.abs(size[one] - size[other]) > 1
        apart |= np.abs(age[one] - age[other]) > AGE_SPEAKS_AGAINST
        found.append((one[~apart], other[~apart]))
    return found


def alike_texts(texts: list[str], low: int, high: int, end: int, least: float) -> NDArray[np.bool_]:
    """(high - low, end - low) which texts are alike; a blank one is like none."""
    some, others = texts[low:high], texts[low:end]
    if not any(some):
        return np.zeros((high - low, end - low), dtype=bool)
    ratio = process.cdist(some, others, scorer=fuzz.ratio, score_cutoff=least, dtype=np.uint8)
    written = np.array([bool(text) for text in others])
    return np.asarray((ratio >= least) & written[None, :] & written[: high - low, None])


def alike_sounds(names: Names, size: NDArray[np.float64], low: int, high: int, end: int) -> NDArray[np.bool_]:
    """The same of the sounds of names that share no script, in households of one known size."""
    lao = np.array([bool(text) for text in names.lao[low:end]], dtype=bool)
    roman = np.array([bool(text) for text in names.roman[low:end]], dtype=bool)
    only_lao, only_roman = lao & ~roman, roman & ~lao
    if not (only_lao.any() and only_roman.any()):
        return np.zeros((high - low, end - low), dtype=bool)
    apart = only_lao[: high - low, None] & only_roman[None, :]
    apart |= only_roman[: high - low, None] & only_lao[None, :]
    same_size = size[low:high, None] == size[None, low:end]
    return np.asarray(alike_texts(names.sound, low, high, end, SOUND_SUGGESTS) & apart & same_size)


def with_duplicates(
    registry: "Registry",
    file: str,
    similar_names: bool | None = None,
    progress: Progress = silent,
    looked_up: LookedUp | None = None,
) -> "Registry":
    """The registry with its pairs of possible duplicates, and the clusters whose payment is held.

    `similar_names`: whether the names within each village are compared; None: up to MOST_COMPARED
    households, and a note says so where there are more.
    """
    households = registry.households
    compared = similar_names if similar_names is not None else len(households) <= MOST_COMPARED
    found = find_duplicates(households, compared, progress, looked_up)
    problems = (*registry.problems, *duplicate_problems(found, households, file))
    if not compared and similar_names is None:
        args = {"count": len(households), "most": MOST_COMPARED}
        problems += (Problem("registry.names_not_compared", file, args=args, level="note"),)
    households = households.assign(duplicate=found.held)
    return replace(registry, households=households, problems=problems, duplicate_pairs=found.pairs)


def duplicate_problems(found: Duplicates, households: pd.DataFrame, file: str) -> tuple[Problem, ...]:
    """The notes: rows whose payment is held, suggestions, values that two or three or more share.

    The value of a row is the household that it is most like and their score.
    """
    rows = households["source_row"].to_numpy()
    likest = likest_others(found, households)
    problems = []
    for code, numbers in (
        ("registry.duplicate", found.held),
        ("registry.maybe_duplicate", found.suggested),
    ):
        marked = numbers >= 0
        if code == "registry.maybe_duplicate":
            marked &= found.held < 0
        if marked.any():
            args = {"clusters": len(np.unique(numbers[marked]))}
            values = tuple(likest[place] for place in np.flatnonzero(marked).tolist())
            problems.append(Problem(code, file, None, tuple(rows[marked].tolist()), values, args, "note"))
    for field, many in found.shared.items():
        values = tuple(households[field].iloc[many])
        problems.append(
            Problem("registry.shared_contact", file, field, tuple(rows[many].tolist()), values, level="note")
        )
    return tuple(problems)


def likest_others(found: Duplicates, households: pd.DataFrame) -> dict[int, str]:
    """Row -> id and score of the row that it is most like; the pairs are sorted by score."""
    ids, pairs = households["household_id"], found.pairs
    ends = [(pairs[one].to_numpy(), pairs[other].to_numpy()) for one, other in (SIDES, SIDES[::-1])]
    row, other = (np.concatenate([end[side] for end in ends]) for side in (0, 1))
    score = np.concatenate([pairs["score"].to_numpy()] * 2)
    order = np.lexsort((other, -score))
    row, first = np.unique(row[order], return_index=True)
    likest = order[first]
    texts = ids.iloc[other[likest]].tolist()
    return {
        place: f"{text} ({points:.0f})"
        for place, text, points in zip(row.tolist(), texts, score[likest].tolist(), strict=True)
    }
