"""Square cells of a density, on whole multiples of their width."""

import numpy as np
from numpy.typing import NDArray

from maps.scene import DensityLayer, Extent

FINEST_CELL_M = 250.0
PAPER_CELL_M = 500.0
"""No cell of a map that leaves the program is smaller, so that none points at a house."""


def cells_of(layer: DensityLayer, extent: Extent, cell_m: float) -> tuple[NDArray[np.int8], float, float]:
    """(rows, columns) class of each cell of the extent, row 0 the northernmost, -1 not drawn.

    With the left and the top edge of the grid. Cells stand on whole multiples of `cell_m`, so that they do
    not jump when the map is moved.
    """
    left, bottom = np.floor(extent.left / cell_m), np.floor(extent.bottom / cell_m)
    columns = int(np.ceil(extent.right / cell_m) - left)
    rows = int(np.ceil(extent.top / cell_m) - bottom)
    chosen = layer.xy[layer.counted]
    column = np.floor(chosen[:, 0] / cell_m) - left
    row = np.floor(chosen[:, 1] / cell_m) - bottom
    inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    place = row[inside].astype(np.int64) * columns + column[inside].astype(np.int64)
    counts = np.bincount(place, minlength=rows * columns).reshape(rows, columns)[::-1]
    density = counts / (cell_m / 1000) ** 2
    classes = np.searchsorted(np.asarray(layer.limits), density, side="right") - 1
    return classes.astype(np.int8), left * cell_m, (bottom + rows) * cell_m


def cell_size(metres: float, finest: float = FINEST_CELL_M) -> float:
    """The smallest doubling of the finest cell that is at least `metres` wide."""
    return finest * 2.0 ** max(0, int(np.ceil(np.log2(max(metres, 1.0) / finest))))
