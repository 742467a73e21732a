"""Hop 2: what each household's answer rests on, and that not observed is never dry."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from shockplan.areas import load_gazetteer
from shockplan.boundaries import Boundaries, schematic_boundaries
from shockplan.damage import Disagreement
from shockplan.exposure import Basis, Certainty, Exposure, expose
from shockplan.overlay import discs
from shockplan.planfile import AreaSpec, Classes, ExposureSpec, HazardSpec, LayerSpec
from shockplan.progress import Cancelled
from shockplan.registry.household import Registry
from shockplan.shocks.layer import AreaLayer, FeatureCount, HazardLayer, Layer, Severity
from shockplan.shocks.passes import joined
from shockplan.source import Source
from tests.core.made_up import made_up_registry

NOWHERE = shapely.box(90, 5, 91, 6)
SOURCE = Source("made_up.geojson", "0" * 64, 0)
DISTRICT, OTHER = "LA1701", "LA1703"


def hazard(
    *ground: tuple[shapely.Polygon, Severity], observed: shapely.Geometry | None = None, name: str = "flood"
) -> HazardLayer:
    return HazardLayer(
        id=name,
        name=name,
        shock="flood",
        source=SOURCE,
        source_note="",
        date=None,
        defines_affected=True,
        parts=np.array([shape for shape, _ in ground], dtype=object),
        severity=np.array([level for _, level in ground], dtype=np.int8),
        observed=observed,
        features=FeatureCount(len(ground), len(ground), 0, 0, 0),
        problems=(),
    )


def indicator(classes: dict[str, Severity], level: str = "district", defines: bool = False) -> AreaLayer:
    values = pd.DataFrame(
        {
            "pcode": pd.Series(list(classes), dtype="str"),
            "value": [float(severity) for severity in classes.values()],
            "severity": np.array(list(classes.values()), dtype=np.int8),
        }
    )
    if level == "village":
        values["district"], values["row"] = (
            pd.Series([None] * len(values), dtype="str"),
            range(2, len(values) + 2),
        )
    return AreaLayer(
        "jobs", "jobs", "covid", SOURCE, "", None, defines, "lost", "%",
        level, values, {Severity.LOW: 5.0}, (),  # type: ignore[arg-type]  # the two levels are literals
    )  # fmt: skip


def spec_of(layer: Layer) -> LayerSpec:
    if isinstance(layer, AreaLayer):
        return AreaSpec(kind="area", id=layer.id, name="", file="x", code="c", value="v", classes=Classes())
    return HazardSpec(kind="hazard", id=layer.id, name="", file="x")


def ask(
    registry: Registry, *layers: Layer, boundaries: Boundaries | None = None, radius: int = 1000
) -> Exposure:
    boundaries = boundaries or schematic_boundaries(load_gazetteer())
    specs = [spec_of(layer) for layer in layers]
    return expose(registry, layers, boundaries, specs, ExposureSpec(village_radius_m=radius))


def households(*rows: dict[str, object]) -> Registry:
    """A registry of the rows: lon, lat, village (0 at 107.0 E 14.8 N, 1 without a point), district."""
    made = made_up_registry(len(rows))
    table = made.households.copy()
    for column in ("lon", "lat"):
        table[column] = [float(row.get(column, np.nan)) for row in rows]  # type: ignore[arg-type]  # numbers
    table["village"] = np.array([row.get("village", -1) for row in rows], dtype=np.int32)
    table["district"] = pd.Series([row.get("district", DISTRICT) for row in rows], dtype="str")
    table["damage"] = pd.Series([row.get("damage") for row in rows], dtype="str")
    table["damage_verified"] = pd.Series([row.get("verified") for row in rows], dtype="boolean")
    villages = made.villages.iloc[:2].copy()
    villages["lon"], villages["lat"] = [107.0, np.nan], [14.8, np.nan]
    return replace(made, households=table, villages=villages)


def official(shape: shapely.Geometry) -> Boundaries:
    frame = gpd.GeoDataFrame({"pcode": [DISTRICT]}, geometry=[shape], crs="EPSG:4326")
    return Boundaries(frame, schematic=False, source="made up")


def test_a_gps_point_inside_is_certain_on_the_edge_too_and_outside_is_no() -> None:
    flood = hazard((shapely.box(106, 14, 107, 15), Severity.MODERATE))
    registry = households(
        {"lon": 106.5, "lat": 14.5}, {"lon": 107.0, "lat": 14.5}, {"lon": 107.5, "lat": 14.5}
    )
    found = ask(registry, flood)
    assert found.affected.tolist() == [Certainty.CERTAIN, Certainty.CERTAIN, Certainty.NO]
    assert found.severity.tolist() == [Severity.MODERATE, Severity.MODERATE, Severity.NONE]
    assert found.share.tolist() == [1.0, 1.0, 0.0]
    assert (found.basis == Basis.GPS).all()


def test_a_gps_point_outside_the_observed_ground_is_unknown_unless_it_was_hit() -> None:
    flood = hazard((shapely.box(106, 14, 107, 15), Severity.LOW), observed=shapely.box(105, 14, 106.5, 15))
    registry = households(
        {"lon": 105.5, "lat": 14.5}, {"lon": 107.5, "lat": 14.5}, {"lon": 106.8, "lat": 14.5}
    )
    found = ask(registry, flood)
    assert found.affected.tolist() == [Certainty.NO, Certainty.UNKNOWN, Certainty.CERTAIN]
    assert found.severity.tolist() == [Severity.NONE, Severity.NOT_OBSERVED, Severity.LOW]
    assert np.isnan(found.share[1])


def test_a_village_disc_gives_a_share_and_is_possible_in_between() -> None:
    disc = discs(np.array([107.0]), np.array([14.8]), 1000.0)[0]
    west, south, _, north = disc.bounds
    half = shapely.box(west, south, 107.0, north)
    registry = households({"village": 0}, {"village": 0})
    found = ask(registry, hazard((half, Severity.SEVERE)))
    assert found.affected.tolist() == [Certainty.POSSIBLE, Certainty.POSSIBLE]
    assert found.share == pytest.approx([0.5, 0.5], abs=1e-6)
    assert found.severity.tolist() == [Severity.SEVERE, Severity.SEVERE]
    around = ask(registry, hazard((disc.envelope, Severity.SEVERE)))
    assert around.affected.tolist() == [Certainty.CERTAIN, Certainty.CERTAIN]
    away = ask(registry, hazard((NOWHERE, Severity.SEVERE)))
    assert away.affected.tolist() == [Certainty.NO, Certainty.NO]
    assert (away.basis == Basis.VILLAGE).all()


def test_a_village_that_was_not_wholly_looked_at_is_unknown_where_nothing_is_affected() -> None:
    half_seen = shapely.box(106, 14, 107.0, 15)
    found = ask(households({"village": 0}), hazard((NOWHERE, Severity.SEVERE), observed=half_seen))
    assert found.affected.tolist() == [Certainty.UNKNOWN]
    assert found.severity.tolist() == [Severity.NOT_OBSERVED]


def test_a_radius_of_zero_takes_the_village_point_itself() -> None:
    flood = hazard((shapely.box(106.9, 14.7, 107.1, 14.9), Severity.LOW))
    found = ask(households({"village": 0}), flood, radius=0)
    assert found.affected.tolist() == [Certainty.CERTAIN]
    assert found.basis.tolist() == [Basis.VILLAGE]


def test_only_a_district_is_possible_by_the_share_of_an_official_map() -> None:
    flood = hazard((shapely.box(106, 14, 106.25, 15), Severity.LOW))
    registry = households({}, {"village": 1}, {"district": OTHER})
    found = ask(registry, flood, boundaries=official(shapely.box(106, 14, 107, 15)))
    assert found.affected.tolist() == [Certainty.POSSIBLE, Certainty.POSSIBLE, Certainty.UNKNOWN]
    assert found.share[:2] == pytest.approx([0.25, 0.25], abs=1e-9)
    assert found.basis.tolist() == [Basis.DISTRICT, Basis.DISTRICT, Basis.NOTHING]
    dry = ask(registry, hazard((NOWHERE, Severity.LOW)), boundaries=official(shapely.box(106, 14, 107, 15)))
    assert dry.affected.tolist() == [Certainty.NO, Certainty.NO, Certainty.UNKNOWN]


def test_a_schematic_map_never_places_a_household() -> None:
    everywhere = hazard((shapely.box(90, 5, 120, 30), Severity.SEVERE))
    found = ask(households({}), everywhere)
    assert found.affected.tolist() == [Certainty.UNKNOWN]


def test_an_indicator_answers_by_code_and_blank_is_unknown() -> None:
    layer = indicator(
        {DISTRICT: Severity.SEVERE, OTHER: Severity.NONE, "LA1702": Severity.NOT_OBSERVED}, defines=True
    )
    registry = households({}, {"district": OTHER}, {"district": "LA1702"}, {"district": "LA1705"})
    found = ask(registry, layer)
    assert found.affected.tolist() == [
        Certainty.CERTAIN, Certainty.NO, Certainty.UNKNOWN, Certainty.UNKNOWN,
    ]  # fmt: skip
    assert found.severity.tolist() == [
        Severity.SEVERE,
        Severity.NONE,
        Severity.NOT_OBSERVED,
        Severity.NOT_OBSERVED,
    ]


def test_a_province_value_is_marked_as_such_on_every_household_of_it() -> None:
    found = ask(households({}, {"district": OTHER}), indicator({"LA17": Severity.MODERATE}, level="province"))
    assert found.layers[0].basis.tolist() == [Basis.PROVINCE, Basis.PROVINCE]
    assert found.severity.tolist() == [Severity.MODERATE, Severity.MODERATE]


def test_an_indicator_that_does_not_define_affected_gives_severity_only() -> None:
    flood = hazard((shapely.box(106, 14, 107, 15), Severity.LOW))
    registry = households({"lon": 106.5, "lat": 14.5}, {"lon": 107.5, "lat": 14.5})
    found = ask(registry, flood, indicator({DISTRICT: Severity.SEVERE}))
    assert found.affected.tolist() == [Certainty.CERTAIN, Certainty.NO]
    assert found.severity.tolist() == [Severity.SEVERE, Severity.SEVERE]


def test_the_highest_certainty_over_the_layers_is_the_answer() -> None:
    here, there = shapely.box(106, 14, 107, 15), shapely.box(107.2, 14, 108, 15)
    layers = hazard((here, Severity.LOW)), hazard((there, Severity.SEVERE), observed=there, name="storm")
    registry = households(
        {"lon": 106.5, "lat": 14.5}, {"lon": 107.5, "lat": 14.5}, {"lon": 107.1, "lat": 14.5}
    )
    found = ask(registry, *layers)
    assert found.affected.tolist() == [Certainty.CERTAIN, Certainty.CERTAIN, Certainty.UNKNOWN]
    assert found.severity.tolist() == [Severity.LOW, Severity.SEVERE, Severity.NOT_OBSERVED]


def test_no_layer_that_defines_affected_leaves_everyone_unknown() -> None:
    found = ask(households({}), indicator({DISTRICT: Severity.SEVERE}))
    assert found.affected.tolist() == [Certainty.UNKNOWN]


def test_a_verified_assessment_outranks_the_map_and_disagreements_are_listed() -> None:
    flood = hazard((shapely.box(106, 14, 107, 15), Severity.LOW))
    registry = households(
        {"lon": 106.5, "lat": 14.5, "damage": "none", "verified": True},
        {"lon": 107.5, "lat": 14.5, "damage": "destroyed", "verified": True},
        {"lon": 107.5, "lat": 14.5, "damage": "destroyed", "verified": False},
        {"lon": 106.5, "lat": 14.5, "damage": "none"},
        {"lon": 106.5, "lat": 14.5, "damage": "major", "verified": True},
    )
    found = ask(registry, flood)
    assert found.affected.tolist() == [
        Certainty.NO, Certainty.CERTAIN, Certainty.NO, Certainty.CERTAIN, Certainty.CERTAIN,
    ]  # fmt: skip
    assert found.severity.tolist() == [
        Severity.NONE, Severity.SEVERE, Severity.NONE, Severity.LOW, Severity.MODERATE,
    ]  # fmt: skip
    assert found.basis[0] == Basis.ASSESSMENT
    listed = {problem.code: problem.rows for problem in found.problems}
    assert listed == {
        "exposure.damaged_outside": (3,), "exposure.unharmed_inside": (2,),
        "exposure.damage_class_differs": (6,), "exposure.unverified_differs": (4, 5),
    }  # fmt: skip
    assert found.disagreement is not None and found.map_affected is not None
    assert [Disagreement(kind).name for kind in found.disagreement] == [
        "UNHARMED_INSIDE", "DAMAGED_OUTSIDE", "UNVERIFIED_DAMAGED_OUTSIDE", "UNVERIFIED_UNHARMED_INSIDE",
        "CLASS_DIFFERS",
    ]  # fmt: skip


def test_an_assessment_of_the_house_does_not_wipe_out_what_an_indicator_says_of_the_district() -> None:
    flood = hazard((shapely.box(106, 14, 107, 15), Severity.LOW))
    registry = households(
        {"lon": 106.5, "lat": 14.5, "damage": "none", "verified": True},
        {"lon": 106.5, "lat": 14.5, "damage": "destroyed", "verified": True},
    )
    jobs = indicator({DISTRICT: Severity.MODERATE})
    found = ask(registry, flood, jobs)
    assert found.affected.tolist() == [Certainty.NO, Certainty.CERTAIN]
    assert found.severity.tolist() == [Severity.MODERATE, Severity.SEVERE]
    found = ask(registry, flood, indicator({DISTRICT: Severity.MODERATE}, defines=True))
    assert found.affected.tolist() == [Certainty.CERTAIN, Certainty.CERTAIN]
    assert found.basis.tolist() == [Basis.DISTRICT, Basis.ASSESSMENT]


def test_the_damage_of_a_house_is_counted_once_among_several_hazards() -> None:
    flood = hazard((shapely.box(106, 14, 107, 15), Severity.SEVERE))
    storm = replace(flood, id="storm")
    registry = households({"lon": 106.5, "lat": 14.5, "damage": "minor", "verified": True})
    layers = [flood, storm]
    spec = ExposureSpec.model_validate(
        {"severity": "weighted_sum", "weights": {"storm": 2}, "severity_breaks": {"low": 1, "severe": 3}}
    )
    boundaries = schematic_boundaries(load_gazetteer())
    found = expose(registry, layers, boundaries, [spec_of(layer) for layer in layers], spec)
    assert found.severity.tolist() == [Severity.LOW]  # 2 x 1, the storm outweighing the flood


def test_permuting_the_households_permutes_the_answers() -> None:
    registry = made_up_registry(3000, seed=4)
    flood = hazard(
        (shapely.box(106.5, 14.2, 107.0, 15), Severity.LOW),
        (shapely.box(106.8, 14, 107.2, 15), Severity.SEVERE),
    )
    order = np.random.default_rng(1).permutation(3000)
    turned = replace(registry, households=registry.households.iloc[order].reset_index(drop=True))
    straight, mixed = ask(registry, flood), ask(turned, flood)
    for field in ("affected", "severity", "share", "basis"):
        np.testing.assert_array_equal(getattr(mixed, field), getattr(straight, field)[order])


def test_every_household_has_one_answer_on_every_layer() -> None:
    registry = made_up_registry(2000, seed=9)
    found = ask(
        registry,
        hazard((shapely.box(106.5, 14.2, 107.0, 15), Severity.LOW)),
        indicator({DISTRICT: Severity.LOW}),
    )
    for answer in found.layers:
        assert np.isin(answer.certainty, list(Certainty)).all()
        unknown = answer.certainty == Certainty.UNKNOWN
        assert np.isnan(answer.share[unknown]).all()
        assert (answer.severity[unknown] == Severity.NOT_OBSERVED).all()
        hit = answer.certainty >= Certainty.POSSIBLE
        assert (answer.severity[hit] > 0).all() and (answer.share[hit] > 0).all()
        assert (answer.share[answer.certainty == Certainty.NO] == 0).all()


def test_an_empty_registry_has_an_empty_exposure() -> None:
    assert ask(made_up_registry(0), hazard((NOWHERE, Severity.LOW))).affected.shape == (0,)


def test_cancel_stops_the_exposure() -> None:
    def cancel(share: float) -> None:
        raise Cancelled

    flood = hazard((NOWHERE, Severity.LOW))
    with pytest.raises(Cancelled):
        expose(
            made_up_registry(10), (flood,), schematic_boundaries(load_gazetteer()), (spec_of(flood),),
            ExposureSpec(), cancel,
        )  # fmt: skip


def test_the_rule_for_places_covered_in_part_is_the_persons_choice_and_others_are_counted() -> None:
    disc = discs(np.array([107.0]), np.array([14.8]), 1000.0)[0]
    west, south, east, north = disc.bounds
    third = hazard((shapely.box(west, south, west + (east - west) / 3, north), Severity.LOW))
    registry = households({"village": 0}, {"village": 0}, {"lon": 107.5, "lat": 14.5})
    answers = {}
    for rule in ("area_share", "any_touch", "majority", "representative_point"):
        spec = ExposureSpec.model_validate({"rule": rule})
        found = expose(registry, (third,), schematic_boundaries(load_gazetteer()), (spec_of(third),), spec)
        answers[rule] = found.affected.tolist()
        assert rule not in found.other_rules
        assert {other: found.other_rules[other] for other in answers if other != rule} == {
            other: sum(a != b for a, b in zip(answers[other], answers[rule], strict=True))
            for other in answers
            if other != rule
        }
    assert answers == {
        "area_share": [Certainty.POSSIBLE, Certainty.POSSIBLE, Certainty.NO],
        "any_touch": [Certainty.CERTAIN, Certainty.CERTAIN, Certainty.NO],
        "majority": [Certainty.NO, Certainty.NO, Certainty.NO],
        "representative_point": [Certainty.NO, Certainty.NO, Certainty.NO],
    }
    assert found.other_rules == {"area_share": 2, "any_touch": 2, "majority": 0}


def test_what_a_newer_pass_changed_for_households_is_noted() -> None:
    old = hazard((shapely.box(106, 14, 106.4, 15), Severity.LOW))
    new = hazard((shapely.box(106.3, 14, 106.8, 15), Severity.SEVERE))
    registry = households(*({"lon": lon, "lat": 14.5} for lon in (106.1, 106.35, 106.5, 106.7, 106.9)))
    found = ask(registry, joined(old, new, "latest"))
    (note,) = found.problems
    counts = {
        name: note.args[name] for name in ("newly_affected", "no_longer_affected", "still_affected", "worse")
    }
    assert note.code == "exposure.newer_pass"
    assert counts == {"newly_affected": 2, "no_longer_affected": 1, "still_affected": 1, "worse": 1}


@pytest.mark.parametrize("unlisted", [Severity.NOT_OBSERVED, Severity.NONE])
def test_a_list_of_villages_answers_by_village_code(unlisted: Severity) -> None:
    registry = made_up_registry(500, seed=2)
    village = registry.households["village_code"]
    first, second = registry.villages["code"][:2]
    listed = indicator({first: Severity.SEVERE, second: Severity.NONE}, level="village", defines=True)
    found = ask(registry, replace(listed, unlisted=unlisted))
    rest = Certainty.UNKNOWN if unlisted < 0 else Certainty.NO
    for code, certainty in zip(village, found.layers[0].certainty, strict=True):
        if code == first:
            assert certainty == Certainty.CERTAIN
        elif code == second:
            assert certainty == Certainty.NO
        else:
            assert certainty == (Certainty.UNKNOWN if pd.isna(code) else rest)
    assert (found.layers[0].basis == Basis.VILLAGE).all()
