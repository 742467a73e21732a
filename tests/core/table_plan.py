"""A small plan with every part that the tables read; built on the plan of the paper tests."""

from typing import Any

import numpy as np

from shockplan.boundaries import schematic_boundaries
from shockplan.budget import Reason, Status
from shockplan.exposure import Basis, Certainty, Exposure
from shockplan.outputs.drawing import Box
from shockplan.problems import Problem
from shockplan.registry.household import Registry
from shockplan.summary import summarise
from tests.core.paper_plan import paper_plan


def table_plan(
    n: int = 200, seed: int = 3, *, registry: Registry | None = None, approved: bool = False
) -> Any:
    """`paper_plan` with exposure, boundaries, problems and summary; every eleventh household waits."""
    plan = paper_plan(n, seed, registry=registry, approved=approved)
    n = len(plan.inputs.registry.households)
    number = np.arange(n)
    paid = plan.allocation
    waits = (paid.status == Status.FUNDED) & (number % 11 == 0)
    paid.status[waits], paid.reason[waits], paid.fund[waits] = Status.WAITING, Reason.MONEY, -1
    for amounts in (paid.round_kip, paid.total_kip):
        amounts[waits] = 0
    committed = int(paid.total_kip.sum())
    fund = type(paid.funds[0])(
        "fund", 10**9, 0, 0, committed, 0, 10**9 - committed, int((paid.status == Status.FUNDED).sum()), 0
    )
    object.__setattr__(paid, "funds", (fund,))
    certainty = np.choose(
        number % 4, [Certainty.CERTAIN, Certainty.POSSIBLE, Certainty.NO, Certainty.UNKNOWN]
    ).astype(np.int8)
    plan.exposure = Exposure(
        layers=(), affected=certainty, severity=(number % 5 - 1).astype(np.int8), share=np.ones(n),
        basis=np.full(n, Basis.GPS, np.int8),
    )  # fmt: skip
    plan.inputs.boundaries = schematic_boundaries(plan.inputs.gazetteer)
    plan.problems = plan.inputs.problems = (
        Problem("verify.unreadable", "registry.csv", "members", (5, 9), ("=2+3", "x"), {"reason": "test"}),
    )
    plan.summary = summarise(
        plan.inputs.registry,
        plan.exposure,
        plan.targeting,
        plan.entitlements,
        paid,
        plan.inputs.spec,
        plan.problems,
    )
    return plan


def draw_nothing(canvas: object, box: Box, plan: object, language: str) -> None:
    """A map drawer for tests that look at tables."""
