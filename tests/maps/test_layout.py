"""The sheet: a scale bar that is true, labels that do not collide, nothing outside of its box."""

import dataclasses
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.layout import Layout, lay_out
from maps.placing import place_labels
from maps.plan_scene import plan_scene
from maps.projection import project, true_length, unproject
from maps.scene import Extent, LabelLayer
from maps.view import north_turn, scale_bar, view_of
from shockplan.areas import load_gazetteer
from shockplan.outputs.drawing import Box
from shockplan.outputs.lao_text import text_width
from shockplan.plan import Plan
from shockplan.texts import Language
from tests.maps.made_up_plan import made_up_flood, made_up_plan

BOXES = (Box(24, 24, 547, 794), Box(24, 24, 794, 547), Box(50, 300, 420, 330), Box(10, 10, 300, 420))


def overlap(one: Box, other: Box) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.top and other.y < one.top


def inside(inner: Box, outer: Box, slack: float = 0.01) -> bool:
    return (
        inner.x >= outer.x - slack
        and inner.y >= outer.y - slack
        and inner.right <= outer.right + slack
        and inner.top <= outer.top + slack
    )


@settings(max_examples=60)
@given(st.floats(100.5, 107.2), st.floats(14.2, 22.2), st.floats(4e3, 1.2e6), st.floats(40, 140))
def test_the_scale_bar_is_true_within_one_percent_and_a_round_number(
    lon: float, lat: float, width: float, longest: float
) -> None:
    x, y = project(np.array([[lon, lat]]))[0].tolist()
    view = view_of(Extent(x - width / 2, y - width / 2, x + width / 2, y + width / 2), Box(0, 0, 400, 500))
    bar = scale_bar(view, longest)
    half = bar.length / view.points_per_metre / 2
    assert true_length((x - half, y), (x + half, y)) == pytest.approx(bar.metres, rel=0.01)
    assert bar.length <= longest
    assert str(bar.metres).rstrip("0") in ("1", "2", "5")


def test_the_north_arrow_points_to_true_north() -> None:
    for lon, lat, turn in ((103.9, 18.2, 0.0), (107.5, 15.0, -1.0), (100.3, 20.2, 1.2)):
        x, y = project(np.array([[lon, lat]]))[0].tolist()
        view = view_of(Extent(x - 1000, y - 1000, x + 1000, y + 1000), Box(0, 0, 100, 100))
        found = north_turn(view)
        assert found == pytest.approx(turn, abs=0.15)
        stepped = unproject(
            np.array([[x + 500 * np.sin(np.radians(found)), y + 500 * np.cos(np.radians(found))]])
        )
        assert stepped[0, 0] == pytest.approx(lon, abs=1e-6)
        assert stepped[0, 1] > lat


def test_the_view_keeps_the_proportions_of_the_ground_and_shows_all_of_the_extent() -> None:
    view = view_of(Extent(0, 0, 100, 10), Box(5, 5, 50, 50))
    assert view.extent == Extent(0, -45, 100, 55)
    corners = np.array([[0.0, -45.0], [100.0, 55.0]])
    assert view.to_page(corners).tolist() == [[5, 5], [55, 55]]


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("language", ["en", "lo"])
def test_labels_do_not_overlap_and_stay_in_the_frame(box: Box, language: Language) -> None:
    codes = tuple(load_gazetteer().districts["pcode"])
    for plan in (made_up_plan(), made_up_plan(districts=codes, households=20_000, villages=900)):
        layout = lay_out(plan_scene(plan, language), box)
        assert len(layout.labels) >= 20
        assert not [
            pair for pair in combinations([label.box for label in layout.labels], 2) if overlap(*pair)
        ]
        assert all(inside(label.box, layout.view.frame) for label in layout.labels)


@pytest.mark.parametrize("box", BOXES)
def test_everything_stays_in_the_box_and_the_legend_does_not_run_into_the_locator(box: Box) -> None:
    layout = lay_out(plan_scene(made_up_plan(), "lo"), box)
    furniture = [layout.locator.frame, layout.arrow]
    for part in (layout.view.frame, *furniture, *(sample.box for sample in layout.samples)):
        assert inside(part, box)
    for text in layout.texts:
        assert box.y <= text.y <= box.top
        assert (
            text.align != "left" or text.x + text_width(text.text, text.size, text.bold) <= box.right + 0.01
        )
    for sample in layout.samples:
        assert not any(overlap(sample.box, part) for part in (*furniture, layout.view.frame))
    for one, other in combinations([sample.box for sample in layout.samples], 2):
        assert not overlap(one, other)


