"""Rows of assessment forms and of earlier payments as files that the plan reads back once answered.

A line a row: `answer` takes same / new / leave out, `household_id` the household that it is the same as; what
was decided before stands in both. They hold names, for without them nobody could decide: they stay with the
planner and go into no pack. PLAN.toml names them as decisions.assessments and decisions.earlier_payments.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from shockplan.outputs.list_csv import csv_bytes
from shockplan.registry.matching import MOST_CANDIDATES, Candidate
from shockplan.registry.standing import Listed, Standing
from shockplan.texts import Language, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan
    from shockplan.registry.difference import Difference

MATCH_COLUMNS = (
    "row_id", "answer", "household_id", "standing", "joined_to", "why", "file", "row", "admin2_pcode",
    "village_code", "village", "head",
)  # fmt: skip
CANDIDATE_COLUMNS = tuple(f"candidate_{number}" for number in range(1, MOST_CANDIDATES + 1))
FORM_COLUMNS = ("situation", "source", "signatory", "assessed_on")
PAYMENT_COLUMNS = ("agency", "amount", "paid_on", "purpose")
CHANGE_COLUMNS = ("household_id", "change", "field", "before", "after")


def assessments_csv(plan: "Plan", language: Language) -> bytes:
    """Every row of the assessment forms, what it was matched to or may be."""
    return matches_csv(plan, plan.inputs.registry.assessed, FORM_COLUMNS, language)


def earlier_payments_csv(plan: "Plan", language: Language) -> bytes:
    """Every row of the lists of earlier payments, what it was matched to or may be."""
    return matches_csv(plan, plan.inputs.registry.payments, PAYMENT_COLUMNS, language)


def matches_csv(plan: "Plan", listed: Listed, own: Sequence[str], language: Language) -> bytes:
    columns = (*MATCH_COLUMNS, *own, *CANDIDATE_COLUMNS)
    return csv_bytes(columns, match_rows(plan, listed, own, language))


def match_rows(
    plan: "Plan", listed: Listed, own: Sequence[str], language: Language
) -> Iterator[Sequence[object]]:
    households = plan.inputs.registry.households
    for (_, row), candidates in zip(listed.rows.iterrows(), listed.candidates, strict=True):
        standing = Standing(row["standing"])
        why = tr(row["reason"], None, language) if row["reason"] else ""
        may_be = [candidate_text(households, one, language) for one in candidates]
        yield (
            row["row_id"], row["answer"], row["answered_id"], standing.name.lower(), row["household_id"], why,
            row["file"], row["source_row"], blank(row["district"]), blank(row["village_code"]),
            blank(row["village_name_lo"]) or blank(row["village_name_en"]),
            blank(row["head_name_lo"]) or blank(row["head_name_en"]),
            *(day(row[name]) for name in own),
            *may_be, *[""] * (MOST_CANDIDATES - len(may_be)),
        )  # fmt: skip


def candidate_text(households: pd.DataFrame, candidate: Candidate, language: Language) -> str:
    """`A17 · ນາງ ຄຳ · 75 % · name, village`."""
    row = households.iloc[candidate.place]
    name = blank(row["head_name_lo"]) or blank(row["head_name_en"]) or "–"
    agrees = ", ".join(tr(f"match.agrees.{what}", None, language) for what in candidate.agrees)
    return f"{candidate.household_id} · {name} · {candidate.score:g} % · {agrees}"


def blank(value: object) -> str:
    return value if isinstance(value, str) else ""


def day(value: object) -> object:
    """A cell: days as 2026-11-26, blanks empty."""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return None if pd.isna(value) else value  # type: ignore[call-overload]


def changes_csv(found: "Difference") -> bytes:
    """Household by household what the extract says otherwise than the one before it: new, gone, changed,
    filled, blanked, and unclear where an id stands twice. Holds values of the registry."""
    return csv_bytes(CHANGE_COLUMNS, change_rows(found))


def change_rows(found: "Difference") -> Iterator[Sequence[object]]:
    for kind, ids in (("new", found.new), ("gone", found.gone)):
        for household in ids:
            yield household, kind, None, None, None
    for household, field, before, after, kind in found.changes.itertuples(index=False, name=None):
        yield household, kind, field, before if kind != "filled" else "", after if kind != "blanked" else ""
    for household in found.unclear:
        yield household, "unclear", None, None, None
