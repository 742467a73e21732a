"""What a shock did by district: ground, households and people by class, in rows that sum to the total."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from shockplan.boundaries import Boundaries
from shockplan.certainty import Certainty
from shockplan.exposure import LayerExposure
from shockplan.overlay import areas_m2, coverage
from shockplan.progress import Progress, part, silent
from shockplan.registry.household import Registry
from shockplan.shocks.layer import HazardLayer, Severity

CLASSES = tuple(severity.name.lower() for severity in Severity)
CERTAINTIES = tuple(certainty.name.lower() for certainty in Certainty)
SQUARE_KM = 1e6
OUTSIDE, OVERLAP, GAP = "outside", "overlap", "gap"
LEAST_OVERLAP = 1e-12
"""Square degrees, a hundredth of a square metre: less is the rounding of coordinates."""


@dataclass(frozen=True, eq=False)
class GroundResults:
    """The ground of one hazard by district, square kilometres on WGS 84.

    `table`: pcode, area_km2, low_km2, moderate_km2, severe_km2, affected_km2 (their sum), unseen_km2,
    unaffected_km2 (the rest of area_km2), share (affected_km2 / area_km2).
    `doubtful`: the same columns for what the boundary file leaves in doubt, pcode OUTSIDE (affected ground
    beyond it), OVERLAP (ground it gives to two districts, in both their rows) and GAP (ground it leaves out
    between them, in no row). Affected ground = sum of the districts - OVERLAP + GAP + OUTSIDE.
    """

    table: pd.DataFrame
    doubtful: pd.DataFrame

    def doubt(self, name: str, column: str = "area_km2") -> float:
        """One figure of `doubtful`."""
        return float(self.doubtful.loc[self.doubtful["pcode"] == name, column].sum())


def ground_by_district(
    layer: HazardLayer, boundaries: Boundaries, progress: Progress = silent
) -> GroundResults | None:
    """The ground hit in each district. None for a schematic map: its cells are no districts."""
    if boundaries.schematic:
        return None
    shapes = boundaries.frame.geometry.to_numpy()
    table = _ground_of(boundaries.frame["pcode"].to_numpy(), shapes, layer, part(progress, 0, 0.9))
    country = shapely.union_all(shapes)
    rings = shapely.get_rings(shapely.get_parts(country))
    filled = shapely.union_all(shapely.polygons(rings)) if len(rings) else country
    hit = layer.parts[layer.severity > 0]
    outside = shapely.difference(shapely.union_all(hit), filled) if len(hit) else shapely.Polygon()
    doubts = [outside, _overlaps(shapes), shapely.difference(filled, country)]
    areal = np.array([_areal(shape) for shape in doubts], dtype=np.object_)
    return GroundResults(table, _ground_of(np.array([OUTSIDE, OVERLAP, GAP]), areal, layer, silent))


def _ground_of(
    names: NDArray[np.object_], shapes: NDArray[np.object_], layer: HazardLayer, progress: Progress
) -> pd.DataFrame:
    """The columns of `GroundResults.table` for these shapes; an empty one has no ground and the share 0."""
    area = areas_m2(shapes) / SQUARE_KM
    there = area > 0
    by_class, unseen = np.zeros((len(shapes), 3)), np.zeros(len(shapes))
    found = coverage(shapes[there], layer.parts, layer.severity, layer.observed, progress)
    by_class[there], unseen[there] = found.by_class, found.unseen
    table = pd.DataFrame({"pcode": names, "area_km2": area})
    for rank, name in enumerate(("low", "moderate", "severe")):
        table[f"{name}_km2"] = by_class[:, rank] * area
    table["affected_km2"] = table[["low_km2", "moderate_km2", "severe_km2"]].sum(axis=1)
    table["unseen_km2"] = unseen * area
    table["unaffected_km2"] = (area - table["affected_km2"] - table["unseen_km2"]).clip(lower=0)
    table["share"] = (table["affected_km2"] / table["area_km2"].where(there, 1)).to_numpy()
    return table


def _overlaps(shapes: NDArray[np.object_]) -> shapely.Geometry:
    """Ground that two of the shapes share."""
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pair = first < second
    shared = shapely.intersection(shapes[first[pair]], shapes[second[pair]])
    return shapely.union_all(shared[shapely.area(shared) > LEAST_OVERLAP])


def households_by_district(registry: Registry, answer: LayerExposure) -> pd.DataFrame:
    """Households and people of each district by certainty and by class of one layer.

    Columns: pcode, households, one for each certainty and `class_` of each severity (both sum to
    households), people_ and the same, people, members_blank (households whose members are not known and
    count nowhere as people). The last row, pcode "total", is the sum of the others.
    """
    district, pcodes = pd.factorize(registry.households["district"], sort=True)
    members = registry.households["members"].to_numpy(dtype="float64", na_value=np.nan)
    people = np.nan_to_num(members)
    table = pd.DataFrame({"pcode": np.asarray(pcodes, dtype=str)})
    table["households"] = np.bincount(district, minlength=len(pcodes))
    for prefix, weight in (("", None), ("people_", people)):
        for names, classes, first in ((CERTAINTIES, answer.certainty, 0), (CLASSES, answer.severity, -1)):
            kind = "class_" if first else ""
            counts = _counts(district, classes, len(pcodes), len(names), first, weight)
            for column, name in enumerate(names):
                table[f"{prefix}{kind}{name}"] = counts[:, column]
    table["people"] = np.bincount(district, people, len(pcodes)).astype(np.int64)
    table["members_blank"] = np.bincount(district, np.isnan(members), len(pcodes)).astype(np.int64)
    numbers = table.drop(columns="pcode")
    total = pd.DataFrame([numbers.sum()]).assign(pcode="total")
    return pd.concat([table, total[table.columns]], ignore_index=True)


def class_matrix(first: LayerExposure, second: LayerExposure) -> pd.DataFrame:
    """Households by class of one layer (rows) and of another (columns), from not observed to severe."""
    count = len(CLASSES)
    place = (first.severity.astype(np.int64) + 1) * count + second.severity.astype(np.int64) + 1
    cells = np.bincount(place, minlength=count * count).reshape(count, count)
    return pd.DataFrame(cells, index=list(CLASSES), columns=list(CLASSES))


def _counts(
    district: NDArray[np.int64],
    classes: NDArray[np.int8],
    districts: int,
    kinds: int,
    first: int,
    weight: NDArray[np.float64] | None,
) -> NDArray[np.int64]:
    """(districts, kinds) households, or their people, by district and class; `first` is the lowest class."""
    place = district.astype(np.int64) * kinds + classes.astype(np.int64) - first
    counted = np.bincount(place, weight, districts * kinds)
    return counted.reshape(districts, kinds).round().astype(np.int64)


def _areal(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
