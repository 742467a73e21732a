"""The map of a plan, and of the layers before there is one, as scenes."""

import datetime as dt
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from maps.classes import Method, class_limits, classify
from maps.ground import Ground, anchors_in, extent_of, ground_of, locator_of, province_layer
from maps.hazards import hazard_layer, hazard_legend, not_observed_layer
from maps.legend import amount, class_entries
from maps.measures import Measure, district_figures, measured, village_figures
from maps.palette import (
    INK,
    NO_HOUSEHOLDS,
    NONE_HERE,
    VILLAGE_FUNDED,
    VILLAGE_NONE,
    VILLAGE_RADII,
    indicator_style,
    ramp,
)
from maps.projection import project
from maps.scene import Extent, LabelLayer, LegendEntry, LegendGroup, PathLayer, PointLayer, Scene
from shockplan.areas import Gazetteer, name_of
from shockplan.boundaries import Boundaries
from shockplan.fingerprint import short
from shockplan.plan import Plan
from shockplan.shocks.layer import AreaLayer, HazardLayer, Layer, Severity
from shockplan.texts import Language, show_value, tr

WHOLE_COUNTRY_FROM = 50
"""From so many districts with households on, the map shows the whole country."""

WHOLE_MARGIN = 0.02
MOST_VILLAGES_SHOWN = 1500
"""More village points than this wait until the person asks for them."""

MANY_LABELS = 60
LABEL_SIZE, LABEL_SIZE_MANY = 6.5, 5.4
VILLAGE_LABEL_SIZE = 5.2
OTHERS_COLOUR = (105, 105, 105)
"""Of the names of districts without households: there to find one's way."""


def plan_scene(
    plan: Plan,
    language: Language,
    measure: Measure = "funded",
    focus: Iterable[str] | None = None,
    method: Method = "quantile",
) -> Scene:
    """Districts coloured by `measure`, hazards and what was not observed over them, villages as points.

    `focus`: P-codes of the districts to fill the frame with; by default those with households of the
    registry, or the whole country where they are many.
    """
    inputs = plan.inputs
    ground = ground_of(inputs.boundaries, inputs.gazetteer)
    figures = district_figures(plan)
    values = measured(figures, measure)[figures.index.get_indexer(pd.Index(ground.pcodes))]
    limits = class_limits(values, method)
    colours = ramp(limits.count)
    districts = PathLayer(
        "districts",
        tr(f"maps.measure.{measure}", {}, language),
        ground.details,
        ground.pcodes,
        (classify(values, limits) + 1).astype(np.int16),
        (NO_HOUSEHOLDS, NONE_HERE, *colours),
        values,
    )
    coloured = LegendGroup(
        "districts", districts.name, class_entries(values, limits, colours, measure, language)
    )
    villages, village_labels, village_legend = _villages(plan, language)
    shown = _extent(ground, figures.index[figures["households"] > 0], focus)
    names = {spec.id: _own(spec.name, spec.name_lo, language) for spec in inputs.spec.layers}
    head = inputs.spec.plan
    event = _own(head.event, head.event_lo, language)
    title_name = _own(head.name, head.name_lo, language)
    over, over_legend = _hazards(inputs.layers, ground, names, language)
    return Scene(
        language=language,
        title=tr(f"maps.title.{measure}", {}, language),
        subtitle=" · ".join(part for part in (title_name, event, _date(head.date)) if part),
        extent=shown,
        whole=extent_of(ground, frozenset(), WHOLE_MARGIN),
        layers=(districts, *over, province_layer(ground, tr("maps.provinces", {}, language)), villages),
        labels=(
            village_labels,
            *_district_labels(ground, inputs.gazetteer, values, measure, shown, language),
        ),
        legend=(coloured, *over_legend, village_legend),
        notes=(
            *_sources(inputs.boundaries, inputs.layers, names, language),
            tr("maps.plan", {"fingerprint": short(plan.fingerprint)}, language),
        ),
        stamps=_stamps(draft=not plan.approved, made_up=head.made_up),
        crs=tr("maps.crs", {}, language),
        schematic=_schematic(inputs.boundaries),
        locator=locator_of(ground),
    )


