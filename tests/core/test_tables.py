"""The tables that leave the program: right when read back, the same bytes each time, and they add up."""

import csv
import errno
import io
import json
import sqlite3
import time
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from xlsxwriter.worksheet import Worksheet

from shockplan.budget import Status
from shockplan.outputs import geopackage
from shockplan.outputs.figures import (
    COUNTS,
    FIGURES,
    KIP,
    district_figures,
    group_by_village,
    household_table,
    village_figures,
)
from shockplan.outputs.geopackage import write_geopackage
from shockplan.outputs.lines import verify_lists, village_lists
from shockplan.outputs.list_csv import (
    csv_bytes,
    guarded,
    households_csv,
    payment_csv,
    problems_csv,
    rejected_csv,
    unguarded,
)
from shockplan.outputs.list_xlsx import check_xlsx, payment_xlsx
from shockplan.outputs.plan_tables import FUND_FIGURES, plan_json, plan_xlsx
from shockplan.outputs.qgis_styles import SHADES, class_limits
from shockplan.problems import Problem
from shockplan.texts import catalogue
from tests.core.made_up import made_up_registry
from tests.core.table_plan import table_plan

EVIL = [
    '=HYPERLINK("http://x","y")',
    "+856 20 5555",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "'=1",
    "''-2",
    "＝1",
]


def figures(plan):
    villages = village_figures(plan, group_by_village(plan))
    return villages, district_figures(plan, villages)


def read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@given(st.text())
def test_every_text_comes_back_from_a_csv_cell_and_none_starts_a_formula(text):
    cell = guarded(text)
    assert unguarded(cell) == text
    assert cell[:1] not in tuple("=+-@\t\r\n＝＋－＠")


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2)))
def test_a_csv_table_comes_back_cell_by_cell(rows):
    read = list(csv.reader(io.StringIO(csv_bytes(["a", "b"], rows).decode("utf-8-sig"), newline="")))
    assert [[unguarded(cell) for cell in row] for row in read[1:]] == rows


def test_csv_is_utf8_with_a_mark_and_crlf_lines():
    content = csv_bytes(["ກ"], [["ນາງ ຄຳ"], [None], [12]])
    assert content == '\ufeffກ\r\nນາງ ຄຳ\r\n""\r\n12\r\n'.encode()


def test_the_lines_of_all_village_lists_add_up_to_district_fund_and_plan():
    plan = table_plan(400)
    villages, districts = figures(plan)
    lines = []
    for number in range(1, plan.summary.rounds + 1):
        for listed in village_lists(plan, "lo", number):
            lines += read_csv(payment_csv(plan, [listed]))
    paid = pd.DataFrame(lines)
    amounts = paid["amount"].astype("int64")
    assert (
        amounts.sum()
        == plan.summary.committed_kip
        == sum(fund.committed_kip for fund in plan.allocation.funds)
    )
    by_district = amounts.groupby(paid["admin2_pcode"]).sum()
    assert by_district.to_dict() == {
        row.pcode: row.total_kip for row in districts.itertuples() if row.total_kip
    }
    by_village = amounts.groupby([paid["admin2_pcode"], paid["village_code"]]).sum()
    expected = villages.fillna({"code": ""}).set_index(["district", "code"])["total_kip"]
    assert by_village.to_dict() == expected[expected > 0].to_dict()
    assert paid["payment_id"].is_unique


def test_figures_by_village_and_district_add_up_to_the_summary():
    plan = table_plan(300)
    villages, districts = figures(plan)
    for table in (villages, districts):
        assert table["households"].sum() == plan.summary.households_read - plan.summary.rejected
        for name in ("eligible", "verify", "not_eligible", "funded", "waiting", "cut", "people_funded"):
            assert table[name].sum() == getattr(plan.summary, name), name
        assert table["total_kip"].sum() == plan.summary.committed_kip
        assert table["affected"].sum() == plan.summary.affected["certain"]
        assert (table[list(COUNTS)].dtypes == "int64").all()
        assert (table[list(KIP)].dtypes == "int64").all()
    assert len(districts) == 148


def test_kip_are_summed_in_whole_numbers_beyond_what_a_float_holds():
    plan = table_plan(50)
    funded = plan.allocation.status == Status.FUNDED
    plan.allocation.round_kip[funded] = 2**53 + 1
    villages, _ = figures(plan)
    assert villages["round_kip"].sum() == int(funded.sum()) * (2**53 + 1)


