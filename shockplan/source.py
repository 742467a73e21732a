"""Where an input came from: its name and the hash of its bytes."""

import glob
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


def dataset_files(path: Path) -> list[tuple[str, Path]]:
    """The files of an input, each with its part: "" the file itself, "*.dbf" a companion of a
    shapefile, "a/b" a file inside a folder (File Geodatabase). Raises FileNotFoundError.
    """
    if path.is_dir():
        inner = sorted(file for file in path.rglob("*") if file.is_file() and file.suffix != ".lock")
        if not inner:
            raise FileNotFoundError(path)
        return [(file.relative_to(path).as_posix(), file) for file in inner]
    if path.suffix.lower() != ".shp":
        return [("", path)]
    companions = {
        file.suffix.lower(): file
        for file in sorted(path.parent.glob(f"{glob.escape(path.stem)}.*"))
        if file.suffix.lower() in SHAPEFILE_PARTS and file != path
    }
    return [("*.shp", path)] + [
        (f"*{suffix}", companions[suffix]) for suffix in SHAPEFILE_PARTS if suffix in companions
    ]


def source_of_dataset(path: Path) -> Source:
    """The source of an input that may be several files; `sha256` is then over the hashes of its parts."""
    parts = [source_of(file) for _, file in dataset_files(path)]
    if len(parts) == 1:
        return parts[0]
    digest = hashlib.sha256("".join(part.sha256 for part in parts).encode()).hexdigest()
    return Source(path.name, digest, sum(part.size for part in parts))
