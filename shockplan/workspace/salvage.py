"""What a damaged file still holds whole, and what it does not: nothing is given back that is not checked."""

import itertools
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shockplan.audit import Entry, audit_path, faults_of, write_log
from shockplan.document import Document, document_of, named_files
from shockplan.document_files import write_whole
from shockplan.outputs.staging import open_folder
from shockplan.planfile import PlanSpec
from shockplan.planfile_names import plan_files
from shockplan.planfile_writing import plan_file_text
from shockplan.problems import InputError, Problem
from shockplan.workspace.opening import PAGE_BYTES, create_under, open_store
from shockplan.workspace.past_index import GAP, PastIndex, rows_of
from shockplan.workspace.plans import PLAN_NAME, write_input
from shockplan.workspace.sealing import HEAD_BYTES, data_key_of, parse_head
from shockplan.workspace.store import UNREADABLE, Store
from shockplan.workspace.workspace import Workspace

FILLING = 100_000
REBUILT = ".rebuilt.shockplan"
BEYOND_OPENING = frozenset(
    {
        "workspace.damaged",
        "workspace.damaged_start",
        "workspace.not_ours",
        "workspace.passphrase_needed",
        "workspace.strange_tables",
        "workspace.wrong_passphrase",
    }
)


@dataclass(frozen=True)
class Salvaged:
    """What was found whole. `document`: the latest whole state, None none; `state`: which one it is.

    `whole`, `lost`: names of the inputs; `entries`: the audit log as far as its chain holds; `entries_lost`:
    whether there was more of it.
    """

    document: Document | None
    state: str
    whole: tuple[str, ...]
    lost: tuple[str, ...]
    entries: tuple[Entry, ...]
    entries_lost: bool


def look_into(workspace: PastIndex) -> Salvaged:
    """Try everything that the file holds."""
    document, state = latest(workspace)
    names = input_names(workspace, document.spec if document else None)
    whole: list[str] = []
    lost: list[str] = []
    for name in names:
        (whole if is_whole(workspace, name) else lost).append(name)
    entries, entries_lost = log_of(workspace.store)
    return Salvaged(document, state, tuple(whole), tuple(lost), entries, entries_lost)


def latest(workspace: Workspace) -> tuple[Document | None, str]:
    """The present state, else the one before it, else the last approved version."""
    for kind, plan, contents in states(workspace.store):
        try:
            return workspace.document_in(plan, contents), kind
        except InputError:
            continue
    return None, ""


def states(store: Store) -> list[tuple[str, str, str]]:
    """(kind, plan, contents) of the present state, those before it, the approved versions; the latest of
    each kind first.

    Row by row, past the indexes: a page that is damaged hides only what is on it.
    """
    order = {"now": 0, "before": 1, "version": 2}
    found: list[tuple[int, str, str, str, str]] = []
    for kind, at, plan, contents in rows_of(
        store, "document", ("kind", "at", "plan", "contents"), last_row(store)
    ):
        if str(kind) in order:
            found.append((order[str(kind)], str(at), str(kind), str(plan), str(contents)))
    found.sort(key=lambda one: one[1], reverse=True)
    return [(kind, plan, contents) for _, _, kind, plan, contents in sorted(found, key=lambda one: one[0])]


def last_row(store: Store) -> int:
    """The highest number that a state may have: each change takes two."""
    try:
        rows = store.rows("SELECT max(number) FROM audit")
    except InputError:
        return GAP
    return 2 * int(rows[0][0] or 0) + 300


def input_names(workspace: PastIndex, spec: PlanSpec | None) -> list[str]:
    """The inputs that the plan names; where no plan is whole, those that the file lists."""
    if spec is not None:
        decided = {name for _, name in named_files(spec)}
        return [name for name in dict.fromkeys(name for _, name in plan_files(spec)) if name not in decided]
    return workspace.names()


