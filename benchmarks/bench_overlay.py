"""The overlay against geopandas.sjoin: made-up households near made-up villages, a made-up flood."""

import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.transform import Affine
from rasterio.windows import Window
from shapely.affinity import translate

from benchmarks.qgis_peer import extract_by_location
from shockplan.areas import load_gazetteer
from shockplan.boundaries import schematic_boundaries
from shockplan.overlay import coverage
from shockplan.point_grid import grid_points
from shockplan.shocks.geometry import split_and_repair
from shockplan.shocks.raster import sample
from shockplan.winding import meets_any

Result = TypeVar("Result")


def made_up_rivers(seed: int) -> list[NDArray[np.float64]]:
    """Forty winding rivers, each (400, 2) degrees, through the districts."""
    random = np.random.default_rng(seed)
    districts = load_gazetteer().districts[["lon", "lat"]].to_numpy()
    rivers = []
    for start in random.choice(len(districts), 40, replace=False):
        turns = random.uniform(0, 2 * np.pi) + np.cumsum(random.normal(0, 0.25, 400))
        steps = 0.004 * np.stack([np.cos(turns), np.sin(turns)], axis=1)
        rivers.append(districts[start] + np.cumsum(steps, axis=0) - steps.sum(axis=0) / 2)
    return rivers


def made_up_points(count: int, seed: int = 17) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """lon, lat of households in 9,000 villages: half of them by a river, half around district centres."""
    random = np.random.default_rng(seed)
    districts = load_gazetteer().districts[["lon", "lat"]].to_numpy()
    banks = np.concatenate(made_up_rivers(seed))
    by_river = banks[random.integers(0, len(banks), 4500)] + random.normal(0, 0.01, (4500, 2))
    inland = districts[random.integers(0, len(districts), 4500)] + random.normal(0, 0.12, (4500, 2))
    villages = np.concatenate([by_river, inland])[random.integers(0, 9000, count)]
    lon, lat = (villages + random.normal(0, 0.004, (count, 2))).T
    return np.ascontiguousarray(lon), np.ascontiguousarray(lat)


def made_up_flood(count: int, corners: int, seed: int = 17) -> NDArray[np.object_]:
    """`count` valid polygons of `corners` corners: long wavy strips along the same rivers, as water lies.

    1 to 9 km long and a hundred metres to a kilometre wide; they overlap, as published extents do.
    """
    random = np.random.default_rng(seed + 1)
    rivers = made_up_rivers(seed)
    half = corners // 2
    polygons = []
    while len(polygons) < count:
        river = rivers[random.integers(len(rivers))]
        start, length = random.integers(0, 375), int(random.integers(3, 25))
        course = river[start : start + length] + random.normal(0, 0.006, 2)
        at = np.linspace(0, len(course) - 1, half)
        middle = np.stack([np.interp(at, np.arange(len(course)), each) for each in course.T], axis=1)
        along = np.gradient(middle, axis=0)
        across = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.hypot(*along.T)[:, None]
        wide = random.uniform(0.0005, 0.005) * (1 + 0.4 * np.sin(at * 2 + random.uniform(0, 6)))
        wide = wide[:, None] * np.sin(np.linspace(0.1, np.pi - 0.1, half))[:, None]
        ring = np.concatenate([middle + across * wide, (middle - across * wide)[::-1]])
        polygon = shapely.Polygon(ring)
        # a strip that folds over itself at a bend is drawn again elsewhere
        polygons += [polygon] if polygon.is_valid else []
    return np.array(polygons, dtype=np.object_)


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Seconds, and what the work gave."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


Floats = NDArray[np.float64]


def sjoin(lon: Floats, lat: Floats, parts: NDArray[np.object_]) -> NDArray[np.int64]:
    """Rows of the points in any of the parts, by the peer."""
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
    joined = gpd.sjoin(points, gpd.GeoDataFrame(geometry=parts, crs="EPSG:4326"), predicate="intersects")
    return np.unique(joined.index.to_numpy())


def run(small: bool) -> None:
    """Prints seconds, ratios and memory; the answers must be the same to the last point."""
    count, polygons = (200_000, 4_000) if small else (1_300_000, 20_000)
    lon, lat = made_up_points(count)
    parts = made_up_flood(polygons, 120)
    corners = int(shapely.get_num_coordinates(parts).sum())
    print(f"{count:,} points x {polygons:,} polygons with {corners:,} vertices")
    print(f"memory before: {memory_mb():,.0f} MB")
    first, grid = timed(lambda: grid_points(lon, lat))
    seconds, met = timed(lambda: meets_any(grid, parts))
    later = min(timed(lambda: meets_any(grid, parts))[0] for _ in range(2))
    print(f"memory after the overlay (highest so far): {memory_mb():,.0f} MB")
    peer, expected = timed(lambda: sjoin(lon, lat, parts))
    assert np.array_equal(np.flatnonzero(met), expected), "the overlay is not exact"
    print(f"geopandas.sjoin   {peer:7.2f} s   {len(expected):,} points inside")
    for name, taken in (("first", first + seconds), ("later", later)):
        print(f"overlay, {name}    {taken:7.2f} s   {peer / taken:5.1f} x faster (same points)")
    against_qgis(lon, lat, parts, expected, first + seconds)
    sampled_raster(lon, lat, 2_000 if small else 10_000)
    some = slice(0, 10_000) if small else slice(None)  # the peer takes minutes for all points
    published_extent(lon[some], lat[some])


