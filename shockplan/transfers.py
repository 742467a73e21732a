"""Hop 4: what each household is entitled to before any budget, exact."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Entitlements:
    """Exact entitlement a round: numerator / denominator kip.

    transfer (n,) int16, index of the transfer in the plan, -1 none; numerator (n,) int64;
    rounds (n,) int16; base_kip (n,) int64, the base grant a round paid by the programme itself;
    matched (n,) int16, how many transfers matched (more than 1: overlap, the first applied);
    in_kind: quantity by (transfer index, item index) is worked out when shown, from members.
    blank (n,) bool: a value the transfer needs is missing, the household goes to verify and
    numerator holds the estimate used for the set-aside.
    """

    transfer: NDArray[np.int16]
    numerator: NDArray[np.int64]
    denominator: int
    rounds: NDArray[np.int16]
    base_kip: NDArray[np.int64]
    matched: NDArray[np.int16]
    blank: NDArray[np.bool_]
