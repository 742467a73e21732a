"""A plan's figures and terms said in one language, for the plan PDF and the notices."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from shockplan.outputs.figures import district_figures, group_by_village, village_figures
from shockplan.planfile import FundSpec
from shockplan.texts import Language, Value, catalogue, own, show_number, show_value, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan


@dataclass(frozen=True)
class Teller:
    """Says the plan's figures in one language; every number here was worked out before."""

    plan: "Plan"
    language: Language
    villages: pd.DataFrame
    districts: pd.DataFrame

    @classmethod
    def of(cls, plan: "Plan", language: Language) -> "Teller":
        villages = village_figures(plan, group_by_village(plan))
        return cls(plan, language, villages, district_figures(plan, villages))

    def text(self, code: str, **values: Value) -> str:
        return tr(code, values or None, self.language)

    def kip(self, amount: int) -> str:
        return f"{show_number(amount)} {self.text('list.kip')}"

    def name(self, thing: object) -> str:
        """The name of a layer, fund or transfer in this language, where it has one."""
        local = getattr(thing, "name_lo", None) if self.language == "lo" else None
        return str(local or getattr(thing, "name", ""))

    @property
    def plan_name(self) -> str:
        return self.name(self.plan.inputs.spec.plan)

    @property
    def event_name(self) -> str:
        return own(self.plan.inputs.spec.plan, "event", self.language)

    @property
    def date(self) -> str:
        date = self.plan.inputs.spec.plan.date
        return "" if date is None else show_value(date)

    @cached_property
    def reasons(self) -> Counter[tuple[int, int]]:
        """Households by (status, reason)."""
        allocation = self.plan.allocation
        return Counter(zip(allocation.status.tolist(), allocation.reason.tolist(), strict=True))

    def key_figures(self) -> tuple[tuple[str, str], ...]:
        found = self.plan.summary
        return (
            (self.text("planpdf.affected_certain"), show_number(found.affected["certain"])),
            (self.text("planpdf.eligible"), show_number(found.eligible)),
            (self.text("planpdf.verify"), show_number(found.verify)),
            (self.text("planpdf.funded"), show_number(found.funded)),
            (self.text("planpdf.people_funded"), show_number(found.people_funded)),
            (self.text("planpdf.committed"), self.kip(found.committed_kip)),
        )

    def summary_sentences(self) -> tuple[str, ...]:
        found = self.plan.summary
        waiting = int(self.villages["waiting_kip"].sum())
        return (
            self.text("planpdf.say_read", read=found.households_read, rejected=found.rejected),
            self.text("planpdf.say_paid", funded=found.funded, rounds=found.rounds, kip=found.committed_kip),
            self.text("planpdf.say_waiting", waiting=found.waiting, kip=waiting),
            self.text(
                "planpdf.say_budget",
                budget=found.budget_kip, reserve=found.reserve_kip, set_aside=found.set_aside_kip,
                committed=found.committed_kip, fees=found.fees_kip, remaining=found.remaining_kip,
            ),
        )  # fmt: skip


def fund_amount(fund: FundSpec) -> str:
    """The fund in its own currency, with the rate that made kip of it."""
    amount = f"{show_number(fund.amount)} {fund.currency}"
    if fund.rate is None:
        return amount
    dated = f", {show_value(fund.rate_date)}" if fund.rate_date else ""
    return f"{amount} × {show_number(fund.rate)}{dated}"


def field_name(field: str, language: Language) -> str:
    """A household field in plain words, or as it is called in the plan file."""
    code = f"planpdf.field.{field}"
    return tr(code, None, language) if code in catalogue("en") else field
