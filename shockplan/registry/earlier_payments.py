"""Lists of earlier payments: who was paid before, by whom, how much and what for, and what that means here.

A payment *counts* by the rule of its list (`purposes`, `since`); what counts is deducted or excludes, the
rest is only shown. A payment of which that cannot be told, or whose household a person has still to
name, leaves the household's answer blank: it goes to verify and is never taken as nothing paid.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shockplan.areas import Gazetteer
from shockplan.planfile import EarlierPaymentsSpec
from shockplan.problems import InputError, Level, Problem
from shockplan.progress import Progress, silent
from shockplan.registry.assessments import (
    as_array,
    bad_cells,
    days_of,
    digest,
    folded,
    without_notes,
)
from shockplan.registry.cells import blank_cells, clean, fold_word
from shockplan.registry.columns import fold_heading, headings_file, is_known, map_columns
from shockplan.registry.districts import districts_of
from shockplan.registry.files import read_table
from shockplan.registry.household import FIELD
from shockplan.registry.match_decisions import MatchDecisions
from shockplan.registry.matching import by_script, candidates_of
from shockplan.registry.passwords import NO_PASSWORDS, Passwords
from shockplan.registry.place_decisions import NO_PLACE_DECISIONS, PlaceDecisions
from shockplan.registry.places import PLACE_COLUMNS, texts_by_row
from shockplan.registry.standing import Listed, Standing, answers_of, stand, standings
from shockplan.registry.tables import Table
from shockplan.registry.typed import cell_problem, typed_columns
from shockplan.registry.values import as_series, parse

OWN_COLUMNS = ("payment_id", "amount", "paid_on", "purpose", "agency")
IDENTITY = (
    "household_id", "family_book", "document_id", "phone", "head_name_lo", "head_name_en", "village_code",
    "village_name_lo", "village_name_en", "district", "members",
)  # fmt: skip
MOST_KIP = 2**53
"""A list that pays as much is no list of payments."""

SAYS_WHO = ("household_id", "family_book", "document_id", "phone", "head_name_lo", "head_name_en")


class Counts(IntEnum):
    """Whether a payment counts by the rule of its list; DOUBTFUL where a blank keeps that open."""

    NO = 0
    YES = 1
    DOUBTFUL = 2


@dataclass(frozen=True, eq=False)
class Paid:
    """`households`: the registry's rows with earlier_payment_kip and paid_before as the lists say."""

    households: pd.DataFrame
    listed: Listed
    fields: frozenset[str]
    problems: tuple[Problem, ...]


