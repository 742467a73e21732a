"""Hop 0 of a shock: from the file an agency published to a layer that is understood."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from shockplan.areas import Gazetteer
from shockplan.planfile import AreaSpec, HazardSpec, Where
from shockplan.problems import Arg, InputError, Problem
from shockplan.progress import Progress, part, silent
from shockplan.shocks.area_table import read_area_layer
from shockplan.shocks.datasets import refusal
from shockplan.shocks.findings import class_findings, geometry_findings, place_findings
from shockplan.shocks.geometry import Parts, repeated, split_and_repair, without_wrapped
from shockplan.shocks.layer import FeatureCount, HazardLayer, Layer, Severity
from shockplan.shocks.passes import joined
from shockplan.shocks.products import Recognised, Role, recognise
from shockplan.shocks.raster_choice import is_raster
from shockplan.shocks.severity import LEFT_OUT, checked_limits, classify, plain_texts
from shockplan.shocks.track import is_table, swept_ground, track_table
from shockplan.shocks.vector import Table, check_place, choose_tables, read_features, tables_of
from shockplan.shocks.where import texts_wanted
from shockplan.source import source_of_dataset

Package = list[tuple[Role, Table]]
"""The other tables of a file that holds several, and what their names say they are."""


@dataclass(frozen=True, eq=False)
class _Features:
    """The features taken from a table: `rows` (f,) their numbers in the file, `severity` (f,) int8.

    `unclassed` (f,) bool: no class could be given, so the ground counts as not observed.
    """

    frame: gpd.GeoDataFrame
    rows: NDArray[np.int64]
    severity: NDArray[np.int8]
    unclassed: NDArray[np.bool_]
    read: int
    problems: tuple[Problem, ...]


def read_layer(
    folder: Path, spec: HazardSpec | AreaSpec, gazetteer: Gazetteer, progress: Progress = silent
) -> Layer:
    """The layer a plan names, its file relative to `folder`. Raises InputError where it cannot be used."""
    if isinstance(spec, AreaSpec):
        return read_area_layer(folder / spec.file, spec, gazetteer, progress)
    if spec.earlier is None:
        return _read_pass(folder, spec, progress)
    # the older pass has its own package: the names of layer and extent are those of the newer file
    older = spec.model_copy(update={"file": spec.earlier, "earlier": None, "layer": None, "observed": None})
    earlier = _read_pass(folder, older, part(progress, 0, 0.5))
    later = _read_pass(folder, spec, part(progress, 0.5, 1))
    return joined(earlier, later, spec.passes)


def _read_pass(folder: Path, spec: HazardSpec, progress: Progress) -> HazardLayer:
    if is_raster(folder / spec.file):
        return _read_raster_layer(folder, spec, progress)
    return _read_vector_layer(folder, spec, progress)


def _read_vector_layer(folder: Path, spec: HazardSpec, progress: Progress) -> HazardLayer:
    """Hazard polygons with one severity a part, what was done to them, and the ground observed."""
    path = folder / spec.file
    track = _track(path, spec)
    if track is not None:
        return _layer(folder, spec, *track)
    table, package = choose_tables(path, spec.layer)
    _check_classes(path, table, spec)
    taken = _take(path, read_features(path, table, spec.crs), spec)
    progress(0.4)
    shapes = taken.frame.geometry.to_numpy()
    found, wrapped = without_wrapped(split_and_repair(shapes))
    refused = found.refused | taken.unclassed
    if refused.all():
        raise refusal(path, "nothing_usable", count=len(refused))
    progress(0.8)
    observed, observed_problems = _observed(folder, spec, package)
    hidden, hidden_problems = _hidden(path, package, spec)
    problems = [
        *_crs_note(path, table, spec.crs),
        *taken.problems,
        *geometry_findings(path, taken.rows, found, wrapped, repeated(shapes)),
        *place_findings(path, taken.rows, taken.frame),
        *observed_problems,
        *hidden_problems,
    ]
    progress(1.0)
    severity = np.concatenate(
        [taken.severity[found.feature], np.full(len(hidden), Severity.NOT_OBSERVED, dtype=np.int8)]
    )
    parts = np.concatenate([found.shapes, hidden])
    return _layer(folder, spec, parts, severity, observed, _count(taken, found, refused), problems)


def _read_raster_layer(folder: Path, spec: HazardSpec, progress: Progress) -> HazardLayer:
    """A raster of depths, intensities or classes: its cells as polygons, no-data cells not observed."""
    from shockplan.shocks.raster import read_raster  # the second GDAL, which most plans do without

    path = folder / spec.file
    read = read_raster(path, spec, part(progress, 0, 0.9))
    observed, problems = _observed(folder, spec, []) if spec.observed else (read.extent, [])
    count = FeatureCount(len(read.parts), len(read.parts), 0, 0, 0)
    progress(1.0)
    return _layer(folder, spec, read.parts, read.severity, observed, count, [*read.problems, *problems])


LayerParts = tuple[
    NDArray[np.object_], NDArray[np.int8], shapely.Geometry | None, FeatureCount, list[Problem]
]
"""parts, severity, observed, features and problems of a layer."""


def _track(path: Path, spec: HazardSpec) -> LayerParts | None:
    """Points that are a storm's track with wind radii, from a map or a table; None for every other file."""
    frame = _positions(path, spec)
    if frame is None:
        return None
    chosen = _chosen(path, frame, spec.where)
    placed = ~(frame.geometry.isna() | frame.geometry.is_empty).to_numpy()
    kept = frame[chosen & placed]
    swept = swept_ground(kept)
    if swept is None:
        if is_table(path):
            raise refusal(path, "table_no_track", columns=tuple(map(str, frame.columns[:-1])))
        return None
    if not len(swept.shapes):
        raise refusal(path, "nothing_usable", count=len(kept))
    args: dict[str, Arg] = {"count": swept.positions, "limits": tuple(map(str, swept.knots))}
    problems = [Problem("shocks.track_read", path.name, args=args, level="note")]
    nowhere = np.flatnonzero(chosen & ~placed) + 1
    if len(nowhere):
        rows, args = tuple(int(row) for row in nowhere), {"count": len(nowhere)}
        problems.append(Problem("shocks.refused", path.name, rows=rows, args=args, level="warning"))
    left_out = int((~chosen).sum())
    count = FeatureCount(len(frame), len(kept), 0, len(nowhere), left_out)
    check_place(path, gpd.GeoDataFrame(geometry=swept.shapes, crs="EPSG:4326"))
    return swept.shapes, swept.severity, None, count, problems


