"""Rasters of depth, intensity or class (GeoTIFF, ASC): read window by window, never whole."""

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.features import shapes
from rasterio.io import DatasetReader
from rasterio.windows import Window

from shockplan.planfile import HazardSpec
from shockplan.problems import Arg, Problem
from shockplan.progress import Progress, silent
from shockplan.shocks.datasets import refusal
from shockplan.shocks.layer import Severity
from shockplan.shocks.products import RasterProduct
from shockplan.shocks.raster_choice import choose_raster
from shockplan.shocks.raster_file import bounds_of, crs_of, opened, placed, values_of
from shockplan.shocks.severity import answer_of, checked_limits, classify_numbers
from shockplan.shocks.vector import meets_laos

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
    file = choose_raster(path, spec.layer)
    product = file.product if "classes" not in spec.model_fields_set else None
    answer = _answering(path, spec, product)
    problems: list[Problem] = []
    with opened(path, file.dataset) as raster:
        blanks = product.blanks if product else ()
        named = {float(text) for text in spec.classes.values or {}}
        ground = _patches(path, raster, spec.crs, answer, blanks, progress, named)
        problems += _notes(path, raster, ground, product)
    if product and file.mask:
        with opened(path, file.mask) as raster:
            mask = {product.hidden_value: int(Severity.NOT_OBSERVED)}
            hidden = _patches(path, raster, spec.crs, partial(_by_value, mask), (), silent)
        told = hidden.severity == Severity.NOT_OBSERVED
        names = (PurePosixPath(file.mask).name,)
        problems.append(Problem("shocks.hidden_found", path.name, args={"layers": names}, level="note"))
        ground = replace(
            ground,
            parts=np.concatenate([ground.parts, hidden.parts[told]]),
            severity=np.concatenate([ground.severity, hidden.severity[told]]),
        )
    kept = (ground.severity != Severity.NOT_OBSERVED) | (spec.nodata == "not_observed")
    return RasterParts(ground.parts[kept], ground.severity[kept], ground.extent, tuple(problems))


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
    with opened(path, choose_raster(path, None).dataset) as raster:
        there = np.isfinite(lon) & np.isfinite(lat)
        from_degrees = Transformer.from_crs("EPSG:4326", crs_of(path, raster, crs), always_xy=True)
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
            cells, seen, _ = values_of(raster, window)
            at = row[here] - down * WINDOW, column[here] - right * WINDOW
            values[rows[here]] = np.where(seen[at], cells[at], np.nan)
            progress(number / max(1, len(edges) - 1))
    return values


Answer = Callable[[NDArray[np.float64]], NDArray[np.int8]]
"""From the values of cells to their classes."""


@dataclass(frozen=True, eq=False)
class _Patches:
    """Cells of equal class joined: as RasterParts, with the counts of cells without a value and filled."""

    parts: NDArray[np.object_]
    severity: NDArray[np.int8]
    extent: shapely.Geometry
    blank: int
    filled: int


def _patches(
    path: Path,
    raster: DatasetReader,
    crs: str | None,
    answer: Answer,
    blanks: tuple[float, ...],
    progress: Progress,
    named: Container[float] = (),
) -> _Patches:
    to_degrees = Transformer.from_crs(crs_of(path, raster, crs), "EPSG:4326", always_xy=True)
    windows = list(_windows_in_laos(raster, to_degrees))
    if not windows:
        raise refusal(path, "outside_laos")
    found: list[NDArray[np.object_]] = []
    severity: list[int] = []
    blank = filled = 0
    for number, window in enumerate(windows, start=1):
        values, seen, fillings = values_of(raster, window, blanks, named)
        classes = answer(values.ravel()).reshape(values.shape).astype(np.int16)
        classes[~seen] = Severity.NOT_OBSERVED
        blank, filled = blank + int((~seen).sum()), filled + fillings
        patches, told = _outlines(classes)
        found.append(_on_the_ground(patches, raster, window, to_degrees))
        severity += told
        if len(severity) > MOST_PARTS:
            raise refusal(path, "raster_too_fine", most=MOST_PARTS)
        progress(number / len(windows))
    extent = shapely.union_all([_ground_of(bounds_of(raster, window), to_degrees) for window in windows])
    return _Patches(np.concatenate(found), np.array(severity, dtype=np.int8), extent, blank, filled)


