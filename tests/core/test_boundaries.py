"""The schematic map fills the outline; official boundaries are joined by P-code or refused."""

import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shockplan.areas import load_gazetteer
from shockplan.boundaries import Boundaries, read_boundaries, schematic_boundaries
from shockplan.problems import InputError, Problem
from shockplan.texts import problem_sentence
from tests.core.made_up import leads_nowhere
from tests.shared_data import SHARED, needs_shared

G = load_gazetteer()
OFFICIAL = SHARED / "boundaries" / "lao_adm2_148.geojson"


@pytest.fixture
def frame() -> gpd.GeoDataFrame:
    """The 148 districts under the field names of OCHA COD-AB, made from the schematic map."""
    cells = schematic_boundaries(G).frame
    names = {"ADM2_EN": G.districts["name_en"], "ADM2_PCODE": cells["pcode"]}
    return gpd.GeoDataFrame(names, geometry=cells.geometry, crs="EPSG:4326")


def save(frame: gpd.GeoDataFrame, path: Path) -> Path:
    pyogrio.write_dataframe(frame, path)
    return path


def refused(path: Path, **options: str) -> Problem:
    with pytest.raises(InputError) as caught:
        read_boundaries(path, G, **options)
    (problem,) = caught.value.problems
    assert problem.file == path.name
    assert problem_sentence(problem, "en") != problem_sentence(problem, "lo")
    return problem


def codes_of(boundaries: Boundaries) -> list[str]:
    return [problem.code for problem in boundaries.problems]


def test_schematic_cells_fill_the_outline_without_gap_or_overlap() -> None:
    cells = schematic_boundaries(G).frame.geometry.to_numpy()
    assert len(cells) == 148
    assert shapely.coverage_is_valid(cells)
    assert shapely.is_valid(cells).all()
    assert shapely.symmetric_difference(shapely.union_all(cells), G.outline).area < 1e-9
    assert shapely.area(cells).sum() == pytest.approx(G.outline.area, abs=1e-9)


def test_every_centroid_lies_in_its_own_cell() -> None:
    frame = schematic_boundaries(G).frame
    assert list(frame["pcode"]) == list(G.districts["pcode"])
    centroids = shapely.points(G.districts["lon"], G.districts["lat"])
    assert shapely.contains(frame.geometry.to_numpy(), centroids).all()


def test_the_schematic_map_says_that_it_is_schematic_and_what_it_is_made_from() -> None:
    boundaries = schematic_boundaries(G)
    assert boundaries.schematic
    assert "Schematic" in boundaries.source
    assert "OCHA" in boundaries.source
    assert boundaries.file is None


@needs_shared
def test_three_quarters_of_the_country_lie_in_the_right_schematic_district() -> None:
    official = read_boundaries(OFFICIAL, G).frame.to_crs("EPSG:6933").geometry.to_numpy()
    cells = schematic_boundaries(G).frame.to_crs("EPSG:6933").geometry.to_numpy()
    right = shapely.area(shapely.intersection(official, cells)).sum() / shapely.area(official).sum()
    assert 0.75 < right < 0.77


@needs_shared
def test_official_boundaries_are_read_without_complaint() -> None:
    boundaries = read_boundaries(OFFICIAL, G, source="OCHA COD-AB")
    assert list(boundaries.frame["pcode"]) == list(G.districts["pcode"])
    assert boundaries.frame.crs == "EPSG:4326"
    assert boundaries.problems == ()
    assert not boundaries.schematic
    assert boundaries.source == "OCHA COD-AB"
    assert boundaries.file is not None
    assert boundaries.file.name == OFFICIAL.name


@needs_shared
def test_official_areas_agree_with_the_gazetteer() -> None:
    areas = read_boundaries(OFFICIAL, G).frame.to_crs("EPSG:6933").area / 1e6
    # some districts were measured on another line; most must agree
    assert (np.abs(areas - G.districts["area_km2"]) / areas < 0.05).mean() > 0.9


