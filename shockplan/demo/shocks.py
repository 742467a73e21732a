"""The made-up shocks: a flood along the Sekong as polygons by depth, and a COVID-19 impact table."""

import json
from typing import Any

import numpy as np
import pandas as pd
import shapely

from shockplan.areas import Gazetteer
from shockplan.demo.ground import DEMO_VILLAGES, KM, SEKONG, XE_KAMAN, XE_PIAN, river

MADE_UP = "made up for training: no real flood"
DEPTHS = ((1.5, 4.0, 0.35), (0.5, 1.5, 0.7), (0.2, 0.5, 1.0))
"""Depth from, depth below (metres), and how far from the river as a share of the flood's width."""

OBSERVED = [(106.10, 14.30), (107.02, 14.30), (107.18, 15.35), (106.10, 15.35)]
"""The ground that the made-up satellite saw: the east of the province is outside."""

CLOUD = (106.45, 14.68, 3.5)
"""A cloud in the picture: longitude, latitude, radius in km."""


def flood(rng: np.random.Generator) -> dict[str, Any]:
    """The flood as GeoJSON: polygons with depth_m, each class cut by a grid of 0.08 degree."""
    water = [_water(rng, course, km) for course, km in ((SEKONG, 1.7), (XE_KAMAN, 0.9), (XE_PIAN, 1.3))]
    seen = _seen()  # no water is reported where nobody could look
    features: list[dict[str, Any]] = []
    deeper = shapely.Polygon()
    for number, (least, most, _) in enumerate(DEPTHS):
        area = shapely.intersection(shapely.union_all([zones[number] for zones in water]), seen)
        zone = shapely.difference(area, deeper)
        deeper = shapely.union(area, deeper)
        for piece in _pieces(zone):
            depth = round(float(rng.uniform(least, most)), 2)
            # a class holds min <= x < max, and rounding up must not leave it
            depth = min(depth, most - 0.01)
            features.append(_feature(piece, {"fid": len(features) + 1, "depth_m": depth, "note": MADE_UP}))
    return _collection("flood_depth_made_up", features)


def observed() -> dict[str, Any]:
    """The analysis extent as GeoJSON: what was looked at, less a cloud."""
    return _collection("analysis_extent_made_up", [_feature(_seen(), {"note": MADE_UP})])


def _seen() -> shapely.Polygon:
    lon, lat, radius = CLOUD
    cloud = shapely.transform(
        shapely.buffer(shapely.Point(np.array([lon, lat]) * KM), radius, quad_segs=8), lambda km: km / KM
    )
    return shapely.difference(shapely.Polygon(OBSERVED), cloud)


def covid_impact(rng: np.random.Generator, gazetteer: Gazetteer) -> pd.DataFrame:
    """One row a district; one figure is blank, as in real reports."""
    districts = gazetteer.districts[gazetteer.districts["pcode"].isin(list(DEMO_VILLAGES))]
    count = len(districts)
    table = pd.DataFrame(
        {
            "District code": districts["pcode"],
            "District": districts["name_en"],
            "Unemployed (%)": rng.uniform(6, 24, count).round(1).astype("str"),
            "Businesses closed": rng.integers(8, 160, count).astype("str"),
            "Migrants returned": rng.integers(90, 1400, count).astype("str"),
            "Remark": "MADE UP",
        }
    )
    table.loc[table.index[-2], "Businesses closed"] = ""
    return table


def write_geojson(collection: dict[str, Any]) -> bytes:
    """The same bytes for the same shapes: one feature a line, five decimals (about a metre)."""
    head = {key: value for key, value in collection.items() if key != "features"}
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in collection["features"])
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    return f'{opening}, "features": [\n{lines}\n]}}\n'.encode()


def _water(rng: np.random.Generator, course: np.ndarray, km: float) -> list[shapely.Geometry]:
    """Ground under water along a river, one shape for each of DEPTHS, in degrees.

    The flood is about `km` wide to each side, narrower here and wider there.
    """
    line = river(course)
    steps = np.arange(0, line.length, 0.3)
    points = shapely.line_interpolate_point(line, steps)
    waves = rng.normal(0, 1, (3, 2)) * 0.2
    along = steps[:, None] / line.length * np.arange(1, 4) * 2 * np.pi
    width = km * np.clip(1 + (np.sin(along) @ waves[:, 0]) + (np.cos(along) @ waves[:, 1]), 0.5, 1.6)
    shapes = []
    for _, _, share in DEPTHS:
        wet = shapely.union_all(shapely.buffer(points, width * share, quad_segs=6))
        plain = shapely.simplify(wet, 0.04)
        shapes.append(shapely.transform(plain, lambda kilometres: kilometres / KM))
    return shapes


def _pieces(zone: shapely.Geometry) -> list[shapely.Geometry]:
    """A zone cut by a grid, without slivers, in grid order."""
    west, south, east, north = zone.bounds
    size = 0.08
    lon, lat = np.meshgrid(np.arange(west, east, size), np.arange(south, north, size))
    cells = shapely.box(lon.ravel(), lat.ravel(), lon.ravel() + size, lat.ravel() + size)
    cut = shapely.set_precision(shapely.intersection(zone, cells), 1e-5)
    parts = shapely.get_parts(cut)
    return [part for part in parts if part.geom_type == "Polygon" and part.area > 1e-6]


def _feature(shape: shapely.Geometry, properties: dict[str, Any]) -> dict[str, Any]:
    rings = [shape.exterior, *shape.interiors]
    coordinates = [[[round(x, 5), round(y, 5)] for x, y in ring.coords] for ring in rings]
    geometry = {"type": "Polygon", "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _collection(name: str, features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "name": name, "description": MADE_UP, "features": features}
