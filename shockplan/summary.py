"""The plan in one object of numbers, and the check that they close."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from shockplan.budget import Allocation, Status
from shockplan.budget.amounts import sum_exact
from shockplan.columns import columns_of
from shockplan.damage import disagreement_counts
from shockplan.exposure import Certainty, Exposure
from shockplan.kept import Kept
from shockplan.planfile import PlanSpec
from shockplan.problems import Problem, count_rows
from shockplan.registry.household import Registry
from shockplan.shocks.passes import counted
from shockplan.targeting import Targeting
from shockplan.transfers import Entitlements

CERTAINTY_NAMES = {
    "certain": Certainty.CERTAIN,
    "possible": Certainty.POSSIBLE,
    "no": Certainty.NO,
    "unknown": Certainty.UNKNOWN,
}


class DoesNotClose(AssertionError):
    """Our bug: two numbers that must be equal are not. Nothing may be printed from such a plan."""


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """The figures of a plan, as `--json` prints them. Money in whole kip.

    people_funded: members of funded households, a blank member count adding none.
    rounds: the most rounds that a funded household gets (0: nobody is funded).
    problems: findings in the inputs and while planning, one a row.
    changed_by_other_rule: households that each other rule for places covered in part would answer otherwise.
    layer_changes: by layer that a newer satellite pass updates, households by change.
    assessment_disagreements: households whose assessment says otherwise than the map, by kind.
    """

    households_read: int
    rejected: int
    affected: Mapping[str, int]
    affected_by_layer: Mapping[str, Mapping[str, int]]
    eligible: int
    verify: int
    not_eligible: int
    funded: int
    waiting: int
    cut: int
    people_funded: int
    rounds: int
    budget_kip: int
    reserve_kip: int
    set_aside_kip: int
    committed_kip: int
    fees_kip: int
    remaining_kip: int
    problems: int
    field_registered: Mapping[str, int]
    earlier_payments: Mapping[str, int]
    changed_by_other_rule: Mapping[str, int]
    layer_changes: Mapping[str, Mapping[str, int]]
    assessment_disagreements: Mapping[str, int]

    def as_json(self) -> dict[str, object]:
        """The figures as plain types, ready for JSON."""
        return asdict(self)


def summarise(
    registry: Registry,
    exposure: Exposure,
    targeting: Targeting,
    entitlements: Entitlements,
    allocation: Allocation,
    spec: PlanSpec,
    problems: Sequence[Problem],
) -> PlanSummary:
    """Count the plan. Raises DoesNotClose where rows or money do not add up."""
    status = [int(np.count_nonzero(allocation.status == each)) for each in Status]
    paid = np.flatnonzero(allocation.status == Status.FUNDED)
    members = columns_of(registry).number("members")[paid]
    funds = allocation.funds
    affected, by_layer = _KEPT.get(exposure, (), lambda: certainties(exposure))
    summary = PlanSummary(
        households_read=registry.rows_read,
        rejected=len(registry.rejected),
        affected=affected,
        affected_by_layer=by_layer,
        eligible=status[Status.FUNDED] + status[Status.WAITING] + status[Status.CUT],
        verify=status[Status.VERIFY],
        not_eligible=status[Status.NOT_ELIGIBLE],
        funded=status[Status.FUNDED],
        waiting=status[Status.WAITING],
        cut=status[Status.CUT],
        people_funded=int(np.nansum(members)),
        rounds=int(entitlements.rounds[paid].max(initial=0)),
        budget_kip=sum(fund.budget_kip for fund in funds),
        reserve_kip=sum(fund.reserve_kip for fund in funds),
        set_aside_kip=sum(fund.set_aside_kip for fund in funds),
        committed_kip=sum_exact(allocation.total_kip),
        fees_kip=sum_exact(allocation.fee_kip),
        remaining_kip=sum(fund.remaining_kip for fund in funds),
        problems=count_rows([*problems, *exposure.problems, *targeting.problems, *allocation.problems]),
        field_registered=field_registered(registry, allocation),
        earlier_payments=registry.payments.counts(),
        changed_by_other_rule=dict(exposure.other_rules),
        layer_changes={layer: counted(changed) for layer, changed in exposure.changes.items()},
        assessment_disagreements=disagreement_counts(exposure.disagreement),
    )
    must([fund.id for fund in funds] == [fund.id for fund in spec.funds], "every fund has its account")
    check(summary, registry, allocation, entitlements)
    return summary


STATUSES = {
    "eligible": (Status.FUNDED, Status.WAITING, Status.CUT),
    "verify": (Status.VERIFY,),
    "not_eligible": (Status.NOT_ELIGIBLE,),
    "funded": (Status.FUNDED,),
    "waiting": (Status.WAITING,),
    "cut": (Status.CUT,),
}


def field_registered(registry: Registry, allocation: Allocation) -> dict[str, int]:
    """The households that came from assessment forms, apart: rows read of the forms (rejected, for_decision,
    matched and added), and what became of the added ones."""
    forms = registry.assessed.counts()
    own = len(registry.households) - registry.added
    status, members = allocation.status[own:], columns_of(registry).number("members")[own:]
    funded = status == Status.FUNDED
    return {
        "rows_read": forms["read"],
        "rows_rejected": forms["rejected"],
        "rows_for_decision": forms["waiting"],
        "rows_matched": forms["matched"],
        "households": registry.added,
        **{name: int(np.isin(status, among).sum()) for name, among in STATUSES.items()},
        "people_funded": int(np.nansum(members[funded])),
        "committed_kip": sum_exact(allocation.total_kip[own:][funded]),
    }


Certainties = tuple[dict[str, int], dict[str, dict[str, int]]]
_KEPT: Kept[Exposure, Certainties] = Kept(most=1)


def certainties(exposure: Exposure) -> Certainties:
    """Households by certainty, over all layers and by layer."""
    by_layer = {layer.layer_id: by_certainty(layer.certainty) for layer in exposure.layers}
    return by_certainty(exposure.affected), by_layer


def by_certainty(certainty: NDArray[np.int8]) -> dict[str, int]:
    counts = np.bincount(certainty, minlength=len(Certainty))
    return {name: int(counts[level]) for name, level in CERTAINTY_NAMES.items()}


def check(
    summary: PlanSummary, registry: Registry, allocation: Allocation, entitlements: Entitlements
) -> None:
    """Every identity of the design, or DoesNotClose."""
    s, used = summary, len(registry.households)
    must(s.households_read == s.rejected + used, "rows read = rejected + used")
    for name, counts in {"affected": s.affected, **s.affected_by_layer}.items():
        must(sum(counts.values()) == used, f"{name}: certain + possible + no + unknown = rows used")
    must(s.eligible + s.verify + s.not_eligible == used, "eligible + verify + not eligible = rows used")
    must(s.eligible == s.funded + s.waiting + s.cut, "eligible = funded + waiting + cut")
    forms, lists = s.field_registered, s.earlier_payments
    rows = ("rows_rejected", "rows_for_decision", "rows_matched", "households")
    must(
        forms["rows_read"] == sum(forms[name] for name in rows),
        "form rows = rejected + open + matched + added",
    )
    decided = forms["eligible"] + forms["verify"] + forms["not_eligible"]
    must(forms["households"] == decided, "field-registered = eligible + verify + not eligible")
    paid = forms["funded"] + forms["waiting"] + forms["cut"]
    must(forms["eligible"] == paid, "field-registered eligible = funded + waiting + cut")
    must(lists["read"] * 2 == sum(lists.values()), "payment rows: each has one standing")
    parts = s.reserve_kip + s.set_aside_kip + s.committed_kip + s.fees_kip + s.remaining_kip
    must(s.budget_kip == parts, "budget = reserve + set-aside + committed + fees + remaining")
    funded = np.flatnonzero(allocation.status == Status.FUNDED)
    charged, rounds = allocation.fund[funded], entitlements.rounds[funded]
    total, fee = allocation.total_kip[funded], allocation.fee_kip[funded]
    for index, fund in enumerate(allocation.funds):
        must(fund.remaining_kip >= 0, f"{fund.id}: never overdrawn")
        here = np.flatnonzero(charged == index)
        must(sum_exact(total[here]) == fund.committed_kip, f"{fund.id}: lines = committed")
        must(sum_exact(fee[here]) == fund.fees_kip, f"{fund.id}: lines = fees")
        must(len(here) == fund.households, f"{fund.id}: households")
    must(np.count_nonzero(allocation.fund >= 0) == len(funded), "only funded are charged to a fund")
    must(bool((charged >= 0).all()), "every funded household is charged to a fund")
    must(np.count_nonzero(allocation.total_kip) == np.count_nonzero(total), "only funded have money")
    must(np.count_nonzero(allocation.fee_kip) == np.count_nonzero(fee), "only funded have fees")
    must(np.array_equal(allocation.round_kip[funded] * rounds, total), "total = round x rounds")


def must(holds: bool, identity: str) -> None:
    if not holds:
        raise DoesNotClose(identity)
