"""A plan that is open: from where its inputs are read, and where its signatures and its log are kept."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from shockplan.approval import Key, approve, read_approvals, signature_of, with_approvals
from shockplan.audit import Entry, audit_path, read_log
from shockplan.document import Document, read_document
from shockplan.inputs import gather_inputs
from shockplan.plan import Plan, PlanInputs, make_plan
from shockplan.progress import Progress, part, silent
from shockplan.registry.passwords import NO_PASSWORDS, Passwords
from shockplan.workspace.plans import is_workspace
from shockplan.workspace.workspace import Workspace, open_workspace


class Opened(Protocol):
    """A PLAN.toml or a .shockplan file, as long as it is open."""

    path: Path
    workspace: Workspace | None

    def document(self) -> Document:
        """Its state as it stands in the file."""

    def folder(self, document: Document) -> Path:
        """From where the names of the files of a state of the plan lead."""

    def gather(
        self,
        document: Document,
        before: PlanInputs | None = None,
        progress: Progress = silent,
        passwords: Passwords = NO_PASSWORDS,
    ) -> PlanInputs:
        """The inputs of a state of the plan; what is the same is taken from those before."""

    def approved(self, plan: Plan) -> Plan:
        """The plan with the signatures that are kept for it."""

    def sign(self, plan: Plan, key: Key, day: dt.date) -> Plan:
        """The plan with one signature more, which is kept."""

    def entries(self) -> Sequence[Entry]:
        """Its audit log."""

    def close(self) -> None: ...


class OpenedFolder:
    """A PLAN.toml with its inputs beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.workspace: Workspace | None = None

    def document(self) -> Document:
        return read_document(self.path)

    def folder(self, document: Document) -> Path:
        del document
        return self.path.parent

    def gather(
        self,
        document: Document,
        before: PlanInputs | None = None,
        progress: Progress = silent,
        passwords: Passwords = NO_PASSWORDS,
    ) -> PlanInputs:
        return gather_inputs(
            document, self.path.parent, self.path.name, progress, before, passwords=passwords
        )

    def approved(self, plan: Plan) -> Plan:
        return with_approvals(plan, read_approvals(self.path), self.entries())

    def sign(self, plan: Plan, key: Key, day: dt.date) -> Plan:
        return approve(plan, self.path, key, day)

    def entries(self) -> tuple[Entry, ...]:
        return read_log(audit_path(self.path))

    def close(self) -> None:
        return None


class OpenedWorkspace:
    """A .shockplan file. Its inputs are not read again where they were kept as they were read."""

    def __init__(self, workspace: Workspace) -> None:
        self.path = workspace.path
        self.own = workspace
        self.workspace: Workspace | None = workspace

    def document(self) -> Document:
        self.own.require_persons()
        return self.own.document()

    def folder(self, document: Document) -> Path:
        return self.own.folder(document.spec)

    def gather(
        self,
        document: Document,
        before: PlanInputs | None = None,
        progress: Progress = silent,
        passwords: Passwords = NO_PASSWORDS,
    ) -> PlanInputs:
        return self.own.inputs(document, before, progress, passwords)

    def approved(self, plan: Plan) -> Plan:
        # the signatures of files of version 1 lie beside the file
        signatures = (*read_approvals(self.path), *self.own.approvals())
        return with_approvals(plan, signatures, self.own.entries())

    def sign(self, plan: Plan, key: Key, day: dt.date) -> Plan:
        self.own.require_writable()
        self.own.add_approval(signature_of(plan, self.path.name, key, day, self.own.entries()))
        signed = self.approved(plan)
        self.own.freeze(signed)
        return signed

    def entries(self) -> tuple[Entry, ...]:
        return self.own.entries()

    def close(self) -> None:
        self.own.close()


def open_plan(path: Path, passphrase: str | None = None, who: str = "", write: bool = True) -> Opened:
    """Open a plan for work, or (not `write`) only to be looked at. Raises InputError (see `open_store`)."""
    if is_workspace(path):
        return OpenedWorkspace(open_workspace(path, passphrase, write, who))
    return OpenedFolder(path)


def planned(opened: Opened, progress: Progress = silent, passwords: Passwords = NO_PASSWORDS) -> Plan:
    """The plan that an open plan makes as it stands, approved where it is signed."""
    inputs = opened.gather(opened.document(), None, part(progress, 0, 0.6), passwords)
    plan = opened.approved(make_plan(inputs, part(progress, 0.6, 1)))
    if opened.workspace is not None:
        opened.workspace.note_plan(plan)
    return plan
