"""Hop 3: yes, no or verify, with the reasons, and the score that ranks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from shockplan.columns import columns_of
from shockplan.exposure import Exposure
from shockplan.kept import Kept
from shockplan.planfile import Condition, Indicator, PlanSpec, ScoreSpec
from shockplan.problems import InputError, Problem
from shockplan.progress import Progress, silent
from shockplan.queueing import SCORE_DECIMALS, Queue, stable_order
from shockplan.registry.household import FIELD, Registry
from shockplan.rules import (
    NO,
    UNKNOWN,
    YES,
    Answers,
    Facts,
    check_field,
    comparators,
    evaluate,
    fault,
    levels,
)
from shockplan.shocks.layer import Severity

RULE_PATH = "eligibility.rule"
FIELD_REGISTERED_PATH, PAID_BEFORE_PATH = "assessments", "earlier_payments"
SCORED_KINDS = ("count", "flag", "kip", "number", "sex", "damage")
WORDS = ("text", "code", "sex", "damage", "channel")
STEPS = {
    "sex": {"male": 0.0, "female": 1.0},
    "damage": {"none": 0.0, "minor": 1.0, "major": 2.0, "destroyed": 3.0},
}
"""What a word counts in the score: a woman as head 1, damage from none 0 to destroyed 3."""


MOST_SCORE = float(2**53) / 10**SCORE_DECIMALS * 100
"""Beyond this a score no longer tells hundredths apart, so it could not rank."""


class Decision(IntEnum):
    """A blank is a third answer: it becomes verify, never no."""

    NO = 0
    VERIFY = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class Leaf:
    """One condition of the rule as it stood when applied. `path` is its key path in PLAN.toml.

    yes, no, unknown: how many households gave each answer. `sentence_code` says the comparison
    (`rule.at_least`); `condition` is the comparison itself.
    """

    path: str
    field: str
    sentence_code: str
    yes: int
    no: int
    unknown: int
    condition: Condition | None = None


@dataclass(frozen=True, eq=False)
class Targeting:
    """decision (n,) int8 of Decision.

    answers (n, leaves) int8: 1 yes, 0 no, -1 unknown, for each leaf of the rule in written order.
    score (n,) float64, higher is needier, NaN where an indicator is blank (then verify).
    blank_score (n, indicators) bool: which indicator was blank.
    order (m,) int64: row numbers from the neediest down, ties broken by the stated keys and then
    the household id; of all rows but those to which the rule says no.
    rule (n,) int8: the answer of the rule as a whole, before score and persons.
    """

    decision: NDArray[np.int8]
    answers: NDArray[np.int8]
    leaves: tuple[Leaf, ...]
    score: NDArray[np.float64]
    blank_score: NDArray[np.bool_]
    order: NDArray[np.int64]
    rule: NDArray[np.int8] | None = None
    problems: tuple[Problem, ...] = ()


def target(registry: Registry, exposure: Exposure, spec: PlanSpec, progress: Progress = silent) -> Targeting:
    """Apply the rule and the score. Raises InputError where the rule or the score cannot be applied."""
    facts = Facts(registry, exposure, spec.exposure.possible_passes_from)
    beside = beside_rule(spec, registry)
    asked = (registry, repr(spec.eligibility.rule), repr(beside), facts.possible_passes_from)
    rule, answers, leaves = _RULES.get(exposure, asked, lambda: ruling(spec.eligibility.rule, facts, beside))
    progress(0.4)
    reads = (registry, repr(spec.score))
    score, blank, queue = _RANKINGS.get(exposure, reads, lambda: ranking(spec.score, facts))
    progress(0.6)
    decision = levels(rule)
    if blank.shape[1]:
        decision[np.isnan(score) & (decision == Decision.YES)] = Decision.VERIFY
    order = queue.of(decision != Decision.NO)
    progress(1)
    notes = tuple(one_sided(leaves, rule))
    return Targeting(decision, answers, leaves, score, blank, order, rule, notes)


assert (Decision.NO, Decision.VERIFY, Decision.YES) == (0, 1, 2), "the levels of the rule's answers"

Ruling = tuple[Answers, NDArray[np.int8], tuple[Leaf, ...]]
_RULES: Kept[Exposure, Ruling] = Kept(most=2)


def beside_rule(spec: PlanSpec, registry: Registry) -> tuple[tuple[str, Condition], ...]:
    """(key path, condition) of what the plan asks of every household besides its rule.

    Field-registered households pass only where the rule names them; who was paid before does not pass
    where a list excludes.
    """
    asked = []
    if registry.added and not names_field_registered(spec.eligibility.rule):
        asked.append((FIELD_REGISTERED_PATH, Condition(field="field_registered", equals=False)))
    if any(listed.use == "exclude" for listed in spec.earlier_payments):
        asked.append((PAID_BEFORE_PATH, Condition(field="paid_before", equals=False)))
    return tuple(asked)


def names_field_registered(rule: Condition, negated: bool = False) -> bool:
    """Whether a rule names field-registered households as such, in a condition that they meet."""
    for members, turned in ((rule.all, negated), (rule.any, negated), (rule.none, not negated)):
        if any(names_field_registered(member, turned) for member in members or ()):
            return True
    if rule.field != "field_registered":
        return False
    met = rule.equals is True or (rule.one_of is not None and True in rule.one_of)
    return met != negated


def ruling(rule: Condition, facts: Facts, beside: Sequence[tuple[str, Condition]] = ()) -> Ruling:
    """(the rule's answers (n,), those of its leaves (n, leaves), the leaves with their counts).

    What is asked besides the rule joins its answer as by *all*, and its leaves follow the rule's own.
    """
    total, found = evaluate(rule, RULE_PATH, facts)
    for path, condition in beside:
        answers, below = evaluate(condition, path, facts)
        level = np.minimum(levels(total), levels(answers))
        total = (level == 2).view(np.int8) - (level == 1).view(np.int8)
        found = [*found, *below]
    answers = np.empty((facts.size, len(found)), dtype=np.int8, order="F")
    for place, (_, _, leaf) in enumerate(found):
        answers[:, place] = leaf
    return total, answers, tuple(leaf_of(path, condition, each) for path, condition, each in found)


Ranking = tuple[NDArray[np.float64], NDArray[np.bool_], Queue]
_RANKINGS: Kept[Exposure, Ranking] = Kept(most=2)


def ranking(spec: ScoreSpec, facts: Facts) -> Ranking:
    """(score, blank, the queue) of all households; none depends on the rule."""
    score, blank = score_of(spec, facts)
    return score, blank, Queue(score, *tie_order(spec.ties, facts))


def leaf_of(path: str, condition: Condition, answers: Answers) -> Leaf:
    """A leaf with its counts."""
    yes, no, unknown = (int(np.count_nonzero(answers == answer)) for answer in (YES, NO, UNKNOWN))
    code = "rule." + "_".join(comparators(condition))
    return Leaf(path, condition.field or "", code, yes, no, unknown, condition)


def one_sided(leaves: tuple[Leaf, ...], rule: Answers) -> Iterator[Problem]:
    """A condition that every household or none meets tells nobody apart: say so."""
    for leaf in leaves:
        if len(rule) and leaf.yes == 0:
            yield fault("targeting.meets_nobody", leaf.path, field=leaf.field, level="note")
        elif len(rule) and leaf.yes == len(rule):
            yield fault("targeting.meets_everybody", leaf.path, field=leaf.field, level="note")
    if len(rule) and not np.any(rule == YES):
        yield fault("targeting.nobody_eligible", RULE_PATH, level="warning")
    elif len(leaves) > 1 and np.all(rule == YES):
        yield fault("targeting.everybody_eligible", RULE_PATH, level="note")


def score_of(spec: ScoreSpec, facts: Facts) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(score (n,), blank (n, indicators)): the sum of weight x value / per, NaN where a value is blank.

    Rounded to SCORE_DECIMALS, so that sums which are equal on paper tie, whatever binary fractions left.
    """
    if spec.indicators and all(indicator.weight == 0 for indicator in spec.indicators):
        raise InputError(fault("targeting.weights_zero", "score.indicators"))
    score = np.zeros(facts.size, dtype=np.float64)
    blank = np.zeros((facts.size, len(spec.indicators)), dtype=bool)
    for number, indicator in enumerate(spec.indicators):
        path = f"score.indicators[{number + 1}]"
        if indicator.per == 0:
            raise InputError(fault("targeting.per_zero", f"{path}.per"))
        values = indicator_values(indicator, path, facts)
        missing = np.isnan(values)
        if indicator.when_blank is not None:
            values = np.where(missing, float(indicator.when_blank), values)
        else:
            blank[:, number] = missing
        factor = float(indicator.weight / indicator.per)
        if not abs(factor) < MOST_SCORE:
            raise InputError(fault("targeting.score_too_large", f"{path}.weight"))
        score += values * factor
    if max(np.fmax.reduce(score, initial=0.0), -np.fmin.reduce(score, initial=0.0)) >= MOST_SCORE:
        raise InputError(fault("targeting.score_too_large", "score.indicators"))
    return np.round(score, SCORE_DECIMALS) + 0.0, blank


def indicator_values(indicator: Indicator, path: str, facts: Facts) -> NDArray[np.float64]:
    """(n,) the indicator as a number, NaN where blank. Severity counts none 0 to severe 3."""
    name = indicator.field
    if name == "severity":
        return observed(facts.exposure.severity)
    layer = next((layer for layer in facts.exposure.layers if f"layer:{layer.layer_id}" == name), None)
    if layer is not None:
        return observed(layer.severity)
    check_field(name, f"{path}.field", facts.registry)
    kind = FIELD[name].kind
    if indicator.values:
        return worth_of_words(indicator, path, facts)
    if kind not in SCORED_KINDS:
        raise InputError(fault("targeting.not_a_number", f"{path}.field", field=name))
    if kind in STEPS:
        codes, texts = facts.columns.text(name)
        return np.array([STEPS[kind].get(text, np.nan) for text in texts] + [np.nan])[codes]
    return facts.columns.number(name)


def worth_of_words(indicator: Indicator, path: str, facts: Facts) -> NDArray[np.float64]:
    """(n,) what the word of each household counts, NaN where it is blank or no worth is stated."""
    if FIELD[indicator.field].kind not in WORDS:
        raise InputError(fault("targeting.not_words", f"{path}.values", field=indicator.field))
    codes, texts = facts.columns.text(indicator.field)
    worth = {word.casefold(): float(value) for word, value in indicator.values.items()}
    return np.array([worth.get(str(text).casefold(), np.nan) for text in texts] + [np.nan])[codes]


def observed(severity: NDArray[np.int8]) -> NDArray[np.float64]:
    return np.where(severity == Severity.NOT_OBSERVED, np.nan, severity.astype(np.float64))


def tie_order(ties: tuple[str, ...], facts: Facts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(rows in the order of the ties, place of each row in it), kept with the registry where it can be."""
    kept, name = facts.columns.orders, "ties " + " ".join(ties)
    if name not in kept or any("severity" in key for key in ties):
        rows = facts.columns.id_order()
        for key in reversed(ties):
            rows = rows[stable_order(tie_values(key, facts)[rows])]
        place = np.empty(len(rows), dtype=np.int64)
        place[rows] = np.arange(len(rows))
        kept[name], kept["place " + name] = rows, place
    return kept[name], kept["place " + name]


def tie_values(key: str, facts: Facts) -> NDArray[np.float64]:
    """(n,) numbers that sort ascending as the stated tie key asks; "-members" is descending."""
    name = key.removeprefix("-")
    if name == "source_row":
        values = facts.registry.households["source_row"].to_numpy(dtype=np.float64)
    elif name == "severity":
        values = observed(facts.exposure.severity)
    else:
        check_field(name, "score.ties", facts.registry)
        values = columns_of(facts.registry).sort_key(name)
    return -values if key.startswith("-") else values
