"""Conditions: three-valued answers, and every condition that cannot be answered is refused."""

from decimal import Decimal
from typing import Any

import pytest

from shockplan.exposure import Certainty
from shockplan.planfile import Condition
from shockplan.problems import InputError
from shockplan.rule_sentences import rule_sentence
from shockplan.rules import Facts, evaluate
from tests.core.money_case import exposure_of, registry_of


def answers(condition: dict[str, Any], passes_from: Decimal | None = None, **columns: Any) -> list[int]:
    """The rule's answers for households with these columns, everyone certainly hit unless said."""
    certainty = columns.pop("certainty", None)
    share = columns.pop("share", None)
    severity = columns.pop("severity", None)
    n = len(next(iter(columns.values()))) if columns else len(certainty or severity)
    exposure = exposure_of(certainty or [Certainty.CERTAIN] * n, severity, share)
    facts = Facts(registry_of(n, **columns), exposure, passes_from)
    return evaluate(Condition.model_validate(condition), "rule", facts)[0].tolist()


def refused(condition: dict[str, Any], **columns: Any) -> tuple[str, str | None]:
    """The code and key path of the fault."""
    with pytest.raises(InputError) as caught:
        answers(condition, **(columns or {"members": [1]}))
    assert str(caught.value)  # the fault has its sentence
    return caught.value.problems[0].code, caught.value.problems[0].column


def test_numbers_compare_from_the_lower_limit_up_to_but_not_with_the_upper() -> None:
    assert answers({"field": "members", "at_least": 2, "below": 5}, members=[1, 2, 4, 5, None]) == [
        0,
        1,
        1,
        0,
        -1,
    ]


def test_a_decimal_limit_meets_the_same_decimal_in_the_registry() -> None:
    assert answers({"field": "pmt_score", "below": Decimal("0.3")}, pmt_score=[0.1 + 0.2, 0.3, 0.2999]) == [
        0,
        0,
        1,
    ]


def test_a_blank_field_makes_the_answer_unknown_not_no() -> None:
    assert answers({"field": "in_mecg", "equals": True}, in_mecg=[True, False, None]) == [1, 0, -1]
    assert answers({"field": "in_mecg", "equals": False}, in_mecg=[True, False, None]) == [0, 1, -1]
    assert answers({"field": "head_sex", "one_of": ["female"]}, head_sex=["female", "male", None]) == [
        1,
        0,
        -1,
    ]


def test_groups_follow_kleene() -> None:
    truths = [1, 0, None]
    pairs = [(left, right) for left in truths for right in truths]
    columns = {"under_1": [left for left, _ in pairs], "under_5": [right for _, right in pairs]}
    members = [{"field": "under_1", "at_least": 1}, {"field": "under_5", "at_least": 1}]
    every = answers({"all": members}, **columns)
    some = answers({"any": members}, **columns)
    none = answers({"none": members}, **columns)
    assert every == [1, 0, -1, 0, 0, 0, -1, 0, -1]
    assert some == [1, 1, 1, 1, 0, -1, 1, -1, -1]
    assert none == [0, 0, 0, 0, 1, -1, 0, -1, -1]


def test_affected_passes_when_certain_and_is_open_when_possible_or_unknown() -> None:
    certainty = [Certainty.CERTAIN, Certainty.POSSIBLE, Certainty.UNKNOWN, Certainty.NO]
    affected = {"field": "affected", "equals": True}
    assert answers(affected, certainty=certainty) == [1, -1, -1, 0]
    assert answers({"field": "affected", "equals": False}, certainty=certainty) == [0, -1, -1, 1]
    assert answers({"field": "affected", "one_of": ["certain", "possible"]}, certainty=certainty) == [
        1,
        1,
        0,
        0,
    ]


def test_possible_passes_from_the_stated_share() -> None:
    certainty, share = [Certainty.POSSIBLE] * 3, [0.5, 0.49, float("nan")]
    found = answers({"field": "affected", "equals": True}, Decimal("0.5"), certainty=certainty, share=share)
    assert found == [1, -1, -1]


def test_severity_by_name_or_level_and_not_observed_is_unknown() -> None:
    severity = [-1, 0, 1, 2, 3]
    assert answers({"field": "severity", "at_least": 2}, severity=severity) == [-1, 0, 0, 1, 1]
    assert answers({"field": "severity", "equals": "low"}, severity=severity) == [-1, 0, 1, 0, 0]
    assert answers({"field": "layer:flood", "at_least": 3}, severity=severity) == [-1, 0, 0, 0, 1]