def read_payments(
    path: Path,
    spec: EarlierPaymentsSpec,
    number: int,
    gazetteer: Gazetteer,
    decisions: PlaceDecisions = NO_PLACE_DECISIONS,
    passwords: Passwords = NO_PASSWORDS,
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Every row of a list: the household's fields of IDENTITY, row_id, amount (Int64 kip), paid_on, purpose,
    agency, counts (int8 of Counts), list (int8, `number`), file, source_row, reason (NA where usable).

    Raises InputError where the file holds no column of amounts or of households.
    """
    table = read_table(path, spec.sheet, spec.header_row, is_payment_heading, silent, passwords)
    own = own_places(table, spec.columns, path)
    stated = {name: heading for name, heading in spec.columns.items() if name not in OWN_COLUMNS}
    mapping, problems = map_columns(table, stated, path)
    mapping = {
        name: place
        for name, place in mapping.items()
        if name in (*IDENTITY, *PLACE_COLUMNS) and place not in own.values()
    }
    require(mapping, own, table, path)
    answers, _ = districts_of(table, mapping, gazetteer, decisions, spec.district)
    kip, faults = amounts(table, own["amount"])
    told, wrong = texts_of(table, own)
    id_column = mapping.get("household_id")
    ids = (
        parse(table.columns[id_column], FIELD["household_id"]).values
        if id_column is not None
        else pd.Series([None] * len(table.rows), dtype="str")
    )
    whose = {name: place for name, place in mapping.items() if name in FIELD}
    fields, unclear = typed_columns(table, whose, np.ones(len(table.rows), dtype=bool), silent)
    fields = by_script(fields.assign(household_id=ids, district=texts_by_row(answers.district)))
    rows = fields[list(IDENTITY)].assign(**told, amount=kip, file=table.name, source_row=table.rows)
    rows["agency"] = rows["agency"].fillna(spec.agency or None)
    rows["purpose"] = rows["purpose"].fillna(spec.purpose or None)
    nobody = rows[list(SAYS_WHO)].isna().all(axis=1)
    rows["reason"] = pd.Series(["payments.nobody"] * len(rows), dtype="str").where(nobody)
    rows["counts"], rows["list"] = counting(rows, spec), np.int8(number)
    rows["row_id"] = keys_of(rows)
    notes = [replace(problem, level="warning") for problem in answers.problems]
    return rows, (*table.problems, *without_notes(problems), *notes, *faults, *wrong, *unclear)


def is_payment_heading(text: str) -> bool:
    return is_known(text) or fold_heading(text) in own_headings()


@cache
def own_headings() -> Mapping[str, str]:
    """Folded heading -> one of OWN_COLUMNS."""
    known = {fold_heading(name): name for name in OWN_COLUMNS}
    listed = headings_file()["earlier_payments"]
    known.update((fold_heading(text), name) for name, texts in listed.items() for text in texts)
    return known


def own_places(table: Table, stated: Mapping[str, str], path: Path) -> dict[str, int]:
    """Where each of OWN_COLUMNS stands. Raises InputError for a stated heading that is not there."""
    headings = [fold_heading(text) for text in table.headings]
    places = {}
    for name in OWN_COLUMNS:
        if name in stated and fold_heading(stated[name]) not in headings:
            near = ", ".join([text for text in table.headings if text][:8])
            args = {"field": name, "near": near}
            raise InputError(Problem("registry.heading_missing", path.name, stated[name], args=args))
        if name in stated:
            places[name] = headings.index(fold_heading(stated[name]))
        else:
            here = [place for place, text in enumerate(headings) if own_headings().get(text) == name]
            places.update({name: here[0]} if here else {})
    return places


def require(mapping: Mapping[str, int], own: Mapping[str, int], table: Table, path: Path) -> None:
    """A list of payments says who and how much. Raises InputError."""
    headings = ", ".join([text for text in table.headings if text][:20])
    faults = []
    if "amount" not in own:
        faults.append(Problem("payments.no_amount", path.name, args={"headings": headings}))
    if not set(SAYS_WHO) & set(mapping):
        faults.append(Problem("payments.no_names", path.name, args={"headings": headings}))
    if faults:
        raise InputError(*faults)


def amounts(table: Table, place: int) -> tuple[pd.Series, list[Problem]]:
    """Whole kip, blank where not understood; each such cell is listed."""
    parsed = parse(table.columns[place], FIELD["earlier_payment_kip"])
    faults = [
        cell_problem(code, table, place, table.rows, table.columns[place], mask, "amount")
        for code, mask in parsed.reasons.items()
    ]
    return parsed.values, faults


def texts_of(table: Table, own: Mapping[str, int]) -> tuple[dict[str, pd.Series], list[Problem]]:
    """(payment_id, purpose, agency as text and paid_on as day, problems)."""
    columns: dict[str, pd.Series] = {}
    problems: list[Problem] = []
    for name in ("payment_id", "purpose", "agency", "paid_on"):
        cells = table.columns[own[name]].combine_chunks() if name in own else None
        texts = clean(as_array(cells, len(table.rows)))
        blank = blank_cells(texts)
        if name == "paid_on":
            columns[name], wrong = days_of(texts, blank)
            if wrong.any():
                problems.append(bad_cells("assessed_on", table, own.get(name), texts, wrong))
        else:
            columns[name] = as_series(pc.if_else(pa.array(blank), pa.scalar(None, pa.string()), texts))
    return columns, problems


def counting(rows: pd.DataFrame, spec: EarlierPaymentsSpec) -> NDArray[np.int8]:
    """(n,) Counts of each payment by the rule of its list."""
    counts = np.full(len(rows), Counts.YES, dtype=np.int8)
    if spec.purposes:
        wanted = {fold_word(purpose) for purpose in spec.purposes}
        named = rows["purpose"].map(fold_word, na_action="ignore")
        counts[~named.isin(wanted).to_numpy()] = Counts.NO
        counts[rows["purpose"].isna().to_numpy()] = Counts.DOUBTFUL
    if spec.since is not None:
        days = rows["paid_on"]
        counts[(days < pd.Timestamp(spec.since)).to_numpy()] = Counts.NO
        counts[days.isna().to_numpy() & (counts == Counts.YES)] = Counts.DOUBTFUL
    if spec.use == "deduct":
        counts[rows["amount"].isna().to_numpy() & (counts == Counts.YES)] = Counts.DOUBTFUL
    return counts


def keys_of(rows: pd.DataFrame) -> pd.Series:
    """What a payment is known by: its own number, else all that the list says of it. Equal payments get
    numbers, for the same sum may well have been paid twice."""
    said = ("agency", "payment_id", *IDENTITY, "paid_on", "purpose", "amount")
    texts = ["#" + digest(*(as_key(rows[name].iloc[row]) for name in said)) for row in range(len(rows))]
    again = pd.Series(texts).groupby(texts).cumcount()
    numbered = [f"{text}-{n + 1}" if n else text for text, n in zip(texts, again, strict=True)]
    return pd.Series(numbered, dtype="str")


def as_key(value: Any) -> str:
    return folded(value) if isinstance(value, str) else "" if pd.isna(value) else str(value)


def apply_payments(
    households: pd.DataFrame,
    rows: pd.DataFrame,
    specs: Sequence[EarlierPaymentsSpec],
    decisions: MatchDecisions,
    progress: Progress = silent,
) -> Paid:
    """The rows of all lists (as `read_payments` gives them) against the registry's households."""
    candidates = candidates_of(rows, households, progress)
    places = stand(rows, candidates, households, decisions, must_choose=False)
    standing = standings(places)
    ids = households["household_id"].to_numpy(dtype=object)
    matched_ids = [ids[place.place] if place.place >= 0 else "" for place in places]
    listed = rows.assign(
        standing=standing,
        stated_id=rows["household_id"],
        **answers_of(rows, decisions),
        household_id=pd.Series(matched_ids, dtype="str"),
        reason=pd.Series([place.reason for place in places], dtype="str"),
    )
    paid = households.copy()
    fields: set[str] = set()
    problems = list(waiting_problems(listed))
    at = np.array([place.place for place in places], dtype=np.int64)
    open_rows = [
        (row, candidate.place)
        for row, place in enumerate(places)
        if place.standing == Standing.WAITING
        for candidate in candidates[row]
    ]
    if any(spec.use == "deduct" for spec in specs):
        paid["earlier_payment_kip"], doubts = deducted(paid, rows, at, open_rows, specs)
        fields.add("earlier_payment_kip")
        problems += doubts
    if any(spec.use == "exclude" for spec in specs):
        paid["paid_before"] = excluded(len(paid), rows, at, open_rows, specs)
        fields.add("paid_before")
    return Paid(paid, Listed(listed, tuple(candidates)), frozenset(fields), tuple(problems))


def of_use(rows: pd.DataFrame, specs: Sequence[EarlierPaymentsSpec], use: str) -> NDArray[np.bool_]:
    """(n,) whether each payment stands in a list of that use."""
    uses = np.array([spec.use == use for spec in specs], dtype=bool)
    return np.asarray(uses[rows["list"].to_numpy()], dtype=bool)


def deducted(
    households: pd.DataFrame,
    rows: pd.DataFrame,
    at: NDArray[np.int64],
    open_rows: Sequence[tuple[int, int]],
    specs: Sequence[EarlierPaymentsSpec],
) -> tuple[pd.Series, list[Problem]]:
    """(what was paid before, in kip, blank where not known; households of which registry and list differ)."""
    n, counts = len(households), rows["counts"].to_numpy()
    mine = of_use(rows, specs, "deduct")
    total, listed = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=bool)
    sure = np.flatnonzero(mine & (at >= 0) & (counts == Counts.YES))
    kip = rows["amount"].iloc[sure].to_numpy(dtype=np.int64)
    if kip.astype(np.float64).sum() >= MOST_KIP:
        raise InputError(Problem("payments.too_large", str(rows["file"].iloc[0]), "amount"))
    np.add.at(total, at[sure], kip)
    listed[at[sure]] = True
    open_ = np.zeros(n, dtype=bool)
    open_[at[mine & (at >= 0) & (counts == Counts.DOUBTFUL)]] = True
    open_[[place for row, place in open_rows if mine[row] and counts[row] != Counts.NO]] = True
    own = households["earlier_payment_kip"]
    known = own.notna().to_numpy()
    unlisted = all(spec.unlisted == "none" for spec in specs if spec.use == "deduct")
    values = pd.Series(np.where(listed, total, 0), dtype="Int64")
    kept = ~listed & known
    values[kept] = own.reset_index(drop=True)[kept]
    values[~listed & ~known & (not unlisted)] = pd.NA
    values[open_] = pd.NA
    differs = listed & known & (own.fillna(0).to_numpy(dtype=np.int64) != total)
    if not differs.any():
        return values, []
    where = np.flatnonzero(differs)
    numbers = tuple(int(row) for row in households["source_row"].to_numpy()[where])
    texts = tuple(str(value) for value in own.iloc[where])
    code, field = "payments.two_figures", "earlier_payment_kip"
    return values, [Problem(code, "", field, numbers, texts, level="warning")]