def layers_scene(
    boundaries: Boundaries, layers: Sequence[Layer], gazetteer: Gazetteer, language: Language
) -> Scene:
    """The layers before a plan exists: hazards over the districts, the first area indicator as colour."""
    ground = ground_of(boundaries, gazetteer)
    names = {layer.id: layer.name for layer in layers}
    areas, area_legend = _indicators(layers, ground, gazetteer, language)
    over, over_legend = _hazards(layers, ground, names, language)
    plain = _plain_districts(ground, language)
    whole = extent_of(ground, frozenset(), WHOLE_MARGIN)
    nothing: NDArray[np.float64] = np.full(len(ground.pcodes), np.nan)
    return Scene(
        language=language,
        title=tr("maps.title.layers", {}, language),
        subtitle=" · ".join(names.values()),
        extent=whole,
        whole=whole,
        layers=(plain, *areas, *over, province_layer(ground, tr("maps.provinces", {}, language))),
        labels=_district_labels(ground, gazetteer, nothing, "affected", whole, language),
        legend=(*area_legend, *over_legend),
        notes=_sources(boundaries, layers, names, language),
        stamps=(),
        crs=tr("maps.crs", {}, language),
        schematic=_schematic(boundaries),
        locator=locator_of(ground),
    )


def _extent(ground: Ground, with_households: Iterable[str], focus: Iterable[str] | None) -> Extent:
    wanted = frozenset(with_households if focus is None else focus)
    if focus is None and len(wanted) >= WHOLE_COUNTRY_FROM:
        wanted = frozenset()
    return extent_of(ground, wanted) if wanted else extent_of(ground, wanted, WHOLE_MARGIN)


def _hazards(
    layers: Sequence[Layer], ground: Ground, names: dict[str, str], language: Language
) -> tuple[list[PathLayer], list[LegendGroup]]:
    """For each hazard what was not observed, below, and the hazard itself, with their legends."""
    drawn: list[PathLayer] = []
    legend: list[LegendGroup] = []
    unseen = tr("maps.not_observed", {}, language)
    for layer in layers:
        if not isinstance(layer, HazardLayer):
            continue
        name = names.get(layer.id, layer.name)
        hidden = not_observed_layer(layer, ground, f"{name}: {unseen}")
        drawn += [each for each in (hidden, hazard_layer(layer, name)) if each is not None]
        legend.append(hazard_legend(layer, name, hidden is not None, language))
    return drawn, legend


def _indicators(
    layers: Sequence[Layer], ground: Ground, gazetteer: Gazetteer, language: Language
) -> tuple[list[PathLayer], list[LegendGroup]]:
    """Area layers by severity; only the first is shown at the start, for they cover each other."""
    drawn: list[PathLayer] = []
    legend: list[LegendGroup] = []
    severities = (Severity.NONE, Severity.LOW, Severity.MODERATE, Severity.SEVERE)
    styles = tuple(indicator_style(severity) for severity in severities)
    province_of = dict(zip(gazetteer.districts["pcode"], gazetteer.districts["province"], strict=True))
    for layer in layers:
        if not isinstance(layer, AreaLayer):
            continue
        by_code = layer.values.drop_duplicates("pcode").set_index("pcode")
        places = [
            pcode if layer.level == "district" else province_of.get(pcode, "") for pcode in ground.pcodes
        ]
        rows = by_code.reindex(places)
        classes = rows["severity"].fillna(-1).clip(lower=-1).to_numpy().astype(np.int16)
        values = rows["value"].to_numpy(dtype=np.float64)
        layer_id = f"area:{layer.id}"
        shown = not drawn
        drawn.append(
            PathLayer(layer_id, layer.name, ground.details, ground.pcodes, classes, styles, values, shown)
        )
        title = f"{layer.name} ({layer.unit})" if layer.unit else layer.name
        entries = tuple(
            LegendEntry(tr(f"maps.severity.{severity.name.lower()}", {}, language), styles[severity])
            for severity in reversed(severities)
            if np.any(classes == severity)
        )
        legend.append(LegendGroup(layer_id, title, entries))
    return drawn, legend


def _plain_districts(ground: Ground, language: Language) -> PathLayer:
    count = len(ground.pcodes)
    return PathLayer(
        "districts",
        tr("maps.districts", {}, language),
        ground.details,
        ground.pcodes,
        np.zeros(count, dtype=np.int16),
        (NONE_HERE,),
        np.full(count, np.nan),
    )


