"""Hop 5 in order: who may be paid, what is held back, who is reached, and what each fund has left."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shockplan.budget.allocation import Allocation, FundResult, MayPay, Status
from shockplan.budget.amounts import Kip, costs, fees, round_amounts, times
from shockplan.budget.drawing import Purse
from shockplan.budget.fits import Fitted, Queue, fit
from shockplan.budget.funds import check_funds, fund_kip, may_pay, reserve_kip
from shockplan.budget.idle import idle
from shockplan.budget.setting_aside import set_aside
from shockplan.budget.standing import Standing, stand
from shockplan.cash import not_payable, notes_of
from shockplan.decisions import Decisions, answers_by_row
from shockplan.exposure import Exposure
from shockplan.kept import Kept
from shockplan.planfile import PlanSpec
from shockplan.progress import Progress, part, silent
from shockplan.registry.household import Registry
from shockplan.rules import Facts
from shockplan.targeting import Targeting
from shockplan.transfers import Entitlements


@dataclass(frozen=True, eq=False)
class Accounts:
    """What each fund has, in kip: budget, reserve, set-aside; and what the set-aside wanted in all."""

    budget: list[int]
    reserve: list[int]
    aside: list[int]
    wanted: int


def allocate(
    registry: Registry,
    exposure: Exposure,
    targeting: Targeting,
    entitlements: Entitlements,
    spec: PlanSpec,
    decisions: Decisions,
    progress: Progress = silent,
) -> Allocation:
    """Fit the entitlements to the funds. Raises InputError where a fund or the fit cannot be."""
    check_funds(spec)
    facts = Facts(registry, exposure, spec.exposure.possible_passes_from)
    groups = entitlements.groups
    due = round_amounts(groups, entitlements.denominator, spec.transfers, spec.fit)
    prices = costs(due, groups, spec.funds)
    standing = stand(registry, targeting, entitlements, due, spec, decisions)
    progress(0.2)
    may = may_pay(spec, facts, groups.alike, answers_by_row(registry, decisions.verify) == 1)
    progress(0.5)
    budget = [fund_kip(fund, f"funds[{number}].amount") for number, fund in enumerate(spec.funds, start=1)]
    reserve = [reserve_kip(fund, kip) for fund, kip in zip(spec.funds, budget, strict=True)]
    left = [kip - kept for kip, kept in zip(budget, reserve, strict=True)]
    aside, wanted = set_aside(standing.held, may, groups.of, prices, left)
    progress(0.6)
    rows = targeting.order[np.flatnonzero((standing.status == Status.WAITING)[targeting.order])]
    queue = Queue(
        spec,
        rows,
        groups,
        entitlements.denominator,
        may,
        due,
        prices,
        facts.columns.text("district")[0],
        Purse(left),
        facts,
        part(progress, 0.6, 0.9),
    )
    fitted = fit(queue)
    progress(0.9)
    return settle(spec, standing, entitlements, may, fitted, due, Accounts(budget, reserve, aside, wanted))


_DUE: Kept[Entitlements, Kip] = Kept(most=2)


def due_of_each(entitlements: Entitlements, due: Kip) -> Kip:
    """(n,) the rounded amount of a round before any scaling, 0 for whoever has no entitlement."""
    rows = np.flatnonzero(entitlements.transfer >= 0)
    kip = np.zeros(len(entitlements.transfer), dtype=np.int64)
    kip[rows] = due[entitlements.groups.of[rows]]
    return kip


def settle(
    spec: PlanSpec,
    standing: Standing,
    entitlements: Entitlements,
    may: MayPay,
    fitted: Fitted,
    due: Kip,
    accounts: Accounts,
) -> Allocation:
    """Write what was fitted into the registry's rows, and close every fund's account."""
    size, groups = len(standing.status), entitlements.groups
    status, reason = standing.status, standing.reason
    rank, fund = np.zeros(size, dtype=np.int64), np.full(size, -1, dtype=np.int16)
    rank[fitted.rows] = np.arange(1, len(fitted.rows) + 1)
    reason[fitted.rows], fund[fitted.rows] = fitted.reason, fitted.fund
    # money is worked out a fund and group, and written for the paid alone, in the order of the rows
    paid = np.flatnonzero(fund >= 0)
    charged, group = fund[paid].astype(np.int64), groups.of[paid]
    status[paid] = Status.FUNDED
    line, shape = charged * len(due) + group, (len(spec.funds), len(due))
    counts = np.bincount(line, minlength=shape[0] * shape[1]).reshape(shape)
    total = fitted.round_kip * groups.rounds
    fee = [fees(fitted.round_kip, groups, own) for own in spec.funds]
    round_kip, total_kip, fee_kip = (np.zeros(size, dtype=np.int64) for _ in range(3))
    round_kip[paid], total_kip[paid] = fitted.round_kip[group], total[group]
    fee_kip[paid] = np.concatenate(fee)[line]
    waiting = np.bincount(may.kind[fitted.rows[fitted.fund < 0]], minlength=len(may.table)) > 0
    results = fund_results(spec, accounts, counts, total, fee, may.table[waiting])
    due_kip = _DUE.get(entitlements, (due.tobytes(),), lambda: due_of_each(entitlements, due))
    warnings = (
        *idle(spec, groups, due, results, may, status),
        *not_payable(np.unique(fitted.round_kip[counts.any(axis=0)]), notes_of(spec)),
    )
    return Allocation(
        status,
        reason,
        rank,
        fund,
        round_kip,
        total_kip,
        fee_kip,
        results,
        fitted.scale,
        due_kip,
        may,
        accounts.wanted,
        fitted.solved,
        warnings,
    )


def fund_results(
    spec: PlanSpec,
    accounts: Accounts,
    counts: Kip,
    total: Kip,
    fee: list[Kip],
    waiting: NDArray[np.bool_],
) -> tuple[FundResult, ...]:
    """Every fund's account, closed. counts (funds, g) households paid; total and fee (g,) of one household.

    waiting (k, funds): which funds may pay the kinds of household that wait.
    """
    results = []
    for index, own in enumerate(spec.funds):
        budget, reserve, aside = accounts.budget[index], accounts.reserve[index], accounts.aside[index]
        committed, charged = times(counts[index], total), times(counts[index], fee[index])
        remaining = budget - reserve - aside - committed - charged
        unusable = remaining if len(waiting) and not waiting[:, index].any() else 0
        households = int(counts[index].sum())
        results.append(
            FundResult(own.id, budget, reserve, aside, committed, charged, remaining, households, unusable)
        )
    return tuple(results)
