"""A peer's own cases, reproduced: which of its buildings are hit, where, and how many of its people."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from shockplan.allocation import Rule, spread_by_area, zone_of
from shockplan.shocks.geometry import split_and_repair
from shockplan.shocks.layer import Severity
from shockplan.shocks.products import recognise
from tests.shared_data import SHARED, needs_shared

pytestmark = needs_shared
FOLDER = SHARED / "inasafe"


def flooded() -> shapely.Geometry:
    frame = gpd.read_file(FOLDER / "flood_multipart_polygons.shp")
    known = recognise(frame.drop(columns="geometry"))
    assert known is not None and known.field == "FLOODPRONE"
    return shapely.union_all(
        split_and_repair(frame.geometry.to_numpy()[known.answers == Severity.SEVERE]).shapes
    )


def grid() -> gpd.GeoDataFrame:
    return gpd.read_file(FOLDER / "grid_jakarta.geojson").to_crs("EPSG:4326")


@pytest.mark.parametrize(
    ("rule", "split"),
    [
        ("first", {"B": 5, "C": 2, "F": 11, "G": 15}),
        ("majority", {"B": 4, "C": 2, "F": 10, "G": 17}),
        ("representative_point", {"B": 3, "C": 3, "F": 10, "G": 17}),
    ],
)
def test_case_c_33_buildings_are_hit_and_each_rule_splits_them_its_own_way(
    rule: Rule, split: dict[str, int]
) -> None:
    buildings = gpd.read_file(FOLDER / "buildings.shp").geometry.to_numpy()
    hit = buildings[shapely.intersects(buildings, flooded())]
    assert len(buildings) == 181 and len(hit) == 33
    cells = grid()
    zone = zone_of(hit, cells.geometry.to_numpy(), rule)
    names, counts = np.unique(cells["name"].to_numpy()[zone], return_counts=True)
    assert dict(zip(names, counts.tolist(), strict=True)) == split


def test_case_d_the_people_on_flooded_ground_by_geodesic_share() -> None:
    census = gpd.read_file(FOLDER / "census.geojson")
    cells = grid()
    people = spread_by_area(
        census["population"].to_numpy(dtype=float),
        census.geometry.to_numpy(),
        flooded(),
        cells.geometry.to_numpy(),
    )
    found = {name: round(float(count), 2) for name, count in zip(cells["name"], people, strict=True) if count}
    assert found == {"B": 2919.91, "C": 7197.87, "F": 7898.25, "G": 10494.60}
    assert round(float(people.sum()), 2) == 28510.64
