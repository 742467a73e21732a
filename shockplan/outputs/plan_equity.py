"""Equity and effect on paper: whom the money reaches, how evenly, whom it misses, what it moves."""

from decimal import Decimal
from typing import TYPE_CHECKING

from shockplan.effect import Effect, effect_of
from shockplan.equity import GroupCoverage
from shockplan.outputs.equity import SMALLEST_GROUP, group_reach
from shockplan.outputs.flow import Flow, TableColumn
from shockplan.outputs.plan_charts import stacked_bars
from shockplan.outputs.plan_teller import Teller
from shockplan.rule_sentences import rule_sentence
from shockplan.texts import Language, Value, show_number, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan

KINDS = ("head_sex", "disabled", "size", "severity")


def equity(flow: Flow, teller: Teller) -> None:
    """Of each group's eligible households how many are paid; how evenly, whom it misses, what it moves."""
    text, found = teller.text, effect_of(teller.plan)
    flow.heading(text("planpdf.equity"), 1, 170)
    flow.text(text("planpdf.equity_note", smallest=SMALLEST_GROUP))
    groups = group_reach(teller.plan)
    if groups:
        legend = [text("planpdf.funded"), text("planpdf.eligible_not_funded")]
        rows = [
            (text(f"planpdf.group.{group.code}"), (group.funded, group.eligible - group.funded))
            for group in groups
        ]
        stacked_bars(flow, legend, rows, 0.4)
    _coverage(flow, teller, found)
    for sentence in effect_sentences(found, teller.plan, teller.language):
        flow.text(sentence)


def _coverage(flow: Flow, teller: Teller, found: Effect) -> None:
    """Households of each group from hit to paid, with people, kip and the share of the eligible paid."""
    text = teller.text
    names = ("households", "affected", "eligible", "funded", "people_funded", "total_kip")
    shares = (0.1, 0.1, 0.1, 0.1, 0.1, 0.16)
    columns = [TableColumn(text("planpdf.groups"), 0.24)]
    columns += [
        TableColumn(text(f"planpdf.place.{name}"), share, "right")
        for name, share in zip(names, shares, strict=True)
    ]
    columns.append(TableColumn(text("planpdf.covered"), 0.1, "right"))
    rows = [
        [
            group_name(group, teller.language),
            *(show_number(count) for count in (group.households, group.affected, group.eligible)),
            *(show_number(count) for count in (group.funded, group.people, group.kip)),
            percent(group.coverage),
        ]
        for group in found.groups
        if group.kind in KINDS and group.eligible >= SMALLEST_GROUP
    ]
    if rows:
        flow.table(columns, rows)


def group_name(group: GroupCoverage, language: Language) -> str:
    """A group in plain words: `Headed by a woman`, `4-6 people`, `Severity: severe`."""
    if not group.group:
        return tr(f"planpdf.covered.{group.kind}.unknown", None, language)
    if group.kind == "size":
        return tr("planpdf.covered.size", {"size": group.group.replace("-", "–")}, language)
    return tr(f"planpdf.covered.{group.kind}.{group.group}", None, language)


def percent(share: float | None) -> str:
    """A share in per cent to one decimal; a dash where there is nobody."""
    return "—" if share is None else f"{show_number(Decimal(round(share * 1000)) / 10)} %"


def effect_sentences(found: Effect, plan: "Plan", language: Language) -> list[str]:
    """Spread of the amounts; under-coverage and leakage; local demand where it is switched on."""
    need = plan.inputs.spec.effect.need

    def text(code: str, **values: Value) -> str:
        return tr(code, values or None, language)

    sentences = [text("planpdf.gini", gini=f"{found.gini:.4f}")]
    if found.errors is None or need is None:
        sentences.append(text("planpdf.no_need_marker"))
    else:
        errors = found.errors
        sentences.append(
            text(
                "planpdf.targeting_errors",
                rule=rule_sentence(need, language),
                needy=errors.needy,
                missed=errors.missed,
                under_coverage=percent(errors.under_coverage),
                funded=errors.funded,
                leaked=errors.leaked,
                leakage=percent(errors.leakage),
                unknown=errors.unknown,
            )
        )
    if found.demand is not None:
        demand = found.demand
        sentences.append(
            text(
                "planpdf.local_demand",
                kip=demand.kip,
                multiplier=show_number(demand.multiplier),
                source=demand.source,
            )
        )
    return sentences
