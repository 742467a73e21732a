"""The plan of the paper tests with a problem in its inputs, for tests of the tables."""

from dataclasses import replace

from shockplan.outputs.drawing import Box
from shockplan.plan import Plan
from shockplan.problems import Problem
from shockplan.registry.household import Registry
from tests.core.paper_plan import paper_plan

PROBLEM = Problem("verify.unreadable", "registry.csv", "members", (5, 9), ("=2+3", "x"), {"reason": "test"})


def table_plan(
    n: int = 200, seed: int = 3, *, registry: Registry | None = None, approved: bool = False
) -> Plan:
    """A plan of n made-up households: funded, waiting, to be verified and not eligible."""
    plan = paper_plan(n, seed, registry=registry, approved=approved)
    return replace(plan, inputs=replace(plan.inputs, problems=(PROBLEM,)))


def draw_nothing(canvas: object, box: Box, plan: object, language: str, round_number: int = 0) -> None:
    """A map drawer for tests that look at tables."""
