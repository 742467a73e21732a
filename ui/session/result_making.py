"""From a plan to the plain results that pages show. Runs off the GUI thread."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from maps.measures import district_figures, village_figures
from maps.projection import project
from shockplan.exposure import Certainty
from shockplan.fingerprint import short
from shockplan.plan import Plan
from shockplan.planfile import LayerSpec
from shockplan.problems import Problem
from shockplan.programmes import programmes_of
from shockplan.shocks.layer import HazardLayer, Layer
from shockplan.texts import Language, problem_sentence, show_value
from ui.layer_results import PlaceRuleInfo
from ui.results import Column, Figures, Finding, LayerInfo, PlanHeadline, Results, Table
from ui.session.parts_making import curve_of, fit_of, funds_of, score_of, transfers_of
from ui.session.rule_making import fields_of, rule_info, scored_fields

SHOWN_FINDINGS = 500


@dataclass(frozen=True, eq=False)
class Before:
    """An earlier plan and what was shown of it."""

    plan: Plan
    results: Results


def results_of(plan: Plan, plan_path: Path, language: Language, before: "Before | None" = None) -> Results:
    """Everything the pages show; sentences are in the language given.

    `before`: an earlier plan and its results; where the registry is the same, so are names and places.
    """
    same = before is not None and before.plan.inputs.registry is plan.inputs.registry
    if before is not None and same:
        places, basis = before.results.places, before.results.place_basis
    else:
        places, basis = household_places(plan)
    return Results(
        plan_path=plan_path,
        headline=headline_of(plan),
        figures=figures_of(plan),
        layers=tuple(
            layer_info(spec, layer, exposed.certainty)
            for spec, layer, exposed in zip(
                plan.inputs.spec.layers, plan.inputs.layers, plan.exposure.layers, strict=True
            )
        ),
        funds=funds_of(plan),
        households=household_table(plan, before.results.households if before is not None and same else None),
        villages=village_table(plan),
        districts=district_table(plan),
        fund_table=fund_table(plan),
        transfers=transfers_of(
            plan,
            [
                rule_info(plan, transfer.when, f"transfers[{number}].when", language)
                for number, transfer in enumerate(plan.inputs.spec.transfers, start=1)
            ],
        ),
        rule=rule_info(plan, plan.inputs.spec.eligibility.rule, "eligibility.rule", language),
        fields=fields_of(plan, language),
        score=score_of(plan, scored_fields(plan, language), language),
        fit=fit_of(plan),
        place_rule=PlaceRuleInfo(plan.inputs.spec.exposure.rule, tuple(plan.exposure.other_rules.items())),
        curve=curve_of(plan),
        findings=findings_of(plan.problems, language),
        places=places,
        place_basis=basis,
        district_names=names_of(plan.inputs.gazetteer.districts),
        province_names=names_of(plan.inputs.gazetteer.provinces),
        programmes=tuple(
            (each.id, each.name, each.name_lo) for each in programmes_of(plan.inputs.spec).values()
        ),
    )


def headline_of(plan: Plan) -> PlanHeadline:
    head = plan.inputs.spec.plan
    return PlanHeadline(
        name=head.name,
        name_lo=head.name_lo or "",
        event=head.event,
        event_lo=head.event_lo or "",
        fingerprint=short(plan.fingerprint),
        approved=plan.approved,
        made_up=head.made_up,
        schematic=plan.inputs.boundaries.schematic,
        signed_by=tuple(approval.approver for approval in plan.approvals),
    )


def figures_of(plan: Plan) -> Figures:
    """The keys of the summary are those of `--json`."""
    values: Mapping[str, Any] = plan.summary.as_json()
    affected = values["affected"]
    own = ("certain", "possible", "unknown", "unaffected")
    rest = {name: int(values[name]) for name in Figures.__dataclass_fields__ if name not in own}
    return Figures(
        certain=int(affected["certain"]),
        possible=int(affected["possible"]),
        unknown=int(affected["unknown"]),
        unaffected=int(affected["no"]),
        **rest,
    )


def layer_info(spec: LayerSpec, layer: Layer, certainty: NDArray[np.int8]) -> LayerInfo:
    counts = np.bincount(certainty, minlength=4)
    order = (Certainty.CERTAIN, Certainty.POSSIBLE, Certainty.UNKNOWN, Certainty.NO)
    certain, possible, unknown, unaffected = (int(counts[answer]) for answer in order)
    return LayerInfo(
        id=layer.id,
        name=layer.name,
        name_lo=spec.name_lo or "",
        kind="hazard" if isinstance(layer, HazardLayer) else "area",
        source=layer.source_note or layer.source.name,
        date=show_value(layer.date) if layer.date else "",
        defines_affected=layer.defines_affected,
        counts=(certain, possible, unknown, unaffected),
    )


def household_table(plan: Plan, before: Table | None = None) -> Table:
    """One row a household, in the order of the registry. `before`: a table of the same registry."""
    frame, villages = plan.inputs.registry.households, plan.inputs.registry.villages
    allocation, targeting, exposure = plan.allocation, plan.targeting, plan.exposure
    if before is not None:
        english, lao = before.column("village").values, before.column("village").lao
    else:
        english, lao = village_names(frame, villages)
    columns = (
        Column("household_id", "code", frame["household_id"].array),
        Column("head", "text", frame["head_name_en"].array, lao=frame["head_name_lo"].array),
        Column("status", "enum", allocation.status, enum="status"),
        Column("total_kip", "kip", allocation.total_kip),
        Column("village", "text", english, lao=lao),
        Column("district", "district", frame["district"].array),
        Column("members", "count", frame["members"].array),
        Column("affected", "enum", exposure.affected, enum="certainty"),
        Column("severity", "enum", exposure.severity, enum="severity"),
        Column("decision", "enum", targeting.decision, enum="decision"),
        Column("score", "number", targeting.score),
        Column("rank", "count", allocation.rank),
        Column("reason", "enum", allocation.reason, enum="reason"),
        Column("round_kip", "kip", allocation.round_kip),
        *registry_columns(frame, plan.inputs.registry.present),
    )
    return Table(columns, len(frame))


ASIDE = (
    *(("count", name) for name in ("under_1", "under_2", "under_5", "over_60", "disabled")),
    *(("flag", name) for name in ("pregnant", "in_mecg", "in_other_programme", "birth_unregistered")),
    *(("number", name) for name in ("pmt_score",)),
    *(("kip", name) for name in ("income_kip", "other_aid_kip", "earlier_payment_kip")),
    *(("word", name) for name in ("head_sex", "channel", "damage")),
    *(("code", name) for name in ("phone", "family_book", "document_id", "village_code")),
)
"""What the registry says beside: columns that a person may ask for."""


def registry_columns(frame: pd.DataFrame, present: Collection[str]) -> Iterator[Column]:
    """The registry's own columns, as far as it has them."""
    for kind, name in ASIDE:
        if name in present:
            yield Column(name, kind, frame[name].array, aside=True)
    yield Column("source_row", "code", frame["source_row"].array, aside=True)


