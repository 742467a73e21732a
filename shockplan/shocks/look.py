"""What a hazard file holds, said before it is used: tables, fields, and what each was taken for."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyogrio

from shockplan.shocks.products import Role, recognise, role_of
from shockplan.shocks.severity import LEFT_OUT, plain_texts
from shockplan.shocks.vector import Table, tables_of

MOST_VALUES = 20


@dataclass(frozen=True, slots=True)
class FieldLook:
    """A field: the number of different values, the first of them, and the range if they are numbers."""

    name: str
    different: int
    values: tuple[str, ...]
    lowest: float | None
    highest: float | None


@dataclass(frozen=True, eq=False)
class TableLook:
    """A polygon table of a file and what was understood of it.

    `product`: what it was taken for, "" for an unknown one; then `class_field` and `meaning` (each value's
    class, or "left out") are what `classes` of a plan may overrule.
    """

    layer: str
    role: Role
    features: int
    has_crs: bool
    fields: tuple[FieldLook, ...]
    product: str
    class_field: str
    meaning: Mapping[str, str]


def look_at(path: Path) -> tuple[TableLook, ...]:
    """Every polygon table of a file, folder or zip, hazards first. InputError where it cannot be read."""
    looks = [_look(table) for table in tables_of(path)]
    return tuple(sorted(looks, key=lambda look: (look.role != "hazard", look.layer)))


def _look(table: Table) -> TableLook:
    frame = pyogrio.read_dataframe(
        table.dataset, layer=table.layer, read_geometry=False, datetime_as_string=True
    )
    known = recognise(frame)
    words = {-1: "not_observed", 0: "none", 1: "low", 2: "moderate", 3: "severe", LEFT_OUT: "left out"}
    meaning = {value: words.get(answer, "?") for value, answer in known.meaning.items()} if known else {}
    return TableLook(
        layer=table.layer,
        role=role_of(table.layer),
        features=table.rows,
        has_crs=table.has_crs,
        fields=tuple(_field(frame[name]) for name in frame.columns),
        product=known.name if known else "",
        class_field=known.field if known else "",
        meaning=meaning,
    )


def _field(values: pd.Series) -> FieldLook:
    texts = plain_texts(values)
    different = sorted(set(texts) - {""})
    numbers = pd.to_numeric(values, errors="coerce").dropna()
    whole = len(numbers) and len(numbers) == int((texts != "").sum())
    low, high = (float(numbers.min()), float(numbers.max())) if whole else (None, None)
    return FieldLook(str(values.name), len(different), tuple(different[:MOST_VALUES]), low, high)
