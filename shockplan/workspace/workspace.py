"""An open .shockplan file as a plan: its inputs, its present state, its history."""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path, PurePath
from types import MappingProxyType

from shockplan.approval import Approval
from shockplan.audit import (
    CHANGES,
    NO_HEAD,
    Difference,
    Entry,
    Standing,
    differences,
    digest_of_document,
    name_of_person,
    now_utc,
    sealed_entry,
    standing_of,
)
from shockplan.document import Document, named_files
from shockplan.gathering import NOTHING_KEPT, Shelf
from shockplan.held import HeldFolder, folder_of, loaded_file
from shockplan.inputs import gather_inputs
from shockplan.plan import Plan, PlanInputs
from shockplan.planfile import PlanSpec
from shockplan.planfile_names import plan_files, with_file_names
from shockplan.planfile_reading import parse_plan_file
from shockplan.planfile_writing import plan_file_text
from shockplan.problems import InputError, Problem
from shockplan.progress import Progress, silent
from shockplan.registry.passwords import NO_PASSWORDS, Passwords
from shockplan.source import Source, dataset_files, source_of_dataset
from shockplan.workspace.opening import open_store
from shockplan.workspace.sealing import RecoveryKey
from shockplan.workspace.shelf import StoredShelf, installation_key
from shockplan.workspace.store import Store, damaged

NOW = ("now", "")
STATES_BEFORE = 6
ON_DISK = ("layers[", "boundaries.", "context[")
"""Key paths of what GDAL reads from files: ground and weather, no persons."""


