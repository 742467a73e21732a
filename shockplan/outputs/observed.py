"""How much of the ground a hazard layer looked at: what its maker saw, less what clouds hid."""

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from shockplan.overlay import areas_m2
from shockplan.shocks.layer import HazardLayer, Severity

if TYPE_CHECKING:
    from shockplan.plan import Plan


def observed_share(plan: "Plan", layer: HazardLayer) -> float | None:
    """Of the ground of the districts with households, the share that was looked at, 0 to 1, on WGS 84.

    None where the layer does not say what was observed, or where no such district is on the map.
    """
    hidden = layer.parts[layer.severity == Severity.NOT_OBSERVED]
    if layer.observed is None and not len(hidden):
        return None
    frame = plan.inputs.boundaries.frame
    there = frame["pcode"].isin(plan.inputs.registry.households["district"].unique())
    if not there.any():
        return None
    ground = shapely.union_all(frame.geometry.to_numpy()[there.to_numpy()])
    seen = ground if layer.observed is None else shapely.intersection(ground, sound(layer.observed))
    if len(hidden):
        seen = shapely.difference(seen, shapely.union_all(hidden))
    whole = area_of(ground)
    return area_of(seen) / whole if whole else None


def sound(shape: shapely.Geometry) -> shapely.Geometry:
    return shape if shape.is_valid else shapely.make_valid(shape)


def area_of(shape: shapely.Geometry) -> float:
    """Square metres of the polygons of a shape; lines and points that a cut leaves have none."""
    parts: NDArray[np.object_] = shapely.get_parts(shape)
    polygons = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return float(areas_m2(polygons).sum()) if len(polygons) else 0.0
