"""Rasters are read window by window; a cell without a value was not observed, never dry."""

import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from pyproj import Transformer
from rasterio.errors import NotGeoreferencedWarning
from rasterio.transform import Affine

import shockplan.shocks.raster as raster_room
from shockplan.overlay import highest_at
from shockplan.point_grid import grid_points
from shockplan.shocks.layer import HazardLayer, Severity
from shockplan.shocks.raster import sample
from shockplan.winding import meets_any
from tests.core.test_shocks_reading import codes_of, read, refused_with

BREAKS = {"low": "0.1", "moderate": "0.5", "severe": "1.5"}
DEPTHS = {"breaks": BREAKS}


def write(
    path: Path, values: np.ndarray, step: float = 0.01, crs: str | None = "EPSG:4326", **keys: object
) -> None:
    profile = {"driver": "GTiff", "dtype": values.dtype, "count": 1, "crs": crs, **keys}
    height, width = values.shape
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(
            path, "w", height=height, width=width, transform=Affine(step, 0, 106, 0, -step, 15), **profile
        ) as file:
            file.write(values, 1)


def depths(rows: int = 60, columns: int = 80, seed: int = 3) -> np.ndarray:
    random = np.random.default_rng(seed)
    return np.round(np.abs(random.normal(0, 1, (rows, columns))), 2).astype(np.float32)


def inside_cells(rows: int, columns: int, step: float, count: int) -> tuple[np.ndarray, ...]:
    """Points well inside cells: column, row, lon, lat."""
    random = np.random.default_rng(1)
    column, row = random.integers(0, columns, count), random.integers(0, rows, count)
    off = random.uniform(0.1, 0.9, (2, count))
    return column, row, 106 + (column + off[0]) * step, 15 - (row + off[1]) * step


def read_depths(folder: Path, name: str = "depth.tif", **keys: object) -> HazardLayer:
    return read(folder, name, classes=DEPTHS, **keys)


def test_points_have_the_class_of_their_cell_across_all_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raster_room, "WINDOW", 16)
    values = depths()
    write(tmp_path / "depth.tif", values, nodata=-1)
    layer = read_depths(tmp_path)
    column, row, lon, lat = inside_cells(60, 80, 0.01, 4000)
    expected = np.digitize(values[row, column].astype(float), [0.1, 0.5, 1.5])
    assert (highest_at(layer.parts, layer.severity, grid_points(lon, lat)) == expected).all()
    assert sample(tmp_path / "depth.tif", lon, lat).tolist() == values[row, column].astype(float).tolist()


def test_cells_without_a_value_and_nan_are_not_observed(tmp_path: Path) -> None:
    values = np.zeros((10, 10), dtype=np.float32)
    values[0, 0], values[0, 1], values[5, 5] = -9999, np.nan, 2.0
    write(tmp_path / "depth.tif", values, nodata=-9999)
    layer = read_depths(tmp_path)
    assert codes_of(layer) == {"shocks.raster_blank": ()}
    hidden = layer.parts[layer.severity == Severity.NOT_OBSERVED]
    blank = meets_any(
        grid_points(np.array([106.005, 106.015, 106.055]), np.array([14.995, 14.995, 14.945])), hidden
    )
    assert blank.tolist() == [True, True, False]
    dry = read_depths(tmp_path, nodata="none")
    assert (dry.severity == Severity.SEVERE).all()
    assert np.isnan(
        sample(tmp_path / "depth.tif", np.array([106.005, 106.015]), np.array([14.995, 14.995]))
    ).all()


def test_a_raster_says_nothing_beyond_its_edge(tmp_path: Path) -> None:
    write(tmp_path / "depth.tif", depths(), nodata=-1)
    observed = read_depths(tmp_path).observed
    assert observed is not None and observed.equals(shapely.box(106, 14.4, 106.8, 15))
    assert np.isnan(sample(tmp_path / "depth.tif", np.array([105.99, np.nan]), np.array([14.5, 14.5]))).all()


def test_a_raster_that_does_not_say_its_no_data_value_is_warned_about(tmp_path: Path) -> None:
    write(tmp_path / "depth.tif", depths())
    assert codes_of(read_depths(tmp_path)) == {"shocks.raster_no_nodata": ()}


def test_flood_masks_of_ones_and_zeros_need_no_classes(tmp_path: Path) -> None:
    values = np.zeros((10, 10), dtype=np.uint8)
    values[2:4, 2:4], values[9, 9] = 1, 255
    write(tmp_path / "gfm.tif", values, nodata=255)
    layer = read(tmp_path, "gfm.tif")
    assert sorted(layer.severity.tolist()) == [Severity.NOT_OBSERVED, Severity.SEVERE]


def test_a_raster_in_metres_lands_where_it_lies(tmp_path: Path) -> None:
    values = np.full((40, 40), 2.0, dtype=np.float32)
    with rasterio.open(
        tmp_path / "depth.tif", "w", driver="GTiff", dtype="float32", count=1, crs="EPSG:32648", nodata=-1,
        height=40, width=40, transform=Affine(100, 0, 700_000, 0, -100, 1_640_000),
    ) as file:  # fmt: skip
        file.write(values, 1)
    layer = read_depths(tmp_path)
    centre = shapely.union_all(layer.parts).centroid
    assert (round(centre.x, 1), round(centre.y, 1)) == (106.9, 14.8)
    assert sample(tmp_path / "depth.tif", np.array([centre.x]), np.array([centre.y])).tolist() == [2.0]


