"""The map of a plan, and of the layers before there is one, as scenes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from maps.classes import ClassLimits, Method, class_limits
from maps.context import context_scene
from maps.density import density_layer
from maps.districts import coloured_districts, district_labels, plain_districts, told_districts
from maps.ground import Ground, border_legend, extent_of, ground_of, locator_of, province_layer
from maps.hazards import hazard_layer, hazard_legend, hides, not_observed_layer
from maps.legend import MILLION
from maps.margin import date_text, schematic, sources, stamps
from maps.measures import Measure, district_figures, measured, village_figures
from maps.palette import Palette, indicator_style
from maps.pay_points import cut_off_layer, distribution_legend, pay_point_layer, pay_point_names
from maps.scene import Extent, LegendEntry, LegendGroup, PathLayer, Scene
from maps.villages import village_layer, village_limits
from shockplan import __version__
from shockplan.areas import Gazetteer
from shockplan.boundaries import Boundaries
from shockplan.fingerprint import short
from shockplan.plan import Plan
from shockplan.shocks.layer import AreaLayer, HazardLayer, Layer, Severity
from shockplan.texts import Language, own, tr

WHOLE_COUNTRY_FROM = 50
"""From so many districts with households on, the map shows the whole country."""

WHOLE_MARGIN = 0.02


@dataclass(frozen=True, slots=True)
class PlanClasses:
    """Class limits of the districts' colours and of the villages' sizes; maps to compare share them."""

    districts: ClassLimits
    villages: ClassLimits


def plan_classes(
    plan: Plan,
    measure: Measure = "funded",
    method: Method = "quantile",
    count: int = 5,
    own: Sequence[float] = (),
) -> PlanClasses:
    """Limits from the plan's own figures, or `own` ones: households, or million kip for the budget."""
    return _classes(district_figures(plan), village_figures(plan), measure, method, count, own)


def _classes(
    districts: pd.DataFrame,
    villages: pd.DataFrame,
    measure: Measure,
    method: Method = "quantile",
    count: int = 5,
    own: Sequence[float] = (),
) -> PlanClasses:
    scale = MILLION if measure == "budget" else 1
    limits = class_limits(measured(districts, measure), method, count, [limit * scale for limit in own])
    return PlanClasses(limits, village_limits(villages))


def plan_scene(
    plan: Plan,
    language: Language,
    measure: Measure = "funded",
    focus: Iterable[str] | None = None,
    classes: PlanClasses | None = None,
    palette: Palette = "orange",
) -> Scene:
    """Districts coloured by `measure`, hazards and what was not observed over them, villages as points.

    A hazard that would hide the colours is drawn as hatch and outline. Context lies over the hazards; the
    density of the households waits until it is asked for.

    `focus`: P-codes of the districts to fill the frame with; by default those with households of the
    registry, or the whole country where they are many. `classes`: by default from the plan itself.
    """
    inputs = plan.inputs
    ground = ground_of(inputs.boundaries, inputs.gazetteer)
    figures, by_village = district_figures(plan), village_figures(plan)
    limits = classes or _classes(figures, by_village, measure)
    values = measured(figures, measure)[figures.index.get_indexer(pd.Index(ground.pcodes))]
    districts, coloured = coloured_districts(ground, values, limits.districts, measure, language, palette)
    density, density_legend = density_layer(plan, measure, language)
    villages, village_names, village_legend = village_layer(plan, by_village, limits.villages, language)
    shown = focused_extent(ground, figures.index[figures["households"] > 0], focus)
    names = layer_names(plan, language)
    around = context_scene(inputs.context, language)
    marks = [
        layer for layer in (cut_off_layer(plan, language), pay_point_layer(plan, language)) if layer.keys
    ]
    over, over_legend = hazards_over(inputs.layers, ground, names, language, values > 0)
    return Scene(
        language=language,
        title=tr(f"maps.title.{measure}", {}, language),
        subtitle=plan_subtitle(plan, language),
        extent=shown,
        whole=whole_extent(ground),
        layers=(
            told_districts(districts, inputs.gazetteer, measure, language),
            *around.under,
            *over,
            density,
            *around.over,
            province_layer(ground, language),
            *marks,
            villages,
        ),
        labels=(
            village_names,
            *around.labels,
            *(pay_point_names(layer, language) for layer in marks if layer.id == "pay_points"),
            *district_labels(ground, inputs.gazetteer, values, measure, shown, language),
        ),
        legend=(
            coloured,
            density_legend,
            *over_legend,
            village_legend,
            *(distribution_legend(layer) for layer in marks),
            *around.legend,
            border_legend(language),
        ),
        notes=(
            *sources(inputs.boundaries, inputs.layers, names, language, inputs.context),
            *undrawn(plan, figures, ground, language),
        ),
        stamps=stamps(draft=not plan.approved, made_up=inputs.spec.plan.made_up),
        crs=tr("maps.crs", {}, language),
        schematic=schematic(inputs.boundaries),
        locator=locator_of(ground),
        provenance=plan_provenance(plan, language),
    )


