"""Answers of persons into the decision files, as bytes: what stood there before stays."""

import csv
import io
from collections.abc import Iterable, Mapping

from shockplan.areas import Gazetteer
from shockplan.held import held_file
from shockplan.outputs.list_csv import csv_bytes
from shockplan.registry.place_decisions import (
    NO_PLACE_DECISIONS,
    PlaceDecisions,
    read_place_decisions,
    write_place_decisions,
)

HEADS = {
    "verify": ("household_id", "answer"),
    "duplicates": ("household_id", "answer"),
    "assessments": ("row_id", "answer", "household_id"),
    "earlier_payments": ("row_id", "answer", "household_id"),
}


def with_answers(kind: str, content: bytes | None, answers: Mapping[str, Mapping[str, str]]) -> bytes | None:
    """The decision file with these lines changed: key of the line -> column -> text. A line whose answer and
    values are all blank goes; None where no line is left."""
    head = HEADS[kind]
    columns, lines = read_lines(content, head)
    for key, cells in answers.items():
        line = lines.setdefault(key, {head[0]: key})
        line.update(cells)
        columns += [name for name in cells if name not in columns]
    said = {key: line for key, line in lines.items() if any(line.get(name) for name in columns[1:])}
    if not said:
        return None
    return csv_bytes(columns, ([line.get(name, "") for name in columns] for line in said.values()))


def read_lines(content: bytes | None, head: Iterable[str]) -> tuple[list[str], dict[str, dict[str, str]]]:
    """(columns, key -> line) of a decision file; its first column is the key."""
    columns = list(head)
    if content is None:
        return columns, {}
    text = content.decode("utf-8-sig")
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=first.count))
    columns += [name for name in reader.fieldnames or [] if name not in columns]
    lines: dict[str, dict[str, str]] = {}
    for line in reader:
        key = (line.get(columns[0]) or "").strip()
        if key:
            lines[key] = {name: line.get(name) or "" for name in columns}
    return columns, lines


def place_decisions(content: bytes | None, gazetteer: Gazetteer) -> PlaceDecisions:
    """The decisions about places as they stand."""
    if content is None:
        return NO_PLACE_DECISIONS
    from pathlib import Path

    return read_place_decisions(held_file(Path("places.toml"), content), gazetteer)


def place_bytes(decisions: PlaceDecisions) -> bytes | None:
    """The file of these decisions, None where nothing is decided."""
    if decisions == NO_PLACE_DECISIONS:
        return None
    return write_place_decisions(decisions).encode()
