"""What of the libraries goes into the bundle. No function of the program is left out for size.

Weighed and kept: two copies of GDAL (pyogrio's for vectors, rasterio's for rasters, 140 MB together). One
copy would need either a raster reader of our own over pyogrio's library, or rasterio's modules run on a GDAL
that they were not built for; a wrong cell of a flood raster costs more than a download of 60 MB.
"""

import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

Entry = tuple[str, str, str]
"""Name in the bundle, file, kind."""

UNUSED_QT = (
    "Qt6Qml", "Qt6Quick", "Qt6Designer", "Qt6Pdf", "Qt6VirtualKeyboard", "Qt6WebSockets", "Qt6Test",
    "Qt6Sql", "Qt6Help", "Qt6UiTools", "qtvirtualkeyboard", "plugins/sqldrivers", "plugins/qmltooling",
    "PySide6/Qt/qml", "PySide6/Qt/translations", "PySide6/qml", "PySide6/translations",
    "plugins/networkinformation", "plugins/tls", "plugins/egldeviceintegrations", "plugins/generic",
    "plugins/platformthemes/libqgtk3", "platforms/libqeglfs", "platforms/libqlinuxfb",
    "platforms/libqminimalegl", "platforms/libqvkkhrdisplay", "platforms/libqvnc", "platforms/qdirect2d",
    "imageformats/libqicns", "imageformats/libqtga", "imageformats/libqtiff", "imageformats/libqwbmp",
    "imageformats/libqwebp", "imageformats/libqgif",
    "imageformats/qicns", "imageformats/qtga", "imageformats/qtiff", "imageformats/qwbmp",
    "imageformats/qwebp", "imageformats/qgif", "opengl32sw",
    "Qt6EglFS", "Qt6EGLFS", "Qt6Network", "PySide6/QtOpenGL", "Qt6OpenGLWidgets",
)  # fmt: skip
"""Drawing on bare screens, remote screens, web, shop windows, by graphics card: a desktop window needs none
of it. (ui/__init__.py says why nothing misses QtOpenGL.)"""

UNUSED_ARROW = (
    "arrow_flight", "_flight", "arrow_s3", "_s3fs", "_gcsfs", "_azurefs", "_hdfs", "_cuda", "_cpp_tests",
    "pyarrow/include", "pyarrow/tests", "pyarrow/src", "pyarrow/includes", "_substrait.c",
    "pyarrow/libarrow_python.so.2600.", "pyarrow/libarrow_python_parquet_encryption.so.2600.",
)  # fmt: skip
"""Stores in the network, headers, tests. (Files opened by path need none of them.)"""

TWICE = ("pyarrow/libarrow_python.so", "pyarrow/libarrow_python_parquet_encryption.so")
"""Links of the wheel that became copies; whoever links to them asks for the name with a number."""

PRINTERS = "printsupport/libcups"
"""What lets Qt print: a machine with a printer has what it links to, some 20 libraries, and on another Qt
does without. So none of them is put into the bundle for it."""

UNUSED_ELSEWHERE = (
    "pandas/tests", "numpy/tests", "numpy/_core/tests", "numpy/_core/include", "numpy/_core/lib",
    "PIL/_avif", "libavif", "PIL/_webp", "libwebpdemux", "libwebpmux",
    "rasterio/_example", "rasterio/proj_data", "pyproj/proj_dir", "shapely/tests", "pyogrio/tests",
    "fontTools/subset/__main__", "reportlab/fonts/DarkGarden",
)  # fmt: skip
"""PROJ's data stand three times in the wheels; the newest, pyogrio's, serves all (packaging/one_proj.py)."""

SOURCES = (".pyx", ".pxd", ".pxi", ".h", ".hpp", ".c", ".cpp", ".pyi", ".lib", ".a")
LOCALES = ("en", "lo", "root")
LIBRARIES_OF_THE_MACHINE = (
    "libc.so", "libm.so", "libdl.so", "libpthread.so", "librt.so", "ld-linux", "linux-vdso",
)  # fmt: skip
PATCHED = (".libs/", "PySide6/", "shiboken6/")
"""Libraries below *.libs were rewritten after linking: stripped, they no longer load."""


def library_of_the_machine(name: str) -> str | None:
    """Where the building machine has a library, None where it has none."""
    known = subprocess.run(["ldconfig", "-p"], check=False, capture_output=True, text=True).stdout
    lines = (line.split() for line in known.splitlines())
    found = (words[-1] for words in lines if words and words[0] == name and "x86-64" in " ".join(words))
    return next((str(Path(path).resolve()) for path in found), None)


def is_needed(name: str) -> bool:
    """Whether a file of the bundle is used by anything the program does."""
    name = name.replace("\\", "/")
    if "babel/locale-data/" in name:
        return PurePosixPath(name).stem.split("_")[0] in LOCALES
    if name.endswith(SOURCES) and not name.startswith("data/"):
        return False
    if name in TWICE:
        return False
    return not any(part in name for part in (*UNUSED_QT, *UNUSED_ARROW, *UNUSED_ELSEWHERE))


def may_be_stripped(name: str) -> bool:
    """Whether the debugging symbols of a library may go without harm."""
    return (".so" in PurePosixPath(name).name) and not any(part in name for part in PATCHED)


def without_orphans(
    entries: Iterable[Entry],
    imports_of: Callable[[str], Iterable[tuple[str, str | None]]],
    always: tuple[str, ...],
) -> list[Entry]:
    """The entries without libraries of the building machine that nothing in the bundle links to any more.

    A library of the machine lies at the top of the bundle; those of wheels lie in their folders and stay.
    Those that only PRINTERS links to go.
    """
    entries = list(entries)
    loose = {name: entry for name, *entry in entries if is_loose(name)}
    wanted: set[str] = set()
    waiting = [
        path
        for name, path, kind in entries
        if not is_loose(name) and kind != "SYMLINK" and PRINTERS not in name
    ]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for needed, _ in imports_of(path):
            base = PurePosixPath(needed).name
            if base in loose and base not in wanted:
                wanted.add(base)
                waiting.append(loose[base][0])
    kept = [
        entry
        for entry in entries
        if not is_loose(entry[0])
        or entry[0] in wanted
        or entry[2] == "SYMLINK"
        or entry[0].startswith(always)
    ]
    names = {entry[0] for entry in kept}
    targets = {name for name in names if "/" in name}
    return [entry for entry in kept if entry[2] != "SYMLINK" or leads_somewhere(entry, targets, names)]


def is_loose(name: str) -> bool:
    """Whether an entry is a library of the building machine: at the top, and not Python's own."""
    return "/" not in name and ".so" in name and not name.startswith(("libpython", "_cffi"))


def leads_somewhere(entry: Entry, targets: set[str], names: set[str]) -> bool:
    """Whether a link of the bundle still has the file that it points to."""
    return entry[1] in targets or entry[1] in names
