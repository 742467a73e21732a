"""A newer satellite pass against an older one: newly hit, no longer hit, latest or cumulative."""

import numpy as np
import shapely

from shockplan.overlay import highest_at
from shockplan.point_grid import grid_points
from shockplan.shocks.layer import HazardLayer, Severity
from shockplan.shocks.passes import changes, counted, joined
from shockplan.winding import meets_any
from tests.core.test_exposure import hazard

OLD = (shapely.box(106, 14, 106.4, 15), Severity.MODERATE)
NEW = (shapely.box(106.3, 14, 106.6, 15), Severity.LOW)
LON = np.array([106.1, 106.35, 106.5, 106.7, 106.9])
LAT = np.full(5, 14.5)


def classes(layer: HazardLayer) -> list[int]:
    grid = grid_points(LON, LAT)
    found = highest_at(layer.parts, layer.severity, grid)
    hidden = meets_any(grid, layer.parts[layer.severity == Severity.NOT_OBSERVED])
    seen = meets_any(grid, shapely.get_parts(layer.observed)) if layer.observed is not None else True
    return np.where((found == 0) & (hidden | ~np.asarray(seen)), -1, found).tolist()


def test_cumulative_is_the_highest_class_of_either_pass() -> None:
    assert classes(joined(hazard(OLD), hazard(NEW), "cumulative")) == [2, 2, 1, 0, 0]


def test_the_latest_pass_counts_where_it_looked_and_the_earlier_elsewhere() -> None:
    seen = shapely.box(106.2, 14, 106.8, 15)
    assert classes(joined(hazard(OLD), hazard(NEW, observed=seen), "latest")) == [2, 1, 1, 0, 0]


def test_a_latest_pass_that_does_not_say_where_it_looked_replaces_the_earlier() -> None:
    assert classes(joined(hazard(OLD), hazard(NEW), "latest")) == [0, 1, 1, 0, 0]


def test_ground_that_neither_pass_saw_stays_not_observed() -> None:
    old = hazard(OLD, observed=shapely.box(106, 14, 106.6, 15))
    new = hazard(NEW, observed=shapely.box(106.2, 14, 106.8, 15))
    assert classes(joined(old, new, "cumulative")) == [2, 2, 1, 0, -1]
    assert classes(joined(old, new, "latest")) == [2, 1, 1, 0, -1]


def test_cloud_of_the_later_pass_does_not_wipe_out_what_the_earlier_saw() -> None:
    cloud = (shapely.box(106, 14, 106.2, 15), Severity.NOT_OBSERVED)
    seen = shapely.box(106, 14, 107, 15)
    old, new = hazard(OLD, observed=seen), hazard(NEW, cloud, observed=seen)
    assert classes(joined(old, new, "latest")) == [2, 1, 1, 0, 0]
    blind = hazard(OLD, cloud, observed=shapely.box(106.2, 14, 107, 15))
    assert classes(joined(hazard(cloud, observed=seen), new, "latest")) == [-1, 1, 1, 0, 0]
    assert classes(joined(blind, new, "cumulative"))[0] == 2


def test_what_the_newer_pass_changes_is_counted_once_for_each_household() -> None:
    before = np.array([0, 0, 1, 2, 3, 2, 2, -1, 1], dtype=np.int8)
    after = np.array([0, 2, 0, 2, 1, 3, -1, 1, 1], dtype=np.int8)
    found = counted(changes(before, after))
    assert found == {
        "newly_affected": 2,
        "no_longer_affected": 1,
        "still_affected": 4,
        "worse": 1,
        "better": 1,
        "no_longer_seen": 1,
    }
