"""Pay points, and the villages that the shock has cut off: what a distribution needs on every map."""

import re

import numpy as np

from maps.palette import CUT_OFF, PAY_POINT
from maps.projection import project
from maps.scene import LabelLayer, LegendEntry, LegendGroup, PointLayer
from maps.villages import LABEL_SIZE
from shockplan.plan import Plan
from shockplan.texts import LAO_LETTERS, Language, tr

BOTH = re.compile(r"(.+?)\s*\((.+)\)")
LAO = re.compile(LAO_LETTERS)
PAY_POINT_RADIUS, CUT_OFF_RADIUS = 4.0, 4.8


def pay_point_layer(plan: Plan, language: Language) -> PointLayer:
    """The pay points whose place the plan file states."""
    spec = plan.inputs.spec.delivery
    points = spec.pay_points if spec is not None else ()
    lon_lat = np.array([(point.lon, point.lat) for point in points], dtype=np.float64).reshape(-1, 2)
    return PointLayer(
        "pay_points",
        tr("maps.delivery.pay_points", {}, language),
        project(lon_lat),
        np.full(len(points), PAY_POINT_RADIUS),
        tuple(point.name for point in points),
        np.zeros(len(points), dtype=np.int16),
        (PAY_POINT,),
        np.full(len(points), np.nan),
        "square",
    )


def pay_point_names(pay_points: PointLayer, language: Language) -> LabelLayer:
    """Their names, quieter than those of districts."""
    count = len(pay_points.keys)
    return LabelLayer(
        pay_points.id,
        tuple(name_in(name, language) for name in pay_points.keys),
        pay_points.xy,
        np.ones(count),
        np.full(count, np.inf),
        LABEL_SIZE + 0.5,
        beside=True,
        clear=pay_points.radius * 1.3,
    )


def name_in(name: str, language: Language) -> str:
    """The part of `Lao (English)` in that language; any other name whole."""
    both = BOTH.fullmatch(name)
    if both is None or bool(LAO.search(both[1])) == bool(LAO.search(both[2])):
        return name
    lao, other = (both[1], both[2]) if LAO.search(both[1]) else (both[2], both[1])
    return lao if language == "lo" else other


def cut_off_layer(plan: Plan, language: Language) -> PointLayer:
    """A ring around each village that the delivery table calls cut off, where its place is known."""
    rows = sorted(
        {row for ((_, row), _), stop in plan.inputs.delivery.stops.items() if stop.cut_off and row >= 0}
    )
    villages = plan.inputs.registry.villages.iloc[rows]
    xy = project(villages[["lon", "lat"]].to_numpy(dtype=np.float64))
    known = np.isfinite(xy[:, 0])
    count = int(known.sum())
    return PointLayer(
        "cut_off",
        tr("maps.delivery.cut_off", {}, language),
        xy[known],
        np.full(count, CUT_OFF_RADIUS),
        tuple(map(str, villages["key"].to_numpy()[known])),
        np.zeros(count, dtype=np.int16),
        (CUT_OFF,),
        np.full(count, np.nan),
    )


def distribution_legend(layer: PointLayer) -> LegendGroup:
    """The mark and its words."""
    entry = LegendEntry(layer.name, layer.styles[0], "point", float(layer.radius[0]), layer.shape)
    return LegendGroup(layer.id, "", (entry,))
