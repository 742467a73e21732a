"""Hop 2: for each household and layer, how severe and how certain."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from shockplan.problems import Problem


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
