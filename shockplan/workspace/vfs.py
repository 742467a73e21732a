"""Between SQLite and the disk: a sealed file has a head before its pages, and SQLite must not see it."""

import apsw

from shockplan.workspace.sealing import HEAD_BYTES

NAME = "shockplan-sealed"
CIPHER_SHIM = "multipleciphers-"
"""Before the name of any VFS: SQLite3 Multiple Ciphers puts the encryption of pages on top of it."""

NOT_PASSED_ON = frozenset(
    {apsw.SQLITE_FCNTL_SIZE_HINT, apsw.SQLITE_FCNTL_CHUNK_SIZE, apsw.SQLITE_FCNTL_MMAP_SIZE}
)
"""Requests about sizes, which would be of the pages alone; they only hint."""


class SealedFile(apsw.VFSFile):
    """A database whose first page begins behind the head."""

    def xRead(self, amount: int, offset: int) -> bytes:
        return super().xRead(amount, offset + HEAD_BYTES)

    def xWrite(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset + HEAD_BYTES)

    def xTruncate(self, newsize: int) -> None:
        super().xTruncate(newsize + HEAD_BYTES)

    def xFileSize(self) -> int:
        return max(0, super().xFileSize() - HEAD_BYTES)

    def xFileControl(self, op: int, ptr: int) -> bool:
        return False if op in NOT_PASSED_ON else super().xFileControl(op, ptr)


class SealedVFS(apsw.VFS):
    """Opens databases behind their head; journals as they are."""

    def __init__(self, name: str, base: str) -> None:
        super().__init__(name, base)
        self.base = base

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        if flags[0] & apsw.SQLITE_OPEN_MAIN_DB:
            return SealedFile(self.base, name, flags)
        return apsw.VFSFile(self.base, name, flags)


_made: dict[str, SealedVFS] = {}


def vfs_for(sealed: bool, base: str = "") -> str:
    """The name of the VFS that opens such a file. `base`: what stands for the disk, '' the system's own."""
    if not sealed:
        return CIPHER_SHIM + base if base else ""
    below = base or apsw.vfs_names()[0].removeprefix(CIPHER_SHIM)
    name = f"{NAME}-{below}"
    if name not in _made:
        _made[name] = SealedVFS(name, below)
    return CIPHER_SHIM + name
