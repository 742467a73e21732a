"""Who pays where: every visit of the round on the map once, with its team, its day and its pay point."""

import dataclasses
import datetime as dt
from types import MappingProxyType, SimpleNamespace

import numpy as np
import pytest

from maps.delivery_map import delivery_scene, visits_of
from maps.palette import CUT_OFF, team_style
from maps.pay_points import name_in
from maps.projection import project
from maps.scene import PathLayer
from shockplan.budget import Status
from shockplan.delivery import Delivery, delivery_of, loads_of
from shockplan.plan import Plan
from shockplan.planfile import DeliverySpec, PayPoint
from tests.maps.made_up_plan import made_up_plan, made_up_spec
from tests.maps.test_pdf_painter import drawn
from tests.maps.test_plan_scene import layer_of

TEAMS = ("Team A", "Team B")
POINTS = (
    PayPoint(name="Sanamxay market", lon=106.5, lat=14.7),
    PayPoint(name="Xaysetha school", lon=106.9, lat=14.8),
)


def delivered_plan(stated: bool = True) -> Plan:
    """The made-up plan with two teams and two pay points, each funded household paid in two rounds."""
    spec = DeliverySpec(start=dt.date(2026, 10, 5), teams=TEAMS, pay_points=POINTS)
    plan = made_up_plan(spec=made_up_spec().model_copy(update={"delivery": spec if stated else None}))
    rounds = np.where(plan.allocation.status == Status.FUNDED, 2, 0)
    return dataclasses.replace(plan, entitlements=SimpleNamespace(rounds=rounds))


def test_every_place_paid_in_the_round_is_on_the_map_once_or_counted_under_it() -> None:
    plan = delivered_plan()
    scene = delivery_scene(plan, "en", 2)
    load = loads_of(plan)[1]
    visits = visits_of(plan, 2, "en")
    keys = [key for team in TEAMS for key in layer_of(scene, f"team:{team}").keys]
    assert len(keys) == len(set(keys)) == len(load.places) - visits.without_place
    assert visits.households.sum() == load.households[np.isfinite(load.lon)].sum()
    assert f"Villages whose place is not known, not drawn: {visits.without_place}." in scene.notes
    assert scene.title == "Who pays where, round 2"


def test_a_village_stands_with_its_team_and_shows_its_day() -> None:
    plan = delivered_plan()
    scene, delivery = delivery_scene(plan, "en"), delivery_of(plan)
    villages = plan.inputs.registry.villages
    texts = {text for labels in scene.labels for text in labels.texts}
    for place in loads_of(plan)[0].places:
        stop = delivery.at(place, 1)
        if place[1] < 0 or np.isnan(villages["lon"][place[1]]):
            continue
        assert villages["key"][place[1]] in layer_of(scene, f"team:{stop.team}").keys
        assert f"{villages['name_en'][place[1]]} {stop.day:%d/%m}" in texts


def test_a_line_leads_from_each_village_to_its_own_pay_point() -> None:
    plan = delivered_plan()
    routes = layer_of(delivery_scene(plan, "en"), "routes")
    assert isinstance(routes, PathLayer)
    visits = visits_of(plan, 1, "en")
    place = {point.name: project(np.array([[point.lon, point.lat]]))[0] for point in POINTS}
    assert routes.keys == visits.keys
    for row, stop in enumerate(visits.stops):
        start, end = routes.full.shapes.xy[4 * row], routes.full.shapes.xy[4 * row + 1]
        assert start.tolist() == visits.xy[row].tolist()
        assert end == pytest.approx(place[stop.pay_point])


def test_the_legend_counts_what_each_team_has_and_the_counts_add_up() -> None:
    plan = delivered_plan()
    visits = visits_of(plan, 1, "en")
    entries = delivery_scene(plan, "en").legend[0].entries
    told = [entry.text for entry in entries[1:]]
    mine = [visits.of_team(team) for team in TEAMS]
    assert told == [
        f"{team}: {len(rows)} villages, {visits.households[rows].sum():,} households"
        for team, rows in zip(TEAMS, mine, strict=True)
    ]
    assert sum(map(len, mine)) == len(visits.keys)


def test_a_village_cut_off_by_the_shock_wears_a_ring() -> None:
    plan = delivered_plan()
    place = next(place for place in loads_of(plan)[0].places if place[1] >= 0)
    delivery = delivery_of(plan)
    stops = {**delivery.stops, (place, 1): dataclasses.replace(delivery.at(place, 1), cut_off=True)}
    cut = dataclasses.replace(
        plan,
        inputs=dataclasses.replace(
            plan.inputs,
            delivery=Delivery(MappingProxyType(stops)),
            spec=plan.inputs.spec.model_copy(update={"delivery": None}),
        ),
    )
    scene = delivery_scene(cut, "en")
    assert layer_of(scene, "cut_off").keys == (plan.inputs.registry.villages["key"][place[1]],)
    assert scene.legend[0].entries[-1].style == CUT_OFF


def test_without_a_delivery_plan_the_villages_are_there_without_a_team() -> None:
    scene = delivery_scene(delivered_plan(stated=False), "lo")
    assert scene.legend[0].entries[0].text.startswith("ຍັງບໍ່ມີທີມ")
    assert len(layer_of(scene, "team:").keys) > 0
    assert len(layer_of(scene, "pay_points").keys) == 0


def test_a_round_in_which_nobody_is_paid_is_a_map_without_visits() -> None:
    scene = delivery_scene(delivered_plan(), "en", 9)
    assert [entry.text for entry in scene.legend[0].entries] == ["pay points"]
    pdf, _ = drawn(scene)
    assert pdf.startswith(b"%PDF")


def test_teams_are_told_apart_by_shape_or_lightness() -> None:
    from maps.palette import TEAM_SHAPES

    looks = {(TEAM_SHAPES[number % 3], team_style(number).fill) for number in range(6)}
    assert len(looks) == 6


@pytest.mark.parametrize(
    ("name", "english", "lao"),
    [
        ("ສາມັກຄີໄຊ (Samakkhixay)", "Samakkhixay", "ສາມັກຄີໄຊ"),
        ("Samakkhixay (ສາມັກຄີໄຊ)", "Samakkhixay", "ສາມັກຄີໄຊ"),
        ("Bank (branch 2)", "Bank (branch 2)", "Bank (branch 2)"),
        ("ສາມັກຄີໄຊ", "ສາມັກຄີໄຊ", "ສາມັກຄີໄຊ"),
    ],
)
def test_a_pay_point_of_two_names_stands_on_the_map_in_its_language(
    name: str, english: str, lao: str
) -> None:
    assert (name_in(name, "en"), name_in(name, "lo")) == (english, lao)
