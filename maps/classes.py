"""Classes of a coloured map: limits that can be said aloud, and which class a value falls in."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Literal

import jenkspy
import numpy as np
from numpy.typing import NDArray

Method = Literal["quantile", "equal", "natural", "own"]


@dataclass(frozen=True, slots=True)
class ClassLimits:
    """`limits` are the inner borders, rising: class 0 is below the first, class k holds min <= x < max.

    k limits make k + 1 classes. `method` is printed in the legend.
    """

    method: Method
    limits: tuple[float, ...]

    @property
    def count(self) -> int:
        return len(self.limits) + 1


def class_limits(
    values: NDArray[np.float64],
    method: Method = "quantile",
    classes: int = 5,
    own: Sequence[float] = (),
    whole: bool = True,
) -> ClassLimits:
    """Limits for the values above 0 (NaN and 0 have a class of their own outside of these).

    Limits are rounded to two digits so that a legend can be read; those that fall together are dropped,
    so there may be fewer classes than asked. `whole`: the values are whole numbers and so are the limits.
    Raises ValueError where own limits do not rise.
    """
    if method == "own":
        if list(own) != sorted(set(own)) or any(limit <= 0 for limit in own):
            raise ValueError(f"limits must be above 0 and rise: {tuple(own)}")
        return ClassLimits(method, tuple(map(float, own)))
    positive = np.unique(values[np.isfinite(values) & (values > 0)])
    wanted = min(classes, len(positive))
    if wanted < 2:
        return ClassLimits(method, ())
    if method == "equal":
        raw = np.linspace(positive[0], positive[-1], wanted + 1)[1:-1]
    elif method == "natural":
        raw = np.asarray(jenkspy.jenks_breaks(positive, n_classes=wanted)[1:-1])
        raw = positive[np.minimum(np.searchsorted(positive, raw, side="right"), len(positive) - 1)]
    else:
        every = values[np.isfinite(values) & (values > 0)]
        raw = np.quantile(every, np.linspace(0, 1, wanted + 1)[1:-1])
    rounded = sorted({round_limit(float(value), whole) for value in raw})
    kept = tuple(limit for limit in rounded if positive[0] < limit <= positive[-1])
    return ClassLimits(method, kept)


def round_limit(value: float, whole: bool = True) -> float:
    """Two digits that count: 12,345 is 12,000; 0.01234 is 0.012. Whole numbers stay whole."""
    if value == 0:
        return 0.0
    step = 10.0 ** (floor(log10(abs(value))) - 1)
    rounded = round(value / step) * step
    return float(max(1, round(rounded))) if whole else float(f"{rounded:.12g}")


def classify(values: NDArray[np.float64], limits: ClassLimits) -> NDArray[np.int16]:
    """(n,) int16: -1 for NaN, 0 for a value of 0, else 1 + the class of the limits."""
    found = np.searchsorted(np.asarray(limits.limits, dtype=np.float64), values, side="right") + 1
    found[values == 0] = 0
    found[~np.isfinite(values)] = -1
    return found.astype(np.int16)
