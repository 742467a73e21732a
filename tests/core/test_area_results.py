"""Results by district: every row and every column adds up, and boundary faults are disclosed."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from shockplan.area_results import (
    CERTAINTIES,
    CLASSES,
    GAP,
    OUTSIDE,
    OVERLAP,
    class_matrix,
    ground_by_district,
    households_by_district,
)
from shockplan.areas import load_gazetteer
from shockplan.boundaries import Boundaries, read_boundaries, schematic_boundaries
from shockplan.overlay import areas_m2
from shockplan.shocks.layer import Severity
from tests.core.made_up import made_up_registry
from tests.core.test_exposure import DISTRICT, ask, hazard, indicator
from tests.shared_data import SHARED, needs_shared

WEST, EAST = shapely.box(106, 14, 107, 15), shapely.box(107, 14, 108, 15)


def boundaries(*shapes: shapely.Polygon) -> Boundaries:
    codes = [f"LA170{number}" for number in range(1, len(shapes) + 1)]
    return Boundaries(
        gpd.GeoDataFrame({"pcode": codes}, geometry=list(shapes), crs="EPSG:4326"), False, "made up"
    )


def test_affected_unseen_and_unaffected_ground_make_up_each_district() -> None:
    flood = hazard(
        (shapely.box(106.5, 14, 107.5, 15), Severity.LOW),
        (shapely.box(106.75, 14, 107.25, 15), Severity.SEVERE),
        observed=shapely.box(106.25, 14, 108, 15),
    )
    found = ground_by_district(flood, boundaries(WEST, EAST))
    assert found is not None
    table = found.table
    assert table["share"].tolist() == pytest.approx([0.5, 0.5], abs=1e-9)
    assert (table["low_km2"] + table["severe_km2"]).tolist() == pytest.approx(table["affected_km2"].tolist())
    assert (table["unseen_km2"] / table["area_km2"]).tolist() == pytest.approx([0.25, 0], abs=1e-9)
    summed = table[["affected_km2", "unseen_km2", "unaffected_km2"]].sum(axis=1)
    assert summed.tolist() == pytest.approx(table["area_km2"].tolist())
    assert [found.doubt(name) for name in (OUTSIDE, OVERLAP, GAP)] == [0, 0, 0]


def test_ground_outside_all_districts_and_faults_of_the_boundary_file_are_disclosed() -> None:
    ring = shapely.box(106, 14, 107, 15).difference(shapely.box(106.4, 14.4, 106.6, 14.6))
    overlapping = shapely.box(106.9, 14, 108, 15)
    flood = hazard((shapely.box(105, 14, 106.5, 15), Severity.LOW))
    found = ground_by_district(flood, boundaries(ring, overlapping))
    assert found is not None
    size = {name: areas_m2(np.array([box]))[0] / 1e6 for name, box in {
        "overlap": shapely.box(106.9, 14, 107, 15), "gap": shapely.box(106.4, 14.4, 106.6, 14.6),
        "outside": shapely.box(105, 14, 106, 15), "affected gap": shapely.box(106.4, 14.4, 106.5, 14.6),
    }.items()}  # fmt: skip
    assert found.doubt(OVERLAP) == pytest.approx(size["overlap"], rel=1e-6)
    assert found.doubt(GAP) == pytest.approx(size["gap"], rel=1e-6)
    assert found.doubt(OUTSIDE) == pytest.approx(size["outside"], rel=1e-6)
    assert found.doubt(GAP, "affected_km2") == pytest.approx(size["affected gap"], rel=1e-6)
    assert found.doubt(OVERLAP, "affected_km2") == 0


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**16))
def test_the_districts_less_the_overlaps_with_gaps_and_outside_are_all_the_affected_ground(seed: int) -> None:
    random = np.random.default_rng(seed)
    west = np.sort(random.uniform(102, 106, 3))
    squares = [shapely.box(x, 15, x + random.uniform(0.5, 2), 17) for x in west]
    shapes = [squares[0], squares[2]] if shapely.intersects(squares[0], squares[2]) else squares
    corners = random.uniform((101, 14), (108, 18), (6, 2))
    parts = [
        (shapely.box(x, y, x + 1, y + 1), Severity(level))
        for (x, y), level in zip(corners, random.integers(1, 4, 6), strict=True)
    ]
    found = ground_by_district(hazard(*parts), boundaries(*shapes))
    assert found is not None
    affected = found.table["affected_km2"].sum() - found.doubt(OVERLAP, "affected_km2")
    affected += found.doubt(GAP, "affected_km2") + found.doubt(OUTSIDE, "affected_km2")
    whole = areas_m2(np.array([shapely.union_all([part for part, _ in parts])]))[0] / 1e6
    assert affected == pytest.approx(whole, rel=1e-9)


def test_a_schematic_map_gives_no_square_kilometres() -> None:
    assert ground_by_district(hazard((WEST, Severity.LOW)), schematic_boundaries(load_gazetteer())) is None


def test_households_and_people_by_district_sum_to_the_total_in_every_direction() -> None:
    registry = made_up_registry(4000, seed=6)
    exposure = ask(registry, hazard((shapely.box(106.5, 14, 107, 15), Severity.LOW)))
    table = households_by_district(registry, exposure.layers[0])
    body, total = table[:-1].drop(columns="pcode"), table.iloc[-1]
    assert total["pcode"] == "total" and total["households"] == 4000
    assert (body.sum() == total.drop("pcode").astype(int)).all()
    classes = [f"class_{name}" for name in CLASSES]
    assert (table[list(CERTAINTIES)].sum(axis=1) == table["households"]).all()
    assert (table[classes].sum(axis=1) == table["households"]).all()
    assert (table[[f"people_{name}" for name in CERTAINTIES]].sum(axis=1) == table["people"]).all()
    assert (table[[f"people_{name}" for name in classes]].sum(axis=1) == table["people"]).all()
    members = registry.households["members"]
    assert total["people"] == members.sum() and total["members_blank"] == members.isna().sum()


def test_the_matrix_of_two_layers_holds_every_household_once() -> None:
    registry = made_up_registry(3000, seed=8)
    flood = hazard(
        (shapely.box(106.5, 14, 107, 15), Severity.LOW), (shapely.box(107, 14, 108, 15), Severity.SEVERE)
    )
    exposure = ask(registry, flood, indicator({DISTRICT: Severity.MODERATE, "LA1702": Severity.NONE}))
    first, second = exposure.layers
    matrix = class_matrix(first, second)
    assert matrix.to_numpy().sum() == 3000
    assert matrix.loc["severe", "moderate"] == ((first.severity == 3) & (second.severity == 2)).sum()
    assert matrix.loc["low"].sum() == (first.severity == Severity.LOW).sum()


@needs_shared
def test_the_real_districts_have_the_area_that_the_gazetteer_states() -> None:
    gazetteer = load_gazetteer()
    official = read_boundaries(SHARED / "boundaries" / "lao_adm2_148.geojson", gazetteer)
    found = ground_by_district(hazard((shapely.box(106, 14, 107, 15), Severity.LOW)), official)
    assert found is not None
    stated = gazetteer.districts.set_index("pcode")["area_km2"].reindex(found.table["pcode"]).to_numpy()
    assert np.median(np.abs(found.table["area_km2"] / stated - 1)) < 0.01
    assert found.doubt(OVERLAP) < 1 and found.doubt(GAP) < 1
