"""Approval is a signature: nothing is payable until an approver has signed the plan's fingerprint.

An approver has an Ed25519 key, kept in a file under a passphrase. PLAN.toml names the approvers by their
public keys, so who may approve is itself part of the fingerprint. The signatures lie beside the plan,
in `<plan>.approvals.json`: they are not part of what they sign.
"""

import datetime as dt
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from shockplan.audit import audit_path, faults_of, read_log, standing_of
from shockplan.problems import InputError, Problem

if TYPE_CHECKING:
    from shockplan.audit import Entry
    from shockplan.plan import Plan
    from shockplan.planfile import PlanSpec

KEY_KIND = "ShockPlan approver key"
ARGON2_PASSES, ARGON2_LANES, ARGON2_KIB = 3, 4, 64 * 1024
"""RFC 9106, second recommended choice: 64 MiB, so that an old laptop can open its own key."""


@dataclass(frozen=True, slots=True)
class Approval:
    """One signature: by whom, when, of which fingerprint, and of which audit log.

    public_key and signature in hex. `audit_head`: hash of the last entry of the log when it was signed, ''
    where the plan had no log.
    """

    fingerprint: str
    approver: str
    public_key: str
    signed_on: str
    signature: str
    audit_head: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """An approver's opened key."""

    approver: str
    private: Ed25519PrivateKey

    @property
    def public_key(self) -> str:
        return self.private.public_key().public_bytes_raw().hex()


def statement(fingerprint: str, approver: str, signed_on: str, audit_head: str = "") -> bytes:
    """The bytes that are signed."""
    said = {"kind": "ShockPlan approval 1", "fingerprint": fingerprint, "approver": approver, "on": signed_on}
    if audit_head:
        said |= {"kind": "ShockPlan approval 2", "audit_head": audit_head}
    return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sign(key: Key, fingerprint: str, signed_on: dt.date, audit_head: str = "") -> Approval:
    """The key's signature of a plan's fingerprint and of its audit log up to that head."""
    day = signed_on.isoformat()
    signature = key.private.sign(statement(fingerprint, key.approver, day, audit_head))
    return Approval(fingerprint, key.approver, key.public_key, day, signature.hex(), audit_head)


def is_signed(approval: Approval) -> bool:
    """Whether the signature is by the key that it names, of what it says."""
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(approval.public_key))
        said = statement(approval.fingerprint, approval.approver, approval.signed_on, approval.audit_head)
        public.verify(bytes.fromhex(approval.signature), said)
    except (InvalidSignature, ValueError):
        return False
    return True


def with_approvals(plan: "Plan", approvals: Iterable[Approval], entries: "Sequence[Entry]" = ()) -> "Plan":
    """The plan, approved where enough of its approvers signed this very fingerprint and it has a date.

    `entries`: its audit log. A signature by somebody who is no approver, of another plan, or that does not
    hold counts for nothing; nor does one of a log that is not this log, or of a log that was tampered with.
    """
    spec = plan.inputs.spec
    signed = valid_approvals(spec, plan.fingerprint, approvals, entries)
    approved = len(signed) >= spec.approval.needed and spec.plan.date is not None
    return replace(plan, approved=approved, approvals=signed, audit=standing_of(entries))


def valid_approvals(
    spec: "PlanSpec", fingerprint: str, approvals: Iterable[Approval], entries: "Sequence[Entry]"
) -> tuple[Approval, ...]:
    """The signatures that count, one for each approver, in the order of the approvers."""
    whole = not any(faults_of(entries))
    heads = {entry.hash for entry in entries} or {""}
    names = {approver.public_key: approver.name for approver in spec.approval.approvers}
    valid = {
        approval.public_key: approval
        for approval in approvals
        if approval.fingerprint == fingerprint
        and names.get(approval.public_key) == approval.approver
        and is_signed(approval)
        and whole
        and approval.audit_head in heads
    }
    return tuple(valid[key] for key in names if key in valid)


