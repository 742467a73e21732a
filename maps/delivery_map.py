"""Who pays where: villages by team and day, the way to their pay point, and those that the shock cut off."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maps.districts import district_labels, plain_districts, told_districts
from maps.ground import ground_of
from maps.margin import sources
from maps.palette import CUT_OFF, PAY_POINT, ROUTE, TEAM_SHAPES, team_style
from maps.pay_points import CUT_OFF_RADIUS, PAY_POINT_RADIUS, pay_point_layer, pay_point_names
from maps.plan_scene import layer_names, plan_scene
from maps.projection import project
from maps.scene import LabelLayer, LegendEntry, LegendGroup, PathLayer, PointLayer, Rings, Scene
from maps.shapes import detail_of
from maps.villages import LABEL_SIZE
from shockplan.delivery import Stop, delivery_of, loads_of
from shockplan.plan import Plan
from shockplan.texts import Language, Value, tr

RADIUS = 2.6
REPLACED = ("districts", "villages", "cut_off", "pay_points")
"""Layers of the plan's map that the delivery draws in its own way."""


@dataclass(frozen=True, eq=False)
class Visits:
    """The visits of a round to villages with a known place, and how many places have none.

    xy (n, 2) projected metres; households (n,) int64, those that are paid there.
    """

    names: tuple[str, ...]
    keys: tuple[str, ...]
    stops: tuple[Stop, ...]
    xy: NDArray[np.float64]
    households: NDArray[np.int64]
    without_place: int

    def of_team(self, team: str) -> NDArray[np.int64]:
        """Which visits are the team's."""
        return np.flatnonzero([stop.team == team for stop in self.stops])


def delivery_scene(plan: Plan, language: Language, round_number: int = 1) -> Scene:
    """The map of one payment round; 1 is the first. A round in which nobody is paid has no visits."""
    base = plan_scene(plan, language)
    ground = ground_of(plan.inputs.boundaries, plan.inputs.gazetteer)
    visits = visits_of(plan, round_number, language)
    pay_points = pay_point_layer(plan, language)
    teams = sorted({stop.team for stop in visits.stops})
    by_team = [_team_layer(visits, team, number, language) for number, team in enumerate(teams)]
    cut_off = _cut_off(visits, language)
    nothing: NDArray[np.float64] = np.full(len(ground.pcodes), np.nan)
    district_names = district_labels(
        ground, plan.inputs.gazetteer, nothing, "affected", base.extent, language
    )
    return replace(
        base,
        title=tr("maps.title.delivery", {"round": round_number}, language),
        layers=(
            told_districts(plain_districts(ground, language), plan.inputs.gazetteer, "affected", language),
            *(layer for layer in base.layers if layer.id not in REPLACED),
            _routes(visits, pay_points, language),
            *by_team,
            cut_off,
            pay_points,
        ),
        labels=(
            *district_names,
            *(_labels(visits, layer) for layer in by_team),
            *(layer for layer in base.labels if layer.id.startswith("context:")),
            pay_point_names(pay_points, language),
        ),
        legend=(
            _legend(visits, teams, pay_points, cut_off, language),
            *(group for group in base.legend if group.layer_id not in REPLACED),
        ),
        notes=(
            *sources(
                plan.inputs.boundaries,
                plan.inputs.layers,
                layer_names(plan, language),
                language,
                plan.inputs.context,
            ),
            *_without_place(visits, language),
        ),
    )


def visits_of(plan: Plan, round_number: int, language: Language) -> Visits:
    """The places that are paid in the round, by district and village."""
    villages = plan.inputs.registry.villages
    delivery = delivery_of(plan)
    load = next((load for load in loads_of(plan) if load.round_number == round_number), None)
    if load is None:
        return Visits((), (), (), np.zeros((0, 2)), np.zeros(0, dtype=np.int64), 0)
    known = np.isfinite(load.lon) & np.isfinite(load.lat)
    places = [place for place, there in zip(load.places, known.tolist(), strict=True) if there]
    rows = [village for _, village in places]
    first, second = ("name_lo", "name_en") if language == "lo" else ("name_en", "name_lo")
    names = villages[first].fillna(villages[second]).fillna("").to_numpy()[rows]
    return Visits(
        tuple(map(str, names)),
        tuple(map(str, villages["key"].to_numpy()[rows])),
        tuple(delivery.at(place, round_number) for place in places),
        project(np.column_stack([load.lon, load.lat])[known]),
        load.households[known],
        int((~known).sum()),
    )


