"""The column mapping as a person sees it: every column with its samples, a proposal and how sure it is.

What the plan states or the person decided is remembered by the shape of the headings, and can be
written as the `[registry.columns]` of a plan file.
"""

import hashlib
import json
import os
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from rapidfuzz import fuzz, process

from shockplan.problems import InputError, Problem
from shockplan.registry.columns import (
    OTHER_COLUMNS,
    Proposal,
    by_content,
    fold_heading,
    known_headings,
    propose,
)
from shockplan.registry.headings import sample_texts
from shockplan.registry.household import FIELD
from shockplan.registry.tables import Table
from shockplan.registry.value_looks import look_of

NEAR_HEADING = 82.0
"""rapidfuzz ratio (0-100) of folded headings from which a field is proposed, never taken unasked."""


def propose_all(table: Table) -> tuple[Proposal, ...]:
    """At most one field for each column: by its heading, by a heading near to it, or by its values.

    Confidence: 1.0 to 0.9 for known headings, less for near ones, at most 0.7 for values alone. Fields
    that a surer column claims are not proposed again.
    """
    sure = propose(table)
    claimed, placed = {proposal.field for proposal in sure}, {proposal.place for proposal in sure}
    found = list(sure)
    for place, heading in enumerate(table.headings):
        if place in placed:
            continue
        near = by_near_heading(table, heading, place)
        guess = near or look_of(table.columns[place])
        if guess and guess[0] not in claimed:
            field, confidence = guess
            claimed.add(field)
            samples = sample_texts(table.columns[place])
            by: Literal["likeness", "values"] = "likeness" if near else "values"
            found.append(Proposal(field, heading, place, confidence, samples, by))
    return tuple(sorted(found, key=lambda proposal: proposal.place))


def by_near_heading(table: Table, heading: str, place: int) -> tuple[str, float] | None:
    """The field of the known heading that this one is nearest to."""
    folded, known = fold_heading(heading), known_headings()
    if len(folded) < 4:
        return None
    best = process.extractOne(folded, known.keys(), scorer=fuzz.ratio, score_cutoff=NEAR_HEADING)
    return (by_content(known[best[0]], table, place), round(best[1] / 100 * 0.85, 2)) if best else None


def mapping_toml(mapping: Mapping[str, str]) -> str:
    """The mapping (field -> heading) as it stands in a plan file."""
    lines = [f"{field} = {json.dumps(heading, ensure_ascii=False)}" for field, heading in mapping.items()]
    return "\n".join(["[registry.columns]", *lines, ""])


def read_mapping(path: Path) -> dict[str, str]:
    """The mapping in a TOML file that `mapping_toml` wrote, or in a plan file.

    Raises InputError where it holds none.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        columns = content["registry"]["columns"]
        known = {str(field): str(heading) for field, heading in columns.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(Problem("registry.no_mapping", path.name)) from error
    unknown = sorted(known.keys() - FIELD.keys() - set(OTHER_COLUMNS))
    if unknown:
        args = {"field": ", ".join(unknown), "near": "–"}
        raise InputError(Problem("registry.field_unknown", path.name, args=args))
    return known


def remember(folder: Path, shape: str, mapping: Mapping[str, str]) -> None:
    """Keep a mapping for every later extract with headings of this shape (see `shape_of_headings`)."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / memory_name(shape)
    handle, staged = tempfile.mkstemp(dir=folder, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(mapping_toml(mapping))
    Path(staged).replace(path)


def remembered(folder: Path, shape: str) -> dict[str, str] | None:
    """The mapping kept for headings of this shape, None where there is none or it cannot be read any
    more."""
    path = folder / memory_name(shape)
    if not path.is_file():
        return None
    try:
        return read_mapping(path)
    except InputError:
        return None


def memory_name(shape: str) -> str:
    return hashlib.sha256(shape.encode()).hexdigest()[:24] + ".toml"
