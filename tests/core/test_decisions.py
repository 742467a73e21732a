"""What persons decided, read from files."""

from pathlib import Path

import pytest

from shockplan.decisions import Decisions, decide, read_decisions
from shockplan.exposure import Certainty
from shockplan.planfile import DecisionsSpec
from shockplan.problems import InputError
from shockplan.targeting import Decision, target
from tests.core.money_case import exposure_of, registry_of, spec_of


def write(folder: Path, **files: str) -> DecisionsSpec:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return DecisionsSpec.model_validate({name: f"{name}.csv" for name in files})


def test_answers_are_read_in_both_languages_and_blanks_stay_open(tmp_path: Path) -> None:
    spec = write(
        tmp_path,
        verify="\ufeffhousehold_id,answer\nA,yes\nB,ບໍ່\nC, ແມ່ນ \nD,\nE,No\n",
        duplicates="household_id,answer\nA,pay\nB,ຕັດ\n",
        removals="household_id,reason\nZ,moved away\n",
    )
    decisions, sources, problems = read_decisions(spec, tmp_path)
    assert decisions.verify == {"A": True, "B": False, "C": True, "E": False}
    assert decisions.duplicates == {"A": "pay", "B": "cut"}
    assert decisions.removals == {"Z": "moved away"}
    assert [source.name for source in sources] == ["verify.csv", "duplicates.csv", "removals.csv"]
    assert problems == ()


def test_a_spreadsheets_semicolons_and_tabs_are_understood(tmp_path: Path) -> None:
    for mark in ";\t":
        text = "household_id,answer,members\r\nA,yes,5\r\n".replace(",", mark)
        decisions, _, _ = read_decisions(write(tmp_path, verify=text), tmp_path)
        assert (decisions.verify, decisions.values) == ({"A": True}, {"members": {"A": 5}})


def test_no_files_are_no_decisions(tmp_path: Path) -> None:
    decisions, sources, problems = read_decisions(DecisionsSpec(), tmp_path)
    assert (decisions.verify, decisions.duplicates, decisions.removals, sources, problems) == (
        {},
        {},
        {},
        (),
        (),
    )


def test_what_is_no_answer_stays_open_with_its_row(tmp_path: Path) -> None:
    spec = write(tmp_path, verify="household_id,answer\nA,perhaps\n,yes\nB,yes\n")
    decisions, _, problems = read_decisions(spec, tmp_path)
    assert decisions.verify == {"B": True}
    assert [(problem.code, problem.rows, problem.values) for problem in problems] == [
        ("decisions.not_an_answer", (2,), ("perhaps",)),
        ("decisions.no_id", (3,), ("yes",)),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("household_id,answer\nA,yes\nA,no\n", "decisions.conflict"),
        ("id,answer\nA,yes\n", "decisions.no_column"),
        ("household_id,reply\nA,yes\n", "decisions.no_column"),
    ],
)
def test_a_file_that_contradicts_itself_or_lacks_a_column_is_refused(
    tmp_path: Path, text: str, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_decisions(write(tmp_path, verify=text), tmp_path)
    assert caught.value.problems[0].code == code
    assert str(caught.value)


def test_a_missing_or_foreign_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_decisions(DecisionsSpec(verify="nowhere.csv"), tmp_path)
    assert caught.value.problems[0].code == "decisions.file_missing"
    (tmp_path / "old.csv").write_bytes("household_id,answer\nA,ແມ່ນ".encode("utf-16"))
    with pytest.raises(InputError) as caught:
        read_decisions(DecisionsSpec(verify="old.csv"), tmp_path)
    assert caught.value.problems[0].code == "decisions.not_utf8"


def test_an_answer_settles_verify_and_nothing_else() -> None:
    registry = registry_of(4)
    exposure = exposure_of([Certainty.CERTAIN, Certainty.POSSIBLE, Certainty.UNKNOWN, Certainty.NO])
    targeting = target(registry, exposure, spec_of())
    answers = {f"H000000{row}": answer for row, answer in enumerate([False, True, False, True])}
    found = decide(targeting, registry, Decisions(verify=answers))
    assert found.decision.tolist() == [Decision.YES, Decision.YES, Decision.NO, Decision.NO]
    assert targeting.decision.tolist() == [Decision.YES, Decision.VERIFY, Decision.VERIFY, Decision.NO]


def test_a_household_that_the_registry_lacks_is_a_problem_in_every_list() -> None:
    registry = registry_of(1)
    targeting = target(registry, exposure_of([Certainty.CERTAIN]), spec_of())
    strange = Decisions({"X": True}, {"Y": "pay"}, {"Z": "why"})
    found = decide(targeting, registry, strange)
    assert [
        problem.args["list"] for problem in found.problems if problem.code == "decisions.unknown_household"
    ] == [
        "verify",
        "duplicates",
        "removals",
    ]
