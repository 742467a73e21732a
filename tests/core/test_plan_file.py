"""PLAN.toml: every key is documented, every fault names its key, money is exact."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from shockplan.planfile import PlanSpec
from shockplan.planfile_reading import known_keys, parse_plan_file, read_plan_file
from shockplan.problems import InputError
from shockplan.registry.household import FIELDS
from shockplan.texts import problem_sentence
from tests.conftest import ROOT

PLAN = """
[plan]
name = "A plan"
[registry]
file = "registry.csv"
[[layers]]
kind = "hazard"
id = "flood"
name = "Flood"
file = "flood.geojson"
[[transfers]]
id = "grant"
name = "Grant"
mode = "flat"
kip = 500_000
[[funds]]
id = "state"
name = "State reserve"
amount = 1_000_000_000
"""


def parse(text: str) -> PlanSpec:
    return parse_plan_file(text.encode(), "PLAN.toml")


def faults(text: str) -> list[tuple[str, str | None]]:
    with pytest.raises(InputError) as caught:
        parse(text)
    assert str(caught.value)
    return [(problem.code, problem.column) for problem in caught.value.problems]


def test_a_small_plan_is_read_with_its_defaults() -> None:
    spec = parse(PLAN)
    assert spec.fit.method == "rank_and_stop"
    assert spec.fit.step_kip == 1000
    assert spec.fit.set_aside_share == 1
    assert spec.layers[0].defines_affected


def test_every_key_of_the_plan_file_is_documented() -> None:
    page = (ROOT / "docs" / "plan-file.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`[^`\n]+`", page))))
    missing = sorted(known_keys(PlanSpec) - documented)
    assert not missing


def test_every_household_field_is_documented() -> None:
    page = (ROOT / "docs" / "plan-file.md").read_text(encoding="utf-8")
    assert not [field.name for field in FIELDS if f"`{field.name}`" not in page]


def test_a_number_with_a_point_is_exact() -> None:
    spec = parse(PLAN.replace("amount = 1_000_000_000", "amount = 0.1\ncurrency = 'USD'\nrate = 22_400.5"))
    assert spec.funds[0].amount == Decimal("0.1")
    assert spec.funds[0].rate == Decimal("22400.5")


def test_a_misspelt_key_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(InputError) as caught:
        parse(PLAN.replace("amount =", "ammount ="))
    named = {(problem.code, problem.column) for problem in caught.value.problems}
    assert ("plan.key_unknown_near", "funds[1].ammount") in named
    assert ("plan.key_missing", "funds[1].amount") in named
    assert "amount" in str(caught.value)


def test_all_faults_are_named_at_once() -> None:
    broken = PLAN.replace('name = "Flood"', "").replace("kip = 500_000", "kip = -5")
    broken = broken.replace('"flat"', '"gift"')
    named = {column for _, column in faults(broken)}
    assert named == {"layers[1].name", "transfers[1].kip", "transfers[1].mode"}


def test_money_given_as_text_or_as_yes_is_refused() -> None:
    assert faults(PLAN.replace("kip = 500_000", 'kip = "500000"')) == [
        ("plan.wrong_whole", "transfers[1].kip")
    ]
    assert faults(PLAN.replace("kip = 500_000", "kip = true")) == [("plan.wrong_whole", "transfers[1].kip")]


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("kip = 500_000", "kip = -5", "plan.wrong_at_least", ("-5", "0")),
        ("kip = 500_000", "kip = 9_000_000_000_000_000_000", "plan.wrong_below", ("9007199254740992",)),
        ('mode = "flat"', 'mode = "gift"', "plan.wrong_choice", ("gift", "flat", "meb_gap")),
        ("amount = 1_000_000_000", "amount = nan", "plan.wrong_number", ("NaN",)),
        ("amount = 1_000_000_000", "amount = 1\nreserve_share = 2", "plan.wrong_at_most", ("2", "1")),
        ("amount = 1_000_000_000", "amount = 1\nearmark = 4", "plan.wrong_table", ("4",)),
        ('name = "State reserve"', "name = 7", "plan.wrong_text", ("7",)),
    ],
)
def test_a_value_that_does_not_fit_is_told_in_both_languages(
    old: str, new: str, code: str, words: tuple[str, ...]
) -> None:
    assert old in PLAN
    with pytest.raises(InputError) as caught:
        parse(PLAN.replace(old, new))
    problem = caught.value.problems[0]
    assert problem.code == code
    english, lao = problem_sentence(problem, "en"), problem_sentence(problem, "lo")
    assert all(word in english and word in lao for word in words)
    assert "nput should" not in english + lao


@pytest.mark.parametrize("levels", [60, 900])
def test_a_rule_too_deep_to_be_read_is_refused(levels: int) -> None:
    rule = "{all = [" * levels + '{field = "members", at_least = 1}' + "]}" * levels
    assert faults(PLAN + f"\n[eligibility]\nrule = {rule}\n") == [("plan.too_deep", None)]


def test_an_id_that_stands_twice_is_refused() -> None:
    twice = PLAN + '\n[[funds]]\nid = "state"\nname = "Again"\namount = 5\n'
    assert faults(twice) == [("plan.id_repeated", "funds")]


def test_a_plan_without_a_fund_is_refused() -> None:
    without = PLAN[: PLAN.index("[[funds]]")]
    assert faults(without) == [("plan.key_missing", "funds")]
    assert faults("funds = []\n" + without) == [("plan.key_missing", "funds")]


def test_a_broken_line_is_named() -> None:
    with pytest.raises(InputError, match="line 2"):
        parse("[plan]\nname = \n")


def test_text_in_another_encoding_is_told_so() -> None:
    with pytest.raises(InputError) as caught:
        parse_plan_file("name = 'ຊື່'".encode("utf-16"), "PLAN.toml")
    assert caught.value.problems[0].code == "plan.not_utf8"


def test_a_plan_file_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_plan_file(tmp_path / "none.toml")
    assert caught.value.problems[0].code == "plan.file_missing"


def test_a_folder_given_as_plan_file_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_plan_file(tmp_path)
    assert caught.value.problems[0].code == "plan.file_unreadable"
