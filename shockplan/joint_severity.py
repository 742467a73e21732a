"""One severity a household from several layers: the highest class, a weighted sum of them, or both."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from shockplan.planfile import ExposureSpec, SeverityName
from shockplan.problems import Arg, InputError, Problem
from shockplan.shocks.layer import Severity
from shockplan.shocks.severity import classify_numbers

Classes = NDArray[np.int8]
LEVELS: tuple[SeverityName, ...] = ("none", "low", "moderate", "severe")


def joint_severity(count: int, answers: Mapping[str, Classes], spec: ExposureSpec) -> Classes:
    """(n,) int8 from the classes (n,) of each layer by its id, by `[exposure] severity`.

    Without any layer nothing is observed. Raises InputError for weights of layers that are not there.
    """
    unknown = sorted(set(spec.weights) - set(answers))
    if unknown:
        args: dict[str, Arg] = {"layers": tuple(unknown), "known": tuple(answers)}
        raise InputError(Problem("exposure.unknown_weight", "", "exposure.weights", args=args))
    limits = [spec.severity_breaks[name] for name in LEVELS if name in spec.severity_breaks]
    if any(low >= high for low, high in pairwise(limits)):
        raise InputError(Problem("exposure.breaks_not_rising", "", "exposure.severity_breaks"))
    if not answers:
        return np.full(count, Severity.NOT_OBSERVED, dtype=np.int8)
    if spec.severity == "highest":
        return highest(list(answers.values()))
    breaks = {str(name): limit for name, limit in spec.severity_breaks.items()}
    summed = weighted_sum(answers, spec.weights, breaks)
    if spec.severity == "weighted_sum":
        return summed
    return highest([*answers.values(), summed])


def highest(answers: Sequence[Classes]) -> Classes:
    """The highest class; not observed by one layer outranks none by another (not observed is not dry)."""
    stacked = np.stack(list(answers))
    found = stacked.max(axis=0)
    doubtful = (found == Severity.NONE) & (stacked == Severity.NOT_OBSERVED).any(axis=0)
    return np.where(doubtful, np.int8(Severity.NOT_OBSERVED), found)


def weighted_sum(
    answers: Mapping[str, Classes], weights: Mapping[str, Decimal], breaks: Mapping[str, Decimal]
) -> Classes:
    """The class of the sum of weight x class number (none 0, low 1, moderate 2, severe 3), by `breaks`.

    A layer without a stated weight has weight 1. Where a layer saw nothing, the answer stands only if
    it is the same whether that layer would say none or severe; else the household is not observed.
    """
    # sums of decimals as whole numbers of the finest step, so that a limit is met exactly
    stated = [Decimal(weights.get(layer, 1)) for layer in answers]
    limits = {Severity[name.upper()]: limit for name, limit in breaks.items()}
    finest = min(int(number.as_tuple().exponent) for number in (*stated, *limits.values(), Decimal(1)))
    scale = Decimal(10) ** -finest
    least = np.zeros(len(next(iter(answers.values()))), dtype=np.int64)
    most = least.copy()
    for classes, weight in zip(answers.values(), stated, strict=True):
        whole = int(weight * scale)
        unseen = classes == Severity.NOT_OBSERVED
        least += np.where(unseen, 0, classes) * whole
        most += np.where(unseen, int(Severity.SEVERE), classes) * whole
    scaled = {severity: float(limit * scale) for severity, limit in limits.items()}
    low, high = (classify_numbers(total.astype(np.float64), scaled) for total in (least, most))
    return np.where(low == high, low, np.int8(Severity.NOT_OBSERVED))
