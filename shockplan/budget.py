"""Hop 5: the money. Who is funded from which fund, who waits, who is cut, and why."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Status(IntEnum):
    NOT_ELIGIBLE = 0
    VERIFY = 1
    CUT = 2
    WAITING = 3
    FUNDED = 4


class Reason(IntEnum):
    """Why a household waits or is cut."""

    NONE = 0
    MONEY = 1
    NO_FUND = 2
    QUOTA = 3
    DUPLICATE_UNDECIDED = 4
    DUPLICATE_CONFIRMED = 5
    REMOVED = 6


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
class Allocation:
    """status (n,) int8 of Status; reason (n,) int8 of Reason; rank (n,) int64, 1 = first, 0 = not
    ranked; fund (n,) int16 index, -1 none; round_kip (n,) int64, the amount of one round, rounded
    once; total_kip (n,) int64 = round_kip x rounds; fee_kip (n,) int64, all rounds.
    scale: parts per million paid of each entitlement, 1_000_000 unless the fit scales.
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
