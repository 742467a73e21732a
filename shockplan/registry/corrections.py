"""Corrections written into the problem list, read back and put into the cells of the next reading."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shockplan.problems import InputError, Problem
from shockplan.progress import silent
from shockplan.registry.columns import fold_heading
from shockplan.registry.files import read_table
from shockplan.registry.headings import clean_heading
from shockplan.registry.tables import Table, shown
from shockplan.texts import Language, tr

KEYS = ("file", "row", "column", "value", "correction")
LANGUAGES: tuple[Language, ...] = ("en", "lo")
BOTH = " / "
"""Between the headings, and the values, of a problem that two columns have together (lon / lat)."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A cell and what to read in it. `value`: what stood there when the list was written."""

    file: str
    row: int
    column: str
    value: str
    correction: str
    at: int  # row in the list of corrections


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """The lines of a problem list, in either language, that have a correction.

    Raises InputError where it is no problem list, or a row number is none.
    """
    names = {key: key for key in KEYS}
    for language in LANGUAGES:
        names |= {fold_heading(tr(f"problems.{key}", {}, language)): key for key in KEYS}
    table = read_table(path, None, None, lambda text: fold_heading(text) in names, silent)
    places = {
        names[fold_heading(text)]: i for i, text in enumerate(table.headings) if fold_heading(text) in names
    }
    missing = [key for key in KEYS if key not in places]
    if missing:
        near = ", ".join(text for text in table.headings if text)
        raise InputError(
            *(Problem("corrections.column_missing", path.name, key, args={"near": near}) for key in missing)
        )
    cells = {key: table.columns[place].to_pylist() for key, place in places.items()}
    found, faults = [], []
    for i, text in enumerate(cells["correction"]):
        if not text.strip():
            continue
        number = cells["row"][i].strip()
        if not number.isdecimal() or not cells["column"][i].strip():
            faults.append(Problem("corrections.no_cell", path.name, rows=(int(table.rows[i]),)))
            continue
        found.append(
            Correction(
                cells["file"][i].strip(),
                int(number),
                clean_heading(cells["column"][i]),
                cells["value"][i],
                text.strip(),
                int(table.rows[i]),
            )
        )
    if faults:
        raise InputError(*faults)
    return tuple(found)


def corrected(table: Table, corrections: tuple[Correction, ...], list_name: str) -> Table:
    """The table with the corrections in its cells, and a problem for each that does not fit.

    A correction is used only where the cell still says what it said when the list was written.
    """
    singles = [single for one in corrections if one.file == table.name for single in split_pair(one)]
    columns, problems = table.columns.copy(), []
    used: list[Correction] = []
    for heading in dict.fromkeys(one.column for one in singles):
        wanted = [one for one in singles if one.column == heading]
        places = [i for i, text in enumerate(table.headings) if text == heading]
        if len(places) != 1:
            problems += [misfit("corrections.no_column", one, list_name) for one in wanted]
            continue
        cells = columns[places[0]].combine_chunks()
        mask, texts = np.zeros(len(table.rows), dtype=bool), {}
        for one in wanted:
            place = int(np.searchsorted(table.rows, one.row))
            if place == len(table.rows) or table.rows[place] != one.row:
                problems.append(misfit("corrections.no_row", one, list_name))
            elif one.value and plain(shown(cells[place].as_py())) != plain(one.value):
                problems.append(misfit("corrections.cell_changed", one, list_name))
            else:
                mask[place], texts[place] = True, one.correction
                used.append(one)
        new = pa.array([texts[place] for place in np.flatnonzero(mask).tolist()], pa.string())
        columns[places[0]] = pa.chunked_array([pc.replace_with_mask(cells, pa.array(mask), new)])
    if used:
        rows, values = tuple(one.row for one in used), tuple(one.correction for one in used)
        problems.append(Problem("corrections.used", table.name, None, rows, values, level="note"))
    return replace(table, columns=columns, problems=(*table.problems, *problems))


def split_pair(one: Correction) -> list[Correction]:
    """A correction of two columns together as one of each."""
    if BOTH not in one.column:
        return [one]
    columns, values = one.column.split(BOTH), one.correction.split("/")
    if len(columns) != len(values):
        return [one]
    return [
        replace(one, column=column, value="", correction=value.strip())
        for column, value in zip(columns, values, strict=True)
    ]


def misfit(code: str, one: Correction, list_name: str) -> Problem:
    args: Mapping[str, str | int | float | tuple[str, ...]] = {"row": one.row, "file": one.file}
    return Problem(code, list_name, one.column, (one.at,), (one.correction,), args, "warning")


def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
