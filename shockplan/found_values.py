"""Values found at the check: what the check list's teams wrote where the registry was blank."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from shockplan.columns import columns_of
from shockplan.problems import Problem
from shockplan.registry.household import FIELD, Registry

Found = int | float | bool
Values = Mapping[str, Mapping[str, Found]]
"""field -> household id -> the value found."""

FILLED_KINDS = ("count", "kip", "number", "flag")
FILLABLE = {name for name, field in FIELD.items() if field.kind in FILLED_KINDS} - {"lon", "lat"}
FLAGS = dict.fromkeys(("yes", "y", "1", "true", "ແມ່ນ"), True)
FLAGS |= dict.fromkeys(("no", "n", "0", "false", "ບໍ່", "ບໍ່ແມ່ນ"), False)


def read_values(text: str, name: str) -> tuple[dict[str, dict[str, Found]], tuple[Problem, ...]]:
    """The columns of a check list that are named as fields of the household: members, income_kip, ...

    An empty cell says nothing. What cannot be understood is a warning with its row, and stays blank.
    """
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter_of(text))
    fields = [heading for heading in reader.fieldnames or [] if heading in FILLABLE]
    values: dict[str, dict[str, Found]] = {field: {} for field in fields}
    wrong: dict[str, list[tuple[int, str]]] = {field: [] for field in fields}
    for line in reader:
        household = (line.get("household_id") or "").strip()
        for field in fields:
            word = (line[field] or "").strip()
            if household and word:
                value = understood(word, field)
                if value is None:
                    wrong[field].append((reader.line_num, word))
                else:
                    values[field][household] = value
    problems = tuple(
        Problem(
            "decisions.bad_value",
            name,
            field,
            tuple(row for row, _ in found),
            tuple(word for _, word in found),
            level="warning",
        )
        for field, found in wrong.items()
        if found
    )
    return {field: found for field, found in values.items() if found}, problems


def delimiter_of(text: str) -> str:
    """What parts the cells of the first line: comma, or the semicolon or tab of some spreadsheets."""
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def understood(word: str, field: str) -> Found | None:
    """The value of a cell, None where it is none: whole and not negative for counts and kip."""
    kind = FIELD[field].kind
    if kind == "flag":
        return FLAGS.get(word.casefold())
    plain = word.replace(",", "").replace(" ", "")
    try:
        number = float(plain) if kind == "number" else int(plain)
    except ValueError:
        return None
    limit = 2**31 if kind == "count" else 2**53
    return number if kind == "number" or 0 <= number < limit else None


def fill_blanks(registry: Registry, values: Values) -> tuple[Registry, tuple[Problem, ...]]:
    """The registry with the values found in place of blanks. What the registry knows is never replaced.

    A value that differs from the registry's own is a warning. A field for which the registry had no column is
    present afterwards.
    """
    if not values:
        return registry, ()
    codes, ids = columns_of(registry).text("household_id")
    households, problems = registry.households.copy(), []
    for field, found in values.items():
        by_code = np.array([*(found.get(household) for household in ids), None], dtype=object)
        given = pd.Series(by_code[codes], dtype=households[field].dtype)
        own = households[field]
        differs = (own.notna() & given.notna() & (own != given)).fillna(False).to_numpy(dtype=bool)
        if differs.any():
            rows = tuple(registry.households["source_row"][differs].astype(int).tolist())
            problems.append(Problem("decisions.other_value", "", field, rows, level="warning"))
        households[field] = own.where(own.notna(), given)
    filled = replace(registry, households=households, present=registry.present | frozenset(values))
    return filled, tuple(problems)
