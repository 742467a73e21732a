"""Drawing the funds in order, household by household, without a loop over households.

Between two events (a fund that cannot pay its next household) nothing changes but running sums, so
each stretch between events is one cumulative sum.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from shockplan.budget.amounts import Kip

FIRST_LOOK = 16_384
"""Households looked at first, and after an event when funds skip; doubled while nothing happens."""


@dataclass(eq=False)
class Purse:
    """What is left in each fund, and which funds are still open."""

    left: list[int]
    open: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.open = self.open or [True] * len(self.left)

    def reopened_here(self) -> "Purse":
        """This purse, with every fund open again."""
        self.open[:] = [True] * len(self.left)
        return self

    def reopened(self) -> "Purse":
        """The same money with every fund open."""
        return Purse(list(self.left))


def draw(
    kind: NDArray[np.int16] | NDArray[np.int64],
    table: NDArray[np.bool_],
    group: NDArray[np.int64],
    prices: list[Kip],
    purse: Purse,
    skip: bool = False,
) -> NDArray[np.int16]:
    """The fund charged for each household, in the order given; -1 where none is. Empties the purse.

    kind (m,) rows of table (kinds, funds): which funds may pay; group (m,) places in prices: a fund
    each, (g,). A household is charged to the first open fund that may pay it and can. Without `skip` a
    fund that may pay and cannot closes for good.
    """
    households = len(kind)
    charged = np.full(households, -1, dtype=np.int16)
    start, size = 0, FIRST_LOOK
    while start < households and any(purse.open):
        window = slice(start, min(start + size, households))
        choice = choose(kind[window], table, group[window], prices, purse, skip)
        reach, blocked = spend(choice, group[window], prices, purse)
        charged[start : start + reach] = choice[:reach]
        start += reach
        if blocked is None:
            size *= 2
        elif skip:
            size = FIRST_LOOK
        else:
            purse.open[blocked] = False
    return charged


def choose(
    kind: NDArray[np.int16] | NDArray[np.int64],
    table: NDArray[np.bool_],
    group: NDArray[np.int64],
    prices: list[Kip],
    purse: Purse,
    skip: bool,
) -> NDArray[np.int16]:
    """(m,) the first open fund that may pay each household, -1 none; when skipping, that still can."""
    first = np.full(len(table), -1, dtype=np.int16)
    choice = np.full(len(kind), -1, dtype=np.int16)
    for fund in reversed(range(len(prices))):
        if not purse.open[fund]:
            continue
        if skip:
            can = prices[fund] <= purse.left[fund]
            if can.any():
                choice[table[:, fund][kind] & can[group]] = fund
        else:
            first[table[:, fund]] = fund
    return choice if skip else first[kind]


def spend(
    choice: NDArray[np.int16], group: NDArray[np.int64], prices: list[Kip], purse: Purse
) -> tuple[int, int | None]:
    """Charge households up to the first that its fund cannot pay: (how many, the fund that could not)."""
    rows = [np.flatnonzero(choice == fund) for fund in range(len(prices))]
    sums = [np.cumsum(price[group[own]]) for price, own in zip(prices, rows, strict=True)]
    reach, blocked = len(choice), None
    for fund, (own, running) in enumerate(zip(rows, sums, strict=True)):
        paid = int(np.searchsorted(running, purse.left[fund], side="right"))
        if paid < len(own) and own[paid] < reach:
            reach, blocked = int(own[paid]), fund
    for fund, (own, running) in enumerate(zip(rows, sums, strict=True)):
        paid = int(np.searchsorted(own, reach))
        if paid:
            purse.left[fund] -= int(running[paid - 1])
    return reach, blocked


def draw_with_quota(
    kind: NDArray[np.int16] | NDArray[np.int64],
    table: NDArray[np.bool_],
    group: NDArray[np.int64],
    prices: list[Kip],
    purse: Purse,
    district: NDArray[np.int32],
    quota: Kip,
) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    """As `draw`, where a district too closes at the first household that its quota cannot pay.

    district (m,) index into quota (districts,) kip. Returns (fund charged, stopped by the quota).
    """
    households = len(kind)
    charged = np.full(households, -1, dtype=np.int16)
    stopped = np.zeros(households, dtype=bool)
    left, closed = quota.copy(), np.zeros(len(quota), dtype=bool)
    start = 0
    while start < households and any(purse.open):
        here, own = district[start:], group[start:]
        choice = choose(kind[start:], table, own, prices, purse, skip=False)
        price = price_of(choice, own, prices)
        barred = (choice >= 0) & closed[here]
        barred |= beyond_quota(np.where(barred, 0, price), here, left)
        choice[barred] = -1
        reach, blocked = spend(choice, own, prices, purse)
        part = slice(start, start + reach)
        charged[part], stopped[part] = choice[:reach], barred[:reach]
        paid = choice[:reach] >= 0
        np.subtract.at(left, here[:reach][paid], price[:reach][paid])
        closed[here[:reach][barred[:reach]]] = True
        start += reach
        if blocked is not None:
            purse.open[blocked] = False
    return charged, stopped


def price_of(choice: NDArray[np.int16], group: NDArray[np.int64], prices: list[Kip]) -> Kip:
    """(m,) the price in the chosen fund, 0 where none is chosen."""
    table = np.stack([*prices, np.zeros_like(prices[0])])
    price: Kip = table[choice, group]
    return price


def beyond_quota(price: Kip, district: NDArray[np.int32], left: Kip) -> NDArray[np.bool_]:
    """(m,) whether the running sum of the household's district, itself included, passes what is left."""
    order = np.argsort(district.astype(np.uint16), kind="stable")
    sorted_district, sorted_price = district[order], price[order]
    running = np.cumsum(sorted_price)
    starts = np.flatnonzero(np.diff(sorted_district, prepend=-1))
    before = np.zeros(len(left), dtype=np.int64)
    before[sorted_district[starts]] = (running - sorted_price)[starts]
    over = running - before[sorted_district] > left[sorted_district]
    answer = np.zeros(len(price), dtype=bool)
    answer[order] = over & (sorted_price > 0)
    return answer
