"""Kobo and ODK submissions in JSON: groups as paths, repeats as tables of their own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from shockplan.progress import Progress, part, waiting
from shockplan.registry.columnar import FIRST_ROW
from shockplan.registry.tables import Table, fault

MOST_BYTES = 1 << 30
PARENT = "_parent_id"
"""Heading under which a row of a repeat names the submission it belongs to."""


def read_submissions(path: Path, repeat: str | None, progress: Progress) -> Table:
    """One row per submission; or with `repeat`, one row per entry of the repeat of that name.

    Submissions are a list, or an object whose `results` or `value` is one. Row numbers count
    submissions or entries from 2. Raises InputError: no JSON, no list of submissions, no such repeat.
    """
    content = waiting(lambda: read_json(path), part(progress, 0, 0.5))
    flat = [dict(flattened(record)) for record in submissions(content, path)]
    if repeat is not None:
        flat = list(entries(flat, repeat, path))
    rows = [{name: value for name, value in record.items() if not is_repeat(value)} for record in flat]
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = [pa.chunked_array([[cell(row.get(name)) for row in rows]], type=pa.string()) for name in names]
    progress(1)
    if not rows:
        raise fault("registry.empty", path)
    numbers = np.arange(FIRST_ROW, len(rows) + FIRST_ROW, dtype=np.int64)
    return Table(tuple(names), columns, numbers, np.zeros(len(rows), dtype=bool), path.name)


def read_json(path: Path) -> Any:
    """What a JSON file holds. Raises InputError where it is none, or more than memory could hold."""
    if path.stat().st_size > MOST_BYTES:
        raise fault("registry.too_big", path, size=MOST_BYTES >> 20)
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise fault("registry.format_damaged", path, format="JSON", reason=str(error)[:200]) from error
    return content


def repeat_names(path: Path) -> tuple[str, ...]:
    """The repeats of the submissions in a file."""
    records = submissions(read_json(path), path)
    return tuple(sorted(repeats_of([dict(flattened(record)) for record in records])))


def submissions(content: Any, path: Path) -> Iterator[dict[str, Any]]:
    """The records of a file, in order."""
    if isinstance(content, dict):
        content = next(
            (content[key] for key in ("results", "value", "data") if isinstance(content.get(key), list)),
            [content],
        )
    if not isinstance(content, list) or not all(isinstance(record, dict) for record in content):
        raise fault("registry.no_submissions", path)
    yield from content


def flattened(record: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """(group/field, value) of a record. A point of four numbers also gives its latitude and longitude."""
    for name, value in record.items():
        key = f"{path}{name}"
        if isinstance(value, dict):
            yield from flattened(value, f"{key}/")
            continue
        yield key, value
        if name == "_geolocation" and isinstance(value, list) and len(value) >= 2:
            yield "_geolocation/lat", value[0]
            yield "_geolocation/lon", value[1]


def is_repeat(value: Any) -> bool:
    """Whether a value is a list of entries, not a value of the submission."""
    return isinstance(value, list)


def repeats_of(flat: list[dict[str, Any]]) -> set[str]:
    """The fields that hold entries of their own."""
    return {
        name
        for record in flat
        for name, value in record.items()
        if isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value)
    }


def entries(flat: list[dict[str, Any]], repeat: str, path: Path) -> Iterator[dict[str, Any]]:
    """The entries of a repeat, each with the id of its submission."""
    names = repeats_of(flat)
    key = next((name for name in names if repeat in (name, name.rsplit("/", 1)[-1])), None)
    if key is None:
        raise fault("registry.sheet_unknown", path, sheet=repeat, sheets=", ".join(sorted(names)))
    for record in flat:
        for entry in record.get(key) or ():
            parent = {PARENT: record.get("_id", record.get("__id", record.get("meta/instanceID")))}
            yield {**parent, **dict(flattened(entry))}


def cell(value: Any) -> str:
    """A value as text, '' for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
