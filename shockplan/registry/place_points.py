"""Is a household's point where it can be? Exchanged, in metres, abroad, or in another district.

A point that cannot be right is blanked, with a proposal where one is plain. Nothing is turned or
projected without a person's decision.
"""

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from shockplan.areas import Gazetteer
from shockplan.boundaries import LAOS, Boundaries
from shockplan.problems import Arg, Level, Problem
from shockplan.progress import side_by_side
from shockplan.registry.place_decisions import NO_PLACE_DECISIONS, PlaceDecisions

OUTLINE_SLACK = 0.15
"""Degrees (about 16 km) that the coarse outline may be wrong; official shapes stay within it."""

NEAR_BORDER_M = 300.0
"""A point this near to its own district is not reported: borders and GPS are no better."""

UTM_ZONES = ("EPSG:32647", "EPSG:32648")
_METRE_LIMITS = (100_000.0, 900_000.0, 1_500_000.0, 2_550_000.0)
"""Least and most easting and northing of Laos in UTM zones 47N and 48N."""


class PointFinding(IntEnum):
    """What a point is. Only FINE, EXCHANGED_TURNED and PROJECTED keep coordinates."""

    BLANK = 0
    FINE = 1
    HALF = 2  # one of the two coordinates is missing
    ZERO = 3
    EXCHANGED = 4
    METRES_47 = 5
    METRES_48 = 6
    OUTSIDE = 7
    EXCHANGED_TURNED = 8  # turned as a person decided
    PROJECTED = 9  # brought from metres as a person decided


REPORTED: dict[PointFinding, tuple[str, Level]] = {
    PointFinding.HALF: ("places.point_half", "warning"),
    PointFinding.ZERO: ("places.point_zero", "warning"),
    PointFinding.EXCHANGED: ("places.point_exchanged", "warning"),
    PointFinding.METRES_47: ("places.point_utm47", "warning"),
    PointFinding.METRES_48: ("places.point_utm48", "warning"),
    PointFinding.OUTSIDE: ("places.point_outside", "warning"),
    PointFinding.EXCHANGED_TURNED: ("places.point_turned", "note"),
    PointFinding.PROJECTED: ("places.point_projected", "note"),
}


@dataclass(frozen=True, eq=False)
class Points:
    """For n rows: lon, lat (n,) float64 degrees, NaN where blank or blanked; finding (n,) int8 of
    PointFinding; what a point would be if the proposal were accepted: proposed_lon, proposed_lat (n,).
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    finding: NDArray[np.int8]
    proposed_lon: NDArray[np.float64]
    proposed_lat: NDArray[np.float64]


def check_points(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    gazetteer: Gazetteer,
    decisions: PlaceDecisions = NO_PLACE_DECISIONS,
) -> Points:
    """Sort points (n,) as read into fine and doubtful ones, and propose what is plain."""
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    half = len(x) // 2
    halves = side_by_side(
        lambda rows: _checked(x[rows], y[rows], gazetteer, decisions), (slice(half), slice(half, None))
    )
    one, other = halves
    both = ((getattr(one, field.name), getattr(other, field.name)) for field in fields(Points))
    return Points(*map(np.concatenate, both))


def _checked(
    x: NDArray[np.float64], y: NDArray[np.float64], gazetteer: Gazetteer, decisions: PlaceDecisions
) -> Points:
    """`check_points` of some rows, each of which is judged by itself."""
    ground = shapely.buffer(gazetteer.outline, OUTLINE_SLACK)
    shapely.prepare(ground)
    finding = np.full(len(x), PointFinding.OUTSIDE, dtype=np.int8)
    proposed_lon, proposed_lat = np.full(len(x), np.nan), np.full(len(x), np.nan)
    no_x, no_y = np.isnan(x), np.isnan(y)
    finding[no_x & no_y] = PointFinding.BLANK
    finding[no_x ^ no_y] = PointFinding.HALF
    finding[(x == 0) & (y == 0)] = PointFinding.ZERO
    finding[_inside(ground, x, y)] = PointFinding.FINE
    turned = (finding == PointFinding.OUTSIDE) & _inside(ground, y, x)
    finding[turned] = PointFinding.EXCHANGED
    proposed_lon[turned], proposed_lat[turned] = y[turned], x[turned]
    _propose_from_metres(x, y, ground, decisions, finding, proposed_lon, proposed_lat)
    accepted = _accept(finding, decisions)
    fine = finding == PointFinding.FINE
    lon = np.where(fine, x, np.where(accepted, proposed_lon, np.nan))
    lat = np.where(fine, y, np.where(accepted, proposed_lat, np.nan))
    return Points(lon, lat, finding, proposed_lon, proposed_lat)


def point_problems(
    points: Points,
    rows: NDArray[np.int64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    file: str,
    column: str,
) -> tuple[Problem, ...]:
    """One problem for each kind of finding, with its rows and the numbers as read (106.8 / 14.7)."""
    problems = []
    for finding, (code, level) in REPORTED.items():
        found = np.flatnonzero(points.finding == finding)
        if len(found):
            values = tuple(f"{_shown(x[place])} / {_shown(y[place])}" for place in found)
            where = tuple(rows[found].tolist())
            problems.append(Problem(code, file, column, where, values, level=level))
    return tuple(problems)


def _shown(number: np.float64) -> str:
    return "–" if np.isnan(number) else repr(float(number))


def points_elsewhere(households: pd.DataFrame, boundaries: Boundaries, file: str) -> tuple[Problem, ...]:
    """Households whose point lies in another district than their code says. The code stands.

    Needs columns district, lon, lat, source_row. The schematic map cannot tell, so it says nothing.
    """
    if boundaries.schematic:
        return ()
    shapes = dict(zip(boundaries.frame["pcode"], boundaries.frame.geometry, strict=True))
    located = households[households["lon"].notna() & households["lat"].notna()]
    astray = [
        rows.index.to_numpy()[_astray(shapes[code], rows)]
        for code, rows in located.groupby("district", sort=False)
        if code in shapes
    ]
    places = np.concatenate(astray) if astray else np.empty(0, dtype=np.int64)
    if not len(places):
        return ()
    wrong = households.loc[np.sort(places)]
    points = shapely.points(wrong["lon"].to_numpy(), wrong["lat"].to_numpy())
    point, shape = shapely.STRtree(boundaries.frame.geometry.to_numpy()).query(points, predicate="intersects")
    lies_in = np.full(len(wrong), "", dtype=object)
    lies_in[point] = boundaries.frame["pcode"].to_numpy()[shape]
    values = tuple(f"{code} / {other or '–'}" for code, other in zip(wrong["district"], lies_in, strict=True))
    where = tuple(wrong["source_row"].tolist())
    return (Problem("places.point_in_other_district", file, "district", where, values, level="warning"),)


def villages_elsewhere(villages: pd.DataFrame, boundaries: Boundaries, file: str) -> tuple[Problem, ...]:
    """Villages whose reference point lies in another district than theirs: one problem that names them.

    Needs columns code, district, lon, lat. The schematic map says nothing here either.
    """
    found = points_elsewhere(villages.assign(source_row=np.arange(len(villages))), boundaries, file)
    if not found:
        return ()
    codes = villages["code"].iloc[list(found[0].rows)].fillna("–")
    args: dict[str, Arg] = {
        "count": len(codes),
        "codes": (*codes[:8], "...") if len(codes) > 8 else tuple(codes),
    }
    return (Problem("places.villages_elsewhere", file, "district", args=args, level="warning"),)


def _astray(shape: shapely.Geometry, rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Which points lie outside a district and not just beside its border."""
    lon, lat = rows["lon"].to_numpy(), rows["lat"].to_numpy()
    shapely.prepare(shape)
    outside = ~shapely.contains_xy(shape, lon, lat)
    # a degree of latitude is 111 km, one of longitude a little less here: near enough for a slack
    points = shapely.points(lon[outside], lat[outside])
    outside[outside] = shapely.distance(shape, points) * 111_000 > NEAR_BORDER_M
    return np.asarray(outside)


