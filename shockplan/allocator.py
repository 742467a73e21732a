"""The allocators of the system and of Arrow: fewer pages asked for and given back, and all that is free
given back on request.

Speed and memory only: nothing that the program computes depends on it. Of the system's allocator only that
of Linux with glibc is known here.
"""

import ctypes
import gc
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""The names by which malloc.h of glibc knows its settings."""

KEPT_FREE = 96 << 20
OWN_PIECE = 32 << 20
"""Bytes: what may stay free at the end of the heap, and from which size a piece is mapped for itself."""


ARROW = {"MIMALLOC_PURGE_DELAY": "300"}
"""Arrow keeps what it freed for so many milliseconds instead of 10: half of all pages are wanted again."""

SMALL = {"MIMALLOC_ALLOW_THP": "0"}
"""Arrow takes memory in pages of 4 KB instead of 2 MB: a window with the demo holds 40 MB less, and a
registry of 1.3 million households is read a tenth slower."""


@cache
def glibc() -> ctypes.CDLL | None:
    """The C library, where it is glibc."""
    if not sys.platform.startswith("linux") or platform.libc_ver()[0] != "glibc":
        return None
    return ctypes.CDLL(None)


def settle() -> None:
    """One heap for all threads, which keeps a little of what was freed. To be called at the start, before
    Arrow is imported.

    The arrays of a million rows come and go by the hundred; in heaps of their own, threads gave every one of
    them back to the system, which has to blank it before it gives it out again.
    """
    for name, value in ARROW.items():
        os.environ.setdefault(name, value)
    library = glibc()
    if library:
        library.mallopt(M_ARENA_MAX, 1)
        library.mallopt(M_TRIM_THRESHOLD, KEPT_FREE)
        library.mallopt(M_MMAP_THRESHOLD, OWN_PIECE)


def stay_small() -> None:
    """For a program that stays open beside others. To be called before Arrow is imported."""
    for name, value in SMALL.items():
        os.environ.setdefault(name, value)


def give_back() -> None:
    """Give the system all that is free: after something large was let go."""
    import pyarrow as pa  # not at the start, where `settle` is called

    pa.default_memory_pool().release_unused()
    library = glibc()
    if library:
        library.malloc_trim(0)


@contextmanager
def no_collecting() -> Iterator[None]:
    """For work that makes many objects which all live to its end: looking through them for garbage again
    and again would take a tenth of its time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
