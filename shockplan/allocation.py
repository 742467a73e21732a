"""To which zone does a shape belong? Four rules that agencies use, and what each would change."""

from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod

Rule = Literal["first", "majority", "representative_point"]

_WGS84 = Geod(ellps="WGS84")


def zone_of(shapes: NDArray[np.object_], zones: NDArray[np.object_], rule: Rule) -> NDArray[np.int64]:
    """(n,) row of the zone that each shape belongs to, -1 where it meets none. All on EPSG:4326.

    `first`: the first zone that it touches, in the order given. `majority`: the zone with the largest
    part of its area, the first of equals. `representative_point`: the zone around an inner point.
    """
    asked = shapely.point_on_surface(shapes) if rule == "representative_point" else shapes
    shape, zone = shapely.STRtree(zones).query(asked, predicate="intersects")
    found = np.full(len(shapes), -1, dtype=np.int64)
    weight = np.zeros(len(shape))
    if rule == "majority":
        weight = shapely.area(shapely.intersection(shapes[shape], zones[zone]))
    # the last write stays: the heaviest pair of a shape, and among equals the first zone
    order = np.lexsort((-zone, weight, shape))
    found[shape[order]] = zone[order]
    return found


def spread_by_area(
    amounts: NDArray[np.float64],
    shapes: NDArray[np.object_],
    ground: shapely.Geometry,
    zones: NDArray[np.object_],
) -> NDArray[np.float64]:
    """(z,) what of the shapes' amounts lies on the ground in each zone, by geodesic area.

    An amount is spread evenly over its shape; a shape without an area gives nothing.
    """
    totals = np.zeros(len(zones))
    there = ~shapely.is_empty(shapes)
    hit = shapely.intersection(shapes[there], ground)
    shape, zone = shapely.STRtree(zones).query(hit, predicate="intersects")
    pieces = geodesic_areas_m2(shapely.intersection(hit[shape], zones[zone]))
    whole = geodesic_areas_m2(shapes[there])
    np.add.at(totals, zone, amounts[there][shape] * pieces / whole[shape])
    return totals


def geodesic_areas_m2(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """(n,) area in square metres on WGS 84, edges taken as geodesics; lines and points have none."""
    return np.array([abs(_WGS84.geometry_area_perimeter(_oriented(shape))[0]) for shape in shapes])


def _oriented(shape: shapely.Geometry) -> shapely.Geometry:
    """Polygons only, shells and holes turned opposite ways, so that holes are taken off."""
    parts = shapely.get_parts(shape)
    polygons = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return shapely.orient_polygons(shapely.multipolygons(polygons))
