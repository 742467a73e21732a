"""Products of agencies are known by their fields; the person sees what was understood and may overrule it."""

import json
import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from shockplan.shocks.layer import HazardLayer, Severity
from shockplan.shocks.products import recognise, role_of
from shockplan.shocks.severity import BLANK, LEFT_OUT, NOT_LISTED
from tests.core.test_shocks_reading import BOX, codes_of, read, refused_with
from tests.shared_data import SHARED, needs_shared

UNOSAT = {"Sensor_Dat": "2024-09-15", "Confidence": "Medium", "EventCode": "FL20240910LAO"}
HOLD = shapely.box(105, 13, 108, 16)


def squares(count: int) -> list[shapely.Polygon]:
    return [shapely.box(106 + i / 10, 14, 106.05 + i / 10, 14.5) for i in range(count)]


def write(path: Path, shapes: list, **columns: object) -> None:
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # long field names are cut in a shapefile: what agencies ship
        frame.to_file(path)


def notes(layer: HazardLayer, code: str) -> list[dict]:
    return [dict(problem.args) for problem in layer.problems if problem.code == code]


def test_unosat_water_is_flood_and_permanent_and_earlier_water_is_left_out(tmp_path: Path) -> None:
    classes = ["Flood Water", "Permanent Water", "Pre-flood Water", "Satellite Detected Water"]
    write(tmp_path / "flood.shp", squares(4), Water_Clas=classes, **UNOSAT)
    layer = read(tmp_path, "flood.shp")
    assert layer.severity.tolist() == [Severity.SEVERE, Severity.SEVERE]
    assert layer.features.left_out == 2
    note = notes(layer, "shocks.recognised")[0]
    assert note["count"] == 2 and "Permanent Water = left out" in note["meaning"]


def test_a_plans_own_classes_overrule_the_product(tmp_path: Path) -> None:
    write(tmp_path / "flood.shp", squares(2), Water_Clas=["Flood Water", "Permanent Water"], **UNOSAT)
    layer = read(tmp_path, "flood.shp", classes={"all": "low"})
    assert layer.severity.tolist() == [Severity.LOW, Severity.LOW]
    assert not notes(layer, "shocks.recognised")


def test_a_unosat_package_says_what_was_observed_and_what_lay_under_cloud(tmp_path: Path) -> None:
    folder = tmp_path / "package"
    folder.mkdir()
    write(folder / "S1_20240915_FloodExtent_LAO.shp", [BOX], Water_Clas=["Flood Water"], **UNOSAT)
    write(folder / "S1_20240915_AnalysisExtent_LAO.shp", [HOLD], Notes=["analysed"])
    write(folder / "S1_20240915_CloudObstruction_LAO.shp", [shapely.box(107, 14, 108, 15)], Notes=["cloud"])
    with zipfile.ZipFile(tmp_path / "flood.zip", "w") as archive:
        for part in folder.iterdir():
            archive.write(part, part.name)
    layer = read_package(tmp_path, "flood.zip")
    assert layer.observed is not None and layer.observed.equals(HOLD)
    assert sorted(layer.severity.tolist()) == [Severity.NOT_OBSERVED, Severity.SEVERE]
    assert {"shocks.observed_found", "shocks.hidden_found", "shocks.recognised"} <= set(codes_of(layer))


def read_package(folder: Path, name: str) -> HazardLayer:
    layer = read(folder, name)
    assert layer.features.read == 1 and layer.features.used == 1
    return layer


def test_copernicus_events_are_analysed_where_the_image_meets_the_area_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "EMSR.gpkg"
    events = {"event_type": "5-Flood", "obj_desc": "Riverine flood", "det_method": "Semi-automatic"}
    frame = gpd.GeoDataFrame(
        {"notation": ["Flooded area", "Flood trace"], **{key: [value] * 2 for key, value in events.items()}},
        geometry=squares(2), crs="EPSG:4326",
    )  # fmt: skip
    frame.to_file(path, layer="EMSR1_AOI01_DEL_observedEventA_v1")
    for name, shape in (
        ("imageFootprintA", shapely.box(105, 13, 107, 16)),
        ("areaOfInterestA", shapely.box(106, 13, 108, 16)),
        ("hydrographyA", BOX),
    ):
        gpd.GeoDataFrame(geometry=[shape], crs="EPSG:4326").to_file(path, layer=f"EMSR1_{name}_v1")
    layer = read(tmp_path, "EMSR.gpkg")
    assert layer.severity.tolist() == [Severity.SEVERE, Severity.MODERATE]
    assert layer.observed is not None and layer.observed.equals(shapely.box(106, 13, 107, 16))


def test_gdacs_takes_the_wind_and_the_flooded_ground_and_never_the_cone(tmp_path: Path) -> None:
    names = ["Poly_Green", "Poly_Orange", "Poly_Red", "Poly_Cones", "Poly_Global", "Poly_Affected"]
    write(tmp_path / "gdacs.geojson", squares(6), Class=names, eventtype="TC", alertlevel="Red")
    layer = read(tmp_path, "gdacs.geojson")
    assert layer.severity.tolist() == [Severity.LOW, Severity.MODERATE, Severity.SEVERE, Severity.SEVERE]
    assert layer.features.left_out == 2


def test_gdacs_points_and_lines_beside_the_ground_are_left_out(tmp_path: Path) -> None:
    shapes = [BOX, shapely.Point(106, 14), shapely.LineString([(106, 14), (107, 15)])]
    write(tmp_path / "gdacs.geojson", shapes, Class=["Poly_Red", "Point_Centroid", "Line_Line_0"], eventid=7)
    layer = read(tmp_path, "gdacs.geojson")
    assert layer.features.left_out == 2 and layer.features.refused == 0


