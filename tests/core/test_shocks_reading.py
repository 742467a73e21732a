"""Hazard layers as agencies publish them: what is read, mended, refused and listed adds up."""

import json
import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.affinity import translate

from shockplan.areas import load_gazetteer
from shockplan.planfile import HazardSpec
from shockplan.problems import InputError
from shockplan.shocks.layer import HazardLayer, Severity
from shockplan.shocks.reading import read_layer
from shockplan.shocks.vector import tables_of
from tests.core.made_up import leads_nowhere
from tests.shared_data import SHARED, needs_shared

BOX = shapely.box(106, 14, 106.5, 14.5)
BOWTIE = shapely.Polygon([(106, 14), (106.5, 14.5), (106.5, 14), (106, 14.5)])


def layer_file(
    folder: Path, name: str = "flood.gpkg", crs: str | None = "EPSG:4326", **columns: list
) -> Path:
    shapes = columns.pop("geometry", [BOX, shapely.box(107, 14, 107.5, 14.5)])
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a file without CRS is what the test is about
        frame.to_file(folder / name)
    return folder / name


def read(folder: Path, name: str = "flood.gpkg", **keys: object) -> HazardLayer:
    spec = HazardSpec.model_validate({"kind": "hazard", "id": "flood", "name": "Flood", "file": name, **keys})
    layer = read_layer(folder, spec, load_gazetteer())
    assert isinstance(layer, HazardLayer)
    counts = layer.features
    assert counts.read == counts.used + counts.repaired + counts.refused + counts.left_out
    assert shapely.is_valid(layer.parts).all()
    assert (shapely.get_type_id(layer.parts) == shapely.GeometryType.POLYGON).all()
    assert len(layer.parts) == len(layer.severity)
    return layer


def refused_with(code: str, folder: Path, name: str = "flood.gpkg", **keys: object) -> InputError:
    with pytest.raises(InputError) as caught:
        read(folder, name, **keys)
    assert [problem.code for problem in caught.value.problems] == [f"shocks.{code}"]
    assert str(caught.value)  # the sentence can be made
    return caught.value


def codes_of(layer: HazardLayer) -> dict[str, tuple[int, ...]]:
    return {problem.code: problem.rows for problem in layer.problems}


@pytest.mark.parametrize("name", ["flood.gpkg", "flood.geojson", "flood.shp", "flood.fgb"])
def test_every_vector_format_gives_the_same_layer(tmp_path: Path, name: str) -> None:
    layer_file(tmp_path, name, depth=[0.2, 2.0])
    layer = read(tmp_path, name, classes={"field": "depth", "breaks": {"low": "0.1", "severe": "1.5"}})
    assert sorted(layer.severity.tolist()) == [Severity.LOW, Severity.SEVERE]  # FlatGeobuf has its own order
    assert layer.features.used == 2 and layer.problems == ()


def test_a_zipped_shapefile_is_read_from_the_zip(tmp_path: Path) -> None:
    layer_file(tmp_path, "flood.shp", depth=[1.0, 2.0])
    with zipfile.ZipFile(tmp_path / "flood.zip", "w") as archive:
        for part in tmp_path.glob("flood.*"):
            if part.suffix != ".zip":
                archive.write(part, f"folder/{part.name}")
    assert read(tmp_path, "flood.zip").features.used == 2


def test_a_class_holds_its_lower_limit_and_not_its_upper(tmp_path: Path) -> None:
    shapes = [shapely.box(106 + i / 10, 14, 106.05 + i / 10, 14.5) for i in range(5)]
    layer_file(tmp_path, depth=[0.0999, 0.1, 0.4999, 0.5, 99.0], geometry=shapes)
    breaks = {"low": "0.1", "moderate": "0.5", "severe": "1.5"}
    layer = read(tmp_path, classes={"field": "depth", "breaks": breaks})
    assert layer.severity.tolist() == [0, 1, 1, 2, 3]


def test_a_feature_without_a_class_is_listed_and_its_ground_is_not_observed(tmp_path: Path) -> None:
    shapes = [shapely.box(106 + i / 10, 14, 106.05 + i / 10, 14.5) for i in range(3)]
    layer_file(tmp_path, kind=["High", None, "Odd"], geometry=shapes)
    layer = read(tmp_path, classes={"field": "kind", "values": {"High": "severe"}})
    assert layer.severity.tolist() == [Severity.SEVERE, Severity.NOT_OBSERVED, Severity.NOT_OBSERVED]
    assert codes_of(layer) == {"shocks.class_blank": (2,), "shocks.class_not_listed": (3,)}
    assert layer.features.refused == 2


