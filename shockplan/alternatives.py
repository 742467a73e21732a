"""Other ways to give and to fit, compared on the same list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from shockplan.budget import Status
from shockplan.equity import gini
from shockplan.plan import Plan, make_plan
from shockplan.planfile import FitSpec, PlanSpec, TransferSpec
from shockplan.problems import InputError, Problem
from shockplan.progress import Progress, part, silent

QUICK_METHODS = ("rank_and_stop", "rank_and_skip", "scale", "tier", "quota")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one alternative comes to. Money in whole kip; per household and person rounded down.

    gini: of the amounts of the funded. solved_gap: share by which a better plan could exist, None where the
    fit is not solved. problems: why the alternative cannot be planned (then all counts are 0).
    """

    name: str
    funded: int = 0
    waiting: int = 0
    people: int = 0
    committed_kip: int = 0
    fees_kip: int = 0
    remaining_kip: int = 0
    kip_per_household: int = 0
    kip_per_person: int = 0
    gini: float = 0.0
    severe_funded: int = 0
    scale: int = 1_000_000
    solved_gap: float | None = None
    problems: tuple[Problem, ...] = ()


def compare_fits(
    plan: Plan, methods: Sequence[str] = QUICK_METHODS, progress: Progress = silent
) -> tuple[Outcome, ...]:
    """The plan under each fit, everything else the same."""
    specs = [
        (method, changed(plan.inputs.spec, fit=changed_fit(plan.inputs.spec.fit, method)))
        for method in methods
    ]
    return tuple(outcomes(plan, specs, progress))


def compare_transfers(
    plan: Plan, alternatives: Sequence[tuple[str, Sequence[TransferSpec]]], progress: Progress = silent
) -> tuple[Outcome, ...]:
    """The plan with each named list of transfers, everything else the same."""
    specs = [
        (name, changed(plan.inputs.spec, transfers=tuple(transfers))) for name, transfers in alternatives
    ]
    return tuple(outcomes(plan, specs, progress))


def changed(spec: PlanSpec, **parts: object) -> PlanSpec:
    """The plan file with some of its tables replaced."""
    return spec.model_copy(update=parts)


def changed_fit(fit: FitSpec, method: str) -> FitSpec:
    """The fit with another method, checked."""
    return FitSpec.model_validate({**fit.model_dump(), "method": method})


def outcomes(plan: Plan, specs: Sequence[tuple[str, PlanSpec]], progress: Progress) -> Iterator[Outcome]:
    """The outcome of each plan file, worked out from the plan's own hops where they stay the same."""
    for number, (name, spec) in enumerate(specs):
        step = part(progress, number / len(specs), (number + 1) / len(specs))
        try:
            other = make_plan(replace(plan.inputs, spec=spec), step, before=plan)
        except InputError as error:
            yield Outcome(name, problems=error.problems)
            continue
        yield outcome(name, other)


def outcome(name: str, plan: Plan) -> Outcome:
    """The figures of one plan."""
    allocation, summary = plan.allocation, plan.summary
    paid = allocation.status == Status.FUNDED
    return Outcome(
        name,
        summary.funded,
        summary.waiting,
        summary.people_funded,
        summary.committed_kip,
        summary.fees_kip,
        summary.remaining_kip,
        summary.committed_kip // summary.funded if summary.funded else 0,
        summary.committed_kip // summary.people_funded if summary.people_funded else 0,
        gini(allocation.total_kip[paid]),
        int(np.count_nonzero(paid & (plan.exposure.severity == 3))),
        allocation.scale,
        allocation.solved.gap if allocation.solved else None,
    )
