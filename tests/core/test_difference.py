"""Two plans compared, and alternatives on the same list."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from shockplan.alternatives import compare_fits, compare_transfers
from shockplan.demo import write_demo
from shockplan.difference import difference
from shockplan.inputs import read_inputs
from shockplan.plan import Plan, make_plan
from tests.core.money_case import plan_of, registry_of, run, spec_of


def small(kip: int, budgets: tuple[int, int], members: int = 4) -> Plan:
    funds = [{"amount": budgets[0]}, {"amount": budgets[1]}]
    return plan_of(run(spec_of([{"mode": "flat", "kip": kip}], funds), registry_of(members)))


def test_added_removed_changed_and_moved_households_are_told_apart() -> None:
    old, new = small(100, (200, 100)), small(100, (100, 100), members=5)
    found = difference(old, new)
    assert found.households[["household_id", "change"]].to_numpy().tolist() == [
        ["H0000001", "moved"],
        ["H0000002", "removed"],
    ]
    assert found.funds.to_dict("records") == [
        {
            "fund": "f0",
            "old_households": 2,
            "new_households": 1,
            "old_kip": 200,
            "new_kip": 100,
            "change_kip": -100,
        },
        {
            "fund": "f1",
            "old_households": 1,
            "new_households": 1,
            "old_kip": 100,
            "new_kip": 100,
            "change_kip": 0,
        },
    ]
    assert (found.old_kip, found.new_kip) == (300, 200)
    more = difference(old, small(150, (300, 300)))
    assert more.households["change"].tolist() == ["more", "more", "more", "added"]
    assert difference(small(150, (300, 300)), old).households["change"].tolist() == [
        "less",
        "less",
        "less",
        "removed",
    ]


def test_a_plan_differs_from_itself_in_nothing() -> None:
    plan = small(100, (200, 100))
    found = difference(plan, plan)
    assert len(found.households) == len(found.villages) == 0
    assert found.funds["change_kip"].tolist() == [0, 0]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return make_plan(read_inputs(write_demo(tmp_path_factory.mktemp("demo"), households=1500)))


def test_the_difference_adds_up_by_village_and_by_fund(demo: Plan) -> None:
    spec = demo.inputs.spec
    funds = tuple(fund.model_copy(update={"amount": fund.amount * 2}) for fund in spec.funds)
    indicators = (
        spec.score.indicators[0].model_copy(update={"weight": Decimal(2)}),
        *spec.score.indicators[1:],
    )
    score = spec.score.model_copy(update={"indicators": indicators})
    changed = spec.model_copy(update={"funds": funds, "score": score})
    other = make_plan(replace(demo.inputs, spec=changed), before=demo)
    found = difference(demo, other)
    assert (found.old_kip, found.new_kip) == (demo.summary.committed_kip, other.summary.committed_kip)
    assert int(found.villages["change_kip"].sum()) == found.new_kip - found.old_kip
    assert int(found.funds["new_kip"].sum()) == found.new_kip
    paid_before, paid_after = demo.allocation.fund >= 0, other.allocation.fund >= 0
    counts = found.households["change"].value_counts()
    assert counts.get("added", 0) == np.count_nonzero(~paid_before & paid_after)
    assert counts.get("removed", 0) == np.count_nonzero(paid_before & ~paid_after)


def test_every_fit_is_compared_on_the_same_list(demo: Plan) -> None:
    found = {outcome.name: outcome for outcome in compare_fits(demo)}
    assert list(found) == ["rank_and_stop", "rank_and_skip", "scale", "tier", "quota"]
    for outcome in found.values():
        assert outcome.problems == ()
        assert outcome.funded + outcome.waiting == demo.summary.funded + demo.summary.waiting
    assert found["rank_and_stop"].committed_kip == demo.summary.committed_kip
    assert found["rank_and_skip"].remaining_kip <= found["rank_and_stop"].remaining_kip


def test_transfers_are_compared_and_one_that_cannot_be_says_why(demo: Plan) -> None:
    transfers = demo.inputs.spec.transfers
    flat = transfers[1].model_copy(update={"mode": "flat", "kip": 500_000, "bands": ()})
    broken = transfers[1].model_copy(update={"mode": "meb_gap", "bands": ()})
    found = compare_transfers(
        demo, [("as it is", transfers), ("flat", [transfers[0], flat]), ("broken", [transfers[0], broken])]
    )
    assert found[0].funded == demo.summary.funded
    assert found[1].funded > 0
    assert [problem.code for problem in found[2].problems] == ["transfers.missing"]
