"""Numbers worked out elsewhere: what the field, or plain arithmetic, says the answer is."""

from decimal import Decimal
from typing import Any

import pytest

from shockplan.budget import Status
from shockplan.cash import fewest_notes, notes_of
from shockplan.effect import effect_of
from shockplan.goods import goods_totals
from tests.core.money_case import Case, plan_of, registry_of, run, spec_of

PER_KIP = {
    "mode": "bands",
    "bands": [{"members_from": n, "kip": k} for n, k in ((1, 100), (2, 200), (3, 50))],
}


def ranked(method: str, budget: int, **fit: Any) -> Case:
    """Amounts 100, 200, 50 in rank order: three households of 1, 2 and 3 members."""
    registry = registry_of(3, members=[1, 2, 3])
    spec = spec_of([PER_KIP], [{"amount": budget}], fit={"method": method, **fit})
    return run(spec, registry)


def test_rank_and_stop_ends_at_the_first_household_that_does_not_fit() -> None:
    case = ranked("rank_and_stop", 250)
    assert (case.summary.funded, case.summary.committed_kip) == (1, 100)


def test_rank_and_skip_passes_over_the_household_that_does_not_fit() -> None:
    case = ranked("rank_and_skip", 250)
    assert (case.summary.funded, case.summary.committed_kip) == (2, 150)
    assert case.allocation.status.tolist() == [Status.FUNDED, Status.WAITING, Status.FUNDED]


def test_five_of_1000_against_3000_funds_three_or_pays_everyone_600() -> None:
    thousand, fund = [{"mode": "flat", "kip": 1000}], [{"amount": 3000}]
    stop = run(spec_of(thousand, fund), registry_of(5))
    assert stop.summary.funded == 3
    scaled = run(spec_of(thousand, fund, fit={"method": "scale"}), registry_of(5))
    assert scaled.allocation.round_kip.tolist() == [600] * 5
    assert scaled.allocation.scale == 600_000


def test_19242_households_of_50000_against_200_million() -> None:
    registry, fund = registry_of(19_242), [{"amount": 200_000_000}]
    flat = [{"mode": "per_person", "kip": 50_000}]
    stop = run(spec_of(flat, fund), registry)
    assert stop.summary.funded == 4_000
    fit = {"method": "scale", "step_kip": 500, "floor_share": Decimal("0.1")}
    scaled = run(spec_of(flat, fund, fit=fit), registry)
    assert set(scaled.allocation.round_kip.tolist()) == {10_000}
    assert scaled.summary.committed_kip == 192_420_000
    assert scaled.summary.remaining_kip == 7_580_000


def test_a_maximum_of_50_leaves_20_and_cuts_60() -> None:
    bands = [{"members_from": 1, "kip": 20}, {"members_from": 2, "kip": 60}]
    case = run(
        spec_of([{"mode": "bands", "bands": bands, "maximum_kip": 50}]), registry_of(2, members=[1, 2])
    )
    assert case.allocation.round_kip.tolist() == [20, 50]


def test_fifty_for_each_of_twelve_between_100_and_1000_is_600() -> None:
    transfer = {"mode": "per_person", "kip": 50, "minimum_kip": 100, "maximum_kip": 1000}
    case = run(spec_of([transfer]), registry_of(3, members=[12, 1, 30]))
    assert case.allocation.round_kip.tolist() == [600, 100, 1000]


def test_the_garment_workers_support_of_2021_to_the_kip() -> None:
    fund = [{"amount": 18_628_200_000}]
    case = run(spec_of([{"mode": "flat", "kip": 900_000}], fund), registry_of(20_698))
    assert case.summary.committed_kip == 18_628_200_000
    assert (case.summary.funded, case.summary.remaining_kip) == (20_698, 0)
    envelopes = fewest_notes(case.allocation.round_kip, notes_of(case.spec))
    assert {note: count for note, count in envelopes.totals().items() if count} == {100_000: 186_282}


def test_rice_of_15_kg_for_16318_people_is_244770_kg() -> None:
    """3,682 households of four and 318 of five are 16,318 people."""
    rice = {"item": "rice", "unit": "kg", "per_person": 15, "kip_per_unit": 14_000}
    transfer = {"mode": "flat", "kip": 50_000, "in_kind": [rice]}
    registry = registry_of(4_000, members=[4] * 3_682 + [5] * 318)
    case = run(spec_of([transfer], [{"amount": 200_000_000}]), registry)
    (total,) = goods_totals(registry, case.entitlements, case.allocation, case.spec.transfers)
    assert (total.people, total.quantity) == (16_318, 244_770)
    assert total.cost_kip == 244_770 * 14_000


@pytest.mark.parametrize(("members", "expected"), [([1, 2, 3, 4, 5], 0.2667), ([3] * 10, 0.0)])
def test_the_gini_of_one_to_five_is_0_2667_and_of_ten_equal_amounts_0(
    members: list[int], expected: float
) -> None:
    """What the funded get is 1, 2, 3, 4 and 5 kip; then ten times the same."""
    case = run(spec_of([{"mode": "per_person", "kip": 1}]), registry_of(len(members), members=members))
    assert round(effect_of(plan_of(case)).gini, 4) == expected


@pytest.mark.parametrize(
    ("rate", "kip"), [(Decimal("22400"), 22_400_000_000), (Decimal("22399.9999"), 22_399_999_900)]
)
def test_a_fund_in_dollars_is_amount_times_rate_rounded_down(rate: Decimal, kip: int) -> None:
    fund = [{"amount": Decimal("1000000"), "currency": "USD", "rate": rate}]
    assert run(spec_of(funds=fund), registry_of(1)).summary.budget_kip == kip
