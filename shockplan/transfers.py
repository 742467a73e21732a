"""Hop 4: what each household is entitled to before any budget, exact."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.exposure import Exposure
from shockplan.kept import Kept
from shockplan.planfile import ChannelName, TransferSpec
from shockplan.problems import InputError
from shockplan.progress import Progress, silent
from shockplan.registry.household import Registry
from shockplan.rules import NO, SEVERITIES, UNKNOWN, YES, Facts, check_field, evaluate, fault
from shockplan.shocks.layer import Severity
from shockplan.targeting import Decision, Targeting

MOST = 2**62
"""No exact amount may reach this: numerators stay far from the end of int64."""

CHANNELS: tuple[ChannelName, ...] = ("cash", "cash_point", "mobile")

NEEDED = {
    "per_person": ("members",),
    "bands": ("members",),
    "meb_gap": ("members", "income_kip", "other_aid_kip"),
}
"""The fields of the household that a mode needs."""


@dataclass(frozen=True, eq=False)
class Alike:
    """Households that no amount can tell apart: same transfer, channel and values that the amounts read.

    of (n,) int64, the situation of each household; of each situation: first (s,) int64, the row where it
    first occurs; transfer (s,) int16, -1 none; channel (s,) int64; counts (s,) int64, the households.
    """

    of: NDArray[np.int64]
    first: NDArray[np.int64]
    transfer: NDArray[np.int16]
    channel: NDArray[np.int64]
    counts: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Groups:
    """Households with the same entitlement are one group, so money is worked out once a group.

    of (n,) int64, the group of each household; numerator (g,) int64, transfer (g,) int16 (-1 none), rounds
    (g,) int64, channel (g,) int64 (place in CHANNELS, -1 blank) and counts (g,) int64, the households, of
    each group. Whether a household is eligible makes no difference to its group. alike: the situations of
    which the groups are made; the amounts may change while these stay.
    """

    of: NDArray[np.int64]
    numerator: NDArray[np.int64]
    transfer: NDArray[np.int16]
    rounds: NDArray[np.int64]
    channel: NDArray[np.int64]
    counts: NDArray[np.int64]
    alike: Alike


def no_groups() -> Groups:
    """Of no household."""
    empty = np.zeros(0, dtype=np.int64)
    none = empty.astype(np.int16)
    return Groups(empty, empty, none, empty, empty, empty, Alike(empty, empty, none, empty, empty))


@dataclass(frozen=True, eq=False)
class Entitlements:
    """Exact entitlement a round: numerator / denominator kip.

    transfer (n,) int16, index of the transfer in the plan, -1 none; numerator (n,) int64;
    rounds (n,) int16; base_kip (n,) int64, the base grant a round paid by the programme itself;
    matched (n,) int16, how many transfers matched (more than 1: overlap, the first applied);
    in_kind: quantity by (transfer index, item index) is worked out when shown, from members.
    blank (n,) bool: a value the transfer needs is missing, the household goes to verify and
    numerator holds the estimate used for the set-aside. All of them are 0, and transfer -1, for
    whoever is not eligible. groups: identical entitlements, whoever is eligible.
    """

    transfer: NDArray[np.int16]
    numerator: NDArray[np.int64]
    denominator: int
    rounds: NDArray[np.int16]
    base_kip: NDArray[np.int64]
    matched: NDArray[np.int16]
    blank: NDArray[np.bool_]
    groups: Groups = field(default_factory=no_groups)


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


def entitle(
    registry: Registry,
    exposure: Exposure,
    targeting: Targeting,
    transfers: Sequence[TransferSpec],
    progress: Progress = silent,
    possible_passes_from: Decimal | None = None,
) -> Entitlements:
    """The first transfer whose condition each household meets, and its exact amount a round.

    Where a value is blank the household goes to verify and the amount is an estimate, never too low on
    purpose: members blank count as the rounded-up mean of the registry, income and aid blank as 0,
    severity not observed as the largest factor, and a condition that cannot be answered as met.
    """
    facts = Facts(registry, exposure, possible_passes_from)
    reads = (registry, repr(transfers), possible_passes_from)
    everyone = _KEPT.get(exposure, reads, lambda: entitle_everyone(transfers, facts))
    progress(0.8)
    # a product with a mask is several times faster than np.where
    may = targeting.decision != Decision.NO
    eligible = replace(
        everyone,
        transfer=(everyone.transfer + np.int16(1)) * may - np.int16(1),
        numerator=everyone.numerator * may,
        rounds=(everyone.rounds - np.int16(1)) * may + np.int16(1),
        base_kip=everyone.base_kip * may,
        matched=everyone.matched * may,
        blank=everyone.blank & may,
    )
    progress(1)
    return eligible


Chosen = tuple[NDArray[np.int16], NDArray[np.bool_], NDArray[np.int16]]
_KEPT: Kept[Exposure, Entitlements] = Kept(most=3)
_CHOSEN: Kept[Exposure, Chosen] = Kept(most=2)


def entitle_everyone(transfers: Sequence[TransferSpec], facts: Facts) -> Entitlements:
    """What each household would be entitled to if it were eligible."""
    for number, transfer in enumerate(transfers):
        check_transfer(transfer, f"transfers[{number + 1}]", facts.registry)
    reads = (facts.registry, repr([transfer.when for transfer in transfers]), facts.possible_passes_from)
    chosen, unsettled, matched = _CHOSEN.get(facts.exposure, reads, lambda: choose(transfers, facts))
    denominator = common_denominator(transfers)
    names = read_by(transfers)
    alike = _ALIKE.get(facts.exposure, (*reads, names), lambda: situated(chosen, names, facts))
    amount = np.zeros(len(alike.first), dtype=np.int64)
    missing = np.zeros(len(alike.first), dtype=bool)
    for index, transfer in enumerate(transfers):
        here = np.flatnonzero(alike.transfer == index)
        path = f"transfers[{index + 1}]"
        amount[here], missing[here] = amounts_of(transfer, path, alike.first[here], facts, denominator)
    rounds = np.array([*(transfer.rounds for transfer in transfers), 1], dtype=np.int16)
    base = np.array([*(transfer.base_kip or 0 for transfer in transfers), 0], dtype=np.int64)
    blank = unsettled & (chosen >= 0)
    if missing.any():
        blank |= missing[alike.of]
    groups = grouped(amount, alike, rounds)
    return Entitlements(
        chosen, amount[alike.of], denominator, rounds[chosen], base[chosen], matched, blank, groups
    )


def read_by(transfers: Sequence[TransferSpec]) -> tuple[str, ...]:
    """The fields that the amounts of these transfers depend on; `severity` is that of all layers."""
    names = {name for transfer in transfers for name in NEEDED.get(transfer.mode, ())}
    names |= {"severity" for transfer in transfers if transfer.severity_factor}
    names |= {"earlier_payment_kip" for transfer in transfers if transfer.deduct_earlier}
    return tuple(sorted(names))


_ALIKE: Kept[Exposure, Alike] = Kept(most=2)


def situated(chosen: NDArray[np.int16], names: tuple[str, ...], facts: Facts) -> Alike:
    """The situations in which the households are, in the order of their first rows."""
    channel = channels(facts)
    code = (chosen.astype(np.int64) + 1) * (len(CHANNELS) + 1) + channel + 1
    for name in names:
        values = facts.exposure.severity if name == "severity" else facts.columns.number(name)
        own, distinct = pd.factorize(values)  # a blank is -1
        # fewer codes than households in both factors: far from the end of int64
        code = pd.factorize(code)[0] * (len(distinct) + 1) + own + 1
    of = pd.factorize(code)[0].astype(np.int64)
    counts = np.bincount(of)
    first = np.empty(len(counts), dtype=np.int64)
    first[of[::-1]] = np.arange(len(of))[::-1]  # the last write stays
    return Alike(of, first, chosen[first], channel[first], counts)


def grouped(amount: NDArray[np.int64], alike: Alike, rounds: NDArray[np.int16]) -> Groups:
    """The situations with the same transfer, amount and channel, as one group of households."""
    own, amounts = pd.factorize(amount)
    kinds, ways = len(rounds), len(CHANNELS) + 1
    code, codes = pd.factorize((own * kinds + (alike.transfer + 1)) * ways + (alike.channel + 1))
    which = (codes // ways % kinds - 1).astype(np.int16)
    counts = np.zeros(len(codes), dtype=np.int64)
    np.add.at(counts, code, alike.counts)
    return Groups(
        code[alike.of],
        amounts[codes // (kinds * ways)],
        which,
        rounds[which].astype(np.int64),
        codes % ways - 1,
        counts,
        alike,
    )


def channels(facts: Facts) -> NDArray[np.int64]:
    """(n,) the place of each household's channel in CHANNELS, -1 where blank."""
    codes, names = facts.columns.text("channel")
    known: NDArray[np.int64] = np.array([*map(CHANNELS.index, names), -1], dtype=np.int64)
    return known[codes]


def choose(transfers: Sequence[TransferSpec], facts: Facts) -> Chosen:
    """(transfer, unsettled, matched): the first whose condition is not answered with no."""
    chosen = np.full(facts.size, -1, dtype=np.int16)
    unsettled = np.zeros(facts.size, dtype=bool)
    matched = np.zeros(facts.size, dtype=np.int16)
    for index, transfer in enumerate(transfers):
        if transfer.when is None:
            answers = np.full(facts.size, YES, dtype=np.int8)
        else:
            answers, _ = evaluate(transfer.when, f"transfers[{index + 1}].when", facts)
        first = (chosen < 0) & (answers != NO)
        chosen[first] = index
        unsettled |= first & (answers == UNKNOWN)
        matched += answers == YES
    return chosen, unsettled, matched


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
