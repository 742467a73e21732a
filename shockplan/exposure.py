"""Hop 2: for each household and layer, how severe and how certain."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from shockplan.boundaries import Boundaries
from shockplan.overlay import SEVERITIES, coverage, discs, highest_at
from shockplan.planfile import ExposureSpec, LayerSpec
from shockplan.point_grid import PointGrid, grid_points, meets_any
from shockplan.problems import Problem
from shockplan.progress import Progress, part, silent
from shockplan.registry.household import Registry
from shockplan.shocks.layer import AreaLayer, HazardLayer, Layer, Severity


class Certainty(IntEnum):
    """Was the household hit? Ordered so that the highest over the layers is the answer."""

    NO = 0
    UNKNOWN = 1
    POSSIBLE = 2
    CERTAIN = 3


class Basis(IntEnum):
    """What the answer rests on."""

    NOTHING = 0
    PROVINCE = 1
    DISTRICT = 2
    VILLAGE = 3
    GPS = 4
    ASSESSMENT = 5


@dataclass(frozen=True, eq=False)
class LayerExposure:
    """One layer's answer for n households.

    severity (n,) int8 of Severity; certainty (n,) int8 of Certainty; share (n,) float64, the
    share of the household's place that the layer covers (1.0 a GPS point inside, NaN not known);
    basis (n,) int8 of Basis.
    """

    layer_id: str
    severity: NDArray[np.int8]
    certainty: NDArray[np.int8]
    share: NDArray[np.float64]
    basis: NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Exposure:
    """All layers together.

    affected (n,) int8 of Certainty, over the layers that define affected; severity (n,) int8, the
    highest over layers that give severity; share (n,) float64, the largest share behind `affected`.
    """

    layers: tuple[LayerExposure, ...]
    affected: NDArray[np.int8]
    severity: NDArray[np.int8]
    share: NDArray[np.float64]
    basis: NDArray[np.int8]
    problems: tuple[Problem, ...] = ()


DAMAGE_SEVERITY = {
    "none": Severity.NONE,
    "minor": Severity.LOW,
    "major": Severity.MODERATE,
    "destroyed": Severity.SEVERE,
}
"""What a verified assessment of the house says; it outranks the map."""


def expose(
    registry: Registry,
    layers: Sequence[Layer],
    boundaries: Boundaries,
    layer_specs: Sequence[LayerSpec],
    exposure_spec: ExposureSpec,
    progress: Progress = silent,
) -> Exposure:
    """Each layer's answer for each household, then all layers together.

    A household stands at its GPS point; without one somewhere in a disc around its village's point;
    without that somewhere in its district, if the boundaries are official. Blank is *unknown*.
    """
    places = _places(registry, boundaries, exposure_spec.village_radius_m)
    answers = []
    for number, layer in enumerate(layers):
        step = part(progress, number / len(layers), (number + 1) / len(layers))
        if isinstance(layer, AreaLayer):
            answers.append(_by_code(registry, layer))
        else:
            answers.append(_by_ground(places, layer, step))
        step(1.0)
    gives = {spec.id for spec in layer_specs if spec.gives_severity}
    defining = [answer for answer, layer in zip(answers, layers, strict=True) if layer.defines_affected]
    grading = [answer for answer in answers if answer.layer_id in gives]
    affected, share, basis = _affected(len(registry.households), defining)
    severity = _highest_severity(len(registry.households), grading)
    return _with_assessments(registry, Exposure(tuple(answers), affected, severity, share, basis))


@dataclass(frozen=True, eq=False)
class _Places:
    """Where n households stand: each by its best ground.

    `gps` (g,) rows of the households with a point, `grid` those points; `shapes` (m,) discs and
    districts; `shape_of` (n,) row of `shapes`, -1 none; `basis` (n,).
    """

    gps: NDArray[np.int64]
    grid: PointGrid
    shapes: NDArray[np.object_]
    shape_of: NDArray[np.int64]
    basis: NDArray[np.int8]


_GRIDS: "WeakKeyDictionary[Registry, PointGrid]" = WeakKeyDictionary()
"""The points of a registry, sorted once: every layer and every later plan finds them sorted."""


def _places(registry: Registry, boundaries: Boundaries, radius_m: int) -> _Places:
    """Households that share a village or a district share one shape, looked at once."""
    households, villages = registry.households, registry.villages
    lon = households["lon"].to_numpy(dtype="float64", na_value=np.nan)
    lat = households["lat"].to_numpy(dtype="float64", na_value=np.nan)
    village = households["village"].to_numpy(dtype=np.int64)
    has_gps = ~(np.isnan(lon) | np.isnan(lat))
    village_lon = np.append(villages["lon"].to_numpy(dtype="float64"), np.nan)
    village_lat = np.append(villages["lat"].to_numpy(dtype="float64"), np.nan)
    located = ~(np.isnan(village_lon) | np.isnan(village_lat))
    by_village = ~has_gps & located[village]
    rest = ~has_gps & ~by_village

    used = np.unique(village[by_village])
    row_of_village = np.full(len(village_lon), -1, dtype=np.int64)
    row_of_village[used] = np.arange(len(used))
    shapes = _village_ground(village_lon[used], village_lat[used], radius_m)

    district_shapes, row_of_district = _district_ground(households["district"], rest, boundaries)
    shape_of = np.full(len(households), -1, dtype=np.int64)
    shape_of[by_village] = row_of_village[village[by_village]]
    shape_of[rest] = np.where(row_of_district[rest] < 0, -1, row_of_district[rest] + len(shapes))
    basis = np.full(len(households), Basis.NOTHING, dtype=np.int8)
    basis[rest & (shape_of >= 0)] = Basis.DISTRICT
    basis[by_village] = Basis.VILLAGE
    basis[has_gps] = Basis.GPS
    gps = np.flatnonzero(has_gps)
    if registry not in _GRIDS:
        _GRIDS[registry] = grid_points(lon[gps], lat[gps])
    return _Places(gps, _GRIDS[registry], np.concatenate([shapes, district_shapes]), shape_of, basis)


def _village_ground(
    lon: NDArray[np.float64], lat: NDArray[np.float64], radius_m: int
) -> NDArray[np.object_]:
    if radius_m > 0:
        return discs(lon, lat, radius_m)
    return np.asarray(shapely.points(lon, lat), dtype=np.object_)


def _district_ground(
    district: pd.Series, rest: NDArray[np.bool_], boundaries: Boundaries
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Shapes of the districts needed and each household's row of them; none from a schematic map."""
    nothing = np.empty(0, dtype=np.object_), np.full(len(district), -1, dtype=np.int64)
    if boundaries.schematic or not rest.any():
        return nothing
    codes = pd.Index(boundaries.frame["pcode"])
    row = codes.get_indexer(pd.Index(district))
    needed = np.unique(row[rest & (row >= 0)])
    place = np.full(len(codes) + 1, -1, dtype=np.int64)
    place[needed] = np.arange(len(needed))
    shapes: NDArray[np.object_] = boundaries.frame.geometry.to_numpy()[needed]
    return np.asarray(shapes, dtype=np.object_), place[row]