def test_households_without_a_village_are_a_group_of_their_own_at_the_end_of_their_district():
    plan = table_plan(300)
    villages, _ = figures(plan)
    nowhere = villages[villages["village"] < 0]
    assert nowhere["households"].sum() == (plan.inputs.registry.households["village"] < 0).sum() > 0
    last = villages.groupby("district").tail(1)
    assert (last.loc[last["district"].isin(nowhere["district"]), "village"] == -1).all()


def test_every_household_stands_once_in_households_csv_and_no_person_does():
    plan = table_plan(120)
    table = pd.read_csv(io.BytesIO(households_csv(plan)), dtype={"village_code": str})
    registry = plan.inputs.registry.households
    assert table["household_id"].tolist() == registry["household_id"].tolist()
    assert set(table["status"]) == {"funded", "waiting", "verify", "not_eligible"}
    assert table["total_kip"].sum() == plan.summary.committed_kip
    text = households_csv(plan).decode()
    for name in ("head_name_lo", "phone", "family_book", "account"):
        assert not any(value in text for value in registry[name].dropna()), name


def test_household_table_keeps_missing_rank_blank():
    plan = table_plan(30)
    ranked = plan.allocation.rank > 0
    assert 0 < ranked.sum() < 30
    assert (household_table(plan)["rank"].notna() == ranked).all()


def test_a_formula_in_the_registry_stays_text_in_csv_and_xlsx():
    registry = made_up_registry(40, 2)
    registry.households["head_name_lo"] = (EVIL * 5)[:40]
    registry.households["village"] = np.int32(0)
    registry.households["district"] = registry.villages["district"].iat[0]
    plan = table_plan(registry=registry)
    listed = next(village_lists(plan, "lo", 1))
    heads = [row["head"] for row in read_csv(payment_csv(plan, [listed]))]
    expected = [EVIL[row % len(EVIL)] for row in listed.rows]
    assert [unguarded(head) for head in heads] == expected
    assert not any(head[0] in "=+-@\t\r＝" for head in heads)
    sheet = openpyxl.load_workbook(io.BytesIO(payment_xlsx(plan, [listed])))["R1"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value in EVIL]
    assert [cell.value for cell in cells] == [text for text in expected if "\r" not in text]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)


@pytest.mark.parametrize("approved", [False, True])
def test_a_village_workbook_reads_back_with_types_totals_and_notices(approved):
    plan = table_plan(200, approved=approved)
    listed = next(iter(village_lists(plan, "lo", 1)))
    content = payment_xlsx(plan, [listed])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("R1").to_python()
    texts = " ".join(str(cell) for row in rows[:7] for cell in row)
    assert ("DRAFT: not for payment" in texts) == ("ຮ່າງ" in texts) == (not approved)
    assert "MADE UP" in texts
    assert "a1b2-c3d4-e5f6-0718" in texts
    assert listed.header.list_id in texts
    start = next(index for index, row in enumerate(rows) if row[1] == listed.lines[0].household_id)
    lines = rows[start : start + len(listed.lines)]
    assert [row[1] for row in lines] == [line.household_id for line in listed.lines]
    assert sum(row[6] for row in lines) == listed.total_kip == rows[start + len(lines)][6]
    assert all(isinstance(row[6], float | int) for row in lines)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["R1"]
    assert sheet.freeze_panes == f"C{start + 1}"
    assert sheet.protection.sheet
    assert sheet.cell(start + 1, 7).protection.locked
    assert sheet.cell(start + len(listed.lines) + 1, 7).protection.locked
    assert not sheet.column_dimensions["J"].protection.locked


