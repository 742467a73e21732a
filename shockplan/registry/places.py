"""Which district a row of an extract means. Codes join; names only propose, and a person decides.

The work is done once for each different combination of texts: an extract of 1.3 million rows holds
a few hundred of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.areas import Gazetteer
from shockplan.boundaries import OLDER_DISTRICT_SETS
from shockplan.problems import Arg, InputError, Level, Problem
from shockplan.registry.place_decisions import NO_PLACE_DECISIONS, PlaceDecisions, plain_text
from shockplan.registry.place_texts import Answer, Candidate, Texts, near_districts, understand

PLACE_COLUMNS = ("district", "district_nso", "district_name", "province_name")
"""Our names of the columns that say the district, in the order in which they are believed."""

MOST_PROPOSALS = 2000
"""Different texts that get fuzzy candidates, the most frequent first; the rest get none."""

DOUBTS = {
    "places.name_disagrees": "district_name",
    "places.province_disagrees": "province_name",
    "places.nso_disagrees": "district_nso",
}
"""What a row may say against its own code, and in which column; the code stands, the row is shown."""


MOST_NUMBERS = 2**40
FEW_NUMBERS = 2**22
"""Combinations of texts that are numbered at most, and below which each number has a mark of its own."""

LONGEST = 200
"""Letters of a cell that are looked at: no district's name is longer."""


@dataclass(frozen=True, slots=True)
class PlaceProposal:
    """A text that a person has to decide: what it says, where it stands, and what it may mean.

    `rows`: spreadsheet rows. `reason`: code of the sentence that says why it is asked.
    """

    text: str
    province: str
    rows: tuple[int, ...]
    candidates: tuple[Candidate, ...]
    reason: str


@dataclass(frozen=True, eq=False)
class PlaceAnswers:
    """For n rows: `district` (n,) P-code, NA unresolved; `how` (n,) int8 of How; `reason` (n,) code of
    the sentence that says why a written text gave no district, else NA; `text` (n,) what was written. The
    texts are categories.

    `proposals` are ordered by how many rows wait for them. `problems` hold a row for each text that
    was written and not understood, and for each disagreement; blank rows are the reader's to report.
    """

    district: pd.Series
    how: NDArray[np.int8]
    reason: pd.Series
    text: pd.Series
    proposals: tuple[PlaceProposal, ...]
    problems: tuple[Problem, ...]


def resolve_districts(
    columns: Mapping[str, pd.Series],
    rows: NDArray[np.int64],
    file: str,
    headings: Mapping[str, str],
    gazetteer: Gazetteer,
    decisions: PlaceDecisions = NO_PLACE_DECISIONS,
) -> PlaceAnswers:
    """The district of each row from its place columns.

    `columns`: texts (n,) under the names of PLACE_COLUMNS, those that the extract has; `rows` (n,)
    spreadsheet rows; `headings`: the extract's own name of each column. Raises InputError where the
    extract uses another set of districts than the 148.
    """
    combination, combinations = _combinations(columns, len(rows))
    answers = [understand(texts, gazetteer, decisions) for texts in combinations]
    _refuse_other_sets(answers, file, headings)
    shown = np.array([bool(answer.reason or answer.doubts) for answer in answers], dtype=bool)
    rows_of = _rows_by_combination(combination, rows, shown)
    answers = _with_near_names(combinations, answers, rows_of, gazetteer)
    how = np.array([answer.how for answer in answers], dtype=np.int8)
    return PlaceAnswers(
        district=_spread([answer.pcode for answer in answers], combination),
        how=how[combination] if len(how) else np.zeros(len(rows), dtype=np.int8),
        reason=_spread([answer.reason or None for answer in answers], combination),
        text=_spread([answer.text for answer in answers], combination),
        proposals=_proposals(combinations, answers, rows_of),
        problems=_problems(combinations, answers, rows_of, file, headings),
    )


def _combinations(columns: Mapping[str, pd.Series], count: int) -> tuple[NDArray[np.int64], list[Texts]]:
    """(n,) number of each row's combination, and the different combinations."""
    number, different = np.zeros(count, dtype=np.int64), 1
    per_column: list[tuple[NDArray[np.integer], list[str]]] = []
    for name in PLACE_COLUMNS:
        if name in columns:
            places, uniques = numbered(columns[name])
            texts = [plain_text(str(text)[:LONGEST])[:LONGEST] for text in uniques]
        else:
            places, texts = np.zeros(count, dtype=np.int8), [""]
        per_column.append((places, texts))
        if different * len(texts) > MOST_NUMBERS:  # numbered anew, so that the product cannot overflow
            number, first = pd.factorize(number)
            different = len(first)
        if len(texts) > 1:
            number *= len(texts)
            number += places
            different *= len(texts)
    number = numbered_anew(number, different)
    first = np.zeros(int(number.max(initial=-1)) + 1, dtype=np.int64)
    first[number[::-1]] = np.arange(count - 1, -1, -1)
    combinations = [Texts(*(texts[places[row]] for places, texts in per_column)) for row in first]
    return number, combinations


def numbered_anew(number: NDArray[np.int64], below: int) -> NDArray[np.int64]:
    """(n,) the numbers, all of them less than `below`, as 0, 1, 2... without a gap."""
    if below > FEW_NUMBERS:
        return pd.factorize(number)[0]
    used = np.zeros(below, dtype=bool)
    used[number] = True
    return (np.cumsum(used) - 1)[number]


