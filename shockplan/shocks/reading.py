"""Hop 0 of a shock: from the file an agency published to a layer that is understood."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from shockplan.areas import Gazetteer
from shockplan.planfile import AreaSpec, HazardSpec, Scalar, Where
from shockplan.problems import Problem
from shockplan.progress import Progress, silent
from shockplan.shocks.area_table import read_area_layer
from shockplan.shocks.geometry import Parts, split_and_repair
from shockplan.shocks.layer import FeatureCount, HazardLayer, Layer, Severity
from shockplan.shocks.severity import BLANK, NOT_LISTED, classify, limits, plain_texts
from shockplan.shocks.vector import LAOS, Table, check_place, choose_table, read_features, refusal
from shockplan.source import source_of_dataset


def read_layer(
    folder: Path, spec: HazardSpec | AreaSpec, gazetteer: Gazetteer, progress: Progress = silent
) -> Layer:
    """The layer a plan names, its file relative to `folder`. Raises InputError where it cannot be used."""
    if isinstance(spec, AreaSpec):
        return read_area_layer(folder / spec.file, spec, gazetteer)
    return read_hazard(folder, spec, progress)


def read_hazard(folder: Path, spec: HazardSpec, progress: Progress = silent) -> HazardLayer:
    """Hazard polygons with one severity a part, what was done to them, and the ground observed."""
    path = folder / spec.file
    table = choose_table(path, spec.layer)
    _check_classes(path, table, spec)
    frame = read_features(path, table, spec.crs)
    progress(0.4)
    chosen = _chosen(path, frame, spec.where)
    kept = frame[chosen]
    check_place(path, kept)
    rows = np.flatnonzero(chosen) + 1
    found = split_and_repair(kept.geometry.to_numpy())
    progress(0.8)
    field = spec.classes.field
    answers = classify(kept[field] if field else None, spec.classes, len(kept))
    unclassed = answers < Severity.NOT_OBSERVED
    # ground whose class nobody stated was not described: it is not observed, never dry
    severity = np.where(unclassed, np.int8(Severity.NOT_OBSERVED), answers).astype(np.int8)
    problems = [
        *_crs_note(path, table, spec.crs),
        *_geometry_findings(path, rows, found),
        *_class_findings(path, rows, answers, kept, field),
        *_place_findings(path, rows, kept),
    ]
    refused = found.refused | unclassed
    if refused.all():
        raise refusal(path, "nothing_usable", count=len(kept))
    observed, observed_problems = _observed(folder, spec)
    progress(1.0)
    return HazardLayer(
        id=spec.id,
        name=spec.name,
        shock=spec.shock,
        source=source_of_dataset(path),
        source_note=spec.source,
        date=spec.date,
        defines_affected=spec.defines_affected,
        parts=found.shapes,
        severity=severity[found.feature],
        observed=observed,
        features=_count(len(frame), len(kept), refused, found.repaired),
        problems=(*problems, *observed_problems),
    )


def _count(
    read: int, kept: int, refused: NDArray[np.bool_], repaired: NDArray[np.bool_]
) -> FeatureCount:
    mended = int((repaired & ~refused).sum())
    out = int(refused.sum())
    return FeatureCount(read, kept - mended - out, mended, out, read - kept)


def _check_classes(path: Path, table: Table, spec: HazardSpec) -> None:
    """Fields that the plan names must be there, and the limits must rise."""
    wanted = [spec.classes.field] if spec.classes.field else []
    if spec.where:
        wanted.append(spec.where.field)
    for field in wanted:
        if field not in table.fields:
            raise refusal(path, "no_field", field, fields=table.fields)
    if spec.classes.all is None and spec.classes.field is None:
        raise refusal(path, "classes_without_field", fields=table.fields)
    try:
        limits(spec.classes)
    except ValueError:
        raise refusal(path, "breaks_not_rising") from None


def _chosen(path: Path, frame: gpd.GeoDataFrame, where: Where | None) -> NDArray[np.bool_]:
    """(f,) bool: the features the plan takes. Raises InputError where it takes none."""
    if where is None:
        return np.ones(len(frame), dtype=np.bool_)
    wanted = [*(where.one_of or ()), *([] if where.equals is None else [where.equals])]
    texts = plain_texts(frame[where.field])
    chosen = texts.isin([_as_text(value) for value in wanted]).to_numpy()
    if not chosen.any():
        seen = tuple(sorted(set(texts))[:8])
        stated = tuple(_as_text(value) for value in wanted)
        raise refusal(path, "where_matches_nothing", where.field, wanted=stated, seen=seen)
    return np.asarray(chosen, dtype=np.bool_)


def _as_text(value: Scalar) -> str:
    """A value of the plan file as `plain_texts` writes the same value of a field."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.strip()
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return f"{float(value):.15g}"


def _crs_note(path: Path, table: Table, crs: str | None) -> list[Problem]:
    if crs is None or not table.has_crs:
        return []
    return [Problem("shocks.crs_not_needed", path.name, args={"crs": crs}, level="note")]


def _geometry_findings(path: Path, rows: NDArray[np.int64], found: Parts) -> list[Problem]:
    findings = []
    for code, where in (
        ("shocks.repaired", found.repaired),
        ("shocks.refused", found.refused),
        ("shocks.part_lost", found.lost),
    ):
        if where.any():
            numbers = tuple(int(row) for row in rows[where])
            args = {"count": len(numbers)}
            findings.append(Problem(code, path.name, rows=numbers, args=args, level="warning"))
    return findings


def _class_findings(
    path: Path, rows: NDArray[np.int64], answers: NDArray[np.int8], kept: gpd.GeoDataFrame, field: str | None
) -> list[Problem]:
    findings: list[Problem] = []
    if field is None:
        return findings
    for code, answer in (("shocks.class_blank", BLANK), ("shocks.class_not_listed", NOT_LISTED)):
        where = answers == answer
        if where.any():
            texts = tuple(plain_texts(kept[field][where]))
            numbers = tuple(int(row) for row in rows[where])
            findings.append(
                Problem(code, path.name, field, numbers, texts, {"count": len(numbers)}, level="warning")
            )
    return findings


def _place_findings(path: Path, rows: NDArray[np.int64], kept: gpd.GeoDataFrame) -> list[Problem]:
    """Features that lie wholly outside the country stay in the layer and are listed."""
    bounds = kept.geometry.bounds.to_numpy()
    west, south, east, north = bounds.T
    away = (west > LAOS[2]) | (east < LAOS[0]) | (south > LAOS[3]) | (north < LAOS[1])
    outside = away & np.isfinite(bounds).all(axis=1)
    if not outside.any():
        return []
    numbers = tuple(int(row) for row in rows[outside])
    args = {"count": len(numbers)}
    return [Problem("shocks.feature_outside", path.name, rows=numbers, args=args, level="note")]


def _observed(folder: Path, spec: HazardSpec) -> tuple[shapely.Geometry | None, list[Problem]]:
    """The ground that was looked at, one geometry; None where the layer does not say."""
    if spec.observed is None:
        return None, []
    path = folder / spec.observed
    table = choose_table(path, None)
    frame = read_features(path, table, spec.crs)
    check_place(path, frame)
    found = split_and_repair(frame.geometry.to_numpy())
    if not len(found.shapes):
        raise refusal(path, "nothing_usable", count=len(frame))
    rows = np.arange(1, len(frame) + 1)
    return shapely.union_all(found.shapes), _geometry_findings(path, rows, found)


