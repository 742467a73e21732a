"""Very many points sorted into the cells of a grid: made once for a registry, it serves every layer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

POINTS_PER_CELL = 0.3
LARGEST_GRID = 2500
ROUNDING = 1e-13
"""Of the largest coordinate: a hundred times what the arithmetic of a crossing can be wrong by."""


@dataclass(frozen=True, eq=False)
class PointGrid:
    """n points sorted by the cell they stand in, row by row from the south-west.

    lon, lat (n,) float64 in that order; `order` (n,) the row each had; `starts` (rows*columns+1,)
    int64: cell c holds the points starts[c] to starts[c+1]. Points without coordinates are left out.
    `column_lines`, `row_lines`: the west and south edges of the columns and rows.
    """

    lon: Floats
    lat: Floats
    order: Ints
    starts: Ints
    column_lines: Floats
    row_lines: Floats
    cell: tuple[float, float]
    count: int
    rounding: float

    @property
    def columns(self) -> int:
        return len(self.column_lines)

    @property
    def rows(self) -> int:
        return len(self.row_lines)


def grid_points(lon: Floats, lat: Floats) -> PointGrid:
    """Sort points into cells. Made once for a registry, it serves every layer laid over it."""
    there = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    lon_there, lat_there = lon[there], lat[there]
    size = int(np.clip(np.sqrt(len(there) / POINTS_PER_CELL), 1, LARGEST_GRID))
    columns, wide = _lines(lon_there, size)
    rows, high = _lines(lat_there, size)
    key = strip_of(lat_there, rows[0], high, size) * np.int32(size) + strip_of(
        lon_there, columns[0], wide, size
    )
    order = np.argsort(key, kind="stable")
    starts = np.zeros(size * size + 1, dtype=np.int64)
    np.cumsum(np.bincount(key, minlength=size * size), out=starts[1:])
    return PointGrid(
        lon=lon_there[order],
        lat=lat_there[order],
        order=there[order],
        starts=starts,
        column_lines=columns,
        row_lines=rows,
        cell=(wide, high),
        count=len(lon),
        rounding=ROUNDING * max(1.0, float(np.abs(columns).max()), float(np.abs(rows).max())),
    )


def _lines(values: Floats, size: int) -> tuple[Floats, float]:
    """The lower edge of each of `size` strips over the values, and their width.

    The first line lies off the values by an odd amount, so that no line falls on round numbers.
    """
    if not len(values):
        return np.zeros(size), 1.0
    low, high = float(values.min()), float(values.max())
    width = max((high - low) / size, 1e-6) * 1.0000271828
    return np.asarray(low - 0.0000137 * width + width * np.arange(size), dtype=np.float64), width


def strip_of(values: Floats, first: float, width: float, size: int) -> NDArray[np.int32]:
    """The strip of each value, those beyond the ends in the first and the last."""
    strip = (values - first) * (1 / width)
    return np.clip(strip, 0, size - 1, out=strip).astype(np.int32)
