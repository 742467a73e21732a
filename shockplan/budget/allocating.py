"""Hop 5 in order: who may be paid, what is held back, who is reached, and what each fund has left."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from shockplan.budget.allocation import Allocation, FundResult, MayPay, Reason, Status
from shockplan.budget.amounts import Kip, costs, fees, round_amounts, sum_exact, totals
from shockplan.budget.drawing import Purse
from shockplan.budget.fits import Fitted, Queue, fit
from shockplan.budget.funds import check_funds, fund_kip, may_pay, reserve_kip
from shockplan.budget.setting_aside import Held, one_of_each_cluster, set_aside
from shockplan.cash import load_banknotes, not_payable
from shockplan.decisions import Decisions, answers_by_row
from shockplan.exposure import Exposure
from shockplan.planfile import PlanSpec
from shockplan.progress import Progress, silent
from shockplan.registry.household import Registry
from shockplan.rules import Facts
from shockplan.targeting import Decision, Targeting
from shockplan.transfers import Entitlements


@dataclass(frozen=True, eq=False)
class Standing:
    """Where each household stands before the money: status WAITING is who may be paid."""

    status: NDArray[np.int8]
    reason: NDArray[np.int8]
    undecided: NDArray[np.bool_]  # in a duplicate cluster on which nobody has decided


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
    due = round_amounts(entitlements, spec.transfers, spec.fit)
    due[entitlements.transfer < 0] = 0
    standing = stand(registry, targeting, entitlements, due, spec, decisions)
    progress(0.2)
    said_yes = answers_by_row(registry, decisions.verify) == 1
    may = may_pay(spec, facts, entitlements, said_yes)
    prices = costs(due, entitlements.rounds, spec.funds)
    progress(0.5)
    budget = [fund_kip(fund, f"funds[{number}].amount") for number, fund in enumerate(spec.funds, start=1)]
    reserve = [reserve_kip(fund, kip) for fund, kip in zip(spec.funds, budget, strict=True)]
    left = [kip - kept for kip, kept in zip(budget, reserve, strict=True)]
    held = held_households(registry, targeting, standing, due, spec, decisions)
    aside, wanted = set_aside(held, may, prices, left)
    progress(0.6)
    rows = targeting.order[standing.status[targeting.order] == Status.WAITING]
    district, _ = facts.columns.text("district")
    fitted = fit(Queue(spec, rows, entitlements, exposure, may, due, prices, district, Purse(left)))
    progress(0.9)
    return settle(spec, standing, entitlements, may, fitted, due, (budget, reserve, aside), wanted)


def stand(
    registry: Registry,
    targeting: Targeting,
    entitlements: Entitlements,
    due: Kip,
    spec: PlanSpec,
    decisions: Decisions,
) -> Standing:
    """Fold decision, entitlement, duplicates and removals into one status.

    A blank that the amount needs makes *verify* of a yes. A household in *verify* that a person removes, or
    confirms as a duplicate, is not eligible: *cut* is said only of those who were eligible.
    """
    said_yes = targeting.decision == Decision.YES
    yes = said_yes & ~entitlements.blank
    verify = (targeting.decision == Decision.VERIFY) | (said_yes & entitlements.blank)
    status = np.full(len(due), Status.NOT_ELIGIBLE, dtype=np.int8)
    reason = np.full(len(due), Reason.NONE, dtype=np.int8)
    status[verify] = Status.VERIFY
    status[yes] = Status.WAITING
    in_kind = np.array([bool(transfer.in_kind) for transfer in spec.transfers] + [False])
    nothing = yes & (due == 0) & ~in_kind[entitlements.transfer]
    no_transfer = yes & (entitlements.transfer < 0)
    status[nothing] = Status.NOT_ELIGIBLE
    reason[nothing] = Reason.NOTHING_DUE
    reason[no_transfer] = Reason.NO_TRANSFER
    undecided, confirmed = duplicates(registry, decisions, status != Status.NOT_ELIGIBLE)
    removed = answers_by_row(registry, dict.fromkeys(decisions.removals, True)) == 1
    for rows, why in (
        (undecided & (status == Status.WAITING), Reason.DUPLICATE_UNDECIDED),
        (confirmed, Reason.DUPLICATE_CONFIRMED),
        (removed, Reason.REMOVED),
    ):
        was_eligible = rows & ((status == Status.WAITING) | (status == Status.CUT))
        was_open = rows & (status == Status.VERIFY)
        status[was_eligible] = Status.CUT
        status[was_open] = Status.NOT_ELIGIBLE
        reason[was_eligible | was_open] = why
    return Standing(status, reason, undecided & ~removed)


def duplicates(
    registry: Registry, decisions: Decisions, concerned: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(undecided, confirmed) rows of the duplicate clusters.

    A cluster is a question only where two or more of its rows could be paid. A row answered *pay* is
    neither; of rows in one cluster that share the id answered *pay*, the first is paid and the others are
    confirmed.
    """
    cluster = registry.households["duplicate"].to_numpy(dtype=np.int64)
    answers = answers_by_row(registry, {key: word == "pay" for key, word in decisions.duplicates.items()})
    inside = (cluster >= 0) & concerned
    confirmed = inside & (answers == 0)
    pays = np.flatnonzero(inside & (answers == 1))
    if len(pays):
        ids = registry.households["household_id"].to_numpy(dtype=object)
        source_row = registry.households["source_row"].to_numpy(dtype=np.int64)
        seen: set[tuple[int, str]] = set()
        for row in pays[np.argsort(source_row[pays], kind="stable")].tolist():
            key = (int(cluster[row]), str(ids[row]))
            if key in seen:
                confirmed[row] = True
            seen.add(key)
    still = inside & ~confirmed
    size = int(cluster.max(initial=-1)) + 1
    rivals = np.bincount(cluster[still], minlength=size + 1)
    undecided = still & (answers != 1) & (rivals[cluster] > 1)
    return undecided, confirmed


