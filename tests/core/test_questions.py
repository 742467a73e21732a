"""What a household is asked: every blank that keeps its decision open, and none that cannot change it."""

import io
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from shockplan.decisions import read_decisions
from shockplan.outputs.decision_csv import verify_csv
from shockplan.outputs.questions import count_leaves, needed, open_leaves, question
from shockplan.planfile import Condition, DecisionsSpec
from shockplan.registry.household import FIELDS
from shockplan.texts import catalogue
from tests.core.made_up import made_up_registry
from tests.core.money_case import plan_of, registry_of, run, spec_of
from tests.core.paper_plan import paper_plan

LEAF = Condition(field="members", at_least=3)
RULES = st.recursive(
    st.just(LEAF),
    lambda below: st.builds(
        lambda kind, members: Condition.model_validate({kind: tuple(members)}),
        st.sampled_from(["all", "any", "none"]),
        st.lists(below, min_size=1, max_size=3),
    ),
    max_leaves=5,
)


@st.composite
def rules_with_answers(draw):
    rule = draw(RULES)
    return rule, draw(
        st.lists(st.sampled_from([-1, 0, 1]), min_size=count_leaves(rule), max_size=count_leaves(rule))
    )


def answer(rule: Condition, answers: list[int]) -> int:
    return int(open_leaves(rule, np.array([answers], np.int8))[0][0])


def opened(rule: Condition, answers: list[int]) -> list[int]:
    return list(np.flatnonzero(open_leaves(rule, np.array([answers], np.int8))[1][0]))


@given(rules_with_answers())
def test_a_blank_that_is_not_asked_about_cannot_change_the_decision(case) -> None:
    rule, answers = case
    asked = opened(rule, answers)
    for place in [place for place, value in enumerate(answers) if value == -1 and place not in asked]:
        for value in (0, 1):
            changed = [*answers[:place], value, *answers[place + 1 :]]
            assert answer(rule, changed) == answer(rule, answers)


@given(rules_with_answers())
def test_the_answers_to_all_questions_settle_the_decision(case) -> None:
    rule, answers = case
    asked = opened(rule, answers)
    assert bool(asked) == (answer(rule, answers) == -1)
    for values in product((0, 1), repeat=len(asked)):
        filled = list(answers)
        for place, value in zip(asked, values, strict=True):
            filled[place] = value
        assert answer(rule, filled) in (0, 1)


@given(rules_with_answers())
def test_a_rule_without_blanks_is_plain_logic(case) -> None:
    rule, answers = case
    known = [abs(value) for value in answers]
    places = iter(known)

    def logic(part: Condition) -> bool:
        members = part.all or part.any or part.none
        if members is None:
            return bool(next(places))
        found = [logic(member) for member in members]  # all of them: each takes its own answers
        return all(found) if part.all else any(found) if part.any else not any(found)

    assert answer(rule, known) == int(logic(rule))


def test_every_field_a_rule_may_ask_about_has_a_question_of_its_own() -> None:
    plan = paper_plan(1)
    personal_ids = {"household_id", "village_code", "village_name_lo", "village_name_en", "head_name_lo",
                    "head_name_en", "collector_name", "family_book", "document_id", "phone", "account", "lon",
                    "lat", "district"}  # fmt: skip
    for field in FIELDS:
        if field.name not in personal_ids:
            assert f"list.ask.{field.name}" in catalogue("en")
            assert question(field.name, plan, "lo") != question(field.name, plan, "en")


def test_what_a_transfer_deducts_is_asked_where_it_is_blank() -> None:
    for deduct, asked in ((True, ("members", "earlier_payment_kip")), (False, ("members",))):
        transfer = spec_of([{"mode": "per_person", "kip": 100, "deduct_earlier": deduct}]).transfers[0]
        assert needed(transfer) == asked


def test_the_check_list_has_an_empty_column_for_each_field_it_asks_and_reads_it_back(tmp_path: Path) -> None:
    spec = spec_of([{"mode": "per_person", "kip": 100, "deduct_earlier": True}])
    registry = registry_of(3, members=[4, None, 3], earlier_payment_kip=[0, 5, None])
    registry = replace(registry, villages=made_up_registry(1).villages)
    plan = plan_of(run(spec, registry))
    table = pd.read_csv(io.BytesIO(verify_csv(plan, "en")), dtype=str, encoding="utf-8-sig")
    assert table.columns.tolist()[:4] == ["household_id", "answer", "members", "earlier_payment_kip"]
    assert table["household_id"].tolist() == ["H0000001", "H0000002"]
    assert table[["members", "earlier_payment_kip"]].isna().to_numpy().all()
    table["members"] = ["5", None]
    table["earlier_payment_kip"] = [None, "70"]
    table.to_csv(tmp_path / "verify.csv", index=False)
    decisions, _, problems = read_decisions(DecisionsSpec(verify="verify.csv"), tmp_path)
    assert problems == ()
    assert decisions.values == {"members": {"H0000001": 5}, "earlier_payment_kip": {"H0000002": 70}}
