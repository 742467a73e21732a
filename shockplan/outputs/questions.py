"""What a household in *verify* must be asked: each blank that stopped its decision, as a question."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shockplan.planfile import TransferSpec
from shockplan.texts import Language, catalogue, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan

PLACE_FIELDS = {"affected", "severity", "district", "province", "damage"}
NEEDED_BY_MODE: dict[str, tuple[str, ...]] = {
    "per_person": ("members",),
    "bands": ("members",),
    "meb_gap": ("members", "income_kip", "other_aid_kip"),
}


def verify_questions(plan: "Plan", rows: NDArray[np.int64], language: Language) -> list[tuple[str, ...]]:
    """For each row the questions, in the order of rule, score and transfer, each once.

    A household that waits for another reason gets the question that always applies.
    """
    fields, asked = _asked(plan, rows)
    questions = [question(field, plan, language) for field in fields]
    otherwise = (tr("list.ask.other", None, language),)
    patterns, codes = np.unique(asked, axis=0, return_inverse=True)
    texts = [
        tuple(dict.fromkeys(questions[index] for index in np.flatnonzero(pattern))) or otherwise
        for pattern in patterns
    ]
    return [texts[code] for code in codes.reshape(-1)]


def question(field: str, plan: "Plan", language: Language) -> str:
    """The question that fills a blank of this field, in plain words."""
    if field.startswith("layer:") or field in PLACE_FIELDS - {"damage"}:
        head = plan.inputs.spec.plan
        event = (head.event_lo if language == "lo" else None) or head.event
        if event:
            return tr("list.ask.affected_event", {"event": event}, language)
        return tr("list.ask.affected", None, language)
    code = f"list.ask.{field}"
    if code in catalogue("en"):
        return tr(code, None, language)
    return tr("list.ask.field", {"field": field}, language)


def _asked(plan: "Plan", rows: NDArray[np.int64]) -> tuple[list[str], NDArray[np.bool_]]:
    """The fields that may be asked, and (rows, fields) bool: which of them is blank for which row."""
    targeting, spec = plan.targeting, plan.inputs.spec
    fields = [leaf.field for leaf in targeting.leaves]
    columns = [targeting.answers[rows, index] == -1 for index in range(len(fields))]
    for index, indicator in enumerate(spec.score.indicators):
        fields.append(indicator.field)
        columns.append(targeting.blank_score[rows, index])
    blank = plan.entitlements.blank[rows]
    transfer = plan.entitlements.transfer[rows]
    for number, terms in enumerate(spec.transfers):
        for field in needed(terms):
            fields.append(field)
            missing = plan.inputs.registry.households[field].isna().to_numpy()[rows]
            columns.append(blank & (transfer == number) & missing)
    empty = np.zeros((len(rows), 0), np.bool_)
    return fields, np.column_stack([empty, *columns]).astype(np.bool_)


def needed(transfer: TransferSpec) -> tuple[str, ...]:
    """The household's fields without which the transfer cannot be worked out."""
    return NEEDED_BY_MODE.get(transfer.mode, ())
