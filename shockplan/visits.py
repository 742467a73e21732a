"""Every visit of the delivery plan as a table: what is paid where, on which day and by whom."""

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd

from shockplan.budget import Status
from shockplan.delivery import delivery_of

if TYPE_CHECKING:
    from shockplan.plan import Plan

COLUMNS = (
    "round", "district", "village", "households", "kip", "pay_point", "team", "day", "cut_off",
)  # fmt: skip


def visit_table(plan: "Plan") -> pd.DataFrame:
    """A row for each place and round in which somebody is paid, by round, district code and village.

    round int; district P-code; village int, row of registry.villages, -1 for households without one;
    households int64; kip int64; pay_point, team text, empty where open; day a date or None; cut_off bool.
    The kip add up to what the plan pays.
    """
    registry, delivery = plan.inputs.registry, delivery_of(plan)
    funded, rounds = plan.allocation.status == Status.FUNDED, plan.entitlements.rounds
    found: list[tuple[object, ...]] = []
    for number in range(1, int(rounds[funded].max(initial=0)) + 1):
        chosen = funded & (rounds >= number)
        paid = registry.households.loc[chosen, ["district", "village"]]
        paid = paid.assign(kip=plan.allocation.round_kip[chosen])
        sums = paid.groupby(["district", "village"], sort=True)["kip"].agg(["size", "sum"])
        for (district, village), households, kip in sums.itertuples():
            place = str(district), int(village)
            stop = delivery.at(place, number)
            what = int(households), int(kip), stop.pay_point, stop.team, stop.day, bool(stop.cut_off)
            found.append((number, *place, *what))
    return pd.DataFrame(found, columns=list(COLUMNS)).astype({"day": object})


def is_planned(visits: pd.DataFrame) -> bool:
    """Does anybody know a team, a day or a pay point of any visit?"""
    known = (visits["team"] != "") | (visits["pay_point"] != "") | visits["day"].notna()
    return bool(known.any())


def weeks(visits: pd.DataFrame) -> dict[dt.date, pd.DataFrame]:
    """The visits that have a day, by the Monday of their week, in order."""
    dated = visits[visits["day"].notna()]
    mondays = dated["day"].map(lambda day: day - dt.timedelta(days=day.weekday()))
    return {monday: dated[mondays == monday] for monday in sorted(set(mondays))}
