"""Which rows of a table are shown, and in which order. Works on whole columns at once, on any thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ui.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd

SEARCHED = ("household_id", "head", "village", "code", "fund")
Names = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Filter:
    """`words` must occur in an id or a name, in either script; -1 any `status`, no `districts` any."""

    words: str = ""
    status: int = -1
    districts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """By a column; '' is the order of the table. `names`: of districts, which are ordered by name."""

    code: str = ""
    descending: bool = False
    lao: bool = False
    names: Names = field(default_factory=dict)


def rows_of(table: Table, wanted: Filter, names: Names | None = None) -> NDArray[np.int64]:
    """Indexes of the rows that fit, in the order of the table. `names`: of districts, searched too."""
    import pandas as pd  # not before the window is shown

    fits = np.ones(table.rows, dtype=bool)
    codes = {column.code for column in table.columns}
    if wanted.status >= 0 and "status" in codes:
        fits &= np.asarray(table.column("status").values) == wanted.status
    if wanted.districts and "district" in codes:
        fits &= pd.Series(table.column("district").values).isin(wanted.districts).to_numpy(dtype=bool)
    words = wanted.words.strip()
    if words:
        fits &= holding(table, words, names or {})
    return np.flatnonzero(fits)


def holding(table: Table, words: str, names: Names) -> NDArray[np.bool_]:
    """(n,) whether an id or a name of the row, or of its district, holds the words."""
    import pandas as pd  # not before the window is shown

    found = np.zeros(table.rows, dtype=bool)
    wanted = words.casefold()
    for column in table.columns:
        if column.code in SEARCHED:
            for values in (column.values, column.lao):
                if values is not None:
                    found |= holds(values, words)
        elif column.kind == "district":
            fitting = [code for code, own in names.items() if any(wanted in name.casefold() for name in own)]
            if fitting:
                found |= pd.Series(column.values).isin(fitting).to_numpy(dtype=bool)
    return found


def holds(values: object, words: str) -> NDArray[np.bool_]:
    """(n,) whether each text holds the words, whatever their case."""
    import pandas as pd  # not before the window is shown

    texts = pd.Series(values, dtype="str")
    answer: NDArray[np.bool_] = texts.str.contains(words, case=False, regex=False, na=False).to_numpy(
        dtype=bool
    )
    return answer


def ordered(table: Table, rows: NDArray[np.int64], by: Order) -> NDArray[np.int64]:
    """The rows by a column as it is shown; blanks come last, equal ones stay in their order."""
    if not by.code:
        return rows
    values = sort_values(table.column(by.code), by).take(rows).reset_index(drop=True)
    order = values.sort_values(ascending=not by.descending, kind="stable", na_position="last")
    made: NDArray[np.int64] = rows[order.index.to_numpy()]
    return made


def sort_values(column: Column, by: Order) -> "pd.Series":
    """(n,) what a column is ordered by: names as they stand in the language, else the values."""
    import pandas as pd  # not before the window is shown

    values = pd.Series(column.values)
    if column.kind == "text" and column.lao is not None:
        first, second = (column.lao, column.values) if by.lao else (column.values, column.lao)
        shown = pd.Series(first)
        return shown.where(shown.notna(), pd.Series(second))
    if column.kind == "district":
        return values.map({code: own[1 if by.lao else 0] or own[0] for code, own in by.names.items()})
    return values


def arranged(table: Table, wanted: Filter, by: Order, names: Names) -> NDArray[np.int64]:
    """The rows that fit, in the order that was chosen."""
    return ordered(table, rows_of(table, wanted, names), by)