def _positions(path: Path, spec: HazardSpec) -> gpd.GeoDataFrame | None:
    """The points of a file that holds nothing else, or of a table with degrees in it."""
    if is_table(path):
        frame = track_table(path, spec.layer)
        if frame is None:
            raise refusal(path, "table_no_track", columns=())
        return frame
    if not path.exists() or tables_of(path):
        return None
    tables = tables_of(path, ("Point",))
    if spec.layer is not None:
        tables = [table for table in tables if table.layer == spec.layer]
    return read_features(path, tables[0], spec.crs) if len(tables) == 1 else None


def _layer(
    folder: Path,
    spec: HazardSpec,
    parts: NDArray[np.object_],
    severity: NDArray[np.int8],
    observed: shapely.Geometry | None,
    features: FeatureCount,
    problems: list[Problem],
) -> HazardLayer:
    return HazardLayer(
        id=spec.id,
        name=spec.name,
        shock=spec.shock,
        source=source_of_dataset(folder / spec.file),
        source_note=spec.source,
        date=spec.date,
        defines_affected=spec.defines_affected,
        parts=parts,
        severity=severity,
        observed=observed,
        features=features,
        problems=tuple(problems),
    )


def _count(taken: _Features, found: Parts, refused: NDArray[np.bool_]) -> FeatureCount:
    mended = int((found.repaired & ~refused).sum())
    out, kept = int(refused.sum()), len(refused)
    return FeatureCount(taken.read, kept - mended - out, mended, out, taken.read - kept)


def _check_classes(path: Path, table: Table, spec: HazardSpec) -> None:
    """Fields that the plan names must be there, and the limits must rise."""
    wanted = [spec.classes.field] if spec.classes.field else []
    if spec.where:
        wanted.append(spec.where.field)
    for field in wanted:
        # the fields of a KML stand in the HTML of its description, seen only once it is read
        if field not in table.fields and "description" not in {name.casefold() for name in table.fields}:
            raise refusal(path, "no_field", field, fields=table.fields)
    if spec.classes.all is None and spec.classes.field is None:
        raise refusal(path, "classes_without_field", fields=table.fields)
    checked_limits(path, spec.classes)


def _take(path: Path, frame: gpd.GeoDataFrame, spec: HazardSpec) -> _Features:
    """The features the plan means, each with its class: the plan's, else that of a known product."""
    if spec.classes.field and spec.classes.field not in frame.columns:
        raise refusal(path, "no_field", spec.classes.field, fields=tuple(map(str, frame.columns)))
    chosen = _chosen(path, frame, spec.where)
    rows, kept = np.flatnonzero(chosen) + 1, frame[chosen]
    field_used: str | None
    unknown = False
    product = None if "classes" in spec.model_fields_set else recognise(kept.drop(columns=kept.geometry.name))
    if product:
        field_used, answers = product.field, product.answers
    else:
        field_used = spec.classes.field
        unknown = "classes" not in spec.model_fields_set
        answers = classify(kept[field_used] if field_used else None, spec.classes, len(kept))
    there = answers != LEFT_OUT
    if not there.any():
        raise refusal(path, "nothing_usable", count=len(kept))
    kept, rows, answers = kept[there], rows[there], answers[there]
    check_place(path, kept)
    problems = [
        *_cut_note(path, frame),
        *(_product_note(path, product, int((~there).sum())) if product else ()),
        *(_unknown_note(path, kept) if unknown else ()),
        *class_findings(path, rows, answers, kept, field_used),
    ]
    unclassed = answers < Severity.NOT_OBSERVED
    # ground whose class nobody stated was not described: it is not observed, never dry
    severity = np.maximum(answers, np.int8(Severity.NOT_OBSERVED))
    return _Features(kept, rows, severity, unclassed, len(frame), tuple(problems))


