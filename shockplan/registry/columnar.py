"""Files whose columns have names and types: Parquet, and points in GeoPackage, Shapefile or GeoJSON."""

import threading
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyogrio
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from shockplan.held import opened_by_itself
from shockplan.problems import Problem
from shockplan.progress import Progress, side_by_side
from shockplan.registry.cells import is_ascii, letters_of
from shockplan.registry.tables import Columns, Table, fault, together

LAYER_FAULTS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    UnicodeError,
    ValueError,
    NameError,  # the library's own, where a .prj holds no reference system
)
EACH_BYTE = "ISO-8859-1"
MANY_BYTES = 2
MOST_CELLS, MOST_UNPACKED = 1_500_000_000, 6 << 30
"""A few megabytes of Parquet can hold any number of equal cells; every person of Laos with 150 columns
stays below."""

FIRST_ROW = 2
"""The first data row of a file without a row of headings is shown as 2, as in a spreadsheet."""


def read_parquet(path: Path, progress: Progress) -> Table:
    """The columns of a Parquet file as text; binary columns are left out."""
    own, given = threading.local(), opened_by_itself(path)

    def opened(few: list[str] | None = None) -> pq.ParquetFile:
        source = given if isinstance(given, str) else pa.BufferReader(given.getbuffer())
        return pq.ParquetFile(source, read_dictionary=few)

    def texts_of(name: str) -> pa.ChunkedArray:
        if not hasattr(own, "file"):  # no two threads may read through one opened file
            own.file = opened(few)
        column = own.file.read(columns=[name], use_threads=False).column(0)
        check_letters(column)
        if len(column) != own.file.metadata.num_rows:
            raise ValueError(f"{name}: {len(column)} != {own.file.metadata.num_rows}")
        return as_text(column)

    try:
        file = opened()
        check_size(file.metadata, path)
        names = [field.name for field in file.schema_arrow if not is_binary(field.type)]
        few, columns = of_few_texts(file), Columns()
        for column in side_by_side(texts_of, names):
            columns.append(column)
            progress(len(columns) / len(names))
    except (pa.ArrowException, OSError, ValueError) as error:  # a name may not even be UTF-8
        raise fault("registry.format_damaged", path, format="Parquet", reason=first_line(error)) from error
    return named_table(names, columns, path)


def check_letters(column: pa.ChunkedArray) -> None:
    """Raise ArrowInvalid where a text is no UTF-8: reading does not look. ASCII shows itself at once."""
    for cells in column.chunks:
        texts = pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type)
        if not (texts and is_ascii(letters_of(cells))):
            cells.validate(full=True)


def check_size(meta: pq.FileMetaData, path: Path) -> None:
    """Raise InputError for a file that would unpack to more than can be read."""
    unpacked = sum(meta.row_group(number).total_byte_size for number in range(meta.num_row_groups))
    if meta.num_rows * meta.num_columns > MOST_CELLS or unpacked > MOST_UNPACKED:
        stated = {"rows": meta.num_rows, "columns": meta.num_columns, "size": round(unpacked / 2**20)}
        raise fault("registry.unpacks_too_far", path, **stated)


def of_few_texts(file: pq.ParquetFile) -> list[str]:
    """The columns of texts that are best read as a dictionary, because the file keeps them as one: they take
    less than two bytes a cell. Speed only: no value depends on it."""
    meta = file.metadata
    sizes: dict[str, int] = {}
    for group in (meta.row_group(number) for number in range(meta.num_row_groups)):
        for chunk in (group.column(number) for number in range(group.num_columns)):
            name = chunk.path_in_schema
            sizes[name] = sizes.get(name, 0) + chunk.total_uncompressed_size
    kinds = (pa.types.is_string, pa.types.is_large_string)
    return [
        field.name
        for field in file.schema_arrow
        if any(is_kind(field.type) for is_kind in kinds)
        and sizes.get(field.name, meta.num_rows * MANY_BYTES) < meta.num_rows * MANY_BYTES
    ]


