"""Two plans side by side or one over the other: the same classes and frame for both, or their difference."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from maps.classes import Method, class_limits, classify
from maps.districts import district_labels, told_districts
from maps.ground import Ground, border_legend, ground_of, locator_of, province_layer
from maps.legend import range_texts
from maps.margin import schematic, sources, stamps
from maps.measures import Measure, district_figures, measured, village_figures
from maps.palette import NO_HOUSEHOLDS, NONE_HERE, fewer, ramp
from maps.plan_scene import PlanClasses, focused_extent, plan_scene, plan_subtitle, whole_extent
from maps.scene import LegendEntry, LegendGroup, PathLayer, Scene
from maps.villages import village_limits
from shockplan.fingerprint import short
from shockplan.plan import Plan
from shockplan.texts import Language, tr

CHANGE_CLASSES = 2
"""Classes each way; with *no change* a reader tells five apart."""


def paired_scenes(
    before: Plan,
    after: Plan,
    language: Language,
    measure: Measure = "funded",
    method: Method = "quantile",
) -> tuple[Scene, Scene]:
    """The scenes of two plans, to swipe between: one frame, and a colour means the same on both."""
    classes = shared_classes((before, after), measure, method)
    busy = frozenset(_with_households(before)) | frozenset(_with_households(after))
    first = plan_scene(before, language, measure, busy, classes)
    return first, plan_scene(after, language, measure, busy, classes)


def shared_classes(plans: tuple[Plan, ...], measure: Measure, method: Method = "quantile") -> PlanClasses:
    """Class limits from the figures of all the plans together."""
    districts = np.concatenate([measured(district_figures(plan), measure) for plan in plans])
    villages = pd.concat([village_figures(plan) for plan in plans])
    return PlanClasses(class_limits(districts, method), village_limits(villages))


def change(before: Plan, after: Plan, measure: Measure) -> pd.Series:
    """By P-code: the figure after less the figure before; NaN where neither has a household."""
    old, new = district_figures(before), district_figures(after)
    difference = (new[measure] - old[measure]).astype("float64")
    return difference.where((new["households"] > 0) | (old["households"] > 0))


def compare_scene(before: Plan, after: Plan, language: Language, measure: Measure = "funded") -> Scene:
    """Districts by how much their figure changes, on the boundaries of the plan after."""
    inputs = after.inputs
    ground = ground_of(inputs.boundaries, inputs.gazetteer)
    by_code = change(before, after, measure)
    values = by_code.reindex(list(ground.pcodes)).to_numpy(dtype=np.float64)
    coloured, legend = _coloured_change(ground, values, measure, language)
    shown = focused_extent(ground, by_code.index[by_code.notna()])
    told = {"before": short(before.fingerprint), "after": short(after.fingerprint)}
    return Scene(
        language=language,
        title=tr("maps.title.change", {"measure": coloured.name}, language),
        subtitle=plan_subtitle(after, language),
        extent=shown,
        whole=whole_extent(ground),
        layers=(
            told_districts(coloured, inputs.gazetteer, measure, language),
            province_layer(ground, language),
        ),
        labels=district_labels(ground, inputs.gazetteer, values, measure, shown, language, signed=True),
        legend=(legend, border_legend(language)),
        notes=sources(inputs.boundaries, (), {}, language),
        stamps=stamps(
            draft=not (before.approved and after.approved),
            made_up=before.inputs.spec.plan.made_up or inputs.spec.plan.made_up,
        ),
        crs=tr("maps.crs", {}, language),
        schematic=schematic(inputs.boundaries),
        locator=locator_of(ground),
        provenance=tr("maps.change.between", told, language),
    )


def _coloured_change(
    ground: Ground, values: NDArray[np.float64], measure: Measure, language: Language
) -> tuple[PathLayer, LegendGroup]:
    """More in the ramp, fewer in purple under a hatch, and the legend from much more to many fewer."""
    limits = class_limits(np.abs(values), classes=CHANGE_CLASSES)
    steps = classify(np.abs(values), limits)
    more, less = ramp(limits.count), fewer(limits.count)
    classes = np.where(values < 0, steps + limits.count, steps) + 1
    name = tr(f"maps.measure.{measure}", {}, language)
    layer = PathLayer(
        "districts",
        name,
        ground.details,
        ground.pcodes,
        classes.astype(np.int16),
        (NO_HOUSEHOLDS, NONE_HERE, *more, *less),
        values,
    )
    ranges = range_texts(limits, measure, language)
    entries: list[LegendEntry] = []
    if np.any(values > 0):
        texts = [tr("maps.change.more", {"range": text}, language) for text in ranges]
        entries += [LegendEntry(*pair) for pair in zip(reversed(texts), reversed(more), strict=True)]
    if np.any(values == 0):
        entries.append(LegendEntry(tr("maps.change.same", {}, language), NONE_HERE))
    if np.any(values < 0):
        texts = [tr("maps.change.fewer", {"range": text}, language) for text in ranges]
        entries += [LegendEntry(*pair) for pair in zip(texts, less, strict=True)]
    if np.any(np.isnan(values)):
        entries.append(LegendEntry(tr("maps.class.no_households", {}, language), NO_HOUSEHOLDS))
    return layer, LegendGroup("districts", name, tuple(entries))


def _with_households(plan: Plan) -> pd.Index:
    figures = district_figures(plan)
    return figures.index[figures["households"] > 0]
