"""Who may call whom inside the window."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

UI = Path(__file__).resolve().parents[2] / "ui"
PLAIN = {
    "shockplan",  # the version
    "shockplan.texts",
    "shockplan.problems",
    "shockplan.progress",
    "shockplan.outputs.fonts",  # the bundled font is a resource
}
DRAWN = {
    "maps.arrangement",
    "maps.cells",
    "maps.layout",
    "maps.placing",
    "maps.projection",
    "maps.scene",
    "maps.shapes",
}
SESSION = "ui.session"


def modules() -> list[Path]:
    return [path for path in sorted(UI.rglob("*.py")) if path.name != "__main__.py"]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def inside_session(path: Path) -> bool:
    return path.is_relative_to(UI / "session")


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(UI).as_posix())
def test_only_the_session_and_its_jobs_call_the_core(path: Path) -> None:
    if inside_session(path):
        return
    core = {name for name in imports(path) if name.split(".")[0] in ("shockplan", "maps")}
    assert core <= PLAIN | DRAWN


@pytest.mark.parametrize("path", sorted((UI / "pages").glob("*.py")), ids=lambda path: path.stem)
def test_a_page_knows_no_other_page_and_no_job(path: Path) -> None:
    others = {
        name
        for name in imports(path)
        if name.startswith("ui.pages.") and name not in ("ui.pages.page", f"ui.pages.{path.stem}")
    }
    assert others == set()
    assert "ui.jobs" not in set(imports(path))


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(UI).as_posix())
def test_dialogs_open_and_never_exec(path: Path) -> None:
    calls = [
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    assert "exec_" not in calls
    allowed = 1 if path.name == "window.py" else 0  # the program's own loop
    assert calls.count("exec") == allowed


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(UI).as_posix())
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 400


def test_the_session_does_not_know_the_widgets() -> None:
    known = {name for path in (UI / "session").glob("*.py") for name in imports(path)}
    assert not {name for name in known if name.startswith("PySide6.QtWidgets")}
    assert not {name for name in known if name.startswith(("ui.pages", "ui.window", "ui.map_"))}
