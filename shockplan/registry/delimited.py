"""Delimited text: the encoding and the delimiter are found, ragged rows are kept and named."""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from shockplan.problems import InputError, Problem
from shockplan.progress import Progress
from shockplan.registry.cells import to_mask
from shockplan.registry.encodings import CHUNK_BYTES, SAMPLE_BYTES, as_it_stands, as_utf8, legacy
from shockplan.registry.tables import Sheet, fault

DELIMITERS = ",;\t|^~\x1f"
BLOCK_BYTES = 4 << 20
"""A row longer than this is refused: it is a broken quotation mark or no table at all."""

MAX_COLUMNS = 16_384
MANY_LINES = 200
"""A cell over more lines than this is a quotation mark that nobody closed."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How the records of a file are written."""

    delimiter: str
    width: int


def read_delimited(path: Path, progress: Progress) -> Sheet:
    """The table in a text file. Raises InputError where the file holds no table of text."""
    try:
        return read_stream(*as_utf8(path), path, progress)
    except NotUtf8:
        return read_stream(*legacy(path), path, progress)


class NotUtf8(Exception):
    """A cell of the stream is no UTF-8."""


def read_stream(stream: Any, problems: tuple[Problem, ...], path: Path, progress: Progress) -> Sheet:
    """The table in a stream of UTF-8. Raises NotUtf8 where it is none after all.

    A file as it stands is looked through beside its reading; where it turns out to be no UTF-8, whatever
    was read of it, or said against it, does not count: the reader loses a ragged row that it cannot decode.
    """
    with stream, ThreadPoolExecutor(max_workers=1) as beside:
        sample = stream.read(SAMPLE_BYTES)
        stream.seek(0)
        check_utf8(sample, whole_letters(sample) if len(sample) == SAMPLE_BYTES else len(sample))
        twice = isinstance(stream, pa.NativeFile)
        lines = beside.submit(lines_of_file, path) if twice else beside.submit(line_ends, stream)
        if not twice:
            lines.result()
        try:
            shape = shape_of(sample.decode("utf-8", errors="ignore"), path, len(sample) == SAMPLE_BYTES)
            return read_records(stream, lines, shape, path, problems, progress)
        except InputError:
            lines.result()
            raise


def shape_of(sample: str, path: Path, cut: bool = False) -> Shape:
    """Delimiter and number of columns of the records in a sample of the file, which may be cut off."""
    if not sample.strip("\ufeff\r\n\t ,;"):
        raise fault("registry.empty", path)
    hint = sample.lstrip("\ufeff").splitlines()[0].strip().lower()
    hinted = hint[4] if len(hint) == 5 and hint.startswith("sep=") else None
    best, best_score = Shape(hinted or ",", 1), 0.0
    for delimiter in hinted or DELIMITERS:
        found = [len(record) for record in sample_records(sample, delimiter, cut) if record]
        widths = Counter(found)
        width = max(widths, key=lambda width: (widths[width] * (width > 1), width), default=1)
        score = (width > 1) * (width - 1) ** 0.5 * (widths[width] / max(1, widths.total())) ** 2
        score *= 2 if found and found[0] == width else 1  # the headings say so too
        if score > best_score:
            best, best_score = Shape(delimiter, width), score
    if best.width > MAX_COLUMNS:
        raise fault("registry.too_wide", path, columns=best.width, most=MAX_COLUMNS)
    return best


