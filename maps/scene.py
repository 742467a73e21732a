"""A map as data: what to draw, where and how, with no toolkit. Window and paper paint the same scene.

All coordinates are projected metres (see `maps.projection`), x to the east and y to the north. All sizes
are points (1/72 inch). Every text is already in the scene's language.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from shockplan.texts import Language

Colour = tuple[int, int, int]
"""Red, green, blue, 0 to 255."""

Hatch = Literal["none", "forward", "back", "cross", "horizontal", "vertical", "dots"]
"""forward is ///, back is \\\\\\, cross is both."""

Shape = Literal["circle", "square", "triangle", "diamond"]


@dataclass(frozen=True, slots=True)
class Extent:
    """A rectangle of the ground, projected metres."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def centre(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2


@dataclass(frozen=True, slots=True)
class Style:
    """How one class is drawn. `opacity` is that of the fill; the hatch is drawn over the fill.

    No class may be told from another by hue alone: lightness, hatch, shape or size must differ too.
    """

    fill: Colour | None = None
    opacity: float = 1.0
    stroke: Colour | None = None
    width: float = 0.5
    dash: tuple[float, ...] = ()
    hatch: Hatch = "none"
    hatch_colour: Colour = (60, 60, 60)
    hatch_gap: float = 4.0
    hatch_width: float = 0.5


@dataclass(frozen=True, eq=False)
class Rings:
    """n shapes as packed closed rings; outer rings run counter-clockwise, holes clockwise.

    Many shapes may go into one path: fill it by the non-zero winding rule, so that shapes of one class
    that overlap neither cancel out nor darken each other. A single shape looks the same by even-odd.
    xy (v, 2) float64; ring k is xy[rings[k]:rings[k + 1]], its last vertex equal to its first;
    shape i is rings items[i] to items[i + 1]. rings (r + 1,) and items (n + 1,) int64 start at 0.
    """

    xy: NDArray[np.float64]
    rings: NDArray[np.int64]
    items: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.items) - 1

    @property
    def vertices(self) -> int:
        return len(self.xy)


@dataclass(frozen=True, eq=False)
class Detail:
    """One level of detail: shapes whose outline is nowhere further than `tolerance_m` from the true one.

    `bounds` (n, 4): left, bottom, right, top of each shape; NaN for a shape too small for this level.
    """

    tolerance_m: float
    shapes: Rings
    bounds: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PathLayer:
    """Areas. `details` run from the finest (tolerance 0) to the coarsest and hold the same n shapes.

    `keys` (n,) say what each shape is (a P-code; '' for parts without a name); `classes` (n,) int16
    index `styles`, -1 is not drawn; `values` (n,) float64 is the number behind the class, NaN none.
    `id` is stable (districts, provinces, observed:<layer>, hazard:<layer>), `name` is for the reader.
    `shown` is False for a layer that waits until the person asks for it. `opacity` is that of the whole
    layer, lines and hatches too. `lines`: the rings are open lines, without a last vertex that closes them.
    `told` (n,) are the words for a reader who points at a shape, none at all or one each.
    """

    id: str
    name: str
    details: tuple[Detail, ...]
    keys: tuple[str, ...]
    classes: NDArray[np.int16]
    styles: tuple[Style, ...]
    values: NDArray[np.float64]
    shown: bool = True
    opacity: float = 1.0
    lines: bool = False
    told: tuple[str, ...] = ()

    @property
    def full(self) -> Detail:
        return self.details[0]


@dataclass(frozen=True, eq=False)
class PointLayer:
    """Symbols. xy (n, 2); radius (n,) points; keys, classes, styles and values as in PathLayer."""

    id: str
    name: str
    xy: NDArray[np.float64]
    radius: NDArray[np.float64]
    keys: tuple[str, ...]
    classes: NDArray[np.int16]
    styles: tuple[Style, ...]
    values: NDArray[np.float64]
    shape: Shape = "circle"
    shown: bool = True
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class DensityLayer:
    """Households by the square kilometre, in square cells; single points where the eye comes near.

    xy (n, 2), NaN where the place is not known; counted (n,) bool; `limits` (households a km2) and `shades`
    as classes of cells, a cell below the first limit is not drawn. classes (n,) int8 index `styles`, by
    which a point is drawn. Only a screen shows points: a household's own place is personal, and a picture
    that leaves the program has cells of half a kilometre or more (`maps.cells`).
    """

    id: str
    name: str
    xy: NDArray[np.float64]
    counted: NDArray[np.bool_]
    limits: tuple[float, ...]
    shades: tuple[Style, ...]
    classes: NDArray[np.int8]
    styles: tuple[Style, ...]
    radius: float
    shown: bool = False
    opacity: float = 1.0


MapLayer = PathLayer | PointLayer | DensityLayer


@dataclass(frozen=True, eq=False)
class LabelLayer:
    """Texts looking for a free place; the higher `priority` is placed first, what finds none is left out.

    xy (n, 2) the anchor: the middle of the text, or a point it stands beside (`beside`, with `clear` (n,)
    points kept free around it); `room` (n,) metres, the width of the shape at the anchor, inf where any
    width will do. `texts` may hold a line break.
    """

    id: str
    texts: tuple[str, ...]
    xy: NDArray[np.float64]
    priority: NDArray[np.float64]
    room: NDArray[np.float64]
    size: float
    bold: bool = False
    beside: bool = False
    clear: NDArray[np.float64] | None = None
    colour: Colour = (20, 20, 20)


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A sample and its words; a text has no sample. `radius` (points) belongs to points."""

    text: str
    style: Style
    symbol: Literal["area", "line", "point", "text"] = "area"
    radius: float = 0.0
    shape: Shape = "circle"


@dataclass(frozen=True, slots=True)
class LegendGroup:
    """`layer_id`: the layer it explains, so that hiding a layer hides its words."""

    layer_id: str
    title: str
    entries: tuple[LegendEntry, ...]


@dataclass(frozen=True, eq=False)
class Locator:
    """The small map that says where the frame lies: the whole ground in a few hundred vertices."""

    outline: Rings
    extent: Extent


@dataclass(frozen=True, eq=False)
class Scene:
    """A whole map. Layers and labels run from the bottom to the top.

    `extent` is what the frame shows at first, `whole` is all there is. `notes` are the lines under the map
    (boundary disclaimer, sources), `crs` names the projection. `schematic` says in both languages that the
    outlines are schematic, '' where they are not. `stamps` may never be left out (draft, made up).
    `provenance` names the plan it shows. `graticule`: draw lines of longitude and latitude.
    """

    language: Language
    title: str
    subtitle: str
    extent: Extent
    whole: Extent
    layers: tuple[MapLayer, ...]
    labels: tuple[LabelLayer, ...]
    legend: tuple[LegendGroup, ...]
    notes: tuple[str, ...]
    stamps: tuple[str, ...]
    crs: str
    schematic: str
    locator: Locator
    provenance: str = ""
    graticule: bool = False
