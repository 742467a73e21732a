"""The shape of the house (DESIGN: imports go one way; only session and jobs call the core)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

# What a page or widget may take from the core: values and texts, not work.
PLAIN = {
    "shockplan",  # the version
    "shockplan.texts",
    "shockplan.problems",
    "shockplan.progress",
    "shockplan.planfile",
    "shockplan.areas",
    "shockplan.bundled",
    "shockplan.outputs.fonts",  # the font files, for the screen too
}
DOORS = {"jobs.py", "__main__.py", "selftest.py"}  # and the session, a package


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


@pytest.mark.parametrize("room", ["shockplan", "maps"])
def test_the_core_and_the_maps_import_no_qt(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        assert not any(name.split(".")[0] in ("PySide6", "pyqtgraph") for name in imports(path)), path


def test_pages_and_widgets_see_plain_values_of_the_core_only() -> None:
    for path in (ROOT / "ui").rglob("*.py"):
        if path.name in DOORS or path.parent.name == "session" or path.name == "session.py":
            continue
        core = {name for name in imports(path) if name.split(".")[0] == "shockplan"}
        assert core <= PLAIN, f"{path.name}: {sorted(core - PLAIN)}"


def test_only_the_pdf_painter_knows_reportlab_in_the_maps() -> None:
    for path in (ROOT / "maps").rglob("*.py"):
        if path.name != "pdf_painter.py":
            assert not any(name.startswith("reportlab") for name in imports(path)), path.name


def test_no_room_is_a_dumping_ground() -> None:
    for room in ("shockplan", "maps", "ui"):
        names = {path.stem for path in (ROOT / room).rglob("*.py")}
        assert not names & {"utils", "util", "helpers", "helper", "manager", "misc", "common"}


def test_data_holds_no_code() -> None:
    assert not list((ROOT / "data").rglob("*.py"))


NETWORK = {"socket", "ssl", "urllib", "http", "ftplib", "smtplib", "requests", "httpx", "QtNetwork"}


def test_nothing_of_ours_can_reach_a_network() -> None:
    """The program is offline by construction: no module of it imports what opens a connection."""
    for room in ("shockplan", "maps", "ui"):
        for path in (ROOT / room).rglob("*.py"):
            parts = {part for name in imports(path) for part in name.split(".")}
            assert not parts & NETWORK, f"{path.name}: {sorted(parts & NETWORK)}"


def test_our_data_is_never_unpickled_or_evaluated() -> None:
    for room in ("shockplan", "maps", "ui"):
        for path in (ROOT / room).rglob("*.py"):
            assert not {"pickle", "marshal", "shelve"} & set(imports(path)), path.name
            called = {
                node.func.id
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            }
            assert not {"eval", "exec"} & called, path.name