def test_sheets_are_written_as_the_library_itself_writes_them(monkeypatch: pytest.MonkeyPatch):
    """The quick way is one of speed only: texts of every kind, formulas, odd numbers, the same bytes."""
    registry = made_up_registry(60, 2)
    registry.households["head_name_lo"] = ([*EVIL, "a & <b>", " two  spaces ", "ນ້ຳ 😀", "x" * 300] * 9)[:60]
    registry.households["village"] = np.int32(0)
    registry.households["district"] = registry.villages["district"].iat[0]
    plan = table_plan(registry=registry)
    plan.allocation.round_kip[plan.allocation.status == Status.FUNDED] = 123_456_789_012_345

    def written() -> list[bytes]:
        listed, asked = next(village_lists(plan, "lo", 1)), next(iter(verify_lists(plan, "en")))
        return [payment_xlsx(plan, [listed]), check_xlsx(plan, asked), plan_xlsx(plan, *figures(plan))]

    quick = written()
    monkeypatch.setattr("shockplan.outputs.list_xlsx.QuickSheet", Worksheet)
    assert written() == quick
    assert all(content[:2] == b"PK" and len(content) > 5_000 for content in quick)


def test_a_check_list_holds_the_questions_and_room_for_the_answers():
    plan = table_plan(200)
    listed = next(iter(verify_lists(plan, "en")))
    sheet = openpyxl.load_workbook(io.BytesIO(check_xlsx(plan, listed)))["V"]
    questions = [cell.value for cell in sheet["F"] if cell.value]
    assert questions[-1] == "\n".join(listed.lines[-1].questions)
    assert sheet.data_validations.dataValidation[0].formula1 == '"yes,no,not found"'


def test_amounts_beyond_fifteen_digits_are_not_rounded_by_the_workbook():
    plan = table_plan(30)
    plan.allocation.round_kip[plan.allocation.status == Status.FUNDED] = 1_234_567_890_123_457
    listed = next(iter(village_lists(plan, "lo", 1)))
    text = zipfile.ZipFile(io.BytesIO(payment_xlsx(plan, [listed]))).read("xl/sharedStrings.xml").decode()
    assert "1,234,567,890,123,457" in text


def test_the_plan_workbook_holds_the_figures_of_every_place_with_totals():
    plan = table_plan(200)
    villages, districts = figures(plan)
    book = CalamineWorkbook.from_filelike(io.BytesIO(plan_xlsx(plan, villages, districts)))
    assert book.sheet_names == ["Summary", "Funds", "Goods", "Programmes", "Equity", "Districts", "Villages"]
    for name, names in (("Districts", 3), ("Villages", 4)):
        rows = book.get_sheet_by_name(name).to_python()
        for index, figure in enumerate(FIGURES):
            assert rows[-1][names + index] == villages[figure].sum(), figure
        assert any("DRAFT" in str(cell) for cell in rows[0])


def test_plan_json_closes_and_names_nobody():
    plan = table_plan(200)
    body = json.loads(plan_json(plan, *figures(plan)))
    assert body["summary"]["funded"] == sum(place["funded"] for place in body["villages"])
    assert sum(fund["committed_kip"] for fund in body["funds"]) == body["summary"]["committed_kip"]
    assert body["fingerprint"] == plan.fingerprint
    text = json.dumps(body, ensure_ascii=False)
    people = plan.inputs.registry.households
    for name in ("household_id", "phone", "family_book", "account", "collector_name"):
        assert not any(value in text for value in people[name].dropna()), name


def test_problems_csv_has_a_line_for_each_row_and_one_for_a_problem_without_rows():
    problems = [
        Problem("verify.unreadable", "a.csv", "x", (2, 3), ("=1", "b"), {"reason": "r"}, "warning"),
        Problem("verify.not_a_manifest", "b.json"),
    ]
    rows = read_csv(problems_csv(problems, "en"))
    assert [(row["file"], row["row"], unguarded(row["value"])) for row in rows] == [
        ("a.csv", "2", "=1"), ("a.csv", "3", "b"), ("b.json", "", ""),
    ]  # fmt: skip
    assert rows[0]["what"] == "The file cannot be read: r."


def test_rejected_rows_keep_their_original_texts():
    plan = table_plan(20)
    plan.inputs.registry.rejected.loc[0] = [7, "=1", "LA9999", "verify.unreadable"]
    rows = read_csv(rejected_csv(plan, "en"))
    assert rows == [
        {
            "source_row": "7",
            "household_id": "'=1",
            "district": "LA9999",
            "code": "verify.unreadable",
            "why": "The file cannot be read: test.",
        }
    ]


