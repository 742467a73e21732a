"""Any file to a sheet of text cells. What a file is, is told by its first bytes, not by its name."""

from pathlib import Path

from shockplan.progress import Progress
from shockplan.registry.delimited import read_delimited
from shockplan.registry.tables import Sheet, fault
from shockplan.registry.workbooks import read_workbook

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NO_TABLES = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\x1f\x8b": "GZIP",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7-Zip",
    b"{\\rtf": "RTF",
}


def read_sheet(path: Path, sheet: str | None, progress: Progress) -> Sheet:
    """The cells of a file that holds a table. Raises InputError where it does not."""
    head = first_bytes(path)
    for magic, name in NO_TABLES.items():
        if head.startswith(magic):
            raise fault("registry.no_table_format", path, format=name)
    if head.startswith((ZIP, OLE)):
        return read_workbook(path, sheet, progress)
    if head.lstrip().lower().startswith((b"<html", b"<!doctype html", b"<table")):
        raise fault("registry.no_table_format", path, format="HTML")
    return read_delimited(path, progress)


def first_bytes(path: Path) -> bytes:
    """The first bytes of a file. Raises InputError where there is no such file, or none to read."""
    if path.is_dir():
        raise fault("registry.is_folder", path)
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except FileNotFoundError as error:
        raise fault("registry.file_missing", path) from error
    except OSError as error:
        raise fault("registry.file_unreadable", path, reason=error.strerror or "?") from error
    if not head:
        raise fault("registry.empty", path)
    return head
