"""Polygons as packed arrays: levels of detail, culling and finding the shape under a point."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry

from maps.scene import Detail, Extent, Rings

TOLERANCES_M = (0.0, 100.0, 400.0, 1600.0)
"""Half a pixel at about 1:400,000, 1:1,600,000 and 1:6,400,000 on a 100 dpi screen."""


def pack(shapes: Sequence[Geometry] | NDArray[np.object_]) -> Rings:
    """Polygons and MultiPolygons to packed rings; an empty shape keeps its place with no rings."""
    geometries = np.asarray(shapes, dtype=object)
    parts, shape_of_part = shapely.get_parts(geometries, return_index=True)
    polygons = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, shape_of_part = shapely.orient_polygons(parts[polygons]), shape_of_part[polygons]
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    xy, ring_of_vertex = shapely.get_coordinates(rings, return_index=True)
    ring_sizes = np.bincount(ring_of_vertex, minlength=len(rings))
    rings_of_shape = np.bincount(shape_of_part[part_of_ring], minlength=len(geometries))
    return Rings(np.ascontiguousarray(xy), _offsets(ring_sizes), _offsets(rings_of_shape))


def pack_lines(lines: Sequence[Geometry] | NDArray[np.object_]) -> Rings:
    """LineStrings and MultiLineStrings as packed open lines; an empty one keeps its place."""
    geometries = np.asarray(lines, dtype=object)
    parts, line_of_part = shapely.get_parts(geometries, return_index=True)
    xy, part_of_vertex = shapely.get_coordinates(parts, return_index=True)
    sizes = np.bincount(part_of_vertex, minlength=len(parts))
    parts_of_line = np.bincount(line_of_part, minlength=len(geometries))
    return Rings(np.ascontiguousarray(xy), _offsets(sizes), _offsets(parts_of_line))


def line_details(
    lines: NDArray[np.object_], tolerances: Sequence[float] = TOLERANCES_M
) -> tuple[Detail, ...]:
    """Levels of lines; one shorter than the tolerance falls out."""
    details = [detail_of(pack_lines(lines), 0.0)]
    for tolerance in tolerances[1:]:
        simpler = shapely.simplify(lines, tolerance, preserve_topology=False)
        simpler[shapely.length(lines) < tolerance] = shapely.LineString()
        details.append(detail_of(pack_lines(simpler), tolerance))
    return tuple(details)


def take(shapes: Rings, chosen: NDArray[np.int64]) -> Rings:
    """The chosen shapes (m,), in that order, still packed."""
    ring_index, rings_of_shape = _spans(shapes.items[chosen], shapes.items[chosen + 1])
    vertex_index, ring_sizes = _spans(shapes.rings[ring_index], shapes.rings[ring_index + 1])
    return Rings(shapes.xy[vertex_index], _offsets(ring_sizes), _offsets(rings_of_shape))


def pen_down(shapes: Rings) -> NDArray[np.int32]:
    """(v,) 1 where a vertex is joined to the next one, 0 at the end of a ring."""
    joined = np.ones(len(shapes.xy), dtype=np.int32)
    ends = shapes.rings[1:][np.diff(shapes.rings) > 0] - 1
    joined[ends] = 0
    return joined


def bounds_of(shapes: Rings) -> NDArray[np.float64]:
    """(n, 4) left, bottom, right, top; NaN where a shape is empty."""
    bounds = np.full((len(shapes), 4), np.nan)
    starts, ends = shapes.rings[shapes.items[:-1]], shapes.rings[shapes.items[1:]]
    full = np.flatnonzero(ends > starts)
    if len(full):
        at = starts[full]
        bounds[full, 0:2] = np.minimum.reduceat(shapes.xy, at, axis=0)
        bounds[full, 2:4] = np.maximum.reduceat(shapes.xy, at, axis=0)
    return bounds


def detail_of(shapes: Rings, tolerance_m: float) -> Detail:
    return Detail(tolerance_m, shapes, bounds_of(shapes))


def coverage_details(
    shapes: NDArray[np.object_], tolerances: Sequence[float] = TOLERANCES_M
) -> tuple[Detail, ...]:
    """Levels of neighbours that share borders: simplified together, so no gap opens between them.

    Shapes that overlap or leave gaps are no coverage and are simplified one by one.
    """
    if not shapely.coverage_is_valid(shapes):
        return loose_details(shapes, tolerances)
    details = [detail_of(pack(shapes), 0.0)]
    for tolerance in tolerances[1:]:
        simpler = shapely.coverage_simplify(shapes, tolerance)
        details.append(detail_of(pack(simpler), tolerance))
    return tuple(details)


def loose_details(
    shapes: NDArray[np.object_], tolerances: Sequence[float] = TOLERANCES_M
) -> tuple[Detail, ...]:
    """Levels of shapes that stand alone; what is smaller than the tolerance is a speck and falls out."""
    full = detail_of(pack(shapes), 0.0)
    details = [full]
    size = np.maximum(full.bounds[:, 2] - full.bounds[:, 0], full.bounds[:, 3] - full.bounds[:, 1])
    for tolerance in tolerances[1:]:
        kept = size >= tolerance
        simpler = np.full(len(shapes), shapely.Polygon(), dtype=object)
        simpler[kept] = shapely.simplify(shapes[kept], tolerance, preserve_topology=False)
        details.append(detail_of(pack(simpler), tolerance))
    return tuple(details)


def detail_for(details: Sequence[Detail], metres_per_pixel: float) -> Detail:
    """The coarsest level whose error stays under half a pixel."""
    good = [detail for detail in details if detail.tolerance_m <= metres_per_pixel / 2]
    return good[-1] if good else details[0]


def within(detail: Detail, extent: Extent) -> NDArray[np.int64]:
    """Indexes of the shapes whose bounds meet the extent; the others need not be drawn."""
    left, bottom, right, top = detail.bounds.T
    meets = (left <= extent.right) & (right >= extent.left) & (bottom <= extent.top) & (top >= extent.bottom)
    return np.flatnonzero(meets)


def shape_at(detail: Detail, x: float, y: float) -> int | None:
    """Index of the topmost shape that holds the point (metres), None where there is none."""
    for index in within(detail, Extent(x, y, x, y))[::-1]:
        shape = take(detail.shapes, np.array([index]))
        if _crossings(shape, x, y) % 2:
            return int(index)
    return None


def half_inside(detail: Detail, lasso: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indexes of the shapes of which at least half lies inside the lasso (m, 2), m >= 3.

    Where there is none, those that it touches: a small lasso means the shape that it is drawn in.
    """
    loop = shapely.make_valid(shapely.Polygon(lasso))
    left, bottom, right, top = shapely.bounds(loop).tolist()
    near = within(detail, Extent(left, bottom, right, top))
    shapes = take(detail.shapes, near)
    sizes = np.diff(shapes.rings)
    rings = shapely.linearrings(shapes.xy, indices=np.repeat(np.arange(len(sizes)), sizes))
    pieces = shapely.polygons(rings)
    sign = np.where(shapely.is_ccw(rings), 1.0, -1.0)  # holes are taken away
    owner = np.repeat(np.arange(len(near)), np.diff(shapes.items))
    whole = np.bincount(owner, sign * shapely.area(pieces), len(near))
    shared = np.bincount(owner, sign * shapely.area(shapely.intersection(pieces, loop)), len(near))
    half = near[shared >= whole / 2]
    return half if len(half) else near[shared > 0]


def nearest_point(xy: NDArray[np.float64], x: float, y: float, reach_m: float) -> int | None:
    """Index of the point nearest to (x, y), None where none lies within `reach_m`."""
    if not len(xy):
        return None
    distance = np.hypot(xy[:, 0] - x, xy[:, 1] - y)
    nearest = int(np.argmin(distance))
    return nearest if distance[nearest] <= reach_m else None


def _crossings(shape: Rings, x: float, y: float) -> int:
    """How often a ray to the east crosses the rings."""
    joined = np.flatnonzero(pen_down(shape))
    (x1, y1), (x2, y2) = shape.xy[joined].T, shape.xy[joined + 1].T
    straddles = (y1 > y) != (y2 > y)
    x1, y1, x2, y2 = x1[straddles], y1[straddles], x2[straddles], y2[straddles]
    return int(np.count_nonzero(x1 + (y - y1) / (y2 - y1) * (x2 - x1) > x))


def _offsets(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _spans(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All indexes of the spans one after another, and the length of each span."""
    sizes = ends - starts
    shift = np.repeat(starts - _offsets(sizes)[:-1], sizes)
    return np.arange(int(sizes.sum()), dtype=np.int64) + shift, sizes
