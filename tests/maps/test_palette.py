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


@pytest.mark.parametrize("count", range(1, 6))
def test_the_classes_of_a_map_stay_apart_on_a_grey_printer(count: int) -> None:
    styles = [palette.NO_HOUSEHOLDS, palette.NONE_HERE, *palette.ramp(count)]
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
