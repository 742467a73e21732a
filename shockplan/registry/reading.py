"""Read a registry: every row of the extract is taken with what it says, or rejected with the reason."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from shockplan.areas import Gazetteer
from shockplan.planfile import RegistrySpec, VillagesSpec
from shockplan.problems import Problem
from shockplan.progress import Progress, part, silent
from shockplan.registry.clusters import same_values
from shockplan.registry.columns import is_known, map_columns, require_columns
from shockplan.registry.districts import districts_of
from shockplan.registry.files import read_sheet
from shockplan.registry.headings import with_headings
from shockplan.registry.household import DTYPES, FIELD, FIELDS, Registry
from shockplan.registry.tables import Table
from shockplan.registry.values import parse
from shockplan.registry.villages import blank_far_points, group_villages, read_villages
from shockplan.source import source_of

NEVER_BLANK = ("household_id", "district")
NESTED_COUNTS = (
    ("under_1", "under_2"),
    ("under_2", "under_5"),
    ("under_5", "members"),
    ("over_60", "members"),
    ("disabled", "members"),
)


def read_registry(
    path: Path,
    spec: RegistrySpec,
    gazetteer: Gazetteer,
    villages: VillagesSpec | None,
    folder: Path,
    progress: Progress = silent,
) -> Registry:
    """The registry in a file, and the reference places named by the plan (relative to `folder`).

    Raises InputError where the file holds no table with a household id and a district.
    """
    sheet = read_sheet(path, spec.sheet, part(progress, 0, 0.4))
    wanted = {" ".join(heading.split()) for heading in spec.columns.values()}
    table = with_headings(sheet, spec.header_row, lambda text: text.strip() in wanted or is_known(text), path)
    del sheet
    mapping, problems = map_columns(table, spec.columns, path)
    require_columns(mapping, table, path)
    reference, village_problems = read_villages(villages, folder, gazetteer) if villages else (None, ())
    sources = [source_of(path)] + ([source_of(folder / villages.file)] if villages else [])
    registry = registry_of(table, mapping, gazetteer, reference, part(progress, 0.45, 1))
    return Registry(
        households=registry.households,
        villages=registry.villages,
        rejected=registry.rejected,
        present=registry.present,
        rows_read=registry.rows_read,
        problems=(*table.problems, *problems, *registry.problems, *village_problems),
        sources=tuple(sources),
    )


def registry_of(
    table: Table,
    mapping: Mapping[str, int],
    gazetteer: Gazetteer,
    reference: pd.DataFrame | None,
    progress: Progress = silent,
) -> Registry:
    """The rows of a table as a registry, without sources: a pure function of the cells."""
    ids = parse(table.columns[mapping["household_id"]], FIELD["household_id"]).values
    pcodes, why, district_texts, problems = districts_of(table, mapping, gazetteer)
    reason = why.where(ids.notna(), "registry.no_id")
    rejected = reason.notna().to_numpy()
    progress(0.1)
    found = [*problems, *rejections(table, mapping, reason, rejected, district_texts)]
    taken = taken_rows(table, ~rejected)
    households, faults = typed_columns(taken, mapping, part(progress, 0.1, 0.8))
    households["household_id"] = ids[~rejected].reset_index(drop=True)
    households["district"] = pcodes[~rejected].reset_index(drop=True)
    households, doubts = checked(households, taken, mapping, gazetteer)
    progress(0.85)
    villages, places = group_villages(households, reference)
    clusters = same_values(households)
    found += [*faults, *doubts, *held(taken, clusters), *two_districts(taken, households, villages, places)]
    households = households.assign(source_row=taken.rows, village=places, duplicate=clusters)
    progress(1)
    return Registry(
        households=households,
        villages=villages,
        rejected=rejected_rows(table, mapping, reason, rejected, district_texts),
        present=frozenset(name for name in mapping if name in FIELD) | {"district"},
        rows_read=len(table.rows),
        problems=tuple(found),
        sources=(),
    )


def taken_rows(table: Table, taken: NDArray[np.bool_]) -> Table:
    """The table with only the rows that were not rejected."""
    if taken.all():
        return table
    mask = pa.array(taken)
    columns = tuple(column.filter(mask) for column in table.columns)
    return Table(
        table.headings,
        columns,
        table.rows[taken],
        table.shifted[taken],
        table.name,
        table.problems,
        table.tags,
    )


def typed_columns(
    table: Table, mapping: Mapping[str, int], progress: Progress
) -> tuple[pd.DataFrame, list[Problem]]:
    """Every field of the household, blank where the extract lacks it or a cell is not understood."""
    n = len(table.rows)
    columns: dict[str, pd.Series] = {}
    problems: list[Problem] = []
    for number, field in enumerate(FIELDS):
        progress(number / len(FIELDS))
        place = mapping.get(field.name)
        if place is None or field.name in NEVER_BLANK:
            columns[field.name] = pd.Series([None] * n, dtype=DTYPES[field.kind])
            continue
        parsed = parse(table.columns[place], field)
        values = parsed.values
        if table.shifted.any():
            values = values.mask(table.shifted)
        columns[field.name] = values
        for code, mask in parsed.reasons.items():
            if (mask & ~table.shifted).any():
                problems.append(cell_problem(code, table, place, mask & ~table.shifted, field.name))
    if table.shifted.any():
        rows = tuple(table.rows[table.shifted].tolist())
        problems.append(Problem("registry.shifted_row", table.name, rows=rows, level="warning"))
    return pd.DataFrame(columns), problems


def cell_problem(code: str, table: Table, place: int, mask: NDArray[np.bool_], field: str) -> Problem:
    """The cells of a column that were not understood, with their rows and original texts."""
    texts = table.columns[place].filter(pa.array(mask)).to_pylist()
    return Problem(
        code,
        table.name,
        table.headings[place],
        rows=tuple(table.rows[mask].tolist()),
        values=tuple(text if len(text) <= 80 else text[:79] + "…" for text in texts),
        args={"field": field},
        level="warning",
    )


def rejections(
    table: Table,
    mapping: Mapping[str, int],
    reason: pd.Series,
    rejected: NDArray[np.bool_],
    district_texts: pd.Series,
) -> list[Problem]:
    """One problem for each reason, with the original texts of the district."""
    problems = []
    for code in sorted(set(reason[rejected])):
        mask = (reason == code).to_numpy(dtype=bool, na_value=False)
        rows = tuple(table.rows[mask].tolist())
        if code == "registry.no_id":
            heading = table.headings[mapping["household_id"]]
            problems.append(Problem(code, table.name, heading, rows=rows))
        else:
            heading = table.headings[mapping.get("district", mapping.get("district_nso", 0))]
            values = tuple(district_texts[mask])
            problems.append(Problem(code, table.name, heading, rows=rows, values=values))
    return problems


def rejected_rows(
    table: Table,
    mapping: Mapping[str, int],
    reason: pd.Series,
    rejected: NDArray[np.bool_],
    district_texts: pd.Series,
) -> pd.DataFrame:
    """The rejected rows with the texts that they had."""
    ids = table.columns[mapping["household_id"]].filter(pa.array(rejected)).to_pylist()
    return pd.DataFrame(
        {
            "source_row": table.rows[rejected],
            "household_id": pd.Series(ids, dtype="str"),
            "district": district_texts[rejected].reset_index(drop=True),
            "code": reason[rejected].reset_index(drop=True),
        }
    )


def checked(
    households: pd.DataFrame, table: Table, mapping: Mapping[str, int], gazetteer: Gazetteer
) -> tuple[pd.DataFrame, list[Problem]]:
    """Points outside the country blank; counts that contradict each other named."""
    households, found = blank_far_points(households, gazetteer)
    problems = []
    heading = " / ".join(table.headings[mapping[name]] for name in ("lon", "lat") if name in mapping)
    for code, mask in found.items():
        texts = [
            table.columns[mapping[name]].filter(pa.array(mask)).to_pylist()
            for name in ("lon", "lat")
            if name in mapping
        ]
        values = tuple(" / ".join(pair) for pair in zip(*texts, strict=True))
        rows = tuple(table.rows[mask].tolist())
        problems.append(Problem(code, table.name, heading, rows=rows, values=values, level="warning"))
    for part_of, whole in NESTED_COUNTS:
        if part_of not in mapping or whole not in mapping:
            continue
        more = (households[part_of] > households[whole]).fillna(False).to_numpy(dtype=bool)
        if more.any():
            problem = cell_problem("registry.counts_disagree", table, mapping[part_of], more, part_of)
            args = {"field": part_of, "whole": table.headings[mapping[whole]]}
            problems.append(
                Problem(
                    problem.code, problem.file, problem.column, problem.rows, problem.values, args, "warning"
                )
            )
    return households, problems


def held(table: Table, clusters: NDArray[np.int32]) -> list[Problem]:
    """Rows whose payment waits until a person says whether they are one household."""
    rows = tuple(table.rows[clusters >= 0].tolist())
    if not rows:
        return []
    args: dict[str, str | int | float | tuple[str, ...]] = {"clusters": int(clusters.max()) + 1}
    return [Problem("registry.duplicate", table.name, rows=rows, args=args, level="note")]


def two_districts(
    table: Table, households: pd.DataFrame, villages: pd.DataFrame, places: NDArray[np.int32]
) -> list[Problem]:
    """Households whose village code stands mostly in another district."""
    own = villages["district"].array.take(places, allow_fill=True)
    other = ((places >= 0) & (households["district"].to_numpy() != np.asarray(own))).astype(bool)
    if not other.any():
        return []
    return [
        Problem(
            "registry.village_two_districts",
            table.name,
            rows=tuple(table.rows[other].tolist()),
            values=tuple(households["village_code"][other].fillna("")),
            level="warning",
        )
    ]