def layers_scene(
    boundaries: Boundaries,
    layers: Sequence[Layer],
    gazetteer: Gazetteer,
    language: Language,
    names: Mapping[str, str] | None = None,
) -> Scene:
    """The layers before a plan exists: hazards over the districts, the first area indicator as colour.

    `names`: layer id to its name in the language; the layers' own names without it.
    """
    ground = ground_of(boundaries, gazetteer)
    called = {layer.id: (names or {}).get(layer.id, layer.name) for layer in layers}
    areas, area_legend = _indicators(layers, ground, gazetteer, called, language)
    coloured = areas[0].classes >= 0 if areas else np.zeros(len(ground.pcodes), dtype=bool)
    over, over_legend = hazards_over(layers, ground, called, language, coloured)
    shown = focused_extent(ground, _touched(ground, areas, over))
    nothing: NDArray[np.float64] = np.full(len(ground.pcodes), np.nan)
    return Scene(
        language=language,
        title=tr("maps.title.layers", {}, language),
        subtitle=" · ".join(called.values()),
        extent=shown,
        whole=whole_extent(ground),
        layers=(
            plain_districts(ground, language),
            *areas,
            *over,
            province_layer(ground, language),
        ),
        labels=district_labels(ground, gazetteer, nothing, "affected", shown, language),
        legend=(*area_legend, *over_legend, border_legend(language)),
        notes=sources(boundaries, layers, called, language),
        stamps=(),
        crs=tr("maps.crs", {}, language),
        schematic=schematic(boundaries),
        locator=locator_of(ground),
    )


def undrawn(
    plan: Plan,
    figures: pd.DataFrame,
    ground: Ground,
    language: Language,
    districts: frozenset[str] | None = None,
) -> list[str]:
    """What the plan holds (in these districts) and the map cannot show, counted."""
    villages = plan.inputs.registry.villages
    lost = villages[["lon", "lat"]].isna().any(axis=1)
    lacking = ~figures.index.isin(ground.pcodes)
    if districts is not None:
        lost &= villages["district"].isin(districts)
        lacking &= figures.index.isin(districts)
    households = int(figures.loc[lacking, "households"].sum())
    counted = (("maps.undrawn.households", households), ("maps.undrawn.villages", int(lost.sum())))
    return [tr(code, {"count": count}, language) for code, count in counted if count]


def layer_names(plan: Plan, language: Language) -> dict[str, str]:
    """Layer id to its name in the language."""
    return {spec.id: own(spec, "name", language) for spec in plan.inputs.spec.layers}


def plan_subtitle(plan: Plan, language: Language) -> str:
    """Name of the plan, event and date."""
    head = plan.inputs.spec.plan
    name = own(head, "name", language)
    event = own(head, "event", language)
    return " · ".join(part for part in (name, event, date_text(head.date)) if part)


def plan_provenance(plan: Plan, language: Language) -> str:
    """The plan a map shows and the program that drew it."""
    return tr("maps.plan", {"fingerprint": short(plan.fingerprint), "version": __version__}, language)