def _cut_note(path: Path, frame: gpd.GeoDataFrame) -> list[Problem]:
    count = frame.attrs.get("cut_texts", 0)
    return [Problem("shocks.text_cut", path.name, args={"count": count}, level="note")] if count else []


def _unknown_note(path: Path, kept: gpd.GeoDataFrame) -> list[Problem]:
    """Nobody said what the features mean and no product is known: all are severe, and that is told."""
    fields = tuple(str(name) for name in kept.columns if name != kept.geometry.name)[:12]
    args: dict[str, Arg] = {"fields": fields}
    return [Problem("shocks.unknown_product", path.name, args=args, level="note")] if fields else []


def _product_note(path: Path, product: Recognised, left_out: int) -> list[Problem]:
    """What the file was taken for, said so that the person can overrule it."""
    names = {int(severity): severity.name.lower() for severity in Severity} | {LEFT_OUT: "left out"}
    meaning = tuple(
        f"{value or '-'} = {names.get(answer, '?')}" for value, answer in list(product.meaning.items())[:12]
    )
    args: dict[str, Arg] = {"product": product.name, "meaning": meaning, "count": left_out}
    return [Problem("shocks.recognised", path.name, product.field, args=args, level="note")]


def _chosen(path: Path, frame: gpd.GeoDataFrame, where: Where | None) -> NDArray[np.bool_]:
    """(f,) bool: the features the plan takes. Raises InputError where it takes none."""
    if where is None:
        return np.ones(len(frame), dtype=np.bool_)
    if where.field not in frame.columns:
        raise refusal(path, "no_field", where.field, fields=tuple(map(str, frame.columns)))
    stated = texts_wanted(where)
    texts = plain_texts(frame[where.field])
    chosen = texts.isin(stated).to_numpy()
    if not chosen.any():
        seen = tuple(sorted(set(texts))[:8])
        raise refusal(path, "where_matches_nothing", where.field, wanted=stated, seen=seen)
    return np.asarray(chosen, dtype=np.bool_)


def _crs_note(path: Path, table: Table, crs: str | None) -> list[Problem]:
    if crs is None or not table.has_crs:
        return []
    return [Problem("shocks.crs_not_needed", path.name, args={"crs": crs}, level="note")]


def _observed(
    folder: Path, spec: HazardSpec, package: Package
) -> tuple[shapely.Geometry | None, list[Problem]]:
    """The ground that was looked at: the plan's file, else the extents in the package itself."""
    if spec.observed is not None:
        path = folder / spec.observed
        return _ground(path, choose_tables(path, None)[0], spec.crs)
    path = folder / spec.file
    ground: shapely.Geometry | None = None
    problems: list[Problem] = []
    for role in ("observed", "interest"):
        pieces = [_ground(path, table, spec.crs) for found, table in package if found == role]
        if not pieces:
            continue
        problems += [problem for _, found in pieces for problem in found]
        joined = shapely.union_all([piece for piece, _ in pieces])
        # analysed is what lies in the image and in the area that was asked for
        ground = joined if ground is None else shapely.intersection(ground, joined)
    names = tuple(table.layer for role, table in package if role in ("observed", "interest"))
    if names:
        problems.append(Problem("shocks.observed_found", path.name, args={"layers": names}, level="note"))
    return ground, problems


def _hidden(path: Path, package: Package, spec: HazardSpec) -> tuple[NDArray[np.object_], list[Problem]]:
    """Ground under cloud, which the package marks as not analysed."""
    hidden: list[NDArray[np.object_]] = []
    names = tuple(table.layer for role, table in package if role == "hidden")
    for role, table in package:
        if role != "hidden":
            continue
        try:
            frame = read_features(path, table, spec.crs)
        except InputError as error:
            if error.problems[0].code == "shocks.no_features":
                continue  # a clear sky is published as an empty table
            raise
        hidden.append(split_and_repair(frame.geometry.to_numpy()).shapes)
    note = [Problem("shocks.hidden_found", path.name, args={"layers": names}, level="note")] if names else []
    return (np.concatenate(hidden) if hidden else np.empty(0, dtype=np.object_)), note


def _ground(path: Path, table: Table, crs: str | None) -> tuple[shapely.Geometry, list[Problem]]:
    """All polygons of a table as one ground, mended as the hazard's are."""
    frame = read_features(path, table, crs)
    check_place(path, frame)
    found = split_and_repair(frame.geometry.to_numpy())
    if not len(found.shapes):
        raise refusal(path, "nothing_usable", count=len(frame))
    return shapely.union_all(found.shapes), geometry_findings(path, np.arange(1, len(frame) + 1), found)
