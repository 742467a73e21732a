"""From the ground to the page: the frame, the scale bar that is true, and where north is."""

from dataclasses import dataclass
from math import atan2, degrees, floor, log10

import numpy as np
from numpy.typing import NDArray

from maps.projection import project, true_length, unproject
from maps.scene import Extent
from shockplan.outputs.drawing import Box


@dataclass(frozen=True, slots=True)
class View:
    """A frame on the page and the ground it shows; both have the same proportions."""

    frame: Box
    extent: Extent

    @property
    def points_per_metre(self) -> float:
        return self.frame.width / self.extent.width

    def to_page(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) projected metres to points."""
        origin = np.array([self.extent.left, self.extent.bottom])
        page: NDArray[np.float64] = (xy - origin) * self.points_per_metre + (self.frame.x, self.frame.y)
        return page


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """`metres` on the ground, true at the middle of the frame, are `length` points on the page."""

    metres: int
    length: float
    divisions: int


def view_of(extent: Extent, frame: Box) -> View:
    """The extent widened on its shorter side until it fills the frame."""
    scale = min(frame.width / extent.width, frame.height / extent.height)
    (x, y), across, along = extent.centre, frame.width / scale / 2, frame.height / scale / 2
    return View(frame, Extent(x - across, y - along, x + across, y + along))


def scale_bar(view: View, longest: float) -> ScaleBar:
    """The longest bar of 1, 2 or 5 times a power of ten metres that is at most `longest` points long."""
    x, y = view.extent.centre
    half = longest / view.points_per_metre / 2
    true = true_length((x - half, y), (x + half, y))
    power = 10 ** floor(log10(true))
    step = next(step for step in (5, 2, 1) if step * power <= true)
    metres = int(step * power)
    return ScaleBar(metres, longest * metres / true, 4 if step == 2 else 5)


def north_turn(view: View) -> float:
    """Degrees by which true north at the middle of the frame is turned clockwise from straight up."""
    centre = np.array([view.extent.centre])
    lon_lat = unproject(centre)
    above = project(lon_lat + np.array([[0.0, 0.01]]))
    (across, up) = (above - centre)[0].tolist()
    return degrees(atan2(across, up))
