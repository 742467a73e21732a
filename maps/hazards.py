"""Hazard layers as the map draws them: areas by severity, and the ground that nobody looked at."""

from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry

from maps.ground import Ground
from maps.palette import hazard_style, not_observed_style
from maps.projection import project_shapes
from maps.scene import Detail, LegendEntry, LegendGroup, PathLayer
from maps.shapes import loose_details
from shockplan.shocks.layer import HazardLayer, Severity
from shockplan.texts import Language, tr

SEVERITIES = (Severity.LOW, Severity.MODERATE, Severity.SEVERE)


WIDE = 0.6
"""Of a coloured district: a hazard over more of it is drawn without a fill, for the colour to be read."""


def hides(layer: HazardLayer, ground: Ground, coloured: NDArray[np.bool_]) -> bool:
    """Would the hazard's fill cover most of a coloured district? `coloured` (n,) in the ground's order."""
    return bool(np.any(_covered(layer, ground)[coloured] > WIDE))


def hazard_layer(layer: HazardLayer, name: str, number: int, see_through: bool = False) -> PathLayer:
    """One shape a part of the source, the most severe on top. `number`: its place among the hazards."""
    details, severity = _drawn(layer)
    styles = tuple(hazard_style(each, number, see_through) for each in SEVERITIES)
    classes = np.where(severity >= Severity.LOW, severity - Severity.LOW, -1).astype(np.int16)
    return PathLayer(
        f"hazard:{layer.id}",
        name,
        details,
        ("",) * len(severity),
        classes,
        styles,
        severity.astype(np.float64),
    )


def hazard_legend(
    layer: HazardLayer, name: str, number: int, unseen: bool, language: Language, see_through: bool = False
) -> LegendGroup:
    """The severities that occur, the most severe first, then the ground not observed where it is drawn."""
    there = [severity for severity in reversed(SEVERITIES) if np.any(layer.severity == severity)]
    entries = tuple(
        LegendEntry(
            tr(f"maps.severity.{severity.name.lower()}", {}, language),
            hazard_style(severity, number, see_through),
        )
        for severity in there
    )
    if unseen:
        entries += (LegendEntry(tr("maps.not_observed", {}, language), not_observed_style(number)),)
    return LegendGroup(f"hazard:{layer.id}", name, entries)


def not_observed_layer(layer: HazardLayer, ground: Ground, name: str, number: int) -> PathLayer | None:
    """The ground outside of what the source looked at, and what clouds hid; None where there is neither."""
    details = _not_observed(layer, ground)
    if not details[0].shapes.vertices:
        return None
    count = len(details[0].shapes)
    return PathLayer(
        f"observed:{layer.id}",
        name,
        details,
        ("",) * count,
        np.zeros(count, dtype=np.int16),
        (not_observed_style(number),),
        np.full(count, np.nan),
    )


@lru_cache(maxsize=8)
def _drawn(layer: HazardLayer) -> tuple[tuple[Detail, ...], NDArray[np.int8]]:
    order = np.argsort(layer.severity, kind="stable")
    return loose_details(project_shapes(layer.parts[order])), layer.severity[order]


@lru_cache(maxsize=8)
def _covered(layer: HazardLayer, ground: Ground) -> NDArray[np.float64]:
    """(n,) about what share of each district the hazard covers, from some hundred points a district."""
    steps = (np.arange(12) + 0.5) / 12
    across, up = (grid.ravel() for grid in np.meshgrid(steps, steps))
    left, bottom, right, top = ground.bounds.T[:, :, None]
    points = shapely.points(left + across * (right - left), bottom + up * (top - bottom))
    inside = shapely.contains(ground.shapes[:, None], points)
    district, place = np.nonzero(inside)
    parts = project_shapes(layer.parts[layer.severity >= Severity.LOW])
    met = shapely.STRtree(parts).query(points[district, place], predicate="intersects")[0]
    hit = np.bincount(district[np.unique(met)], minlength=len(ground.shapes))
    return np.asarray(hit / np.maximum(inside.sum(axis=1), 1), dtype=np.float64)


@lru_cache(maxsize=8)
def _not_observed(layer: HazardLayer, ground: Ground) -> tuple[Detail, ...]:
    hidden = project_shapes(layer.parts[layer.severity == Severity.NOT_OBSERVED])
    if layer.observed is None:
        return loose_details(hidden)
    observed: Geometry = project_shapes(np.array([layer.observed], dtype=object))[0]
    if not observed.is_valid:
        observed = shapely.make_valid(observed)
    outside = np.array([shapely.difference(ground.whole, observed)], dtype=object)
    return loose_details(np.concatenate([outside, hidden]))
