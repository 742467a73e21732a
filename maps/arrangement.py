"""How a person wants the layers of a map: which are hidden, how pale, and in what order."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from maps.scene import Extent, Scene


@dataclass(frozen=True, slots=True)
class Arrangement:
    """`shown`: layer id to on or off, where the person has said so; `opacity`: layer id to 0..1.

    `order`: ids from the bottom to the top; a layer that is not named keeps its place above the one it
    follows in the scene.
    """

    shown: Mapping[str, bool] = field(default_factory=dict)
    opacity: Mapping[str, float] = field(default_factory=dict)
    order: tuple[str, ...] = ()

    def with_shown(self, layer_id: str, on: bool) -> "Arrangement":
        return replace(self, shown={**self.shown, layer_id: on})

    def with_opacity(self, layer_id: str, share: float) -> "Arrangement":
        return replace(self, opacity={**self.opacity, layer_id: min(max(share, 0.0), 1.0)})


def arranged(scene: Scene, wanted: Arrangement, extent: Extent | None = None) -> Scene:
    """The scene as the person wants it, in the frame of `extent`; its legend follows its layers."""
    layers = {
        layer.id: replace(
            layer,
            shown=wanted.shown.get(layer.id, layer.shown),
            opacity=wanted.opacity.get(layer.id, layer.opacity),
        )
        for layer in scene.layers
    }
    order = order_of(scene, wanted)
    legend = sorted(scene.legend, key=lambda group: _height(group.layer_id, order))
    return replace(
        scene,
        layers=tuple(layers[layer_id] for layer_id in order),
        legend=tuple(legend) if wanted.order else scene.legend,
        extent=extent or scene.extent,
    )


def order_of(scene: Scene, wanted: Arrangement) -> tuple[str, ...]:
    """Ids of the scene's layers from the bottom to the top."""
    ids = [layer.id for layer in scene.layers]
    named = [layer_id for layer_id in wanted.order if layer_id in ids]
    if not named:
        return tuple(ids)
    order = list(named)
    for place, layer_id in enumerate(ids):
        if layer_id not in named:
            below = ids[place - 1] if place else None
            order.insert(order.index(below) + 1 if below in order else 0, layer_id)
    return tuple(order)


def moved(scene: Scene, wanted: Arrangement, layer_id: str, steps: int) -> Arrangement:
    """The layer so many places nearer to the top (below 0: to the bottom)."""
    order = list(order_of(scene, wanted))
    place = order.index(layer_id)
    order.pop(place)
    order.insert(min(max(place + steps, 0), len(order)), layer_id)
    return replace(wanted, order=tuple(order))


def _height(layer_id: str, order: tuple[str, ...]) -> int:
    """Legend groups run from the top layer down; a group of no layer stays last."""
    return -order.index(layer_id) if layer_id in order else len(order)
