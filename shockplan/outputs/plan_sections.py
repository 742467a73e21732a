"""The sections of the plan PDF: situation, who, how much, where, problems, provenance, approval."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from shockplan import __version__
from shockplan.budget import Reason, Status
from shockplan.outputs.figures import district_figures, group_by_village, village_figures
from shockplan.outputs.flow import Flow, TableColumn
from shockplan.outputs.lao_text import draw_text
from shockplan.outputs.paper import rules
from shockplan.planfile import Band, FundSpec, TransferSpec
from shockplan.problems import Problem
from shockplan.shocks.layer import HazardLayer
from shockplan.texts import Language, Value, catalogue, show_number, show_value, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan

ANSWERS = ("certain", "possible", "unknown", "no")
SECTIONS = ("situation", "who", "money", "where", "problems", "provenance", "approval")


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
        head = self.plan.inputs.spec.plan
        return (head.event_lo if self.language == "lo" else None) or head.event

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


def section_titles(teller: Teller) -> tuple[str, ...]:
    return tuple(teller.text(f"planpdf.section.{section}") for section in SECTIONS)


def draw_sections(flow: Flow, teller: Teller) -> None:
    """Every section in the order of SECTIONS."""
    drawers = (situation, who, money, where, problems, provenance, approval)
    for title, draw in zip(section_titles(teller), drawers, strict=True):
        flow.heading(title)
        draw(flow, teller)


def situation(flow: Flow, teller: Teller) -> None:
    """The layers: what they are, where they come from, and whom they hit."""
    text, plan = teller.text, teller.plan
    flow.facts(((text("list.event"), teller.event_name), (text("list.date"), teller.date)))
    names = {spec.id: teller.name(spec) for spec in plan.inputs.spec.layers}
    for layer in plan.inputs.layers:
        flow.heading(names.get(layer.id, layer.name), 1, 60)
        flow.facts(
            (
                (text("planpdf.source"), layer.source_note or text("planpdf.not_stated")),
                (
                    text("planpdf.layer_date"),
                    show_value(layer.date) if layer.date else text("planpdf.not_stated"),
                ),
                (
                    text("planpdf.defines"),
                    text("planpdf.yes" if layer.defines_affected else "planpdf.no_severity"),
                ),
                *_observed(teller, layer),
            )
        )
    columns = [TableColumn(text("planpdf.layer"), 0.32)]
    columns += [TableColumn(text(f"planpdf.answer.{answer}"), 0.17, "right") for answer in ANSWERS]
    by_layer = plan.summary.affected_by_layer
    rows = [
        [names.get(layer, layer), *(show_number(counts[answer]) for answer in ANSWERS)]
        for layer, counts in by_layer.items()
    ]
    together = [text("planpdf.together"), *(show_number(plan.summary.affected[answer]) for answer in ANSWERS)]
    flow.table(columns, rows, together)


def _observed(teller: Teller, layer: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(layer, HazardLayer):
        return ()
    count, text = layer.features, teller.text
    stated = "planpdf.observed_stated" if layer.observed is not None else "planpdf.observed_not_stated"
    features = text(
        "planpdf.features_read", read=count.read, used=count.used, repaired=count.repaired,
        refused=count.refused, left_out=count.left_out,
    )  # fmt: skip
    return (text("planpdf.observed"), text(stated)), (text("planpdf.features"), features)


def who(flow: Flow, teller: Teller) -> None:
    """Rows read to households funded, in sums that close."""
    found, text = teller.plan.summary, teller.text
    columns = [TableColumn(text("planpdf.count"), 0.7), TableColumn(text("planpdf.households"), 0.3, "right")]
    asked = [("rejected", found.rejected), *((f"affected_{name}", found.affected[name]) for name in ANSWERS)]
    flow.table(
        columns,
        [[text(f"planpdf.{name}"), show_number(count)] for name, count in asked],
        [text("planpdf.read"), show_number(found.households_read)],
    )
    decided = (("eligible", found.eligible), ("verify", found.verify), ("not_eligible", found.not_eligible))
    flow.table(
        columns,
        [
            [text(f"planpdf.{name}"), show_number(count)]
            for name, count in (("rejected", found.rejected), *decided)
        ],
        [text("planpdf.read"), show_number(found.households_read)],
    )
    paid = (("funded", found.funded), ("waiting", found.waiting), ("cut", found.cut))
    flow.table(
        columns,
        [[text(f"planpdf.{name}"), show_number(count)] for name, count in paid],
        [text("planpdf.eligible"), show_number(found.eligible)],
    )
    _score(flow, teller)


def _score(flow: Flow, teller: Teller) -> None:
    indicators, text = teller.plan.inputs.spec.score.indicators, teller.text
    flow.heading(text("planpdf.score"), 1, 40)
    if not indicators:
        flow.text(text("planpdf.no_score"))
        return
    columns = (
        TableColumn(text("planpdf.indicator"), 0.4),
        TableColumn(text("planpdf.weight"), 0.2, "right"),
        TableColumn(text("planpdf.when_blank"), 0.4),
    )
    flow.table(
        columns,
        [
            [
                field_name(item.field, teller.language),
                show_number(item.weight)
                if item.per == 1
                else f"{show_number(item.weight)} / {show_number(item.per)}",
                text("planpdf.goes_to_verify")
                if item.when_blank is None
                else text("planpdf.counts", value=item.when_blank),
            ]
            for item in indicators
        ],
    )


def field_name(field: str, language: Language) -> str:
    """A household field in plain words, or as it is called in the plan file."""
    code = f"planpdf.field.{field}"
    return tr(code, None, language) if code in catalogue("en") else field


def money(flow: Flow, teller: Teller) -> None:
    """Transfer values, the funds to the last kip, how the plan was made to fit, and who waits."""
    text, plan = teller.text, teller.plan
    flow.heading(text("planpdf.transfers"), 1)
    columns = (
        TableColumn(text("planpdf.transfer"), 0.26),
        TableColumn(text("planpdf.value"), 0.34),
        TableColumn(text("planpdf.rounds"), 0.1, "right"),
        TableColumn(text("planpdf.source"), 0.3),
    )
    flow.table(
        columns,
        [
            [teller.name(item), transfer_value(item, teller.language), show_number(item.rounds),
             item.source or text("planpdf.not_stated")]
            for item in plan.inputs.spec.transfers
        ],
    )  # fmt: skip
    flow.heading(text("planpdf.funds"), 1)
    _fund_tables(flow, teller)
    flow.heading(text("planpdf.fit"), 1, 30)
    flow.text(text(f"planpdf.fit.{plan.inputs.spec.fit.method}"))
    flow.text(text("planpdf.step", kip=plan.inputs.spec.fit.step_kip))
    _waiting(flow, teller)


def transfer_value(transfer: TransferSpec, language: Language) -> str:
    """The value of one round as a sentence."""
    args: dict[str, Value] = {
        "kip": transfer.kip or 0,
        "share": (transfer.share or Decimal(0)) * 100,
        "basket": transfer.basket_kip or 0,
        "bands": bands_text(transfer.bands, language),
    }
    return tr(f"planpdf.mode.{transfer.mode}", args, language)


def bands_text(bands: Sequence[Band], language: Language) -> str:
    """The bands as ranges of people: `1-3: 400,000 kip; 4 and more: 600,000 kip`."""
    ordered = sorted(bands, key=lambda band: band.members_from)
    said = [
        tr(
            "planpdf.band",
            {"first": band.members_from, "last": above.members_from - 1, "kip": band.kip},
            language,
        )
        for band, above in pairwise(ordered)
    ]
    said += [
        tr("planpdf.last_band", {"first": band.members_from, "kip": band.kip}, language)
        for band in ordered[-1:]
    ]
    return "; ".join(said)


def _fund_tables(flow: Flow, teller: Teller) -> None:
    text, plan = teller.text, teller.plan
    specs: dict[str, FundSpec] = {spec.id: spec for spec in plan.inputs.spec.funds}
    flow.table(
        (
            TableColumn(text("planpdf.fund"), 0.28),
            TableColumn(text("planpdf.source"), 0.24),
            TableColumn(text("planpdf.account"), 0.16),
            TableColumn(text("planpdf.amount"), 0.32, "right"),
        ),
        [
            [teller.name(specs[fund.id]), specs[fund.id].source, specs[fund.id].account_code,
             fund_amount(specs[fund.id])]
            for fund in plan.allocation.funds
        ],
    )  # fmt: skip
    names = ("budget_kip", "reserve_kip", "set_aside_kip", "committed_kip", "fees_kip", "remaining_kip")
    columns = [TableColumn(text("planpdf.fund"), 0.16)]
    columns += [TableColumn(text(f"planpdf.{name}"), 0.14, "right") for name in names]
    rows = [
        [teller.name(specs[fund.id]), *(show_number(getattr(fund, name)) for name in names)]
        for fund in plan.allocation.funds
    ]
    totals = [show_number(getattr(plan.summary, name)) for name in names]
    flow.table(columns, rows, [text("planpdf.together"), *totals])


def fund_amount(fund: FundSpec) -> str:
    """The fund in its own currency, with the rate that made kip of it."""
    amount = f"{show_number(fund.amount)} {fund.currency}"
    if fund.rate is None:
        return amount
    dated = f", {show_value(fund.rate_date)}" if fund.rate_date else ""
    return f"{amount} × {show_number(fund.rate)}{dated}"


def _waiting(flow: Flow, teller: Teller) -> None:
    text = teller.text
    flow.heading(text("planpdf.waiting_list"), 1)
    flow.text(text("planpdf.say_waiting", waiting=teller.plan.summary.waiting,
                   kip=int(teller.villages["waiting_kip"].sum())))  # fmt: skip
    rows = [
        [
            text(f"planpdf.status.{Status(status).name.lower()}"),
            text(f"planpdf.reason.{Reason(reason).name.lower()}"),
            show_number(count),
        ]
        for (status, reason), count in sorted(teller.reasons.items())
        if status in (Status.WAITING, Status.CUT)
    ]
    if rows:
        columns = (
            TableColumn(text("planpdf.status"), 0.3),
            TableColumn(text("planpdf.why"), 0.5),
            TableColumn(text("planpdf.households"), 0.2, "right"),
        )
        flow.table(columns, rows)


PLACE_FIGURES = (
    "households",
    "affected",
    "eligible",
    "verify",
    "funded",
    "waiting",
    "people_funded",
    "total_kip",
)


def where(flow: Flow, teller: Teller) -> None:
    """Districts, then the villages of each; both add up to the plan."""
    text, places = teller.text, teller.districts[teller.districts["households"] > 0]
    shares = (0.19, 0.09, 0.08, 0.085, 0.085, 0.085, 0.085, 0.09, 0.21)
    heads = [text("list.district"), *(text(f"planpdf.place.{name}") for name in PLACE_FIGURES)]
    columns = [
        TableColumn(head, share, "left" if number == 0 else "right")
        for number, (head, share) in enumerate(zip(heads, shares, strict=True))
    ]
    name = f"name_{teller.language}"
    rows = [
        [f"{row[name]} {row['pcode']}", *_figures(row)] for row in places.to_dict("records")
    ]  # fmt: skip
    flow.table(
        columns, rows, [text("planpdf.together"), *_figures(places[list(PLACE_FIGURES)].sum().to_dict())]
    )
    columns[0] = TableColumn(text("list.village"), shares[0])
    for district in places.to_dict("records"):
        flow.heading(f"{district[name]} {district['pcode']}", 1)
        inside = teller.villages[teller.villages["district"] == district["pcode"]]
        listed = [[_village(row, teller), *_figures(row)] for row in inside.to_dict("records")]
        flow.table(columns, listed, [text("planpdf.together"), *_figures(district)])


def _figures(row: dict[str, object] | dict[object, object]) -> list[str]:
    found = {str(key): value for key, value in row.items()}
    return [show_number(int(str(found[name]))) for name in PLACE_FIGURES]


def _village(row: dict[object, object] | dict[str, object], teller: Teller) -> str:
    found = {str(key): value for key, value in row.items()}
    if int(str(found["village"])) < 0:
        return teller.text("list.village_not_known")
    other = "en" if teller.language == "lo" else "lo"
    names = [found[f"name_{teller.language}"], found[f"name_{other}"]]
    parts = [next((name for name in names if isinstance(name, str)), ""), found["code"]]
    return " ".join(part for part in parts if isinstance(part, str))


def problems(flow: Flow, teller: Teller) -> None:
    """What was found in the inputs, without anybody's particulars."""
    text = teller.text
    found = teller.plan.problems
    if not found:
        flow.text(text("planpdf.no_problems"))
        return
    columns = (
        TableColumn(text("planpdf.file"), 0.22),
        TableColumn(text("planpdf.column"), 0.18),
        TableColumn(text("planpdf.finding"), 0.5),
        TableColumn(text("planpdf.rows"), 0.1, "right"),
    )
    flow.table(
        columns,
        [
            [
                item.file,
                item.column or "",
                finding(item, teller.language),
                show_number(max(1, len(item.rows))),
            ]
            for item in found
        ],
    )


