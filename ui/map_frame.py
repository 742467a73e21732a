"""Where on the ground the window looks: pixels to projected metres and back."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF
from PySide6.QtGui import QTransform

from maps.scene import Extent

NEAREST = 0.5  # metres a pixel
FURTHEST = 20_000.0


@dataclass(frozen=True, slots=True)
class Frame:
    """`x`, `y`: the middle, projected metres; `metres`: metres a pixel; `width`, `height`: pixels."""

    x: float
    y: float
    metres: float
    width: int
    height: int

    @property
    def extent(self) -> Extent:
        half_width, half_height = self.width * self.metres / 2, self.height * self.metres / 2
        return Extent(self.x - half_width, self.y - half_height, self.x + half_width, self.y + half_height)

    def ground(self, point: QPointF) -> tuple[float, float]:
        """Projected metres under a pixel."""
        return (
            self.x + (point.x() - self.width / 2) * self.metres,
            self.y - (point.y() - self.height / 2) * self.metres,
        )

    def pixel(self, x: float, y: float) -> QPointF:
        return QPointF(
            (x - self.x) / self.metres + self.width / 2, (self.y - y) / self.metres + self.height / 2
        )

    def moved(self, right: float, down: float) -> "Frame":
        """The frame after the ground was dragged by so many pixels."""
        return replace(self, x=self.x - right * self.metres, y=self.y + down * self.metres)

    def zoomed(self, factor: float, at: QPointF) -> "Frame":
        """Nearer (factor over 1) or further; the ground under the pixel stays where it is."""
        metres = min(max(self.metres / factor, NEAREST), FURTHEST)
        x, y = self.ground(at)
        right, down = at.x() - self.width / 2, at.y() - self.height / 2
        return replace(self, x=x - right * metres, y=y + down * metres, metres=metres)

    def grown(self, margin: int) -> "Frame":
        """The same view with so many pixels more on every side."""
        return replace(self, width=self.width + 2 * margin, height=self.height + 2 * margin)

    def resized(self, width: int, height: int) -> "Frame":
        return replace(self, width=max(width, 1), height=max(height, 1))

    def transform_from(self, origin: tuple[float, float]) -> QTransform:
        """Metres counted from `origin` (so that floats stay exact) to pixels; north is up."""
        top_left = self.pixel(*origin)
        return QTransform(1 / self.metres, 0, 0, -1 / self.metres, top_left.x(), top_left.y())


def frame_of(extent: Extent, width: int, height: int, margin: float = 0.04) -> Frame:
    """The frame that holds the whole extent with a little air."""
    width, height = max(width, 1), max(height, 1)
    metres = max(extent.width / width, extent.height / height, NEAREST) * (1 + 2 * margin)
    x, y = extent.centre
    return Frame(x, y, min(metres, FURTHEST), width, height)
