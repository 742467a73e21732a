"""Why: one sentence a step, for anyone."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from shockplan.decisions import NO_DECISIONS, Decisions
from shockplan.explain import explain
from shockplan.exposure import Certainty
from shockplan.problems import InputError, Problem
from tests.core.money_case import exposure_of, plan_of, registry_of, run, spec_of

RULE = {
    "all": [
        {"field": "affected", "equals": True},
        {"any": [{"field": "under_5", "at_least": 1}, {"field": "members", "at_least": 6}]},
        {"none": [{"field": "in_other_programme", "equals": True}]},
    ]
}


def told(
    row: int = 0, decisions: Decisions = NO_DECISIONS, language: Any = "en", **changes: Any
) -> tuple[str, ...]:
    """The sentences about one of three households."""
    columns = {
        "under_5": [1, 0, None],
        "members": [4, 7, 2],
        "in_other_programme": [False, False, False],
        **changes.pop("columns", {}),
    }
    certainty = changes.pop("certainty", [Certainty.CERTAIN] * 3)
    spec = spec_of(
        changes.pop("transfers", [{"mode": "per_person", "kip": 50_000, "rounds": 2}]),
        changes.pop("funds", [{"amount": 500_000, "fee_kip": 500}]),
        eligibility={"rule": RULE},
        score={"indicators": [{"field": "members", "weight": Decimal("1.5"), "when_blank": 0}]},
        **changes,
    )
    case = run(spec, registry_of(3, **columns), exposure_of(certainty), decisions)
    return explain(plan_of(case, decisions), f"H000000{row}", language)


def test_a_funded_household_is_told_in_one_sentence_a_step() -> None:
    assert told(0, funds=[{"amount": 5_000_000, "fee_kip": 500}]) == (
        "Registry: household H0000000 stands in row 2 of registry.csv, in Xaysetha (LA1701), with 4 members.",
        "Shock: hit by it: certain; severity: severe; flood: certain, by its GPS point.",
        "Eligibility: yes, because hit by the shock: yes and (children under 5 is at least 1 or members is "
        "at least 6) and none of this: in another programme: yes.",
        "Amount: t: 50,000 kip × 4 members = 200,000 kip a round, 2 rounds.",
        "Rank: score 6 (members 4 × 1.5), rank 2 of 2.",
        "Money: funded by f: 200,000 kip × 2 rounds = 400,000 kip, with 1,000 kip of fees.",
    )


def test_why_not_names_the_first_condition_that_would_have_to_change() -> None:
    outside = told(0, certainty=[Certainty.NO] * 3)
    assert outside[2] == "Eligibility: no. It would need: hit by the shock: yes; the household has: no."
    old = told(0, columns={"under_5": [0, 0, 0], "members": [4, 1, 1]})
    assert old[2] == "Eligibility: no. It would need: children under 5 is at least 1; the household has: 0."
    other = told(0, columns={"in_other_programme": [True, False, False]})
    assert (
        other[2] == "Eligibility: no. It is ruled out by: in another programme: yes; the household has: yes."
    )
    assert other[3:] == (
        "Amount: none, because the household is not eligible.",
        "Rank: none, because only households that may be paid are ranked.",
        "Money: none, because the household is not eligible.",
    )


def test_verify_names_what_is_not_settled_and_the_answer_settles_it() -> None:
    assert told(2)[2] == (
        "Eligibility: to be checked, because this is not settled: children under 5 is at least 1 "
        "(the household has: blank)."
    )
    assert told(2)[5] == "Money: set aside until the check list is answered."
    answered = told(2, Decisions(verify={"H0000002": True}))
    assert answered[2].startswith(
        "Eligibility: yes, because a person answered yes in the check list; open was: chil"
    )
    refused = told(2, Decisions(verify={"H0000002": False}))
    assert refused[2].startswith("Eligibility: no, because a person answered no")


def test_a_blank_amount_names_what_is_missing() -> None:
    sentences = told(2, columns={"under_5": [1, 1, 1], "members": [4, 7, None]})
    assert sentences[3].endswith("because this is not known: members.")


def test_bounds_and_earlier_payments_are_told_with_the_amount() -> None:
    transfer = {
        "mode": "per_person",
        "kip": 50_000,
        "minimum_kip": 100,
        "maximum_kip": 150_000,
        "deduct_earlier": True,
    }
    told_amount = told(0, transfers=[transfer], columns={"earlier_payment_kip": [30_000, 0, 0]})[3]
    assert told_amount == (
        "Amount: t: 50,000 kip × 4 members, at least 100 kip, at most 150,000 kip, less 30,000 kip "
        "paid before = 120,000 kip a round, 1 rounds."
    )


@pytest.mark.parametrize("language", ["en", "lo"])
def test_every_reason_has_its_sentence(language: str) -> None:
    earmarked = [{"amount": 10**9, "earmark": {"provinces": ["LA01"]}}]
    sentences = {
        "funded": told(0, language=language, funds=[{"amount": 10**9}])[5],
        "money": told(0, language=language, funds=[{"amount": 700_000}])[5],
        "no fund": told(0, language=language, funds=earmarked)[5],
        "removed": told(0, Decisions(removals={"H0000000": "moved"}), language)[5],
        "duplicate": told(0, language=language, columns={"duplicate": [0, 0, -1]})[5],
        "confirmed": told(
            0, Decisions(duplicates={"H0000000": "cut"}), language, columns={"duplicate": [0, 0, -1]}
        )[5],
        "no transfer": told(
            0,
            language=language,
            transfers=[{"mode": "flat", "kip": 1, "when": {"field": "members", "below": 1}}],
        )[5],
        "nothing due": told(0, language=language, transfers=[{"mode": "flat", "kip": 0}])[5],
    }
    assert len(set(sentences.values())) == len(sentences)
    assert "moved" in sentences["removed"]
    if language == "en":
        assert sentences["money"].startswith("Money: waiting, because the funds that may pay it (f) ran out")


def test_why_not_names_what_the_first_transfer_or_fund_would_need() -> None:
    meant = [{"mode": "flat", "kip": 1, "when": {"all": [{"field": "members", "below": 1}]}}]
    assert "The first, t, would need: members is below 1" in told(0, transfers=meant)[3]
    left_out = [{"mode": "flat", "kip": 1, "when": {"none": [{"field": "members", "at_least": 1}]}}]
    assert "The first, t, leaves out: members is" in told(0, transfers=left_out)[3]
    elsewhere = [{"amount": 10**9, "earmark": {"provinces": ["LA01"], "expansion": "vertical"}}]
    sentence = told(0, funds=elsewhere)[5]
    assert sentence.endswith("where the household lives; whether it is in a programme already.")


def test_a_rejected_row_is_told_with_what_was_wrong() -> None:
    plan = plan_of(run(spec_of(), registry_of(1)))
    rejected = pd.DataFrame(
        {"source_row": [7], "household_id": ["BAD"], "district": [""], "code": ["registry.no_district"]}
    )
    problem = Problem("registry.no_district", "registry.csv", "District", (6, 7), ("", "somewhere"))
    registry = replace(plan.inputs.registry, rejected=rejected, rows_read=2, problems=(problem,))
    (sentence,) = explain(replace(plan, inputs=replace(plan.inputs, registry=registry)), "BAD", "en")
    assert sentence.startswith("Registry: row 7 of registry.csv was not taken: District · ")


def test_an_id_that_was_never_read_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        explain(plan_of(run(spec_of(), registry_of(1))), "nobody", "en")
    assert caught.value.problems[0].code == "explain.unknown_household"


def test_both_languages_tell_as_many_steps() -> None:
    for row in range(3):
        assert len(told(row, language="en")) == len(told(row, language="lo")) == 6


def test_who_is_passed_over_is_told_why_in_the_words_of_the_fit() -> None:
    tight = [{"amount": 450_000}]  # the first in rank costs 700,000, the second 400,000
    skipped = told(1, funds=tight, fit={"method": "rank_and_skip"})[5]
    assert skipped.startswith(
        "Money: waiting, because at its rank none of the funds that may pay it (f) held the 700,000"
    )
    most = told(
        0, funds=[{"amount": 700_000}], fit={"method": "most_people"}, columns={"under_5": [1, 0, 0]}
    )[5]
    assert most.startswith("Money: waiting, because with the same money of f more people are reached")
