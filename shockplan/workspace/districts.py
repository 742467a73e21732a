"""One district's part of a plan as a workspace of its own, for the team that checks and decides there."""

import csv
import io
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from shockplan.document import Document, with_content
from shockplan.found_values import delimiter_of
from shockplan.held import HeldFolder, folder_of, held_file
from shockplan.plan import PlanInputs
from shockplan.planfile import PlanSpec
from shockplan.problems import InputError, Problem
from shockplan.registry.household import FIELD, NOT_IN_EXTRACTS, Registry
from shockplan.workspace.opened import Opened
from shockplan.workspace.plans import OPEN_TO_ALL, Seal, save_document

REGISTRY_NAME = "households.csv"
BY_HOUSEHOLD = ("verify", "duplicates", "removals")
BY_DISTRICT = {"delivery": "admin2_pcode"}
BAKED_IN = ("assessments", "earlier_payments")
"""Tables of the plan file whose rows are in the households of the part already."""


def save_district(
    opened: Opened,
    inputs: PlanInputs,
    districts: Collection[str],
    path: Path,
    seal: Seal = OPEN_TO_ALL,
    who: str = "",
) -> int:
    """Write the part of a plan that lies in these districts (P-codes); return its number of households.

    The households are those of the plan as it reads them: corrections, members and rows of forms are in. The
    decisions about them go along; parameters, layers and reference places are those of the whole.
    Raises InputError where no household lies there.
    """
    frame = inputs.registry.households
    rows = frame["district"].isin(list(districts)).to_numpy()
    if not rows.any():
        shown = ", ".join(sorted(districts))
        raise InputError(
            Problem("workspace.no_households_there", opened.path.name, args={"districts": shown})
        )
    part = frame[rows].reset_index(drop=True)
    content = registry_csv(part, inputs.registry)
    document = part_of(inputs.document, part, inputs.registry, districts)
    workspace = opened.workspace
    folder = workspace.folder(inputs.spec) if workspace is not None else opened.path.parent
    save_document(document, with_registry(folder, content), path, seal, who, base=True)
    return len(part)


def with_registry(folder: Path, content: bytes) -> HeldFolder:
    """The folder of the whole plan, in which the registry is that of the part."""
    return folder_of(
        folder,
        lambda name: held_file(Path(name), content) if name == REGISTRY_NAME else folder / name,
    )


def fields_of(registry: Registry) -> list[str]:
    return [name for name in FIELD if name in registry.present and name not in NOT_IN_EXTRACTS]


def registry_csv(part: pd.DataFrame, registry: Registry) -> bytes:
    """The households as CSV under our own names of the fields, which every reading understands again."""
    texts = {}
    for name in fields_of(registry):
        values, kind = part[name], FIELD[name].kind
        if kind == "flag":
            texts[name] = values.map({True: "yes", False: "no"}).astype("str")
        elif kind == "date":
            texts[name] = values.dt.strftime("%Y-%m-%d").astype("str")
        elif kind == "number":
            texts[name] = values.map(lambda value: "" if pd.isna(value) else repr(float(value))).astype("str")
        else:
            texts[name] = values.astype("str")
    stream = io.StringIO()
    pd.DataFrame(texts).fillna("").to_csv(stream, index=False, lineterminator="\n")
    return stream.getvalue().encode()


def part_of(
    document: Document, part: pd.DataFrame, registry: Registry, districts: Collection[str]
) -> Document:
    """The document of the part: its own registry, and of the decision files the lines that are about it."""
    tables: dict[str, Any] = document.spec.model_dump(exclude_unset=True)
    for table in BAKED_IN:
        tables.pop(table, None)
    tables["registry"] = {"file": REGISTRY_NAME, "columns": {name: name for name in fields_of(registry)}}
    tables.pop("decisions", None)
    made = Document(PlanSpec.model_validate(tables), MappingProxyType({}))
    ids = set(part["household_id"])
    for key in BY_HOUSEHOLD:
        if key in document.contents:
            made = with_content(made, key, only(document.contents[key], "household_id", ids))
    for key, column in BY_DISTRICT.items():
        if key in document.contents:
            made = with_content(made, key, only(document.contents[key], column, set(districts)))
    return made


def only(content: bytes, column: str, wanted: Collection[str]) -> bytes:
    """The lines of a CSV whose cell in the column is one of those wanted, under the same headings."""
    headings, rows = lines_of(content)
    return written(headings, [row for row in rows if (row.get(column) or "").strip() in wanted])


def lines_of(content: bytes) -> tuple[list[str], list[Mapping[str, str]]]:
    text = content.decode("utf-8-sig")
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    rows = [{key: value or "" for key, value in line.items() if key is not None} for line in reader]
    return list(reader.fieldnames or []), [MappingProxyType(row) for row in rows]


def written(headings: list[str], rows: list[Mapping[str, str]]) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, headings, lineterminator="\n", extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows([dict(row) for row in rows])
    return stream.getvalue().encode()
