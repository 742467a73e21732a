"""Most people reached and largest fall of the poverty gap: proven, checked against every possible plan."""

import itertools
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shockplan.budget import Status, solving
from shockplan.budget.allocation import Solved
from shockplan.exposure import Certainty
from shockplan.problems import InputError
from shockplan.progress import Cancelled
from tests.core.money_case import Case, exposure_of, registry_of, run, spec_of


def best_by_trying(case: Case, worth: list[int]) -> int:
    """The largest worth over every way of charging the ranked households to the funds that may pay them."""
    allocation, funds = case.allocation, case.spec.funds
    rows = np.flatnonzero(allocation.rank > 0).tolist()
    left = [fund.budget_kip - fund.reserve_kip - fund.set_aside_kip for fund in allocation.funds]
    table = allocation.may_pay.table[allocation.may_pay.kind[rows]]
    choices = [[-1, *np.flatnonzero(may).tolist()] for may in table]
    price = [
        [
            int(allocation.due_kip[row]) + -(-int(allocation.due_kip[row] * fund.fee_share * 100) // 100)
            for fund in funds
        ]
        for row in rows
    ]
    best = 0
    for plan in itertools.product(*choices):
        spent = [0] * len(funds)
        for place, fund in enumerate(plan):
            if fund >= 0:
                spent[fund] += price[place][fund]
        if all(take <= have for take, have in zip(spent, left, strict=True)):
            best = max(best, sum(worth[row] for row, fund in zip(rows, plan, strict=True) if fund >= 0))
    return best


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=7),
    st.lists(st.integers(50, 900), min_size=1, max_size=3),
    st.integers(0, 2**16),
)
def test_most_people_is_the_best_of_all_possible_plans(
    members: list[int], amounts: list[int], seed: int
) -> None:
    random = np.random.default_rng(seed)
    district = random.choice(["LA1701", "LA1702"], len(members)).tolist()
    earmarks: list[dict[str, Any]] = [{}, {"districts": ["LA1701"]}, {"districts": ["LA1702"]}]
    funds = [
        {"amount": amount, "earmark": earmarks[random.integers(3)], "fee_share": Decimal("0.07")}
        for amount in amounts
    ]
    bands = [{"members_from": start, "kip": int(random.integers(20, 300))} for start in (1, 3, 5, 8)]
    spec = spec_of([{"mode": "bands", "bands": bands}], funds, fit={"method": "most_people"})
    case = run(spec, registry_of(len(members), members=members, district=district))
    assert case.allocation.solved is not None
    assert case.allocation.solved.reached == best_by_trying(case, members) == case.summary.people_funded
    assert case.allocation.solved.gap == 0.0


def poverty(members: list[int], income: list[int | None], budget: int, **fit: Any) -> Case:
    fit = {"method": "poverty_gap", "poverty_line_kip": 100, "poverty_source": "made up", **fit}
    spec = spec_of([{"mode": "flat", "kip": 150}], [{"amount": budget}], fit=fit)
    return run(spec, registry_of(len(members), members=members, income_kip=income))


def test_the_poverty_gap_falls_most_where_the_whole_amount_fills_it() -> None:
    case = poverty([1, 3, 2, 4], [90, 100, 0, 1000], 300)
    assert case.allocation.status.tolist() == [Status.WAITING, Status.FUNDED, Status.FUNDED, Status.WAITING]
    assert case.allocation.solved == Solved("poverty_gap_kip", 300, 300)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 600)), min_size=1, max_size=9), st.integers(1, 1500)
)
def test_the_fall_of_the_poverty_gap_is_the_best_of_all_possible_plans(
    people: list[tuple[int, int]], budget: int
) -> None:
    members, income = [each for each, _ in people], [each for _, each in people]
    case = poverty(members, list(income), budget)
    worth = [min(150, max(0, 100 * size - has)) for size, has in people]
    assert case.allocation.solved is not None
    assert case.allocation.solved.reached == best_by_trying(case, worth)


