"""The table of stops changed visit by visit, and read back as the plan it was meant to be."""

import csv
import datetime as dt
import io
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from shockplan.delivery import Stop, delivery_of, loads_of, read_delivery
from shockplan.delivery_editing import VisitKey, has_row, with_stops, without_stops
from tests.core.test_delivery import with_capacity

DAY = dt.date(2026, 12, 1)
NEAR = VisitKey("LA1701", "1701001", ("ບ້ານ ກ", "Ban A"), 2)
NO_VILLAGE = VisitKey("LA1702", "", (), 1)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_first_change_begins_a_table() -> None:
    (row,) = rows_of(with_stops(None, [NEAR], {"team": "A", "day": DAY, "cut_off": True}))
    assert row == {
        "admin2_pcode": "LA1701", "village_code": "1701001", "village": "ບ້ານ ກ", "round": "2",
        "date": "2026-12-01", "team": "A", "pay_point": "", "cut_off": "yes",
    }  # fmt: skip


def test_a_visit_of_one_round_keeps_what_its_village_has_in_every_round() -> None:
    table = "admin2_pcode,village_code,village,round,date,team,pay_point,cut_off,note\r\n"
    table += "LA1701,,Ban A,,2026-11-30,B,School,no,by boat\r\nLA1709,1709001,,1,,C,,,\r\n"
    made = rows_of(with_stops(table.encode(), [NEAR], {"team": "A"}))
    assert [row["note"] for row in made] == ["by boat", "", ""]
    assert made[0]["team"] == "B"
    changed = made[2]
    assert (changed["round"], changed["team"], changed["pay_point"]) == ("2", "A", "School")
    assert (changed["date"], changed["cut_off"]) == ("2026-11-30", "no")
    again = rows_of(with_stops(with_stops(table.encode(), [NEAR], {"team": "A"}), [NEAR], {"team": None}))
    assert (len(again), again[2]["team"]) == (3, "")


def test_a_visit_is_given_back_to_the_capacity_and_an_empty_table_is_none() -> None:
    table = with_stops(None, [NEAR, NO_VILLAGE], {"team": "A"})
    assert has_row(table, [NEAR, NO_VILLAGE, replace(NEAR, round_number=1)]) == [True, True, False]
    left = without_stops(table, [NEAR])
    assert left is not None
    assert has_row(left, [NEAR, NO_VILLAGE]) == [False, True]
    assert without_stops(left, [NO_VILLAGE]) is None
    assert without_stops(None, [NEAR]) is None


@given(
    st.lists(st.tuples(st.integers(0, 500), st.sampled_from(["A", "ທີມ ກ", None]), st.booleans()), max_size=8)
)
def test_what_is_written_is_what_the_plan_reads(changes: list[tuple[int, str | None, bool]]) -> None:
    plan = PLAN
    load = loads_of(plan)[0]
    content, wanted = None, {}
    for at, team, cut_off in changes:
        place = load.places[at % len(load.places)]
        content = with_stops(content, [key_of(place)], {"team": team, "cut_off": cut_off})
        wanted[place] = Stop(team=team or "", cut_off=cut_off)
    if content is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "delivery.csv"
        path.write_bytes(content)
        read, problems = read_delivery(path, plan.inputs.registry)
    assert problems == ()
    assert {place: read.at(place, 1) for place in wanted} == wanted


PLAN = with_capacity(150)


def key_of(place: tuple[str, int]) -> VisitKey:
    district, village = place
    if village < 0:
        return VisitKey(district, "", (), 1)
    row = PLAN.inputs.registry.villages.loc[village]
    names = tuple(name for name in (row["name_lo"], row["name_en"]) if isinstance(name, str))
    return VisitKey(district, row["code"] if isinstance(row["code"], str) else "", names, 1)


def test_a_changed_team_takes_its_village_to_its_own_days(tmp_path: Path) -> None:
    place = loads_of(PLAN)[0].places[0]
    (tmp_path / "d.csv").write_bytes(with_stops(None, [key_of(place)], {"team": "Boat"}))
    kept, _ = read_delivery(tmp_path / "d.csv", PLAN.inputs.registry)
    plan = replace(PLAN, inputs=replace(PLAN.inputs, delivery=kept))
    stop = delivery_of(plan).at(place, 1)
    assert stop.team == "Boat"
    assert stop.day == PLAN.inputs.spec.delivery.start
    assert stop.pay_point
