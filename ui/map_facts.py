"""What the card beside the pointer says: the symbol, the district and its figure, the hazards there."""

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF

from maps.scene import MapLayer, PathLayer, PointLayer, Scene, Style
from maps.shapes import detail_for, nearest_point, shape_at
from shockplan.texts import show_number
from ui.map_frame import Frame
from ui.map_view import MapView

REACH = 9.0
"""Pixels within which the pointer is at a symbol."""

WITHOUT = ("provinces",)


def card_of(view: MapView) -> str:
    """Lines for the place under the pointer, the topmost layer first; '' where there is nothing."""
    scene, at = view.scene_under(view.pointer), view.pointer
    if scene is None or at is None:
        return ""
    return "\n".join(lines_at(scene, view.frame, at))


def lines_at(scene: Scene, frame: Frame, at: QPointF) -> Iterator[str]:
    x, y = frame.ground(at)
    for layer in reversed(scene.layers):
        if not layer.shown or layer.id in WITHOUT:
            continue
        if isinstance(layer, PointLayer):
            found = nearest_point(layer.xy, x, y, REACH * frame.metres)
            if found is not None:
                yield from symbol_lines(scene, layer, found)
        elif isinstance(layer, PathLayer) and not layer.lines:
            found = shape_at(detail_for(layer.details, frame.metres), x, y)
            if found is not None and layer.classes[found] >= 0:
                yield from area_lines(scene, layer, found)


def symbol_lines(scene: Scene, layer: PointLayer, index: int) -> Iterator[str]:
    """Its name (with the day of a delivery), and its number."""
    named = [labels for labels in scene.labels if labels.id == layer.id]
    name = named[0].texts[index].replace("\n", " ") if named else ""
    yield name or layer.name
    value = float(layer.values[index])
    if np.isfinite(value):
        titles = [group.title for group in scene.legend if group.layer_id == layer.id and group.title]
        yield f"{titles[0] if titles else layer.name}: {show_number(round(value))}"


def area_lines(scene: Scene, layer: PathLayer, index: int) -> Iterator[str]:
    """Its own words, else those of its class."""
    if layer.told:
        yield from layer.told[index].split("\n")
        return
    words = words_of(scene, layer, layer.styles[layer.classes[index]])
    yield f"{layer.name}: {words}" if words and words not in layer.name else layer.name


def words_of(scene: Scene, layer: MapLayer, style: Style) -> str:
    """What the legend says of a style of the layer."""
    texts = [
        entry.text
        for group in scene.legend
        if group.layer_id == layer.id
        for entry in group.entries
        if entry.style == style
    ]
    return texts[0] if texts else ""
