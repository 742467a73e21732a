"""OLE containers (XLS, protected workbooks): whether their chains of sectors come to an end.

A library that follows a chain which leads back into itself fills the memory until the system stops it.
"""

import struct

import numpy as np
from numpy.typing import NDArray

HEADER = 512
SECTOR_SHIFTS = (9, 12)
IN_HEADER = 109
"""How many sectors of the table of sectors the header itself names."""


def chains_end(content: bytes) -> bool:
    """Whether every chain of sectors in a container ends; False too where it has no proper header."""
    if len(content) < HEADER:
        return False
    (shift,) = struct.unpack_from("<H", content, 30)
    first_small, _, first_table = struct.unpack_from("<III", content, 60)
    if shift not in SECTOR_SHIFTS:
        return False
    size = 1 << shift
    named = np.frombuffer(content, "<u4", IN_HEADER, HEADER - 4 * IN_HEADER)
    tables, sector = [named], first_table
    for _ in range(len(content) // size + 1):
        found = sector_at(content, sector, size)
        if not len(found):
            break
        tables.append(found[:-1])
        sector = int(found[-1])
    else:
        return False
    table = joined(content, np.concatenate(tables), size)
    if not ends(table):
        return False
    small = joined(content, chain(table, first_small), size)
    return ends(small)


def sector_at(content: bytes, sector: int, size: int) -> NDArray[np.uint32]:
    """A sector as numbers, none where the file does not reach so far."""
    start = (sector + 1) * size
    if start + size > len(content):
        return np.zeros(0, dtype=np.uint32)
    return np.frombuffer(content, "<u4", size // 4, start)


def joined(content: bytes, sectors: NDArray[np.uint32], size: int) -> NDArray[np.uint32]:
    """The sectors, each once at most, as one table of numbers."""
    most = len(content) // size
    parts = [sector_at(content, int(sector), size) for sector in sectors[sectors < most][: most + 1]]
    return np.concatenate([np.zeros(0, dtype=np.uint32), *parts])


def chain(table: NDArray[np.uint32], sector: int) -> NDArray[np.uint32]:
    """The sectors of a chain in a table whose chains end."""
    found = []
    while sector < len(table):
        found.append(sector)
        sector = int(table[sector])
    return np.array(found, dtype=np.uint32)


def ends(table: NDArray[np.uint32]) -> bool:
    """Whether from every sector the end is reached: followed twice as far each time."""
    count = len(table)
    following = np.append(np.minimum(table, count).astype(np.int64), count)
    for _ in range(count.bit_length() + 1):
        following = following[following]
    return bool((following == count).all())
