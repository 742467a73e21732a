"""An extract is shown before it is read: columns with samples and confidence, its sheets, its shape."""

from pathlib import Path

import pytest

from shockplan.planfile import RegistrySpec
from shockplan.problems import InputError
from shockplan.registry.columns import shape_of_headings
from shockplan.registry.extract import look_at_extract, with_said
from shockplan.registry.files import sheets_of
from shockplan.registry.mapping import mapping_toml, remember
from tests.core.registry_tables import found, read, table_of, write_csv

HEADINGS = ["hhid", "district", "Houshold membrs", "remark"]
ROWS = [["A", "LA1703", "5", ""], ["B", "LA1703", "6", "none"]]


def test_each_column_is_shown_with_samples_and_how_sure_its_field_is(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", [HEADINGS, *ROWS])
    extract = look_at_extract(path, RegistrySpec(file="r.csv"))
    assert (extract.rows, extract.sheets, extract.missing) == (2, (), ())
    by_heading = {column.heading: column for column in extract.columns}
    assert (by_heading["hhid"].field, by_heading["hhid"].taken) == ("household_id", True)
    near = by_heading["Houshold membrs"]
    assert (near.field, near.why, near.taken, near.samples) == ("members", "likeness", False, ("5", "6"))
    assert (by_heading["remark"].field, by_heading["remark"].filled) == (None, 1)
    assert extract.mapping == {"household_id": "hhid", "district": "district"}


def test_a_remembered_mapping_is_proposed_for_the_same_headings_in_any_order(tmp_path: Path) -> None:
    memory = tmp_path / "memory"
    mapping = {"household_id": "hhid", "district": "district", "members": "Houshold membrs"}
    remember(memory, shape_of_headings(table_of(HEADINGS, ROWS)), mapping)
    path = write_csv(tmp_path / "r.csv", [HEADINGS[::-1], *(row[::-1] for row in ROWS)])
    extract = look_at_extract(path, RegistrySpec(file="r.csv"), memory)
    assert extract.mapping == mapping
    assert {column.why for column in extract.columns} == {"remembered", "nothing"}
    stated = RegistrySpec(file="r.csv", columns={"household_id": "remark"})
    assert look_at_extract(path, stated, memory).mapping == {"household_id": "remark"}


def test_what_a_registry_lacks_is_said_before_it_is_read(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", [["colour", "size"], ["red", "5"]])
    assert look_at_extract(path, RegistrySpec(file="r.csv")).missing == ("household_id", "district")


def test_a_table_of_persons_is_recognised_by_ids_that_repeat(tmp_path: Path) -> None:
    rows = [["hhid", "district", "name", "age"], *(["A", "LA1703", f"N{n}", str(n)] for n in range(6))]
    extract = look_at_extract(write_csv(tmp_path / "p.csv", rows), RegistrySpec(file="p.csv"))
    assert extract.of_people == {"household_id": "hhid", "name": "name", "age": "age"}
    once = [["hhid", "district", "age"], ["A", "LA1703", "5"], ["B", "LA1703", "7"]]
    path = write_csv(tmp_path / "h.csv", once)
    assert look_at_extract(path, RegistrySpec(file="h.csv")).of_people == {}


def test_a_sheet_named_for_a_file_without_sheets_is_not_ignored_without_a_word(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", [HEADINGS, *ROWS])
    assert found(read(path, sheet="Households"), "registry.no_sheets").args["sheet"] == "Households"
    assert sheets_of(path) == ()


def test_a_person_corrects_the_proposal_and_is_told_what_is_not_there(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", [HEADINGS, *ROWS])
    extract = look_at_extract(path, RegistrySpec(file="r.csv"))
    said = with_said(extract, {"members": "houshold membrs", "district": ""})
    assert said.mapping == {"household_id": "hhid", "members": "Houshold membrs"}
    with pytest.raises(InputError) as caught:
        with_said(extract, {"membres": "hhid", "phone": "telephon"})
    codes = [problem.code for problem in caught.value.problems]
    assert codes == ["registry.field_unknown", "registry.heading_missing"]


def test_a_mapping_file_is_used_where_the_plan_states_no_columns(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", [HEADINGS, *ROWS])
    mapping = {"household_id": "hhid", "district": "district", "members": "Houshold membrs"}
    (tmp_path / "mapping.toml").write_text(mapping_toml(mapping), encoding="utf-8")
    assert read(path, mapping="mapping.toml").households["members"].tolist() == [5, 6]
    stated = {"household_id": "hhid", "district": "district"}
    assert "members" not in read(path, mapping="mapping.toml", columns=stated).present
