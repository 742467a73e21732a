"""The keys of an encrypted .shockplan file: a random data key, wrapped by passphrase and recovery key.

The pages are encrypted with 32 random bytes, the data key. The head of the file holds it wrapped: with a key
that Argon2id makes of the passphrase, and, where the ministry has a recovery key, with a key agreed
with that (X25519, HKDF-SHA256). The wrapping is AES-256-GCM: a wrong key is known and reveals nothing.
"""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shockplan.problems import InputError, Problem

MAGIC = b"ShockPlan sealed\x00\x02"
PLAIN = b"SQLite format 3\x00"
HEAD_BYTES = 4096
COPY_AT = HEAD_BYTES // 2
"""Where the head stands again: without it nobody can open the file, and disks lose 512 bytes at a time."""

DATA_KEY_BYTES = 32
PASSES, LANES, KIB = 3, 4, 64 * 1024
"""Argon2id, RFC 9106, second recommended choice: 64 MiB, which a laptop of 4 GB can spare and a graphics
card that guesses cannot share out."""

MOST_PASSES, MOST_LANES, MOST_KIB = 16, 16, 512 * 1024
"""A file from others may not ask for more."""

RECOVERY_VARIABLE = "SHOCKPLAN_RECOVERY_KEY"
RECOVERY_KIND = "ShockPlan recovery key"


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """The ministry's opened recovery key."""

    private: X25519PrivateKey

    @property
    def public_key(self) -> str:
        """64 hex digits, to be given to every laptop."""
        return self.private.public_key().public_bytes_raw().hex()


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a sealed file: what wraps the data key. Reveals no more than who may open it.

    `spare`: its other copy, where the two have come to differ.
    """

    kdf: Mapping[str, Any]
    wraps: tuple[Mapping[str, str], ...]
    spare: "Head | None" = field(default=None, compare=False)

    @property
    def recoverable_by(self) -> str:
        """The public key of the recovery key that opens the file, '' none."""
        return next((wrap["public_key"] for wrap in self.wraps if wrap["by"] == "recovery"), "")

    def as_bytes(self) -> bytes:
        """HEAD_BYTES bytes: the magic, the length of the JSON, the JSON; all of it twice if it fits."""
        text = json.dumps({"kdf": dict(self.kdf), "wraps": [dict(wrap) for wrap in self.wraps]}).encode()
        if len(MAGIC) + 4 + len(text) > HEAD_BYTES:
            raise ValueError("the head of a sealed file is too long")
        head = MAGIC + len(text).to_bytes(4, "big") + text
        if len(head) <= COPY_AT:
            head = head.ljust(COPY_AT, b"\x00") + head
        return head.ljust(HEAD_BYTES, b"\x00")


def new_head(passphrase: str, recovery_public: str = "") -> tuple[Head, bytes]:
    """(head, data key) of a new file. Raises ValueError where the recovery key's public half is none."""
    data_key = secrets.token_bytes(DATA_KEY_BYTES)
    salt = secrets.token_bytes(16)
    kdf = {"name": "argon2id", "salt": salt.hex(), "passes": PASSES, "lanes": LANES, "kib": KIB}
    wraps = [wrapped("passphrase", stretched(passphrase, kdf), data_key, {})]
    if recovery_public:
        ephemeral = X25519PrivateKey.generate()
        shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(recovery_public)))
        named = {
            "public_key": recovery_public,
            "ephemeral": ephemeral.public_key().public_bytes_raw().hex(),
        }
        wraps.append(wrapped("recovery", agreed(shared, named), data_key, named))
    return Head(kdf, tuple(wraps)), data_key


def wrapped(by: str, key: bytes, data_key: bytes, named: Mapping[str, str]) -> Mapping[str, str]:
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(key).encrypt(nonce, data_key, MAGIC + by.encode())
    return {"by": by, "nonce": nonce.hex(), "sealed": sealed.hex(), **named}


def unwrapped(wrap: Mapping[str, str], key: bytes) -> bytes | None:
    try:
        nonce, sealed = bytes.fromhex(wrap["nonce"]), bytes.fromhex(wrap["sealed"])
        return AESGCM(key).decrypt(nonce, sealed, MAGIC + wrap["by"].encode())
    except (InvalidTag, ValueError):
        return None


def stretched(passphrase: str, kdf: Mapping[str, Any]) -> bytes:
    """The key that Argon2id makes of a passphrase."""
    made = Argon2id(
        salt=bytes.fromhex(kdf["salt"]),
        length=32,
        iterations=kdf["passes"],
        lanes=kdf["lanes"],
        memory_cost=kdf["kib"],
    )
    return made.derive(passphrase.encode())