class Workspace:
    """A plan in one file. What `keep` has returned from is on the disk, whatever happens next.

    `writable`: False where it may only be read, because the medium is read-only or another window
    writes. `who`: the name that the audit log gets.
    """

    def __init__(self, store: Store, who: str = "", shelf: bool = True) -> None:
        self.store = store
        self.who = who or name_of_person()
        self.shelf: Shelf = StoredShelf(store, installation_key()) if shelf else NOTHING_KEPT
        self.laid_out: Path | None = None
        self.known: Document | None = None

    @property
    def path(self) -> Path:
        return self.store.path

    @property
    def writable(self) -> bool:
        return self.store.writable

    def close(self) -> None:
        """Let go of the file and of what was laid out of it."""
        self.store.close()
        if self.laid_out is not None:
            shutil.rmtree(self.laid_out, ignore_errors=True)
            self.laid_out = None

    # the plan

    def document(self, kind: str = "now", name: str = "") -> Document:
        """The present state, an approved version, or a scenario. Raises InputError where there is none."""
        rows = self.store.rows("SELECT plan, contents FROM document WHERE kind = ? AND name = ?", kind, name)
        if not rows:
            raise InputError(
                Problem("workspace.no_document", self.path.name, args={"kind": kind, "name": name})
            )
        return self.document_in(str(rows[0][0]), str(rows[0][1]))

    def document_in(self, plan: str, contents: str) -> Document:
        """The state that a row of the file holds. Raises InputError where it is not whole."""
        spec = parse_plan_file(plan.encode(), self.path.name)
        try:
            listed = {str(key): str(digest) for key, digest in json.loads(contents).items()}
        except (ValueError, AttributeError):
            raise damaged(self.path, "document") from None
        if set(listed) != {key for key, _ in named_files(spec)}:
            raise damaged(self.path, "document")
        held = {key: self.content(digest) for key, digest in listed.items()}
        return Document(spec, MappingProxyType(held))

    def inputs(
        self,
        document: Document | None = None,
        before: PlanInputs | None = None,
        progress: Progress = silent,
        passwords: Passwords = NO_PASSWORDS,
    ) -> PlanInputs:
        """The inputs of a document, the present one if none is given (see `gather_inputs`).

        What was read before and is kept in the file is not read again. The fingerprint is that of the
        same plan from its PLAN.toml.
        """
        wanted = document or self.document()
        self.require_persons()
        folder, name = self.folder(wanted.spec), self.path.name
        return gather_inputs(wanted, folder, name, progress, before, self.shelf, passwords)

    def require_persons(self) -> None:
        """Raises InputError where the file holds totals only."""
        held = self.store.get("holds", "persons")
        if held != "persons":
            raise InputError(Problem(f"workspace.{held}_only", self.path.name))

    def require_writable(self) -> None:
        """Raises InputError where another window writes, or the medium is read-only."""
        if not self.writable:
            medium = os.access(self.path, os.W_OK)
            raise InputError(Problem("workspace.in_use" if medium else "workspace.read_only", self.path.name))

    def folder(self, spec: PlanSpec) -> HeldFolder:
        """The inputs as a folder: persons' lists in memory, shapes and grids laid out for GDAL."""
        on_disk = {name for key, name in plan_files(spec) if key.startswith(ON_DISK)}
        return folder_of(self.path.parent, lambda name: self.place(name, name in on_disk))

    def place(self, name: str, on_disk: bool) -> Path:
        parts = self.parts_of(name)
        if not parts:
            return self.path.parent / name  # not inside: the reader says that it is missing
        if set(parts) == {""} and not on_disk:
            size = self.store.rows("SELECT size FROM content WHERE sha256 = ?", parts[""])
            source = Source(PurePath(name).name, parts[""], int(size[0][0]) if size else 0)
            return loaded_file(Path(name), source, lambda: self.store.content(source.sha256))
        return self.lay_out(name, parts)

    def content(self, digest: str) -> bytes:
        """The bytes under a SHA-256, checked against it. Raises InputError where they are damaged."""
        return self.store.content(digest)

    def parts_of(self, name: str) -> dict[str, str]:
        rows = self.store.rows("SELECT part, sha256 FROM file_part WHERE name = ?", name)
        return {str(part): str(sha256) for part, sha256 in rows}

    def lay_out(self, name: str, parts: Mapping[str, str]) -> Path:
        """An input as files in a private folder, which goes when the workspace is closed."""
        if self.laid_out is None:
            self.laid_out = private_folder()
        target = self.laid_out / name
        for part, digest in parts.items():
            place = part_place(target, part)
            if not place.resolve().is_relative_to(self.laid_out.resolve()):
                raise damaged(self.path, name)
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(self.store.content(digest))
        return target

    # changing it

    def keep(self, document: Document, what: str = "changed", before: Document | None = None) -> None:
        """Make this the present state and write into the log who changed what, from what to what.

        On return it is on the disk. Raises InputError where it could not be kept; then the state before
        stands. `what`: changed, decided, undone, redone, merged, recovered.
        """
        old = before or self.known or self.document()
        digest = digest_of_document(document)
        with self.store.transaction():
            self.keep_before()
            self.write_document(NOW, document)
            for found in differences(old, document):
                self.log(what, digest, found)
            self.store.sweep()
        self.known = document if self.store.held else None  # nobody else changes it meanwhile

    def keep_before(self) -> None:
        """Keep the last few states: a copy of the file taken at a bad moment may have one of them whole."""
        rows = self.store.rows("SELECT max(number) FROM audit")
        place = str(int(rows[0][0] or 0) % STATES_BEFORE)
        self.store.connection.execute(
            "INSERT OR REPLACE INTO document SELECT 'before', ?, plan, contents, fingerprint, totals, at"
            " FROM document WHERE kind = 'now'",
            (place,),
        )

    def write_document(
        self, key: tuple[str, str], document: Document, fingerprint: str = "", totals: str = ""
    ) -> None:
        """In the caller's transaction."""
        listed = {name: self.store.put(content) for name, content in sorted(document.contents.items())}
        row = (*key, plan_file_text(document.spec), json.dumps(listed), fingerprint, totals, now_utc())
        self.store.connection.execute("INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def log(self, what: str, digest: str, said: Difference) -> Entry:
        """One more entry, in the caller's transaction. `digest`: of the document, '' the same as before."""
        rows = self.store.rows("SELECT number, hash, document FROM audit ORDER BY number DESC LIMIT 1")
        number, head, last = rows[0] if rows else (0, NO_HEAD, "")
        entry = sealed_entry(
            str(head),
            int(number) + 1,
            at=now_utc(),
            who=self.who,
            what=what,
            place=said.place,
            before=said.before,
            after=said.after,
            document=digest or str(last),
        )
        write_entry(self.store, entry)
        return entry

    def note(self, what: str, place: str = "", before: str = "", after: str = "") -> None:
        """Write into the log what changes no plan: exported, purged, approved, ..."""
        assert what not in CHANGES
        with self.store.transaction():
            self.log(what, "", Difference(place, before, after))

    def note_plan(self, plan: Plan) -> None:
        """Keep the fingerprint and the totals of the plan that the present state makes."""
        if not self.writable:
            return
        totals = json.dumps(plan.summary.as_json())
        with self.store.transaction():
            self.store.connection.execute(
                "UPDATE document SET fingerprint = ?, totals = ? WHERE kind = 'now' AND plan = ?",
                (plan.fingerprint, totals, plan_file_text(plan.inputs.spec)),
            )

    def taken_in(self, document: Document, folder: Path | None = None) -> Document:
        """The document with every file that it names inside the workspace: new ones are put in.

        `folder`: from where the names of files that are not inside lead.
        """
        inside = {str(name) for (name,) in self.store.rows("SELECT name FROM file")}
        decided = {name for _, name in named_files(document.spec)}
        new = [name for _, name in plan_files(document.spec) if name not in inside and name not in decided]
        if not new:
            return document
        names: dict[str, str] = {}
        with self.store.transaction():
            for name in dict.fromkeys(new):
                file = (folder or self.path.parent) / name
                names[name] = free_name(PurePath(name).name, inside | set(names.values()))
                put_input(self.store, names[name], file)
        spec = with_file_names(document.spec, lambda _, name: names.get(name, name))
        return Document(spec, document.contents)

    # the log, the signatures, scenarios

    def entries(self) -> tuple[Entry, ...]:
        """The audit log."""
        rows = self.store.rows("SELECT * FROM audit ORDER BY number")
        return tuple(Entry(int(row[0]), *(str(cell) for cell in row[1:])) for row in rows)

    def standing(self) -> Standing | None:
        return standing_of(self.entries())

    def approvals(self) -> tuple[Approval, ...]:
        rows = self.store.rows(
            "SELECT fingerprint, approver, public_key, signed_on, signature, audit_head FROM approval"
        )
        return tuple(Approval(*(str(cell) for cell in row)) for row in rows)

    def add_approval(self, approval: Approval) -> None:
        """Keep a signature, in place of an earlier one of the same plan by the same key."""
        with self.store.transaction():
            self.write_approval(approval)
            self.log(
                "approved",
                "",
                Difference("approval", "", f"{approval.approver}, {approval.fingerprint[:16]}"),
            )

    def write_approval(self, approval: Approval) -> None:
        self.store.connection.execute(
            "INSERT OR REPLACE INTO approval (fingerprint, approver, public_key, signed_on, signature,"
            " audit_head) VALUES (?, ?, ?, ?, ?, ?)",
            astuple(approval),
        )

    def freeze(self, plan: Plan) -> None:
        """Keep an approved plan as a version of its own, if it is not yet."""
        known = self.store.rows(
            "SELECT name FROM document WHERE kind = 'version' AND fingerprint = ?", plan.fingerprint
        )
        if known or not plan.approved:
            return
        standing = self.standing()
        number = str(standing.version if standing else 1)
        with self.store.transaction():
            totals = json.dumps(plan.summary.as_json())
            self.write_document(("version", number), plan.inputs.document, plan.fingerprint, totals)

    def next_version(self, fingerprint: str) -> int | None:
        """Where the plan of that fingerprint is frozen: begin the version after it; its number, else None."""
        frozen = self.store.rows("SELECT name, fingerprint FROM document WHERE kind = 'version'")
        standing = self.standing()
        version = standing.version if standing else 1
        if not any(str(name) == str(version) and found == fingerprint for name, found in frozen):
            return None
        self.note("version", "", str(version), str(version + 1))
        return version + 1

    def named(self, kind: str) -> tuple[tuple[str, str, str], ...]:
        """(name, fingerprint, totals as JSON) of each scenario, or version."""
        rows = self.store.rows(
            "SELECT name, fingerprint, totals FROM document WHERE kind = ? ORDER BY name", kind
        )
        return tuple((str(name), str(fingerprint), str(totals)) for name, fingerprint, totals in rows)

    def keep_scenario(self, name: str, document: Document, plan: Plan | None = None) -> None:
        """Keep a state of the plan under a name, in place of one that has the name."""
        totals = json.dumps(plan.summary.as_json()) if plan else ""
        with self.store.transaction():
            self.write_document(("scenario", name), document, plan.fingerprint if plan else "", totals)
            self.log("scenario", "", Difference("scenario", "", name))
            self.store.sweep()

    def drop_scenario(self, name: str) -> None:
        with self.store.transaction():
            self.store.connection.execute(
                "DELETE FROM document WHERE kind = 'scenario' AND name = ?", (name,)
            )
            self.log("scenario", "", Difference("scenario", name, ""))
            self.store.sweep()


def open_workspace(
    path: Path,
    passphrase: str | None = None,
    write: bool = False,
    who: str = "",
    recovery: RecoveryKey | None = None,
) -> Workspace:
    """Open a .shockplan file (see `open_store` for what may go wrong)."""
    return Workspace(open_store(path, passphrase, write, recovery), who)


def write_entry(store: Store, entry: Entry) -> None:
    """One entry of an audit log, in the caller's transaction."""
    store.connection.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", astuple(entry))


def put_input(store: Store, name: str, file: Path) -> None:
    """An input and its companions, under the name by which the plan file knows it. Raises OSError."""
    source = source_of_dataset(file)
    store.connection.execute(
        "INSERT OR REPLACE INTO file VALUES (?, ?, ?)", (name, source.sha256, source.size)
    )
    for part, place in dataset_files(file):
        digest = store.put_file(place)
        store.connection.execute("INSERT OR REPLACE INTO file_part VALUES (?, ?, ?)", (name, part, digest))


UNSAFE = frozenset('<>:"/\\|?*')


def free_name(name: str, taken: set[str]) -> str:
    """inputs/<name>, or inputs/2/<name> where another file has that: no case tells two apart."""
    plain = "".join("_" if letter in UNSAFE else letter for letter in name)
    lower = {other.lower() for other in taken}
    wanted, number = f"inputs/{plain}", 2
    while wanted.lower() in lower:
        wanted, number = f"inputs/{number}/{plain}", number + 1
    return wanted


def part_place(target: Path, part: str) -> Path:
    """Where a part of an input lies, given the place of the input (see `dataset_files`)."""
    if not part:
        return target
    return target.with_suffix(part[1:]) if part.startswith("*.") else target / part


def private_folder() -> Path:
    """A folder that only this person can open; in memory where the system has that."""
    memory = Path("/dev/shm")
    place = str(memory) if memory.is_dir() and os.access(memory, os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix="shockplan-", dir=place))
