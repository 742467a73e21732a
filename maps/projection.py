"""The one projection of every map: Lambert azimuthal equal-area, centred on Laos, WGS 84.

Why: district colours are compared by area, so areas must be true; and over the whole country lengths
are then wrong by less than 0.1 % (UTM zone 48N, the country's usual grid, is off by 0.3 % in length and
0.6 % in area in Bokeo, whose longitude lies outside the zone). North is up within 1.3 degrees.
"""

from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer

CENTRE_LON, CENTRE_LAT = 103.9, 18.2
PROJ = f"+proj=laea +lat_0={CENTRE_LAT} +lon_0={CENTRE_LON} +datum=WGS84 +units=m +no_defs"
GEOD = Geod(ellps="WGS84")

Points = NDArray[np.float64]


@cache
def _forward() -> Transformer:
    return Transformer.from_crs("EPSG:4326", CRS.from_proj4(PROJ), always_xy=True)


def project(lon_lat: Points) -> Points:
    """(n, 2) degrees to (n, 2) metres. NaN stays NaN."""
    x, y = _forward().transform(lon_lat[:, 0], lon_lat[:, 1])
    xy = np.column_stack([x, y])
    xy[~np.isfinite(xy).all(axis=1)] = np.nan
    return xy


def unproject(xy: Points) -> Points:
    """(n, 2) metres to (n, 2) degrees of longitude and latitude."""
    lon, lat = _forward().transform(xy[:, 0], xy[:, 1], direction="INVERSE")
    return np.column_stack([lon, lat])


def project_shapes(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Polygons in EPSG:4326 to polygons in projected metres."""
    projected: NDArray[np.object_] = shapely.transform(shapes, project)
    return projected


def true_length(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Geodesic metres between two projected points."""
    (lon1, lat1), (lon2, lat2) = unproject(np.array([start, end])).tolist()
    return float(GEOD.inv(lon1, lat1, lon2, lat2)[2])


def geodesic(xy: Points) -> tuple[list[float], float]:
    """Metres of each step along projected points (n, 2), and the square metres that they enclose.

    On the WGS 84 ellipsoid (Karney 2013, as in GeographicLib).
    """
    lon, lat = unproject(xy).T
    area, _ = GEOD.polygon_area_perimeter(lon, lat)
    return [float(step) for step in GEOD.line_lengths(lon, lat)], abs(float(area))