def _team_layer(visits: Visits, team: str, number: int, language: Language) -> PointLayer:
    chosen = visits.of_team(team)
    return PointLayer(
        f"team:{team}",
        team or tr("maps.delivery.no_team", {}, language),
        visits.xy[chosen],
        np.full(len(chosen), RADIUS),
        tuple(visits.keys[index] for index in chosen),
        np.zeros(len(chosen), dtype=np.int16),
        (team_style(number),),
        visits.households[chosen].astype(np.float64),
        TEAM_SHAPES[number % len(TEAM_SHAPES)],
    )


def _labels(visits: Visits, layer: PointLayer) -> LabelLayer:
    """Name and day of each visit of a team, the largest first."""
    row_of = {key: row for row, key in enumerate(visits.keys)}
    rows = [row_of[key] for key in layer.keys]
    days = [visits.stops[row].day for row in rows]
    texts = [
        visits.names[row] + (f" {day.day:02}/{day.month:02}" if day else "")
        for row, day in zip(rows, days, strict=True)
    ]
    return LabelLayer(
        layer.id,
        tuple(texts),
        layer.xy,
        layer.values,
        np.full(len(texts), np.inf),
        LABEL_SIZE,
        beside=True,
        clear=layer.radius,
    )


def _cut_off(visits: Visits, language: Language) -> PointLayer:
    """A ring around each village that the shock has cut off."""
    chosen = np.flatnonzero([bool(stop.cut_off) for stop in visits.stops])
    return PointLayer(
        "cut_off",
        tr("maps.delivery.cut_off", {}, language),
        visits.xy[chosen],
        np.full(len(chosen), CUT_OFF_RADIUS),
        tuple(visits.keys[index] for index in chosen),
        np.zeros(len(chosen), dtype=np.int16),
        (CUT_OFF,),
        visits.households[chosen].astype(np.float64),
    )


def _routes(visits: Visits, pay_points: PointLayer, language: Language) -> PathLayer:
    """A straight line from each village to its pay point, where that has a place.

    A line is a ring that goes there and back: it has an outline and no area.
    """
    place = dict(zip(pay_points.keys, pay_points.xy.tolist(), strict=True))
    chosen = [row for row, stop in enumerate(visits.stops) if stop.pay_point in place]
    ends = np.array([place[visits.stops[row].pay_point] for row in chosen]).reshape(-1, 2)
    starts = visits.xy[chosen]
    count = len(chosen)
    xy = np.stack([starts, ends, ends, starts], axis=1).reshape(-1, 2)
    steps = np.arange(count + 1, dtype=np.int64)
    return PathLayer(
        "routes",
        tr("maps.delivery.routes", {}, language),
        (detail_of(Rings(xy, 4 * steps, steps), 0.0),),
        tuple(visits.keys[row] for row in chosen),
        np.zeros(count, dtype=np.int16),
        (ROUTE,),
        np.full(count, np.nan),
    )


def _legend(
    visits: Visits, teams: Sequence[str], pay_points: PointLayer, cut_off: PointLayer, language: Language
) -> LegendGroup:
    """A line a team with its villages and households, then the other marks that occur."""
    entries = []
    if len(pay_points.keys):
        entries.append(LegendEntry(pay_points.name, PAY_POINT, "point", PAY_POINT_RADIUS, "square"))
    for number, team in enumerate(teams):
        mine = visits.of_team(team)
        told: dict[str, Value] = {
            "team": team or tr("maps.delivery.no_team", {}, language),
            "villages": len(mine),
            "households": int(visits.households[mine].sum()),
        }
        shape = TEAM_SHAPES[number % len(TEAM_SHAPES)]
        text = tr("maps.delivery.team", told, language)
        entries.append(LegendEntry(text, team_style(number), "point", RADIUS, shape))
    if len(cut_off.keys):
        entries.append(LegendEntry(cut_off.name, CUT_OFF, "point", CUT_OFF_RADIUS))
    return LegendGroup("districts", tr("maps.delivery.title", {}, language), tuple(entries))


def _without_place(visits: Visits, language: Language) -> list[str]:
    if not visits.without_place:
        return []
    return [tr("maps.undrawn.villages", {"count": visits.without_place}, language)]
