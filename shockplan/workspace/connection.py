"""A connection to the database in a .shockplan file: decrypted, careful with the disk, trusting nothing."""

from pathlib import Path

import apsw

from shockplan.workspace.vfs import vfs_for

CIPHER = "chacha20"
"""ChaCha20-Poly1305: fast where an old processor has no AES, and a changed page is known."""

FIRST_KDF_ROUNDS = 600_000
"""Files of version 1: PBKDF2-HMAC-SHA256 from the passphrase straight to the key of the pages."""

MOST_VALUE_BYTES = 64 << 20
"""No value of a file from others may be longer than this."""

BUSY_MS = 3000
DISK = ""
"""The VFS that stands for the disk, '' the system's own. Tests put one here that fails."""


def connect(path: Path, key: bytes | str | None, sealed: bool, flags: int) -> apsw.Connection:
    """A connection with the pages decrypted and nothing of the file trusted.

    `key`: the data key of a sealed file, the passphrase of one of version 1.
    """
    connection = apsw.Connection(str(path), flags=flags, vfs=vfs_for(sealed, DISK) or None)
    try:
        connection.set_busy_timeout(BUSY_MS)
        if key is not None:
            connection.pragma("cipher", CIPHER)
            if isinstance(key, str):
                connection.pragma("kdf_iter", FIRST_KDF_ROUNDS)
            connection.pragma("key", key if isinstance(key, str) else f"raw:{key.hex()}")
        connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
        connection.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
        connection.limit(apsw.SQLITE_LIMIT_LENGTH, MOST_VALUE_BYTES)
        connection.limit(apsw.SQLITE_LIMIT_ATTACHED, 0)
        # what is sorted or spilled stays in memory: no page of it reaches the disk unencrypted
        connection.pragma("temp_store", 2)
        connection.pragma("trusted_schema", False)
        connection.pragma("cell_size_check", True)
        connection.pragma("synchronous", 3)
        connection.pragma("secure_delete", True)
        connection.pragma("foreign_keys", True)
    except apsw.Error:
        connection.close()
        raise
    return connection
