"""Assessment forms, earlier payments and an earlier extract in a whole plan: counted apart, and closing."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from shockplan.demo import write_demo
from shockplan.explain import explain
from shockplan.inputs import plan_files, read_inputs
from shockplan.outputs.figures import group_by_village, village_figures
from shockplan.outputs.list_csv import households_csv
from shockplan.outputs.match_csv import assessments_csv, changes_csv, earlier_payments_csv
from shockplan.outputs.plan_pdf import write_plan_pdf
from shockplan.plan import Plan, make_plan
from shockplan.planfile import EligibilitySpec
from shockplan.planfile_names import with_file_names
from shockplan.summary import PlanSummary
from shockplan.workspace import save_plan, workspace_inputs
from tests.core.pdf_text import needs_pdftotext, page_texts
from tests.test_main_job import shockplan

FORM = ("row id", "household id", "district code", "village code", "head of household", "members", "damage",
        "damage checked", "situation", "source", "signed by", "date")  # fmt: skip
SIGNED = ("yes", "displaced", "DLSW team", "Chief Example", "26/11/2026")
NAMES_THEM = {"any": [{"field": "affected", "equals": True}, {"field": "field_registered", "equals": True}]}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("beside"), households=400)


def beside(demo: Path, name: str, tables: str) -> Path:
    """The demo's plan with more tables."""
    path = demo.with_name(name)
    path.write_text(demo.read_text(encoding="utf-8") + tables, encoding="utf-8")
    return path


def write(folder: Path, name: str, rows: Sequence[Sequence[object]]) -> None:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.fixture(scope="module")
def taken(demo: Path) -> pd.DataFrame:
    """Households of the demo that stand once, with a head and a village."""
    households = read_inputs(demo).registry.households
    once = ~households["household_id"].duplicated(keep=False)
    return households[once & households["head_name_lo"].notna() & households["village_code"].notna()]


@pytest.fixture(scope="module")
def planned(demo: Path, taken: pd.DataFrame) -> Plan:
    one, two, three = (taken.iloc[place] for place in range(3))
    new = [
        (f"F/{n:02}", "", "LA1703", one["village_code"], f"Made Up {n}", 5, "destroyed", *SIGNED)
        for n in range(3)
    ]
    rows = [
        *new,
        ("F/10", one["household_id"], one["district"], "", one["head_name_lo"], "", "destroyed", *SIGNED),
        ("F/11", "", two["district"], two["village_code"], two["head_name_lo"], "", "minor", *SIGNED),
        ("F/12", "", "", "", "", 3, "", *SIGNED),
    ]
    write(demo.parent, "forms.csv", [FORM, *rows])
    paid = [
        ("household id", "amount", "date", "purpose"),
        (three["household_id"], 200_000, "1/10/2026", "food"),
        ("Z-1", 5, "1/10/2026", "food"),
    ]
    write(demo.parent, "wfp.csv", paid)
    tables = """
[[assessments]]
file = "forms.csv"

[[earlier_payments]]
file = "wfp.csv"
agency = "WFP"
use = "exclude"
"""
    return make_plan(read_inputs(beside(demo, "BESIDE.toml", tables)))


def test_added_households_are_counted_apart_and_the_whole_closes(planned: Plan, demo: Path) -> None:
    found = planned.summary
    plain = make_plan(read_inputs(demo)).summary
    forms = found.field_registered
    assert (forms["rows_read"], forms["households"]) == (6, 3)
    assert (forms["rows_rejected"], forms["rows_for_decision"], forms["rows_matched"]) == (1, 1, 1)
    assert found.households_read == plain.households_read + 3
    assert found.households_read == found.rejected + found.eligible + found.verify + found.not_eligible
    assert found.earlier_payments == {"read": 2, "rejected": 0, "waiting": 0, "matched": 1, "new": 1}
    assert json.loads(json.dumps(found.as_json()))["field_registered"]["households"] == 3


