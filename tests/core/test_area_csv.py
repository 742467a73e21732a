"""The tables of ground and households by district add up as they are printed."""

import csv
import io
from dataclasses import replace
from decimal import Decimal

import shapely

from shockplan.boundaries import Boundaries
from shockplan.outputs.area_csv import COUNTS, GAP, GROUND, OUTSIDE, OVERLAP, TOTAL, areas_csv, matrix_csv
from shockplan.shocks.layer import Severity
from tests.core.paper_plan import paper_plan
from tests.core.test_exposure import hazard


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_rows_of_each_layer_sum_to_its_total_as_printed() -> None:
    plan = paper_plan(300)
    rows = rows_of(areas_csv(plan))
    for layer in plan.inputs.layers:
        mine = [row for row in rows if row["layer"] == layer.id]
        districts = [row for row in mine if row["place"].startswith("LA")]
        (total,) = [row for row in mine if row["place"] == TOTAL]
        assert districts
        for column in COUNTS:
            assert sum(int(row[column]) for row in districts) == int(total[column]), column
        for column in GROUND:
            if total[column]:
                assert sum(Decimal(row[column]) for row in districts) == Decimal(total[column]), column
        assert int(total["households"]) == len(plan.inputs.registry.households)


def test_ground_is_given_with_official_boundaries_only() -> None:
    plan = paper_plan(300)
    shapes = plan.inputs.boundaries.frame
    official = Boundaries(shapes, schematic=False, source="made up")
    square = shapely.box(*shapes.geometry[shapes["pcode"] == "LA1701"].iloc[0].bounds)
    layers = (hazard((square, Severity.SEVERE)), *plan.inputs.layers[1:])
    plan = replace(plan, inputs=replace(plan.inputs, boundaries=official, layers=layers))
    rows = [row for row in rows_of(areas_csv(plan)) if row["layer"] == "flood"]
    districts = [row for row in rows if row["place"].startswith("LA")]
    (total,) = [row for row in rows if row["place"] == TOTAL]
    for column in GROUND:
        assert sum(Decimal(row[column]) for row in districts) == Decimal(total[column]), column
    for row in districts:
        parts = [Decimal(row[column]) for column in ("affected_km2", "unseen_km2", "unaffected_km2")]
        assert sum(parts) == Decimal(row["area_km2"])
    assert Decimal(total["severe_km2"]) > 0
    assert {row["place"] for row in rows} >= {OUTSIDE, OVERLAP, GAP}


def test_every_household_stands_once_in_the_matrix_of_each_pair() -> None:
    plan = paper_plan(300)
    rows = rows_of(matrix_csv(plan))
    pairs = {(row["layer"], row["other_layer"]) for row in rows}
    count = len(plan.exposure.layers)
    assert len(pairs) == count * (count - 1) // 2
    for pair in pairs:
        households = sum(int(row["households"]) for row in rows if (row["layer"], row["other_layer"]) == pair)
        assert households == len(plan.inputs.registry.households)
