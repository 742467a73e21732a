"""A plan from nothing but a registry and a layer: what the files hold, and the PLAN.toml made of them."""

import datetime as dt
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pyarrow.compute as pc
from pydantic import ValidationError

from shockplan.planfile import PlanSpec
from shockplan.planfile_reading import key_problem
from shockplan.planfile_writing import plan_file_text
from shockplan.problems import InputError, Problem
from shockplan.progress import Progress, silent
from shockplan.registry.columns import known_heading
from shockplan.registry.files import read_table
from shockplan.registry.mapping import propose_all
from shockplan.registry.passwords import NO_PASSWORDS, Passwords
from shockplan.registry.tables import Table
from shockplan.shocks.look import look_at
from shockplan.shocks.raster_choice import is_raster

TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods")
NEEDED = ("household_id", "district", "members")
"""Without the first two no row can be taken; without members no amount a person can be worked out."""

PCODE = r"(?i)^la[0-9]{2}([0-9]{2})?$"
LEVELS = ("low", "moderate", "severe")
PLAN_NAME = "PLAN.toml"


@dataclass(frozen=True, slots=True)
class RegistryLook:
    """rows under the headings; `taken`: (heading, field) of each column that was recognised, surest first;
    `missing`: of the fields that a plan needs, those without a column."""

    rows: int
    headings: tuple[str, ...]
    taken: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LayerLook:
    """kind: an area table, a raster or polygons. `headings`: columns or number fields by which severity is
    told; `code`: the column that looks like P-codes, "" where none does; `product`: what it was taken for."""

    kind: Literal["area", "raster", "vector"]
    features: int
    headings: tuple[str, ...] = ()
    code: str = ""
    product: str = ""


@dataclass(frozen=True, slots=True)
class NewPlan:
    """What a person says to begin. Kip whole; `severity_field` "" means all that is hit is severe;
    `limits`: the lower limit of low, moderate and severe, None for a class that is not told apart."""

    name: str
    registry: Path
    layer: Path
    layer_name: str
    fund_name: str
    fund_kip: int
    round_kip: int
    name_lo: str = ""
    event: str = ""
    purpose: str = ""
    programme: str = ""
    rounds: int = 1
    observed: Path | None = None
    code: str = ""
    severity_field: str = ""
    limits: Mapping[str, Decimal] = field(default_factory=dict)
    date: dt.date | None = None


def look_at_registry(
    path: Path, progress: Progress = silent, passwords: Passwords = NO_PASSWORDS
) -> RegistryLook:
    """What the extract holds. Raises InputError where it cannot be read."""
    table = read_table(path, None, None, known_heading({}), progress, passwords)
    found = sorted(propose_all(table), key=lambda proposal: -proposal.confidence)
    fields = {proposal.field for proposal in found}
    return RegistryLook(
        len(table.rows),
        table.headings,
        tuple((proposal.heading, proposal.field) for proposal in found),
        tuple(name for name in NEEDED if name not in fields),
    )


def look_at_layer(path: Path, progress: Progress = silent) -> LayerLook:
    """What the layer's file holds. Raises InputError where it cannot be read."""
    if path.suffix.lower() in TABLES:
        table = read_table(path, None, None, lambda text: bool(text.strip()), progress)
        return LayerLook("area", len(table.rows), table.headings, code_column(table))
    if is_raster(path):
        return LayerLook("raster", 1)
    look = next(iter(look_at(path)))
    numbers = tuple(each.name for each in look.fields if each.lowest is not None)
    return LayerLook("vector", look.features, numbers, product=look.product)


def code_column(table: Table) -> str:
    """The heading of the column in which most cells are P-codes."""
    shares = {}
    for heading, cells in zip(table.headings, table.columns, strict=True):
        matched = pc.sum(pc.match_substring_regex(cells, PCODE)).as_py() or 0
        shares[heading] = matched / max(1, len(cells))
    best = max(shares, key=lambda heading: shares[heading], default="")
    return best if best and shares[best] > 0.5 else ""


def new_plan_spec(new: NewPlan, folder: Path) -> PlanSpec:
    """The plan: who was hit gets the same amount, until someone says otherwise. Names lead from `folder`.

    Raises InputError with the key path of what cannot be.
    """
    tables: dict[str, Any] = {
        "plan": {
            "name": new.name,
            **{
                key: value
                for key, value in (
                    ("name_lo", new.name_lo),
                    ("event", new.event),
                    ("purpose", new.purpose),
                    ("programme", new.programme),
                    ("date", new.date),
                )
                if value
            },
        },
        "registry": {"file": named_from(folder, new.registry)},
        "layers": [layer_table(new, folder)],
        "eligibility": {"rule": {"all": [{"field": "affected", "equals": True}]}},
        "transfers": [
            {"id": "cash", "name": "Cash", "name_lo": "ເງິນສົດ", "mode": "flat", "kip": new.round_kip}
            | {"rounds": new.rounds}
        ],
        "funds": [{"id": "fund", "name": new.fund_name, "amount": new.fund_kip}],
    }
    try:
        return PlanSpec.model_validate(tables)
    except ValidationError as error:
        raise InputError(*(key_problem(PLAN_NAME, fault) for fault in error.errors())) from None


def layer_table(new: NewPlan, folder: Path) -> dict[str, Any]:
    """The one layer to begin with."""
    file = named_from(folder, new.layer)
    named: dict[str, Any] = {"id": id_of(new.layer_name), "name": new.layer_name, "file": file}
    limits = {level: new.limits[level] for level in LEVELS if level in new.limits}
    if new.layer.suffix.lower() in TABLES:
        area = {"kind": "area", **named, "code": new.code, "value": new.severity_field}
        return area | {"classes": {"breaks": limits}, "defines_affected": True}
    table: dict[str, Any] = {"kind": "hazard", **named}
    if new.observed:
        table["observed"] = named_from(folder, new.observed)
    if limits:
        own = {"field": new.severity_field} if new.severity_field else {}
        table["classes"] = {**own, "breaks": limits}
    return table


def id_of(name: str) -> str:
    """A name as an id: Latin letters, digits and low lines; `layer` where none are left."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return plain if re.match(r"[a-z]", plain) else f"layer_{plain}".rstrip("_")


def named_from(folder: Path, file: Path) -> str:
    """How a plan file in the folder names the file: from the folder where it can, else in full."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # another drive
        return file.resolve().as_posix()


def write_new_plan(new: NewPlan, path: Path) -> Path:
    """Write PLAN.toml whole or not at all. An existing file is not overwritten.

    Raises InputError where it may not be, or cannot be written.
    """
    text = plan_file_text(new_plan_spec(new, path.parent))
    unfinished = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            raise InputError(Problem("plan.exists", path.name))
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("plan.cannot_write", path.name, args={"reason": reason})) from None
    finally:
        if unfinished.exists():
            unfinished.unlink()
    return path


def write_new_workspace(new: NewPlan, path: Path) -> Path:
    """As `write_new_plan`, with the registry and the layer inside one file."""
    from shockplan.workspace import save_plan

    if path.exists():
        raise InputError(Problem("plan.exists", path.name))
    with tempfile.TemporaryDirectory() as folder:
        save_plan(write_new_plan(new, Path(folder) / PLAN_NAME), path, None)
    return path
