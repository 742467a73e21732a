"""Coverage, Gini, targeting errors, goods, local demand."""

from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shockplan.equity import Demand, coverage, gini, local_demand, targeting_errors
from shockplan.exposure import Certainty
from shockplan.goods import goods_totals
from tests.core.money_case import exposure_of, registry_of, run, spec_of


def test_gini_of_one_to_five_and_of_ten_equal() -> None:
    assert round(gini(np.array([1, 2, 3, 4, 5])), 4) == 0.2667
    assert gini(np.full(10, 7)) == 0.0
    assert gini(np.array([], dtype=np.int64)) == gini(np.zeros(3, dtype=np.int64)) == 0.0
    assert gini(np.array([0, 0, 0, 8])) == 0.75


@given(st.lists(st.integers(0, 10**14), min_size=1, max_size=30))
def test_gini_is_half_the_mean_difference_over_the_mean(amounts: list[int]) -> None:
    count, total = len(amounts), sum(amounts)
    spread = sum(abs(one - other) for one in amounts for other in amounts)
    expected = spread / (2 * count * total) if total else 0.0
    assert abs(gini(np.array(amounts, dtype=np.int64)) - expected) < 1e-9


def test_coverage_by_each_group_adds_up_and_blank_is_a_group() -> None:
    registry = registry_of(
        5,
        district=["LA1701", "LA1701", "LA1702", "LA1702", "LA1702"],
        head_sex=["female", "male", None, "female", "male"],
        members=[2, 5, 9, None, 4],
        disabled=[0, 1, None, 2, 0],
    )
    exposure = exposure_of([Certainty.CERTAIN] * 4 + [Certainty.NO], [3, 2, 1, -1, 0])
    case = run(spec_of([{"mode": "flat", "kip": 100}], [{"amount": 300}]), registry, exposure)
    rows = coverage(registry, exposure, case.allocation)
    for kind in ("district", "head_sex", "members", "disabled", "size", "severity"):
        mine = [row for row in rows if row.kind == kind]
        if mine:
            assert sum(row.households for row in mine) == 5
            assert sum(row.funded for row in mine) == 3
            assert sum(row.kip for row in mine) == 300
    found = {(row.kind, row.group): row for row in rows}
    assert found["district", "LA1701"].coverage == 1.0
    assert found["district", "LA1702"].coverage == 0.5
    assert found["head_sex", ""].households == 1
    assert found["disabled", "yes"].households == 2
    assert found["size", "7+"].people == 9
    assert found["severity", "none"].coverage is None


def test_under_coverage_and_leakage_against_a_marker_of_need() -> None:
    case = run(spec_of([{"mode": "flat", "kip": 100}], [{"amount": 300}]), registry_of(5))
    errors = targeting_errors(np.array([1, 0, -1, 1, 1], dtype=np.int8), case.allocation)
    assert (errors.needy, errors.missed, errors.funded, errors.leaked, errors.unknown) == (3, 2, 2, 1, 1)
    assert (errors.under_coverage, errors.leakage) == (2 / 3, 1 / 2)


def test_local_demand_is_off_until_a_multiplier_with_a_source_is_stated() -> None:
    assert local_demand(1000, None, "a study") is None
    assert local_demand(1000, Decimal("1.5"), "") is None
    assert local_demand(1001, Decimal("1.5"), "a study") == Demand(Decimal("1.5"), "a study", 1501)


def test_fifteen_kilograms_of_rice_for_16318_people() -> None:
    rice = {"item": "Rice", "unit": "kg", "per_person": 15, "kip_per_unit": 18_899}
    kit = {"item": "Kit", "unit": "piece", "per_household": 1}
    sizes = [6] * 993 + [5] * 2072
    transfer = {"mode": "flat", "kip": 1000, "in_kind": [rice, kit]}
    case = run(spec_of([transfer], [{"amount": 10**9}]), registry_of(3065, members=sizes))
    found = goods_totals(case.registry, case.entitlements, case.allocation, case.spec.transfers)
    assert (found[0].people, found[0].quantity) == (16_318, 244_770)
    assert found[0].cost_kip == 244_770 * 18_899
    assert (found[1].quantity, found[1].cost_kip) == (3_065, 0)


def test_goods_are_given_each_round_and_a_blank_size_is_counted_as_open() -> None:
    rice = {"item": "Rice", "unit": "kg", "per_person": Decimal("0.5"), "per_household": 2, "kip_per_unit": 3}
    transfer = {"mode": "flat", "kip": 1, "rounds": 3, "in_kind": [rice]}
    case = run(spec_of([transfer]), registry_of(3, members=[3, None, 2]))
    (found,) = goods_totals(case.registry, case.entitlements, case.allocation, case.spec.transfers)
    assert (found.quantity, found.households_open) == (Decimal("25.5"), 1)
    assert found.cost_kip == 77
