"""Every file format in which an extract comes, and what is said of each that cannot be read."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from shapely import Point

from shockplan.areas import load_gazetteer
from shockplan.problems import InputError
from shockplan.progress import silent
from shockplan.registry.columnar import of_few_texts
from shockplan.registry.columns import is_known, propose
from shockplan.registry.districts import districts_of
from shockplan.registry.encodings import LAO_PAGE
from shockplan.registry.files import read_table
from shockplan.registry.household import FIELD
from shockplan.registry.tables import Table
from shockplan.registry.values import parse
from tests.core.made_up import leads_nowhere
from tests.core.registry_tables import found, read, write_csv
from tests.fuzzing import open_document
from tests.shared_data import SHARED, needs_shared

ROWS = [
    ["Household ID", "District code", "Village", "Members", "Phone"],
    ["A1", "LA1703", "ບ້ານ ກ", "5", "02055551234"],
    ["A2", "LA1704", "Ban Séné", "7", ""],
]


def table(path: Path, sheet: str | None = None) -> Table:
    return read_table(path, sheet, None, is_known, silent)


def texts(found: Table, heading: str) -> list[str]:
    return list(found.columns[found.headings.index(heading)].to_pylist())


def write_xlsx(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimited_text_in_any_unicode_encoding(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [ROWS[0], *[[f"A{n}", "LA1703", "ບ້ານ ກ", "5", ""] for n in range(5)]]
    households = read(write_csv(tmp_path / "r.txt", rows, encoding, delimiter)).households
    assert households["village_name_lo"].tolist() == ["ບ້ານ ກ"] * 5
    assert households["members"].tolist() == [5] * 5


def test_windows_1252_and_thai_code_pages_are_told_apart(tmp_path: Path) -> None:
    western = [ROWS[0], ["A1", "LA1703", "Séné Phôngsali", "5", ""]]
    registry = read(write_csv(tmp_path / "w.csv", western, "cp1252"))
    assert registry.households["village_name_en"].tolist() == ["Séné Phôngsali"]
    assert found(registry, "registry.code_page").args["encoding"] == "Windows-1252"
    thai = [ROWS[0], ["A1", "LA1703", "บ้านใหม่", "5", ""]]
    registry = read(write_csv(tmp_path / "t.csv", thai, "cp874"))
    assert registry.households["village_name_en"].tolist() == ["บ้านใหม่"]
    assert found(registry, "registry.code_page").args["encoding"] == "Windows-874"


def test_the_lao_code_page_is_told_from_the_thai_one(tmp_path: Path) -> None:
    written = {letter: number for number, letter in enumerate(LAO_PAGE) if letter != "\ufffd"}
    text = "hhid,district,village,members\nA1,LA1703,ບ້ານ ໃໝ່ໜອງໄຮ,໕\nB2,LA1703,ນາຄຳ,6\n"
    (tmp_path / "l.csv").write_bytes(bytes(written[letter] for letter in text))
    registry = read(tmp_path / "l.csv")
    assert registry.households["village_name_lo"].tolist() == ["ບ້ານ ໃໝ່ໜອງໄຮ", "ນາຄຳ"]
    assert registry.households["members"].tolist() == [5, 6]
    assert found(registry, "registry.code_page").args["encoding"] == "CP1133"


def test_lines_of_another_encoding_are_read_and_named(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", ROWS)
    path.write_bytes(path.read_bytes() + "A3,LA1703,Séné,4,\r\n".encode("cp1252"))
    registry = read(path)
    assert found(registry, "registry.mixed_encoding").rows == (4,)
    assert registry.households["village_name_en"].tolist()[-1] == "Séné"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the reader's own murmur
@pytest.mark.parametrize("last", ["A9,LA1703,Séné\r\n", 'A9,LA1703,"Séné,4,\r\n' + "B,LA1703,x,4,\r\n" * 4])
def test_another_encoding_far_into_a_big_file_is_noticed_all_the_same(tmp_path: Path, last: str) -> None:
    """A file is parsed while it is asked whether it is UTF-8: what was read of it before does not count."""
    rows = [ROWS[0], *[[f"H{number}", "LA1703", "ບ້ານ ກ", "5", ""] for number in range(20_000)]]
    path = write_csv(tmp_path / "r.csv", rows)
    path.write_bytes(path.read_bytes() + "A8,LA1703,Séné,4,\r\n".encode("cp1252") + last.encode("cp1252"))
    if '"' in last:
        with pytest.raises(InputError) as error:
            read(path)
        assert error.value.problems[0].code == "registry.open_quote"
        return
    registry = read(path)
    assert registry.rows_read == 20_002
    assert found(registry, "registry.mixed_encoding").rows == (20_002, 20_003)
    assert registry.households["village_name_lo"].tolist()[-2:] == ["Séné", "Séné"]


def test_a_spreadsheet_hint_of_the_delimiter_is_no_heading(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("sep=;\nhhid;district\nA;LA1703\n", encoding="utf-8")
    assert read(path).households["source_row"].tolist() == [3]


def test_titles_above_and_labels_and_tags_below_the_headings(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Registry of Attapeu"],
        [],
        ["hh_id", "dist_code", "head_name", "hh_size"],
        ["Household ID - ID", "Code of district", "Name of the head", "What is the household size?"],
        ["#meta+id", "#adm2+code", "#contact+name", "#population+hh"],
        ["A1", "LA1703", "Somphone", 5],
    ]
    registry = read(write_xlsx(tmp_path / "r.xlsx", {"data": rows}))
    assert registry.households["source_row"].tolist() == [6]
    assert registry.households["members"].tolist() == [5]
    assert [p.rows for p in registry.problems if p.code == "registry.label_row"] == [(4,), (5,)]


def test_headings_in_two_rows_with_merged_groups_are_read_together(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["List of poor households of the district"],
        ["hhid", "District code", "Village", "Members of the household", "", "", "Phone"],
        ["", "", "", "hh size", "Under 5", "60 and over", ""],
        ["A", "LA1703", "Ban Mai", 5, 1, 0, "02055551234"],
        ["B", "LA1703", "Ban Mai", 3, 0, 2, "02055551235"],
    ]
    registry = read(write_xlsx(tmp_path / "r.xlsx", {"s": rows}))
    assert registry.rows_read == 2
    for field, values in (("members", [5, 3]), ("under_5", [1, 0]), ("over_60", [0, 2])):
        assert registry.households[field].tolist() == values
    assert registry.households["phone"].notna().all()


def test_a_first_row_of_data_that_is_mostly_blank_is_no_row_of_headings(tmp_path: Path) -> None:
    rows = [
        ["hhid", "district", "village", "", "members"],
        ["", "LA1703", "Village", "x", ""],
        ["B", "LA1703", "C", "", "4"],
    ]
    registry = read(write_csv(tmp_path / "r.csv", rows))
    assert registry.rows_read == 2


def test_hxl_tags_name_columns_that_no_heading_does(tmp_path: Path) -> None:
    rows = [["nr", "where"], ["#meta+id", "#adm2+code"], ["A1", "LA1703"]]
    assert read(write_csv(tmp_path / "r.csv", rows)).households["district"].tolist() == ["LA1703"]


def test_the_sheet_is_the_one_named_or_the_only_one_with_known_headings(tmp_path: Path) -> None:
    sheets: dict[str, list[list[object]]] = {
        "About": [["Made up"], ["for tests"]],
        "Households": [list(row) for row in ROWS],
    }
    path = write_xlsx(tmp_path / "r.xlsx", sheets)
    assert len(read(path).households) == 2
    with pytest.raises(InputError) as wrong:
        read(path, sheet="Housholds")
    assert wrong.value.problems[0].args["sheets"] == "About, Households"
    both = write_xlsx(tmp_path / "b.xlsx", {"One": sheets["Households"], "Two": sheets["Households"]})
    with pytest.raises(InputError) as unsure:
        read(both)
    assert unsure.value.problems[0].code == "registry.sheet_not_named"


def test_cells_of_a_workbook_are_read_as_they_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["hhid", "district", "phone", "members", "in mecg", "income", "village"])
        sheet.write_row(1, 0, [1001, "LA1703", 2055551234, 5.0, True, 1500000.5, ""])
        sheet.write_formula(1, 6, '="Ban "&"Ko"', None, "Ban Ko")
    households = read(path).households
    assert households["household_id"].tolist() == ["1001"]
    assert households["phone"].tolist() == ["02055551234"]
    assert households["in_mecg"].tolist() == [True]
    assert households["village_name_en"].tolist() == ["Ban Ko"]
    assert households["income_kip"].isna().all()


def test_parquet_keeps_types_and_text(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "hhid": ["A1", "A2"],
            "district": pd.Categorical(["LA1703", "LA1704"]),
            "members": [5.0, None],
            "income": [1_500_000, 20_000_000],
            "in mecg": [True, None],
            "lon": [106.812345678, None],
            "lat": [14.812345678, None],
        }
    )
    frame.to_parquet(tmp_path / "r.parquet")
    households = read(tmp_path / "r.parquet").households
    assert households["district"].tolist() == ["LA1703", "LA1704"]
    assert households["members"].isna().tolist() == [False, True]
    assert households["income_kip"].tolist() == [1_500_000, 20_000_000]
    assert households["lon"][0] == 106.812345678
    assert households["source_row"].tolist() == [2, 3]


def test_parquet_columns_kept_as_a_dictionary_are_read_as_their_texts(tmp_path: Path) -> None:
    """Few different texts stay a dictionary until a value is understood: nothing may depend on that."""
    count = 6_000
    number = np.arange(count)
    columns = {
        "hhid": [f"H{place}" for place in number],
        "district": np.where(number % 97 == 3, None, np.where(number % 2, "LA1703", "la 0101 ")),
        "village_name_lo": np.where(number % 3, "ບ້ານ ກ", ""),
        "members": np.where(number % 53 == 0, "many", (number % 7 + 1).astype(str)),
        "sex_of_head": np.where(number % 11 == 0, None, np.where(number % 2, "F", "ຊາຍ")),
        "disabled": (number % 3).astype(str),
        "phone": np.where(number % 2, "20 5555 1234", "nonsense"),
        "income": np.where(number % 5, "1,500,000", "-"),
    }
    frame = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    typed = frame.set_column(3, "members", frame["members"].dictionary_encode())
    registries = []
    for name, table, dictionary in (
        ("plain", frame, False), ("encoded", frame, True), ("typed", typed, True)
    ):  # fmt: skip
        path = tmp_path / name / "r.parquet"
        path.parent.mkdir()
        pq.write_table(table, path, use_dictionary=dictionary, row_group_size=2_000, compression="none")
        registries.append(read(path))
    assert of_few_texts(pq.ParquetFile(tmp_path / "plain" / "r.parquet")) == []
    few = of_few_texts(pq.ParquetFile(tmp_path / "encoded" / "r.parquet"))
    assert {"district", "village_name_lo", "sex_of_head", "disabled", "phone"} <= set(few)
    first, *others = registries
    assert {"registry.bad_number", "registry.bad_phone", "registry.no_district"} <= {
        problem.code for problem in first.problems
    }
    for other in others:
        pd.testing.assert_frame_equal(other.households, first.households)
        pd.testing.assert_frame_equal(other.rejected, first.rejected)
        assert other.problems == first.problems



def test_an_open_document_is_read_like_a_workbook(tmp_path: Path) -> None:
    (tmp_path / "r.ods").write_bytes(open_document())
    registry = read(tmp_path / "r.ods")
    assert (registry.rows_read, registry.households["household_id"].tolist()) == (3, ["A-1"])
    assert registry.households["village_name_en"].tolist() == ["ບ້ານ ໃໝ່"]


def test_a_dbf_column_that_cuts_a_lao_letter_is_blank_and_named(tmp_path: Path) -> None:
    frame = {"hhid": ["A", "B"], "district": ["LA1703"] * 2, "village": ["ບ້ານໃໝ່", "ນາ"]}
    points = [Point(106.9, 14.8), Point(106.8, 14.7)]
    gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326").to_file(tmp_path / "r.shp", engine="pyogrio")
    content, cut = (tmp_path / "r.dbf").read_bytes(), "ບ້ານໃໝ່".encode()
    (tmp_path / "r.dbf").write_bytes(content.replace(cut, cut[:-1] + b" "))
    registry = read(tmp_path / "r.shp")
    assert registry.households["village_name_lo"].tolist()[1] == "ນາ"
    assert found(registry, "registry.lost_letters").values == ("ບ້ານໃໝ\ufffd",)


@pytest.mark.parametrize("name", ["r.gpkg", "r.geojson", "r.shp"])
def test_points_of_any_vector_format_become_coordinates(tmp_path: Path, name: str) -> None:
    points = gpd.GeoDataFrame(
        {"hhid": ["A1", "A2"], "district": ["LA1703", "LA1704"]},
        geometry=[Point(106.8, 14.8), Point(106.9, 14.9)],
        crs=4326,
    )
    frame = points if name == "r.geojson" else points.to_crs(32648)
    frame.to_file(tmp_path / name, engine="pyogrio")
    households = read(tmp_path / name).households
    assert households["lon"].round(6).tolist() == [106.8, 106.9]
    assert households["lat"].round(6).tolist() == [14.8, 14.9]


def test_a_list_among_the_properties_of_a_point_is_read_as_text(tmp_path: Path) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"hhid": name, "district": "LA1703", "needs": needs, "sizes": sizes},
            "geometry": {"type": "Point", "coordinates": [106.8, 14.8]},
        }
        for name, needs, sizes in (("A1", ["rice", "water"], [1.5, 2]), ("A2", [], None))
    ]
    path = tmp_path / "r.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    table = read_table(path, None, None, is_known, silent)
    texts = dict(zip(table.headings, (column.to_pylist() for column in table.columns), strict=True))
    assert texts["needs"] == ["rice, water", ""]
    assert texts["sizes"] == ["1.5, 2", ""]
    assert read(path).households["household_id"].tolist() == ["A1", "A2"]


def test_points_without_a_reference_system_are_asked_for(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"hhid": ["A"], "district": ["LA1703"]}, geometry=[Point(5, 5)], crs=4326)
    frame.to_file(tmp_path / "r.shp", engine="pyogrio")
    (tmp_path / "r.prj").unlink()
    with pytest.raises(InputError) as stop:
        read(tmp_path / "r.shp")
    assert stop.value.problems[0].code == "registry.no_crs"
    leads_nowhere(tmp_path / "r.prj")
    with pytest.raises(InputError) as stop:
        read(tmp_path / "r.shp")
    assert stop.value.problems[0].code == "registry.no_crs"


def test_submissions_have_groups_as_paths(tmp_path: Path) -> None:
    records = [
        {"_id": 7, "place": {"adm2_code": "LA1703"}, "hh": {"hh_size": "NaN"}, "_geolocation": [14.8, 106.8]}
    ]
    (tmp_path / "r.json").write_text(json.dumps({"results": records}), encoding="utf-8")
    households = read(tmp_path / "r.json").households
    assert households["household_id"].tolist() == ["7"]
    assert households["members"].isna().all()
    assert households[["lon", "lat"]].iloc[0].tolist() == [106.8, 14.8]


@needs_shared
def test_the_sample_of_another_cash_platform_is_read_whole() -> None:
    sample = table(SHARED / "registries" / "peer121_registrations_1001.csv")
    assert (len(sample.rows), len(sample.headings)) == (1001, 26)
    assert {proposal.field for proposal in propose(sample)} >= {
        "phone",
        "head_sex",
        "document_id",
        "pregnant",
    }
    sex = parse(sample.columns[sample.headings.index("gender")], FIELD["head_sex"])
    assert sex.values.value_counts().to_dict() == pd.Series(texts(sample, "gender")).str.strip().map(
        {"Féminin": "female", "Masculin": "male"}
    ).value_counts().to_dict()  # fmt: skip
    assert sex.values.notna().sum() + sum(mask.sum() for mask in sex.reasons.values()) == 1001


@needs_shared
def test_the_sample_workbook_has_three_households_and_six_individuals() -> None:
    path = SHARED / "registries" / "hope_registration_3hh.xlsx"
    households = table(path, "Households")
    assert (len(households.rows), len(households.headings)) == (3, 197)
    assert households.rows.tolist() == [3, 4, 6]
    individuals = table(path, "Individuals")
    assert len(individuals.rows) == 6
    assert texts(individuals, "household_id") == ["1", "2", "2", "3", "3", "3"]


@needs_shared
def test_the_sample_of_submissions_has_four_with_their_members() -> None:
    path = SHARED / "registries" / "kobo_submissions.json"
    submissions = table(path)
    assert len(submissions.rows) == 4
    assert texts(submissions, "_geolocation/lat") == ["4.747176"] * 4
    members = table(path, "individual_questions")
    assert len(members.rows) == 9
    assert texts(members, "_parent_id")[:3] == ["102612403"] * 3


@needs_shared
def test_the_list_of_village_names_goes_through_the_table_of_codes() -> None:
    villages = table(SHARED / "registries" / "lao_village_names.csv")
    assert len(villages.rows) == 9692
    answers, why = districts_of(
        villages, {"district_nso": villages.headings.index("district_code")}, load_gazetteer()
    )
    assert len(set(texts(villages, "district_code"))) == 145
    assert answers.district.notna().sum() + why.notna().sum() == 9692
    assert answers.district.notna().sum() > 9000
