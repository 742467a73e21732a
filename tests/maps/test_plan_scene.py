"""The scene of a plan: figures that add up, ground not observed, and sentences that may not be left out."""

import dataclasses

import numpy as np
import pytest
import shapely

from maps.measures import MEASURES, Measure, district_figures, village_figures
from maps.plan_scene import WHOLE_COUNTRY_FROM, layers_scene, plan_scene
from maps.projection import project
from maps.scene import PathLayer, PointLayer, Scene
from maps.shapes import shape_at
from shockplan.areas import load_gazetteer
from shockplan.boundaries import read_boundaries, schematic_boundaries
from shockplan.budget import Status
from shockplan.shocks.layer import HazardLayer, Severity
from shockplan.texts import Language
from tests.maps.made_up_plan import ATTAPEU, made_up_flood, made_up_indicator, made_up_plan
from tests.shared_data import SHARED, needs_shared


def layer_of(scene: Scene, layer_id: str) -> PathLayer | PointLayer:
    return next(layer for layer in scene.layers if layer.id == layer_id)


def test_district_figures_add_up_to_the_plan() -> None:
    plan = made_up_plan()
    figures = district_figures(plan)
    status = plan.allocation.status
    assert figures["households"].sum() == plan.inputs.registry.rows_read
    assert figures["funded"].sum() == np.count_nonzero(status == Status.FUNDED)
    assert figures["waiting"].sum() == np.count_nonzero(status == Status.WAITING)
    assert figures["budget"].sum() == plan.allocation.total_kip.sum()
    assert set(figures.index[figures["households"] > 0]) == set(ATTAPEU)


def test_kip_beyond_what_a_float_holds_are_summed_exactly() -> None:
    plan = made_up_plan(households=100)
    total = plan.allocation.total_kip
    total[plan.allocation.status == Status.FUNDED] = 2**53 // 100 + 1
    assert district_figures(plan)["budget"].sum() == total.sum()
    assert total.sum() > 0


def test_households_without_a_village_are_in_their_district_and_in_no_village() -> None:
    plan = made_up_plan()
    without = (plan.inputs.registry.households["village"] == -1).sum()
    assert without > 0
    assert village_figures(plan)["households"].sum() == plan.inputs.registry.rows_read - without


@pytest.mark.parametrize("measure", MEASURES)
def test_each_district_has_the_class_of_its_figure(measure: Measure) -> None:
    plan = made_up_plan()
    districts = layer_of(plan_scene(plan, "en", measure), "districts")
    figures = district_figures(plan)
    for pcode, value, number in zip(districts.keys, districts.values, districts.classes, strict=True):
        row = figures.loc[pcode]
        if row["households"] == 0:
            assert np.isnan(value)
            assert number == 0
        else:
            assert value == row[measure]
            assert (number == 1) == (value == 0)
    order = np.argsort(np.nan_to_num(districts.values, nan=-1), kind="stable")
    assert np.all(np.diff(districts.classes[order]) >= 0)


def test_every_class_that_occurs_stands_in_the_legend() -> None:
    scene = plan_scene(made_up_plan(), "en")
    districts = layer_of(scene, "districts")
    legend = {group.layer_id: group for group in scene.legend}
    drawn = {districts.styles[number] for number in set(districts.classes.tolist())}
    assert drawn == {entry.style for entry in legend["districts"].entries}
    assert [entry.text for entry in legend["hazard:flood"].entries] == [
        "severe",
        "moderate",
        "low",
        "not observed (not the same as dry)",
    ]


def test_ground_that_was_not_looked_at_is_hatched_and_ground_that_was_is_not() -> None:
    hatched = layer_of(plan_scene(made_up_plan(), "en"), "observed:flood")
    assert isinstance(hatched, PathLayer)
    looked_at, not_looked_at = project(np.array([[106.8, 14.8], [107.3, 15.0]])).tolist()
    assert shape_at(hatched.full, *looked_at) is None
    assert shape_at(hatched.full, *not_looked_at) == 0
    assert {style.hatch for style in hatched.styles} == {"back"}


def test_a_layer_that_does_not_say_what_was_looked_at_has_a_note_for_it() -> None:
    scene = plan_scene(made_up_plan(layers=(made_up_flood(observed=False),)), "en")
    drawn = [layer.id for layer in scene.layers if layer.shown]
    assert drawn == ["districts", "hazard:flood", "provinces", "villages"]
    assert "Sekong flood: the source does not say which ground was looked at." in scene.notes


def test_the_most_severe_part_is_drawn_last_whatever_the_order_of_the_source() -> None:
    flood = made_up_flood()
    turned = dataclasses.replace(flood, parts=flood.parts[::-1], severity=flood.severity[::-1])
    hazard = layer_of(plan_scene(made_up_plan(layers=(turned,)), "en"), "hazard:flood")
    assert hazard.values.tolist() == [1, 2, 3]


