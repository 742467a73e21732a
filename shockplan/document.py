"""What a person may change of a plan: its parameters, and the files that hold what persons decided."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from shockplan.planfile import DecisionsSpec, PlanSpec
from shockplan.planfile_reading import read_plan_file
from shockplan.problems import InputError, Problem
from shockplan.source import hash_bytes

CORRECTIONS = "corrections"
TOML_KEYS = frozenset({"places"})


def decision_keys() -> tuple[str, ...]:
    """Every key of a decision file: those of `[decisions]`, and `corrections` of `[registry]`."""
    return (*DecisionsSpec.model_fields, CORRECTIONS)


@dataclass(frozen=True)
class Document:
    """A state of a plan that can be gone back to. Two documents are equal where they make the same plan.

    `contents`: the bytes of each decision file, by its key (`decision_keys`); a key without a file is
    not in it. The column mapping, like every other parameter, stands in `spec` (`registry.columns`).
    """

    spec: PlanSpec
    contents: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))

    def by_name(self) -> dict[str, bytes]:
        """The contents under the names by which the plan file knows them."""
        return {name: self.contents[key] for key, name in named_files(self.spec) if key in self.contents}

    def hashes(self) -> dict[str, str]:
        """SHA-256 of each content, by its key."""
        return {key: hash_bytes(content) for key, content in sorted(self.contents.items())}


def named_files(spec: PlanSpec) -> Iterator[tuple[str, str]]:
    """(key, file name) of every decision file that the plan names."""
    for key in decision_keys():
        name = spec.registry.corrections if key == CORRECTIONS else getattr(spec.decisions, key)
        if name:
            yield key, name


def read_document(plan_path: Path) -> Document:
    """The plan file and its decision files. Raises InputError with every file that cannot be read."""
    return document_of(read_plan_file(plan_path), plan_path)


def document_of(spec: PlanSpec, plan_path: Path) -> Document:
    """As `read_document`, of a plan file that is already read; `plan_path`: where its names lead from."""
    contents, faults = {}, []
    for key, name in named_files(spec):
        try:
            contents[key] = (plan_path.parent / name).read_bytes()
        except FileNotFoundError:
            faults.append(Problem("plan.input_missing", plan_path.name, key_path(key), args={"path": name}))
        except OSError as error:
            args = {"path": name, "reason": error.strerror or type(error).__name__}
            faults.append(Problem("plan.input_unreadable", plan_path.name, key_path(key), args=args))
    if faults:
        raise InputError(*faults)
    return Document(spec, MappingProxyType(contents))


def key_path(key: str) -> str:
    """Where the plan file names the file: decisions.verify, registry.corrections."""
    return "registry.corrections" if key == CORRECTIONS else f"decisions.{key}"


def with_content(document: Document, key: str, content: bytes | None) -> Document:
    """The document with another content of a decision file; None: the plan has no such file any more.

    A file that the plan did not name yet gets a name (verify.csv, places.toml). `key` as in
    `decision_keys`; raises KeyError for any other.
    """
    if key not in decision_keys():
        raise KeyError(key)
    contents = {known: held for known, held in document.contents.items() if known != key}
    names = dict(named_files(document.spec))
    if content is None:
        return Document(with_name(document.spec, key, None), MappingProxyType(contents))
    contents[key] = content
    others = {name for known, name in names.items() if known != key}
    name = names.get(key)
    if name is None or name in others:
        name = free_name(key, others)
    return Document(with_name(document.spec, key, name), MappingProxyType(contents))


def with_spec(document: Document, spec: PlanSpec) -> Document:
    """The document with other parameters; contents that they no longer name are gone."""
    named = dict(named_files(spec))
    kept = {key: content for key, content in document.contents.items() if key in named}
    return replace(document, spec=spec, contents=MappingProxyType(kept))


def with_name(spec: PlanSpec, key: str, name: str | None) -> PlanSpec:
    """The plan file with another name for a decision file, as if it had been written so."""
    table = "registry" if key == CORRECTIONS else "decisions"
    written: dict[str, Any] = spec.model_dump(exclude_unset=True)
    part = dict(written.get(table, {}))
    if name is None:
        part.pop(key, None)
    else:
        part[key] = name
    if part or table in written:
        written[table] = part
    return PlanSpec.model_validate(written)


def free_name(key: str, taken: set[str]) -> str:
    """A file name that no other decision file of the plan has."""
    suffix = ".toml" if key in TOML_KEYS else ".csv"
    name, number = f"{key}{suffix}", 2
    while name in taken:
        name, number = f"{key}-{number}{suffix}", number + 1
    return name
