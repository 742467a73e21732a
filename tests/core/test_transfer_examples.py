"""What an example household gets is what a household like it gets in a plan."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shockplan.planfile import FitSpec, TransferSpec
from shockplan.problems import InputError
from shockplan.transfer_examples import ExampleHousehold, worth

HEAD = {"id": "cash", "name": "Cash"}


def kip(table: dict[str, Any], *households: ExampleHousehold, **fit: Any) -> list[int]:
    found = worth(TransferSpec.model_validate({**HEAD, **table}), households, FitSpec(**fit), "en")
    return [each.round_kip for each in found]


def test_bands_and_severity_decide_what_each_of_three_households_gets() -> None:
    bands = [{"members_from": 1, "kip": 400_000}, {"members_from": 4, "kip": 600_000}]
    table = {"mode": "bands", "bands": bands, "severity_factor": {"moderate": Decimal("0.75")}, "rounds": 3}
    small, large, less = ExampleHousehold(2), ExampleHousehold(5), ExampleHousehold(5, severity=2)
    assert kip(table, small, large, less) == [400_000, 600_000, 450_000]


def test_the_gap_to_the_basket_counts_income_and_aid_and_is_rounded_once_as_the_plan_rounds() -> None:
    table = {"mode": "meb_gap", "basket_kip": 1_000_333, "source": "made up"}
    poor, rich = (
        ExampleHousehold(2, income_kip=500_000, other_aid_kip=1),
        ExampleHousehold(1, income_kip=10**7),
    )
    assert kip(table, poor, rich) == [1_500_000, 0]
    assert kip(table, poor, rich, step_kip=1) == [1_500_665, 0]


def test_the_sentence_says_how_it_comes_about_and_the_total_is_of_all_rounds() -> None:
    transfer = TransferSpec.model_validate({**HEAD, "mode": "per_person", "kip": 7_000, "rounds": 4})
    (found,) = worth(transfer, [ExampleHousehold(6)], FitSpec(), "en")
    assert (found.exact, found.round_kip, found.total_kip) == (Fraction(42_000), 42_000, 168_000)
    assert "7,000 kip × 6 members" in found.how


def test_the_condition_of_the_transfer_is_left_aside() -> None:
    table = {"mode": "flat", "kip": 5_000, "when": {"field": "in_mecg", "equals": True}}
    assert kip(table, ExampleHousehold(3)) == [5_000]


def test_a_transfer_that_cannot_be_is_refused_as_in_a_plan() -> None:
    with pytest.raises(InputError) as caught:
        kip({"mode": "flat"}, ExampleHousehold(3))
    assert caught.value.problems[0].code == "transfers.missing"


@given(st.integers(0, 3_000_000), st.integers(1, 20), st.integers(1, 10_000))
def test_an_amount_is_a_multiple_of_the_step_and_never_above_the_exact_one(
    each: int, members: int, step: int
) -> None:
    transfer = TransferSpec.model_validate({**HEAD, "mode": "per_person", "kip": each})
    (found,) = worth(transfer, [ExampleHousehold(members)], FitSpec(step_kip=step), "en")
    assert found.round_kip % step == 0
    assert 0 <= found.exact - found.round_kip < step
