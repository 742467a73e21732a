"""The system's allocator: fewer pages asked for and given back, and all that is free given back on request.

Speed and memory only: nothing that the program computes depends on it. On systems other than Linux with
glibc every function does nothing.
"""

import ctypes
import platform
import sys
from functools import cache

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""The names by which malloc.h of glibc knows its settings."""

KEPT_FREE = 96 << 20
OWN_PIECE = 32 << 20
"""Bytes: what may stay free at the end of the heap, and from which size a piece is mapped for itself."""


@cache
def glibc() -> ctypes.CDLL | None:
    """The C library, where it is glibc."""
    if not sys.platform.startswith("linux") or platform.libc_ver()[0] != "glibc":
        return None
    return ctypes.CDLL(None)


def settle() -> None:
    """One heap for all threads, which keeps a little of what was freed. To be called at the start.

    The arrays of a million rows come and go by the hundred; in heaps of their own, threads gave every one of
    them back to the system, which has to blank it before it gives it out again.
    """
    library = glibc()
    if library:
        for setting, value in (
            (M_ARENA_MAX, 1),
            (M_TRIM_THRESHOLD, KEPT_FREE),
            (M_MMAP_THRESHOLD, OWN_PIECE),
        ):
            library.mallopt(setting, value)


def give_back() -> None:
    """Give the system all that is free: after something large was let go."""
    import pyarrow as pa  # not at the start, where `settle` is called

    pa.default_memory_pool().release_unused()
    library = glibc()
    if library:
        library.malloc_trim(0)
