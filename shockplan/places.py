"""Where each household stands: at its GPS point, in a disc around its village, or in its district."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from shockplan.boundaries import Boundaries
from shockplan.certainty import Basis
from shockplan.columns import columns_of
from shockplan.overlay import discs
from shockplan.point_grid import PointGrid, grid_points
from shockplan.registry.household import Registry


@dataclass(frozen=True, eq=False)
class Places:
    """Where n households stand: each by its best ground.

    `gps` (g,) rows of the households with a point, `grid` those points; `shapes` (m,) discs (points
    where the radius is 0) and districts, `anchors` (m, 2) a longitude and latitude inside each;
    `shape_of` (n,) row of `shapes`, -1 none; `basis` (n,) int8 of Basis.
    """

    gps: NDArray[np.int64]
    grid: PointGrid
    shapes: NDArray[np.object_]
    anchors: NDArray[np.float64]
    shape_of: NDArray[np.int64]
    basis: NDArray[np.int8]


_GRIDS: "WeakKeyDictionary[Registry, PointGrid]" = WeakKeyDictionary()
"""The points of a registry, sorted once: every layer and every later plan finds them sorted."""


def places_of(registry: Registry, boundaries: Boundaries, radius_m: int) -> Places:
    """Households that share a village or a district share one shape, looked at once."""
    households, villages = registry.households, registry.villages
    lon = households["lon"].to_numpy(dtype="float64", na_value=np.nan)
    lat = households["lat"].to_numpy(dtype="float64", na_value=np.nan)
    village = households["village"].to_numpy(dtype=np.int64)
    has_gps = ~(np.isnan(lon) | np.isnan(lat))
    # one more row, for the village -1 of households without one
    points = np.append(villages[["lon", "lat"]].to_numpy(dtype="float64"), [[np.nan, np.nan]], axis=0)
    by_village = ~has_gps & ~np.isnan(points).any(axis=1)[village]
    rest = ~has_gps & ~by_village

    used, village_row = np.unique(village[by_village], return_inverse=True)
    shapes = _village_ground(points[used], radius_m)
    district_shapes, district_row = _district_ground(columns_of(registry).text("district"), rest, boundaries)
    shape_of = np.full(len(households), -1, dtype=np.int64)
    shape_of[by_village] = village_row
    shape_of[rest] = np.where(district_row[rest] < 0, -1, district_row[rest] + len(shapes))
    basis = np.full(len(households), Basis.NOTHING, dtype=np.int8)
    basis[rest & (shape_of >= 0)] = Basis.DISTRICT
    basis[by_village] = Basis.VILLAGE
    basis[has_gps] = Basis.GPS
    gps = np.flatnonzero(has_gps)
    if registry not in _GRIDS:
        _GRIDS[registry] = grid_points(lon[gps], lat[gps])
    inner = shapely.get_coordinates(shapely.point_on_surface(district_shapes))
    return Places(
        gps=gps,
        grid=_GRIDS[registry],
        shapes=np.concatenate([shapes, district_shapes]),
        anchors=np.concatenate([points[used], inner]),
        shape_of=shape_of,
        basis=basis,
    )


def _village_ground(points: NDArray[np.float64], radius_m: int) -> NDArray[np.object_]:
    if radius_m > 0:
        return discs(points[:, 0], points[:, 1], radius_m)
    return np.asarray(shapely.points(points), dtype=np.object_)


def _district_ground(
    district: tuple[NDArray[np.int32], NDArray[np.object_]], rest: NDArray[np.bool_], boundaries: Boundaries
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Shapes of the districts needed and each household's row of them; none from a schematic map."""
    if boundaries.schematic or not rest.any():
        return np.empty(0, dtype=np.object_), np.full(len(rest), -1, dtype=np.int64)
    codes = pd.Index(boundaries.frame["pcode"])
    number, names = district
    row = np.append(codes.get_indexer(pd.Index(names)), -1)[number]
    needed = np.unique(row[rest & (row >= 0)])
    place = np.full(len(codes) + 1, -1, dtype=np.int64)
    place[needed] = np.arange(len(needed))
    shapes = boundaries.frame.geometry.to_numpy()[needed]
    return np.asarray(shapes, dtype=np.object_), place[row]
