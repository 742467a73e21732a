"""A file is looked at before it is used: the person sees what was understood."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from shockplan.shocks.look import look_at
from shockplan.shocks.vector import read_features, tables_of
from tests.core.test_shocks_products import UNOSAT, squares, write
from tests.core.test_shocks_raster import write as write_raster


def test_a_package_shows_its_tables_hazards_first_with_their_meaning(tmp_path: Path) -> None:
    path = tmp_path / "package.gpkg"
    words = ["Flood Water", "Permanent Water"]
    frame = gpd.GeoDataFrame({"Water_Class": words, **UNOSAT}, geometry=squares(2), crs="EPSG:4326")
    gpd.GeoDataFrame(geometry=[shapely.box(105, 13, 108, 16)], crs="EPSG:4326").to_file(
        path, layer="AnalysisExtent"
    )
    frame.to_file(path, layer="FloodExtent")
    flood, extent = look_at(path)
    assert (flood.layer, flood.role, flood.features) == ("FloodExtent", "hazard", 2)
    assert (extent.layer, extent.role) == ("AnalysisExtent", "observed")
    assert flood.class_field == "Water_Class" and flood.product.startswith("UNOSAT")
    assert flood.meaning == {"Flood Water": "severe", "Permanent Water": "left_out"}


def test_an_unknown_product_shows_its_fields_their_values_and_ranges(tmp_path: Path) -> None:
    write(tmp_path / "depth.gpkg", squares(3), depth=[0.5, 2.0, None], kind=["a", "b", "a"])
    (look,) = look_at(tmp_path / "depth.gpkg")
    assert look.product == "" and look.has_crs
    fields = {field.name: field for field in look.fields}
    assert (fields["depth"].lowest, fields["depth"].highest, fields["depth"].different) == (0.5, 2.0, 2)
    assert fields["kind"].values == (("a", 2), ("b", 1)) and fields["kind"].lowest is None
    assert (fields["depth"].blank, fields["kind"].blank) == (1, 0)


def test_a_raster_shows_the_range_of_its_cells_and_a_table_its_column_of_places(tmp_path: Path) -> None:
    write_raster(tmp_path / "depth.tif", np.array([[0.0, 1.5], [np.nan, 3.0]], dtype=np.float32))
    (raster,) = look_at(tmp_path / "depth.tif")
    assert raster.kind == "raster" and raster.features == 4
    assert (raster.fields[0].lowest, raster.fields[0].highest, raster.fields[0].blank) == (0.0, 3.0, 1)
    (tmp_path / "jobs.csv").write_text(
        "no,place,lost\n#meta,#adm2+pcode,#indicator\n1,LA1703,12\n2,LA1701,3\n"
    )
    (table,) = look_at(tmp_path / "jobs.csv")
    assert (table.kind, table.code, table.features) == ("area", "place", 2)
    assert [field.tag for field in table.fields] == ["#meta", "#adm2+pcode", "#indicator"]


def test_a_list_among_the_attributes_of_a_shape_is_read_as_text(tmp_path: Path) -> None:
    """As GeoJSON of web services has it: shown, chosen by, and classed by like any other text."""
    square = shapely.box(106.0, 14.0, 107.0, 15.0)
    features = [
        {
            "type": "Feature",
            "properties": {"sev": "high", "tags": tags, "sizes": sizes},
            "geometry": json.loads(shapely.to_geojson(square)),
        }
        for tags, sizes in ((["river", "road"], [1, 2.5]), ([], None))
    ]
    path = tmp_path / "flood.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    (look,) = look_at(path)
    values = {field.name: field.values for field in look.fields}
    assert values["tags"] == (("river, road", 1),)
    assert values["sizes"] == (("1.0, 2.5", 1),)
    frame = read_features(path, tables_of(path)[0], None)
    assert frame["tags"].tolist() == ["river, road", ""]
