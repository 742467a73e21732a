"""XLSX: the list of one village with a sheet a round, its check list, and the tables of the plan.

Amounts are numbers and totals are values (a total that a spreadsheet works out is not the one that was
approved). Texts are written as texts, never as formulas, and keep that mark when a cell is edited.
Workbooks are made in memory: persons never pass through a temporary file. The same content gives the
same bytes: the date inside is the plan's, and the order and times of the ZIP entries are fixed.
"""

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import Worksheet

from shockplan.allocator import no_collecting
from shockplan.outputs.lines import Line, ListHeader, VerifyList, VillageList
from shockplan.outputs.notices import notices
from shockplan.texts import Language, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan

NO_DATE = dt.datetime(2000, 1, 1)  # inside a workbook of a plan without a date
FONT = "Phetsarath OT"
LARGEST_NUMBER = 10**15  # a spreadsheet keeps 15 digits

LIST_COLUMNS = (
    ("number", 6), ("household_id", 16), ("book", 16), ("head", 28), ("collector", 24), ("members", 9),
    ("amount", 16), ("channel", 14), ("goods", 20), ("remarks", 30),
)  # fmt: skip
CHECK_COLUMNS = (
    ("number", 6), ("household_id", 16), ("book", 16), ("head", 28), ("members", 9), ("questions", 60),
    ("answer", 14), ("checker", 18), ("remarks", 24),
)  # fmt: skip
FOR_HANDS = {"remarks", "answer", "checker"}
ANSWERS = ("yes", "no", "not found")


class QuickSheet(Worksheet):  # type: ignore[misc]  # the library has no types
    """A sheet that writes its most frequent cells, texts and numbers with a format, in one go: the same
    characters as the library's own way, which looks at every attribute of every cell."""

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind = type(cell).__name__
        if cell.format and kind in ("String", "Number"):
            place, style = xl_rowcol_to_cell_fast(row, col), cell.format._get_xf_index()
            if kind == "String":
                self.fh.write(f'<c r="{place}" s="{style}" t="s"><v>{cell.string}</v></c>')
            else:
                self.fh.write(f'<c r="{place}" s="{style}"><v>{cell.number:.16G}</v></c>')
        else:
            super()._write_cell(row, col, cell)


@dataclass(frozen=True, slots=True)
class Styles:
    """The formats of a workbook."""

    title: Format
    place: Format
    draft: Format
    heading: Format
    text: Format
    wrapped: Format
    count: Format
    kip: Format
    open: Format  # columns left for hands: not locked
    ruled: Format
    total: Format
    total_kip: Format


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook being written, with what every sheet of it says."""

    workbook: xlsxwriter.Workbook
    styles: Styles
    notices: tuple[str, ...]
    languages: tuple[Language, ...]
    fingerprint: str

    def heading(self, name: str) -> str:
        """The heading of a column in the languages of the plan, one below the other."""
        return "\n".join(dict.fromkeys(tr(f"tables.column.{name}", None, one) for one in self.languages))

    def word(self, code: str) -> str:
        return " / ".join(dict.fromkeys(tr(code, None, one) for one in self.languages))


def payment_xlsx(plan: "Plan", rounds: Sequence[VillageList]) -> bytes:
    """The workbook of one village: a sheet for each round."""
    with book_of(plan) as (book, made):
        for listed in rounds:
            name = f"R{listed.header.round_number}"
            sheet, row = start_sheet(book, name, listed.header, LIST_COLUMNS)
            for line, amount in zip(listed.lines, listed.amounts.tolist(), strict=True):
                write_line(book, sheet, row, line, amount)
                row += 1
            write_total(book, sheet, row, listed)
            finish_sheet(book, sheet, row - len(listed.lines), row, LIST_COLUMNS)
    return made.getvalue()


def check_xlsx(plan: "Plan", listed: VerifyList) -> bytes:
    """The workbook of a village's households that must be asked first; the answers are read back."""
    with book_of(plan) as (book, made):
        sheet, row = start_sheet(book, "V", listed.header, CHECK_COLUMNS)
        first = row
        styles = book.styles
        for line in listed.lines:
            put_count(sheet, row, 0, line.number, styles)
            for column, text in enumerate((line.household_id, line.book, line.head), start=1):
                sheet.write_string(row, column, text, styles.text)
            put_count(sheet, row, 4, line.members, styles)
            sheet.write_string(row, 5, "\n".join(line.questions), styles.wrapped)
            row += 1
        sheet.data_validation(first, 6, max(first, row - 1), 6, {"validate": "list", "source": list(ANSWERS)})
        finish_sheet(book, sheet, first, row - 1, CHECK_COLUMNS)
    return made.getvalue()


