"""QGIS on the same points and polygons: its extract-by-location, where `qgis_process` is installed."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
from numpy.typing import NDArray

MOST_SECONDS = 1800


def extract_by_location(
    lon: NDArray[np.float64], lat: NDArray[np.float64], parts: NDArray[np.object_]
) -> tuple[float, NDArray[np.int64]] | None:
    """Seconds and the rows of the points that meet a polygon; None where QGIS is not installed.

    The time is that of QGIS's own process, as a person at its window would wait: its start, reading
    the FlatGeobuf files (they carry a spatial index) and writing the answer are in it.
    """
    # Debian's wrapper hands over options of the window, which the program itself does not know
    program = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        points, polygons, out = (Path(folder) / f"{name}.fgb" for name in ("points", "polygons", "out"))
        frame = gpd.GeoDataFrame(
            {"row": np.arange(len(lon))}, geometry=gpd.points_from_xy(lon, lat), crs=4326
        )
        pyogrio.write_dataframe(frame, points, driver="FlatGeobuf")
        pyogrio.write_dataframe(gpd.GeoDataFrame(geometry=parts, crs=4326), polygons, driver="FlatGeobuf")
        home = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": folder, "XDG_RUNTIME_DIR": folder}
        # the environment of this program's own Python must not reach QGIS's
        home = {name: value for name, value in home.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
        command = [
            program, "run", "native:extractbylocation", f"--INPUT={points}", "--PREDICATE=0",
            f"--INTERSECT={polygons}", f"--OUTPUT={out}",
        ]  # fmt: skip
        start = time.perf_counter()
        done = subprocess.run(command, env=home, capture_output=True, text=True, timeout=MOST_SECONDS)
        seconds = time.perf_counter() - start
        if done.returncode or not out.is_file():
            raise RuntimeError(f"qgis_process ended with {done.returncode}: {done.stderr[-500:]}")
        found = pyogrio.read_dataframe(out, read_geometry=False)["row"].to_numpy(np.int64)
    return seconds, np.sort(found)