@pytest.mark.parametrize("spelling", [["YES", "yes", "NO"], ["1", "1", "0"], ["true", "True", "false"]])
def test_a_yes_or_no_field_is_understood_in_any_spelling(tmp_path: Path, spelling: list[str]) -> None:
    write(tmp_path / "flood.gpkg", squares(3), FLOODPRONE=spelling)
    assert read(tmp_path).severity.tolist() == [Severity.SEVERE, Severity.SEVERE, Severity.NONE]


def test_attributes_in_the_html_of_a_kml_are_read(tmp_path: Path) -> None:
    ring = " ".join(f"{x},{y},0" for x, y in shapely.get_coordinates(BOX))
    cells = (("Water_Class", "Flood Water"), ("Confidence", "High"))
    table = "<table>" + "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in cells) + "</table>"
    kml = f"""<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>
    <name>a</name><description><![CDATA[{table}]]></description>
    <Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon>
    </Placemark></Document></kml>"""
    (tmp_path / "flood.kml").write_text(kml)
    with zipfile.ZipFile(tmp_path / "flood.kmz", "w") as archive:
        archive.writestr("doc.kml", kml)
    for name in ("flood.kml", "flood.kmz"):
        layer = read(tmp_path, name)
        assert layer.severity.tolist() == [Severity.SEVERE]
        assert layer.parts[0].equals(BOX)
        assert notes(layer, "shocks.recognised")


def test_a_kml_that_asks_for_a_file_of_the_machine_gets_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    kml = f"""<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY trap SYSTEM "file://{tmp_path}/secret.txt">]>
    <kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>&trap;</name>
    <Polygon><outerBoundaryIs><LinearRing><coordinates>106,14 107,14 107,15 106,14</coordinates></LinearRing>
    </outerBoundaryIs></Polygon></Placemark></Document></kml>"""
    (tmp_path / "trap.kml").write_text(kml)
    from shockplan.problems import InputError
    from shockplan.shocks.vector import choose_tables, read_features

    try:
        frame = read_features(tmp_path / "trap.kml", choose_tables(tmp_path / "trap.kml", None)[0], None)
    except InputError as error:
        assert "secret" not in str(error).replace("secret.txt", "")
    else:
        assert not frame.astype("str").apply(lambda column: column.str.contains("secret")).any().any()


def test_archives_that_climb_out_or_hold_no_map_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "trap.zip", "w") as archive:
        archive.writestr("../../escape.geojson", "{}")
    refused_with("unsafe_archive", tmp_path, "trap.zip")
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("photo.jpg", "no map")
    refused_with("nothing_in_archive", tmp_path, "photos.zip")


def test_a_shapefile_without_its_table_or_with_a_torn_part_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "flood.shp", squares(2), depth=[1.0, 2.0])
    (tmp_path / "flood.dbf").rename(tmp_path / "away.dbf")
    refused_with("shapefile_torn", tmp_path, "flood.shp")
    (tmp_path / "away.dbf").rename(tmp_path / "flood.dbf")
    whole = (tmp_path / "flood.shp").read_bytes()
    (tmp_path / "flood.shp").write_bytes(whole[:60])
    refused_with("unreadable", tmp_path, "flood.shp")


def test_millions_of_corners_are_not_needed_to_show_that_tiny_features_work(tmp_path: Path) -> None:
    shapes = [shapely.box(106 + i * 1e-4, 14, 106 + i * 1e-4 + 1e-7, 14 + 1e-7) for i in range(20_000)]
    write(tmp_path / "flood.gpkg", shapes)
    assert read(tmp_path).features.used == 20_000


def test_values_are_answered_by_the_first_rule_that_fits() -> None:
    frame = pd.DataFrame({"Water_Class": ["Permanent water", "flooded", "", "???"], "Confidence": "Low"})
    known = recognise(frame)
    assert known is not None
    assert known.answers.tolist() == [LEFT_OUT, Severity.SEVERE, BLANK, NOT_LISTED]
    assert recognise(pd.DataFrame({"depth": [1.0]})) is None
    assert recognise(pd.DataFrame({"affected": ["many", "few"]})) is None


@pytest.mark.parametrize(
    ("layer", "role"),
    [
        ("ST1_20220830_AnalysisExtent_PAK", "observed"),
        ("VIIRS_20220825_20220831_FloodExtent_PAK", "hazard"),
        ("EMSR629_AOI02_DEL_PRODUCT_areaOfInterestA_r1_v1", "interest"),
        ("EMSR629_AOI02_DEL_PRODUCT_imageFootprintA_r1_v1", "observed"),
        ("EMSR629_AOI02_DEL_PRODUCT_observedEventA_r1_v1", "hazard"),
        ("S2_20240916_CloudObstruction_LAO", "hidden"),
        ("EMSR629_AOI02_DEL_PRODUCT_hydrographyL_r1_v1", "other"),
    ],
)
def test_the_layers_of_a_package_are_told_apart_by_name(layer: str, role: str) -> None:
    assert role_of(layer) == role


@needs_shared
def test_the_published_unosat_file_is_recognised_and_inasafes_flags_too() -> None:
    frame = gpd.read_file(SHARED / "hazards" / "unosat_pakistan_2022_flood_shp.zip", ignore_geometry=True)
    known = recognise(frame)
    assert known is not None and known.answers.tolist() == [Severity.SEVERE]
    flood = gpd.read_file(SHARED / "inasafe" / "flood_multipart_polygons.shp", ignore_geometry=True)
    known = recognise(flood)
    assert known is not None and known.field == "FLOODPRONE"
    assert set(known.meaning.values()) == {Severity.SEVERE, Severity.NONE}
    assert json.dumps(known.meaning)