def _villages(plan: Plan, language: Language) -> tuple[PointLayer, LabelLayer, LegendGroup]:
    """Villages with a known place, larger where more households are funded."""
    villages = plan.inputs.registry.villages
    lon_lat = villages[["lon", "lat"]].to_numpy(dtype=np.float64)
    known = np.isfinite(lon_lat).all(axis=1)
    funded = village_figures(plan)["funded"].to_numpy(dtype=np.float64)[known]
    limits = class_limits(funded, classes=len(VILLAGE_RADII))
    classes = classify(funded, limits)
    radii = np.array([VILLAGE_RADII[0], *VILLAGE_RADII])
    xy = project(lon_lat[known])
    layer = PointLayer(
        "villages",
        tr("maps.villages", {}, language),
        xy,
        radii[classes],
        tuple(map(str, villages["key"].to_numpy()[known])),
        (classes > 0).astype(np.int16),
        (VILLAGE_NONE, VILLAGE_FUNDED),
        funded,
        shown=int(known.sum()) <= MOST_VILLAGES_SHOWN,
    )
    first, second = ("name_lo", "name_en") if language == "lo" else ("name_en", "name_lo")
    names = villages[first].fillna(villages[second]).fillna("")
    labels = LabelLayer(
        "villages",
        tuple(map(str, names.to_numpy()[known])),
        xy,
        funded,
        np.full(len(xy), np.inf),
        VILLAGE_LABEL_SIZE,
        beside=True,
        clear=layer.radius,
    )
    samples = class_entries(funded, limits, [VILLAGE_FUNDED] * limits.count, "funded", language)
    ranges = [entry.text for entry in samples if entry.style is VILLAGE_FUNDED]
    entries = [LegendEntry(tr("maps.village.none", {}, language), VILLAGE_NONE, "point", VILLAGE_RADII[0])]
    entries += [
        LegendEntry(text, VILLAGE_FUNDED, "point", radius)
        for text, radius in zip(ranges, VILLAGE_RADII, strict=False)
    ]
    return layer, labels, LegendGroup("villages", tr("maps.village.title", {}, language), tuple(entries))


def _district_labels(
    ground: Ground,
    gazetteer: Gazetteer,
    values: NDArray[np.float64],
    measure: Measure,
    extent: Extent,
    language: Language,
) -> tuple[LabelLayer, ...]:
    """Names with their figure, so that no reader depends on the colour; the other names below."""
    anchors, room = anchors_in(ground, extent)
    inside = (anchors >= (extent.left, extent.bottom)) & (anchors <= (extent.right, extent.top))
    size = LABEL_SIZE_MANY if np.count_nonzero(inside.all(axis=1)) > MANY_LABELS else LABEL_SIZE
    names = np.array([name_of(gazetteer, pcode, language) for pcode in ground.pcodes], dtype=object)
    with_figure = np.isfinite(values)
    layers = []
    for layer_id, chosen in (("districts:others", ~with_figure), ("districts", with_figure)):
        numbers = values[chosen].tolist()
        figures = [f"\n{amount(value, measure)}" if np.isfinite(value) else "" for value in numbers]
        layers.append(
            LabelLayer(
                layer_id,
                tuple(name + figure for name, figure in zip(names[chosen], figures, strict=True)),
                anchors[chosen],
                np.nan_to_num(values[chosen], nan=0.0),
                room[chosen],
                size,
                bold=layer_id == "districts",
                colour=OTHERS_COLOUR if with_figure.any() and layer_id != "districts" else INK,
            )
        )
    return tuple(layers)


def _sources(
    boundaries: Boundaries, layers: Sequence[Layer], names: dict[str, str], language: Language
) -> tuple[str, ...]:
    """The disclaimer, where everything comes from, and what was left unsaid about the ground looked at."""
    sources = [tr("maps.source.boundaries", {"source": boundaries.source}, language)]
    for layer in layers:
        said = [layer.source_note or layer.source.name, _date(layer.date)]
        sources.append(f"{names.get(layer.id, layer.name)}: {' · '.join(filter(None, said))}")
    unsaid = [
        tr("maps.extent_unsaid", {"layer": names.get(layer.id, layer.name)}, language)
        for layer in layers
        if isinstance(layer, HazardLayer) and layer.observed is None
    ]
    return (tr("maps.disclaimer", {}, language), "; ".join(sources) + ".", *unsaid)


def _own(english: str, lao: str | None, language: Language) -> str:
    """The Lao text for a Lao reader where there is one."""
    return lao if language == "lo" and lao else english


def _schematic(boundaries: Boundaries) -> str:
    return _both("maps.schematic") if boundaries.schematic else ""


def _stamps(draft: bool, made_up: bool) -> tuple[str, ...]:
    """Sentences in both languages, whatever the map's own language is."""
    return tuple(_both(code) for code, said in (("maps.draft", draft), ("maps.made_up", made_up)) if said)


def _both(code: str) -> str:
    return f"{tr(code, {}, 'lo')} · {tr(code, {}, 'en')}"


def _date(date: dt.date | None) -> str:
    return "" if date is None else show_value(date)
