"""Village assessment forms read back: the rows of a filled form as typed households, and who signed it.

A form is a sheet with a few labelled cells on top (district, village, source, signatory, date) and a row
for each household; what stands in the row itself goes before what stands on top. Columns are recognised
as those of a registry are.
"""

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shockplan.areas import Gazetteer
from shockplan.planfile import AssessmentSpec
from shockplan.problems import InputError, Problem
from shockplan.progress import silent
from shockplan.registry.cells import blank_cells, clean, fold_word, words
from shockplan.registry.columns import fold_heading, headings_file, is_known, map_columns
from shockplan.registry.districts import NO_DISTRICT, districts_of
from shockplan.registry.files import ZIP, first_bytes, read_table
from shockplan.registry.headings import with_headings
from shockplan.registry.household import FIELD, NOT_IN_EXTRACTS
from shockplan.registry.matching import by_script
from shockplan.registry.names import fold_person
from shockplan.registry.passwords import NO_PASSWORDS, Passwords
from shockplan.registry.place_decisions import NO_PLACE_DECISIONS, PlaceDecisions
from shockplan.registry.place_points import check_points, point_problems
from shockplan.registry.places import texts_by_row
from shockplan.registry.tables import Table, filled_cells, shown
from shockplan.registry.typed import typed_columns
from shockplan.registry.values import as_series, parse
from shockplan.registry.workbooks import OLE, read_workbook, sheets_with_headings

OWN_COLUMNS = ("row_id", "source", "signatory", "assessed_on", "situation")
"""What a form says besides fields of the household."""

ON_TOP = ("district", "village_code", "village_name_lo", "village_name_en")
SITUATIONS = ("displaced", "migrant", "not_registered", "registered")
SAYS_WHO = ("household_id", "family_book", "document_id", "phone", "head_name_lo", "head_name_en")
"""A row with none of these names nobody."""


@dataclass(frozen=True, eq=False)
class FormRows:
    """`rows`: RangeIndex; every field of the household with its dtype, and row_id (text that a decision
    is kept by, never blank), source, signatory, situation (str), assessed_on (datetime64[s]), file (str),
    source_row (int64), reason (code why the row cannot be used, NA where it can)."""

    rows: pd.DataFrame
    problems: tuple[Problem, ...]


def read_assessment(
    path: Path,
    spec: AssessmentSpec,
    gazetteer: Gazetteer,
    decisions: PlaceDecisions = NO_PLACE_DECISIONS,
    passwords: Passwords = NO_PASSWORDS,
) -> FormRows:
    """Every row of every form in a file. Raises InputError where the file holds no such table."""
    tables = form_tables(path, spec, passwords)
    parts = [rows_of(table, top, spec, path, gazetteer, decisions) for table, top in tables]
    rows = pd.concat([part.rows for part in parts], ignore_index=True)
    return FormRows(rows, tuple(problem for part in parts for problem in part.problems))


def form_tables(path: Path, spec: AssessmentSpec, passwords: Passwords) -> list[tuple[Table, dict[str, str]]]:
    """The table of each form in a file, with what stands in the labelled cells above it."""
    if not first_bytes(path).startswith((ZIP, OLE)):
        return [(read_table(path, spec.sheet, spec.header_row, is_form_heading, silent), {})]
    names = [spec.sheet] if spec.sheet else sheets_with_headings(path, is_form_heading, passwords)
    tables = []
    for name in names:
        cells = read_workbook(path, name, is_form_heading, silent, passwords)
        table = with_headings(cells, spec.header_row, is_form_heading, path)
        above = np.flatnonzero(cells.rows < table.rows[0])
        tables.append((table, labelled([cells.texts(int(row)) for row in above])))
    return tables


def is_form_heading(text: str) -> bool:
    return is_known(text) or own_name(text) is not None


def own_name(heading: str) -> str | None:
    """Which of OWN_COLUMNS a heading means: the whole of it, or the last part of `Lao / English`."""
    known = own_headings()
    return known.get(fold_heading(heading)) or known.get(fold_heading(heading.split("/")[-1]))


@cache
def own_headings() -> Mapping[str, str]:
    """Folded heading -> one of OWN_COLUMNS."""
    listed = headings_file()["assessment"]
    known = {fold_heading(name): name for name in OWN_COLUMNS}
    known.update((fold_heading(text), name) for name, texts in listed.items() for text in texts)
    return known


def labelled(above: list[list[str]]) -> dict[str, str]:
    """What stands right of each labelled cell above the table: name -> text."""
    found: dict[str, str] = {}
    for texts in above:
        for place, text in enumerate(texts):
            name = label_of(text)
            right = [value.strip() for value in texts[place + 1 :] if value.strip()]
            # a word that is a label stands for itself where nothing follows it
            if name and right and (label_of(right[0]) is None or len(right) == 1):
                found.setdefault(name, right[0])
    return found


