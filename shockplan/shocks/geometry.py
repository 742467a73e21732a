"""Shapes as published, made into single valid polygons: repaired part by part, nothing lost silently."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Parts:
    """Single valid polygons and the feature each came from.

    `shapes` (n,) Polygons of an area above zero; `feature` (n,) int64, row of the feature.
    `repaired`, `refused` (f,) bool over the features: a part had to be mended; nothing was left.
    `lost` (f,) bool: some part of a feature that is used could not be kept.
    """

    shapes: NDArray[np.object_]
    feature: NDArray[np.int64]
    repaired: NDArray[np.bool_]
    refused: NDArray[np.bool_]
    lost: NDArray[np.bool_]


def split_and_repair(shapes: NDArray[np.object_]) -> Parts:
    """Every feature in its single polygons, each mended on its own where it is broken.

    A part alone is mended in a fraction of the time of the whole, and one bad part cannot spoil its
    neighbours. Points and lines, and what a repair collapses to, have no area and are not kept.
    """
    count = len(shapes)
    polygons, feature = _polygons(shapes)
    dropped = _features_with_other_parts(shapes, feature)
    broken = ~shapely.is_valid(polygons)
    repaired = np.zeros(count, dtype=np.bool_)
    repaired[feature[broken]] = True
    lost = dropped
    if broken.any():
        mended = shapely.make_valid(polygons[broken], method="structure", keep_collapsed=False)
        pieces, origin = _polygons(mended)
        gone = np.setdiff1d(np.arange(len(mended)), origin)
        lost[feature[broken][gone]] = True
        polygons = np.concatenate([polygons[~broken], pieces])
        feature = np.concatenate([feature[~broken], feature[broken][origin]])
    solid = shapely.area(polygons) > 0
    lost[feature[~solid]] = True
    polygons, feature = polygons[solid], feature[solid]
    refused = np.ones(count, dtype=np.bool_)
    refused[feature] = False
    order = np.argsort(feature, kind="stable")
    return Parts(polygons[order], feature[order], repaired & ~refused, refused, lost & ~refused)


WIDEST_DEGREES = 180.0
"""A wider part is one that crosses the 180th meridian and was drawn the wrong way round the world."""


def without_wrapped(parts: Parts) -> tuple[Parts, NDArray[np.bool_]]:
    """The parts but those drawn round the world, and (f,) bool the features that had one."""
    west, _, east, _ = shapely.bounds(parts.shapes).T if len(parts.shapes) else np.zeros((4, 0))
    wrapped = east - west > WIDEST_DEGREES
    having = np.zeros(len(parts.refused), dtype=np.bool_)
    having[parts.feature[wrapped]] = True
    refused = np.ones(len(parts.refused), dtype=np.bool_)
    refused[parts.feature[~wrapped]] = False
    kept = Parts(
        parts.shapes[~wrapped],
        parts.feature[~wrapped],
        parts.repaired & ~refused,
        refused,
        parts.lost & ~refused,
    )
    return kept, having


def repeated(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """(f,) bool: features whose shape is that of an earlier one, whichever corner it begins with.

    They count once on the ground.
    """
    again = np.zeros(len(shapes), dtype=np.bool_)
    there = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    if not len(there):
        return again
    # what two equal shapes share is cheap to compare; only shapes that share it are looked at whole
    marks = np.column_stack([shapely.bounds(shapes[there]), shapely.get_num_coordinates(shapes[there])])
    _, group, counts = np.unique(marks, axis=0, return_inverse=True, return_counts=True)
    alike = there[counts[group.ravel()] > 1]
    seen: set[bytes] = set()
    for row, shape in zip(alike, shapely.normalize(shapes[alike]), strict=True):
        content = shapely.to_wkb(shape)
        again[row] = content in seen
        seen.add(content)
    return again


def _polygons(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """The polygons inside each shape, collections of collections opened, and each one's origin."""
    parts, origin = shapely.get_parts(shapes, return_index=True)
    while True:
        nested = shapely.get_type_id(parts) > shapely.GeometryType.POLYGON
        if not nested.any():
            break
        inner, at = shapely.get_parts(parts[nested], return_index=True)
        parts = np.concatenate([parts[~nested], inner])
        origin = np.concatenate([origin[~nested], origin[nested][at]])
    keep = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)
    return parts[keep], origin[keep].astype(np.int64)


def _features_with_other_parts(shapes: NDArray[np.object_], feature: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Features of which some part is no polygon (a point, a line, an empty part)."""
    kept = np.bincount(feature, minlength=len(shapes))
    whole = np.array([_count_leaves(shape) for shape in shapes], dtype=np.int64)
    dropped: NDArray[np.bool_] = whole > kept
    return dropped


def _count_leaves(shape: shapely.Geometry | None) -> int:
    if shape is None:
        return 0
    if shape.geom_type == "GeometryCollection":
        return sum(_count_leaves(part) for part in shape.geoms)
    return int(shapely.get_num_geometries(shape))
