"""Vector files as agencies publish them: one layer's shapes and attributes, on EPSG:4326."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataSourceError
from pyproj import CRS
from pyproj.exceptions import ProjError

from shockplan.boundaries import BROKEN_FILE
from shockplan.shocks.datasets import Dataset, datasets_of, refusal
from shockplan.shocks.products import Role, role_of

_CELL = r"<t[dh]\b[^>]*>((?:(?!<t[dhr]\b).)*?)</t[dh]>\s*"
HTML_ROW = re.compile(rf"<tr\b[^>]*>\s*{_CELL}{_CELL}</tr>", re.IGNORECASE | re.DOTALL)
"""A row of two cells, name and value."""

HTML_ITEM = re.compile(
    r"<(b|strong)\b[^>]*>(?P<name>(?:(?!</?\1\b).){1,200}?)</\1>(?P<value>.*?)(?=<br|</li|</p|<(?:b|strong)\b|$)",
    re.IGNORECASE | re.DOTALL,
)
"""A name in bold and what stands behind it to the end of the line or item."""

Frame = TypeVar("Frame", bound=pd.DataFrame)
POLYGON_KINDS = ("Polygon", "Unknown", "Collection", "Surface")
LETTER_BYTES = 3
"""A Lao letter in UTF-8; a text cut in the middle of one loses fewer."""
LAOS = (99.5, 13.5, 108.5, 23.0)
"""A box around the country: west, south, east, north, degrees."""
FARTHEST = 1e9
"""No projection of the Earth has a coordinate as large, in metres or feet."""


@dataclass(frozen=True, slots=True)
class Table:
    """One polygon table of a file: where it lies, its name, fields and whether it states a CRS.

    `states_encoding`: false for a shapefile whose texts may be in any.
    """

    dataset: str
    layer: str
    fields: tuple[str, ...]
    rows: int
    has_crs: bool
    states_encoding: bool = True


def tables_of(path: Path, kinds: tuple[str, ...] = POLYGON_KINDS) -> list[Table]:
    """Every table of a file, folder or zip with shapes of these kinds. InputError where it cannot be read."""
    if not path.exists():
        raise refusal(path, "missing", path=str(path))
    try:
        return [_look_at(dataset, layer) for dataset, layer in _layers(path, kinds)]
    except BROKEN_FILE as error:
        raise refusal(path, "unreadable", reason=_reason(error)) from None


def choose_tables(path: Path, layer: str | None) -> tuple[Table, list[tuple[Role, Table]]]:
    """The table the plan means, and the others of the package with what their names say they are.

    Raises InputError where there is none, or several that may be meant and the plan names none.
    """
    tables = [(role_of(table.layer), table) for table in tables_of(path)]
    if not tables:
        raise refusal(path, "no_polygons")
    if layer is None:
        meant = [table for role, table in tables if role == "hazard"]
        if not meant and len(tables) == 1:
            meant = [tables[0][1]]
    else:
        meant = [table for _, table in tables if layer in (table.layer, Path(table.dataset).stem)]
    names = tuple(table.layer for _, table in tables)
    if not meant:
        missing = layer is not None
        raise (
            refusal(path, "no_layer", layer=layer or "", layers=names)
            if missing
            else refusal(path, "several_layers", layers=names)
        )
    if len(meant) > 1:
        raise refusal(path, "several_layers", layers=tuple(table.layer for table in meant))
    return meant[0], [(role, table) for role, table in tables if table is not meant[0]]


def read_features(path: Path, table: Table, crs: str | None) -> gpd.GeoDataFrame:
    """Attributes and shapes, flat (2-D), on EPSG:4326. A shape that cannot be decoded is None.

    `frame.attrs["cut_texts"]`: how many texts ended in the middle of a letter (a DBF holds 254 bytes).
    """
    try:
        frame = _decoded(table)
    except BROKEN_FILE as error:
        raise refusal(path, "unreadable", reason=_reason(error)) from None
    cut = frame.attrs.get("cut_texts", 0)
    if not len(frame):
        raise refusal(path, "no_features")
    frame = with_plain_attributes(frame)
    if frame.crs is None:
        frame = frame.set_crs(_stated_crs(path, crs))
    frame = frame.set_geometry(_with_known_places(frame.geometry))
    _check_degrees(path, frame)
    try:
        frame = frame.to_crs("EPSG:4326")
    except ProjError:  # a system from which nothing leads anywhere
        raise refusal(path, "bad_crs", crs=frame.crs.name) from None
    frame.attrs["cut_texts"] = cut
    return frame


def _decoded(table: Table) -> gpd.GeoDataFrame:
    """The table with its texts in the encoding they are in: stated, else UTF-8, else the format's own."""
    for encoding in (None,) if table.states_encoding else ("utf-8",):
        try:
            return _read(table, encoding)
        except UnicodeDecodeError:
            continue
    frame = _read(table, "ISO-8859-1")  # every byte is a letter of it, so nothing is lost on the way
    texts = [name for name in frame.columns if name != frame.geometry.name and _is_text(frame[name])]
    whole = {name: frame[name].str.encode("latin-1").str.decode("utf-8", errors="ignore") for name in texts}
    lost = {
        name: (frame[name].str.len() - whole[name].str.encode("utf-8").str.len()).fillna(0) for name in texts
    }
    is_utf8 = any(not texts.dropna().map(str.isascii).all() for texts in whole.values())
    if not is_utf8 or any((count > LETTER_BYTES).any() for count in lost.values()):
        return frame  # an older code page, not UTF-8 that was cut
    frame = frame.assign(**whole)
    frame.attrs["cut_texts"] = int(sum((count > 0).sum() for count in lost.values()))
    return frame