def label_of(text: str) -> str | None:
    """Which of OWN_COLUMNS or ON_TOP a label means, None where it is none."""
    own = own_name(text)
    if own:
        return own
    names = headings_file()["on_top"]
    parts = {fold_heading(text), fold_heading(text.split("/")[-1])} - {""}
    return next((name for name in names if parts & set(map(fold_heading, names[name]))), None)


def rows_of(
    table: Table,
    top: Mapping[str, str],
    spec: AssessmentSpec,
    path: Path,
    gazetteer: Gazetteer,
    decisions: PlaceDecisions,
) -> FormRows:
    """The rows of one form as typed households."""
    own = own_places(table, spec.columns, path)
    table = without_empty_lines(table, own)
    stated = {name: heading for name, heading in spec.columns.items() if name not in OWN_COLUMNS}
    mapping, problems = map_columns(table, stated, path)
    mapping = {
        name: place
        for name, place in mapping.items()
        if name not in NOT_IN_EXTRACTS and place not in own.values()
    }
    if not set(SAYS_WHO) & set(mapping):
        near = ", ".join([text for text in table.headings if text][:20])
        raise InputError(Problem("assessment.no_names", path.name, args={"headings": near}))
    extras, faults = own_cells(table, own, top)
    district = spec.district or top.get("district")
    answers, why = districts_of(table, mapping, gazetteer, decisions, district)
    ids = parse(table.columns[mapping["household_id"]], FIELD["household_id"]).values if (
        "household_id" in mapping
    ) else pd.Series([None] * len(table.rows), dtype="str")  # fmt: skip
    fields, unclear = typed_columns(table, mapping, np.ones(len(table.rows), dtype=bool), silent)
    fields = by_script(fields.assign(household_id=ids, district=texts_by_row(answers.district)))
    for name in ON_TOP[1:]:
        if name in top:
            fields[name] = fields[name].fillna(top[name])
    fields, unplaced = with_points(fields, table, mapping, gazetteer, decisions)
    rows = fields.assign(**extras, file=table.name, source_row=table.rows)
    rows["source"] = rows["source"].fillna(spec.source or None)
    rows["reason"] = why.astype("str").mask(why == NO_DISTRICT, "assessment.no_district")
    nobody = rows[list(SAYS_WHO)].isna().all(axis=1)
    rows.loc[nobody & rows["reason"].isna(), "reason"] = "assessment.nobody"
    rows["row_id"] = rows["row_id"].fillna(pd.Series(keys_of(rows), dtype="str"))
    found = (*table.problems, *without_notes(problems), *answers.problems, *faults, *unclear, *unplaced)
    return FormRows(rows, (*found, *unsigned(rows, table.name)))


