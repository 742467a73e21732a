"""What a shock layer's file holds, said before it is used: tables, fields, and what each was taken for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pyogrio

from shockplan.areas import Gazetteer, load_gazetteer
from shockplan.boundaries import BROKEN_FILE
from shockplan.progress import silent
from shockplan.registry.files import read_table
from shockplan.shocks.datasets import refusal
from shockplan.shocks.place_columns import code_columns, village_column
from shockplan.shocks.products import Role, recognise, role_of
from shockplan.shocks.raster_choice import choose_raster, is_raster
from shockplan.shocks.severity import LEFT_OUT, plain_texts, standards
from shockplan.shocks.track import is_table, radius_fields
from shockplan.shocks.vector import Table, tables_of, with_plain_attributes

MOST_VALUES = 20
SAMPLE_CELLS = 512
"""Cells a side of the thinned raster whose values are shown."""
WORDS = {-1: "not_observed", 0: "none", 1: "low", 2: "moderate", 3: "severe", LEFT_OUT: "left_out"}

Kind = Literal["hazard", "raster", "area", "track"]


@dataclass(frozen=True, slots=True)
class FieldLook:
    """A field of n features: how many are blank, and its different values.

    `values`: the MOST_VALUES that are met most, each with its count. `lowest`, `highest`: the range
    where every value is a number, else None. `tag`: its HXL tag.
    """

    name: str
    different: int
    values: tuple[tuple[str, int], ...]
    blank: int
    lowest: float | None
    highest: float | None
    tag: str = ""


@dataclass(frozen=True, eq=False)
class TableLook:
    """A table of a file and what was understood of it.

    `kind`: polygons, a raster (one field, its cells; counts are of a thinned sample), a table by place, or
    the positions of a storm with wind radii, which need no classes.
    `product`: what it was taken for, "" for an unknown one; then `class_field` and `meaning` (each value's
    class) are what `classes` of a plan may overrule.
    `code`: the column of a table by place that names the place, "" where none does; `level`: whether that is
    a village, and `district` the column of its district then.
    """

    layer: str
    role: Role
    kind: Kind
    features: int
    has_crs: bool
    fields: tuple[FieldLook, ...]
    product: str = ""
    class_field: str = ""
    meaning: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    level: Literal["area", "village"] = "area"
    district: str = ""

    def field(self, name: str) -> FieldLook | None:
        """The field of that name."""
        return next((each for each in self.fields if each.name == name), None)


def look_at(path: Path) -> tuple[TableLook, ...]:
    """Every table of a file, folder or archive, hazards first. InputError where it cannot be read."""
    if is_table(path):
        return (_look_at_table(path, load_gazetteer()),)
    if is_raster(path):
        return (_look_at_raster(path),)
    try:
        looks = [_look(table) for table in tables_of(path)]
        if not looks:
            points = [_look(table) for table in tables_of(path, ("Point",))]
            looks = [replace(look, kind="track") for look in points if _is_track(look.fields)]
    except BROKEN_FILE as error:
        raise refusal(path, "unreadable", reason=str(error)[:200]) from None
    if not looks:
        raise refusal(path, "no_polygons")
    return tuple(sorted(looks, key=lambda look: (look.role != "hazard", look.layer)))


def _look(table: Table) -> TableLook:
    frame = pyogrio.read_dataframe(
        table.dataset, layer=table.layer, read_geometry=False, datetime_as_string=True
    )
    frame = with_plain_attributes(frame)
    known = recognise(frame)
    return TableLook(
        layer=table.layer,
        role=role_of(table.layer),
        kind="hazard",
        features=table.rows,
        has_crs=table.has_crs,
        fields=tuple(_field(frame[name]) for name in frame.columns),
        product=known.name if known else "",
        class_field=known.field if known else "",
        meaning={value: WORDS.get(answer, "?") for value, answer in known.meaning.items()} if known else {},
    )


def _look_at_raster(path: Path) -> TableLook:
    from rasterio.enums import Resampling

    from shockplan.shocks.raster_file import opened

    file = choose_raster(path, None)
    with opened(path, file.dataset) as raster:
        across, down = min(raster.width, SAMPLE_CELLS), min(raster.height, SAMPLE_CELLS)
        values = raster.read(
            1, out_shape=(down, across), masked=True, resampling=Resampling.nearest
        )
        cells, has_crs = raster.width * raster.height, raster.crs is not None
        nodata = raster.nodata
    plain = np.ma.filled(values.astype(np.float64), np.nan).ravel()
    product = file.product
    blanks = product.blanks if product else ()
    plain[np.isin(plain, blanks) if nodata is None else np.zeros(len(plain), dtype=bool)] = np.nan
    return TableLook(
        layer=file.name,
        role="hazard",
        kind="raster",
        features=cells,
        has_crs=has_crs,
        fields=(_field(pd.Series(plain, name="")),),
        product=product.name if product else "",
        meaning=dict(product.values) if product else {},
    )


def _look_at_table(path: Path, gazetteer: Gazetteer) -> TableLook:
    table = read_table(path, None, None, lambda _: False, silent)
    columns = [
        pd.Series(column.to_pylist(), name=name, dtype="str")
        for name, column in zip(table.headings, table.columns, strict=True)
    ]
    tags = table.tags or ("",) * len(columns)
    fields = tuple(_field(column, tag) for column, tag in zip(columns, tags, strict=True))
    area = next(iter(code_columns(columns, tags, gazetteer)), "")
    village = village_column(table, area)
    return TableLook(
        layer=table.name,
        role="hazard",
        kind="track" if _is_track(fields) else "area",
        features=len(table.rows),
        has_crs=False,
        fields=fields,
        code=village or area,
        level="village" if village else "area",
        district=area if village else "",
    )


def _is_track(fields: Sequence[FieldLook]) -> bool:
    """Whether the fields are wind radii of a storm."""
    names = [field.name for field in fields]
    return any(radius_fields(names, int(knots)) for knots in standards()["storm_wind_kt"].breaks.values())


def _field(values: pd.Series, tag: str = "") -> FieldLook:
    texts = plain_texts(values)
    counts = Counter(texts[texts != ""])
    most = tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_VALUES])
    numbers = pd.to_numeric(values.replace("", None), errors="coerce").dropna()
    filled = int((texts != "").sum())
    whole = len(numbers) and len(numbers) == filled
    low, high = (float(numbers.min()), float(numbers.max())) if whole else (None, None)
    return FieldLook(str(values.name), len(counts), most, len(values) - filled, low, high, tag)
