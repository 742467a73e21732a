"""The audit log: who changed what, when, from what to what; each entry seals the ones before it."""

import datetime as dt
import getpass
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from shockplan.document import Document, key_path
from shockplan.fingerprint import canonical
from shockplan.planfile_writing import plan_file_text
from shockplan.problems import InputError, Problem
from shockplan.source import hash_bytes

NO_HEAD = ""
MOST_LETTERS = 300
"""Of a value as it stands in an entry; a longer one is cut, and its hash is in the digest of the document."""

CHANGES = frozenset({"made", "changed", "decided", "undone", "redone", "merged", "scenario", "recovered"})
"""What alters the plan; everything else (signing, exporting, purging) does not."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. `at`: UTC; `place`: key path; `document`: digest of the document after it.

    `hash` is over the hash before and everything in this line. No entry holds a person: of a decision
    file it says how many lines it has and its hash.
    """

    number: int
    at: str
    who: str
    what: str
    place: str
    before: str
    after: str
    document: str
    hash: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a plan's log stands: how many entries, the last one's hash, which version of the plan this is."""

    entries: int
    head: str
    version: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two documents differ in."""

    place: str
    before: str
    after: str


def sealed_entry(previous: str, number: int, **said: str) -> Entry:
    """An entry with its hash, which chains it to the one before."""
    return Entry(number=number, hash=chain_hash(previous, number, said), **said)


def chain_hash(previous: str, number: int, said: dict[str, str]) -> str:
    text = json.dumps(
        {"previous": previous, "number": number, **said},
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hash_bytes(text.encode())


def faults_of(entries: Sequence[Entry]) -> Iterator[tuple[str, int]]:
    """(what is wrong, number) of each entry that is not as it was written, or is missing.

    gap: an entry is missing before it; hash: it was changed, or one before it was.
    """
    previous, expected = NO_HEAD, 1
    for entry in entries:
        if entry.number != expected:
            yield "gap", entry.number
        said = {name: str(value) for name, value in asdict(entry).items() if name not in ("number", "hash")}
        if entry.hash != chain_hash(previous, entry.number, said):
            yield "hash", entry.number
        previous, expected = entry.hash, entry.number + 1


def turned_back(entries: Sequence[Entry]) -> Iterator[int]:
    """Numbers of the entries that bear an earlier time than the one before: a clock was set back.

    That is no sign of tampering: the order of the log is that of its numbers, whatever the clock said.
    """
    for before, entry in itertools.pairwise(entries):
        if entry.at < before.at:
            yield entry.number


def differences(old: Document | None, new: Document) -> tuple[Difference, ...]:
    """What a change changed: each parameter with its key path, each decision file."""
    before: dict[str, Any] = dict(flat(old.spec.model_dump(), "")) if old else {}
    after: dict[str, Any] = dict(flat(new.spec.model_dump(), ""))
    found = [
        Difference(place, shown(before.get(place)), shown(after.get(place)))
        for place in sorted(before.keys() | after.keys())
        if canonical(before.get(place)) != canonical(after.get(place))  # 45 and 45.0 are one number
    ]
    contents = old.contents if old else {}
    for key in sorted(contents.keys() | new.contents.keys()):
        if contents.get(key) != new.contents.get(key):
            found.append(
                Difference(key_path(key), described(contents.get(key)), described(new.contents.get(key)))
            )
    return tuple(found)


def flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """(key path, value) of everything in a plan file that is no table: funds[1].amount."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from flat(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, (list, tuple)) and any(isinstance(item, dict) for item in value):
        for number, item in enumerate(value, start=1):
            yield from flat(item, f"{path}[{number}]")
    elif value is not None:
        yield path, value


def shown(value: Any) -> str:
    """A value as an entry keeps it."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(plain(value), ensure_ascii=False)
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"


def plain(value: Any) -> Any:
    """A value as JSON takes it."""
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def described(content: bytes | None) -> str:
    """A decision file without its persons: lines and hash."""
    if content is None:
        return ""
    lines = content.count(b"\n")
    return f"{lines} lines, {hash_bytes(content)[:16]}"


def digest_of_document(document: Document) -> str:
    """SHA-256 over PLAN.toml and the hashes of the decision files."""
    return digest_of(plan_file_text(document.spec), document.hashes())


def digest_of(plan: str, contents: Mapping[str, str]) -> str:
    """As `digest_of_document`, from PLAN.toml and the hash of each decision file."""
    said = {"plan": plan, "contents": dict(contents)}
    return hash_bytes(json.dumps(said, sort_keys=True, ensure_ascii=False).encode())


def now_utc() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


def name_of_person() -> str:
    """Who is logged in to the machine, where no name was given."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a system that does not know
        return "?"


def audit_path(plan_path: Path) -> Path:
    """Where the log of a plan that was exported as PLAN.toml lies."""
    return plan_path.with_name(f"{plan_path.name}.audit.jsonl")


def write_log(entries: Iterable[Entry]) -> bytes:
    """The log as JSON lines."""
    return "".join(json.dumps(asdict(entry), ensure_ascii=False) + "\n" for entry in entries).encode()


def read_log(path: Path) -> tuple[Entry, ...]:
    """The log beside a plan file, empty where there is none. Raises InputError where it is no log."""
    names = [field.name for field in fields(Entry)]
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        if any(set(row) != set(names) for row in rows):
            raise ValueError
        return tuple(
            Entry(int(row["number"]), *(str(row[name]) for name in names if name != "number")) for row in rows
        )
    except FileNotFoundError:
        return ()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("workspace.cannot_read", path.name, args={"reason": reason})) from None
    except (ValueError, TypeError):
        raise InputError(Problem("audit.not_a_log", path.name)) from None


def standing_of(entries: Sequence[Entry]) -> Standing | None:
    """Where a log stands, None where there is no log."""
    if not entries:
        return None
    versions = [int(entry.after) for entry in entries if entry.what == "version" and entry.after.isdecimal()]
    return Standing(len(entries), entries[-1].hash, max(versions, default=1))
