"""Assumptions: every choice in the plan file that moves somebody in or out, as a sentence."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from shockplan.outputs.flow import Flow
from shockplan.outputs.plan_teller import Teller, field_name
from shockplan.planfile import Classes, Earmark, FundSpec, LayerSpec
from shockplan.problems import Problem
from shockplan.programmes import programmes_of
from shockplan.rule_sentences import word
from shockplan.shocks.severity import limits, standards
from shockplan.texts import Language, Value, show_number, show_value, tr


def assumptions(flow: Flow, teller: Teller) -> None:
    """Classes, certainty, order, rounding, what is held back, and what each fund may pay."""
    for sentence in sentences(teller):
        flow.text(sentence)


def sentences(teller: Teller) -> Iterator[str]:
    text, spec = teller.text, teller.plan.inputs.spec
    for layer in spec.layers:
        yield text(
            "planpdf.classes_of",
            layer=teller.name(layer),
            classes=product_text(layer, teller.plan.problems) or classes_text(layer.classes, teller.language),
        )
    yield text("planpdf.village_radius", metres=spec.exposure.village_radius_m)
    yield text(f"planpdf.place_rule.{spec.exposure.rule}")
    changed = [
        text("planpdf.place_rule_other", rule=text(f"planpdf.place_rule_name.{rule}"), count=count)
        for rule, count in teller.plan.exposure.other_rules.items()
    ]
    if changed:
        yield text("planpdf.place_rule_others", changes="; ".join(changed))
    if spec.exposure.severity != "highest":
        weights = (f"{layer} {show_number(weight)}" for layer, weight in spec.exposure.weights.items())
        yield text(f"planpdf.severity_rule.{spec.exposure.severity}", weights=", ".join(weights) or "1")
    passes = spec.exposure.possible_passes_from
    if passes is None:
        yield text("planpdf.possible_to_verify")
    else:
        yield text("planpdf.possible_passes", share=passes * 100)
    yield text("planpdf.unknown_to_verify")
    yield text("planpdf.order", ties=ties_text(spec.score.ties, teller.language))
    yield text(f"planpdf.rounding.{spec.fit.rounding}", kip=spec.fit.step_kip)
    if spec.fit.method == "scale":
        yield text("planpdf.floor", share=spec.fit.floor_share * 100)
    if spec.fit.method == "quota":
        yield text(f"planpdf.quota.{spec.fit.quota_by}")
    yield text("planpdf.set_aside", share=spec.fit.set_aside_share * 100)
    for fund in spec.funds:
        yield text("planpdf.fund_pays", fund=teller.name(fund), whom=earmark_text(fund.earmark, teller))
        yield from fund_costs(fund, teller)
    yield from note_sentences(teller)


def note_sentences(teller: Teller) -> Iterator[str]:
    """Which notes fill the envelopes, and who says what one weighs."""
    cash = teller.plan.inputs.spec.cash
    if cash.notes:
        shown = ", ".join(show_number(note) for note in sorted(set(cash.notes), reverse=True))
        yield teller.text("planpdf.notes", notes=shown)
    if cash.grams:
        source = cash.grams_source or teller.text("planpdf.not_stated")
        yield teller.text("planpdf.note_weights", source=source)


def classes_text(classes: Classes, language: Language) -> str:
    """`low from 0.2 to below 0.5; severe from 1.5`, or the values of each class."""
    if classes.all is not None:
        return tr("planpdf.class_all", {"name": word(classes.all, language)}, language)
    if classes.values is not None:
        pairs = (f"{value} = {word(name, language)}" for value, name in classes.values.items())
        return "; ".join(pairs)
    stated = [(severity.name.lower(), limit) for severity, limit in limits(classes).items()]
    if len(stated) > 1 and stated[1][1] < stated[0][1]:
        up_to = [
            tr("planpdf.class_up_to", {"name": word(name, language), "high": high}, language)
            for name, high in reversed(stated)
        ]
        over = tr("planpdf.class_over", {"high": stated[0][1]}, language)
        return "; ".join((*up_to, over)) + standard_text(classes, language)
    said = []
    for number, (name, low) in enumerate(stated):
        args: dict[str, Value] = {"name": word(name, language), "low": low}
        if number + 1 < len(stated):
            said.append(tr("planpdf.class_range", {**args, "high": stated[number + 1][1]}, language))
        else:
            said.append(tr("planpdf.class_above", args, language))
    below = tr("planpdf.class_below", {"low": stated[0][1]}, language) if stated else ""
    return "; ".join((*said, below)) + standard_text(classes, language)


def standard_text(classes: Classes, language: Language) -> str:
    """Where the limits come from, where they are a standard's: its source, date and basis."""
    if classes.standard is None:
        return ""
    standard = standards()[classes.standard]
    args: dict[str, Value] = {"unit": standard.unit, "source": standard.source, "dated": standard.dated}
    return tr(f"planpdf.class_standard.{standard.basis}", args, language)


def product_text(layer: LayerSpec, problems: Sequence[Problem]) -> str | None:
    """What a known product's values were taken for, where the plan states no classes of its own."""
    if "classes" in layer.model_fields_set:
        return None
    name = PurePath(layer.file).name
    found = (each for each in problems if each.code == "shocks.recognised" and each.file == name)
    problem = next(found, None)
    return None if problem is None else f"{problem.args['product']}: {show_value(problem.args['meaning'])}"


def ties_text(ties: tuple[str, ...], language: Language) -> str:
    """`more people in the household first`, key by key."""
    if not ties:
        return tr("planpdf.tie_none", None, language)
    return ", ".join(
        tr(
            "planpdf.tie_most" if key.startswith("-") else "planpdf.tie_least",
            {"field": field_name(key.removeprefix("-"), language)},
            language,
        )
        for key in ties
    )


def earmark_text(earmark: Earmark, teller: Teller) -> str:
    """Whom a fund may pay."""
    spec, parts = teller.plan.inputs.spec, []
    if earmark.provinces or earmark.districts:
        parts.append(
            teller.text("planpdf.only_in", places=", ".join((*earmark.provinces, *earmark.districts)))
        )
    if earmark.shocks:
        names = ", ".join(teller.name(layer) for layer in spec.layers if layer.id in earmark.shocks)
        parts.append(teller.text("planpdf.only_hit_by", layers=names))
    if earmark.expansion:
        parts.append(teller.text(f"planpdf.only_{earmark.expansion}"))
    if earmark.transfers:
        names = ", ".join(teller.name(item) for item in spec.transfers if item.id in earmark.transfers)
        parts.append(teller.text("planpdf.only_transfers", transfers=names))
    if earmark.programmes:
        known = programmes_of(spec)
        names = ", ".join(teller.name(known[programme]) for programme in earmark.programmes)
        parts.append(teller.text("planpdf.only_enrolled", programmes=names))
    return "; ".join(parts) or teller.text("planpdf.any_household")


def fund_costs(fund: FundSpec, teller: Teller) -> Iterator[str]:
    """What a fund holds back and what paying costs it."""
    if fund.reserve_share:
        yield teller.text("planpdf.reserve_of", fund=teller.name(fund), share=fund.reserve_share * 100)
    if fund.fee_share or fund.fee_kip:
        share = f"{show_number(fund.fee_share * 100)} %"
        yield teller.text("planpdf.fee_of", fund=teller.name(fund), share=share, kip=fund.fee_kip)
    for channel, kip in fund.fee_by_channel.items():
        how = teller.text(f"list.channel.{channel}")
        yield teller.text("planpdf.fee_by_channel", fund=teller.name(fund), channel=how, kip=kip)
