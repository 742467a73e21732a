"""The delivery plan as plain values, for the page that shows and changes it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from ui.results import DeliveryInfo, PayPointInfo, VisitInfo

if TYPE_CHECKING:
    from shockplan.delivery_editing import StopField, VisitKey
    from shockplan.plan import Plan
    from ui.session.session import Session

DELIVERY = "delivery"
NAMES = ("code", "name_lo", "name_en")


class Delivering:
    """The delivery page's way to the session."""

    def __init__(self, session: "Session") -> None:
        self.session = session

    def info(self) -> DeliveryInfo | None:
        """Every visit of the plan as it stands, and what the teams can do."""
        plan = self.session._plan
        if plan is None:
            return None
        return delivery_of(plan, plan.inputs.document.contents.get(DELIVERY))

    def plan(
        self, visits: Sequence[VisitInfo], changes: "Mapping[StopField, str | date | bool | None]"
    ) -> None:
        """Persons set the team, day, pay point or cut-off of these visits; None leaves a field open."""
        from shockplan.delivery_editing import with_stops

        table = self.session.decided(DELIVERY)
        self.session.decide(DELIVERY, with_stops(table, keys_of(visits), changes))

    def release(self, visits: Sequence[VisitInfo]) -> None:
        """What persons planned of these visits is taken back."""
        from shockplan.delivery_editing import without_stops

        table = self.session.decided(DELIVERY)
        self.session.decide(DELIVERY, without_stops(table, keys_of(visits)))


def delivery_of(plan: "Plan", table: bytes | None) -> DeliveryInfo:
    """Every visit of the plan and what the teams can do. `table`: the stops that persons keep."""
    from shockplan.delivery_editing import has_row
    from shockplan.visits import visit_table

    visits = visit_table(plan)
    villages = plan.inputs.registry.villages
    texts = {name: villages[name].astype(object).where(villages[name].notna(), "") for name in NAMES}
    spots = villages[["lon", "lat"]].to_numpy(np.float64)
    made = []
    for row in visits.itertuples(index=False):
        at, known = int(row.village), row.village >= 0
        code, lao, english = (str(texts[name].iloc[at]) if known else "" for name in NAMES)
        spot = (float(spots[at, 0]), float(spots[at, 1])) if known and np.isfinite(spots[at]).all() else None
        made.append(
            VisitInfo(
                int(row.round),
                str(row.district),
                code,
                lao,
                english,
                int(row.households),
                int(row.kip),
                str(row.pay_point),
                str(row.team),
                row.day,
                bool(row.cut_off),
                False,
                spot,
            )
        )
    fixed = has_row(table, [key_of(visit) for visit in made])
    spec = plan.inputs.spec.delivery
    return DeliveryInfo(
        visits=tuple(
            replace(visit, by_person=by_person) for visit, by_person in zip(made, fixed, strict=True)
        ),
        stated=spec is not None,
        teams=spec.teams if spec else (),
        start=spec.start if spec else plan.inputs.spec.plan.date,
        households_per_day=spec.households_per_day if spec else 0,
        days_between_rounds=spec.days_between_rounds if spec else 0,
        pay_points=tuple(PayPointInfo(one.name, one.lon, one.lat) for one in spec.pay_points) if spec else (),
    )


def key_of(visit: VisitInfo) -> "VisitKey":
    """How the table of stops names the visit."""
    from shockplan.delivery_editing import VisitKey

    names = tuple(name for name in (visit.village_lo, visit.village_en) if name)
    return VisitKey(visit.district, visit.village_code, names, visit.round_number)


def keys_of(visits: Sequence[VisitInfo]) -> "list[VisitKey]":
    return [key_of(visit) for visit in visits]
