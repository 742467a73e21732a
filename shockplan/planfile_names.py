"""The files that a plan file names: each with its key path, and under other names."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from shockplan.planfile import FILE_KEYS, Part, PlanSpec


def plan_files(spec: PlanSpec) -> Iterator[tuple[str, str]]:
    """(key path, file name) of every input, in the order in which the fingerprint takes them."""
    return files_of(spec, "")


def files_of(table: Part, path: str) -> Iterator[tuple[str, str]]:
    """The files that a table of the plan file names, and those inside it, in the order of its keys."""
    for key in type(table).model_fields:
        value, where = getattr(table, key), f"{path}.{key}" if path else key
        if isinstance(value, str) and key in FILE_KEYS.get(type(table), ()):
            yield where, value
        elif isinstance(value, Part):
            yield from files_of(value, where)
        elif isinstance(value, tuple):
            for number, each in enumerate(value, start=1):
                if isinstance(each, Part):
                    yield from files_of(each, f"{where}[{number}]")


def with_file_names(spec: PlanSpec, rename: Callable[[str, str], str]) -> PlanSpec:
    """The same plan with other file names: `rename(key path, name)` gives each new one."""
    tables: dict[str, Any] = spec.model_dump(exclude_unset=True)
    for key, name in plan_files(spec):
        place: Any = tables
        *steps, last = re.findall(r"[a-z_]+|(?<=\[)\d+(?=\])", key)
        for step in steps:
            if step.isdecimal():
                place = place[int(step) - 1]
            else:
                if isinstance(place[step], tuple):
                    place[step] = list(place[step])
                place = place[step]
        place[last] = rename(key, name)
    return PlanSpec.model_validate(tables)
