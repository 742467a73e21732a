"""Dates as written in Lao files: day first, ISO, Buddhist era, spreadsheet serial numbers."""

import datetime as dt
import re
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

BUDDHIST_YEARS = 543
_PARTS = re.compile(r"(\d{1,4})[/\-. ](\d{1,2})[/\-. ](\d{1,4})(?:[T ]\d{1,2}:\d{2}.*)?")
_SERIAL = re.compile(r"\d{5}")
_EPOCH = dt.date(1899, 12, 30)


def read_dates(texts: pa.Array) -> tuple[pd.Series, NDArray[np.bool_]]:
    """(dates, not understood). In a column where one date can only be month first, a date that could be
    either is not understood; where none can, the day is first."""
    parts = [split_date(text) for text in texts.to_pylist()]
    month_first = shows_month_first(parts)
    dates = [None if part is None else make_date(part, month_first) for part in parts]
    bad = np.array([date is None for date in dates], dtype=bool)
    values = np.array([np.datetime64("NaT") if date is None else date for date in dates], "datetime64[s]")
    return pd.Series(values), bad


def split_date(text: str) -> tuple[int, int, int, bool] | None:
    """(first, second, year, whether year, month, day is the order), or None."""
    if _SERIAL.fullmatch(text):
        day = _EPOCH + dt.timedelta(days=int(text))
        return day.year, day.month, day.day, True
    match = _PARTS.fullmatch(text)
    if not match:
        return None
    a, b, c = (int(part) for part in match.groups())
    if len(match[1]) == 4:
        return a, b, c, True
    return (a, b, c, False) if len(match[3]) == 4 else None


def shows_month_first(parts: Iterable[tuple[int, int, int, bool] | None]) -> bool:
    """Whether a date of the column, like 11/30/2000, can only be month first."""
    return any(part is not None and not part[3] and part[1] > 12 >= part[0] for part in parts)


def make_date(part: tuple[int, int, int, bool], month_first: bool) -> dt.date | None:
    """The date, None where it has no single meaning or is none of this or the last century."""
    a, b, c, year_first = part
    year, month, day = (a, b, c) if year_first else (c, b, a)
    if not year_first and month_first:
        if a <= 12 and b <= 12 and a != b:
            return None
        month, day = (a, b) if b > 12 else (b, a)
    if year >= 2400:
        year -= BUDDHIST_YEARS
    if not 1880 <= year <= 2200:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
