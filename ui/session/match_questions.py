"""Rows of assessment forms and of earlier payments that wait for a person, as questions."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from shockplan.outputs.match_csv import candidate_text
from shockplan.registry.matching import Candidate
from shockplan.registry.standing import Candidates, Listed, Standing
from shockplan.texts import Language, show_number, tr
from ui.asking import Kind, Level, Option, Question

if TYPE_CHECKING:
    from shockplan.plan import Plan


def form_questions(
    plan: "Plan", _contents: Mapping[str, bytes], language: Language, district: str
) -> Iterator[Question]:
    """Rows of assessment forms: the waiting ones with whom they may be, then the others."""
    for row, candidates in listed_rows(plan.inputs.registry.assessed, district):
        village = text_of(row["village_name_lo"]) or text_of(row["village_name_en"])
        place = " · ".join(text for text in (village, text_of(row["village_code"])) if text)
        known = text_of(row["situation"])
        situation = tr(f"form.situation.{known}", None, language) if known else "–"
        what = [f"{tr('form.situation', None, language)}: {situation}"]
        what += [f"{tr(f'form.{name}', None, language)}: {text_of(row[name]) or '–'}" for name in SIGNED]
        yield match_question("assessments", plan, row, candidates, (place, *what), language)


SIGNED = ("source", "signatory")


def payment_questions(
    plan: "Plan", _contents: Mapping[str, bytes], language: Language, district: str
) -> Iterator[Question]:
    """Rows of earlier payments: the waiting ones with whom they may be, then the others."""
    for row, candidates in listed_rows(plan.inputs.registry.payments, district):
        amount = "–" if pd.isna(row["amount"]) else show_number(int(row["amount"]))
        args = {name: text_of(row[name]) or "–" for name in ("agency", "purpose")}
        what = tr("decide.payment.what", {"kip": amount, **args}, language)
        yield match_question("earlier_payments", plan, row, candidates, (what,), language)


def listed_rows(listed: Listed, district: str) -> Iterator[tuple["pd.Series[str]", Candidates]]:
    for (_, row), candidates in zip(listed.rows.iterrows(), listed.candidates, strict=True):
        if not district or row["district"] == district:
            yield row, candidates


def text_of(value: object) -> str:
    return value if isinstance(value, str) else ""


def match_question(
    kind: Kind,
    plan: "Plan",
    row: "pd.Series[str]",
    candidates: Candidates,
    what: tuple[str, ...],
    language: Language,
) -> Question:
    """A row of another list: the same as one of the registry, new, or left out."""
    standing = Standing(row["standing"])
    names = (text_of(row[name]) for name in ("head_name_lo", "head_name_en", "stated_id", "row_id"))
    title = next(name for name in names if name)
    where = {"file": str(row["file"]), "row": str(row["source_row"])}
    lines = [tr("decide.match.row", where, language), *what]
    if row["reason"]:
        lines.append(tr(str(row["reason"]), None, language))
    options = match_options(kind, plan, candidates, language)
    answer = f"same {row['answered_id']}" if row["answer"] == "same" else str(row["answer"])
    level: Level = "open" if standing == Standing.WAITING else "decided" if answer else "noted"
    told = tr(f"decide.match.{standing.name.lower()}", {"household": str(row["household_id"])}, language)
    words = next((one.text for one in options if one.answer == answer), answer)
    return Question((kind, str(row["row_id"])), title, told, level, tuple(lines), options, answer, words)


def match_options(
    kind: Kind, plan: "Plan", candidates: tuple[Candidate, ...], language: Language
) -> tuple[Option, ...]:
    """The same as each candidate, new, left out."""
    households, options = plan.inputs.registry.households, []
    for one in candidates:
        same = tr("decide.match.same", {"household": one.household_id}, language)
        options.append(Option(f"same {one.household_id}", same, candidate_text(households, one, language)))
    options.append(Option("new", tr(f"decide.match.new.{kind}", None, language)))
    return (*options, Option("leave out", tr("decide.match.leave_out", None, language)))
