"""Two plans on one map: shared classes, differences that add up, and dots that are nobody's house."""

import dataclasses

import numpy as np
import pytest
import shapely

from maps.compare import change, compare_scene, paired_scenes
from maps.dots import NEAR_M, counted_rows, dots_scene, round_share
from maps.ground import ground_of
from maps.measures import MEASURES, Measure, district_figures
from maps.palette import fewer, ramp
from maps.projection import project
from shockplan.budget import Status
from shockplan.plan import Plan
from tests.maps.made_up_plan import ATTAPEU, made_up_plan
from tests.maps.test_plan_scene import layer_of


def less_money(plan: Plan, districts: tuple[str, ...]) -> Plan:
    """The plan with half of the funded households of the districts waiting instead."""
    status, total = plan.allocation.status.copy(), plan.allocation.total_kip.copy()
    here = plan.inputs.registry.households["district"].isin(districts).to_numpy()
    chosen = np.flatnonzero(here & (status == Status.FUNDED))[::2]
    status[chosen], total[chosen] = Status.WAITING, 0
    allocation = type(plan.allocation)(status=status, total_kip=total)
    return dataclasses.replace(plan, allocation=allocation, fingerprint="b" * 64)


@pytest.mark.parametrize("measure", MEASURES)
def test_changes_by_district_add_up_to_the_change_of_the_plan(measure: Measure) -> None:
    before, after = made_up_plan(), less_money(made_up_plan(), ("LA1703", "LA1705"))
    found = change(before, after, measure)
    assert found.notna().sum() == len(ATTAPEU)
    assert found.sum() == district_figures(after)[measure].sum() - district_figures(before)[measure].sum()


def test_a_fall_a_rise_and_no_change_have_styles_of_their_own() -> None:
    before, after = made_up_plan(), less_money(made_up_plan(), ("LA1703",))
    for scene, sign in ((compare_scene(before, after, "en"), -1), (compare_scene(after, before, "en"), 1)):
        districts = layer_of(scene, "districts")
        by_code = dict(zip(districts.keys, districts.classes.tolist(), strict=True))
        style = districts.styles[by_code["LA1703"]]
        assert style in (fewer(1) if sign < 0 else ramp(1))
        assert by_code["LA1704"] == 1
        assert by_code["LA0101"] == 0
        drawn = {districts.styles[number] for number in by_code.values()}
        assert drawn == {entry.style for entry in scene.legend[0].entries}
    assert "from plan a1b2" not in scene.provenance
    assert scene.provenance == "from plan bbbb-bbbb-bbbb-bbbb to plan a1b2-c3d4-e5f6-0718"


def test_a_rise_is_labelled_with_its_sign() -> None:
    before, after = less_money(made_up_plan(), ("LA1703",)), made_up_plan()
    texts = compare_scene(before, after, "en").labels[-1].texts
    rise = int(change(before, after, "funded")["LA1703"])
    assert f"Sanamxay\n+{rise}" in texts


def test_a_plan_compared_with_itself_has_not_changed() -> None:
    scene = compare_scene(made_up_plan(), made_up_plan(), "lo")
    assert [entry.text for entry in scene.legend[0].entries] == ["ບໍ່ປ່ຽນແປງ", "ບໍ່ມີຄົວເຮືອນໃນທະບຽນ"]


def test_a_comparison_is_a_draft_while_one_of_the_plans_is() -> None:
    plan = made_up_plan()
    approved = dataclasses.replace(plan, approved=True)
    assert len(compare_scene(approved, plan, "en").stamps) == 2
    assert len(compare_scene(approved, approved, "en").stamps) == 1


def test_scenes_to_swipe_between_share_frame_classes_and_legend() -> None:
    first, second = paired_scenes(made_up_plan(), less_money(made_up_plan(), ATTAPEU), "en")
    assert first.extent == second.extent
    assert layer_of(first, "districts").styles == layer_of(second, "districts").styles
    assert layer_of(first, "districts").classes.tolist() != layer_of(second, "districts").classes.tolist()


def test_dots_times_households_a_dot_come_near_the_count_in_every_district() -> None:
    plan = made_up_plan()
    scene = dots_scene(plan, "en", "affected", households_a_dot=10)
    dots = layer_of(scene, "dots")
    affected = district_figures(plan)["affected"]
    for pcode in ATTAPEU:
        assert abs(dots.keys.count(pcode) * 10 - affected[pcode]) <= 10


def test_dots_stand_near_their_village_or_inside_their_district() -> None:
    plan = made_up_plan()
    dots = layer_of(dots_scene(plan, "en", "households", households_a_dot=5), "dots")
    villages = plan.inputs.registry.villages
    known = villages["lon"].notna()
    places = project(villages.loc[known, ["lon", "lat"]].to_numpy())
    ground = ground_of(plan.inputs.boundaries, plan.inputs.gazetteer)
    shape = dict(zip(ground.pcodes, ground.shapes, strict=True))
    near = np.array([np.hypot(*(places - point).T).min() <= NEAR_M for point in dots.xy])
    inside = [shapely.contains_xy(shape[key], *point) for key, point in zip(dots.keys, dots.xy, strict=True)]
    assert np.all(near | np.array(inside))
    assert near.any()
    assert not near.all()


def test_a_households_own_point_is_never_used_for_its_dot() -> None:
    plan = made_up_plan()
    assert not {"lon", "lat"} & set(plan.inputs.registry.households.columns)
    assert len(layer_of(dots_scene(plan, "en"), "dots").xy) > 0


def test_the_same_plan_gives_the_same_dots() -> None:
    first, second = (layer_of(dots_scene(made_up_plan(), "lo"), "dots").xy for _ in range(2))
    assert np.array_equal(first, second)


def test_the_share_of_a_dot_is_a_round_number_that_keeps_the_dots_few() -> None:
    assert [round_share(count) for count in (0, 4000, 4001, 28_000, 1_300_000)] == [1, 1, 2, 10, 500]


def test_what_is_counted_is_what_the_plan_says() -> None:
    plan = made_up_plan()
    assert counted_rows(plan, "funded").sum() == (plan.allocation.status == Status.FUNDED).sum()
    assert counted_rows(plan, "households").all()
