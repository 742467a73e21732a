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
from shockplan.progress import Progress, silent
from shockplan.registry.household import Registry
from shockplan.shocks.layer import HazardLayer, Severity

CLASSES = tuple(severity.name.lower() for severity in Severity)
CERTAINTIES = tuple(certainty.name.lower() for certainty in Certainty)
SQUARE_KM = 1e6


@dataclass(frozen=True, eq=False)
class GroundResults:
    """The ground of one hazard by district, square kilometres on WGS 84.

    `table`: pcode, area_km2, low_km2, moderate_km2, severe_km2, affected_km2 (their sum), unseen_km2,
    unaffected_km2 (the rest of area_km2), share (affected_km2 / area_km2).
    `outside_km2`: affected ground in no district. `overlap_km2`, `gap_km2`: ground that the boundary file
    gives to two districts, and ground that it leaves out between them.
    """

    table: pd.DataFrame
    outside_km2: float
    overlap_km2: float
    gap_km2: float


def ground_by_district(
    layer: HazardLayer, boundaries: Boundaries, progress: Progress = silent
) -> GroundResults | None:
    """The ground hit in each district. None for a schematic map: its cells are no districts."""
    if boundaries.schematic:
        return None
    shapes = boundaries.frame.geometry.to_numpy()
    found = coverage(shapes, layer.parts, layer.severity, layer.observed, progress)
    area = areas_m2(shapes) / SQUARE_KM
    table = pd.DataFrame({"pcode": boundaries.frame["pcode"].to_numpy(), "area_km2": area})
    for rank, name in enumerate(("low", "moderate", "severe")):
        table[f"{name}_km2"] = found.by_class[:, rank] * area
    table["affected_km2"] = table[["low_km2", "moderate_km2", "severe_km2"]].sum(axis=1)
    table["unseen_km2"] = found.unseen * area
    table["unaffected_km2"] = (area - table["affected_km2"] - table["unseen_km2"]).clip(lower=0)
    table["share"] = table["affected_km2"] / table["area_km2"]
    country = shapely.union_all(shapes)
    hit = layer.parts[layer.severity > 0]
    outside = shapely.difference(shapely.union_all(hit), country) if len(hit) else shapely.Polygon()
    holes = shapely.polygons(shapely.get_rings(country)) if len(shapes) else np.empty(0, dtype=object)
    filled = areas_m2(np.array([shapely.union_all(holes)]))[0] / SQUARE_KM
    joined = areas_m2(np.array([country]))[0] / SQUARE_KM
    return GroundResults(
        table=table,
        outside_km2=float(areas_m2(np.array([_areal(outside)]))[0]) / SQUARE_KM,
        overlap_km2=max(0.0, float(area.sum()) - joined),
        gap_km2=max(0.0, filled - joined),
    )


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
