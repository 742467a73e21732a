"""A document as files: PLAN.toml and the decision files beside it, each written whole or not at all."""

import os
import tempfile
from pathlib import Path, PurePath

from shockplan.document import Document, key_path, named_files, read_document
from shockplan.planfile_names import with_file_names
from shockplan.planfile_writing import plan_file_text
from shockplan.problems import InputError, Problem


def write_document(document: Document, folder: Path, path: Path) -> Document:
    """Write PLAN.toml to `path` and the decision files beside it; return the document as it is now named.

    `folder`: from where the names of the other inputs lead until now; they stay where they are. A file that
    is in the way and no decision file of the plan at `path` is left alone: ours gets another name.
    Raises InputError where something cannot be written.
    """
    own = own_files(path)
    names: dict[str, str] = {}
    try:
        for key, name in named_files(document.spec):
            content = document.contents[key]
            target = free_place(path.parent, name, content, own, set(names.values()))
            names[key_path(key)] = target.relative_to(path.parent).as_posix()
            if not (target.exists() and target.read_bytes() == content):
                target.parent.mkdir(parents=True, exist_ok=True)
                write_whole(target, content)
        moved = path.parent.resolve() != folder.resolve()

        def rename(key: str, name: str) -> str:
            if key in names:
                return names[key]
            return name_from(path.parent, folder / name) if moved else name

        spec = with_file_names(document.spec, rename)
        write_whole(path, plan_file_text(spec).encode())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("plan.cannot_write", path.name, args={"reason": reason})) from None
    return Document(spec, document.contents)


def own_files(path: Path) -> set[Path]:
    """The decision files of the plan that lies at the path, none where no plan can be read there."""
    try:
        return {path.parent / name for _, name in named_files(read_document(path).spec)}
    except InputError:
        return set()


def free_place(folder: Path, name: str, content: bytes, own: set[Path], taken: set[str]) -> Path:
    """Where a decision file goes: under its name, or one like it where another file has that."""
    asked = PurePath(name)
    inside = not asked.is_absolute() and ".." not in asked.parts
    plain = asked if inside else PurePath(asked.name)
    target, number = folder / plain, 2
    while plain.as_posix() in taken or (
        target.exists() and target not in own and target.read_bytes() != content
    ):
        plain = plain.with_name(f"{asked.stem}-{number}{asked.suffix}")
        target, number = folder / plain, number + 1
    return target


def name_from(folder: Path, file: Path) -> str:
    """How a plan file in the folder names the file: from the folder where it can, else in full."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # another drive
        return file.resolve().as_posix()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises OSError."""
    handle, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).replace(path)
    except OSError:
        Path(unfinished).unlink(missing_ok=True)
        raise
