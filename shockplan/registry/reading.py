"""Read a registry: every row of the extract is taken with what it says, or rejected with the reason."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from shockplan.allocator import no_collecting
from shockplan.areas import Gazetteer, district_codes
from shockplan.planfile import PeopleSpec, RegistrySpec, VillagesSpec
from shockplan.problems import Arg, Problem
from shockplan.progress import Progress, interruptible, part, silent
from shockplan.registry.columns import known_heading, map_columns, require_columns
from shockplan.registry.completing import NOTHING_BESIDE, Beside, complete
from shockplan.registry.corrections import corrected, read_corrections
from shockplan.registry.districts import NO_ID, WHY, districts_of
from shockplan.registry.duplicates import LookedUp, with_duplicates
from shockplan.registry.extract import members_in
from shockplan.registry.files import read_table
from shockplan.registry.household import ASKED_APART, FIELD, Registry
from shockplan.registry.mapping import read_mapping
from shockplan.registry.member_keys import Keys, keys_of, with_own_ids
from shockplan.registry.passwords import NO_PASSWORDS, Passwords
from shockplan.registry.people import People, households_of, people_columns, people_of, with_people
from shockplan.registry.place_decisions import NO_PLACE_DECISIONS, PlaceDecisions
from shockplan.registry.place_points import check_points, point_problems
from shockplan.registry.place_villages import VillageProposal, resolve_villages
from shockplan.registry.places import PLACE_COLUMNS, texts_by_row
from shockplan.registry.tables import Table, fault
from shockplan.registry.typed import TYPED, let_go, typed_columns
from shockplan.registry.values import parse
from shockplan.registry.villages import group_villages, point_sources, read_villages
from shockplan.source import source_of

Args = Mapping[str, Arg]

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
    decisions: PlaceDecisions = NO_PLACE_DECISIONS,
    beside: Beside = NOTHING_BESIDE,
    passwords: Passwords = NO_PASSWORDS,
) -> Registry:
    """The registry in a file, completed by what stands beside it, and the reference places named by the
    plan (relative to `folder`). A cancel is obeyed within a tenth of a second.

    Raises InputError where the file holds no table with a household id and a district.
    """
    given = path, spec, gazetteer, villages, folder
    beside_it = decisions, beside, passwords
    with no_collecting():  # rows, texts and problems, none of them in circles
        return interruptible(lambda report: whole_registry(*given, report, *beside_it), progress)


def whole_registry(
    path: Path,
    spec: RegistrySpec,
    gazetteer: Gazetteer,
    villages: VillagesSpec | None,
    folder: Path,
    progress: Progress,
    decisions: PlaceDecisions,
    beside: Beside,
    passwords: Passwords,
) -> Registry:
    """As `read_registry`, asking only between its steps whether to stop."""
    if spec.mapping and not spec.columns:
        spec = spec.model_copy(update={"columns": read_mapping(folder / spec.mapping)})
    recognised, reading = known_heading(spec.columns), part(progress, 0, 0.4)
    with ThreadPoolExecutor(max_workers=1) as beside_it_all:  # a big file is hashed while it is parsed
        source = beside_it_all.submit(source_of, path)
        table = read_table(path, spec.sheet, spec.header_row, recognised, reading, passwords)
    corrections = read_corrections(folder / spec.corrections) if spec.corrections else ()
    table = corrected(table, corrections, spec.corrections or "")
    people: People | None = None
    if spec.people and is_one_row_per_person(spec):
        mapping, problems, table, people = one_row_per_person(table, spec, spec.people, path)
    else:
        mapping, problems = map_columns(table, spec.columns, path)
    require_columns(mapping, table, path, spec.district is not None)
    problems = (*problems, *(persons_unasked(table) if spec.people is None else ()))
    district = district_of_extract(spec, gazetteer, path)
    reference, village_problems = (
        read_villages(villages, folder, gazetteer, passwords) if villages else (None, ())
    )
    sources = [source.result()] + ([source_of(folder / villages.file)] if villages else [])
    keys = keys_of(table, mapping["household_id"], spec.people.key, path) if spec.people else None
    step = part(progress, 0.45, 0.9)
    looked_up = LookedUp()
    registry = registry_of(table, mapping, gazetteer, reference, step, decisions, district, beside, looked_up)
    found = (*table.problems, *problems, *registry.problems, *village_problems)
    sources += [source_of(folder / spec.corrections)] if spec.corrections else []
    if spec.people and people is None:
        people = read_people(spec.people, path, folder, passwords, keys)
        sources += [source_of(folder / spec.people.file)] if spec.people.file else []
    registry = replace(registry, problems=found, sources=tuple(sources))
    registry = with_people(registry, people) if people else registry
    return with_duplicates(registry, table.name, spec.similar_names, part(progress, 0.9, 1), looked_up)


def persons_unasked(table: Table) -> tuple[Problem, ...]:
    """A warning where a table read as one of households has rather one row per person."""
    found = members_in(table)
    if not found:
        return ()
    args: Args = {"headings": tuple(found.values())}
    return (Problem("registry.looks_like_people", table.name, args=args, level="warning"),)


def is_one_row_per_person(spec: RegistrySpec) -> bool:
    """Whether the registry's own table has one row per person."""
    people = spec.people
    return people is not None and people.file is None and people.sheet in (None, spec.sheet)


