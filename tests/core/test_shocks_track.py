"""A storm's track with wind radii becomes the ground that each wind swept over."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from shockplan.overlay import highest_at
from shockplan.point_grid import grid_points
from shockplan.shocks.layer import HazardLayer, Severity
from shockplan.shocks.look import look_at
from shockplan.shocks.proposals import propose
from shockplan.winding import meets_any
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


def write_table(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


QUARTERS = ("NE", "SE", "SW", "NW")
HEAD = "SID,ISO_TIME,LAT,LON," + ",".join(f"USA_R34_{quarter}" for quarter in QUARTERS)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_track_in_a_table_sweeps_the_ground_of_the_same_track_on_a_map(tmp_path: Path, suffix: str) -> None:
    rows = [
        ("A", "2024-09-07", 15.0, 108.0, 60, 60, 60, 60),
        ("A", "2024-09-08", 15.5, 106.5, 50, 40, 40, 50),
    ]
    frame = pd.DataFrame(rows, columns=HEAD.split(","))
    if suffix == "csv":
        frame.to_csv(tmp_path / "track.csv", index=False)
    else:
        frame.to_excel(tmp_path / "track.xlsx", index=False, engine="xlsxwriter")
    points = gpd.points_from_xy(frame["LON"], frame["LAT"])
    gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326").to_file(tmp_path / "track.gpkg")
    of_table, of_map = read(tmp_path, f"track.{suffix}"), read(tmp_path, "track.gpkg")
    assert shapely.equals_exact(of_table.parts, of_map.parts, 1e-9).all()
    assert of_table.severity.tolist() == of_map.severity.tolist() and of_table.features == of_map.features


def test_positions_that_cannot_be_read_are_listed_and_storms_are_kept_apart(tmp_path: Path) -> None:
    write_table(
        tmp_path / "track.csv",
        [HEAD, "A,t,15,105,30,30,30,30", "A,t,?,105,30,30,30,30", "B,t,15,108,30,30,30,30"],
    )
    layer = read(tmp_path, "track.csv")
    assert layer.features.refused == 1 and codes_of(layer)["shocks.refused"] == (2,)
    between = grid_points(np.array([106.5, 105.0, 108.0]), np.array([15.0, 15.0, 15.0]))
    assert meets_any(between, layer.parts).tolist() == [False, True, True]
    one = read(tmp_path, "track.csv", where={"field": "SID", "equals": "B"})
    assert one.features.left_out == 2 and meets_any(between, one.parts).tolist() == [False, False, True]


def test_a_storm_across_the_180th_meridian_does_not_sweep_the_whole_world(tmp_path: Path) -> None:
    write_table(
        tmp_path / "track.csv",
        [HEAD, "A,t,15,-179,60,60,60,60", "A,t,15,179,60,60,60,60", "A,t,15,106,60,60,60,60"],
    )
    layer = read(tmp_path, "track.csv")
    far = grid_points(np.array([20.0, 100.0, 106.0]), np.array([15.0, 20.0, 15.0]))
    assert meets_any(far, layer.parts).tolist() == [False, False, True]
    assert shapely.total_bounds(layer.parts)[2] < 185


def test_one_radius_for_all_quarters_is_a_circle_and_a_table_without_radii_no_hazard(
    tmp_path: Path,
) -> None:
    write_table(tmp_path / "track.csv", ["lat,lon,R34", "15,106,60"])
    layer = read(tmp_path, "track.csv")
    geod = Geod(ellps="WGS84")
    area = abs(geod.geometry_area_perimeter(layer.parts[0])[0])
    assert area == pytest.approx(np.pi * (60 * 1852) ** 2, rel=0.01)
    write_table(tmp_path / "places.csv", ["lat,lon,name", "15,106,a"])
    refused_with("table_no_track", tmp_path, "places.csv")
    write_table(tmp_path / "jobs.csv", ["pcode,jobs", "LA1701,5"])
    refused_with("table_no_track", tmp_path, "jobs.csv")


def test_a_track_is_known_before_it_is_used_and_needs_no_classes(tmp_path: Path) -> None:
    track(tmp_path, [106, 107], [15, 15], **quarters(34, [50, 50]))
    (table,) = look_at(tmp_path / "track.gpkg")
    assert table.kind == "track" and propose(table, "track.gpkg").reason == "track"
    write_table(tmp_path / "track.csv", [HEAD, "A,t,15,105,30,30,30,30"])
    (table,) = look_at(tmp_path / "track.csv")
    assert table.kind == "track" and table.features == 1
