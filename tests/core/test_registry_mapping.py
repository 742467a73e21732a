"""Columns are recognised in three languages, proposed with a confidence, corrected and remembered."""

from pathlib import Path

import pytest

from shockplan.problems import InputError
from shockplan.registry.columns import map_columns, propose, shape_of_headings
from shockplan.registry.mapping import mapping_toml, propose_all, read_mapping, remember, remembered
from tests.core.registry_tables import found, read, table_of, write_csv


def fields(headings: list[str], *rows: list[str]) -> dict[str, str]:
    """heading -> field of the proposals."""
    return {p.heading: p.field for p in propose_all(table_of(headings, rows or [[""] * len(headings)]))}


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Household ID", "household_id"), ("HH_ID", "household_id"), ("ລະຫັດຄົວເຮືອນ", "household_id"),
        ("Identifiant ménage", "household_id"), ("Members", "members"), ("ຈຳນວນສະມາຊິກ", "members"),
        ("Taille du ménage", "members"), ("group_a/hh_size", "members"), ("Phone No. *", "phone"),
        ("ເບີໂທລະສັບ", "phone"), ("Sexe", "head_sex"), ("ເພດ", "head_sex"), ("Age 60 and over", "over_60"),
        ("ສຳມະໂນຄົວ", "family_book"), ("LATITUDE", "lat"), ("Enfants de moins de 5 ans", "under_5"),
        ("Income (kip)", "income_kip"), ("other programme", "in_other_programme"),
    ],
)  # fmt: skip
def test_headings_are_known_in_english_french_and_lao(heading: str, field: str) -> None:
    assert fields([heading]) == {heading: field}


def test_names_go_to_the_field_of_their_script_and_districts_by_what_they_hold() -> None:
    headings = ["Village", "Name", "District"]
    assert fields(headings, ["ບ້ານ ກ", "Som", "LA1703"]) == {
        "Village": "village_name_lo", "Name": "head_name_en", "District": "district"
    }  # fmt: skip
    assert fields(headings, ["Ban Ko", "ສົມ", "Sanamxay"])["District"] == "district_name"


@pytest.mark.parametrize("last", ["B,LA1704,6,B-2", ",,6,B-2"])
def test_two_fields_may_be_read_from_one_column(tmp_path: Path, last: str) -> None:
    rows = ["hhid,district,members,book", "A,LA1703,5,B-1", last]
    path = write_csv(tmp_path / "registry.csv", [row.split(",") for row in rows])
    stated = {"household_id": "hhid", "district": "district", "family_book": "book", "document_id": "book"}
    households = read(path, columns=stated).households
    assert households["family_book"].notna().all()
    assert households["document_id"].tolist() == households["family_book"].tolist()


def test_a_near_heading_is_proposed_and_never_taken_unasked(tmp_path: Path) -> None:
    table = table_of(["hhid", "district", "Houshold membrs"], [["A", "LA1703", "5"]])
    proposal = next(p for p in propose_all(table) if p.field == "members")
    assert proposal.confidence < 0.9
    assert proposal.samples == ("5",)
    assert "members" not in map_columns(table, {}, tmp_path / "r.csv")[0]


def test_values_propose_what_no_heading_does() -> None:
    rows = [["LA1703", "020 5555 1234", "106,81", "14.81", "ຍິງ"], ["la1704", "", "106.9", "14,9", "ຊາຍ"]]
    assert fields(["q1", "q2", "q3", "q4", "q5"], *rows) == {
        "q1": "district", "q2": "phone", "q3": "lon", "q4": "lat", "q5": "head_sex"
    }  # fmt: skip


