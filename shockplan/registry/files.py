"""Any file to a table of text cells. What a file is, is told by its first bytes, not by its name."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from shockplan.problems import Problem
from shockplan.progress import Progress, part
from shockplan.registry.columnar import layer_names, read_parquet, read_points
from shockplan.registry.delimited import read_delimited
from shockplan.registry.headings import with_headings
from shockplan.registry.passwords import NO_PASSWORDS, Passwords
from shockplan.registry.submissions import read_submissions, repeat_names
from shockplan.registry.tables import Table, fault
from shockplan.registry.workbooks import OLE, read_workbook, sheet_names

ZIP = b"PK\x03\x04"
SQLITE, SHAPEFILE, PARQUET = b"SQLite format 3\x00", b"\x00\x00\x27\x0a", b"PAR1"
NO_TABLES = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\x1f\x8b": "GZIP",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7-Zip",
    b"{\\rtf": "RTF",
}
GEOJSON = re.compile(rb'"type"\s*:\s*"Feature(Collection)?"')


def read_table(
    path: Path,
    sheet: str | None,
    header_row: int | None,
    recognised: Callable[[str], bool],
    progress: Progress,
    passwords: Passwords = NO_PASSWORDS,
) -> Table:
    """The table in a file. `sheet` names a sheet, a layer, or a repeat of submissions; a warning says so
    where the file has none of them.

    `recognised` tells a known heading, to find the row of headings. Raises InputError where the file
    holds no such table.
    """
    head = first_bytes(path)
    for magic, name in NO_TABLES.items():
        if head.startswith(magic):
            raise fault("registry.no_table_format", path, format=name)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.lower().startswith((b"<html", b"<!doctype html", b"<table", b"<?xml")):
        raise fault("registry.no_table_format", path, format="HTML / XML")
    if head.startswith(PARQUET):
        return without_sheets(read_parquet(path, progress), sheet)
    if head.startswith((SQLITE, SHAPEFILE)):
        return read_points(path, sheet, progress)
    if start.startswith((b"{", b"[")):
        is_points = start.startswith(b"{") and GEOJSON.search(head)
        return read_points(path, sheet, progress) if is_points else read_submissions(path, sheet, progress)
    if head.startswith((ZIP, OLE)):
        cells = read_workbook(path, sheet, recognised, part(progress, 0, 0.9), passwords)
    else:
        cells = read_delimited(path, part(progress, 0, 0.9))
    table = with_headings(cells, header_row, recognised, path)
    progress(1)
    return table if head.startswith((ZIP, OLE)) else without_sheets(table, sheet)


def without_sheets(table: Table, sheet: str | None) -> Table:
    """The table of a file that has no sheets, with a word about the sheet that was named all the same."""
    if sheet is None:
        return table
    noticed = Problem("registry.no_sheets", table.name, args={"sheet": sheet}, level="warning")
    return replace(table, problems=(*table.problems, noticed))


def sheets_of(path: Path, passwords: Passwords = NO_PASSWORDS) -> tuple[str, ...]:
    """What `sheet` may name in a file: its sheets, layers, or repeats; none for delimited text, Parquet.

    Raises InputError where the file cannot be opened.
    """
    head = first_bytes(path)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((ZIP, OLE)):
        return sheet_names(path, passwords)
    if head.startswith((SQLITE, SHAPEFILE)) or (start.startswith(b"{") and GEOJSON.search(head)):
        return layer_names(path)
    return repeat_names(path) if start.startswith((b"{", b"[")) else ()


def first_bytes(path: Path) -> bytes:
    """The first bytes of a file. Raises InputError where there is no such file, or none to read."""
    if path.is_dir():
        raise fault("registry.is_folder", path)
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except FileNotFoundError as error:
        raise fault("registry.file_missing", path) from error
    except OSError as error:
        raise fault("registry.file_unreadable", path, reason=error.strerror or "?") from error
    if not head:
        raise fault("registry.empty", path)
    return head
