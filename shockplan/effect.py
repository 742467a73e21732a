"""What the plan comes to for people and places: coverage by group, spread, errors of targeting, local demand.

It is worked out from a plan and changes none of its payments.
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from shockplan.budget import Status
from shockplan.equity import (
    Demand,
    GroupCoverage,
    TargetingErrors,
    coverage,
    gini,
    local_demand,
    targeting_errors,
)
from shockplan.planfile import EffectSpec
from shockplan.problems import InputError
from shockplan.progress import Progress, silent
from shockplan.rules import Facts, evaluate, fault

if TYPE_CHECKING:
    from shockplan.plan import Plan

NEED_PATH = "effect.need"


@dataclass(frozen=True, eq=False)
class Effect:
    """groups: coverage of each group of each kind; gini of what the funded get in all rounds.

    errors: None where the plan states no marker of need; demand: None while no multiplier is stated.
    """

    groups: tuple[GroupCoverage, ...]
    gini: float
    errors: TargetingErrors | None
    demand: Demand | None

    def as_json(self) -> dict[str, Any]:
        """The figures as plain types; shares are None where there is nobody. Districts are told elsewhere."""
        errors, demand = self.errors, self.demand
        return {
            "coverage": [
                {**asdict(group), "coverage": group.coverage}
                for group in self.groups
                if group.kind != "district"
            ],
            "gini": round(self.gini, 6),
            "targeting": errors
            and {**asdict(errors), "under_coverage": errors.under_coverage, "leakage": errors.leakage},
            "local_demand": demand
            and {"multiplier": str(demand.multiplier), "source": demand.source, "kip": demand.kip},
        }


def check_effect(spec: EffectSpec, facts: Facts) -> None:
    """Raise InputError for a marker of need that cannot be answered, or a multiplier without its source."""
    if spec.multiplier is not None and not spec.multiplier_source.strip():
        raise InputError(fault("effect.no_source", "effect.multiplier_source"))
    if spec.need is not None:
        evaluate(spec.need, NEED_PATH, facts)


def effect_of(plan: "Plan", progress: Progress = silent) -> Effect:
    """The effect of a plan on its registry's groups."""
    inputs, spec = plan.inputs, plan.inputs.spec.effect
    paid = plan.allocation.status == Status.FUNDED
    errors = None
    if spec.need is not None:
        facts = Facts(inputs.registry, plan.exposure, inputs.spec.exposure.possible_passes_from)
        errors = targeting_errors(evaluate(spec.need, NEED_PATH, facts)[0], plan.allocation)
    return Effect(
        coverage(inputs.registry, plan.exposure, plan.allocation, progress),
        gini(plan.allocation.total_kip[paid]),
        errors,
        local_demand(plan.summary.committed_kip, spec.multiplier, spec.multiplier_source),
    )
