"""Members, one row each: rolled up into the counts of their household, and nobody lost."""

import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shockplan.planfile import RegistrySpec
from shockplan.problems import InputError
from shockplan.registry.household import Registry
from tests.core.registry_tables import found, read, write_csv
from tests.core.test_registry_files import write_xlsx
from tests.shared_data import SHARED, needs_shared

ON = {"on": "2026-11-24"}
PEOPLE = [
    ["HH ID", "Name", "DOB", "Sex", "Relationship", "Pregnant", "Disability", "District code", "Village"],
    ["A", "Noy", "24/11/1960", "F", "head", "no", "no", "LA1703", "ບ້ານ ກ"],
    ["A", "Keo", "25/11/2025", "M", "son", "", "no", "", ""],
    ["A", "Dao", "24/11/2021", "F", "daughter", "", "yes", "", ""],
    ["A", "Lae", "1/1/2000", "F", "daughter", "yes", "no", "", ""],
    ["B", "Som", "3/2/2533", "ຊາຍ", "ຫົວໜ້າຄອບຄົວ", "", "", "LA1704", ""],
    ["B", "Vone", "", "F", "wife", "", "no", "", ""],
    ["", "Nobody", "1/1/1990", "F", "head", "no", "no", "LA1703", ""],
]  # fmt: skip


def value(registry: Registry, household: str, field: str) -> object:
    rows = registry.households.set_index("household_id")
    cell = rows.loc[household, field]
    return None if pd.isna(cell) else cell


def test_one_row_per_person_becomes_one_row_per_household(tmp_path: Path) -> None:
    registry = read(write_csv(tmp_path / "r.csv", PEOPLE), people=ON)
    assert registry.households["household_id"].tolist() == ["A", "B"]
    assert registry.households["source_row"].tolist() == [2, 6]
    assert registry.rejected["code"].tolist() == ["registry.no_id"]
    assert registry.rows_read == 3
    assert (registry.people_read, registry.people_counted) == (7, 6)
    assert value(registry, "A", "members") == 4
    assert value(registry, "A", "village_name_lo") == "ບ້ານ ກ"


def test_ages_are_completed_years_on_the_day_given(tmp_path: Path) -> None:
    registry = read(write_csv(tmp_path / "r.csv", PEOPLE), people=ON)
    assert value(registry, "A", "under_1") == 1  # one year tomorrow
    assert value(registry, "A", "under_2") == 1
    assert value(registry, "A", "under_5") == 1  # five years today
    assert value(registry, "A", "over_60") == 1


def test_an_age_may_be_written_in_years_or_months(tmp_path: Path) -> None:
    ages = ["8 ເດືອນ", "12 months", "໒໓ ເດືອນ", "4 ປີ", "5 years", "60 ປີ", "59"]
    rows = [["HH ID", "Age", "Sex", "District code"], *(["A", age, "F", "LA1703"] for age in ages)]
    registry = read(write_csv(tmp_path / "r.csv", rows), people={})
    counts = {name: value(registry, "A", name) for name in ("under_1", "under_2", "under_5", "over_60")}
    assert counts == {"under_1": 1, "under_2": 3, "under_5": 4, "over_60": 1}
    rows.append(["A", "2 weeks", "F", "LA1703"])
    registry = read(write_csv(tmp_path / "r.csv", rows), people={})
    assert found(registry, "registry.bad_number").values == ("2 weeks",)
    assert value(registry, "A", "under_1") is None


def test_a_member_without_an_age_makes_the_counts_by_age_blank(tmp_path: Path) -> None:
    registry = read(write_csv(tmp_path / "r.csv", PEOPLE), people=ON)
    assert value(registry, "B", "members") == 2
    assert value(registry, "B", "under_5") is None
    assert value(registry, "B", "disabled") is None
    assert found(registry, "registry.people_no_age").rows == (7,)


def test_a_pregnant_member_is_enough_and_a_woman_without_an_answer_is_not(tmp_path: Path) -> None:
    registry = read(write_csv(tmp_path / "r.csv", PEOPLE), people=ON)
    assert value(registry, "A", "pregnant") == True  # noqa: E712
    assert value(registry, "B", "pregnant") is None