def _by_ground(places: _Places, layer: HazardLayer, progress: Progress) -> LayerExposure:
    """A hazard's answer: at a point yes or no, over a disc or a district a share."""
    count = len(places.basis)
    severity = np.full(count, Severity.NOT_OBSERVED, dtype=np.int8)
    certainty = np.full(count, Certainty.UNKNOWN, dtype=np.int8)
    share = np.full(count, np.nan)
    at_point = _at_points(layer, places.grid, part(progress, 0, 0.6))
    severity[places.gps], certainty[places.gps], share[places.gps] = at_point
    shaped = places.shape_of >= 0
    over = _over_shapes(layer, places.shapes, part(progress, 0.6, 1))
    row = places.shape_of[shaped]
    severity[shaped], certainty[shaped], share[shaped] = (answer[row] for answer in over)
    return LayerExposure(layer.id, severity, certainty, share, places.basis)


Answer = tuple[NDArray[np.int8], NDArray[np.int8], NDArray[np.float64]]
"""severity, certainty and share of m places."""


def _at_points(layer: HazardLayer, grid: PointGrid, progress: Progress) -> Answer:
    severity = highest_at(layer.parts, layer.severity, grid, part(progress, 0, 0.7))
    hit = severity > 0
    unseen = np.zeros(grid.count, dtype=np.bool_)
    if layer.observed is not None:
        unseen = ~meets_any(grid, shapely.get_parts(layer.observed))
    hidden = layer.parts[layer.severity == Severity.NOT_OBSERVED]
    if len(hidden):
        unseen |= meets_any(grid, hidden)
    unseen &= ~hit
    severity[unseen] = Severity.NOT_OBSERVED
    certainty = np.where(hit, Certainty.CERTAIN, np.where(unseen, Certainty.UNKNOWN, Certainty.NO))
    share = np.where(unseen, np.nan, hit.astype(np.float64))
    return severity, certainty.astype(np.int8), share


