"""Households that may stand twice: what they share, how sure that is, and whose payment is held.

Payment is held for the same id or document number, or where two independent things agree. A shared
phone or family book alone is only noted; a value that more than three households share is a shared
contact and says nothing. Nothing is ever removed here.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from shockplan.problems import Problem
from shockplan.progress import Progress, part, silent
from shockplan.registry.clusters import clusters, shared_values

MOST_SHARERS = 3
NAME_AGREES = 90.0
"""rapidfuzz ratio (0-100) of folded names from which two heads are taken for one name."""

NAME_SUGGESTS = 86.0
BLOCK_ROWS = 500
WEIGHTS = {"id": 100, "document": 100, "book": 45, "contact": 35, "name": 35, "village": 10, "size": 10}
REASONS = tuple(WEIGHTS)
"""What two rows can share; each is the code `registry.same_<reason>`."""

_TITLE = re.compile(r"^(?:mr|mrs|ms|miss|mme|m)[.\s]+|^(?:ທ້າວ|ທ\.|ນາງສາວ|ນາງ|ນ\.|ທ່ານ)\s*")
_LIGATURES = (("ຫລ", "ຫຼ"), ("ຫນ", "ໜ"), ("ຫມ", "ໝ"), ("\u0ecd\u0eb2", "\u0eb3"))


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


def find_duplicates(households: pd.DataFrame, fuzzy: bool = True, progress: Progress = silent) -> Duplicates:
    """What the rows share. `fuzzy` also compares the names of all heads within each village."""
    found: dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]] = {}
    shared: dict[str, NDArray[np.int64]] = {}
    fields = ("household_id", "document_id", "family_book", "phone", "account")
    links: dict[str, NDArray[np.int64]] = {}
    with ThreadPoolExecutor(max_workers=2) as workers:
        columns = [households[field] for field in fields]
        for field, link in zip(fields, workers.map(shared_values, columns), strict=True):
            links[field] = link
            progress(0.2 * len(links) / len(fields))
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
    village, members = households["village"].to_numpy(), households["members"]
    has["village"] = (village[left] == village[right]) & (village[left] >= 0)
    size = members.to_numpy(dtype=float, na_value=np.nan)
    has["size"] = size[left] == size[right]
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
    best = np.zeros(len(left))
    district = households["district"]
    near = np.asarray(district.iloc[left].to_numpy() == district.iloc[right].to_numpy(), dtype=bool)
    rows = np.unique(np.concatenate([left, right]))
    for field in ("head_name_lo", "head_name_en"):
        names = dict(zip(rows.tolist(), folded_names(households[field].iloc[rows]), strict=True))
        ones = [names[row] for row in left.tolist()]
        others = [names[row] for row in right.tolist()]
        likeness = process.cpdist(ones, others, scorer=fuzz.ratio)
        both = np.array([bool(one and other) for one, other in zip(ones, others, strict=True)], dtype=bool)
        best = np.maximum(best, likeness * both * near)
    return best


def folded_names(names: pd.Series) -> list[str]:
    """Names as they are compared: no title, case, space or variant spelling of ligatures."""
    return [fold_person(name) if isinstance(name, str) else "" for name in names]


def fold_person(name: str) -> str:
    """
    >>> fold_person("ທ້າວ ຫຼ້າ ພອນ") == fold_person("ຫລ້າພອນ")
    True
    """
    text = _TITLE.sub("", name.casefold().strip())
    for written, meant in _LIGATURES:
        text = text.replace(written, meant)
    return re.sub(r"[\s.,'-]+", "", text)


def similar_names(
    households: pd.DataFrame, progress: Progress
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of rows of one village whose heads' names are alike and whose sizes do not speak against."""
    village = households["village"].to_numpy()
    rows = np.flatnonzero(village >= 0)
    rows = rows[np.argsort(village[rows], kind="stable")]
    starts = (
        np.flatnonzero(np.r_[True, village[rows][1:] != village[rows][:-1]])
        if len(rows)
        else np.zeros(0, int)
    )
    ends = np.r_[starts[1:], len(rows)][: len(starts)]
    names = {field: folded_names(households[field].iloc[rows]) for field in ("head_name_lo", "head_name_en")}
    size = households["members"].to_numpy(dtype=float, na_value=np.nan)[rows]
    left: list[NDArray[np.int64]] = []
    right: list[NDArray[np.int64]] = []
    for number, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        if number % 50 == 0:
            progress(number / len(starts))
        for one, other in alike_in_village(names, size, start, end):
            left.append(rows[one])
            right.append(rows[other])
    none = [np.zeros(0, dtype=np.int64)]
    return np.concatenate(none + left), np.concatenate(none + right)


def alike_in_village(
    names: dict[str, list[str]], size: NDArray[np.float64], start: int, end: int
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Places (in the sorted rows) of alike pairs of the rows from `start` to `end`, block by block, so
    that a village of any size fits into memory."""
    found = []
    for low in range(start, end, BLOCK_ROWS):
        high = min(low + BLOCK_ROWS, end)
        alike = np.zeros((high - low, end - low), dtype=bool)
        for texts in names.values():
            some = texts[low:high]
            if any(some):
                ratio = process.cdist(
                    some, texts[low:end], scorer=fuzz.ratio, score_cutoff=NAME_SUGGESTS, dtype=np.uint8
                )
                blank = np.array([not text for text in texts[low:end]])
                alike |= (ratio >= NAME_SUGGESTS) & ~blank[None, :] & ~blank[: high - low, None]
        one, other = np.nonzero(np.triu(alike, k=1))
        one, other = one + low, other + low
        apart = np.abs(size[one] - size[other]) > 1
        found.append((one[~apart], other[~apart]))
    return found


def duplicate_problems(found: Duplicates, households: pd.DataFrame, file: str) -> tuple[Problem, ...]:
    """The notes: rows whose payment is held, suggestions, values that two or three or more share."""
    rows = households["source_row"].to_numpy()
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
            problems.append(Problem(code, file, None, tuple(rows[marked].tolist()), args=args, level="note"))
    for field, many in found.shared.items():
        values = tuple(households[field].iloc[many])
        problems.append(
            Problem("registry.shared_contact", file, field, tuple(rows[many].tolist()), values, level="note")
        )
    return tuple(problems)