def fund_table(plan: Plan) -> Table:
    """One row a fund: where its kip goes."""
    specs, found = plan.inputs.spec.funds, plan.allocation.funds
    columns = (
        Column(
            "fund", "text", texts([s.name for s in specs]), lao=texts([s.name_lo or s.name for s in specs])
        ),
        Column("count_households", "count", np.array([each.households for each in found])),
        *(
            Column(name, "kip", np.array([getattr(each, name) for each in found], dtype=np.int64))
            for name in FUND_KIP
        ),
        Column("source", "text", texts([spec.source for spec in specs])),
        Column("account_code", "code", texts([spec.account_code for spec in specs])),
    )
    return Table(columns, len(specs))


FUND_KIP = ("budget_kip", "reserve_kip", "set_aside_kip", "committed_kip", "fees_kip", "remaining_kip")


def texts(values: list[str]) -> NDArray[np.object_]:
    """Texts as an array; "" is blank."""
    return np.array([value or None for value in values], dtype=object)


def village_table(plan: Plan) -> Table:
    """One row a village of the registry."""
    villages = plan.inputs.registry.villages
    columns = (
        Column("village", "text", villages["name_en"].array, lao=villages["name_lo"].array),
        Column("code", "code", villages["code"].array),
        Column("district", "district", villages["district"].array),
        *figure_columns(village_figures(plan)),
    )
    return Table(columns, len(villages))


def district_table(plan: Plan) -> Table:
    """One row a district with households in the registry."""
    figures = district_figures(plan)
    figures = figures[figures["households"] > 0]
    codes = figures.index.to_numpy()
    columns = (
        Column("district", "district", codes),
        Column("code", "code", codes),
        *figure_columns(figures),
    )
    return Table(columns, len(figures))


def figure_columns(figures: pd.DataFrame) -> Iterator[Column]:
    for name in ("households", "affected", "possible", "verify", "funded", "waiting"):
        yield Column(f"count_{name}", "count", figures[name].to_numpy())
    yield Column("count_budget", "kip", figures["budget"].to_numpy())


def village_names(frame: pd.DataFrame, villages: pd.DataFrame) -> tuple[Any, Any]:
    """(n,) English and Lao names: those of the village list, else the registry's own."""
    index = frame["village"].to_numpy()
    names = []
    for language in ("en", "lo"):
        own = frame[f"village_name_{language}"].array
        listed = villages[f"name_{language}"].array.take(index, allow_fill=True)
        names.append(pd.Series(listed).where(pd.Series(listed).notna(), pd.Series(own)).array)
    return names[0], names[1]


def household_places(plan: Plan) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """(n, 2) projected metres and (n,) what they rest on: GPS, else village point, else district centre."""
    frame, villages = plan.inputs.registry.households, plan.inputs.registry.villages
    districts = plan.inputs.gazetteer.districts
    lon_lat = np.full((len(frame), 2), np.nan)
    basis = np.zeros(len(frame), dtype=np.int8)
    at = pd.Index(districts["pcode"]).get_indexer(pd.Index(frame["district"]))
    village = frame["village"].to_numpy()
    sources = (
        (1, districts[["lon", "lat"]].to_numpy(dtype=np.float64), at),
        (2, villages[["lon", "lat"]].to_numpy(dtype=np.float64), village),
        (3, frame[["lon", "lat"]].to_numpy(dtype=np.float64), np.arange(len(frame))),
    )
    for mark, points, index in sources:
        if not len(points):
            continue
        found = np.where(index[:, None] >= 0, points[index], np.nan)
        known = np.isfinite(found).all(axis=1)
        lon_lat[known] = found[known]
        basis[known] = mark
    return project(lon_lat), basis


def names_of(places: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """P-code: English and Lao name."""
    return {
        str(code): (str(english), str(lao))
        for code, english, lao in zip(places["pcode"], places["name_en"], places["name_lo"], strict=True)
    }


def findings_of(problems: tuple[Problem, ...], language: Language) -> tuple[Finding, ...]:
    """Errors first, then warnings, then notes."""
    order = {"error": 0, "warning": 1, "note": 2}
    ranked = sorted(problems, key=lambda problem: order[problem.level])
    return tuple(
        Finding(problem.level, problem_sentence(problem, language), max(1, len(problem.rows)))
        for problem in ranked[:SHOWN_FINDINGS]
    )