def one_row_per_person(
    table: Table, spec: RegistrySpec, people_spec: PeopleSpec, path: Path
) -> tuple[dict[str, int], tuple[Problem, ...], Table, People]:
    """(columns of households, problems, one row per household, the members) of a table of persons."""
    of_people, people_problems = people_columns(table, people_spec.columns, path)
    people = people_of(table, of_people, people_spec)
    mapping, problems = map_columns(table, spec.columns, path)
    personal = {place for field, place in of_people.items() if field != "household_id"}
    mapping = {
        field: place for field, place in mapping.items() if place not in personal or field in spec.columns
    }
    mapping.setdefault("household_id", of_people["household_id"])
    table = households_of(table, of_people, mapping.get("district"))
    return mapping, (*problems, *people_problems), table, people


def read_people(
    people_spec: PeopleSpec, path: Path, folder: Path, passwords: Passwords, keys: Keys | None
) -> People:
    """The members in a sheet or file of their own."""
    file = folder / people_spec.file if people_spec.file else path
    recognised = known_heading(people_spec.columns)
    table = read_table(file, people_spec.sheet, people_spec.header_row, recognised, silent, passwords)
    mapping, problems = people_columns(table, people_spec.columns, file)
    people = people_of(table, mapping, people_spec)
    if keys:
        people = with_own_ids(people, table.headings[mapping["household_id"]], keys)
    return replace(people, problems=(*table.problems, *problems, *people.problems))


def district_of_extract(spec: RegistrySpec, gazetteer: Gazetteer, path: Path) -> str | None:
    """The P-code that the plan gives for the whole extract. Raises InputError where it is none."""
    if spec.district is None:
        return None
    code = district_codes(pd.Series([spec.district]), gazetteer)
    if code.isna()[0]:
        raise fault("registry.extract_district", path, "registry.district", district=spec.district)
    return str(code[0])


