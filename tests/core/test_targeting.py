"""Decision, score and order."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from shockplan.exposure import Certainty
from shockplan.problems import InputError
from shockplan.targeting import Decision, Targeting, target
from tests.core.money_case import exposure_of, registry_of, spec_of


def targeted(
    score: dict[str, Any] | None = None,
    rule: dict[str, Any] | None = None,
    certainty: Any = None,
    **columns: Any,
) -> Targeting:
    n = len(next(iter(columns.values()))) if columns else len(certainty)
    parts = {"score": score or {}}
    if rule:
        parts["eligibility"] = {"rule": rule}
    exposure = exposure_of(certainty or [Certainty.CERTAIN] * n)
    return target(registry_of(n, **columns), exposure, spec_of(**parts))


def test_possible_and_unknown_go_to_verify_by_default() -> None:
    found = targeted(certainty=[Certainty.CERTAIN, Certainty.POSSIBLE, Certainty.UNKNOWN, Certainty.NO])
    assert found.decision.tolist() == [Decision.YES, Decision.VERIFY, Decision.VERIFY, Decision.NO]
    assert found.answers[:, 0].tolist() == [1, -1, -1, 0]
    assert [(leaf.yes, leaf.no, leaf.unknown) for leaf in found.leaves] == [(1, 1, 2)]


def test_a_blank_indicator_sends_to_verify_unless_its_worth_is_stated() -> None:
    blank = {"indicators": [{"field": "under_5", "weight": 2}]}
    found = targeted(blank, under_5=[3, None])
    assert found.decision.tolist() == [Decision.YES, Decision.VERIFY]
    assert found.blank_score.tolist() == [[False], [True]]
    stated = {"indicators": [{"field": "under_5", "weight": 2, "when_blank": 1}]}
    found = targeted(stated, under_5=[3, None])
    assert found.decision.tolist() == [Decision.YES, Decision.YES]
    assert found.score.tolist() == [6.0, 2.0]


def test_a_blank_indicator_does_not_lift_a_no_to_verify() -> None:
    blank = {"indicators": [{"field": "under_5", "weight": 2}]}
    found = targeted(blank, certainty=[Certainty.NO], under_5=[None])
    assert found.decision.tolist() == [Decision.NO]


def test_the_score_adds_weight_times_value_over_per() -> None:
    indicators = [
        {"field": "members", "weight": 3, "per": 2},
        {"field": "in_mecg", "weight": 10},
        {"field": "head_sex", "weight": 1},
        {"field": "severity", "weight": 100},
    ]
    found = targeted(
        {"indicators": indicators}, members=[4, 5], in_mecg=[True, False], head_sex=["female", "male"]
    )
    assert found.score.tolist() == [317.0, 307.5]


def test_ties_follow_the_stated_keys_then_the_household_id_then_the_row() -> None:
    score = {"indicators": [{"field": "under_5", "weight": 1}], "ties": ["-members", "head_sex"]}
    found = targeted(
        score,
        under_5=[1, 1, 1, 1, 2],
        members=[3, 5, 5, 5, 1],
        head_sex=["male", "male", "female", "male", "male"],
        household_id=["A", "C", "D", "B", "Z"],
    )
    assert found.order.tolist() == [4, 2, 3, 1, 0]
    same = targeted(household_id=["X", "X", "A"], source_row=[9, 4, 11])
    assert same.order.tolist() == [2, 1, 0]


def test_households_whose_score_is_blank_come_last() -> None:
    found = targeted({"indicators": [{"field": "under_5", "weight": -1}]}, under_5=[None, 7, 2])
    assert found.order.tolist() == [2, 1, 0]


@pytest.mark.parametrize(
    ("score", "code"),
    [
        ({"indicators": [{"field": "members", "weight": 0}]}, "targeting.weights_zero"),
        ({"indicators": [{"field": "members", "weight": 1, "per": 0}]}, "targeting.per_zero"),
        ({"indicators": [{"field": "household_id", "weight": 1}]}, "targeting.not_a_number"),
        ({"indicators": [{"field": "pmt_score", "weight": 1}]}, "rule.no_column"),
        ({"ties": ["-memberz"]}, "rule.unknown_field"),
        ({"indicators": [{"field": "members", "weight": Decimal("1e300")}]}, "targeting.score_too_large"),
        ({"indicators": [{"field": "members", "weight": Decimal("1e400")}]}, "targeting.score_too_large"),
        (
            {"indicators": [{"field": "members", "weight": Decimal("9e11")}] * 2},
            "targeting.score_too_large",
        ),
    ],
)
def test_a_score_that_cannot_rank_is_refused(score: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as caught:
        targeted(score, members=[1, 2])
    assert caught.value.problems[0].code == code
    assert str(caught.value)


def test_a_condition_that_matches_nobody_or_everybody_says_so() -> None:
    rule: dict[str, Any] = {"all": [{"field": "members", "at_least": 1}, {"field": "members", "equals": 9}]}
    codes = [problem.code for problem in targeted(rule=rule, members=[1, 2]).problems]
    assert codes == ["targeting.meets_everybody", "targeting.meets_nobody", "targeting.nobody_eligible"]
    either = {"any": [{"field": "members", "at_least": 2}, {"field": "members", "below": 2}]}
    found = targeted(rule=either, members=[1, 2]).problems
    assert [problem.code for problem in found] == ["targeting.everybody_eligible"]
    assert targeted(rule={"field": "members", "at_least": 2}, members=[1, 2]).problems == ()


def test_a_weight_with_decimals_is_exact_enough_to_tie() -> None:
    score = {"indicators": [{"field": "members", "weight": Decimal("0.1"), "per": 3}]}
    found = targeted(score, members=[3, 3], household_id=["B", "A"])
    assert found.order.tolist() == [1, 0]


def test_scores_equal_on_paper_tie_whatever_binary_fractions_leave() -> None:
    """0.1 + 0.2 and 0.3 are one score; the stated key decides between them."""
    score = {
        "indicators": [
            {"field": "pmt_score", "weight": 1},
            {"field": "members", "weight": Decimal("0.1")},
        ],
        "ties": ["-members"],
    }
    found = targeted(score, pmt_score=[0.3, 0.2, 0.1], members=[0, 1, 2])
    assert found.score.tolist() == [0.3, 0.3, 0.3]
    assert found.order.tolist() == [2, 1, 0]


def test_the_class_of_a_means_test_counts_what_the_plan_says() -> None:
    values = {"Poor": 2, "not poor": 0}
    score: dict[str, Any] = {"indicators": [{"field": "pmt_class", "weight": 3, "values": values}]}
    found = targeted(score, pmt_class=["poor", "not poor", "other", None])
    assert found.score.tolist()[:2] == [6.0, 0.0]
    assert np.isnan(found.score[2:]).all()
    assert found.decision.tolist() == [Decision.YES, Decision.YES, Decision.VERIFY, Decision.VERIFY]
    with pytest.raises(InputError) as caught:
        targeted({"indicators": [{"field": "members", "weight": 3, "values": values}]}, members=[1])
    assert caught.value.problems[0].code == "targeting.not_words"
