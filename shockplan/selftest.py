"""The program tests itself, also inside the frozen bundle: can this installation do the whole job?"""

import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shockplan.outputs.drawing import MapDrawer

Result = tuple[str, bool, str]
"""Step, whether it held, and what was seen."""


def run_selftest(draw_map: MapDrawer, test_window: Callable[[], str]) -> tuple[Result, ...]:
    """Every step is tried, whatever the others did."""
    with tempfile.TemporaryDirectory(prefix="shockplan-selftest-") as name:
        folder = Path(name)
        steps: tuple[tuple[str, Callable[[], str]], ...] = (
            ("projection data", see_projection),
            ("shapefile", lambda: see_shapefile(folder)),
            ("raster", lambda: see_raster(folder)),
            ("solver", see_solver),
            ("encrypted workspace", lambda: see_encrypted(folder)),
            ("Lao text", lambda: see_lao_text(folder)),
            ("demo plan, PDF and XLSX", lambda: see_demo(folder, draw_map)),
            ("window", test_window),
        )
        return tuple(tried(step, see) for step, see in steps)


def tried(step: str, see: Callable[[], str]) -> Result:
    try:
        return step, True, see()
    except Exception:  # noqa: BLE001 - a step that fails in any way is what the test is for
        return step, False, traceback.format_exc(limit=-3).strip().replace("\n", " | ")


def see_projection() -> str:
    """Vientiane to UTM 48N and back; the expected easting is from the UTM formula, 500 km at 105 E."""
    from pyproj import Transformer

    east, north = Transformer.from_crs(4326, 32648, always_xy=True).transform(105.0, 18.0)
    if abs(east - 500_000) > 0.01:
        raise ValueError(f"the central meridian lies at {east} m")
    return f"105 E 18 N = {east:.0f} E {north:.0f} N in UTM 48N"


def see_shapefile(folder: Path) -> str:
    import geopandas
    from shapely import Point

    path = folder / "point.shp"
    geopandas.GeoDataFrame({"name": ["a"]}, geometry=[Point(102.6, 17.97)], crs=4326).to_file(path)
    read = geopandas.read_file(path).to_crs(32648)
    return f"{len(read)} point written, read back and reprojected"


def see_raster(folder: Path) -> str:
    """A GeoTIFF in UTM 48N, written and read; its corner in degrees by the raster library's own PROJ."""
    import numpy as np
    import rasterio
    from rasterio.transform import from_origin
    from rasterio.warp import transform

    path, place = folder / "depth.tif", from_origin(500_000, 1_990_186, 30, 30)
    profile = {"driver": "GTiff", "width": 2, "height": 2, "count": 1, "dtype": "float32"}
    with rasterio.open(path, "w", **profile, crs="EPSG:32648", transform=place) as out:
        out.write(np.array([[0, 1], [2, 3]], dtype=np.float32), 1)
    with rasterio.open(path) as raster:
        xs, ys = transform(raster.crs, "EPSG:4326", [raster.bounds.left], [raster.bounds.top])
        deepest = float(raster.read(1).max())
    if deepest != 3 or abs(xs[0] - 105) > 1e-6 or abs(ys[0] - 18) > 1e-4:
        raise ValueError(f"read {deepest} at {xs[0]}, {ys[0]}")
    return f"GeoTIFF written, read back and reprojected with GDAL {rasterio.__gdal_version__}"


def see_solver() -> str:
    """The dearest of two is left out: 7 people for 5 kip, 6 for 4, 5 for 3, with 8 kip: 12 at the most."""
    import highspy
    import numpy as np

    from shockplan.budget.solving import Quiet

    solver: Any = Quiet()  # type: ignore[no-untyped-call]  # the binding has no types
    for worth in (7.0, 6.0, 5.0):
        solver.addVar(0, 1)
        solver.changeColCost(solver.getNumCol() - 1, -worth)
        solver.changeColIntegrality(solver.getNumCol() - 1, highspy.HighsVarType.kInteger)
    solver.addRow(-highspy.kHighsInf, 8, 3, np.array([0, 1, 2], dtype=np.int32), np.array([5.0, 4.0, 3.0]))
    solver.run()
    reached = -round(solver.getInfo().objective_function_value)
    if reached != 12:
        raise ValueError(f"{reached} instead of 12")
    return f"{reached} people for 8 kip, proven with HiGHS {solver.version()}"


def see_encrypted(folder: Path) -> str:
    """A database that only its passphrase opens."""
    import apsw

    path = folder / "sealed.db"
    database = apsw.Connection(str(path))
    database.pragma("key", "made up")
    database.execute("create table t(x); insert into t values ('plain')")
    database.close()
    if b"plain" in path.read_bytes() or path.read_bytes().startswith(b"SQLite format"):
        raise ValueError("the file can be read without its passphrase")
    return f"{path.stat().st_size} bytes that only the passphrase opens, SQLite {apsw.sqlite_lib_version()}"


def see_lao_text(folder: Path) -> str:
    from reportlab.pdfgen.canvas import Canvas

    from shockplan.outputs.fonts import register_fonts
    from shockplan.outputs.lao_text import draw_text, text_width

    register_fonts()
    path = folder / "lao.pdf"
    canvas = Canvas(str(path), invariant=1)
    draw_text(canvas, 72, 72, "ນ້ຳຖ້ວມ ເງິນ ຜູ້", 12)
    canvas.save()
    return f"{text_width('ນ້ຳ', 12):.1f} points for one shaped word, {path.stat().st_size} bytes of PDF"


def see_demo(folder: Path, draw_map: MapDrawer) -> str:
    from shockplan.demo import write_demo
    from shockplan.inputs import read_inputs
    from shockplan.outputs.writing import write_outputs
    from shockplan.plan import make_plan

    plan = make_plan(read_inputs(write_demo(folder / "inputs", households=600)))
    written = write_outputs(plan, folder / "outputs", draw_map)
    return f"{plan.summary.funded} households funded, {len(written)} files written"
