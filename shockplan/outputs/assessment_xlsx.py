"""The blank village assessment form as a workbook: a sheet a village, typed cells with choices.

It is read back as it is: headings in Lao and English are known, and so are the words to choose from.
"""

import datetime as dt
import io
from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from shockplan.outputs.assessment_form import BlankForm, FormHead
from shockplan.outputs.list_xlsx import FONT, NO_DATE
from shockplan.registry.assessments import SITUATIONS
from shockplan.rule_sentences import word
from shockplan.texts import Language, tr

COUNT, TEXT, DAY = "count", "text", "day"
DAMAGES = ("none", "minor", "major", "destroyed")
COLUMNS = (
    ("row_id", 20, TEXT), ("household_id", 18, TEXT), ("family_book", 18, TEXT), ("head", 30, TEXT),
    ("sex", 10, "sex"), ("members", 10, COUNT), ("under_2", 10, COUNT), ("under_5", 10, COUNT),
    ("over_60", 10, COUNT), ("disabled", 10, COUNT), ("pregnant", 14, "flag"), ("phone", 16, TEXT),
    ("situation", 20, "situation"), ("damage", 18, "damage"), ("damage_verified", 14, "flag"),
)  # fmt: skip
ON_TOP = ("district", "village_code", "village", "source", "signatory", "assessed_on")
FIRST_ROW = 10  # of the table's headings, from 0
BOTH: tuple[Language, Language] = ("lo", "en")
FORBIDDEN = str.maketrans("[]:*?/\\'", "--------")


def assessment_xlsx(forms: Sequence[BlankForm], head: FormHead, language: Language) -> bytes:
    """The workbook of these forms; the words to choose from are in the language, headings in both."""
    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, options) as book:
        book.set_properties({"title": tr("form.title", None, language), "created": NO_DATE})
        styles = styles_of(book)
        for form in forms:
            sheet = book.add_worksheet(form.number.translate(FORBIDDEN)[:31])
            write_form(sheet, form, head, language, styles)
    return made.getvalue()


def styles_of(book: xlsxwriter.Workbook) -> dict[str, Format]:
    """The formats of the form; what is written by hand is coloured."""
    entry: dict[str, object] = {"bottom": 4, "bg_color": "#FFF8D6", "align": "left"}
    heading: dict[str, object] = {
        "bold": True,
        "text_wrap": True,
        "border": 1,
        "valign": "vcenter",
        "align": "center",
    }
    formats: dict[str, dict[str, object]] = {
        "title": {"bold": True, "font_size": 15},
        "note": {"font_size": 9},
        "label": {"bold": True, "align": "right"},
        "given": {"num_format": "@", **entry},
        "day": {"num_format": "dd/mm/yyyy", **entry},
        "heading": {**heading, "bg_color": "#EAEFF4"},
        "text": {"num_format": "@", "border": 1},
        "count": {"num_format": "0", "border": 1},
    }
    return {name: book.add_format({"font_name": FONT, **format}) for name, format in formats.items()}


def write_form(
    sheet: Worksheet, form: BlankForm, head: FormHead, language: Language, styles: dict[str, Format]
) -> None:
    """One village's sheet: what it is, where and who, the empty rows."""
    sheet.write_string(0, 0, tr("form.title", None, language), styles["title"])
    sheet.write_string(1, 0, tr("form.no_right", None, language), styles["note"])
    about = " · ".join(part for part in (head.plan, head.event, head.contact) if part)
    sheet.write_string(2, 0, made_up_text() if head.made_up else about, styles["note"])
    place = form.place
    known = {
        "district": place.district,
        "village_code": place.village_code,
        "village": place.village(language),
    }
    for number, name in enumerate(ON_TOP):
        row = 3 + number
        sheet.merge_range(row, 0, row, 2, both(f"form.top.{name}"), styles["label"])
        style = styles["day" if name == "assessed_on" else "given"]
        if known.get(name):
            sheet.write_string(row, 3, known[name], style)
        else:
            sheet.write_blank(row, 3, None, style)
    sheet.data_validation(8, 3, 8, 3, day_rule())
    for column, (name, width, _) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(FIRST_ROW, column, both(f"form.column.{name}"), styles["heading"])
    sheet.set_row(FIRST_ROW, 48)
    last = FIRST_ROW + len(form.row_ids)
    for number, row_id in enumerate(form.row_ids, start=1):
        for column, (_, _, kind) in enumerate(COLUMNS):
            style = styles["count" if kind == COUNT else "text"]
            if column:
                sheet.write_blank(FIRST_ROW + number, column, None, style)
            else:
                sheet.write_string(FIRST_ROW + number, 0, row_id, style)
    for column, (_, _, kind) in enumerate(COLUMNS):
        rule = rule_of(kind, language)
        if rule:
            sheet.data_validation(FIRST_ROW + 1, column, last, column, rule)
    sheet.freeze_panes(FIRST_ROW + 1, 4)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(FIRST_ROW)


def made_up_text() -> str:
    return "  ·  ".join(tr("paper.made_up", None, one) for one in BOTH)


def both(code: str) -> str:
    """`Lao / English`: the reader takes the last part of a heading."""
    return " / ".join(tr(code, None, one) for one in BOTH)


def choices(kind: str, language: Language) -> list[str]:
    """The words of a column of choices."""
    if kind == "sex":
        return [word(each, language) for each in ("female", "male")]
    if kind == "flag":
        return [tr("form.yes", None, language), tr("form.no", None, language)]
    if kind == "situation":
        return [tr(f"form.situation.{each}", None, language) for each in SITUATIONS]
    return [tr(f"form.damage.{each}", None, language) for each in DAMAGES] if kind == "damage" else []


def rule_of(kind: str, language: Language) -> dict[str, object] | None:
    """What a cell of a column takes."""
    if kind == COUNT:
        return {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": 99,
                "error_message": tr("form.whole_number", None, language)}  # fmt: skip
    words = choices(kind, language)
    return {"validate": "list", "source": words} if words else None


def day_rule() -> dict[str, object]:
    return {"validate": "date", "criteria": ">=", "value": dt.date(2020, 1, 1)}
