"""Writing PLAN.toml from what a person set: read back, it is the same plan."""

import re
from collections.abc import Callable
from typing import Any

import tomli_w

from shockplan.inputs import plan_files
from shockplan.planfile import PlanSpec


def plan_file_text(spec: PlanSpec) -> str:
    """PLAN.toml with the keys that were set; what has its default stays out."""
    return tomli_w.dumps(spec.model_dump(mode="python", exclude_unset=True, exclude_none=True))


def with_file_names(spec: PlanSpec, rename: Callable[[str, str], str]) -> PlanSpec:
    """The same plan with other file names: `rename(key path, name)` gives each new one."""
    tables: dict[str, Any] = spec.model_dump(exclude_unset=True)
    for key, name in plan_files(spec):
        place: Any = tables
        *steps, last = re.findall(r"[a-z_]+|(?<=\[)\d+(?=\])", key)
        for step in steps:
            if step.isdecimal():
                place = place[int(step) - 1]
            else:
                if isinstance(place[step], tuple):
                    place[step] = list(place[step])
                place = place[step]
        place[last] = rename(key, name)
    return PlanSpec.model_validate(tables)
