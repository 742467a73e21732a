"""What is shipped beside the bundle agrees with the program, and nothing that is used is left out of it."""

import configparser
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from shockplan import __version__

HERE = Path(__file__).resolve().parent.parent / "packaging"
WINDOWS = HERE / "windows"


def parts(name: str = "parts") -> ModuleType:
    found = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_installer_and_version_resource_state_the_programs_version() -> None:
    installer = (WINDOWS / "shockplan.iss").read_text(encoding="utf-8")
    assert f'#define Version "{__version__}"' in installer
    resource = (WINDOWS / "version_info.txt").read_text(encoding="utf-8")
    assert resource.count(f'"{__version__}"') == 2
    numbers = tuple(int(part) for part in [*__version__.split("."), "0"])
    assert f"filevers={numbers}, prodvers={numbers}" in resource
    compile(resource, "version_info.txt", "exec")


def test_the_installer_takes_the_folder_of_the_spec_and_names_the_oldest_windows() -> None:
    installer = (WINDOWS / "shockplan.iss").read_text(encoding="utf-8")
    assert r"dist\shockplan\*" in installer
    from ui.__main__ import OLDEST_WINDOWS_BUILD

    assert f"MinVersion=10.0.{OLDEST_WINDOWS_BUILD}" in installer
    assert '""{app}\\{#Program}"" open ""%1""' in installer
    for name in re.findall(r"=\.\.\\([\w.]+)", installer):
        assert (HERE / name).exists(), name


def test_the_desktop_file_opens_plans_by_their_type() -> None:
    desktop = configparser.ConfigParser(interpolation=None)
    desktop.optionxform = str  # type: ignore[assignment, method-assign]
    desktop.read(HERE / "linux" / "shockplan.desktop", encoding="utf-8")
    entry = desktop["Desktop Entry"]
    assert entry["Exec"] == "shockplan open %f" and entry["Name[lo]"]
    kinds = ElementTree.parse(HERE / "linux" / "shockplan.xml").getroot()
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    kind = kinds.find(f"{space}mime-type")
    assert kind is not None and f"{kind.get('type')};" == entry["MimeType"].strip(";") + ";"
    glob = kind.find(f"{space}glob")
    assert glob is not None and glob.get("pattern") == "*.shockplan"
    assert (HERE / f"{entry['Icon']}.svg").exists()


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("data/demo/PLAN.toml", True),
        ("babel/locale-data/lo.dat", True),
        ("babel/locale-data/fr.dat", False),
        ("pyogrio/proj_data/proj.db", True),
        ("rasterio/proj_data/proj.db", False),
        ("rasterio/gdal_data/gcs.csv", True),
        ("pyarrow/libarrow.so.2600", True),
        ("pyarrow/libarrow_s3.so.2600", False),
        ("PySide6\\plugins\\platforms\\qwindows.dll", True),
        ("PySide6\\plugins\\platforms\\qoffscreen.dll", True),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqlinuxfb.so", False),
        ("PySide6/Qt/plugins/imageformats/libqsvg.so", True),
        ("pandas/_libs/lib.pyx", False),
        ("pyarrow/libarrow_python.so.2600", True),
        ("pyarrow/libarrow_python.so", False),
        ("PySide6/QtOpenGL.abi3.so", False),
        ("PySide6/Qt/lib/libQt6OpenGL.so.6", True),
        ("PySide6/Qt/lib/libQt6Network.so.6", False),
        ("PySide6/Qt/plugins/printsupport/libcupsprintersupport.so", True),
    ],
)
def test_only_what_nothing_uses_is_left_out(name: str, needed: bool) -> None:
    assert parts().is_needed(name) is needed


def test_patched_libraries_are_never_stripped() -> None:
    may = parts().may_be_stripped
    assert not may("numpy.libs/libscipy_openblas64_-32a4b2a6.so")
    assert not may("PySide6/Qt/lib/libQt6Core.so.6")
    assert may("libpython3.11.so.1.0") and may("pyarrow/libarrow.so.2600")


