"""Money held back for households that are not settled yet: *verify* and undecided duplicates."""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from shockplan.budget.allocation import MayPay
from shockplan.budget.amounts import Kip, times


@dataclass(frozen=True, eq=False)
class Held:
    """The households for which money is held: rows (m,), and the share of their cost that is."""

    rows: NDArray[np.int64]
    share: Fraction


def one_of_each_cluster(
    rows: NDArray[np.int64], cluster: NDArray[np.int64], due: Kip, id_place: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Of the rows of each cluster the one with the largest amount; of equal ones the first by id.

    rows (m,); cluster and due (m,) beside them; id_place (m,) their places in the order of ids.
    """
    order = np.lexsort((id_place, -due, cluster))
    return rows[order][np.flatnonzero(np.diff(cluster[order], prepend=-1))]


def set_aside(
    held: list[Held], may: MayPay, group: NDArray[np.int64], prices: list[Kip], left: list[int]
) -> tuple[list[int], int]:
    """(kip held in each fund, kip wanted). Takes from `left`, fees included, never more than is there.

    The households that fewest funds may pay come first, each from the first fund in the stated
    order; what a fund can hold only in part is held for the rest by the next fund that may pay it.
    """
    taken = [0] * len(left)
    wanted = 0
    parts = [
        (int(may.table[kind].sum()), kind, which)
        for which, part in enumerate(held)
        if part.share > 0
        for kind in np.unique(may.kind[part.rows]).tolist()
    ]
    for _, kind, which in sorted(parts):
        rows = held[which].rows
        counts = np.bincount(group[rows[may.kind[rows] == kind]], minlength=len(prices[0]))
        open_share, first = Fraction(1), True
        for fund in np.flatnonzero(may.table[kind]).tolist():
            cost = held[which].share * times(counts, prices[fund])
            if first:
                wanted, first = wanted + math.ceil(cost), False
            take = min(left[fund], math.ceil(cost * open_share))
            taken[fund] += take
            left[fund] -= take
            open_share = max(Fraction(0), open_share - Fraction(take) / cost) if cost else Fraction(0)
            if not open_share:
                break
    return taken, wanted
