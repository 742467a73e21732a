"""What keeps unsaved changes: a small workspace in the person's data folder, for a plan that cannot.

A plan in an open, writable .shockplan file keeps its changes itself. A PLAN.toml, a file on a read-only
medium and a file that another window writes cannot: their changes go here, one transaction each, and are
offered at the next start if they were not saved. The recovery of an encrypted file is encrypted, with
the same passphrase.
"""

import json
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from shockplan import __version__
from shockplan.audit import Entry, now_utc
from shockplan.document import Document
from shockplan.open_notes import NOTE, notes, recovery_folder
from shockplan.problems import InputError
from shockplan.workspace.opening import create_sealed, create_store, is_encrypted, open_store
from shockplan.workspace.sealing import Head
from shockplan.workspace.store import identity_of, open_here
from shockplan.workspace.workspace import NOW, Workspace, open_workspace, write_entry

FILE = ".shockplan"


@dataclass(frozen=True, slots=True)
class Leftover:
    """A plan that was open when the program ended without being closed, or was closed with unsaved changes.

    `file`: the recovery that holds its last state; None where the plan's own file holds it. `sealed`: it
    takes the passphrase of the plan to open.
    """

    note: Path
    plan: Path
    at: str
    file: Path | None
    sealed: bool


@dataclass(eq=False)
class Guard:
    """Marks a plan as open from now until `done`. `workspace`: the recovery, None where none is needed."""

    note: Path
    workspace: Workspace | None = None

    def done(self, forget: bool) -> None:
        """The plan is closed. Not to be forgotten: its recovery holds changes that were saved nowhere."""
        if self.workspace is not None:
            file = self.workspace.path
            self.workspace.close()
            if forget:
                file.unlink(missing_ok=True)
        if forget or self.workspace is None:
            self.note.unlink(missing_ok=True)


def guard_plan(plan: Path) -> Guard:
    """Mark a plan that keeps its own changes as open."""
    return Guard(write_note(plan, recovery_folder() / f"{secrets.token_hex(8)}{NOTE}"))


def begin_recovery(
    plan: Path,
    document: Document,
    who: str = "",
    like: tuple[Head, bytes] | None = None,
    entries: Iterable[Entry] = (),
) -> Guard:
    """A new recovery for a plan as it was opened. `like`: head and data key of the file if it is sealed;
    `entries`: the plan's audit log so far, which goes on here.
    """
    folder = recovery_folder()
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / f"{secrets.token_hex(8)}{NOTE}"
    file = note.with_suffix(FILE)
    store = create_sealed(file, *like) if like else create_store(file)
    workspace = Workspace(store, who, shelf=False)
    with store.transaction():
        store.set("program", __version__)
        store.set("holds", "recovery")
        workspace.write_document(NOW, document)
        workspace.write_document(("base", ""), document)
        for entry in entries:
            write_entry(store, entry)
    store.hold()
    return Guard(write_note(plan, note), workspace)


def write_note(plan: Path, note: Path) -> Path:
    """A small file that says which plan is open: its path and since when, nothing of what it holds."""
    note.parent.mkdir(parents=True, exist_ok=True)
    unfinished = note.with_suffix(".part")
    unfinished.write_text(json.dumps({"plan": str(plan.absolute()), "at": now_utc()}), encoding="utf-8")
    unfinished.replace(note)
    return note


def leftovers() -> tuple[Leftover, ...]:
    """The plans to offer at the start, the latest first. Those that another window has open are left out."""
    found = []
    for note in notes():
        with suppress(OSError, ValueError, KeyError, TypeError, InputError):
            said = json.loads(note.read_text(encoding="utf-8"))
            plan, at = Path(str(said["plan"])), str(said["at"])
            own = note.with_suffix(FILE)
            file = own if own.is_file() else None
            holder = file or plan
            if not holder.is_file():
                note.unlink(missing_ok=True)  # the plan is gone, and there is nothing else to give back
                continue
            here = open_here.get(identity_of(holder) or (0, 0))
            sealed = is_encrypted(holder)
            if not (here is not None and here.held) and (sealed or not in_use(holder)):
                found.append(Leftover(note, plan, at, file, sealed))
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def in_use(path: Path) -> bool:
    """Whether a window of some process writes this file."""
    if path.suffix.lower() != FILE:
        return False
    store = open_store(path)
    try:
        store.connection.set_busy_timeout(0)  # whoever writes it holds it: there is nothing to wait for
        return not store.take_hold()
    finally:
        store.close()


def resume(leftover: Leftover, passphrase: str | None = None, who: str = "") -> Guard:
    """Go on with a recovery: it keeps what it holds and takes the changes that follow. Raises InputError."""
    if leftover.file is None:
        return Guard(leftover.note)
    return Guard(leftover.note, open_workspace(leftover.file, passphrase, write=True, who=who))


def discard(leftover: Leftover) -> None:
    """The person does not want it back."""
    if leftover.file is not None:
        leftover.file.unlink(missing_ok=True)
    leftover.note.unlink(missing_ok=True)
