"""Where an input came from: its name and the hash of its bytes."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
"""The files of a shapefile that carry meaning; indexes and metadata do not change a plan."""


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


def source_of_dataset(path: Path) -> Source:
    """The source of a file, of a shapefile with its companions, or of a folder (File Geodatabase)."""
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file() and file.suffix != ".lock")
    elif path.suffix.lower() == ".shp":
        companions = (path.with_suffix(suffix) for suffix in SHAPEFILE_PARTS)
        files = [path, *(file for file in companions if file != path and file.is_file())]
    else:
        return source_of(path)
    parts = [source_of(file) for file in files]
    if not parts:
        raise FileNotFoundError(path)
    digest = hashlib.sha256("".join(part.sha256 for part in parts).encode()).hexdigest()
    return Source(path.name, digest, sum(part.size for part in parts))
