"""Funds, reserves, fees, set-aside, duplicates, and the faults of a budget."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from shockplan.budget import Reason, Status
from shockplan.budget.amounts import sum_exact, to_step
from shockplan.budget.fits import largest_remainder
from shockplan.decisions import Decisions
from shockplan.exposure import Certainty
from shockplan.problems import InputError
from tests.core.money_case import Case, exposure_of, registry_of, run, spec_of

FLAT = [{"mode": "flat", "kip": 100}]


def refused(**parts: Any) -> tuple[str, str | None]:
    transfers = parts.pop("transfers", FLAT)
    with pytest.raises(InputError) as caught:
        run(spec_of(transfers, parts.pop("funds", None), **parts), registry_of(2))
    assert str(caught.value)
    return caught.value.problems[0].code, caught.value.problems[0].column


def test_fees_round_up_to_a_kip_for_each_payment() -> None:
    fund = {"amount": 10_000, "fee_share": Decimal("0.011"), "fee_kip": 3}
    case = run(spec_of([{"mode": "flat", "kip": 100, "rounds": 4}], [fund]), registry_of(1))
    assert case.allocation.fee_kip.tolist() == [4 * (2 + 3)]
    assert case.summary.remaining_kip == 10_000 - 400 - 20


def test_a_fee_may_differ_by_channel_and_a_blank_channel_pays_the_highest() -> None:
    fees = {"cash": 9, "mobile": 1}
    fund = {"amount": 10_000, "fee_kip": 4, "fee_by_channel": fees}
    registry = registry_of(4, channel=["cash", "cash_point", "mobile", None])
    case = run(spec_of([{"mode": "flat", "kip": 100, "rounds": 2}], [fund]), registry)
    assert case.allocation.fee_kip.tolist() == [18, 8, 2, 18]
    assert case.summary.fees_kip == 46


def test_a_reserve_rounds_up() -> None:
    fund = {"amount": 1001, "reserve_share": Decimal("0.1")}
    assert run(spec_of(FLAT, [fund]), registry_of(1)).summary.reserve_kip == 101


def test_a_household_is_charged_to_the_first_fund_that_may_pay_it_and_can() -> None:
    funds = [{"amount": 150, "earmark": {"districts": ["LA1702"]}}, {"amount": 200}]
    registry = registry_of(4, district=["LA1701", "LA1702", "LA1702", "LA1701"])
    case = run(spec_of(FLAT, funds), registry)
    assert case.allocation.fund.tolist() == [1, 0, 1, -1]
    assert case.allocation.reason.tolist() == [0, 0, 0, Reason.MONEY]
    assert [fund.remaining_kip for fund in case.allocation.funds] == [50, 0]
    assert [fund.unusable_kip for fund in case.allocation.funds] == [50, 0]


def test_a_household_that_no_fund_may_pay_waits_as_such_and_closes_nothing() -> None:
    funds = [{"amount": 200, "earmark": {"provinces": ["LA17"]}}]
    case = run(spec_of(FLAT, funds), registry_of(3, district=["LA0103", "LA1701", "LA1702"]))
    assert case.allocation.reason.tolist() == [Reason.NO_FUND, 0, 0]
    assert case.allocation.rank.tolist() == [1, 2, 3]


def test_an_earmark_to_an_expansion_or_a_transfer_pays_only_that() -> None:
    transfers = [
        {"mode": "flat", "kip": 10, "when": {"field": "in_mecg", "equals": True}, "expansion": "vertical"},
        {"mode": "flat", "kip": 20},
    ]
    funds = [
        {"amount": 1000, "earmark": {"expansion": "vertical"}},
        {"amount": 1000, "earmark": {"transfers": ["t1"]}},
    ]
    case = run(spec_of(transfers, funds), registry_of(2, in_mecg=[False, True]))
    assert case.allocation.fund.tolist() == [1, 0]
    assert case.allocation.round_kip.tolist() == [20, 10]


def test_a_shock_earmark_needs_the_layer_to_have_hit_or_a_person_to_have_said_so() -> None:
    funds = [{"amount": 1000, "earmark": {"shocks": ["flood"]}}]
    exposure = exposure_of([Certainty.CERTAIN, Certainty.POSSIBLE, Certainty.NO])
    everyone = {"rule": {"field": "members", "at_least": 1}}
    spec = spec_of(FLAT, funds, eligibility=everyone)
    case = run(spec, registry_of(3), exposure, Decisions(verify={"H0000001": True, "H0000002": True}))
    assert case.allocation.fund.tolist() == [0, 0, -1]
    assert run(spec, registry_of(3), exposure).allocation.fund.tolist() == [0, -1, -1]


def test_verify_holds_its_share_of_what_it_may_cost_fees_included() -> None:
    fund = {"amount": 10_000, "fee_kip": 5}
    exposure = exposure_of([Certainty.CERTAIN, Certainty.POSSIBLE, Certainty.UNKNOWN])
    transfer = [{"mode": "flat", "kip": 100, "rounds": 2}]
    full = run(spec_of(transfer, [fund]), registry_of(3), exposure)
    assert (full.summary.verify, full.summary.set_aside_kip) == (2, 2 * 210)
    third = run(
        spec_of(transfer, [fund], fit={"set_aside_share": Decimal("0.333")}), registry_of(3), exposure
    )
    assert third.summary.set_aside_kip == 140  # 139.86 rounded up
    none = run(spec_of(transfer, [fund], fit={"set_aside_share": Decimal(0)}), registry_of(3), exposure)
    assert none.summary.set_aside_kip == 0


def test_set_aside_is_drawn_from_the_funds_that_may_pay_in_order() -> None:
    funds = [{"amount": 1000, "earmark": {"districts": ["LA1702"]}}, {"amount": 150}, {"amount": 1000}]
    exposure = exposure_of([Certainty.POSSIBLE] * 3)
    case = run(spec_of(FLAT, funds), registry_of(3, district=["LA1701", "LA1702", "LA1701"]), exposure)
    assert [fund.set_aside_kip for fund in case.allocation.funds] == [100, 150, 50]
    assert case.allocation.set_aside_wanted_kip == 300


def test_set_aside_never_takes_more_than_there_is_and_says_what_it_wanted() -> None:
    case = run(spec_of(FLAT, [{"amount": 150}]), registry_of(3), exposure_of([Certainty.POSSIBLE] * 3))
    assert (case.summary.set_aside_kip, case.allocation.set_aside_wanted_kip) == (150, 300)


def test_an_undecided_duplicate_is_cut_and_held_once_for_the_cluster() -> None:
    registry = registry_of(4, members=[1, 3, 2, 1], duplicate=[0, 0, 0, -1])
    case = run(spec_of([{"mode": "per_person", "kip": 100}]), registry)
    assert case.allocation.status.tolist() == [Status.CUT] * 3 + [Status.FUNDED]
    assert case.allocation.reason.tolist() == [Reason.DUPLICATE_UNDECIDED] * 3 + [0]
    assert case.summary.set_aside_kip == 300


def test_a_decided_cluster_pays_one_and_holds_nothing() -> None:
    registry = registry_of(3, duplicate=[0, 0, 0])
    one_paid = Decisions(duplicates={"H0000000": "pay", "H0000001": "cut"})
    case = run(spec_of(FLAT), registry, decisions=one_paid)
    undecided = Reason.DUPLICATE_UNDECIDED
    assert case.allocation.reason.tolist() == [0, Reason.DUPLICATE_CONFIRMED, undecided]
    assert case.summary.set_aside_kip == 0
    both_cut = Decisions(duplicates={"H0000000": "cut", "H0000001": "cut"})
    case = run(spec_of(FLAT), registry, decisions=both_cut)
    assert case.allocation.status.tolist() == [Status.CUT, Status.CUT, Status.FUNDED]


def test_of_rows_that_share_an_id_one_is_paid() -> None:
    registry = registry_of(2, household_id=["A", "A"], duplicate=[0, 0], source_row=[7, 3])
    case = run(spec_of(FLAT), registry, decisions=Decisions(duplicates={"A": "pay"}))
    assert case.allocation.status.tolist() == [Status.CUT, Status.FUNDED]


def test_a_duplicate_of_a_household_that_gets_nothing_is_no_question() -> None:
    registry = registry_of(2, duplicate=[0, 0])
    case = run(spec_of(FLAT), registry, exposure_of([Certainty.CERTAIN, Certainty.NO]))
    assert case.allocation.status.tolist() == [Status.FUNDED, Status.NOT_ELIGIBLE]


def test_a_removed_household_is_cut_and_one_in_verify_is_not_eligible() -> None:
    exposure = exposure_of([Certainty.CERTAIN, Certainty.POSSIBLE])
    removals = {"H0000000": "moved away", "H0000001": "no such house"}
    case = run(spec_of(FLAT), registry_of(2), exposure, Decisions(removals=removals))
    assert case.allocation.status.tolist() == [Status.CUT, Status.NOT_ELIGIBLE]
    assert case.allocation.reason.tolist() == [Reason.REMOVED] * 2
    assert case.summary.set_aside_kip == 0


def test_eligible_but_meant_by_no_transfer_or_due_nothing_is_not_eligible_and_says_why() -> None:
    transfers = [{"mode": "flat", "kip": 999, "when": {"field": "members", "at_least": 2}}]
    case = run(spec_of(transfers), registry_of(2, members=[1, 2]))
    assert case.allocation.reason.tolist() == [Reason.NO_TRANSFER, 0]
    case = run(spec_of(transfers, fit={"step_kip": 1000}), registry_of(2, members=[1, 2]))
    assert case.allocation.reason.tolist() == [Reason.NO_TRANSFER, Reason.NOTHING_DUE]
    assert (case.summary.eligible, case.summary.not_eligible) == (0, 2)


def test_goods_alone_are_an_entitlement_too() -> None:
    rice = {"item": "rice", "unit": "kg", "per_person": 15}
    case = run(spec_of([{"mode": "flat", "kip": 0, "in_kind": [rice]}]), registry_of(2))
    assert (case.summary.funded, case.summary.committed_kip) == (2, 0)


def test_a_blank_that_the_amount_needs_is_verify_though_the_rule_says_yes() -> None:
    case = run(spec_of([{"mode": "per_person", "kip": 100}]), registry_of(2, members=[2, None]))
    assert case.allocation.status.tolist() == [Status.FUNDED, Status.VERIFY]
    assert case.summary.set_aside_kip == 200


def tiers(budget: int, **funds: Any) -> Case:
    """Four households of 100 kip: low, severe, moderate, severe."""
    exposure = exposure_of([Certainty.CERTAIN] * 4, [1, 3, 2, 3])
    return run(spec_of(FLAT, [{"amount": budget, **funds}], fit={"method": "tier"}), registry_of(4), exposure)


def test_tiers_serve_the_severe_first_and_open_the_next_only_when_all_are_paid() -> None:
    assert tiers(300).allocation.rank.tolist() == [4, 1, 3, 2]
    assert tiers(300).allocation.status.tolist() == [3, 4, 4, 4]
    assert tiers(199).allocation.status.tolist() == [3, 4, 3, 3]


def test_a_quota_is_split_by_largest_remainder_and_what_is_left_returns() -> None:
    registry = registry_of(6, district=["LA1701"] * 4 + ["LA1702"] * 2)
    fit = {"method": "quota", "quota_by": "equal"}
    case = run(spec_of(FLAT, [{"amount": 500}], fit=fit), registry)
    assert case.allocation.status.tolist() == [4, 4, 4, 3, 4, 4]
    assert case.allocation.reason.tolist() == [0, 0, 0, Reason.QUOTA, 0, 0]
    assert largest_remainder(10, [1, 1, 1]).tolist() == [4, 3, 3]


def test_a_scale_below_the_floor_ranks_and_stops_at_the_floor() -> None:
    fit = {"method": "scale", "floor_share": Decimal("0.8")}
    case = run(spec_of(FLAT, [{"amount": 250}], fit=fit), registry_of(5))
    assert case.allocation.scale == 800_000
    assert case.allocation.round_kip.tolist() == [80, 80, 80, 0, 0]


def test_rounding_down_nearest_and_up_to_a_step() -> None:
    values = np.array([0, 499, 500, 1499, 1500, 2000], dtype=np.int64)
    assert to_step(values, 1, 1000, "down").tolist() == [0, 0, 0, 1000, 1000, 2000]
    assert to_step(values, 1, 1000, "nearest").tolist() == [0, 0, 1000, 1000, 2000, 2000]
    assert to_step(values, 1, 1000, "up").tolist() == [0, 1000, 1000, 2000, 2000, 2000]
    assert to_step(values, 3, 100, "up", 500_000).tolist() == [0, 100, 100, 300, 300, 400]


def test_rounding_of_amounts_near_the_end_of_int64_stays_exact() -> None:
    large = np.array([2**61 + 1, 7], dtype=np.int64)
    assert to_step(large, 2, 1, "down", 500_000).tolist() == [(2**61 + 1) // 4, 1]
    assert sum_exact(np.array([2**61] * 12, dtype=np.int64)) == 12 * 2**61


def test_rounding_up_never_lifts_above_the_maximum_nor_overdraws() -> None:
    transfer = [{"mode": "flat", "kip": 1500, "maximum_kip": 1700}]
    case = run(
        spec_of(transfer, [{"amount": 2500}], fit={"rounding": "up", "step_kip": 1000}), registry_of(3)
    )
    assert case.allocation.round_kip.tolist() == [1000, 1000, 0]


@pytest.mark.parametrize(
    ("fund", "code", "key"),
    [
        ({"amount": 0}, "budget.no_money", "funds[1].amount"),
        ({"amount": -5}, "budget.no_money", "funds[1].amount"),
        ({"amount": Decimal("0.5")}, "budget.no_money", "funds[1].amount"),
        ({"amount": 5, "currency": "USD"}, "budget.rate_missing", "funds[1].rate"),
        ({"amount": 5, "currency": "USD", "rate": 0}, "budget.rate", "funds[1].rate"),
        ({"amount": 5, "rate": 22400}, "budget.rate_of_kip", "funds[1].rate"),
        (
            {"amount": 5, "earmark": {"provinces": ["LA99"]}},
            "rule.unknown_place",
            "funds[1].earmark.provinces",
        ),
        (
            {"amount": 5, "earmark": {"districts": ["LA17"]}},
            "rule.unknown_place",
            "funds[1].earmark.districts",
        ),
        ({"amount": 5, "earmark": {"shocks": ["storm"]}}, "budget.unknown_layer", "funds[1].earmark.shocks"),
        (
            {"amount": 5, "earmark": {"transfers": ["x"]}},
            "budget.unknown_transfer",
            "funds[1].earmark.transfers",
        ),
        ({"amount": 2**63}, "budget.too_large", "funds[1].amount"),
    ],
)
def test_a_fund_that_cannot_be_is_refused(fund: dict[str, Any], code: str, key: str) -> None:
    assert refused(funds=[fund]) == (code, key)


def test_sums_that_int64_cannot_hold_are_refused_not_wrapped() -> None:
    huge = [{"mode": "flat", "kip": 2**52, "rounds": 60}]
    assert (
        refused(transfers=[{**huge[0], "severity_factor": {"severe": Decimal(2000)}}])[0]
        == "transfers.too_large"
    )
    with pytest.raises(InputError) as caught:
        run(spec_of(huge), registry_of(30))
    assert caught.value.problems[0].code == "budget.too_large"


def test_an_amount_that_the_notes_cannot_pay_is_a_warning() -> None:
    case = run(spec_of([{"mode": "flat", "kip": 1250}], fit={"step_kip": 250}), registry_of(1))
    assert [problem.code for problem in case.allocation.problems] == ["cash.not_payable"]


def codes(case: Case) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.column) for problem in case.allocation.problems]


def test_a_transfer_or_a_fund_that_does_nothing_is_a_warning() -> None:
    big = {"mode": "flat", "kip": 5000, "when": {"field": "members", "at_least": 9}}
    goods = {"mode": "flat", "kip": 0, "in_kind": [{"item": "rice", "unit": "kg", "per_person": 15}]}
    registry = registry_of(2)
    assert ("transfers.for_nobody", "transfers[1]") in codes(run(spec_of([big, *FLAT]), registry))
    assert ("transfers.for_nobody", "transfers[2]") in codes(run(spec_of([*FLAT, *FLAT]), registry))
    nothing = run(spec_of(FLAT, fit={"step_kip": 1000}), registry)
    assert ("transfers.pays_nothing", "transfers[1]") in codes(nothing)
    assert not [code for code, _ in codes(run(spec_of([goods]), registry)) if code.startswith("transfers")]
    elsewhere = {"amount": 5000, "earmark": {"districts": ["LA0101"]}}
    case = run(spec_of(FLAT, [{"amount": 5000}, elsewhere]), registry)
    assert codes(case)[0] == ("budget.for_nobody", "funds[2].earmark")
    assert case.allocation.funds[1].remaining_kip == 5000
