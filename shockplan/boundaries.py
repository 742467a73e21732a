"""The map of the districts: schematic until an official one is read over it.

Boundaries draw the map and turn a layer into district shares. They never assign a household to a
district: its code does.
"""

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import CRSError as OGRCRSError
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyproj import CRS
from pyproj.exceptions import ProjError

from shockplan.areas import Gazetteer, district_codes, suggest_districts
from shockplan.problems import Arg, InputError, Level, Problem
from shockplan.source import Source, source_of_dataset

SCHEMATIC_SOURCE = (
    "Schematic: Voronoi cells of 148 district centroids (OCHA COD-AB LAO 2019, CC BY 3.0 IGO) "
    "inside Natural Earth's outline (public domain)"
)
VECTOR_SUFFIXES = (".shp", ".gpkg", ".geojson", ".json", ".fgb", ".gml", ".kml", ".topojson", ".tab")
CODE_FIELDS = ("adm2pcode", "admin2pcode", "adm2code", "admin2code", "districtpcode", "distpcode", "pcode")
LAOS = (99.5, 13.5, 108.5, 23.0)
"""A box around the country: west, south, east, north, degrees."""

BROKEN_FILE = (
    DataSourceError,
    DataLayerError,
    FeatureError,
    GeometryError,
    OGRCRSError,
    ProjError,
    shapely.errors.GEOSException,
    UnicodeDecodeError,
    UnboundLocalError,  # pyogrio's own slip where a file's coordinate system is damaged
    NotImplementedError,  # a zip of a version that nobody wrote
    zipfile.BadZipFile,
    zlib.error,
    OSError,
)
"""What reading a damaged vector file may raise."""

OLDER_DISTRICT_SETS = range(139, 148)
"""Counts of districts in files from before the 148 (141 and 142 are met most)."""


@dataclass(frozen=True, eq=False)
class Boundaries:
    """The shape of each district.

    `frame`: pcode and geometry (Polygon or MultiPolygon, valid, EPSG:4326), sorted by pcode.
    `schematic`: made by us, to be labelled so. `file` is None for the schematic map.
    """

    frame: gpd.GeoDataFrame
    schematic: bool
    source: str
    problems: tuple[Problem, ...] = ()
    file: Source | None = None


@dataclass(frozen=True)
class _Table:
    """A polygon table in a vector file, before its shapes are read.

    `field` holds P-codes of `known` districts, or (`known` 0) names of `names_matched`; `rows` counts the
    features.
    """

    dataset: str
    layer: str
    field: str
    known: int
    rows: int
    names_matched: int


@cache
def schematic_boundaries(gazetteer: Gazetteer) -> Boundaries:
    """Voronoi cells of the district centroids inside the outline.

    The cells are made on a plane where a degree of longitude is shortened by the cosine of the
    country's middle latitude: right to 2.5 % over Laos, and straight lines stay straight on the way
    back, so the cells fill the outline exactly.
    """
    districts = gazetteer.districts
    to_plane = np.array([np.cos(np.radians(districts["lat"].mean())), 1.0])
    centroids = districts[["lon", "lat"]].to_numpy() * to_plane
    outline = shapely.transform(gazetteer.outline, lambda degrees: degrees * to_plane)
    edges = shapely.voronoi_polygons(shapely.MultiPoint(centroids), extend_to=outline, only_edges=True)
    # noding all lines together first gives neighbours the very same vertices: no gap, no overlap
    lines = shapely.union_all([edges, outline.boundary])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    inner = shapely.point_on_surface(faces)
    faces, inner = faces[shapely.contains(outline, inner)], inner[shapely.contains(outline, inner)]
    owner = shapely.STRtree(shapely.points(centroids)).nearest(inner)
    cells = [shapely.union_all(faces[owner == row]) for row in range(len(districts))]
    cells = shapely.transform(np.array(cells), lambda plane: plane / to_plane)
    frame = gpd.GeoDataFrame({"pcode": districts["pcode"]}, geometry=cells, crs="EPSG:4326")
    return Boundaries(frame, schematic=True, source=SCHEMATIC_SOURCE)