def with_points(
    fields: pd.DataFrame,
    table: Table,
    mapping: Mapping[str, int],
    gazetteer: Gazetteer,
    decisions: PlaceDecisions,
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """The rows without points that cannot be right, as in a registry."""
    lon, lat = (fields[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    points = check_points(lon, lat, gazetteer, decisions)
    heading = " / ".join(table.headings[mapping[name]] for name in ("lon", "lat") if name in mapping)
    problems = point_problems(points, table.rows, lon, lat, table.name, heading)
    return fields.assign(lon=points.lon, lat=points.lat), problems


def own_places(table: Table, stated: Mapping[str, str], path: Path) -> dict[str, int]:
    """Where each of OWN_COLUMNS stands, stated or recognised. Raises InputError for a heading not there."""
    folded = [fold_heading(text) for text in table.headings]
    places = {}
    for name in OWN_COLUMNS:
        if name in stated:
            if fold_heading(stated[name]) not in folded:
                near = ", ".join([text for text in table.headings if text][:8])
                args = {"field": name, "near": near}
                raise InputError(Problem("registry.heading_missing", path.name, stated[name], args=args))
            places[name] = folded.index(fold_heading(stated[name]))
            continue
        here = [place for place, text in enumerate(table.headings) if own_name(text) == name]
        if here:
            places[name] = here[0]
    return places


def without_empty_lines(table: Table, own: Mapping[str, int]) -> Table:
    """The table without the lines of a printed form that nobody filled in: only a number stands there."""
    printed = {own[name] for name in ("row_id",) if name in own}
    printed |= {place for place, text in enumerate(table.headings) if is_line_number(text)}
    filled = np.zeros(len(table.rows), dtype=bool)
    for place, column in enumerate(table.columns):
        if place not in printed:
            filled |= filled_cells(column)
    if filled.all():
        return table
    mask = pa.array(filled)
    columns = [column.filter(mask) for column in table.columns]
    return replace(table, columns=columns, rows=table.rows[filled], shifted=table.shifted[filled])


def is_line_number(heading: str) -> bool:
    return heading.strip().casefold() in {"no", "no.", "nr", "ລ/ດ", "ລຳດັບ", "#"}


def own_cells(
    table: Table, own: Mapping[str, int], top: Mapping[str, str]
) -> tuple[dict[str, pd.Series], list[Problem]]:
    """(OWN_COLUMNS as series (n,), problems): the row's own, else what stands on top of the form."""
    columns: dict[str, pd.Series] = {}
    problems: list[Problem] = []
    for name in OWN_COLUMNS:
        cells = table.columns[own[name]].combine_chunks() if name in own else None
        texts = clean(as_array(cells, len(table.rows)))
        above = clean(pa.array([top.get(name, "") if name != "row_id" else ""] * len(texts), pa.string()))
        blank = blank_cells(texts)
        texts = pc.if_else(pa.array(blank), above, texts)
        blank = blank_cells(texts)
        if name in ("assessed_on", "situation"):
            columns[name], wrong = understood(name, texts, blank)
            if wrong.any():
                problems.append(bad_cells(name, table, own.get(name), texts, wrong))
        else:
            columns[name] = as_series(pc.if_else(pa.array(blank), pa.scalar(None, pa.string()), texts))
    return columns, problems


def as_array(cells: pa.Array | pa.ChunkedArray | None, count: int) -> pa.Array:
    if cells is None:
        return pa.array([""] * count, pa.string())
    return pa.concat_arrays(cells.chunks) if isinstance(cells, pa.ChunkedArray) else cells


def understood(name: str, texts: pa.Array, blank: NDArray[np.bool_]) -> tuple[pd.Series, NDArray[np.bool_]]:
    """The day, or the situation, of each row, and which texts could not be understood."""
    if name == "assessed_on":
        return days_of(texts, blank)
    meanings = {word: meaning for meaning, known in words()["situation"].items() for word in known}
    found = [None if empty else meanings.get(fold_word(text))
             for text, empty in zip(texts.to_pylist(), blank, strict=True)]  # fmt: skip
    values = pd.Series(found, dtype="str")
    return values, values.isna().to_numpy() & ~blank


def days_of(texts: pa.Array, blank: NDArray[np.bool_]) -> tuple[pd.Series, NDArray[np.bool_]]:
    """Days as a registry's dates are read."""
    from shockplan.registry.dates import read_dates

    values, bad = read_dates(texts.filter(pa.array(~blank)))
    days = pd.Series(np.full(len(texts), np.datetime64("NaT", "s")))
    wrong = np.zeros(len(texts), dtype=bool)
    wrong[~blank] = bad
    days[~blank] = pd.Series(values).mask(bad).to_numpy(dtype="datetime64[s]")
    return days, wrong


def bad_cells(
    name: str, table: Table, place: int | None, texts: pa.Array, wrong: NDArray[np.bool_]
) -> Problem:
    code = "registry.bad_date" if name == "assessed_on" else "registry.bad_word"
    values = tuple(shown(text) for text in texts.filter(pa.array(wrong)).to_pylist())
    heading = table.headings[place] if place is not None else name
    rows = tuple(table.rows[wrong].tolist())
    return Problem(code, table.name, heading, rows, values, {"field": name}, "warning")


def keys_of(rows: pd.DataFrame) -> list[str]:
    """What a row without a number of its own is known by: who and where, not what was found there."""
    fields = ("district", "village_code", "village_name_lo", "village_name_en", *SAYS_WHO)
    return ["#" + digest(*(folded(rows[field].iloc[row]) for field in fields)) for row in range(len(rows))]


def folded(value: object) -> str:
    return fold_person(unicodedata.normalize("NFC", value)) if isinstance(value, str) else ""


def digest(*texts: str) -> str:
    """Eight hex digits of the texts."""
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:8]


def without_notes(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Without the note that names columns left unread: a form's own columns are among them."""
    return tuple(problem for problem in problems if problem.code != "registry.headings_unread")


def unsigned(rows: pd.DataFrame, file: str) -> list[Problem]:
    """Rows of which nobody says who saw them, who signed, or when."""
    return [
        Problem(
            "assessment.unsigned", file, name, tuple(rows.loc[rows[name].isna(), "source_row"].tolist()),
            args={"what": name}, level="warning",
        )
        for name in ("source", "signatory", "assessed_on")
        if rows[name].isna().any()
    ]  # fmt: skip


def form_number(text: str) -> str:
    """A row's number as an id may hold it: letters, digits and hyphens.

    >>> form_number("LA1703 / 012-07")
    'LA1703-012-07'
    """
    return re.sub(r"[^0-9A-Za-z]+", "-", text).strip("-")


def as_day(value: Any) -> dt.date | None:
    """A pandas day as a date, None where blank."""
    return None if pd.isna(value) else pd.Timestamp(str(value)).date()
