"""The delivery plan: read from a table, filled by capacity, printed on lists, calendar and route sheets."""

import csv
import datetime as dt
import io
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from shockplan.delivery import (
    NOT_PLANNED,
    Delivery,
    Load,
    Stop,
    days_of,
    delivery_of,
    distance_km,
    fill_by_capacity,
    loads_of,
    read_delivery,
    struck,
    workday,
)
from shockplan.outputs.lines import village_lists
from shockplan.outputs.route_pdf import write_route_pdf
from shockplan.outputs.routes import delivery_csv, routes_xlsx, sheet_name, visits
from shockplan.planfile import DeliverySpec
from shockplan.problems import InputError
from shockplan.shocks.layer import FeatureCount, HazardLayer, Severity
from shockplan.source import Source
from shockplan.visits import is_planned, visit_table, weeks
from tests.core.pdf_text import needs_pdftotext, page_texts
from tests.core.table_plan import table_plan

MONDAY = dt.date(2026, 11, 30)
SPEC = DeliverySpec.model_validate(
    {
        "start": MONDAY,
        "teams": ["ທີມ ກ", "Team/B"],
        "households_per_day": 10,
        "pay_points": [
            {"name": "Samakkhixay", "lon": 106.83, "lat": 14.81},
            {"name": "Sanamxay", "lon": 106.5, "lat": 14.6},
        ],
    }
)


def with_capacity(n: int = 200):
    plan = table_plan(n)
    return replace(
        plan, inputs=replace(plan.inputs, spec=plan.inputs.spec.model_copy(update={"delivery": SPEC}))
    )


def table(path: Path, *rows: str) -> Path:
    head = "admin2_pcode,village_code,village,round,date,team,pay_point,cut_off"
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    return path


def test_a_table_of_stops_is_read_by_code_or_name_for_one_round_or_all(tmp_path: Path):
    registry = table_plan(50).inputs.registry
    path = table(
        tmp_path / "delivery.csv",
        "LA1701,1701001,,,2026-11-30,A,School,",
        "LA1701,1701001,,2,24/12/2026,B,School,",
        "LA1701,,Ban Example 2,,,A,,yes",
        "LA1701,,,,,A,Office,",
    )
    delivery, problems = read_delivery(path, registry)
    assert problems == ()
    assert delivery.at(("LA1701", 0), 1) == Stop("School", "A", dt.date(2026, 11, 30))
    assert delivery.at(("LA1701", 0), 2) == Stop("School", "B", dt.date(2026, 12, 24))
    assert delivery.at(("LA1701", 1), 3) == Stop(team="A", cut_off=True)
    assert delivery.at(("LA1701", -1), 1) == Stop("Office", "A")
    assert delivery.at(("LA1702", 12), 1) == NOT_PLANNED


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("LA1701,9999,,,,A,,", "delivery.unknown_village", "village_code"),
        ("LA1702,1701001,,,,A,,", "delivery.unknown_village", "village_code"),
        ("LA1701,1701001,,x,,A,,", "delivery.not_a_round", "round"),
        ("LA1701,1701001,,,30.11.,A,,", "delivery.not_a_date", "date"),
        ("LA1701,1701001,,,,A,,maybe", "delivery.not_yes_or_no", "cut_off"),
    ],
)
def test_a_row_that_cannot_be_used_is_a_problem_with_its_row(
    tmp_path: Path, row: str, code: str, column: str
):
    delivery, problems = read_delivery(
        table(tmp_path / "d.csv", "LA1701,,,,,A,,", row), table_plan(50).inputs.registry
    )
    assert [(problem.code, problem.column, problem.rows) for problem in problems] == [(code, column, (3,))]
    assert len(delivery.stops) == 1


def test_two_rows_that_disagree_are_told_and_the_first_is_used(tmp_path: Path):
    path = table(tmp_path / "d.csv", "LA1701,1701001,,,,A,,", "LA1701,1701001,,,,B,,")
    delivery, problems = read_delivery(path, table_plan(50).inputs.registry)
    assert problems[0].code == "delivery.conflict"
    assert delivery.at(("LA1701", 0), 1).team == "A"


def test_a_table_that_is_not_there_or_has_no_districts_is_a_sentence(tmp_path: Path):
    registry = table_plan(10).inputs.registry
    (tmp_path / "d.csv").write_text("a,b\n1,2\n")
    (tmp_path / "e.csv").write_bytes(b"\xff\xfe\x00")
    for name, code in (("d.csv", "no_column"), ("e.csv", "not_utf8"), ("f.csv", "unreadable")):
        with pytest.raises(InputError) as caught:
            read_delivery(tmp_path / name, registry)
        assert caught.value.problems[0].code == f"delivery.{code}"


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60), st.integers(1, 25))
def test_no_day_holds_more_than_the_capacity_and_days_are_working_days(counts: list[int], per_day: int):
    days = list(days_of(range(len(counts)), np.array(counts), MONDAY, per_day))
    assert [row for row, _ in days] == list(range(len(counts)))
    assert all(day.weekday() < 5 and day >= MONDAY for _, day in days)
    assert [day for _, day in days] == sorted(day for _, day in days)
    by_day: dict[dt.date, list[int]] = {}
    for row, day in days:
        by_day.setdefault(day, []).append(counts[row])
    for here in by_day.values():
        assert sum(here[:-1]) + min(here[-1], per_day) <= per_day or len(here) == 1


