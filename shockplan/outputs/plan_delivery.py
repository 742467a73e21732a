"""Delivery in the plan PDF: map of the visits, teams, pay points, what is cut off, calendar by week."""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

import pandas as pd
from reportlab.pdfgen.canvas import Canvas

from shockplan.areas import name_of
from shockplan.outputs.drawing import Box, MapDrawer
from shockplan.outputs.flow import SIZE, Flow, TableColumn
from shockplan.outputs.paper import LEADING, cell, rules
from shockplan.outputs.plan_teller import Teller
from shockplan.outputs.tags import artifact, marked
from shockplan.texts import show_number, show_value
from shockplan.visits import is_planned, visit_table, weeks

MAP_HEIGHT = 330.0
LEAST_MAP = 250.0
WORKDAYS = 5
DAY_SIZE = 7.5
MARK = "×"  # of a village that is cut off; a letter that the font has
MOST_IN_A_DAY = 6  # teams named in a day of the calendar; more are counted


def delivery(flow: Flow, teller: Teller, draw_map: MapDrawer | None) -> None:
    """Everything above; one sentence where nothing is planned yet."""
    visits = visit_table(teller.plan)
    if not len(visits) or not is_planned(visits):
        flow.text(teller.text("planpdf.delivery.none"))
        return
    flow.need(LEAST_MAP + 3 * SIZE * LEADING + 12)
    say_span(flow, teller, visits)
    flow.need(LEAST_MAP + 12)
    height = min(MAP_HEIGHT, flow.top - flow.box.y - 12)  # smaller rather than on a page of its own
    if draw_map is not None:
        box = Box(flow.box.x, flow.top - height, flow.box.width, height)
        with marked(flow.canvas, "Figure", teller.text("planpdf.delivery.map_alt")):
            flow.canvas.saveState()
            draw_map(flow.canvas, box, teller.plan, teller.language, 1)
            flow.canvas.restoreState()
    flow.space(height + 12)
    for field in ("team", "pay_point"):
        by_field(flow, teller, visits, field)
    cut_off(flow, teller, visits)
    calendar(flow, teller, visits)


def say_span(flow: Flow, teller: Teller, visits: pd.DataFrame) -> None:
    """From when to when, and what is still open."""
    text = teller.text
    days = visits["day"].dropna()
    if len(days):
        first, last = show_value(min(days)), show_value(max(days))
        flow.text(text("planpdf.delivery.span", visits=len(visits), first=first, last=last))
    spec = teller.plan.inputs.spec.delivery
    if spec is not None:
        flow.text(text("planpdf.delivery.capacity", teams=len(spec.teams), each=spec.households_per_day))
    without = int((visits["day"].isna() | (visits["team"] == "")).sum())
    if without:
        flow.text(text("planpdf.delivery.open", visits=without))


def by_field(flow: Flow, teller: Teller, visits: pd.DataFrame, field: str) -> None:
    """Visits, households, kip and days of each team or pay point, with the total."""
    text = teller.text
    heading, rounds = text(f"tables.column.{field}"), visits["round"].nunique()
    columns = [TableColumn(heading, 0.34)]
    columns += [
        TableColumn(text(code), share, "right")
        for code, share in (
            ("planpdf.delivery.visits", 0.11),
            ("planpdf.households", 0.13),
            ("planpdf.delivery.kip", 0.2),
            ("planpdf.delivery.days", 0.22),
        )
    ]
    flow.heading(text(f"planpdf.delivery.by_{field}", rounds=rounds), 1)
    rows = [
        [str(name) or text("planpdf.delivery.not_set"), *figures(group)]
        for name, group in visits.groupby(field, sort=True)
    ]
    flow.table(columns, rows, [text("planpdf.together"), *figures(visits)])


def figures(visits: pd.DataFrame) -> list[str]:
    """Visits, households of all rounds, kip, and the first and last day."""
    days = visits["day"].dropna()
    span = f"{show_value(min(days))} – {show_value(max(days))}" if len(days) else "—"
    counts = (len(visits), int(visits["households"].sum()), int(visits["kip"].sum()))
    return [*map(show_number, counts), span]


def cut_off(flow: Flow, teller: Teller, visits: pd.DataFrame) -> None:
    """The villages that the shock may have cut off, each once, with what is due there."""
    struck = visits[visits["cut_off"]]
    if not len(struck):
        return
    text, language = teller.text, teller.language
    flow.heading(text("planpdf.delivery.cut_off"), 1)
    flow.text(text("planpdf.delivery.cut_off_note"))
    rows = []
    for (district, village), group in struck.groupby(["district", "village"], sort=True):
        named = name_of(teller.plan.inputs.gazetteer, str(district), language)
        team = ", ".join(sorted(set(group["team"]) - {""})) or text("planpdf.delivery.not_set")
        most = show_number(int(group["households"].max()))
        place = f"{MARK} {village_name(teller, int(str(village)))}", f"{named} {district}"
        rows.append([*place, team, most, first_day(group)])
    columns = (
        TableColumn(text("list.village"), 0.28),
        TableColumn(text("list.district"), 0.24),
        TableColumn(text("tables.column.team"), 0.2),
        TableColumn(text("planpdf.households"), 0.13, "right"),
        TableColumn(text("planpdf.delivery.first_day"), 0.15, "right"),
    )
    flow.table(columns, rows)


