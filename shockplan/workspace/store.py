"""The file itself: SQLite with page encryption, opened, filled and read in transactions."""

import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from shockplan.problems import InputError, Problem
from shockplan.source import hash_bytes
from shockplan.workspace.schema import APPLICATION_ID, MIGRATIONS, VERSION

PLAIN_HEADER = b"SQLite format 3\x00"
CIPHER = "chacha20"
KDF_ROUNDS = 600_000
"""PBKDF2-HMAC-SHA256 rounds from the passphrase to the key: about half a second on an old laptop."""

LARGEST_BLOB = 2**31 - 1


class Store:
    """An open .shockplan file. Every change is one transaction."""

    def __init__(self, connection: apsw.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is kept together, or none of it."""
        with self.connection:
            yield

    def set(self, name: str, value: str) -> None:
        self.connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    def get(self, name: str) -> str:
        """A setting. Raises InputError where the file lacks it."""
        row = self.connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise damaged(self.path, name)
        return str(row[0])

    def put_blob(self, content: bytes) -> str:
        """Keep the bytes once, under their SHA-256, which is returned."""
        digest = hash_bytes(content)
        packed = zlib.compress(content, 1)
        self.connection.execute("INSERT OR IGNORE INTO blob VALUES (?, ?, ?)", (digest, len(content), packed))
        return digest

    def blob(self, digest: str) -> bytes:
        """The bytes under a SHA-256, checked against it. Raises InputError where they are damaged."""
        row = self.connection.execute("SELECT size, packed FROM blob WHERE sha256 = ?", (digest,)).fetchone()
        if row is None:
            raise damaged(self.path, digest[:12])
        size, packed = int(row[0]), bytes(row[1])
        if not 0 <= size <= LARGEST_BLOB:
            raise damaged(self.path, digest[:12])
        unpacker = zlib.decompressobj()
        try:
            content = unpacker.decompress(packed, size + 1)  # never more than the size that is stated
        except zlib.error:
            raise damaged(self.path, digest[:12]) from None
        if len(content) != size or hash_bytes(content) != digest:
            raise damaged(self.path, digest[:12])
        return content


def damaged(path: Path, place: str) -> InputError:
    return InputError(Problem("workspace.damaged", path.name, args={"place": place}))


def connect(path: Path, passphrase: str | None, flags: int) -> apsw.Connection:
    connection = apsw.Connection(str(path), flags=flags)
    if passphrase:
        connection.pragma("cipher", CIPHER)
        connection.pragma("kdf_iter", KDF_ROUNDS)
        connection.pragma("key", passphrase)
    # what is sorted or spilled stays in memory: no page of it reaches the disk unencrypted
    connection.pragma("temp_store", 2)
    connection.pragma("trusted_schema", False)
    connection.pragma("cell_size_check", True)
    connection.pragma("synchronous", 3)
    connection.pragma("foreign_keys", True)
    connection.set_busy_timeout(2000)
    return connection


def create_store(path: Path, passphrase: str | None = None) -> Store:
    """A new, empty file. Raises InputError where it cannot be made; an existing file is left alone."""
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_EXCLUSIVE
    if path.exists():
        raise InputError(Problem("workspace.exists", str(path)))
    try:
        connection = connect(path, passphrase, flags)
        with connection:
            for script in MIGRATIONS:
                connection.execute(script)
            connection.pragma("application_id", APPLICATION_ID)
            connection.pragma("user_version", VERSION)
    except apsw.Error as error:
        raise InputError(Problem("workspace.cannot_write", str(path), args={"reason": str(error)})) from None
    return Store(connection, path)


def is_encrypted(path: Path) -> bool:
    """Whether the file needs a passphrase. Raises InputError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(PLAIN_HEADER)) != PLAIN_HEADER
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("workspace.cannot_read", str(path), args={"reason": reason})) from None


def open_store(path: Path, passphrase: str | None = None) -> Store:
    """An existing file. Raises InputError: not there, not ours, wrong passphrase, newer than this program."""
    encrypted = is_encrypted(path)
    if encrypted and not passphrase:
        raise InputError(Problem("workspace.passphrase_needed", path.name))
    writable = os.access(path, os.W_OK)
    flags = apsw.SQLITE_OPEN_READWRITE if writable else apsw.SQLITE_OPEN_READONLY
    try:
        connection = connect(path, passphrase if encrypted else None, flags)
        ours = connection.pragma("application_id") == APPLICATION_ID
        version = int(str(connection.pragma("user_version")))
    except apsw.NotADBError:
        # a wrong passphrase and a file of another kind look alike, and must
        raise InputError(Problem("workspace.wrong_passphrase", path.name)) from None
    except apsw.Error as error:
        raise InputError(Problem("workspace.cannot_read", path.name, args={"reason": str(error)})) from None
    if not ours:
        connection.close()
        raise InputError(Problem("workspace.not_ours", path.name))
    if version > VERSION:
        connection.close()
        raise InputError(Problem("workspace.newer", path.name, args={"version": version}))
    return Store(connection, path)