@contextmanager
def book_of(plan: "Plan") -> Iterator[tuple[Book, io.BytesIO]]:
    """A new workbook; its bytes are whole when the block ends."""
    made = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    head = plan.inputs.spec.plan
    created = dt.datetime.combine(head.date, dt.time()) if head.date else NO_DATE
    workbook.set_properties({"title": head.name, "comments": plan.fingerprint, "created": created})
    with no_collecting():  # the cells: many small objects that all live until the workbook is closed
        yield Book(workbook, styles_of(workbook), notices(plan), head.languages, plan.fingerprint), made
        workbook.close()


def styles_of(workbook: xlsxwriter.Workbook) -> Styles:
    """The formats; black and white carries all of them."""
    base: dict[str, Any] = {"font_name": FONT, "font_size": 11, "valign": "top"}
    cell = {**base, "border": 1}
    text = {**base, "num_format": "@", "quote_prefix": True}

    def made(properties: dict[str, Any]) -> Format:
        return workbook.add_format(properties)

    return Styles(
        title=made({**base, "bold": True, "font_size": 14}),
        place=made(base),
        draft=made({**base, "bold": True, "font_size": 14}),
        heading=made({**cell, "bold": True, "text_wrap": True, "bg_color": "#E6E6E6", "valign": "vcenter"}),
        text=made(text),
        wrapped=made({**text, "text_wrap": True}),
        count=made({**base, "num_format": "#,##0"}),
        kip=made({**base, "num_format": "#,##0"}),
        open=made({**base, "num_format": "@", "locked": False}),
        ruled=made({"border": 1}),
        total=made({**cell, "bold": True, "num_format": "#,##0", "top": 2}),
        total_kip=made({**cell, "bold": True, "num_format": "#,##0", "top": 2}),
    )


def start_sheet(
    book: Book, name: str, header: ListHeader, columns: Sequence[tuple[str, int]]
) -> tuple[Worksheet, int]:
    """A sheet with its header and column headings; gives the row of the first line."""
    sheet = book.workbook.add_worksheet(name, QuickSheet)
    row = write_notices(book, sheet)
    titles = [" · ".join(part for part in (header.programme, header.plan, header.event) if part)]
    titles.append(place_text(header))
    code = "tables.round" if header.round_number else "tables.check"
    args = {"number": header.round_number, "rounds": header.rounds}
    titles.append(" / ".join(dict.fromkeys(tr(code, args, one) for one in book.languages)))
    titles.append(
        " · ".join(part for part in (header.list_id, header.date, header.fingerprint, header.contact) if part)
    )
    visit = " · ".join(part for part in (header.day, header.team, header.pay_point) if part)
    if visit:
        titles.append(visit)
    for number, title in enumerate(titles):
        sheet.write_string(row, 0, title, book.styles.place if number else book.styles.title)
        row += 1
    write_headings(book, sheet, row, [(book.heading(name), width) for name, width in columns])
    sheet.repeat_rows(row)
    print_setup(sheet, header.list_id, header.fingerprint)
    return sheet, row + 1


def write_notices(book: Book, sheet: Worksheet) -> int:
    for row, notice in enumerate(book.notices):
        sheet.write_string(row, 0, notice, book.styles.draft)
        sheet.set_row(row, 24)
    return len(book.notices)


