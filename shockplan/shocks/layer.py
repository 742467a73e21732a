"""What a shock layer is once it is understood, whatever file it came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely import Geometry

from shockplan.problems import Problem
from shockplan.source import Source


class Severity(IntEnum):
    """How hard a place is hit. Not observed is not none."""

    NOT_OBSERVED = -1
    NONE = 0
    LOW = 1
    MODERATE = 2
    SEVERE = 3


@dataclass(frozen=True, slots=True)
class FeatureCount:
    """Features read = used + repaired + refused + left out by the plan's own choice."""

    read: int
    used: int
    repaired: int
    refused: int
    left_out: int


@dataclass(frozen=True, eq=False)
class HazardLayer:
    """Polygons on the ground, EPSG:4326, one severity a part.

    `parts` (n,) single Polygons, valid; `severity` (n,) int8 of Severity.
    `observed` is the ground that was looked at (EPSG:4326), None where the layer does not say.
    `earlier` is the older pass alone, where this layer joins two.
    """

    id: str
    name: str
    shock: str
    source: Source
    source_note: str
    date: date | None
    defines_affected: bool
    parts: NDArray[np.object_]
    severity: NDArray[np.int8]
    observed: Geometry | None
    features: FeatureCount
    problems: tuple[Problem, ...]
    earlier: "HazardLayer | None" = None


@dataclass(frozen=True, eq=False)
class AreaLayer:
    """An indicator by district or province, or a list of villages.

    `values`: columns pcode (P-code of a district or province, or a village's code or name as written),
    value (float64, NaN blank), severity (int8); of villages also district (P-code, blank where the list names
    none) and row (of the sheet). `level` says which; province values stay marked as such on districts.
    `by_name`: whether a name that one village alone bears is taken for it.
    `unlisted` is the class of a place without a row.
    `boundaries` are the stated class limits: class k holds min <= x < max.
    """

    id: str
    name: str
    shock: str
    source: Source
    source_note: str
    date: date | None
    defines_affected: bool
    indicator: str
    unit: str
    level: Literal["district", "province", "village"]
    values: pd.DataFrame
    breaks: Mapping[Severity, float]
    problems: tuple[Problem, ...]
    unlisted: Severity = Severity.NOT_OBSERVED
    by_name: bool = False


Layer = HazardLayer | AreaLayer
