"""Money held back for households that are not settled yet: *verify* and undecided duplicates."""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from shockplan.budget.allocation import MayPay
from shockplan.budget.amounts import Kip, sum_exact


@dataclass(frozen=True, eq=False)
class Held:
    """The households for which money is held: rows (m,), and the share of their cost that is."""

    rows: NDArray[np.int64]
    share: Fraction


def one_of_each_cluster(
    rows: NDArray[np.int64], cluster: NDArray[np.int64], due: Kip, place: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Of the rows of each cluster the one with the largest amount; equal amounts: the first in order."""
    order = rows[np.lexsort((place[rows], -due[rows], cluster[rows]))]
    first = np.r_[True, cluster[order][1:] != cluster[order][:-1]] if len(order) else np.zeros(0, dtype=bool)
    return order[first]


def set_aside(held: list[Held], may: MayPay, costs: list[Kip], left: list[int]) -> tuple[list[int], int]:
    """(kip held in each fund, kip wanted). Takes from `left`, fees included, never more than is there.

    Funds in their stated order; within a fund the households that fewest other funds may pay come first. A
    group that a fund can hold only in part is held for the rest by the next fund that may pay it.
    """
    taken = [0] * len(left)
    wanted = 0
    groups = [
        (int(may.table[kind].sum()), kind, part)
        for part in held
        if part.share > 0
        for kind in np.unique(may.kind[part.rows]).tolist()
    ]
    for _, kind, part in sorted(groups, key=lambda group: group[:2]):
        own = part.rows[may.kind[part.rows] == kind]
        open_share, first = Fraction(1), True
        for fund in np.flatnonzero(may.table[kind]).tolist():
            cost = part.share * sum_exact(costs[fund][own])
            if first:
                wanted, first = wanted + math.ceil(cost), False
            take = min(left[fund], math.ceil(cost * open_share))
            taken[fund] += take
            left[fund] -= take
            open_share = max(Fraction(0), open_share - Fraction(take) / cost) if cost else Fraction(0)
            if not open_share:
                break
    return taken, wanted