def _over_shapes(layer: HazardLayer, shapes: NDArray[np.object_], progress: Progress) -> Answer:
    """Over a disc or district: the share hit, and the class that holds most of the ground hit."""
    points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    severity = np.zeros(len(shapes), dtype=np.int8)
    certainty = np.zeros(len(shapes), dtype=np.int8)
    share = np.zeros(len(shapes))
    if points.any():
        lon, lat = shapely.get_coordinates(shapes[points]).T
        severity[points], certainty[points], share[points] = _at_points(layer, grid_points(lon, lat), silent)
    ground = ~points
    found = coverage(shapes[ground], layer.parts, layer.severity, layer.observed, progress)
    hit, unseen = found.affected > 0, (found.affected == 0) & (found.unseen > 0)
    # of equal shares the higher class: argmax takes the first, so the classes are turned round
    main = len(SEVERITIES) - np.argmax(found.by_class[:, ::-1], axis=1)
    severity[ground] = np.where(hit, main, np.where(unseen, Severity.NOT_OBSERVED, Severity.NONE))
    partly = np.where(hit, Certainty.POSSIBLE, np.where(unseen, Certainty.UNKNOWN, Certainty.NO))
    certainty[ground] = np.where(found.affected >= 1, Certainty.CERTAIN, partly)
    share[ground] = np.where(unseen, np.nan, found.affected)
    return severity, certainty, share


def _by_code(registry: Registry, layer: AreaLayer) -> LayerExposure:
    """An indicator's answer for a household is that of its district or province, by code."""
    district = registry.households["district"]
    codes, districts = pd.factorize(district)
    keys = pd.Index(districts) if layer.level == "district" else pd.Index([code[:4] for code in districts])
    row = pd.Index(layer.values["pcode"]).get_indexer(keys)
    table = np.append(layer.values["severity"].to_numpy(dtype=np.int8), np.int8(Severity.NOT_OBSERVED))
    severity = table[row][codes]
    unseen = severity < 0
    certainty = np.where(unseen, Certainty.UNKNOWN, np.where(severity > 0, Certainty.CERTAIN, Certainty.NO))
    share = np.where(unseen, np.nan, (severity > 0).astype(np.float64))
    basis = Basis.DISTRICT if layer.level == "district" else Basis.PROVINCE
    return LayerExposure(
        layer.id, severity, certainty.astype(np.int8), share, np.full(len(district), basis, dtype=np.int8)
    )


def _affected(
    count: int, answers: Sequence[LayerExposure]
) -> tuple[NDArray[np.int8], NDArray[np.float64], NDArray[np.int8]]:
    """The highest certainty over the layers, the largest share behind it, and what that rests on."""
    affected = np.full(count, Certainty.UNKNOWN, dtype=np.int8)
    share = np.full(count, np.nan)
    basis = np.full(count, Basis.NOTHING, dtype=np.int8)
    for number, answer in enumerate(answers):
        higher = answer.certainty > affected
        same = answer.certainty == affected
        larger = same & ~(answer.share <= share) & ~np.isnan(answer.share)
        take = higher | larger if number else np.ones(count, dtype=np.bool_)
        affected = np.where(take, answer.certainty, affected)
        share = np.where(take, answer.share, share)
        basis = np.where(take, answer.basis, basis)
    return affected, share, basis


def _highest_severity(count: int, answers: Sequence[LayerExposure]) -> NDArray[np.int8]:
    """The highest class; not observed by one layer outranks none by another (not observed is not dry)."""
    if not answers:
        return np.full(count, Severity.NOT_OBSERVED, dtype=np.int8)
    stacked = np.stack([answer.severity for answer in answers])
    highest = stacked.max(axis=0)
    doubtful = (highest == Severity.NONE) & (stacked == Severity.NOT_OBSERVED).any(axis=0)
    return np.where(doubtful, np.int8(Severity.NOT_OBSERVED), highest)


def _with_assessments(registry: Registry, by_map: Exposure) -> Exposure:
    """A verified assessment of the house outranks the map; where the two disagree it is listed."""
    households = registry.households
    verified = households["damage_verified"].fillna(False).to_numpy(dtype=np.bool_)
    seen = verified & households["damage"].notna().to_numpy()
    if not seen.any():
        return by_map
    assessed = households["damage"].map(DAMAGE_SEVERITY).fillna(0).to_numpy(dtype=np.int8)
    damaged = assessed > 0
    certainty = np.where(damaged, Certainty.CERTAIN, Certainty.NO).astype(np.int8)
    rows = households["source_row"].to_numpy()
    file = registry.sources[0].name if registry.sources else ""
    problems = [
        Problem(code, file, "damage", tuple(int(row) for row in rows[where]),
                args={"count": int(where.sum())}, level="note")
        for code, where in (
            ("exposure.damaged_outside", seen & damaged & (by_map.affected == Certainty.NO)),
            ("exposure.unharmed_inside", seen & ~damaged & (by_map.affected == Certainty.CERTAIN)),
        )
        if where.any()
    ]  # fmt: skip
    return Exposure(
        by_map.layers,
        np.where(seen, certainty, by_map.affected),
        np.where(seen, assessed, by_map.severity),
        np.where(seen, damaged.astype(np.float64), by_map.share),
        np.where(seen, np.int8(Basis.ASSESSMENT), by_map.basis),
        (*by_map.problems, *problems),
    )
