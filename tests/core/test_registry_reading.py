"""A registry is read without losing a row: taken with what it says, or rejected with the reason."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shockplan.areas import load_gazetteer
from shockplan.planfile import RegistrySpec, VillagesSpec
from shockplan.problems import InputError
from shockplan.progress import Cancelled
from shockplan.registry.household import DTYPES, FIELDS, NOT_IN_EXTRACTS
from shockplan.registry.reading import read_registry
from tests.core.made_up import made_up_registry
from tests.core.registry_tables import found, read, registry_in_memory, write_csv

HEADINGS = ["Household ID", "District code", "ຊື່ຫົວໜ້າຄອບຄົວ", "Village code", "Village", "Members", "extra"]
ROWS = [
    ["A1", "LA1703", "ສົມພອນ", "1703001", "ບ້ານ ກ", "5", "x"],
    ["A2", "la 1703", "ບຸນມີ", "1703001", "ບ້ານ ກ", "", ""],
    ["A3", "LA1704", "ຄຳ", "", "ບ້ານ ຂ", "7", ""],
]


def test_a_row_becomes_a_typed_household_that_remembers_its_row(tmp_path: Path) -> None:
    registry = read(write_csv(tmp_path / "r.csv", [HEADINGS, *ROWS]))
    households = registry.households
    assert households["household_id"].tolist() == ["A1", "A2", "A3"]
    assert households["district"].tolist() == ["LA1703", "LA1703", "LA1704"]
    assert households["source_row"].tolist() == [2, 3, 4]
    assert households["members"].tolist() == [5, pd.NA, 7]
    assert households["head_name_lo"].tolist() == ["ສົມພອນ", "ບຸນມີ", "ຄຳ"]
    assert registry.rows_read == 3
    assert registry.present == {
        "household_id", "district", "village_code", "village_name_lo", "head_name_lo", "members"
    }  # fmt: skip
    assert [source.name for source in registry.sources] == ["r.csv"]


def test_every_column_has_its_type_even_where_the_extract_lacks_it(tmp_path: Path) -> None:
    households = read(write_csv(tmp_path / "r.csv", [HEADINGS, *ROWS])).households
    assert {name: str(households[name].dtype) for name in households} == {
        **{field.name: DTYPES[field.kind] for field in FIELDS},
        "source_row": "int64",
        "village": "int32",
        "duplicate": "int32",
    }


def test_a_registry_written_as_csv_comes_back_as_it_was(tmp_path: Path) -> None:
    written = made_up_registry(500, seed=3)
    path = tmp_path / "r.csv"
    ours = ["source_row", "village", "duplicate", *NOT_IN_EXTRACTS]
    written.households.drop(columns=ours).to_csv(path, index=False)
    back = read(path).households
    expected = written.households.assign(phone="0" + written.households["phone"])
    pd.testing.assert_frame_equal(back, expected)
    assert len(back) == 500


def test_villages_are_grouped_by_code_and_else_by_district_and_name(tmp_path: Path) -> None:
    registry = read(write_csv(tmp_path / "r.csv", [HEADINGS, *ROWS]))
    assert registry.villages["key"].tolist() == ["1703001", "LA1704 ບ້ານ ຂ"]
    assert registry.villages["district"].tolist() == ["LA1703", "LA1704"]
    assert registry.households["village"].tolist() == [0, 0, 1]


def test_reference_points_are_joined_by_code_and_never_by_name(tmp_path: Path) -> None:
    write_csv(
        tmp_path / "v.csv",
        [
            ["code", "name_lo", "name_en", "district", "lon", "lat"],
            ["1703001", "ບ້ານ ກ", "Ban Ko", "LA1703", "106.8", "14.8"],
            ["1704009", "ບ້ານ ຂ", "Ban Kho", "LA1704", "106.9", "14.9"],
        ],
    )
    path = write_csv(tmp_path / "r.csv", [HEADINGS, *ROWS])
    villages = read(path, VillagesSpec(file="v.csv")).villages
    assert villages["lon"].tolist()[:1] == [106.8]
    assert villages["name_en"].tolist()[:1] == ["Ban Ko"]
    assert np.isnan(villages["lon"][1])


def test_a_code_with_two_different_points_has_none(tmp_path: Path) -> None:
    rows = [["code", "lon", "lat"], ["1703001", "106.8", "14.8"], ["1703001", "106.9", "14.8"]]
    write_csv(tmp_path / "v.csv", rows)
    registry = read(write_csv(tmp_path / "r.csv", [HEADINGS, *ROWS]), VillagesSpec(file="v.csv"))
    assert np.isnan(registry.villages["lon"][0])
    assert found(registry, "registry.village_two_points").rows == (2, 3)


def test_a_row_is_rejected_only_without_a_usable_id_or_district(tmp_path: Path) -> None:
    rows = [
        ["id", "hhid", "district"],
        ["", "B1", "LA1703"],
        ["", "", "LA1703"],
        ["", "B3", ""],
        ["", "B4", "1803"],
        ["", "B5", "LA9999"],
        ["", "B6", "Sanamxay"],
    ]
    registry = read(write_csv(tmp_path / "r.csv", rows))
    assert registry.households["household_id"].tolist() == ["B1"]
    assert registry.rejected.to_dict("list") == {
        "source_row": [3, 4, 5, 6, 7],
        "household_id": ["", "B3", "B4", "B5", "B6"],
        "district": ["LA1703", "", "1803", "LA9999", "Sanamxay"],
        "code": [
            "registry.no_id",
            "registry.no_district",
            "places.two_code_systems",
            "places.unknown_code",
            "places.name_only",
        ],
    }
    assert found(registry, "places.two_code_systems").values == ("1803",)
    assert len(registry.district_proposals) == 3


def test_digits_are_no_p_code_and_codes_of_the_statistics_office_go_through_the_table(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", [["hhid", "code"], ["A", "1803"], ["B", "801"], ["C", "1012"]])
    by_nso = read(path, columns={"household_id": "hhid", "district_nso": "code"})
    decided = dict(zip(by_nso.households["household_id"], by_nso.households["district"], strict=True))
    assert decided == {"A": "LA1805", "B": "LA0801", "C": "LA1013"}
    with_letters = read(path, columns={"household_id": "hhid", "district": "code"})
    assert with_letters.households["district"].tolist() == ["LA0801", "LA1013"]
    assert with_letters.rejected["code"].tolist() == ["places.two_code_systems"]


def test_the_p_code_wins_over_another_code_and_the_row_is_named(tmp_path: Path) -> None:
    rows = [["hhid", "district", "nso code"], ["A", "LA1703", "0101"], ["B", "", "0101"]]
    registry = read(write_csv(tmp_path / "r.csv", rows))
    assert registry.households["district"].tolist() == ["LA1703", "LA0101"]
    assert found(registry, "places.nso_disagrees").rows == (2,)


def test_a_bad_cell_is_blank_and_its_row_and_text_are_kept(tmp_path: Path) -> None:
    rows = [["hhid", "district", "members"], ["A", "LA1703", "five"], ["B", "LA1703", "5"]]
    registry = read(write_csv(tmp_path / "r.csv", rows))
    assert registry.households["members"].tolist() == [pd.NA, 5]
    problem = found(registry, "registry.bad_number")
    assert (problem.rows, problem.values, problem.column) == ((2,), ("five",), "members")


def test_points_swapped_outside_half_or_in_metres_are_blank_and_named(tmp_path: Path) -> None:
    rows = [
        ["hhid", "district", "lon", "lat"],
        ["A", "LA1703", "106.8", "14.8"],
        ["B", "LA1703", "14.8", "106.8"],
        ["C", "LA1703", "2.35", "48.85"],
        ["D", "LA1703", "106.8", ""],
        ["E", "LA1703", "650000", "1650000"],
        ["F", "LA1703", "0", "0"],
    ]
    registry = read(write_csv(tmp_path / "r.csv", rows))
    assert registry.households["lon"].notna().tolist() == [True] + [False] * 5
    assert registry.households["lat"].notna().tolist() == [True] + [False] * 5
    assert found(registry, "places.point_exchanged").rows == (3,)
    assert found(registry, "places.point_outside").rows == (4,)
    assert found(registry, "places.point_half").rows == (5,)
    assert found(registry, "places.point_utm48").rows == (6,)
    assert found(registry, "places.point_zero").rows == (7,)


def test_the_same_id_or_document_twice_keeps_both_rows_in_one_cluster(tmp_path: Path) -> None:
    rows = [
        ["hhid", "district", "document id"],
        ["C", "LA1703", "9"],
        ["B", "LA1703", ""],
        ["A", "LA1703", "7"],
        ["A", "LA1704", "9"],
        ["D", "LA1703", ""],
        ["E", "LA1703", "5"],
        ["F", "LA1703", "5"],
    ]
    registry = read(write_csv(tmp_path / "r.csv", rows))
    assert registry.households["duplicate"].tolist() == [0, -1, 0, 0, -1, 1, 1]
    problem = found(registry, "registry.duplicate")
    assert (problem.rows, problem.level, problem.args["clusters"]) == ((2, 4, 5, 7, 8), "note", 2)


def test_counts_that_contradict_each_other_are_named_and_kept(tmp_path: Path) -> None:
    rows = [["hhid", "district", "members", "under 5"], ["A", "LA1703", "3", "4"]]
    registry = read(write_csv(tmp_path / "r.csv", rows))
    assert registry.households["under_5"].tolist() == [4]
    assert found(registry, "registry.counts_disagree").values == ("4",)


def test_a_row_with_cells_too_many_keeps_only_id_and_district(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("hhid,district,income,members\nA,LA1703,674,70,5\nB,LA1703,5,5\n", encoding="utf-8")
    registry = read(path)
    assert registry.households["household_id"].tolist() == ["A", "B"]
    assert registry.households["members"].tolist() == [pd.NA, 5]
    assert found(registry, "registry.shifted_row").rows == (2,)


def test_unquoted_decimal_commas_in_every_row_shift_no_value_into_another_field(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("hhid,district,income,members\nA,LA1703,674,70,5\nB,LA1703,5,50,5\n", encoding="utf-8")
    registry = read(path)
    assert registry.households[["income_kip", "members"]].isna().all(axis=None)
    assert found(registry, "registry.shifted_row").rows == (2, 3)


def test_blank_rows_count_as_spreadsheet_rows_but_not_as_households(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text('hhid,district,village\n\nA,LA1703,"two\nlines"\n,,\nB,LA1703\n', encoding="utf-8")
    registry = read(path)
    assert registry.households["source_row"].tolist() == [3, 5]
    assert registry.rows_read == 2
    assert found(registry, "registry.short_row").rows == (5,)


def test_progress_runs_to_the_end_and_can_cancel(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", [HEADINGS, *ROWS])
    shares: list[float] = []
    read_registry(path, RegistrySpec(file="r.csv"), load_gazetteer(), None, tmp_path, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1

    def stop(share: float) -> None:
        if share > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_registry(path, RegistrySpec(file="r.csv"), load_gazetteer(), None, tmp_path, stop)


CELL = st.one_of(
    st.sampled_from(
        ["", "LA1703", "LA1704", "la 1705", "1703", "LA9999", "A", "B", "C", "5", "yes", "NaN", "106.8"]
    ),
    st.text(max_size=6),
)
TABLE = st.lists(st.tuples(*[CELL] * 7), min_size=1, max_size=25)
FIELD_HEADINGS = ["hhid", "district", "village code", "village name lo", "members", "document id", "lon"]


@settings(max_examples=30)
@given(TABLE)
def test_every_row_of_a_dirty_table_is_taken_or_rejected(rows: list[tuple[str, ...]]) -> None:
    registry = registry_in_memory(FIELD_HEADINGS, rows)
    assert registry.rows_read == len(rows)
    taken, rejected = registry.households["source_row"], registry.rejected["source_row"]
    assert sorted([*taken, *rejected]) == list(range(2, len(rows) + 2))
    assert registry.households[["household_id", "district"]].notna().all(axis=None)
    assert registry.rejected["code"].notna().all()
    assert registry.households["village"].between(-1, len(registry.villages) - 1).all()


@settings(max_examples=20)
@given(TABLE, st.randoms())
def test_permuting_rows_permutes_the_households(rows: list[tuple[str, ...]], random: object) -> None:
    order = list(range(len(rows)))
    random.shuffle(order)  # type: ignore[attr-defined]
    one = registry_in_memory(FIELD_HEADINGS, rows)
    other = registry_in_memory(FIELD_HEADINGS, [rows[place] for place in order])
    back = other.households.assign(
        source_row=np.array(order, dtype=np.int64)[other.households["source_row"] - 2] + 2
    ).sort_values("source_row", ignore_index=True)
    pd.testing.assert_frame_equal(back, one.households)
    pd.testing.assert_frame_equal(other.villages, one.villages)


@settings(max_examples=15)
@given(TABLE, st.permutations(range(8)))
def test_shuffled_and_extra_columns_never_matter(rows: list[tuple[str, ...]], order: list[int]) -> None:
    headings = [*FIELD_HEADINGS, "something else"]
    wide = [(*row, "extra") for row in rows]
    one = registry_in_memory(FIELD_HEADINGS, rows)
    other = registry_in_memory([headings[i] for i in order], [[row[i] for i in order] for row in wide])
    pd.testing.assert_frame_equal(one.households, other.households)
    pd.testing.assert_frame_equal(one.rejected, other.rejected)


def test_a_problem_that_stops_the_reading_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as stop:
        read(tmp_path / "not there.csv")
    assert stop.value.problems[0].code == "registry.file_missing"


@pytest.mark.parametrize("stated", [False, True])
def test_breastfeeding_in_a_column_of_its_own_counts_like_pregnancy(tmp_path: Path, stated: bool) -> None:
    answers = [(a, b) for a in ("yes", "no", "") for b in ("ແມ່ນ", "ບໍ່", "-")]
    rows = [["hhid", "district", "Pregnant", "Breastfeeding"]]
    rows += [[f"A{number}", "LA1703", *pair] for number, pair in enumerate(answers)]
    rows.append(["A9", "LA1703", "no", "perhaps"])
    columns = {"household_id": "hhid", "district": "district", "pregnant": "Pregnant"}
    columns["breastfeeding"] = "Breastfeeding"
    registry = read(write_csv(tmp_path / "r.csv", rows), columns=columns if stated else {})
    said = [None if pd.isna(one) else bool(one) for one in registry.households["pregnant"]]
    assert said == [True, True, True, True, False, None, True, None, None, None]
    problem = found(registry, "registry.bad_flag")
    assert (problem.column, problem.rows, problem.values) == ("Breastfeeding", (11,), ("perhaps",))
    assert "pregnant" in registry.present


def test_an_extract_that_asks_only_for_breastfeeding_is_believed_alone(tmp_path: Path) -> None:
    rows = [["hhid", "district", "ໃຫ້ນົມລູກ"]]
    rows += [[name, "LA1703", answer] for name, answer in (("A", "yes"), ("B", "no"), ("C", ""))]
    registry = read(write_csv(tmp_path / "r.csv", rows))
    assert registry.households["pregnant"].tolist() == [True, False, pd.NA]
    assert "pregnant" in registry.present


def test_village_points_are_joined_by_code_and_each_keeps_its_source(tmp_path: Path) -> None:
    registry = write_csv(tmp_path / "r.csv", [HEADINGS, *ROWS])
    rows = [
        ("code", "name_lo", "name_en", "district", "lon", "lat", "source"),
        ("1703001", "", "", "LA1703", "106.5", "14.7", "LSB 2015"),
        ("1703777", "", "", "LA1703", "106.6", "14.8", "LSB 2015"),
    ]
    write_csv(tmp_path / "v.csv", rows)
    found = read(registry, VillagesSpec(file="v.csv", source="not this one"))
    placed = found.villages[found.villages["lon"].notna()]
    assert placed["code"].tolist() == ["1703001"] and found.point_sources == (("LSB 2015", 1),)
    write_csv(tmp_path / "v.csv", [row[:6] for row in rows])
    assert read(registry, VillagesSpec(file="v.csv", source="LSB")).point_sources == (("LSB", 1),)
    assert read(registry, VillagesSpec(file="v.csv")).point_sources == (("", 1),)
