"""What stands beside the payments: referrals to services, programmes that overlap, goods and their cost."""

from typing import TYPE_CHECKING

from shockplan.goods import GoodsTotal, goods_totals
from shockplan.outputs.flow import Flow, TableColumn
from shockplan.outputs.plan_teller import Teller
from shockplan.outputs.referral_xlsx import plan_referrals
from shockplan.programmes import Overlap, OverlapReport, overlap_report, programmes_of
from shockplan.texts import Language, own, show_number

if TYPE_CHECKING:
    from shockplan.plan import Plan


def referred(flow: Flow, teller: Teller) -> None:
    """How many households to refer to each service; who they are is on the confidential sheets alone."""
    text, found = teller.text, plan_referrals(teller.plan)
    flow.heading(text("referrals.heading"), 1, 120)
    flow.text(text("referrals.note"))
    columns = (
        TableColumn(text("referrals.service"), 0.5),
        TableColumn(text("referrals.refer"), 0.25, "right"),
        TableColumn(text("referrals.not_known"), 0.25, "right"),
    )
    rows = [
        [text(f"referrals.service.{name}"), show_number(refer), show_number(not_known)]
        for name, (refer, not_known) in found.counts().items()
    ]
    no_field = text("referrals.no_field")
    rows += [[text(f"referrals.service.{name}"), "—", no_field] for name in found.missing]
    flow.table(columns, rows)


ENROLLED = ("enrolled", "in_none", "unknown")
SHOCK = ("hit", "missed", "open")


def plan_overlap(plan: "Plan") -> OverlapReport:
    """Enrolment against the shock, as the plan takes a possible hit."""
    passes_from = plan.inputs.spec.exposure.possible_passes_from
    registry, entitlements = plan.inputs.registry, plan.entitlements
    known = programmes_of(plan.inputs.spec).values()
    fields = dict.fromkeys([*(programme.member for programme in known), "in_other_programme"])
    return overlap_report(registry, plan.exposure, entitlements, fields, passes_from)


def cells(found: Overlap, shock: str) -> list[int]:
    """Households hit, missed or open: enrolled, in no programme, not known."""
    return [getattr(found, f"{shock}_{enrolled}") for enrolled in ENROLLED]


def overlap(flow: Flow, teller: Teller) -> None:
    """Who is enrolled but not hit, hit but in no programme, and whom several transfers meet."""
    text, found = teller.text, plan_overlap(teller.plan)
    whole = found.overlaps[0]
    flow.heading(text("overlap.heading"), 1, 130)
    if not found.fields:
        flow.text(text("overlap.no_field"))
        return
    flow.text(text("overlap.note", gap=whole.hit_in_none, beside=whole.missed_enrolled))
    flow.text(text("overlap.several", several=found.several_transfers))
    columns = [TableColumn(text("planpdf.count"), 0.36)]
    columns += [TableColumn(text(f"overlap.{name}"), 0.16, "right") for name in (*ENROLLED, "all")]
    rows = [[text(f"overlap.{shock}"), *shown(cells(whole, shock))] for shock in SHOCK]
    sums = [sum(column) for column in zip(*(cells(whole, shock) for shock in SHOCK), strict=True)]
    flow.table(columns, rows, [text("planpdf.together"), *shown(sums)])


def shown(counts: list[int]) -> list[str]:
    """Counts and their sum."""
    return [show_number(count) for count in (*counts, sum(counts))]


def plan_goods(plan: "Plan") -> tuple[GoodsTotal, ...]:
    return goods_totals(plan.inputs.registry, plan.entitlements, plan.allocation, plan.inputs.spec.transfers)


def goods(flow: Flow, teller: Teller) -> None:
    """How much of each item for the funded, all rounds, and what it costs beside the funds."""
    text, found = teller.text, plan_goods(teller.plan)
    if not found:
        return
    flow.heading(text("goods.heading"), 1, 110)
    flow.text(text("goods.note"))
    names = {item.id: teller.name(item) for item in teller.plan.inputs.spec.transfers}
    columns = (
        TableColumn(text("goods.item"), 0.18),
        TableColumn(text("planpdf.transfer"), 0.2),
        TableColumn(text("planpdf.households"), 0.13, "right"),
        TableColumn(text("goods.people"), 0.12, "right"),
        TableColumn(text("goods.quantity"), 0.19, "right"),
        TableColumn(text("goods.cost_kip"), 0.18, "right"),
    )
    rows = [
        [
            goods_name(total, teller.language),
            names[total.transfer],
            show_number(total.households),
            show_number(total.people),
            f"{show_number(total.quantity)} {own(total.item, 'unit', teller.language)}",
            show_number(total.cost_kip) if total.item.kip_per_unit else text("planpdf.not_stated"),
        ]
        for total in found
    ]
    costs = [total.cost_kip for total in found if total.item.kip_per_unit]
    blanks = [""] * 4
    flow.table(columns, rows, [text("planpdf.together"), *blanks, show_number(sum(costs))] if costs else None)
    for total in found:
        if total.households_open:
            name = goods_name(total, teller.language)
            flow.text(text("goods.open", item=name, count=total.households_open))
        if total.item.source:
            flow.text(f"{goods_name(total, teller.language)}: {total.item.source}")


def goods_name(total: GoodsTotal, language: Language) -> str:
    return own(total.item, "item", language)
