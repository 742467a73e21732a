"""Small tables for the tests of the registry, in memory and as files."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from shockplan.areas import load_gazetteer
from shockplan.planfile import RegistrySpec, VillagesSpec
from shockplan.problems import Problem
from shockplan.registry.columns import map_columns
from shockplan.registry.duplicates import with_duplicates
from shockplan.registry.household import Registry
from shockplan.registry.reading import read_registry, registry_of
from shockplan.registry.tables import Table

Row = Sequence[str]


def table_of(headings: Row, rows: Sequence[Row]) -> Table:
    """A table as it would be read from the first sheet of a file."""
    columns = [
        pa.chunked_array([pa.array([row[i] for row in rows], pa.string())]) for i in range(len(headings))
    ]
    numbers = np.arange(2, len(rows) + 2, dtype=np.int64)
    return Table(tuple(headings), columns, numbers, np.zeros(len(rows), dtype=bool), "table.csv")


def registry_in_memory(headings: Row, rows: Sequence[Row]) -> Registry:
    table = table_of(headings, rows)
    mapping, _ = map_columns(table, {}, Path("table.csv"))
    return with_duplicates(registry_of(table, mapping, load_gazetteer(), None), table.name, False)


def write_csv(path: Path, rows: Sequence[Row], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def read(path: Path, villages: VillagesSpec | None = None, **spec: object) -> Registry:
    return read_registry(path, RegistrySpec(file=path.name, **spec), load_gazetteer(), villages, path.parent)


def found(registry: Registry, code: str) -> Problem:
    """The only problem with that code."""
    problems = [problem for problem in registry.problems if problem.code == code]
    assert len(problems) == 1, [problem.code for problem in registry.problems]
    return problems[0]
