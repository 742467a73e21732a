"""The file itself: contents, settings and transactions of an open .shockplan file."""

import contextlib
import errno
import hashlib
import os
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from shockplan.problems import InputError, Problem
from shockplan.source import hash_bytes, source_of
from shockplan.workspace.sealing import Head

CHUNK_BYTES = 1 << 20
MOST_CONTENT_BYTES = 4 << 30
"""No content of a file from others may be longer."""

open_here: "dict[tuple[int, int], Store]" = {}
"""The stores that this process has open, by (device, inode) of their file.

Where a process opens and closes a file, POSIX drops all its locks on it: so a file that is open is not
opened a second time only to look at its head.
"""


UNREADABLE = (apsw.Error, UnicodeDecodeError)
"""What reading a damaged file raises: a text whose bytes were changed is no UTF-8 any more."""


class Store:
    """An open .shockplan file. Every change is one transaction, on the disk before it is acknowledged.

    `writable`: False where the medium is read-only or another window has the file. `head` is None
    where the file is not sealed.
    """

    def __init__(
        self,
        connection: apsw.Connection,
        path: Path,
        head: Head | None = None,
        data_key: bytes | None = None,
        writable: bool = True,
    ) -> None:
        self.connection = connection
        self.data_key = data_key
        self.path = path
        self.head = head
        self.writable = writable
        self.held = False
        self.lock = threading.RLock()
        self.identity = identity_of(path)
        if self.identity:
            open_here[self.identity] = self

    def close(self) -> None:
        """Let go of the file. What was acknowledged is in it; nothing else is."""
        if self.held:
            self.held = False
            with contextlib.suppress(apsw.Error):
                self.connection.execute("ROLLBACK")
        with contextlib.suppress(apsw.Error):
            self.connection.close()
        if self.identity and open_here.get(self.identity) is self:
            del open_here[self.identity]

    def hold(self) -> bool:
        """Be the one who writes until the file is closed; False where another window is.

        A transaction that has written nothing yet is held open: SQLite's RESERVED lock. Others may read. The
        system drops it when the process ends, however that ends.
        """
        try:
            self.connection.execute("BEGIN IMMEDIATE")
        except (apsw.BusyError, apsw.ReadOnlyError, apsw.CantOpenError, apsw.IOError):
            self.writable = False
            return False
        self.held = True
        return True

    def take_hold(self) -> bool:
        """Try again to be the one who writes, after another window let go."""
        if os.access(self.path, os.W_OK) and not self.held:
            self.writable = True
            return self.hold()
        return self.held

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is kept together, or none of it. Raises InputError where the disk
        does not take it; then nothing is changed.
        """
        with self.lock:
            try:
                if not self.connection.in_transaction:
                    self.connection.execute("BEGIN IMMEDIATE")
                yield
                self.connection.execute("COMMIT")
            except apsw.Error as error:
                self._back()
                raise cannot_write(self.path, error) from None
            except BaseException:
                self._back()
                raise
            if self.held:
                # to be refused here is no loss: what was written is kept, and the next change asks again
                with contextlib.suppress(apsw.Error):
                    self.connection.execute("BEGIN IMMEDIATE")

    def _back(self) -> None:
        with contextlib.suppress(apsw.Error):
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
        if self.held:
            with contextlib.suppress(apsw.Error):
                self.connection.execute("BEGIN IMMEDIATE")

    def rows(self, sql: str, *values: str | int) -> list[tuple[Any, ...]]:
        """The rows of a query. Raises InputError where the file is damaged there."""
        try:
            with self.lock:
                return list(self.connection.execute(sql, values))
        except UNREADABLE as error:
            raise unreadable(self.path, error) from None

    def set(self, name: str, value: str) -> None:
        self.connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    def get(self, name: str, missing: str | None = None) -> str:
        """A setting. Raises InputError where the file lacks it and nothing is given for that."""
        rows = self.rows("SELECT value FROM setting WHERE name = ?", name)
        if rows:
            return str(rows[0][0])
        if missing is None:
            raise damaged(self.path, name)
        return missing

    def put(self, content: bytes, packed: bool = True) -> str:
        """Keep the bytes once, under their SHA-256, which is returned. Not packed: they are dense already."""
        digest = hash_bytes(content)
        if self.rows("SELECT 1 FROM content WHERE sha256 = ?", digest):
            return digest
        coding = "zlib" if packed else "plain"
        self.connection.execute("INSERT INTO content VALUES (?, ?, ?)", (digest, len(content), coding))
        view = memoryview(content)
        for number, start in enumerate(range(0, len(content), CHUNK_BYTES)):
            piece = bytes(view[start : start + CHUNK_BYTES])
            self.connection.execute(
                "INSERT INTO chunk (sha256, number, packed) VALUES (?, ?, ?)",
                (digest, number, zlib.compress(piece, 1) if packed else piece),
            )
        return digest

    def put_file(self, path: Path) -> str:
        """As `put`, of a file that need not fit into memory. Raises OSError where it cannot be read."""
        source = source_of(path)
        if self.rows("SELECT 1 FROM content WHERE sha256 = ?", source.sha256):
            return source.sha256
        row = (source.sha256, source.size, "zlib")
        self.connection.execute("INSERT INTO content VALUES (?, ?, ?)", row)
        seen, number = hashlib.sha256(), 0
        with path.open("rb") as file:
            while piece := file.read(CHUNK_BYTES):
                seen.update(piece)
                self.connection.execute(
                    "INSERT INTO chunk (sha256, number, packed) VALUES (?, ?, ?)",
                    (source.sha256, number, zlib.compress(piece, 1)),
                )
                number += 1
        if seen.hexdigest() != source.sha256:
            raise OSError(errno.EAGAIN, "changed while it was read")
        return source.sha256

    def content(self, digest: str) -> bytes:
        """The bytes under a SHA-256, checked against it. Raises InputError where they are damaged."""
        rows = self.rows("SELECT size, coding FROM content WHERE sha256 = ?", digest)
        if not rows:
            raise damaged(self.path, digest[:12])
        size, coding = int(str(rows[0][0])), str(rows[0][1])
        if not 0 <= size <= MOST_CONTENT_BYTES or coding not in ("zlib", "plain"):
            raise damaged(self.path, digest[:12])
        pieces, left = [], size
        sql = "SELECT packed FROM chunk WHERE sha256 = ? ORDER BY number"
        try:
            with self.lock:
                for row in self.connection.execute(sql, (digest,)):
                    packed: Any = row[0]
                    piece = unpacked(packed, left) if coding == "zlib" else packed
                    left -= len(piece)
                    if left < 0:
                        break
                    pieces.append(piece)
        except (apsw.Error, zlib.error):
            raise damaged(self.path, digest[:12]) from None
        content = b"".join(pieces)
        if left != 0 or hash_bytes(content) != digest:
            raise damaged(self.path, digest[:12])
        return content

    def sweep(self) -> None:
        """Let go of contents that nothing names any more. In the caller's transaction."""
        self.connection.execute(
            """
            CREATE TEMP TABLE IF NOT EXISTS named (sha256 TEXT PRIMARY KEY);
            DELETE FROM temp.named;
            INSERT OR IGNORE INTO temp.named SELECT sha256 FROM file_part;
            INSERT OR IGNORE INTO temp.named SELECT sha256 FROM shelf;
            INSERT OR IGNORE INTO temp.named SELECT sha256 FROM total;
            INSERT OR IGNORE INTO temp.named SELECT value FROM document, json_each(document.contents);
            DELETE FROM chunk WHERE sha256 NOT IN (SELECT sha256 FROM temp.named);
            DELETE FROM content WHERE sha256 NOT IN (SELECT sha256 FROM temp.named);
            """
        )