def test_hazard_vertices_are_all_there_at_full_detail() -> None:

    flood = made_up_flood()
    hazard = layer_of(plan_scene(made_up_plan(), "en"), "hazard:flood")
    assert isinstance(hazard, PathLayer)
    assert hazard.full.shapes.vertices == shapely.get_num_coordinates(flood.parts).sum()


@pytest.mark.parametrize("language", ["en", "lo"])
def test_a_schematic_map_says_so_in_both_languages(language: Language) -> None:
    scene = plan_scene(made_up_plan(), language)
    assert "Schematic map: not official boundaries" in scene.schematic
    assert "ແຜນທີ່ແບບຫຍໍ້" in scene.schematic


@needs_shared
def test_a_map_of_official_boundaries_does_not_call_itself_schematic() -> None:
    official = read_boundaries(SHARED / "boundaries" / "lao_adm2_148.geojson", load_gazetteer())
    scene = plan_scene(made_up_plan(official), "en")
    assert scene.schematic == ""
    assert any("do not imply official endorsement" in note for note in scene.notes)


def test_a_draft_and_a_made_up_plan_say_so_in_both_languages_and_an_approved_plan_is_no_draft() -> None:
    plan = made_up_plan()
    draft, made_up = plan_scene(plan, "en").stamps
    assert "DRAFT: not for payment" in draft
    assert "ຫ້າມໃຊ້ຈ່າຍເງິນ" in draft
    assert "MADE UP" in made_up
    assert plan_scene(dataclasses.replace(plan, approved=True), "en").stamps == (made_up,)


def test_the_frame_holds_the_districts_of_the_registry_and_the_whole_country_where_they_are_many() -> None:
    codes = tuple(load_gazetteer().districts["pcode"])
    few = plan_scene(made_up_plan(), "en")
    many = plan_scene(made_up_plan(None, codes[:WHOLE_COUNTRY_FROM], 20_000, 2_000), "en")
    assert few.extent.width < few.whole.width / 4
    assert many.extent == many.whole


def test_the_map_can_be_focused_on_one_district() -> None:
    whole, one = plan_scene(made_up_plan(), "en"), plan_scene(made_up_plan(), "en", focus=["LA1701"])
    assert one.extent.width < whole.extent.width
    assert one.layers[0].values.tolist() == pytest.approx(whole.layers[0].values.tolist(), nan_ok=True)


def test_district_names_are_in_the_language_and_carry_their_figure() -> None:
    plan = made_up_plan()
    english, lao = (plan_scene(plan, language).labels[-1].texts for language in ("en", "lo"))
    funded = district_figures(plan)["funded"]
    assert f"Sanxay\n{funded['LA1704']:,}" in english or any(text.startswith("Sanxay\n") for text in english)
    assert len(english) == len(lao) == len(ATTAPEU)
    assert all(ord(text[0]) > 0x0E80 for text in lao)


def test_villages_without_a_known_place_are_not_drawn() -> None:
    plan = made_up_plan()
    villages = layer_of(plan_scene(plan, "en"), "villages")
    known = plan.inputs.registry.villages["lon"].notna()
    assert len(villages.keys) == known.sum() < len(known)
    assert (villages.classes == 0).sum() == (villages.values == 0).sum()


def test_what_cannot_be_drawn_is_counted_under_the_map() -> None:
    plan = made_up_plan()
    schematic = plan.inputs.boundaries
    without = dataclasses.replace(schematic, frame=schematic.frame[schematic.frame["pcode"] != "LA1705"])
    scene = plan_scene(made_up_plan(without), "en")
    households = district_figures(plan).loc["LA1705", "households"]
    villages = plan.inputs.registry.villages["lon"].isna().sum()
    assert f"Households in districts without an outline, not coloured: {households:,}." in scene.notes
    assert f"Villages whose place is not known, not drawn: {villages}." in scene.notes


def test_thousands_of_villages_wait_until_asked_for() -> None:
    villages = layer_of(plan_scene(made_up_plan(villages=2000), "en"), "villages")
    assert not villages.shown


def wide_flood() -> HazardLayer:
    return dataclasses.replace(
        made_up_flood(),
        parts=np.array([shapely.box(106.3, 14.0, 107.6, 15.4)], dtype=object),
        severity=np.array([Severity.MODERATE], dtype=np.int8),
    )


def test_a_hazard_over_whole_districts_leaves_their_colours_to_be_read() -> None:
    over = plan_scene(made_up_plan(layers=(wide_flood(),)), "en")
    flood = layer_of(over, "hazard:flood")
    assert all(style.fill is None and style.hatch != "none" for style in flood.styles)
    legend = next(group for group in over.legend if group.layer_id == "hazard:flood")
    assert legend.entries[0].style in flood.styles
    river = layer_of(plan_scene(made_up_plan(), "en"), "hazard:flood")
    assert all(style.fill is not None for style in river.styles)