@pytest.mark.parametrize(
    "field", ["ADM2_PCODE", "adm2_pcode", "admin2Pcode", "ADM2_CODE", "DistPcode", "my own heading"]
)
def test_p_codes_are_found_under_any_field_name(frame: gpd.GeoDataFrame, tmp_path: Path, field: str) -> None:
    path = save(
        frame.rename(columns={"ADM2_PCODE": field}).sample(frac=1, random_state=1), tmp_path / "a.gpkg"
    )
    boundaries = read_boundaries(path, G)
    assert list(boundaries.frame["pcode"]) == list(G.districts["pcode"])
    assert boundaries.problems == ()


@pytest.mark.parametrize("name", ["a.shp", "a.geojson", "a.gpkg", "a.fgb"])
def test_any_vector_format_is_read(frame: gpd.GeoDataFrame, tmp_path: Path, name: str) -> None:
    assert len(read_boundaries(save(frame, tmp_path / name), G).frame) == 148


def test_a_zip_with_all_levels_gives_its_districts(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    provinces = frame.assign(ADM1_PCODE=frame["ADM2_PCODE"].str[:4]).dissolve("ADM1_PCODE").reset_index()
    save(provinces[["ADM1_PCODE", "geometry"]], tmp_path / "adm1.shp")
    save(frame, tmp_path / "adm2.shp")
    with zipfile.ZipFile(tmp_path / "laos.zip", "w") as archive:
        for file in sorted(tmp_path.glob("adm*")):
            archive.write(file, f"boundaries 2019/{file.name}")
    assert len(read_boundaries(tmp_path / "laos.zip", G).frame) == 148
    assert refused(tmp_path / "laos.zip", layer="adm1").code == "boundaries.no_codes"
    assert refused(tmp_path / "laos.zip", layer="adm3").args["layers"] == ("adm1", "adm2")


def test_boundaries_in_metres_are_brought_to_degrees(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    boundaries = read_boundaries(save(frame.to_crs("EPSG:32648"), tmp_path / "utm.gpkg"), G)
    assert boundaries.frame.crs == "EPSG:4326"
    assert boundaries.problems == ()


@pytest.fixture
def named(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The fields of geoBoundaries, which has no P-codes."""
    names = {"shapeName": frame["ADM2_EN"], "shapeISO": "", "shapeID": [f"{row}B7731" for row in range(148)]}
    return gpd.GeoDataFrame(names, geometry=frame.geometry, crs="EPSG:4326")


def test_names_without_codes_are_taken_where_place_and_name_agree(
    named: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    named.loc[[3, 30, 77], "shapeName"] = ["Quite Otherwise", None, "???"]
    boundaries = read_boundaries(save(named.iloc[::-1], tmp_path / "geoBoundaries.geojson"), G)
    (warning,) = boundaries.problems
    assert (warning.code, warning.level) == ("boundaries.codes_by_place", "warning")
    assert warning.args == {"count": 148, "matched": 145}
    centroids = shapely.points(G.districts["lon"], G.districts["lat"])
    assert list(boundaries.frame["pcode"]) == list(G.districts["pcode"])
    assert shapely.contains(boundaries.frame.geometry.to_numpy(), centroids).all()


@needs_shared
def test_official_shapes_with_names_only_get_the_codes_that_they_have(tmp_path: Path) -> None:
    official = gpd.read_file(OFFICIAL)
    names = gpd.GeoDataFrame({"shapeName": official["ADM2_EN"]}, geometry=official.geometry, crs=official.crs)
    boundaries = read_boundaries(save(names, tmp_path / "a.geojson"), G)
    right = official.set_index("ADM2_PCODE").geometry[boundaries.frame["pcode"]]
    assert shapely.equals(right.to_numpy(), boundaries.frame.geometry.to_numpy()).all()


def test_names_that_speak_against_their_place_are_refused(named: gpd.GeoDataFrame, tmp_path: Path) -> None:
    named.loc[[0, 1], "shapeName"] = named.loc[[1, 0], "shapeName"].to_numpy()
    problem = refused(save(named, tmp_path / "a.geojson"))
    assert problem.code == "boundaries.names_only"
    assert problem.args["names"] == ("Sikhottabong (LA0101)", "Chanthabuly (LA0102)")


def test_an_older_set_of_districts_with_names_only_is_refused(
    named: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    older = named.copy()
    older.loc[0, "geometry"] = shapely.union(*named.geometry[[0, 1]])
    problem = refused(save(older.drop(index=1), tmp_path / "a.geojson"))
    assert (problem.code, problem.args["names"]) == ("boundaries.names_only", ("Chanthabuly",))


def test_a_file_without_crs_is_asked_about_and_taken_once_it_is_stated(
    frame: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = save(frame, tmp_path / "a.shp")
    path.with_suffix(".prj").unlink()
    assert refused(path).code == "boundaries.no_crs"
    assert refused(path, crs="metres").code == "boundaries.bad_crs"
    assert len(read_boundaries(path, G, crs="EPSG:4326").frame) == 148
    leads_nowhere(path.with_suffix(".prj"))
    assert refused(path).code == "boundaries.bad_crs"


def test_a_wrongly_stated_crs_is_found_by_the_place(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = save(frame, tmp_path / "a.shp")
    path.with_suffix(".prj").unlink()
    assert refused(path, crs="EPSG:32648").code == "boundaries.outside_laos"


def test_exchanged_axes_are_found(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    frame.geometry = shapely.transform(frame.geometry.to_numpy(), lambda degrees: degrees[:, ::-1])
    assert refused(save(frame, tmp_path / "a.geojson")).code == "boundaries.swapped"


def test_a_broken_shape_is_repaired_and_reported(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    x, y = G.districts.loc[0, ["lon", "lat"]]
    bow_tie = shapely.Polygon(
        [(x - 0.1, y - 0.1), (x + 0.1, y + 0.1), (x + 0.1, y - 0.1), (x - 0.1, y + 0.1)]
    )
    frame.loc[0, "geometry"] = bow_tie
    boundaries = read_boundaries(save(frame, tmp_path / "a.geojson"), G)
    assert codes_of(boundaries) == ["boundaries.repaired"]
    assert boundaries.problems[0].args["codes"] == ("LA0101",)
    assert boundaries.frame.geometry.is_valid.all()


def test_an_empty_shape_is_refused(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    frame.loc[7, "geometry"] = None
    assert refused(save(frame, tmp_path / "a.geojson")).args["codes"] == ("LA0108",)


def test_an_older_set_of_districts_is_refused(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    older = frame[~frame["ADM2_PCODE"].isin(["LA1501", "LA1601", "LA1701", "LA1801", "LA0101", "LA0201"])]
    problem = refused(save(older, tmp_path / "a.geojson"))
    assert (problem.code, problem.args["count"]) == ("boundaries.other_set", 142)


def test_unknown_blank_and_missing_codes_are_refused_by_name(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    unknown = frame.copy()
    unknown.loc[3, "ADM2_PCODE"] = "LA9901"
    problem = refused(save(unknown, tmp_path / "unknown.geojson"))
    assert (problem.code, problem.args["codes"]) == ("boundaries.unknown_codes", ("LA9901",))
    blank = frame.copy()
    blank.loc[3, "ADM2_PCODE"] = None
    assert refused(save(blank, tmp_path / "blank.geojson")).code == "boundaries.blank_codes"
    few = frame[frame["ADM2_PCODE"].between("LA1602", "LA1799")]
    problem = refused(save(few, tmp_path / "few.geojson"))
    assert (problem.code, problem.args["codes"]) == ("boundaries.districts_missing", ("LA1601",))


def test_whole_provinces_alone_are_taken_with_a_warning(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    attapeu = frame[frame["ADM2_PCODE"].str.startswith("LA17")]
    boundaries = read_boundaries(save(attapeu, tmp_path / "a.geojson"), G)
    assert len(boundaries.frame) == 5
    assert codes_of(boundaries) == ["boundaries.part_of_country"]
    assert boundaries.problems[0].level == "warning"


def test_a_district_in_several_rows_is_joined(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    cell = frame.geometry.iloc[0]
    west, south, east, north = cell.bounds
    middle = (west + east) / 2
    halves = frame.iloc[[0, 0]].copy()
    halves.geometry = [
        cell.intersection(shapely.box(west, south, middle, north)),
        cell.intersection(shapely.box(middle, south, east, north)),
    ]
    path = save(gpd.pd.concat([frame.iloc[1:], halves]), tmp_path / "a.geojson")
    boundaries = read_boundaries(path, G)
    assert codes_of(boundaries) == ["boundaries.joined_parts"]
    assert boundaries.frame.geometry.iloc[0].area == pytest.approx(cell.area)


def test_statistics_office_digits_in_the_p_code_field_are_found_out(
    frame: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    exchanged = {"LA1803": "LA1805", "LA1805": "LA1803"}
    frame["ADM2_PCODE"] = frame["ADM2_PCODE"].replace(exchanged)
    problem = refused(save(frame, tmp_path / "a.geojson"))
    assert (problem.code, problem.args["codes"]) == ("boundaries.codes_exchanged", ("LA1803", "LA1805"))


def test_a_shape_far_from_its_district_is_doubted(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    shapes = frame.geometry.to_numpy().copy()
    shapes[[0, 50, 100]] = shapes[[50, 100, 0]]  # three in a ring: no two exchanged
    frame.geometry = shapes
    boundaries = read_boundaries(save(frame, tmp_path / "a.geojson"), G)
    assert codes_of(boundaries) == ["boundaries.shape_elsewhere"]
    assert boundaries.problems[0].args["count"] == 3


def test_files_that_are_no_map_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "nothing.geojson").code == "boundaries.missing"
    (tmp_path / "text.geojson").write_text("hello")
    assert refused(tmp_path / "text.geojson").code == "boundaries.unreadable"
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 cut off")
    assert refused(tmp_path / "broken.zip").code == "boundaries.unreadable"
    point = {
        "type": "Feature",
        "properties": {"a": "b"},
        "geometry": {"type": "Point", "coordinates": [103, 18]},
    }
    collection = {"type": "FeatureCollection", "features": [point]}
    (tmp_path / "points.geojson").write_text(json.dumps(collection))
    assert refused(tmp_path / "points.geojson").code == "boundaries.no_polygons"
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    assert refused(tmp_path / "empty.zip").code == "boundaries.no_polygons"


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.filterwarnings("ignore")  # GDAL warns of what it mends; the answer is what counts here
def test_a_damaged_file_is_read_right_or_refused(
    frame: gpd.GeoDataFrame, tmp_path: Path, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(["a.geojson", "a.gpkg", "a.fgb"]))
    whole = tmp_path / name
    if not whole.exists():
        save(frame, whole)
    content = bytearray(whole.read_bytes())
    start = data.draw(st.integers(0, len(content) - 1))
    match data.draw(st.sampled_from(["cut", "drop", "change"])):
        case "cut":
            del content[start:]
        case "drop":
            del content[start : start + data.draw(st.integers(1, 2000))]
        case _:
            for _ in range(data.draw(st.integers(1, 40))):
                content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    damaged = tmp_path / f"damaged_{name}"
    damaged.write_bytes(content)
    try:
        boundaries = read_boundaries(damaged, G)
    except InputError as error:
        assert str(error)
    else:
        assert set(boundaries.frame["pcode"]) <= set(G.districts["pcode"])
        assert boundaries.frame["pcode"].is_unique
        assert shapely.is_valid(boundaries.frame.geometry.to_numpy()).all()
