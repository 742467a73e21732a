"""Findings in rows that came from an assessment form say so: the form's file and row, not the extract's."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from shockplan.problems import Problem
from shockplan.registry.household import Registry


def with_own_rows(problems: Iterable[Problem], registry: Registry) -> tuple[Problem, ...]:
    """The problems, those with rows of added households split by the file in which the rows stand."""
    found = tuple(problems)
    if not registry.added:
        return found
    first = registry.first_added
    named: list[Problem] = []
    for problem in found:
        beyond = max(problem.rows, default=0) >= first
        named += parts_of(problem, registry, first) if beyond else [problem]
    return tuple(named)


def parts_of(problem: Problem, registry: Registry, first: int) -> Iterator[Problem]:
    """The problem's rows of the extract, then those of each form."""
    values = problem.values or ("",) * len(problem.rows)
    by_file: dict[str, list[tuple[int, str]]] = {}
    for row, value in zip(problem.rows, values, strict=True):
        file, own = (problem.file, row) if row < first else registry.row_named(row)
        by_file.setdefault(file, []).append((own, value))
    for file, pairs in by_file.items():
        rows, texts = zip(*pairs, strict=True)
        yield replace(problem, file=file, rows=rows, values=texts if problem.values else ())