def test_no_rule_no_plan_for_them(planned: Plan) -> None:
    forms = planned.summary.field_registered
    assert forms["not_eligible"] == 3 and forms["eligible"] == forms["funded"] == 0
    sentences = " ".join(explain(planned, "FR-F-00", "en"))
    assert "does not name field-registered" in sentences and "Chief Example" in sentences
    assert "forms.csv" in sentences and "row 2 of" in sentences
    rule = EligibilitySpec.model_validate({"rule": NAMES_THEM})
    spec = planned.inputs.spec.model_copy(update={"eligibility": rule})
    summary: PlanSummary = make_plan(replace(planned.inputs, spec=spec)).summary
    assert summary.field_registered["not_eligible"] == 0
    assert summary.field_registered["eligible"] + summary.field_registered["verify"] == 3


def test_who_was_paid_by_a_list_that_excludes_is_not_eligible_and_told_why(
    planned: Plan, taken: pd.DataFrame
) -> None:
    household = str(taken["household_id"].iloc[2])
    row = int((planned.inputs.registry.households["household_id"] == household).to_numpy().argmax())
    assert planned.targeting.decision[row] == 0
    for language, words in (("en", "Paid before: 200,000 kip by WFP"), ("lo", "200,000 ກີບ ໂດຍ WFP")):
        assert words in " ".join(explain(planned, household, language))


def test_a_matched_form_gives_the_damage_and_is_explained(planned: Plan, taken: pd.DataFrame) -> None:
    household = str(taken["household_id"].iloc[0])
    own = planned.inputs.registry.households.set_index("household_id").loc[household]
    assert own["damage"] == "destroyed" and own["damage_verified"]
    assert "is this household" in " ".join(explain(planned, household, "en"))


def test_the_questions_are_written_with_what_they_may_be_and_read_back(
    planned: Plan, demo: Path, taken: pd.DataFrame
) -> None:
    text = assessments_csv(planned, "en").decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    waiting = next(row for row in rows if row["row_id"] == "F/11")
    two = str(taken["household_id"].iloc[1])
    assert waiting["standing"] == "waiting" and waiting["candidate_1"].startswith(two)
    assert "name" in waiting["candidate_1"]
    waiting["answer"], waiting["household_id"] = "same", two
    write(demo.parent, "decided.csv", [list(waiting), *(list(row.values()) for row in rows)])
    tables = '\n[[assessments]]\nfile = "forms.csv"\n[decisions]\nassessments = "decided.csv"\n'
    again = make_plan(read_inputs(beside(demo, "DECIDED.toml", tables)))
    assert again.summary.field_registered["rows_matched"] == 2
    kept = list(csv.DictReader(assessments_csv(again, "lo").decode("utf-8-sig").splitlines()))
    assert [row["answer"] for row in kept if row["row_id"] == "F/11"] == ["same"]


def test_every_row_of_the_lists_and_forms_is_written(planned: Plan) -> None:
    payments = list(csv.DictReader(earlier_payments_csv(planned, "en").decode("utf-8-sig").splitlines()))
    assert [row["standing"] for row in payments] == ["matched", "new"]
    households = pd.read_csv(io.BytesIO(households_csv(planned)))
    assert households["registered"].value_counts().to_dict() == {
        "registry": len(households) - 3, "field": 3
    }  # fmt: skip
    assert households["source_row"].tolist()[-3:] == [2, 3, 4]


