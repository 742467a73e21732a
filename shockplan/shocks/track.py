"""A storm's track and the radii of its winds, made into the ground that each wind swept over."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from shockplan.progress import Progress, silent
from shockplan.registry.files import read_table
from shockplan.shocks.layer import Severity
from shockplan.shocks.severity import standards

NAUTICAL_MILE_M = 1852.0
QUADRANTS = ("ne", "se", "sw", "nw")
CORNERS = 64
TABLE_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods")
LONGITUDES = ("lon", "longitude", "long", "lng", "usalon", "geolon", "x")
LATITUDES = ("lat", "latitude", "usalat", "geolat", "y")
RADIUS_NAMES = ("usar{k}{q}", "r{k}{q}", "rad{k}{q}", "radius{k}{q}", "{q}{k}", "usar{k}", "r{k}", "rad{k}")
STORM_IDS = ("sid", "stormid", "usaatcfid", "atcfid", "cycloneid", "eventid")

_WGS84 = Geod(ellps="WGS84")


@dataclass(frozen=True, eq=False)
class Track:
    """Ground swept, EPSG:4326: `shapes` (k,) polygons, `severity` (k,) int8; `knots` the winds met."""

    shapes: NDArray[np.object_]
    severity: NDArray[np.int8]
    knots: tuple[int, ...]
    positions: int


def is_table(path: Path) -> bool:
    """Whether a file is a table of text or a workbook, no map."""
    return path.suffix.lower() in TABLE_SUFFIXES


def track_table(path: Path, sheet: str | None, progress: Progress = silent) -> gpd.GeoDataFrame | None:
    """The positions in a table (CSV, workbook) as points on EPSG:4326, their other columns as text.

    A position without readable degrees has an empty point. None where no column is a longitude or latitude.
    """
    table = read_table(path, sheet, None, lambda text: _plain(text) in (*LONGITUDES, *LATITUDES), progress)
    columns = {
        name: pd.Series(column.to_pylist(), dtype="str")
        for name, column in zip(table.headings, table.columns, strict=True)
    }
    fields = {_plain(name): name for name in reversed(columns)}
    lon, lat = (
        next((fields[name] for name in names if name in fields), None) for names in (LONGITUDES, LATITUDES)
    )
    if lon is None or lat is None:
        return None
    x, y = (pd.to_numeric(columns[name], errors="coerce").to_numpy(dtype="float64") for name in (lon, lat))
    there = (np.abs(x) <= 360) & (np.abs(y) <= 90)
    points = np.where(there, shapely.points(np.where(there, x, 0), np.where(there, y, 0)), shapely.Point())
    return gpd.GeoDataFrame(columns, geometry=points, crs="EPSG:4326")


def radius_fields(fields: list[str], knots: int) -> tuple[str, ...] | None:
    """The four fields of a wind's radii in nautical miles, north-east first, None where they are not there.

    Met in IBTrACS (USA_R34_NE) and in the advisories of warning centres (R34_NE, rad34_ne, ne34). One field
    for all quarters (R34) is given four times.
    """
    plain = {_plain(field): field for field in fields}
    for pattern in (
        "usar{k}{q}",
        "r{k}{q}",
        "rad{k}{q}",
        "radius{k}{q}",
        "{q}{k}",
        "usar{k}",
        "r{k}",
        "rad{k}",
    ):
        names = [pattern.format(k=knots, q=quadrant) for quadrant in QUADRANTS]
        if all(name in plain for name in names):
            return tuple(plain[name] for name in names)
    return None


def swept_ground(frame: gpd.GeoDataFrame) -> Track | None:
    """What winds of 34, 50 and 64 knots swept over, None where the points carry no wind radii.

    Points in the order of the file are a storm's positions; a field of storm ids keeps storms apart.
    Between two positions the wind field is taken to change evenly: the convex hull of both. A blank
    radius is a wind not met there.
    """
    limits = {
        Severity[name.upper()]: int(limit) for name, limit in standards()["storm_wind_kt"].breaks.items()
    }
    fields = [str(field) for field in frame.columns]
    points = frame.geometry.to_numpy()
    storm = _storms(frame)
    shapes: list[NDArray[np.object_]] = []
    severities: list[int] = []
    met: list[int] = []
    for severity, knots in limits.items():
        names = radius_fields(fields, knots)
        if names is None:
            continue
        met.append(knots)
        radii = frame[list(names)].apply(pd.to_numeric, errors="coerce").fillna(0).to_numpy(dtype="float64")
        ground = _hulls(_wind_fields(points, radii * NAUTICAL_MILE_M), radii.max(axis=1) > 0, storm)
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
    # 0 to 360 degrees: a storm of the Pacific crosses the 180th meridian, none of Laos the 0th
    lon = lon % 360
    east, north, _ = _WGS84.fwd(lon, lat, np.tile(bearings, len(points)), np.maximum(radius, 1.0).ravel())
    rings = np.stack([east % 360, north], axis=1).reshape(len(points), CORNERS, 2)
    return np.asarray(shapely.polygons(rings), dtype=np.object_)


def _storms(frame: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """(n,) number of the storm that each position belongs to, all 0 where no field says."""
    fields = {_plain(str(field)): field for field in frame.columns}
    named = next((fields[name] for name in STORM_IDS if name in fields), None)
    if named is None:
        return np.zeros(len(frame), dtype=np.int64)
    return np.asarray(pd.factorize(frame[named].astype("str"))[0], dtype=np.int64)


def _plain(field: str) -> str:
    return "".join(sign for sign in field.casefold() if sign.isalnum())


def _hulls(
    fields: NDArray[np.object_], blowing: NDArray[np.bool_], storm: NDArray[np.int64]
) -> shapely.Geometry:
    """The ground between each two positions of a storm where the wind blew, and around a lone one."""
    pairs = np.flatnonzero(blowing[:-1] & blowing[1:] & (storm[:-1] == storm[1:]))
    both = np.array([shapely.union(fields[at], fields[at + 1]) for at in pairs], dtype=object)
    # a quarter with a shorter radius leaves a dent that a hull would fill: the field itself is not hulled
    between = shapely.convex_hull(both) if len(pairs) else np.empty(0, dtype=object)
    alone = shapely.make_valid(fields[blowing])
    return shapely.union_all([*between, *alone])
