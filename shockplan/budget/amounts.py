"""From exact entitlements to whole kip: the one place where amounts are rounded."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from shockplan.planfile import FitSpec, FundSpec, TransferSpec
from shockplan.problems import InputError
from shockplan.rules import fault
from shockplan.transfer_values import MOST
from shockplan.transfers import CHANNELS, Groups

WHOLE = 1_000_000
"""Scale is counted in parts per million."""

Kip = NDArray[np.int64]


def round_amounts(
    groups: Groups,
    denominator: int,
    transfers: Sequence[TransferSpec],
    fit: FitSpec,
    scale: int = WHOLE,
) -> Kip:
    """(g,) kip a round of each group: entitlement x scale, rounded once to the step.

    Where rounding would lift an amount above the maximum of its transfer, it is rounded down.
    """
    amounts = to_step(groups.numerator, denominator, fit.step_kip, fit.rounding, scale)
    if fit.rounding != "down":
        for index, transfer in enumerate(transfers):
            if transfer.maximum_kip is not None:
                most = transfer.maximum_kip // fit.step_kip * fit.step_kip
                here = groups.transfer == index
                amounts[here] = np.minimum(amounts[here], most)
    return amounts


def to_step(numerator: Kip, denominator: int, step: int, rounding: str, scale: int = WHOLE) -> Kip:
    """numerator / denominator x scale / 1,000,000 to a multiple of step; halves go up."""
    if scale == WHOLE:
        parts, divisor = 1, denominator * step
    else:
        parts, divisor = scale, denominator * step * WHOLE
    most = int(numerator.max(initial=0)) * parts
    if 2 * max(most, divisor) + divisor + step >= 2**63:
        exact = [to_step_exact(value * parts, divisor, step, rounding) for value in numerator.tolist()]
        return np.array(exact, dtype=np.int64)
    scaled = numerator * parts
    if rounding == "up":
        return -(-scaled // divisor) * step
    if rounding == "nearest":
        return (2 * scaled + divisor) // (2 * divisor) * step
    return scaled // divisor * step


def to_step_exact(value: int, divisor: int, step: int, rounding: str) -> int:
    """As `to_step` for one value of any size. Raises InputError where int64 cannot hold it."""
    if rounding == "up":
        steps = -(-value // divisor)
    elif rounding == "nearest":
        steps = (2 * value + divisor) // (2 * divisor)
    else:
        steps = value // divisor
    return limited(steps * step)


def limited(kip: int) -> int:
    """The kip, or InputError where int64 could not hold the sums made of it."""
    if kip >= MOST:
        raise InputError(fault("budget.too_large", "transfers"))
    return kip


def fees(round_kip: Kip, groups: Groups, fund: FundSpec) -> Kip:
    """(g,) the delivery fee of all rounds: each payment's share rounded up to 1 kip, and the fixed fee.

    The fixed fee is the channel's own where the fund states one; a blank channel pays the highest that
    the fund states. Nothing is paid out where the amount is 0, so nothing is charged.
    """
    by_channel = [fund.fee_by_channel.get(name, fund.fee_kip) for name in CHANNELS]
    fixed = np.array([*by_channel, max(fund.fee_kip, *by_channel)], dtype=np.int64)[groups.channel]
    rounds = groups.rounds
    share = Fraction(fund.fee_share)
    most = int(round_kip.max(initial=0))
    limited(share.numerator * most)
    limited((most + int(fixed.max(initial=0))) * int(rounds.max(initial=1)))
    payment = -(-round_kip * share.numerator // share.denominator) + fixed
    return np.where(round_kip > 0, payment * rounds, 0)


def costs(round_kip: Kip, groups: Groups, funds: Sequence[FundSpec]) -> list[Kip]:
    """For each fund (g,) what paying one household takes from it: all rounds with their fees.

    Raises InputError where all households together would not fit into int64.
    """
    limited(int(round_kip.max(initial=0)) * int(groups.rounds.max(initial=1)))
    prices = [round_kip * groups.rounds + fees(round_kip, groups, fund) for fund in funds]
    for price in prices:
        limited(times(groups.counts, price))
    return prices


def times(counts: Kip, values: Kip) -> int:
    """The sum of counts x values, exact whatever its size. Neither is negative."""
    if float(np.dot(counts.astype(np.float64), values.astype(np.float64))) < MOST:
        return int(np.dot(counts, values))
    return sum(count * value for count, value in zip(counts.tolist(), values.tolist(), strict=True))


def sum_exact(values: Kip) -> int:
    """The sum of values from 0 to 2**62, however large: high and low halves added apart."""
    if int(values.max(initial=0)) * max(1, len(values)) < 2**63:
        return int(values.sum())
    return (int((values >> 31).sum()) << 31) + int((values & (2**31 - 1)).sum())
