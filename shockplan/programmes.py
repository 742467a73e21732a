"""Programmes that a plan can top up, and who is in them: overlap and gap with the shock."""

import datetime as dt
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import numpy as np
from numpy.typing import NDArray

from shockplan.bundled import bundled
from shockplan.columns import columns_of
from shockplan.exposure import Exposure
from shockplan.planfile import Condition, PlanSpec, ProgrammeSpec, TransferSpec
from shockplan.problems import Arg, InputError, Problem
from shockplan.registry.household import FIELD, FIELDS, Registry
from shockplan.rules import check_field, hit
from shockplan.transfers import Entitlements


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme as recorded: `member` is the registry's field that says who is enrolled."""

    id: str
    name: str
    name_lo: str
    member: str
    base_kip_month: int
    months_per_payment: int
    since: dt.date | None
    source: str

    @property
    def base_kip(self) -> int:
        """What the programme itself pays each time."""
        return self.base_kip_month * self.months_per_payment


@dataclass(frozen=True, slots=True)
class Overlap:
    """Enrolment against the shock, in households; the nine cells add up to all households of the place.

    place: P-code of a district, "" for all. hit, not hit or open (possible below the stated share, unknown)
    x enrolled in any programme, in none, or not known.
    """

    place: str
    hit_enrolled: int
    hit_in_none: int
    hit_unknown: int
    missed_enrolled: int
    missed_in_none: int
    missed_unknown: int
    open_enrolled: int
    open_in_none: int
    open_unknown: int


@dataclass(frozen=True, slots=True)
class OverlapReport:
    """overlaps: all, then each district; several_transfers: eligible households that two or more meet."""

    overlaps: tuple[Overlap, ...]
    several_transfers: int
    fields: tuple[str, ...]


@cache
def load_programmes() -> tuple[Programme, ...]:
    """The programmes in data/parameters/programmes.toml."""
    text = bundled("parameters", "programmes.toml").read_text(encoding="utf-8")
    return tuple(Programme(**table) for table in tomllib.loads(text)["programmes"])


def programmes_of(spec: PlanSpec) -> dict[str, Programme]:
    """The programmes that a plan may speak of, by id: the built-in ones, and those of the plan file."""
    return named(spec.programmes)


def named(stated: Iterable[ProgrammeSpec]) -> dict[str, Programme]:
    """The built-in programmes and the stated ones by id; a stated one stands for a built-in of its id."""
    by_id = {programme.id: programme for programme in load_programmes()}
    for each in stated:
        values = each.model_dump()
        by_id[each.id] = Programme(**{**values, "name_lo": each.name_lo or each.name})
    return by_id


def with_programmes(spec: PlanSpec, name: str) -> PlanSpec:
    """The plan file with each transfer that names a programme completed from it. Raises InputError.

    What the transfer states itself stands. The result reads the same when it is written and read again.
    """
    for number, stated in enumerate(spec.programmes, start=1):
        if stated.member not in FIELD or FIELD[stated.member].kind != "flag":
            flags = tuple(field.name for field in FIELDS if field.kind == "flag")
            path = f"programmes[{number}].member"
            raise InputError(
                Problem("plan.programme_member", name, path, args={"given": stated.member, "known": flags})
            )
    if all(transfer.programme is None for transfer in spec.transfers):
        return spec
    known, completed = programmes_of(spec), []
    for number, transfer in enumerate(spec.transfers, start=1):
        if transfer.programme is None:
            completed.append(transfer)
            continue
        if transfer.programme not in known:
            args: dict[str, Arg] = {"given": transfer.programme, "known": tuple(known)}
            path = f"transfers[{number}].programme"
            raise InputError(Problem("plan.unknown_programme", name, path, args=args))
        completed.append(complete(transfer, known[transfer.programme]))
    return spec.model_copy(update={"transfers": tuple(completed)})


def complete(transfer: TransferSpec, programme: Programme) -> TransferSpec:
    """A transfer with what it leaves out taken from the programme that it tops up."""
    given = {
        "expansion": "vertical",
        "when": Condition(field=programme.member, equals=True),
        "base_kip": programme.base_kip,
        "source": programme.source,
    }
    missing = {key: value for key, value in given.items() if key not in transfer.model_fields_set}
    return transfer.model_copy(update=missing)


def top_up(
    programme: Programme, kip: int | None = None, share: Decimal | None = None, rounds: int = 1
) -> TransferSpec:
    """A transfer that tops up the programme's households each time it pays, base grant and top-up apart.

    Give kip (an amount on top) or share (of the base grant).
    """
    if (kip is None) == (share is None):
        raise ValueError("a top-up is an amount or a share of the base grant")
    return TransferSpec(
        id=f"{programme.id}_top_up",
        programme=programme.id,
        name=f"Top-up: {programme.name}",
        name_lo=f"ເງິນເພີ່ມ: {programme.name_lo}",
        expansion="vertical",
        when=Condition(field=programme.member, equals=True),
        mode="share_of_base" if kip is None else "on_top_of_base",
        kip=kip,
        share=share,
        base_kip=programme.base_kip,
        rounds=rounds,
        source=programme.source,
    )


def overlap_report(
    registry: Registry,
    exposure: Exposure,
    entitlements: Entitlements,
    fields: Iterable[str] = ("in_mecg", "in_other_programme"),
    possible_passes_from: Decimal | None = None,
) -> OverlapReport:
    """Who is enrolled but not hit, hit but in no programme, and whom several transfers meet.

    fields: flags of the registry that say enrolment; those without a column are left out and not in
    `report.fields`. Enrolled in any is enrolled; otherwise one blank makes it not known.
    """
    present = tuple(name for name in fields if name in registry.present)
    for name in present:
        check_field(name, "overlap", registry)
    enrolled = enrolment(registry, present)
    shock = hit(exposure.affected, exposure.share, possible_passes_from)
    cell = CELL[shock] * 3 + CELL[enrolled]
    code, places = columns_of(registry).text("district")
    table = np.bincount(code.astype(np.int64) * 9 + cell, minlength=9 * len(places)).reshape(-1, 9)
    overlaps = [
        Overlap("", *table.sum(axis=0).tolist()),
        *(Overlap(str(place), *row) for place, row in zip(places, table.tolist(), strict=True)),
    ]
    several = int(np.count_nonzero((entitlements.matched > 1) & (entitlements.transfer >= 0)))
    return OverlapReport(tuple(overlaps), several, present)


CELL = np.array([1, 0, 2], dtype=np.int64)
"""Place of an answer in Overlap: no (0) second, yes (1) first, unknown (-1) last."""


def enrolment(registry: Registry, fields: Iterable[str]) -> NDArray[np.int8]:
    """(n,) 1 enrolled in any, 0 in none, -1 not known; not known for all where no field is there."""
    values = [columns_of(registry).number(name) for name in fields]
    if not values:
        return np.full(len(registry.households), -1, dtype=np.int8)
    stacked = np.stack(values)
    answer = np.where(np.isnan(stacked).any(axis=0), -1, 0).astype(np.int8)
    answer[(stacked == 1).any(axis=0)] = 1
    return answer
