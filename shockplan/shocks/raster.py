"""Rasters of depth, intensity or class (GeoTIFF, ASC): read window by window, never whole."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from rasterio.errors import RasterioError
from rasterio.features import shapes
from rasterio.io import DatasetReader
from rasterio.transform import Affine
from rasterio.windows import Window

from shockplan.planfile import HazardSpec
from shockplan.problems import Problem
from shockplan.progress import Progress, silent
from shockplan.shocks.layer import Severity
from shockplan.shocks.severity import checked_limits, classify_numbers
from shockplan.shocks.vector import meets_laos, refusal

RASTER_SUFFIXES = (".tif", ".tiff", ".asc", ".vrt", ".img")
WINDOW = 1024
"""Cells a side of what is held at once."""
MOST_PARTS = 2_000_000
"""Patches of equal class; a raster with more is noise, or has classes finer than its measure."""


@dataclass(frozen=True, eq=False)
class RasterParts:
    """Cells of equal class joined into polygons, EPSG:4326, with their severity (k,) int8.

    `extent`: the ground of the windows read; beyond it the raster says nothing.
    """

    parts: NDArray[np.object_]
    severity: NDArray[np.int8]
    extent: shapely.Geometry
    problems: tuple[Problem, ...]


def read_raster(path: Path, spec: HazardSpec, progress: Progress = silent) -> RasterParts:
    """The classed ground of a raster's first band. Cells without data and NaN are not observed.

    Only windows that meet the country are read. Raises InputError where it cannot be used.
    """
    breaks = _breaks(path, spec)
    with _opened(path) as raster:
        to_degrees = Transformer.from_crs(_crs(path, raster, spec.crs), "EPSG:4326", always_xy=True)
        windows = list(_windows_in_laos(raster, to_degrees))
        if not windows:
            raise refusal(path, "outside_laos")
        outlines = [_bounds(raster, window) for window in windows]
        found, severity, blank = [], [], 0
        for number, window in enumerate(windows, start=1):
            values, seen = _values(raster, window)
            classes = _classes(values, seen, breaks, spec.classes.values)
            blank += int((~seen).sum())
            for shape, answer in shapes(
                classes, mask=classes != Severity.NONE, transform=_placed(raster, window)
            ):
                found.append(shapely.Polygon(shape["coordinates"][0], shape["coordinates"][1:]))
                severity.append(int(answer))
            if len(found) > MOST_PARTS:
                raise refusal(path, "raster_too_fine", most=MOST_PARTS)
            progress(number / len(windows))
        no_data = raster.nodata is None
    parts = shapely.transform(np.array(found, dtype=object), to_degrees.transform, interleaved=False)
    problems = [Problem("shocks.raster_no_nodata", path.name, level="warning")] if no_data else []
    if blank:
        problems.append(Problem("shocks.raster_blank", path.name, args={"count": blank}, level="note"))
    answers = np.array(severity, dtype=np.int8)
    told = (answers != Severity.NOT_OBSERVED) | (spec.nodata == "not_observed")
    extent = shapely.union_all([_ground_of(outline, to_degrees) for outline in outlines])
    return RasterParts(np.asarray(parts)[told], answers[told], extent, tuple(problems))


def sample(
    path: Path,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    crs: str | None = None,
    progress: Progress = silent,
) -> NDArray[np.float64]:
    """(n,) value of the first band under each point, NaN outside, without data or without a point.

    A point on the line between two cells takes the cell to the east and south. One window is held
    at a time, and only windows with points are read.
    """
    values = np.full(len(lon), np.nan)
    with _opened(path) as raster:
        there = np.isfinite(lon) & np.isfinite(lat)
        from_degrees = Transformer.from_crs("EPSG:4326", _crs(path, raster, crs), always_xy=True)
        x, y = from_degrees.transform(np.where(there, lon, 0.0), np.where(there, lat, 0.0))
        inverse = ~raster.transform
        column = np.floor(inverse.a * x + inverse.b * y + inverse.c)
        row = np.floor(inverse.d * x + inverse.e * y + inverse.f)
        there &= (column >= 0) & (row >= 0) & (column < raster.width) & (row < raster.height)
        rows = np.flatnonzero(there)
        column, row = column[rows].astype(np.int64), row[rows].astype(np.int64)
        across = -(-raster.width // WINDOW)
        key = (row // WINDOW) * across + column // WINDOW
        order = np.argsort(key, kind="stable")
        edges = np.flatnonzero(np.diff(key[order], prepend=-1, append=np.iinfo(np.int64).max))
        for number, (start, stop) in enumerate(pairwise(edges), start=1):
            here = order[start:stop]
            down, right = divmod(int(key[here[0]]), across)
            window = _window(raster, right * WINDOW, down * WINDOW)
            cells, seen = _values(raster, window)
            at = row[here] - down * WINDOW, column[here] - right * WINDOW
            values[rows[here]] = np.where(seen[at], cells[at], np.nan)
            progress(number / max(1, len(edges) - 1))
    return values


@contextmanager
def _opened(path: Path) -> Iterator[DatasetReader]:
    if not path.is_file():
        raise refusal(path, "missing", path=str(path))
    try:
        with rasterio.open(path) as raster:
            yield raster
    except RasterioError as error:
        raise refusal(path, "unreadable", reason=str(error)[:200]) from None


def _breaks(path: Path, spec: HazardSpec) -> Mapping[Severity, float]:
    """Limits for the cells' values; without any, every cell above zero has the class of `all`."""
    breaks = checked_limits(path, spec.classes)
    if breaks or spec.classes.values:
        return breaks
    return {Severity[(spec.classes.all or "severe").upper()]: float(np.nextafter(0, 1))}