def read_boundaries(
    path: Path, gazetteer: Gazetteer, layer: str | None = None, source: str = "", crs: str | None = None
) -> Boundaries:
    """District shapes from any vector file, also zipped, joined by their P-codes.

    Takes the field names of OCHA COD-AB in all their spellings, or any field that holds P-codes. A file
    without codes (geoBoundaries) is taken where place and name agree for every district.
    `crs` is used only where the file has none. Raises InputError where codes, coordinates or the set
    of districts cannot be trusted; repairs broken shapes and says so.
    """
    table = _choose_table(path, gazetteer, layer)
    frame = _read_shapes(path, table, crs)
    _check_place(path, frame.geometry)
    if table.known:
        codes = district_codes(frame["code"], gazetteer)
        _check_districts(path, table, frame["code"], codes, gazetteer)
        notes: list[Problem] = []
    else:
        codes, notes = _codes_by_place_and_name(path, table, frame, gazetteer)
    frame, repairs = _repair(path, frame.assign(pcode=codes))
    problems = [*notes, *repairs]
    problems += _check_shapes_fit_codes(path, frame, gazetteer)
    missing = sorted(set(gazetteer.districts["pcode"]) - set(frame["pcode"]))
    if missing:
        problems.append(_finding(path, "part_of_country", "warning", missing))
    return Boundaries(frame, False, source or path.name, tuple(problems), source_of_dataset(path))


def _choose_table(path: Path, gazetteer: Gazetteer, layer: str | None) -> _Table:
    """The polygon table that holds districts, by what its fields hold and not by its name."""
    if not path.exists():
        raise _refusal(path, "missing", path=str(path))
    try:
        layers = list(_polygon_layers(path))
        if layer is not None:
            named = [(dataset, name) for dataset, name in layers if layer in (name, Path(dataset).stem)]
            if not named:
                raise _refusal(path, "no_layer", layer=layer, layers=tuple(name for _, name in layers))
            layers = named
        tables = [_look_at(dataset, name, gazetteer) for dataset, name in layers]
    except BROKEN_FILE as error:
        raise _unreadable(path, error) from None
    if not tables:
        raise _refusal(path, "no_polygons")
    best = max(tables, key=lambda table: (table.known, -table.rows))
    if best.known == 0:
        by_name = max(tables, key=lambda table: table.names_matched)
        if not by_name.names_matched:
            raise _refusal(path, "no_codes", count=best.rows)
        return by_name
    return best


def _polygon_layers(path: Path) -> Iterator[tuple[str, str]]:
    """(dataset, layer) of every polygon table in a file, a folder or a zip of files."""
    datasets = [str(path)]
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            names = sorted(name for name in archive.namelist() if not name.startswith("__MACOSX"))
        members = {name for name in names if name.lower().endswith(VECTOR_SUFFIXES)}
        # a file geodatabase is a folder of many files
        members |= {name[: name.lower().index(".gdb/") + 4] for name in names if ".gdb/" in name.lower()}
        datasets = [f"/vsizip/{path.resolve().as_posix()}/{name}" for name in sorted(members)]
    for dataset in datasets:
        for name, kind in pyogrio.list_layers(dataset):
            # formats with mixed shapes say 'Unknown'
            if kind is not None and ("Polygon" in kind or kind in ("Unknown", "GeometryCollection")):
                yield dataset, str(name)


def _look_at(dataset: str, layer: str, gazetteer: Gazetteer) -> _Table:
    """Which field of a table holds P-codes, for how many districts; else which holds their names."""
    info = pyogrio.read_info(dataset, layer=layer, force_feature_count=True)
    kinds = zip(info["fields"], info["dtypes"], strict=True)
    texts = [str(field) for field, kind in kinds if kind == "object" or str(kind).startswith("str")]
    # fields named as codes first, so that they win a tie
    texts.sort(key=lambda field: _plain(field) not in CODE_FIELDS)
    code_field, known, name_field, names_matched = "", 0, "", 0
    for field in texts:
        values = _read_field(dataset, layer, field)
        if values is None:
            continue
        count = district_codes(values, gazetteer).nunique()
        if count > known:
            code_field, known = field, count
        names = sum(bool(suggest_districts(name, gazetteer)) for name in values.dropna().unique())
        if names > names_matched:
            name_field, names_matched = field, names
    return _Table(dataset, layer, code_field or name_field, known, int(info["features"]), names_matched)


