"""Households of assessment forms in the registry: matched rows bring what was seen, new ones are added.

An added household is *field-registered*: it has an id of its own (FR-...), is counted apart everywhere
and enters a plan only by a rule that names it. What a matched row says of the damage stands over the
registry's word, for it was seen and signed; everything else only fills blanks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.problems import Level, Problem
from shockplan.progress import Progress, silent
from shockplan.registry.assessments import digest, form_number
from shockplan.registry.household import FIELDS, NOT_IN_EXTRACTS
from shockplan.registry.match_decisions import MatchDecisions
from shockplan.registry.matching import candidates_of
from shockplan.registry.standing import Listed, Place, Standing, answers_of, stand, standings

SAID = ("damage", "damage_verified")
"""What a matched form row says in place of the registry."""

FILLED = tuple(
    field.name
    for field in FIELDS
    if field.name not in (*SAID, *NOT_IN_EXTRACTS, "household_id", "district", "village_code")
)


@dataclass(frozen=True, eq=False)
class Joined:
    """`households`: the registry's rows as they were, then the added ones; `added`: how many those are."""

    households: pd.DataFrame
    listed: Listed
    added: int
    problems: tuple[Problem, ...]


def join_assessments(
    households: pd.DataFrame, rows: pd.DataFrame, decisions: MatchDecisions, progress: Progress = silent
) -> Joined:
    """The rows of all forms (as in FormRows) against the registry's households (columns of FIELDS and
    source_row), with what persons decided."""
    rows = refuse_repeats(rows)
    candidates = candidates_of(rows, households, progress)
    places = stand(rows, candidates, households, decisions)
    places = one_row_for_each(rows, places)
    standing = standings(places)
    new = np.flatnonzero(standing == Standing.NEW)
    ids = [field_id(rows["row_id"].iloc[row], rows["district"].iloc[row]) for row in new.tolist()]
    joined_to = [
        households["household_id"].iloc[place.place] if place.standing == Standing.MATCHED else ""
        for place in places
    ]
    for row, household in zip(new.tolist(), ids, strict=True):
        joined_to[row] = household
    listed = rows.assign(
        standing=standing,
        household_id=pd.Series(joined_to, dtype="str"),
        stated_id=rows["household_id"],
        **answers_of(rows, decisions),
        reason=pd.Series([place.reason for place in places], dtype="str"),
    )
    filled, problems = with_findings(households, rows, places)
    added = rows.iloc[new][[field.name for field in FIELDS]].assign(
        household_id=pd.array(ids, dtype="str"), field_registered=True
    )
    first = int(households["source_row"].max()) + 1 if len(households) else 2
    added["source_row"] = np.arange(first, first + len(new), dtype=np.int64)
    together = (
        pd.concat([filled, added.astype({name: filled[name].dtype for name in filled})])
        if len(new)
        else filled
    )
    found = (*standing_problems(listed), *problems)
    return Joined(together.reset_index(drop=True), Listed(listed, tuple(candidates)), len(new), found)


def field_id(row_id: str, district: str) -> str:
    """The household id of an added row: the same at every reading of the same form.

    >>> field_id("LA1703-012/07", "LA1703")
    'FR-LA1703-012-07'
    """
    if row_id.startswith("#"):
        return f"FR-{district}-{row_id[1:]}"
    plain = form_number(row_id)
    return f"FR-{plain or digest(row_id)}"


def refuse_repeats(rows: pd.DataFrame) -> pd.DataFrame:
    """A row that stands in the forms again is read once; two different rows of one number are not guessed."""
    usable = rows["reason"].isna()
    content = [name for name in rows.columns if name not in ("file", "source_row", "reason", "row_id")]
    alike = rows[["row_id", *content]].astype("str")
    again = usable & alike.duplicated(keep="first")
    rows = rows.assign(reason=rows["reason"].mask(again, "assessment.repeated"))
    usable = rows["reason"].isna()
    number = pd.Series([field_id(str(row), "") for row in rows["row_id"]])
    twice = usable & number.where(usable).duplicated(keep=False) & number.where(usable).notna()
    return rows.assign(reason=rows["reason"].mask(twice, "assessment.number_twice"))


def one_row_for_each(rows: pd.DataFrame, places: Sequence[Place]) -> list[Place]:
    """Two rows matched to one household: the later day's stands, without one a person must take one out."""
    by_place: dict[int, list[int]] = {}
    for row, place in enumerate(places):
        if place.standing == Standing.MATCHED:
            by_place.setdefault(place.place, []).append(row)
    found = list(places)
    for here in by_place.values():
        if len(here) < 2:
            continue
        days = rows["assessed_on"].iloc[here]
        latest = days == days.max()
        for row, stands in zip(here, latest, strict=True):
            if days.isna().any() or latest.sum() > 1:
                found[row] = Place(Standing.WAITING, reason="assessment.two_rows")
            elif not stands:
                found[row] = Place(Standing.REJECTED, reason="assessment.older_row")
    return found


def with_findings(
    households: pd.DataFrame, rows: pd.DataFrame, places: Sequence[Place]
) -> tuple[pd.DataFrame, list[Problem]]:
    """The registry's households with what matched rows say, and each difference that was found."""
    matched = [row for row, place in enumerate(places) if place.standing == Standing.MATCHED]
    if not matched:
        return households, []
    households = households.copy()
    at = np.array([places[row].place for row in matched], dtype=np.int64)
    problems: list[Problem] = []
    for name in (*SAID, *FILLED):
        said = rows[name].iloc[matched].reset_index(drop=True)
        own = households[name].iloc[at].reset_index(drop=True)
        given = said.notna().to_numpy()
        differs = given & own.notna().to_numpy() & ~equal(own, said)
        if differs.any():
            problems += differences(name, rows.iloc[matched], differs, said)
        taken = given if name in SAID else given & own.isna().to_numpy()
        if taken.any():
            column = households[name].copy()
            column.iloc[at[taken]] = said[taken].to_numpy()
            households[name] = column.astype(households[name].dtype)
    return households, problems


def equal(own: pd.Series, said: pd.Series) -> NDArray[np.bool_]:
    return pd.Series(own.array == said.array).fillna(False).to_numpy(dtype=bool)


def differences(name: str, rows: pd.DataFrame, differs: NDArray[np.bool_], said: pd.Series) -> list[Problem]:
    """The rows that say something else than the registry, file by file."""
    code = "assessment.damage_differs" if name in SAID else "assessment.value_differs"
    problems = []
    files = rows["file"].to_numpy()
    for file in dict.fromkeys(files[differs]):
        here = differs & (files == file)
        numbers = tuple(int(row) for row in rows["source_row"].to_numpy()[here])
        values = tuple(str(value) for value in said.to_numpy()[here])
        problems.append(Problem(code, str(file), name, numbers, values, {"field": name}, "warning"))
    return problems


def standing_problems(listed: pd.DataFrame) -> list[Problem]:
    """Every row rejected or waiting, by file and reason, with the name or id that it gives."""
    problems = []
    for (file, reason), rows in listed[listed["reason"] != ""].groupby(["file", "reason"], sort=True):
        rejected = rows["standing"].iloc[0] == Standing.REJECTED
        mild = reason in ("assessment.repeated", "assessment.older_row", "match.left_out")
        numbers = tuple(int(row) for row in rows["source_row"])
        level: Level = "note" if mild else "warning"
        if not rejected or str(reason).partition(".")[0] in ("assessment", "match"):
            problems.append(Problem(str(reason), str(file), None, numbers, level=level))
    return problems
