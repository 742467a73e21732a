"""Banknotes: which notes make up each envelope, with the fewest notes."""

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import numpy as np
from numpy.typing import NDArray

from shockplan.bundled import bundled
from shockplan.planfile import PlanSpec
from shockplan.problems import InputError, Problem


@dataclass(frozen=True, slots=True)
class Banknotes:
    """The notes in use in kip, largest first, and where that is known from."""

    notes: tuple[int, ...]
    source: str


@dataclass(frozen=True, eq=False)
class Envelopes:
    """counts (n, notes) int64: how many of each note in each envelope; payable (n,) bool.

    An amount that the notes cannot make up has no notes at all and payable False.
    """

    notes: tuple[int, ...]
    counts: NDArray[np.int64]
    payable: NDArray[np.bool_]

    def totals(self) -> dict[int, int]:
        """How many of each note all envelopes take together."""
        return dict(zip(self.notes, self.counts.sum(axis=0).tolist(), strict=True))


@cache
def load_banknotes() -> Banknotes:
    """The notes in use, from data/parameters/banknotes.toml."""
    table = tomllib.loads(bundled("parameters", "banknotes.toml").read_text(encoding="utf-8"))
    return Banknotes(tuple(sorted(table["notes"], reverse=True)), table["source"])


def notes_of(spec: PlanSpec) -> tuple[int, ...]:
    """The notes that the plan pays with, largest first. Raises InputError for one that is not in use."""
    in_use = load_banknotes().notes
    shown = tuple(f"{note:,}" for note in sorted(in_use))
    faults = [
        Problem("cash.unknown_note", "PLAN.toml", f"cash.{key}", args={"given": str(note), "notes": shown})
        for key, named in (("notes", spec.cash.notes), ("grams", spec.cash.grams))
        for note in named
        if str(note) not in {str(one) for one in in_use}
    ]
    if faults:
        raise InputError(*faults)
    return tuple(sorted(set(spec.cash.notes), reverse=True)) or in_use


def grams_of(spec: PlanSpec, counts: Sequence[int]) -> Decimal | None:
    """What so many of each note of the plan weigh, exact; None where one has no stated weight."""
    grams = Decimal(0)
    for note, count in zip(notes_of(spec), counts, strict=True):
        one = spec.cash.grams.get(str(note))
        if count and one is None:
            return None
        grams += count * (one or Decimal(0))
    return grams


def fewest_notes(amounts: NDArray[np.int64], notes: Sequence[int]) -> Envelopes:
    """The fewest notes for each amount (n,), for any choice of notes.

    An amount far above the largest note takes largest notes only, down to a rest for which every
    combination is known: of a smaller note s no more than largest / gcd(s, largest) - 1 are ever needed.
    """
    descending = tuple(sorted(set(notes), reverse=True))
    if not descending or descending[-1] <= 0:
        raise ValueError(f"notes must be above 0: {notes}")
    largest, unit = descending[0], math.gcd(*descending)
    bound = sum((largest // math.gcd(note, largest) - 1) * note for note in descending[1:])
    best = combinations(descending, (bound + largest) // unit + 1, unit)
    many = np.maximum(0, -(-(amounts - bound) // largest))
    rest = amounts - many * largest
    payable = (rest % unit == 0) & (amounts >= 0)
    counts = best[np.where(payable, rest // unit, 0)]
    payable &= counts[:, 0] >= 0
    counts[:, 0] += many
    counts[~payable] = 0
    return Envelopes(descending, counts, payable)


@cache
def combinations(notes: tuple[int, ...], size: int, unit: int) -> NDArray[np.int64]:
    """(size, notes): the fewest notes for each multiple of unit, -1 where none makes it up.

    Of several combinations with as few notes the one with more large notes is taken.
    """
    fewest = np.full(size, np.iinfo(np.int64).max // 2)
    fewest[0] = 0
    last = np.full(size, -1)
    for amount in range(1, size):
        for place, note in enumerate(notes):
            before = amount - note // unit
            if before >= 0 and fewest[before] + 1 < fewest[amount]:
                fewest[amount], last[amount] = fewest[before] + 1, place
    table = np.full((size, len(notes)), -1, dtype=np.int64)
    table[0] = 0
    for amount in range(1, size):
        if last[amount] >= 0:
            table[amount] = table[amount - notes[last[amount]] // unit]
            table[amount, last[amount]] += 1
    return table


def not_payable(amounts: NDArray[np.int64], notes: Sequence[int]) -> tuple[Problem, ...]:
    """A warning where some amounts cannot be paid with the notes."""
    missing = amounts[~fewest_notes(amounts, notes).payable]
    if not len(missing):
        return ()
    shown = tuple(f"{note:,}" for note in sorted(notes))
    args: dict[str, str | int | float | tuple[str, ...]] = {
        "count": len(missing),
        "notes": shown,
        "smallest": int(missing.min()),
    }
    return (Problem("cash.not_payable", "PLAN.toml", "fit.step_kip", args=args, level="warning"),)
