"""Which rows of a table are shown: by words, by standing, by district. Works on whole columns at once."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ui.results import Table

SEARCHED = ("household_id", "head", "village", "code")


@dataclass(frozen=True, slots=True)
class Filter:
    """`words` must occur in an id or a name, in either script; -1 any `status`, '' any `district`."""

    words: str = ""
    status: int = -1
    district: str = ""


def rows_of(table: Table, wanted: Filter) -> NDArray[np.int64]:
    """Indexes of the rows that fit, in the order of the table."""
    fits = np.ones(table.rows, dtype=bool)
    codes = {column.code for column in table.columns}
    if wanted.status >= 0 and "status" in codes:
        fits &= np.asarray(table.column("status").values) == wanted.status
    if wanted.district and "district" in codes:
        fits &= pd.Series(table.column("district").values).eq(wanted.district).to_numpy(dtype=bool)
    words = wanted.words.strip()
    if words:
        found = np.zeros(table.rows, dtype=bool)
        for code in SEARCHED:
            if code in codes:
                column = table.column(code)
                for values in (column.values, column.lao):
                    if values is not None:
                        found |= holds(values, words)
        fits &= found
    return np.flatnonzero(fits)


def holds(values: object, words: str) -> NDArray[np.bool_]:
    """(n,) whether each text holds the words, whatever their case."""
    texts = pd.Series(values, dtype="str")
    answer: NDArray[np.bool_] = texts.str.contains(words, case=False, regex=False, na=False).to_numpy(
        dtype=bool
    )
    return answer
