"""How much: transfer values, the funds to the last kip, the fit, who waits, and what more would buy."""

import math
from decimal import Decimal

from shockplan.budget import Reason, Status
from shockplan.budget.allocation import Solved
from shockplan.budget.amounts import WHOLE
from shockplan.outputs.equity import next_money
from shockplan.outputs.flow import Flow, TableColumn
from shockplan.outputs.plan_beside import goods
from shockplan.outputs.plan_teller import Teller, fund_amount
from shockplan.outputs.transfer_terms import met_severities, scaled_line, value_lines
from shockplan.planfile import FundSpec
from shockplan.rule_sentences import rule_sentence
from shockplan.texts import Language, show_number, tr


def money(flow: Flow, teller: Teller) -> None:
    """Transfer values, the funds to the last kip, how the plan was made to fit, and who waits."""
    text, plan = teller.text, teller.plan
    spec = plan.inputs.spec
    flow.heading(text("planpdf.transfers"), 1)
    columns = (
        TableColumn(text("planpdf.transfer"), 0.22),
        TableColumn(text("planpdf.for_whom"), 0.22),
        TableColumn(text("planpdf.value"), 0.26),
        TableColumn(text("planpdf.rounds"), 0.08, "right"),
        TableColumn(text("planpdf.source"), 0.22),
    )
    flow.table(
        columns,
        [
            [teller.name(item),
             rule_sentence(item.when, teller.language) if item.when else text("planpdf.all_eligible"),
             "\n".join(value_lines(item, spec.fit, teller.language, met_severities(plan, number))),
             show_number(item.rounds),
             item.source or text("planpdf.not_stated")]
            for number, item in enumerate(spec.transfers)
        ],
    )  # fmt: skip
    goods(flow, teller)
    flow.heading(text("planpdf.funds"), 1)
    _fund_tables(flow, teller)
    flow.heading(text("planpdf.fit"), 1, 30)
    flow.text(text(f"planpdf.fit.{plan.inputs.spec.fit.method}"))
    if plan.allocation.scale != WHOLE:
        flow.text(scaled_line(plan.allocation.scale, teller.language))
    flow.text(text("planpdf.step", kip=plan.inputs.spec.fit.step_kip))
    solved = plan.allocation.solved
    if solved is not None:
        flow.text(solved_sentence(solved, teller.language))
    _waiting(flow, teller)


def solved_sentence(solved: Solved, language: Language) -> str:
    """What a solved fit reached, and that no plan reaches more, or how much more one could reach at most."""
    measure = tr(f"planpdf.measure.{solved.measure}", {"amount": solved.reached}, language)
    if solved.reached >= solved.bound:
        return tr("planpdf.solved_best", {"measure": measure}, language)
    bound = tr(f"planpdf.measure.{solved.measure}", {"amount": solved.bound}, language)
    gap = Decimal(math.ceil(solved.gap * 1_000_000)) / 10_000  # percent, never said smaller than proven
    return tr("planpdf.solved_gap", {"measure": measure, "bound": bound, "gap": gap}, language)


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
    for fund in plan.allocation.funds:
        if fund.unusable_kip:
            flow.text(text("planpdf.unusable", fund=teller.name(specs[fund.id]), kip=fund.unusable_kip))


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
    _next_money(flow, teller)


def _next_money(flow: Flow, teller: Teller) -> None:
    """What the next fund would buy."""
    text, bought = teller.text, next_money(teller.plan)
    if not bought:
        return
    flow.heading(text("planpdf.next_money"), 1, 130)
    flow.text(text("planpdf.next_money_note"))
    columns = (
        TableColumn(text("planpdf.more_kip"), 0.5, "right"),
        TableColumn(text("planpdf.more_households"), 0.5, "right"),
    )
    flow.table(columns, [[show_number(item.kip), show_number(item.households)] for item in bought])
