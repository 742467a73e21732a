"""The mapped columns of a table as typed fields, and a problem for every cell not understood."""

from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from shockplan.problems import Problem
from shockplan.progress import Progress, side_by_side
from shockplan.registry.cells import to_bits
from shockplan.registry.household import ASKED_APART, DTYPES, FIELDS, Field, Kind
from shockplan.registry.tables import Table, shown, together
from shockplan.registry.values import parse

LET_GO = pa.chunked_array([], type=pa.string())
NEVER_BLANK = ("household_id", "district")
TYPED = frozenset(field.name for field in (*FIELDS, *ASKED_APART.values())) - {*NEVER_BLANK}
"""What is understood here, cell by cell; the others are understood before."""


def blank_column(kind: Kind, count: int) -> pd.Series:
    """A column of `count` blanks with the dtype of its kind."""
    dtype = DTYPES[kind]
    if dtype == "str":
        return pd.Series(pa.nulls(count, pa.large_string()).to_pandas(), dtype="str")
    if dtype == "boolean":
        return pd.Series(pd.arrays.BooleanArray(np.zeros(count, dtype=bool), np.ones(count, dtype=bool)))
    if dtype.startswith("Int"):
        zeros = np.zeros(count, dtype=dtype.lower())
        return pd.Series(pd.arrays.IntegerArray(zeros, np.ones(count, dtype=bool)))
    nothing = np.datetime64("NaT") if dtype.startswith("datetime") else np.nan
    return pd.Series(np.full(count, nothing, dtype=dtype))


def let_go(table: Table, needed: list[int]) -> None:
    """Free the cells of every column that is not needed any more."""
    for place in set(range(len(table.columns))).difference(needed):
        table.columns[place] = LET_GO


def typed_columns(
    table: Table,
    mapping: Mapping[str, int],
    taken: NDArray[np.bool_],
    progress: Progress,
    understood: Callable[[str, pd.Series], None] = lambda _field, _values: None,
) -> tuple[pd.DataFrame, list[Problem]]:
    """Every field of the rows taken, blank where the extract lacks it or a cell is not understood.

    Two columns are parsed at a time: the work is done outside Python's lock. `understood` is told of each as
    soon as its values are there.
    """
    mask = None if taken.all() else to_bits(taken)
    rows, shifted = table.rows[taken], table.shifted[taken]
    columns = {
        field.name: blank_column(field.kind, len(rows))
        for field in FIELDS
        if field.name not in mapping or field.name in NEVER_BLANK
    }
    fields = [field for field in FIELDS if field.name not in columns]
    fields += [field for field in ASKED_APART.values() if field.name in mapping]
    uses = Counter(mapping[field.name] for field in fields)

    def understand(field: Field) -> tuple[pd.Series, list[Problem]]:
        place = mapping[field.name]
        cells = table.kept(place) if mask is None else table.kept(place).filter(mask)
        if uses[place] == 1:  # a column that two fields are read from is needed again
            table.columns[place] = LET_GO
        if pa.types.is_string(cells.type):
            cells = pa.chunked_array([together(cells)])  # the one copy of them from here on
        parsed = parse(cells, field)
        values = parsed.values.mask(shifted) if shifted.any() else parsed.values
        understood(field.name, values)
        bad = {code: marked & ~shifted for code, marked in parsed.reasons.items()}
        return values, [
            cell_problem(code, table, place, rows, cells, marked, field.name)
            for code, marked in bad.items()
            if marked.any()
        ]

    problems: list[Problem] = []
    found = zip(fields, side_by_side(understand, fields), strict=True)
    for number, (field, (values, faults)) in enumerate(found):
        columns[field.name] = values
        problems += faults
        progress(number / len(fields))
    if shifted.any():
        lost = tuple(rows[shifted].tolist())
        problems.append(Problem("registry.shifted_row", table.name, rows=lost, level="warning"))
    for name, field in ASKED_APART.items():
        if field.name in mapping:  # yes where one answer is yes, no where both are no, else blank
            apart = columns[field.name]
            columns[name] = columns[name] | apart if name in mapping else apart
    return pd.DataFrame({field.name: columns[field.name] for field in FIELDS}, copy=False), problems


def cell_problem(
    code: str,
    table: Table,
    place: int,
    rows: NDArray[np.int64],
    cells: pa.ChunkedArray,
    marked: NDArray[np.bool_],
    field: str,
) -> Problem:
    """The cells of a column that were not understood, with their rows and original texts."""
    texts = cells.filter(pa.array(marked)).to_pylist()
    return Problem(
        code,
        table.name,
        table.headings[place],
        rows=tuple(rows[marked].tolist()),
        values=tuple(shown(text) for text in texts),
        args={"field": field},
        level="warning",
    )
