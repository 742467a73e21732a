"""What is so of a village, a district or a fund, in sentences: its figures, and why not everyone is paid."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from maps.projection import project
from shockplan.budget import Status
from shockplan.texts import Language, show_number, tr
from ui.results import Explanation, Results, Table

if TYPE_CHECKING:
    from shockplan.plan import Plan

COUNTS = ("households", "affected", "possible", "verify", "funded", "waiting")


def told(plan: "Plan", results: Results, which: str, row: int, language: Language) -> Explanation:
    """The row of that table, told."""
    if which == "funds":
        return fund_told(plan, row, language)
    table = results.villages if which == "villages" else results.districts
    here = households_of(plan, which, row, table)
    name = name_of_row(table, which, row, results, language)
    sentences = (
        figures_sentence(table, row, language),
        *standing_sentences(plan, here, language),
        *fund_sentences(plan, here, language),
    )
    return Explanation(row, name, sentences, place_of(plan, which, row, table), which)


def households_of(plan: "Plan", which: str, row: int, table: Table) -> NDArray[np.bool_]:
    """(n,) whether a household belongs to the row."""
    frame = plan.inputs.registry.households
    if which == "villages":
        return np.asarray(frame["village"].to_numpy() == row)
    return np.asarray((frame["district"] == str(table.column("code").values[row])).to_numpy(dtype=bool))


def name_of_row(table: Table, which: str, row: int, results: Results, language: Language) -> str:
    """The name in the language, else in the other, else the code."""
    code = str(table.column("code").values[row])
    if which == "villages":
        column = table.column("village")
        pair = (
            (column.lao[row], column.values[row])
            if language == "lo"
            else (column.values[row], column.lao[row])
        )
        return next((str(each) for each in pair if isinstance(each, str) and each), code)
    names = results.district_names.get(code, ("", ""))
    return next((each for each in (names[::-1] if language == "lo" else names) if each), code)


def figures_sentence(table: Table, row: int, language: Language) -> str:
    figures = {name: int(table.column(f"count_{name}").values[row]) for name in COUNTS}
    kip = int(table.column("count_budget").values[row])
    return tr("look.figures", {**figures, "kip": kip}, language)


def standing_sentences(plan: "Plan", here: NDArray[np.bool_], language: Language) -> Iterator[str]:
    """How the households of the place stand, and of those who are not paid, why."""
    allocation = plan.allocation
    for status in (Status.FUNDED, Status.WAITING, Status.CUT, Status.VERIFY, Status.NOT_ELIGIBLE):
        rows = here & (allocation.status == status)
        count = int(np.count_nonzero(rows))
        if not count:
            continue
        name = tr(f"ui.status.{int(status)}", None, language)
        reasons = np.bincount(allocation.reason[rows])
        causes = [
            f"{tr(f'ui.reason.{reason}', None, language)}: {show_number(int(number))}"
            for reason, number in enumerate(reasons)
            if reason and number
        ]
        args = {"status": name, "count": count, "why": "; ".join(causes)}
        yield tr("look.standing_why" if causes else "look.standing", args, language)


def fund_sentences(plan: "Plan", here: NDArray[np.bool_], language: Language) -> Iterator[str]:
    """Which fund pays how many of them."""
    allocation = plan.allocation
    for index, fund in enumerate(plan.inputs.spec.funds):
        rows = here & (allocation.status == Status.FUNDED) & (allocation.fund == index)
        if rows.any():
            name = (fund.name_lo or fund.name) if language == "lo" else fund.name
            kip = int(allocation.total_kip[rows].sum())
            yield tr(
                "look.paid_by", {"fund": name, "count": int(np.count_nonzero(rows)), "kip": kip}, language
            )


def fund_told(plan: "Plan", row: int, language: Language) -> Explanation:
    """How the fund closes, whom it may pay, and who waits for it."""
    spec, found, allocation = plan.inputs.spec.funds[row], plan.allocation.funds[row], plan.allocation
    name = (spec.name_lo or spec.name) if language == "lo" else spec.name
    kip = {
        key: int(getattr(found, f"{key}_kip"))
        for key in ("budget", "reserve", "set_aside", "committed", "fees", "remaining")
    }
    may = allocation.may_pay.table[allocation.may_pay.kind, row]
    eligible = np.isin(allocation.status, (Status.FUNDED, Status.WAITING, Status.CUT))
    waiting = may & (allocation.status == Status.WAITING)
    counts = {
        "paid": int(found.households),
        "may": int(np.count_nonzero(may & eligible)),
        "waiting": int(np.count_nonzero(waiting)),
    }
    ranks = allocation.rank[waiting]
    sentences = [tr("look.fund", kip, language), tr("look.fund.whom", counts, language)]
    if len(ranks):
        sentences.append(tr("look.fund.first", {"rank": int(ranks.min())}, language))
    return Explanation(row, name, tuple(sentences), None, "funds")


def place_of(plan: "Plan", which: str, row: int, table: Table) -> tuple[float, float] | None:
    """Projected metres of the village, else of its district."""
    villages, districts = plan.inputs.registry.villages, plan.inputs.gazetteer.districts
    code = str(table.column("district").values[row])
    district = districts[districts["pcode"] == code][["lon", "lat"]].to_numpy(dtype=np.float64)
    points = [district]
    if which == "villages":
        points.insert(0, villages[["lon", "lat"]].iloc[[row]].to_numpy(dtype=np.float64))
    for point in points:
        if len(point) and np.isfinite(point).all():
            x, y = project(point)[0]
            return float(x), float(y)
    return None
