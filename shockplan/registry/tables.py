"""Any table as it stands in its file: cells as text, and the row number a spreadsheet shows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import SupportsIndex, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shockplan.problems import InputError, Problem

SHOWN_LETTERS = 80


@dataclass(frozen=True, eq=False)
class Sheet:
    """All cells of one table of a file, headings and titles among them.

    `cells`: one string column per column of the sheet ('' where blank), n rows; `rows` (n,) int64,
    the spreadsheet row of each; `shifted` (n,) bool, rows with more cells than there are columns,
    where a cell may stand under the wrong heading. `delimited`: only delimiters keep cells apart, so
    that a cell too many moves the others.
    """

    cells: pa.Table
    rows: NDArray[np.int64]
    shifted: NDArray[np.bool_]
    name: str
    problems: tuple[Problem, ...] = ()
    delimited: bool = False

    def texts(self, row: int) -> list[str]:
        """The cells of row number `row` (0 is the first) of this sheet."""
        return [column[row].as_py() or "" for column in self.cells.columns]


class Columns(list[pa.ChunkedArray]):
    """Columns of cells of which some, with few different texts, are kept as a dictionary and the numbers of
    its texts, as their file has them. Whoever takes a column gets its texts, but for `kept`."""

    @overload
    def __getitem__(self, place: SupportsIndex) -> pa.ChunkedArray: ...
    @overload
    def __getitem__(self, place: slice) -> list[pa.ChunkedArray]: ...
    def __getitem__(self, place: SupportsIndex | slice) -> pa.ChunkedArray | list[pa.ChunkedArray]:
        found = super().__getitem__(place)
        return [*map(written_out, found)] if isinstance(found, list) else written_out(found)

    def __iter__(self) -> Iterator[pa.ChunkedArray]:
        return map(written_out, super().__iter__())

    def copy(self) -> "Columns":
        return Columns(super().__iter__())


def written_out(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """The texts of a column."""
    return cells.cast(cells.type.value_type) if pa.types.is_dictionary(cells.type) else cells


@dataclass(frozen=True, eq=False)
class Table:
    """A sheet with its headings found: column i has the heading i and n data rows below it.

    Reading takes a column out of `columns` once it has understood its cells, so that a national
    registry is not in memory twice. Wholly blank rows are left out; `rows`, `shifted` as in Sheet.
    `tags`: the HXL tag of each column, '' where the file has none.
    """

    headings: tuple[str, ...]
    columns: list[pa.ChunkedArray]
    rows: NDArray[np.int64]
    shifted: NDArray[np.bool_]
    name: str
    problems: tuple[Problem, ...] = ()
    tags: tuple[str, ...] = ()

    def kept(self, place: int) -> pa.ChunkedArray:
        """The column as it is kept: its texts, or a dictionary of them."""
        return list.__getitem__(self.columns, place)


def sheet_of(columns: list[pa.ChunkedArray], rows: NDArray[np.int64], name: str) -> Sheet:
    """A sheet from text columns, no row of which is shifted."""
    cells = pa.table(columns, names=[f"c{number}" for number in range(len(columns))])
    return Sheet(cells, rows, np.zeros(len(rows), dtype=bool), name)


def without_blank_rows(sheet: Sheet) -> Sheet:
    """The sheet without the rows in which every cell is empty or space."""
    filled = sheet.shifted.copy()  # what they hold may stand beyond the last column
    for column in sheet.cells.columns:
        if filled.all():
            break
        filled |= filled_cells(column)
    if filled.all():
        return sheet
    kept = sheet.cells.filter(pa.array(filled))
    return replace(sheet, cells=kept, rows=sheet.rows[filled], shifted=sheet.shifted[filled])


def together(cells: pa.ChunkedArray) -> pa.Array:
    """A column as one array."""
    if not cells.num_chunks:
        return pa.array([], cells.type)
    return cells.chunk(0) if cells.num_chunks == 1 else cells.combine_chunks()


def each_text_once(cells: pa.ChunkedArray) -> pa.DictionaryArray:
    """A column of texts as numbers of its different texts, every one of which stands in it."""
    if not pa.types.is_dictionary(cells.type):
        return together(cells.dictionary_encode())
    encoded = together(cells.unify_dictionaries())
    places = encoded.indices.to_numpy(zero_copy_only=False)
    used = np.zeros(len(encoded.dictionary), dtype=bool)
    used[places] = True
    if used.all():
        return encoded
    fresh = (np.cumsum(used) - 1).astype(places.dtype)
    return pa.DictionaryArray.from_arrays(fresh[places], encoded.dictionary.filter(pa.array(used)))


def filled_cells(column: pa.ChunkedArray) -> NDArray[np.bool_]:
    """Which cells hold more than space."""
    lengths = pc.utf8_length(pc.utf8_trim_whitespace(column))
    return np.asarray(pc.fill_null(pc.greater(lengths, 0), False).to_numpy(), dtype=bool)


def shown(text: str) -> str:
    """A cell's text as a problem keeps it: not more than can be read at a glance."""
    return text if len(text) <= SHOWN_LETTERS else text[: SHOWN_LETTERS - 1] + "…"


def fault(code: str, path: Path, column: str | None = None, **args: str | int) -> InputError:
    """The InputError of one fault of a file."""
    return InputError(Problem(code, path.name, column, args=args))
