"""Which of very many points stand in any of very many polygons: exact, and fast by a grid of cells.

The number of polygons over a point is its winding number, summed over all rings: shells turn one
way and holes the other, so polygons may overlap. Level one: the winding number at the corner of
each cell, from the edges that cross the grid's lines. Level two: only in cells that an edge passes,
the edges between the corner and each point of the cell. A point closer to an edge than the rounding
of the arithmetic is asked of the geometry library, edges included.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from shockplan.point_grid import Bools, Floats, Ints, PointGrid, strip_of
from shockplan.progress import Progress, silent

NEAR_LINE = 1e-7
"""Of a cell: a corner this close to a line belongs to the cells on both sides."""

PAIRS_AT_ONCE = 125_000
CORNERS_AT_ONCE = 300_000


@dataclass(frozen=True, eq=False)
class Edges:
    """Edges between consecutive corners of rings, shells turning left.

    x, y (v,) float64 of all corners; column, row (v,) int32 the cell of each, -1 and one too many
    beyond the grid; near_line (v,) bool; `at` (e,) int64: edge k runs from corner at[k] to at[k]+1.
    """

    x: Floats
    y: Floats
    column: NDArray[np.int32]
    row: NDArray[np.int32]
    near_line: Bools
    at: Ints


def meets_any(grid: PointGrid, parts: NDArray[np.object_], progress: Progress = silent) -> Bools:
    """(n,) bool in the order the points were given: does any of the valid Polygons meet the point?

    An empty Polygon meets none.
    """
    inside = np.zeros(len(grid.lon), dtype=np.bool_)
    parts = parts[~shapely.is_empty(parts)]
    parts = parts[_have_points(grid, parts)] if len(inside) else parts[:0]
    batches = list(_batches(parts))
    for number, batch in enumerate(batches, start=1):
        first, met = _meets_batch(grid, batch)
        inside[first : first + len(met)] |= met
        progress(number / len(batches))
    met_as_given = np.zeros(grid.count, dtype=np.bool_)
    met_as_given[grid.order] = inside
    progress(1.0)
    return met_as_given


def _have_points(grid: PointGrid, parts: NDArray[np.object_]) -> Bools:
    """(k,) bool: whether a point stands in the cells that a polygon's bounding box touches."""
    west, south, east, north = shapely.bounds(parts).T
    left, right = (strip_of(x, grid.column_lines[0], grid.cell[0], grid.columns) for x in (west, east))
    low, high = (strip_of(y, grid.row_lines[0], grid.cell[1], grid.rows) for y in (south, north))
    part_, row = _counted(np.arange(len(parts)), low, high - low + 1)
    first = row * grid.columns
    points = grid.starts[first + right[part_] + 1] - grid.starts[first + left[part_]]
    return np.asarray(np.bincount(part_, points > 0, len(parts)) > 0)


def _batches(parts: NDArray[np.object_]) -> Iterator[NDArray[np.object_]]:
    """Parts from south to north, about CORNERS_AT_ONCE corners at a time."""
    middle = shapely.bounds(parts)[:, [1, 3]].sum(axis=1)
    parts = parts[np.argsort(middle, kind="stable")]
    batch = np.cumsum(shapely.get_num_coordinates(parts)) // CORNERS_AT_ONCE
    yield from (parts[batch == number] for number in np.unique(batch))


def _meets_batch(grid: PointGrid, parts: NDArray[np.object_]) -> tuple[int, Bools]:
    """(first, (m,) bool): of the grid's points from `first` on, those that meet a part."""
    south, north = shapely.total_bounds(parts)[[1, 3]]
    first, grid = _rows_between(grid, float(south), float(north))
    edges = _edges_in_reach(grid, parts)
    corner, doubtful = _winding_of_corners(grid, edges)
    cell, edge = _edges_in_cells(grid, edges)
    inside, unsure = _by_cells(grid, corner, doubtful, edges, cell, edge)
    asked = np.flatnonzero(unsure)
    inside[asked] = _asked_of_the_library(parts, grid.lon[asked], grid.lat[asked])
    return first, inside


def _rows_between(grid: PointGrid, south: float, north: float) -> tuple[int, PointGrid]:
    """The rows of cells that a range of latitudes touches, and the number of points before them."""
    low, high = strip_of(np.array([south, north]), grid.row_lines[0], grid.cell[1], grid.rows)
    starts = grid.starts[low * grid.columns : (high + 1) * grid.columns + 1]
    points = slice(int(starts[0]), int(starts[-1]))
    return points.start, replace(
        grid,
        lon=grid.lon[points],
        lat=grid.lat[points],
        order=grid.order[points],
        starts=starts - starts[0],
        row_lines=grid.row_lines[low : high + 1],
    )