def against_qgis(
    lon: Floats, lat: Floats, parts: NDArray[np.object_], expected: NDArray[np.int64], ours: float
) -> None:
    """Extract by location of QGIS on the same points, said where it is not installed."""
    found = extract_by_location(lon, lat, parts)
    if found is None:
        print("QGIS (qgis_process) is not installed here: left out")
        return
    seconds, rows = found
    assert np.array_equal(rows, expected), "QGIS finds other points"
    print(f"QGIS extract      {seconds:7.2f} s   with its start and its files; the overlay's first run is")
    print(f"                              {seconds / ours:5.1f} x faster (same points)")


def published_extent(lon: Floats, lat: Floats) -> None:
    """The satellite extent as published, broken, moved onto Laos: mended, laid over points and districts."""
    path = Path(__file__).resolve().parents[2] / "shared" / "data" / "hazards"
    path /= "unosat_pakistan_2022_flood_shp.zip"
    if not path.is_file():
        print("the published extent is not here: left out")
        return
    frame = gpd.read_file(path)
    west, south, east, north = frame.total_bounds
    print(f"published extent, {len(lon):,} points:")
    moved = translate(frame.geometry[0], 103.85 - (west + east) / 2, 18.2 - (south + north) / 2)
    districts = schematic_boundaries(load_gazetteer()).frame.geometry.to_numpy()

    def ours() -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        pieces = split_and_repair(np.array([moved], dtype=object)).shapes
        severity = np.full(len(pieces), 3, dtype=np.int8)
        return meets_any(grid_points(lon, lat), pieces), coverage(districts, pieces, severity).affected

    def peers() -> NDArray[np.int64]:
        whole = np.array([shapely.make_valid(moved)], dtype=object)
        inside = sjoin(lon, lat, whole)
        cells = gpd.GeoDataFrame(geometry=districts, crs="EPSG:4326")
        gpd.overlay(cells, gpd.GeoDataFrame(geometry=whole, crs="EPSG:4326"), keep_geom_type=True)
        return inside

    seconds, (met, shares) = timed(ours)
    print(f"published extent: mended part by part and laid over points and districts in {seconds:.2f} s")
    print(f"   {int(met.sum()):,} points inside, {int((shares > 0).sum())} districts touched")
    peer, expected = timed(peers)
    same = np.array_equal(np.flatnonzero(met), expected)
    print(f"   make_valid and geopandas on the whole: {peer:.2f} s, {peer / seconds:.1f} x faster")
    assert same, "the overlay of the published extent is not exact"


def sampled_raster(lon: Floats, lat: Floats, size: int) -> None:
    """A raster of size x size cells under the points, read window by window and never whole."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "depth.tif"
        west, north, step = float(lon.min()), float(lat.max()), float(np.ptp(lon)) / size
        values = np.random.default_rng(5).random((1000, size), dtype=np.float32)
        keys = {"driver": "GTiff", "dtype": "float32", "count": 1, "crs": "EPSG:4326", "nodata": -1}
        place = Affine(step, 0, west, 0, -step, north)
        tiles = {"tiled": True, "blockxsize": 512, "blockysize": 512}
        with rasterio.open(path, "w", width=size, height=size, transform=place, **keys, **tiles) as raster:
            for top in range(0, size, 1000):
                raster.write(values, 1, window=Window(0, top, size, min(1000, size - top)))
        before = memory_mb()
        seconds, found = timed(lambda: sample(path, lon, lat))
        seen = np.isfinite(found)
        row, column = np.floor((north - lat) / step).astype(int), np.floor((lon - west) / step).astype(int)
        expected = values[row[seen] % 1000, np.minimum(column[seen], size - 1)]
        assert np.array_equal(found[seen], expected), "the raster was not sampled exactly"
    print(f"raster {size:,} x {size:,} sampled at {len(lon):,} points: {seconds:.2f} s, same values,")
    print(f"   memory +{memory_mb() - before:,.0f} MB (whole it is {size * size * 4 / 2**20:,.0f} MB)")


def memory_mb() -> float:
    """The most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
