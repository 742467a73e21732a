"""Vector files as agencies publish them: one layer's shapes and attributes, on EPSG:4326."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError

from shockplan.problems import Arg, InputError, Problem

VECTOR_SUFFIXES = (".shp", ".gpkg", ".geojson", ".json", ".fgb", ".kml", ".gml", ".tab", ".topojson")
POLYGON_KINDS = ("Polygon", "Unknown", "Collection", "Surface")
LAOS = (99.5, 13.5, 108.5, 23.0)
"""A box around the country: west, south, east, north, degrees."""


@dataclass(frozen=True, slots=True)
class Table:
    """One polygon table of a file: where it lies, its name, fields and whether it states a CRS."""

    dataset: str
    layer: str
    fields: tuple[str, ...]
    rows: int
    has_crs: bool


def refusal(path: Path, code: str, column: str | None = None, /, **args: Arg) -> InputError:
    """The InputError of one fault of a shock layer's file."""
    return InputError(Problem(f"shocks.{code}", path.name, column, args=args))


def polygon_tables(path: Path) -> list[Table]:
    """Every polygon table of a file, folder or zip. Raises InputError where it cannot be read."""
    if not path.exists():
        raise refusal(path, "missing", path=str(path))
    try:
        return [_look_at(dataset, layer) for dataset, layer in _layers(path)]
    except (DataSourceError, DataLayerError, zipfile.BadZipFile) as error:
        raise refusal(path, "unreadable", reason=_reason(error)) from None


def choose_table(path: Path, layer: str | None) -> Table:
    """The one table the plan means. Raises InputError where there is none, or several and no name."""
    tables = polygon_tables(path)
    names = tuple(table.layer for table in tables)
    if layer is not None:
        tables = [table for table in tables if layer in (table.layer, Path(table.dataset).stem)]
        if not tables:
            raise refusal(path, "no_layer", layer=layer, layers=names)
    if not tables:
        raise refusal(path, "no_polygons")
    if len(tables) > 1:
        raise refusal(path, "several_layers", layers=names)
    return tables[0]


def read_features(path: Path, table: Table, crs: str | None) -> gpd.GeoDataFrame:
    """Attributes and shapes, flat (2-D), on EPSG:4326. A shape that cannot be decoded is None."""
    try:
        frame = pyogrio.read_dataframe(
            table.dataset, layer=table.layer, on_invalid="ignore", force_2d=True, datetime_as_string=True
        )
    except (DataSourceError, DataLayerError) as error:
        raise refusal(path, "unreadable", reason=_reason(error)) from None
    if not len(frame):
        raise refusal(path, "no_features")
    if frame.crs is None:
        frame = frame.set_crs(_stated_crs(path, crs))
    _check_degrees(path, frame)
    return frame.to_crs("EPSG:4326")


def check_place(path: Path, frame: gpd.GeoDataFrame) -> None:
    """Longitude and latitude exchanged, or another part of the world: InputError."""
    west, south, east, north = frame.geometry.total_bounds
    if not np.isfinite([west, south, east, north]).all():
        return
    if meets_laos(west, south, east, north):
        return
    if meets_laos(south, west, north, east):
        raise refusal(path, "swapped")
    raise refusal(path, "outside_laos")


def meets_laos(west: float, south: float, east: float, north: float) -> bool:
    """Whether a box shares any ground with the box around the country."""
    return west <= LAOS[2] and east >= LAOS[0] and south <= LAOS[3] and north >= LAOS[1]


def _stated_crs(path: Path, crs: str | None) -> CRS:
    if crs is None:
        raise refusal(path, "no_crs")
    try:
        return CRS.from_user_input(crs)
    except CRSError:
        raise refusal(path, "bad_crs", crs=crs) from None


def _check_degrees(path: Path, frame: gpd.GeoDataFrame) -> None:
    """A file that says degrees and holds metres would land in the sea, or nowhere."""
    bounds = frame.geometry.total_bounds
    if frame.crs.is_geographic and np.isfinite(bounds).all() and np.abs(bounds).max() > 400:
        raise refusal(path, "metres_as_degrees", value_seen=float(np.abs(bounds).max()))


def _layers(path: Path) -> Iterator[tuple[str, str]]:
    for dataset in _datasets(path):
        for name, kind in pyogrio.list_layers(dataset):
            # formats with mixed shapes say 'Unknown'
            if kind is not None and any(word in kind for word in POLYGON_KINDS):
                yield dataset, str(name)


def _datasets(path: Path) -> list[str]:
    if path.suffix.lower() != ".zip":
        return [str(path)]
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if not name.startswith("__MACOSX"))
    members = {name for name in names if name.lower().endswith(VECTOR_SUFFIXES)}
    # a file geodatabase is a folder of many files
    members |= {name[: name.lower().index(".gdb/") + 4] for name in names if ".gdb/" in name.lower()}
    return [f"/vsizip/{path.resolve().as_posix()}/{name}" for name in sorted(members)]


def _look_at(dataset: str, layer: str) -> Table:
    info = pyogrio.read_info(dataset, layer=layer, force_feature_count=True)
    fields = tuple(str(field) for field in info["fields"])
    return Table(dataset, layer, fields, int(info["features"]), info["crs"] is not None)


def _reason(error: Exception) -> str:
    return str(error).split(";")[0][:200]
