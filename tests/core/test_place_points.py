"""A point is taken where it can be right; what is plain is proposed, and turned only by decision."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from shockplan.areas import load_gazetteer
from shockplan.boundaries import Boundaries, read_boundaries, schematic_boundaries
from shockplan.registry.place_decisions import PlaceDecisions
from shockplan.registry.place_points import (
    PointFinding,
    check_points,
    point_problems,
    points_elsewhere,
    villages_elsewhere,
)
from shockplan.texts import problem_sentence
from tests.shared_data import SHARED, needs_shared

G = load_gazetteer()
ATTAPEU = (106.83, 14.81)


def utm(zone: int, lon: float, lat: float) -> tuple[float, float]:
    return Transformer.from_crs("EPSG:4326", f"EPSG:{32600 + zone}", always_xy=True).transform(lon, lat)


def finding_of(x: float, y: float, decisions: PlaceDecisions | None = None) -> PointFinding:
    points = check_points(np.array([x]), np.array([y]), G, decisions or PlaceDecisions())
    return PointFinding(points.finding[0])


@pytest.mark.parametrize(
    ("x", "y", "finding"),
    [
        (*ATTAPEU, PointFinding.FINE),
        (*ATTAPEU[::-1], PointFinding.EXCHANGED),
        (np.nan, np.nan, PointFinding.BLANK),
        (106.83, np.nan, PointFinding.HALF),
        (0.0, 0.0, PointFinding.ZERO),
        (98.6, 14.8, PointFinding.OUTSIDE),
        (105.85, 21.03, PointFinding.OUTSIDE),  # Hanoi
        (1068.3, 14.81, PointFinding.OUTSIDE),
        (np.inf, 14.81, PointFinding.OUTSIDE),
        (*utm(48, *ATTAPEU), PointFinding.METRES_48),
        (*utm(47, 100.9, 20.4), PointFinding.METRES_47),
    ],
)
def test_each_kind_of_point_is_told_apart(x: float, y: float, finding: PointFinding) -> None:
    assert finding_of(x, y) == finding


def test_only_fine_points_keep_their_coordinates_and_the_others_get_a_proposal() -> None:
    x, y = np.array([106.83, 14.81, utm(48, *ATTAPEU)[0]]), np.array([14.81, 106.83, utm(48, *ATTAPEU)[1]])
    points = check_points(x, y, G)
    assert list(np.isnan(points.lon)) == [False, True, True]
    assert points.proposed_lon[1:] == pytest.approx([106.83, 106.83], abs=1e-6)
    assert points.proposed_lat[1:] == pytest.approx([14.81, 14.81], abs=1e-6)


def test_what_a_person_accepted_is_turned_and_projected() -> None:
    decisions = PlaceDecisions(exchange_points=True, points_crs="EPSG:32648")
    x, y = np.array([14.81, utm(48, *ATTAPEU)[0]]), np.array([106.83, utm(48, *ATTAPEU)[1]])
    points = check_points(x, y, G, decisions)
    assert list(points.finding) == [PointFinding.EXCHANGED_TURNED, PointFinding.PROJECTED]
    assert points.lon == pytest.approx([106.83, 106.83], abs=1e-6)
    assert points.lat == pytest.approx([14.81, 14.81], abs=1e-6)


def test_a_stated_zone_is_the_only_one_tried() -> None:
    x, y = utm(47, 100.9, 20.4)
    assert finding_of(x, y, PlaceDecisions(points_crs="EPSG:32648")) == PointFinding.OUTSIDE


def test_each_kind_becomes_a_problem_with_rows_and_texts() -> None:
    x, y = np.array([106.83, 14.81, 0.0]), np.array([14.81, 106.83, 0.0])
    zero, exchanged = point_problems(check_points(x, y, G), np.array([2, 3, 4]), x, y, "a.csv", "X / Y")
    assert (zero.code, zero.rows, zero.values) == ("places.point_zero", (4,), ("0.0 / 0.0",))
    assert (exchanged.code, exchanged.rows) == ("places.point_exchanged", (3,))
    assert "14.81 / 106.83" in problem_sentence(exchanged)


@needs_shared
def test_no_official_district_is_taken_for_abroad() -> None:
    shapes = read_boundaries(SHARED / "boundaries" / "lao_adm2_148.geojson", G).frame.geometry
    corners = shapely.get_coordinates(shapes.to_numpy())
    assert (check_points(corners[:, 0], corners[:, 1], G).finding == PointFinding.FINE).all()


@given(st.lists(st.tuples(st.floats(), st.floats()), max_size=8))
@settings(max_examples=80, deadline=None)
def test_any_numbers_are_answered_and_kept_only_inside_the_country(pairs: list[tuple[float, float]]) -> None:
    x, y = np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])
    points = check_points(x, y, G)
    kept = ~np.isnan(points.lon)
    assert (kept == (points.finding == PointFinding.FINE)).all()
    assert (points.lon[kept] == x[kept]).all()
    assert ((points.lat[kept] > 13) & (points.lat[kept] < 23)).all()


def households() -> pd.DataFrame:
    """One at home, one beside the border of its district, one far away, one without a point."""
    rows = [
        ("LA1701", 106.95, 14.90),
        ("LA1701", 106.999, 14.90),
        ("LA1701", 107.05, 14.90),
        ("LA1702", np.nan, np.nan),
    ]
    frame = pd.DataFrame(rows, columns=["district", "lon", "lat"])
    return frame.assign(source_row=np.arange(2, 6))


def halves(schematic: bool) -> Boundaries:
    """Two districts that meet at 106.998 E."""
    shapes = [shapely.box(106.5, 14, 106.998, 15.5), shapely.box(106.998, 14, 107.5, 15.5)]
    frame = gpd.GeoDataFrame({"pcode": ["LA1701", "LA1702"]}, geometry=shapes, crs="EPSG:4326")
    return Boundaries(frame, schematic, "test")


def test_a_point_in_another_district_than_the_code_is_reported_and_the_code_stands() -> None:
    frame = households()
    before = frame.copy()
    (problem,) = points_elsewhere(frame, halves(schematic=False), "a.csv")
    assert (problem.code, problem.level) == ("places.point_in_other_district", "warning")
    assert problem.rows == (4,)
    assert problem.values == ("LA1701 / LA1702",)
    pd.testing.assert_frame_equal(frame, before)


def test_villages_whose_point_is_in_another_district_are_named_once() -> None:
    villages = households().assign(code=["a", "b", "c", None])
    (problem,) = villages_elsewhere(villages, halves(schematic=False), "villages.csv")
    assert (problem.code, problem.args["codes"], problem.rows) == ("places.villages_elsewhere", ("c",), ())
    assert villages_elsewhere(villages, halves(schematic=True), "villages.csv") == ()
    assert villages_elsewhere(villages.iloc[:2], halves(schematic=False), "villages.csv") == ()


def test_the_schematic_map_never_doubts_a_household() -> None:
    assert points_elsewhere(households(), halves(schematic=True), "a.csv") == ()
    assert points_elsewhere(households(), schematic_boundaries(G), "a.csv") == ()