def test_where_leaves_the_other_features_out_and_counts_them(tmp_path: Path) -> None:
    layer_file(tmp_path, number=[4658, 4659], letter=["a", "b"])
    assert read(tmp_path, where={"field": "number", "equals": 4658}).features.left_out == 1
    assert read(tmp_path, where={"field": "letter", "one_of": ["b", "c"]}).features.left_out == 1


def test_where_that_matches_nothing_is_refused_and_shows_the_values(tmp_path: Path) -> None:
    layer_file(tmp_path, number=[4658, 4659])
    error = refused_with("where_matches_nothing", tmp_path, where={"field": "number", "equals": 1})
    assert error.problems[0].args["seen"] == ("4658", "4659")


def test_a_shape_that_crosses_itself_is_repaired_and_counted(tmp_path: Path) -> None:
    layer_file(tmp_path, geometry=[BOWTIE, BOX])
    layer = read(tmp_path)
    assert layer.features.repaired == 1 and layer.features.used == 1
    assert codes_of(layer) == {"shocks.repaired": (1,)}
    assert shapely.area(layer.parts).sum() == pytest.approx(0.125 + 0.25)


def test_one_broken_part_does_not_change_its_neighbours(tmp_path: Path) -> None:
    layer_file(tmp_path, geometry=[shapely.MultiPolygon([BOX, translate(BOWTIE, 1)])])
    layer = read(tmp_path)
    assert any(shapely.equals_exact(part, BOX, normalize=True) for part in layer.parts)
    assert len(layer.parts) == 3


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e308"])
def test_a_shape_with_a_corner_that_is_nowhere_is_refused_and_listed(tmp_path: Path, number: str) -> None:
    layer_file(tmp_path, "flood.geojson", geometry=[BOX.difference(BOX.centroid.buffer(0.1)), BOX])
    document = json.loads((tmp_path / "flood.geojson").read_text())
    document["features"][0]["geometry"]["coordinates"][1][3][1] = float(number)
    (tmp_path / "flood.geojson").write_text(json.dumps(document))
    layer = read(tmp_path, "flood.geojson")
    assert layer.features.refused == 1 and layer.features.used == 1
    assert codes_of(layer) == {"shocks.refused": (1,)}


def test_empty_blank_and_flat_shapes_are_refused_and_listed(tmp_path: Path) -> None:
    flat = shapely.Polygon([(106, 14), (106.5, 14.5), (106, 14)])
    layer_file(tmp_path, geometry=[BOX, None, shapely.Polygon(), flat])
    layer = read(tmp_path)
    assert layer.features.refused == 3
    assert codes_of(layer) == {"shocks.refused": (2, 3, 4)}


def test_lines_beside_areas_are_left_out_and_listed(tmp_path: Path) -> None:
    mixed = shapely.GeometryCollection([BOX, shapely.LineString([(106, 14), (107, 15)])])
    layer_file(tmp_path, "flood.geojson", geometry=[mixed, BOX])
    assert codes_of(read(tmp_path, "flood.geojson")) == {"shocks.part_lost": (1,)}


def test_heights_are_dropped_and_the_ground_stays(tmp_path: Path) -> None:
    layer_file(tmp_path, geometry=[shapely.force_3d(BOX, 120.0)])
    part = read(tmp_path).parts[0]
    assert not part.has_z and part.equals(BOX)


def test_a_layer_without_crs_is_asked_for_it_and_takes_the_plans(tmp_path: Path) -> None:
    metres = gpd.GeoSeries([BOX], crs="EPSG:4326").to_crs("EPSG:32648")
    layer_file(tmp_path, "flood.shp", crs=None, geometry=list(metres))
    refused_with("no_crs", tmp_path, "flood.shp")
    layer = read(tmp_path, "flood.shp", crs="EPSG:32648")
    assert layer.parts[0].hausdorff_distance(BOX) < 1e-8
    refused_with("bad_crs", tmp_path, "flood.shp", crs="EPSG:99999999")


