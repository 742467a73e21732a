"""Archives and sets of files as agencies ship them: every layer is found, every trap is refused."""

import zipfile
from pathlib import Path

import geopandas as gpd
import pytest

from shockplan.shocks.layer import Severity
from tests.core.test_shocks_reading import BOX, layer_file, read, refused_with

RING = "106,14 107,14 107,15 106,15 106,14"
PARTS = ("shp", "shx", "dbf", "prj")
CLASSES = {"field": "DEPTH", "breaks": {"low": 0.2, "moderate": 0.5, "severe": 1}}


def kml(description: str, head: str = "", data: str = "") -> str:
    ring = f"<outerBoundaryIs><LinearRing><coordinates>{RING}</coordinates></LinearRing></outerBoundaryIs>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
    <Placemark><name>a</name><description><![CDATA[{description}]]></description>{data}<Polygon>{ring}</Polygon>
    </Placemark></Document></kml>"""


def zipped(path: Path, members: dict[str, bytes | str]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def shapefile(folder: Path) -> dict[str, bytes]:
    layer_file(folder, "flood.shp", DEPTH=[0.6, 2.0])
    return {part: (folder / f"flood.{part}").read_bytes() for part in PARTS}


def test_a_shapefile_in_capital_letters_is_whole(tmp_path: Path) -> None:
    for part, content in shapefile(tmp_path).items():
        (tmp_path / f"OLD.{part.upper()}").write_bytes(content)
    assert read(tmp_path, "OLD.SHP", classes=CLASSES).severity.tolist() == [2, 3]


def test_an_archive_in_an_archive_and_a_folder_are_opened(tmp_path: Path) -> None:
    parts = shapefile(tmp_path)
    zipped(tmp_path / "inner.zip", {f"a/flood.{part}": content for part, content in parts.items()})
    zipped(
        tmp_path / "outer.zip", {"maps/inner.zip": (tmp_path / "inner.zip").read_bytes(), "info.json": "{}"}
    )
    assert read(tmp_path, "outer.zip", classes=CLASSES).severity.tolist() == [2, 3]
    package = tmp_path / "package" / "maps"
    package.mkdir(parents=True)
    for part, content in parts.items():
        (package / f"flood.{part}").write_bytes(content)
    assert read(tmp_path, "package", classes=CLASSES).severity.tolist() == [2, 3]


@pytest.mark.parametrize("missing", ["dbf", "shx"])
def test_a_torn_shapefile_is_refused_in_an_archive_as_on_the_disk(tmp_path: Path, missing: str) -> None:
    parts = {f"flood.{part}": content for part, content in shapefile(tmp_path).items() if part != missing}
    zipped(tmp_path / "flood.zip", parts)
    (tmp_path / f"flood.{missing}").unlink()
    for name in ("flood.zip", "flood.shp"):
        error = refused_with("shapefile_torn", tmp_path, name)
        assert error.problems[0].args["missing"] == f"flood.{missing}"


@pytest.mark.parametrize(
    "name", ["../flood.shp", "/etc/flood.shp", "C:\\flood.shp", "a\\..\\..\\flood.shp", "a/../../x"]
)
def test_names_that_climb_out_of_an_archive_are_refused(tmp_path: Path, name: str) -> None:
    zipped(tmp_path / "trap.zip", {name: b"x"})
    refused_with("unsafe_archive", tmp_path, "trap.zip")
    zipped(tmp_path / "outer.zip", {"trap.zip": (tmp_path / "trap.zip").read_bytes()})
    refused_with("unsafe_archive", tmp_path, "outer.zip")


def test_a_locked_archive_is_said_to_be_locked(tmp_path: Path) -> None:
    zipped(tmp_path / "locked.zip", {"flood.geojson": "{}"})
    content = bytearray((tmp_path / "locked.zip").read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the flag in the central directory
    (tmp_path / "locked.zip").write_bytes(content)
    refused_with("archive_locked", tmp_path, "locked.zip")


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE kml [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!doctype kml SYSTEM "http://example.org/a.dtd">',
    ],
)
def test_kml_that_declares_entities_is_refused_plain_and_zipped(tmp_path: Path, head: str) -> None:
    (tmp_path / "trap.kml").write_text(kml("&a;", head))
    zipped(tmp_path / "trap.kmz", {"doc.kml": kml("&a;", head)})
    for name in ("trap.kml", "trap.kmz"):
        refused_with("xml_entities", tmp_path, name)


@pytest.mark.parametrize(
    "description",
    [
        "<table><tr><td>DEPTH</td><td>0.7</td></tr></table>",
        "<table><tr><th>DEPTH</th><td>0.7</td></tr></table>",
        "<table><tr><td>a</td></tr><tr><td><table><tr><td>DEPTH</td><td>0.7</td></tr></table></td></tr></table>",
        "<b>Name</b> = x<br/><b>DEPTH</b> = 0.7<br/>",
        "<B>DEPTH:</B> 0.7<BR>",
        '<ul><li><strong><span class="n">DEPTH</span>:</strong> <span class="v">0.7</span></li></ul>',
    ],
)
def test_attributes_are_read_from_the_html_of_a_kmz(tmp_path: Path, description: str) -> None:
    zipped(tmp_path / "flood.kmz", {"doc.kml": kml(description)})
    assert read(tmp_path, "flood.kmz", classes=CLASSES).severity.tolist() == [Severity.MODERATE]


def test_a_kmz_keeps_the_typed_fields_of_its_kml(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"DEPTH": [0.6, 2.0]}, geometry=[BOX, BOX.buffer(0.1)], crs="EPSG:4326")
    frame.to_file(tmp_path / "flood.kml", driver="KML")
    zipped(tmp_path / "flood.kmz", {"doc.kml": (tmp_path / "flood.kml").read_bytes()})
    assert read(tmp_path, "flood.kmz", classes=CLASSES).severity.tolist() == [2, 3]


def test_a_value_may_mean_not_observed_or_no_new_shock(tmp_path: Path) -> None:
    layer_file(tmp_path, KIND=["cloud", "river"])
    values = {"cloud": "not_observed", "river": "left_out"}
    layer = read(tmp_path, classes={"field": "KIND", "values": values})
    assert layer.severity.tolist() == [Severity.NOT_OBSERVED]
    assert layer.features.left_out == 1
