"""The whole set of files that one plan gives, read back with other programs' eyes: it adds up (law 2)."""

import csv
import json
import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from shockplan.demo import write_demo
from shockplan.inputs import read_inputs
from shockplan.outputs.lines import verify_lists
from shockplan.outputs.staging import MANIFEST
from shockplan.outputs.writing import write_outputs
from shockplan.plan import Plan, make_plan
from shockplan.verify import verify_files
from tests.core.table_plan import draw_nothing


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("demo"), households=1500)


@pytest.fixture(scope="module")
def plan(plan_file: Path) -> Plan:
    return make_plan(read_inputs(plan_file))


@pytest.fixture(scope="module")
def out(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outputs")
    write_outputs(plan, folder, draw_nothing)
    return folder


@pytest.fixture(scope="module")
def payments(out: Path) -> pd.DataFrame:
    """Every line of every village's CSV."""
    parts = [
        pd.read_csv(path, dtype={"village_code": str, "phone": str, "account": str})
        for path in sorted(out.glob("villages/*/by-village/*.csv"))
    ]
    return pd.concat(parts, ignore_index=True)


def workbook_lines(path: Path) -> list[tuple[str, str, int]]:
    """(sheet, household id, amount) of each line of a village's workbook, and its total as id ''."""
    lines = []
    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python()
        start = next(number for number, row in enumerate(rows) if row[0] == 1)
        for row in rows[start:-1]:
            lines.append((name, row[1], int(row[6])))
        lines.append((name, "", int(rows[-1][6])))
    return lines


def test_every_paper_comes_in_every_language_of_the_plan(plan: Plan, out: Path):
    languages = plan.inputs.spec.plan.languages
    assert set(languages) == {"lo", "en"}
    names = [path.relative_to(out).as_posix() for path in out.rglob("*.pdf")]
    papers = {name.rsplit(".", 2)[0] for name in names}
    assert sorted(names) == sorted(f"{paper}.{language}.pdf" for paper in papers for language in languages)
    kinds = {re.sub(r"\d+", "", paper.rpartition("/")[2]) for paper in papers}
    assert kinds == {"plan", "LA-R", "LA-slips-R", "LA-notice", "LA-V", "LA-labels-R", "team-"}


def test_the_questions_of_a_check_list_stand_in_every_language(plan: Plan, out: Path):
    check = next(iter(verify_lists(plan, "lo")))
    path = next(out.glob(f"villages/*/by-village/{check.header.list_id.rpartition('-')[0]}-V.xlsx"))
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("V").to_python()
    cells = {cell for row in rows for cell in row}
    english = next(iter(verify_lists(plan, "en")))
    for lao, latin in zip(check.lines, english.lines, strict=True):
        both = [text for pair in zip(lao.questions, latin.questions, strict=True) for text in pair]
        assert "\n".join(both) in cells


def test_printed_lines_add_up_to_village_district_fund_and_plan(
    plan: Plan, out: Path, payments: pd.DataFrame
):
    committed = plan.summary.committed_kip
    assert committed > 0
    assert payments["amount"].sum() == committed
    body = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    by_place = payments.fillna({"village_code": ""}).groupby(["admin2_pcode", "village_code"])["amount"].sum()
    assert by_place.to_dict() == {
        (place["district"], place["code"] or ""): place["total_kip"]
        for place in body["villages"]
        if place["total_kip"]
    }
    by_district = payments.groupby("admin2_pcode")["amount"].sum()
    assert by_district.to_dict() == {
        place["pcode"]: place["total_kip"] for place in body["districts"] if place["total_kip"]
    }
    by_fund = payments.groupby("fund")["amount"].sum()
    assert by_fund.to_dict() == {
        fund["id"]: fund["committed_kip"] for fund in body["funds"] if fund["committed_kip"]
    }
    assert body["summary"]["committed_kip"] == committed


def test_each_workbook_says_the_same_as_the_csv_beside_it(out: Path):
    books = [path for path in sorted(out.glob("villages/*/by-village/*.xlsx")) if path.stem[-3:].isdecimal()]
    assert books
    for path in books:
        with path.with_suffix(".csv").open(encoding="utf-8-sig", newline="") as file:
            expected = [
                (f"R{row['round']}", row["household_id"], int(row["amount"])) for row in csv.DictReader(file)
            ]
        found = workbook_lines(path)
        assert [line for line in found if line[1]] == expected
        for name, _, total in (line for line in found if not line[1]):
            assert total == sum(amount for sheet, _, amount in expected if sheet == name)


def test_the_map_file_and_the_plan_workbook_hold_the_same_sums(plan: Plan, out: Path):
    for layer in ("districts", "villages"):
        read = gpd.read_file(out / "result.gpkg", layer=layer)
        assert read["total_kip"].sum() == plan.summary.committed_kip
        assert read["funded"].sum() == plan.summary.funded
    book = CalamineWorkbook.from_path(out / "plan.xlsx")
    totals = book.get_sheet_by_name("Funds").to_python()[-1]
    assert totals[4] == plan.summary.budget_kip
    assert totals[4] == sum(totals[5:10])


def test_every_household_of_the_registry_is_in_one_table(plan: Plan, out: Path):
    households = pd.read_csv(out / "households.csv", dtype=str)
    rejected = pd.read_csv(out / "rejected.csv", dtype=str)
    rows = [*households["source_row"].astype(int), *rejected["source_row"].astype(int)]
    assert len(rows) == len(set(rows)) == plan.summary.households_read
    checks = sum(
        len([row for row in CalamineWorkbook.from_path(path).get_sheet_by_name("V").to_python() if row[0]])
        for path in out.glob("villages/*/by-village/*-V.xlsx")
    )
    headers = len(list(out.glob("villages/*/by-village/*-V.xlsx"))) * 7  # notices, titles, headings
    assert checks - headers == plan.summary.verify


def test_no_output_without_names_holds_a_name(plan: Plan, out: Path):
    people = plan.inputs.registry.households
    for name in ("plan.json", "households.csv", MANIFEST):
        text = (out / name).read_text(encoding="utf-8")
        for column in ("phone", "account", "family_book", "document_id"):
            assert not any(value in text for value in people[column].dropna() if len(value) > 6), (
                name,
                column,
            )


def test_verify_knows_every_file_and_its_plan(plan_file: Path, out: Path):
    results = verify_files([out], plan_file)
    assert len(results) == sum(path.is_file() for path in out.rglob("*")) - 1
    assert {result.state for result in results} == {"unchanged"}
    text = plan_file.read_text(encoding="utf-8")
    plan_file.write_text(text.replace("step_kip = ", "step_kip = 1"), encoding="utf-8")
    try:
        assert verify_files([out / "plan.json"], plan_file)[0].state == "other_plan"
    finally:
        plan_file.write_text(text, encoding="utf-8")