def test_a_household_without_the_estimate_goes_to_verify() -> None:
    case = poverty([1, 1], [None, 50], 1000)
    assert case.allocation.status.tolist() == [Status.VERIFY, Status.FUNDED]
    blank = run(spec_of(fit={"method": "most_people"}), registry_of(2, members=[None, 1]))
    assert blank.allocation.status.tolist() == [Status.VERIFY, Status.FUNDED]


@pytest.mark.parametrize(
    ("fit", "key"),
    [({"poverty_line_kip": None}, "fit.poverty_line_kip"), ({"poverty_source": ""}, "fit.poverty_source")],
)
def test_without_line_or_source_the_poverty_gap_is_refused(fit: dict[str, Any], key: str) -> None:
    with pytest.raises(InputError) as caught:
        poverty([1], [50], 100, **fit)
    assert (caught.value.problems[0].code, caught.value.problems[0].column) == ("budget.poverty_missing", key)
    assert str(caught.value)


def test_the_estimate_of_a_means_test_is_taken_a_person() -> None:
    fit = {
        "method": "poverty_gap",
        "poverty_line_kip": 100,
        "poverty_source": "s",
        "poverty_field": "pmt_score",
    }
    spec = spec_of([{"mode": "flat", "kip": 150}], [{"amount": 150}], fit=fit)
    case = run(spec, registry_of(2, members=[5, 2], pmt_score=[90.0, 20.0]))
    assert case.allocation.status.tolist() == [Status.WAITING, Status.FUNDED]
    assert case.allocation.solved == Solved("poverty_gap_kip", 150, 150)


def test_many_different_households_are_joined_and_the_bound_stays_proven(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    income = np.random.default_rng(3).integers(0, 400, 300).tolist()
    exact = poverty([3] * 300, income, 9_000)
    monkeypatch.setattr(solving, "MOST_UNKNOWNS", 8)
    joined = poverty([3] * 300, income, 9_000)
    assert exact.allocation.solved is not None and joined.allocation.solved is not None
    assert joined.allocation.solved.reached <= exact.allocation.solved.reached
    assert joined.allocation.solved.bound >= exact.allocation.solved.reached
    assert joined.allocation.solved.gap < 0.1


def test_the_order_of_rows_changes_nothing_in_a_solved_plan() -> None:
    members = np.random.default_rng(5).integers(1, 9, 200)
    ids = [f"H{place:04}" for place in range(200)]
    transfer = [{"mode": "per_person", "kip": 37}]
    spec = spec_of(transfer, [{"amount": 9_999}, {"amount": 5_001}], fit={"method": "most_people"})
    case = run(spec, registry_of(200, members=members.tolist(), household_id=ids))
    order = np.random.default_rng(6).permutation(200)
    other = run(
        spec, registry_of(200, members=members[order].tolist(), household_id=[ids[row] for row in order])
    )
    assert np.array_equal(case.allocation.fund[order], other.allocation.fund)


def test_the_solver_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    poverty([1, 2], [0, 0], 200)
    assert capfd.readouterr() == ("", "")


def test_a_cancelled_solver_stops_with_the_callers_exception() -> None:
    from shockplan.budget import allocate
    from shockplan.decisions import NO_DECISIONS

    random = np.random.default_rng(1)
    members = random.integers(1, 60, 400).tolist()
    registry = registry_of(400, members=members)
    bands = [{"members_from": start, "kip": int(random.integers(1000, 9999))} for start in range(1, 60)]
    funds = [{"amount": 100_003}, {"amount": 70_001, "fee_kip": 3}, {"amount": 50_021, "fee_kip": 11}]
    spec = spec_of([{"mode": "bands", "bands": bands}], funds, fit={"method": "most_people"})
    case = run(spec, registry, exposure_of([Certainty.CERTAIN] * 400))

    def stop(share: float) -> None:
        if 0.7 < share < 0.8:  # only the solver reports from there
            raise Cancelled

    with pytest.raises(Cancelled):
        allocate(registry, case.exposure, case.targeting, case.entitlements, spec, NO_DECISIONS, stop)