def numbered(texts: pd.Series) -> tuple[NDArray[np.integer], list[str]]:
    """(n,) number of each text and the different texts; a blank is ''."""
    if isinstance(texts.dtype, pd.CategoricalDtype):
        codes = texts.cat.codes.to_numpy().astype(np.int32)
        known = [str(text) for text in texts.cat.categories]
        return np.where(codes < 0, len(known), codes), [*known, ""]
    places, uniques = pd.factorize(texts.astype("str").fillna(""))
    return places, [str(text) for text in uniques]


def _spread(answers: list[str | None] | list[str], combination: NDArray[np.int64]) -> pd.Series:
    """The answer of each combination, row by row, as a category."""
    numbers, different = pd.factorize(pd.Series(answers, dtype="str"))
    numbers = numbers.astype(np.int32)
    rows = numbers[combination] if len(numbers) else numbers
    return pd.Series(pd.Categorical.from_codes(rows, categories=different))


def texts_by_row(categories: pd.Series) -> pd.Series:
    """The texts of a column of categories, row by row."""
    texts = categories.cat.categories.array
    return pd.Series(texts.take(categories.cat.codes.to_numpy(), allow_fill=True))


def _with_near_names(
    combinations: list[Texts], answers: list[Answer], rows_of: list[NDArray[np.int64]], gazetteer: Gazetteer
) -> list[Answer]:
    """Candidates by likeness for the texts that have none, the most frequent first."""
    waiting = [n for n, answer in enumerate(answers) if answer.reason and not answer.candidates]
    waiting.sort(key=lambda number: -len(rows_of[number]))
    answers = list(answers)
    for number in waiting[:MOST_PROPOSALS]:
        texts = combinations[number]
        name = texts.district_name or answers[number].text
        near = near_districts(name, texts.province_name, gazetteer)
        answers[number] = answers[number]._replace(candidates=near)
    return answers


def _refuse_other_sets(answers: list[Answer], file: str, headings: Mapping[str, str]) -> None:
    """An extract whose codes are those of 141 or 142 districts cannot be joined row by row."""
    codes = {answer.text.casefold(): answer for answer in answers if answer.reason or answer.pcode}
    foreign = sorted(answer.text for answer in codes.values() if answer.reason == "places.other_codes")
    unknown = sorted(answer.text for answer in codes.values() if answer.reason == "places.unknown_code")
    known = {answer.pcode for answer in answers if answer.pcode}
    heading = headings.get("district")
    if foreign and len(foreign) >= len(known):
        args: dict[str, Arg] = {"codes": tuple(foreign[:8]), "count": len(foreign)}
        raise InputError(Problem("places.other_codes_file", file, heading, args=args))
    if len(unknown) >= 2 and len(known) + len(unknown) in OLDER_DISTRICT_SETS:
        args = {"codes": tuple(unknown[:8]), "count": len(known) + len(unknown)}
        raise InputError(Problem("places.other_set", file, heading, args=args))


def _rows_by_combination(
    combination: NDArray[np.int64], rows: NDArray[np.int64], shown: NDArray[np.bool_]
) -> list[NDArray[np.int64]]:
    """The spreadsheet rows of each combination that is shown to a person, in order; none of the others."""
    if not len(shown):
        return []
    wanted = np.flatnonzero(shown[combination])
    number = combination[wanted]
    order = np.argsort(number, kind="stable")
    ends = np.cumsum(np.bincount(number, minlength=len(shown)))[:-1]
    return [np.asarray(part) for part in np.split(rows[wanted][order], ends)]


def _proposals(
    combinations: list[Texts], answers: list[Answer], rows_of: list[NDArray[np.int64]]
) -> tuple[PlaceProposal, ...]:
    """One for each text and province that waits for a person."""
    merged: dict[tuple[str, str], PlaceProposal] = {}
    for texts, answer, rows in zip(combinations, answers, rows_of, strict=True):
        if not answer.reason:
            continue
        key = (answer.text, texts.province_name)
        found = tuple(rows.tolist())
        if key in merged:
            merged[key] = replace(merged[key], rows=tuple(sorted((*merged[key].rows, *found))))
        else:
            merged[key] = PlaceProposal(*key, found, answer.candidates, answer.reason)
    return tuple(sorted(merged.values(), key=lambda proposal: (-len(proposal.rows), proposal.text)))


def _problems(
    combinations: list[Texts],
    answers: list[Answer],
    rows_of: list[NDArray[np.int64]],
    file: str,
    headings: Mapping[str, str],
) -> tuple[Problem, ...]:
    """The texts not understood (errors: the row has no district), and the disagreements (warnings)."""
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for texts, answer, rows in zip(combinations, answers, rows_of, strict=True):
        own = next(name for name in PLACE_COLUMNS if getattr(texts, name) == answer.text)
        # a name that disagrees may stand in the same cell as the code
        marks = [(doubt, DOUBTS[doubt] if getattr(texts, DOUBTS[doubt]) else own) for doubt in answer.doubts]
        if answer.reason:
            marks.append((answer.reason, own))
        for code, column in marks:
            value = getattr(texts, column)
            found.setdefault((code, column), []).extend((row, value) for row in rows.tolist())
    problems = []
    for (code, column), pairs in sorted(found.items()):
        rows_found, values = zip(*sorted(pairs), strict=True)
        level: Level = "warning" if code in DOUBTS else "error"
        problems.append(Problem(code, file, headings.get(column, column), rows_found, values, level=level))
    return tuple(problems)
