"""Villages on the map: a symbol each, larger where more households are funded, and their names."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from maps.classes import ClassLimits, class_limits, classify
from maps.legend import range_texts
from maps.palette import VILLAGE_FUNDED, VILLAGE_NONE, VILLAGE_RADII
from maps.projection import project
from maps.scene import LabelLayer, LegendEntry, LegendGroup, PointLayer
from shockplan.plan import Plan
from shockplan.texts import Language, tr

MOST_VILLAGES_SHOWN = 1500
"""More village points than this wait until the person asks for them."""

LABEL_SIZE = 5.2


def village_limits(figures: pd.DataFrame) -> ClassLimits:
    """Limits of the sizes, from the households funded in each village (see `village_figures`)."""
    return class_limits(figures["funded"].to_numpy(dtype=np.float64), classes=len(VILLAGE_RADII))


def village_layer(
    plan: Plan, figures: pd.DataFrame, limits: ClassLimits, language: Language
) -> tuple[PointLayer, LabelLayer, LegendGroup]:
    """Villages with a known place by households funded. `limits` make at most three classes."""
    villages = plan.inputs.registry.villages
    lon_lat = villages[["lon", "lat"]].to_numpy(dtype=np.float64)
    known = np.isfinite(lon_lat).all(axis=1)
    funded = figures["funded"].to_numpy(dtype=np.float64)[known]
    classes = classify(funded, limits)
    radii = np.array([VILLAGE_RADII[0], *VILLAGE_RADII])
    xy = project(lon_lat[known])
    layer = PointLayer(
        "villages",
        tr("maps.villages", {}, language),
        xy,
        radii[classes],
        tuple(map(str, villages["key"].to_numpy()[known])),
        (classes > 0).astype(np.int16),
        (VILLAGE_NONE, VILLAGE_FUNDED),
        funded,
        shown=int(known.sum()) <= MOST_VILLAGES_SHOWN,
    )
    return layer, _labels(plan, known, layer, language), _legend(limits, layer, language)


def _labels(plan: Plan, known: NDArray[np.bool_], layer: PointLayer, language: Language) -> LabelLayer:
    """The village's name in the language, else in the other one, beside its symbol."""
    first, second = ("name_lo", "name_en") if language == "lo" else ("name_en", "name_lo")
    villages = plan.inputs.registry.villages[known]
    names = villages[first].fillna(villages[second]).fillna("")
    return LabelLayer(
        "villages",
        tuple(map(str, names)),
        layer.xy,
        layer.values,
        np.full(len(layer.xy), np.inf),
        LABEL_SIZE,
        beside=True,
        clear=layer.radius,
    )


def _legend(limits: ClassLimits, layer: PointLayer, language: Language) -> LegendGroup:
    entries = [LegendEntry(tr("maps.village.none", {}, language), VILLAGE_NONE, "point", VILLAGE_RADII[0])]
    if np.any(layer.values > 0):
        entries += [
            LegendEntry(text, VILLAGE_FUNDED, "point", radius)
            for text, radius in zip(range_texts(limits, "funded", language), VILLAGE_RADII, strict=False)
        ]
    return LegendGroup("villages", tr("maps.village.title", {}, language), tuple(entries))