def test_a_second_extract_keeps_what_is_blank_now_and_says_what_changed(demo: Path) -> None:
    folder, spec = demo.parent, read_inputs(demo).spec
    table = pd.read_csv(folder / spec.registry.file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    heading = spec.registry.columns.get("members") or "members"
    once = ~table[spec.registry.columns["household_id"]].duplicated(keep=False)
    second = table.copy()
    blank = table.index[once & table[heading].str.fullmatch("[1-9]")][0]
    second.loc[blank, heading] = ""
    gone = table.index[once][-1]
    second.drop(index=gone).to_csv(folder / "second.csv", index=False)
    text = demo.read_text(encoding="utf-8").replace(
        f'file = "{spec.registry.file}"', f'file = "second.csv"\nearlier = "{spec.registry.file}"', 1
    )
    path = demo.with_name("SECOND.toml")
    path.write_text(text, encoding="utf-8")
    registry = read_inputs(path).registry
    assert registry.changes is not None
    household = table[spec.registry.columns["household_id"]]
    assert registry.changes.gone == (household[gone],)
    blanked = registry.changes.changes[registry.changes.changes["kind"] == "blanked"]
    assert blanked["household_id"].tolist() == [household[blank]]
    own = registry.households.set_index("household_id").loc[household[blank]]
    assert int(own["members"]) == int(table.loc[blank, heading])
    assert "registry.value_kept" in {problem.code for problem in registry.problems}
    lines = [line for line in changes_csv(registry.changes).decode("utf-8-sig").splitlines()[1:]
             if ",unclear," not in line]  # fmt: skip
    assert lines == [
        f"{household[gone]},gone,,,",
        f"{household[blank]},blanked,members,{table.loc[blank, heading]},",
    ]
    path.write_text(text.replace("earlier =", 'blanks = "take"\nearlier ='), encoding="utf-8")
    taken = read_inputs(path).registry
    assert pd.isna(taken.households.set_index("household_id").loc[household[blank], "members"])
    assert "registry.value_blanked" in {problem.code for problem in taken.problems}


def test_a_workspace_keeps_every_file_that_stands_beside(planned: Plan, demo: Path, tmp_path: Path) -> None:
    spec = planned.inputs.spec
    assert {"assessments[1].file", "earlier_payments[1].file"} <= {key for key, _ in plan_files(spec)}
    renamed = with_file_names(spec, lambda _, name: f"other/{name}")
    assert renamed.assessments[0].file == "other/forms.csv"
    save_plan(demo.with_name("BESIDE.toml"), tmp_path / "plan.shockplan", None)
    inputs = workspace_inputs(tmp_path / "plan.shockplan", None)
    assert make_plan(inputs).fingerprint == planned.fingerprint


@needs_pdftotext
def test_the_plan_on_paper_and_its_tables_count_them_apart(planned: Plan, tmp_path: Path) -> None:
    write_plan_pdf(planned, tmp_path / "plan.pdf", "en", lambda *_: None)
    text = " ".join(" ".join(page_texts(tmp_path / "plan.pdf")).split())
    for words in ("Households outside the registry", "does not name field-registered", "Earlier payments",
                  "WFP: Households with a payment that counts are not eligible."):  # fmt: skip
        assert words in text
    villages = village_figures(planned, group_by_village(planned))
    assert villages["field_registered"].sum() == 3 and villages["field_registered_funded"].sum() == 0


def test_a_newer_extract_is_compared_from_the_command_line(demo: Path, tmp_path: Path) -> None:
    spec = read_inputs(demo).spec
    table = pd.read_csv(demo.parent / spec.registry.file, dtype=str, keep_default_na=False)
    ids = table[spec.registry.columns["household_id"]]
    once = table.index[~ids.duplicated(keep=False)]
    table.drop(index=once[:2]).to_csv(tmp_path / "newer.csv", index=False, encoding="utf-8-sig")
    said = shockplan("registry", "changes", demo, tmp_path / "newer.csv", "--out", tmp_path / "out", "--json")
    assert said.exit_code == 0, said.stderr
    assert (said.json["new"], said.json["gone"], said.json["changed"]) == (0, 2, 0)
    assert ",gone,,," in (tmp_path / "out" / "extract-changes.csv").read_text("utf-8-sig")
    without = shockplan("registry", "changes", demo)
    assert without.exit_code == 2 and "no earlier extract" in without.stderr
