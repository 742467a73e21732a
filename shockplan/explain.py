"""Why: one sentence for each step, for any household of the registry, chosen or not."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from shockplan.areas import name_of
from shockplan.budget import Reason, Status
from shockplan.budget.amounts import WHOLE
from shockplan.explain_beside import assessment_sentences, payment_sentences
from shockplan.exposure import Certainty
from shockplan.plan import Plan
from shockplan.planfile import Indicator, TransferSpec
from shockplan.problems import InputError, Problem
from shockplan.registry.household import FIELD
from shockplan.rule_causes import answer_of, first_cause, unmet
from shockplan.rule_sentences import field_label, rule_sentence, value_word, word
from shockplan.rules import NO, UNKNOWN, YES, Facts, evaluate, fields_of
from shockplan.shocks.layer import Severity
from shockplan.targeting import Decision, beside_rule
from shockplan.texts import Language, Value, own, problem_sentence, show_number, tr
from shockplan.transfer_values import NEEDED

PASSED_OVER = ("rank_and_skip", "most_people", "poverty_gap")
"""Fits under which a household may wait though a lower rank is paid."""


@dataclass(frozen=True, eq=False)
class Telling:
    """One row of one plan, told in one language."""

    plan: Plan
    row: int
    language: Language

    def say(self, code: str, **args: Value) -> str:
        return tr(code, args, self.language)


def explain(plan: Plan, household_id: str, language: Language) -> tuple[str, ...]:
    """One sentence a step, for each row with this id. Raises InputError for an id that was never read."""
    registry = plan.inputs.registry
    rows = np.flatnonzero((registry.households["household_id"] == household_id).to_numpy(dtype=bool))
    sentences = [
        sentence for row in rows.tolist() for sentence in row_sentences(Telling(plan, row, language))
    ]
    sentences.extend(rejected_sentences(plan, household_id, language))
    if not sentences:
        file = plan.inputs.spec.registry.file
        raise InputError(Problem("explain.unknown_household", file, args={"household": household_id}))
    return tuple(sentences)


def rejected_sentences(plan: Plan, household_id: str, language: Language) -> Iterator[str]:
    """Why the rows with this id were not taken."""
    registry = plan.inputs.registry
    rejected = registry.rejected
    own = rejected[rejected["household_id"] == household_id]
    for row, code in zip(
        own["source_row"].astype(int).tolist(), own["code"].astype(str).tolist(), strict=True
    ):
        found = next(
            (problem for problem in registry.problems if problem.code == code and row in problem.rows),
            None,
        )
        if found is not None:
            value = found.values[found.rows.index(row)] if found.values else ""
            found = Problem(found.code, "", found.column, (), (), {**found.args, "value": value}, found.level)
        why = problem_sentence(found, language) if found else code
        args: dict[str, Value] = {"row": str(row), "file": plan.inputs.spec.registry.file, "why": why}
        yield tr("explain.rejected", args, language)


def row_sentences(telling: Telling) -> Iterator[str]:
    """The household's way through the plan."""
    household = str(telling.plan.inputs.registry.households["household_id"].iloc[telling.row])
    yield registry_sentence(telling)
    yield from assessment_sentences(telling.plan, household, telling.language)
    yield from payment_sentences(telling.plan, household, telling.language)
    yield exposure_sentence(telling)
    yield decision_sentence(telling)
    yield transfer_sentence(telling)
    yield rank_sentence(telling)
    yield money_sentence(telling)


def registry_sentence(telling: Telling) -> str:
    """Hop 1: where the household stands in the registry."""
    households, inputs = telling.plan.inputs.registry.households, telling.plan.inputs
    district = str(households["district"].iloc[telling.row])
    source_row = int(households["source_row"].iloc[telling.row])
    added = source_row >= inputs.registry.first_added
    file, row = inputs.registry.row_named(source_row)
    return telling.say(
        "explain.row_added" if added else "explain.row",
        household=str(households["household_id"].iloc[telling.row]),
        row=str(row),
        file=file if added else inputs.spec.registry.file,
        district=f"{name_of(inputs.gazetteer, district, telling.language)} ({district})",
        members=shown(telling, "members"),
    )


