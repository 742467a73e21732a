"""Does the plan reach those it means? Counts of groups and of the next money's reach; no persons."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shockplan.budget import Status

if TYPE_CHECKING:
    from shockplan.plan import Plan

SMALLEST_GROUP = 10
"""Groups with fewer eligible households are not told apart, so that nobody is recognised in them."""


@dataclass(frozen=True, slots=True)
class GroupReach:
    """A group of households by a text code: how many are eligible, funded, to be verified."""

    code: str
    households: int
    eligible: int
    funded: int
    verify: int


@dataclass(frozen=True, slots=True)
class NextMoney:
    """What more money would buy: that much more pays so many of the waiting, in their order."""

    kip: int
    households: int


def group_reach(plan: "Plan") -> tuple[GroupReach, ...]:
    """The groups of each question: answered yes, no, and not known. They overlap between questions."""
    status = plan.allocation.status
    groups: list[GroupReach] = []
    for code, member, blank in _groups(plan):
        for suffix, chosen in (("", member & ~blank), (".not", ~member & ~blank), (".unknown", blank)):
            eligible = chosen & np.isin(status, (Status.FUNDED, Status.WAITING, Status.CUT))
            if int(eligible.sum()) >= SMALLEST_GROUP:
                found = (
                    chosen,
                    eligible,
                    chosen & (status == Status.FUNDED),
                    chosen & (status == Status.VERIFY),
                )
                groups.append(GroupReach(code + suffix, *(int(mask.sum()) for mask in found)))
    return tuple(groups)


def _groups(plan: "Plan") -> list[tuple[str, NDArray[np.bool_], NDArray[np.bool_]]]:
    """(code, is a member, not known) of the questions that the registry can answer."""
    registry = plan.inputs.registry
    households = registry.households
    asked = []
    if "head_sex" in registry.present:
        sex = households["head_sex"]
        asked.append(("female_head", sex.eq("female").to_numpy(np.bool_), sex.isna().to_numpy(np.bool_)))
    for field in ("under_5", "over_60", "disabled"):
        if field in registry.present:
            count = households[field]
            member = count.fillna(0).to_numpy(np.int64) > 0
            asked.append((field, member, count.isna().to_numpy(np.bool_)))
    return asked


def next_money(plan: "Plan", steps: int = 4) -> tuple[NextMoney, ...]:
    """The reach of 1/steps, 2/steps ... of what all the waiting are due (all rounds, without fees)."""
    allocation = plan.allocation
    waiting = np.flatnonzero(allocation.status == Status.WAITING)
    order = waiting[np.argsort(allocation.rank[waiting], kind="stable")]
    due = allocation.due_kip[order] * plan.entitlements.rounds[order].astype(np.int64)
    reached = np.cumsum(due)
    if not len(reached) or reached[-1] == 0:
        return ()
    everything = int(reached[-1])
    amounts = [everything * step // steps for step in range(1, steps + 1)]
    return tuple(NextMoney(kip, int(np.searchsorted(reached, kip, side="right"))) for kip in amounts)