@pytest.mark.parametrize(("day", "expected"), [(0, 0), (4, 4), (5, 7), (6, 7)])
def test_a_weekend_moves_to_monday(day: int, expected: int):
    assert workday(MONDAY + dt.timedelta(days=day)) == MONDAY + dt.timedelta(days=expected)


def test_distances_are_great_circles():
    vientiane_pakse = distance_km(np.array([102.6331]), np.array([17.9757]), 105.7833, 15.1167)
    assert vientiane_pakse[0] == pytest.approx(461.6, abs=1.0)
    assert np.isnan(distance_km(np.array([np.nan]), np.array([1.0]), 0, 0)[0])


def test_every_visit_gets_a_day_a_team_and_the_nearest_pay_point():
    plan = with_capacity()
    planned = visits(plan)
    assert sum(visit.kip for visit in planned) == plan.summary.committed_kip
    assert all(visit.stop.day and visit.stop.team in SPEC.teams for visit in planned)
    villages = plan.inputs.registry.villages
    for load in loads_of(plan):
        near = load.lon < 106.66  # both pay points lie on about one line, half way is 106.665
        for place, west, lat in zip(load.places, near, load.lat, strict=True):
            if place[1] >= 0 and not np.isnan(lat) and abs(villages["lon"][place[1]] - 106.66) > 0.2:
                wanted = "Sanamxay" if west else "Samakkhixay"
                assert delivery_of(plan).at(place, load.round_number).pay_point == wanted


def test_work_is_shared_among_the_teams():
    counts = np.full(40, 5, np.int64)
    places = tuple((f"LA17{number % 8 + 1:02}", number) for number in range(40))
    load = Load(1, places, counts, np.full(40, np.nan), np.full(40, np.nan))
    spec = SPEC.model_copy(update={"pay_points": ()})
    filled = fill_by_capacity(spec, [load])
    work = [sum(filled.at(place, 1).team == team for place in places) for team in spec.teams]
    assert work == [20, 20]


def test_a_pay_point_with_most_of_the_work_is_divided_among_the_teams():
    counts = np.array([*[5] * 30, *[5] * 4], np.int64)
    places = tuple(("LA1701", number) for number in range(34))
    near = np.where(np.arange(34) < 30, 106.83, 106.5)
    load = Load(1, places, counts, near, np.full(34, 14.7))
    filled = fill_by_capacity(SPEC, [load])
    work = Counter(filled.at(place, 1).team for place in places)
    assert work == {"ທີມ ກ": 17, "Team/B": 17}
    assert {filled.at(place, 1).pay_point for place in places[30:]} == {"Sanamxay"}


def test_what_persons_planned_is_kept_and_the_rest_is_filled():
    plan = with_capacity(100)
    (first, *_), _ = loads_of(plan)[0].places, None
    kept = Delivery({(first, 0): Stop("By the temple", "Team/B", dt.date(2027, 1, 4), True)})
    plan = replace(plan, inputs=replace(plan.inputs, delivery=kept))
    assert delivery_of(plan).at(first, 1) == kept.stops[(first, 0)]
    assert all(visit.stop.day for visit in visits(plan))


def test_days_that_persons_fixed_count_against_the_capacity_of_that_team():
    counts = np.full(6, 4, np.int64)
    places = tuple(("LA1701", number) for number in range(6))
    load = Load(1, places, counts, np.full(6, np.nan), np.full(6, np.nan))
    spec = SPEC.model_copy(update={"pay_points": (), "teams": ("A",)})
    kept = Delivery({(places[4], 1): Stop(team="A", day=MONDAY), (places[5], 1): Stop(team="B")})
    filled = fill_by_capacity(spec, [load], kept)
    days = Counter(
        (filled.at(place, 1).team, filled.at(place, 1).day) for place in places
    )  # 10 a day: two villages of 4
    assert days[("A", MONDAY)] == 2
    assert max(days.values()) == 2
    assert filled.at(places[4], 1).day == MONDAY
    assert filled.at(places[5], 1) == Stop("", "B", MONDAY)


def test_a_village_that_the_shock_hits_hard_is_marked_unless_a_person_says_no():
    plan = with_capacity(300)
    villages = plan.inputs.registry.villages
    load = loads_of(plan)[0]
    one, other = [place for place, lon in zip(load.places, load.lon, strict=True) if not np.isnan(lon)][:2]
    spots = [
        shapely.Point(villages["lon"][row], villages["lat"][row]).buffer(1e-4) for _, row in (one, other)
    ]
    flood = HazardLayer(
        "flood", "Flood", "flood", Source("made_up", "0" * 64, 0), "", None, True,
        np.array(spots, dtype=object), np.array([Severity.SEVERE] * 2, np.int8), None,
        FeatureCount(2, 2, 0, 0, 0), (),
    )  # fmt: skip
    assert struck([load], [flood], Severity.SEVERE) >= {one, other}
    assert struck([load], [replace(flood, defines_affected=False)], Severity.SEVERE) == frozenset()
    said_no = Delivery({(other, 0): Stop(cut_off=False)})
    plan = replace(plan, inputs=replace(plan.inputs, layers=(flood,), delivery=said_no))
    assert delivery_of(plan).at(one, 1).cut_off is True
    assert delivery_of(plan).at(other, 1).cut_off is False
    assert {visit.stop.cut_off for visit in visits(plan)} == {True, False, None}


