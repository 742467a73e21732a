"""The route sheet of a team: where it goes on which day, what it carries, and room for what happened.

A page begins with the map of the team's first round; every day of a round has its table, the notes to
carry, and lines for the money taken along and brought back. No names of households.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from reportlab.pdfgen.canvas import Canvas

from shockplan.cash import fewest_notes, notes_of
from shockplan.outputs.cash_xlsx import paid_in_cash
from shockplan.outputs.drawing import Box, MapDrawer
from shockplan.outputs.flow import Flow, Pages, TableColumn
from shockplan.outputs.paper import labelled, new_canvas, paragraph, save
from shockplan.outputs.plan_delivery import MARK
from shockplan.outputs.routes import Visit
from shockplan.outputs.tags import artifact, marked
from shockplan.progress import Progress, silent
from shockplan.texts import Language, Value, own, show_number, show_value, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan

MAP_HEIGHT = 250.0
ROW = 27.0  # high enough for a hand
COLUMNS = (
    ("list.village", 0.24),
    ("list.pay_point", 0.19),
    ("list.list_id", 0.14),
    ("planpdf.households", 0.12),
    ("planpdf.delivery.kip", 0.14),
    ("routes.done", 0.17),
)
NUMBERS = ("planpdf.households", "planpdf.delivery.kip")


def write_route_pdf(
    plan: "Plan",
    path: Path,
    language: Language,
    team: str,
    planned: Sequence[Visit],
    draw_map: MapDrawer,
    progress: Progress = silent,
) -> None:
    """Write the route sheet of a team, A4 upright. `planned`: its visits, in any order.

    Raises OSError where the file cannot be written; then nothing is left behind.
    """
    ordered = sorted(planned, key=lambda visit: (visit.stop.day or dt.date.max, visit.header.list_id))
    title = f"{tr('routes.title', None, language)} · {team}"
    trial = draw_route(new_canvas(path, title, "", language), plan, language, team, ordered, 0, None)
    canvas = new_canvas(path, title, plan.fingerprint, language, tagged=True)
    draw_route(canvas, plan, language, team, ordered, trial.page, draw_map)
    save(canvas, path)
    progress(1)


def draw_route(
    canvas: Canvas,
    plan: "Plan",
    language: Language,
    team: str,
    ordered: Sequence[Visit],
    count: int,
    draw_map: MapDrawer | None,
) -> Flow:
    """All pages. `count` 0 and no map: they are only being counted."""
    flow = Flow(canvas, Pages(plan, language, count).open)
    flow.new_page()
    draw_head(flow, plan, language, team, ordered)
    flow.need(MAP_HEIGHT + 10)
    if draw_map is not None:
        box = Box(flow.box.x, flow.top - MAP_HEIGHT, flow.box.width, MAP_HEIGHT)
        first = min(visit.header.round_number for visit in ordered)
        with marked(flow.canvas, "Figure", tr("planpdf.delivery.map_alt", None, language)):
            flow.canvas.saveState()
            draw_map(flow.canvas, box, plan, language, first)
            flow.canvas.restoreState()
    flow.space(MAP_HEIGHT + 10)
    for (day, number), here in days(ordered):
        draw_day(flow, plan, language, day, number, here)
    flow.close()
    return flow


def draw_head(flow: Flow, plan: "Plan", language: Language, team: str, ordered: Sequence[Visit]) -> None:
    """Team, programme, event, and what it carries in all."""

    def text(code: str, **values: Value) -> str:
        return tr(code, values or None, language)

    head, width = plan.inputs.spec.plan, flow.box.width
    flow.canvas.bookmarkPage("team")
    flow.canvas.addOutlineEntry(team, "team", 0)
    flow.space(4)
    flow.top = paragraph(flow.canvas, flow.box.x, flow.top, width, text("routes.title"), 12, True, "P")
    flow.top = paragraph(flow.canvas, flow.box.x, flow.top, width, team, 18, True, "H1") - 2
    about = " · ".join(filter(None, (own(head, "programme", language), own(head, "event", language))))
    if about:
        flow.text(about, 10)
    known = [visit.stop.day for visit in ordered if visit.stop.day]
    if known:
        first, last = show_value(min(known)), show_value(max(known))
        flow.text(text("planpdf.delivery.span", visits=len(ordered), first=first, last=last), 10)
    if any(visit.stop.cut_off for visit in ordered):
        flow.text(text("planpdf.delivery.cut_off_note"), 10, True)
    if head.contact:
        flow.text(text("list.complaints", contact=head.contact), 9)


def days(ordered: Sequence[Visit]) -> Iterator[tuple[tuple[dt.date | None, int], list[Visit]]]:
    """The visits by day and round; those without a day last."""
    found: dict[tuple[dt.date | None, int], list[Visit]] = {}
    for visit in ordered:
        found.setdefault((visit.stop.day, visit.header.round_number), []).append(visit)
    yield from found.items()


def draw_day(
    flow: Flow, plan: "Plan", language: Language, day: dt.date | None, number: int, here: Sequence[Visit]
) -> None:
    """Heading, table, notes to carry, and the lines for the money."""

    def text(code: str, **values: Value) -> str:
        return tr(code, values or None, language)

    which = text("list.round", number=number, count=here[0].header.rounds)
    when = text("routes.no_day")
    if day is not None:
        weekday = text(f"planpdf.weekday.{day.weekday()}")
        when = f"{weekday} {show_value(day)}"
    flow.heading(f"{when} · {which}", 1, 110 + ROW)
    carry(flow, plan, language, here)
    columns = [
        TableColumn(text(code), share, "right" if code in NUMBERS else "left") for code, share in COLUMNS
    ]
    rows = [route_row(visit) for visit in here]
    households, kip = sum(visit.households for visit in here), sum(visit.kip for visit in here)
    total = [text("planpdf.together"), "", "", show_number(households), show_number(kip), ""]
    flow.table(columns, rows, total, ROW)
    flow.need(34)
    third = flow.box.width / 3
    with artifact(flow.canvas):
        for place, code in enumerate(("routes.taken", "routes.returned", "routes.leader")):
            labelled(flow.canvas, flow.box.x + place * third, flow.top - 14, third - 8, text(code), "", 8)
    flow.space(34)


def route_row(visit: Visit) -> list[str]:
    head, stop = visit.header, visit.stop
    village = f"{head.village} {head.village_code}".strip()
    place = f"{MARK} {village}" if stop.cut_off else village
    about = f"{place} · {head.district}"
    return [about, stop.pay_point, head.list_id, show_number(visit.households), show_number(visit.kip), ""]


def carry(flow: Flow, plan: "Plan", language: Language, here: Sequence[Visit]) -> None:
    """The notes of all envelopes of the day; who is paid to a wallet is counted."""
    rows = np.concatenate([visit.rows for visit in here])
    cash = rows[paid_in_cash(plan, rows)]
    envelopes = fewest_notes(plan.allocation.round_kip[cash], notes_of(plan.inputs.spec))
    kinds = [
        f"{show_number(count)} × {show_number(note)}" for note, count in envelopes.totals().items() if count
    ]
    rest = int(plan.allocation.round_kip[cash][~envelopes.payable].sum())
    args: dict[str, Value] = {
        "kip": show_number(int(plan.allocation.round_kip[cash].sum())),
        "envelopes": len(cash),
        "notes": ";  ".join(kinds) or "—",
    }
    flow.text(tr("routes.carry", args, language))
    if rest:
        flow.text(tr("routes.rest", {"kip": show_number(rest)}, language), bold=True)
    if len(rows) > len(cash):
        flow.text(tr("routes.mobile", {"count": len(rows) - len(cash)}, language))
