"""A plan into one file and out of it: PLAN.toml and every input it names, byte for byte."""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from shockplan import __version__
from shockplan.approval import Approval, approvals_path, approvals_text, read_approvals
from shockplan.audit import Difference, Entry, audit_path, digest_of_document, read_log, write_log
from shockplan.document import Document, named_files, read_document
from shockplan.gathering import Part
from shockplan.outputs.staging import open_folder
from shockplan.plan import PlanInputs
from shockplan.planfile_names import plan_files, with_file_names
from shockplan.planfile_writing import plan_file_text
from shockplan.problems import InputError, Problem
from shockplan.progress import Progress, silent
from shockplan.registry.passwords import NO_PASSWORDS, Passwords
from shockplan.source import source_of_dataset
from shockplan.workspace.codec import pieces_of
from shockplan.workspace.opening import create_sealed, create_store
from shockplan.workspace.sealing import Head
from shockplan.workspace.shelf import KINDS, StoredShelf, kind_of
from shockplan.workspace.store import UNREADABLE, Store, damaged, unreadable
from shockplan.workspace.workspace import (
    NOW,
    Workspace,
    free_name,
    open_workspace,
    part_place,
    put_input,
    write_entry,
)

SUFFIX = ".shockplan"
PLAN_NAME = "PLAN.toml"


@dataclass(frozen=True)
class Seal:
    """With what a new file is encrypted. `recovery`: public half of the ministry's recovery key, '' none.

    `like`: the head and data key of a file that is open, instead of a passphrase: the copy opens with
    the same passphrase.
    """

    passphrase: str = ""
    recovery: str = ""
    like: tuple[Head, bytes] | None = None


OPEN_TO_ALL = Seal()


def is_workspace(path: Path) -> bool:
    """Whether the path names a plan in one file rather than a PLAN.toml."""
    return path.suffix.lower() == SUFFIX


def save_plan(
    plan_path: Path, path: Path, passphrase: str | None = None, recovery: str = "", who: str = ""
) -> None:
    """Put a plan file and all its inputs into a new .shockplan file, with its log and signatures.

    The file is made beside its place and moved there whole. Raises InputError where an input is
    missing, or where the file exists or cannot be written.
    """
    document = read_document(plan_path)
    check_there(document, plan_path)
    entries, approvals = read_log(audit_path(plan_path)), read_approvals(plan_path)
    seal = Seal(passphrase or "", recovery)
    save_document(document, plan_path.parent, path, seal, who, entries, approvals)


def check_there(document: Document, plan_path: Path) -> None:
    """Raises InputError naming every input that is not there, before anything is written."""
    missing = []
    for key, name in plan_files(document.spec):
        try:
            source_of_dataset(plan_path.parent / name)
        except OSError:
            missing.append(Problem("plan.input_missing", plan_path.name, key, args={"path": name}))
    if missing:
        raise InputError(*missing)


def save_document(
    document: Document,
    folder: Path,
    path: Path,
    seal: Seal = OPEN_TO_ALL,
    who: str = "",
    entries: Iterable[Entry] = (),
    approvals: Iterable[Approval] = (),
    parts: Mapping[str, Part] | None = None,
    replacing: bool = False,
    base: bool = False,
    scenarios: Iterable[tuple[str, Document]] = (),
) -> Document:
    """Put a document and the inputs it names, found from `folder`, into a new file; return it as named there.

    `parts`: what was read of them already, kept for the next opening. `replacing`: a file of that name gives
    way. `base`: this is a part of a plan that comes back, so its first state is kept. Raises InputError
    where the file exists or cannot be written.
    """
    named: dict[str, str] = {}
    scenarios = tuple(scenarios)
    inside, entries = document_inside(document, named), tuple(entries)
    kept = [(name, document_inside(other, named)) for name, other in scenarios]
    with new_file(path, seal, replacing) as store:
        workspace = Workspace(store, who)
        with store.transaction():
            store.set("program", __version__)
            store.set("holds", "persons")
            decided = {
                name
                for each in (document, *(other for _, other in scenarios))
                for _, name in named_files(each.spec)
            }
            for old, new in named.items():
                if old not in decided:
                    put_input(store, new, folder / old)
            workspace.write_document(NOW, inside)
            for name, other in kept:
                workspace.write_document(("scenario", name), other)
            if base:
                workspace.write_document(("base", ""), inside)
            for entry in entries:
                write_entry(store, entry)
            workspace.log(
                "saved" if entries else "made", digest_of_document(inside), Difference("", "", __version__)
            )
            for approval in approvals:
                workspace.write_approval(approval)
            for name, part in (parts or {}).items():
                kind = kind_of(name, part.value)
                if kind is not None and isinstance(workspace.shelf, StoredShelf):
                    workspace.shelf.write(name, part.digest, pieces_of(part.value, KINDS[kind], kind))
    return inside