def _read(table: Table, encoding: str | None) -> gpd.GeoDataFrame:
    with np.errstate(invalid="ignore", over="ignore"):  # a corner that is NaN is found afterwards
        return pyogrio.read_dataframe(
            table.dataset,
            layer=table.layer,
            encoding=encoding,
            on_invalid="ignore",
            force_2d=True,
            datetime_as_string=True,
        )


def _with_known_places(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """None for a shape with a corner that is nowhere: NaN, infinite, or a number no projection has."""
    corners, row = shapely.get_coordinates(shapes.to_numpy(), return_index=True)
    nowhere = np.unique(row[~(np.abs(corners) < FARTHEST).all(axis=1)])
    if not len(nowhere):
        return shapes
    known = shapes.copy()
    known.iloc[nowhere] = None
    return known


def _is_text(values: pd.Series) -> bool:
    return bool(pd.api.types.is_string_dtype(values.dtype)) and bool(
        values.dropna().map(lambda value: isinstance(value, str)).all()
    )


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
    except ProjError:
        raise refusal(path, "bad_crs", crs=crs) from None


def _check_degrees(path: Path, frame: gpd.GeoDataFrame) -> None:
    """A file that says degrees and holds metres would land in the sea, or nowhere."""
    bounds = frame.geometry.total_bounds
    if frame.crs.is_geographic and np.isfinite(bounds).all() and np.abs(bounds).max() > 400:
        raise refusal(path, "metres_as_degrees", value_seen=float(np.abs(bounds).max()))


def with_plain_attributes(frame: Frame) -> Frame:
    """The same with a list as its texts one behind the other, and a column for each attribute in the HTML of
    `description` (KML and KMZ of agencies)."""
    mixed = [name for name in frame.columns if frame[name].dtype == object]
    frame = frame.assign(**{name: frame[name].map(_one_text) for name in mixed})
    field = next((name for name in frame.columns if str(name).casefold() == "description"), None)
    if field is None or not frame[field].astype("str").str.contains("<(?:td|b|strong)\\b", case=False).any():
        return frame
    plain = [_pairs(text) if isinstance(text, str) else {} for text in frame[field]]
    found = pd.DataFrame(plain, index=frame.index)
    new = [name for name in found.columns if name and name not in frame.columns]
    return frame.join(found[new])


def _one_text(value: object) -> object:
    return ", ".join(map(str, value.tolist())) if isinstance(value, np.ndarray) else value


def _pairs(text: str) -> dict[str, str]:
    rows = HTML_ROW.findall(text) or [(item["name"], item["value"]) for item in HTML_ITEM.finditer(text)]
    return {_plain(name).rstrip(" :="): _plain(value).lstrip(" :=") for name, value in rows}


def _plain(text: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", text)).strip()


def _layers(path: Path, kinds: tuple[str, ...]) -> Iterator[tuple[Dataset, str]]:
    datasets = datasets_of(path)
    for dataset in datasets:
        try:
            layers = pyogrio.list_layers(dataset.path)
        except DataSourceError:
            if dataset.suffix == ".json" and len(datasets) > 1:
                continue  # packages hold metadata and styles as JSON too
            raise
        for name, kind in layers:
            # formats with mixed shapes say 'Unknown'
            if kind is not None and any(word in kind for word in kinds):
                yield dataset, str(name)


def _look_at(dataset: Dataset, layer: str) -> Table:
    info = pyogrio.read_info(dataset.path, layer=layer, force_feature_count=True)
    fields = tuple(str(field) for field in info["fields"])
    states_encoding = dataset.suffix != ".shp" or ".cpg" in dataset.parts
    return Table(dataset.path, layer, fields, int(info["features"]), info["crs"] is not None, states_encoding)


def _reason(error: Exception) -> str:
    return str(error).split(";")[0][:200]
