"""Where each household stands before the money: who may be paid, who is held, who is out and why."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from shockplan.budget.allocation import Reason, Status
from shockplan.budget.amounts import Kip
from shockplan.budget.setting_aside import Held, one_of_each_cluster
from shockplan.columns import columns_of
from shockplan.decisions import Decisions, answers_by_row
from shockplan.planfile import FitSpec, PlanSpec
from shockplan.problems import InputError
from shockplan.registry.household import Registry
from shockplan.rules import check_field, fault
from shockplan.targeting import Decision, Targeting
from shockplan.transfers import Entitlements


@dataclass(frozen=True, eq=False)
class Standing:
    """status (n,) where WAITING is who may be paid, reason (n,); held: for whom money is kept back."""

    status: NDArray[np.int8]
    reason: NDArray[np.int8]
    held: list[Held]


@dataclass(frozen=True, eq=False)
class Clustered:
    """The rows of duplicate clusters: rows (m,), cluster (m,); undecided, confirmed, paid (m,) bool."""

    rows: NDArray[np.int64]
    cluster: NDArray[np.int64]
    undecided: NDArray[np.bool_]
    confirmed: NDArray[np.bool_]
    paid: NDArray[np.bool_]


def stand(
    registry: Registry,
    targeting: Targeting,
    entitlements: Entitlements,
    due: Kip,
    spec: PlanSpec,
    decisions: Decisions,
) -> Standing:
    """Fold decision, entitlement, duplicates and removals into one status. due (g,) kip of each group.

    A blank that the amount needs makes *verify* of a yes. A household in *verify* that a person removes, or
    confirms as a duplicate, is not eligible: *cut* is said only of those who were eligible.
    """
    status: NDArray[np.int8] = targeting.decision + (targeting.decision == Decision.YES)
    blank = entitlements.blank | needed_blank(spec.fit, registry)
    status[blank & (status == Status.WAITING)] = Status.VERIFY
    reason = np.zeros(len(status), dtype=np.int8)
    in_kind = np.array([bool(transfer.in_kind) for transfer in spec.transfers] + [False])
    groups = entitlements.groups
    why = np.where((due == 0) & ~in_kind[groups.transfer], Reason.NOTHING_DUE, Reason.NONE).astype(np.int8)
    why[groups.transfer < 0] = Reason.NO_TRANSFER
    if why.any():
        nothing = np.flatnonzero((status == Status.WAITING) & (why != Reason.NONE)[groups.of])
        status[nothing] = Status.NOT_ELIGIBLE
        reason[nothing] = why[groups.of[nothing]]
    clusters = clustered(registry, decisions, status)
    take_out(status, reason, clusters.rows[clusters.undecided], Reason.DUPLICATE_UNDECIDED, keep_verify=True)
    take_out(status, reason, clusters.rows[clusters.confirmed], Reason.DUPLICATE_CONFIRMED)
    take_out(status, reason, confirmed_elsewhere(registry, decisions), Reason.DUPLICATE_CONFIRMED)
    if decisions.removals:
        removed = answers_by_row(registry, dict.fromkeys(decisions.removals, True)) == 1
        take_out(status, reason, np.flatnonzero(removed), Reason.REMOVED)
    held = held_households(registry, status, reason, clusters, due[groups.of[clusters.rows]], spec)
    return Standing(status, reason, held)


def needed_blank(fit: FitSpec, registry: Registry) -> NDArray[np.bool_]:
    """(n,) whether a value is blank by which a solved fit chooses."""
    if fit.method == "most_people":
        check_field("members", "fit.method", registry)
        return np.isnan(columns_of(registry).number("members"))
    if fit.method == "poverty_gap":
        return np.isnan(poverty_gaps(fit, registry))
    return np.zeros(len(registry.households), dtype=bool)


def poverty_gaps(fit: FitSpec, registry: Registry) -> NDArray[np.float64]:
    """(n,) kip a month that each household lacks to the line, at least 0; NaN where it is not known.

    The line is kip a person a month. What a household has is its own income, or the consumption a person
    a month that a proxy means test estimates in kip (`poverty_field = "pmt_score"`). Raises InputError
    where line or source is missing.
    """
    for key in ("poverty_line_kip", "poverty_source"):
        if not getattr(fit, key):
            raise InputError(fault("budget.poverty_missing", f"fit.{key}"))
    check_field(fit.poverty_field, "fit.poverty_field", registry)
    check_field("members", "fit.method", registry)
    members, has = columns_of(registry).number("members"), columns_of(registry).number(fit.poverty_field)
    if fit.poverty_field == "pmt_score":
        has = has * members
    gap: NDArray[np.float64] = np.maximum(float(fit.poverty_line_kip or 0) * members - has, 0.0)
    return np.floor(gap)


# a status is the decision, but for yes, which is one more
assert [int(Status.NOT_ELIGIBLE), int(Status.VERIFY), Status.WAITING - 1] == [int(each) for each in Decision]


def take_out(
    status: NDArray[np.int8],
    reason: NDArray[np.int8],
    rows: NDArray[np.int64],
    why: Reason,
    keep_verify: bool = False,
) -> None:
    """Cut the eligible among the rows; those in *verify* are no longer eligible, unless they stay open."""
    eligible = rows[(status[rows] == Status.WAITING) | (status[rows] == Status.CUT)]
    status[eligible], reason[eligible] = Status.CUT, why
    if not keep_verify:
        still_open = rows[status[rows] == Status.VERIFY]
        status[still_open], reason[still_open] = Status.NOT_ELIGIBLE, why


def clustered(registry: Registry, decisions: Decisions, status: NDArray[np.int8]) -> Clustered:
    """What is known of the rows in duplicate clusters that could be paid.

    A cluster is a question only where two or more of its rows could be paid. A row answered *pay* is
    neither undecided nor confirmed; of rows in one cluster that share the id answered *pay*, the first
    is paid and the others are confirmed.
    """
    rows = columns_of(registry).clustered()
    rows = rows[status[rows] != Status.NOT_ELIGIBLE]
    cluster = registry.households["duplicate"].to_numpy()[rows].astype(np.int64)
    said = {household: word == "pay" for household, word in decisions.duplicates.items()}
    answers = answers_by_row(registry, said)[rows] if said else np.full(len(rows), -1, dtype=np.int8)
    confirmed, paid = answers == 0, answers == 1
    again = paid & ~first_of_each(registry, rows, cluster, paid)
    confirmed, paid = confirmed | again, paid & ~again
    rivals = np.bincount(cluster[~confirmed], minlength=int(cluster.max(initial=0)) + 1)
    undecided = ~confirmed & ~paid & (rivals[cluster] > 1)
    return Clustered(rows, cluster, undecided, confirmed, paid)


def confirmed_elsewhere(registry: Registry, decisions: Decisions) -> NDArray[np.int64]:
    """The rows that a person confirmed as duplicates though their payment was not held: a likeness that
    was only noted."""
    cut = [household for household, word in decisions.duplicates.items() if word == "cut"]
    if not cut:
        return np.zeros(0, dtype=np.int64)
    said = answers_by_row(registry, dict.fromkeys(cut, True)) == 1
    return np.flatnonzero(said & (registry.households["duplicate"].to_numpy() < 0))


def first_of_each(
    registry: Registry, rows: NDArray[np.int64], cluster: NDArray[np.int64], paid: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """(m,) of the paid rows with one id in one cluster the one that stands first in the file."""
    first = np.zeros(len(rows), dtype=bool)
    places = np.flatnonzero(paid)
    if len(places):
        ids, _ = columns_of(registry).text("household_id")
        source_row = registry.households["source_row"].to_numpy()[rows[places]]
        own_ids, own_cluster = ids[rows[places]], cluster[places]
        order = np.lexsort((source_row, own_ids, own_cluster))
        new = np.diff(own_cluster[order], prepend=-1) != 0
        new |= np.diff(own_ids[order], prepend=-1) != 0
        first[places[order[new]]] = True
    return first


def held_households(
    registry: Registry,
    status: NDArray[np.int8],
    reason: NDArray[np.int8],
    clusters: Clustered,
    due: Kip,
    spec: PlanSpec,
) -> list[Held]:
    """For whom money is held: *verify* by the stated share; undecided clusters once, in full.

    A cluster in which one row is answered *pay* has its money already; a cluster with only *verify* rows
    counts once among *verify*. due (m,) beside the rows of the clusters.
    """
    rows, cluster = clusters.rows, clusters.cluster
    size = int(cluster.max(initial=0)) + 1
    cut = (status[rows] == Status.CUT) & (reason[rows] == Reason.DUPLICATE_UNDECIDED)
    has_paid = np.bincount(cluster[clusters.paid & (status[rows] == Status.WAITING)], minlength=size) > 0
    has_cut = np.bincount(cluster[cut], minlength=size) > 0
    is_open = clusters.undecided & ((status[rows] == Status.VERIFY) | cut)
    counted = is_open & ~has_paid[cluster]
    id_place = columns_of(registry).id_place()[rows]

    def once(which: NDArray[np.bool_]) -> NDArray[np.int64]:
        return one_of_each_cluster(rows[which], cluster[which], due[which], id_place[which])

    verify = status == Status.VERIFY
    verify[rows[clusters.undecided]] = False
    alone = np.flatnonzero(verify)
    share = Fraction(spec.fit.set_aside_share)
    open_once = once(counted & ~has_cut[cluster])
    return [
        Held(np.concatenate([alone, open_once]), share),
        Held(once(counted & has_cut[cluster]), Fraction(1)),
    ]