def is_whole(workspace: Workspace, name: str) -> bool:
    try:
        parts = workspace.parts_of(name)
        for digest in parts.values():
            workspace.content(digest)
    except InputError:
        return False
    return bool(parts)


def log_of(store: Store) -> tuple[tuple[Entry, ...], bool]:
    """(the entries up to the first that is broken or cannot be read, whether any were left out)."""
    entries: list[Entry] = []
    try:
        for row in store.connection.execute("SELECT * FROM audit ORDER BY number"):
            entries.append(Entry(int(str(row[0])), *(str(cell) for cell in row[1:])))
    except UNREADABLE:
        return tuple(entries), True
    for _, number in faults_of(entries):
        return tuple(entry for entry in entries if entry.number < number), True
    return tuple(entries), False


def salvage(path: Path, folder: Path, passphrase: str | None = None) -> Salvaged:
    """Write what is whole as PLAN.toml, inputs/ and the log into a folder, which must not hold a plan yet.

    Raises InputError where the file cannot be opened at all.
    """
    if (folder / PLAN_NAME).exists() or (folder / "inputs").exists():
        raise InputError(Problem("workspace.in_the_way", str(folder)))
    open_folder(folder)
    workspace = PastIndex(opened_somehow(path, folder, passphrase))
    try:
        found = look_into(workspace)
        decided: Mapping[str, bytes] = found.document.by_name() if found.document else {}
        for name in (*found.whole, *decided):
            write_input(workspace, found.document, folder, name)
        if found.document is not None:
            write_whole(folder / PLAN_NAME, plan_file_text(found.document.spec).encode())
            document_of(found.document.spec, folder / PLAN_NAME)
        if found.entries:
            write_whole(audit_path(folder / PLAN_NAME), write_log(found.entries))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("workspace.cannot_write", str(folder), args={"reason": reason})) from None
    finally:
        workspace.close()
        (folder / REBUILT).unlink(missing_ok=True)
    return found


def opened_somehow(path: Path, folder: Path, passphrase: str | None) -> Store:
    """The file as it is; where its beginning is damaged or its end is missing, a copy with a new start."""
    try:
        return open_store(path, passphrase)
    except InputError as error:
        if error.problems[0].code not in BEYOND_OPENING:
            raise
        store = rebuilt(path, folder / REBUILT, passphrase)
        try:
            empty = not store.rows("SELECT 1 FROM file LIMIT 1")
        except InputError:
            empty = False
        if empty:  # it is no plan of ours, or the passphrase is the wrong one
            store.close()
            (folder / REBUILT).unlink()
            raise
        return store


def rebuilt(path: Path, copy: Path, passphrase: str | None) -> Store:
    """A copy whose first page is that of an empty file of as many pages, whose other pages are those of the
    damaged file, byte for byte: the tables of a version lie in the same places in every file.
    """
    with path.open("rb") as file:
        head = parse_head(file.read(HEAD_BYTES), path.name)
    key = data_key_of(head, passphrase) if head and passphrase else None
    if head is not None and key is None:
        raise InputError(Problem("workspace.wrong_passphrase", path.name))
    start = (HEAD_BYTES if head else 0) + PAGE_BYTES
    copy.unlink(missing_ok=True)
    store = create_under(copy, head, key)
    try:
        wanted = (path.stat().st_size - start) // PAGE_BYTES + 2
        store.connection.pragma("foreign_keys", False)
        with store.transaction():
            for number in itertools.count():
                if int(str(store.connection.pragma("page_count"))) >= wanted:
                    break
                row = ("", number, bytes(FILLING))
                sql = "INSERT INTO chunk (sha256, number, packed) VALUES (?, ?, ?)"
                store.connection.execute(sql, row)
    finally:
        store.close()
    with path.open("rb") as file, copy.open("r+b") as target:
        file.seek(start)
        target.seek(start)
        shutil.copyfileobj(file, target)
    return open_store(copy, passphrase)