def _edges_in_reach(grid: PointGrid, parts: NDArray[np.object_]) -> Edges:
    """The edges that can lie west of a point at its latitude, turned so that shells turn left."""
    rings = shapely.get_rings(parts)
    turned = shapely.is_ccw(rings) == _are_holes(parts, len(rings))
    rings[turned] = shapely.reverse(rings[turned])
    corners = shapely.get_coordinates(rings)
    x, y = np.ascontiguousarray(corners[:, 0]), np.ascontiguousarray(corners[:, 1])
    column, near_column = _cells_of_corners(x, grid.column_lines[0], grid.cell[0], grid.columns)
    row, near_row = _cells_of_corners(y, grid.row_lines[0], grid.cell[1], grid.rows)
    reached = np.minimum(column[:-1], column[1:]) < grid.columns
    reached &= np.maximum(row[:-1], row[1:]) >= 0
    reached &= np.minimum(row[:-1], row[1:]) < grid.rows
    reached[np.cumsum(shapely.get_num_points(rings))[:-1] - 1] = False
    return Edges(x, y, column, row, near_column | near_row, np.flatnonzero(reached))


def _cells_of_corners(
    values: Floats, first: float, width: float, size: int
) -> tuple[NDArray[np.int32], Bools]:
    """Strip of each value, -1 below and `size` above the grid, and whether it is next to a line."""
    place = (values - first) * (1 / width)
    near = np.abs(place - np.rint(place)) < NEAR_LINE
    np.floor(place, out=place)
    return np.clip(place, -1, size, out=place).astype(np.int32), near


def _are_holes(parts: NDArray[np.object_], rings: int) -> Bools:
    """(rings,) bool: the first ring of each polygon is its shell."""
    holes = np.ones(rings, dtype=np.bool_)
    each = shapely.get_num_interior_rings(parts) + 1
    holes[np.cumsum(each) - each] = False
    return holes


def _winding_of_corners(grid: PointGrid, edges: Edges) -> tuple[NDArray[np.int32], Ints]:
    """(rows*columns,) winding number at the south-west corner of each cell, and cells too close to call."""
    row0, row1 = edges.row[edges.at], edges.row[edges.at + 1]
    crossing = np.flatnonzero(row0 != row1)
    row0, row1 = row0[crossing], row1[crossing]
    low = np.minimum(row0, row1) + np.int32(1)
    lines = np.minimum(np.maximum(row0, row1), grid.rows - 1) - low + np.int32(1)
    edge, row = _counted(edges.at[crossing], low, lines)
    # an edge that goes up has its polygon to the west: eastward corners leave it
    step = np.repeat(np.where(row1 > row0, -1, 1), lines)
    x = _longitude_at(edges, edge, grid.row_lines[row])
    place = (x - grid.column_lines[0]) * (1 / grid.cell[0])
    column = np.clip(np.floor(place) + 1, 0, grid.columns).astype(np.int64)
    nearest = np.clip(np.rint(place), 0, grid.columns - 1).astype(np.int64)
    close = np.abs(x - grid.column_lines[nearest]) < grid.rounding
    doubtful = row[close] * grid.columns + nearest[close]
    wide = grid.columns + 1
    steps = np.bincount(row * wide + column, step, minlength=grid.rows * wide).astype(np.int32)
    corner = np.cumsum(steps.reshape(grid.rows, wide)[:, :-1], axis=1, dtype=np.int32)
    return corner.ravel(), doubtful


def _longitude_at(edges: Edges, at: Ints, y: Floats) -> Floats:
    """Where each edge, none of them level, crosses a latitude between its ends."""
    x0, y0 = edges.x[at], edges.y[at]
    along = (y - y0) / (edges.y[at + 1] - y0)
    return np.asarray(x0 + np.clip(along, 0, 1, out=along) * (edges.x[at + 1] - x0))


def _counted(items: Ints, first: NDArray[np.integer], counts: NDArray[np.integer]) -> tuple[Ints, Ints]:
    """Each item `counts` times, with the numbers first, first + 1, ... beside it."""
    repeated = np.repeat(items, counts)
    ends = np.cumsum(counts, dtype=np.int64)
    numbers = np.arange(len(repeated), dtype=np.int64) - np.repeat(ends - counts - first, counts)
    return repeated, numbers


