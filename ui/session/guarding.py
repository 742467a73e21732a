"""What keeps the changes of a plan that was just opened, and saving it under a name."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shockplan.progress import Progress

if TYPE_CHECKING:
    from shockplan.approval import Approval
    from shockplan.audit import Entry
    from shockplan.document import Document
    from shockplan.plan import PlanInputs
    from shockplan.workspace.opened import Opened
    from shockplan.workspace.plans import Seal
    from shockplan.workspace.recovery import Guard, Leftover


def guarded(
    opened: "Opened", passphrase: str | None, who: str, leftover: "Leftover | None"
) -> "tuple[Guard, Document]":
    """(guard, the state to go on from) of an opened plan.

    A writable workspace keeps its own changes and is only marked as open; any other plan gets a recovery.
    """
    from shockplan.workspace.recovery import discard, guard_plan, resume

    workspace = opened.workspace
    if leftover is not None and leftover.file is not None:
        guard = resume(leftover, passphrase, who)
        assert guard.workspace is not None
        if workspace is None or not workspace.writable:
            return guard, guard.workspace.document()
        # what the file itself did not take any more goes into it now, where it can be written again
        document = guard.workspace.document()
        workspace.keep(document, "recovered")
        guard.done(forget=True)
        return guard_plan(opened.path), document
    if leftover is not None:
        discard(leftover)
    document = opened.document()
    if workspace is not None and workspace.writable:
        return guard_plan(opened.path), document
    return fallback_of(opened, who)(document), document


def fallback_of(opened: "Opened", who: str) -> "Callable[[Document], Guard]":
    """How a recovery of this plan is begun: encrypted as the plan is."""
    from shockplan.workspace.recovery import begin_recovery

    def begin(document: "Document") -> "Guard":
        store = opened.workspace.store if opened.workspace is not None else None
        like = (store.head, store.data_key) if store and store.head and store.data_key else None
        entries = opened.entries() if opened.workspace is None or store_is_there(opened) else ()
        return begin_recovery(opened.path, document, who, like, entries)

    return begin


def store_is_there(opened: "Opened") -> bool:
    """Whether the medium of the file can still be read."""
    from shockplan.problems import InputError

    try:
        opened.entries()
    except InputError:
        return False
    return True


def save_workspace(
    opened: "Opened",
    document: "Document",
    inputs: "PlanInputs",
    path: Path,
    seal: "Seal",
    who: str,
    entries: "Sequence[Entry]",
    scenarios: "Sequence[tuple[str, Document]]",
    progress: Progress,
) -> None:
    """Put the plan as it stands and all its inputs into a .shockplan file, in place of one of that name."""
    from shockplan.workspace.plans import save_document

    progress(0)
    workspace = opened.workspace
    folder = workspace.folder(document.spec) if workspace is not None else opened.path.parent
    approvals = workspace.approvals() if workspace is not None else read_signatures(opened.path)
    save_document(
        document,
        folder,
        path,
        seal,
        who,
        entries,
        approvals,
        inputs.parts if inputs.document == document else None,
        scenarios=scenarios,
        replacing=True,
    )
    progress(1)


def save_plan_file(
    opened: "Opened", document: "Document", entries: "Sequence[Entry]", path: Path, progress: Progress
) -> None:
    """Write PLAN.toml, the decision files and the audit log; a workspace's inputs are laid beside it."""
    from shockplan.audit import audit_path, write_log
    from shockplan.document_files import write_document, write_whole
    from shockplan.problems import InputError, Problem
    from shockplan.workspace.plans import write_out

    progress(0)
    if opened.workspace is not None:
        write_out(opened.workspace, document, path.parent, path.name)
        return
    write_document(document, opened.path.parent, path)
    try:
        if entries:
            write_whole(audit_path(path), write_log(entries))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("plan.cannot_write", path.name, args={"reason": reason})) from None


def read_signatures(path: Path) -> "tuple[Approval, ...]":
    from shockplan.approval import read_approvals

    return read_approvals(path)