def exposure_sentence(telling: Telling) -> str:
    """Hop 2: what each layer says."""
    exposure, row = telling.plan.exposure, telling.row
    names = {layer.id: layer for layer in telling.plan.inputs.spec.layers}
    parts = []
    for layer in exposure.layers:
        spec = names[layer.layer_id]
        name = own(spec, "name", telling.language)
        share = float(layer.share[row])
        certainty = certainty_word(int(layer.certainty[row]), telling.language)
        basis = telling.say(f"explain.basis.{int(layer.basis[row])}")
        partly = layer.certainty[row] == Certainty.POSSIBLE and 0 <= share <= 1
        code = "explain.layer_share" if partly else "explain.layer"
        percent = show_number(round(share * 100, 1)) if partly else ""
        parts.append(telling.say(code, layer=name, certainty=certainty, basis=basis, share=percent))
    return telling.say(
        "explain.affected",
        certainty=certainty_word(int(exposure.affected[row]), telling.language),
        severity=severity_word(int(exposure.severity[row]), telling.language),
        layers="; ".join(parts),
    )


def certainty_word(certainty: int, language: Language) -> str:
    return word(Certainty(certainty).name.lower(), language)


def severity_word(severity: int, language: Language) -> str:
    return word(Severity(severity).name.lower(), language)


def decision_sentence(telling: Telling) -> str:
    """Hop 3: what the rule says, and if not yes, the first condition that would have to change."""
    plan, row = telling.plan, telling.row
    rule = plan.inputs.spec.eligibility.rule
    answers = {
        leaf.path: int(plan.targeting.answers[row, place]) for place, leaf in enumerate(plan.targeting.leaves)
    }
    decision = int(plan.targeting.decision[row])
    answer = answer_of(rule, "eligibility.rule", answers)
    open_leaf = first_cause(rule, "eligibility.rule", answers, UNKNOWN)
    for path, condition in beside_rule(plan.inputs.spec, plan.inputs.registry):
        if answers[path] == NO:
            return telling.say(f"explain.{path}")
        if answers[path] == UNKNOWN and answer == YES:
            answer, open_leaf = UNKNOWN, (condition, False)
    blank = blank_indicators(telling)
    if answer == NO:
        cause, negated = first_cause(rule, "eligibility.rule", answers, NO) or (rule, False)
        code = "explain.no_none" if negated else "explain.no"
        return telling.say(
            code, rule=rule_sentence(cause, telling.language), value=shown(telling, cause.field)
        )
    if decision == Decision.YES and answer == YES and not blank:
        return telling.say("explain.yes", rule=rule_sentence(rule, telling.language))
    if open_leaf is not None and answer == UNKNOWN:
        question, value = rule_sentence(open_leaf[0], telling.language), shown(telling, open_leaf[0].field)
    else:
        question, value = ", ".join(blank), tr("rule.blank", None, telling.language)
    if decision == Decision.YES:
        return telling.say("explain.person_yes", rule=question)
    if decision == Decision.NO:
        return telling.say("explain.person_no", rule=question)
    if answer == UNKNOWN:
        return telling.say("explain.verify", rule=question, value=value)
    return telling.say("explain.verify_score", fields=question)


def blank_indicators(telling: Telling) -> list[str]:
    """The indicators of the score that are blank for this household."""
    flags = telling.plan.targeting.blank_score[telling.row]
    indicators = telling.plan.inputs.spec.score.indicators
    return [
        field_label(indicator.field, telling.language)
        for indicator, flag in zip(indicators, flags, strict=True)
        if flag
    ]


