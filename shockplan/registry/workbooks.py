"""Workbooks (XLSX, XLSM, XLSB, XLS, ODS): one sheet as text cells."""

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import python_calamine as calamine

from shockplan.held import opened_by_itself
from shockplan.progress import Progress
from shockplan.registry.headings import LOOK_ROWS
from shockplan.registry.tables import Sheet, fault, sheet_of

MOST_UNPACKED = 6 << 30
MOST_RATIO = 300
"""A part that unpacks to more than this many times its size, and is big, is no honest spreadsheet."""


def read_workbook(
    path: Path, sheet: str | None, recognised: Callable[[str], bool], progress: Progress
) -> Sheet:
    """A sheet of a workbook: the one named, the only one that holds something, or the only one with
    known headings.

    Raises InputError: damaged, protected by a password, no such sheet, more than one to choose from.
    """
    check_unpacked_size(path)
    try:
        with calamine.CalamineWorkbook.from_object(opened_by_itself(path)) as book:
            name = chosen_sheet(book, sheet, recognised, path)
            progress(0.1)
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except calamine.PasswordError as error:
        raise fault("registry.password", path) from error
    except (calamine.CalamineError, ValueError) as error:
        raise fault("registry.workbook_damaged", path, reason=str(error)[:200]) from error
    progress(0.6)
    width = max((len(row) for row in rows), default=0)
    if not width:
        raise fault("registry.empty_sheet", path, sheet=name)
    columns = [
        pa.chunked_array([[cell_text(row[i]) if i < len(row) else "" for row in rows]], type=pa.string())
        for i in range(width)
    ]
    progress(1)
    return sheet_of(columns, np.arange(1, len(rows) + 1, dtype=np.int64), path.name)


def chosen_sheet(book: Any, sheet: str | None, recognised: Callable[[str], bool], path: Path) -> str:
    """The sheet the person named, or the only one with more than one row, or with known headings."""
    names: list[str] = list(book.sheet_names)
    if sheet is not None:
        if sheet not in names:
            raise fault("registry.sheet_unknown", path, sheet=sheet, sheets=", ".join(names))
        return sheet
    visible = [
        meta.name for meta in book.sheets_metadata if meta.visible == calamine.SheetVisibleEnum.Visible
    ]
    filled = [name for name in visible or names if book.get_sheet_by_name(name).height > 1]
    if len(filled) > 1:
        known = [name for name in filled if known_headings_of(book, name, recognised) >= 2]
        if len(known) == 1:
            return known[0]
        raise fault("registry.sheet_not_named", path, sheets=", ".join(filled))
    if not filled:
        raise fault("registry.empty", path)
    return filled[0]


def sheets_with_headings(path: Path, recognised: Callable[[str], bool]) -> list[str]:
    """The visible sheets with rows below known headings, in the order of the workbook; where there are
    none, the one that `chosen_sheet` finds. Raises InputError as `read_workbook` does."""
    check_unpacked_size(path)
    try:
        with calamine.CalamineWorkbook.from_object(opened_by_itself(path)) as book:
            visible = [
                meta.name
                for meta in book.sheets_metadata
                if meta.visible == calamine.SheetVisibleEnum.Visible
                and book.get_sheet_by_name(meta.name).height > 1
                and known_headings_of(book, meta.name, recognised) >= 2
            ]
            return visible or [chosen_sheet(book, None, recognised, path)]
    except calamine.PasswordError as error:
        raise fault("registry.password", path) from error
    except (calamine.CalamineError, ValueError) as error:
        raise fault("registry.workbook_damaged", path, reason=str(error)[:200]) from error


def known_headings_of(book: Any, name: str, recognised: Callable[[str], bool]) -> int:
    """How many known headings the best of the first rows of a sheet has."""
    top = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=LOOK_ROWS)
    return max((sum(isinstance(cell, str) and recognised(cell) for cell in row) for row in top), default=0)


def check_unpacked_size(path: Path) -> None:
    """Refuse an archive that unpacks to more than memory could hold, before unpacking it."""
    if not zipfile.is_zipfile(opened_by_itself(path)):
        return
    try:
        with zipfile.ZipFile(opened_by_itself(path)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise fault("registry.workbook_damaged", path, reason=str(error)[:200]) from error
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if unpacked > MOST_UNPACKED or (unpacked > 200 << 20 and unpacked / packed > MOST_RATIO):
        raise fault("registry.zip_bomb", path, size=round(unpacked / 2**20))


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
