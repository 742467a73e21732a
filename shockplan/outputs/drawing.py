"""What the paper writers take from outside: a box on the page, and a map to put into it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

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


class MapDrawer(Protocol):
    """Draws a map of the plan into the box, with its title, legend and scale bar."""

    def __call__(
        self, canvas: Canvas, box: Box, plan: "Plan", language: Language, round_number: int = 0, /
    ) -> None:
        """`round_number` 0: the households funded; else the delivery of that payment round."""
