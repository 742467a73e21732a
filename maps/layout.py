"""The sheet around a map: where title, frame, legend, scale bar, north arrow, locator and notes stand.

The result is plain data in points. A painter draws it as it is and decides nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from maps.graticule import GraticuleLine, graticule
from maps.placing import LEADING, PlacedLabel, place_labels
from maps.scene import DensityLayer, Extent, LabelLayer, LegendEntry, LegendGroup, PointLayer, Scene
from maps.view import ScaleBar, View, north_turn, scale_bar, view_of
from shockplan.outputs.drawing import Box
from shockplan.outputs.lao_text import Align, fit, text_width, wrap
from shockplan.texts import Language, tr

GAP = 6.0
INSIDE = 3.0
"""Points between the frame and a label."""

SAMPLE_WIDTH, SAMPLE_HEIGHT = 17.0, 8.5
FOOT_SHARE = 0.2
"""Of the box's height: more than that the notes may not take, long ones end in an ellipsis."""

ALERT = (170, 20, 20)
INK = (25, 25, 25)
GRATICULE = (85, 85, 85)


@dataclass(frozen=True, slots=True)
class PlacedText:
    """One line; x is the left end, middle or right end by `align`, y the baseline."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    align: Align = "left"
    colour: tuple[int, int, int] = INK


@dataclass(frozen=True, slots=True)
class PlacedSample:
    """A legend sample in its box."""

    box: Box
    entry: LegendEntry


@dataclass(frozen=True, eq=False)
class Layout:
    """Everything on the sheet. `bar_at` is the lower left corner of the scale bar, `arrow` the box of the
    north arrow, `turn` its degrees clockwise, `locator` the small map and `here` the frame
    in it, None where that is nearly all of it.
    """

    view: View
    texts: tuple[PlacedText, ...]
    samples: tuple[PlacedSample, ...]
    bar: ScaleBar
    bar_at: tuple[float, float]
    arrow: Box
    turn: float
    locator: View
    here: Box | None
    labels: tuple[PlacedLabel, ...]
    graticule: tuple[GraticuleLine, ...] = ()


@dataclass(frozen=True, slots=True)
class _Legend:
    """A legend set in a column of a width, from its top (y = 0) down."""

    texts: tuple[PlacedText, ...]
    samples: tuple[PlacedSample, ...]
    height: float

    @property
    def width(self) -> float:
        return max((text.x + text_width(text.text, text.size, text.bold) for text in self.texts), default=0.0)


def lay_out(scene: Scene, box: Box) -> Layout:
    """Fit the scene into the box (points): head above, notes below, legend where the map stays largest."""
    letters = min(1.15, max(0.86, min(box.width, box.height) / 420))
    head, head_height = _head(scene, box, letters)
    foot, foot_height = _foot(scene, box, letters)
    middle = Box(box.x, box.y + foot_height, box.width, box.height - head_height - foot_height)
    beside, below = _beside(scene, middle, letters), _below(scene, middle, letters)
    view, panel, legend, furniture = max((beside, below), key=lambda option: option[0].points_per_metre)
    bar = scale_bar(view, min(furniture.width * 0.5, 110 * letters))
    bar_at, arrow, locator_box = _furniture(furniture, scene, letters)
    locator = view_of(scene.locator.extent, locator_box)
    shifted = _moved(legend, panel.x, panel.top)
    lines = graticule(view) if scene.graticule else ()
    degrees = _degree_labels(lines, view)
    return Layout(
        view=view,
        texts=(*head, *foot, *shifted.texts, *_bar_texts(bar, bar_at, scene.language, letters)),
        samples=shifted.samples,
        bar=bar,
        bar_at=bar_at,
        arrow=arrow,
        turn=north_turn(view),
        locator=locator,
        here=None if _shows_nearly_all(view.extent, scene) else _box_of(view.extent, locator),
        labels=(*degrees, *labels_in(scene, view, tuple(label.box for label in degrees))),
        graticule=lines,
    )


def labels_in(scene: Scene, view: View, taken: Sequence[Box] = ()) -> tuple[PlacedLabel, ...]:
    """The labels that find a free place in the view; layers above are placed first."""
    symbols = [
        np.column_stack([view.to_page(layer.xy), layer.radius])
        for layer in scene.layers
        if isinstance(layer, PointLayer) and layer.shown and len(layer.xy)
    ]
    hidden = {layer.id for layer in scene.layers if not layer.shown}
    layers = [(layer, view.to_page(layer.xy)) for layer in reversed(scene.labels) if layer.id not in hidden]
    points = np.vstack(symbols) if symbols else None
    return place_labels(layers, view.frame.inset(INSIDE), view.points_per_metre, taken, points)


def labels_on_screen(
    scene: Scene, extent: Extent, size: tuple[float, float], most: int, free: Sequence[Box] = ()
) -> tuple[PlacedLabel, ...]:
    """As `labels_in`, in a frame of `size` points that shows the extent, from its lower left corner.

    Of each layer at most the `most` most important labels in the frame are tried; `free` stays free.
    """
    view = View(Box(0.0, 0.0, *size), extent)
    few = replace(scene, labels=tuple(_foremost(layer, extent, most) for layer in scene.labels))
    return labels_in(few, view, free)


def _foremost(layer: LabelLayer, extent: Extent, most: int) -> LabelLayer:
    """The most important labels whose anchor lies in the extent."""
    x, y = layer.xy.T
    inside = (x >= extent.left) & (x <= extent.right) & (y >= extent.bottom) & (y <= extent.top)
    rows = np.flatnonzero(inside)
    rows = rows[np.argsort(-layer.priority[rows], kind="stable")][:most]
    return replace(
        layer,
        texts=tuple(layer.texts[row] for row in rows.tolist()),
        xy=layer.xy[rows],
        priority=layer.priority[rows],
        room=layer.room[rows],
        clear=None if layer.clear is None else layer.clear[rows],
    )


def _degree_labels(lines: Sequence[GraticuleLine], view: View) -> list[PlacedLabel]:
    """The degrees of each line just inside the frame, away from its corners."""
    frame, size = view.frame, 5.2
    labels = []
    for line in lines:
        if line.label_at is None:
            continue
        x, y = line.label_at
        width = text_width(line.text, size)
        box = (
            Box(x - width / 2, y + 2, width, size) if line.meridian else Box(x + 2, y - size / 2, width, size)
        )
        if (
            box.x < frame.x + 1
            or box.right > frame.right - 1
            or box.y < frame.y + 1
            or box.top > frame.top - 1
        ):
            continue
        text = (box.x + width / 2, box.y + 0.18 * size, line.text)
        labels.append(PlacedLabel("graticule", (text,), size, False, GRATICULE, box))
    return labels


Option = tuple[View, Box, _Legend, Box]


def _beside(scene: Scene, middle: Box, letters: float) -> Option:
    """Legend and furniture in a column on the right."""
    groups = _shown_legend(scene)
    widest = min(max(0.26 * middle.width, 104 * letters), 175 * letters)
    width = min(widest, max(_legend(groups, widest, letters).width + 1, 104 * letters))
    furniture_height = min(_furniture_height(scene, width, letters), max(0.25 * middle.height, 56 * letters))
    legend = _fitted_legend(groups, width, middle.height - furniture_height - GAP, letters)
    frame = Box(middle.x, middle.y, middle.width - width - GAP, middle.height)
    column = Box(frame.right + GAP, middle.y, width, middle.height)
    return (
        view_of(scene.extent, frame),
        column,
        legend,
        Box(column.x, column.y, width, furniture_height),
    )


def _below(scene: Scene, middle: Box, letters: float) -> Option:
    """Legend on the left and furniture on the right of a strip under the frame."""
    side = min(150 * letters, middle.width * 0.36)
    furniture_height = _furniture_height(scene, side, letters)
    width = middle.width - side - GAP
    legend = _columns(_shown_legend(scene), width, max(furniture_height, middle.height * 0.3), letters)
    height = max(legend.height, furniture_height)
    frame = Box(middle.x, middle.y + height + GAP, middle.width, max(middle.height - height - GAP, 1.0))
    strip = Box(middle.x, middle.y, middle.width, height)
    return view_of(scene.extent, frame), strip, legend, Box(strip.right - side, strip.y, side, height)


def _shown_legend(scene: Scene) -> tuple[LegendGroup, ...]:
    """Of the layers that are shown; single households are never on a sheet, so neither is their mark."""
    hidden = {layer.id for layer in scene.layers if not layer.shown}
    cells = {layer.id for layer in scene.layers if isinstance(layer, DensityLayer)}
    return tuple(
        replace(group, entries=tuple(entry for entry in group.entries if entry.symbol != "point"))
        if group.layer_id in cells
        else group
        for group in scene.legend
        if group.layer_id not in hidden
    )


def _fitted_legend(groups: Sequence[LegendGroup], width: float, height: float, letters: float) -> _Legend:
    """One column, in smaller letters where it would be too long."""
    legend = _legend(groups, width, letters)
    for share in (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3):
        if legend.height <= height:
            break
        legend = _legend(groups, width, letters * share)
    return legend


def _columns(groups: Sequence[LegendGroup], width: float, height: float, letters: float) -> _Legend:
    """Groups side by side in two or three columns, each as short as can be."""
    count = 3 if width > 330 * letters else 2
    each = (width - GAP * (count - 1)) / count
    columns: list[list[LegendGroup]] = [[] for _ in range(count)]
    heights = [0.0] * count
    for group in groups:
        shortest = heights.index(min(heights))
        columns[shortest].append(group)
        heights[shortest] = _legend(columns[shortest], each, letters).height
    texts: list[PlacedText] = []
    samples: list[PlacedSample] = []
    tallest = 0.0
    for number, column in enumerate(columns):
        legend = _moved(_fitted_legend(column, each, height, letters), number * (each + GAP), 0.0)
        texts += legend.texts
        samples += legend.samples
        tallest = max(tallest, legend.height)
    return _Legend(tuple(texts), tuple(samples), tallest)


def _legend(groups: Sequence[LegendGroup], width: float, letters: float) -> _Legend:
    size, title_size = 6.8 * letters, 7.2 * letters
    sample_width, sample_height = SAMPLE_WIDTH * letters, SAMPLE_HEIGHT * letters
    texts: list[PlacedText] = []
    samples: list[PlacedSample] = []
    y = 0.0
    for group in groups:
        y -= 3 * letters if texts else 0
        heading = fit(group.title, width, title_size, lines=2, bold=True)
        for line in heading.lines:
            y -= heading.size * LEADING
            texts.append(PlacedText(0, y, line, heading.size, bold=True))
        y -= 3 * letters
        for entry in group.entries:
            left, below, floor = 0.0, y, y
            if entry.symbol != "text":
                left, floor = sample_width + 4 * letters, y - sample_height
                samples.append(PlacedSample(Box(0, floor, sample_width, sample_height), entry))
            words = fit(entry.text, width - left, size, size, lines=2)
            for line in words.lines:
                below -= size * LEADING
                texts.append(PlacedText(left, below + 0.15 * size, line, size))
            y = min(below, floor) - (2.2 if left else 0.6) * letters
    return _Legend(tuple(texts), tuple(samples), -y)


def _moved(legend: _Legend, x: float, y: float) -> _Legend:
    return _Legend(
        tuple(replace(text, x=text.x + x, y=text.y + y) for text in legend.texts),
        tuple(
            replace(sample, box=replace(sample.box, x=sample.box.x + x, y=sample.box.y + y))
            for sample in legend.samples
        ),
        legend.height,
    )


def _head(scene: Scene, box: Box, letters: float) -> tuple[list[PlacedText], float]:
    """Title, subtitle, and what may never be left out; the texts and the height they take."""
    y = box.top
    texts: list[PlacedText] = []
    lines = [(scene.title, 12.0, True, INK), (scene.subtitle, 8.0, False, INK)]
    lines += [(stamp, 8.0, True, ALERT) for stamp in (*scene.stamps, scene.schematic)]
    for text, size, bold, colour in lines:
        fitted = fit(text, box.width, size * letters, lines=2, bold=bold)
        for line in fitted.lines:
            y -= fitted.size * LEADING
            texts.append(PlacedText(box.x, y, line, fitted.size, bold, colour=colour))
    return texts, box.top - y + GAP


def _foot(scene: Scene, box: Box, letters: float) -> tuple[list[PlacedText], float]:
    size = 5.6 * letters
    notes = [note for note in (*scene.notes, scene.provenance, scene.crs) if note]
    allowed = int(FOOT_SHARE * box.height / (size * LEADING))
    wrapped = [wrap(note, box.width, size) for note in notes]
    while sum(map(len, wrapped)) > max(allowed, len(notes)):
        # the longest note gives up a line and ends in an ellipsis
        longest = max(range(len(notes)), key=lambda index: len(wrapped[index]))
        kept = len(wrapped[longest]) - 1
        wrapped[longest] = list(fit(notes[longest], box.width, size, size, lines=kept).lines)
    lines = [line for part in wrapped for line in part]
    texts = [
        PlacedText(box.x, box.y + size * (0.4 + LEADING * number), line, size)
        for number, line in enumerate(reversed(lines))
    ]
    return texts, size * LEADING * len(lines) + GAP


def _furniture_height(scene: Scene, width: float, letters: float) -> float:
    extent = scene.locator.extent
    return min(width * 0.5 * extent.height / extent.width, 120 * letters) + 24 * letters


def _furniture(area: Box, scene: Scene, letters: float) -> tuple[tuple[float, float], Box, Box]:
    """Corner of the scale bar, boxes of north arrow and locator, inside the area at its bottom."""
    bar_at = area.x + 2, area.y + 3 * letters
    height = min(area.height, _furniture_height(scene, area.width, letters)) - 24 * letters
    floor = area.y + 22 * letters
    extent = scene.locator.extent
    width = height * extent.width / extent.height
    locator = Box(area.x, floor, width, height)
    arrow = Box(locator.right + 10 * letters, floor, 14 * letters, 30 * letters)
    return bar_at, arrow, locator


def _bar_texts(
    bar: ScaleBar, at: tuple[float, float], language: Language, letters: float
) -> list[PlacedText]:
    size = 6.2 * letters
    y = at[1] + 7 * letters
    if bar.metres >= 1000:
        code, unit, whole = "maps.kilometres", 1000, bar.metres / 1000
    else:
        code, unit, whole = "maps.metres", 1, float(bar.metres)
    end = tr(code, {"value": whole}, language)
    half = bar.metres / 2 / unit
    texts = [PlacedText(at[0], y, "0", size, align="center")]
    if bar.length / 2 > text_width(end, size):
        texts.append(PlacedText(at[0] + bar.length / 2, y, f"{half:g}", size, align="center"))
    return [*texts, PlacedText(at[0] + bar.length, y, end, size, align="center")]


def _shows_nearly_all(extent: Extent, scene: Scene) -> bool:
    return extent.height > 0.85 * scene.whole.height or extent.width > 0.85 * scene.whole.width


def _box_of(extent: Extent, locator: View) -> Box:
    """The frame inside the locator, never smaller than can be seen and never outside."""
    corners = np.array([[extent.left, extent.bottom], [extent.right, extent.top]])
    (left, bottom), (right, top) = locator.to_page(corners).tolist()
    frame = locator.frame
    left, bottom = max(left, frame.x), max(bottom, frame.y)
    right, top = min(right, frame.right), min(top, frame.top)
    return Box(left, bottom, max(right - left, 3.0), max(top - bottom, 3.0))
