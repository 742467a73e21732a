"""What the paper writers take from outside: a box on the page, and a map to put into it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportlab.pdfgen.canvas import Canvas

from shockplan.texts import Language

if TYPE_CHECKING:
    from shockplan.plan import Plan


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points (1/72 inch); x, y is its lower left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def top(self) -> float:
        return self.y + self.height

    @property
    def right(self) -> float:
        return self.x + self.width

    def inset(self, margin: float) -> "Box":
        """The box without a margin on every side."""
        return Box(self.x + margin, self.y + margin, self.width - 2 * margin, self.height - 2 * margin)


MapDrawer = Callable[[Canvas, Box, "Plan", Language], None]
"""Draws the plan's map into the box, with its title, legend and scale bar."""
