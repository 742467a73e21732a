"""What persons decided about the rows of another list: the same household, a new one, or left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from shockplan.problems import InputError, Level, Problem
from shockplan.progress import silent
from shockplan.registry.files import read_table

Answer = Literal["same", "new", "leave_out"]
COLUMNS = ("row_id", "answer", "household_id")
WORDS: Mapping[str, Answer] = MappingProxyType(
    {
        "same": "same", "ອັນດຽວກັນ": "same", "ຄົວເຮືອນດຽວກັນ": "same",
        "new": "new", "none": "new", "ໃໝ່": "new", "ຄົວເຮືອນໃໝ່": "new", "ບໍ່ແມ່ນ": "new",
        "leave out": "leave_out", "leave_out": "leave_out", "ຕັດອອກ": "leave_out", "ເອົາອອກ": "leave_out",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MatchDecision:
    """`household_id`: the household of the registry that the row is, where it is the same as one."""

    answer: Answer
    household_id: str = ""


MatchDecisions = Mapping[str, MatchDecision]
NO_MATCH_DECISIONS: MatchDecisions = MappingProxyType({})


def read_match_decisions(path: Path) -> tuple[dict[str, MatchDecision], tuple[Problem, ...]]:
    """row_id -> decision from a CSV or XLSX with the columns row_id, answer (same / new / leave out) and
    household_id. A blank answer stays open.

    Raises InputError for a file without these columns or with two answers for one row.
    """
    table = read_table(path, None, None, lambda text: text.strip().casefold() in COLUMNS, silent)
    places = {text.strip().casefold(): place for place, text in enumerate(table.headings)}
    for column in COLUMNS:
        if column not in places:
            raise InputError(Problem("decisions.no_column", path.name, column))
    cells = (table.columns[places[column]].to_pylist() for column in COLUMNS)
    decisions: dict[str, MatchDecision] = {}
    found: dict[str, list[tuple[int, str]]] = {}
    for number, row_id, word, household in zip(table.rows.tolist(), *cells, strict=True):
        row_id, word, household = row_id.strip(), word.strip(), household.strip()
        answer = WORDS.get(" ".join(word.casefold().split()))
        fault = fault_of(row_id, word, answer, household)
        if fault:
            found.setdefault(fault, []).append((number, word))
        elif answer is not None:
            decision = MatchDecision(answer, household if answer == "same" else "")
            if decisions.setdefault(row_id, decision) != decision:
                found.setdefault("decisions.conflict", []).append((number, word))
    problems = tuple(problem_of(code, path.name, rows) for code, rows in found.items())
    errors = [problem for problem in problems if problem.level == "error"]
    if errors:
        raise InputError(*errors)
    return decisions, problems


def fault_of(row_id: str, word: str, answer: Answer | None, household: str) -> str | None:
    """Why a line is no decision, None where it is one or still open."""
    if not word:
        return None
    if not row_id:
        return "decisions.no_id"
    if answer is None:
        return "decisions.not_an_answer"
    return "match.same_as_whom" if answer == "same" and not household else None


def problem_of(code: str, file: str, rows: list[tuple[int, str]]) -> Problem:
    level: Level = "error" if code == "decisions.conflict" else "warning"
    numbers, words = tuple(row for row, _ in rows), tuple(word for _, word in rows)
    return Problem(code, file, "answer", numbers, words, level=level)