def test_the_geopackage_opens_with_figures_and_without_persons(tmp_path: Path):
    plan = table_plan(200)
    villages, districts = figures(plan)
    path = tmp_path / "result.gpkg"
    write_geopackage(plan, path, villages, districts)
    layers = dict(pyogrio.list_layers(path).tolist())
    assert layers == {"districts": "MultiPolygon", "villages": "Point", "layer_styles": None}
    for layer, table in (("districts", districts), ("villages", villages)):
        read = gpd.read_file(path, layer=layer)
        assert read.crs == "EPSG:4326"
        assert read["total_kip"].sum() == plan.summary.committed_kip
        assert len(read) == len(table)
        assert not {"head_name_lo", "phone", "household_id"} & set(read.columns)
    points = gpd.read_file(path, layer="villages")
    assert (points.geometry.isna() == villages["lon"].isna().to_numpy()).all()
    assert points.geometry.isna().any()


@pytest.mark.parametrize(("free", "number"), [(10_000, errno.ENOSPC), (10**10, errno.EIO)])
def test_a_geopackage_that_cannot_be_written_is_a_system_error_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, number: int
):
    def refuse(*given: object, **options: object) -> None:
        raise pyogrio.errors.DataSourceError("Failed to commit transaction")

    plan = table_plan(20)
    monkeypatch.setattr(geopackage.shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    monkeypatch.setattr(pyogrio, "write_dataframe", refuse)
    with pytest.raises(OSError, match="commit") as caught:
        write_geopackage(plan, tmp_path / "result.gpkg", *figures(plan))
    assert (caught.value.errno, caught.value.filename) == (number, str(tmp_path / "result.gpkg"))


def test_the_geopackage_brings_a_style_for_each_layer(tmp_path: Path):
    plan = table_plan(200)
    path = tmp_path / "result.gpkg"
    write_geopackage(plan, path, *figures(plan))
    styles = pyogrio.read_dataframe(path, layer="layer_styles", read_geometry=False).set_index("f_table_name")
    assert set(styles.index) == {"districts", "villages"}
    with sqlite3.connect(path) as database:
        columns = dict(database.execute("select table_name, column_name from gpkg_geometry_columns"))
    assert columns == styles["f_geometry_column"].to_dict()
    assert styles["useAsDefault"].all()
    for layer, renderer in (("districts", "graduatedSymbol"), ("villages", "singleSymbol")):
        root = ET.fromstring(styles.loc[layer, "styleQML"].partition("\n")[2])
        assert root.find("renderer-v2").get("type") == renderer
        assert root.find("renderer-v2/symbols/symbol/layer/Option") is not None
        assert root.find("labeling/settings/text-style").get("fieldName") == "name_lo"


@given(st.lists(st.integers(0, 10**6), max_size=60))
def test_every_count_falls_into_exactly_one_class_of_the_map(counts):
    limits = class_limits(np.array(counts, np.int64))
    assert len(limits) <= len(SHADES)
    for count in counts:
        assert sum(lower <= count <= upper for lower, upper in limits) == 1


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = []
    for run, zone in enumerate(("UTC", "Asia/Vientiane")):
        monkeypatch.setenv("TZ", zone)
        if hasattr(time, "tzset"):
            time.tzset()
        plan = table_plan(150)
        villages, districts = figures(plan)
        path = tmp_path / f"{run}.gpkg"
        write_geopackage(plan, path, villages, districts)
        listed = list(village_lists(plan, "lo", 1))
        made.append(
            {
                "gpkg": path.read_bytes(),
                "xlsx": payment_xlsx(plan, listed[:1]),
                "check": check_xlsx(plan, next(iter(verify_lists(plan, "lo")))),
                "book": plan_xlsx(plan, villages, districts),
                "csv": payment_csv(plan, listed),
                "json": plan_json(plan, villages, districts),
                "households": households_csv(plan),
            }
        )
    assert made[0] == made[1]


@pytest.mark.parametrize("language", ["en", "lo"])
def test_every_heading_of_the_tables_has_its_text(language):
    texts = catalogue(language)
    assert {f"tables.column.{name}" for name in (*FIGURES, *FUND_FIGURES)} <= texts.keys()


def test_an_empty_registry_gives_tables_with_headings_and_no_lines():
    plan = table_plan(registry=made_up_registry(0))
    villages, districts = figures(plan)
    assert len(villages) == 0
    assert districts["total_kip"].sum() == 0
    assert len(households_csv(plan).decode().splitlines()) == 1
    assert plan_xlsx(plan, villages, districts)