def is_binary(kind: pa.DataType) -> bool:
    """Whether a column holds nothing that a person could have typed."""
    if is_list(kind):
        return is_binary(kind.value_type)
    kinds = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_nested)
    return any(is_kind(kind) for is_kind in kinds)


def is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells as a person would type them: no .0 behind whole numbers, dates as 2026-11-24, '' for null."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return dictionary_of_texts(column)
    if is_list(kind):  # every answer to a question that takes several
        return pa.chunked_array(map(joined, column.chunks), pa.string())
    if pa.types.is_timestamp(kind):
        texts = pc.replace_substring_regex(column.cast(pa.string()), r" 00:00:00(\.0+)?(Z|\+00:?00)?$", "")
    elif pa.types.is_floating(kind):
        # Arrow writes 1e+06 for a million: whole numbers go through integers
        whole = pc.and_kleene(pc.equal(pc.floor(column), column), pc.less(pc.abs(column), 1e15))
        integers = pc.if_else(whole, column, None).cast(pa.float64()).cast(pa.int64())
        finite = pc.if_else(pc.is_finite(column), column, None)
        texts = pc.coalesce(integers.cast(pa.string()), finite.cast(pa.string()))
    else:
        texts = column.cast(pa.string())
    return pa.chunked_array(map(empty_for_null, texts.chunks), pa.string())


def joined(lists: pa.ListArray) -> pa.Array:
    """The texts of each list in one, '' where there is none."""
    first, last = (lists.offsets[place].as_py() for place in (0, -1))
    values = together(as_text(pa.chunked_array([lists.values.slice(first, last - first)])))
    starts = pc.subtract(lists.offsets, lists.offsets[0]).cast(pa.int32())
    return pc.binary_join(pa.ListArray.from_arrays(starts, values), ", ")


def empty_for_null(texts: pa.Array) -> pa.Array:
    """Texts with '' for null, not copied where the nulls hold no letters anyway."""
    if not texts.null_count:
        return texts
    if len(letters_of(texts)) != (pc.sum(pc.binary_length(texts)).as_py() or 0):
        return pc.fill_null(texts, "")
    return pa.Array.from_buffers(texts.type, len(texts), [None, *texts.buffers()[1:]], 0, texts.offset)


