"""Exact entitlements: each mode, factors, bounds, blanks, overflow."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from shockplan.exposure import Certainty
from shockplan.problems import InputError
from shockplan.targeting import target
from shockplan.transfers import Entitlements, entitle
from tests.core.money_case import exposure_of, registry_of, spec_of


def entitled(*transfers: dict[str, Any], severity: list[int] | None = None, **columns: Any) -> Entitlements:
    n = len(next(iter(columns.values())))
    spec, registry = spec_of(list(transfers)), registry_of(n, **columns)
    exposure = exposure_of([Certainty.CERTAIN] * n, severity)
    return entitle(registry, exposure, target(registry, exposure, spec), spec.transfers)


def kip(found: Entitlements) -> list[Fraction]:
    return [Fraction(value, found.denominator) for value in found.numerator.tolist()]


def test_flat_per_person_and_bands() -> None:
    members = [1, 3, 8]
    assert kip(entitled({"mode": "flat", "kip": 7}, members=members)) == [7, 7, 7]
    assert kip(entitled({"mode": "per_person", "kip": 7}, members=members)) == [7, 21, 56]
    bands = [{"members_from": 1, "kip": 5}, {"members_from": 3, "kip": 6}, {"members_from": 7, "kip": 9}]
    assert kip(entitled({"mode": "bands", "bands": bands}, members=[1, 2, 3, 6, 7, 30])) == [5, 5, 6, 6, 9, 9]


MEB = {
    "mode": "meb_gap",
    "basket_kip": 1_000_000,
    "first_adult": 1,
    "each_other": Decimal("0.7"),
    "months_per_round": Decimal("1.5"),
    "source": "made up",
}


def test_the_meb_gap_is_the_basket_less_income_and_aid_and_never_negative() -> None:
    found = entitled(
        MEB, members=[1, 3, 1], income_kip=[400_000, 1_000_001, 2_000_000], other_aid_kip=[100_000, 0, 0]
    )
    assert kip(found) == [750_000, Fraction(3 * (2_400_000 - 1_000_001), 2), 0]
    assert not found.blank.any()


def test_a_third_is_kept_exact() -> None:
    found = entitled({"mode": "share_of_base", "share": Decimal("0.333"), "base_kip": 100_001}, members=[1])
    assert kip(found) == [Fraction(333 * 100_001, 1000)]
    assert found.base_kip.tolist() == [100_001]


def test_a_top_up_stands_apart_from_the_base_grant() -> None:
    found = entitled({"mode": "on_top_of_base", "kip": 50_000, "base_kip": 150_000}, members=[1])
    assert (kip(found), found.base_kip.tolist()) == ([50_000], [150_000])


def test_severity_factors_apply_and_a_class_not_named_counts_one() -> None:
    factor = {
        "mode": "flat",
        "kip": 10,
        "severity_factor": {"severe": Decimal("1.25"), "low": Decimal("0.5")},
    }
    found = entitled(factor, members=[1] * 5, severity=[3, 2, 1, 0, -1])
    assert kip(found) == [Fraction(25, 2), 10, 5, 10, Fraction(25, 2)]
    assert found.blank.tolist() == [False, False, False, False, True]


def test_minimum_and_maximum_hold_after_the_factor_and_the_minimum_lifts_no_zero() -> None:
    bounded = {**MEB, "minimum_kip": 200_000, "maximum_kip": 900_000, "months_per_round": 1}
    found = entitled(
        bounded, members=[1, 1, 1, 5], income_kip=[1_000_000, 999_999, 0, 0], other_aid_kip=[0, 0, 0, 0]
    )
    assert kip(found) == [0, 200_000, 900_000, 900_000]


def test_an_earlier_payment_is_deducted_from_each_round_alike_and_a_blank_goes_to_verify() -> None:
    flat = {"mode": "flat", "kip": 100, "rounds": 3, "deduct_earlier": True}
    found = entitled(flat, members=[1] * 4, earlier_payment_kip=[0, 100, 400, None])
    assert kip(found) == [100, Fraction(200, 3), 0, 100]
    assert found.blank.tolist() == [False, False, False, True]


def test_the_first_transfer_in_the_stated_order_applies_and_the_overlap_is_counted() -> None:
    top_up = {"mode": "flat", "kip": 1, "when": {"field": "in_mecg", "equals": True}, "expansion": "vertical"}
    found = entitled(top_up, {"mode": "flat", "kip": 2}, in_mecg=[True, False])
    assert found.transfer.tolist() == [0, 1]
    assert found.matched.tolist() == [2, 1]


def test_a_condition_that_cannot_be_answered_goes_to_verify_with_an_estimate() -> None:
    top_up = {"mode": "flat", "kip": 1, "when": {"field": "in_mecg", "equals": True}}
    found = entitled(top_up, {"mode": "flat", "kip": 2}, in_mecg=[None])
    assert (found.transfer.tolist(), found.blank.tolist(), kip(found)) == ([0], [True], [1])


def test_a_blank_member_count_goes_to_verify_with_the_usual_size_as_estimate() -> None:
    found = entitled({"mode": "per_person", "kip": 100}, members=[2, 3, None, 0])
    assert found.blank.tolist() == [False, False, True, True]
    assert kip(found) == [200, 300, 300, 300]


def test_a_blank_income_goes_to_verify_and_counts_nothing_in_the_estimate() -> None:
    found = entitled(MEB, members=[1], income_kip=[None], other_aid_kip=[0])
    assert (found.blank.tolist(), kip(found)) == ([True], [1_500_000])


def test_whoever_is_not_eligible_has_no_transfer() -> None:
    spec, registry = spec_of(), registry_of(1)
    exposure = exposure_of([Certainty.NO])
    found = entitle(registry, exposure, target(registry, exposure, spec), spec.transfers)
    assert (found.transfer.tolist(), found.numerator.tolist()) == ([-1], [0])


@pytest.mark.parametrize(
    ("transfer", "code"),
    [
        ({"mode": "flat"}, "transfers.missing"),
        ({"mode": "bands"}, "transfers.missing"),
        ({"mode": "share_of_base", "share": Decimal("0.5")}, "transfers.missing"),
        ({"mode": "on_top_of_base", "kip": 1}, "transfers.missing"),
        ({"mode": "meb_gap", "source": "s"}, "transfers.missing"),
        ({"mode": "meb_gap", "basket_kip": 5}, "transfers.missing"),
        (MEB, "rule.no_column"),
        ({"mode": "share_of_base", "share": Decimal("-0.5"), "base_kip": 1}, "transfers.negative"),
        ({"mode": "flat", "kip": 1, "severity_factor": {"low": Decimal("-1")}}, "transfers.negative"),
        ({"mode": "flat", "kip": 1, "minimum_kip": 5, "maximum_kip": 4}, "transfers.bounds"),
        ({"mode": "flat", "kip": 1, "deduct_earlier": True}, "rule.no_column"),
        ({"mode": "bands", "bands": [{"members_from": 2, "kip": 5}]}, "transfers.bands"),
        ({"mode": "flat", "kip": 1, "when": {"field": "nothing", "equals": 1}}, "rule.unknown_field_far"),
        ({**MEB, "months_per_round": 0}, "rule.no_column"),
        ({"mode": "per_person", "kip": 2**52}, "transfers.too_large"),
    ],
)
def test_a_transfer_that_cannot_be_is_refused(transfer: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as caught:
        entitled(transfer, members=[2000, 1])
    assert caught.value.problems[0].code == code
    assert str(caught.value)
