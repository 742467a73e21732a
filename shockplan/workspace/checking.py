"""Is a .shockplan file as the program wrote it? Its log, state, inputs and signatures are looked at."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from shockplan.approval import Approval, is_signed, valid_approvals
from shockplan.audit import Entry, digest_of, faults_of
from shockplan.planfile_reading import parse_plan_file
from shockplan.problems import InputError
from shockplan.texts import Language, Value, tr
from shockplan.workspace.opening import open_store
from shockplan.workspace.totals import stated_fingerprint
from shockplan.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written. `code`: gap, hash, document, log, signature, head, input."""

    code: str
    args: Mapping[str, Value]

    def sentence(self, language: Language) -> str:
        return tr(f"verify.finding.{self.code}", dict(self.args), language)


@dataclass(frozen=True, slots=True)
class Checked:
    """`head`: of the audit log, to be compared with the one that is printed in the plan."""

    plan: str
    fingerprint: str
    approved: bool
    entries: int
    head: str
    findings: tuple[Finding, ...]


def check_workspace(path: Path, passphrase: str | None = None) -> Checked:
    """Everything that can be known without making the plan. Raises InputError where it cannot be opened."""
    workspace = Workspace(open_store(path, passphrase), shelf=False)
    try:
        entries, approvals = workspace.entries(), workspace.approvals()
        fingerprint = stated_fingerprint(workspace)
        rows = workspace.store.rows("SELECT plan, contents FROM document WHERE kind = 'now'")
        plan, contents = str(rows[0][0]), json.loads(str(rows[0][1]))
        spec = parse_plan_file(plan.encode(), path.name)
        findings = (
            *log_findings(workspace, entries, digest_of(plan, contents)),
            *signature_findings(approvals, entries),
            *input_findings(workspace, contents),
        )
        valid = valid_approvals(spec, fingerprint, approvals, entries)
        approved = len(valid) >= spec.approval.needed and spec.plan.date is not None and not findings
        head = entries[-1].hash if entries else ""
        return Checked(spec.plan.name, fingerprint, approved, len(entries), head, findings)
    finally:
        workspace.close()


def log_findings(workspace: Workspace, entries: tuple[Entry, ...], digest: str) -> Iterator[Finding]:
    for code, number in faults_of(entries):
        yield Finding(code, {"number": number})
    if not entries:
        if workspace.store.get("holds", ""):  # every file of this version begins with an entry
            yield Finding("log", {})
        return
    if entries[-1].document != digest:
        yield Finding("document", {})


def signature_findings(approvals: tuple[Approval, ...], entries: tuple[Entry, ...]) -> Iterator[Finding]:
    heads = {entry.hash for entry in entries}
    for one in approvals:
        if not is_signed(one):
            yield Finding("signature", {"name": one.approver})
        elif one.audit_head and one.audit_head not in heads:
            yield Finding("head", {"name": one.approver})


def input_findings(workspace: Workspace, contents: Mapping[str, str]) -> Iterator[Finding]:
    """Inputs whose bytes are not those of their hash; a file of totals has none."""
    if workspace.store.get("holds", "persons") != "persons":
        return
    names = {str(digest): key for key, digest in contents.items()}
    for name, digest in workspace.store.rows("SELECT name, sha256 FROM file_part"):
        names[str(digest)] = str(name)
    for digest, name in names.items():
        try:
            workspace.store.content(digest)
        except InputError:
            yield Finding("input", {"name": name})