def test_places_names_sizes_and_ids_are_known_by_their_values() -> None:
    rows = [
        ["17-001", "Attapeu", "ເມືອງ ສະໜາມໄຊ", "ບ້ານ ໃໝ່", "ທ້າວ ຄຳ", "1703001", "5"],
        ["17-002", "attapeu", "Sanamxay", "ບ້ານ ເກົ່າ", "ນາງ ຫຼ້າ", "1703002", "3"],
        ["17-003", "ອັດຕະປື", "Xaysetha", "ບ. ນາ", "ນາງ ຄຳ", "1701001", "7"],
    ]
    assert fields([f"q{number}" for number in range(7)], *rows) == {
        "q0": "household_id", "q1": "province_name", "q2": "district_name", "q3": "village_name_lo",
        "q4": "head_name_lo", "q5": "village_code", "q6": "members",
    }  # fmt: skip


def test_two_columns_for_one_field_are_not_chosen_between(tmp_path: Path) -> None:
    rows = [["hhid", "district", "Phone", "Telephone"], ["A", "LA1703", "02055551234", "02055559999"]]
    registry = read(write_csv(tmp_path / "r.csv", rows))
    assert registry.households["phone"].isna().all()
    assert found(registry, "registry.two_headings").args["field"] == "phone"


def test_the_same_column_twice_is_one(tmp_path: Path) -> None:
    rows = [["hhid", "district", "Phone", "Telephone"], ["A", "LA1703", "02055551234", "02055551234"]]
    assert read(write_csv(tmp_path / "r.csv", rows)).households["phone"].tolist() == ["02055551234"]


def test_a_stated_heading_that_is_missing_names_the_nearest(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", [["id", "district", "Members of hh"], ["A", "LA1703", "5"]])
    with pytest.raises(InputError) as stop:
        read(path, columns={"household_id": "id", "district": "district", "members": "Members of HHs"})
    problem = stop.value.problems[0]
    assert (problem.code, problem.column) == ("registry.heading_missing", "Members of HHs")
    assert "Members of hh" in str(problem.args["near"])


def test_an_unknown_field_names_the_nearest(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", [["id", "district"], ["A", "LA1703"]])
    with pytest.raises(InputError) as stop:
        read(path, columns={"household_id": "id", "district": "district", "member": "id"})
    assert stop.value.problems[0].args["near"].startswith("members")  # type: ignore[union-attr]


def test_only_the_columns_that_the_plan_states_are_read(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", [["hhid", "district", "members"], ["A", "LA1703", "5"]])
    registry = read(path, columns={"household_id": "hhid", "district": "district"})
    assert registry.present == {"household_id", "district"}


def test_a_mapping_goes_through_toml_and_back(tmp_path: Path) -> None:
    mapping = {"household_id": 'a "quoted" \\ heading', "members": "ຈຳນວນ"}
    path = tmp_path / "mapping.toml"
    path.write_text(mapping_toml(mapping), encoding="utf-8")
    assert read_mapping(path) == mapping


@pytest.mark.parametrize("text", ["", "x = [", "[registry]\ncolumns = 5", "[registry.columns]\nsize = 'x'"])
def test_a_file_without_a_mapping_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        read_mapping(path)


def test_a_mapping_is_remembered_by_the_headings_in_any_order(tmp_path: Path) -> None:
    first = table_of(["q1", "q2"], [["A", "LA1703"]])
    again = table_of(["Q2", "q1"], [["LA1704", "B"]])
    remember(tmp_path, shape_of_headings(first), {"household_id": "q1", "district": "q2"})
    assert remembered(tmp_path, shape_of_headings(again)) == {"household_id": "q1", "district": "q2"}
    assert remembered(tmp_path, shape_of_headings(table_of(["q1", "q3"], [["", ""]]))) is None
    assert [path.suffix for path in tmp_path.iterdir()] == [".toml"]


def test_every_known_heading_means_one_field() -> None:
    from shockplan.registry.columns import fold_heading, headings_file

    seen: dict[str, str] = {}
    for field, headings in headings_file()["fields"].items():
        for heading in headings:
            assert seen.setdefault(fold_heading(heading), field) == field, heading
    assert propose(table_of(["nothing known"], [["x"]])) == ()