@contextmanager
def new_file(path: Path, seal: Seal = OPEN_TO_ALL, replacing: bool = False) -> Iterator[Store]:
    """A new file that takes its place only when all that is done in the block is on the disk."""
    if path.exists() and not replacing:
        raise InputError(Problem("workspace.exists", str(path)))
    open_folder(path.parent)
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.unlink(missing_ok=True)
    if seal.like is not None:
        store = create_sealed(unfinished, *seal.like)
    else:
        store = create_store(unfinished, seal.passphrase or None, seal.recovery)
    try:
        yield store
        store.close()
        unfinished.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("workspace.cannot_write", str(path), args={"reason": reason})) from None
    finally:
        store.close()
        unfinished.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Have the new name of a file on the disk, where the system can say so."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def document_inside(document: Document, named: dict[str, str] | None = None) -> Document:
    """The document as it names its files inside a workspace and after an export: inputs/<name>.

    Two inputs that are one file keep one name; two files of the same name in different folders are
    told apart by a number. `named`: the names given so far, to which this document's are added.
    """
    names = {} if named is None else named
    for _, name in plan_files(document.spec):
        if name not in names:
            names[name] = free_name(PurePath(name).name, set(names.values()))
    return Document(with_file_names(document.spec, lambda _, name: names[name]), document.contents)


def states_inside(
    document: Document, scenarios: Iterable[tuple[str, Document]], states: Iterable[Document]
) -> tuple[Document | None, ...]:
    """Other states of a plan that `save_document` put into a file, as the file names them.

    None for a state that reads an input which is not in the file.
    """
    named: dict[str, str] = {}
    for each in (document, *(other for _, other in scenarios)):
        document_inside(each, named)
    there = frozenset(named)

    def inside(state: Document) -> Document | None:
        decided = {name for _, name in named_files(state.spec)}
        inputs = {name for _, name in plan_files(state.spec)} - decided
        return document_inside(state, named) if inputs <= there else None

    return tuple(inside(state) for state in states)


def export_plan(path: Path, folder: Path, passphrase: str | None = None) -> Path:
    """Write the plan of a workspace as PLAN.toml and inputs/ into a folder; return PLAN.toml's path.

    Its audit log and signatures lie beside it. Raises InputError where a file of that name is in the way.
    """
    workspace = open_workspace(path, passphrase)
    try:
        workspace.require_persons()
        return write_out(workspace, workspace.document(), folder)
    finally:
        workspace.close()


def write_out(workspace: Workspace, document: Document, folder: Path, plan_name: str = PLAN_NAME) -> Path:
    """The plan file, its inputs, its log and signatures, as files in a folder: all of them or none."""
    open_folder(folder)
    plan_path = folder / plan_name
    if plan_path.exists() or (folder / "inputs").exists():
        raise InputError(Problem("workspace.in_the_way", str(folder)))
    unfinished = folder / ".unfinished"
    try:
        for name in dict.fromkeys(name for _, name in plan_files(document.spec)):
            write_input(workspace, document, unfinished, name)
        (unfinished / plan_name).write_text(plan_file_text(document.spec), encoding="utf-8", newline="\n")
        entries, approvals = workspace.entries(), workspace.approvals()
        if entries:
            audit_path(unfinished / plan_name).write_bytes(write_log(entries))
        if approvals:
            text = approvals_text(approvals)
            approvals_path(unfinished / plan_name).write_text(text, encoding="utf-8", newline="\n")
        for made in sorted(unfinished.iterdir(), key=lambda one: one.name == plan_name):
            made.replace(folder / made.name)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("workspace.cannot_write", str(folder), args={"reason": reason})) from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return plan_path


def write_input(workspace: Workspace, document: Document | None, folder: Path, name: str) -> None:
    """One input with its companions. A workspace from others may not write outside the folder."""
    decided = document.by_name() if document else {}
    parts = {"": ""} if name in decided else workspace.parts_of(name)
    if not parts:
        raise damaged(workspace.path, name)
    for part, digest in parts.items():
        place = part_place(folder / name, part)
        if not place.resolve().is_relative_to(folder.resolve()):
            raise damaged(workspace.path, name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(decided[name] if name in decided else workspace.content(digest))


def workspace_inputs(
    path: Path,
    passphrase: str | None = None,
    progress: Progress = silent,
    passwords: Passwords = NO_PASSWORDS,
) -> PlanInputs:
    """The inputs of the plan in a workspace: the same as from its PLAN.toml, with the same fingerprint.

    What was read is kept in the file, where it may be written, so that it is not read again.
    """
    workspace = open_workspace(path, passphrase, write=True)
    try:
        return workspace.inputs(progress=progress, passwords=passwords)
    finally:
        workspace.close()


def change_passphrase(path: Path, old: Workspace, seal: Seal) -> None:
    """The same file under another passphrase, or none: a new data key, nothing imported again.

    Every page is written anew under the new key into a file beside, which then takes its place.
    """
    with new_file(path, seal, replacing=True) as store:
        copy_all(old.store, store)
        old.close()


TABLES = (
    "setting",
    "content",
    "chunk",
    "file",
    "file_part",
    "document",
    "audit",
    "approval",
    "shelf",
    "total",
)


def copy_all(source: Store, target: Store, without: Mapping[str, str] | None = None) -> None:
    """Every row of every table, in one transaction. `without`: SQL conditions of rows that stay behind."""
    with target.transaction():
        for table in TABLES:
            condition = (without or {}).get(table)
            sql = f"SELECT * FROM {table}" + (f" WHERE NOT ({condition})" if condition else "")
            for row in readable(source, sql):
                marks = ", ".join("?" * len(row))
                target.connection.execute(f"INSERT INTO {table} VALUES ({marks})", row)


def readable(source: Store, sql: str) -> Iterator[tuple[Any, ...]]:
    """Row by row. Raises InputError where the file is damaged."""
    try:
        yield from source.connection.execute(sql)
    except UNREADABLE as error:
        raise unreadable(source.path, error) from None
