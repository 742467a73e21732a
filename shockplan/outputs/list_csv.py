"""CSV: the payment list of each village, every household's answer, and the problems.

UTF-8 with a byte order mark (spreadsheet programs then show Lao right), comma, lines end in CR LF
(RFC 4180). Numbers are digits without separators. Headings are the field's English names, the same in
every language, so that other systems can read them.

A text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a line end, or with
the full-width form of one of them) gets an apostrophe in front. So that nothing is lost, a text
that has apostrophes before such a sign gets one more: `unguarded` gives back every text exactly.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shockplan.fingerprint import short
from shockplan.outputs.figures import household_table
from shockplan.outputs.lines import NOT_KNOWN, VillageList
from shockplan.outputs.notices import notices
from shockplan.problems import Problem
from shockplan.texts import Language, problem_args, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan

BOM = "\ufeff"
_RISKY = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")

PAYMENT_COLUMNS = (
    "payment_id", "list_id", "number", "household_id", "admin2_pcode", "village_code", "village",
    "family_book", "head", "collector", "members", "round", "rounds", "currency", "amount", "channel",
    "phone", "account", "fund", "in_kind", "status", "plan", "notice",
)  # fmt: skip


def guarded(text: str) -> str:
    """The text as a CSV cell that no spreadsheet takes for a formula.

    >>> guarded("=1+1"), guarded("'=1+1"), guarded("ນາງ ຄຳ")
    ("'=1+1", "''=1+1", 'ນາງ ຄຳ')
    """
    return "'" + text if _RISKY.match(text) else text


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return cell[1:] if cell.startswith("'") and _RISKY.match(cell) else cell


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table as CSV. Texts are guarded; None is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return (BOM + text.getvalue()).encode()


def frame_csv(frame: pd.DataFrame) -> bytes:
    """A data frame as CSV; blanks are empty cells."""
    shown = frame.copy()
    for name in shown.columns:
        column = shown[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            continue  # our own words
        if pd.api.types.is_string_dtype(column.dtype) or column.dtype == object:
            risky = column.str.match(_RISKY).fillna(False).astype(bool)
            if risky.any():
                shown[name] = column.mask(risky, "'" + column)
    text = shown.to_csv(index=False, lineterminator="\r\n")
    return (BOM + text).encode()


def payment_csv(plan: "Plan", rounds: Sequence[VillageList]) -> bytes:
    """All payments of one village: one line for each household and round."""
    return csv_bytes(PAYMENT_COLUMNS, (row for one in rounds for row in payment_rows(plan, one)))


def payment_rows(plan: "Plan", listed: VillageList) -> Iterator[Sequence[object]]:
    """The cells of PAYMENT_COLUMNS for each line of a list."""
    head = listed.header
    people = plan.inputs.registry.households
    chosen = people[["phone", "account", "channel"]].iloc[listed.rows]
    phones, accounts, channels = (blank_as_none(chosen[name]) for name in chosen)
    funds = [fund.id for fund in plan.inputs.spec.funds]
    last = "approved" if plan.approved else "draft", short(plan.fingerprint), " | ".join(notices(plan))
    for line, amount, row, phone, account, channel in zip(
        listed.lines, listed.amounts.tolist(), listed.rows.tolist(), phones, accounts, channels, strict=True
    ):
        yield (
            f"{head.list_id}-{int(line.number):04}", head.list_id, int(line.number), line.household_id,
            head.district_code, head.village_code, head.village,
            known(line.book), known(line.head), line.collector, known(line.members),
            head.round_number, head.rounds, "LAK", amount, channel, phone, account,
            funds[plan.allocation.fund[row]], line.notes, *last,
        )  # fmt: skip


def known(text: str) -> str:
    """A dash stands for a blank on paper only."""
    return "" if text == NOT_KNOWN else text


def blank_as_none(column: "pd.Series[str]") -> list[str | None]:
    return column.astype(object).where(column.notna(), None).tolist()


def households_csv(plan: "Plan") -> bytes:
    """Every household used, with its answer at each step; no persons."""
    table = household_table(plan)
    n = len(table)
    marks = {"plan": short(plan.fingerprint), "payment": "approved" if plan.approved else "DRAFT"}
    for name, mark in marks.items():  # as categories: a million repeated texts would fill the memory
        table[name] = pd.Categorical.from_codes(np.zeros(n, np.int8), categories=pd.Index([mark]))
    return frame_csv(table)


def rejected_csv(plan: "Plan", language: Language) -> bytes:
    """Every row of the registry that could not be used, and why."""
    rejected = plan.inputs.registry.rejected[["source_row", "household_id", "district", "code"]].copy()
    problems = {problem.code: problem for problem in reversed(plan.problems)}
    why = {
        code: sentence(problems[code], "", language)[0] if code in problems else str(code)
        for code in rejected["code"].unique()
    }
    rejected["why"] = rejected["code"].map(why).astype("str")
    return frame_csv(rejected)


PROBLEM_COLUMNS = ("level", "code", "file", "row", "column", "value", "what", "what_to_do")


def problems_csv(problems: Iterable[Problem], language: Language) -> bytes:
    """One line for each finding. Values are as they stand in the registry, so they may be personal."""
    return csv_bytes(
        PROBLEM_COLUMNS, (row for problem in problems for row in problem_rows(problem, language))
    )


def problem_rows(problem: Problem, language: Language) -> Iterator[Sequence[object]]:
    """The cells of PROBLEM_COLUMNS for each row of the problem, or one line where it has none."""
    texts: dict[str, tuple[str, str]] = {}
    values = problem.values or ("",) * len(problem.rows)
    found: Iterable[tuple[int | None, str]] = zip(problem.rows, values, strict=True)
    for row, value in found if problem.rows else [(None, "")]:
        if value not in texts:
            texts[value] = sentence(problem, value, language)
        yield problem.level, problem.code, problem.file, row, problem.column, value, *texts[value]


def sentence(problem: Problem, value: str, language: Language) -> tuple[str, str]:
    """What was found and what to do, for one value."""
    args = problem_args(problem, value, language)
    return tr(problem.code, args, language), tr(problem.code + ".do", args, language)
