"""What stands left and right of the swipe: two figures of the plan, or two layers."""

from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from maps.arrangement import Arrangement
from maps.scene import Scene
from ui.label import label
from ui.map_classes import MEASURES
from ui.style import GAP, SPACE
from ui.words import Words

GROUND = ("districts", "provinces")
"""Layers that stay on both sides."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the swipe: a measure by which the districts are coloured, or a layer."""

    measure: str = ""
    layer: str = ""


class SwipeBar(QWidget):
    """`changed` when another figure or layer is chosen on a side."""

    changed = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.left, self.right = QComboBox(), QComboBox()
        self.left_name, self.right_name = label("small"), label("small")
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, GAP, SPACE, GAP)
        row.setSpacing(SPACE)
        for name, box in ((self.left_name, self.left), (self.right_name, self.right)):
            name.setBuddy(box)
            row.addWidget(name)
            row.addWidget(box, 1)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
            box.activated.connect(lambda number: self.changed.emit())

    def show_scene(self, scene: Scene, measure: str) -> None:
        """The measures, then the layers of the scene; each side stays where it stands if it can."""
        sides = [Side(measure=each) for each in MEASURES]
        named = [self.words(f"ui.measure.{each}") for each in MEASURES]
        for layer in reversed(scene.layers):
            if layer.id not in GROUND:
                sides.append(Side(layer=layer.id))
                named.append(layer.name)
        other = Side(measure="affected" if measure != "affected" else "funded")
        for box, first in ((self.left, Side(measure=measure)), (self.right, other)):
            before = box.currentData()
            with QSignalBlocker(box):
                box.clear()
                for side, name in zip(sides, named, strict=True):
                    box.addItem(name, side)
                wanted = before if before in sides else first
                box.setCurrentIndex(sides.index(wanted) if wanted in sides else 0)

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.left.currentData() or Side(), self.right.currentData() or Side()

    def show_left(self, measure: str) -> None:
        """The map was given another figure elsewhere."""
        if self.sides[0].measure and self.sides[0].measure != measure and measure in MEASURES:
            with QSignalBlocker(self.left):
                self.left.setCurrentIndex(MEASURES.index(measure))

    def retranslate(self) -> None:
        self.left_name.setText(self.words("ui.swipe.left"))
        self.right_name.setText(self.words("ui.swipe.right"))
        self.left.setAccessibleName(self.words("ui.swipe.left"))
        self.right.setAccessibleName(self.words("ui.swipe.right"))


def on_sides(wanted: Arrangement, left: Side, right: Side) -> tuple[Arrangement, Arrangement]:
    """How the layers are arranged left and right: a compared layer is on its own side alone."""
    first, second = wanted, wanted
    for side, mine in ((left, True), (right, False)):
        if side.layer:
            first = first.with_shown(side.layer, mine or left == right)
            second = second.with_shown(side.layer, not mine or left == right)
    return first, second
