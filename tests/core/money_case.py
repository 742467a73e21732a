"""Small made-up registries, exposures and plans for the tests of who and how much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from shockplan.areas import load_gazetteer
from shockplan.boundaries import schematic_boundaries
from shockplan.budget import Allocation, allocate
from shockplan.decisions import NO_DECISIONS, Decisions, decide
from shockplan.exposure import Basis, Certainty, Exposure, LayerExposure
from shockplan.plan import Plan, PlanInputs
from shockplan.planfile import PlanSpec
from shockplan.registry.household import DTYPES, FIELDS, Registry
from shockplan.summary import PlanSummary, summarise
from shockplan.targeting import Targeting, target
from shockplan.transfers import Entitlements, entitle

DISTRICT = "LA1701"


@dataclass(frozen=True, eq=False)
class Case:
    """A plan worked out in memory."""

    spec: PlanSpec
    registry: Registry
    exposure: Exposure
    targeting: Targeting
    entitlements: Entitlements
    allocation: Allocation
    summary: PlanSummary


def registry_of(n: int, /, **columns: Sequence[Any]) -> Registry:
    """n households; the columns given are present, the others blank."""
    given: dict[str, Sequence[Any]] = {
        "household_id": [f"H{row:07}" for row in range(n)],
        "district": [DISTRICT] * n,
        "members": [1] * n,
        **columns,
    }
    table = {
        field.name: pd.Series(given.get(field.name, [None] * n), dtype=DTYPES[field.kind]) for field in FIELDS
    }
    households = pd.DataFrame(table)
    households["source_row"] = np.asarray(columns.get("source_row", range(2, n + 2)), dtype=np.int64)
    households["village"] = np.zeros(n, dtype=np.int32)
    households["duplicate"] = np.asarray(columns.get("duplicate", [-1] * n), dtype=np.int32)
    rejected = pd.DataFrame({"source_row": [], "household_id": [], "district": [], "code": []})
    present = frozenset(given) & {field.name for field in FIELDS}
    return Registry(households, pd.DataFrame(), rejected, present, n, (), ())


def exposure_of(
    certainty: Sequence[int], severity: Sequence[int] | None = None, share: Sequence[float] | None = None
) -> Exposure:
    """One layer, `flood`, that defines affected and severity."""
    n = len(certainty)
    certain = np.asarray(certainty, dtype=np.int8)
    level = np.asarray([3] * n if severity is None else severity, dtype=np.int8)
    part = np.asarray([1.0] * n if share is None else share, dtype=np.float64)
    basis = np.full(n, Basis.GPS, dtype=np.int8)
    layer = LayerExposure("flood", level, certain, part, basis)
    return Exposure((layer,), certain, level, part, basis)


def spec_of(
    transfers: Sequence[Mapping[str, Any]] | None = None,
    funds: Sequence[Mapping[str, Any]] | None = None,
    **parts: Any,
) -> PlanSpec:
    """A plan file; transfers default to 50,000 kip flat, funds to one of 1,000,000 kip, step 1 kip."""
    transfers = [{"mode": "flat", "kip": 50_000}] if transfers is None else transfers
    funds = [{"amount": Decimal(1_000_000)}] if funds is None else funds
    parts["fit"] = {"step_kip": 1, **parts.get("fit", {})}
    return PlanSpec.model_validate(
        {
            "plan": {"name": "made up", "made_up": True},
            "registry": {"file": "registry.csv"},
            "layers": [{"kind": "hazard", "id": "flood", "name": "flood", "file": "flood.geojson"}],
            "transfers": [
                {"id": f"t{number}", "name": "t", **transfer} for number, transfer in enumerate(transfers)
            ],
            "funds": [{"id": f"f{number}", "name": "f", **fund} for number, fund in enumerate(funds)],
            **parts,
        }
    )


def run(
    spec: PlanSpec,
    registry: Registry,
    exposure: Exposure | None = None,
    decisions: Decisions = NO_DECISIONS,
) -> Case:
    """Hops 3 to 5 and the summary; without an exposure everyone is certainly and severely hit."""
    exposure = exposure or exposure_of([Certainty.CERTAIN] * len(registry.households))
    targeting = decide(target(registry, exposure, spec), registry, decisions)
    entitlements = entitle(registry, exposure, targeting, spec.transfers)
    allocation = allocate(registry, exposure, targeting, entitlements, spec, decisions)
    summary = summarise(registry, exposure, targeting, entitlements, allocation, spec, ())
    return Case(spec, registry, exposure, targeting, entitlements, allocation, summary)


def plan_of(case: Case, decisions: Decisions = NO_DECISIONS) -> Plan:
    """The case as a plan, without boundaries and layers as read."""
    gazetteer = load_gazetteer()
    inputs = PlanInputs(
        case.spec, case.registry, (), gazetteer, schematic_boundaries(gazetteer), decisions, (), ()
    )
    return Plan(
        inputs, case.exposure, case.targeting, case.entitlements, case.allocation, case.summary, "0" * 64
    )
