"""Styles that stay apart for colour-blind eyes and on a grey printer: lightness and hatch carry the class."""

from dataclasses import dataclass
from typing import Literal, get_args

from maps.scene import Colour, Hatch, Shape, Style
from shockplan.planfile import ContextKind
from shockplan.shocks.layer import Severity

BORDER: Colour = (120, 112, 104)
PROVINCE: Colour = (70, 64, 60)
INK: Colour = (25, 25, 25)
PAPER: Colour = (255, 255, 255)
WATER: Colour = (0, 68, 136)

NO_HOUSEHOLDS = Style(
    fill=(246, 246, 246), stroke=BORDER, width=0.35, hatch="dots", hatch_colour=(150, 150, 150), hatch_gap=5.0
)
NONE_HERE = Style(fill=(255, 255, 255), stroke=BORDER, width=0.35)
DISTRICT_LINE = Style(stroke=BORDER, width=0.35)
PROVINCE_LINE = Style(stroke=PROVINCE, width=0.9)
OUTSIDE = Style(fill=PAPER, opacity=0.6)
FOCUS_LINE = Style(stroke=INK, width=1.7)
_RAMP: tuple[Colour, ...] = (
    (254, 230, 170),
    (250, 195, 105),
    (238, 155, 68),
    (212, 116, 38),
    (172, 78, 20),
)
"""Cream to burnt orange; lightness (CIE L*) 92, 83, 71, 58, 44: steps that a grey printer keeps apart."""

Palette = Literal["orange", "green", "grey"]
PALETTES: tuple[Palette, ...] = get_args(Palette)
_RAMPS: dict[Palette, tuple[Colour, ...]] = {
    "orange": _RAMP,
    "green": ((240, 236, 168), (178, 214, 138), (104, 180, 134), (44, 136, 132), (24, 88, 108)),
    "grey": ((226, 226, 226), (192, 192, 192), (156, 156, 156), (120, 120, 120), (82, 82, 82)),
}
"""Each from light to dark, for eyes of every kind and a grey printer (a test works it out)."""


