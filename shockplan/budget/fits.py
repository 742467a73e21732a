"""The ways to fit entitlements to the money, each with its stated meaning."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from shockplan.budget.allocation import MayPay, Reason, Solved
from shockplan.budget.amounts import WHOLE, Kip, costs, round_amounts, times
from shockplan.budget.drawing import Purse, draw, draw_with_quota
from shockplan.budget.standing import poverty_gaps
from shockplan.exposure import Certainty
from shockplan.planfile import PlanSpec
from shockplan.progress import Progress, silent
from shockplan.rules import Facts
from shockplan.transfers import Groups


@dataclass(frozen=True, eq=False)
class Queue:
    """Who may be paid, in rank order, and what each costs.

    rows (m,) row numbers in rank order; groups of identical entitlements, exact over `denominator`; round_kip
    (g,) kip a round and prices (a fund each, (g,)) of each group; district (n,) code; purse: what the
    funds may spend; facts: what is known of the households.
    """

    spec: PlanSpec
    rows: NDArray[np.int64]
    groups: Groups
    denominator: int
    may: MayPay
    round_kip: Kip
    prices: list[Kip]
    district: NDArray[np.int32]
    purse: Purse
    facts: Facts
    progress: Progress = silent


@dataclass(frozen=True, eq=False)
class Fitted:
    """rows (m,) in rank order; fund charged (m,), -1 none; reason (m,) of Reason where none.

    round_kip (g,): what a round pays each group, where it is paid.
    """

    rows: NDArray[np.int64]
    fund: NDArray[np.int16]
    reason: NDArray[np.int8]
    round_kip: Kip
    scale: int = WHOLE
    solved: Solved | None = None


@dataclass(frozen=True, eq=False)
class Lined:
    """The queue's arrays in rank order: kind (m,), group (m,), payable (m,) by at least one fund."""

    kind: NDArray[np.int16] | NDArray[np.int64]
    group: NDArray[np.int64]
    payable: NDArray[np.bool_]


def fit(queue: Queue) -> Fitted:
    """Fit the queue to the money by the plan's method."""
    methods: dict[str, Callable[[Queue], Fitted]] = {
        "rank_and_stop": rank_and_stop,
        "rank_and_skip": rank_and_skip,
        "scale": scale_down,
        "tier": tier,
        "quota": quota,
        "most_people": most_people,
        "poverty_gap": poverty_gap,
    }
    return methods[queue.spec.fit.method](queue)


def lined_up(queue: Queue) -> Lined:
    """The arrays of the queue in rank order."""
    return Lined(
        queue.may.kind[queue.rows],
        queue.groups.of[queue.rows],
        queue.may.any_fund(queue.rows),
    )


def fitted(queue: Queue, line: Lined, fund: NDArray[np.int16]) -> Fitted:
    """The result of a draw in rank order: whoever is not charged waits for money, or for a fund."""
    reason = np.full(len(fund), Reason.MONEY, dtype=np.int8)
    reason[fund >= 0] = Reason.NONE
    reason[~line.payable] = Reason.NO_FUND
    return Fitted(queue.rows, fund, reason, queue.round_kip)


def drawn(queue: Queue, line: Lined, skip: bool = False) -> NDArray[np.int16]:
    """The queue drawn from its purse in rank order."""
    return draw(line.kind, queue.may.table, line.group, queue.prices, queue.purse, skip)


def rank_and_stop(queue: Queue) -> Fitted:
    """A fund closes at the first household that it may pay but cannot."""
    line = lined_up(queue)
    return fitted(queue, line, drawn(queue, line))


def rank_and_skip(queue: Queue) -> Fitted:
    """A household that no fund can pay is passed over, and the next is tried."""
    line = lined_up(queue)
    return fitted(queue, line, drawn(queue, line, skip=True))