def test_rounds_follow_one_another():
    plan = with_capacity()
    first_days = [
        min(visit.stop.day for visit in visits(plan) if visit.header.round_number == number)
        for number in (1, 2, 3)
    ]
    assert first_days == [MONDAY, dt.date(2026, 12, 30), dt.date(2027, 1, 29)]


def test_the_written_table_reads_back_as_the_same_delivery_plan(tmp_path: Path):
    plan = with_capacity()
    content = delivery_csv(visits(plan))
    (tmp_path / "delivery.csv").write_bytes(content)
    again, problems = read_delivery(tmp_path / "delivery.csv", plan.inputs.registry)
    assert problems == ()
    for load in loads_of(plan):
        for place in load.places:
            assert again.at(place, load.round_number) == delivery_of(plan).at(place, load.round_number)
    lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert sum(int(line["kip"]) for line in lines) == plan.summary.committed_kip


def test_the_list_says_day_team_and_pay_point():
    plan = with_capacity()
    for listed in village_lists(plan, "lo", 1):
        assert listed.header.team in SPEC.teams
        assert listed.header.pay_point in ("Samakkhixay", "Sanamxay")
        assert listed.header.day.endswith("2026")


def test_calendar_and_route_sheets_add_up_to_the_plan():
    plan = with_capacity()
    book = CalamineWorkbook.from_filelike(io.BytesIO(routes_xlsx(plan, visits(plan))))
    assert book.sheet_names == ["Calendar", "Team B", "ທີມ ກ"]
    sheets = openpyxl.load_workbook(io.BytesIO(routes_xlsx(plan, visits(plan))))
    assert all(sheet.protection.sheet for sheet in sheets)
    assert not sheets["Team B"].column_dimensions["J"].protection.locked
    calendar = book.get_sheet_by_name("Calendar").to_python()
    assert calendar[-1][-1] == plan.summary.committed_kip
    totals = [book.get_sheet_by_name(name).to_python()[-1][7] for name in book.sheet_names[1:]]
    assert sum(totals) == plan.summary.committed_kip


@needs_pdftotext
@pytest.mark.parametrize("language", ["lo", "en"])
def test_a_route_sheet_holds_each_visit_of_its_team_the_notes_and_no_household(tmp_path: Path, language):
    plan = with_capacity()
    mine = [visit for visit in visits(plan) if visit.stop.team == "Team/B"]
    write_route_pdf(plan, tmp_path / "route.pdf", language, "Team/B", mine, lambda *drawn: None)
    pages = page_texts(tmp_path / "route.pdf")
    text = "\n".join(pages)
    for visit in mine:
        assert visit.header.list_id in text
    sums = {str(visit.stop.day): 0 for visit in mine}
    for visit in mine:
        sums[str(visit.stop.day)] += visit.kip
    assert all(f"{kip:,}" in text for kip in sums.values())
    assert all("DRAFT: not for payment" in page and "ຮ່າງ: ຫ້າມໃຊ້ຈ່າຍເງິນ" in page for page in pages)
    households = plan.inputs.registry.households
    persons = {*households["household_id"], *(name for name in households["head_name_en"].dropna() if name)}
    assert [name for name in persons if name in text] == []


def test_the_table_of_visits_adds_up_to_the_plan_and_says_weeks():
    plan = with_capacity()
    table = visit_table(plan)
    assert table["kip"].sum() == plan.summary.committed_kip
    assert is_planned(table)
    by_week = weeks(table)
    assert list(by_week) == sorted(by_week)
    assert all(monday.weekday() == 0 for monday in by_week)
    assert sum(map(len, by_week.values())) == len(table)
    assert not is_planned(visit_table(table_plan(60)))


def test_without_any_plan_the_table_is_there_to_be_filled_in_and_no_routes_are():
    plan = table_plan(60)
    planned = visits(plan)
    assert routes_xlsx(plan, planned) is None
    lines = list(csv.DictReader(io.StringIO(delivery_csv(planned).decode("utf-8-sig"), newline="")))
    assert len(lines) == len(planned)
    assert {line["team"] + line["date"] for line in lines} == {""}


def test_sheet_names_are_short_plain_and_differ():
    taken: set[str] = set()
    names = [sheet_name(text, taken) for text in ("A/B", "a:b", "", "x" * 40, "x" * 50)]
    assert names == ["A B", "a b 2", "-", "x" * 27, "x" * 27 + " 2"]