def _outlines(classes: NDArray[np.int16]) -> tuple[NDArray[np.object_], list[int]]:
    """Patches of equal class, but for *none*, in rows and columns of the window, and their classes."""
    patches, told = [], []
    for shape, answer in shapes(classes, mask=classes != Severity.NONE):
        patches.append(shapely.Polygon(shape["coordinates"][0], shape["coordinates"][1:]))
        told.append(int(answer))
    return np.array(patches, dtype=np.object_), told


def _on_the_ground(
    patches: NDArray[np.object_], raster: DatasetReader, window: Window, to_degrees: Transformer
) -> NDArray[np.object_]:
    """Patches in degrees. On a projection their edges get a corner at every cell they pass.

    A long edge that is straight in metres is bent in degrees: without the corners two neighbours would
    leave a sliver between them.
    """
    if not raster.crs or not raster.crs.is_geographic:
        patches = shapely.segmentize(patches, 1.0)
    place = placed(raster, window)

    def ground(column: NDArray[np.float64], row: NDArray[np.float64]) -> tuple[Any, Any]:
        column, row = np.rint(column), np.rint(row)
        x, y = place.c + column * place.a + row * place.b, place.f + column * place.d + row * place.e
        found: tuple[Any, Any] = to_degrees.transform(x, y)
        return found

    return np.asarray(shapely.transform(patches, ground, interleaved=False), dtype=np.object_)


def _notes(
    path: Path, raster: DatasetReader, ground: _Patches, product: RasterProduct | None
) -> Iterator[Problem]:
    """What the raster left unsaid, and what it was taken for."""
    if product:
        meaning = tuple(f"{value} = {word}" for value, word in product.values.items())
        args: dict[str, Arg] = {"product": product.name, "meaning": meaning}
        yield Problem("shocks.raster_recognised", path.name, args=args, level="note")
    elif raster.nodata is None:
        yield Problem("shocks.raster_no_nodata", path.name, level="warning")
    if ground.filled and not product:
        yield Problem("shocks.raster_filled", path.name, args={"count": ground.filled}, level="warning")
    if ground.blank:
        yield Problem("shocks.raster_blank", path.name, args={"count": ground.blank}, level="note")
    if raster.count > 1:
        yield Problem("shocks.raster_bands", path.name, args={"count": raster.count}, level="note")


def _answering(path: Path, spec: HazardSpec, product: RasterProduct | None) -> Answer:
    """By the product, by value, by limits; without any, every cell above zero has the class of `all`."""
    named = product.values if product else spec.classes.values
    if named:
        try:
            return partial(_by_value, {float(text): _class_of_cell(word) for text, word in named.items()})
        except ValueError:
            raise refusal(path, "raster_values", values=tuple(named)) from None
    breaks = checked_limits(path, spec.classes)
    if not breaks:
        breaks = {Severity[(spec.classes.all or "severe").upper()]: float(np.nextafter(0, 1))}
    return partial(_by_limits, breaks)


def _class_of_cell(word: str) -> int:
    """What is no new shock has no class: a cell cannot be left out of its raster."""
    return max(answer_of(word), int(Severity.NOT_OBSERVED)) if word != "left_out" else int(Severity.NONE)


def _by_value(named: Mapping[float, int], values: NDArray[np.float64]) -> NDArray[np.int8]:
    found = np.full(len(values), Severity.NONE, dtype=np.int8)
    for value, answer in named.items():
        found[values == value] = answer
    return found


def _by_limits(breaks: Mapping[Severity, float], values: NDArray[np.float64]) -> NDArray[np.int8]:
    return np.maximum(classify_numbers(values, breaks), np.int8(Severity.NOT_OBSERVED))


def _windows_in_laos(raster: DatasetReader, to_degrees: Transformer) -> Iterator[Window]:
    for top in range(0, raster.height, WINDOW):
        for left in range(0, raster.width, WINDOW):
            window = _window(raster, left, top)
            box = to_degrees.transform_bounds(*bounds_of(raster, window))
            if np.isfinite(box).all() and meets_laos(*box):
                yield window


def _window(raster: DatasetReader, left: int, top: int) -> Window:
    return Window(left, top, min(WINDOW, raster.width - left), min(WINDOW, raster.height - top))


def _ground_of(box: tuple[float, float, float, float], to_degrees: Transformer) -> shapely.Geometry:
    """A window's outline on EPSG:4326; its long sides get corners so that they stay where they are."""
    outline = shapely.segmentize(shapely.box(*box), max(box[2] - box[0], box[3] - box[1]) / 32)
    return shapely.transform(outline, to_degrees.transform, interleaved=False)
