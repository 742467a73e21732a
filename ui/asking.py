"""Questions to a person, as the window shows them: plain values, made by the session."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["places", "duplicates", "verify", "assessments", "earlier_payments"]
KINDS: tuple[Kind, ...] = ("places", "duplicates", "verify", "assessments", "earlier_payments")
Level = Literal["held", "open", "noted", "decided"]


@dataclass(frozen=True, slots=True)
class Option:
    """An answer that can be given: `text` on its button, `detail` beside it."""

    answer: str
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Blank:
    """A value that may be filled in with the answer: what was found at the check."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """`key` is known to the session only. `told`: one line below the title; `lines`: everything known about
    it; `answer`: what was decided, "" nothing. `more`: answers to choose from a longer list, shown under
    `more_text` where there are any."""

    key: tuple[str, ...]
    title: str
    told: str
    level: Level
    lines: tuple[str, ...]
    options: tuple[Option, ...]
    answer: str = ""
    answered: str = ""  # the answer in words
    more: tuple[Option, ...] = ()
    blanks: tuple[Blank, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions of a kind. `open` of `total` wait; only `len(questions)` of `total` are here."""

    kind: Kind
    questions: tuple[Question, ...]
    open: int
    total: int


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """A column of the extract: what it holds and what it is taken for."""

    heading: str
    samples: tuple[str, ...]
    filled: int
    field: str  # "" nothing
    confidence: float
    why: str
    taken: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """The extract's columns; `choices`: (field, its name) in the order of the list; `missing`: fields that a
    registry needs and this one has not."""

    file: str
    rows: int
    shape: str
    lines: tuple[ColumnLine, ...]
    choices: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Findings of one kind in one column."""

    code: str
    level: str
    file: str
    column: str
    count: int
    what: str
    do: str


@dataclass(frozen=True, slots=True)
class ProblemLine:
    row: str
    value: str
    what: str


@dataclass(frozen=True, slots=True)
class Change:
    """A household that a second extract says something else of."""

    household: str
    kind: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What a second extract changes: figures by name, and the first lines of all."""

    file: str
    counts: dict[str, int]
    lines: tuple[Change, ...]
    total: int
    taken: bool  # the plan already reads this extract over the one before
