"""Programmes topped up, overlap and gap, referrals."""

from decimal import Decimal

import numpy as np
import pytest

from shockplan.exposure import Certainty
from shockplan.planfile import Condition, PlanSpec
from shockplan.planfile_reading import parse_plan_file
from shockplan.planfile_writing import plan_file_text
from shockplan.problems import InputError
from shockplan.programmes import Overlap, load_programmes, overlap_report, top_up
from shockplan.referrals import referral_rows, referrals
from tests.core.money_case import exposure_of, registry_of, run, spec_of


def test_the_grant_is_recorded_as_150000_kip_a_month_paid_every_two() -> None:
    (mecg,) = load_programmes()
    assert (mecg.id, mecg.base_kip_month, mecg.base_kip) == ("mecg", 150_000, 300_000)
    assert mecg.source


def test_a_top_up_of_the_grant_pays_its_households_and_keeps_the_base_apart() -> None:
    (mecg,) = load_programmes()
    half = top_up(mecg, share=Decimal("0.5"), rounds=3)
    flat = {"mode": "flat", "kip": 400_000}
    spec = spec_of([half.model_dump(exclude_none=True), flat], [{"amount": 10_000_000}])
    case = run(spec, registry_of(2, in_mecg=[True, False]))
    assert case.allocation.total_kip.tolist() == [450_000, 400_000]
    assert case.entitlements.base_kip.tolist() == [300_000, 0]
    amount = top_up(mecg, kip=150_000)
    assert (amount.mode, amount.kip, amount.expansion) == ("on_top_of_base", 150_000, "vertical")
    with pytest.raises(ValueError, match="amount or a share"):
        top_up(mecg)


def test_overlap_and_gap_between_enrolment_and_shock_add_up() -> None:
    registry = registry_of(
        6,
        in_mecg=[True, False, None, False, True, False],
        in_other_programme=[False, False, True, None, False, False],
        district=["LA1701"] * 3 + ["LA1702"] * 3,
    )
    certain, no, possible = Certainty.CERTAIN, Certainty.NO, Certainty.POSSIBLE
    exposure = exposure_of([certain, certain, no, certain, no, possible])
    transfers = [
        {"mode": "flat", "kip": 1, "when": {"field": "in_mecg", "equals": True}},
        {"mode": "flat", "kip": 2},
    ]
    case = run(spec_of(transfers), registry, exposure)
    report = overlap_report(registry, exposure, case.entitlements)
    assert report.overlaps[0] == Overlap("", 1, 1, 1, 2, 0, 0, 0, 1, 0)
    assert report.overlaps[1] == Overlap("LA1701", 1, 1, 0, 1, 0, 0, 0, 0, 0)
    assert [overlap.place for overlap in report.overlaps] == ["", "LA1701", "LA1702"]
    assert report.several_transfers == 1
    assert report.fields == ("in_mecg", "in_other_programme")


def test_a_registry_without_enrolment_says_nothing_about_it() -> None:
    case = run(spec_of(), registry_of(2))
    report = overlap_report(case.registry, case.exposure, case.entitlements)
    assert report.fields == ()
    assert report.overlaps[0] == Overlap("", 0, 0, 2, 0, 0, 0, 0, 0, 0)


def test_referrals_are_flagged_as_far_as_the_registry_has_the_field() -> None:
    registry = registry_of(
        4,
        pregnant=[True, None, None, False],
        under_1=[0, 1, 0, 0],
        health_insured=[True, False, None, False],
        birth_unregistered=[False, True, False, True],
    )
    exposure = exposure_of([Certainty.CERTAIN, Certainty.CERTAIN, Certainty.POSSIBLE, Certainty.NO])
    case = run(spec_of(), registry, exposure)
    found = referrals(registry, case.allocation)
    assert found.services == ("birth_registration", "early_childhood", "health_insurance")
    assert found.missing == ("disability_services",)
    assert found.flags.tolist() == [[0, 1, 0], [1, 1, 1], [0, -1, -1], [0, 0, 0]]
    assert found.counts() == {
        "birth_registration": (1, 0),
        "early_childhood": (2, 1),
        "health_insurance": (1, 1),
    }
    assert referral_rows(registry, found).tolist() == [0, 1]


def test_a_referral_changes_no_payment() -> None:
    plain = run(spec_of(), registry_of(3))
    flagged = run(spec_of(), registry_of(3, pregnant=[True, None, False], disabled=[1, None, 0]))
    assert np.array_equal(plain.allocation.total_kip, flagged.allocation.total_kip)


PLAN = """
[plan]
name = "made up"
[registry]
file = "r.csv"
[[layers]]
kind = "hazard"
id = "flood"
name = "flood"
file = "f.geojson"
[[transfers]]
id = "t"
name = "top-up"
programme = "{programme}"
mode = "{mode}"
{more}
[[funds]]
id = "f"
name = "f"
amount = 1000000
"""
OWN = """
[[programmes]]
id = "pension"
name = "Pension"
member = "in_other_programme"
base_kip_month = 200000
source = "made up"
"""


def read(programme: str, mode: str = "on_top_of_base", more: str = "kip = 5000", tail: str = "") -> PlanSpec:
    text = PLAN.format(programme=programme, mode=mode, more=more) + tail
    return parse_plan_file(text.encode(), "PLAN.toml")


def test_a_transfer_that_names_a_programme_takes_condition_base_and_source_from_it() -> None:
    built_in = read("mecg").transfers[0]
    assert (built_in.base_kip, built_in.expansion) == (300_000, "vertical")
    assert built_in.when == Condition(field="in_mecg", equals=True)
    assert "UNICEF" in built_in.source
    own = read("pension", "share_of_base", "share = 0.5\nbase_kip = 90000", OWN).transfers[0]
    assert (own.base_kip, own.source) == (90_000, "made up")
    assert own.when == Condition(field="in_other_programme", equals=True)


def test_a_completed_plan_file_reads_the_same_when_written_and_read_again() -> None:
    spec = read("pension", tail=OWN)
    assert parse_plan_file(plan_file_text(spec).encode(), "PLAN.toml") == spec


@pytest.mark.parametrize(
    ("programme", "tail", "code"),
    [
        ("pensions", "", "plan.unknown_programme"),
        ("pension", OWN.replace("in_other_programme", "members"), "plan.programme_member"),
        ("pension", OWN + OWN, "plan.id_repeated"),
    ],
)
def test_a_programme_that_is_not_known_is_refused(programme: str, tail: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read(programme, tail=tail)
    assert caught.value.problems[0].code == code
    assert str(caught.value)


def test_an_earmark_to_a_programme_pays_only_the_enrolled() -> None:
    registry = registry_of(4, in_mecg=[True, False, None, True])
    fund = {"amount": 1_000_000, "earmark": {"programmes": ["mecg"]}}
    case = run(spec_of([{"mode": "flat", "kip": 100}], [fund]), registry)
    assert case.allocation.fund.tolist() == [0, -1, -1, 0]
    with pytest.raises(InputError) as caught:
        nowhere = {"amount": 5, "earmark": {"programmes": ["x"]}}
        run(spec_of([{"mode": "flat", "kip": 100}], [nowhere]), registry)
    assert caught.value.problems[0].code == "budget.unknown_programme"
    with pytest.raises(InputError) as caught:
        run(spec_of([{"mode": "flat", "kip": 100}], [fund]), registry_of(2))
    assert caught.value.problems[0].code == "rule.no_column"
