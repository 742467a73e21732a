"""Labels that do not collide: each takes the best free place it has, or stays away."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maps.scene import Colour, LabelLayer
from shockplan.outputs.drawing import Box
from shockplan.outputs.lao_text import text_width

LEADING = 1.25
"""Line height in letter sizes; Lao vowels and tone marks stand above and below the Latin height."""
ASCENT, DESCENT = 0.95, 0.3
"""Of a line with Lao marks, in letter sizes."""

SMALLER = (1.0, 0.82)
"""Letter sizes tried, as shares of the layer's own."""

OVERHANG = 1.7
"""How much wider than its shape a label may be and still be read as belonging to it."""

NEAR = 1.8
"""Points between a symbol and the label beside it."""


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A label at its place. `lines` are (x of the middle, y of the baseline, text), in points."""

    layer_id: str
    lines: tuple[tuple[float, float, str], ...]
    size: float
    bold: bool
    colour: Colour
    box: Box


@dataclass(frozen=True, slots=True)
class _Block:
    """A text set at a size, not yet placed."""

    lines: tuple[str, ...]
    size: float
    width: float
    height: float


def place_labels(
    layers: Iterable[tuple[LabelLayer, NDArray[np.float64]]],
    frame: Box,
    points_per_metre: float,
    taken: Sequence[Box] = (),
    symbols: NDArray[np.float64] | None = None,
) -> tuple[PlacedLabel, ...]:
    """Place the labels of the layers in the order given, within a layer by falling priority.

    Each layer comes with its anchors on the page (n, 2). `taken` may never be covered; `symbols`
    (m, 3: x, y, radius, points) are covered only where a label has no better place, and never by a label
    that stands beside a symbol.
    """
    points = np.zeros((0, 3)) if symbols is None else _meeting(symbols, frame)
    placed: list[PlacedLabel] = []
    boxes = _corners(taken)
    for layer, anchors in layers:
        inside = (anchors >= (frame.x, frame.y)) & (anchors <= (frame.right, frame.top))
        chosen = np.flatnonzero(inside.all(axis=1))
        for index in chosen[np.argsort(-layer.priority[chosen], kind="stable")].tolist():
            x, y = anchors[index].tolist()
            label = _best(layer, index, (x, y), frame, points_per_metre, boxes, points)
            if label is not None:
                placed.append(label)
                boxes = np.vstack([boxes, _corners([label.box])])
    return tuple(placed)


def _meeting(points: NDArray[np.float64], frame: Box) -> NDArray[np.float64]:
    x, y, radius = points.T
    across = (x > frame.x - radius) & (x < frame.right + radius)
    met: NDArray[np.float64] = points[across & (y > frame.y - radius) & (y < frame.top + radius)]
    return met


def _best(
    layer: LabelLayer,
    index: int,
    anchor: tuple[float, float],
    frame: Box,
    points_per_metre: float,
    boxes: NDArray[np.float64],
    points: NDArray[np.float64],
) -> PlacedLabel | None:
    """The first setting of the text with a free place, at the place that covers the fewest symbols."""
    room = float(layer.room[index]) * points_per_metre
    for block in _settings(layer, index):
        if block.width > OVERHANG * room:
            continue
        best: tuple[float, Box] | None = None
        for order, box in enumerate(_candidates(layer, index, anchor, block, room)):
            if not _inside(box, frame) or _hits(box, boxes):
                continue
            covered = _covered(box, points)
            if layer.beside and covered:
                continue
            cost = covered + order / 100
            if best is None or cost < best[0]:
                best = cost, box
        if best is not None:
            return _set(layer, block, best[1])
    return None


def _settings(layer: LabelLayer, index: int) -> Iterator[_Block]:
    """The whole text large and small, then its first line alone."""
    lines = tuple(line for line in layer.texts[index].split("\n") if line)
    if not lines:
        return
    for chosen in dict.fromkeys((lines, lines[:1])):
        for share in SMALLER:
            size = round(layer.size * share, 2)
            width = max(text_width(line, size, layer.bold) for line in chosen)
            height = size * (ASCENT + DESCENT + LEADING * (len(chosen) - 1))
            yield _Block(chosen, size, width, height)


def _candidates(
    layer: LabelLayer, index: int, anchor: tuple[float, float], block: _Block, room: float
) -> Iterator[Box]:
    """Places for the block, the best first."""
    (x, y), width, height = anchor, block.width, block.height
    if not layer.beside:
        aside = max(0.0, min(room - width, room / 2)) / 2
        for up in (0.0, 0.5, -0.5, 1.0, -1.0):
            for right in (0.0, aside, -aside) if aside else (0.0,):
                yield Box(x - width / 2 + right, y - height / 2 + up * height, width, height)
        return
    away = NEAR + (float(layer.clear[index]) if layer.clear is not None else 0.0)
    slant = away * 0.7
    yield Box(x + away, y - height / 2, width, height)
    yield Box(x + slant, y + slant, width, height)
    yield Box(x + slant, y - slant - height, width, height)
    yield Box(x - away - width, y - height / 2, width, height)
    yield Box(x - slant - width, y + slant, width, height)
    yield Box(x - slant - width, y - slant - height, width, height)
    yield Box(x - width / 2, y + away, width, height)
    yield Box(x - width / 2, y - away - height, width, height)


def _set(layer: LabelLayer, block: _Block, box: Box) -> PlacedLabel:
    middle = box.x + box.width / 2
    first = box.top - block.size * ASCENT
    lines = tuple(
        (middle, first - block.size * LEADING * number, line) for number, line in enumerate(block.lines)
    )
    return PlacedLabel(layer.id, lines, block.size, layer.bold, layer.colour, box)


def _inside(box: Box, frame: Box) -> bool:
    return box.x >= frame.x and box.y >= frame.y and box.right <= frame.right and box.top <= frame.top


def _hits(box: Box, boxes: NDArray[np.float64]) -> bool:
    left, bottom, right, top = boxes.T
    return bool(np.any((left < box.right) & (right > box.x) & (bottom < box.top) & (top > box.y)))


def _covered(box: Box, points: NDArray[np.float64]) -> int:
    """How many symbols the box touches."""
    x, y, radius = points.T
    across = np.maximum(np.maximum(box.x - x, x - box.right), 0)
    along = np.maximum(np.maximum(box.y - y, y - box.top), 0)
    return int(np.count_nonzero(np.hypot(across, along) < radius))


def _corners(boxes: Sequence[Box]) -> NDArray[np.float64]:
    return np.array([(box.x, box.y, box.right, box.top) for box in boxes], dtype=np.float64).reshape(-1, 4)
