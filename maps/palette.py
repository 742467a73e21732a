"""Styles that stay apart for colour-blind eyes and on a grey printer: lightness and hatch carry the class."""

from maps.scene import Colour, Hatch, Style
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
NOT_OBSERVED = Style(stroke=None, hatch="back", hatch_colour=(90, 90, 90), hatch_gap=6.0, hatch_width=0.4)

_RAMP: tuple[Colour, ...] = (
    (254, 230, 170),
    (250, 195, 105),
    (238, 155, 68),
    (212, 116, 38),
    (172, 78, 20),
)
"""Cream to burnt orange; lightness (CIE L*) 92, 83, 71, 58, 44: steps that a grey printer keeps apart."""


def ramp(count: int) -> tuple[Style, ...]:
    """Styles of `count` rising classes (1 to 5), light to dark."""
    if not 1 <= count <= len(_RAMP):
        raise ValueError(f"{count} classes; a reader tells at most {len(_RAMP)} apart")
    last = len(_RAMP) - 1
    chosen = [last // 2] if count == 1 else [round(step * last / (count - 1)) for step in range(count)]
    return tuple(Style(fill=_RAMP[index], stroke=BORDER, width=0.35) for index in chosen)


def fewer(count: int) -> tuple[Style, ...]:
    """Styles of 1 or 2 classes of a fall, small to great: purple under upright lines, unlike a rise."""
    shades: tuple[Colour, ...] = ((196, 182, 222), (128, 96, 176))
    return tuple(
        Style(
            fill=shade, stroke=BORDER, width=0.35, hatch="vertical", hatch_colour=(60, 30, 100), hatch_gap=3.5
        )
        for shade in shades[-count:]
    )


def hazard_style(severity: Severity) -> Style:
    """Blue, darker and closer hatched with severity."""
    fills: dict[Severity, tuple[Colour, float, Hatch, float]] = {
        Severity.LOW: ((140, 190, 230), 0.45, "horizontal", 5.0),
        Severity.MODERATE: ((70, 135, 200), 0.5, "forward", 3.6),
        Severity.SEVERE: ((20, 70, 140), 0.55, "cross", 3.0),
    }
    fill, opacity, hatch, gap = fills[severity]
    return Style(
        fill=fill,
        opacity=opacity,
        stroke=WATER,
        width=0.3,
        hatch=hatch,
        hatch_colour=WATER,
        hatch_gap=gap,
        hatch_width=0.35,
    )


def indicator_style(severity: Severity) -> Style:
    """An area indicator by its severity class: the ramp, with a hatch on the two highest."""
    index = {Severity.NONE: 0, Severity.LOW: 1, Severity.MODERATE: 2, Severity.SEVERE: 4}[severity]
    return Style(fill=_RAMP[index], stroke=BORDER, width=0.35)


DOT = Style(fill=(30, 30, 30))
VILLAGE_NONE = Style(fill=PAPER, stroke=INK, width=0.6)
VILLAGE_FUNDED = Style(fill=(200, 30, 90), opacity=0.85, stroke=PAPER, width=0.5)
VILLAGE_RADII = (1.6, 2.6, 3.8)
"""Points, by class of households funded."""
