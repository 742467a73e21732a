"""The observed share: of the districts with households, on the ellipsoid, clouds taken off."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from shockplan.outputs.observed import observed_share
from shockplan.shocks.layer import FeatureCount, HazardLayer, Severity
from shockplan.source import Source
from tests.core.table_plan import table_plan


def layer(observed: shapely.Geometry | None, hidden: tuple[shapely.Geometry, ...] = ()) -> HazardLayer:
    return HazardLayer(
        "flood", "Flood", "flood", Source("made_up", "0" * 64, 0), "", None, True,
        np.array(hidden, dtype=object), np.full(len(hidden), Severity.NOT_OBSERVED, np.int8), observed,
        FeatureCount(0, 0, 0, 0, 0), (),
    )  # fmt: skip


@pytest.fixture(scope="module")
def whole() -> tuple[object, shapely.Geometry]:
    plan = table_plan(60)
    frame = plan.inputs.boundaries.frame
    there = frame["pcode"].isin(plan.inputs.registry.households["district"].unique())
    return plan, shapely.union_all(frame.geometry.to_numpy()[there.to_numpy()])


def test_all_half_and_nothing_of_the_ground(whole) -> None:
    plan, ground = whole
    left, bottom, right, top = ground.bounds
    everything = shapely.box(left - 1, bottom - 1, right + 1, top + 1)
    assert observed_share(plan, layer(everything)) == pytest.approx(1)
    assert observed_share(plan, layer(shapely.box(0, 0, 1, 1))) == 0
    middle = ground.centroid.x
    west, east = (
        shapely.box(left - 1, bottom - 1, middle, top + 1),
        shapely.box(middle, bottom - 1, 180, top + 1),
    )
    halves = [observed_share(plan, layer(side)) for side in (west, east)]
    assert sum(halves) == pytest.approx(1)
    assert observed_share(plan, layer(everything, (west,))) == pytest.approx(halves[1])
    assert observed_share(plan, layer(None, (west,))) == pytest.approx(halves[1])


def test_a_layer_that_does_not_say_has_no_share(whole) -> None:
    plan, _ = whole
    assert observed_share(plan, layer(None)) is None
    empty = replace(plan.inputs.registry, households=plan.inputs.registry.households.iloc[:0])
    nobody = replace(plan, inputs=replace(plan.inputs, registry=empty))
    assert observed_share(nobody, layer(shapely.box(0, 0, 180, 80))) is None
