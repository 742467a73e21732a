"""Workbooks (XLSX, XLSM, XLSB, XLS, ODS): one sheet as text cells."""

import datetime as dt
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import python_calamine as calamine

from shockplan.allocator import give_back
from shockplan.held import opened_by_itself
from shockplan.progress import Progress, part, waiting
from shockplan.registry.compound import chains_end
from shockplan.registry.headings import LOOK_ROWS
from shockplan.registry.passwords import Passwords, unlocked
from shockplan.registry.tables import Sheet, fault, sheet_of

MOST_UNPACKED = 6 << 30
MOST_RATIO = 300
"""A part that unpacks to more than this many times its size, and is big, is no honest spreadsheet."""

CHUNK_ROWS = 5_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_COMPOUND = 1 << 30


def read_workbook(
    path: Path, sheet: str | None, recognised: Callable[[str], bool], progress: Progress, passwords: Passwords
) -> Sheet:
    """A sheet of a workbook: the one named, the only one that holds something, or the only one with
    known headings.

    Raises InputError: damaged, protected by a password, no such sheet, more than one to choose from.
    """
    with opened(path, passwords) as book:
        name, found = waiting(lambda: chosen_sheet(book, sheet, recognised, path), part(progress, 0, 0.6))
        cells = text_columns(found, part(progress, 0.6, 1))
        first = found.start[0] + 1 if found.start else 0
        del found  # the sheet is larger than all that follows
    give_back()
    if not cells:
        raise fault("registry.empty_sheet", path, sheet=name)
    rows = np.arange(first, first + len(cells[0]), dtype=np.int64)
    return sheet_of(cells, rows, path.name)


@contextmanager
def opened(path: Path, passwords: Passwords) -> Iterator[Any]:
    """The workbook in a file; what is wrong with it becomes an InputError."""
    content = opened_by_itself(path)
    is_archive = check_unpacked_size(content, path)
    check_compound(path)
    try:
        try:
            book = calamine.CalamineWorkbook.from_object(content)
        except calamine.PasswordError as error:
            if is_archive:  # ODS, whose protection nobody here can open
                raise fault("registry.password_kind", path, reason="ODS") from error
            content = unlocked(path, passwords)
            check_unpacked_size(content, path)
            book = calamine.CalamineWorkbook.from_object(content)
        with book:
            yield book
    except (calamine.CalamineError, ValueError, OSError) as error:
        raise fault("registry.workbook_damaged", path, reason=str(error)[:200]) from error
    except BaseException as error:
        # the library's own word for a file that it did not expect; it is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise fault("registry.workbook_damaged", path, reason="?") from error


def sheet_names(path: Path, passwords: Passwords) -> tuple[str, ...]:
    """The names of the sheets of a workbook, in order."""
    with opened(path, passwords) as book:
        return tuple(book.sheet_names)


def text_columns(sheet: Any, progress: Progress) -> list[pa.ChunkedArray]:
    """The cells of a sheet as text, one column each, some rows at a time: a million rows of Python
    objects at once would not fit beside the workbook.
    """
    width, height = sheet.width + sheet.start[1] if sheet.start else 0, sheet.height
    chunks: list[list[pa.Array]] = [[] for _ in range(width)]
    rows, done = sheet.iter_rows(), 0
    while block := list(islice(rows, CHUNK_ROWS)):
        columns = list(zip(*block, strict=True))
        blank = [("",) * len(block)] * (width - len(columns))
        for place, cells in enumerate([*blank, *columns]):
            chunks[place].append(texts_of(cells))
        done += len(block)
        progress(done / max(1, height))
    return [pa.chunked_array(found, type=pa.string()) for found in chunks]


def texts_of(cells: tuple[Any, ...]) -> pa.Array:
    """Cells as an Arrow array of texts."""
    if set(map(type, cells)) == {str}:
        return pa.array(cells, pa.string())
    return pa.array([cell_text(value) for value in cells], pa.string())


def chosen_sheet(
    book: Any, sheet: str | None, recognised: Callable[[str], bool], path: Path
) -> tuple[str, Any]:
    """Name and cells of the sheet the person named, or of the only one with more than one row, or with
    known headings."""
    names: list[str] = list(book.sheet_names)
    if sheet is not None:
        if sheet not in names:
            raise fault("registry.sheet_unknown", path, sheet=sheet, sheets=", ".join(names))
        return sheet, book.get_sheet_by_name(sheet)
    visible = [
        meta.name for meta in book.sheets_metadata if meta.visible == calamine.SheetVisibleEnum.Visible
    ]
    filled, known, found = [], [], None
    for name in visible or names:
        cells = book.get_sheet_by_name(name)
        if cells.height > 1:
            filled.append(name)
            if known_headings_of(cells, recognised) >= 2:
                known.append(name)
            # read again, should it be wanted after all: two large sheets would not fit side by side
            found = cells if len(filled) == 1 else None
        del cells
    if len(filled) > 1 and len(known) == 1:
        return known[0], book.get_sheet_by_name(known[0])
    if len(filled) > 1:
        raise fault("registry.sheet_not_named", path, sheets=", ".join(filled))
    if not filled:
        raise fault("registry.empty", path)
    return filled[0], found


def sheets_with_headings(path: Path, recognised: Callable[[str], bool], passwords: Passwords) -> list[str]:
    """The visible sheets with rows below known headings, in the order of the workbook; where there are
    none, the one that `chosen_sheet` finds. Raises InputError as `read_workbook` does."""
    with opened(path, passwords) as book:
        visible = [
            meta.name
            for meta in book.sheets_metadata
            if meta.visible == calamine.SheetVisibleEnum.Visible
            and (cells := book.get_sheet_by_name(meta.name)).height > 1
            and known_headings_of(cells, recognised) >= 2
        ]
        return visible or [chosen_sheet(book, None, recognised, path)[0]]


def known_headings_of(cells: Any, recognised: Callable[[str], bool]) -> int:
    """How many known headings the best of the first rows of a sheet has."""
    top = cells.to_python(skip_empty_area=False, nrows=LOOK_ROWS)
    return max((sum(isinstance(cell, str) and recognised(cell) for cell in row) for row in top), default=0)


def check_unpacked_size(content: str | BytesIO, path: Path) -> bool:
    """Whether the content is an archive; one that unpacks to more than memory could hold is refused, before
    it is unpacked."""
    if not zipfile.is_zipfile(content):
        return False
    try:
        with zipfile.ZipFile(content) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise fault("registry.workbook_damaged", path, reason=str(error)[:200]) from error
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if unpacked > MOST_UNPACKED or (unpacked > 200 << 20 and unpacked / packed > MOST_RATIO):
        raise fault("registry.zip_bomb", path, size=round(unpacked / 2**20))
    if isinstance(content, BytesIO):
        content.seek(0)
    return True


def check_compound(path: Path) -> None:
    """Refuse an OLE container in which a library would run in circles."""
    with path.open("rb") as file:
        if file.read(len(OLE)) != OLE:
            return
        if path.stat().st_size > MOST_COMPOUND:
            raise fault("registry.too_big", path, size=MOST_COMPOUND >> 20)
        file.seek(0)
        if not chains_end(file.read()):
            raise fault("registry.workbook_damaged", path, reason="OLE")


def cell_text(value: Any) -> str:
    """A cell as a person would type it: whole numbers without .0, dates as 2026-11-24."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value)