def signature_of(
    plan: "Plan", name: str, key: Key, signed_on: dt.date, entries: "Sequence[Entry]" = ()
) -> Approval:
    """An approver's signature of the plan and its log. `name`: of the plan's file, for what may be wrong.

    Raises InputError where the plan has no date, the key is not of one of its approvers, or the log was
    tampered with.
    """
    spec = plan.inputs.spec
    if spec.plan.date is None:
        raise InputError(Problem("approval.no_date", name, "plan.date"))
    if (key.approver, key.public_key) not in {(one.name, one.public_key) for one in spec.approval.approvers}:
        raise InputError(Problem("approval.not_an_approver", name, "approval", args={"name": key.approver}))
    if any(faults_of(entries)):
        raise InputError(Problem("audit.tampered", name))
    return sign(key, plan.fingerprint, signed_on, entries[-1].hash if entries else "")


def approve(plan: "Plan", plan_path: Path, key: Key, signed_on: dt.date) -> "Plan":
    """Sign the plan of a plan file, keep the signature beside it, give the plan as it now stands."""
    entries = read_log(audit_path(plan_path))
    add_approval(plan_path, signature_of(plan, plan_path.name, key, signed_on, entries))
    return with_approvals(plan, read_approvals(plan_path), entries)


def approvals_path(plan_path: Path) -> Path:
    """Where the signatures of a plan file or workspace lie."""
    return plan_path.with_name(f"{plan_path.name}.approvals.json")


def read_approvals(plan_path: Path) -> tuple[Approval, ...]:
    """The signatures beside a plan, none where there is no file. Raises InputError where it is not one."""
    path = approvals_path(plan_path)
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return tuple(Approval(**{name: str(value) for name, value in row.items()}) for row in rows)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise unreadable(path, error.strerror or type(error).__name__) from None
    except (ValueError, TypeError, AttributeError):
        raise unreadable(path, "JSON") from None


def add_approval(plan_path: Path, approval: Approval) -> Path:
    """Keep a signature beside the plan, in place of an earlier one by the same key."""
    kept = [one for one in read_approvals(plan_path) if one.public_key != approval.public_key]
    path = approvals_path(plan_path)
    write_whole(path, approvals_text([*kept, approval]))
    return path


def approvals_text(approvals: Iterable[Approval]) -> str:
    """Signatures as the file beside a plan holds them."""
    return json.dumps([asdict(one) for one in approvals], ensure_ascii=False, indent=1) + "\n"


def new_key(path: Path, approver: str, passphrase: str) -> Key:
    """Make an approver's key and keep it in a new file, sealed with the passphrase."""
    if path.exists():
        raise InputError(Problem("approval.key_exists", str(path)))
    key = Key(approver, Ed25519PrivateKey.generate())
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    seal = AESGCM(derived(passphrase, salt))
    sealed = seal.encrypt(nonce, key.private.private_bytes_raw(), approver.encode())
    kept = {
        "kind": KEY_KIND,
        "approver": approver,
        "public_key": key.public_key,
        "salt": salt.hex(),
        "nonce": nonce.hex(),
        "sealed": sealed.hex(),
    }
    write_whole(path, json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
    return key


def open_key(path: Path, passphrase: str) -> Key:
    """The key in a file. Raises InputError: not there, not a key, wrong passphrase."""
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if kept["kind"] != KEY_KIND:
            raise ValueError
        salt, nonce, sealed = (bytes.fromhex(kept[name]) for name in ("salt", "nonce", "sealed"))
        approver = str(kept["approver"])
    except OSError as error:
        raise unreadable(path, error.strerror or type(error).__name__) from None
    except (ValueError, KeyError, TypeError):
        raise InputError(Problem("approval.not_a_key", path.name)) from None
    try:
        raw = AESGCM(derived(passphrase, salt)).decrypt(nonce, sealed, approver.encode())
    except (InvalidTag, ValueError):
        raise InputError(Problem("approval.wrong_passphrase", path.name)) from None
    return Key(approver, Ed25519PrivateKey.from_private_bytes(raw))


def derived(passphrase: str, salt: bytes) -> bytes:
    seal = Argon2id(
        salt=salt, length=32, iterations=ARGON2_PASSES, lanes=ARGON2_LANES, memory_cost=ARGON2_KIB
    )
    return seal.derive(passphrase.encode())


def unreadable(path: Path, reason: str) -> InputError:
    return InputError(Problem("approval.unreadable", str(path), args={"reason": reason}))


def write_whole(path: Path, text: str) -> None:
    """Write a small file whole or not at all. Raises InputError where that cannot be."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise unreadable(path, error.strerror or type(error).__name__) from None
