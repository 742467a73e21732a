"""The map as SVG: well formed, with every text, its hatches, and the same bytes each time."""

from xml.etree import ElementTree

import pytest

from maps.arrangement import Arrangement, arranged
from maps.layout import lay_out
from maps.plan_scene import plan_scene
from maps.svg_painter import svg_of
from shockplan.outputs.drawing import Box
from shockplan.texts import Language
from tests.maps.made_up_plan import made_up_plan

SIZE = (842.0, 595.0)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("language", ["en", "lo"])
def test_an_svg_holds_the_sheet(language: Language) -> None:
    scene = arranged(plan_scene(made_up_plan(), language), Arrangement({"density": True}))
    layout = lay_out(scene, Box(26, 26, 790, 543))
    drawing = svg_of(scene, layout, SIZE)
    assert drawing == svg_of(scene, layout, SIZE)
    root = ElementTree.fromstring(drawing)
    said = {element.text for element in root.iter(f"{SVG}text")}
    assert {text.text for text in layout.texts} <= said
    assert {line for label in layout.labels for _, _, line in label.lines} <= said
    assert {element.get("id") for element in root.iter(f"{SVG}g")} >= {"districts", "hazard:flood", "density"}
    patterns = {element.get("id") for element in root.iter(f"{SVG}pattern")}
    used = {
        fill[5:-1] for element in root.iter() if (fill := element.get("fill", "")).startswith("url(#hatch")
    }
    assert used
    assert used == patterns


def test_a_pale_layer_is_pale_in_the_svg_too() -> None:
    scene = arranged(plan_scene(made_up_plan(), "en"), Arrangement().with_opacity("districts", 0.4))
    root = ElementTree.fromstring(svg_of(scene, lay_out(scene, Box(26, 26, 790, 543)), SIZE))
    (districts,) = [element for element in root.iter(f"{SVG}g") if element.get("id") == "districts"]
    assert districts.get("opacity") == "0.4"