def excluded(
    n: int,
    rows: pd.DataFrame,
    at: NDArray[np.int64],
    open_rows: Sequence[tuple[int, int]],
    specs: Sequence[EarlierPaymentsSpec],
) -> pd.Series:
    """(n,) whether a payment that excludes was made to each household, blank where that is open."""
    counts, mine = rows["counts"].to_numpy(), of_use(rows, specs, "exclude")
    blank, named = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    doubtful = [place for row, place in open_rows if mine[row] and counts[row] != Counts.NO]
    doubtful += at[mine & (at >= 0) & (counts == Counts.DOUBTFUL)].tolist()
    blank[doubtful] = True
    named[at[mine & (at >= 0) & (counts == Counts.YES)]] = True
    return pd.Series(pd.arrays.BooleanArray(named, blank & ~named))


def waiting_problems(listed: pd.DataFrame) -> list[Problem]:
    """Rows rejected or waiting, by file and reason, and rows whose household is not in the registry."""
    problems = []
    elsewhere = listed["standing"] == Standing.NEW
    reasons = listed["reason"].mask(elsewhere, "payments.elsewhere")
    for (file, reason), rows in listed.assign(reason=reasons).groupby(["file", "reason"], sort=True):
        if reason:
            numbers = tuple(int(row) for row in rows["source_row"])
            level: Level = "note" if reason in ("payments.elsewhere", "match.left_out") else "warning"
            problems.append(Problem(str(reason), str(file), None, numbers, level=level))
    return problems
