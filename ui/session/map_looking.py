"""How the map is looked at: what the plan says of it, and what is looked at in passing."""

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from maps.arrangement import Arrangement
from ui.session.map_making import DELIVERY, MapChoice, MapGlance, choice_of

if TYPE_CHECKING:
    from shockplan.document import Document
    from shockplan.planfile import MapSpec
    from ui.session.session import Session

IN_PASSING = ("beside", "round")


class MapLooking:
    """Measure, classes, colours and layers are part of the plan: kept with it, and undone as anything else.

    The delivery, its round and the measure right of the swipe are looked at and gone.
    """

    def __init__(self, session: "Session") -> None:
        self.session = session
        self.glance = MapGlance()

    @property
    def spec(self) -> "MapSpec | None":
        """What the plan says now, None before one is open."""
        now = self.session.history.now
        return now.spec.map if now is not None else None

    @property
    def choice(self) -> MapChoice:
        return choice_of(self.spec, self.glance)

    @property
    def arrangement(self) -> Arrangement:
        from maps.chosen import arrangement_of

        return arrangement_of(self.spec) if self.spec is not None else Arrangement()

    def begin(self) -> None:
        """Another plan is open."""
        self.glance = MapGlance()

    def choose(self, **choice: Any) -> None:
        """Colour the map by another figure or in other classes: fields of `MapChoice`."""
        glance = replace(self.glance, **{key: choice.pop(key) for key in IN_PASSING if key in choice})
        if "measure" in choice:
            glance = replace(glance, delivery=choice["measure"] == DELIVERY)
        if glance.delivery:
            choice.pop("measure", None)
        looked, self.glance = glance != self.glance, glance
        if not self._change(choice, sliding="count" if set(choice) == {"count"} else "") and looked:
            self.session.show_again()

    def arrange(self, wanted: Arrangement) -> None:
        """Layers on or off, paler, or in another order. One layer growing paler is one step."""
        before = self.arrangement
        pale = [layer for layer, share in wanted.opacity.items() if before.opacity.get(layer) != share]
        table = {
            "shown": dict(wanted.shown),
            "opacity": {layer: Decimal(str(share)) for layer, share in wanted.opacity.items()},
            "order": wanted.order,
        }
        self._change(table, sliding=pale[0] if len(pale) == 1 and wanted.order == before.order else "")

    def _change(self, wanted: dict[str, Any], sliding: str) -> bool:
        """Whether the plan was changed. `sliding`: what moves in small steps that are one to undo."""
        now = self.spec
        if now is None:
            return False
        if "own" in wanted:
            wanted["own"] = tuple(Decimal(str(limit)) for limit in wanted["own"])
        moved = {key: value for key, value in wanted.items() if getattr(now, key) != value}
        if moved:
            table = {**(self.session.table_at(("map",)) or {}), **moved}
            self.session.change(("map",), table, sliding=("map", sliding) if sliding else None)
        return bool(moved)


def only_looked(before: "Document | None", after: "Document") -> bool:
    """Whether nothing but the look of the map is another: an approved plan stays what was approved."""
    if before is None or before.contents != after.contents:
        return False
    return after.spec.model_copy(update={"map": before.spec.map}) == before.spec
