"""A storm's track with wind radii becomes the ground that each wind swept over."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from pyproj import Geod

from shockplan.overlay import highest_at
from shockplan.point_grid import grid_points
from shockplan.shocks.layer import HazardLayer, Severity
from tests.core.test_shocks_reading import codes_of, read, refused_with

GEOD = Geod(ellps="WGS84")
NAUTICAL_MILE = 1852.0


def track(folder: Path, lon: list[float], lat: list[float], **radii: object) -> None:
    frame = gpd.GeoDataFrame(
        {"SID": ["A"] * len(lon), **radii}, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326"
    )
    frame.to_file(folder / "track.gpkg")


def quarters(knots: int, miles: list[float | None]) -> dict[str, list[float | None]]:
    return {f"R{knots}_{quadrant}": miles for quadrant in ("NE", "SE", "SW", "NW")}


def at(layer: HazardLayer, lon: float, lat: float, bearing: float, miles: float) -> int:
    east, north, _ = GEOD.fwd(lon, lat, bearing, miles * NAUTICAL_MILE)
    grid = grid_points(np.array([east]), np.array([north]))
    return int(highest_at(layer.parts, layer.severity, grid)[0])


def test_each_wind_reaches_as_far_as_its_radius(tmp_path: Path) -> None:
    winds = quarters(34, [60.0]) | quarters(50, [30.0]) | quarters(64, [10.0])
    track(tmp_path, [105.0], [17.0], **winds)
    layer = read(tmp_path, "track.gpkg")
    assert codes_of(layer) == {"shocks.track_read": ()}
    for bearing in (10, 100, 190, 280):
        found = [at(layer, 105, 17, bearing, miles) for miles in (5, 20, 45, 70)]
        assert found == [Severity.SEVERE, Severity.MODERATE, Severity.LOW, Severity.NONE]


def test_the_quarters_have_their_own_radii(tmp_path: Path) -> None:
    fields = {"R34_NE": [80.0], "R34_SE": [40.0], "R34_SW": [20.0], "R34_NW": [0.0]}
    track(tmp_path, [105.0], [17.0], **fields)
    layer = read(tmp_path, "track.gpkg")
    assert [at(layer, 105, 17, bearing, 30) for bearing in (45, 135, 225, 315)] == [1, 1, 0, 0]


def test_the_ground_between_two_positions_is_swept_too(tmp_path: Path) -> None:
    track(tmp_path, [104.0, 106.0], [17.0, 17.0], **quarters(34, [20.0, 20.0]))
    layer = read(tmp_path, "track.gpkg")
    assert at(layer, 105, 17, 0, 15) == Severity.LOW
    assert at(layer, 105, 17, 0, 30) == Severity.NONE


def test_a_wind_that_was_not_met_leaves_no_ground(tmp_path: Path) -> None:
    track(tmp_path, [104.0, 106.0], [17.0, 17.0], **quarters(34, [20.0, 20.0]), **quarters(64, [None, None]))
    assert set(read(tmp_path, "track.gpkg").severity.tolist()) == {Severity.LOW}
    track(tmp_path, [104.0], [17.0], **quarters(34, [None]))
    refused_with("nothing_usable", tmp_path, "track.gpkg")


def test_points_without_radii_are_no_track(tmp_path: Path) -> None:
    track(tmp_path, [104.0], [17.0])
    refused_with("no_polygons", tmp_path, "track.gpkg")


@pytest.mark.parametrize("spelling", ["USA_R34_{}", "rad34_{}", "{}34"])
def test_field_names_of_several_centres_are_known(tmp_path: Path, spelling: str) -> None:
    track(
        tmp_path,
        [105.0],
        [17.0],
        **{spelling.format(quadrant): [30.0] for quadrant in ("NE", "SE", "SW", "NW")},
    )
    assert at(read(tmp_path, "track.gpkg"), 105, 17, 45, 20) == Severity.LOW