def whole_extent(ground: Ground) -> Extent:
    """The whole country with a narrow margin."""
    return extent_of(ground, frozenset(), WHOLE_MARGIN)


def focused_extent(
    ground: Ground, with_households: Iterable[str], focus: Iterable[str] | None = None
) -> Extent:
    """The ground of the districts asked for, else of those with households."""
    wanted = frozenset(with_households if focus is None else focus)
    if not wanted or (focus is None and len(wanted) >= WHOLE_COUNTRY_FROM):
        return whole_extent(ground)
    return extent_of(ground, wanted)


def _touched(ground: Ground, areas: Iterable[PathLayer], hazards: Iterable[PathLayer]) -> set[str]:
    """Districts with a value of an indicator, or with a hazard's area in the rectangle around them."""
    codes = np.array(ground.pcodes)
    touched: set[str] = set()
    for layer in areas:
        touched.update(codes[layer.classes >= 0].tolist())
    rectangles = shapely.STRtree(shapely.box(*ground.bounds.T))
    for layer in hazards:
        if layer.id.startswith("hazard:"):
            parts = layer.full.bounds[(layer.classes >= 0) & np.isfinite(layer.full.bounds[:, 0])]
            touched.update(codes[np.unique(rectangles.query(shapely.box(*parts.T))[1])].tolist())
    return touched


def hazards_over(
    layers: Sequence[Layer],
    ground: Ground,
    names: Mapping[str, str],
    language: Language,
    coloured: NDArray[np.bool_] | None = None,
) -> tuple[list[PathLayer], list[LegendGroup]]:
    """For each hazard what was not observed, below, and the hazard itself, with their legends.

    `coloured` (n,): the districts whose colour must stay readable under it.
    """
    drawn: list[PathLayer] = []
    legend: list[LegendGroup] = []
    unseen = tr("maps.not_observed", {}, language)
    hazards = [layer for layer in layers if isinstance(layer, HazardLayer)]
    for number, layer in enumerate(hazards):
        name = names.get(layer.id, layer.name)
        hidden = not_observed_layer(layer, ground, f"{name}: {unseen}", number)
        thin = coloured is not None and hides(layer, ground, coloured)
        drawn += [each for each in (hidden, hazard_layer(layer, name, number, thin)) if each is not None]
        legend.append(hazard_legend(layer, name, number, hidden is not None, language, thin))
    return drawn, legend


def _indicators(
    layers: Sequence[Layer],
    ground: Ground,
    gazetteer: Gazetteer,
    names: Mapping[str, str],
    language: Language,
) -> tuple[list[PathLayer], list[LegendGroup]]:
    """Area layers by severity; only the first is shown at the start, for they cover each other."""
    drawn: list[PathLayer] = []
    legend: list[LegendGroup] = []
    severities = (Severity.NONE, Severity.LOW, Severity.MODERATE, Severity.SEVERE)
    styles = tuple(indicator_style(severity) for severity in severities)
    province_of = dict(zip(gazetteer.districts["pcode"], gazetteer.districts["province"], strict=True))
    for layer in layers:
        if not isinstance(layer, AreaLayer) or layer.level == "village":
            continue  # a list of villages colours no district; its households show it
        by_code = layer.values.drop_duplicates("pcode").set_index("pcode")
        in_province = layer.level == "province"
        rows = by_code.reindex([province_of.get(code, "") if in_province else code for code in ground.pcodes])
        classes = rows["severity"].fillna(-1).clip(lower=-1).to_numpy().astype(np.int16)
        values = rows["value"].to_numpy(dtype=np.float64)
        layer_id, shown, name = f"area:{layer.id}", not drawn, names.get(layer.id, layer.name)
        drawn.append(PathLayer(layer_id, name, ground.details, ground.pcodes, classes, styles, values, shown))
        entries = tuple(
            LegendEntry(tr(f"maps.severity.{severity.name.lower()}", {}, language), styles[severity])
            for severity in reversed(severities)
            if np.any(classes == severity)
        )
        title = f"{name} ({layer.unit})" if layer.unit else name
        legend.append(LegendGroup(layer_id, title, entries))
    return drawn, legend
