"""Members, one row each: read, and rolled up into the counts of their household."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from shockplan.planfile import PeopleSpec
from shockplan.problems import InputError, Problem
from shockplan.registry.cells import words
from shockplan.registry.columns import (
    fold_heading,
    headings_file,
    missing_heading,
    places_of,
    same_cells,
)
from shockplan.registry.household import FIELD, Field, Registry
from shockplan.registry.tables import Table, filled_cells, shown
from shockplan.registry.values import MOST_PEOPLE, fold_texts, is_one_of, parse

PERSON_FIELDS: tuple[Field, ...] = (
    Field("household_id", "code"),
    Field("name", "text", personal=True),
    Field("birth_date", "date", personal=True),
    Field("age", "number", personal=True),
    Field("sex", "sex", personal=True),
    Field("relationship", "text"),
    Field("pregnant", "flag", personal=True),
    Field("breastfeeding", "flag", personal=True),
    Field("disabled", "flag", personal=True),
    Field("document_id", "code", personal=True),
    Field("phone", "code", personal=True),
)
PERSON_FIELD = {field.name: field for field in PERSON_FIELDS}
AGE_LIMITS = {"under_1": 1, "under_2": 2, "under_5": 5}
OLD_AGE, OLDEST = 60, 120
CHILDBEARING = (10, 55)


@dataclass(frozen=True, eq=False)
class People:
    """n members: `frame` has every PERSON_FIELDS column but age, `years` (float64, completed, NaN
    unknown), `head` (boolean), source_row (int64). `present`: the fields the table has."""

    frame: pd.DataFrame
    present: frozenset[str]
    file: str
    problems: tuple[Problem, ...]


def people_columns(
    table: Table, stated: Mapping[str, str], path: Path
) -> tuple[dict[str, int], tuple[Problem, ...]]:
    """Field of a person -> column. Raises InputError for headings that are not there."""
    mapping, problems = stated_people(table, stated, path) if stated else proposed_people(table)
    if "household_id" not in mapping:
        headings = ", ".join([text for text in table.headings if text][:20])
        raise InputError(Problem("registry.people_no_id_column", path.name, args={"headings": headings}))
    return mapping, tuple(problems)


def stated_people(
    table: Table, stated: Mapping[str, str], path: Path
) -> tuple[dict[str, int], list[Problem]]:
    """The columns as the plan states them."""
    mapping, faults = {}, []
    for field, heading in stated.items():
        places = places_of(table, heading)
        if field not in PERSON_FIELD:
            args = {"field": field, "near": ", ".join(PERSON_FIELD)}
            faults.append(Problem("registry.people_field_unknown", path.name, args=args))
        elif not places:
            faults.append(missing_heading(table, field, heading, path))
        elif len(places) > 1 and not same_cells(table, places):
            faults.append(Problem("registry.heading_twice", path.name, heading, args={"field": field}))
        else:
            mapping[field] = places[0]
    if faults:
        raise InputError(*faults)
    return mapping, []


def proposed_people(table: Table) -> tuple[dict[str, int], list[Problem]]:
    """The columns by their headings; two that claim one field: none of them, and a warning."""
    known = {fold_heading(name): name for name in PERSON_FIELD}
    for field, headings in headings_file()["people"].items():
        known.update((fold_heading(heading), field) for heading in headings)
    claims: dict[str, list[int]] = {}
    for place, heading in enumerate(table.headings):
        found = known.get(fold_heading(heading)) or known.get(fold_heading(heading.rsplit("/", 1)[-1]))
        if found:
            claims.setdefault(found, []).append(place)
    mapping, problems = {}, []
    for field, places in claims.items():
        if len(places) == 1 or same_cells(table, places):
            mapping[field] = places[0]
        else:
            args = {"field": field, "headings": ", ".join(table.headings[place] for place in places)}
            problems.append(Problem("registry.two_headings", table.name, args=args, level="warning"))
    return mapping, problems


def people_of(table: Table, mapping: Mapping[str, int], spec: PeopleSpec) -> People:
    """The members in a table. Raises InputError where ages cannot be counted for want of a day."""
    columns: dict[str, pd.Series] = {}
    problems: list[Problem] = []
    for field in PERSON_FIELDS:
        place = mapping.get(field.name)
        cells = (
            pa.chunked_array([pa.array([""] * len(table.rows))]) if place is None else table.columns[place]
        )
        parsed = parse(cells, field)
        columns[field.name] = parsed.values
        for code, mask in parsed.reasons.items():
            texts = tuple(shown(text) for text in cells.filter(pa.array(mask)).to_pylist())
            heading = table.headings[place or 0]
            rows = tuple(table.rows[mask].tolist())
            args = {"field": field.name}
            problems.append(Problem(code, table.name, heading, rows, texts, args, "warning"))
    if columns["birth_date"].notna().any() and spec.on is None:
        raise InputError(Problem("registry.people_no_day", table.name, "registry.people.on"))
    years = completed_years(columns["birth_date"], spec.on or dt.date.min)
    years = np.where(np.isnan(years), np.floor(columns["age"].to_numpy(dtype=float)), years)
    wrong = (years < 0) | (years > OLDEST)
    if wrong.any():
        rows = tuple(table.rows[wrong].tolist())
        problems.append(Problem("registry.people_no_age", table.name, rows=rows, level="warning"))
    columns["years"] = pd.Series(np.where(wrong, np.nan, years))
    relation = pa.array(columns["relationship"].fillna("").tolist(), pa.string())
    columns["head"] = pd.Series(is_one_of(fold_texts(relation), words()["relationship"]["head"]))
    frame = pd.DataFrame(columns).drop(columns=["age", "relationship"]).assign(source_row=table.rows)
    return People(frame, frozenset(mapping), table.name, tuple(problems))


def completed_years(born: pd.Series, on: dt.date) -> NDArray[np.float64]:
    """Age in completed years on a day, NaN where the birth date is blank."""
    year, month, day = (getattr(born.dt, part).to_numpy(dtype=float) for part in ("year", "month", "day"))
    not_yet = (month > on.month) | ((month == on.month) & (day > on.day))
    return np.asarray(on.year - year - not_yet, dtype=np.float64)


def with_people(registry: Registry, people: People) -> Registry:
    """The registry with the counts of its members where its own rows are blank.

    Members without a household of the registry are named and not counted.
    """
    ids, members = registry.households["household_id"], people.frame
    known = pd.Index(ids.unique())
    group = known.get_indexer(pd.Index(members["household_id"].fillna("")))
    counted = counts(members, group, len(known), people.present)
    own = known.get_indexer(pd.Index(ids))
    households = registry.households.copy()
    problems: list[Problem] = []
    for name, values in counted.items():
        rolled = values.iloc[own].reset_index(drop=True)
        stated = households[name]
        differs = (stated.notna() & rolled.notna() & (stated != rolled).fillna(False)).to_numpy(dtype=bool)
        if differs.any() and name not in ("phone", "document_id"):
            pairs = zip(stated[differs], rolled[differs], strict=True)
            rows = tuple(households["source_row"][differs])
            texts = tuple(f"{one} / {other}" for one, other in pairs)
            args = {"field": name}
            source = registry.sources[0].name if registry.sources else people.file
            problems.append(Problem("registry.people_disagree", source, name, rows, texts, args, "warning"))
        households[name] = stated.fillna(rolled) if stated.notna().any() else rolled.astype(stated.dtype)
    problems += people_problems(people, group, known)
    return replace(
        registry,
        households=households,
        present=registry.present | frozenset(counted),
        problems=(*registry.problems, *people.problems, *problems),
        people_read=len(members),
        people_counted=int((group >= 0).sum()),
    )


def counts(
    members: pd.DataFrame, group: NDArray[np.intp], count: int, present: frozenset[str]
) -> dict[str, pd.Series]:
    """The fields of `count` households from their members; blank where a member's answer is needed and
    blank, or where there is no member."""
    taken = group >= 0
    place, people = group[taken], members[taken]
    size = np.bincount(place, minlength=count)
    nobody = size == 0

    def number(mask: NDArray[np.bool_], unknown: NDArray[np.bool_]) -> pd.Series:
        blank = nobody | (np.bincount(place, weights=unknown, minlength=count) > 0)
        total = np.bincount(place, weights=mask, minlength=count)
        return pd.Series(total).astype("Int32").mask(blank)

    found = {"members": number(np.ones(len(place), bool), np.zeros(len(place), bool))}
    years = people["years"].to_numpy()
    if {"age", "birth_date"} & present:
        for name, limit in AGE_LIMITS.items():
            found[name] = number(years < limit, np.isnan(years))
        found["over_60"] = number(years >= OLD_AGE, np.isnan(years))
    if "disabled" in present:
        disabled = people["disabled"]
        found["disabled"] = number(
            disabled.fillna(False).to_numpy(dtype=bool), disabled.isna().to_numpy(dtype=bool)
        )
    if {"pregnant", "breastfeeding"} & present:
        found["pregnant"] = anyone_pregnant(people, place, count, nobody)
    if "relationship" in present:
        found |= of_the_head(people, place, count, present)
    return found


def anyone_pregnant(
    people: pd.DataFrame, place: NDArray[np.intp], count: int, nobody: NDArray[np.bool_]
) -> pd.Series:
    """Yes if any member is pregnant or breastfeeding; blank if none is and one who could be has no answer."""
    asked = [name for name in ("pregnant", "breastfeeding") if people[name].notna().any()] or ["pregnant"]
    said = people[asked[0]] if len(asked) == 1 else people[asked[0]] | people[asked[1]]
    yes = np.bincount(place, weights=said.fillna(False).to_numpy(dtype=bool), minlength=count) > 0
    years = people["years"].to_numpy()
    fertile = np.isnan(years) | ((years >= CHILDBEARING[0]) & (years <= CHILDBEARING[1]))
    could_be = fertile & (people["sex"] != "male").to_numpy(dtype=bool)
    open_answer = np.bincount(place, weights=said.isna().to_numpy() & could_be, minlength=count) > 0
    return pd.Series(yes).astype("boolean").mask(nobody | (~yes & open_answer))


def of_the_head(
    people: pd.DataFrame, place: NDArray[np.intp], count: int, present: frozenset[str]
) -> dict[str, pd.Series]:
    """Sex, name, document and phone of the head, where a household has exactly one."""
    head = people["head"].to_numpy(dtype=bool)
    single = np.bincount(place[head], minlength=count) == 1
    at = np.full(count, -1, dtype=np.int64)
    at[place[head]] = np.flatnonzero(head)
    at[~single] = -1
    found: dict[str, pd.Series] = {}
    if {"age", "birth_date"} & present:
        years = np.append(people["years"].to_numpy(), np.nan)[at]
        found["head_age"] = pd.Series(np.where(years > MOST_PEOPLE, np.nan, years)).astype("Int32")
    for name, field in (("sex", "head_sex"), ("document_id", "document_id"), ("phone", "phone")):
        if name in present:
            found[field] = pd.Series(people[name].array.take(at, allow_fill=True))
    if "name" in present:
        names = pd.Series(people["name"].array.take(at, allow_fill=True))
        lao = names.str.contains("[\u0e80-\u0eff]", na=False)
        found["head_name_lo"], found["head_name_en"] = names.where(lao), names.where(~lao)
    return found


def people_problems(people: People, group: NDArray[np.intp], known: pd.Index) -> list[Problem]:
    """Members without a household, without an age, and households without one head."""
    members, problems = people.frame, []
    lost = group < 0
    if lost.any():
        rows, values = tuple(members["source_row"][lost]), tuple(members["household_id"][lost].fillna(""))
        problems.append(
            Problem("registry.people_no_household", people.file, None, rows, values, level="warning")
        )
    ageless = ~lost & members["years"].isna().to_numpy()
    if ageless.any() and {"age", "birth_date"} & people.present:
        rows = tuple(members["source_row"][ageless])
        problems.append(Problem("registry.people_no_age", people.file, rows=rows, level="warning"))
    if "relationship" in people.present:
        heads = np.bincount(group[~lost & members["head"].to_numpy(dtype=bool)], minlength=len(known))
        first = ~lost & ~members["household_id"].duplicated().to_numpy()
        wrong = first & (heads[group] != 1)
        if wrong.any():
            rows, values = tuple(members["source_row"][wrong]), tuple(members["household_id"][wrong])
            problems.append(
                Problem("registry.people_heads", people.file, None, rows, values, level="warning")
            )
    return problems


def households_of(table: Table, people_mapping: Mapping[str, int], district: int | None) -> Table:
    """One row for each household of a table with one row per person.

    Each cell is the head's, or else the first filled one of the household. Rows without an id stay by
    themselves, so that they are rejected one by one. `district`: the column whose disagreements within
    a household are named.
    """
    ids = parse(table.columns[people_mapping["household_id"]], FIELD["household_id"]).values
    group, uniques = pd.factorize(ids)
    group = np.where(group < 0, len(uniques) + np.cumsum(group < 0) - 1, group)
    head = np.zeros(len(group), dtype=bool)
    if "relationship" in people_mapping:
        texts = table.columns[people_mapping["relationship"]].combine_chunks()
        head = is_one_of(fold_texts(texts), words()["relationship"]["head"])
    order = np.lexsort((np.arange(len(group)), ~head, group))
    starts = np.unique(group[order], return_index=True)[1]
    columns = []
    for column in table.columns:
        cells = column.combine_chunks().take(pa.array(order))
        filled = np.flatnonzero(filled_cells(pa.chunked_array([cells])))
        groups, first = np.unique(group[order][filled], return_index=True)
        at = starts.copy()
        at[groups] = filled[first]
        columns.append(pa.chunked_array([cells.take(pa.array(at))]))
    problems = table.problems
    if district is not None:
        problems += two_places(table, district, group, ids)
    at = order[starts]
    return replace(table, columns=columns, rows=table.rows[at], shifted=table.shifted[at], problems=problems)


def two_places(table: Table, district: int, group: NDArray[np.int64], ids: pd.Series) -> tuple[Problem, ...]:
    """Members of one household whose rows name different districts."""
    codes, texts = pd.factorize(table.columns[district].to_pandas().str.strip().str.upper())
    said = codes >= 0
    if "" in texts:
        said &= codes != list(texts).index("")
    pairs = pd.DataFrame({"group": group[said], "code": codes[said]}).drop_duplicates()
    several = pairs.loc[pairs["group"].duplicated(), "group"].unique()
    wrong = np.isin(group, several) & said
    if not wrong.any():
        return ()
    rows, values = tuple(table.rows[wrong].tolist()), tuple(ids[wrong].fillna(""))
    heading = table.headings[district]
    return (Problem("registry.people_places_differ", table.name, heading, rows, values, level="warning"),)
