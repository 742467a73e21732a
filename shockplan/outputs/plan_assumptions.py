"""Assumptions: every choice in the plan file that moves somebody in or out, as a sentence."""

from collections.abc import Iterator

from shockplan.outputs.flow import Flow
from shockplan.outputs.plan_teller import Teller, field_name
from shockplan.planfile import Classes, Earmark, FundSpec
from shockplan.rule_sentences import word
from shockplan.texts import Language, Value, show_number, tr


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
            classes=classes_text(layer.classes, teller.language),
        )
    yield text("planpdf.village_radius", metres=spec.exposure.village_radius_m)
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


def classes_text(classes: Classes, language: Language) -> str:
    """`low from 0.2 to below 0.5; severe from 1.5`, or the values of each class."""
    if classes.all is not None:
        return tr("planpdf.class_all", {"name": word(classes.all, language)}, language)
    if classes.values is not None:
        pairs = (f"{value} = {word(name, language)}" for value, name in classes.values.items())
        return "; ".join(pairs)
    limits = sorted((classes.breaks or {}).items(), key=lambda item: item[1])
    said = []
    for number, (name, low) in enumerate(limits):
        args: dict[str, Value] = {"name": word(name, language), "low": low}
        if number + 1 < len(limits):
            said.append(tr("planpdf.class_range", {**args, "high": limits[number + 1][1]}, language))
        else:
            said.append(tr("planpdf.class_above", args, language))
    below = tr("planpdf.class_below", {"low": limits[0][1]}, language) if limits else ""
    return "; ".join((*said, below))


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
    return "; ".join(parts) or teller.text("planpdf.any_household")


def fund_costs(fund: FundSpec, teller: Teller) -> Iterator[str]:
    """What a fund holds back and what paying costs it."""
    if fund.reserve_share:
        yield teller.text("planpdf.reserve_of", fund=teller.name(fund), share=fund.reserve_share * 100)
    if fund.fee_share or fund.fee_kip:
        share = f"{show_number(fund.fee_share * 100)} %"
        yield teller.text("planpdf.fee_of", fund=teller.name(fund), share=share, kip=fund.fee_kip)
