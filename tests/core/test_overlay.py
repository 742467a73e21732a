"""The overlay is exact: the same answer as asking shapely for every point and every polygon."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from shockplan.overlay import areas_m2, coverage, discs, highest_at
from shockplan.point_grid import grid_points
from shockplan.progress import Cancelled
from shockplan.winding import meets_any

GEOD = Geod(ellps="WGS84")
coordinate = st.integers(0, 12).map(lambda value: 100.0 + value / 4)


@st.composite
def polygon(draw: st.DrawFn) -> shapely.Polygon:
    """A valid polygon on a coarse grid, so that edges and corners often meet; some with a hole."""
    west, south = draw(coordinate), draw(coordinate) - 85
    width, height = draw(st.integers(1, 8)) / 4, draw(st.integers(1, 8)) / 4
    kind = draw(st.sampled_from(["box", "triangle", "ring", "hull"]))
    box = shapely.box(west, south, west + width, south + height)
    if kind == "triangle":
        return shapely.Polygon([(west, south), (west + width, south), (west, south + height)])
    if kind == "ring":
        hole = shapely.box(west + width / 4, south + height / 4, west + width / 2, south + height / 2)
        return shapely.difference(box, hole)
    if kind == "hull":
        corners = draw(st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=7, unique=True))
        hull = shapely.convex_hull(shapely.MultiPoint([(x, y - 85) for x, y in corners]))
        return hull if hull.geom_type == "Polygon" else box
    return box


@st.composite
def points(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Points on and off the grid of the polygons' corners."""
    seed = draw(st.integers(0, 2**16))
    random = np.random.default_rng(seed)
    lon, lat = random.uniform(99.5, 105.5, 150), random.uniform(14.5, 20.5, 150)
    lon[:75] = np.round(lon[:75] * 4) / 4
    lat[:100] = np.round(lat[:100] * 4) / 4
    return lon, lat


def brute_force(parts: np.ndarray, severity: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    met = shapely.intersects(parts[:, None], shapely.points(lon, lat)[None, :])
    return np.where(met, np.maximum(severity, 0)[:, None], 0).max(axis=0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(polygon(), st.integers(-1, 3)), min_size=1, max_size=12), points())
def test_the_highest_severity_of_each_point_is_that_of_brute_force(
    ground: list[tuple[shapely.Polygon, int]], places: tuple[np.ndarray, np.ndarray]
) -> None:
    parts = np.array([shape for shape, _ in ground], dtype=object)
    severity = np.array([level for _, level in ground], dtype=np.int8)
    found = highest_at(parts, severity, grid_points(*places))
    assert (found == brute_force(parts, severity, *places)).all()


def test_the_points_inside_are_those_of_geopandas_points_on_edges_included() -> None:
    random = np.random.default_rng(5)
    parts = shapely.buffer(shapely.points(random.uniform(102, 106, 300), random.uniform(15, 20, 300)), 0.15)
    corner = shapely.get_coordinates(parts)[::37]
    lon = np.concatenate([random.uniform(101, 107, 20_000), corner[:, 0]])
    lat = np.concatenate([random.uniform(14, 21, 20_000), corner[:, 1]])
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
    joined = gpd.sjoin(frame, gpd.GeoDataFrame(geometry=parts, crs="EPSG:4326"), predicate="intersects")
    found = highest_at(parts, np.ones(len(parts), dtype=np.int8), grid_points(lon, lat))
    assert set(np.flatnonzero(found)) == set(joined.index)
    assert found[20_000:].all()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(polygon(), st.integers(1, 3)), min_size=1, max_size=8), points(), st.randoms())
def test_the_order_of_points_and_parts_changes_nothing(
    ground: list[tuple[shapely.Polygon, int]], places: tuple[np.ndarray, np.ndarray], shuffler: object
) -> None:
    parts = np.array([shape for shape, _ in ground], dtype=object)
    severity = np.array([level for _, level in ground], dtype=np.int8)
    order = np.random.default_rng(1).permutation(len(places[0]))
    turned = np.random.default_rng(2).permutation(len(parts))
    straight = highest_at(parts, severity, grid_points(*places))
    mixed = highest_at(parts[turned], severity[turned], grid_points(places[0][order], places[1][order]))
    assert (mixed == straight[order]).all()


