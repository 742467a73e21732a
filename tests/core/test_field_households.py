"""Households outside the registry: read from forms, matched by decision or added, counted apart."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from shockplan.areas import load_gazetteer
from shockplan.planfile import AssessmentSpec, Condition
from shockplan.problems import InputError
from shockplan.registry.assessments import FormRows, read_assessment
from shockplan.registry.columns import map_columns
from shockplan.registry.completing import Beside
from shockplan.registry.duplicates import with_duplicates
from shockplan.registry.household import Registry
from shockplan.registry.match_decisions import MatchDecision, read_match_decisions
from shockplan.registry.reading import registry_of
from shockplan.registry.row_names import with_own_rows
from shockplan.registry.standing import Standing
from shockplan.targeting import names_field_registered
from tests.core.registry_tables import Row, registry_in_memory, table_of, write_csv

HEADINGS = [
    "household id",
    "district code",
    "village code",
    "head of household",
    "family book",
    "members",
    "damage",
]
EXTRACT = [
    ("A1", "LA1703", "1703001", "Example One", "FB1", "5", ""),
    ("A2", "LA1703", "1703001", "Sample Two", "FB2", "4", "minor"),
    ("A3", "LA1703", "1703002", "Pattern Three", "FB3", "3", ""),
    ("A4", "LA1704", "1704001", "Example One", "FB4", "2", ""),
]
FORM = ["row id", *HEADINGS, "damage checked", "situation", "source", "signed by", "date"]
SIGNED = ("DLSW team", "Chief Example", "26/11/2026")


def form_row(row_id: str, head: str, *, village: str = "1703001", household: str = "", book: str = "",
             members: str = "", damage: str = "", situation: str = "displaced") -> Row:  # fmt: skip
    return (row_id, household, "LA1703", village, head, book, members, damage, "yes", situation, *SIGNED)


def forms(tmp_path: Path, *rows: Row, **spec: object) -> FormRows:
    path = write_csv(tmp_path / "form.csv", [FORM, *rows])
    return read_assessment(path, AssessmentSpec(file=path.name, **spec), load_gazetteer())


def registry_with(rows: FormRows, **decisions: MatchDecision) -> Registry:
    table = table_of(HEADINGS, EXTRACT)
    mapping, _ = map_columns(table, {}, Path("table.csv"))
    beside = Beside(forms=rows.rows, form_decisions=decisions, problems=rows.problems)
    registry = registry_of(table, mapping, load_gazetteer(), None, beside=beside)
    return with_duplicates(registry, table.name)


def standing(registry: Registry) -> list[Standing]:
    return [Standing(value) for value in registry.assessed.rows["standing"]]


def test_a_household_nobody_knows_is_added_with_source_village_signatory_and_date(tmp_path: Path) -> None:
    row = form_row("F/01", "Nobody Known", members="6", village="1703009")
    registry = registry_with(forms(tmp_path, row))
    added = registry.households.iloc[-1]
    assert registry.added == 1 and registry.rows_read == 5 == len(registry.households)
    assert added["household_id"] == "FR-F-01" and added["field_registered"] and added["members"] == 6
    assert registry.households["field_registered"].tolist() == [False] * 4 + [True]
    line = registry.assessed.rows.iloc[0]
    assert (line["source"], line["signatory"], str(line["assessed_on"].date())) == (*SIGNED[:2], "2026-11-26")
    assert line["village_code"] == "1703009" and line["situation"] == "displaced"
    assert "1703009" in registry.villages["code"].tolist()


def test_a_household_of_the_same_name_and_village_waits_for_a_person(tmp_path: Path) -> None:
    registry = registry_with(forms(tmp_path, form_row("F/01", "Example One", members="5")))
    assert standing(registry) == [Standing.WAITING] and registry.added == 0
    candidate = registry.assessed.candidates[0][0]
    assert candidate.household_id == "A1" and candidate.score == 75.0
    assert candidate.agrees == ("name", "village", "members", "district")
    waiting = [problem for problem in registry.problems if problem.code == "match.may_be"]
    assert waiting[0].rows == (2,) and waiting[0].file == "form.csv"


def test_a_decision_is_kept_and_applied_to_the_next_reading(tmp_path: Path) -> None:
    one, other = form_row("F/01", "Example One", damage="destroyed"), form_row("F/02", "Sample Two")
    rows = forms(tmp_path, one, other)
    path = write_csv(
        tmp_path / "decided.csv",
        [("row_id", "answer", "household_id"), ("F/01", "same", "A1"), ("F/02", "ໃໝ່", "")],
    )
    decisions, problems = read_match_decisions(path)
    assert problems == ()
    registry = registry_with(rows, **decisions)
    assert standing(registry) == [Standing.MATCHED, Standing.NEW]
    assert registry.households["damage"].tolist()[0] == "destroyed"
    assert registry.households["damage_verified"][0]
    assert registry.households["household_id"].tolist()[-1] == "FR-F-02"


def test_a_stated_id_joins_by_itself_unless_name_or_district_contradict_it(tmp_path: Path) -> None:
    rows = forms(
        tmp_path,
        form_row("1", "Pattern Three", household="A3"),
        form_row("2", "Quite Somebody Else", household="A2"),
        form_row("3", "", household="A4"),
        form_row("4", "Example Nine", household="Z9"),
    )
    registry = registry_with(rows)
    assert standing(registry) == [Standing.MATCHED, Standing.WAITING, Standing.WAITING, Standing.WAITING]
    assert registry.assessed.rows["reason"].tolist()[1:] == [
        "match.id_contradicted", "match.id_contradicted", "match.id_unknown"
    ]  # fmt: skip


def test_the_forms_word_on_damage_stands_and_everything_else_only_fills_blanks(tmp_path: Path) -> None:
    rows = forms(tmp_path, form_row("1", "Sample Two", household="A2", damage="destroyed", members="9"))
    registry = registry_with(rows)
    household = registry.households.iloc[1]
    assert (household["damage"], household["members"]) == ("destroyed", 4)
    codes = {problem.code: problem for problem in registry.problems}
    assert codes["assessment.damage_differs"].values == ("destroyed",)
    assert codes["assessment.value_differs"].values == ("9",)


def test_two_rows_of_one_household_the_later_day_stands(tmp_path: Path) -> None:
    older = (*form_row("1", "Sample Two", household="A2", damage="minor")[:-1], "1/11/2026")
    rows = forms(tmp_path, older, form_row("2", "Sample Two", household="A2", damage="major"))
    registry = registry_with(rows)
    assert standing(registry) == [Standing.REJECTED, Standing.MATCHED]
    assert registry.households["damage"][1] == "major"
    same_day = forms(tmp_path, form_row("1", "Sample Two", household="A2", damage="minor"),
                     form_row("2", "Sample Two", household="A2", damage="major"))  # fmt: skip
    assert standing(registry_with(same_day)) == [Standing.WAITING, Standing.WAITING]


def test_a_row_read_twice_counts_once_and_one_number_for_two_households_is_refused(tmp_path: Path) -> None:
    row = form_row("1", "Nobody Known")
    rows = forms(tmp_path, row, row, form_row("2", "Other Made Up"), form_row("2", "Third Made Up"))
    registry = registry_with(rows)
    assert registry.assessed.rows["reason"].tolist() == [
        "", "assessment.repeated", "assessment.number_twice", "assessment.number_twice"
    ]  # fmt: skip
    assert registry.assessed.counts() == {"read": 4, "rejected": 3, "waiting": 0, "matched": 0, "new": 1}


def test_rows_without_a_household_or_a_district_are_rejected_and_listed(tmp_path: Path) -> None:
    nobody = form_row("1", "")
    nowhere = ("2", "", "", "", "Nobody Known", "", "", "", "", "", *SIGNED)
    registry = registry_with(forms(tmp_path, nobody, nowhere))
    assert registry.assessed.rows["reason"].tolist() == ["assessment.nobody", "assessment.no_district"]
    assert {"assessment.nobody", "assessment.no_district"} <= {problem.code for problem in registry.problems}


def test_a_form_without_names_is_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "form.csv", [("district code", "members"), ("LA1703", "4")])
    with pytest.raises(InputError) as refused:
        read_assessment(path, AssessmentSpec(file=path.name), load_gazetteer())
    assert refused.value.problems[0].code == "assessment.no_names"


def test_a_workbook_says_place_and_signatory_once_on_top_of_each_sheet(tmp_path: Path) -> None:
    path = tmp_path / "forms.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, village, chief in (("one", "1703001", "Chief A"), ("two", "1703002", "Chief B")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["District code", "LA1703", "Village code", village])
            sheet.write_row(1, 0, ["Signed by", chief, "Date", "26/11/2026"])
            sheet.write_row(3, 0, ["No.", "Row id", "Head of household", "Members"])
            sheet.write_row(4, 0, [1, f"{village}/01", f"Made Up {name}", 4])
            sheet.write_row(5, 0, [2, f"{village}/02", "", ""])
    rows = read_assessment(path, AssessmentSpec(file=path.name), load_gazetteer()).rows
    assert rows[["row_id", "district", "village_code", "signatory"]].to_numpy().tolist() == [
        ["1703001/01", "LA1703", "1703001", "Chief A"], ["1703002/01", "LA1703", "1703002", "Chief B"]
    ]  # fmt: skip
    assert rows["assessed_on"].notna().all() and rows["source"].isna().all()


def test_a_finding_in_an_added_household_names_the_form_and_its_row(tmp_path: Path) -> None:
    twins = form_row("1", "Nobody Known", book="FBX"), form_row("2", "Nobody Known", book="FBX")
    registry = registry_with(forms(tmp_path, *twins))
    assert registry.added == 2
    problems = with_own_rows(registry.problems, registry)
    held = [problem for problem in problems if problem.code == "registry.duplicate"]
    assert [(problem.file, problem.rows) for problem in held] == [("form.csv", (2, 3))]


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        ({"field": "affected", "equals": True}, False),
        ({"field": "field_registered", "equals": True}, True),
        ({"field": "field_registered", "equals": False}, False),
        ({"none": [{"field": "field_registered", "equals": False}]}, True),
        ({"none": [{"field": "field_registered", "equals": True}]}, False),
        (
            {"any": [{"field": "in_mecg", "equals": True}, {"field": "field_registered", "equals": True}]},
            True,
        ),
        ({"field": "field_registered", "one_of": [True, False]}, True),
    ],
)
def test_only_a_rule_that_names_them_lets_field_registered_households_in(
    rule: dict[str, object], named: bool
) -> None:
    assert names_field_registered(Condition.model_validate(rule)) == named


NAMES = st.sampled_from(["Example One", "Sample Two", "Pattern Three", "Nobody Known", "Made Up", ""])
ROWS = st.tuples(
    NAMES, st.sampled_from(["", "A1", "A2", "Z9"]), st.sampled_from(["", "FB1", "FB9"]),
    st.sampled_from(["1703001", "1703002", ""]),
    st.sampled_from(["", "same A1", "same A9", "new", "leave_out"]),
)  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=8), order=st.randoms())
def test_no_form_row_vanishes_and_their_order_decides_nothing(
    rows: list[tuple[str, ...]], order: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("forms")
    made = [form_row(str(n), head, household=household, book=book, village=village)
            for n, (head, household, book, village, _) in enumerate(rows)]  # fmt: skip
    decisions = {
        str(n): MatchDecision("same", word[5:]) if word.startswith("same") else MatchDecision(word)
        for n, (*_, word) in enumerate(rows) if word
    }  # fmt: skip
    registry = registry_with(forms(folder, *made), **decisions)
    counts = registry.assessed.counts()
    assert counts["read"] == len(rows) == sum(counts.values()) - counts["read"]
    assert counts["new"] == registry.added == int(registry.households["field_registered"].sum())
    assert registry.rows_read == len(registry.rejected) + len(registry.households)
    shuffled = list(made)
    order.shuffle(shuffled)
    again = registry_with(forms(folder, *shuffled), **decisions)
    one, other = (by_row(each.assessed.rows) for each in (registry, again))
    pd.testing.assert_frame_equal(one, other)
    ids = "household_id"
    left, right = (each.households.sort_values(ids)[[ids, "damage", "members"]] for each in (registry, again))
    assert left.astype(str).to_numpy().tolist() == right.astype(str).to_numpy().tolist()


def by_row(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.set_index("row_id").sort_index()[["standing", "household_id", "reason"]]


def test_a_registry_with_nothing_beside_it_is_as_before() -> None:
    registry = registry_in_memory(HEADINGS, EXTRACT)
    assert registry.added == 0 and registry.assessed.counts()["read"] == 0
    assert registry.row_named(3) == ("", 3) and replace(registry).first_added > 10**18
