"""A plan into one file and out of it: PLAN.toml and every input it names, byte for byte."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

from shockplan import __version__
from shockplan.document import Document, document_of
from shockplan.inputs import gather_inputs, hash_inputs, plan_files
from shockplan.outputs.staging import open_folder
from shockplan.plan import PlanInputs
from shockplan.planfile import PlanSpec
from shockplan.planfile_reading import parse_plan_file, read_plan_file
from shockplan.planfile_writing import plan_file_text, with_file_names
from shockplan.problems import InputError, Problem
from shockplan.progress import Progress, silent
from shockplan.registry.passwords import NO_PASSWORDS, Passwords
from shockplan.source import dataset_files
from shockplan.workspace.store import Store, create_store, damaged, open_store

SUFFIX = ".shockplan"
PLAN_NAME = "PLAN.toml"
UNSAFE = set('<>:"/\\|?*')


def is_workspace(path: Path) -> bool:
    """Whether the path names a plan in one file rather than a PLAN.toml."""
    return path.suffix.lower() == SUFFIX


def save_plan(plan_path: Path, path: Path, passphrase: str | None = None) -> None:
    """Put a plan file and all its inputs into a new .shockplan file.

    The file is made beside its place and moved there whole. Raises InputError where an input is
    missing, or where the file exists or cannot be written.
    """
    spec = read_plan_file(plan_path)
    sources = list(hash_inputs(spec, plan_path))
    if path.exists():
        raise InputError(Problem("workspace.exists", str(path)))
    open_folder(path.parent)
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.unlink(missing_ok=True)
    store = create_store(unfinished, passphrase)
    try:
        with store.transaction():
            store.set("program", __version__)
            store.set("plan", plan_file_text(inside(spec)))
            for position, ((key, name), source) in enumerate(zip(plan_files(spec), sources, strict=True)):
                row = (position, key, PurePath(name).name, source.sha256, source.size)
                store.connection.execute("INSERT INTO input VALUES (?, ?, ?, ?, ?)", row)
                for part, file in dataset_files(plan_path.parent / name):
                    digest = store.put_blob(file.read_bytes())
                    store.connection.execute("INSERT INTO input_part VALUES (?, ?, ?)", (key, part, digest))
        store.close()
        unfinished.replace(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("workspace.cannot_write", str(path), args={"reason": reason})) from None
    finally:
        store.close()
        unfinished.unlink(missing_ok=True)


def inside(spec: PlanSpec) -> PlanSpec:
    """The plan as it names its files inside the workspace and after an export: inputs/<name>.

    Two inputs that are one file keep one name; two files of the same name in different folders are
    told apart by a number.
    """
    named: dict[str, str] = {}
    taken: Counter[str] = Counter()
    for _, name in plan_files(spec):
        if name not in named:
            plain = "".join("_" if letter in UNSAFE else letter for letter in PurePath(name).name)
            taken[plain.lower()] += 1
            count = taken[plain.lower()]
            named[name] = f"inputs/{plain}" if count == 1 else f"inputs/{count}/{plain}"
    return with_file_names(spec, lambda _, name: named[name])


def export_plan(path: Path, folder: Path, passphrase: str | None = None) -> Path:
    """Write the plan of a workspace as PLAN.toml and inputs/ into a folder; return PLAN.toml's path.

    Raises InputError where a file of that name is in the way.
    """
    store = open_store(path, passphrase)
    try:
        open_folder(folder)
        plan_path = folder / PLAN_NAME
        if plan_path.exists() or (folder / "inputs").exists():
            raise InputError(Problem("workspace.in_the_way", str(folder)))
        unfinished = folder / ".unfinished"
        try:
            write_out(store, unfinished)
            (unfinished / "inputs").replace(folder / "inputs")
            (unfinished / PLAN_NAME).replace(plan_path)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    finally:
        store.close()
    return plan_path


def write_out(store: Store, folder: Path) -> PlanSpec:
    """The plan file and its inputs, as files in a folder."""
    text = store.get("plan")
    spec = parse_plan_file(text.encode(), store.path.name)
    try:
        for key, name in plan_files(spec):
            write_input(store, key, folder, name)
        (folder / PLAN_NAME).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("workspace.cannot_write", str(folder), args={"reason": reason})) from None
    return spec


def write_input(store: Store, key: str, folder: Path, name: str) -> None:
    """One input with its companions. A workspace from others may not write outside the folder."""
    rows = store.connection.execute("SELECT part, sha256 FROM input_part WHERE key = ?", (key,)).fetchall()
    if not rows:
        raise damaged(store.path, key)
    target = folder / name
    for part, digest in rows:
        place = part_place(target, str(part))
        if not place.resolve().is_relative_to(folder.resolve()):
            raise damaged(store.path, key)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(store.blob(str(digest)))


def part_place(target: Path, part: str) -> Path:
    """Where a part of an input lies, given the place of the input (see `dataset_files`)."""
    if not part:
        return target
    return target.with_suffix(part[1:]) if part.startswith("*.") else target / part


def workspace_inputs(
    path: Path,
    passphrase: str | None = None,
    progress: Progress = silent,
    document: Document | None = None,
    before: PlanInputs | None = None,
    passwords: Passwords = NO_PASSWORDS,
) -> PlanInputs:
    """The inputs of the plan in a workspace: the same as from its PLAN.toml, with the same fingerprint.

    `document`, `before`: another state of the plan, and the inputs as they were read before.
    """
    store = open_store(path, passphrase)
    try:
        with private_folder() as folder:
            spec = write_out(store, folder)
            wanted = document or document_of(spec, folder / PLAN_NAME)
            return gather_inputs(wanted, folder, PLAN_NAME, progress, before, passwords=passwords)
    finally:
        store.close()


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that only this person can open, gone afterwards; in memory where the system has that."""
    memory = Path("/dev/shm")
    place = str(memory) if memory.is_dir() and os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="shockplan-", dir=place) as name:
        yield Path(name)
