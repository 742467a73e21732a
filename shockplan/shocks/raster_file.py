"""A raster as it lies on the disk or in an archive: which one is meant, its place, values and blanks."""

from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.transform import Affine
from rasterio.windows import Window

from shockplan.shocks.datasets import refusal

FILLINGS = (-9999.0, -99999.0, -999999.0, -32768.0, -32767.0, -3.4028234663852886e38)
"""Values that makers write into empty cells and forget to declare; no depth, wind or index is one of them."""
HUGE = 1e30
FULL_BYTE = 255
"""In a raster of bytes it means no data far more often than a measure: not observed is the safer reading."""
FARTHEST_DEGREE = 400.0


@contextmanager
def opened(path: Path, dataset: str) -> Iterator[DatasetReader]:
    """The raster open for reading; what the library cannot read is an InputError that names `path`."""
    try:
        with rasterio.open(dataset) as raster:
            yield raster
    except RasterioError as error:
        raise refusal(path, "unreadable", reason=str(error)[:200]) from None


def crs_of(path: Path, raster: DatasetReader, stated: str | None) -> CRS:
    """The file's own CRS, else the plan's. Raises InputError where neither says, or degrees are metres."""
    if raster.crs is None and stated is None:
        raise refusal(path, "no_crs")
    try:
        crs = CRS.from_user_input(raster.crs if raster.crs is not None else stated)
        Transformer.from_crs(crs, "EPSG:4326")  # not every system leads anywhere
    except ProjError:
        raise refusal(path, "bad_crs", crs=stated or raster.crs.to_string()[:80]) from None
    farthest = float(np.abs(bounds_of(raster, Window(0, 0, raster.width, raster.height))).max())
    if crs.is_geographic and farthest > FARTHEST_DEGREE:
        raise refusal(path, "metres_as_degrees", value_seen=farthest)
    return crs


def values_of(
    raster: DatasetReader, window: Window, blanks: tuple[float, ...] = (), named: Container[float] = ()
) -> tuple[NDArray[np.float64], NDArray[np.bool_], int]:
    """Values of the first band, where there are any, and how many cells hold an undeclared filling.

    Cells without data, NaN, `blanks` of the product, and, in a raster that declares no value for
    them, the usual fillings have no value, but for those that the plan has `named`.
    """
    values = raster.read(1, window=window).astype(np.float64)
    seen = (raster.read_masks(1, window=window) > 0) & np.isfinite(values)
    filled = np.isin(values, blanks)
    if raster.nodata is None:
        filled |= np.isin(values, FILLINGS) | (np.abs(values) > HUGE)
        if raster.dtypes[0] == "uint8":
            filled |= values == FULL_BYTE
    for value in np.unique(values[filled]):
        if float(value) in named:
            filled &= values != value
    filled &= seen
    return values, seen & ~filled, int(filled.sum())


def placed(raster: DatasetReader, window: Window) -> Affine:
    """The transform of a window: the raster's own, begun at the window's first cell."""
    whole, right, down = raster.transform, window.col_off, window.row_off
    east = whole.c + right * whole.a + down * whole.b
    north = whole.f + right * whole.d + down * whole.e
    return Affine(whole.a, whole.b, east, whole.d, whole.e, north)


def bounds_of(raster: DatasetReader, window: Window) -> tuple[float, float, float, float]:
    """West, south, east, north of a window, also of a raster that is turned."""
    place = placed(raster, window)
    corners = np.array([(0, 0), (window.width, 0), (0, window.height), (window.width, window.height)])
    x = place.c + corners @ (place.a, place.b)
    y = place.f + corners @ (place.d, place.e)
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())