def write_headings(book: Book, sheet: Worksheet, row: int, columns: Sequence[tuple[str, int]]) -> None:
    for column, (heading, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(row, column, heading, book.styles.heading)
    sheet.set_row(row, 36)
    sheet.freeze_panes(row + 1, 2)


def place_text(header: ListHeader) -> str:
    """Province, district, village, each with its code."""
    named = (
        (header.province, header.province_code),
        (header.district, header.district_code),
        (header.village, header.village_code),
    )
    return " · ".join(f"{name} ({code})" if code else name for name, code in named)


def print_setup(sheet: Worksheet, list_id: str, fingerprint: str) -> None:
    """A4 landscape, as wide as one page, with list, fingerprint and page below."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{list_id}&C{fingerprint}&R&P / &N")


def write_line(book: Book, sheet: Worksheet, row: int, line: Line, amount: int) -> None:
    styles = book.styles
    put_count(sheet, row, 0, line.number, styles)
    put_text(sheet, row, 1, line.household_id, styles)
    put_text(sheet, row, 2, line.book, styles)
    put_text(sheet, row, 3, line.head, styles)
    put_text(sheet, row, 4, line.collector, styles)
    put_count(sheet, row, 5, line.members, styles)
    put_kip(sheet, row, 6, amount, styles.kip)
    put_text(sheet, row, 7, line.channel, styles)
    put_text(sheet, row, 8, line.notes, styles)


def put_text(sheet: Worksheet, row: int, column: int, text: str, styles: Styles) -> None:
    """A text as a text; a blank is no cell at all, its column has the format."""
    if text:
        sheet.write_string(row, column, text, styles.text)


def put_count(sheet: Worksheet, row: int, column: int, text: str, styles: Styles) -> None:
    """A count that the lines give as text, as a number; a dash stays a dash."""
    if text.isdecimal():
        sheet.write_number(row, column, int(text), styles.count)
    else:
        sheet.write_string(row, column, text, styles.text)


def put_kip(sheet: Worksheet, row: int, column: int, amount: int, style: Format) -> None:
    """Kip as a number; beyond the 15 digits that a spreadsheet keeps, as text, so that none is lost."""
    if abs(amount) < LARGEST_NUMBER:
        sheet.write_number(row, column, amount, style)
    else:
        sheet.write_string(row, column, f"{amount:,}", style)


def write_total(book: Book, sheet: Worksheet, row: int, listed: VillageList) -> None:
    total = book.styles.total
    for column in range(len(LIST_COLUMNS)):
        sheet.write_blank(row, column, None, total)
    sheet.write_string(row, 0, book.word("tables.total"), total)
    sheet.write_number(row, 1, len(listed.lines), total)
    sheet.write_number(row, 5, int(listed.people.sum()), total)
    put_kip(sheet, row, 6, listed.total_kip, book.styles.total_kip)


def finish_sheet(
    book: Book, sheet: Worksheet, first: int, last: int, columns: Sequence[tuple[str, int]]
) -> None:
    """Lock what the plan decided; the columns for hands stay open. Not a secret: there is no password."""
    for column, (name, width) in enumerate(columns):
        sheet.set_column(column, column, width, book.styles.open if name in FOR_HANDS else book.styles.text)
    rule_cells(book, sheet, first, last, len(columns))
    lock(sheet)


def lock(sheet: Worksheet) -> None:
    """Cells are locked but those in columns for hands; widths may be changed. There is no password."""
    sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})


def rule_cells(book: Book, sheet: Worksheet, first: int, last: int, columns: int) -> None:
    """Lines around the cells of a table, blank ones too, by one rule for all of them."""
    sheet.conditional_format(
        first,
        0,
        max(first, last),
        columns - 1,
        {"type": "formula", "criteria": "=TRUE", "format": book.styles.ruled},
    )


Cell = str | int | None


def table_sheet(
    book: Book,
    name: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Cell]],
    for_hands: Sequence[int] = (),
) -> None:
    """A sheet with a plain table: numbers as numbers, texts as texts.

    What the plan worked out is locked, without a password; the columns `for_hands` stay open.
    """
    sheet = book.workbook.add_worksheet(name, QuickSheet)
    start = write_notices(book, sheet)
    sheet.write_string(start, 0, book.fingerprint, book.styles.place)
    write_headings(book, sheet, start + 1, columns)
    row = start + 1
    for row, cells in enumerate(rows, start=start + 2):
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                put_kip(sheet, row, column, cell, book.styles.kip)
            elif cell:
                sheet.write_string(row, column, cell, book.styles.text)
    for column in for_hands:
        sheet.set_column(column, column, columns[column][1], book.styles.open)
    rule_cells(book, sheet, start + 2, row, len(columns))
    lock(sheet)
    print_setup(sheet, name, book.fingerprint)