def finding(problem: Problem, language: Language) -> str:
    """The sentence of a problem with the person's own value left out."""
    args: dict[str, Value] = {
        **problem.args,
        "file": problem.file,
        "column": problem.column or "",
        "value": "…",
    }
    return tr(problem.code, args, language)


def provenance(flow: Flow, teller: Teller) -> None:
    """Everything this plan is a function of."""
    text, plan = teller.text, teller.plan
    flow.facts(
        (
            (text("planpdf.fingerprint"), plan.fingerprint),
            (text("planpdf.program"), f"ShockPlan {__version__}"),
            (text("planpdf.boundaries"), plan.inputs.boundaries.source),
            (text("planpdf.gazetteer"), plan.inputs.gazetteer.source),
        ),
        0.22,
    )
    if plan.inputs.boundaries.schematic:
        flow.text(text("planpdf.schematic"))
    columns = (
        TableColumn(text("planpdf.file"), 0.24),
        TableColumn(text("planpdf.bytes"), 0.14, "right"),
        TableColumn("SHA-256", 0.62),
    )
    flow.table(columns, [[item.name, show_number(item.size), item.sha256] for item in plan.inputs.sources])


def approval(flow: Flow, teller: Teller) -> None:
    """Three persons sign for one fingerprint."""
    text = teller.text
    flow.need(200)
    flow.text(text("planpdf.approve", fingerprint=teller.plan.fingerprint))
    width = flow.box.width / 3
    flow.space(6)
    for index, code in enumerate(("prepared", "checked", "approved")):
        x = flow.box.x + index * width
        draw_text(flow.canvas, x, flow.top - 10, text(f"planpdf.{code}"), 9.5, True)
        for line, label in enumerate(("name", "position", "signature", "date")):
            y = flow.top - 44 - line * 30
            rules(flow.canvas, [(x, y, x + width - 14, y)], 0.5)
            draw_text(flow.canvas, x, y - 9, text(f"planpdf.sign_{label}"), 7)
    flow.space(150)
