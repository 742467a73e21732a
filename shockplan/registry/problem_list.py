"""The problem list as a workbook: a line for each finding, with a cell to write the correction into."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from shockplan.problems import Problem
from shockplan.progress import Progress, silent
from shockplan.texts import Language, Value, tr

HEADINGS = ("file", "row", "column", "value", "what", "do", "level", "correction", "code")
"""Keys of the columns; the heading in the workbook is the text of `problems.<key>`."""

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
    order = {"error": 0, "warning": 1, "note": 2}
    for problem in sorted(problems, key=lambda problem: order[problem.level]):
        level = tr(f"problems.{problem.level}", {}, language)
        column = problem.column or ""
        args: dict[str, Value] = {**problem.args, "file": problem.file, "column": column}
        values = problem.values or ("",) * max(1, len(problem.rows))
        for row, value in zip(problem.rows or (None,), values, strict=True):
            args["value"] = value
            what, do = tr(problem.code, args, language), tr(problem.code + ".do", args, language)
            yield Line(problem.file, row, column, value, what, do, level, problem.code)


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
