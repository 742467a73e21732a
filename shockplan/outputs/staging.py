"""Writing a folder of files as one act: everything is staged, then moved, or nothing is changed.

The files are first written into a hidden folder inside the target folder (the same disk, so moving
them cannot run out of space). Only when every one is complete and flushed do they take the places of
the old ones; where one of the old ones cannot be moved, the moves so far are taken back. What a run
that was broken off left behind is taken back by the next run.
"""

import errno
import os
import shutil
import sys
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from shockplan.problems import InputError, Problem
from shockplan.progress import Progress, silent

MANIFEST = "manifest.json"
"""The file that vouches for the others: its old copy goes first, its new copy comes last."""

STAGING = ".shockplan-writing"
LOCK = "lock"
MOVING = "moving"
NEW = "new"
OLD = "old"

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} if hasattr(errno, "EDQUOT") else {errno.ENOSPC, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


def open_folder(path: Path) -> Path:
    """The folder, made if it is not there. Raises InputError where there cannot be one."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise InputError(Problem("outputs.not_a_folder", str(path))) from None
    except NotADirectoryError:
        blocking = next((parent for parent in path.parents if parent.exists()), path)
        raise InputError(Problem("outputs.not_a_folder", str(blocking))) from None
    except OSError as error:
        raise InputError(write_problem(error, path)) from error
    return path


def write_problem(error: OSError, path: Path) -> Problem:
    """What a failed write means to the person who waits for the file."""
    named = str(error.filename) if error.filename else str(path)
    named = named.replace(os.path.join(STAGING, NEW) + os.sep, "")  # noqa: PTH118 - text, not a path
    if error.errno in _FULL:
        return Problem("outputs.no_space", named, args={"free": free_space(path)})
    if error.errno in _REFUSED:
        return Problem("outputs.not_writable", named)
    if error.errno in (errno.ENAMETOOLONG, errno.ENOENT) and len(named) > 240:
        return Problem("outputs.path_too_long", named)
    return Problem("outputs.write_failed", named, args={"reason": error.strerror or type(error).__name__})


def free_space(path: Path) -> str:
    """The room left on the disk of `path`, as a person reads it: 12.5 MB."""
    existing = next((folder for folder in (path, *path.parents) if folder.exists()), Path.cwd())
    try:
        free = shutil.disk_usage(existing).free
    except OSError:
        return "?"
    return f"{free / 1e6:,.1f} MB"


@dataclass(frozen=True, slots=True)
class Staging:
    """A folder being written: `target` is where its files will stand, `new` where they are made.

    `csv_mark`: CSV files keep the byte order mark that they are made with.
    """

    target: Path
    folder: Path
    csv_mark: bool = True

    @property
    def new(self) -> Path:
        return self.folder / NEW

    @property
    def old(self) -> Path:
        return self.folder / OLD

    def path(self, name: str) -> Path:
        """Where to write the file that will be `name` (with / between folders) in the target."""
        path = self.new.joinpath(*name.split("/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write(self, name: str, content: bytes) -> None:
        """Write a file whole. Raises OSError that names the file."""
        path = self.path(name)
        if not self.csv_mark and name.endswith(".csv"):
            content = content.removeprefix(BOM_UTF8)
        with naming(path):
            path.write_bytes(content)

    def names(self) -> list[str]:
        """What has been written so far, sorted."""
        files = (path for path in self.new.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.new).as_posix() for path in files)

    def put_in_place(self, stale: Iterable[str], progress: Progress = silent) -> tuple[Path, ...]:
        """Replace the files of the target by the new ones; remove the `stale` ones.

        Returns the files in place, the manifest last. Cancelling is possible until the moves begin.
        """
        names = [name for name in self.names() if name != MANIFEST]
        for number, name in enumerate(names):
            flush_to_disk(self.new / name)
            progress(number / max(1, len(names)))
        flush_to_disk(self.new / MANIFEST)
        gone = {*names, *stale} - {MANIFEST}
        (self.folder / MOVING).write_text("\n".join(names), encoding="utf-8")
        moved: list[tuple[Path, Path]] = []
        try:
            move(self.target, self.old, [MANIFEST, *sorted(gone)], moved)
            move(self.new, self.target, [*names, MANIFEST], moved)
        except OSError:
            take_back(moved)
            raise
        flush_to_disk(self.target)
        remove_empty_folders(self.target, gone)
        progress(1.0)
        return tuple(self.target / name for name in [*names, MANIFEST])

    def recover(self) -> None:
        """Take back the moves of a run that was broken off between the first and the last of them."""
        journal = self.folder / MOVING
        if journal.is_file() and (self.new / MANIFEST).is_file():
            for name in journal.read_text(encoding="utf-8").splitlines():
                if not (self.new / name).exists():
                    (self.target / name).unlink(missing_ok=True)
            left = [path.relative_to(self.old).as_posix() for path in self.old.rglob("*") if path.is_file()]
            move(self.old, self.target, sorted(left), [])
        journal.unlink(missing_ok=True)
        for folder in (self.new, self.old):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()


def move(source: Path, goal: Path, names: Iterable[str], moved: list[tuple[Path, Path]]) -> None:
    """Move the named files that exist, noting each move as it is done."""
    for name in names:
        path, destination = source / name, goal / name
        if path.is_file() or path.is_symlink():
            destination.parent.mkdir(parents=True, exist_ok=True)
            path.replace(destination)
            moved.append((path, destination))


def take_back(moved: list[tuple[Path, Path]]) -> None:
    """Undo moves, the last one first."""
    for source, destination in reversed(moved):
        with suppress(OSError):
            destination.replace(source)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """A write that fails says which file it was; the system leaves that out when a disk is full."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


def flush_to_disk(path: Path) -> None:
    """Make sure the bytes are on the disk before anything points to them."""
    if sys.platform == "win32" and path.is_dir():
        return  # Windows has no handle for a folder to flush
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() or sys.platform != "win32" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_empty_folders(target: Path, names: Iterable[str]) -> None:
    """Remove the folders that the removed files leave empty."""
    folders = {parent for name in names for parent in (target / name).parents if target in parent.parents}
    for folder in sorted(folders, key=lambda path: len(path.parts), reverse=True):
        with suppress(OSError):
            folder.rmdir()


@contextmanager
def staging(target: Path) -> Iterator[Staging]:
    """A staging folder inside `target`, removed at the end whatever happens.

    A target that was not there before and got no file is removed as well. Every OSError inside becomes an
    InputError that names the file. `Cancelled` passes through.
    """
    with new_folders_only_with_files(target):
        open_folder(target)
        with _staged(target) as work:
            yield work


@contextmanager
def new_folders_only_with_files(target: Path) -> Iterator[None]:
    """Folders made on the way to `target` that are empty at the end are taken away again."""
    new = [folder for folder in (target, *target.parents) if not folder.exists()]
    try:
        yield
    finally:
        with suppress(OSError):
            for folder in new:
                folder.rmdir()


@contextmanager
def _staged(target: Path) -> Iterator[Staging]:
    folder = target / STAGING
    try:
        folder.mkdir(exist_ok=True)
        lock = (folder / LOCK).open("a+b")
    except FileExistsError:
        raise InputError(Problem("outputs.not_a_folder", str(folder))) from None
    except OSError as error:
        raise InputError(write_problem(error, target)) from error
    with lock:
        if not take_lock(lock):
            raise InputError(Problem("outputs.busy", str(target)))
        work = Staging(target, folder)
        try:
            work.recover()
            yield work
        except OSError as error:
            raise InputError(write_problem(error, target)) from error
        finally:
            lock.close()
            shutil.rmtree(folder, ignore_errors=True)


def take_lock(file: IO[bytes]) -> bool:
    """True if no other run holds it. The system gives it back when the run ends, however it ends."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
