"""What the legend says of the classes, in the reader's language."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from maps.classes import ClassLimits
from maps.measures import Measure
from maps.palette import NO_HOUSEHOLDS, NONE_HERE
from maps.scene import LegendEntry, Style
from shockplan.texts import Language, show_number, tr

MILLION = 1_000_000


def amount(value: float, measure: Measure) -> str:
    """A figure as it stands on the map: whole households, or million kip with two decimals at most."""
    if measure == "budget":
        return show_number(round(value / MILLION, 2))
    return show_number(round(value))


def class_entries(
    values: NDArray[np.float64],
    limits: ClassLimits,
    styles: Sequence[Style],
    measure: Measure,
    language: Language,
) -> tuple[LegendEntry, ...]:
    """One entry a class with its range, then none, then no household in the registry; only what occurs.

    Whole numbers read 120 to 449; kip, which go on between two limits, read 1.2 to under 4.5.
    """
    entries = [
        LegendEntry(text, style)
        for text, style in zip(_ranges(values, limits, measure, language), styles, strict=False)
    ]
    if np.any(values == 0):
        entries.insert(0, LegendEntry(tr("maps.class.zero", {}, language), NONE_HERE))
    if np.any(np.isnan(values)):
        entries.append(LegendEntry(tr("maps.class.no_households", {}, language), NO_HOUSEHOLDS))
    return tuple(entries)


def _ranges(
    values: NDArray[np.float64], limits: ClassLimits, measure: Measure, language: Language
) -> list[str]:
    """One text a class; none where no value is above 0."""
    positive = values[np.isfinite(values) & (values > 0)]
    if not len(positive):
        return []
    lows = [float(positive.min()), *limits.limits]
    highs = [*limits.limits, float(positive.max())]
    texts = []
    for index, (low, high) in enumerate(zip(lows, highs, strict=True)):
        last = index == len(lows) - 1
        if not last and measure != "budget":
            high -= 1
        if low == high:
            texts.append(amount(low, measure))
            continue
        code = "maps.class.under" if measure == "budget" and not last else "maps.class.range"
        texts.append(tr(code, {"low": amount(low, measure), "high": amount(high, measure)}, language))
    return texts
