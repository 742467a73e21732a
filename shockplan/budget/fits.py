"""The ways to fit entitlements to the money, each with its stated meaning."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from shockplan.budget.allocation import MayPay, Reason
from shockplan.budget.amounts import WHOLE, Kip, costs, round_amounts, sum_exact
from shockplan.budget.drawing import Purse, draw, draw_with_quota
from shockplan.exposure import Certainty, Exposure
from shockplan.planfile import PlanSpec
from shockplan.problems import InputError
from shockplan.rules import fault
from shockplan.transfers import Entitlements


@dataclass(frozen=True, eq=False)
class Queue:
    """Who may be paid, in rank order, and what each costs.

    rows (m,) row numbers in rank order; round_kip (n,) and costs (a fund each, (n,)) for the whole registry;
    district (n,) code; purse: what the funds may spend.
    """

    spec: PlanSpec
    rows: NDArray[np.int64]
    entitlements: Entitlements
    exposure: Exposure
    may: MayPay
    round_kip: Kip
    costs: list[Kip]
    district: NDArray[np.int32]
    purse: Purse


@dataclass(frozen=True, eq=False)
class Fitted:
    """rows (m,) in rank order; fund charged (m,), -1 none; reason (m,) of Reason where none; the amounts."""

    rows: NDArray[np.int64]
    fund: NDArray[np.int16]
    reason: NDArray[np.int8]
    round_kip: Kip
    costs: list[Kip]
    scale: int = WHOLE


def fit(queue: Queue) -> Fitted:
    """Fit the queue to the money by the plan's method."""
    methods: dict[str, Callable[[Queue], Fitted]] = {
        "rank_and_stop": rank_and_stop,
        "rank_and_skip": rank_and_skip,
        "scale": scale_down,
        "tier": tier,
        "quota": quota,
    }
    method = queue.spec.fit.method
    if method not in methods:
        raise InputError(fault("budget.not_yet", "fit.method", method=method))
    return methods[method](queue)


def fitted(queue: Queue, fund: NDArray[np.int16]) -> Fitted:
    """The result of a draw in rank order: whoever is not charged waits for money, or for a fund."""
    reason = np.where(fund >= 0, Reason.NONE, Reason.MONEY).astype(np.int8)
    reason[~queue.may.any_fund()[queue.rows]] = Reason.NO_FUND
    return Fitted(queue.rows, fund, reason, queue.round_kip, queue.costs)


def drawn(queue: Queue, skip: bool = False) -> NDArray[np.int16]:
    """The queue drawn from its purse in rank order."""
    own = [cost[queue.rows] for cost in queue.costs]
    return draw(queue.may.kind[queue.rows], queue.may.table, own, queue.purse, skip)


def rank_and_stop(queue: Queue) -> Fitted:
    """A fund closes at the first household that it may pay but cannot."""
    return fitted(queue, drawn(queue))


def rank_and_skip(queue: Queue) -> Fitted:
    """A household that no fund can pay is passed over, and the next is tried."""
    return fitted(queue, drawn(queue, skip=True))


def tier(queue: Queue) -> Fitted:
    """Severe to low, ranked within a class; the next class only when the former is fully funded.

    Not observed comes after none.
    """
    severity = queue.exposure.severity[queue.rows]
    by_class = replace(queue, rows=queue.rows[np.argsort(-severity, kind="stable")])
    severity = queue.exposure.severity[by_class.rows]
    fund = np.full(len(by_class.rows), -1, dtype=np.int16)
    payable = queue.may.any_fund()[by_class.rows]
    for level in sorted(set(severity.tolist()), reverse=True):
        here = np.flatnonzero(severity == level)
        fund[here] = drawn(replace(by_class, rows=by_class.rows[here]))
        if np.any(payable[here] & (fund[here] < 0)):
            break
    return fitted(by_class, fund)


def scale_down(queue: Queue) -> Fitted:
    """Everyone gets the same share of the entitlement, the largest that fits, not below the floor.

    The floor holds before rounding to the step. If all at the floor do not fit, rank and stop at the floor.
    The share is found to a millionth; of the shares that give the same amounts the smallest is stated.
    """
    floor = parts_per_million(queue.spec.fit.floor_share)
    whole = attempt(queue, WHOLE)
    if everyone(whole):
        return whole
    best = attempt(queue, floor)
    if not everyone(best):
        return best
    low, high = floor, WHOLE
    while high - low > 1:
        middle = (low + high) // 2
        tried = attempt(queue, middle)
        if everyone(tried):
            low, best = middle, tried
        else:
            high = middle
    return replace(best, scale=smallest_scale(queue, floor, low, best.round_kip))