def tier(queue: Queue) -> Fitted:
    """Severe to low, ranked within a class; the next class only when the former is fully funded.

    Not observed comes after none.
    """
    severity = queue.facts.exposure.severity[queue.rows]
    levels = sorted(set(np.unique(severity).tolist()), reverse=True)
    places = [np.flatnonzero(severity == level) for level in levels]
    by_class = replace(queue, rows=queue.rows[np.concatenate(places)] if places else queue.rows)
    line = lined_up(by_class)
    fund = np.full(len(by_class.rows), -1, dtype=np.int16)
    start = 0
    for size in map(len, places):
        here = slice(start, start + size)
        own = Lined(line.kind[here], line.group[here], line.payable[here])
        fund[here] = drawn(by_class, own)
        start += size
        if np.any(own.payable & (fund[here] < 0)):
            break
    return fitted(by_class, line, fund)


def scale_down(queue: Queue) -> Fitted:
    """Everyone gets the same share of the entitlement, the largest that fits, not below the floor.

    The floor holds before rounding to the step. If all at the floor do not fit, rank and stop at the floor.
    The share is found to a millionth; of the shares that give the same amounts the smallest is stated.
    """
    line = lined_up(queue)
    floor = parts_per_million(queue.spec.fit.floor_share)
    whole = attempt(queue, line, WHOLE)
    if everyone(whole):
        return whole
    best = attempt(queue, line, floor)
    if not everyone(best):
        return best
    counts = counts_by_fund(queue, line)
    high = largest(floor, WHOLE, lambda scale: may_fit(queue, counts, scale))
    low, step = floor, 1
    while low < high:  # by longer and longer steps down from what the sums allow
        tried = attempt(queue, line, high)
        if everyone(tried):
            best, low = tried, high
            break
        high, step = max(low, high - step), step * 2
        if high == low:
            break
    top = min(high + step // 2, WHOLE)
    while top - low > 1:  # between what was paid and the last that was not
        middle = (low + top) // 2
        tried = attempt(queue, line, middle)
        if everyone(tried):
            low, best = middle, tried
        else:
            top = middle
    wanted = times(np.bincount(line.group, minlength=len(best.round_kip)), best.round_kip)
    return replace(best, scale=smallest_scale(queue, line, floor, low, wanted))


def largest(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The largest number from low to high for which it holds, given that it holds up to some point."""
    while high > low:
        middle = (low + high + 1) // 2
        if holds(middle):
            low = middle
        else:
            high = middle - 1
    return low


def parts_per_million(share: Decimal) -> int:
    """A share in parts per million, rounded up."""
    return -(-Fraction(share).numerator * WHOLE // Fraction(share).denominator)


def counts_by_fund(queue: Queue, line: Lined) -> list[tuple[list[int], Kip]]:
    """For each kind that a fund may pay: (its funds, households in each group)."""
    found = []
    for kind in np.unique(line.kind[line.payable]).tolist():
        funds = np.flatnonzero(queue.may.table[kind]).tolist()
        found.append((funds, np.bincount(line.group[line.kind == kind], minlength=len(queue.round_kip))))
    return found


def may_fit(queue: Queue, counts: list[tuple[list[int], Kip]], scale: int) -> bool:
    """Whether the sums allow the scale: everyone at the cheapest fund takes no more than there is."""
    _, prices = scaled(queue, scale)
    least = 0
    for funds, count in counts:
        least += times(count, np.min([prices[fund] for fund in funds], axis=0))
    return least <= sum(queue.purse.left)


def scaled(queue: Queue, scale: int) -> tuple[Kip, list[Kip]]:
    """(amounts, prices) of each group at a scale."""
    amounts = round_amounts(queue.groups, queue.denominator, queue.spec.transfers, queue.spec.fit, scale)
    return amounts, costs(amounts, queue.groups, queue.spec.funds)


def smallest_scale(queue: Queue, line: Lined, low: int, high: int, wanted: int) -> int:
    """The smallest scale at which the queue gets the same amounts as at `high`."""
    counts = np.bincount(line.group, minlength=len(queue.round_kip))
    same = largest(-high, -low, lambda scale: times(counts, scaled(queue, -scale)[0]) == wanted)
    return -same


def attempt(queue: Queue, line: Lined, scale: int) -> Fitted:
    """Rank and stop at a scale, with a purse of its own. An amount scaled to 0 kip waits for money."""
    amounts, prices = (queue.round_kip, queue.prices) if scale == WHOLE else scaled(queue, scale)
    tried = replace(queue, round_kip=amounts, prices=prices, purse=queue.purse.reopened())
    result = fitted(tried, line, drawn(tried, line))
    lost = (amounts == 0) & (queue.round_kip > 0)
    if lost.any():
        nothing = lost[line.group] & (result.fund >= 0)
        result.fund[nothing], result.reason[nothing] = -1, Reason.MONEY
    return replace(result, scale=scale)


def everyone(result: Fitted) -> bool:
    """Whether nobody waits for money."""
    return not np.any(result.reason == Reason.MONEY)


def quota(queue: Queue) -> Fitted:
    """The spendable kip split over districts; what a district cannot use returns to the common rank.

    First each district is served in rank order and closes at the first household that its quota cannot pay;
    then what is left is drawn by everyone still waiting, in rank order. Who was stopped by the
    quota while a lower rank is paid waits for the quota, everyone else for money.
    """
    line = lined_up(queue)
    district = queue.district[queue.rows]
    shares = largest_remainder(sum(queue.purse.left), quota_weights(queue, line, district))
    fund, stopped = draw_with_quota(
        line.kind, queue.may.table, line.group, queue.prices, queue.purse, district, shares
    )
    rest = np.flatnonzero(fund < 0)
    fund[rest] = draw(
        line.kind[rest], queue.may.table, line.group[rest], queue.prices, queue.purse.reopened_here()
    )
    result = fitted(queue, line, fund)
    paid = np.flatnonzero(fund >= 0)
    passed_over = stopped & (fund < 0)
    passed_over[paid[-1] if len(paid) else 0 :] = False
    result.reason[passed_over] = Reason.QUOTA
    return result


def quota_weights(queue: Queue, line: Lined, district: NDArray[np.int32]) -> list[int]:
    """The weight of each district: 1 each, its affected households, or its entitlements in kip.

    Only districts with a household that may be paid have a weight.
    """
    size = int(queue.district.max(initial=-1)) + 1
    served = np.bincount(district[line.payable], minlength=size) > 0
    if queue.spec.fit.quota_by == "equal":
        weights = served.astype(np.int64)
    elif queue.spec.fit.quota_by == "affected":
        certain = queue.facts.exposure.affected == Certainty.CERTAIN
        weights = np.bincount(queue.district[certain], minlength=size)
        if not np.any(weights[served]):  # nobody certain: nothing to go by, so equal
            weights = served.astype(np.int64)
    else:
        weights = np.zeros(size, dtype=np.int64)
        due = (queue.round_kip * queue.groups.rounds)[line.group]
        np.add.at(weights, district[line.payable], due[line.payable])
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


def most_people(queue: Queue) -> Fitted:
    """The most people reached, solved: who is paid is not need-first, and the rank is only shown.

    Of households that cost the same and have as many members the first in rank are paid.
    """
    members = np.nan_to_num(queue.facts.columns.number("members")[queue.rows]).astype(np.int64)
    return solved(queue, "people", members)


def poverty_gap(queue: Queue) -> Fitted:
    """The largest fall of the poverty gap, solved: the part of one round's amount that fills the gap.

    A household's gap is the line x members - what it has a month (see `poverty_gaps`); a payment above
    the gap fills only the gap.
    """
    gap = poverty_gaps(queue.spec.fit, queue.facts.registry)[queue.rows]
    amount = queue.round_kip[queue.groups.of[queue.rows]]
    return solved(queue, "poverty_gap_kip", np.minimum(np.nan_to_num(gap).astype(np.int64), amount))


def solved(queue: Queue, measure: str, worth: Kip) -> Fitted:
    """Fit by the solver, households in rank order beside what paying each is good for."""
    from shockplan.budget.solving import solve  # the solver's library, which most plans do without

    line = lined_up(queue)
    fund, answer = solve(
        measure, worth, line.kind, line.group, queue.may, queue.prices, queue.purse, queue.progress
    )
    return replace(fitted(queue, line, fund), solved=answer)