def test_places_are_compared_by_code() -> None:
    district = ["LA1701", "LA1702", "LA0103"]
    assert answers({"field": "province", "equals": "LA17"}, district=district) == [1, 1, 0]
    assert answers({"field": "district", "one_of": ["LA1702", "LA0103"]}, district=district) == [0, 1, 1]


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ({"field": "member", "at_least": 1}, "rule.unknown_field"),
        ({"field": "pmt_score", "below": 1}, "rule.no_column"),
        ({"field": "members"}, "rule.no_comparison"),
        ({"at_least": 1}, "rule.no_field"),
        ({"field": "members", "equals": 3, "at_least": 1}, "rule.two_comparisons"),
        ({"field": "members", "equals": 3, "one_of": [3]}, "rule.two_comparisons"),
        ({"field": "members", "at_least": 5, "below": 5}, "rule.bounds"),
        ({"field": "members", "equals": "three"}, "rule.needs_number"),
        ({"field": "members", "equals": True}, "rule.needs_number"),
        ({"field": "household_id", "at_least": 1}, "rule.not_a_number_field"),
        ({"field": "household_id", "equals": 7}, "rule.needs_text"),
        ({"field": "district", "at_least": 1}, "rule.not_a_number_field"),
        ({"field": "district", "equals": "LA9999"}, "rule.unknown_place"),
        ({"field": "province", "equals": "LA1701"}, "rule.unknown_place"),
        ({"field": "severity", "equals": "terrible"}, "rule.unknown_value"),
        ({"field": "affected", "equals": "maybe"}, "rule.unknown_value"),
        ({"field": "affected", "at_least": 1}, "rule.unknown_value"),
        ({"field": "layer:storm", "equals": True}, "rule.unknown_layer"),
        ({"field": "members", "one_of": []}, "rule.empty_list"),
        ({"field": "qqqq", "equals": 1}, "rule.unknown_field_far"),
        (
            {"all": [{"field": "members", "at_least": 5}, {"field": "members", "below": 5}]},
            "rule.bounds",
        ),
        ({"all": []}, "rule.empty_group"),
        ({"all": [{"field": "members", "equals": 1}], "field": "members"}, "rule.group_and_more"),
        ({"all": [], "any": []}, "rule.group_and_more"),
    ],
)
def test_a_condition_that_cannot_be_answered_is_refused(condition: dict[str, Any], code: str) -> None:
    assert refused(condition)[0] == code


def test_a_word_that_a_field_never_has_is_refused() -> None:
    assert refused({"field": "head_sex", "equals": "woman"}, head_sex=["female"])[0] == "rule.unknown_value"
    assert refused({"field": "in_mecg", "equals": "yes"}, in_mecg=[True])[0] == "rule.needs_yes_no"


def test_the_fault_names_the_key_path_of_the_inner_condition() -> None:
    rule = {"all": [{"field": "members", "at_least": 1}, {"any": [{"field": "memberz", "at_least": 1}]}]}
    assert refused(rule) == ("rule.unknown_field", "rule.all[2].any[1]")


RULE = Condition.model_validate(
    {
        "all": [
            {"field": "affected", "equals": True},
            {"any": [{"field": "members", "at_least": 5}, {"field": "head_sex", "equals": "female"}]},
            {"none": [{"field": "district", "one_of": ["LA1701"]}]},
        ]
    }
)


def test_a_rule_reads_as_a_sentence_in_both_languages() -> None:
    assert rule_sentence(RULE, "en") == (
        "hit by the shock: yes and (members is at least 5 or sex of the head is female) "
        "and none of this: district is one of Xaysetha (LA1701)"
    )
    lao = rule_sentence(RULE, "lo")
    assert "ຈຳນວນສະມາຊິກ ຢ່າງໜ້ອຍ 5" in lao and "LA1701" in lao and " ແລະ " in lao


def test_a_severity_limit_is_read_by_its_name() -> None:
    condition = Condition(field="severity", at_least=Decimal(2))
    assert rule_sentence(condition, "en") == "severity is at least moderate"


def test_true_is_not_taken_for_one_though_python_says_they_are_equal() -> None:
    registry, exposure = registry_of(1, members=[1]), exposure_of([Certainty.CERTAIN])
    facts = Facts(registry, exposure)
    assert evaluate(Condition(field="members", equals=1), "rule", facts)[0].tolist() == [1]
    with pytest.raises(InputError):
        evaluate(Condition(field="members", equals=True), "rule", facts)
