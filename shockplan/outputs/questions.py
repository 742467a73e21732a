"""What a household in *verify* must be asked: each blank that stopped its decision, as a question."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shockplan.planfile import Condition, TransferSpec
from shockplan.targeting import beside_rule
from shockplan.texts import Language, catalogue, own, tr
from shockplan.transfer_values import NEEDED

if TYPE_CHECKING:
    from shockplan.plan import Plan

PLACE_FIELDS = {"affected", "severity", "district", "province", "damage"}


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


def asked_fields(plan: "Plan", rows: NDArray[np.int64]) -> tuple[str, ...]:
    """The fields that are asked of at least one of these rows, each once, in the order of the questions."""
    fields, asked = _asked(plan, rows)
    return tuple(dict.fromkeys(field for place, field in enumerate(fields) if asked[:, place].any()))


def verify_rows(plan: "Plan", rows: NDArray[np.int64]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each row with the fields that are asked of it, each once, in the order of the questions."""
    fields, asked = _asked(plan, rows)
    for row, blank in zip(rows.tolist(), asked, strict=True):
        yield row, tuple(dict.fromkeys(fields[place] for place in np.flatnonzero(blank)))


def question(field: str, plan: "Plan", language: Language) -> str:
    """The question that fills a blank of this field, in plain words."""
    if field.startswith("layer:") or field in PLACE_FIELDS - {"damage"}:
        head = plan.inputs.spec.plan
        event = own(head, "event", language)
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
    beside = [condition for _, condition in beside_rule(spec, plan.inputs.registry)]
    rule = Condition(all=(spec.eligibility.rule, *beside)) if beside else spec.eligibility.rule
    open_answers = open_leaves(rule, targeting.answers[rows])[1]
    columns = [open_answers[:, index] for index in range(len(fields))]
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


def open_leaves(rule: Condition, answers: NDArray[np.int8]) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """The rule's answer (rows,), and (rows, leaves) which blanks keep it open.

    A blank inside a group that the other answers settle need not be asked about.
    """
    groups = {"all": rule.all, "any": rule.any, "none": rule.none}
    kind, members = next(((name, parts) for name, parts in groups.items() if parts is not None), ("leaf", ()))
    if kind == "leaf":
        return answers[:, 0], answers[:, :1] == -1
    found, opened, start = [], [], 0
    for member in members:
        stop = start + count_leaves(member)
        answer, open_below = open_leaves(member, answers[:, start:stop])
        found.append(answer)
        opened.append(open_below)
        start = stop
    settling = np.int8(0 if kind == "all" else 1)  # one such answer settles the group
    settled = np.any(np.stack(found) == settling, axis=0)
    unknown = np.any(np.stack(found) == -1, axis=0) & ~settled
    known = np.where(settled, settling, 1 - settling).astype(np.int8)
    answer = np.where(unknown, -1, 1 - known if kind == "none" else known).astype(np.int8)
    return answer, np.hstack(opened) & unknown[:, None]


def count_leaves(rule: Condition) -> int:
    """How many comparisons a rule holds."""
    members = next((parts for parts in (rule.all, rule.any, rule.none) if parts is not None), None)
    return 1 if members is None else sum(map(count_leaves, members))


def needed(transfer: TransferSpec) -> tuple[str, ...]:
    """The household's fields without which the transfer cannot be worked out."""
    fields = NEEDED.get(transfer.mode, ())
    return (*fields, "earlier_payment_kip") if transfer.deduct_earlier else fields
