"""How a person arranges the layers: shown, pale, in order, with the legend behind them."""

import pytest

from maps.arrangement import Arrangement, arranged, moved, order_of
from maps.plan_scene import plan_scene
from maps.scene import Extent, Scene
from tests.maps.made_up_plan import made_up_plan


@pytest.fixture(scope="module")
def scene() -> Scene:
    return plan_scene(made_up_plan(), "en")


def ids(scene: Scene) -> list[str]:
    return [layer.id for layer in scene.layers]


def test_a_layer_that_nobody_touched_stays_as_the_scene_has_it(scene: Scene) -> None:
    same = arranged(scene, Arrangement())
    assert ids(same) == ids(scene)
    assert [layer.shown for layer in same.layers] == [layer.shown for layer in scene.layers]
    assert same.legend == scene.legend


def test_a_layer_is_hidden_and_made_pale(scene: Scene) -> None:
    wanted = Arrangement().with_shown("villages", False).with_opacity("districts", 0.25)
    layers = {layer.id: layer for layer in arranged(scene, wanted).layers}
    assert not layers["villages"].shown
    assert layers["districts"].opacity == 0.25
    assert Arrangement().with_opacity("districts", 7).opacity == {"districts": 1.0}


def test_a_layer_moves_up_and_down_and_stops_at_the_ends(scene: Scene) -> None:
    raised = moved(scene, Arrangement(), "districts", 1)
    assert ids(arranged(scene, raised))[1] == "districts"
    top = moved(scene, raised, "districts", 99)
    assert ids(arranged(scene, top))[-1] == "districts"
    assert ids(arranged(scene, moved(scene, top, "districts", -99)))[0] == "districts"
    legend = [group.layer_id for group in arranged(scene, top).legend]
    assert legend[0] == "districts"


def test_a_layer_that_comes_later_stands_above_the_one_it_follows(scene: Scene) -> None:
    wanted = Arrangement(order=("villages", "districts"))
    order = order_of(scene, wanted)
    assert sorted(order) == sorted(ids(scene))
    assert order.index("villages") < order.index("districts")
    assert order.index("observed:flood") == order.index("districts") + 1


def test_the_frame_is_the_one_asked_for(scene: Scene) -> None:
    extent = Extent(0, 0, 10, 10)
    assert arranged(scene, Arrangement(), extent).extent == extent
