"""Why, of what stands beside the registry: the form a household was assessed on, what it was paid before."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from shockplan.planfile import EarlierPaymentsSpec
from shockplan.registry.earlier_payments import Counts
from shockplan.registry.standing import Standing
from shockplan.rule_sentences import word
from shockplan.texts import Language, Value, show_value, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan


def assessment_sentences(plan: "Plan", household_id: str, language: Language) -> Iterator[str]:
    """The rows of assessment forms that are this household: where, by whom, signed by whom, when."""
    rows = plan.inputs.registry.assessed.rows
    if not len(rows):
        return
    for _, row in rows[rows["household_id"] == household_id].iterrows():
        added = row["standing"] == Standing.NEW
        if not added and row["standing"] != Standing.MATCHED:
            continue
        said = {name: or_dash(row[name]) for name in ("source", "signatory")}
        args: dict[str, Value] = {
            "row": str(row["source_row"]),
            "file": str(row["file"]),
            "day": or_dash(row["assessed_on"]),
            "village": or_dash(first_of(row, "village_name_lo", "village_name_en", "village_code")),
            "situation": situation(row["situation"], language),
            "damage": word(row["damage"], language) if isinstance(row["damage"], str) else "–",
            **said,
        }
        yield tr("explain.form_added" if added else "explain.form_matched", args, language)


def situation(value: object, language: Language) -> str:
    return tr(f"form.situation.{value}", None, language) if isinstance(value, str) else "–"


def first_of(row: "pd.Series[str]", *names: str) -> object:
    return next((row[name] for name in names if isinstance(row[name], str)), None)


def or_dash(value: object) -> str:
    """A text or day as it is read, a dash where blank."""
    if isinstance(value, pd.Timestamp):
        return show_value(value.date())
    return value if isinstance(value, str) else "–"


def payment_sentences(plan: "Plan", household_id: str, language: Language) -> Iterator[str]:
    """Every earlier payment to this household, and what it does here."""
    rows = plan.inputs.registry.payments.rows
    if not len(rows):
        return
    lists = plan.inputs.spec.earlier_payments
    for _, row in rows[rows["household_id"] == household_id].iterrows():
        amount = "–" if pd.isna(row["amount"]) else int(row["amount"])
        args: dict[str, Value] = {
            "agency": or_dash(row["agency"]),
            "kip": amount,
            "day": or_dash(row["paid_on"]),
            "purpose": or_dash(row["purpose"]),
            "file": str(row["file"]),
            "row": str(row["source_row"]),
            "effect": tr(f"payments.effect.{effect_of(lists[row['list']], row['counts'])}", None, language),
        }
        yield tr("explain.payment", args, language)


def effect_of(listed: EarlierPaymentsSpec, counts: int) -> str:
    """deduct, exclude, show, or doubtful: what a payment does by the rule of its list."""
    if listed.use == "show" or counts == Counts.NO:
        return "show"
    return "doubtful" if counts == Counts.DOUBTFUL else listed.use
