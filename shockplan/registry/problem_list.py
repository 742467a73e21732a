"""The problem list as a workbook: a line for each finding, with a cell to write the correction into."""

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from shockplan.problems import Level, Problem, count_rows
from shockplan.progress import Progress, silent
from shockplan.texts import Language, problem_args, tr

HEADINGS = ("file", "row", "column", "value", "what", "do", "level", "correction", "code")
"""Keys of the columns; the heading in the workbook is the text of `problems.<key>`."""

LEVELS: Mapping[Level, int] = {"error": 0, "warning": 1, "note": 2}
SHOWN_VALUES = 5
WIDTHS = (18, 8, 20, 24, 60, 50, 10, 24, 26)
MOST_ROWS = 1_048_575
"""Rows of a sheet below its headings; a longer list goes on in the next sheet."""


@dataclass(frozen=True, slots=True)
class Line:
    """One finding as the list shows it."""

    file: str
    row: int | None
    column: str
    value: str
    what: str
    do: str
    level: str
    code: str


def lines_of(problems: Iterable[Problem], language: Language) -> Iterator[Line]:
    """A line for each row of each problem, worst first, then as found."""
    for problem in sorted(problems, key=lambda problem: LEVELS[problem.level]):
        level = tr(f"problems.{problem.level}", {}, language)
        column = problem.column or ""
        args = problem_args(problem, "", language)
        values = problem.values or ("",) * max(1, len(problem.rows))
        for row, value in zip(problem.rows or (None,), values, strict=True):
            args["value"] = value
            what, do = tr(problem.code, args, language), tr(problem.code + ".do", args, language)
            yield Line(problem.file, row, column, value, what, do, level, problem.code)


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one kind in one column of a file: `count` of them (one a row), the sentences of the
    first, and the most frequent values with how often they stand."""

    code: str
    level: Level
    file: str
    column: str
    count: int
    what: str
    do: str
    values: tuple[tuple[str, int], ...]


def groups_of(problems: Iterable[Problem], language: Language) -> tuple[Group, ...]:
    """The findings grouped, the worst and the most numerous first."""
    kinds: dict[tuple[str, str, str, str], list[Problem]] = {}
    for problem in problems:
        kinds.setdefault((problem.level, problem.code, problem.file, problem.column or ""), []).append(
            problem
        )
    groups = []
    for (_, code, file, column), found in kinds.items():
        values = Counter(value for problem in found for value in problem.values)
        first = next(lines_of(found[:1], language))
        groups.append(
            Group(
                code,
                found[0].level,
                file,
                column,
                count_rows(found),
                first.what,
                first.do,
                tuple(values.most_common(SHOWN_VALUES)),
            )
        )
    return tuple(sorted(groups, key=lambda group: (LEVELS[group.level], -group.count, group.code)))


def chosen(
    problems: Iterable[Problem],
    level: str | None = None,
    code: str | None = None,
    file: str | None = None,
    column: str | None = None,
) -> tuple[Problem, ...]:
    """The problems of one level, kind, file or column; None means all."""
    wanted = (("level", level), ("code", code), ("file", file), ("column", column))
    asked = [(name, value) for name, value in wanted if value is not None]
    return tuple(
        problem
        for problem in problems
        if all((getattr(problem, name) or "") == value for name, value in asked)
    )


def write_problem_list(
    path: Path, problems: Iterable[Problem], language: Language, progress: Progress = silent
) -> int:
    """Write the list and return how many lines it has. Nothing half-written is left behind.

    Texts of the registry are written as texts, never as formulas or links.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    os.close(handle)
    staged = Path(name)
    try:
        count = fill_workbook(staged, problems, language, progress)
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)
    return count


def fill_workbook(path: Path, problems: Iterable[Problem], language: Language, progress: Progress) -> int:
    """The lines on as many sheets as they need."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    count = 0
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        entry = book.add_format({"bg_color": "#FFF8D6", "border": 1})
        sheet = new_sheet(book, 1, language, bold)
        for line in lines_of(problems, language):
            place = count % MOST_ROWS + 1
            if count and place == 1:
                sheet = new_sheet(book, count // MOST_ROWS + 1, language, bold)
            write_line(sheet, place, line, entry)
            count += 1
            if count % 5000 == 0:
                progress(0.5)
    return count


def new_sheet(book: xlsxwriter.Workbook, number: int, language: Language, bold: Format) -> Worksheet:
    """A sheet with headings that stay in sight and can be filtered."""
    sheet = book.add_worksheet(f"{tr('problems.sheet', {}, language)} {number}")
    for column, (key, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, tr(f"problems.{key}", {}, language), bold)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, MOST_ROWS, len(HEADINGS) - 1)
    return sheet


def write_line(sheet: Worksheet, place: int, line: Line, entry: Format) -> None:
    """One finding; the cell for the correction is marked where there is a cell to correct."""
    for column, key in enumerate(HEADINGS):
        value = getattr(line, key, "")
        if key == "correction":
            if line.row is not None and line.column:
                sheet.write_blank(place, column, None, entry)
        elif isinstance(value, int):
            sheet.write_number(place, column, value)
        elif value:
            sheet.write_string(place, column, value)