def test_an_asc_grid_is_asked_for_its_crs(tmp_path: Path) -> None:
    lines = ["ncols 4", "nrows 3", "xllcorner 106", "yllcorner 14", "cellsize 0.1", "NODATA_value -9999"]
    rows = ["0 0 2 2", "0 1 2 -9999", "0 0 0 0"]
    (tmp_path / "depth.asc").write_text("\n".join(lines + rows))
    refused_with("no_crs", tmp_path, "depth.asc", classes=DEPTHS)
    layer = read_depths(tmp_path, "depth.asc", crs="EPSG:4326")
    assert sorted(layer.severity.tolist()) == [-1, 2, 3]


def test_rasters_that_cannot_be_used_are_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "torn.tif").write_bytes(b"II*\x00 torn")
    refused_with("unreadable", tmp_path, "torn.tif")
    refused_with("missing", tmp_path, "nothing.tif")
    write(tmp_path / "depth.tif", depths())
    refused_with(
        "breaks_not_rising", tmp_path, "depth.tif", classes={"breaks": {"low": 2, "moderate": 3, "severe": 1}}
    )
    with rasterio.open(
        tmp_path / "away.tif", "w", driver="GTiff", dtype="float32", count=1, crs="EPSG:4326",
        height=4, width=4, transform=Affine(0.1, 0, 10, 0, -0.1, 50),
    ) as file:  # fmt: skip
        file.write(np.ones((4, 4), dtype=np.float32), 1)
    refused_with("outside_laos", tmp_path, "away.tif")


def test_a_projected_raster_leaves_no_sliver_between_its_classes(tmp_path: Path) -> None:
    values = np.ones((300, 300), dtype=np.float32)
    values[:, 150:] = 2.0
    values[150:, ::7] = 1.0
    profile = {"driver": "GTiff", "dtype": "float32", "count": 1, "crs": "EPSG:32648", "nodata": -1}
    place = Affine(300, 0, 500_000, 0, -300, 1_700_000)
    with rasterio.open(
        tmp_path / "depth.tif", "w", height=300, width=300, transform=place, **profile
    ) as file:
        file.write(values, 1)
    layer = read_depths(tmp_path)
    random = np.random.default_rng(4)
    to_degrees = Transformer.from_crs("EPSG:32648", "EPSG:4326", always_xy=True)
    # close to the lines between the cells, where the slivers were
    x = 500_000 + 300 * random.integers(1, 300, 20_000) + random.choice([-0.01, 0.01], 20_000)
    lon, lat = to_degrees.transform(x, random.uniform(1_611_000, 1_699_000, 20_000))
    expected = np.digitize(sample(tmp_path / "depth.tif", lon, lat), [0.1, 0.5, 1.5])
    assert (highest_at(layer.parts, layer.severity, grid_points(lon, lat)) == expected).all()


@pytest.mark.parametrize(("filling", "dtype"), [(-9999, "float32"), (3.4e38, "float32"), (255, "uint8")])
def test_an_undeclared_filling_value_is_not_observed_and_never_a_flood(
    tmp_path: Path, filling: float, dtype: str
) -> None:
    values = np.zeros((10, 10), dtype=dtype)
    values[1, 1], values[5:, 5:] = 1, filling
    write(tmp_path / "flood.tif", values)
    layer = read(tmp_path, "flood.tif")
    assert sorted(layer.severity.tolist()) == [Severity.NOT_OBSERVED, Severity.SEVERE]
    assert {"shocks.raster_no_nodata", "shocks.raster_filled"} <= codes_of(layer).keys()
    named = read(tmp_path, "flood.tif", classes={"values": {f"{filling:g}": "severe", "1": "low"}})
    if dtype == "uint8":
        assert sorted(named.severity.tolist()) == [Severity.LOW, Severity.SEVERE]


def gfm_archive(folder: Path) -> None:
    flood = np.zeros((10, 10), dtype=np.uint8)
    flood[2, 2], flood[9] = 1, 255
    excluded = np.zeros((10, 10), dtype=np.uint8)
    excluded[0] = 1
    with zipfile.ZipFile(folder / "gfm.zip", "w") as archive:
        for name, values in (("FLOOD", flood), ("EXCLUSION_MASK", excluded), ("LIKELIHOOD", flood + 40)):
            file = f"ENSEMBLE_{name}_20240912T112331_VV_AS020M_E048N018T3.tif"
            write(folder / file, values)
            archive.write(folder / file, file)
        archive.writestr("metadata.json", "{}")


def test_a_gfm_archive_is_recognised_and_its_exclusion_mask_is_not_observed(tmp_path: Path) -> None:
    gfm_archive(tmp_path)
    layer = read(tmp_path, "gfm.zip")
    assert sorted(layer.severity.tolist()) == [-1, -1, Severity.SEVERE]
    lon, lat = np.array([106.055, 106.055, 106.025, 106.055]), np.array([14.995, 14.905, 14.975, 14.945])
    hidden = layer.parts[layer.severity == Severity.NOT_OBSERVED]
    assert meets_any(grid_points(lon, lat), hidden).tolist() == [True, True, False, False]
    assert {"shocks.raster_recognised", "shocks.hidden_found"} <= codes_of(layer).keys()
    likely = read(tmp_path, "gfm.zip", layer="ENSEMBLE_LIKELIHOOD_20240912T112331_VV_AS020M_E048N018T3")
    assert likely.severity.max() == Severity.SEVERE


def test_rasters_that_point_elsewhere_or_call_metres_degrees_or_name_words_are_refused(
    tmp_path: Path,
) -> None:
    (tmp_path / "depth.vrt").write_text("<VRTDataset/>")
    refused_with("raster_virtual", tmp_path, "depth.vrt")
    write(tmp_path / "depth.tif", depths(), step=1000)
    refused_with("metres_as_degrees", tmp_path, "depth.tif", classes=DEPTHS)
    write(tmp_path / "depth.tif", depths())
    refused_with("raster_values", tmp_path, "depth.tif", classes={"values": {"deep": "severe"}})
