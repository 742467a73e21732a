"""Files whose bytes are in memory: decisions that are not saved yet, persons' lists out of a workspace.

A reader is given a path and opens it. `HeldFolder` gives it a path that opens the bytes in memory, so that no
list of persons is laid on the disk only to be read.
"""

import io
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path, PosixPath, WindowsPath
from typing import IO, Any

from shockplan.source import Source, hash_bytes

if sys.platform == "win32":
    OwnPath = WindowsPath
else:
    OwnPath = PosixPath


class HeldFile(OwnPath):
    """A path whose content is in memory, or comes there when it is opened. It is only read, as a whole."""

    source: Source
    load: Callable[[], bytes]

    def open(self, mode: str = "r", *args: Any, **keywords: Any) -> IO[Any]:  # type: ignore[override]
        if mode == "rb":
            return io.BytesIO(self.load())
        return io.TextIOWrapper(io.BytesIO(self.load()), *args[1:], **keywords)

    def read_bytes(self) -> bytes:
        return self.load()

    def read_text(self, encoding: str | None = None, errors: str | None = None, *args: Any) -> str:
        return self.load().decode(encoding or "utf-8", errors or "strict")

    def stat(self, **keywords: Any) -> os.stat_result:
        return os.stat_result((0o100600, 0, 0, 1, 0, 0, self.source.size, 0, 0, 0))

    def is_file(self, **keywords: Any) -> bool:
        return True

    def is_dir(self, **keywords: Any) -> bool:
        return False

    def exists(self, **keywords: Any) -> bool:
        return True


class HeldFolder(OwnPath):
    """A folder whose files are where `find` says, by the name by which the plan file knows them."""

    find: Callable[[str], Path]

    def __truediv__(self, name: str | os.PathLike[str]) -> Path:  # type: ignore[override]
        return self.find(os.fspath(name))


def held_file(path: Path, content: bytes) -> HeldFile:
    """A path of that name which opens the content."""
    return loaded_file(path, Source(path.name, hash_bytes(content), len(content)), lambda: content)


def loaded_file(path: Path, source: Source, load: Callable[[], bytes]) -> HeldFile:
    """A path of that name whose content is brought by `load`, and is what `source` says."""
    file = HeldFile(path)
    file.source, file.load = source, load
    return file


def held_folder(folder: Path, contents: Mapping[str, bytes]) -> HeldFolder:
    """The folder, in which these names (as the plan file writes them) open these contents."""
    files = {name: held_file(Path(name), content) for name, content in contents.items()}
    return folder_of(folder, lambda name: files[name] if name in files else folder / name)


def folder_of(place: Path, find: Callable[[str], Path]) -> HeldFolder:
    """A folder whose files are found by `find`; `place` is only how it is called."""
    held = HeldFolder(os.fspath(place))
    held.find = find
    return held


def opened_by_itself(path: Path) -> str | io.BytesIO:
    """What a library that opens files itself is given: the path, or the bytes in memory."""
    return io.BytesIO(path.load()) if isinstance(path, HeldFile) else str(path)