def shown(telling: Telling, name: str | None) -> str:
    """The household's value of a field as a person reads it."""
    exposure, row, language = telling.plan.exposure, telling.row, telling.language
    if name is None:
        return ""
    if name == "affected":
        return certainty_word(int(exposure.affected[row]), language)
    if name == "severity":
        return severity_word(int(exposure.severity[row]), language)
    layer = next((layer for layer in exposure.layers if name == f"layer:{layer.layer_id}"), None)
    if layer is not None:
        certainty = certainty_word(int(layer.certainty[row]), language)
        return f"{certainty}, {severity_word(int(layer.severity[row]), language)}"
    households = telling.plan.inputs.registry.households
    value = households["district" if name == "province" else name].iloc[row]
    if pd.isna(value):
        return tr("rule.blank", None, language)
    if name in ("province", "district"):
        code = str(value)[:4] if name == "province" else str(value)
        return str(value_word(name, code, language))
    if FIELD[name].kind == "flag":
        return tr("rule.yes" if value else "rule.no", None, language)
    if FIELD[name].kind in ("count", "kip"):
        return show_number(int(value))
    if FIELD[name].kind == "number":
        return show_number(float(value))
    return str(value_word(name, str(value), language))


def transfer_sentence(telling: Telling) -> str:
    """Hop 4: the exact entitlement, before any budget."""
    plan, row = telling.plan, telling.row
    entitlements, index = plan.entitlements, int(plan.entitlements.transfer[row])
    if plan.targeting.decision[row] == Decision.NO:
        return telling.say("explain.no_amount")
    if index < 0:
        return no_transfer_sentence(telling)
    transfer = plan.inputs.spec.transfers[index]
    exact = Fraction(int(entitlements.numerator[row]), entitlements.denominator)
    args: dict[str, Value] = {
        "transfer": own(transfer, "name", telling.language),
        "kip": int(exact) if exact.denominator == 1 else float(exact),
        "rounds": int(entitlements.rounds[row]),
    }
    if entitlements.blank[row]:
        return telling.say("explain.transfer_blank", **args, fields=tuple(blank_needs(telling, transfer)))
    args["how"] = how(telling, transfer)
    if entitlements.base_kip[row]:
        return telling.say("explain.transfer_base", **args, base=int(entitlements.base_kip[row]))
    return telling.say("explain.transfer", **args)


def no_transfer_sentence(telling: Telling) -> str:
    """No transfer is meant for the household: what the first of them would need."""
    plan = telling.plan
    facts = Facts(plan.inputs.registry, plan.exposure, plan.inputs.spec.exposure.possible_passes_from)
    for number, transfer in enumerate(plan.inputs.spec.transfers, start=1):
        if transfer.when is None:
            continue
        path = f"transfers[{number}].when"
        answers = {
            where: int(each[telling.row]) for where, _, each in evaluate(transfer.when, path, facts)[1]
        }
        cause, negated = first_cause(transfer.when, path, answers, NO) or (transfer.when, False)
        return telling.say(
            "explain.no_transfer_none" if negated else "explain.no_transfer_needs",
            transfer=own(transfer, "name", telling.language),
            rule=rule_sentence(cause, telling.language),
            value=shown(telling, cause.field),
        )
    return telling.say("explain.no_transfer")


def blank_needs(telling: Telling, transfer: TransferSpec) -> list[str]:
    """What the transfer needs and the household lacks; else the fields of its condition."""
    blank = tr("rule.blank", None, telling.language)
    fields = [*NEEDED.get(transfer.mode, ()), *(["severity"] if transfer.severity_factor else [])]
    fields.extend(["earlier_payment_kip"] if transfer.deduct_earlier else [])
    if transfer.when is not None:
        fields.extend(name for name in fields_of(transfer.when) if name not in fields)
    unsettled = (blank, word("not_observed", telling.language), word("unknown", telling.language))
    return [field_label(name, telling.language) for name in fields if shown(telling, name) in unsettled]