def test_a_system_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    layer_file(tmp_path, "flood.shp", geometry=[BOX])
    leads_nowhere(tmp_path / "flood.prj")
    refused_with("bad_crs", tmp_path, "flood.shp")


def test_the_files_own_crs_is_never_overridden(tmp_path: Path) -> None:
    layer_file(tmp_path)
    layer = read(tmp_path, crs="EPSG:32648")
    assert codes_of(layer) == {"shocks.crs_not_needed": ()}
    assert layer.parts[0].equals(BOX)


def test_geojson_without_a_crs_is_in_degrees_by_its_standard(tmp_path: Path) -> None:
    shape = json.loads(shapely.to_geojson(BOX))
    text = json.dumps(
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": shape}]}
    )
    (tmp_path / "flood.geojson").write_text(text)
    assert read(tmp_path, "flood.geojson").parts[0].equals(BOX)


def test_exchanged_axes_metres_called_degrees_and_other_countries_are_told_apart(tmp_path: Path) -> None:
    turned = shapely.transform(BOX, lambda xy: xy[:, ::-1])
    layer_file(tmp_path, "turned.gpkg", geometry=[turned])
    refused_with("swapped", tmp_path, "turned.gpkg")
    metres = gpd.GeoSeries([BOX], crs="EPSG:4326").to_crs("EPSG:32648")
    layer_file(tmp_path, "metres.gpkg", geometry=list(metres))
    refused_with("metres_as_degrees", tmp_path, "metres.gpkg")
    layer_file(tmp_path, "away.gpkg", geometry=[shapely.box(10, 50, 11, 51)])
    refused_with("outside_laos", tmp_path, "away.gpkg")


def test_features_beyond_the_border_stay_and_are_noted(tmp_path: Path) -> None:
    layer_file(tmp_path, geometry=[BOX, shapely.box(120, 14, 121, 15)])
    layer = read(tmp_path)
    assert layer.features.used == 2
    assert codes_of(layer) == {"shocks.feature_outside": (2,)}


def test_the_observed_ground_is_read_the_same_way(tmp_path: Path) -> None:
    layer_file(tmp_path)
    layer_file(tmp_path, "seen.gpkg", geometry=[shapely.box(105, 13, 107, 15), shapely.box(107, 13, 108, 15)])
    observed = read(tmp_path, observed="seen.gpkg").observed
    assert observed is not None and observed.equals(shapely.box(105, 13, 108, 15))


