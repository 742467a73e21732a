"""What was read, as pieces of bytes and back: tables as Parquet, shapes as GeoParquet, the rest as JSON.

Nothing here can run code on the way back: no pickle, no class named by the file.
"""

import io
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_type_hints

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pydantic import TypeAdapter

from shockplan.registry.difference import Difference

Pieces = dict[str, bytes]
NAMED_LATER = {"Difference": Difference}
"""Types that the values' own modules know only to the type checker."""

COMPRESSION = "lz4"
"""Of the Parquet pieces: nothing unpacks faster, and the file is opened more often than sent."""


def pieces_of(value: Any, kind: Any, name: str = "value") -> Pieces:
    """The bytes of a value of that type, in pieces by name. Raises TypeError for what cannot be kept."""
    if value is None:
        return {}
    if isinstance(value, gpd.GeoDataFrame):
        return {f"{name}.geoparquet": geo_bytes(value)}
    if isinstance(value, pd.DataFrame):
        return {f"{name}.parquet": table_bytes(value)}
    if isinstance(value, np.ndarray):
        return array_pieces(value, name)
    if isinstance(value, shapely.Geometry):
        return {f"{name}.wkb": bytes(shapely.to_wkb(value))}
    made: Any = type(value)
    if is_dataclass(value) and holds_tables(made):
        pieces: Pieces = {}
        for field, own in hints(made).items():
            pieces |= pieces_of(getattr(value, field), own, f"{name}.{field}")
        return pieces
    return {f"{name}.json": adapter(kind).dump_json(value, fallback=dict, warnings=False)}


def value_of(pieces: Mapping[str, bytes], kind: Any, name: str = "value") -> Any:
    """The value again, of that type; None where it was None. Raises ValueError where it is not one."""
    kinds = [one for one in get_args(kind) or (kind,) if isinstance(one, type) and is_dataclass(one)]
    for one in kinds:
        if holds_tables(one):
            own = hints(one)
            if not any(piece.startswith(f"{name}.") for piece in pieces):
                return None
            return one(**{field: value_of(pieces, own[field], f"{name}.{field}") for field in own})
    found = {piece.removeprefix(f"{name}."): content for piece, content in pieces.items()}
    if "json" in found:
        return adapter(kind).validate_json(found["json"])
    if "parquet" in found:
        return table_of(found["parquet"])
    if "geoparquet" in found:
        return gpd.read_parquet(io.BytesIO(found["geoparquet"]))
    if "wkb" in found:
        return shapely.from_wkb(found["wkb"])
    if "shapes" in found:
        return shapely.from_wkb(
            np.array(pq.read_table(io.BytesIO(found["shapes"]))["wkb"].to_pylist(), object)
        )
    if "npy" in found:
        return np.load(io.BytesIO(found["npy"]), allow_pickle=False)
    return None


@cache
def hints(kind: Any) -> dict[str, Any]:
    """The types of a dataclass's fields, those that its constructor takes."""
    known = get_type_hints(kind, localns=NAMED_LATER)
    return {field.name: known[field.name] for field in fields(kind) if field.init}


@cache
def holds_tables(kind: Any) -> bool:
    """Whether a dataclass holds, somewhere, what JSON cannot."""
    texts = " ".join(str(own) for own in hints(kind).values())
    return any(word in texts for word in ("DataFrame", "ndarray", "Geometry"))


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def geo_bytes(frame: gpd.GeoDataFrame) -> bytes:
    stream = io.BytesIO()
    frame.to_parquet(stream, compression=COMPRESSION)
    return stream.getvalue()


def table_bytes(frame: pd.DataFrame) -> bytes:
    """A table as Parquet, with the pandas types of its columns."""
    stream = io.BytesIO()
    kinds = {str(name): str(kind) for name, kind in frame.dtypes.items()}
    table = pa.Table.from_pandas(frame, preserve_index=False)
    kept = adapter(dict[str, str]).dump_json(kinds)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), b"shockplan": kept})
    pq.write_table(table, stream, compression=COMPRESSION, use_dictionary=True)
    return stream.getvalue()


def table_of(content: bytes) -> pd.DataFrame:
    """The table again: Parquet knows no seconds, and pandas would guess some types anew."""
    table = pq.read_table(pa.BufferReader(content))
    kinds = adapter(dict[str, str]).validate_json(table.schema.metadata[b"shockplan"])
    frame: pd.DataFrame = table.to_pandas()
    wrong = {name: kind for name, kind in kinds.items() if str(frame[name].dtype) != kind}
    return frame.astype(wrong) if wrong else frame


def array_pieces(values: np.ndarray[Any, Any], name: str) -> Pieces:
    stream = io.BytesIO()
    if values.dtype == object:
        table = pa.table({"wkb": pa.array(shapely.to_wkb(values).tolist(), pa.binary())})
        pq.write_table(table, stream, compression=COMPRESSION)
        return {f"{name}.shapes": stream.getvalue()}
    np.save(stream, values, allow_pickle=False)
    return {f"{name}.npy": stream.getvalue()}