def _read_field(dataset: str, layer: str, field: str) -> pd.Series | None:
    """A text field, None where its text cannot be decoded (Lao cut in the middle of a letter)."""
    try:
        frame = pyogrio.read_dataframe(dataset, layer=layer, columns=[field], read_geometry=False)
    except (UnicodeDecodeError, FieldError):
        return None
    values: pd.Series = frame[field].astype("str")
    return values


def _read_shapes(path: Path, table: _Table, crs: str | None) -> gpd.GeoDataFrame:
    """Columns code and geometry in EPSG:4326."""
    try:
        frame = pyogrio.read_dataframe(
            table.dataset, layer=table.layer, columns=[table.field], on_invalid="fix", force_2d=True
        ).rename(columns={table.field: "code"})
    except BROKEN_FILE as error:
        raise _unreadable(path, error) from None
    if frame.crs is None:
        if crs is None:
            raise _refusal(path, "no_crs")
        try:
            frame = frame.set_crs(CRS.from_user_input(crs))
        except ProjError:
            raise _refusal(path, "bad_crs", crs=crs) from None
    try:
        return frame.to_crs("EPSG:4326")
    except ProjError:  # a system from which nothing leads anywhere
        raise _refusal(path, "bad_crs", crs=frame.crs.name) from None


def _check_districts(
    path: Path, table: _Table, written: pd.Series, codes: pd.Series, gazetteer: Gazetteer
) -> None:
    """The file must hold the 148 districts, or all districts of some provinces."""
    found = set(codes.dropna())
    unknown = sorted({str(code) for code in written[codes.isna()].dropna()} - {""})
    missing = gazetteer.districts[~gazetteer.districts["pcode"].isin(found)]
    torn = missing[missing["province"].isin({code[:4] for code in found})]
    column = table.field
    if len(written) in OLDER_DISTRICT_SETS and (unknown or len(torn)):
        misfits = _some(unknown or list(torn["pcode"]))
        raise _refusal(path, "other_set", column, count=len(written), codes=misfits)
    if unknown:
        raise _refusal(path, "unknown_codes", column, count=len(unknown), codes=_some(unknown))
    if codes.isna().any():
        raise _refusal(path, "blank_codes", column, count=int(codes.isna().sum()))
    if len(torn):
        raise _refusal(path, "districts_missing", column, count=len(torn), codes=_some(list(torn["pcode"])))


def _codes_by_place_and_name(
    path: Path, table: _Table, frame: gpd.GeoDataFrame, gazetteer: Gazetteer
) -> tuple[pd.Series, list[Problem]]:
    """P-codes for shapes that have names only: one known centroid in each shape, and no name against it.

    Either alone proves nothing: names repeat, and an older set of districts has other shapes. Nine in ten
    names must be known spellings.
    """
    points = shapely.points(gazetteer.districts["lon"], gazetteer.districts["lat"])
    shapes = frame.geometry.to_numpy()
    point, shape = shapely.STRtree(shapes).query(points, predicate="intersects")
    held = np.bincount(shape, minlength=len(shapes))
    codes = pd.Series(None, index=frame.index, dtype="str")
    codes.iloc[shape] = gazetteer.districts["pcode"].to_numpy()[point]
    # a missing name must not be read as "nan": there is a district called Nan
    names = frame["code"].fillna("").astype("str")
    meant = [suggest_districts(name, gazetteer) for name in names]
    agreed = sum(code in found for code, found in zip(codes, meant, strict=True))
    against = [
        f"{name} ({code})"
        for name, code, found in zip(names, codes, meant, strict=True)
        if found and code not in found
    ]
    if (held != 1).any() or against or agreed < 0.9 * len(frame):
        doubtful = against or list(names[held != 1])
        raise _refusal(
            path, "names_only", table.field, matched=agreed, count=len(frame), names=_some(doubtful)
        )
    args: dict[str, Arg] = {"count": len(frame), "matched": agreed}
    return codes, [Problem("boundaries.codes_by_place", path.name, table.field, args=args, level="warning")]