def test_what_is_said_of_the_head_is_the_heads(tmp_path: Path) -> None:
    registry = read(write_csv(tmp_path / "r.csv", PEOPLE), people=ON)
    assert (value(registry, "A", "head_sex"), value(registry, "A", "head_name_en")) == ("female", "Noy")
    assert (value(registry, "B", "head_sex"), value(registry, "B", "head_name_en")) == ("male", "Som")


def test_two_heads_are_none(tmp_path: Path) -> None:
    rows = [
        ["hhid", "district", "name", "sex", "relationship"],
        *[["A", "LA1703", n, "F", "head"] for n in "xy"],
    ]
    registry = read(write_csv(tmp_path / "r.csv", rows), people=ON)
    assert value(registry, "A", "head_sex") is None
    assert found(registry, "registry.people_heads").values == ("A",)


def test_birth_dates_need_the_day_on_which_ages_are_counted(tmp_path: Path) -> None:
    with pytest.raises(InputError) as stop:
        read(write_csv(tmp_path / "r.csv", PEOPLE), people={})
    assert stop.value.problems[0].code == "registry.people_no_day"


def test_members_of_one_household_in_two_districts_are_named(tmp_path: Path) -> None:
    rows = [
        ["hhid", "district", "name", "relationship"],
        ["A", "LA1703", "x", "son"],
        ["A", "LA1704", "y", "head"],
    ]
    registry = read(write_csv(tmp_path / "r.csv", rows), people=ON)
    assert value(registry, "A", "district") == "LA1704"
    assert found(registry, "registry.people_places_differ").rows == (2, 3)


def test_a_table_of_persons_read_as_households_is_noticed(tmp_path: Path) -> None:
    rows = [["hhid", "district", "age"], *([household, "LA1703", "30"] for household in "AAABBB")]
    path = write_csv(tmp_path / "p.csv", rows)
    assert found(read(path), "registry.looks_like_people").level == "warning"
    codes = {problem.code for problem in read(path, people={}).problems}
    assert "registry.looks_like_people" not in codes


def test_two_sheets_are_joined_by_household_id_and_the_households_own_row_stands(tmp_path: Path) -> None:
    households: list[list[object]] = [
        ["hhid", "district", "members"],
        ["1", "LA1703", 3],
        ["2", "LA1704", ""],
    ]
    members: list[list[object]] = [
        ["hhid", "name", "age"], ["1", "x", 30], ["1", "y", 0.5], ["2", "z", 61], ["9", "lost", 5],
    ]  # fmt: skip
    path = write_xlsx(tmp_path / "r.xlsx", {"Households": households, "Members": members})
    registry = read(path, sheet="Households", people={"sheet": "Members"})
    assert [value(registry, "1", field) for field in ("members", "under_1", "over_60")] == [3, 1, 0]
    assert [value(registry, "2", field) for field in ("members", "under_1", "over_60")] == [1, 0, 1]
    assert found(registry, "registry.people_disagree").values == ("3 / 2",)
    assert found(registry, "registry.people_no_household").values == ("9",)
    assert (registry.people_read, registry.people_counted) == (4, 3)


@pytest.mark.parametrize(
    ("key", "parent"), [("_index", "_parent_index"), ("_id", "_submission__id"), ("KEY", "PARENT_KEY")]
)
def test_entries_of_a_repeat_are_joined_by_the_key_of_their_submission(
    tmp_path: Path, key: str, parent: str
) -> None:
    households: list[list[object]] = [
        ["start", "group/hhid", "group/district", key], ["x", "H-7", "LA1703", 1], ["x", "H-8", "LA1704", 2],
    ]  # fmt: skip
    members: list[list[object]] = [
        ["member/name", "member/age", parent],
        ["a", 30, 1],
        ["b", 4, 1],
        ["c", 3, 9],
    ]
    path = write_xlsx(tmp_path / "kobo.xlsx", {"form": households, "member": members})
    registry = read(path, sheet="form", people={"sheet": "member"})
    assert [value(registry, "H-7", field) for field in ("members", "under_5")] == [2, 1]
    assert pd.isna(value(registry, "H-8", "members"))
    assert found(registry, "registry.people_no_household").values == ("9",)