def test_libraries_of_the_machine_go_with_the_last_part_that_needs_them() -> None:
    entries = [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "/q/libqxcb.so", "BINARY"),
        ("libxcb.so.1", "/m/libxcb.so.1", "BINARY"),
        ("libXau.so.6", "/m/libXau.so.6", "BINARY"),
        ("libgtk-3.so.0", "/m/libgtk-3.so.0", "BINARY"),
        ("libarrow.so.1", "pyarrow/libarrow.so.1", "SYMLINK"),
        ("pyarrow/libarrow.so.1", "/w/libarrow.so.1", "BINARY"),
        ("libgone.so.1", "gone/libgone.so.1", "SYMLINK"),
    ]
    needs = {"/q/libqxcb.so": [("libxcb.so.1", None)], "/m/libxcb.so.1": [("libXau.so.6", None)]}
    printing = "PySide6/Qt/plugins/printsupport/libcupsprintersupport.so"
    entries += [(printing, "/q/cups.so", "BINARY"), ("libcups.so.2", "/m/libcups.so.2", "BINARY")]
    needs["/q/cups.so"] = [("libcups.so.2", None)]
    kept = parts().without_orphans(entries, lambda path: needs.get(path, ()), ())
    names = [entry[0] for entry in kept]
    assert "libgtk-3.so.0" not in names and "libgone.so.1" not in names
    assert {"libxcb.so.1", "libXau.so.6", "libarrow.so.1"} <= set(names)
    assert printing in names and "libcups.so.2" not in names


def install(home: Path, argument: str) -> "subprocess.CompletedProcess[str]":
    surroundings = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    script = str(HERE / "linux" / "install.sh")
    return subprocess.run(
        ["sh", script, argument], env=surroundings, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the script is for Linux")
def test_the_installer_for_linux_installs_again_over_itself_and_removes_all_that_it_put(
    tmp_path: Path,
) -> None:
    home = tmp_path / "ບ້ານ & 100% home"
    bundle = tmp_path / "read only"
    bundle.mkdir()
    program = bundle / "shockplan"
    program.write_text("#!/bin/sh\necho started $1\n", encoding="utf-8")
    program.chmod(0o555)
    bundle.chmod(0o555)
    share = home / ".local/share"
    plan = home / "my.shockplan"
    home.mkdir()
    plan.write_text("a plan", encoding="utf-8")
    try:
        for source in (bundle, bundle, share / "shockplan"):
            done = install(home, str(source))
            assert done.returncode == 0, done.stderr
            command = home / ".local/bin/shockplan"
            assert subprocess.check_output([command, "it"], text=True) == "started it\n"
            assert os.access(share / "shockplan", os.W_OK)
    finally:
        bundle.chmod(0o755)
    entry = (share / "applications/shockplan.desktop").read_text(encoding="utf-8")
    there = str(share / "shockplan/shockplan").replace("%", "%%")
    assert f'\nExec="{there}" open %f\n' in entry
    assert (share / "icons/hicolor/scalable/apps/shockplan.svg").exists()
    if shutil.which("update-mime-database"):
        assert "*.shockplan" in (share / "mime/globs").read_text(encoding="utf-8")

    refused = install(home, str(tmp_path / "nowhere"))
    assert refused.returncode == 1 and (share / "shockplan/shockplan").exists()

    removed = install(home, "--remove")
    assert removed.returncode == 0, removed.stderr
    left = [path for path in home.rglob("*") if "shockplan" in path.name]
    assert left == [plan]
    if shutil.which("update-mime-database"):
        assert "*.shockplan" not in (share / "mime/globs").read_text(encoding="utf-8")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux alone loads libraries by such names")
def test_a_library_is_taken_from_the_bundle_only_where_the_machine_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = parts("missing_libraries")
    loaded = Path("/proc/self/maps").read_text(encoding="utf-8").split()
    some = next(word for word in loaded if word.endswith(".so") and "_ctypes" in word)
    for name in ("libc.so.6", "libnowhere.so.9"):
        shutil.copy(some, tmp_path / name)
    monkeypatch.setattr(room, "FALLBACK", ("libc.so.6", "libnowhere.so.9", "libnot_even_here.so.1"))
    assert room.load(tmp_path) == ["libnowhere.so.9"]