def _check_place(path: Path, shapes: gpd.GeoSeries) -> None:
    """Longitude and latitude swapped, or a place that is not Laos."""
    west, south, east, north = shapes.total_bounds
    if not np.isfinite([west, south, east, north]).all():
        raise _refusal(path, "outside_laos")
    if _within_laos(west, south, east, north):
        return
    swapped = _within_laos(south, west, north, east)
    raise _refusal(path, "swapped" if swapped else "outside_laos")


def _within_laos(west: float, south: float, east: float, north: float) -> bool:
    return west >= LAOS[0] and south >= LAOS[1] and east <= LAOS[2] and north <= LAOS[3]


def _repair(path: Path, frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """One valid shape a district, sorted by P-code, and what was done for it."""
    problems: list[Problem] = []
    shapes: NDArray[np.object_] = frame.geometry.to_numpy()
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if empty.any():
        raise _refusal(path, "no_shape", codes=_some(sorted(set(frame.loc[empty, "pcode"]))))
    broken = ~shapely.is_valid(shapes)
    if broken.any():
        repaired = sorted(set(frame.loc[broken, "pcode"]))
        problems.append(_finding(path, "repaired", "warning", repaired))
        shapes = shapes.copy()
        shapes[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    several = sorted(set(frame.loc[frame["pcode"].duplicated(), "pcode"]))
    if several:
        problems.append(_finding(path, "joined_parts", "note", several))
    whole = frame[["pcode"]].assign(shape=shapes).groupby("pcode", sort=True)["shape"]
    joined = {
        code: shapely.union_all(parts.to_numpy()) if len(parts) > 1 else parts.iloc[0]
        for code, parts in whole
    }
    polygons = [_polygons_of(shape) for shape in joined.values()]
    lost = [code for code, shape in zip(joined, polygons, strict=True) if shape.is_empty]
    if lost:
        raise _refusal(path, "no_shape", codes=_some(lost))
    return gpd.GeoDataFrame({"pcode": list(joined)}, geometry=polygons, crs="EPSG:4326"), problems


def _polygons_of(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons in a shape; lines and points that a repair leaves over are dropped."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def _check_shapes_fit_codes(path: Path, frame: gpd.GeoDataFrame, gazetteer: Gazetteer) -> list[Problem]:
    """Is each known centroid in the district of its code? Two that changed places are refused.

    This is how a file whose 'P-codes' are the statistics office's digits is found out.
    """
    centroids = gazetteer.districts
    points = shapely.points(centroids["lon"], centroids["lat"])
    point, shape = shapely.STRtree(frame.geometry.to_numpy()).query(points, predicate="intersects")
    expected = centroids["pcode"].to_numpy()[point]
    lies_in = frame["pcode"].to_numpy()[shape]
    right = set(expected[expected == lies_in])
    wrong = {
        code: other
        for code, other in zip(expected, lies_in, strict=True)
        if code not in right and code in set(frame["pcode"])
    }
    exchanged = sorted(code for code, other in wrong.items() if wrong.get(other) == code)
    if exchanged:
        raise _refusal(path, "codes_exchanged", codes=_some(exchanged))
    if wrong:
        return [_finding(path, "shape_elsewhere", "warning", sorted(wrong))]
    return []


def _unreadable(path: Path, error: Exception) -> InputError:
    return _refusal(path, "unreadable", reason=(str(error) or type(error).__name__).split(";")[0][:200])


def _refusal(path: Path, code: str, column: str | None = None, /, **args: Arg) -> InputError:
    return InputError(Problem(f"boundaries.{code}", path.name, column, args=args))


def _finding(path: Path, code: str, level: Level, codes: Sequence[str]) -> Problem:
    args: dict[str, Arg] = {"count": len(codes), "codes": _some(codes)}
    return Problem(f"boundaries.{code}", path.name, args=args, level=level)


def _plain(field: str) -> str:
    return "".join(letter for letter in field.casefold() if letter.isalnum())


def _some(codes: Sequence[str]) -> tuple[str, ...]:
    """The first codes of a list that may be long; the sentence gives the count."""
    return (*codes[:8], "...") if len(codes) > 8 else tuple(codes)