def test_the_map_takes_most_of_the_box() -> None:
    for box in BOXES[:2]:
        frame = lay_out(plan_scene(made_up_plan(), "en"), box).view.frame
        assert frame.width * frame.height > 0.6 * box.width * box.height


def bare_labels(texts: tuple[str, ...], xy: list[tuple[float, float]], beside: bool = False) -> LabelLayer:
    count = len(texts)
    return LabelLayer(
        "x", texts, np.array(xy), np.arange(count, 0, -1.0), np.full(count, np.inf), 8.0, beside=beside
    )


def test_of_two_labels_for_one_place_the_one_with_priority_keeps_the_middle() -> None:
    layer = bare_labels(("first", "second"), [(100, 100), (100, 100)])
    first, second = place_labels([(layer, layer.xy)], Box(0, 0, 200, 200), 1.0)
    assert first.lines[0][0] == pytest.approx(100)
    assert first.box.y + first.box.height / 2 == pytest.approx(100)
    assert not overlap(first.box, second.box)


def test_a_label_with_no_free_place_is_left_out() -> None:
    layer = bare_labels(("one",), [(100, 100)])
    assert place_labels([(layer, layer.xy)], Box(0, 0, 200, 200), 1.0, taken=[Box(50, 50, 100, 100)]) == ()


def test_a_label_much_wider_than_its_district_is_left_out_or_loses_its_figure() -> None:
    layer = bare_labels(("Ban\n1,000,000,000",), [(100, 100)])
    narrow = LabelLayer(layer.id, layer.texts, layer.xy, layer.priority, np.array([12.0]), 8.0)
    (placed,) = place_labels([(narrow, narrow.xy)], Box(0, 0, 200, 200), 1.0)
    assert [text for _, _, text in placed.lines] == ["Ban"]
    assert place_labels([(narrow, narrow.xy)], Box(0, 0, 200, 200), 0.1) == ()


def test_a_label_beside_a_symbol_never_covers_another_symbol() -> None:
    layer = dataclasses.replace(bare_labels(("name",), [(100, 100)], beside=True), clear=np.array([2.0]))
    symbols = np.array([[100.0, 100.0, 2.0], [110.0, 100.0, 2.0]])
    (placed,) = place_labels([(layer, layer.xy)], Box(0, 0, 200, 200), 1.0, symbols=symbols)
    assert not overlap(placed.box, Box(108, 98, 4, 4))


def test_the_same_scene_is_laid_out_the_same_each_time() -> None:
    first, second = (lay_out(plan_scene(made_up_plan(), "lo"), BOXES[0]) for _ in range(2))
    assert _parts(first) == _parts(second)


def _parts(layout: Layout) -> tuple[object, ...]:
    return layout.texts, layout.samples, layout.bar, layout.labels, layout.view


def crowded_plan(hazards: int, name: str) -> Plan:
    """A plan with many hazards of one long name, and villages of that name too."""
    floods = tuple(
        dataclasses.replace(made_up_flood(), id=f"flood{number}", name=name) for number in range(hazards)
    )
    plan = made_up_plan(layers=floods)
    plan.inputs.registry.villages["name_en"] = name
    plan.inputs.registry.villages["name_lo"] = name
    return plan


@pytest.mark.parametrize("name", ["ນ້ຳຖ້ວມ" * 40, "Flood " * 50, "🌊 flood \u202e and \x07 bell", "x" * 300])
@pytest.mark.parametrize("box", BOXES)
def test_long_and_strange_names_and_many_layers_still_fit_the_sheet(name: str, box: Box) -> None:
    layout = lay_out(plan_scene(crowded_plan(6, name), "lo"), box)
    furniture = [layout.locator.frame, layout.arrow, layout.view.frame]
    assert layout.view.frame.width > box.width / 3
    assert layout.view.frame.height > box.height / 3
    for part in (*furniture, *(sample.box for sample in layout.samples)):
        assert inside(part, box)
    for text in layout.texts:
        assert box.y - 0.01 <= text.y <= box.top
        width = text_width(text.text, text.size, text.bold)
        assert text.align != "left" or text.x + width <= box.right + 0.01
        if text.align == "left":
            assert not any(overlap(Box(text.x, text.y, width, text.size * 0.7), part) for part in furniture)
