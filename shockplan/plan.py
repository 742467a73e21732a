"""The plan: hops 2 to 5 in a row, a pure function of frozen, content-hashed inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from shockplan.approval import Approval
from shockplan.areas import Gazetteer
from shockplan.audit import Standing
from shockplan.boundaries import Boundaries
from shockplan.budget import Allocation, allocate
from shockplan.context import ContextLayer
from shockplan.decisions import Decisions, decide
from shockplan.delivery import NO_DELIVERY, Delivery
from shockplan.document import Document
from shockplan.effect import check_effect
from shockplan.exposure import Exposure, expose
from shockplan.fingerprint import fingerprint_of
from shockplan.planfile import PlanSpec
from shockplan.problems import Problem
from shockplan.progress import Progress, part, silent
from shockplan.registry.household import Registry
from shockplan.registry.place_decisions import NO_PLACE_DECISIONS, PlaceDecisions
from shockplan.registry.row_names import with_own_rows
from shockplan.rules import Facts
from shockplan.shocks.layer import Layer
from shockplan.source import Source
from shockplan.summary import PlanSummary, summarise
from shockplan.targeting import Targeting, target
from shockplan.transfers import Entitlements, entitle

if TYPE_CHECKING:
    from shockplan.gathering import Part

TARGETING_READS = ("layers", "exposure", "eligibility", "score")


@dataclass(frozen=True, eq=False)
class PlanInputs:
    """Everything a plan is a function of. `spec` is PLAN.toml; the rest was read from its files.

    `contents`: the bytes of the decision files, by key (see `Document`); `parts`: what was read from
    which files, so that a later reading takes over what is the same.
    """

    spec: PlanSpec
    registry: Registry
    layers: tuple[Layer, ...]
    gazetteer: Gazetteer
    boundaries: Boundaries
    decisions: Decisions
    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]
    delivery: Delivery = NO_DELIVERY
    places: PlaceDecisions = NO_PLACE_DECISIONS
    contents: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    parts: "Mapping[str, Part]" = field(default_factory=lambda: MappingProxyType({}))
    context: tuple[ContextLayer, ...] = ()

    @property
    def document(self) -> Document:
        """What a person may change of these inputs."""
        return Document(self.spec, self.contents)


@dataclass(frozen=True, eq=False)
class Plan:
    """The answer for every household of the registry, row by row, and its fingerprint.

    `audit`: where the log of its changes stands, None where it has none.
    """

    inputs: PlanInputs
    exposure: Exposure
    targeting: Targeting
    entitlements: Entitlements
    allocation: Allocation
    summary: PlanSummary
    fingerprint: str
    approved: bool = False
    approvals: tuple[Approval, ...] = ()
    audit: Standing | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was found in the inputs, then what was found while planning."""
        return (
            *self.inputs.problems,
            *with_own_rows(self.exposure.problems, self.inputs.registry),
            *self.targeting.problems,
            *self.allocation.problems,
        )


def make_plan(inputs: PlanInputs, progress: Progress = silent, before: Plan | None = None) -> Plan:
    """Hops 2 to 5. Raises InputError where the plan asks for what cannot be.

    `before`: an earlier plan; exposure, targeting and entitlements are taken from it where they would read
    the same.
    """
    spec, registry = inputs.spec, inputs.registry
    if before is not None and reads_same(before.inputs, inputs, "layers", "exposure"):
        exposure = before.exposure
    else:
        exposure = expose(
            registry, inputs.layers, inputs.boundaries, spec.layers, spec.exposure, part(progress, 0, 0.6)
        )
    if before is not None and reads_same(before.inputs, inputs, *TARGETING_READS):
        targeting = before.targeting
    else:
        rule_answers = target(registry, exposure, spec, part(progress, 0.6, 0.7))
        targeting = decide(rule_answers, registry, inputs.decisions)
    if (
        before is not None
        and np.array_equal(targeting.decision, before.targeting.decision)
        and reads_same(before.inputs, inputs, "layers", "exposure", "transfers")
    ):
        entitlements = before.entitlements
    else:
        passes_from = spec.exposure.possible_passes_from
        entitlements = entitle(
            registry, exposure, targeting, spec.transfers, part(progress, 0.7, 0.8), passes_from
        )
    check_effect(spec.effect, Facts(registry, exposure, spec.exposure.possible_passes_from))
    allocation = allocate(
        registry, exposure, targeting, entitlements, spec, inputs.decisions, part(progress, 0.8, 1)
    )
    summary = summarise(inputs.registry, exposure, targeting, entitlements, allocation, spec, inputs.problems)
    return Plan(inputs, exposure, targeting, entitlements, allocation, summary, fingerprint_of(inputs))


def reads_same(old: PlanInputs, new: PlanInputs, *tables: str) -> bool:
    """Whether a hop that reads these tables of the plan file and the files would read the same again."""
    files = ("registry", "gazetteer", "boundaries", "decisions")
    return (
        all(getattr(old, name) is getattr(new, name) for name in files)
        and len(old.layers) == len(new.layers)
        and all(one is other for one, other in zip(old.layers, new.layers, strict=True))
        and all(getattr(old.spec, name) == getattr(new.spec, name) for name in tables)
    )
