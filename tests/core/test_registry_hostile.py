"""Files that are no registry, or a bad one: a clear sentence, no crash, no hang, bounded memory.

Every file here is generated. Each is read either whole or ends in an InputError whose sentence names
the file; which of the two, and what was noticed, is stated beside it.
"""

import io
import json
import resource
import sqlite3
import struct
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import msoffcrypto
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile

from shockplan.problems import InputError
from shockplan.registry.household import Registry
from shockplan.texts import problem_sentence
from tests.core.registry_tables import read, write_csv

HEAD = "hhid,district,members,village\n"
GOOD = HEAD + "A,LA1703,5,x\nB,LA1704,6,y\n"


def book(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as made:
        fill(made)
    return content.getvalue()


def plain_book(made: xlsxwriter.Workbook) -> None:
    sheet = made.add_worksheet("Households")
    for row, texts in enumerate(line.split(",") for line in GOOD.splitlines()):
        sheet.write_row(row, 0, texts)


def formula_book(made: xlsxwriter.Workbook) -> None:
    sheet = made.add_worksheet()
    sheet.write_row(0, 0, ["hhid", "district", "members", "head name"])
    sheet.write_row(1, 0, ["A", "LA1703"])
    sheet.write_formula(1, 2, "=2+3", None, 5)
    sheet.write_formula(1, 3, '=HYPERLINK("http://x")', None, "#VALUE!")


def encrypted(content: bytes) -> bytes:
    sealed = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt("secret", sealed)
    return sealed.getvalue()


def zipped(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def zip_bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(220):
                part.write(b" " * (1 << 20))
        archive.writestr("[Content_Types].xml", "<Types/>")
    return content.getvalue()


def lying_zip() -> bytes:
    """A workbook whose directory says that a part is small."""
    content = bytearray(book(plain_book))
    place = content.rfind(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 3)
    return bytes(content)


def parquet(frame: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    frame.to_parquet(content)
    return content.getvalue()


def empty_sqlite() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.gpkg"
        with sqlite3.connect(path) as database:
            database.execute("create table t (a)")
        database.close()
        return path.read_bytes()


ROW = "B,LA1703,5,y\n"
OPEN = HEAD + 'A,LA1703,5,"x\n'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NO_ROWS = pd.DataFrame({"hhid": pd.Series([], dtype="str")})
MANY_COLUMNS = "hhid,district," + ",".join(f"c{i}" for i in range(16_382)) + "\nA,LA1703" + "," * 16_382
NESTED = [{"hhid": "A", "district": {"district": "LA1703"}}]
WIDE = ",".join(f"c{i}" for i in range(20_000))
REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty.csv": ("registry.empty", lambda: b""),
    "only spaces.csv": ("registry.empty", lambda: b"  \n\n\t\n"),
    "only a byte order mark.csv": ("registry.empty", lambda: b"\xef\xbb\xbf"),
    "only commas.csv": ("registry.empty", lambda: b",,,\n,,,\n"),
    "only headings.csv": ("registry.no_rows", lambda: HEAD.encode()),
    "binary.csv": ("registry.binary", lambda: bytes(range(256)) * 50),
    "random.csv": ("registry.binary", lambda: np.random.default_rng(0).bytes(20_000)),
    "picture.csv": ("registry.no_table_format", lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 500),
    "page.xls": ("registry.no_table_format", lambda: b"<html><table><tr><td>hhid</td></tr></table></html>"),
    "letter.csv": ("registry.no_table_format", lambda: b"%PDF-1.7\n%\xe2\xe3"),
    "packed.csv": ("registry.no_table_format", lambda: b"\x1f\x8b\x08" + b"\x00" * 50),
    "markup.xml": ("registry.no_table_format", lambda: b'<?xml version="1.0"?><rows><row/></rows>'),
    "open quote.csv": ("registry.open_quote", lambda: (OPEN + ROW * 900).encode()),
    "open quote, one row.csv": ("registry.open_quote", (OPEN + ROW * 2).encode),
    "open quote, closed later.csv": ("registry.open_quote", (OPEN + ROW * 3 + 'C"\n').encode),
    "open quote, long.csv": ("registry.row_too_long", lambda: (HEAD + '"' + ROW * 900_000).encode()),
    "row of 10 MB.csv": ("registry.row_too_long", lambda: (GOOD + "C,LA1703,5," + "x" * 10_000_000).encode()),
    "20,000 columns.csv": ("registry.too_wide", lambda: f"{WIDE}\n{WIDE}\n".encode()),
    "half of UTF-16.csv": ("registry.undecodable", lambda: (GOOD * 3).encode("utf-16")[:-1]),
    "no id.csv": ("registry.no_id_column", lambda: b"district,members\nLA1703,5\n"),
    "no district.csv": ("registry.no_district_column", lambda: b"hhid,members\nA,5\n"),
    "two ids.csv": ("registry.no_id_column", lambda: b"hhid,household id,district\nA,B,LA1703\n"),
    "prose.txt": ("registry.no_rows", lambda: b"This is a letter about the flood."),
    "truncated.xlsx": ("registry.workbook_damaged", lambda: book(plain_book)[:-400]),
    "half.xlsx": ("registry.workbook_damaged", lambda: book(plain_book)[: len(book(plain_book)) // 2]),
    "a zip of text.xlsx": ("registry.workbook_damaged", lambda: zipped(**{"a.txt": b"hello"})),
    "empty zip.xlsx": ("registry.workbook_damaged", lambda: b"PK\x03\x04" + b"\x00" * 60),
    "zip bomb.xlsx": ("registry.zip_bomb", zip_bomb),
    "blank.xlsx": ("registry.empty", lambda: book(lambda made: made.add_worksheet("One") and None)),
    "password.xlsx": ("registry.password", lambda: encrypted(book(plain_book))),
    "damaged ole.xls": ("registry.workbook_damaged", lambda: OLE + b"\x00" * 600),
    "truncated.parquet": ("registry.format_damaged", lambda: parquet(pd.DataFrame({"a": ["b"]}))[:-30]),
    "no rows.parquet": ("registry.no_rows", lambda: parquet(NO_ROWS)),
    "no layers.gpkg": ("registry.format_damaged", empty_sqlite),
    "truncated.gpkg": ("registry.format_damaged", lambda: b"SQLite format 3\x00" + b"\x01" * 200),
    "truncated.shp": ("registry.format_damaged", lambda: b"\x00\x00\x27\x0a" + b"\x00" * 20),
    "truncated.json": ("registry.format_damaged", lambda: b'[{"hhid": "A", '),
    "deep.json": ("registry.format_damaged", lambda: b"[" * 200_000),
    "numbers.json": ("registry.no_submissions", lambda: b"[1, 2, 3]"),
    "nothing.json": ("registry.empty", lambda: b"[]"),
    "truncated.geojson": (
        "registry.format_damaged", lambda: b'{"type": "FeatureCollection", "features": [{"type": "Fea'
    ),
}  # fmt: skip


def codes(registry: Registry) -> set[str]:
    return {problem.code for problem in registry.problems}


READ: dict[str, tuple[Callable[[], bytes], int, str | None]] = {
    "plain.csv": (GOOD.encode, 2, None),
    "old line ends.csv": (lambda: GOOD.replace("\n", "\r").encode(), 2, None),
    "mixed line ends.csv": (lambda: GOOD.replace("\n", "\r\n", 1).encode(), 2, None),
    "no last line end.csv": (lambda: GOOD.rstrip().encode(), 2, None),
    "ragged.csv": (lambda: (GOOD + "C,LA1703\nD,LA1703,5,x,extra\n").encode(), 4, "registry.shifted_row"),
    "trailing commas.csv": (lambda: GOOD.replace("\n", ",,,\n").encode(), 2, None),
    "duplicate headings, same.csv": (lambda: b"hhid,district,members,members\nA,LA1703,5,5\n", 1, None),
    "duplicate headings.csv": (
        lambda: b"hhid,district,members,members\nA,LA1703,5,6\n", 1, "registry.two_headings"
    ),
    "mixed encodings.csv": (
        lambda: GOOD.encode() + "C,LA1703,5,ບ້ານ\n".encode() + "D,LA1703,5,Séné\n".encode("cp1252"),
        4, "registry.mixed_encoding",
    ),
    "ragged in another encoding.csv": (
        lambda: GOOD.encode() + "C,LA1703,5,Séné,x\nD,LA1703,é\n".encode("cp1252"), 4, "registry.code_page",
    ),
    "undefined bytes.csv": (lambda: GOOD.encode() + b"C,LA1703,5,S\x81\x8dn\n", 3, "registry.lost_letters"),
    "a null byte.csv": (lambda: GOOD.encode() + b"C,LA1703,5,S\x00n\n", 3, None),
    "cell of 1 MB.csv": ((GOOD + "C,LA1703,5," + "x" * 1_000_000).encode, 3, "registry.cell_too_long"),
    "formulas.csv": (lambda: (GOOD + "C,LA1703,=2+3,=cmd()\n").encode(), 3, "registry.bad_number"),
    "formulas.xlsx": (lambda: book(formula_book), 1, None),
    "plain.xlsx": (lambda: book(plain_book), 2, None),
    "lying directory.xlsx": (lying_zip, 2, None),
    "wrong suffix.csv": (lambda: book(plain_book), 2, None),
    "16,384 columns.csv": (
        MANY_COLUMNS.encode, 1, "registry.headings_unread",
    ),
    "quotes inside.csv": (lambda: (GOOD + 'C,LA1703,5,5" pipe\nD,LA1703,5,"say ""x"""\n').encode(), 4, None),
    "infinite numbers.csv": (lambda: (GOOD + "C,LA1703,1e999,\n").encode(), 3, "registry.bad_number"),
    "huge numbers.csv": (lambda: (GOOD + f"C,LA1703,{'9' * 900},\n").encode(), 3, "registry.bad_number"),
    "only rejected.csv": (lambda: b"hhid,district\n,\n-,-\nA,\n", 0, "registry.no_district"),
    "nested.json": (lambda: json.dumps(NESTED).encode(), 1, None),
    "mixed types.json": (lambda: b'[{"hhid": 1, "district": "LA1703"}, {"hhid": null, "x": [1]}]', 1, None),
}  # fmt: skip

MOST_SECONDS = 30
MOST_MEMORY = 1500 << 10  # KiB


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_registry_is_refused_with_a_sentence(tmp_path: Path, name: str) -> None:
    code, make = REFUSED[name]
    path = tmp_path / name
    path.write_bytes(make())
    start = time.perf_counter()
    with pytest.raises(InputError) as stop:
        read(path)
    assert time.perf_counter() - start < MOST_SECONDS
    assert code in {problem.code for problem in stop.value.problems}, stop.value
    for problem in stop.value.problems:
        assert name in problem_sentence(problem, "en")
        assert name in problem_sentence(problem, "lo")


@pytest.mark.parametrize("name", READ)
def test_what_is_a_bad_registry_is_read_without_losing_a_row(tmp_path: Path, name: str) -> None:
    make, households, code = READ[name]
    path = tmp_path / name
    path.write_bytes(make())
    registry = read(path)
    assert len(registry.households) == households
    assert registry.rows_read == len(registry.households) + len(registry.rejected)
    assert code is None or code in codes(registry)


def test_the_corpus_is_large_enough_and_memory_stayed_bounded() -> None:
    assert len(REFUSED) + len(READ) >= 40
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < MOST_MEMORY


def read_or_refused(content: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            registry = read(path)
        except InputError as error:
            assert str(error)
        else:
            assert registry.rows_read == len(registry.households) + len(registry.rejected)


FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@FUZZ
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    read_or_refused(content, "fuzz.csv")


@FUZZ
@given(st.text(alphabet="hid,;\t\n\r\"'=LA1703 ບ\ufeff\u200b", max_size=300))
def test_any_text_under_the_headings_is_read_or_refused(text: str) -> None:
    read_or_refused((HEAD + text).encode(), "fuzz.csv")


@FUZZ
@given(st.sampled_from(["plain", "formula"]), st.integers(0, 6000), st.binary(min_size=1, max_size=8))
def test_a_workbook_with_bytes_changed_is_read_or_refused(kind: str, place: int, change: bytes) -> None:
    content = bytearray(BOOKS[kind])
    place %= len(content)
    content[place : place + len(change)] = change
    read_or_refused(bytes(content), "fuzz.xlsx")


BOOKS = {"plain": book(plain_book), "formula": book(formula_book)}
TABLE = parquet(pd.DataFrame({"hhid": ["A", "B"], "district": ["LA1703", "LA1704"], "members": [5, 6]}))


@FUZZ
@given(st.integers(0, len(TABLE)), st.binary(min_size=1, max_size=4))
@example(408, b"\x00\x01")  # a column that says it has no rows beside two of others
def test_a_parquet_file_with_bytes_changed_is_read_or_refused(place: int, change: bytes) -> None:
    content = bytearray(TABLE)
    content[place : place + len(change)] = change
    read_or_refused(bytes(content), "fuzz.parquet")


def test_the_password_library_made_a_protected_workbook() -> None:
    assert msoffcrypto.OfficeFile(io.BytesIO(encrypted(book(plain_book)))).is_encrypted()


RAGGED = st.lists(st.lists(st.text('A1,"é ບ\u200b=-', max_size=5), max_size=7), min_size=1, max_size=12)


@FUZZ
@given(RAGGED, st.sampled_from(["utf-8", "utf-16"]))
def test_every_record_of_a_ragged_file_is_taken_or_rejected(rows: list[list[str]], encoding: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write_csv(
            Path(folder) / "r.csv", [HEAD.strip().split(","), ["X", "LA1703", "", ""], *rows], encoding
        )
        registry = read(path)
    # a cell of nothing but a hidden character is no space to a spreadsheet, and its row no blank one
    filled = [place for place, row in enumerate(rows, start=3) if any(cell.strip() for cell in row)]
    assert sorted([*registry.households["source_row"], *registry.rejected["source_row"]]) == [2, *filled]


def test_a_parquet_file_of_three_megabytes_that_unpacks_past_a_country_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.parquet"
    names = [f"column {number}" for number in range(60)]
    group = pa.table({name: pa.nulls(1_000_000, pa.string()) for name in names})
    with pq.ParquetWriter(path, group.schema) as writer:
        for _ in range(26):
            writer.write_table(group, row_group_size=1_000_000)
    assert path.stat().st_size < 5_000_000
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.problems[0].code == "registry.unpacks_too_far"
