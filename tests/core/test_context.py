"""Rivers, roads and places of the map: read, named, cut to the country, part of the plan's inputs."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from shockplan.context import read_context
from shockplan.demo import write_demo
from shockplan.fingerprint import fingerprint
from shockplan.inputs import plan_files, read_inputs
from shockplan.planfile import ContextSpec
from shockplan.planfile_names import with_file_names
from shockplan.planfile_reading import read_plan_file
from shockplan.problems import InputError

ROAD = shapely.LineString([(106.7, 15.0), (106.9, 14.8)])
FAR = shapely.LineString([(2.3, 48.8), (2.4, 48.9)])
POND = shapely.box(106.6, 14.6, 106.7, 14.7)


def written(folder: Path, shapes: list[shapely.Geometry], **columns: list[str]) -> Path:
    path = folder / "around.geojson"
    gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326").to_file(path)
    return path


def spec(kind: str) -> ContextSpec:
    return ContextSpec.model_validate({"file": "around.geojson", "kind": kind, "title": "Around"})


def test_lines_near_laos_are_kept_with_their_names_and_the_others_are_counted(tmp_path: Path) -> None:
    written(tmp_path, [ROAD, FAR], name=["Road 18B", "Quai"], name_lo=["ທາງ 18B", ""])
    layer, problems = read_context(tmp_path, spec("road"))
    assert [shape.equals(ROAD) for shape in layer.shapes] == [True]
    assert layer.names_en == ("Road 18B",)
    assert layer.names_lo == ("ທາງ 18B",)
    assert layer.title_lo == "Around"
    assert [(problem.code, problem.args["count"]) for problem in problems] == [("context.left_out", 1)]


def test_a_river_may_be_a_line_or_an_area_and_a_road_only_a_line(tmp_path: Path) -> None:
    written(tmp_path, [ROAD, POND], name=["Sekong", "Pond"])
    layer, problems = read_context(tmp_path, spec("river"))
    assert len(layer.shapes) == 2
    assert not problems
    assert len(read_context(tmp_path, spec("road"))[0].shapes) == 1


@pytest.mark.parametrize(
    ("shapes", "kind", "code"),
    [
        ([FAR], "road", "context.outside"),
        ([POND], "road", "context.no_road"),
        ([ROAD], "area", "context.no_area"),
    ],
)
def test_a_file_without_what_is_wanted_is_refused(
    tmp_path: Path, shapes: list[shapely.Geometry], kind: str, code: str
) -> None:
    written(tmp_path, shapes)
    with pytest.raises(InputError) as caught:
        read_context(tmp_path, spec(kind))
    assert [problem.code for problem in caught.value.problems] == [code]


def test_context_is_an_input_of_the_plan_and_its_name_is_not(tmp_path: Path) -> None:
    inputs = read_inputs(write_demo(tmp_path, households=200))
    assert [(layer.kind, len(layer.shapes)) for layer in inputs.context] == [("river", 3), ("road", 3)]
    assert ("context[2].file", "roads_made_up.geojson") in list(plan_files(inputs.spec))
    renamed = with_file_names(inputs.spec, lambda key, name: f"elsewhere/{name}")
    assert renamed.context[0].file == "elsewhere/rivers_made_up.geojson"
    assert fingerprint(renamed, inputs.sources) == fingerprint(inputs.spec, inputs.sources)


def test_a_context_file_that_is_missing_is_named(tmp_path: Path) -> None:
    path = write_demo(tmp_path, households=200)
    (tmp_path / "rivers_made_up.geojson").unlink()
    with pytest.raises(InputError) as caught:
        read_inputs(path)
    assert [problem.column for problem in caught.value.problems] == ["context[1].file"]
    assert read_plan_file(path).context[0].kind == "river"