def _edges_in_cells(grid: PointGrid, edges: Edges) -> tuple[Ints, Ints]:
    """(cell, edge) pairs, sorted by cell: every edge that can pass a cell which holds points."""
    occupied = np.diff(grid.starts) > 0
    at = edges.at
    column, row = edges.column[at], edges.row[at]
    alone = (column == edges.column[at + 1]) & (row == edges.row[at + 1])
    alone &= ~(edges.near_line[at] | edges.near_line[at + 1])
    several = at[~alone]
    alone &= (column >= 0) & (row >= 0) & (column < grid.columns) & (row < grid.rows)
    cell = row[alone].astype(np.int64) * grid.columns + column[alone]
    held = occupied[cell]
    more_cells, more_edges = _cells_passed(grid, edges, several, occupied)
    cells = np.concatenate([cell[held], more_cells])
    found = np.concatenate([at[alone][held], more_edges])
    order = np.argsort(cells, kind="stable")
    return cells[order], found[order]


def _cells_passed(grid: PointGrid, edges: Edges, at: Ints, occupied: Bools) -> tuple[Ints, Ints]:
    """(cell, edge) of the occupied cells in the way of edges that pass several: by rows, then columns."""
    wide, high = grid.cell
    west, south = grid.column_lines[0], grid.row_lines[0]
    place0, place1 = (edges.y[at] - south) * (1 / high), (edges.y[at + 1] - south) * (1 / high)
    low = np.floor(np.clip(np.minimum(place0, place1) - NEAR_LINE, 0, grid.rows)).astype(np.int64)
    top = np.floor(np.clip(np.maximum(place0, place1) + NEAR_LINE, -1, grid.rows - 1)).astype(np.int64)
    edge, row = _counted(at, low, np.maximum(top - low + 1, 0))
    x0, y0, x1, y1 = edges.x[edge], edges.y[edge], edges.x[edge + 1], edges.y[edge + 1]
    level = y0 == y1
    rise = np.where(level, 1.0, y1 - y0)
    bottom = grid.row_lines[row]
    enter = np.clip((bottom - NEAR_LINE * high - y0) / rise, 0, 1)
    leave = np.clip((bottom + (1 + NEAR_LINE) * high - y0) / rise, 0, 1)
    enter[level], leave[level] = 0, 1
    place0 = (x0 + enter * (x1 - x0) - west) * (1 / wide)
    place1 = (x0 + leave * (x1 - x0) - west) * (1 / wide)
    first = np.floor(np.clip(np.minimum(place0, place1) - 2 * NEAR_LINE, 0, grid.columns)).astype(np.int64)
    last = np.floor(np.clip(np.maximum(place0, place1) + 2 * NEAR_LINE, -1, grid.columns - 1))
    last = last.astype(np.int64)
    pair, column = _counted(np.arange(len(edge)), first, np.maximum(last - first + 1, 0))
    cell = row[pair] * grid.columns + column
    held = occupied[cell]
    return cell[held], edge[pair[held]]


def _by_cells(
    grid: PointGrid,
    corner: NDArray[np.int32],
    doubtful: Ints,
    edges: Edges,
    cell: Ints,
    edge: Ints,
) -> tuple[Bools, Bools]:
    """(n,) bool inside and (n,) bool too close to call, in the order of the grid."""
    per_cell = np.diff(grid.starts)
    winding = np.repeat(corner, per_cell)
    unsure = np.zeros(len(winding), dtype=np.bool_)
    if len(doubtful):
        marked = np.zeros(len(per_cell), dtype=np.bool_)
        marked[doubtful] = True
        unsure = np.repeat(marked, per_cell)
    for start, stop in _chunks(per_cell[cell]):
        _walk_to_points(grid, edges, cell[start:stop], edge[start:stop], winding, unsure)
    return winding > 0, unsure


def _chunks(pairs: Ints) -> Iterator[tuple[int, int]]:
    """Runs of (cell, edge) that have about PAIRS_AT_ONCE points together."""
    if not len(pairs):
        return
    ends = np.cumsum(pairs)
    limits = np.arange(PAIRS_AT_ONCE, int(ends[-1]) + PAIRS_AT_ONCE, PAIRS_AT_ONCE)
    stops = np.unique(np.minimum(np.searchsorted(ends, limits) + 1, len(pairs)))
    yield from zip([0, *stops[:-1].tolist()], stops.tolist(), strict=True)


