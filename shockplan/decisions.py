"""What persons decided: answers to the check list, duplicates, removals; read from files."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from shockplan.columns import columns_of
from shockplan.found_values import Values, delimiter_of, read_values
from shockplan.planfile import DecisionsSpec
from shockplan.problems import Arg, InputError, Level, Problem, stop_on_errors
from shockplan.registry.household import Registry
from shockplan.source import Source, source_of
from shockplan.targeting import Decision, Targeting

YES_WORDS = frozenset({"yes", "y", "1", "true", "ແມ່ນ", "ແມ່ນແລ້ວ", "ຖືກຕ້ອງ"})
NO_WORDS = frozenset({"no", "n", "0", "false", "ບໍ່", "ບໍ່ແມ່ນ", "ບໍ"})
PAY_WORDS = frozenset({"pay", "ຈ່າຍ", "not_duplicate", "not a duplicate", "not duplicate", "ບໍ່ຊ້ຳ"})
CUT_WORDS = frozenset({"cut", "ຕັດ", "ຕັດອອກ", "duplicate", "ຊ້ຳ"})
WORDS = {"verify": (YES_WORDS, NO_WORDS), "duplicates": (PAY_WORDS | YES_WORDS, CUT_WORDS | NO_WORDS)}
Answer = Literal["pay", "cut"]


@dataclass(frozen=True, eq=False)
class Decisions:
    """By household id: verify answers (True yes), duplicates (pay / cut), removals (the reason given).

    values: field -> household id -> what the check found where the registry was blank.
    """

    verify: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    duplicates: Mapping[str, Answer] = field(default_factory=lambda: MappingProxyType({}))
    removals: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    values: Values = field(default_factory=lambda: MappingProxyType({}))


NO_DECISIONS = Decisions()


def decide(targeting: Targeting, registry: Registry, decisions: Decisions) -> Targeting:
    """The rule's answers with the check list's answers in place of *verify*. Nothing else changes.

    An answer for a household that the rule settled is not used: the list asks only about *verify*.
    """
    problems = (*targeting.problems, *unknown_households(registry, decisions))
    if not decisions.verify:
        return targeting if problems == targeting.problems else replace(targeting, problems=problems)
    decision = targeting.decision.copy()
    answers = answers_by_row(registry, decisions.verify)
    open_rows = decision == Decision.VERIFY
    decision[open_rows & (answers == 1)] = Decision.YES
    decision[open_rows & (answers == 0)] = Decision.NO
    return replace(targeting, decision=decision, problems=problems)


def answers_by_row(registry: Registry, answers: Mapping[str, bool]) -> NDArray[np.int8]:
    """(n,) 1 yes, 0 no, -1 not asked, for each row of the registry."""
    if not answers:
        return np.full(len(registry.households), -1, dtype=np.int8)
    codes, ids = columns_of(registry).text("household_id")
    found, place = places(registry, answers)
    known = np.full(len(ids) + 1, -1, dtype=np.int8)
    known[place[found]] = np.array(list(answers.values()), dtype=np.int8)[found]
    return known[codes]


def places(registry: Registry, named: Iterable[str]) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """(found, place) of each household id among the registry's distinct ids in order."""
    _, ids = columns_of(registry).text("household_id")
    asked = np.array(list(named), dtype=object)
    if not len(ids):
        return np.zeros(len(asked), dtype=bool), np.zeros(len(asked), dtype=np.intp)
    place = np.minimum(np.searchsorted(ids, asked), len(ids) - 1)
    return np.asarray(ids[place] == asked, dtype=bool), place


def unknown_households(registry: Registry, decisions: Decisions) -> tuple[Problem, ...]:
    """A warning for each decision file that names households that the registry does not have."""
    problems = []
    for key, named in (
        ("verify", [*decisions.verify, *(each for found in decisions.values.values() for each in found)]),
        ("duplicates", decisions.duplicates),
        ("removals", decisions.removals),
    ):
        strange = [
            household for household, found in zip(named, places(registry, named)[0], strict=True) if not found
        ]
        if strange:
            args: dict[str, Arg] = {"count": len(strange), "first": strange[0], "list": key}
            code = "decisions.unknown_household"
            problems.append(Problem(code, column=f"decisions.{key}", args=args, level="warning"))
    return tuple(problems)


def read_decisions(
    spec: DecisionsSpec, folder: Path
) -> tuple[Decisions, tuple[Source, ...], tuple[Problem, ...]]:
    """The decision files named by the plan. Raises InputError for a file that cannot be understood."""
    sources: list[Source] = []
    problems: list[Problem] = []
    values: Values = {}
    tables: dict[str, dict[str, str]] = {"verify": {}, "duplicates": {}, "removals": {}}
    for key in tables:
        name = getattr(spec, key)
        if name is not None:
            text, source = read_text(folder / name, key)
            sources.append(source)
            tables[key] = read_answers(text, name, key, problems)
            if key == "verify":
                values, wrong = read_values(text, name)
                problems.extend(wrong)
    stop_on_errors(problems)
    verify = {
        household: is_yes(word, *WORDS["verify"]) is True for household, word in tables["verify"].items()
    }
    duplicates: dict[str, Answer] = {
        household: "pay" if is_yes(word, *WORDS["duplicates"]) else "cut"
        for household, word in tables["duplicates"].items()
    }
    decisions = Decisions(verify, duplicates, tables["removals"], values)
    return decisions, tuple(sources), tuple(problems)


def read_text(path: Path, key: str) -> tuple[str, Source]:
    """The text of a decision file (UTF-8, with or without mark) and its source."""
    column = f"decisions.{key}"
    try:
        content = path.read_bytes()
        return content.decode("utf-8-sig"), source_of(path)
    except FileNotFoundError:
        raise InputError(Problem("decisions.file_missing", path.name, column)) from None
    except UnicodeDecodeError:
        raise InputError(Problem("decisions.not_utf8", path.name, column)) from None
    except OSError as error:
        reason = {"reason": error.strerror or ""}
        raise InputError(Problem("decisions.unreadable", path.name, column, args=reason)) from None


def is_yes(word: str, yes: frozenset[str], no: frozenset[str]) -> bool | None:
    """What an answer means, None where it is neither."""
    plain = word.strip().casefold()
    return True if plain in yes else False if plain in no else None


def read_answers(text: str, name: str, key: str, problems: list[Problem]) -> dict[str, str]:
    """household_id -> answer or reason. A blank answer stays open; two different answers are an error."""
    column = "reason" if key == "removals" else "answer"
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter_of(text))
    for heading in ("household_id", column):
        if heading not in (reader.fieldnames or []):
            raise InputError(Problem("decisions.no_column", name, heading))
    answers: dict[str, str] = {}
    found: dict[str, list[tuple[int, str]]] = {}
    for line in reader:
        household, word = (line["household_id"] or "").strip(), (line[column] or "").strip()
        if not household:
            if word:
                found.setdefault("decisions.no_id", []).append((reader.line_num, word))
        elif key == "removals":
            answers[household] = word
        elif word:
            meant = is_yes(word, *WORDS[key])
            if meant is None:
                found.setdefault("decisions.not_an_answer", []).append((reader.line_num, word))
            elif household in answers and is_yes(answers[household], *WORDS[key]) != meant:
                found.setdefault("decisions.conflict", []).append((reader.line_num, word))
            else:
                answers[household] = word
    for code, rows in found.items():
        level: Level = "error" if code == "decisions.conflict" else "warning"
        numbers, words = tuple(row for row, _ in rows), tuple(word for _, word in rows)
        problems.append(Problem(code, name, column, numbers, words, level=level))
    return answers