def test_files_that_cannot_be_used_are_refused_with_a_sentence(tmp_path: Path) -> None:
    refused_with("missing", tmp_path, "nothing.gpkg")
    (tmp_path / "text.geojson").write_text("no map")
    refused_with("unreadable", tmp_path, "text.geojson")
    (tmp_path / "not.zip").write_bytes(b"PK\x03\x04 torn")
    refused_with("unreadable", tmp_path, "not.zip")
    gpd.GeoDataFrame(geometry=gpd.points_from_xy([106], [14]), crs="EPSG:4326").to_file(
        tmp_path / "points.gpkg"
    )
    refused_with("no_polygons", tmp_path, "points.gpkg")
    (tmp_path / "empty.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    refused_with("no_features", tmp_path, "empty.geojson")
    layer_file(tmp_path, depth=[1.0, 2.0])
    refused_with("no_layer", tmp_path, layer="other")
    refused_with("no_field", tmp_path, classes={"field": "hight", "breaks": {"low": 1}})
    refused_with("no_field", tmp_path, where={"field": "hight", "equals": 1})
    mixed = {"low": 2, "moderate": 3, "severe": 1}
    refused_with("breaks_not_rising", tmp_path, classes={"field": "depth", "breaks": mixed})
    refused_with("no_standard", tmp_path, classes={"field": "depth", "standard": "depth_of_soup"})
    refused_with("classes_without_field", tmp_path, classes={"breaks": {"low": 2}})


def test_a_file_of_several_layers_needs_the_name_of_one(tmp_path: Path) -> None:
    layer_file(tmp_path)
    gpd.GeoDataFrame(geometry=[BOX], crs="EPSG:4326").to_file(tmp_path / "flood.gpkg", layer="second")
    refused_with("several_layers", tmp_path)
    assert read(tmp_path, layer="second").features.read == 1


def test_a_shape_drawn_round_the_world_is_left_out_and_listed(tmp_path: Path) -> None:
    layer_file(tmp_path, geometry=[shapely.box(-179, 14, 179, 15), BOX])
    layer = read(tmp_path)
    assert codes_of(layer) == {"shocks.antimeridian": (1,), "shocks.refused": (1,)}
    assert layer.features.refused == 1 and len(layer.parts) == 1


def test_a_shape_that_stands_twice_is_noted(tmp_path: Path) -> None:
    layer_file(tmp_path, geometry=[BOX, shapely.box(107, 14, 107.5, 14.5), BOX])
    assert codes_of(read(tmp_path)) == {"shocks.repeated": (3,)}


@pytest.mark.parametrize("zipped", [False, True])
def test_a_file_geodatabase_is_read_as_a_folder_and_from_a_zip(tmp_path: Path, zipped: bool) -> None:
    frame = gpd.GeoDataFrame({"depth": [1.0, 2.0]}, geometry=[BOX, BOX.buffer(0.1)], crs="EPSG:4326")
    frame.to_file(tmp_path / "flood.gdb", driver="OpenFileGDB", layer="flood")
    if zipped:
        with zipfile.ZipFile(tmp_path / "gdb.zip", "w") as archive:
            for part in (tmp_path / "flood.gdb").iterdir():
                archive.write(part, f"package/flood.gdb/{part.name}")
    assert read(tmp_path, "gdb.zip" if zipped else "flood.gdb").features.used == 2


def test_curves_become_straight_pieces(tmp_path: Path) -> None:
    arc = "<gml:ArcString><gml:posList>106 14 106.5 14.5 107 14</gml:posList></gml:ArcString>"
    back = "<gml:LineStringSegment><gml:posList>107 14 106 14</gml:posList></gml:LineStringSegment>"
    ring = f"<gml:Curve gml:id='c'><gml:segments>{arc}{back}</gml:segments></gml:Curve>"
    ring = f"<gml:exterior><gml:Ring><gml:curveMember>{ring}</gml:curveMember></gml:Ring></gml:exterior>"
    shape = f"<gml:Polygon srsName='urn:ogc:def:crs:OGC:1.3:CRS84' gml:id='g'>{ring}</gml:Polygon>"
    feature = f"<ogr:flood gml:id='f.0'><ogr:geom>{shape}</ogr:geom></ogr:flood>"
    spaces = "xmlns:ogr='http://ogr.maptools.org/' xmlns:gml='http://www.opengis.net/gml/3.2'"
    (tmp_path / "curve.gml").write_text(
        f"<?xml version='1.0'?><ogr:FeatureCollection {spaces} gml:id='a'><gml:featureMember>{feature}"
        "</gml:featureMember></ogr:FeatureCollection>"
    )
    half_disc = read(tmp_path, "curve.gml").parts[0]
    assert half_disc.area == pytest.approx(np.pi * 0.5**2 / 2, rel=0.01)


LAO = "ເມືອງສາມັກຄີໄຊ ແຂວງອັດຕະປື"


@pytest.mark.parametrize("states_encoding", [True, False])
def test_lao_attributes_are_read_with_and_without_the_cpg_file(tmp_path: Path, states_encoding: bool) -> None:
    layer_file(tmp_path, "flood.shp", kind=[LAO, "ນໍ້າຖ້ວມ"])
    if not states_encoding:
        (tmp_path / "flood.cpg").unlink()
    layer = read(tmp_path, "flood.shp", classes={"field": "kind", "values": {LAO: "low", "ນໍ້າຖ້ວມ": "severe"}})
    assert layer.severity.tolist() == [Severity.LOW, Severity.SEVERE]


@pytest.mark.parametrize("states_encoding", [True, False])
def test_a_lao_text_cut_in_the_middle_of_a_letter_stops_nothing(
    tmp_path: Path, states_encoding: bool
) -> None:
    layer_file(tmp_path, "flood.shp", kind=[LAO, "ນໍ້າຖ້ວມ"])
    table = (tmp_path / "flood.dbf").read_bytes()
    (tmp_path / "flood.dbf").write_bytes(table.replace(LAO.encode(), LAO.encode()[:-1] + b" "))
    if not states_encoding:
        (tmp_path / "flood.cpg").unlink()
    layer = read(
        tmp_path, "flood.shp", classes={"field": "kind", "values": {LAO[:-1]: "low", "ນໍ້າຖ້ວມ": "severe"}}
    )
    assert layer.severity.tolist() == [Severity.LOW, Severity.SEVERE]
    assert codes_of(layer) == {"shocks.text_cut": ()}


def test_a_shapefile_in_an_older_code_page_is_read_as_such(tmp_path: Path) -> None:
    shapes = gpd.GeoDataFrame({"kind": ["inondé", "sec"]}, geometry=[BOX, BOX.buffer(0.1)], crs="EPSG:4326")
    shapes.to_file(tmp_path / "flood.shp", encoding="ISO-8859-1")
    (tmp_path / "flood.cpg").unlink()
    layer = read(
        tmp_path, "flood.shp", classes={"field": "kind", "values": {"inondé": "severe", "sec": "none"}}
    )
    assert layer.severity.tolist() == [Severity.SEVERE, Severity.NONE]


def test_a_newer_pass_is_laid_over_the_older(tmp_path: Path) -> None:
    layer_file(tmp_path, "old.gpkg", geometry=[BOX])
    layer_file(tmp_path, "new.gpkg", geometry=[shapely.box(107, 14, 107.5, 14.5)])
    both = read(tmp_path, "new.gpkg", earlier="old.gpkg", passes="cumulative")
    assert len(both.parts) == 2 and both.earlier is not None
    assert both.earlier.source.name == "old.gpkg" and both.source.name == "new.gpkg"
    assert len(read(tmp_path, "new.gpkg", earlier="old.gpkg").parts) == 1
    refused_with("missing", tmp_path, "new.gpkg", earlier="nothing.gpkg")


@needs_shared
def test_one_event_of_the_flood_archive_is_chosen_by_attribute() -> None:
    layer = read(
        SHARED / "hazards", "dfo_floods_laos_1985_2019.geojson", where={"field": "ID", "equals": 4658}
    )
    assert layer.features.read == 107 and layer.features.left_out == 106
    assert (layer.severity == Severity.SEVERE).all()


@needs_shared
def test_a_published_extent_with_self_crossings_is_repaired_part_by_part() -> None:
    from shockplan.shocks.geometry import split_and_repair

    frame = gpd.read_file(SHARED / "hazards" / "unosat_pakistan_2022_flood_shp.zip")
    found = split_and_repair(frame.geometry.to_numpy())
    assert found.repaired.tolist() == [True] and found.refused.tolist() == [False]
    assert len(found.shapes) >= 6660
    assert shapely.is_valid(found.shapes).all()
    before = np.abs(shapely.area(frame.geometry.to_numpy()[0]))
    assert shapely.area(found.shapes).sum() == pytest.approx(before, rel=0.01)


def test_a_layer_whose_name_is_no_text_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "named.geojson"
    point = b'{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [106, 15]}}'
    path.write_bytes(b'{"type": "FeatureCollection", "name": "made_\xe1up", "features": [' + point + b"]}")
    with pytest.raises(InputError) as caught:
        tables_of(path)
    assert caught.value.problems[0].code.startswith("shocks.")


def test_an_unknown_product_without_classes_is_said_to_be_taken_as_severe(tmp_path: Path) -> None:
    layer_file(tmp_path, ZONE=["a", "b"])
    layer = read(tmp_path)
    assert (layer.severity == Severity.SEVERE).all()
    assert [dict(problem.args) for problem in layer.problems] == [{"fields": ("ZONE",)}]
    assert read(tmp_path, classes={"all": "severe"}).problems == ()


def test_a_shape_that_begins_at_another_corner_or_runs_the_other_way_stands_twice_all_the_same(
    tmp_path: Path,
) -> None:
    turned = shapely.Polygon(np.roll(shapely.get_coordinates(BOX)[:-1], 1, axis=0))
    other = shapely.Polygon([(106, 14), (106.5, 14), (106.5, 14.5), (106.2, 14.1), (106, 14.5)])
    layer_file(tmp_path, geometry=[BOX, shapely.reverse(BOX), turned, other])
    assert codes_of(read(tmp_path)) == {"shocks.repeated": (2, 3)}