def test_no_points_and_no_parts_are_no_fault() -> None:
    none = np.empty(0)
    box = np.array([shapely.box(102, 17, 103, 18)])
    level = np.array([3], dtype=np.int8)
    assert highest_at(box, level, grid_points(none, none)).shape == (0,)
    assert (highest_at(box[:0], level[:0], grid_points(np.array([102.5]), np.array([17.5]))) == 0).all()


def test_blank_coordinates_stand_nowhere() -> None:
    box = np.array([shapely.box(102, 17, 103, 18)])
    inside = meets_any(grid_points(np.array([102.5, np.nan]), np.array([17.5, 17.5])), box)
    assert inside.tolist() == [True, False]


def test_cancel_stops_the_overlay() -> None:
    def cancel(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        highest_at(
            np.array([shapely.box(102, 17, 103, 18)]), np.array([1], dtype=np.int8),
            grid_points(np.array([102.5]), np.array([17.5])), cancel,
        )  # fmt: skip


def test_areas_agree_with_the_geodesic_area_of_small_polygons() -> None:
    boxes = np.array(
        [shapely.box(lon, lat, lon + 0.01, lat + 0.01) for lon, lat in ((102, 17), (0, 0), (10, 85))]
    )
    geodesic = [abs(GEOD.geometry_area_perimeter(box)[0]) for box in boxes]
    assert areas_m2(boxes) == pytest.approx(geodesic, rel=1e-6)


def test_the_area_of_a_polygon_with_a_hole_leaves_the_hole_out() -> None:
    whole, hole = shapely.box(102, 17, 103, 18), shapely.box(102.2, 17.2, 102.4, 17.4)
    ringed = shapely.MultiPolygon([shapely.difference(whole, hole), shapely.box(104, 17, 105, 18)])
    sizes = areas_m2(np.array([ringed, whole, hole, shapely.box(104, 17, 105, 18), shapely.Polygon()]))
    assert sizes[0] == pytest.approx(sizes[1] - sizes[2] + sizes[3], rel=1e-12)
    assert sizes[4] == 0


def test_a_disc_reaches_its_radius_in_every_direction() -> None:
    disc = discs(np.array([102.6]), np.array([18.0]), 1000.0)[0]
    corners = shapely.get_coordinates(disc)
    _, _, away = GEOD.inv(np.full(len(corners), 102.6), np.full(len(corners), 18.0), *corners.T)
    assert away == pytest.approx(np.full(len(corners), 1000.0), abs=1e-3)


def test_overlapping_ground_is_counted_once_at_its_highest_class() -> None:
    place = np.array([shapely.box(102, 17, 103, 18)])
    parts = np.array([shapely.box(102, 17, 102.5, 18), shapely.box(102.25, 17, 102.75, 18)])
    found = coverage(place, parts, np.array([1, 3], dtype=np.int8))
    assert found.by_class[0] == pytest.approx([0.25, 0.0, 0.5], abs=1e-9)
    assert found.affected[0] == pytest.approx(0.75, abs=1e-9)


def test_ground_outside_the_observed_extent_is_unseen_unless_it_is_affected() -> None:
    place = np.array([shapely.box(102, 17, 103, 18)])
    parts = np.array([shapely.box(102.9, 17, 103, 18)])
    observed = shapely.box(102, 17, 102.5, 18)
    found = coverage(place, parts, np.array([2], dtype=np.int8), observed)
    assert found.affected[0] == pytest.approx(0.1, abs=1e-9)
    assert found.unseen[0] == pytest.approx(0.4, abs=1e-9)


def test_a_part_of_unknown_class_leaves_its_ground_unseen() -> None:
    place = np.array([shapely.box(102, 17, 103, 18)])
    parts = np.array([shapely.box(102, 17, 102.5, 18), shapely.box(102, 17, 102.25, 18)])
    found = coverage(place, parts, np.array([-1, 1], dtype=np.int8))
    assert found.unseen[0] == pytest.approx(0.25, abs=1e-9)
    assert found.affected[0] == pytest.approx(0.25, abs=1e-9)


def test_a_place_wholly_covered_has_the_share_one_and_a_neighbour_that_touches_none() -> None:
    random = np.random.default_rng(3)
    cells = discs(random.uniform(102, 103, 30), random.uniform(17, 18, 30), 900.0)
    around = np.array([shapely.box(101, 16, 104, 19)])
    beside = np.array([shapely.box(104, 16, 105, 19), shapely.box(105, 16, 106, 19)])
    assert (coverage(cells, around, np.array([2], dtype=np.int8)).affected == 1).all()
    assert coverage(beside[:1], beside[1:], np.array([2], dtype=np.int8)).affected[0] == 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(polygon(), st.integers(1, 3)), min_size=1, max_size=8), polygon())
