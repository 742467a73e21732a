"""Lines of longitude and latitude over the frame, with their degrees at its edges."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maps.projection import project, unproject
from maps.view import View

STEPS_MINUTES = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300)
MOST_LINES = 6
"""Lines one way across the frame."""


@dataclass(frozen=True, eq=False)
class GraticuleLine:
    """`points` (k, 2) on the page, running past the frame; `label_at` where it meets the frame's lower
    edge (a meridian) or left edge (a parallel), None where it meets neither.
    """

    text: str
    meridian: bool
    points: NDArray[np.float64]
    label_at: tuple[float, float] | None


def graticule(view: View) -> tuple[GraticuleLine, ...]:
    """Meridians, then parallels, at the smallest round step that keeps them few."""
    west, south, east, north = _degrees(view)
    step = next(
        (step for step in STEPS_MINUTES if max(east - west, north - south) * 60 / step <= MOST_LINES),
        STEPS_MINUTES[-1],
    )
    lines = []
    for minutes in _rounds(west, east, step):
        along = np.linspace(south, north, 25)
        lines.append(_line(view, minutes, True, np.column_stack([np.full(25, minutes / 60), along])))
    for minutes in _rounds(south, north, step):
        along = np.linspace(west, east, 25)
        lines.append(_line(view, minutes, False, np.column_stack([along, np.full(25, minutes / 60)])))
    return tuple(lines)


def angle_text(minutes: int, meridian: bool) -> str:
    """106°30'E or 15°N; south and west do not occur in Laos, but are said if they do."""
    letter = ("E" if minutes >= 0 else "W") if meridian else ("N" if minutes >= 0 else "S")
    degrees, rest = divmod(abs(minutes), 60)
    return f"{degrees}°{rest:02}'{letter}" if rest else f"{degrees}°{letter}"


def _line(view: View, minutes: int, meridian: bool, lon_lat: NDArray[np.float64]) -> GraticuleLine:
    points = view.to_page(project(lon_lat))
    frame = view.frame
    across, along = (0, 1) if meridian else (1, 0)
    edge = frame.y if meridian else frame.x
    low, high = (frame.x, frame.right) if meridian else (frame.y, frame.top)
    label_at = None
    if points[0, along] <= edge <= points[-1, along]:
        crossing = float(np.interp(edge, points[:, along], points[:, across]))
        if low <= crossing <= high:
            label_at = (crossing, edge) if meridian else (edge, crossing)
    return GraticuleLine(angle_text(minutes, meridian), meridian, points, label_at)


def _degrees(view: View) -> tuple[float, float, float, float]:
    """West, south, east, north of the frame, along its whole edge, and a little more."""
    extent = view.extent
    x, y = np.linspace(extent.left, extent.right, 9), np.linspace(extent.bottom, extent.top, 9)
    edge = np.vstack(
        [
            np.column_stack([x, np.full(9, extent.bottom)]),
            np.column_stack([x, np.full(9, extent.top)]),
            np.column_stack([np.full(9, extent.left), y]),
            np.column_stack([np.full(9, extent.right), y]),
        ]
    )
    lon_lat = unproject(edge)
    (west, south), (east, north) = lon_lat.min(axis=0).tolist(), lon_lat.max(axis=0).tolist()
    return west - 0.02, south - 0.02, east + 0.02, north + 0.02


def _rounds(low: float, high: float, step: int) -> list[int]:
    """Multiples of `step` minutes between two angles in degrees."""
    first = int(np.ceil(low * 60 / step))
    last = int(np.floor(high * 60 / step))
    return [number * step for number in range(first, last + 1)]
