"""One file per plan: what goes in comes out, byte for byte, and the plan is the same plan."""

import shutil
from collections.abc import Callable
from pathlib import Path

import apsw
import geopandas
import pytest

from shockplan.demo import write_demo
from shockplan.document import Document, read_document
from shockplan.fingerprint import fingerprint_of
from shockplan.inputs import read_inputs
from shockplan.problems import InputError
from shockplan.workspace import export_plan, save_plan, sealing, workspace_inputs
from shockplan.workspace import store as stores
from shockplan.workspace.plans import save_document, states_inside


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("demo"), households=600)


@pytest.fixture
def quick_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "KIB", 64)


def code(work: Callable[[], object]) -> str:
    with pytest.raises(InputError) as caught:
        work()
    assert str(caught.value)
    return caught.value.problems[0].code


def test_a_plan_out_of_a_workspace_has_the_same_fingerprint_and_inputs(demo: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.shockplan"
    save_plan(demo, path)
    before = read_inputs(demo)
    assert fingerprint_of(workspace_inputs(path)) == fingerprint_of(before)
    exported = export_plan(path, tmp_path / "out")
    after = read_inputs(exported)
    assert fingerprint_of(after) == fingerprint_of(before)
    assert after.registry.households.equals(before.registry.households)
    originals = {file.name: file.read_bytes() for file in demo.parent.iterdir() if file != demo}
    copies = {file.name: file.read_bytes() for file in (tmp_path / "out" / "inputs").iterdir()}
    assert copies == originals


def test_another_state_is_named_as_the_file_names_it_unless_it_reads_what_is_not_inside(
    demo: Path, tmp_path: Path
) -> None:
    document = read_document(demo)
    named = {"file": "elsewhere/roads.geojson"}
    tables = document.spec.model_dump(exclude_unset=True)
    other = Document(type(document.spec).model_validate({**tables, "boundaries": named}), document.contents)
    same, gone = states_inside(document, (), (document, other))
    assert gone is None
    inside = save_document(document, demo.parent, tmp_path / "plan.shockplan")
    assert same == inside
    (kept,) = states_inside(document, (("with boundaries", other),), (other,))
    assert kept is not None
    assert kept.spec.boundaries is not None
    assert kept.spec.boundaries.file == "inputs/roads.geojson"


def test_a_shapefile_keeps_its_companions(demo: Path, tmp_path: Path) -> None:
    own = shutil.copytree(demo.parent, tmp_path / "inputs") / demo.name
    shape = own.parent / "flood.shp"
    geopandas.read_file(own.parent / "flood_made_up.geojson")[["depth_m", "geometry"]].to_file(shape)
    text = own.read_text(encoding="utf-8").replace("flood_made_up.geojson", "flood.shp")
    own.write_text(text, encoding="utf-8")
    path = tmp_path / "plan.shockplan"
    save_plan(own, path)
    exported = export_plan(path, tmp_path / "out")
    assert (exported.parent / "inputs" / "flood.prj").is_file()
    assert fingerprint_of(read_inputs(exported)) == fingerprint_of(read_inputs(own))


def test_two_files_of_one_name_are_told_apart(demo: Path, tmp_path: Path) -> None:
    own = shutil.copytree(demo.parent, tmp_path / "inputs") / demo.name
    (own.parent / "old").mkdir()
    shutil.copy(own.parent / "covid_impact_made_up.csv", own.parent / "old" / "flood_made_up.geojson")
    text = own.read_text(encoding="utf-8")
    text = text.replace('"covid_impact_made_up.csv"', '"old/flood_made_up.geojson"', 1)
    own.write_text(text, encoding="utf-8")
    path = tmp_path / "plan.shockplan"
    save_plan(own, path)
    exported = export_plan(path, tmp_path / "out")
    names = {file.relative_to(exported.parent).as_posix() for file in exported.parent.rglob("*.geojson")}
    assert {"inputs/flood_made_up.geojson", "inputs/2/flood_made_up.geojson"} <= names


def test_with_a_passphrase_no_byte_of_the_plan_is_readable(
    demo: Path, tmp_path: Path, quick_key: None
) -> None:
    path = tmp_path / "plan.shockplan"
    save_plan(demo, path, "ນ້ຳ and a long phrase")
    content = path.read_bytes()
    assert not content.startswith(b"SQLite")
    assert b"PLAN" not in content
    assert b"registry" not in content
    assert fingerprint_of(workspace_inputs(path, "ນ້ຳ and a long phrase")) == fingerprint_of(read_inputs(demo))
    assert code(lambda: workspace_inputs(path, "another")) == "workspace.wrong_passphrase"
    assert code(lambda: workspace_inputs(path)) == "workspace.passphrase_needed"


def test_nothing_is_overwritten(demo: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.shockplan"
    path.write_bytes(b"precious")
    assert code(lambda: save_plan(demo, path)) == "workspace.exists"
    assert path.read_bytes() == b"precious"
    path.unlink()
    save_plan(demo, path)
    export_plan(path, tmp_path / "out")
    assert code(lambda: export_plan(path, tmp_path / "out")) == "workspace.in_the_way"


def test_a_missing_input_leaves_no_workspace_behind(demo: Path, tmp_path: Path) -> None:
    own = shutil.copytree(demo.parent, tmp_path / "inputs") / demo.name
    (own.parent / "villages_made_up.csv").unlink()
    place = tmp_path / "place"
    assert code(lambda: save_plan(own, place / "plan.shockplan")) == "plan.input_missing"
    assert not place.exists()


def test_a_fault_midway_leaves_no_workspace_behind(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: stores.Store, path: Path) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stores.Store, "put_file", full)
    assert code(lambda: save_plan(demo, tmp_path / "plan.shockplan")) == "workspace.cannot_write"
    assert list(tmp_path.iterdir()) == []


def spoiled(demo: Path, tmp_path: Path, sql: str) -> Path:
    path = tmp_path / "plan.shockplan"
    save_plan(demo, path)
    connection = apsw.Connection(str(path))
    connection.execute(sql)
    connection.close()
    return path


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE chunk SET packed = x'00'",
        "UPDATE chunk SET packed = zeroblob(100000)",
        "UPDATE content SET size = size - 1",
        "UPDATE content SET size = -1",
        "UPDATE content SET coding = 'other'",
        "UPDATE content SET coding = 'plain'",
        "PRAGMA foreign_keys = 0; DELETE FROM content",
        "PRAGMA foreign_keys = 0; DELETE FROM chunk",
        "DELETE FROM file_part",
        "UPDATE file_part SET part = '../../../../outside' WHERE name = 'inputs/registry_made_up.csv'",
        "UPDATE document SET contents = '[]'",
        'UPDATE document SET contents = \'{"removals": "00"}\'',
    ],
)
def test_a_damaged_or_hostile_workspace_is_refused_and_writes_nothing_outside(
    demo: Path, tmp_path: Path, sql: str
) -> None:
    path = spoiled(demo, tmp_path, sql)
    folder = tmp_path / "deep" / "out"
    assert code(lambda: export_plan(path, folder)) == "workspace.damaged"
    assert not list(tmp_path.rglob("outside"))
    assert not folder.exists() or not list(folder.iterdir())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "workspace.passphrase_needed"),
        (b"not a database at all, only words", "workspace.passphrase_needed"),
    ],
)
def test_another_file_called_shockplan_is_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "plan.shockplan"
    path.write_bytes(content)
    assert code(lambda: workspace_inputs(path)) == expected


def test_a_database_of_another_program_and_a_newer_file_are_refused(demo: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.shockplan"
    connection = apsw.Connection(str(other))
    connection.execute("CREATE TABLE a (b)")
    connection.close()
    assert code(lambda: workspace_inputs(other)) == "workspace.not_ours"
    newer = spoiled(demo, tmp_path, "PRAGMA user_version = 99")
    assert code(lambda: workspace_inputs(newer)) == "workspace.newer"


def test_a_workspace_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    assert code(lambda: workspace_inputs(tmp_path / "none.shockplan")) == "workspace.cannot_read"
