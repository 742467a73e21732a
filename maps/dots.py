"""Density as dots: one dot stands for a round number of households, near their village, never at a house."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from maps.districts import district_labels, plain_districts
from maps.ground import Ground, ground_of
from maps.measures import places_of
from maps.palette import DOT
from maps.plan_scene import plan_scene
from maps.projection import project
from maps.scene import LegendEntry, LegendGroup, PointLayer, Scene
from shockplan.budget import Status
from shockplan.exposure import Certainty
from shockplan.plan import Plan
from shockplan.texts import Language, tr

Counted = Literal["households", "affected", "funded", "waiting"]
MOST_DOTS = 4000
NEAR_M = 1500.0
"""A dot lies at most so far from its village's reference point."""

RADIUS = 0.75


def dots_scene(
    plan: Plan,
    language: Language,
    counted: Counted = "affected",
    households_a_dot: int | None = None,
    focus: Iterable[str] | None = None,
) -> Scene:
    """The plan's map with dots in place of colours and villages."""
    base = plan_scene(plan, language, focus=focus)
    ground = ground_of(plan.inputs.boundaries, plan.inputs.gazetteer)
    rows = counted_rows(plan, counted)
    each = households_a_dot or round_share(int(rows.sum()))
    dots = dot_layer(plan, ground, rows, each, tr(f"maps.measure.{counted}", {}, language))
    nothing: NDArray[np.float64] = np.full(len(ground.pcodes), np.nan)
    replaced = ("districts", "density", "villages")
    others = [layer for layer in base.layers if layer.id not in replaced]
    kept = [group for group in base.legend if group.layer_id not in replaced]
    told = LegendEntry(tr("maps.dots", {"count": each}, language), DOT, "point", RADIUS)
    return replace(
        base,
        title=tr("maps.title.dots", {"measure": dots.name}, language),
        layers=(plain_districts(ground, language), *others, dots),
        labels=district_labels(ground, plan.inputs.gazetteer, nothing, "affected", base.extent, language),
        legend=(LegendGroup(dots.id, dots.name, (told,)), *kept),
        notes=(*base.notes, tr("maps.dots.place", {}, language)),
    )


def counted_rows(plan: Plan, counted: Counted) -> NDArray[np.bool_]:
    """(n,) which households of the registry are counted."""
    status = plan.allocation.status
    if counted == "affected":
        return np.asarray(plan.exposure.affected == Certainty.CERTAIN)
    if counted == "funded":
        return np.asarray(status == Status.FUNDED)
    if counted == "waiting":
        return np.asarray(status == Status.WAITING)
    return np.ones(len(status), dtype=bool)


def round_share(households: int, most: int = MOST_DOTS) -> int:
    """The smallest of 1, 2, 5, 10, 20 ... households a dot that makes at most `most` dots."""
    power = 1
    while True:
        for step in (1, 2, 5):
            if households <= step * power * most:
                return step * power
        power *= 10


def dot_layer(plan: Plan, ground: Ground, rows: NDArray[np.bool_], each: int, name: str) -> PointLayer:
    """Every `each`-th of the counted households of a district, in the order of its villages, is a dot.

    It stands near its village's reference point, or anywhere in its district where that is not known;
    a household's own point is personal and is never used. The same registry gives the same dots.
    """
    households, villages = plan.inputs.registry.households, plan.inputs.registry.villages
    codes = np.array(ground.pcodes)
    district = places_of(households["district"][rows], pd.Index(ground.pcodes))
    village = households["village"].to_numpy(dtype=np.int64)[rows]
    order = np.lexsort((village, district))
    district, village = district[order], village[order]
    first = np.searchsorted(district, district, side="left")
    chosen = (np.arange(len(district)) - first) % each == each // 2
    district, village = district[chosen], village[chosen]
    places = np.vstack([villages[["lon", "lat"]].to_numpy(dtype=np.float64), [[np.nan, np.nan]]])
    random = np.random.default_rng(each)
    xy = project(places[village]) + _discs(random, len(village))
    lost = np.isnan(xy[:, 0])
    for number in np.unique(district[lost & (district >= 0)]).tolist():
        here = lost & (district == number)
        xy[here] = _inside(random, ground.shapes[number], int(here.sum()))
    return PointLayer(
        "dots",
        name,
        xy,
        np.full(len(xy), RADIUS),
        tuple(codes[district].tolist()),
        np.zeros(len(xy), dtype=np.int16),
        (DOT,),
        np.full(len(xy), float(each)),
    )


def _discs(random: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Even steps inside a disc of NEAR_M metres."""
    reach, turn = NEAR_M * np.sqrt(random.random(count)), 2 * np.pi * random.random(count)
    return np.column_stack([reach * np.cos(turn), reach * np.sin(turn)])


def _inside(random: np.random.Generator, shape: shapely.Geometry, count: int) -> NDArray[np.float64]:
    """Even points inside a shape."""
    left, bottom, right, top = shape.bounds
    shapely.prepare(shape)
    found: NDArray[np.float64] = np.zeros((0, 2))
    while len(found) < count:
        tried = random.random((4 * count + 16, 2)) * (right - left, top - bottom) + (left, bottom)
        found = np.vstack([found, tried[shapely.contains_xy(shape, tried[:, 0], tried[:, 1])]])
    return found[:count]
