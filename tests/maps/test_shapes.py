"""Packed shapes: nothing lost on the way in, levels of detail, culling, and what lies under a point."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.projection import project, true_length, unproject
from maps.scene import Extent
from maps.shapes import (
    bounds_of,
    coverage_details,
    detail_for,
    detail_of,
    loose_details,
    nearest_point,
    pack,
    pen_down,
    shape_at,
    take,
    within,
)
from shockplan.areas import load_gazetteer
from shockplan.boundaries import read_boundaries
from tests.shared_data import SHARED, needs_shared

RING = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
SHAPES = np.array(
    [RING, shapely.MultiPolygon([shapely.box(20, 0, 30, 10), shapely.box(40, 0, 45, 5)]), shapely.Polygon()],
    dtype=object,
)


def test_packing_keeps_every_ring_and_vertex_and_the_place_of_an_empty_shape() -> None:
    packed = pack(SHAPES)
    assert len(packed) == 3
    assert packed.items.tolist() == [0, 2, 4, 4]
    assert np.diff(packed.rings).tolist() == [5, 5, 5, 5]
    assert packed.vertices == 20


def test_holes_turn_against_their_shell_so_that_winding_leaves_them_empty() -> None:
    packed = pack(SHAPES)
    signed = [shapely.LinearRing(packed.xy[start : start + 5]).is_ccw for start in packed.rings[:-1]]
    assert signed == [True, False, True, True]


def test_taking_some_shapes_gives_what_packing_them_gives() -> None:
    taken, expected = take(pack(SHAPES), np.array([1, 0])), pack(SHAPES[[1, 0]])
    assert np.array_equal(taken.xy, expected.xy)
    assert np.array_equal(taken.rings, expected.rings)
    assert np.array_equal(taken.items, expected.items)


def test_the_pen_lifts_once_at_the_end_of_each_ring() -> None:
    assert np.flatnonzero(pen_down(pack(SHAPES)) == 0).tolist() == [4, 9, 14, 19]


def test_bounds_are_those_of_the_shapes_and_blank_for_an_empty_one() -> None:
    assert np.array_equal(bounds_of(pack(SHAPES)), shapely.bounds(SHAPES), equal_nan=True)


def test_only_shapes_that_meet_the_extent_are_drawn() -> None:
    detail = detail_of(pack(SHAPES), 0)
    assert within(detail, Extent(44, 1, 60, 60)).tolist() == [1]
    assert within(detail, Extent(50, 50, 60, 60)).tolist() == []


@settings(max_examples=60)
@given(st.floats(-1, 50), st.floats(-1, 12))
def test_the_shape_under_a_point_is_the_one_that_contains_it(x: float, y: float) -> None:
    point = shapely.Point(x, y)
    found = shape_at(detail_of(pack(SHAPES), 0), x, y)
    if shapely.dwithin(shapely.boundary(SHAPES[:2]), point, 1e-9).any():
        return
    holding = np.flatnonzero(shapely.contains(SHAPES, point))
    assert found == (int(holding[0]) if len(holding) else None)


def test_the_nearest_symbol_is_found_only_within_reach() -> None:
    xy = np.array([[0.0, 0.0], [10.0, 0.0]])
    assert nearest_point(xy, 7, 0, 5) == 1
    assert nearest_point(xy, 5, 9, 5) is None
    assert nearest_point(xy[:0], 0, 0, 5) is None


def test_the_level_of_detail_is_never_off_by_more_than_half_a_pixel() -> None:
    details = loose_details(np.array([shapely.Point(0, 0).buffer(50_000, quad_segs=256)], dtype=object))
    assert [detail_for(details, metres).tolerance_m for metres in (1, 200, 799, 800, 10_000)] == [
        0, 100, 100, 400, 1600,
    ]  # fmt: skip
    counts = [detail.shapes.vertices for detail in details]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] < counts[0] / 8


def test_a_speck_falls_out_of_the_coarse_levels_and_keeps_its_place() -> None:
    details = loose_details(
        np.array([shapely.box(0, 0, 300, 300), shapely.box(0, 0, 9e4, 9e4)], dtype=object)
    )
    assert [np.diff(detail.shapes.items).tolist() for detail in details] == [[1, 1], [1, 1], [0, 1], [0, 1]]
    assert np.isnan(details[-1].bounds[0]).all()


@needs_shared
def test_official_districts_lose_vertices_by_level_but_never_a_district_or_a_shared_border() -> None:
    frame = read_boundaries(SHARED / "boundaries" / "lao_adm2_148.geojson", load_gazetteer()).frame
    metres = shapely.transform(frame.geometry.to_numpy(), project)
    details = coverage_details(metres)
    counts = [detail.shapes.vertices for detail in details]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == shapely.get_num_coordinates(metres).sum()
    assert counts[-1] < counts[0] / 4
    assert all(np.isfinite(detail.bounds).all() for detail in details)
    coarse = [
        shapely.polygons(detail.shapes.xy[start:end])
        for detail in details[-1:]
        for start, end in zip(detail.shapes.rings[:-1], detail.shapes.rings[1:], strict=True)
    ]
    assert shapely.coverage_is_valid(np.array(coarse, dtype=object))


def test_the_projection_is_equal_area_and_true_to_a_thousandth_in_length_all_over_the_country() -> None:
    districts = load_gazetteer().districts
    lon_lat = districts[["lon", "lat"]].to_numpy()
    assert unproject(project(lon_lat)) == pytest.approx(lon_lat, abs=1e-7)
    for x, y in project(lon_lat).tolist():
        assert true_length((x - 500, y), (x + 500, y)) == pytest.approx(1000, rel=1e-3)
        assert true_length((x, y - 500), (x, y + 500)) == pytest.approx(1000, rel=1e-3)
