"""Indicators by district or province: codes join, blank is not observed, nothing counts twice."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shockplan.areas import load_gazetteer
from shockplan.planfile import AreaSpec, Classes
from shockplan.problems import InputError
from shockplan.shocks.layer import AreaLayer, Severity
from shockplan.shocks.reading import read_layer
from shockplan.shocks.severity import limits, standards
from tests.shared_data import SHARED, needs_shared

BREAKS = {"low": "5", "moderate": "10", "severe": "20"}


def read(folder: Path, name: str = "jobs.csv", **keys: object) -> AreaLayer:
    given = {"classes": {"breaks": BREAKS}, "code": "pcode", "value": "jobs lost", **keys}
    spec = AreaSpec.model_validate({"kind": "area", "id": "jobs", "name": "Jobs", "file": name, **given})
    layer = read_layer(folder, spec, load_gazetteer())
    assert isinstance(layer, AreaLayer)
    return layer


def table(folder: Path, *lines: str, name: str = "jobs.csv") -> None:
    (folder / name).write_text("\n".join(["pcode,jobs lost", *lines]) + "\n", encoding="utf-8")


def severities(layer: AreaLayer) -> dict[str, int]:
    return dict(zip(layer.values["pcode"], layer.values["severity"].astype(int), strict=True))


def refused_with(fault: str, folder: Path, name: str = "jobs.csv", **keys: object) -> InputError:
    with pytest.raises(InputError) as caught:
        read(folder, name, **keys)
    assert caught.value.problems[0].code in (f"shocks.{fault}", f"registry.{fault}")
    assert str(caught.value)
    return caught.value


def test_values_are_classed_by_the_stated_limits(tmp_path: Path) -> None:
    table(tmp_path, "LA1701,4.9", "LA1702,5", "LA1703,10", "LA1704,20.5")
    assert severities(read(tmp_path)) == {"LA1701": 0, "LA1702": 1, "LA1703": 2, "LA1704": 3}


def test_a_blank_value_is_not_observed_and_never_none(tmp_path: Path) -> None:
    table(tmp_path, "LA1701,", "LA1702,7", "LA1703,many")
    layer = read(tmp_path)
    assert severities(layer) == {
        "LA1701": Severity.NOT_OBSERVED,
        "LA1702": 1,
        "LA1703": Severity.NOT_OBSERVED,
    }
    rows = {problem.code: problem.rows for problem in layer.problems}
    assert rows["shocks.value_blank"] == (2,)
    assert rows["shocks.value_not_understood"] == (4,)
    assert np.isnan(layer.values["value"][0])


def test_unknown_and_double_codes_are_left_out_and_listed(tmp_path: Path) -> None:
    table(tmp_path, "LA1701,7", "LA9901,8", "LA1702,1", "la 1702,30", "Sanamxay,4")
    layer = read(tmp_path)
    assert severities(layer) == {"LA1701": 1}
    rows = {problem.code: problem.rows for problem in layer.problems}
    assert rows["shocks.unknown_code"] == (3,)
    assert rows["shocks.names_propose"] == (6,)
    assert rows["shocks.code_twice"] == (4, 5)


def test_places_without_a_row_are_noted(tmp_path: Path) -> None:
    table(tmp_path, "LA1701,7")
    missing = [problem for problem in read(tmp_path).problems if problem.code == "shocks.without_row"]
    assert [problem.args["count"] for problem in missing] == [147]


def test_province_codes_are_recognised_and_marked(tmp_path: Path) -> None:
    table(tmp_path, "LA17,21.8", "LA1,3")
    layer = read(tmp_path)
    assert layer.level == "province"
    assert severities(layer) == {"LA01": 0, "LA17": 3}


def test_districts_and_provinces_in_one_table_are_refused(tmp_path: Path) -> None:
    table(tmp_path, "LA17,21.8", "LA1701,3")
    refused_with("mixed_levels", tmp_path)


def test_a_workbook_reads_like_a_csv(tmp_path: Path) -> None:
    frame = pd.DataFrame({"pcode": ["LA1701", "LA1702"], "jobs lost": [12.5, None]})
    with pd.ExcelWriter(tmp_path / "jobs.xlsx", engine="xlsxwriter") as book:
        frame.to_excel(book, sheet_name="data", index=False)
    layer = read(tmp_path, "jobs.xlsx", sheet="data")
    assert severities(layer) == {"LA1701": 2, "LA1702": Severity.NOT_OBSERVED}
    refused_with("sheet_unknown", tmp_path, "jobs.xlsx", sheet="other")


def test_values_by_name_are_classed_and_others_are_not_observed(tmp_path: Path) -> None:
    table(tmp_path, "LA1701,closed", "LA1702,open", "LA1703,maybe")
    layer = read(tmp_path, classes={"values": {"closed": "severe", "open": "none"}})
    assert severities(layer) == {"LA1701": 3, "LA1702": 0, "LA1703": Severity.NOT_OBSERVED}


def test_tables_that_cannot_be_used_are_refused_with_a_sentence(tmp_path: Path) -> None:
    refused_with("file_missing", tmp_path)
    table(tmp_path)
    refused_with("no_rows", tmp_path)
    table(tmp_path, "LA1701,7")
    refused_with("no_column", tmp_path, code="code")
    refused_with("breaks_not_rising", tmp_path, classes={"breaks": {"low": 9, "moderate": 3, "severe": 10}})
    table(tmp_path, "XX,7")
    refused_with("no_codes", tmp_path)
    (tmp_path / "jobs.csv").write_bytes("pcode,jobs lost\nLA1701,é\n".encode("latin-1"))
    assert severities(read(tmp_path)) == {"LA1701": Severity.NOT_OBSERVED}  # another code page, noted
    (tmp_path / "jobs.xlsx").write_bytes(b"no workbook")
    refused_with("no_rows", tmp_path, "jobs.xlsx")


def test_numbers_are_read_as_people_write_them(tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").write_text(
        "pcode;jobs lost\nLA1701;12,5\nLA1702;45 %\nLA1703;໒໑,໘\n", encoding="utf-8"
    )
    layer = read(tmp_path)
    assert layer.values["value"].tolist() == [12.5, 45.0, 21.8]


def test_names_propose_codes_and_are_taken_only_where_the_plan_says_so(tmp_path: Path) -> None:
    table(tmp_path, "Sanamxay,21", "ເມືອງ ໄຊເສດຖາ,7", "LA1702,3", "Nowhere,9")
    layer = read(tmp_path)
    assert severities(layer) == {"LA1702": 0}
    rows = {problem.code: problem.rows for problem in layer.problems}
    assert rows["shocks.names_propose"] == (2,)
    assert rows["shocks.unknown_code"] == (3, 5)  # Xaysetha is a name of two districts
    assert severities(read(tmp_path, by_name=True)) == {"LA1702": 0, "LA1703": 3}


def test_province_names_are_understood_as_provinces(tmp_path: Path) -> None:
    table(tmp_path, "Attapeu,21", "Champasak,7")
    assert read(tmp_path, by_name=True).level == "province"


def test_hxl_tags_name_columns_and_are_no_row(tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").write_text("District,Lost\n#adm2+code,#value+pct\nLA1701,21\n", encoding="utf-8")
    layer = read(tmp_path, code="#adm2+code", value="#value+pct")
    assert severities(layer) == {"LA1701": 3}


def test_one_date_of_many_is_chosen(tmp_path: Path) -> None:
    lines = ["pcode,date,jobs lost", "LA1701,2021-05,7", "LA1701,2021-06,21", "LA1702,2021-06,3"]
    (tmp_path / "jobs.csv").write_text("\n".join(lines), encoding="utf-8")
    assert severities(read(tmp_path, where={"field": "date", "equals": "2021-06"})) == {
        "LA1701": 3,
        "LA1702": 0,
    }
    refused_with("no_row_where", tmp_path, where={"field": "date", "equals": "1999"})


@needs_shared
def test_the_published_vaccination_table_of_one_date_is_read_by_province_name() -> None:
    keys = {"code": "province_l", "value": "people_vaccinated", "by_name": True}
    name, breaks = "lao_vaccination_by_province.csv", {"low": 1, "moderate": 10_000, "severe": 50_000}
    day = {"field": "date", "equals": "21 April 2021"}
    layer = read(SHARED / "covid", name, where=day, classes={"breaks": breaks}, **keys)
    assert layer.level == "province" and len(layer.values) == 18
    unknown = [problem for problem in layer.problems if problem.code == "shocks.unknown_code"]
    assert [problem.values for problem in unknown] == [("Central Hospitals",)]


@needs_shared
def test_the_published_cases_by_province_are_read_and_blank_is_not_observed() -> None:
    keys = {"code": "Province_L", "value": "20200423", "by_name": True}
    layer = read(SHARED / "covid", "lao_cases_by_province_2020.csv", classes={"breaks": {"low": 1}}, **keys)
    found = severities(layer)
    assert found["LA01"] == Severity.LOW
    assert Severity.NOT_OBSERVED in found.values()


def test_limits_that_fall_mean_that_less_is_worse(tmp_path: Path) -> None:
    table(tmp_path, "LA1701,-0.9", "LA1702,-1", "LA1703,-1.5", "LA1704,-2.4", "LA1705,1")
    found = severities(read(tmp_path, classes={"standard": "dryness_spi"}))
    assert found == {"LA1701": 0, "LA1702": 1, "LA1703": 2, "LA1704": 3, "LA1705": 0}


def test_every_standard_has_a_date_a_unit_a_source_and_limits_that_hold() -> None:
    for name, standard in standards().items():
        assert standard.dated and standard.unit and standard.source
        assert bool(standard.read) == (standard.basis == "published"), (
            "published limits say where they were read"
        )
        assert ("sumption" in standard.source or "this project" in standard.source) == (
            standard.basis == "assumption"
        )
        assert len(limits(Classes(standard=name))) == 3


def test_a_list_of_affected_villages_is_read_by_village_code(tmp_path: Path) -> None:
    table(tmp_path, "1701001,yes", "1701002,no", ",yes", "1701003,")
    classes = {"values": {"yes": "severe", "no": "none"}}
    layer = read(tmp_path, level="village", unlisted="none", classes=classes)
    assert layer.level == "village" and layer.unlisted == Severity.NONE
    assert severities(layer) == {"1701001": 3, "1701002": 0, "1701003": Severity.NOT_OBSERVED}
    rows = {problem.code: problem.rows for problem in layer.problems}
    assert rows["shocks.unknown_code"] == (4,)


@pytest.mark.parametrize("written", ["#ADM2 +code", "#adm2+code", "#adm2+v_pcode+code"])
def test_hxl_tags_are_the_same_in_any_case_order_and_spacing(tmp_path: Path, written: str) -> None:
    (tmp_path / "jobs.csv").write_text(f"Place,Lost jobs\n{written},#indicator +pct\nLA1701,12\n")
    layer = read(tmp_path, code="#adm2+code", value="#Indicator+PCT")
    assert severities(layer)["LA1701"] == Severity.MODERATE


def test_a_tag_that_may_mean_two_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").write_text("P,a,b\n#adm2+code,#affected+f,#affected+m\nLA1701,1,2\n")
    with pytest.raises(InputError) as caught:
        read(tmp_path, code="#adm2", value="#affected")
    assert [problem.code for problem in caught.value.problems] == ["shocks.several_columns"]
