"""Rivers, roads, places and areas as the map draws them: quiet, under and over the hazards."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray

from maps.palette import CONTEXT_STYLES, PLACE_RADIUS, RIVER_AREA
from maps.projection import project, project_shapes
from maps.scene import Detail, LabelLayer, LegendEntry, LegendGroup, MapLayer, PathLayer, PointLayer, Style
from maps.shapes import line_details, loose_details
from shockplan.context import ContextLayer
from shockplan.texts import Language

LABEL_SIZE = 5.6
PLACE_LABEL_PRIORITY = 1.0


@dataclass(frozen=True, eq=False)
class ContextScene:
    """What lies under the hazards (rivers), over them, and the names and legend of all of it."""

    under: tuple[MapLayer, ...]
    over: tuple[MapLayer, ...]
    labels: tuple[LabelLayer, ...]
    legend: tuple[LegendGroup, ...]


def context_scene(layers: tuple[ContextLayer, ...], language: Language) -> ContextScene:
    """The layers of context in the order of the plan file; one that comes first lies lower."""
    under: list[MapLayer] = []
    over: list[MapLayer] = []
    labels: list[LabelLayer] = []
    legend: list[LegendGroup] = []
    for number, layer in enumerate(layers, start=1):
        layer_id, name = f"context:{number}", layer.title_lo if language == "lo" else layer.title
        if layer.kind == "place":
            places, names = _places(layer, layer_id, name, language)
            over.append(places)
            labels.append(names)
        else:
            (under if layer.kind == "river" else over).extend(_paths(layer, layer_id, name))
        legend.append(_legend(layer, layer_id, name))
    return ContextScene(tuple(under), tuple(over), tuple(labels), tuple(legend))


def _paths(layer: ContextLayer, layer_id: str, name: str) -> list[PathLayer]:
    """Lines, and the areas of a river that is drawn by its banks, which lie below."""
    lines, areas = _drawn(layer)
    area_style = RIVER_AREA if layer.kind == "river" else CONTEXT_STYLES[layer.kind]
    made = []
    if len(areas[0].shapes):
        made.append(
            _layer(f"{layer_id}:areas" if len(lines[0].shapes) else layer_id, name, areas, area_style)
        )
    if len(lines[0].shapes):
        made.append(_layer(layer_id, name, lines, CONTEXT_STYLES[layer.kind], lines=True))
    return made


def _layer(
    layer_id: str, name: str, details: tuple[Detail, ...], style: Style, lines: bool = False
) -> PathLayer:
    count = len(details[0].shapes)
    nothing: NDArray[np.float64] = np.full(count, np.nan)
    return PathLayer(
        layer_id,
        name,
        details,
        ("",) * count,
        np.zeros(count, dtype=np.int16),
        (style,),
        nothing,
        lines=lines,
    )


@lru_cache(maxsize=16)
def _drawn(layer: ContextLayer) -> tuple[tuple[Detail, ...], tuple[Detail, ...]]:
    shapes = project_shapes(layer.shapes)
    is_line = shapely.get_dimensions(shapes) == 1
    return line_details(shapes[is_line]), loose_details(shapes[~is_line])


def _places(
    layer: ContextLayer, layer_id: str, name: str, language: Language
) -> tuple[PointLayer, LabelLayer]:
    parts, owner = shapely.get_parts(layer.shapes, return_index=True)
    xy = project(shapely.get_coordinates(parts))
    first, second = layer.names_en, layer.names_lo
    if language == "lo":
        first, second = second, first
    names = tuple(first[row] or second[row] for row in owner.tolist())
    count = len(xy)
    radius = np.full(count, PLACE_RADIUS)
    places = PointLayer(
        layer_id,
        name,
        xy,
        radius,
        names,
        np.zeros(count, dtype=np.int16),
        (CONTEXT_STYLES["place"],),
        np.full(count, np.nan),
        "diamond",
    )
    words = LabelLayer(
        layer_id,
        names,
        xy,
        np.full(count, PLACE_LABEL_PRIORITY),
        np.full(count, np.inf),
        LABEL_SIZE,
        beside=True,
        clear=radius,
    )
    return places, words


def _legend(layer: ContextLayer, layer_id: str, name: str) -> LegendGroup:
    style = CONTEXT_STYLES[layer.kind]
    if layer.kind == "place":
        entry = LegendEntry(name, style, "point", PLACE_RADIUS, "diamond")
    else:
        entry = LegendEntry(name, style, "area" if layer.kind == "area" else "line")
    return LegendGroup(layer_id, "", (entry,))
