"""Hop 3: yes, no or verify, with the reasons, and the score that ranks."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from shockplan.problems import Problem


class Decision(IntEnum):
    """A blank is a third answer: it becomes verify, never no."""

    NO = 0
    VERIFY = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class Leaf:
    """One condition of the rule as it stood when applied. `path` is its key path in PLAN.toml."""

    path: str
    field: str
    sentence_code: str
    yes: int
    no: int
    unknown: int


@dataclass(frozen=True, eq=False)
class Targeting:
    """decision (n,) int8 of Decision.

    answers (n, leaves) int8: 1 yes, 0 no, -1 unknown, for each leaf of the rule in written order.
    score (n,) float64, higher is needier, NaN where an indicator is blank (then verify).
    blank_score (n, indicators) bool: which indicator was blank.
    order (n,) int64: row numbers from the neediest down, ties broken by the stated keys and then
    the household id; it covers all rows.
    """

    decision: NDArray[np.int8]
    answers: NDArray[np.int8]
    leaves: tuple[Leaf, ...]
    score: NDArray[np.float64]
    blank_score: NDArray[np.bool_]
    order: NDArray[np.int64]
    problems: tuple[Problem, ...] = ()