def how(telling: Telling, transfer: TransferSpec) -> str:
    """How the amount is worked out."""
    members = shown(telling, "members")
    text = telling.say(
        f"explain.how.{transfer.mode}",
        kip=transfer.kip or 0,
        members=members,
        income=shown(telling, "income_kip"),
        aid=shown(telling, "other_aid_kip"),
        share=(transfer.share or 0) * 100,
        base=transfer.base_kip or 0,
    )
    severity = int(telling.plan.exposure.severity[telling.row])
    for name, factor in transfer.severity_factor.items():
        if severity >= 0 and Severity(severity).name.lower() == name:
            level = severity_word(severity, telling.language)
            text = telling.say("explain.how.factor", how=text, factor=factor, severity=level)
    if transfer.minimum_kip is not None:
        text = telling.say("explain.how.minimum", how=text, kip=transfer.minimum_kip)
    if transfer.maximum_kip is not None:
        text = telling.say("explain.how.maximum", how=text, kip=transfer.maximum_kip)
    if transfer.deduct_earlier:
        text = telling.say("explain.how.earlier", how=text, kip=shown(telling, "earlier_payment_kip"))
    return text


def rank_sentence(telling: Telling) -> str:
    """Hop 5, first half: the rank and what it rests on."""
    plan, row = telling.plan, telling.row
    rank = int(plan.allocation.rank[row])
    if not rank:
        return telling.say("explain.not_ranked")
    ranked = int(plan.allocation.rank.max())
    score = plan.inputs.spec.score
    if not score.indicators:
        ties = [
            field_label(key.removeprefix("-"), telling.language) for key in score.ties if "source" not in key
        ]
        ties.append(telling.say("explain.tie_id"))
        return telling.say("explain.score_plain", ties=tuple(ties), rank=rank, ranked=ranked)
    terms = "; ".join(term(telling, indicator) for indicator in score.indicators)
    value = float(plan.targeting.score[row])
    shown_score = tr("rule.blank", None, telling.language) if np.isnan(value) else show_number(value)
    return telling.say("explain.score", score=shown_score, terms=terms, rank=rank, ranked=ranked)


def term(telling: Telling, indicator: Indicator) -> str:
    """One indicator: its value and weight."""
    label = field_label(indicator.field, telling.language)
    code = "explain.term" if indicator.per == 1 else "explain.term_per"
    value = shown(telling, indicator.field)
    return telling.say(code, field=label, value=value, weight=indicator.weight, per=indicator.per)


def money_sentence(telling: Telling) -> str:
    """Hop 5, second half: funded and by whom, or why not."""
    plan, row = telling.plan, telling.row
    allocation, status = plan.allocation, int(plan.allocation.status[row])
    funds = plan.inputs.spec.funds
    names = {
        fund.id: own(fund, "name", telling.language) for fund in funds
    }
    if status == Status.VERIFY:
        return telling.say("explain.verify_money")
    rounds = int(plan.entitlements.rounds[row])
    if status == Status.FUNDED:
        code = "explain.funded" if allocation.scale == WHOLE else "explain.funded_scaled"
        return telling.say(
            code,
            fund=names[funds[int(allocation.fund[row])].id],
            kip=int(allocation.round_kip[row]),
            rounds=rounds,
            total=int(allocation.total_kip[row]),
            fee=int(allocation.fee_kip[row]),
            share=allocation.scale / (WHOLE / 100),
        )
    reason = int(allocation.reason[row])
    household = str(plan.inputs.registry.households["household_id"].iloc[row])
    method = plan.inputs.spec.fit.method
    passed_over = reason == Reason.MONEY and method in PASSED_OVER
    if reason == Reason.NO_FUND:
        first = funds[0]
        kinds = unmet(first, plan, row)
        told = "; ".join(telling.say(f"explain.earmark.{kind}") for kind in kinds)
        return telling.say("explain.no_fund", fund=names[first.id], kinds=told)
    return telling.say(
        f"explain.passed_over.{method}" if passed_over else f"explain.reason.{reason}",
        funds=tuple(names[fund.id] for place, fund in enumerate(funds) if payable(plan, row, place)),
        missing=int(allocation.due_kip[row]) * rounds,
        why=plan.inputs.decisions.removals.get(household, "") if reason == Reason.REMOVED else "",
    )


def payable(plan: Plan, row: int, fund: int) -> bool:
    """Whether a fund may pay a household, by its earmark."""
    return bool(plan.allocation.may_pay.table[int(plan.allocation.may_pay.kind[row]), fund])
