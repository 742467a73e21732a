"""Exact overlay: which points stand in which ground, and how much of a place the ground covers.

Longitude and latitude are one plane here, for points and for areas alike, so that a place of share
1 holds no point outside. Areas are on the WGS 84 ellipsoid.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from shockplan.point_grid import PointGrid
from shockplan.progress import Progress, part, silent
from shockplan.shocks.layer import Severity
from shockplan.winding import meets_any

_ECCENTRICITY = 0.0818191908426215  # WGS 84
_POLAR_RADIUS_M = 6356752.314245179
SEVERITIES = (Severity.LOW, Severity.MODERATE, Severity.SEVERE)


@dataclass(frozen=True, eq=False)
class Coverage:
    """How much of each of m places is covered.

    by_class (m, 3): share of the place whose highest class is low, moderate, severe.
    affected (m,): their sum. unseen (m,): share neither affected nor observed. 0.0 to 1.0.
    """

    by_class: NDArray[np.float64]
    affected: NDArray[np.float64]
    unseen: NDArray[np.float64]


def highest_at(
    parts: NDArray[np.object_], severity: NDArray[np.int8], points: PointGrid, progress: Progress = silent
) -> NDArray[np.int8]:
    """(n,) int8: the highest severity of the parts that each point meets, edges included; 0 where none.

    `parts` (k,) valid Polygons, may overlap; `severity` (k,). Parts of NONE or less are passed over.
    """
    found = np.zeros(points.count, dtype=np.int8)
    for number, level in enumerate(reversed(SEVERITIES)):
        step = part(progress, number / len(SEVERITIES), (number + 1) / len(SEVERITIES))
        met = meets_any(points, parts[severity == level], step)
        found[met & (found == 0)] = level
    return found


def coverage(
    places: NDArray[np.object_],
    parts: NDArray[np.object_],
    severity: NDArray[np.int8],
    observed: shapely.Geometry | None = None,
    progress: Progress = silent,
) -> Coverage:
    """How much of each place the parts cover, ground under several parts counted once, highest class.

    `places` (m,) valid Polygons or MultiPolygons. Parts of severity NOT_OBSERVED, and ground outside
    `observed`, are unseen where nothing else covers them.
    """
    tree = shapely.STRtree(parts)
    by_class = np.zeros((len(places), len(SEVERITIES)))
    unseen = np.zeros(len(places))
    if observed is not None:
        shapely.prepare(observed)
    for row, place in enumerate(places):
        near = tree.query(place, predicate="intersects")
        whole = float(areas_m2(np.array([place]))[0])
        above = np.zeros(len(SEVERITIES) + 1)
        for rank, level in enumerate(SEVERITIES):
            above[rank] = _covered_m2(place, parts[near[severity[near] >= level]])
        by_class[row] = np.clip((above[:-1] - above[1:]) / whole, 0, 1)
        unseen[row] = _unseen_m2(place, parts[near], severity[near], observed) / whole
        progress((row + 1) / len(places))
    affected = by_class.sum(axis=1)
    return Coverage(by_class, _snapped(affected), _snapped(unseen))


def areas_m2(polygons: NDArray[np.object_]) -> NDArray[np.float64]:
    """(n,) area in square metres on WGS 84 of polygons whose edges are straight in degrees.

    Each edge adds its width in longitude times the mean, along the edge, of the area between the
    equator and the latitude (Snyder 1987, eq. 3-12), by Gauss's rule with three points.
    """
    shells, owner = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(shells, return_index=True)
    first = np.ones(len(rings), dtype=np.bool_)
    first[1:] = part[1:] != part[:-1]
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    if not len(coords):
        return np.zeros(len(polygons))
    lon, lat = np.radians(coords[:, 0]), np.radians(coords[:, 1])
    inside = ring[1:] == ring[:-1]
    step = np.diff(lon)[inside]
    middle, half = ((lat[1:] + lat[:-1]) / 2)[inside], (np.diff(lat) / 2)[inside]
    off = half * np.sqrt(0.6)
    mean = (5 * _zone_m2(middle - off) + 8 * _zone_m2(middle) + 5 * _zone_m2(middle + off)) / 18
    signed = np.bincount(ring[:-1][inside], step * mean, minlength=len(rings))
    sizes = np.where(first, np.abs(signed), -np.abs(signed))
    return np.asarray(np.bincount(owner[part], sizes, minlength=len(polygons)), dtype=np.float64)


def discs(
    lon: NDArray[np.float64], lat: NDArray[np.float64], radius_m: float, corners: int = 64
) -> NDArray[np.object_]:
    """(n,) Polygons of `corners` corners, each `radius_m` along the geodesic from its centre."""
    bearings = np.linspace(0, 360, corners, endpoint=False)
    east, north, _ = Geod(ellps="WGS84").fwd(
        np.repeat(lon, corners),
        np.repeat(lat, corners),
        np.tile(bearings, len(lon)),
        np.full(len(lon) * corners, float(radius_m)),
    )
    rings = np.stack([east, north], axis=1).reshape(len(lon), corners, 2)
    return np.asarray(shapely.polygons(rings), dtype=np.object_)


def _zone_m2(lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area between the equator and a latitude (radians), for one radian of longitude."""
    sine = np.sin(lat)
    e = _ECCENTRICITY
    half = sine / (1 - (e * sine) ** 2) + np.arctanh(e * sine) / e
    return np.asarray(_POLAR_RADIUS_M**2 / 2 * half)


def _covered_m2(place: shapely.Geometry, parts: NDArray[np.object_]) -> float:
    if not len(parts):
        return 0.0
    pieces = shapely.intersection(place, parts)
    joined = shapely.union_all(pieces) if len(pieces) > 1 else pieces[0]
    return float(areas_m2(np.array([_polygonal(joined)]))[0])


def _unseen_m2(
    place: shapely.Geometry,
    parts: NDArray[np.object_],
    severity: NDArray[np.int8],
    observed: shapely.Geometry | None,
) -> float:
    """Ground of the place that was not looked at and that no part says anything of."""
    ground = []
    if observed is not None and not shapely.covers(observed, place):
        ground.append(shapely.difference(place, observed))
    hidden = parts[severity == Severity.NOT_OBSERVED]
    if len(hidden):
        ground.append(shapely.intersection(place, shapely.union_all(hidden)))
    if not ground:
        return 0.0
    unseen = shapely.union_all(ground)
    told = parts[severity > Severity.NOT_OBSERVED]
    if len(told):
        unseen = shapely.difference(unseen, shapely.union_all(told))
    return float(areas_m2(np.array([_polygonal(unseen)]))[0])


def _polygonal(shape: shapely.Geometry) -> shapely.Geometry:
    """Its polygons only; what touches along a line or in a point has no area."""
    parts = shapely.get_parts(shape)
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def _snapped(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares that are 0 or 1 but for the rounding of coordinates (one part in a thousand million)."""
    share = np.clip(share, 0, 1)
    share = np.where(share > 1 - 1e-9, 1.0, share)
    return np.where(share < 1e-9, 0.0, share)