def test_the_plan_may_name_the_key_that_members_refer_to(tmp_path: Path) -> None:
    write_csv(tmp_path / "m.csv", [["hhid", "age"], ["F1", "3"]])
    path = write_csv(tmp_path / "r.csv", [["hhid", "district", "form no"], ["A", "LA1703", "F1"]])
    assert value(read(path, people={"file": "m.csv", "key": "form no"}), "A", "members") == 1
    with pytest.raises(InputError):
        read(path, people={"file": "m.csv", "key": "number"})


def test_a_breastfeeding_member_counts_like_a_pregnant_one(tmp_path: Path) -> None:
    answers = {"A": ["no", "yes"], "B": ["no", "no"], "C": ["no", ""], "D": ["yes", ""]}
    rows = [["hhid", "age", "sex", "pregnant", "breastfeeding"]]
    rows += [[name, "25", "F", *said] for name, said in answers.items()]
    write_csv(tmp_path / "m.csv", rows)
    ids = [["hhid", "district"], *([name, "LA1703"] for name in "ABCD")]
    registry = read(write_csv(tmp_path / "r.csv", ids), people={"file": "m.csv"})
    said = [value(registry, name, "pregnant") for name in "ABCD"]
    assert (said[0], said[1], said[3]) == (True, False, True)
    assert pd.isna(said[2])


def test_members_in_a_file_of_their_own_are_a_source(tmp_path: Path) -> None:
    write_csv(tmp_path / "m.csv", [["hhid", "age"], ["A", "3"]])
    path = write_csv(tmp_path / "r.csv", [["hhid", "district"], ["A", "LA1703"]])
    registry = read(path, people={"file": "m.csv"})
    assert value(registry, "A", "under_5") == 1
    assert [source.name for source in registry.sources] == ["r.csv", "m.csv"]


def test_an_extract_of_one_district_needs_no_column_of_districts(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", [["hhid", "members"], ["A", "3"]])
    assert read(path, district="la1703").households["district"].tolist() == ["LA1703"]
    with pytest.raises(InputError) as stop:
        read(path, district="Sanamxay")
    assert stop.value.problems[0].code == "registry.extract_district"


@needs_shared
def test_the_sample_workbook_of_two_sheets_rolls_up_its_six_individuals() -> None:
    path = SHARED / "registries" / "hope_registration_3hh.xlsx"
    columns = {"household_id": "household_id", "members": "size_h_c"}
    people = {"sheet": "Individuals", **ON}
    registry = read(path, sheet="Households", columns=columns, district="LA1703", people=people)
    assert registry.households["household_id"].tolist() == ["1", "2", "3"]
    assert (registry.people_read, registry.people_counted) == (6, 6)
    assert registry.households["members"].tolist() == [1, 2, 3]
    assert registry.households["head_name_en"].notna().all()


@needs_shared
def test_the_sample_of_submissions_rolls_up_its_members() -> None:
    path = SHARED / "registries" / "kobo_submissions.json"
    columns = {"household_id": "_id", "members": "household_questions/size_h_c"}
    people = {"sheet": "individual_questions", **ON}
    registry = read(path, columns=columns, district="LA1703", people=people)
    assert registry.rows_read == len(registry.households) == 4
    assert registry.people_read == registry.people_counted == 9
    assert registry.households["duplicate"].tolist() == [0, 0, 0, -1]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["A", "B", "C", ""]), st.sampled_from(["", "0", "3", "70"])), min_size=1
    )
)
def test_every_member_is_counted_once_or_named(members: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = [["hhid", "age", "district"], *[[*member, "LA1703"] for member in members]]
        registry = read(write_csv(Path(folder) / "r.csv", rows), people={})
    named = sum(len(p.rows) for p in registry.problems if p.code == "registry.people_no_household")
    assert registry.people_read == len(members) == registry.people_counted + named
    assert registry.households["members"].sum() == registry.people_counted
    assert registry.rows_read == len(registry.households) + len(registry.rejected)


def test_the_keys_of_members_are_known_to_the_plan_file() -> None:
    assert RegistrySpec.model_validate({"file": "x", "people": ON}).people is not None