def dictionary_of_texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A dictionary of anything as one of texts."""
    encoded = together(column.unify_dictionaries())
    texts, places = together(as_text(pa.chunked_array([encoded.dictionary]))), encoded.indices
    if places.null_count:
        places = pc.fill_null(places, len(texts))
        texts = pa.concat_arrays([texts, pa.array([""])])
    return pa.chunked_array([pa.DictionaryArray.from_arrays(places, texts)])


def read_points(path: Path, layer: str | None, progress: Progress) -> Table:
    """A layer of points as a table: its fields, and longitude and latitude as `geometry lon`, `geometry lat`.

    Raises InputError: damaged, more than one layer to choose from, coordinates without a known
    reference system. Features that are not points have no coordinates and are named.
    """
    try:
        with warnings.catch_warnings():
            # what the driver only murmurs about shows in what it reads, or in its error
            warnings.simplefilter("ignore", RuntimeWarning)
            headings, crs, shapes, fields = read_layer_fields(path, layer)
    except LAYER_FAULTS as error:
        raise fault("registry.format_damaged", path, format=path.suffix, reason=first_line(error)) from error
    progress(0.7)
    arrays = (pa.array(with_lists(values), from_pandas=True) for values in fields)
    columns = [as_text(pa.chunked_array([array])) for array in arrays]
    table = named_table(headings, columns, path)
    if shapes is None:
        return table
    lon, lat, other = degrees(shapely.from_wkb(shapes, on_invalid="ignore"), crs, path)
    texts = [pa.chunked_array([pa.array(values, from_pandas=True)]) for values in (lon, lat)]
    table.columns.extend(as_text(text) for text in texts)
    problems: tuple[Problem, ...] = ()
    if other.any():
        rows = tuple(table.rows[other].tolist())
        problems = (Problem("registry.no_point", path.name, rows=rows, level="warning"),)
    headings += ["geometry lon", "geometry lat"]
    return Table(tuple(headings), table.columns, table.rows, table.shifted, path.name, problems)


def read_layer_fields(
    path: Path, layer: str | None
) -> tuple[list[str], str | None, NDArray[np.object_] | None, list[NDArray[np.generic]]]:
    """(names, reference system, shapes as WKB, values of each field) of a layer."""
    chosen = chosen_layer(list(layer_names(path)), layer, path)
    try:
        meta, _, shapes, fields = pyogrio.raw.read(opened_by_itself(path), layer=chosen)
    except UnicodeDecodeError:
        # DBF columns cut Lao text in the middle of a letter: read byte by byte, the letter becomes U+FFFD
        meta, _, shapes, fields = pyogrio.raw.read(opened_by_itself(path), layer=chosen, encoding=EACH_BYTE)
        fields = [np.array(list(map(relettered, values)), dtype=object) for values in fields]
        meta["fields"] = [relettered(name) for name in meta["fields"]]
    return [str(name) for name in meta["fields"]], meta["crs"], shapes, fields


def with_lists(values: NDArray[np.generic]) -> NDArray[np.generic] | list[Any]:
    """The values of a field, its arrays as lists: an empty array has another type than its neighbours."""
    if values.dtype != object or not any(isinstance(value, np.ndarray) for value in values):
        return values
    return [value.tolist() if isinstance(value, np.ndarray) else value for value in values]


def relettered(value: Any) -> Any:
    """A text of one letter a byte as the UTF-8 that it was; any other value as it is."""
    try:
        return value.encode(EACH_BYTE).decode("utf-8", "replace") if isinstance(value, str) else value
    except UnicodeEncodeError:  # it has letters beside those, so it was read as UTF-8
        return value


def layer_names(path: Path) -> tuple[str, ...]:
    """The layers of a file. Raises InputError where it cannot be opened."""
    try:
        return tuple(str(name) for name in pyogrio.list_layers(opened_by_itself(path))[:, 0])
    except LAYER_FAULTS as error:
        raise fault("registry.format_damaged", path, format=path.suffix, reason=first_line(error)) from error


def chosen_layer(names: list[str], layer: str | None, path: Path) -> str:
    """The layer that the person named, or the only one."""
    if layer is not None and layer not in names:
        raise fault("registry.sheet_unknown", path, sheet=layer, sheets=", ".join(names))
    if layer is None and len(names) > 1:
        raise fault("registry.sheet_not_named", path, sheets=", ".join(names))
    if not names:
        raise fault("registry.empty", path)
    return layer or names[0]


def degrees(
    shapes: NDArray[np.object_], crs: str | None, path: Path
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """(longitude, latitude, is no point) of shapes in their reference system, EPSG:4326."""
    if crs is None:
        raise fault("registry.no_crs", path)
    point = np.asarray(shapely.get_type_id(shapes) == shapely.GeometryType.POINT)
    x, y = np.asarray(shapely.get_x(shapes)), np.asarray(shapely.get_y(shapes))
    try:
        system = CRS.from_user_input(crs)
        if system != CRS.from_epsg(4326):
            x, y = Transformer.from_crs(system, 4326, always_xy=True).transform(x, y)
    except ProjError as error:  # no system, or one that leads nowhere
        raise fault("registry.no_crs", path) from error
    x, y = (np.where(np.isfinite(values) & point, values, np.nan) for values in (x, y))
    return x, y, ~point & ~np.asarray(shapely.is_missing(shapes))


def named_table(names: list[str], columns: list[pa.ChunkedArray], path: Path) -> Table:
    """A table whose headings are the names of its columns. Raises InputError where it has no rows."""
    count = len(columns[0]) if columns else 0
    if not count:
        raise fault("registry.no_rows" if names else "registry.empty", path)
    rows = np.arange(FIRST_ROW, count + FIRST_ROW, dtype=np.int64)
    return Table(tuple(names), columns, rows, np.zeros(count, dtype=bool), path.name)


def first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
