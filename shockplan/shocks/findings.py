"""What was noticed in the features of a layer, as problems that name their numbers in the file."""

from pathlib import Path

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from shockplan.problems import Problem
from shockplan.shocks.geometry import Parts
from shockplan.shocks.severity import BLANK, NOT_LISTED, plain_texts
from shockplan.shocks.vector import LAOS


def geometry_findings(
    path: Path,
    rows: NDArray[np.int64],
    found: Parts,
    wrapped: NDArray[np.bool_] | None = None,
    again: NDArray[np.bool_] | None = None,
) -> list[Problem]:
    """Features mended, refused, used without a part that has no area, wrapped round the world, repeated."""
    findings = []
    nowhere = np.zeros(len(rows), dtype=np.bool_)
    for code, where in (
        ("shocks.repaired", found.repaired),
        ("shocks.refused", found.refused),
        ("shocks.part_lost", found.lost),
        ("shocks.antimeridian", nowhere if wrapped is None else wrapped),
        ("shocks.repeated", nowhere if again is None else again),
    ):
        if where.any():
            numbers = _numbers(rows, where)
            args = {"count": len(numbers)}
            findings.append(Problem(code, path.name, rows=numbers, args=args, level="warning"))
    return findings


def class_findings(
    path: Path, rows: NDArray[np.int64], answers: NDArray[np.int8], kept: gpd.GeoDataFrame, field: str | None
) -> list[Problem]:
    """Features whose class field is blank, or holds what no class names."""
    findings: list[Problem] = []
    if field is None:
        return findings
    for code, answer in (("shocks.class_blank", BLANK), ("shocks.class_not_listed", NOT_LISTED)):
        where = answers == answer
        if where.any():
            texts, numbers = tuple(plain_texts(kept[field][where])), _numbers(rows, where)
            args = {"count": len(numbers)}
            findings.append(Problem(code, path.name, field, numbers, texts, args, level="warning"))
    return findings


def place_findings(path: Path, rows: NDArray[np.int64], kept: gpd.GeoDataFrame) -> list[Problem]:
    """Features that lie wholly outside the country stay in the layer and are listed."""
    bounds = kept.geometry.bounds.to_numpy()
    west, south, east, north = bounds.T
    away = (west > LAOS[2]) | (east < LAOS[0]) | (south > LAOS[3]) | (north < LAOS[1])
    outside = away & np.isfinite(bounds).all(axis=1)
    if not outside.any():
        return []
    numbers = _numbers(rows, outside)
    args = {"count": len(numbers)}
    return [Problem("shocks.feature_outside", path.name, rows=numbers, args=args, level="note")]


def _numbers(rows: NDArray[np.int64], where: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(row) for row in rows[where])