def _inside(
    ground: shapely.Geometry, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.bool_]:
    west, south, east, north = LAOS
    boxed = (lon > west) & (lon < east) & (lat > south) & (lat < north)
    boxed[boxed] = shapely.contains_xy(ground, lon[boxed], lat[boxed])
    return boxed


def _propose_from_metres(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    ground: shapely.Geometry,
    decisions: PlaceDecisions,
    finding: NDArray[np.int8],
    proposed_lon: NDArray[np.float64],
    proposed_lat: NDArray[np.float64],
) -> None:
    """Points whose numbers are UTM metres: the zone that puts them into Laos is proposed.

    Where both zones do (the west of the one is the east of the other), zone 48N is proposed, in
    which most of the country lies, unless a person has decided the zone.
    """
    least_x, most_x, least_y, most_y = _METRE_LIMITS
    metres = (x > least_x) & (x < most_x) & (y > least_y) & (y < most_y)
    if not metres.any():
        return
    zones = (decisions.points_crs,) if decisions.points_crs else UTM_ZONES
    for zone in zones:  # the later zone wins
        to_degrees = Transformer.from_crs(zone, "EPSG:4326", always_xy=True)
        lon, lat = to_degrees.transform(x[metres], y[metres])
        inside = _inside(ground, np.asarray(lon), np.asarray(lat))
        rows = np.flatnonzero(metres)[inside]
        kind = PointFinding.METRES_47 if zone == UTM_ZONES[0] else PointFinding.METRES_48
        finding[rows] = kind
        proposed_lon[rows], proposed_lat[rows] = np.asarray(lon)[inside], np.asarray(lat)[inside]


def _accept(finding: NDArray[np.int8], decisions: PlaceDecisions) -> NDArray[np.bool_]:
    """Mark what a person has decided to turn or to project, and say which rows those are."""
    turned = (finding == PointFinding.EXCHANGED) & decisions.exchange_points
    projected = np.isin(finding, (PointFinding.METRES_47, PointFinding.METRES_48))
    projected &= decisions.points_crs is not None
    finding[turned] = PointFinding.EXCHANGED_TURNED
    finding[projected] = PointFinding.PROJECTED
    return np.asarray(turned | projected)
