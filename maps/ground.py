"""The ground under every map, made once for a set of boundaries: districts, provinces, anchors of labels."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry

from maps.palette import DISTRICT_LINE, PROVINCE_LINE
from maps.projection import project_shapes
from maps.scene import Detail, Extent, LegendEntry, LegendGroup, Locator, PathLayer
from maps.shapes import coverage_details
from shockplan.areas import Gazetteer
from shockplan.boundaries import Boundaries
from shockplan.texts import Language, tr

LOCATOR_TOLERANCE_M = 4000.0


@dataclass(frozen=True, eq=False)
class Ground:
    """Districts in the order of the boundaries, projected metres.

    shapes (n,) polygons; anchors (n, 2) the middle of the widest place inside each; room (n,) the width
    in metres of the district at its anchor; provinces (p,) P-codes with their details.
    """

    pcodes: tuple[str, ...]
    shapes: NDArray[np.object_]
    details: tuple[Detail, ...]
    anchors: NDArray[np.float64]
    room: NDArray[np.float64]
    provinces: tuple[str, ...]
    province_details: tuple[Detail, ...]
    whole: Geometry

    @property
    def bounds(self) -> NDArray[np.float64]:
        return self.details[0].bounds


@lru_cache(maxsize=3)
def ground_of(boundaries: Boundaries, gazetteer: Gazetteer) -> Ground:
    """Project and prepare; about half a second for the 148 official districts, then kept."""
    shapes = project_shapes(boundaries.frame.geometry.to_numpy())
    pcodes = tuple(map(str, boundaries.frame["pcode"]))
    province_of = dict(zip(gazetteer.districts["pcode"], gazetteer.districts["province"], strict=True))
    belongs = np.array([province_of.get(pcode, "") for pcode in pcodes])
    provinces = tuple(sorted({province for province in belongs.tolist() if province}))
    province_shapes = np.array(
        [shapely.union_all(shapes[belongs == province]) for province in provinces], dtype=object
    )
    details = coverage_details(shapes)
    anchors, room = _anchors(shapes)
    return Ground(
        pcodes,
        shapes,
        details,
        anchors,
        room,
        provinces,
        coverage_details(province_shapes),
        shapely.union_all(shapes),
    )


def province_layer(ground: Ground, language: Language) -> PathLayer:
    """The outlines of the provinces, nothing inside."""
    count = len(ground.provinces)
    return PathLayer(
        "provinces",
        tr("maps.provinces", {}, language),
        ground.province_details,
        ground.provinces,
        np.zeros(count, dtype=np.int16),
        (PROVINCE_LINE,),
        np.full(count, np.nan),
    )


def border_legend(language: Language) -> LegendGroup:
    """Which line is which border."""
    entries = (
        LegendEntry(tr("maps.border.province", {}, language), PROVINCE_LINE, "line"),
        LegendEntry(tr("maps.border.district", {}, language), DISTRICT_LINE, "line"),
    )
    return LegendGroup("provinces", tr("maps.borders", {}, language), entries)


def extent_of(ground: Ground, pcodes: frozenset[str], margin: float = 0.06) -> Extent:
    """The ground of these districts with a margin (share of the longer side); all of it for none."""
    chosen = np.array([pcode in pcodes for pcode in ground.pcodes])
    bounds = ground.bounds[chosen] if chosen.any() else ground.bounds
    left, bottom = np.nanmin(bounds[:, 0:2], axis=0).tolist()
    right, top = np.nanmax(bounds[:, 2:4], axis=0).tolist()
    space = margin * max(right - left, top - bottom)
    return Extent(left - space, bottom - space, right + space, top + space)


def locator_of(ground: Ground) -> Locator:
    """The provinces in a few hundred vertices."""
    outline = ground.province_details[-1].shapes
    return Locator(outline, extent_of(ground, frozenset(), margin=0.03))


def anchors_in(ground: Ground, extent: Extent) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Anchors and room as the ground's, but in the part that shows of districts that the frame cuts."""
    left, bottom, right, top = ground.bounds.T
    meets = (left < extent.right) & (right > extent.left) & (bottom < extent.top) & (top > extent.bottom)
    cut = meets & (
        (left < extent.left) | (right > extent.right) | (bottom < extent.bottom) | (top > extent.top)
    )
    anchors, room = ground.anchors.copy(), ground.room.copy()
    if cut.any():
        showing = shapely.clip_by_rect(
            ground.shapes[cut], extent.left, extent.bottom, extent.right, extent.top
        )
        anchors[cut], room[cut] = _anchors(showing)
    return anchors, room


def _anchors(shapes: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where a label stands best in each shape, and how wide the shape is there."""
    simple = shapely.simplify(shapes, 500.0)
    centres = np.full((len(shapes), 2), np.nan)
    room = np.zeros(len(shapes))
    for index, shape in enumerate(simple):
        if shape.is_empty:
            continue
        spine = shapely.maximum_inscribed_circle(shape, tolerance=500.0)
        x, y = spine.coords[0]
        centres[index] = x, y
        west, _, east, _ = shape.bounds
        across = shapely.intersection(shape, shapely.LineString([(west - 1, y), (east + 1, y)]))
        pieces = shapely.bounds(shapely.get_parts(across))
        here = pieces[(pieces[:, 0] <= x) & (pieces[:, 2] >= x)]
        room[index] = 2 * float(min(x - here[0, 0], here[0, 2] - x)) if len(here) else 2 * spine.length
    return centres, room
