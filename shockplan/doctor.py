"""What an installation stands on, for whoever helps from afar: versions, fonts, map data, disk, memory."""

import ctypes
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from shockplan import __version__
from shockplan.event_log import log_folder

LEAST_DISK = 1_000_000_000
LEAST_MEMORY = 3_500_000_000
LIBRARIES = (
    "numpy", "pandas", "pyarrow", "geopandas", "shapely", "pyproj", "pyogrio", "rasterio", "reportlab",
    "uharfbuzz", "fontTools", "rapidfuzz", "python_calamine", "xlsxwriter", "cryptography", "pyqtgraph",
)  # fmt: skip
DRIVERS = ("ESRI Shapefile", "GPKG", "GeoJSON", "KML")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what was seen, whether it is well, and the code of the sentence that mends it."""

    topic: str
    seen: str
    ok: bool = True
    mend: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def examine() -> tuple[Finding, ...]:
    """Look at everything; one thing that fails never hides the next."""
    return (*program(), *libraries(), *map_data(), *fonts(), *disk(), *memory(), *log())


def program() -> Iterator[Finding]:
    frozen = "the bundle" if getattr(sys, "frozen", False) else "Python's environment"
    yield Finding("program", f"ShockPlan {__version__} in {frozen}, Python {platform.python_version()}")
    yield Finding("system", f"{platform.system()} {platform.release()}, {platform.machine()}")


def libraries() -> Iterator[Finding]:
    """The version of each library; a missing one is named."""
    found, missing = [], []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {getattr(import_module(name), '__version__', '?')}")
        except ImportError as error:
            missing.append(f"{name} ({error})")
    yield Finding("libraries", ", ".join(found))
    if missing:
        yield Finding("libraries missing", ", ".join(missing), False, "doctor.install_again")


def map_data() -> Iterator[Finding]:
    """GDAL and PROJ: their versions, their data, a transformation, and the drivers."""
    import pyogrio
    import pyproj
    import rasterio
    from pyproj.exceptions import ProjError

    yield Finding("GDAL", f"vectors {pyogrio.__gdal_version_string__}, rasters {rasterio.__gdal_version__}")
    try:
        east = pyproj.Transformer.from_crs(4326, 32648, always_xy=True).transform(105.0, 18.0)[0]
        well = abs(east - 500_000) < 0.01
        seen = f"PROJ {pyproj.proj_version_str}; 105 E lies at {east:.1f} m in UTM 48N"
    except ProjError as error:
        well, seen = False, f"PROJ {pyproj.proj_version_str}: {error}"
    yield Finding("PROJ data", seen, well, "" if well else "doctor.install_again")
    lacking = [name for name in DRIVERS if name not in pyogrio.list_drivers()]
    yield Finding("map formats", ", ".join(DRIVERS) if not lacking else f"missing: {', '.join(lacking)}",
                  not lacking, "doctor.install_again" if lacking else "")  # fmt: skip


def fonts() -> Iterator[Finding]:
    """The Lao font that every paper needs."""
    from shockplan.outputs.fonts import register_fonts
    from shockplan.outputs.lao_text import text_width

    try:
        register_fonts()
        width = text_width("ນ້ຳ", 12)
    except (OSError, KeyError, ValueError) as error:
        yield Finding("Lao font", str(error), False, "doctor.install_again")
        return
    yield Finding("Lao font", f"there, and shapes ({width:.1f} points for one word)")


def disk() -> Iterator[Finding]:
    """Room where temporary files and where the person's own files go."""
    for topic, folder in (("disk for temporary files", Path(tempfile.gettempdir())), ("disk", Path.home())):
        try:
            free = shutil.disk_usage(folder).free
        except OSError as error:
            yield Finding(topic, error.strerror or "cannot be read", False, "doctor.disk")
            continue
        well = free >= LEAST_DISK
        yield Finding(topic, f"{free / 1e9:.1f} GB free", well, "" if well else "doctor.disk")


def memory() -> Iterator[Finding]:
    """The memory of the machine."""
    total = machine_memory()
    if total is None:
        yield Finding("memory", "not told by this system")
        return
    well = total >= LEAST_MEMORY
    yield Finding("memory", f"{total / 1e9:.1f} GB", well, "" if well else "doctor.memory")


def machine_memory() -> int | None:
    """Bytes of memory, None where the system does not say."""
    if sys.platform == "win32":
        status = (ctypes.c_uint64 * 8)()
        ctypes.cast(status, ctypes.POINTER(ctypes.c_uint32))[0] = ctypes.sizeof(status)
        if not ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
            return None
        return int(status[1])
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None


def log() -> Iterator[Finding]:
    """Where the log lies; it holds no personal data."""
    folder = log_folder()
    yield Finding("log", "switched off" if folder is None else str(folder / "shockplan.log"))
