"""Where the map layers of an agency's file lie: plain, in an archive, in an archive in an archive."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from shockplan.problems import Arg, InputError, Problem

VECTOR_SUFFIXES = (
    ".shp", ".gpkg", ".geojson", ".json", ".geojsonl", ".fgb", ".kml", ".kmz", ".gml", ".tab", ".topojson",
)  # fmt: skip
RASTER_SUFFIXES = (".tif", ".tiff", ".asc", ".img")
XML_SUFFIXES = (".kml", ".gml")
SHAPEFILE_NEEDS = (".dbf", ".shx")
DEEPEST = 3
"""Archives inside archives that are opened: products are shipped in packages of packages."""
ENTITY = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
HEAD_BYTES = 65536
ENCRYPTED = 1
"""The bit of a zip entry's flags that says so."""


BROKEN_ARCHIVE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError)
"""What reading a damaged zip may raise."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A file as the geometry library opens it, and the suffixes of the files that share its name."""

    path: str
    parts: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return PurePosixPath(self.path.replace("\\", "/")).name

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix.lower()


def refusal(path: Path, code: str, column: str | None = None, /, **args: Arg) -> InputError:
    """The InputError of one fault of a shock layer's file."""
    return InputError(Problem(f"shocks.{code}", path.name, column, args=args))


def datasets_of(path: Path, suffixes: Sequence[str] = VECTOR_SUFFIXES) -> list[Dataset]:
    """Every dataset of these kinds in a file, folder or archive; nothing is ever unpacked to the disk.

    Raises InputError for an archive with none, a torn shapefile, a name that climbs out of the archive,
    and XML that declares entities.
    """
    if path.is_dir() and path.suffix.lower() != ".gdb":
        files = [file for file in sorted(path.rglob("*")) if file.is_file()]
        names = [file.relative_to(path).as_posix() for file in files]
        found = list(_among(path.resolve().as_posix(), names, suffixes))
        if not found:
            raise refusal(path, "nothing_in_archive", names=tuple(names[:8]))
    elif path.suffix.lower() in (".zip", ".kmz"):
        found = _of_archive(path, suffixes)
    else:
        beside = [file.name for file in path.parent.iterdir()] if path.suffix.lower() == ".shp" else []
        found = [Dataset(str(path), _parts(path.name, beside))]
        if path.suffix.lower() in XML_SUFFIXES:
            with path.open("rb") as file:
                _check_entities(path, file.read(HEAD_BYTES))
    for dataset in found:
        missing = [suffix for suffix in SHAPEFILE_NEEDS if suffix not in dataset.parts]
        if dataset.suffix == ".shp" and missing:
            raise refusal(path, "shapefile_torn", missing=PurePosixPath(dataset.name).stem + missing[0])
    return found


def _of_archive(path: Path, suffixes: Sequence[str]) -> list[Dataset]:
    try:
        with zipfile.ZipFile(path) as archive:
            found = list(_in_archive(path, archive, path.resolve().as_posix(), suffixes, DEEPEST))
            names = archive.namelist()
    except BROKEN_ARCHIVE as error:
        raise refusal(path, "unreadable", reason=str(error)[:200]) from None
    if not found:
        raise refusal(path, "nothing_in_archive", names=tuple(sorted(names)[:8]))
    return found


def _in_archive(
    path: Path, archive: zipfile.ZipFile, place: str, suffixes: Sequence[str], depth: int
) -> Iterator[Dataset]:
    """The datasets of an open archive that lies at `place`, also those of the archives in it."""
    names = [name for name in archive.namelist() if not name.startswith("__MACOSX")]
    if any(_climbs(name) for name in names):
        raise refusal(path, "unsafe_archive")
    if any(entry.flag_bits & ENCRYPTED for entry in archive.infolist()):
        raise refusal(path, "archive_locked")
    inside = f"/vsizip/{{{place}}}" if place.startswith("/vsi") else f"/vsizip/{place}"
    for name in sorted(names):
        if name.lower().endswith(XML_SUFFIXES):
            with archive.open(name) as file:
                _check_entities(path, file.read(HEAD_BYTES))
    yield from _among(inside, [name for name in names if not name.lower().endswith(".kmz")], suffixes)
    for name in sorted(names):
        if name.lower().endswith((".zip", ".kmz")) and depth > 1:
            with archive.open(name) as file, zipfile.ZipFile(file) as inner:
                yield from _in_archive(path, inner, f"{inside}/{name}", suffixes, depth - 1)


def _among(folder: str, names: Sequence[str], suffixes: Sequence[str]) -> Iterator[Dataset]:
    """The datasets among the files of a folder or archive; a file geodatabase is a folder of many files."""
    geodatabases = {name[: name.lower().index(".gdb/") + 4] for name in names if ".gdb/" in name.lower()}
    members = {
        name
        for name in names
        if name.lower().endswith(tuple(suffixes)) and not any(name.startswith(gdb) for gdb in geodatabases)
    }
    for name in sorted(members | (geodatabases if ".shp" in suffixes else set())):
        yield Dataset(f"{folder}/{name}", _parts(name, names))


def _parts(name: str, names: Sequence[str]) -> frozenset[str]:
    """The suffixes of the files that share a file's name, whatever the case of the letters."""
    stem = PurePosixPath(name).with_suffix("").as_posix().casefold()
    others = (PurePosixPath(other) for other in names)
    return frozenset(
        other.suffix.lower() for other in others if other.with_suffix("").as_posix().casefold() == stem
    )


def _climbs(name: str) -> bool:
    """A name that points out of its archive: nothing is unpacked, but it is a trap all the same."""
    plain = name.replace("\\", "/")
    return plain.startswith("/") or ".." in PurePosixPath(plain).parts or plain[1:2] == ":"


def _check_entities(path: Path, head: bytes) -> None:
    """XML that declares entities may ask for other files of the machine, or grow without end."""
    if ENTITY.search(head.replace(b"\0", b"")):
        raise refusal(path, "xml_entities")
