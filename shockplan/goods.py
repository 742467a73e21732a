"""Goods beside the cash: how much of each item, and what it costs. Given again each round."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from shockplan.budget import Allocation, Status
from shockplan.columns import columns_of
from shockplan.planfile import InKind, TransferSpec
from shockplan.registry.household import Registry
from shockplan.transfers import Entitlements


@dataclass(frozen=True, slots=True)
class GoodsTotal:
    """One item of one transfer over all rounds, for the funded households.

    quantity in `item.unit`, exact; cost_kip = quantity x kip_per_unit, rounded up once. Goods are not charged
    to the funds: their cost stands beside the plan. households_open: members blank, so nothing is counted
    for them where the item is given per person.
    """

    transfer: str
    item: InKind
    households: int
    people: int
    households_open: int
    quantity: Decimal
    cost_kip: int


def goods_totals(
    registry: Registry,
    entitlements: Entitlements,
    allocation: Allocation,
    transfers: tuple[TransferSpec, ...],
) -> tuple[GoodsTotal, ...]:
    """The totals of every item that the plan hands out."""
    members = columns_of(registry).number("members")
    funded = allocation.status == Status.FUNDED
    return tuple(
        total_of(item, transfer, members[funded & (entitlements.transfer == index)])
        for index, transfer in enumerate(transfers)
        for item in transfer.in_kind
    )


def total_of(item: InKind, transfer: TransferSpec, members: NDArray[np.float64]) -> GoodsTotal:
    """One item for households with so many members, NaN where it is not known."""
    known = members[~np.isnan(members)]
    people = int(known.sum())
    quantity = (item.per_person * people + item.per_household * len(members)) * transfer.rounds
    cost = -(-Fraction(quantity) * item.kip_per_unit // 1)
    still_open = len(members) - len(known) if item.per_person else 0
    return GoodsTotal(transfer.id, item, len(members), people, still_open, quantity, int(cost))
