"""Where an input came from: its name and the hash of its bytes."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """An input file as read. `sha256` is over the file's bytes (hex)."""

    name: str
    sha256: str
    size: int


def hash_bytes(content: bytes) -> str:
    """SHA-256 of the bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def source_of(path: Path) -> Source:
    """Name, hash and size of a file. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Source(path.name, digest, path.stat().st_size)
