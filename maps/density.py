"""Where the households live: cells by households a square kilometre, and points where the eye comes near."""

from itertools import pairwise
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from maps.measures import Measure
from maps.palette import DENSITY_SHADES, HOUSEHOLD_RADIUS, HOUSEHOLD_STYLES
from maps.projection import project
from maps.scene import DensityLayer, LegendEntry, LegendGroup
from shockplan.budget import Status
from shockplan.exposure import Certainty
from shockplan.plan import Plan
from shockplan.registry.household import Registry
from shockplan.texts import Language, show_number, tr

LIMITS = (0.5, 2.0, 8.0, 32.0, 128.0)
"""Households a square kilometre; the country's households spread evenly would be about 6."""

SPIRAL_STEP_M = 22.0
GOLDEN_TURN = np.pi * (3 - 5**0.5)
OTHERS = 3

_points: WeakKeyDictionary[Registry, NDArray[np.float64]] = WeakKeyDictionary()


def household_points(registry: Registry) -> NDArray[np.float64]:
    """(n, 2) projected metres: the household's own point, else a turn of a spiral around its village's.

    NaN where neither is known; a household known by its district alone has no point. The spiral keeps
    households of one village apart and says nothing of their houses. Kept as long as the registry is.
    """
    if registry not in _points:
        _points[registry] = _worked_out(registry)
    return _points[registry]


def _worked_out(registry: Registry) -> NDArray[np.float64]:
    households, villages = registry.households, registry.villages
    village = households["village"].to_numpy(dtype=np.int64)
    places = np.vstack([villages[["lon", "lat"]].to_numpy(dtype=np.float64), [[np.nan, np.nan]]])
    number = pd.Series(village).groupby(village).cumcount().to_numpy()
    reach, turn = SPIRAL_STEP_M * np.sqrt(number), GOLDEN_TURN * number
    xy = project(places)[village] + np.column_stack([reach * np.cos(turn), reach * np.sin(turn)])
    if {"lon", "lat"} <= set(households.columns):
        own = households[["lon", "lat"]].to_numpy(dtype=np.float64)
        known = np.isfinite(own).all(axis=1)
        xy[known] = project(own[known])
    return np.asarray(xy, dtype=np.float64)


def density_layer(plan: Plan, measure: Measure, language: Language) -> tuple[DensityLayer, LegendGroup]:
    """The households that the measure counts (those funded for the budget), and the legend."""
    layer = DensityLayer(
        "density",
        tr(f"maps.density.{measure}", {}, language),
        household_points(plan.inputs.registry),
        _counted(plan, measure),
        LIMITS,
        DENSITY_SHADES,
        _standing(plan.allocation.status),
        HOUSEHOLD_STYLES,
        HOUSEHOLD_RADIUS,
    )
    return layer, LegendGroup("density", layer.name, (*_cell_entries(language), *_point_entries(language)))


def _counted(plan: Plan, measure: Measure) -> NDArray[np.bool_]:
    status = plan.allocation.status
    if measure == "affected":
        return np.asarray(plan.exposure.affected == Certainty.CERTAIN)
    wanted = {"waiting": Status.WAITING, "verify": Status.VERIFY}.get(measure, Status.FUNDED)
    return np.asarray(status == wanted)


def _standing(status: NDArray[np.int8]) -> NDArray[np.int8]:
    """Which style a household's point has."""
    style_of = np.full(max(Status) + 1, OTHERS, dtype=np.int8)
    style_of[[Status.FUNDED, Status.WAITING, Status.VERIFY]] = (0, 1, 2)
    return style_of[status]


def _cell_entries(language: Language) -> list[LegendEntry]:
    texts = [f"{show_number(low)} – {show_number(high)}" for low, high in pairwise(LIMITS)]
    texts.append(tr("maps.class.from", {"low": show_number(LIMITS[-1])}, language))
    return [
        LegendEntry(tr("maps.density.per_km2", {"range": text}, language), style)
        for text, style in zip(texts, DENSITY_SHADES, strict=True)
    ]


def _point_entries(language: Language) -> list[LegendEntry]:
    names = ("funded", "waiting", "verify", "other")
    return [
        LegendEntry(tr(f"maps.density.point.{name}", {}, language), style, "point", HOUSEHOLD_RADIUS)
        for name, style in zip(names, HOUSEHOLD_STYLES, strict=True)
    ]
