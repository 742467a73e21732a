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
    """None, each class with its range, then no household in the registry; only what occurs."""
    entries: list[LegendEntry] = []
    if np.any(values == 0):
        entries.append(LegendEntry(tr("maps.class.zero", {}, language), NONE_HERE))
    if np.any(values > 0):
        texts = range_texts(limits, measure, language)
        entries += [LegendEntry(text, style) for text, style in zip(texts, styles, strict=True)]
    if np.any(np.isnan(values)):
        entries.append(LegendEntry(tr("maps.class.no_households", {}, language), NO_HOUSEHOLDS))
    return tuple(entries)


def range_texts(limits: ClassLimits, measure: Measure, language: Language) -> list[str]:
    """One text a class. Whole numbers read 120 to 449; kip, which go on in between, 1.2 to under 4.5."""
    whole = measure != "budget"
    lows = [1.0 if whole else 0.0, *limits.limits]
    highs = [*limits.limits, None]
    texts = []
    for low, high in zip(lows, highs, strict=True):
        if high is None:
            code = "maps.class.from" if low else "maps.class.any"
        elif not low:
            code = "maps.class.below"
        else:
            code = "maps.class.range" if whole else "maps.class.under"
        top = None if high is None else (high - 1 if whole else high)
        if whole and top == low:
            texts.append(amount(low, measure))
            continue
        shown = {"low": amount(low, measure), "high": "" if top is None else amount(top, measure)}
        texts.append(tr(code, shown, language))
    return texts
