"""The tables of ground and households by district add up as they are printed."""

import csv
import io
from dataclasses import replace
from decimal import Decimal

import shapely

from shockplan.area_results import CERTAINTIES, CLASSES, GAP, OUTSIDE, OVERLAP
from shockplan.boundaries import Boundaries
from shockplan.outputs.area_csv import COUNTS, GROUND, TOTAL, areas_csv, matrix_csv
from shockplan.shocks.layer import Severity
from tests.core.paper_plan import paper_plan
from tests.core.test_exposure import hazard, indicator


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def check_sums(rows: list[dict[str, str]]) -> None:
    """Districts sum to their province, provinces to the total, column by column, as printed."""
    of = {level: [row for row in rows if row["level"] == level] for level in ("district", "province", TOTAL)}
    (total,) = of[TOTAL]
    assert of["district"] and len(of["province"]) == len({row["place"][:4] for row in of["district"]})
    for column in (*COUNTS, *GROUND):
        if total[column]:
            for province in of["province"]:
                mine = [row for row in of["district"] if row["place"].startswith(province["place"])]
                assert sum(Decimal(row[column] or 0) for row in mine) == Decimal(province[column]), column
            assert sum(Decimal(row[column]) for row in of["province"]) == Decimal(total[column]), column


def test_districts_sum_to_provinces_and_provinces_to_the_total_as_printed() -> None:
    plan = paper_plan(300)
    rows = rows_of(areas_csv(plan))
    for layer in plan.inputs.layers:
        mine = [row for row in rows if row["layer"] == layer.id]
        check_sums(mine)
        (total,) = [row for row in mine if row["level"] == TOTAL]
        assert int(total["households"]) == len(plan.inputs.registry.households)
        for prefix, whole in (("", "households"), ("people_", "people")):
            assert sum(int(total[f"{prefix}{name}"]) for name in CERTAINTIES) == int(total[whole])
            assert sum(int(total[f"{prefix}class_{name}"]) for name in CLASSES) == int(total[whole])


def test_a_provinces_value_is_marked_as_such_on_its_districts() -> None:
    plan = paper_plan(300)
    area = indicator({"LA17": Severity.SEVERE}, level="province")
    layers = (area, *plan.inputs.layers[1:])
    rows = rows_of(areas_csv(replace(plan, inputs=replace(plan.inputs, layers=layers))))
    marks = {row["level"]: row["value_of"] for row in rows if row["layer"] == area.id}
    assert marks == {"district": "province", "province": "", TOTAL: ""}
    assert {row["value_of"] for row in rows_of(areas_csv(plan))} == {""}


def test_ground_is_given_with_official_boundaries_only() -> None:
    plan = paper_plan(300)
    shapes = plan.inputs.boundaries.frame
    official = Boundaries(shapes, schematic=False, source="made up")
    square = shapely.box(*shapes.geometry[shapes["pcode"] == "LA1701"].iloc[0].bounds)
    layers = (hazard((square, Severity.SEVERE)), *plan.inputs.layers[1:])
    plan = replace(plan, inputs=replace(plan.inputs, boundaries=official, layers=layers))
    rows = [row for row in rows_of(areas_csv(plan)) if row["layer"] == "flood"]
    check_sums([row for row in rows if row["level"] in ("district", "province", TOTAL)])
    (total,) = [row for row in rows if row["level"] == TOTAL]
    for row in rows:
        parts = [Decimal(row[column]) for column in ("affected_km2", "unseen_km2", "unaffected_km2")]
        assert sum(parts) == Decimal(row["area_km2"])
        if Decimal(row["area_km2"]):
            share = Decimal(row["affected_km2"]) / Decimal(row["area_km2"])
            assert abs(Decimal(row["affected_share"]) - share) <= Decimal("0.00005")
    assert Decimal(total["severe_km2"]) > 0
    assert {row["level"] for row in rows} >= {OUTSIDE, OVERLAP, GAP}


def test_every_household_stands_once_in_the_matrix_of_each_pair() -> None:
    plan = paper_plan(300)
    rows = rows_of(matrix_csv(plan))
    pairs = {(row["layer"], row["other_layer"]) for row in rows}
    count = len(plan.exposure.layers)
    assert len(pairs) == count * (count - 1) // 2
    for pair in pairs:
        households = sum(int(row["households"]) for row in rows if (row["layer"], row["other_layer"]) == pair)
        assert households == len(plan.inputs.registry.households)
