"""What the budget decided for every household and every fund."""

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from shockplan.problems import Problem


class Status(IntEnum):
    NOT_ELIGIBLE = 0
    VERIFY = 1
    CUT = 2
    WAITING = 3
    FUNDED = 4


class Reason(IntEnum):
    """Why a household waits, is cut, or, though the rule says yes, has nothing to be paid."""

    NONE = 0
    MONEY = 1
    NO_FUND = 2
    QUOTA = 3
    DUPLICATE_UNDECIDED = 4
    DUPLICATE_CONFIRMED = 5
    REMOVED = 6
    NO_TRANSFER = 7  # not eligible: the rule says yes, but no transfer is meant for it
    NOTHING_DUE = 8  # not eligible: its transfer comes to 0 kip (no gap left, or below one step)


@dataclass(frozen=True, slots=True)
class FundResult:
    """One fund in whole kip: budget = reserve + set_aside + committed + fees + remaining."""

    id: str
    budget_kip: int
    reserve_kip: int
    set_aside_kip: int
    committed_kip: int
    fees_kip: int
    remaining_kip: int
    households: int
    unusable_kip: int  # remaining that no waiting household may be paid from (earmark)


@dataclass(frozen=True, eq=False)
class MayPay:
    """Which fund may pay whom. kind (n,) of each household; table (kinds, funds) bool."""

    kind: NDArray[np.int16] | NDArray[np.int64]
    table: NDArray[np.bool_]

    def any_fund(self, rows: NDArray[np.int64] | slice = slice(None)) -> NDArray[np.bool_]:
        """Whether at least one fund may pay the household, of all or of some rows."""
        by_kind: NDArray[np.bool_] = np.asarray(self.table.any(axis=1))
        return by_kind[self.kind[rows]]


@dataclass(frozen=True, slots=True)
class Solved:
    """What a solved fit reached, and the proven bound that no plan can pass.

    measure: `people` or `poverty_gap_kip` (kip a month).
    """

    measure: str
    reached: int
    bound: int

    @property
    def gap(self) -> float:
        """The largest share by which a better plan could reach more; 0.0 is proven the best."""
        return (self.bound - self.reached) / self.bound if self.bound else 0.0

    def as_json(self) -> dict[str, str | int | float]:
        """The three figures and the gap as plain types."""
        return {"measure": self.measure, "reached": self.reached, "bound": self.bound, "gap": self.gap}


def nobody() -> MayPay:
    """No household and no fund."""
    return MayPay(np.zeros(0, dtype=np.int64), np.zeros((0, 0), dtype=bool))


@dataclass(frozen=True, eq=False)
class Allocation:
    """status (n,) int8 of Status; reason (n,) int8 of Reason; rank (n,) int64, 1 = first, 0 = not
    ranked; fund (n,) int16 index, -1 none; round_kip (n,) int64, the amount of one round, rounded
    once; total_kip (n,) int64 = round_kip x rounds; fee_kip (n,) int64, all rounds. The three are 0
    for whoever is not funded. due_kip (n,) int64: the rounded amount of one round before any scaling, for
    everyone with an entitlement (an estimate in *verify*). may_pay: which fund may pay whom.
    scale: parts per million paid of each entitlement, 1_000_000 unless the fit scales.
    set_aside_wanted_kip: what *verify* and undecided duplicates may need; more than the funds' set-aside
    where these could not hold it.
    solved: what a solved fit reached, None for the ranked ones.
    """

    status: NDArray[np.int8]
    reason: NDArray[np.int8]
    rank: NDArray[np.int64]
    fund: NDArray[np.int16]
    round_kip: NDArray[np.int64]
    total_kip: NDArray[np.int64]
    fee_kip: NDArray[np.int64]
    funds: tuple[FundResult, ...]
    scale: int
    due_kip: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    may_pay: MayPay = field(default_factory=nobody)
    set_aside_wanted_kip: int = 0
    solved: Solved | None = None
    problems: tuple[Problem, ...] = ()
