"""The demo event: all of Attapeu, made up, with the faults of real extracts, the same bytes every time."""

import hashlib
import json
import tomllib
from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from shockplan.areas import district_codes, load_gazetteer
from shockplan.boundaries import read_boundaries, schematic_boundaries
from shockplan.demo import write_demo, write_national_registry
from shockplan.inputs import read_inputs
from shockplan.plan import make_plan
from shockplan.planfile import PlanSpec
from shockplan.problems import InputError
from shockplan.progress import Cancelled
from shockplan.registry.household import FIELD
from shockplan.registry.places import PLACE_COLUMNS
from tests.shared_data import SHARED, needs_shared

G = load_gazetteer()
INPUTS = (
    "registry_made_up.csv",
    "villages_made_up.csv",
    "flood_made_up.geojson",
    "observed_made_up.geojson",
    "rivers_made_up.geojson",
    "roads_made_up.geojson",
    "covid_impact_made_up.csv",
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("demo")).parent


@pytest.fixture(scope="module")
def plan(demo: Path) -> PlanSpec:
    tables = tomllib.loads((demo / "PLAN.toml").read_text("utf-8"), parse_float=Decimal)
    return PlanSpec.model_validate(tables)


@pytest.fixture(scope="module")
def extract(demo: Path, plan: PlanSpec) -> pd.DataFrame:
    """The registry as text, with our field names."""
    table = pd.read_csv(demo / plan.registry.file, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    return table.rename(columns={heading: field for field, heading in plan.registry.columns.items()})


@pytest.fixture(scope="module")
def villages(demo: Path) -> pd.DataFrame:
    return pd.read_csv(demo / "villages_made_up.csv", dtype={"code": "str"})


def located(extract: pd.DataFrame) -> pd.DataFrame:
    """Rows with a GPS point as given by careful hands."""
    points = extract[["lon", "lat"]].apply(pd.to_numeric, errors="coerce")
    good = points["lon"].between(100, 108) & points["lat"].between(13, 23)
    return extract[good].assign(lon=points["lon"][good], lat=points["lat"][good])


def hashes(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


def test_the_demo_is_the_same_to_the_byte_every_time(demo: Path, tmp_path: Path) -> None:
    write_demo(tmp_path)
    assert hashes(tmp_path) == hashes(demo)
    assert set(hashes(demo)) == {*INPUTS, "PLAN.toml"}


def test_another_seed_makes_other_people(demo: Path, tmp_path: Path) -> None:
    write_demo(tmp_path, seed=18)
    assert all(hashes(tmp_path)[name] != hashes(demo)[name] for name in ("registry_made_up.csv", INPUTS[2]))


def test_the_size_can_be_chosen(tmp_path: Path) -> None:
    write_demo(tmp_path, households=500)
    assert 500 < len(pd.read_csv(tmp_path / "registry_made_up.csv")) < 530
    write_demo(tmp_path, households=1)
    assert len(pd.read_csv(tmp_path / "registry_made_up.csv")) == 1


def test_all_of_attapeu_is_there(extract: pd.DataFrame) -> None:
    codes = district_codes(extract["district"].replace("", None), G).dropna()
    assert 28_000 < len(extract) < 28_200
    assert set(codes) == {"LA1701", "LA1702", "LA1703", "LA1704", "LA1705"}


def test_places_are_known_as_often_as_stated(extract: pd.DataFrame) -> None:
    gps, village, district = (extract[field] != "" for field in ("lon", "village_name_lo", "district"))
    assert (gps & village).mean() == pytest.approx(0.60, abs=0.01)
    assert (~gps & village).mean() == pytest.approx(0.30, abs=0.01)
    assert (~gps & ~village & district).mean() == pytest.approx(0.08, abs=0.01)
    assert (~gps & ~village & ~district).mean() == pytest.approx(0.02, abs=0.005)


def test_there_are_193_villages_in_their_schematic_districts(villages: pd.DataFrame) -> None:
    assert len(villages) == 193
    assert villages["code"].is_unique
    assert not villages.duplicated(["district", "name_lo"]).any()
    assert villages["name_en"].duplicated().any()  # other districts repeat a name, as real lists do
    cells = schematic_boundaries(G).frame.set_index("pcode").geometry
    for district, rows in villages.groupby("district"):
        assert shapely.contains_xy(cells[district], rows["lon"], rows["lat"]).all()


@needs_shared
def test_villages_lie_in_their_official_districts_too(villages: pd.DataFrame) -> None:
    official = read_boundaries(SHARED / "boundaries" / "lao_adm2_148.geojson", G).frame.set_index("pcode")
    for district, rows in villages.groupby("district"):
        assert shapely.contains_xy(official.geometry[district], rows["lon"], rows["lat"]).all()


def test_the_grant_for_mothers_is_only_in_its_pilot_districts(extract: pd.DataFrame) -> None:
    enrolled = extract[extract["in_mecg"].isin(["Yes", "ແມ່ນ", "1"])]
    codes = set(district_codes(enrolled["district"].replace("", None), G).dropna())
    assert codes == {"LA1703", "LA1705"}
    assert 500 < len(enrolled) < 3000


def test_small_children_are_counted_among_the_bigger_and_all_among_the_members(extract: pd.DataFrame) -> None:
    counts = (
        extract[["under_1", "under_2", "under_5", "members"]].apply(pd.to_numeric, errors="coerce").dropna()
    )
    assert len(counts) > 25_000
    assert (counts.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    assert 4.5 < counts["members"].mean() < 6


@pytest.mark.parametrize(
    ("field", "pattern"),
    [
        ("household_id", r"^$"),
        ("members", r"^[໐-໙]+$"),
        ("members", r"^-$"),
        ("members", r"^$"),
        ("members", r"or more"),
        ("document_id", r"^ບໍ່ມີ$"),
        ("phone", r"\.0$"),
        ("phone", r"^2\d{9}$"),
        ("family_book", r"^\d{1,7}$"),
        ("district", r"^la\d{4}$"),
        ("district", r"^ LA\d{4} $"),
        ("district", r"^\d{4}$"),
        ("district", r"^Muang [A-Z]"),
        ("income_kip", r"^\d[,.]\d{3}[,.]\d{3}$"),
        ("head_name_lo", "\u00a0"),
        ("in_mecg", r"^ບໍ່$"),
        ("lon", r"^1[45][.,]\d"),
        ("lon", r"^0$"),
        ("lon", r"^98\."),
        ("lat", r"^1[45],\d"),
    ],
)
def test_the_faults_of_real_extracts_are_there_but_rare(
    extract: pd.DataFrame, field: str, pattern: str
) -> None:
    share = extract[field].str.contains(pattern).mean()
    assert 0 < share < 0.05


def test_some_rows_stand_twice(extract: pd.DataFrame) -> None:
    filled = extract[extract["household_id"] != ""]
    assert filled.duplicated().sum() >= 10
    same_id = filled[filled["household_id"].duplicated(keep=False)].drop_duplicates()
    assert same_id["household_id"].duplicated().sum() >= 10
    again = filled["household_id"].str.endswith("-2")
    assert again.sum() >= 10


def test_papers_have_their_own_numbers_but_for_a_few_and_a_chief_lends_the_phone(tmp_path: Path) -> None:
    write_national_registry(tmp_path / "n.parquet", households=150_000)
    table = pd.read_parquet(
        tmp_path / "n.parquet", columns=["Family book No.", "ID card No.", "Tel.", "Vill. code"]
    )
    for heading in ("Family book No.", "ID card No."):
        numbers = table[heading][table[heading].str.fullmatch(r"\d+").fillna(False)].str.zfill(8)
        assert 0.001 < numbers.duplicated().mean() < 0.005
    chiefs = table[table["Tel."].str.startswith("02010").fillna(False)]
    assert chiefs.groupby("Tel.")["Vill. code"].nunique().max() == 1
    assert chiefs["Tel."].value_counts().max() > 3


def test_every_row_and_file_says_that_it_is_made_up(
    demo: Path, plan: PlanSpec, extract: pd.DataFrame
) -> None:
    assert plan.plan.made_up
    assert "made up" in plan.plan.name
    assert (extract["Remark"] == "MADE UP").all()
    assert all("made_up" in name and "made up" in (demo / name).read_text("utf-8").lower() for name in INPUTS)
    assert all("made up" in fund.name for fund in plan.funds)


def test_the_plan_names_files_and_headings_that_exist(demo: Path, plan: PlanSpec) -> None:
    headings = pd.read_csv(demo / plan.registry.file, nrows=0, encoding="utf-8-sig").columns
    assert set(plan.registry.columns) <= {*FIELD, *PLACE_COLUMNS}
    assert set(plan.registry.columns.values()) <= set(headings)
    assert set(plan.registry.columns) & set(headings) == set()  # the mapping is put to work
    assert all((demo / layer.file).is_file() for layer in plan.layers)
    assert plan.villages is not None
    assert (demo / plan.villages.file).is_file()


def test_the_three_funds_have_earmarks_account_codes_and_a_dated_rate(plan: PlanSpec) -> None:
    top_up, dollars, general = plan.funds
    assert top_up.earmark.expansion == "vertical"
    assert (dollars.currency, dollars.rate) == ("USD", 22_400)
    assert dollars.rate_date is not None
    assert (dollars.rate_date.year, dollars.rate_date.month) == (2026, 10)
    assert general.earmark == type(general.earmark)()
    assert all(fund.account_code for fund in plan.funds)


def test_there_is_less_money_than_need_so_that_a_waiting_list_shows(demo: Path) -> None:
    summary = make_plan(read_inputs(demo / "PLAN.toml")).summary
    assert summary.funded > 1000
    assert summary.waiting > 500
    assert summary.verify > 1000
    assert summary.cut > 0
    assert all(summary.affected[kind] > 1000 for kind in ("certain", "possible", "no", "unknown"))


def test_the_flood_has_all_depth_classes_of_valid_polygons_without_overlap(demo: Path) -> None:
    flood = gpd.read_file(demo / "flood_made_up.geojson")
    assert flood.crs == "EPSG:4326"
    assert flood.is_valid.all()
    classes = np.digitize(flood["depth_m"], [0.2, 0.5, 1.5])
    assert set(classes) == {1, 2, 3}
    areas = flood.to_crs("EPSG:32648").area
    assert flood.to_crs("EPSG:32648").union_all().area == pytest.approx(areas.sum(), rel=1e-3)


def test_the_flood_hits_some_households_and_spares_most(demo: Path, extract: pd.DataFrame) -> None:
    flood = gpd.read_file(demo / "flood_made_up.geojson").union_all()
    households = located(extract)
    hit = shapely.contains_xy(flood, households["lon"], households["lat"]).mean()
    assert 0.15 < hit < 0.40


def test_part_of_the_province_was_not_observed(demo: Path, extract: pd.DataFrame) -> None:
    (seen,) = gpd.read_file(demo / "observed_made_up.geojson").geometry
    assert seen.is_valid
    households = located(extract)
    unseen = ~shapely.contains_xy(seen, households["lon"], households["lat"])
    assert 0.05 < unseen.mean() < 0.30


def test_the_covid_table_has_the_five_districts_and_a_blank(demo: Path) -> None:
    table = pd.read_csv(demo / "covid_impact_made_up.csv")
    assert list(table["District code"]) == ["LA1701", "LA1702", "LA1703", "LA1704", "LA1705"]
    assert {"Unemployed (%)", "Businesses closed", "Migrants returned"} < set(table.columns)
    assert table["Businesses closed"].isna().sum() == 1


def test_flood_coordinates_have_five_decimals_at_most(demo: Path) -> None:
    features = json.loads((demo / "flood_made_up.geojson").read_text("utf-8"))["features"]
    lengths = {
        len(repr(x).split(".")[1]) for f in features for ring in f["geometry"]["coordinates"] for x, _ in ring
    }
    assert max(lengths) <= 5


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="file") as caught:
        write_demo(tmp_path / "file", households=10)
    assert caught.value.problems[0].code == "demo.cannot_write"


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_the_national_registry_covers_148_districts_in_any_size(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"national{suffix}"
    write_national_registry(path, households=70_000)
    table = pd.read_parquet(path) if suffix == ".parquet" else pd.read_csv(path, dtype="str")
    assert len(table) == 70_000
    assert table["HH No."].is_unique
    assert district_codes(table["Dist. code"], G).nunique() == 148
    assert 8_400 < table["Vill. code"].nunique() < 8_600
    assert table["Dist. code"].str.fullmatch(r"\d{3}").any()  # a leading zero lost


def test_the_national_registry_is_the_same_to_the_byte(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv", "a.parquet", "b.parquet"):
        write_national_registry(tmp_path / name, households=3000)
    written = hashes(tmp_path)
    assert written["a.csv"] == written["b.csv"]
    assert written["a.parquet"] == written["b.parquet"]


def test_a_cancelled_national_registry_leaves_no_file(tmp_path: Path) -> None:
    def cancel(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        write_national_registry(tmp_path / "national.csv", households=10, progress=cancel)
    assert list(tmp_path.iterdir()) == []
