"""Hop 4: what each household is entitled to before any budget, exact."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.exposure import Exposure
from shockplan.kept import Kept
from shockplan.planfile import ChannelName, TransferSpec
from shockplan.progress import Progress, silent
from shockplan.registry.household import Registry
from shockplan.rules import NO, UNKNOWN, YES, Facts, evaluate
from shockplan.targeting import Decision, Targeting
from shockplan.transfer_values import NEEDED, amounts_of, check_transfer, common_denominator

CHANNELS: tuple[ChannelName, ...] = ("cash", "cash_point", "mobile")


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