def unpacked(packed: bytes, most: int) -> bytes:
    """The bytes of a chunk, never more than the size that is stated and one."""
    return zlib.decompressobj().decompress(packed, most + 1)


def damaged(path: Path, place: str) -> InputError:
    return InputError(Problem("workspace.damaged", path.name, args={"place": place}))


def unreadable(path: Path, error: Exception) -> InputError:
    if isinstance(error, (apsw.CorruptError, UnicodeDecodeError)):
        return damaged(path, "SQLite")
    journal = path.with_name(f"{path.name}-journal")
    if isinstance(error, apsw.ReadOnlyError) and journal.exists():
        return InputError(Problem("workspace.unfinished", path.name, args={"journal": journal.name}))
    return InputError(Problem("workspace.cannot_read", path.name, args={"reason": plain_reason(error)}))


def cannot_write(path: Path, error: apsw.Error) -> InputError:
    """What a person is told where a change could not be kept: a full disk, a stick that is gone, ..."""
    code = {
        apsw.FullError: "workspace.disk_full",
        apsw.BusyError: "workspace.in_use",
        apsw.ReadOnlyError: "workspace.read_only",
        apsw.IOError: "workspace.medium_gone",
        apsw.CantOpenError: "workspace.medium_gone",
    }.get(type(error))
    if code:
        return InputError(Problem(code, path.name))
    return InputError(Problem("workspace.cannot_write", str(path), args={"reason": plain_reason(error)}))


def plain_reason(error: Exception) -> str:
    """The kind of the error: its own words may quote a value."""
    return type(error).__name__.removesuffix("Error")


def identity_of(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