def agreed(shared: bytes, named: Mapping[str, str]) -> bytes:
    """The wrapping key of an X25519 agreement, bound to both public keys."""
    info = MAGIC + bytes.fromhex(named["ephemeral"]) + bytes.fromhex(named["public_key"])
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(shared)


def parse_head(content: bytes, name: str) -> Head | None:
    """The head at the start of a sealed file, None where the file has none. Raises InputError where both its
    copies are damaged.
    """
    copies = [content, content[COPY_AT:]]
    if content.startswith(PLAIN) or not any(copy.startswith(MAGIC) for copy in copies):
        return None
    sane = [head for head in map(one_head, copies) if head is not None]
    if not sane:
        raise InputError(Problem("workspace.head_damaged", name))
    return replace(sane[0], spare=sane[1]) if len(sane) == 2 and sane[0] != sane[1] else sane[0]


def one_head(content: bytes) -> Head | None:
    """One copy of a head, None where it is damaged."""
    if not content.startswith(MAGIC):
        return None
    try:
        start = len(MAGIC) + 4
        length = int.from_bytes(content[len(MAGIC) : start], "big")
        held = json.loads(content[start : start + length])
        kdf, wraps = held["kdf"], tuple(held["wraps"])
        sane = (
            kdf["name"] == "argon2id"
            and 1 <= kdf["passes"] <= MOST_PASSES
            and 1 <= kdf["lanes"] <= MOST_LANES
            and 8 * kdf["lanes"] <= kdf["kib"] <= MOST_KIB
            and len(bytes.fromhex(kdf["salt"])) >= 16
            and all(isinstance(wrap[field], str) for wrap in wraps for field in ("by", "nonce", "sealed"))
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return Head(kdf, wraps) if sane else None


def data_key_of(head: Head, passphrase: str) -> bytes | None:
    """The data key that a passphrase opens, None where it is the wrong one."""
    key = stretched(passphrase, head.kdf)
    found = (unwrapped(wrap, key) for wrap in head.wraps if wrap["by"] == "passphrase")
    opened = next((opened for opened in found if opened is not None), None)
    return data_key_of(head.spare, passphrase) if opened is None and head.spare else opened


def recovered_key(head: Head, recovery: RecoveryKey) -> bytes | None:
    """The data key that the ministry's recovery key opens, None where the file was not sealed for it."""
    for wrap in head.wraps:
        if wrap["by"] != "recovery" or wrap.get("public_key") != recovery.public_key:
            continue
        try:
            ephemeral = X25519PublicKey.from_public_bytes(bytes.fromhex(wrap["ephemeral"]))
            opened = unwrapped(wrap, agreed(recovery.private.exchange(ephemeral), wrap))
        except (ValueError, KeyError):
            opened = None
        if opened is not None:
            return opened
    return recovered_key(head.spare, recovery) if head.spare else None


def new_recovery_key(path: Path, passphrase: str) -> RecoveryKey:
    """Make the ministry's recovery key and keep it in a new file, sealed with its own passphrase."""
    if path.exists():
        raise InputError(Problem("approval.key_exists", str(path)))
    key = RecoveryKey(X25519PrivateKey.generate())
    kdf = {"name": "argon2id", "salt": secrets.token_hex(16), "passes": PASSES, "lanes": LANES, "kib": KIB}
    sealed = wrapped("passphrase", stretched(passphrase, kdf), key.private.private_bytes_raw(), {})
    kept = {"kind": RECOVERY_KIND, "public_key": key.public_key, "kdf": kdf, "wrap": dict(sealed)}
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(kept, indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("approval.unreadable", str(path), args={"reason": reason})) from None
    return key


def open_recovery_key(path: Path, passphrase: str) -> RecoveryKey:
    """The key in a file. Raises InputError: not there, not a key, wrong passphrase."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["kind"] != RECOVERY_KIND:
            raise ValueError
        wrap, kdf = kept["wrap"], kept["kdf"]
        raw = unwrapped(wrap, stretched(passphrase, kdf))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("approval.unreadable", str(path), args={"reason": reason})) from None
    except (ValueError, KeyError, TypeError):
        raise InputError(Problem("approval.not_a_key", path.name)) from None
    if raw is None:
        raise InputError(Problem("approval.wrong_passphrase", path.name))
    return RecoveryKey(X25519PrivateKey.from_private_bytes(raw))


def recovery_of_this_office() -> str:
    """The public half of the recovery key that the ministry gave this machine, '' none."""
    given = os.environ.get(RECOVERY_VARIABLE, "")
    return given if is_public_key(given) else ""


def is_public_key(text: str) -> bool:
    """Whether a text can be the public half of a recovery key."""
    try:
        return len(bytes.fromhex(text)) == 32 and len(text) == 64
    except ValueError:
        return False
