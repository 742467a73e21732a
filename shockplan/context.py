"""Context of the map: rivers, roads, places and areas that help the eye and decide nothing."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from shockplan.planfile import ContextKind, ContextSpec
from shockplan.problems import InputError, Problem
from shockplan.shocks.vector import LAOS, Table, read_features, tables_of

SHAPES: dict[ContextKind, tuple[str, ...]] = {
    "river": ("LineString", "Polygon", "Unknown", "Collection"),
    "road": ("LineString", "Unknown", "Collection"),
    "place": ("Point", "Unknown", "Collection"),
    "area": ("Polygon", "Unknown", "Collection", "Surface"),
}
NAME_FIELDS = {
    "en": ("name_en", "name:en", "nameen", "name_eng", "name"),
    "lo": ("name_lo", "name:lo", "namelo", "name_lao", "name"),
}
"""Headings under which agencies and OpenStreetMap write names, the best first."""


@dataclass(frozen=True, eq=False)
class ContextLayer:
    """One layer of context.

    shapes (n,) lines, points or polygons on EPSG:4326, none empty; names_en, names_lo (n,) texts, '' where
    the file has none.
    """

    kind: ContextKind
    title: str
    title_lo: str
    source: str
    shapes: NDArray[np.object_]
    names_en: tuple[str, ...]
    names_lo: tuple[str, ...]


def read_context(folder: Path, spec: ContextSpec) -> tuple[ContextLayer, tuple[Problem, ...]]:
    """The layer that the plan file names, cut to the country's surroundings, with what was left out.

    Raises InputError where the file cannot be read, or holds nothing of the kind near Laos.
    """
    path = folder / spec.file
    frame = read_features(path, _table(path, spec), spec.crs)
    shapes = frame.geometry.to_numpy()
    usable = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes)) & _of_kind(shapes, spec.kind)
    near = usable & shapely.intersects(shapes, shapely.box(*LAOS))
    if not near.any():
        code = "context.outside" if usable.any() else f"context.no_{spec.kind}"
        raise InputError(Problem(code, path.name))
    problems = []
    if left_out := int((~near).sum()):
        problems.append(Problem("context.left_out", path.name, args={"count": left_out}, level="note"))
    kept = frame[near]
    layer = ContextLayer(
        spec.kind,
        spec.title,
        spec.title_lo or spec.title,
        spec.source or path.name,
        shapes[near],
        _names(kept, "en"),
        _names(kept, "lo"),
    )
    return layer, tuple(problems)


def _table(path: Path, spec: ContextSpec) -> Table:
    tables = tables_of(path, SHAPES[spec.kind])
    if spec.layer is not None:
        tables = [table for table in tables if spec.layer in (table.layer, Path(table.dataset).stem)]
    if not tables:
        raise InputError(Problem(f"context.no_{spec.kind}", path.name))
    if len(tables) > 1:
        names = tuple(table.layer for table in tables)
        raise InputError(Problem("context.several_layers", path.name, args={"layers": names}))
    return tables[0]


def _of_kind(shapes: NDArray[np.object_], kind: ContextKind) -> NDArray[np.bool_]:
    """Dimensions that the kind is drawn from; a wide river may be an area."""
    dimensions = {"river": (1, 2), "road": (1,), "place": (0,), "area": (2,)}[kind]
    return np.isin(shapely.get_dimensions(shapes), dimensions)


def _names(frame: gpd.GeoDataFrame, language: str) -> tuple[str, ...]:
    fields = {str(field).casefold(): field for field in frame.columns if field != frame.geometry.name}
    field = next((fields[name] for name in NAME_FIELDS[language] if name in fields), None)
    if field is None:
        return ("",) * len(frame)
    return tuple(frame[field].fillna("").astype("str").str.strip())
