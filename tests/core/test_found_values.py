"""What the check finds fills what the registry left blank: verify has a way out."""

from pathlib import Path

from shockplan.budget import Status
from shockplan.decisions import Decisions, read_decisions
from shockplan.found_values import fill_blanks
from shockplan.planfile import DecisionsSpec
from tests.core.money_case import registry_of, run, spec_of


def read(folder: Path, text: str) -> tuple[Decisions, tuple[str, ...]]:
    (folder / "check.csv").write_text(text, encoding="utf-8")
    decisions, _, problems = read_decisions(DecisionsSpec(verify="check.csv"), folder)
    return decisions, tuple(problem.code for problem in problems)


def test_a_blank_member_count_is_filled_from_the_check_list_and_the_household_is_paid(tmp_path: Path) -> None:
    registry = registry_of(2, members=[3, None])
    spec = spec_of([{"mode": "per_person", "kip": 100}])
    assert run(spec, registry).allocation.status.tolist() == [Status.FUNDED, Status.VERIFY]
    decisions, problems = read(tmp_path, "household_id,answer,members\nH0000001,yes,5\n")
    filled, others = fill_blanks(registry, decisions.values)
    assert (problems, others) == ((), ())
    case = run(spec, filled, decisions=decisions)
    assert case.allocation.round_kip.tolist() == [300, 500]


def test_a_column_that_the_registry_lacks_comes_with_the_check_list(tmp_path: Path) -> None:
    decisions, _ = read(tmp_path, 'household_id,answer,in_mecg,income_kip\nH0000000,,ແມ່ນ,"1,200,000"\n')
    assert decisions.values == {"in_mecg": {"H0000000": True}, "income_kip": {"H0000000": 1_200_000}}
    filled, _ = fill_blanks(registry_of(2), decisions.values)
    assert {"in_mecg", "income_kip"} <= filled.present
    assert filled.households["income_kip"].isna().tolist() == [False, True]


def test_what_the_registry_knows_is_never_replaced_and_the_difference_is_said() -> None:
    registry = registry_of(2, members=[3, None])
    filled, problems = fill_blanks(registry, {"members": {"H0000000": 4, "H0000001": 2}})
    assert filled.households["members"].tolist() == [3, 2]
    assert [(problem.code, problem.rows) for problem in problems] == [("decisions.other_value", (2,))]
    assert registry.households["members"].isna().tolist() == [False, True]


def test_what_is_no_value_stays_blank_with_its_row(tmp_path: Path) -> None:
    decisions, problems = read(
        tmp_path, "household_id,answer,members,pregnant\nA,yes,many,yes\nB,yes,-2,perhaps\nC,yes,2.5,\n"
    )
    assert decisions.values == {"pregnant": {"A": True}}
    assert problems == ("decisions.bad_value", "decisions.bad_value")


def test_without_values_the_registry_is_the_same_object() -> None:
    registry = registry_of(1)
    assert fill_blanks(registry, {}) == (registry, ())