def _walk_to_points(
    grid: PointGrid, edges: Edges, cell: Ints, edge: Ints, winding: NDArray[np.int32], unsure: Bools
) -> None:
    """From the cell's corner north to each point's latitude, then east to the point."""
    column = cell % grid.columns
    west = grid.column_lines[column]
    first = grid.starts[cell]
    pair, point = _counted(np.arange(len(cell)), first, grid.starts[cell + 1] - first)
    lat = grid.lat[point]
    start, stop = int(first[0]), int(grid.starts[cell[-1] + 1])
    steps = _northward(grid, edges, (cell, edge, column, west), (pair, point, lat), unsure)
    steps += _eastward(grid, edges, edge, west, (pair, point, lat), unsure)
    change = sum(np.bincount(at - start, by, stop - start) for at, by in steps)
    winding[start:stop] += np.asarray(change).astype(np.int32)


Steps = list[tuple[Ints, NDArray[np.int8]]]
Pairs = tuple[Ints, Ints, Floats]
"""Row of the (cell, edge) list, row of the point, and the point's latitude."""


def _northward(
    grid: PointGrid, edges: Edges, places: tuple[Ints, Ints, Ints, Floats], pairs: Pairs, unsure: Bools
) -> Steps:
    """What edges that cross the cell's west side below the point change in the winding number."""
    cell, edge, column, west = places
    pair, point, lat = pairs
    # an edge that goes east has its polygon to the north
    side = (edges.column[edge + 1] >= column).astype(np.int8) - (edges.column[edge] >= column).astype(np.int8)
    crossing = side != 0
    here = np.flatnonzero(crossing[pair])
    if not len(here):
        return []
    x0, y0 = edges.x[edge], edges.y[edge]
    along = (west - x0) / np.where(crossing, edges.x[edge + 1] - x0, 1.0)
    y = y0 + np.clip(along, 0, 1) * (edges.y[edge + 1] - y0)
    south = grid.row_lines[cell // grid.columns]
    pair, point, lat = pair[here], point[here], lat[here]
    close = (np.abs(y[pair] - lat) < grid.rounding) | (np.abs(y - south) < grid.rounding)[pair]
    unsure[point[close]] = True
    below = (y[pair] < lat).astype(np.int8) - (y < south).astype(np.int8)[pair]
    return [(point, side[pair] * below)]


def _eastward(grid: PointGrid, edges: Edges, edge: Ints, west: Floats, pairs: Pairs, unsure: Bools) -> Steps:
    """What edges between the cell's west side and the point, at its latitude, change."""
    pair, point, lat = pairs
    y0, y1 = edges.y[edge], edges.y[edge + 1]
    from_, to = y0[pair], y1[pair]
    level = np.flatnonzero((from_ == lat) | (to == lat))
    if len(level):
        _mark_on_level(grid, edges, edge[pair[level]], point[level], unsure)
    here = np.flatnonzero((from_ > lat) != (to > lat))
    pair, point, lat = pair[here], point[here], lat[here]
    x = _longitude_at(edges, edge[pair], lat)
    lon, side = grid.lon[point], west[pair]
    close = (np.abs(x - lon) < grid.rounding) | (np.abs(x - side) < grid.rounding)
    unsure[point[close]] = True
    between = (x < lon).astype(np.int8) - (x < side).astype(np.int8)
    upward = (y1 > y0)[pair]
    return [(point, np.where(upward, -between, between))]


def _mark_on_level(grid: PointGrid, edges: Edges, edge: Ints, point: Ints, unsure: Bools) -> None:
    """Points at the latitude of an edge's end: on a level edge, or at the top or foot of a slanted one."""
    x0, x1, lon = edges.x[edge], edges.x[edge + 1], grid.lon[point]
    reached = (np.minimum(x0, x1) <= lon) & (lon <= np.maximum(x0, x1))
    unsure[point[reached]] = True


def _asked_of_the_library(parts: NDArray[np.object_], lon: Floats, lat: Floats) -> Bools:
    """(m,) bool for the few points so close to an edge that only exact arithmetic can tell."""
    met = np.zeros(len(lon), dtype=np.bool_)
    if len(lon):
        found, _ = shapely.STRtree(parts).query(shapely.points(lon, lat), predicate="intersects")
        met[found] = True
    return met
