"""The value of a transfer: checked, and exact before anything is rounded."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from shockplan.planfile import TransferSpec
from shockplan.problems import InputError
from shockplan.registry.household import Registry
from shockplan.rules import SEVERITIES, Facts, check_field, fault
from shockplan.shocks.layer import Severity

MOST = 2**62
"""No exact amount may reach this: numerators stay far from the end of int64."""

NEEDED = {
    "per_person": ("members",),
    "bands": ("members",),
    "meb_gap": ("members", "income_kip", "other_aid_kip"),
}
"""The fields of the household that a mode needs."""


@dataclass(frozen=True, eq=False)
class Terms:
    """One transfer for some households: constant + by_count x count + by_kip x kip, all exact.

    `count` (m,) int64 whole numbers (members, or the kip of the household's band); `kip` (m,) int64.
    """

    constant: Fraction
    by_count: Fraction
    count: NDArray[np.int64]
    by_kip: Fraction
    kip: NDArray[np.int64]
    blank: NDArray[np.bool_]


def check_transfer(transfer: TransferSpec, path: str, registry: Registry) -> None:
    """Raise InputError for a transfer that lacks what its mode needs, or contradicts itself."""
    needed = {
        "flat": ("kip",),
        "per_person": ("kip",),
        "on_top_of_base": ("kip", "base_kip"),
        "share_of_base": ("share", "base_kip"),
        "bands": ("bands",),
        "meb_gap": ("basket_kip", "source"),
    }[transfer.mode]
    for key in needed:
        if getattr(transfer, key) in (None, (), ""):
            raise InputError(fault("transfers.missing", f"{path}.{key}", mode=transfer.mode))
    for name in NEEDED.get(transfer.mode, ()):
        check_field(name, f"{path}.mode", registry)
    if transfer.deduct_earlier:
        check_field("earlier_payment_kip", f"{path}.deduct_earlier", registry)
    for key, value in signed(transfer):
        if value < 0:
            raise InputError(fault("transfers.negative", f"{path}.{key}", given=str(value)))
    if transfer.mode == "meb_gap" and transfer.months_per_round == 0:
        raise InputError(fault("transfers.no_months", f"{path}.months_per_round"))
    low, high = transfer.minimum_kip, transfer.maximum_kip
    if low is not None and high is not None and low > high:
        raise InputError(fault("transfers.bounds", f"{path}.minimum_kip", minimum=low, maximum=high))
    starts = [band.members_from for band in transfer.bands]
    if transfer.mode == "bands" and (starts[0] != 1 or starts != sorted(set(starts))):
        raise InputError(fault("transfers.bands", f"{path}.bands"))


def signed(transfer: TransferSpec) -> Iterator[tuple[str, Decimal]]:
    """The numbers of a transfer that may not be negative, by key."""
    yield "share", transfer.share or Decimal(0)
    yield "first_adult", transfer.first_adult
    yield "each_other", transfer.each_other
    yield "months_per_round", transfer.months_per_round
    for level, factor in transfer.severity_factor.items():
        yield f"severity_factor.{level}", factor
    for number, item in enumerate(transfer.in_kind, start=1):
        yield f"in_kind[{number}].per_person", item.per_person
        yield f"in_kind[{number}].per_household", item.per_household


def common_denominator(transfers: Sequence[TransferSpec]) -> int:
    """One denominator over which every amount of the plan is whole."""
    common = 1
    for transfer in transfers:
        common = math.lcm(common, transfer.rounds if transfer.deduct_earlier else 1)
        for constant in constants(transfer):
            for factor in (Fraction(1), *map(Fraction, transfer.severity_factor.values())):
                common = math.lcm(common, (constant * factor).denominator)
    return common


def constants(transfer: TransferSpec) -> tuple[Fraction, Fraction, Fraction]:
    """(constant, for each count, for each kip of income and aid) of the amount a round, before the factor."""
    kip = Fraction(transfer.kip or 0)
    match transfer.mode:
        case "flat" | "on_top_of_base":
            return kip, Fraction(0), Fraction(0)
        case "per_person":
            return Fraction(0), kip, Fraction(0)
        case "bands":
            return Fraction(0), Fraction(1), Fraction(0)
        case "share_of_base":
            return Fraction(transfer.share or 0) * (transfer.base_kip or 0), Fraction(0), Fraction(0)
        case "meb_gap":
            months = Fraction(transfer.months_per_round)
            basket = Fraction(transfer.basket_kip or 0) * months
            first, other = Fraction(transfer.first_adult), Fraction(transfer.each_other)
            return basket * (first - other), basket * other, -months


def amounts_of(
    transfer: TransferSpec, path: str, rows: NDArray[np.int64], facts: Facts, denominator: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(numerator, blank) for some rows: never negative, then minimum (which lifts no zero) and maximum.

    Last, an earlier payment is deducted, the same part from each round; one that is blank goes to verify.
    """
    terms = terms_of(transfer, rows, facts)
    amounts = np.zeros(len(rows), dtype=np.int64)
    missing = terms.blank.copy()
    for factor, here in factors(transfer, facts.exposure.severity[rows]):
        amounts[here] = whole_sum(terms, factor * denominator, here, path)
    if transfer.severity_factor:
        missing |= facts.exposure.severity[rows] == Severity.NOT_OBSERVED
    np.maximum(amounts, 0, out=amounts)
    if transfer.minimum_kip is not None:
        low = within(transfer.minimum_kip * denominator, f"{path}.minimum_kip")
        amounts = np.where(amounts > 0, np.maximum(amounts, low), 0)
    if transfer.maximum_kip is not None:
        amounts = np.minimum(amounts, min(transfer.maximum_kip * denominator, MOST))
    if transfer.deduct_earlier:
        earlier = facts.columns.number("earlier_payment_kip")[rows]
        each = denominator // transfer.rounds
        within(int(np.nanmax(earlier, initial=0)) * each, f"{path}.deduct_earlier")
        missing |= np.isnan(earlier)
        amounts = np.maximum(amounts - np.nan_to_num(earlier).astype(np.int64) * each, 0)
    return amounts, missing


def terms_of(transfer: TransferSpec, rows: NDArray[np.int64], facts: Facts) -> Terms:
    """The exact terms of a transfer for some rows, with blanks estimated."""
    constant, by_count, by_kip = constants(transfer)
    zeros = np.zeros(len(rows), dtype=np.int64)
    count, kip, blank = zeros, zeros, np.zeros(len(rows), dtype=bool)
    if transfer.mode in NEEDED:
        members = facts.columns.number("members")
        blank = ~(members[rows] >= 1)
        known = members[rows]
        if blank.any():
            known = np.where(blank, usual_members(members), known)
        count = known.astype(np.int64)
    if transfer.mode == "bands":
        starts = np.array([band.members_from for band in transfer.bands])
        amounts = np.array([band.kip for band in transfer.bands], dtype=np.int64)
        count = amounts[np.searchsorted(starts, count, side="right") - 1]
    if transfer.mode == "meb_gap":
        for name in ("income_kip", "other_aid_kip"):
            values = facts.columns.number(name)[rows]
            blank = blank | np.isnan(values)
            kip = kip + np.nan_to_num(values).astype(np.int64)
    return Terms(constant, by_count, count, by_kip, kip, blank)


def usual_members(members: NDArray[np.float64]) -> int:
    """The mean household size of the registry, rounded up; 1 where no size is known."""
    known = members[members >= 1]
    return -(-int(known.sum()) // len(known)) if len(known) else 1


def factors(
    transfer: TransferSpec, severity: NDArray[np.int8]
) -> Iterator[tuple[Fraction, NDArray[np.intp]]]:
    """(factor, where it applies): a class that is not named counts 1, not observed the largest."""
    if not transfer.severity_factor:
        yield Fraction(1), np.arange(len(severity))
        return
    by_class = {level: Fraction(1) for level in SEVERITIES.values()}
    for name, factor in transfer.severity_factor.items():
        by_class[SEVERITIES[name]] = Fraction(factor)
    by_class[int(Severity.NOT_OBSERVED)] = max(by_class.values())
    distinct = sorted(set(by_class.values()))
    place = np.zeros(len(Severity), dtype=np.int8)  # by level; not observed, -1, is the last
    for level, own in by_class.items():
        place[level] = distinct.index(own)
    which = place[severity]
    for number, each in enumerate(distinct):
        yield each, np.flatnonzero(which == number)


def whole_sum(terms: Terms, scale: Fraction, rows: NDArray[np.intp], path: str) -> NDArray[np.int64]:
    """(terms x scale) in whole numbers. Raises InputError where int64 could not hold it."""
    constant, by_count, by_kip = (
        int(part * scale) for part in (terms.constant, terms.by_count, terms.by_kip)
    )
    count, kip = terms.count[rows], terms.kip[rows]
    most = abs(constant) + abs(by_count) * largest(count) + abs(by_kip) * largest(kip)
    within(most, path)
    return constant + by_count * count + by_kip * kip


def largest(values: NDArray[np.int64]) -> int:
    return int(np.abs(values).max()) if len(values) else 0


def within(amount: int, path: str) -> int:
    """The amount, or InputError where it is too large to be counted exactly."""
    if amount >= MOST:
        raise InputError(fault("transfers.too_large", path))
    return amount
