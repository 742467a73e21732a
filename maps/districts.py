"""Districts on the map: coloured by a figure, named with it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from maps.classes import ClassLimits, classify
from maps.ground import Ground, anchors_in
from maps.legend import amount, class_entries
from maps.measures import Measure
from maps.palette import INK, NO_HOUSEHOLDS, NONE_HERE, Palette, ramp
from maps.scene import Extent, LabelLayer, LegendGroup, PathLayer
from shockplan.areas import Gazetteer, name_of
from shockplan.texts import Language, tr

MANY_LABELS = 60
LABEL_SIZE, LABEL_SIZE_MANY = 6.5, 5.4
OTHERS_COLOUR = (105, 105, 105)
"""Of the names of districts without households: there to find one's way."""


def coloured_districts(
    ground: Ground,
    values: NDArray[np.float64],
    limits: ClassLimits,
    measure: Measure,
    language: Language,
    palette: Palette = "orange",
) -> tuple[PathLayer, LegendGroup]:
    """Every district in the colour of its figure (NaN: no household in the registry), and the legend."""
    colours = ramp(limits.count, palette)
    name = tr(f"maps.measure.{measure}", {}, language)
    layer = PathLayer(
        "districts",
        name,
        ground.details,
        ground.pcodes,
        (classify(values, limits) + 1).astype(np.int16),
        (NO_HOUSEHOLDS, NONE_HERE, *colours),
        values,
    )
    return layer, LegendGroup("districts", name, class_entries(values, limits, colours, measure, language))


def plain_districts(ground: Ground, language: Language) -> PathLayer:
    """Every district white."""
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


def told_districts(
    layer: PathLayer,
    gazetteer: Gazetteer,
    measure: Measure,
    language: Language,
) -> PathLayer:
    """The layer with the words for who points at a district: its name, its code, its figure."""
    names = [f"{name_of(gazetteer, pcode, language)} ({pcode})" for pcode in layer.keys]
    none = tr("maps.class.no_households", {}, language)
    told = [
        f"{name}\n{layer.name}: {amount(value, measure)}" if np.isfinite(value) else f"{name}\n{none}"
        for name, value in zip(names, layer.values.tolist(), strict=True)
    ]
    return replace(layer, told=tuple(told if np.isfinite(layer.values).any() else names))


def district_labels(
    ground: Ground,
    gazetteer: Gazetteer,
    values: NDArray[np.float64],
    measure: Measure,
    extent: Extent,
    language: Language,
    signed: bool = False,
) -> tuple[LabelLayer, ...]:
    """Names with their figure, so that no reader depends on the colour; the other names below.

    `signed`: a rise reads +12.
    """
    anchors, room = anchors_in(ground, extent)
    inside = (anchors >= (extent.left, extent.bottom)) & (anchors <= (extent.right, extent.top))
    size = LABEL_SIZE_MANY if np.count_nonzero(inside.all(axis=1)) > MANY_LABELS else LABEL_SIZE
    names = np.array([name_of(gazetteer, pcode, language) for pcode in ground.pcodes], dtype=object)
    with_figure = np.isfinite(values)
    layers = []
    for named, chosen in ((False, ~with_figure), (True, with_figure)):
        numbers = values[chosen].tolist()
        figures = [
            f"\n{'+' if signed and value > 0 else ''}{amount(value, measure)}" if np.isfinite(value) else ""
            for value in numbers
        ]
        layers.append(
            LabelLayer(
                "districts",
                tuple(name + figure for name, figure in zip(names[chosen], figures, strict=True)),
                anchors[chosen],
                np.abs(np.nan_to_num(values[chosen], nan=0.0)),
                room[chosen],
                size,
                bold=named,
                colour=OTHERS_COLOUR if with_figure.any() and not named else INK,
            )
        )
    return tuple(layers)
