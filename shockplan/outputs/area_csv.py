"""What each layer hit, district by district, and layer against layer; no persons.

Ground is in hundredths of a square kilometre, rounded row by row, so that the rows of a layer sum to its
total as printed. With a schematic map the ground is left blank.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shockplan.area_results import (
    CERTAINTIES,
    CLASSES,
    class_matrix,
    ground_by_district,
    households_by_district,
)
from shockplan.outputs.list_csv import csv_bytes
from shockplan.shocks.layer import HazardLayer

if TYPE_CHECKING:
    from shockplan.plan import Plan

GROUND = ("low_km2", "moderate_km2", "severe_km2", "affected_km2", "unseen_km2", "unaffected_km2", "area_km2")
COUNTS = (
    "households",
    *CERTAINTIES,
    *(f"class_{name}" for name in CLASSES),
    "people",
    *(f"people_{name}" for name in CERTAINTIES),
    "members_blank",
)
NO_GROUND = ("",) * len(GROUND)
TOTAL, OUTSIDE = "total", "outside all districts"
OVERLAP, GAP = "overlap of districts", "gap between districts"


def areas_csv(plan: "Plan") -> bytes:
    """A row a layer and district, a total a layer, then ground that the boundary file leaves in doubt."""
    rows = [row for number in range(len(plan.inputs.layers)) for row in _layer_rows(plan, number)]
    return csv_bytes(["layer", "place", *GROUND, *COUNTS], rows)


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
    counts = {str(row[0]): row[1:] for row in table[["pcode", *COUNTS]].itertuples(index=False, name=None)}
    total = counts.pop(TOTAL)
    found = ground_by_district(layer, plan.inputs.boundaries) if isinstance(layer, HazardLayer) else None
    ground = _rounded(found.table) if found else {}
    hit = {pcode for pcode, sizes in ground.items() if sizes[GROUND.index("affected_km2")]}
    places = sorted(counts.keys() | hit)
    for pcode in places:
        sizes = _shown(ground[pcode]) if pcode in ground else NO_GROUND
        yield (layer.id, pcode, *sizes, *counts.get(pcode, (0,) * len(COUNTS)))
    listed = [ground[pcode] for pcode in places if pcode in ground]
    summed = _shown([sum(column) for column in zip(*listed, strict=True)]) if listed else NO_GROUND
    yield (layer.id, TOTAL, *summed, *total)
    if found:
        blank = [""] * (len(GROUND) - 1 + len(COUNTS))
        for name, size in ((OUTSIDE, found.outside_km2), (OVERLAP, found.overlap_km2), (GAP, found.gap_km2)):
            yield (layer.id, name, *_shown([round(size * 100)]), *blank)


def _rounded(table: pd.DataFrame) -> dict[str, tuple[int, ...]]:
    """Hundredths of a square kilometre by P-code, as GROUND; sums are made of rounded parts."""
    whole = (table[list(GROUND)] * 100).round().astype(np.int64)
    whole["affected_km2"] = whole[["low_km2", "moderate_km2", "severe_km2"]].sum(axis=1)
    whole["area_km2"] = whole[["affected_km2", "unseen_km2", "unaffected_km2"]].sum(axis=1)
    sizes = whole[list(GROUND)].itertuples(index=False, name=None)
    return dict(zip(table["pcode"], sizes, strict=True))


def _shown(hundredths: Sequence[int]) -> list[str]:
    return [f"{size // 100}.{size % 100:02}" for size in hundredths]
