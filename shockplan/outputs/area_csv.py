"""What each layer hit, district by district and province by province, and layer against layer; no persons.

Ground is in hundredths of a square kilometre, rounded district by district, so that districts sum to their
province and provinces to the total as printed. With a schematic map the ground is left blank.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shockplan.area_results import (
    CERTAINTIES,
    CLASSES,
    GAP,
    OUTSIDE,
    OVERLAP,
    class_matrix,
    ground_by_district,
    households_by_district,
)
from shockplan.areas import name_of
from shockplan.outputs.list_csv import csv_bytes
from shockplan.shocks.layer import HazardLayer, Layer
from shockplan.texts import Language

if TYPE_CHECKING:
    from shockplan.plan import Plan

GROUND = ("low_km2", "moderate_km2", "severe_km2", "affected_km2", "unseen_km2", "unaffected_km2", "area_km2")
COUNTS = (
    "households",
    *CERTAINTIES,
    *(f"class_{name}" for name in CLASSES),
    "people",
    *(f"people_{name}" for name in CERTAINTIES),
    *(f"people_class_{name}" for name in CLASSES),
    "members_blank",
)
HEADINGS = ("layer", "level", "place", "name_en", "name_lo", "value_of", *GROUND, "affected_share", *COUNTS)
TOTAL = "total"
LANGUAGES: tuple[Language, ...] = ("en", "lo")
DOUBTS = {
    OUTSIDE: "affected ground outside all districts",
    OVERLAP: "ground in two districts (counted in both rows)",
    GAP: "gaps between districts (counted in no row)",
}
Sums = tuple[int, ...]


def areas_csv(plan: "Plan") -> bytes:
    """Rows of every layer: districts, provinces, the total, and ground that the boundaries leave in doubt."""
    rows = [row for number in range(len(plan.inputs.layers)) for row in _layer_rows(plan, number)]
    return csv_bytes(list(HEADINGS), rows)


def matrix_csv(plan: "Plan") -> bytes:
    """Households by class of one layer and of another, for every pair of layers."""
    rows = []
    for first, second in combinations(plan.exposure.layers, 2):
        cells = class_matrix(first, second).to_numpy().tolist()
        rows += [
            (first.layer_id, row, second.layer_id, column, count)
            for row, counts in zip(CLASSES, cells, strict=True)
            for column, count in zip(CLASSES, counts, strict=True)
        ]
    return csv_bytes(["layer", "class", "other_layer", "other_class", "households"], rows)


def _layer_rows(plan: "Plan", number: int) -> Iterator[tuple[object, ...]]:
    layer, answer = plan.inputs.layers[number], plan.exposure.layers[number]
    table = households_by_district(plan.inputs.registry, answer)
    counts: dict[str, Sums] = {
        str(row[0]): row[1:] for row in table[["pcode", *COUNTS]].itertuples(index=False, name=None)
    }
    counts.pop(TOTAL)
    found = ground_by_district(layer, plan.inputs.boundaries) if isinstance(layer, HazardLayer) else None
    ground = _rounded(found.table) if found else {}
    hit = {pcode for pcode, sizes in ground.items() if sizes[GROUND.index("affected_km2")]}
    places = sorted(counts.keys() | hit)
    nobody = (0,) * len(COUNTS)
    for level, groups in (("district", places), ("province", sorted({place[:4] for place in places}))):
        for group in groups:
            mine = [place for place in places if place.startswith(group)]
            sizes, people = _sums(ground, mine), _sums(counts, mine, nobody)
            names = (name_of(plan.inputs.gazetteer, group, "en"), name_of(plan.inputs.gazetteer, group, "lo"))
            yield (
                layer.id,
                level,
                group,
                *names,
                _value_of(layer, level),
                *_shown(sizes),
                *(people or nobody),
            )
    people = _sums(counts, places, nobody) or nobody
    yield (layer.id, TOTAL, TOTAL, "", "", "", *_shown(_sums(ground, places)), *people)
    if found:
        doubts = _rounded(found.doubtful)
        for name, meaning in DOUBTS.items():
            yield (layer.id, name, name, meaning, "", "", *_shown(doubts[name]), *[""] * len(COUNTS))


def _value_of(layer: Layer, level: str) -> str:
    """Of what place an indicator's value is, where it is not the row's own: a province's on its districts."""
    if isinstance(layer, HazardLayer) or layer.level == level:
        return ""
    return layer.level


def _rounded(table: pd.DataFrame) -> dict[str, Sums]:
    """Hundredths of a square kilometre by P-code, as GROUND; sums are made of rounded parts."""
    whole = (table[list(GROUND)] * 100).round().astype(np.int64)
    whole["affected_km2"] = whole[["low_km2", "moderate_km2", "severe_km2"]].sum(axis=1)
    whole["area_km2"] = whole[["affected_km2", "unseen_km2", "unaffected_km2"]].sum(axis=1)
    sizes = whole[list(GROUND)].itertuples(index=False, name=None)
    return dict(zip(table["pcode"], sizes, strict=True))


def _sums(values: dict[str, Sums], places: Iterable[str], otherwise: Sums | None = None) -> Sums | None:
    """The rows of these places added up column by column; None where none of them has a row."""
    rows = [values.get(place, otherwise) for place in places]
    there = [row for row in rows if row is not None]
    return tuple(sum(column) for column in zip(*there, strict=True)) if there else None


def _shown(hundredths: Sequence[int] | None) -> list[str]:
    """The sizes of GROUND in square kilometres and the share affected, blank where it is not known."""
    if hundredths is None:
        return [""] * (len(GROUND) + 1)
    affected, area = hundredths[GROUND.index("affected_km2")], hundredths[GROUND.index("area_km2")]
    share = f"{affected / area:.4f}" if area else ""
    return [*(f"{size // 100}.{size % 100:02}" for size in hundredths), share]
