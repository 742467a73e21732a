"""A list of villages as an agency writes it, row by row against the villages of the registry.

A code joins. A name proposes within its district, and is taken only where the plan says `by_name` and one
village alone bears it; what it may mean is not observed until then, never *not affected*.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.problems import Arg, Problem
from shockplan.registry.place_villages import near_villages, spellings_of, whole_codes
from shockplan.shocks.layer import AreaLayer, Severity

SHOWN = 12
"""Pairs of a name and its village that a sentence names."""


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a row of the list may mean: rows of the village table, and whether it is taken for them."""

    villages: tuple[int, ...]
    taken: bool
    code: str  # of the problem, "" for a code that joins


def classes_of_villages(
    layer: AreaLayer, villages: pd.DataFrame
) -> tuple[NDArray[np.int8], tuple[Problem, ...]]:
    """(severity (v,) of each village of the registry, what was not understood of the list).

    `villages`: key, code, name_lo, name_en, district; `layer.values` besides: district (P-code or blank) and
    row, the row of the sheet.
    """
    meanings = _meanings(layer, villages)
    rows = layer.values["row"].to_numpy(dtype=np.int64)
    classes = layer.values["severity"].to_numpy(dtype=np.int8)
    severity = np.full(len(villages), int(layer.unlisted), dtype=np.int8)
    for meaning in meanings:
        if not meaning.taken:
            severity[list(meaning.villages)] = Severity.NOT_OBSERVED
    said: dict[int, int] = {}
    twice: set[int] = set()
    for number, meaning in enumerate(meanings):
        for village in meaning.villages if meaning.taken else ():
            if village in said and classes[said[village]] != classes[number]:
                twice |= {said[village], number}
                severity[village] = Severity.NOT_OBSERVED
            else:
                said.setdefault(village, number)
                severity[village] = classes[number]
    for number in twice:
        severity[list(meanings[number].villages)] = Severity.NOT_OBSERVED
    problems = list(_told(layer, villages, meanings))
    if twice:
        numbers = sorted(twice)
        problems.append(_problem(layer, "twice", rows[numbers], layer.values["pcode"].iloc[numbers]))
    return severity, tuple(problems)


def _meanings(layer: AreaLayer, villages: pd.DataFrame) -> list[_Meaning]:
    values = layer.values
    coded = villages["code"].dropna()
    codes = whole_codes(values["pcode"], coded) if len(coded) else values["pcode"]
    place_of = dict(zip(coded, coded.index, strict=True))
    row_of = {key: number for number, key in enumerate(villages["key"])}
    known = spellings_of(villages.assign(code=villages["key"]))
    own = villages["district"].tolist()
    return [
        _by_code(place_of[code], district, own)
        if code in place_of
        else _by_name(text, district, known, row_of, layer.by_name)
        for code, text, district in zip(codes, values["pcode"], values["district"], strict=True)
    ]


def _by_code(village: int, district: object, own: Sequence[object]) -> _Meaning:
    """The code joins, unless the list says that it lies in another district than the registry does."""
    apart = isinstance(district, str) and isinstance(own[village], str) and own[village] != district
    return _Meaning((village,), not apart, "elsewhere" if apart else "")


def _by_name(
    text: str,
    district: object,
    known: Mapping[str, Mapping[str, tuple[tuple[str, str], ...]]],
    row_of: Mapping[str, int],
    by_name: bool,
) -> _Meaning:
    if not isinstance(district, str):
        return _Meaning((), False, "unknown")
    found = near_villages(text, known.get(district, {}))
    same = [candidate for candidate in found if candidate.why == "places.why_spelling"]
    rows = tuple(row_of[candidate.code] for candidate in same or found)
    if len(same) == 1:
        return _Meaning(rows, by_name, "names_taken" if by_name else "names_propose")
    return _Meaning(rows, False, "names_near" if rows else "unknown")


def _told(layer: AreaLayer, villages: pd.DataFrame, meanings: Sequence[_Meaning]) -> Iterator[Problem]:
    """One problem for each thing that was not plain, with the villages it may mean."""
    rows = layer.values["row"].to_numpy(dtype=np.int64)
    texts = layer.values["pcode"]
    keys = villages["key"].tolist()
    for code in ("elsewhere", "names_taken", "names_propose", "names_near", "unknown"):
        numbers = [number for number, meaning in enumerate(meanings) if meaning.code == code]
        if not numbers:
            continue
        pairs = tuple(
            f"{texts.iloc[number]} = {' / '.join(keys[each] for each in meanings[number].villages)}"
            for number in numbers[:SHOWN]
            if meanings[number].villages
        )
        yield _problem(layer, code, rows[numbers], texts.iloc[numbers], pairs)


def _problem(
    layer: AreaLayer, code: str, rows: NDArray[np.int64], texts: pd.Series, pairs: tuple[str, ...] = ()
) -> Problem:
    args: dict[str, Arg] = {"count": len(rows), "name": layer.name}
    if pairs:
        args["pairs"] = pairs
    numbers, values = tuple(rows.tolist()), tuple(str(text) for text in texts)
    return Problem(
        f"exposure.village_{code}", layer.source.name, None, numbers, values, args, level="warning"
    )
