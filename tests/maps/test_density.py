"""Where the households live: by cells that add up, never by a house on what leaves the program."""

import io

import numpy as np
import pytest
from reportlab.pdfgen.canvas import Canvas

from maps.arrangement import Arrangement, arranged
from maps.cells import FINEST_CELL_M, PAPER_CELL_M, cell_size, cells_of
from maps.density import LIMITS, household_points
from maps.pdf_painter import draw_scene
from maps.plan_scene import plan_scene
from maps.projection import project
from maps.scene import DensityLayer, Extent, Scene
from shockplan.budget import Status
from shockplan.outputs.drawing import Box
from shockplan.plan import Plan
from tests.maps.made_up_plan import made_up_plan


@pytest.fixture(scope="module")
def plan() -> Plan:
    return made_up_plan()


def density_of(scene: Scene) -> DensityLayer:
    (layer,) = [layer for layer in scene.layers if isinstance(layer, DensityLayer)]
    return layer


def test_households_of_a_village_stand_apart_around_its_point(plan: Plan) -> None:
    registry = plan.inputs.registry
    xy = household_points(registry)
    village = registry.households["village"].to_numpy()
    places = project(registry.villages[["lon", "lat"]].to_numpy())
    number = int(np.flatnonzero(np.isfinite(places[:, 0]))[0])
    mine = xy[village == number]
    distance = np.hypot(*(mine - places[number]).T)
    assert distance.max() < 1500
    assert len(np.unique(mine.round(3), axis=0)) == len(mine)
    assert np.isnan(xy[village == -1]).all(), "a household known by its district alone has no point"


def test_the_density_counts_the_households_of_the_measure(plan: Plan) -> None:
    layer = density_of(plan_scene(plan, "en", "waiting"))
    assert (layer.counted == (plan.allocation.status == Status.WAITING)).all()
    assert not layer.shown


def test_cells_stand_on_multiples_and_their_classes_are_households_a_square_kilometre(plan: Plan) -> None:
    layer = density_of(plan_scene(plan, "en"))
    there = layer.xy[layer.counted & np.isfinite(layer.xy[:, 0])]
    (left, bottom), (right, top) = there.min(axis=0) - 1, there.max(axis=0) + 1
    cell = 2000.0
    classes, west, north = cells_of(layer, Extent(left, bottom, right, top), cell)
    assert west % cell == 0
    assert north % cell == 0
    row, column = np.unravel_index(int(classes.argmax()), classes.shape)
    low, high = west + column * cell, north - (row + 1) * cell
    inside = (there >= (low, high)).all(axis=1) & (there < (low + cell, high + cell)).all(axis=1)
    density = inside.sum() / (cell / 1000) ** 2
    assert classes[row, column] == np.searchsorted(LIMITS, density, side="right") - 1
    assert classes[row, column] >= 0


@pytest.mark.parametrize(("metres", "size"), [(1, 250), (250, 250), (251, 500), (3000, 4000)])
def test_cells_double_from_the_finest(metres: float, size: float) -> None:
    assert cell_size(metres) == size
    assert cell_size(metres, PAPER_CELL_M) >= PAPER_CELL_M > FINEST_CELL_M


def drawn(scene: Scene) -> str:
    canvas = Canvas(io.BytesIO(), pagesize=(595, 842), pageCompression=0)
    draw_scene(canvas, Box(20, 20, 555, 802), scene)
    return "\n".join(canvas._code)


def test_paper_shows_cells_and_no_household(plan: Plan) -> None:
    scene = plan_scene(plan, "en")
    layer = density_of(scene)
    x, y = layer.xy[layer.counted & np.isfinite(layer.xy[:, 0])][0]
    near = Extent(x - 900, y - 900, x + 900, y + 900)
    with_cells = drawn(arranged(scene, Arrangement({"density": True, "villages": False}), near))
    without = drawn(arranged(scene, Arrangement({"density": False, "villages": False}), near))
    assert with_cells.count(" re") > without.count(" re")
    assert with_cells.count(" c\n") == without.count(" c\n"), "no circle, so no household"