def test_layers_can_be_seen_before_there_is_a_plan() -> None:
    gazetteer = load_gazetteer()
    layers = (made_up_flood(), made_up_indicator(), made_up_indicator())
    scene = layers_scene(schematic_boundaries(gazetteer), layers, gazetteer, "lo")
    assert [(layer.id, layer.shown) for layer in scene.layers] == [
        ("districts", True), ("area:covid", True), ("area:covid", False),
        ("observed:flood", True), ("hazard:flood", True), ("provinces", True),
    ]  # fmt: skip
    indicator = layer_of(scene, "area:covid")
    by_code = dict(zip(indicator.keys, indicator.classes.tolist(), strict=True))
    assert [by_code[pcode] for pcode in ATTAPEU] == [0, 1, 2, 3, -1]


def test_a_plan_that_funds_nobody_is_a_map_without_classes() -> None:
    plan = made_up_plan()
    plan.allocation.status[:] = Status.NOT_ELIGIBLE
    scene = plan_scene(plan, "en")
    groups = {group.layer_id: [entry.text for entry in group.entries] for group in scene.legend}
    assert groups["districts"] == ["none", "no household in the registry"]
    assert groups["villages"] == ["none funded"]


def test_an_empty_registry_is_a_map_of_the_whole_country() -> None:
    scene = plan_scene(made_up_plan(households=0, villages=0), "lo")
    assert scene.extent == scene.whole


def test_no_layers_at_all_is_a_plain_map() -> None:
    gazetteer = load_gazetteer()
    scene = layers_scene(schematic_boundaries(gazetteer), (), gazetteer, "en")
    assert [layer.id for layer in scene.layers] == ["districts", "provinces"]
    assert [group.layer_id for group in scene.legend] == ["provinces"]


def test_a_hazard_without_any_area_is_a_layer_without_shapes_and_without_legend_entries() -> None:
    empty = dataclasses.replace(
        made_up_flood(observed=False), parts=np.empty(0, dtype=object), severity=np.empty(0, dtype=np.int8)
    )
    scene = plan_scene(made_up_plan(layers=(empty,)), "en")
    hazard = layer_of(scene, "hazard:flood")
    assert isinstance(hazard, PathLayer)
    assert all(len(detail.shapes) == 0 for detail in hazard.details)
    assert next(group for group in scene.legend if group.layer_id == "hazard:flood").entries == ()


def test_where_all_the_ground_was_looked_at_nothing_is_hatched() -> None:
    seen = dataclasses.replace(made_up_flood(), observed=shapely.box(95, 10, 112, 25))
    assert "observed:flood" not in [
        layer.id for layer in plan_scene(made_up_plan(layers=(seen,)), "en").layers
    ]


@pytest.mark.parametrize("observed", [True, False])
def test_ground_hidden_by_clouds_is_hatched_like_ground_nobody_looked_at(observed: bool) -> None:
    flood = made_up_flood(observed)
    cloud = shapely.box(106.6, 14.5, 106.7, 14.6)
    clouded = dataclasses.replace(
        flood,
        parts=np.array([*flood.parts, cloud], dtype=object),
        severity=np.array([*flood.severity, Severity.NOT_OBSERVED], dtype=np.int8),
    )
    scene = plan_scene(made_up_plan(layers=(clouded,)), "en")
    hatched, hazard = layer_of(scene, "observed:flood"), layer_of(scene, "hazard:flood")
    assert isinstance(hatched, PathLayer)
    inside, outside = project(np.array([[106.65, 14.55], [106.5, 14.55]])).tolist()
    assert shape_at(hatched.full, *inside) is not None
    assert shape_at(hatched.full, *outside) is None
    assert sorted(hazard.classes.tolist()) == [-1, 0, 1, 2]
    assert [layer.id for layer in scene.layers].index("observed:flood") == 1
    (legend,) = [group for group in scene.legend if group.layer_id == "hazard:flood"]
    assert "not observed (not the same as dry)" in [entry.text for entry in legend.entries]


def test_an_observed_extent_that_crosses_itself_is_still_understood() -> None:
    bow_tie = shapely.Polygon([(106, 14), (108, 16), (108, 14), (106, 16)])
    odd = dataclasses.replace(made_up_flood(), observed=bow_tie)
    hatched = layer_of(plan_scene(made_up_plan(layers=(odd,)), "en"), "observed:flood")
    assert isinstance(hatched, PathLayer)
    assert hatched.full.shapes.vertices > 4


def test_before_a_plan_the_frame_holds_what_the_layers_touch() -> None:
    gazetteer = load_gazetteer()
    boundaries = schematic_boundaries(gazetteer)
    flooded = layers_scene(boundaries, (made_up_flood(),), gazetteer, "en")
    river = layer_of(flooded, "hazard:flood")
    assert isinstance(river, PathLayer)
    left, bottom, right, top = np.vstack(
        [river.full.bounds[:, :2].min(0), river.full.bounds[:, 2:].max(0)]
    ).ravel()
    assert flooded.extent.left <= left < right <= flooded.extent.right
    assert flooded.extent.bottom <= bottom < top <= flooded.extent.top
    assert flooded.extent.width < flooded.whole.width / 2
    nothing = layers_scene(boundaries, (), gazetteer, "en")
    assert nothing.extent == nothing.whole
