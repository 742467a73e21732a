"""Nothing is carried by colour alone: classes stay apart in grey, or differ by hatch."""

from itertools import combinations, pairwise

import pytest

from maps import palette
from maps.scene import Colour, Style
from shockplan.shocks.layer import Severity


def lightness(colour: Colour) -> float:
    """CIE L* of an sRGB colour, 0 to 100 (IEC 61966-2-1 and CIE 15)."""
    linear = [
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in colour
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance


def told_apart(one: Style, other: Style) -> bool:
    assert one.fill is not None
    assert other.fill is not None
    return one.hatch != other.hatch or abs(lightness(one.fill) - lightness(other.fill)) >= 7


@pytest.mark.parametrize("colours", palette.PALETTES)
@pytest.mark.parametrize("count", range(1, 6))
def test_the_classes_of_a_map_stay_apart_on_a_grey_printer(count: int, colours: palette.Palette) -> None:
    styles = [palette.NO_HOUSEHOLDS, palette.NONE_HERE, *palette.ramp(count, colours)]
    assert all(told_apart(one, other) for one, other in combinations(styles, 2))


SEVERITIES = (Severity.LOW, Severity.MODERATE, Severity.SEVERE)


@pytest.mark.parametrize("number", range(3))
def test_severities_differ_by_hatch_and_by_lightness(number: int) -> None:
    styles = [palette.hazard_style(severity, number) for severity in SEVERITIES]
    shades = [lightness(style.fill) for style in styles if style.fill]
    assert len({style.hatch for style in styles}) == 3
    assert all(light - dark >= 15 for light, dark in pairwise(shades))


def test_two_hazards_on_one_map_differ_by_hatch_or_line_at_every_severity_and_in_what_they_did_not_see() -> (
    None
):
    for one, other in combinations(range(3), 2):
        for severity in SEVERITIES:
            first, second = palette.hazard_style(severity, one), palette.hazard_style(severity, other)
            assert (first.hatch, first.dash) != (second.hatch, second.dash)
        assert palette.not_observed_style(one).hatch != palette.not_observed_style(other).hatch


def test_area_indicator_classes_stay_apart_in_grey() -> None:
    styles = [palette.indicator_style(Severity(number)) for number in range(4)]
    assert all(told_apart(one, other) for one, other in combinations(styles, 2))


def test_more_classes_than_a_reader_can_tell_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="6 classes"):
        palette.ramp(6)


BLIND = {
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB."""


def seen_with(blindness: str, colour: Colour) -> list[float]:
    """Linear RGB as seen without one kind of cones."""
    linear = [
        (part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4) for part in colour
    ]
    return [sum(share * part for share, part in zip(row, linear, strict=True)) for row in BLIND[blindness]]


@pytest.mark.parametrize("colours", palette.PALETTES)
@pytest.mark.parametrize("blindness", BLIND)
def test_classes_stay_in_order_of_lightness_for_eyes_without_one_kind_of_cones(
    blindness: str, colours: palette.Palette
) -> None:
    seen = [seen_with(blindness, style.fill) for style in palette.ramp(5, colours) if style.fill]
    brightness = [0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in seen]
    assert all(light > 1.25 * dark for light, dark in pairwise(brightness))
