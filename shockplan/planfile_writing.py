"""Writing PLAN.toml from what a person set: read back, it is the same plan."""

import tomli_w

from shockplan.planfile import PlanSpec


def plan_file_text(spec: PlanSpec) -> str:
    """PLAN.toml with the keys that were set; what has its default stays out."""
    return tomli_w.dumps(spec.model_dump(mode="python", exclude_unset=True, exclude_none=True))