def registry_of(
    table: Table,
    mapping: Mapping[str, int],
    gazetteer: Gazetteer,
    reference: pd.DataFrame | None,
    progress: Progress = silent,
    decisions: PlaceDecisions = NO_PLACE_DECISIONS,
    district: str | None = None,
    beside: Beside = NOTHING_BESIDE,
    looked_up: LookedUp | None = None,
) -> Registry:
    """The rows of a table as a registry, without sources and without a look for duplicates: a function of
    the cells, which are let go as they are understood."""
    with ThreadPoolExecutor(max_workers=1) as at_once:
        parsed = at_once.submit(parse, table.columns[mapping["household_id"]], FIELD["household_id"])
        ask = part(progress, 0, 0.08)
        answers, reason = districts_of(table, mapping, gazetteer, decisions, district, ask)
        ids = parsed.result().values
    pcodes, district_texts = answers.district, answers.text
    without = ids.isna().to_numpy()
    if without.any():
        reason[without] = NO_ID
    rejected = reason.notna().to_numpy()
    progress(0.1)
    found = [*answers.problems, *rejections(table, mapping, reason, rejected, district_texts)]
    gone = rejected_rows(table, mapping, reason, rejected, district_texts)
    let_go(table, [place for field, place in mapping.items() if field in TYPED])
    rows, ids = table.rows[~rejected], ids[~rejected].reset_index(drop=True)
    looked_up, step = looked_up or LookedUp(), part(progress, 0.1, 0.8)
    looked_up.begin("household_id", ids)
    households, faults = typed_columns(table, mapping, ~rejected, step, looked_up.begin)
    households["household_id"] = ids
    households["district"] = texts_by_row(pcodes[~rejected])
    households, doubts = checked(households, table, rows, mapping, gazetteer, decisions)
    progress(0.84)
    households["source_row"] = rows
    apart = {name for name, field in ASKED_APART.items() if field.name in mapping}
    present = frozenset(name for name in mapping if name in FIELD) | apart | {"district"}
    done = complete(households, present, beside, table.name, part(progress, 0.84, 0.85))
    households, rows = done.households, done.households["source_row"].to_numpy()
    proposals: tuple[VillageProposal, ...] = ()
    if reference is not None:
        joined = resolve_villages(households, reference, table.name, decisions)
        households["village_code"], proposals = joined.code, joined.proposals
        doubts += joined.problems
    progress(0.86)
    villages, places = group_villages(households, reference, part(progress, 0.86, 0.89))
    progress(0.89)
    found += [*faults, *doubts, *done.problems]
    if reference is None:  # a village table says itself where a village is
        found += two_districts(table, rows, households, villages, places)
    households["village"] = places
    households["duplicate"] = np.full(len(rows), -1, dtype=np.int32)
    progress(1)
    return Registry(
        households=households,
        villages=villages,
        rejected=gone,
        present=done.present,
        rows_read=len(table.rows) + done.added,
        problems=tuple(found),
        sources=(),
        district_proposals=answers.proposals,
        village_proposals=proposals,
        added=done.added,
        assessed=done.assessed,
        payments=done.payments,
        changes=done.changes,
        point_sources=point_sources(villages, reference) if reference is not None else (),
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
    # the texts that were not understood are named by `places`
    for code in sorted(set(WHY) & set(reason[rejected])):
        mask = (reason == code).to_numpy(dtype=bool)
        rows = tuple(table.rows[mask].tolist())
        if code == NO_ID:
            heading = table.headings[mapping["household_id"]]
            problems.append(Problem(code, table.name, heading, rows=rows))
        else:
            column = next(name for name in PLACE_COLUMNS if name in mapping)
            heading = table.headings[mapping[column]]
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
            "district": district_texts[rejected].astype("str").reset_index(drop=True),
            "code": reason[rejected].astype("str").reset_index(drop=True),
        }
    )


def checked(
    households: pd.DataFrame,
    table: Table,
    rows: NDArray[np.int64],
    mapping: Mapping[str, int],
    gazetteer: Gazetteer,
    decisions: PlaceDecisions,
) -> tuple[pd.DataFrame, list[Problem]]:
    """Points outside the country blank; counts that contradict each other named."""
    lon, lat = (households[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    points = check_points(lon, lat, gazetteer, decisions)
    households = households.assign(lon=points.lon, lat=points.lat)
    heading = " / ".join(table.headings[mapping[name]] for name in ("lon", "lat") if name in mapping)
    problems = list(point_problems(points, rows, lon, lat, table.name, heading))
    for part_of, whole in NESTED_COUNTS:
        if part_of not in mapping or whole not in mapping:
            continue
        more = (households[part_of] > households[whole]).fillna(False).to_numpy(dtype=bool)
        if more.any():
            args: Args = {"field": part_of, "whole": table.headings[mapping[whole]]}
            values = tuple(households.loc[more, part_of].astype("str"))
            column, at = table.headings[mapping[part_of]], tuple(rows[more].tolist())
            problems.append(
                Problem("registry.counts_disagree", table.name, column, at, values, args, "warning")
            )
    return households, problems


def two_districts(
    table: Table,
    rows: NDArray[np.int64],
    households: pd.DataFrame,
    villages: pd.DataFrame,
    places: NDArray[np.int32],
) -> list[Problem]:
    """Households whose village code stands mostly in another district."""
    own = villages["district"].array.take(places, allow_fill=True)
    other = ((places >= 0) & np.asarray(households["district"].array != own, dtype=bool)).astype(bool)
    if not other.any():
        return []
    values = tuple(households["village_code"][other].fillna(""))
    where = tuple(rows[other].tolist())
    return [Problem("registry.village_two_districts", table.name, None, where, values, level="warning")]
