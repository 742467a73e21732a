"""After the emergency: the persons go out of a plan file; totals, signatures and the audit log stay."""

import json
import os
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from shockplan.audit import Difference
from shockplan.plan import Plan
from shockplan.workspace.plans import Seal, copy_all, new_file
from shockplan.workspace.recovery import discard, leftovers
from shockplan.workspace.totals import write_totals
from shockplan.workspace.workspace import Workspace

BLOCK = 1 << 20
LEFT_BEHIND = {
    "content": "sha256 NOT IN (SELECT sha256 FROM total)",
    "chunk": "sha256 NOT IN (SELECT sha256 FROM total)",
    "file_part": "1",
    "shelf": "1",
    "document": "kind NOT IN ('now', 'version')",
}
"""Rows that do not go into the purged file."""


def purge(plan: Plan, workspace: Workspace) -> tuple[Path, ...]:
    """Take every person out of a workspace: registry, decisions, what was read of them, unsaved changes.

    The file is written anew without them and takes its own place; the bytes of the old one are overwritten,
    as far as the medium lets a program do that. Returns the recoveries that went too. The workspace is
    closed afterwards. Raises InputError where another window writes it.
    """
    workspace.require_writable()
    path, store = workspace.path, workspace.store
    with store.transaction():
        write_totals(store, plan)
        store.connection.execute(
            "UPDATE document SET fingerprint = ?, totals = ? WHERE kind = 'now'",
            (plan.fingerprint, json.dumps(plan.summary.as_json())),
        )
        workspace.log("purged", "", Difference("", "", plan.fingerprint[:16]))
    seal = Seal(like=(store.head, store.data_key)) if store.head and store.data_key else Seal()
    with ExitStack() as stack:
        with new_file(path, seal, replacing=True) as new:
            copy_all(store, new, LEFT_BEHIND)
            with new.transaction():
                new.set("holds", "totals")
            workspace.close()
            if os.name == "posix":  # elsewhere a file that is open cannot be replaced
                old = stack.enter_context(path.open("r+b"))
        if os.name == "posix":
            zero(old)
    gone = [one for one in leftovers() if one.plan.absolute() == path.absolute()]
    for leftover in gone:
        if leftover.file is not None:
            overwrite(leftover.file)
        discard(leftover)
    return tuple(one.file for one in gone if one.file is not None)


def overwrite(path: Path) -> None:
    """Zeros over a file, then delete it. On flash memory the old cells may outlive that (see SECURITY.md)."""
    with path.open("r+b") as file:
        zero(file)
    path.unlink()


def zero(file: BinaryIO) -> None:
    """Zeros over all of an open file, on the disk."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    for start in range(0, size, BLOCK):
        file.write(bytes(min(BLOCK, size - start)))
    file.flush()
    os.fsync(file.fileno())
