"""The delivery plan as files: the table that persons keep, the calendar, and a route sheet for each team."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shockplan.delivery import COLUMNS, Stop, delivery_of
from shockplan.outputs.lines import ListHeader, last_round, village_lists
from shockplan.outputs.list_csv import csv_bytes
from shockplan.outputs.list_xlsx import Book, Cell, book_of, table_sheet
from shockplan.texts import Language

if TYPE_CHECKING:
    from shockplan.plan import Plan

CALENDAR = (
    ("date", 12), ("team", 20), ("villages", 10), ("households", 12), ("sum_kip", 20),
)  # fmt: skip
ROUTE = (
    ("date", 12), ("round", 8), ("pay_point", 24), ("list_id", 20), ("village", 28), ("admin2", 10),
    ("households", 12), ("sum_kip", 20), ("cut_off", 14), ("remarks", 30),
)  # fmt: skip
CUT_OFF = "✕"
SHEET_NAME = 31  # a spreadsheet's longest


@dataclass(frozen=True, eq=False, slots=True)
class Visit:
    """One village in one round: its list, what is known of the visit, and what is paid there.

    `rows` (n,) int64: the registry rows that are paid.
    """

    header: ListHeader
    stop: Stop
    village_key: tuple[str, str, str]  # district, code, name: how the table names it
    households: int
    kip: int
    rows: NDArray[np.int64]


def visits(plan: "Plan", language: Language | None = None) -> list[Visit]:
    """Every visit of the plan, round after round, in the order of the lists, which are in the `language`,
    else in the plan's first."""
    delivery, registry = delivery_of(plan), plan.inputs.registry
    language = language or plan.inputs.spec.plan.languages[0]
    village_of = registry.households["village"].to_numpy()
    found = []
    for number in range(1, last_round(plan) + 1):
        for listed in village_lists(plan, language, number):
            head = listed.header
            village = int(village_of[listed.rows[0]])
            name = head.village if village >= 0 else ""
            stop = delivery.at((head.district_code, village), number)
            key = head.district_code, head.village_code, name
            found.append(Visit(head, stop, key, len(listed.lines), listed.total_kip, listed.rows))
    return found


def delivery_csv(planned: Iterable[Visit]) -> bytes:
    """The table of stops as decisions.delivery reads it, a line for each visit, blanks to be filled in."""
    return csv_bytes([*COLUMNS, "households", "kip"], (table_row(visit) for visit in planned))


def table_row(visit: Visit) -> Sequence[object]:
    stop = visit.stop
    day = stop.day.isoformat() if stop.day else ""
    cut_off = {True: "yes", False: "no", None: ""}[stop.cut_off]
    number = visit.header.round_number
    return (
        *visit.village_key, number, day, stop.team, stop.pay_point, cut_off, visit.households, visit.kip,
    )  # fmt: skip


def routes_xlsx(plan: "Plan", planned: Sequence[Visit]) -> bytes | None:
    """The calendar and a sheet for each team; None where no visit has a team or a day."""
    known = [visit for visit in planned if visit.stop.team or visit.stop.day]
    if not known:
        return None
    known.sort(key=lambda visit: (str(visit.stop.day or "9999"), visit.stop.team, visit.header.list_id))
    with book_of(plan) as (book, made):
        table_sheet(book, "Calendar", named(book, CALENDAR), calendar_rows(book, known))
        taken = {"calendar"}
        for team in sorted({visit.stop.team for visit in known}):
            name = sheet_name(team, taken)
            here = [visit for visit in known if visit.stop.team == team]
            table_sheet(book, name, named(book, ROUTE), route_rows(book, here), (len(ROUTE) - 1,))
    return made.getvalue()


def named(book: Book, columns: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    return [(book.heading(name), width) for name, width in columns]


def calendar_rows(book: Book, planned: Sequence[Visit]) -> Iterator[Sequence[Cell]]:
    """A line for each team and day, then the total."""
    days: dict[tuple[str, str], list[Visit]] = {}
    for visit in planned:
        day = visit.stop.day.isoformat() if visit.stop.day else ""
        days.setdefault((day, visit.stop.team), []).append(visit)
    for (day, team), here in days.items():
        yield day, team, *sums(here)
    yield book.word("tables.total"), "", *sums(planned)


def route_rows(book: Book, planned: Sequence[Visit]) -> Iterator[Sequence[Cell]]:
    """A line for each visit of a team in the order of its days, then the total."""
    for visit in planned:
        head, stop = visit.header, visit.stop
        day = stop.day.isoformat() if stop.day else ""
        place = stop.pay_point, head.list_id, head.village, head.district_code
        cut_off = CUT_OFF if stop.cut_off else ""
        yield day, head.round_number, *place, visit.households, visit.kip, cut_off, ""
    yield book.word("tables.total"), "", "", "", "", "", *sums(planned)[1:], "", ""


def sums(planned: Sequence[Visit]) -> tuple[int, int, int]:
    """Visits, households and kip."""
    households, kip = sum(visit.households for visit in planned), sum(visit.kip for visit in planned)
    return len(planned), households, kip


def sheet_name(team: str, taken: set[str]) -> str:
    """A name that a spreadsheet takes and that is not taken yet."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", team).strip("' ")[: SHEET_NAME - 4] or "-"
    name, number = plain, 2
    while name.casefold() in taken:
        name, number = f"{plain} {number}", number + 1
    taken.add(name.casefold())
    return name
