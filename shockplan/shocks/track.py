"""A storm's track and the radii of its winds, made into the ground that each wind swept over."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from shockplan.shocks.layer import Severity
from shockplan.shocks.severity import standards

NAUTICAL_MILE_M = 1852.0
QUADRANTS = ("ne", "se", "sw", "nw")
CORNERS = 64

_WGS84 = Geod(ellps="WGS84")


@dataclass(frozen=True, eq=False)
class Track:
    """Ground swept, EPSG:4326: `shapes` (k,) polygons, `severity` (k,) int8; `knots` the winds met."""

    shapes: NDArray[np.object_]
    severity: NDArray[np.int8]
    knots: tuple[int, ...]
    positions: int


def radius_fields(fields: list[str], knots: int) -> tuple[str, ...] | None:
    """The four fields of a wind's radii in nautical miles, north-east first, None where they are not there.

    Met in IBTrACS (USA_R34_NE) and in the advisories of warning centres (R34_NE, rad34_ne, ne34).
    """
    plain = {"".join(sign for sign in field.casefold() if sign.isalnum()): field for field in fields}
    for pattern in ("usar{k}{q}", "r{k}{q}", "rad{k}{q}", "radius{k}{q}", "{q}{k}"):
        names = [pattern.format(k=knots, q=quadrant) for quadrant in QUADRANTS]
        if all(name in plain for name in names):
            return tuple(plain[name] for name in names)
    return None


def swept_ground(frame: gpd.GeoDataFrame) -> Track | None:
    """What winds of 34, 50 and 64 knots swept over, None where the points carry no wind radii.

    Points in the order of the file are the storm's positions. Between two of them the wind field is
    taken to change evenly: the convex hull of both. A blank radius is a wind not met there.
    """
    limits = {
        Severity[name.upper()]: int(limit) for name, limit in standards()["storm_wind_kt"].breaks.items()
    }
    fields = [str(field) for field in frame.columns]
    points = frame.geometry.to_numpy()
    shapes: list[NDArray[np.object_]] = []
    severities: list[int] = []
    met: list[int] = []
    for severity, knots in limits.items():
        names = radius_fields(fields, knots)
        if names is None:
            continue
        met.append(knots)
        radii = frame[list(names)].apply(pd.to_numeric, errors="coerce").fillna(0).to_numpy(dtype="float64")
        ground = _hulls(_wind_fields(points, radii * NAUTICAL_MILE_M), radii.max(axis=1) > 0)
        if ground.is_empty:
            continue
        shapes.append(shapely.get_parts(ground))
        severities += [int(severity)] * len(shapes[-1])
    if not met:
        return None
    joined = np.concatenate(shapes) if shapes else np.empty(0, dtype=np.object_)
    return Track(joined, np.array(severities, dtype=np.int8), tuple(met), len(points))


def _wind_fields(points: NDArray[np.object_], radii_m: NDArray[np.float64]) -> NDArray[np.object_]:
    """(n,) polygons: around each position, each quarter at its own radius."""
    bearings = np.linspace(0, 360, CORNERS, endpoint=False)
    radius = radii_m[:, (bearings // 90).astype(int)]
    lon, lat = np.repeat(shapely.get_coordinates(points), CORNERS, axis=0).T
    east, north, _ = _WGS84.fwd(lon, lat, np.tile(bearings, len(points)), np.maximum(radius, 1.0).ravel())
    rings = np.stack([east, north], axis=1).reshape(len(points), CORNERS, 2)
    return np.asarray(shapely.polygons(rings), dtype=np.object_)


def _hulls(fields: NDArray[np.object_], blowing: NDArray[np.bool_]) -> shapely.Geometry:
    """The ground between each two positions where the wind blew, and around a lone one."""
    pairs = np.flatnonzero(blowing[:-1] & blowing[1:])
    both = np.array([shapely.union(fields[at], fields[at + 1]) for at in pairs], dtype=object)
    # a quarter with a shorter radius leaves a dent that a hull would fill: the field itself is not hulled
    between = shapely.convex_hull(both) if len(pairs) else np.empty(0, dtype=object)
    alone = shapely.make_valid(fields[blowing])
    return shapely.union_all([*between, *alone])