def sample_records(sample: str, delimiter: str, cut: bool, most: int = 200) -> Iterable[list[str]]:
    """The first records of a sample, without the last one where it may be cut."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    records: list[list[str]] = []
    try:
        for record in reader:
            records.append(record)
            if len(records) == most:
                break
    except csv.Error:
        pass  # a cell too long for the sample: what was read before it still shows the shape
    return records[:-1] if cut and 1 < len(records) < most else records


def read_records(
    stream: Any,
    lines: Future[int],
    shape: Shape,
    path: Path,
    problems: tuple[Problem, ...],
    progress: Progress,
) -> Sheet:
    """Every record as text. Spreadsheet rows are counted in records, blank ones among them.

    `lines`: line feeds of the stream; where there are more than records, some stand inside of cells.
    """
    ragged: list[tuple[int, str]] = []

    def keep_ragged(row: Any) -> str:
        ragged.append((row.number, row.text))
        return "skip"

    names = [f"c{number}" for number in range(shape.width)]
    try:
        reader = pacsv.open_csv(
            stream,
            read_options=pacsv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES, column_names=names),
            parse_options=pacsv.ParseOptions(
                delimiter=shape.delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=keep_ragged,
            ),
            # whether it is UTF-8 is asked beside it: see `line_ends`
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
        size = max(1, path.stat().st_size)
        batches, read = [], 0
        for batch in reader:
            batches.append(batch)
            read += batch.nbytes
            progress(min(1.0, read / size))
        cells = pa.Table.from_batches(batches, schema=reader.schema)
        if lines.result() != cells.num_rows + len(ragged):
            check_quotes(cells, shape, path)
    except pa.ArrowInvalid as error:
        if "straddling" in str(error):
            raise fault("registry.row_too_long", path, size=BLOCK_BYTES >> 20) from error
        raise fault("registry.not_delimited", path, reason=str(error).splitlines()[0][:200]) from error
    return with_ragged(cells, ragged, shape, path, problems)


def with_ragged(
    cells: pa.Table, ragged: list[tuple[int, str]], shape: Shape, path: Path, problems: tuple[Problem, ...]
) -> Sheet:
    """The records that did not fit put back where they stood: short ones filled, long ones cut."""
    total = cells.num_rows + len(ragged)
    shifted = np.zeros(total, dtype=bool)
    if not ragged:
        return Sheet(cells, np.arange(1, total + 1), shifted, path.name, problems, delimited=True)
    places = np.array([number for number, _ in ragged], dtype=np.int64) - 1
    records = [split_record(text, shape.delimiter) for _, text in ragged]
    for (number, _), record in zip(ragged, records, strict=True):
        if any(swallows_rows(cell, shape) for cell in record):
            raise fault("registry.open_quote", path, row=number)
    added = pa.table(
        {
            name: pa.array([record[i] if i < len(record) else "" for record in records], pa.string())
            for i, name in enumerate(cells.column_names)
        }
    )
    order = np.full(total, -1, dtype=np.int64)
    order[places] = cells.num_rows + np.arange(len(ragged))
    order[order < 0] = np.arange(cells.num_rows)
    merged = pa.concat_tables([cells, added]).combine_chunks().take(pa.array(order))
    extra = ["".join(record[shape.width :]).strip() for record in records]
    shifted[places[[bool(text) for text in extra]]] = True
    short = tuple(
        number
        for (number, text), record in zip(ragged, records, strict=True)
        if len(record) < shape.width and text.strip()
    )
    problems += (Problem("registry.short_row", path.name, rows=short, level="note"),) if short else ()
    return Sheet(merged, np.arange(1, total + 1), shifted, path.name, problems, delimited=True)


def lines_of_file(path: Path) -> int:
    """`line_ends` of a file as it stands."""
    with as_it_stands(path) as stream:
        return line_ends(stream)


def line_ends(stream: Any) -> int:
    """How many line feeds the stream has. Raises NotUtf8 where it is no UTF-8."""
    count, rest = 0, b""
    while chunk := stream.read(CHUNK_BYTES):
        count += chunk.count(b"\n")
        if rest:
            chunk = rest + chunk
        end = whole_letters(chunk)
        check_utf8(chunk, end)
        rest = chunk[end:]
    check_utf8(rest, len(rest))
    stream.seek(0)
    return count


def whole_letters(chunk: bytes) -> int:
    """Where the last letter of the chunk begins that may go on in the next one, else its end."""
    for back in range(1, min(4, len(chunk)) + 1):
        if chunk[-back] & 0xC0 != 0x80:  # the first byte of a letter
            return len(chunk) - back if chunk[-back] >= 0xC0 else len(chunk)
    return len(chunk)


def check_utf8(content: bytes, size: int) -> None:
    """Raise NotUtf8 where the first bytes are no UTF-8; Arrow looks many bytes at a time."""
    ends = np.array([0, size], dtype=np.int32)
    text = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(ends), pa.py_buffer(content)])
    try:
        text.validate(full=True)
    except pa.ArrowInvalid as error:
        raise NotUtf8 from error


def check_quotes(cells: pa.Table, shape: Shape, path: Path) -> None:
    """Raise InputError where a quotation mark that nobody closed has swallowed the rows below it."""
    for column in cells.columns:
        lines = pc.match_substring(column, "\n")
        if not pc.any(lines).as_py():
            continue
        places = np.flatnonzero(to_mask(lines))
        for place, cell in zip(places.tolist(), column.filter(lines).to_pylist(), strict=True):
            if swallows_rows(cell, shape):
                raise fault("registry.open_quote", path, row=place + 1)


def swallows_rows(cell: str, shape: Shape) -> bool:
    """Whether the inner lines of a cell are records of the file."""
    inner = cell.split("\n")[1:-1]
    if len(inner) > MANY_LINES:
        return True
    records = sum(line.count(shape.delimiter) == shape.width - 1 for line in inner)
    return shape.width > 1 and records > 0 and records == len(inner)


def split_record(text: str, delimiter: str) -> list[str]:
    """The cells of one record."""
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [""]) or [""]
    except csv.Error:  # a cell longer than the csv module takes
        return text.split(delimiter)
