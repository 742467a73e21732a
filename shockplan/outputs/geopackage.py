"""GeoPackage of the result: districts and villages with their figures. No persons, no households.

Layer `districts`: polygons of the plan's boundaries (EPSG:4326) with names and figures. Layer
`villages`: the reference point of each village with its figures; a village without a known point, and
the households without a village, have rows with an empty geometry, so that both layers add up to the
plan. Table `layer_styles`: how QGIS draws them. The time stamps inside are the plan's date, so the same
plan gives the same bytes.
"""

import datetime as dt
import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from shockplan.fingerprint import short
from shockplan.outputs.figures import FIGURES
from shockplan.outputs.qgis_styles import style_table

if TYPE_CHECKING:
    from shockplan.plan import Plan

CRS = "EPSG:4326"
VERSION = "1.2"  # an older QGIS warns of a later one, and nothing of a later one is used here
NEXT_TO_NO_ROOM = 4 * 1024 * 1024
GDAL_ERRORS = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError)


def write_geopackage(plan: "Plan", path: Path, villages: pd.DataFrame, districts: pd.DataFrame) -> None:
    """Write both layers. `villages` and `districts` as made by `figures`. Raises OSError."""
    date = plan.inputs.spec.plan.date
    stamp = f"{date.isoformat() if date else '2000-01-01'}T00:00:00.000Z"
    path.unlink(missing_ok=True)
    with fixed_time(stamp), system_errors(path):
        write_layer(district_layer(plan, districts), path, "districts", "MultiPolygon", plan)
        write_layer(village_layer(villages), path, "villages", "Point", plan)
        when = dt.datetime.combine(date or dt.date(2000, 1, 1), dt.time(), dt.UTC)
        styles = style_table(districts, villages, when)
        pyogrio.write_dataframe(styles, path, layer="layer_styles", driver="GPKG", append=True)


def write_layer(frame: gpd.GeoDataFrame, path: Path, layer: str, geometry: str, plan: "Plan") -> None:
    pyogrio.write_dataframe(
        frame,
        path,
        layer=layer,
        driver="GPKG",
        geometry_type=geometry,
        append=path.exists(),
        dataset_options={"VERSION": VERSION},
        layer_options={"DESCRIPTION": description(plan)},
    )


def description(plan: "Plan") -> str:
    """What a reader of the file must know: plan, fingerprint, draft, how true the boundaries are."""
    head, boundaries = plan.inputs.spec.plan, plan.inputs.boundaries
    parts = [
        head.name,
        f"plan {short(plan.fingerprint)}",
        "approved" if plan.approved else "DRAFT: not for payment",
        "made up, for training" if head.made_up else "",
        "schematic boundaries" if boundaries.schematic else "",
        boundaries.source,
    ]
    return "; ".join(part for part in parts if part)


def district_layer(plan: "Plan", districts: pd.DataFrame) -> gpd.GeoDataFrame:
    """Columns pcode, name_en, name_lo, province, FIGURES, schematic; a row for each district."""
    shapes = plan.inputs.boundaries.frame.set_index("pcode")["geometry"]
    geometry = shapes.reindex(districts["pcode"]).to_numpy()
    frame = districts.assign(schematic=plan.inputs.boundaries.schematic)
    return gpd.GeoDataFrame(frame, geometry=as_multi(geometry), crs=CRS)


def as_multi(shapes: object) -> list[shapely.MultiPolygon | None]:
    """Polygons as multipolygons: a layer has one type of geometry."""
    return [
        shapely.MultiPolygon([shape]) if isinstance(shape, shapely.Polygon) else shape
        for shape in shapes  # type: ignore[attr-defined]  # an array of objects
    ]


def village_layer(villages: pd.DataFrame) -> gpd.GeoDataFrame:
    """Columns district, code, name_lo, name_en, FIGURES, waiting; a row for each place with households."""
    known = villages["lon"].notna() & villages["lat"].notna()
    points = shapely.points(villages["lon"].fillna(0), villages["lat"].fillna(0))
    geometry = gpd.GeoSeries(points, index=villages.index, crs=CRS).where(known, None)
    columns = ["district", "code", "name_lo", "name_en", *FIGURES]
    return gpd.GeoDataFrame(villages[columns], geometry=geometry, crs=CRS)


@contextmanager
def fixed_time(stamp: str) -> Iterator[None]:
    """GDAL writes this time instead of the clock's."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": stamp})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


@contextmanager
def system_errors(path: Path) -> Iterator[None]:
    """GDAL's own errors while writing are a disk that does not take the file.

    They do not say which; where next to no room is left, it is that.
    """
    try:
        yield
    except GDAL_ERRORS as error:
        full = shutil.disk_usage(path.parent).free < NEXT_TO_NO_ROOM
        raise OSError(errno.ENOSPC if full else errno.EIO, str(error), str(path)) from error