def test_the_shares_of_a_place_are_those_of_the_union_of_its_ground(
    ground: list[tuple[shapely.Polygon, int]], place: shapely.Polygon
) -> None:
    parts = np.array([shape for shape, _ in ground], dtype=object)
    severity = np.array([level for _, level in ground], dtype=np.int8)
    found = coverage(np.array([place]), parts, severity)
    joined = shapely.intersection(place, shapely.union_all(parts))
    whole = areas_m2(np.array([place]))[0]
    covered = areas_m2(np.array([joined]))[0] if joined.area else 0.0
    assert found.affected[0] == pytest.approx(covered / whole, abs=1e-9)
    assert found.by_class.min() >= 0 and found.by_class.sum() <= 1 + 1e-9


@settings(max_examples=30, deadline=None)
@example(seed=66, count=27)  # a triangle wholly inside a disc: what is left of it is an empty polygon
@given(seed=st.integers(0, 2**16), count=st.integers(1, 40))
def test_long_edges_over_many_cells_and_holes_in_holes_are_exact(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    corners = random.uniform(100, 108, (count, 3, 2)) - [0, 86]
    parts = np.concatenate([shapely.polygons(corners), shapely.buffer(shapely.points(corners[:, 0]), 0.5)])
    parts = np.concatenate([parts, shapely.difference(parts[:count], parts[count:])])
    parts = shapely.get_parts(parts)
    inside = shapely.point_on_surface(parts[~shapely.is_empty(parts)])
    lon = np.concatenate([random.uniform(99, 109, 3000), shapely.get_x(inside), corners[:, 0, 0]])
    lat = np.concatenate([random.uniform(13, 23, 3000), shapely.get_y(inside), corners[:, 0, 1]])
    met = meets_any(grid_points(lon, lat), parts)
    expected = np.zeros(len(lon), dtype=bool)
    point, _ = shapely.STRtree(parts).query(shapely.points(lon, lat), predicate="intersects")
    expected[point] = True
    assert (met == expected).all()


def test_an_empty_polygon_meets_no_point_and_hides_no_other() -> None:
    grid = grid_points(np.array([102.5, 104.0]), np.array([17.5, 17.5]))
    parts = np.array([shapely.Polygon(), shapely.box(102, 17, 103, 18), shapely.Polygon()])
    assert meets_any(grid, parts).tolist() == [True, False]
    assert meets_any(grid, parts[:1]).tolist() == [False, False]


def test_points_on_every_kind_of_edge_and_corner_are_inside() -> None:
    grid = np.arange(0, 41) / 8
    lon, lat = (values.ravel() for values in np.meshgrid(102 + grid, 15 + grid))
    parts = np.array(
        [
            shapely.box(102.5, 15.5, 104, 17),
            shapely.Polygon([(104.5, 15.5), (105.5, 16.5), (104.5, 17.5), (103.5, 16.5)]),
            shapely.Polygon([(103, 18), (106, 18), (104.5, 19.5)]).normalize(),
            shapely.box(102, 18, 103, 20).difference(shapely.box(102.25, 18.5, 102.75, 19.5)),
        ]
    )
    expected = shapely.intersects(parts[:, None], shapely.points(lon, lat)[None, :]).any(axis=0)
    assert (meets_any(grid_points(lon, lat), parts) == expected).all()
    assert (meets_any(grid_points(lon, lat), shapely.reverse(parts)) == expected).all()


def test_points_by_polygons_far_away_and_all_at_one_place_are_no_fault() -> None:
    grid = grid_points(np.full(50, 102.5), np.full(50, 17.5))
    assert meets_any(grid, np.array([shapely.box(102, 17, 103, 18)])).all()
    assert not meets_any(
        grid, np.array([shapely.box(-170, -80, -160, -70), shapely.box(150, 60, 160, 70)])
    ).any()
    assert meets_any(grid, np.array([shapely.box(-180, -90, 180, 90)])).all()
