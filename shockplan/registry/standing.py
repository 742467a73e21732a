"""Where each row of another list stands against the registry: rejected, waiting, matched or new."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.registry.match_decisions import MatchDecision, MatchDecisions
from shockplan.registry.matching import Candidate

CONTRADICTS = 50.0
"""A likeness of names (0-100) below which a stated household id is doubted and a person is asked."""

Candidates = tuple[Candidate, ...]


class Standing(IntEnum):
    """Every row read has exactly one: read = rejected + waiting + matched + new."""

    REJECTED = 0
    WAITING = 1
    MATCHED = 2
    NEW = 3


@dataclass(frozen=True, eq=False)
class Listed:
    """The rows of other lists against one registry.

    `rows`: RangeIndex; row_id, file (str), source_row (int64), standing (int8), household_id (str: the
    household that the row is; "" while it waits), reason (code why rejected or waiting, ""), and what the
    list itself says. `candidates`: for each row what it may be.
    """

    rows: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"standing": np.zeros(0, np.int8)}))
    candidates: tuple[Candidates, ...] = ()

    def count(self, standing: Standing) -> int:
        return int(np.count_nonzero(self.rows["standing"].to_numpy() == standing))

    def counts(self) -> dict[str, int]:
        """read = rejected + waiting + matched + new."""
        found = {standing.name.lower(): self.count(standing) for standing in Standing}
        return {"read": len(self.rows), **found}


@dataclass(frozen=True, slots=True)
class Place:
    """One row's standing. `place`: row number of its household, -1 none; `reason`: code."""

    standing: Standing
    place: int = -1
    reason: str = ""


def stand(
    rows: pd.DataFrame,
    candidates: Sequence[Candidates],
    households: pd.DataFrame,
    decisions: MatchDecisions,
    must_choose: bool = True,
) -> list[Place]:
    """The standing of each row. Decisions come first; a stated id joins by itself, names never do.

    `rows` needs row_id, household_id, reason. `must_choose`: a row whose stated id is unknown waits for a
    person, even where nothing is like it.
    """
    places = places_by_id(households["household_id"], decisions)
    found = []
    for number, (row_id, stated, reason) in enumerate(
        zip(rows["row_id"], rows["household_id"], rows["reason"], strict=True)
    ):
        decision = decisions.get(row_id)
        if isinstance(reason, str):
            found.append(Place(Standing.REJECTED, reason=reason))
        elif decision is not None:
            found.append(decided(decision, places))
        else:
            found.append(undecided(stated, candidates[number], must_choose))
    return found


def places_by_id(ids: pd.Series, decisions: MatchDecisions) -> dict[str, list[int]]:
    """Row numbers of the households that decisions name."""
    named = {decision.household_id for decision in decisions.values() if decision.household_id}
    here = np.flatnonzero(ids.isin(named).to_numpy(dtype=bool))
    places: dict[str, list[int]] = {}
    for place, household in zip(here.tolist(), ids.iloc[here].tolist(), strict=True):
        places.setdefault(household, []).append(place)
    return places


def decided(decision: MatchDecision, places: dict[str, list[int]]) -> Place:
    """As the person decided. A household that the extract does not have (any more) is asked about again."""
    if decision.answer == "leave_out":
        return Place(Standing.REJECTED, reason="match.left_out")
    if decision.answer == "new":
        return Place(Standing.NEW)
    here = places.get(decision.household_id, [])
    if len(here) == 1:
        return Place(Standing.MATCHED, here[0])
    return Place(Standing.WAITING, reason="match.decided_unknown" if not here else "match.id_twice")


def undecided(stated: object, candidates: Candidates, must_choose: bool) -> Place:
    """Without a decision: joined by a stated id that nothing contradicts, else asked, else new."""
    if isinstance(stated, str):
        by_id = [one for one in candidates if "household_id" in one.agrees]
        if len(by_id) == 1:
            doubtful = by_id[0].name_ratio < CONTRADICTS  # never for a blank name, which is NaN
            if not (doubtful or by_id[0].elsewhere):
                return Place(Standing.MATCHED, by_id[0].place)
            return Place(Standing.WAITING, reason="match.id_contradicted")
        if by_id or must_choose:
            return Place(Standing.WAITING, reason="match.id_twice" if by_id else "match.id_unknown")
    if candidates:
        return Place(Standing.WAITING, reason="match.may_be")
    return Place(Standing.NEW)


def answers_of(rows: pd.DataFrame, decisions: MatchDecisions) -> dict[str, pd.Series]:
    """What was decided about each row: `answer` and `answered_id`, "" where nothing was."""
    open_ = MatchDecision("new")
    given = [decisions.get(row_id, open_) for row_id in rows["row_id"]]
    told = [row_id in decisions for row_id in rows["row_id"]]
    words = [one.answer.replace("_", " ") if known else "" for one, known in zip(given, told, strict=True)]
    return {
        "answer": pd.Series(words, dtype="str"),
        "answered_id": pd.Series([one.household_id for one in given], dtype="str"),
    }


def standings(places: Sequence[Place]) -> NDArray[np.int8]:
    return np.array([place.standing for place in places], dtype=np.int8)
