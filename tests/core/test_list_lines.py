"""The lines of the lists: their order, their sums, and what they never show."""

import re
from dataclasses import replace

import numpy as np
import pytest

from shockplan.budget import Status
from shockplan.outputs.lines import count_lists, last_round, paid_rows, verify_lists, village_lists
from shockplan.plan import Plan
from tests.core.made_up import made_up_registry
from tests.core.paper_plan import paper_plan


@pytest.fixture(scope="module")
def plan():
    return paper_plan(400)


def test_the_lines_of_all_lists_add_up_to_the_round(plan) -> None:
    for number in (1, 2, 3):
        paid = (plan.allocation.status == Status.FUNDED) & (plan.entitlements.rounds >= number)
        lists = list(village_lists(plan, "lo", number))
        assert sum(one.total_kip for one in lists) == int(plan.allocation.round_kip[paid].sum())
        printed = sum(int(line.amount.replace(",", "")) for one in lists for line in one.lines)
        assert printed == int(plan.allocation.round_kip[paid].sum())
        assert sum(len(one.lines) for one in lists) == int(paid.sum())
        assert len(lists) == count_lists(plan, number)


def test_the_rounds_together_are_the_plan(plan) -> None:
    assert last_round(plan) == 3
    printed = sum(one.total_kip for number in (1, 2, 3) for one in village_lists(plan, "en", number))
    assert printed == plan.summary.committed_kip


def test_every_funded_household_is_on_one_list(plan) -> None:
    on_lists = np.concatenate([one.rows for one in village_lists(plan, "lo")])
    assert sorted(on_lists) == list(np.flatnonzero(plan.allocation.status == Status.FUNDED))
    assert sorted(paid_rows(plan, 1)) == sorted(on_lists)


def test_every_household_to_be_verified_is_on_a_check_list_with_a_question(plan) -> None:
    lists = list(verify_lists(plan, "en"))
    rows = np.concatenate([one.rows for one in lists])
    assert sorted(rows) == list(np.flatnonzero(plan.allocation.status == Status.VERIFY))
    assert all(line.questions and all(line.questions) for one in lists for line in one.lines)


def test_a_blank_child_count_is_asked_for_by_its_question(plan) -> None:
    asked = {int(row): line.questions for one in verify_lists(plan, "en")
             for row, line in zip(one.rows, one.lines, strict=True)}  # fmt: skip
    blank = plan.inputs.registry.households["under_5"].isna().to_numpy()
    question = "How many children are under 5 years?"
    assert {row for row, questions in asked.items() if question in questions} == {
        row for row in asked if blank[row]
    }


def test_lists_come_by_district_then_village_and_those_without_a_village_last(plan) -> None:
    headers = [one.header for one in village_lists(plan, "lo")]
    assert [header.district_code for header in headers] == sorted(header.district_code for header in headers)
    keys = [(header.district_code, header.village_code == "", header.village_code) for header in headers]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    assert any(key[1] for key in keys)


def test_a_list_without_a_village_says_so_in_its_language(plan) -> None:
    assert list(village_lists(plan, "lo"))[-1].header.village == "ບໍ່ຮູ້ບ້ານ"
    assert list(village_lists(plan, "en"))[-1].header.village == "Village not known"


def test_households_stand_in_the_order_of_their_ids_not_of_their_rank(plan) -> None:
    for one in village_lists(plan, "lo"):
        ids = [line.household_id for line in one.lines]
        assert ids == sorted(ids)
        assert [line.number for line in one.lines] == [str(number + 1) for number in range(len(ids))]


def test_list_ids_are_unique_and_stay_the_same_in_every_round(plan) -> None:
    first = {one.header.list_id for one in village_lists(plan, "lo", 1)}
    third = {one.header.list_id for one in village_lists(plan, "lo", 3)}
    assert len(first) == count_lists(plan, 1)
    assert {name.replace("-R3", "-R1") for name in third} <= first
    assert all(re.fullmatch(r"LA\d{4}-\d{3}-R1", name) for name in first)


def test_a_name_missing_in_one_language_comes_from_the_other_and_a_blank_stays_a_dash(plan) -> None:
    households = plan.inputs.registry.households
    heads = {}
    for one in village_lists(plan, "lo"):
        heads |= dict(zip(one.rows.tolist(), (line.head for line in one.lines), strict=True))
    only_english = households["head_name_lo"].isna() & households["head_name_en"].notna()
    neither = households["head_name_lo"].isna() & households["head_name_en"].isna()
    assert any(only_english[row] for row in heads)
    for row, head in heads.items():
        if only_english[row]:
            assert head == households["head_name_en"][row]
        if neither[row]:
            assert head == "—"


def test_goods_are_worked_out_from_people_and_left_to_the_hand_when_these_are_blank(plan) -> None:
    members = plan.inputs.registry.households["members"]
    for one in village_lists(plan, "en"):
        for row, line in zip(one.rows, one.lines, strict=True):
            count = members[int(row)]
            expected = "rice ____ kg" if count is members.dtype.na_value else f"rice {count * 7.5:g} kg"
            assert line.notes == expected


def test_signing_lists_never_show_pregnancy_disability_or_missing_documents(plan) -> None:
    registry = made_up_registry(400, 3)
    for field in ("pregnant", "birth_unregistered"):
        registry.households[field] = True
    registry.households["disabled"] = 7
    changed = paper_plan(400, registry=registry)
    for language in ("lo", "en"):
        shown = [one.lines for one in village_lists(plan, language)]
        assert [one.lines for one in village_lists(changed, language)] == shown


def permuted(plan: Plan, order: np.ndarray) -> Plan:
    """The same plan with the rows of its registry in another order."""

    def rows_of(part: object, names: tuple[str, ...]) -> dict[str, object]:
        return {name: getattr(part, name)[order] for name in names}

    registry = plan.inputs.registry
    households = registry.households.iloc[order].reset_index(drop=True)
    paid = rows_of(plan.allocation, ("status", "reason", "rank", "fund", "round_kip", "total_kip", "due_kip"))
    owed = rows_of(plan.entitlements, ("transfer", "numerator", "rounds", "base_kip", "matched", "blank"))
    asked = rows_of(plan.targeting, ("decision", "answers", "score", "blank_score"))
    return replace(
        plan,
        inputs=replace(plan.inputs, registry=replace(registry, households=households)),
        allocation=replace(plan.allocation, **paid),
        entitlements=replace(plan.entitlements, **owed),
        targeting=replace(plan.targeting, **asked),
    )


def test_permuting_the_registry_changes_no_line(plan) -> None:
    other = permuted(plan, np.random.default_rng(5).permutation(plan.summary.households_read))
    for language in ("lo", "en"):
        before = [(one.header, one.lines, one.total) for one in village_lists(plan, language)]
        assert [(one.header, one.lines, one.total) for one in village_lists(other, language)] == before
        before = [(one.header, one.lines) for one in verify_lists(plan, language)]
        assert [(one.header, one.lines) for one in verify_lists(other, language)] == before


def test_a_plan_that_pays_nobody_has_no_list() -> None:
    empty = paper_plan(0)
    assert list(village_lists(empty, "lo")) == []
    assert list(verify_lists(empty, "lo")) == []
    assert count_lists(empty) == 0
    assert last_round(empty) == 0
