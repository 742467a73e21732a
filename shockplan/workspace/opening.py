"""Making and opening .shockplan files: what opens them, whether they are ours, and of which version."""

import os
from pathlib import Path

import apsw

from shockplan.problems import InputError, Problem
from shockplan.workspace.connection import connect
from shockplan.workspace.schema import (
    APPLICATION_ID,
    FIRST,
    VERSION,
    expected_schema,
    migrate,
    schema_of,
)
from shockplan.workspace.sealing import (
    HEAD_BYTES,
    Head,
    RecoveryKey,
    data_key_of,
    new_head,
    parse_head,
    recovered_key,
)
from shockplan.workspace.store import (
    UNREADABLE,
    Store,
    cannot_write,
    damaged,
    identity_of,
    open_here,
    unreadable,
)

PLAIN_HEADER = b"SQLite format 3\x00"
PAGE_BYTES = 4096
"""As the head of a sealed file is long: a copy taken block by block never has half a page."""


def create_store(path: Path, passphrase: str | None = None, recovery: str = "") -> Store:
    """A new, empty file, sealed where there is a passphrase. An existing file is left alone.

    `recovery`: the public half of the ministry's recovery key, '' none. Raises InputError where the file
    cannot be made.
    """
    if passphrase:
        return create_sealed(path, *new_head(passphrase, recovery))
    return create_under(path, None, None)


def create_sealed(path: Path, head: Head, data_key: bytes) -> Store:
    """As `create_store`, for whom can open another file already."""
    return create_under(path, head, data_key)


def create_under(path: Path, head: Head | None, data_key: bytes | None) -> Store:
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
    try:
        with path.open("xb") as file:
            if head is not None:
                file.write(head.as_bytes())
                file.flush()
                os.fsync(file.fileno())
        connection = connect(path, data_key, head is not None, flags)
        connection.pragma("page_size", PAGE_BYTES)
        with connection:
            migrate(connection, 0)
            connection.pragma("application_id", APPLICATION_ID)
            connection.pragma("user_version", VERSION)
    except FileExistsError:
        raise InputError(Problem("workspace.exists", str(path))) from None
    except apsw.Error as error:
        raise cannot_write(path, error) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("workspace.cannot_write", str(path), args={"reason": reason})) from None
    return Store(connection, path, head, data_key)


def is_encrypted(path: Path) -> bool:
    """Whether the file needs a passphrase. Raises InputError where it cannot be read."""
    return not first_bytes(path).startswith(PLAIN_HEADER)


def first_bytes(path: Path) -> bytes:
    """The first HEAD_BYTES of a file. Raises InputError where it cannot be read."""
    here = open_here.get(identity_of(path) or (0, 0))
    if here is not None:
        return here.head.as_bytes() if here.head else PLAIN_HEADER
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("workspace.cannot_read", str(path), args={"reason": reason})) from None


def open_store(
    path: Path,
    passphrase: str | None = None,
    write: bool = False,
    recovery: RecoveryKey | None = None,
) -> Store:
    """An existing file. Raises InputError: not there, not ours, wrong passphrase, newer than this program.

    `write`: to be the one who writes, if nobody else is and the medium allows it (see `writable` of the
    store). `recovery` opens what was sealed for it, without the passphrase.
    """
    start = first_bytes(path)
    head = parse_head(start, path.name)
    key = key_of(path, start, head, passphrase, recovery)
    here = open_here.get(identity_of(path) or (0, 0))  # asking for the lock would only wait for ourselves
    writable = write and os.access(path, os.W_OK) and not (here is not None and here.held)
    flags = apsw.SQLITE_OPEN_READWRITE if os.access(path, os.W_OK) else apsw.SQLITE_OPEN_READONLY
    try:
        connection = connect(path, key, head is not None, flags)
        try:
            version = checked_version(connection, path)
        except BaseException:
            connection.close()
            raise
    except apsw.NotADBError:
        # a wrong passphrase and a file of another kind look alike, and must
        code = "workspace.damaged_start" if head else "workspace.wrong_passphrase"
        raise InputError(Problem(code, path.name)) from None
    except UNREADABLE as error:
        raise cannot_open(path, error) from None
    store = Store(connection, path, head, key if isinstance(key, bytes) else None, writable)
    if writable:
        store.hold()
    try:
        return store if version == VERSION else brought_up(store, version)
    except (*UNREADABLE, KeyError, IndexError, TypeError, ValueError):  # an old file that is not what it was
        store.close()
        raise damaged(path, "SQLite") from None
    except BaseException:
        store.close()
        raise


def key_of(
    path: Path, start: bytes, head: Head | None, passphrase: str | None, recovery: RecoveryKey | None
) -> bytes | str | None:
    """What opens the pages: None of a plain file, the data key of a sealed one, an old one's passphrase."""
    if start.startswith(PLAIN_HEADER):
        return None
    if head is not None and recovery is not None:
        found = recovered_key(head, recovery)
        if found is None:
            raise InputError(Problem("workspace.not_recoverable", path.name))
        return found
    if not passphrase:
        raise InputError(Problem("workspace.passphrase_needed", path.name))
    if head is None:
        return passphrase
    found = data_key_of(head, passphrase)
    if found is None:
        raise InputError(Problem("workspace.wrong_passphrase", path.name))
    return found


def checked_version(connection: apsw.Connection, path: Path) -> int:
    """The version of the tables. Raises InputError where the file is not ours, newer, or holds anything
    that our tables do not: a view or a trigger of others could make a query do what it does not say.
    """
    ours = connection.pragma("application_id") == APPLICATION_ID
    version = int(str(connection.pragma("user_version")))
    if not ours:
        raise InputError(Problem("workspace.not_ours", path.name))
    if version > VERSION:
        raise InputError(Problem("workspace.newer", path.name, args={"version": version}))
    if version < 1 or schema_of(connection) != expected_schema(version):
        raise InputError(Problem("workspace.strange_tables", path.name))
    return version


def brought_up(store: Store, version: int) -> Store:
    """A file of an older version with the present tables: in place where we write, else a copy in memory."""
    if store.held:
        with store.transaction():
            migrate(store.connection, version)
            store.connection.pragma("user_version", VERSION)
        return store
    memory = apsw.Connection(":memory:")
    memory.execute(FIRST)
    with memory:
        for table in ("setting", "blob", "input", "input_part"):
            rows = store.rows(f"SELECT * FROM {table}")
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                memory.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        migrate(memory, version)
    copy = Store(memory, store.path, None, None, writable=False)
    store.close()
    return copy


def cannot_open(path: Path, error: Exception) -> InputError:
    if isinstance(error, apsw.BusyError):
        return InputError(Problem("workspace.in_use", path.name))
    return unreadable(path, error)
