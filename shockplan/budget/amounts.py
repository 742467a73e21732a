"""From exact entitlements to whole kip: the one place where amounts are rounded."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from shockplan.planfile import FitSpec, FundSpec, TransferSpec
from shockplan.problems import InputError
from shockplan.rules import fault
from shockplan.transfers import MOST, Entitlements

WHOLE = 1_000_000
"""Scale is counted in parts per million."""

Kip = NDArray[np.int64]


def round_amounts(
    entitlements: Entitlements, transfers: Sequence[TransferSpec], fit: FitSpec, scale: int = WHOLE
) -> Kip:
    """(n,) kip a round: entitlement x scale, rounded once to the step.

    Where rounding would lift an amount above the maximum of its transfer, it is rounded down.
    """
    amounts = to_step(entitlements.numerator, entitlements.denominator, fit.step_kip, fit.rounding, scale)
    if fit.rounding != "down":
        for index, transfer in enumerate(transfers):
            if transfer.maximum_kip is not None:
                most = transfer.maximum_kip // fit.step_kip * fit.step_kip
                here = entitlements.transfer == index
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
        distinct, where = np.unique(numerator, return_inverse=True)
        exact = [to_step_exact(int(value) * parts, divisor, step, rounding) for value in distinct]
        return np.array(exact, dtype=np.int64)[where]
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
    if steps * step >= MOST:
        raise InputError(fault("budget.too_large", "transfers"))
    return steps * step


def fees(round_kip: Kip, rounds: NDArray[np.int16], fund: FundSpec) -> Kip:
    """(n,) the delivery fee of all rounds: each payment's share rounded up to 1 kip, and the fixed fee.

    Nothing is paid out where the amount is 0, so nothing is charged.
    """
    share = Fraction(fund.fee_share)
    if share.numerator * int(round_kip.max(initial=0)) >= MOST:
        raise InputError(fault("budget.too_large", "funds"))
    payment = -(-round_kip * share.numerator // share.denominator) + fund.fee_kip
    return np.where(round_kip > 0, payment * rounds, 0)


def costs(round_kip: Kip, rounds: NDArray[np.int16], funds: Sequence[FundSpec]) -> list[Kip]:
    """For each fund (n,) what paying the household takes from it: all rounds with their fees.

    Raises InputError where all of them together would not fit into int64.
    """
    known: dict[tuple[object, int], Kip] = {}
    total = totals(round_kip, rounds)
    for fund in funds:
        terms = (fund.fee_share, fund.fee_kip)
        if terms not in known:
            known[terms] = total + fees(round_kip, rounds, fund) if any(terms) else total
            check_sum(known[terms])
    return [known[fund.fee_share, fund.fee_kip] for fund in funds]


def totals(round_kip: Kip, rounds: NDArray[np.int16]) -> Kip:
    """(n,) all rounds of each household. Raises InputError where int64 could not hold it."""
    if int(round_kip.max(initial=0)) * int(rounds.max(initial=1)) >= MOST:
        raise InputError(fault("budget.too_large", "transfers"))
    total: Kip = round_kip * rounds.astype(np.int64)
    return total


def check_sum(values: Kip) -> None:
    """Raise InputError where the sum of the values would not fit into int64."""
    if sum_exact(values) >= MOST:
        raise InputError(fault("budget.too_large", "transfers"))


def sum_exact(values: Kip) -> int:
    """The sum of values from 0 to 2**62, however large: high and low halves added apart."""
    if int(values.max(initial=0)) * max(1, len(values)) < 2**63:
        return int(values.sum())
    return (int((values >> 31).sum()) << 31) + int((values & (2**31 - 1)).sum())
