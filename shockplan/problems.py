"""Faults in the user's files, as data: what, where, and (through `texts`) what to do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Level = Literal["error", "warning", "note"]
Arg = str | int | float | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding, with every row where it was found.

    `code` names the sentence (`registry.bad_number`; `registry.bad_number.do` says what to do).
    `file` is the name the user knows. `column` is a heading, or a key path of PLAN.toml.
    `rows` are row numbers as a spreadsheet shows them (the first line of the file is 1).
    `values` are the original texts, as many as `rows`, or none. `args` fill the sentence.
    Level: an *error* stops the plan or rejects the row, a *warning* blanks or doubts a value,
    a *note* only informs.
    """

    code: str
    file: str = ""
    column: str | None = None
    rows: tuple[int, ...] = ()
    values: tuple[str, ...] = ()
    args: Mapping[str, Arg] = field(default_factory=lambda: MappingProxyType({}))
    level: Level = "error"

    def __post_init__(self) -> None:
        if self.values and len(self.values) != len(self.rows):
            raise ValueError(f"{self.code}: {len(self.values)} values for {len(self.rows)} rows")


class InputError(Exception):
    """The user can mend this: exit code 2. Carries the problems that stopped the work."""

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise ValueError("an InputError needs a problem")
        super().__init__(*problems)
        self.problems: tuple[Problem, ...] = problems

    def __str__(self) -> str:
        from shockplan.texts import problem_sentence

        return "\n".join(problem_sentence(problem, "en") for problem in self.problems)


def stop_on_errors(problems: Iterable[Problem]) -> None:
    """Raise InputError with the problems of level *error*, if there are any."""
    errors = [problem for problem in problems if problem.level == "error"]
    if errors:
        raise InputError(*errors)


def count_rows(problems: Sequence[Problem]) -> int:
    """How many findings the list holds: one a row, and one for a problem without rows."""
    return sum(max(1, len(problem.rows)) for problem in problems)