def held_households(
    registry: Registry,
    targeting: Targeting,
    standing: Standing,
    due: Kip,
    spec: PlanSpec,
    decisions: Decisions,
) -> list[Held]:
    """For whom money is held: *verify* by the stated share; undecided clusters once, in full.

    A cluster in which one row is answered *pay* has its money already; a cluster with only *verify* rows
    counts once among *verify*.
    """
    cluster = registry.households["duplicate"].to_numpy(dtype=np.int64)
    place = np.empty(len(due), dtype=np.int64)
    place[targeting.order] = np.arange(len(due))
    verify = standing.status == Status.VERIFY
    cut = (standing.status == Status.CUT) & (standing.reason == Reason.DUPLICATE_UNDECIDED)
    size = int(cluster.max(initial=-1)) + 2
    answers = answers_by_row(registry, {key: word == "pay" for key, word in decisions.duplicates.items()})
    paid = np.zeros(size, dtype=bool)
    paid[cluster[(answers == 1) & (standing.status == Status.WAITING)]] = True
    paid[-1] = False
    has_cut = np.zeros(size, dtype=bool)
    has_cut[cluster[cut]] = True
    has_cut[-1] = False
    clustered = standing.undecided & (verify | cut) & ~paid[cluster]
    once = one_of_each_cluster(np.flatnonzero(clustered & has_cut[cluster]), cluster, due, place)
    open_once = one_of_each_cluster(np.flatnonzero(clustered & ~has_cut[cluster]), cluster, due, place)
    alone = np.flatnonzero(verify & ~standing.undecided)
    share = Fraction(spec.fit.set_aside_share)
    return [Held(np.concatenate([alone, open_once]), share), Held(once, Fraction(1))]


def settle(
    spec: PlanSpec,
    standing: Standing,
    entitlements: Entitlements,
    may: MayPay,
    fitted: Fitted,
    due: Kip,
    fund_kips: tuple[list[int], list[int], list[int]],
    wanted: int,
) -> Allocation:
    """Write what was fitted into the registry's rows, and close every fund's account."""
    size = len(due)
    status, reason = standing.status.copy(), standing.reason.copy()
    rank, fund = np.zeros(size, dtype=np.int64), np.full(size, -1, dtype=np.int16)
    rank[fitted.rows] = np.arange(1, len(fitted.rows) + 1)
    fund[fitted.rows] = fitted.fund
    reason[fitted.rows] = fitted.reason
    paid = fund >= 0
    status[paid] = Status.FUNDED
    round_kip = np.where(paid, fitted.round_kip, 0)
    total_kip = totals(round_kip, entitlements.rounds)
    fee_kip = np.zeros(size, dtype=np.int64)
    results = []
    waiting = status == Status.WAITING
    waits_for = may.table[np.unique(may.kind[waiting])].any(axis=0)
    for index, own in enumerate(spec.funds):
        here = fund == index
        fee_kip[here] = fees(round_kip[here], entitlements.rounds[here], own)
        budget, reserve, aside = (part[index] for part in fund_kips)
        committed, fee = sum_exact(total_kip[here]), sum_exact(fee_kip[here])
        remaining = budget - reserve - aside - committed - fee
        unusable = remaining if waiting.any() and not waits_for[index] else 0
        results.append(
            FundResult(own.id, budget, reserve, aside, committed, fee, remaining, int(here.sum()), unusable)
        )
    warnings = not_payable(np.unique(round_kip[paid]), load_banknotes().notes)
    return Allocation(
        status,
        reason,
        rank,
        fund,
        round_kip,
        total_kip,
        fee_kip,
        tuple(results),
        fitted.scale,
        due,
        may,
        wanted,
        warnings,
    )