def parts_per_million(share: Decimal) -> int:
    """A share in parts per million, rounded up."""
    return -(-Fraction(share).numerator * WHOLE // Fraction(share).denominator)


def smallest_scale(queue: Queue, low: int, high: int, amounts: Kip) -> int:
    """The smallest scale that gives the same amounts as `high` does."""
    wanted = sum_exact(amounts)
    while low < high:
        middle = (low + high) // 2
        if sum_exact(scaled_amounts(queue, middle)) == wanted:
            high = middle
        else:
            low = middle + 1
    return high


def scaled_amounts(queue: Queue, scale: int) -> Kip:
    """(n,) the amounts of one round at a scale; 0 for who is not in the queue."""
    amounts = np.zeros_like(queue.round_kip)
    every = round_amounts(queue.entitlements, queue.spec.transfers, queue.spec.fit, scale)
    amounts[queue.rows] = every[queue.rows]
    return amounts


def attempt(queue: Queue, scale: int) -> Fitted:
    """Rank and stop at a scale, with a purse of its own. An amount scaled to 0 kip waits for money."""
    amounts = queue.round_kip if scale == WHOLE else scaled_amounts(queue, scale)
    prices = costs(amounts, queue.entitlements.rounds, queue.spec.funds)
    tried = replace(queue, round_kip=amounts, costs=prices, purse=queue.purse.reopened())
    result = rank_and_stop(tried)
    nothing = (amounts[queue.rows] == 0) & (queue.round_kip[queue.rows] > 0) & (result.fund >= 0)
    fund = np.where(nothing, np.int16(-1), result.fund)
    reason = np.where(nothing, np.int8(Reason.MONEY), result.reason)
    return replace(result, fund=fund, reason=reason, scale=scale)


def everyone(result: Fitted) -> bool:
    """Whether nobody waits for money."""
    return not np.any(result.reason == Reason.MONEY)


def quota(queue: Queue) -> Fitted:
    """The spendable kip split over districts; what a district cannot use returns to the common rank.

    First each district is served in rank order and closes at the first household that its quota cannot pay;
    then what is left is drawn by everyone still waiting, in rank order. Who was stopped by the
    quota while a lower rank is paid waits for the quota, everyone else for money.
    """
    kind = queue.may.kind[queue.rows]
    own = [cost[queue.rows] for cost in queue.costs]
    district = queue.district[queue.rows]
    payable = queue.may.any_fund()[queue.rows]
    shares = largest_remainder(sum(queue.purse.left), quota_weights(queue, district, payable))
    fund, stopped = draw_with_quota(kind, queue.may.table, own, queue.purse, district, shares)
    rest = np.flatnonzero(fund < 0)
    queue.purse.open[:] = [True] * len(own)
    fund[rest] = draw(kind[rest], queue.may.table, [cost[rest] for cost in own], queue.purse)
    result = fitted(queue, fund)
    paid = np.flatnonzero(fund >= 0)
    passed_over = stopped & (fund < 0)
    passed_over[paid[-1] if len(paid) else 0 :] = False
    return replace(result, reason=np.where(passed_over, np.int8(Reason.QUOTA), result.reason))


def quota_weights(queue: Queue, district: NDArray[np.int32], payable: NDArray[np.bool_]) -> list[int]:
    """The weight of each district: 1 each, its affected households, or its entitlements in kip.

    Only districts with a household that may be paid have a weight.
    """
    size = int(queue.district.max(initial=-1)) + 1
    served = np.bincount(district[payable], minlength=size) > 0
    if queue.spec.fit.quota_by == "equal":
        weights = served.astype(np.int64)
    elif queue.spec.fit.quota_by == "affected":
        certain = queue.exposure.affected == Certainty.CERTAIN
        weights = np.bincount(queue.district[certain], minlength=size)
        if not np.any(weights[served]):  # nobody certain: nothing to go by, so equal
            weights = served.astype(np.int64)
    else:
        weights = np.zeros(size, dtype=np.int64)
        due = queue.round_kip[queue.rows] * queue.entitlements.rounds[queue.rows]
        np.add.at(weights, district[payable], due[payable])
    return [int(weight) if use else 0 for weight, use in zip(weights, served, strict=True)]


def largest_remainder(kip: int, weights: list[int]) -> Kip:
    """Whole kip split by weight; what is left over goes to the largest remainders, first come first."""
    total = sum(weights)
    if not total:
        return np.zeros(len(weights), dtype=np.int64)
    shares = [kip * weight // total for weight in weights]
    remainders = [kip * weight % total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -remainders[place])
    for place in by_remainder[: kip - sum(shares)]:
        shares[place] += 1
    return np.array(shares, dtype=np.int64)
