"""One reading of a plan's inputs, part by part: what would be read the same again is not read again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from shockplan import __version__
from shockplan.document import Document
from shockplan.held import HeldFile, held_folder
from shockplan.planfile import PlanSpec
from shockplan.planfile_names import with_file_names
from shockplan.problems import InputError, Problem
from shockplan.source import Source, hash_bytes, source_of_dataset

if TYPE_CHECKING:
    from shockplan.plan import PlanInputs

Result = TypeVar("Result")
Files = Sequence[tuple[str, str]]
"""(key path, file name) of inputs, as `plan_files` gives them."""


@dataclass(frozen=True, eq=False)
class Part:
    """A part of the inputs as it was read. `reads`: everything it is a function of but for the bytes of
    files; `sources`: those, by key path. `value`: what came out.

    `digest`: SHA-256 over what it was read from and the program that read it. File names count in it without
    their folders: a registry in a workspace is the registry beside its PLAN.toml.
    """

    reads: tuple[str, ...]
    digest: str
    sources: Mapping[str, Source]
    value: object


class Shelf(Protocol):
    """Where parts are kept from one opening of a plan to the next."""

    def get(self, part: str, digest: str) -> object | None:
        """The part as kept, None where it is not there. `digest`: see `digest_of`."""

    def put(self, part: str, digest: str, value: object) -> None:
        """Keep the part, if it is of a kind that is kept."""


class EmptyShelf:
    """Keeps nothing."""

    def get(self, part: str, digest: str) -> object | None:
        return None

    def put(self, part: str, digest: str, value: object) -> None:
        return None


NOTHING_KEPT = EmptyShelf()


class Reading:
    """Takes the parts of a document that are the same from earlier inputs, then from the shelf, and reads the
    rest. Faults are gathered in `faults`, so that all inputs are looked at.
    """

    def __init__(
        self,
        document: Document,
        files: Files,
        folder: Path,
        plan_name: str,
        before: "PlanInputs | None" = None,
        shelf: Shelf = NOTHING_KEPT,
    ) -> None:
        self.spec = document.spec
        self.plain = with_file_names(document.spec, lambda _, name: PurePath(name).name)
        self.files = files
        self.plan_name = plan_name
        self.folder = held_folder(folder, document.by_name())
        self.before: Mapping[str, Part] = before.parts if before else {}
        self.shelf = shelf
        self.parts: dict[str, Part] = {}
        self.faults: list[Problem] = []
        self.hashed: dict[str, Source] = {}
        if before is None:  # a file that is missing is told before an hour is spent on the others
            self.hash_all(files)
            if self.faults:
                raise InputError(*self.faults)

    def part(
        self,
        name: str,
        keys: Sequence[str],
        read: Callable[[], Result],
        specs: Callable[[PlanSpec], Iterable[object]] = lambda spec: (),
        after: Iterable[str] = (),
    ) -> Result | None:
        """What `read` gives, or the same from before; None where it cannot be read.

        It is a function of `specs` of the plan (by their repr), of the files whose key path begins with
        one of `keys`, and of the parts named by `after`, and of nothing else.
        """
        files = [(key, file) for key, file in self.files if key.startswith(tuple(keys))] if keys else []
        reads = (
            *map(repr, specs(self.spec)),
            *(f"{key}={file}:{self.held_hash(file)}" for key, file in files),
            *(text for other in after for text in (*self.parts[other].reads, self.parts[other].digest)),
        )
        known = self.before.get(name)
        if known is not None and known.reads == reads:
            self.parts[name] = known
            return cast(Result, known.value)
        faults = len(self.faults)
        self.hash_all(files)
        if len(self.faults) > faults:
            return None
        sources = {key: self.hashed[key] for key, _ in files}
        digest = self.digest(map(repr, specs(self.plain)), sources, after)
        value = self.shelf.get(name, digest)
        if value is None:
            try:
                value = read()
            except InputError as error:
                self.faults.extend(error.problems)
                return None
            self.shelf.put(name, digest, value)
        self.parts[name] = Part(reads, digest, sources, value)
        return cast(Result, value)

    def digest(self, specs: Iterable[str], sources: Mapping[str, Source], after: Iterable[str]) -> str:
        read = [f"{key}={PurePath(source.name).name}:{source.sha256}" for key, source in sources.items()]
        return hash_bytes(
            "\n".join([__version__, *specs, *read, *(self.parts[o].digest for o in after)]).encode()
        )

    def held_hash(self, file: str) -> str:
        """The hash of a file that is in memory, '' of one on the disk: that is as it was when it was read."""
        path = self.folder / file
        return path.source.sha256 if isinstance(path, HeldFile) else ""

    def hash_all(self, files: Files) -> None:
        """Hash the files that are not hashed yet; what is missing becomes a fault."""
        for key, name in files:
            if key in self.hashed:
                continue
            try:
                self.hashed[key] = self.source_of(name)
            except FileNotFoundError:
                self.faults.append(Problem("plan.input_missing", self.plan_name, key, args={"path": name}))
            except OSError as error:
                args = {"path": name, "reason": error.strerror or type(error).__name__}
                self.faults.append(Problem("plan.input_unreadable", self.plan_name, key, args=args))

    def source_of(self, name: str) -> Source:
        path = self.folder / name
        if isinstance(path, HeldFile):
            return path.source
        return source_of_dataset(path)

    def sources(self) -> tuple[Source, ...]:
        """The source of every input, in the order of the files."""
        read = {key: source for part in self.parts.values() for key, source in part.sources.items()}
        return tuple(read[key] if key in read else self.source_of(name) for key, name in self.files)
