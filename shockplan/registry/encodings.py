"""Bytes to UTF-8 text: byte order marks, UTF-16, Western, Thai and Lao code pages, and mixtures of them."""

import codecs
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from shockplan.held import opened_by_itself
from shockplan.problems import Problem
from shockplan.registry.tables import fault

SAMPLE_BYTES = 1 << 18
CHUNK_BYTES = 8 << 20
SPOOL_BYTES = 256 << 20
SAMPLE_LINES = 5000

_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1e]")


def as_utf8(path: Path) -> tuple[Any, tuple[Problem, ...]]:
    """The file as a stream of UTF-8 (a byte order mark is left to the reader), and what was noticed.

    That an unmarked file is UTF-8 is only assumed: its reader notices soonest, and then asks `legacy`.
    Raises InputError for binary files.
    """
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
    if not head:
        raise fault("registry.empty", path)
    wide = wide_encoding(head)
    if wide:
        return transcoded(path, wide), ()
    if len(_CONTROL.findall(head)) > 4:
        raise fault("registry.binary", path)
    return as_it_stands(path), ()


def as_it_stands(path: Path) -> pa.NativeFile:
    """The bytes of a file."""
    given = opened_by_itself(path)
    return pa.OSFile(given) if isinstance(given, str) else pa.BufferReader(given.getbuffer())


def wide_encoding(head: bytes) -> str | None:
    """UTF-32 or UTF-16 by byte order mark, or by the zero bytes that Latin letters have in UTF-16."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = head[:4096]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if len(start) >= 4 and max(even, odd) > len(start) // 10 and min(even, odd) * 20 < max(even, odd):
        return "utf-16-be" if even > odd else "utf-16-le"
    return None


def chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def transcoded(path: Path, encoding: str) -> BinaryIO:
    """The file written anew in UTF-8. Raises InputError where a byte does not fit the encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with ExitStack() as undo:
        spool = undo.enter_context(tempfile.SpooledTemporaryFile(SPOOL_BYTES))
        try:
            with path.open("rb") as file:
                for chunk in chunks(file):
                    spool.write(decoder.decode(chunk).encode())
                spool.write(decoder.decode(b"", final=True).encode())
        except UnicodeDecodeError as error:
            raise fault("registry.undecodable", path, encoding=encoding.upper(), byte=error.start) from error
        undo.pop_all()  # the reader closes it
    spool.seek(0)
    return spool  # type: ignore[return-value]  # it has every method of a binary file that is used


def legacy(path: Path) -> tuple[BinaryIO, tuple[Problem, ...]]:
    """A file in a code page, or one of UTF-8 with lines of a code page in it.

    A line that is no UTF-8 is read in the code page of its neighbours; letters that the page does not
    have become U+FFFD, which no value is understood with. The lines are named in the problem.
    """
    with path.open("rb") as file:
        foreign = islice((line for line in file if not line_is_utf8(line)), SAMPLE_LINES)
        page = code_page(b"".join(foreign))
        file.seek(0)
        others = 0
        rows: list[int] = []
        spool = tempfile.SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115  the caller closes it
        for number, line in enumerate(file, start=1):
            if line_is_utf8(line):
                others += not line.isascii()
                spool.write(line)
            else:
                rows.append(number)
                spool.write(decoded(line, page).encode())
    spool.seek(0)
    args: dict[str, str | int | float | tuple[str, ...]] = {"encoding": PAGE_NAMES[page], "lines": len(rows)}
    problem = (
        Problem("registry.mixed_encoding", path.name, rows=tuple(rows), args=args, level="warning")
        if others
        else Problem("registry.code_page", path.name, args=args, level="note")
    )
    return spool, (problem,)  # type: ignore[return-value]  # as in transcoded


PAGE_NAMES = {"cp1252": "Windows-1252", "cp874": "Windows-874", "cp1133": "CP1133"}

_NO = "\ufffd"
_HIGH_LAO = (
    _NO * 32
    + "\u00a0ກຂຄງຈສຊຍດຕຖທນບປຜຝພຟມຢຣລວຫອຮ" + _NO * 3 + "ຯ"
    + "ະາຳິີຶືຸູຼັົຽ" + _NO * 3 + "ເແໂໃໄ່້໊໋໌ໍໆ" + _NO + "ໜໝ₭"
    + _NO * 16 + "໐໑໒໓໔໕໖໗໘໙" + _NO * 2 + "¢¬¦" + _NO
)  # fmt: skip
LAO_PAGE = "".join(map(chr, range(128))) + _HIGH_LAO
"""CP1133, the Lao code page of IBM; Python has no codec for it."""

_ONLY_THAI = re.compile(rb"[\xe0-\xef]")
"""Vowels before a consonant, and tones: every second word of Thai has one. CP1133 has nothing there."""


def decoded(line: bytes, page: str) -> str:
    """A line in a code page, with U+FFFD for what the page does not have."""
    if page == "cp1133":
        return codecs.charmap_decode(line, "replace", LAO_PAGE)[0]
    return line.decode(page, errors="replace")


def line_is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def code_page(text: bytes) -> str:
    """Western European where high bytes are single accents; Thai or Lao where they come in words."""
    runs = [len(run) for run in _HIGH_RUN.findall(text)]
    if not runs or sum(runs) / len(runs) < 2.0:
        return "cp1252"
    return "cp874" if len(_ONLY_THAI.findall(text)) * 50 > sum(runs) else "cp1133"
