"""An extract as a person first sees it: its sheets, its columns with samples, and what each may be.

Nothing is decided here. What the person settles goes into the plan file (`[registry.columns]`) or a
mapping file (`registry.mapping`), never silently from one reading to the next.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

import pyarrow.compute as pc

from shockplan.planfile import RegistrySpec
from shockplan.problems import InputError, Problem
from shockplan.progress import Progress, part, silent
from shockplan.registry.columns import (
    OTHER_COLUMNS,
    SURE,
    Proposal,
    fold_heading,
    known_heading,
    places_of,
    shape_of_headings,
)
from shockplan.registry.files import read_table, sheets_of
from shockplan.registry.headings import sample_texts
from shockplan.registry.household import FIELD
from shockplan.registry.mapping import propose_all, remembered
from shockplan.registry.passwords import NO_PASSWORDS, Passwords
from shockplan.registry.people import proposed_people
from shockplan.registry.tables import Table, filled_cells

Why = Literal["stated", "remembered", "heading", "likeness", "values", "nothing"]

CHOICES: tuple[str, ...] = (*FIELD, *OTHER_COLUMNS)
"""Every field that a column may be taken for, in the order in which a list shows them."""

SAMPLE_ROWS = 20_000
MOST_REPEATED = 0.3
"""Share of repeated household ids from which a table has rather one row per person."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the extract. `field`: what it is proposed or stated to be, None nothing; `confidence`
    0 to 1; `why` it is; `filled`: cells that hold something, of the first 20,000 rows; `samples`:
    different texts of it.
    """

    place: int
    heading: str
    field: str | None
    confidence: float
    why: Why
    filled: int
    samples: tuple[str, ...]

    @property
    def taken(self) -> bool:
        """Whether the column is read as its field unasked: below that a person must say so."""
        return self.field is not None and self.confidence >= SURE


@dataclass(frozen=True, slots=True)
class Extract:
    """`sheets`: what `sheet` may name, none for files without; `rows`: data rows; `problems`: what was
    noticed so far. `missing`: what the proposal lacks and a registry needs ("household_id", "district").
    `of_people`: field of a person -> heading, where the table has rather one row per person. `shape`:
    what a mapping is remembered by.
    """

    file: str
    sheet: str | None
    sheets: tuple[str, ...]
    rows: int
    columns: tuple[Column, ...]
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]
    of_people: Mapping[str, str]
    shape: str

    @property
    def mapping(self) -> dict[str, str]:
        """Field -> heading of the columns that are taken: what `[registry.columns]` would say."""
        return {column.field: column.heading for column in self.columns if column.field and column.taken}


def look_at_extract(
    path: Path,
    spec: RegistrySpec,
    memory: Path | None = None,
    progress: Progress = silent,
    passwords: Passwords = NO_PASSWORDS,
) -> Extract:
    """The extract with a proposal for each column: stated in `spec`, else remembered in the folder
    `memory`, else by headings and values.

    Raises InputError where the file holds no table, or a sheet must be named first.
    """
    recognised = known_heading(spec.columns)
    table = read_table(path, spec.sheet, spec.header_row, recognised, part(progress, 0, 0.8), passwords)
    shape = shape_of_headings(table)
    kept = remembered(memory, shape) if memory and not spec.columns else None
    columns = columns_of_table(table, spec.columns or kept or {}, "stated" if spec.columns else "remembered")
    progress(0.95)
    mapped = {column.field for column in columns if column.taken}
    missing = [] if "household_id" in mapped else ["household_id"]
    if spec.district is None and not mapped & {"district", "district_nso", "district_name"}:
        missing.append("district")
    sheets = sheets_of(path, passwords)
    progress(1)
    return Extract(
        path.name,
        spec.sheet,
        sheets,
        len(table.rows),
        columns,
        tuple(missing),
        table.problems,
        members_in(table),
        shape,
    )


def with_said(extract: Extract, said: Mapping[str, str]) -> Extract:
    """The extract with what a person said: field -> heading; an empty heading means that no column is it.

    Raises InputError for a field or a heading that is not there.
    """
    folded = {fold_heading(column.heading): column for column in extract.columns if column.heading}
    faults, at = [], {}
    for field, heading in said.items():
        column = next((one for one in extract.columns if one.heading == heading), None)
        column = column or folded.get(fold_heading(heading))
        if field not in CHOICES:
            args = {"field": field, "near": ", ".join(get_close_matches(field, CHOICES, 3, 0.5)) or "–"}
            faults.append(Problem("registry.field_unknown", extract.file, args=args))
        elif heading and column is None:
            shown = ", ".join(one.heading for one in extract.columns[:8])
            args = {"field": field, "near": shown}
            faults.append(Problem("registry.heading_missing", extract.file, heading, args=args))
        elif column:
            at[column.place] = field
    if faults:
        raise InputError(*faults)
    columns = []
    for column in extract.columns:
        if column.place in at:
            column = replace(column, field=at[column.place], confidence=1.0, why="stated")
        elif column.field in said:
            column = replace(column, field=None, confidence=0.0, why="nothing")
        columns.append(column)
    mapped = {column.field for column in columns if column.taken}
    missing = tuple(name for name in extract.missing if name not in mapped)
    if "district" in missing and mapped & {"district_nso", "district_name"}:
        missing = tuple(name for name in missing if name != "district")
    return replace(extract, columns=tuple(columns), missing=missing)


def columns_of_table(table: Table, known: Mapping[str, str], why_known: Why) -> tuple[Column, ...]:
    """Every column of a table with what it is known, or else proposed, to be."""
    field_at = {}
    for field, heading in known.items():
        places = places_of(table, heading)
        if places:
            field_at[places[0]] = field
    proposals = {} if known else {proposal.place: proposal for proposal in best_of_each(propose_all(table))}
    found = []
    for place, heading in enumerate(table.headings):
        cells = table.columns[place].slice(0, SAMPLE_ROWS)
        filled = int(filled_cells(cells).sum())
        proposal = proposals.get(place)
        if place in field_at:
            samples = sample_texts(table.columns[place])
            found.append(Column(place, heading, field_at[place], 1.0, why_known, filled, samples))
        elif proposal:
            field, confidence = proposal.field, proposal.confidence
            found.append(Column(place, heading, field, confidence, proposal.by, filled, proposal.samples))
        else:
            samples = sample_texts(table.columns[place])
            found.append(Column(place, heading, None, 0.0, "nothing", filled, samples))
    return tuple(found)


def best_of_each(proposals: tuple[Proposal, ...]) -> list[Proposal]:
    """One column for each field: of several that claim it the surest; of equals none is taken, for
    neither is surer, so all are kept as doubtful."""
    best: dict[str, list[Proposal]] = {}
    for proposal in proposals:
        rivals = best.setdefault(proposal.field, [])
        if rivals and proposal.confidence > rivals[0].confidence:
            rivals.clear()
        if not rivals or proposal.confidence == rivals[0].confidence:
            rivals.append(proposal)
    return [doubtful(one) if len(rivals) > 1 else one for rivals in best.values() for one in rivals]


def doubtful(one: Proposal) -> Proposal:
    """Not sure enough to be taken unasked."""
    return replace(one, confidence=round(one.confidence / 2, 2))


def members_in(table: Table) -> dict[str, str]:
    """Field of a person -> heading, where household ids repeat and persons have an age or a role."""
    mapping, _ = proposed_people(table)
    if "household_id" not in mapping or not mapping.keys() & {"age", "birth_date", "relationship"}:
        return {}
    ids = table.columns[mapping["household_id"]].slice(0, SAMPLE_ROWS)
    repeated = 1 - pc.count_distinct(ids).as_py() / max(1, len(ids))
    if repeated < MOST_REPEATED:
        return {}
    return {field: table.headings[place] for field, place in mapping.items()}
