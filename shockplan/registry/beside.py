"""Read what a plan names beside its extract: the earlier extract, assessment forms, lists of payments."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pandas as pd

from shockplan.areas import Gazetteer
from shockplan.planfile import PlanSpec, RegistrySpec
from shockplan.problems import InputError, Problem
from shockplan.progress import Progress, silent
from shockplan.registry.assessments import read_assessment
from shockplan.registry.completing import Beside
from shockplan.registry.earlier_payments import read_payments
from shockplan.registry.household import Registry
from shockplan.registry.match_decisions import NO_MATCH_DECISIONS, MatchDecisions, read_match_decisions
from shockplan.registry.passwords import NO_PASSWORDS, Passwords
from shockplan.registry.place_decisions import PlaceDecisions
from shockplan.registry.reading import read_registry

Result = TypeVar("Result")


def read_beside(
    spec: PlanSpec,
    folder: Path,
    gazetteer: Gazetteer,
    places: PlaceDecisions,
    progress: Progress = silent,
    passwords: Passwords = NO_PASSWORDS,
) -> Beside:
    """Everything that completes the registry of a plan. Raises InputError with every fault found."""
    faults: list[Problem] = []
    problems: list[Problem] = []
    forms, payments = [], []
    for form in spec.assessments:
        try:
            found = read_assessment(folder / form.file, form, gazetteer, places, passwords)
            forms.append(found.rows)
            problems += found.problems
        except InputError as error:
            faults += error.problems
    for number, listed in enumerate(spec.earlier_payments):
        try:
            rows, wrong = read_payments(folder / listed.file, listed, number, gazetteer, places, passwords)
            payments.append(rows)
            problems += wrong
        except InputError as error:
            faults += error.problems
    decided = [
        decisions_in(folder, name, faults, problems)
        for name in (spec.decisions.assessments, spec.decisions.earlier_payments)
    ]
    earlier = tried(lambda: read_earlier(spec, folder, gazetteer, places, progress, passwords), faults)
    if faults:
        raise InputError(*faults)
    deducts = any(listed.use == "deduct" for listed in spec.earlier_payments)
    if deducts and not any(transfer.deduct_earlier for transfer in spec.transfers):
        where = "earlier_payments.use"
        problems.append(Problem("payments.not_deducted", "PLAN.toml", where, level="warning"))
    return Beside(
        earlier=earlier,
        keep=spec.registry.blanks == "keep",
        forms=together(forms),
        form_decisions=decided[0],
        payments=together(payments),
        lists=spec.earlier_payments,
        payment_decisions=decided[1],
        problems=tuple(problems),
    )


def together(tables: list[pd.DataFrame]) -> pd.DataFrame | None:
    return pd.concat(tables, ignore_index=True) if tables else None


def decisions_in(
    folder: Path, name: str | None, faults: list[Problem], problems: list[Problem]
) -> MatchDecisions:
    """The decisions in a file that the plan names, with what is wrong in it."""
    if name is None:
        return NO_MATCH_DECISIONS
    try:
        decisions, found = read_match_decisions(folder / name)
    except InputError as error:
        faults += error.problems
        return NO_MATCH_DECISIONS
    problems += found
    return decisions


def tried(read: Callable[[], Result], faults: list[Problem]) -> Result | None:
    try:
        return read()
    except InputError as error:
        faults += error.problems
        return None


def read_earlier(
    spec: PlanSpec,
    folder: Path,
    gazetteer: Gazetteer,
    places: PlaceDecisions,
    progress: Progress,
    passwords: Passwords,
) -> Registry | None:
    """The extract before this one, read with the same decisions about places; None where none is named."""
    named = spec.registry
    if named.earlier is None:
        return None
    path = folder / named.earlier
    tries = [named.earlier_columns] if named.earlier_columns else [named.columns, {}]
    for columns in tries:
        earlier = RegistrySpec(
            file=named.earlier, columns=columns, district=named.district, similar_names=False
        )
        try:
            return read_registry(
                path, earlier, gazetteer, None, folder, progress, places, passwords=passwords
            )
        except InputError as error:
            missing = any(problem.code == "registry.heading_missing" for problem in error.problems)
            if not missing or columns is tries[-1]:
                raise
    return None