def ramp(count: int, palette: Palette = "orange") -> tuple[Style, ...]:
    """Styles of `count` rising classes (1 to 5), light to dark."""
    colours = _RAMPS[palette]
    if not 1 <= count <= len(colours):
        raise ValueError(f"{count} classes; a reader tells at most {len(colours)} apart")
    last = len(colours) - 1
    chosen = [last // 2] if count == 1 else [round(step * last / (count - 1)) for step in range(count)]
    return tuple(Style(fill=colours[index], stroke=BORDER, width=0.35) for index in chosen)


def fewer(count: int) -> tuple[Style, ...]:
    """Styles of 1 or 2 classes of a fall, small to great: purple under upright lines, unlike a rise."""
    shades: tuple[Colour, ...] = ((196, 182, 222), (128, 96, 176))
    return tuple(
        Style(
            fill=shade, stroke=BORDER, width=0.35, hatch="vertical", hatch_colour=(60, 30, 100), hatch_gap=3.5
        )
        for shade in shades[-count:]
    )


@dataclass(frozen=True, slots=True)
class HazardScheme:
    """How one hazard is drawn: fills and hatches of low, moderate and severe, its line, its unseen ground."""

    fills: tuple[Colour, Colour, Colour]
    hatches: tuple[Hatch, Hatch, Hatch]
    line: Colour
    dash: tuple[float, ...]
    unseen: Hatch


HAZARD_SCHEMES = (
    HazardScheme(
        ((140, 190, 230), (70, 135, 200), (20, 70, 140)),
        ("horizontal", "forward", "cross"),
        WATER,
        (),
        "back",
    ),
    HazardScheme(
        ((205, 180, 225), (150, 105, 185), (95, 40, 130)),
        ("vertical", "back", "cross"),
        (70, 20, 100),
        (3.0, 1.5),
        "forward",
    ),
    HazardScheme(
        ((165, 210, 180), (85, 155, 115), (25, 95, 60)),
        ("dots", "horizontal", "vertical"),
        (10, 70, 40),
        (1.0, 1.5),
        "vertical",
    ),
)
"""Hazards of one map by turns; a fourth begins again, for more than three cannot be read anyway."""


def hazard_style(severity: Severity, number: int = 0, see_through: bool = False) -> Style:
    """Darker and closer hatched with severity; `number` is the hazard's place among those of the map.

    `see_through`: the hatch alone and wider, for a hazard that covers what the colours below it say.
    """
    scheme, level = HAZARD_SCHEMES[number % len(HAZARD_SCHEMES)], severity - Severity.LOW
    return Style(
        fill=None if see_through else scheme.fills[level],
        opacity=(0.45, 0.5, 0.55)[level],
        stroke=scheme.line,
        width=0.8 if see_through else 0.3,
        dash=scheme.dash,
        hatch=scheme.hatches[level],
        hatch_colour=scheme.line,
        hatch_gap=(13.0, 9.0, 7.0)[level] if see_through else (5.0, 3.6, 3.0)[level],
        hatch_width=0.35,
    )


def not_observed_style(number: int = 0) -> Style:
    """Wide grey lines without a fill: nothing is claimed of this ground."""
    hatch = HAZARD_SCHEMES[number % len(HAZARD_SCHEMES)].unseen
    return Style(hatch=hatch, hatch_colour=(90, 90, 90), hatch_gap=6.0, hatch_width=0.4)


def indicator_style(severity: Severity) -> Style:
    """An area indicator by its severity class: its place on the ramp."""
    index = {Severity.NONE: 0, Severity.LOW: 1, Severity.MODERATE: 2, Severity.SEVERE: 4}[severity]
    return Style(fill=_RAMP[index], stroke=BORDER, width=0.35)


DOT = Style(fill=(30, 30, 30))
DENSITY_SHADES = tuple(Style(fill=(30, 26, 46), opacity=share) for share in (0.18, 0.34, 0.52, 0.72, 0.94))
"""Cells of rising density: one dark ink, ever more of it, so that colours below are still seen through."""

HOUSEHOLD_RADIUS = 1.7
HOUSEHOLD_STYLES = (
    Style(fill=(200, 30, 90), stroke=PAPER, width=0.4),
    Style(fill=(255, 214, 90), stroke=INK, width=0.5),
    Style(fill=PAPER, stroke=INK, width=0.7),
    Style(fill=(120, 120, 120), stroke=PAPER, width=0.4),
)
"""Points of households when near: funded, waiting, to verify, any other."""
VILLAGE_NONE = Style(fill=PAPER, stroke=INK, width=0.6)
VILLAGE_FUNDED = Style(fill=(200, 30, 90), opacity=0.85, stroke=PAPER, width=0.5)
VILLAGE_RADII = (1.6, 2.6, 3.8)
"""Points, by class of households funded."""

RIVER_AREA = Style(fill=(150, 196, 226), opacity=0.9)
CONTEXT_STYLES: dict[ContextKind, Style] = {
    "river": Style(stroke=(70, 140, 190), width=1.1),
    "road": Style(stroke=(120, 60, 30), width=0.9, dash=(6.0, 1.2)),
    "place": Style(fill=(90, 90, 90), stroke=PAPER, width=0.5),
    "area": Style(stroke=(20, 110, 60), width=1.0, dash=(1.5, 1.5)),
}
PLACE_RADIUS = 2.2

PAY_POINT = Style(fill=INK, stroke=PAPER, width=0.8)
CUT_OFF = Style(stroke=(190, 20, 20), width=1.3)
ROUTE = Style(stroke=INK, width=0.5, dash=(2.0, 1.5))
TEAM_SHAPES: tuple[Shape, ...] = ("circle", "diamond", "triangle")


def team_style(number: int) -> Style:
    """Dark for the first three teams, light for the next three, and so on; the shape tells them within."""
    light = number // len(TEAM_SHAPES) % 2
    return Style(fill=(255, 236, 150) if light else INK, stroke=INK if light else PAPER, width=0.6)