def first_day(visits: pd.DataFrame) -> str:
    days = visits["day"].dropna()
    return show_value(min(days)) if len(days) else "—"


def village_name(teller: Teller, village: int) -> str:
    """The village's name in the document's language, else in the other, with its code."""
    if village < 0:
        return teller.text("list.village_not_known")
    row = teller.plan.inputs.registry.villages.iloc[village]
    other = "en" if teller.language == "lo" else "lo"
    names = (row[f"name_{teller.language}"], row[f"name_{other}"])
    parts = (next((name for name in names if isinstance(name, str)), ""), row["code"])
    return " ".join(part for part in parts if isinstance(part, str) and part)


def calendar(flow: Flow, teller: Teller, visits: pd.DataFrame) -> None:
    """A line for each week with visits, a box for each working day, in it the teams and what they do."""
    by_week = weeks(visits)
    if not by_week:
        return
    flow.heading(teller.text("planpdf.delivery.calendar"), 1, 120)
    if any(after - before > dt.timedelta(days=7) for before, after in pairwise(by_week)):
        flow.text(teller.text("planpdf.delivery.weeks_left_out"))
    names = [teller.text(f"planpdf.weekday.{number}") for number in range(WORKDAYS)]
    for number, (monday, here) in enumerate(by_week.items()):
        boxes = week_boxes(teller, monday, here)
        height = (max(map(len, boxes)) + 1.3) * DAY_SIZE * LEADING + 4
        before = flow.page
        flow.need(height + (16 if number == 0 else 0))
        if number == 0 or flow.page != before:
            week_head(flow, names)
        week_row(flow.canvas, Box(flow.box.x, flow.top - height, flow.box.width, height), monday, boxes)
        flow.space(height)
    flow.space(8)


def week_boxes(teller: Teller, monday: dt.date, visits: pd.DataFrame) -> list[list[str]]:
    """The lines of each working day; a visit that persons put on a weekend stands with Friday, dated."""
    boxes: list[list[str]] = [[] for _ in range(WORKDAYS)]
    for day in sorted(set(visits["day"])):
        said = day_lines(teller, visits[visits["day"] == day])
        place = (day - monday).days
        if place >= WORKDAYS:
            said = [show_value(day), *said]
        boxes[min(place, WORKDAYS - 1)] += said
    return boxes


def week_head(flow: Flow, names: Sequence[str]) -> None:
    width = flow.box.width / len(names)
    with artifact(flow.canvas):
        for place, name in enumerate(names):
            cell(flow.canvas, flow.box.x + place * width, flow.top - 10, width, name, 8, True, "center")
    flow.space(14)


def week_row(canvas: Canvas, box: Box, monday: dt.date, boxes: Sequence[Sequence[str]]) -> None:
    """The boxes of one week, each with its date in the upper corner."""
    width = box.width / WORKDAYS
    edges = [box.x + place * width for place in range(WORKDAYS + 1)]
    lines = [(box.x, box.top, box.right, box.top), (box.x, box.y, box.right, box.y)]
    with artifact(canvas):
        rules(canvas, [*lines, *((edge, box.y, edge, box.top) for edge in edges)], 0.5)
    for place, said in enumerate(boxes):
        y = box.top - DAY_SIZE - 2
        day = show_value(monday + dt.timedelta(days=place))
        with marked(canvas, "P") if said else artifact(canvas):
            cell(canvas, edges[place] + 3, y, width - 6, day, 7, True)
            for line in said:
                y -= DAY_SIZE * LEADING
                cell(canvas, edges[place] + 3, y, width - 6, line, DAY_SIZE)


def day_lines(teller: Teller, visits: pd.DataFrame) -> list[str]:
    """`Team 1: 3 villages, 118`, a line a team; a mark where one of them is cut off."""
    lines = []
    for team, group in visits.groupby("team", sort=True):
        mark = f"{MARK} " if group["cut_off"].any() else ""
        name = str(team) or teller.text("planpdf.delivery.not_set")
        said = teller.text(
            "planpdf.delivery.day",
            team=name,
            villages=len(group),
            households=int(group["households"].sum()),
        )
        lines.append(mark + said)
    if len(lines) <= MOST_IN_A_DAY:
        return lines
    more = teller.text("planpdf.delivery.more_teams", count=len(lines) - MOST_IN_A_DAY)
    return [*lines[:MOST_IN_A_DAY], more]
