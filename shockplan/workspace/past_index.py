"""The rows of a damaged file one by one, past its indexes: a damaged page hides only what is on it."""

import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from shockplan.problems import InputError
from shockplan.source import hash_bytes
from shockplan.workspace.store import CHUNK_BYTES, Store, unpacked
from shockplan.workspace.workspace import Workspace

GAP = 20_000
"""Rows that are looked for where a table does not say how many it has."""
MOST_NUMBERS = 200_000
"""Row numbers that are tried at most: a damaged or hostile file may claim any number."""


class PastIndex(Workspace):
    """A workspace whose inputs are also looked for past its indexes, and believed by their SHA-256 alone."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, shelf=False)
        self.scanned: _Scan | None = None

    @property
    def scan(self) -> "_Scan":
        if self.scanned is None:
            self.scanned = _Scan(self.store)
        return self.scanned

    def names(self) -> list[str]:
        """The inputs that the file lists; where its lists are gone, each whole content by its hash."""
        try:
            listed = [str(name) for (name,) in self.store.rows("SELECT name FROM file ORDER BY name")]
        except InputError:
            listed = []
        return listed or sorted(self.scan.parts) or self.scan.nameless()

    def parts_of(self, name: str) -> dict[str, str]:
        try:
            found = super().parts_of(name)
        except InputError:
            found = {}
        return found or self.scan.parts.get(name, {})

    def content(self, digest: str) -> bytes:
        try:
            return super().content(digest)
        except InputError:
            found = self.scan.content(digest)
            if found is None:
                raise
            return found


class _Scan:
    """What each readable row says: the parts of files, and where the pieces of each content lie."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.parts: dict[str, dict[str, str]] = {}
        for name, part, digest in rows_of(store, "file_part", ("name", "part", "sha256")):
            self.parts.setdefault(str(name), {})[str(part)] = str(digest)
        self.pieces: dict[str, dict[int, int]] = {}
        for digest, number, place in rows_of(store, "chunk", ("sha256", "number", "id")):
            self.pieces.setdefault(str(digest), {})[int(number)] = int(place)

    def nameless(self) -> list[str]:
        """A name for each content that is whole, where no list says what it is called."""
        whole = [digest for digest in sorted(self.pieces) if self.content(digest) is not None]
        self.parts = {f"inputs/{digest[:12]}": {"": digest} for digest in whole}
        return list(self.parts)

    def content(self, digest: str) -> bytes | None:
        """The bytes with that SHA-256 in either coding, None where they are not whole."""
        packed = self._packed(digest)
        if packed is None:
            return None
        for plain in (True, False):
            try:
                content = b"".join(piece if plain else unpacked(piece, CHUNK_BYTES) for piece in packed)
            except zlib.error:
                continue
            if hash_bytes(content) == digest:
                return content
        return None

    def _packed(self, digest: str) -> list[bytes] | None:
        pieces = self.pieces.get(digest, {})
        if sorted(pieces) != list(range(len(pieces))) or not pieces:
            return None
        found = []
        for number in range(len(pieces)):
            try:
                rows = self.store.rows("SELECT packed FROM chunk WHERE id = ?", pieces[number])
            except InputError:
                return None
            if not rows:
                return None
            found.append(bytes(rows[0][0]))
        return found


def rows_of(
    store: Store, table: str, columns: Sequence[str], last: int | None = None
) -> Iterator[tuple[Any, ...]]:
    """Every row of a table that can be read, by its number, up to `last` (None: as the table says)."""
    sql = f"SELECT {', '.join(columns)} FROM {table} WHERE rowid = ?"
    if last is None:
        try:
            last = int(store.rows(f"SELECT max(rowid) FROM {table}")[0][0] or 0)
        except InputError:
            last = GAP
    for number in range(1, min(last, MOST_NUMBERS) + 1):
        try:
            yield from store.rows(sql, number)
        except InputError:
            continue