def _crs(path: Path, raster: DatasetReader, stated: str | None) -> CRS:
    if raster.crs is not None:
        return CRS.from_user_input(raster.crs)
    if stated is None:
        raise refusal(path, "no_crs")
    try:
        return CRS.from_user_input(stated)
    except CRSError:
        raise refusal(path, "bad_crs", crs=stated) from None


def _windows_in_laos(raster: DatasetReader, to_degrees: Transformer) -> Iterator[Window]:
    for top in range(0, raster.height, WINDOW):
        for left in range(0, raster.width, WINDOW):
            window = _window(raster, left, top)
            box = to_degrees.transform_bounds(*_bounds(raster, window))
            if np.isfinite(box).all() and meets_laos(*box):
                yield window


def _window(raster: DatasetReader, left: int, top: int) -> Window:
    return Window(left, top, min(WINDOW, raster.width - left), min(WINDOW, raster.height - top))


def _placed(raster: DatasetReader, window: Window) -> Affine:
    """The transform of a window: the raster's own, begun at the window's first cell."""
    whole, right, down = raster.transform, window.col_off, window.row_off
    east = whole.c + right * whole.a + down * whole.b
    north = whole.f + right * whole.d + down * whole.e
    return Affine(whole.a, whole.b, east, whole.d, whole.e, north)


def _bounds(raster: DatasetReader, window: Window) -> tuple[float, float, float, float]:
    """West, south, east, north of a window, also of a raster that is turned."""
    placed = _placed(raster, window)
    corners = np.array([(0, 0), (window.width, 0), (0, window.height), (window.width, window.height)])
    x = placed.c + corners @ (placed.a, placed.b)
    y = placed.f + corners @ (placed.d, placed.e)
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _ground_of(box: tuple[float, float, float, float], to_degrees: Transformer) -> shapely.Geometry:
    """A window's outline on EPSG:4326; its long sides get corners so that they stay where they are."""
    outline = shapely.segmentize(shapely.box(*box), max(box[2] - box[0], box[3] - box[1]) / 32)
    return shapely.transform(outline, to_degrees.transform, interleaved=False)


def _values(raster: DatasetReader, window: Window) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Values of the first band, and where there are any: no-data cells and NaN are blank."""
    values = raster.read(1, window=window).astype(np.float64)
    seen = raster.read_masks(1, window=window) > 0
    return values, seen & np.isfinite(values)


def _classes(
    values: NDArray[np.float64],
    seen: NDArray[np.bool_],
    breaks: Mapping[Severity, float],
    named: Mapping[str, str] | None,
) -> NDArray[np.int16]:
    if named:
        found = np.full(values.shape, Severity.NONE, dtype=np.int16)
        for text, name in named.items():
            found[values == float(text)] = Severity[name.upper()]
    else:
        found = classify_numbers(values.ravel(), breaks).reshape(values.shape).astype(np.int16)
    found[~seen] = Severity.NOT_OBSERVED
    return found
