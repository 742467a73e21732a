"""Who the plan reaches and how evenly: coverage, spread of amounts, targeting errors, local demand."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from shockplan.budget import Allocation, Status
from shockplan.columns import Columns, columns_of
from shockplan.exposure import Certainty, Exposure
from shockplan.progress import Progress, silent
from shockplan.registry.household import Registry
from shockplan.rules import SEVERITIES, Answers

SIZES = ((1, 3), (4, 6), (7, None))
"""Household sizes told apart: from, to (None: and more)."""


@dataclass(frozen=True, slots=True)
class GroupCoverage:
    """One group of one kind: households, certainly affected, eligible, funded; kip and people of the funded.

    kind: district, head_sex, disabled, size, severity; group: a P-code, female, yes, 4-6, severe, or blank
    ("") where the registry does not know.
    """

    kind: str
    group: str
    households: int
    affected: int
    eligible: int
    funded: int
    people: int
    kip: int

    @property
    def coverage(self) -> float | None:
        """Funded among the eligible; None where there is nobody."""
        return self.funded / self.eligible if self.eligible else None


@dataclass(frozen=True, slots=True)
class TargetingErrors:
    """Against a marker of need: under-coverage and leakage as counts and shares.

    needy: marked; missed: marked and not funded; funded; leaked: funded and not marked; unknown: funded or
    not, the marker is blank (counted in neither).
    """

    needy: int
    missed: int
    funded: int
    leaked: int
    unknown: int

    @property
    def under_coverage(self) -> float | None:
        return self.missed / self.needy if self.needy else None

    @property
    def leakage(self) -> float | None:
        return self.leaked / self.funded if self.funded else None


@dataclass(frozen=True, slots=True)
class Demand:
    """What the cash may move in local demand: committed x multiplier, rounded down, with its source."""

    multiplier: Decimal
    source: str
    kip: int


def gini(amounts: NDArray[np.int64]) -> float:
    """The Gini coefficient of the amounts (>= 0): 0 all equal, towards 1 one has all. 0.0 of nobody.

    G = 2 sum(i x_i) / (n sum x) - (n + 1) / n, with x ascending and i from 1; exact until the last division.
    """
    ascending = np.sort(amounts)
    total = sum(ascending.tolist()) if len(ascending) and ascending[-1] > 2**40 else int(ascending.sum())
    if not total:
        return 0.0
    values, counts = np.unique(ascending, return_counts=True)
    weighted, before = 0, 0
    for value, count in zip(values.tolist(), counts.tolist(), strict=True):
        weighted += value * (count * before + count * (count + 1) // 2)
        before += count
    return float(Fraction(2 * weighted, before * total) - Fraction(before + 1, before))


def coverage(
    registry: Registry, exposure: Exposure, allocation: Allocation, progress: Progress = silent
) -> tuple[GroupCoverage, ...]:
    """Coverage by every kind of group that the registry knows, each group a row; each kind adds up to all."""
    columns = columns_of(registry)
    found: list[GroupCoverage] = []
    progress(0)
    kinds = groupings(registry, columns, exposure)
    for number, (kind, codes, names) in enumerate(kinds, start=1):
        progress(number / (len(kinds) + 1))
        found.extend(rows_of(kind, codes, names, columns, exposure, allocation))
    progress(1)
    return tuple(found)


def groupings(
    registry: Registry, columns: Columns, exposure: Exposure
) -> list[tuple[str, NDArray[np.int64], list[str]]]:
    """(kind, code (n,) into names, names); the last name is "" for blank."""
    district, pcodes = columns.text("district")
    kinds = [("district", district.astype(np.int64), [*map(str, pcodes), ""])]
    levels = exposure.severity.astype(np.int64)
    kinds.append(("severity", np.where(levels < 0, len(SEVERITIES), levels), [*SEVERITIES, ""]))
    if "head_sex" in registry.present:
        sex, names = columns.text("head_sex")
        kinds.append(("head_sex", sex.astype(np.int64), [*map(str, names), ""]))
    if "disabled" in registry.present:
        kinds.append(("disabled", yes_no(columns.number("disabled")), ["no", "yes", ""]))
    if "members" in registry.present:
        members = columns.number("members")
        code = np.searchsorted([start for start, _ in SIZES], members, side="right") - 1
        code[~(members >= 1)] = len(SIZES)
        labels = [f"{start}-{stop}" if stop else f"{start}+" for start, stop in SIZES]
        kinds.append(("size", code.astype(np.int64), [*labels, ""]))
    return kinds


def yes_no(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """0 none, 1 some, 2 blank."""
    return np.where(np.isnan(values), 2, values > 0).astype(np.int64)


def rows_of(
    kind: str,
    codes: NDArray[np.int64],
    names: Sequence[str],
    columns: Columns,
    exposure: Exposure,
    allocation: Allocation,
) -> list[GroupCoverage]:
    """The groups of one kind that have a household."""
    codes = np.where(codes < 0, len(names) - 1, codes)
    funded = allocation.status == Status.FUNDED
    eligible = funded | (allocation.status == Status.WAITING) | (allocation.status == Status.CUT)
    size = len(names)
    counts = [
        np.bincount(codes[which], minlength=size)
        for which in (slice(None), exposure.affected == Certainty.CERTAIN, eligible, funded)
    ]
    people, kip = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    np.add.at(people, codes[funded], np.nan_to_num(columns.number("members")[funded]).astype(np.int64))
    np.add.at(kip, codes[funded], allocation.total_kip[funded])
    table = np.stack([*counts, people, kip], axis=1).tolist()
    return [GroupCoverage(kind, name, *row) for name, row in zip(names, table, strict=True) if row[0]]


def targeting_errors(need: Answers, allocation: Allocation) -> TargetingErrors:
    """Under-coverage and leakage. need (n,): 1 in need, 0 not, -1 unknown (answers of a rule)."""
    funded = allocation.status == Status.FUNDED
    return TargetingErrors(
        needy=int(np.count_nonzero(need == 1)),
        missed=int(np.count_nonzero((need == 1) & ~funded)),
        funded=int(np.count_nonzero(funded & (need >= 0))),
        leaked=int(np.count_nonzero((need == 0) & funded)),
        unknown=int(np.count_nonzero(need < 0)),
    )


def local_demand(committed_kip: int, multiplier: Decimal | None, source: str) -> Demand | None:
    """The effect on local demand; None while no multiplier with a source is stated (the default)."""
    if multiplier is None or not source:
        return None
    return Demand(multiplier, source, int(Fraction(multiplier) * committed_kip))
