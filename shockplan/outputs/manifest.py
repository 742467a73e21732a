"""manifest.json: which files a plan gave, their hashes, and the totals they must add up to."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from shockplan.outputs.staging import MANIFEST
from shockplan.problems import InputError, Problem

FORMAT = "shockplan-manifest"
VERSION = 1
LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file: `name` is its path from the manifest, with /. `lines` and `kip` are its control
    totals where it is a list: printed lines and the sum of their amounts."""

    name: str
    sha256: str
    size: int
    lines: int | None = None
    kip: int | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder or a pack holds. `totals` are those of the plan, by the keys of its summary."""

    fingerprint: str
    approved: bool
    plan: str
    date: str
    made_up: bool
    program: str
    totals: Mapping[str, int] = field(default_factory=dict)
    files: tuple[FileEntry, ...] = ()


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as written: JSON, files in the order of their names."""
    body: dict[str, Any] = {"format": FORMAT, "version": VERSION, **asdict(manifest)}
    body["files"] = [
        {key: value for key, value in asdict(file).items() if value is not None}
        for file in sorted(manifest.files, key=lambda file: file.name)
    ]
    body["totals"] = dict(sorted(manifest.totals.items()))
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def read_manifest(path: Path) -> Manifest:
    """The manifest at `path`. Raises InputError where it cannot be read or is none of ours."""
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(Problem("verify.not_a_manifest", str(path)))
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("verify.unreadable", str(path), args={"reason": reason})) from error
    return parse_manifest(content, str(path))


def parse_manifest(content: bytes, name: str) -> Manifest:
    """As `read_manifest`, from bytes. They come from outside, so every field is checked."""
    try:
        body = json.loads(content)
        if body["format"] != FORMAT or body["version"] != VERSION:
            raise ValueError("not our format")
        return Manifest(
            fingerprint=hex_digits(body["fingerprint"]),
            approved=body["approved"] is True,
            plan=str(body["plan"]),
            date=str(body["date"]),
            made_up=body["made_up"] is True,
            program=str(body["program"]),
            totals={str(key): int(value) for key, value in body["totals"].items()},
            files=tuple(entries(body["files"])),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(Problem("verify.not_a_manifest", name)) from None


def entries(listed: Iterable[Mapping[str, Any]]) -> Iterable[FileEntry]:
    for entry in listed:
        kip, lines = entry.get("kip"), entry.get("lines")
        yield FileEntry(
            safe_name(str(entry["name"])),
            hex_digits(entry["sha256"]),
            int(entry["size"]),
            None if lines is None else int(lines),
            None if kip is None else int(kip),
        )


def hex_digits(text: str) -> str:
    """Raises ValueError unless the text is a SHA-256 in hex."""
    if len(bytes.fromhex(text)) != 32:
        raise ValueError("not a SHA-256")
    return text.lower()


def safe_name(name: str) -> str:
    """A name that stays inside the manifest's folder. Raises ValueError for any other."""
    path = PurePosixPath(name)
    if not name or path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name:
        raise ValueError("a file outside the folder")
    return path.as_posix()


def previous_files(folder: Path) -> tuple[str, ...]:
    """The files that an earlier run put into the folder, by its manifest; none where there is none."""
    try:
        return tuple(file.name for file in read_manifest(folder / MANIFEST).files)
    except InputError:
        return ()
