"""Texts by code: `tr("plan.draft", {}, "lo")`, read from data/translations/<language>/<room>.po."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Literal

from babel import Locale
from babel.messages.pofile import read_po

from shockplan.bundled import bundled
from shockplan.problems import Problem

Language = Literal["en", "lo"]
LAO_LETTERS = "[\u0e80-\u0eff]"
"""A letter, sign or digit of the Lao script, as a pattern."""
Value = str | int | float | Decimal | dt.date | tuple[str, ...]


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Every text of a language by its code. A room's file holds the codes that begin with its name."""
    texts: dict[str, str] = {}
    for path in sorted(bundled("translations", language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language, abort_invalid=True):
                if message.id and message.string:
                    texts[str(message.id)] = str(message.string)
    return texts


def plural_category(count: Value, language: Language) -> str:
    """The CLDR category of a count: "one", "other" ...; a count that is no number is "other"."""
    digits = show_value(count).replace(",", "")
    return str(Locale(language).plural_form(int(digits))) if digits.isdigit() else "other"


def show_number(value: int | float | Decimal) -> str:
    """Digits in groups of three with commas, the same in both languages: 18,628,200,000."""
    if isinstance(value, int):
        return f"{value:,}"
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def show_value(value: Value) -> str:
    """A value as it stands inside a sentence; dates as 24/11/2026, the order used in Lao PDR."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (int, float, Decimal)):
        return show_number(value)
    if isinstance(value, dt.date):
        return f"{value.day:02}/{value.month:02}/{value.year:04}"
    if isinstance(value, tuple):
        return ", ".join(value)
    return value


def own(thing: object, field: str, language: Language) -> str:
    """A text of the plan in the language: `<field>_lo` in Lao where it is filled in, else `<field>`."""
    local = getattr(thing, f"{field}_lo") if language == "lo" else None
    return str(local or getattr(thing, field))


def tr(code: str, args: Mapping[str, Value] | None = None, language: Language = "en") -> str:
    """The text of a code with its arguments filled in. Raises KeyError for an unknown code.

    Where there is a text `<code>.<category>` for the plural category of the argument `count` in that
    language (CLDR, from Babel: English has *one*, Lao none), it is that one.
    """
    text = catalogue(language).get(code) or catalogue("en")[code]
    if not args:
        return text
    if "count" in args:
        text = catalogue(language).get(f"{code}.{plural_category(args['count'], language)}") or text
    return text.format_map({name: show_value(value) for name, value in args.items()})


OF_A_CELL = frozenset(
    f"registry.{code}"
    for code in (
        "bad_number", "not_whole", "out_of_range", "bad_flag", "bad_word", "bad_date", "digits_lost",
        "lost_letters", "spreadsheet_error", "cell_too_long", "counts_disagree", "people_disagree",
        "value_kept", "value_blanked",
    )
)  # fmt: skip
"""Problems whose `field` is a thing that a person knows, and not a word of the plan file."""


def problem_args(problem: Problem, value: str, language: Language) -> dict[str, Value]:
    """What the sentences of a problem say, for one of its values."""
    args: dict[str, Value] = {**problem.args, "file": problem.file, "column": problem.column or ""}
    if problem.code in OF_A_CELL:
        code = f"rule.field.{args['field']}"
        args["field"] = tr(code, None, language) if code in catalogue("en") else args["field"]
    return args | {"value": value}


def problem_sentence(problem: Problem, language: Language = "en") -> str:
    """Where, what, and what to do, in one line."""
    where = [problem.file] if problem.file else []
    if problem.rows:
        shown = ", ".join(str(row) for row in problem.rows[:5])
        more = len(problem.rows) - 5
        where.append(tr("problem.rows", {"rows": shown}, language))
        if more > 0:
            where[-1] += " " + tr("problem.more_rows", {"count": more}, language)
    if problem.column:
        where.append(problem.column)
    args = problem_args(problem, problem.values[0] if problem.values else "", language)
    what = tr(problem.code, args, language)
    do = tr(problem.code + ".do", args, language)
    return " · ".join([*where, what]) + " " + do
