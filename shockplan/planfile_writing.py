"""Writing PLAN.toml from what a person set: read back, it is the same plan."""

from collections.abc import Callable
from typing import Any

import tomli_w

from shockplan.planfile import HazardSpec, LayerSpec, PlanSpec


def plan_file_text(spec: PlanSpec) -> str:
    """PLAN.toml with the keys that were set; what has its default stays out."""
    return tomli_w.dumps(spec.model_dump(mode="python", exclude_unset=True, exclude_none=True))


def with_file_names(spec: PlanSpec, rename: Callable[[str, str], str]) -> PlanSpec:
    """The same plan with other file names: `rename(key path, name)` gives each new one."""
    changes: dict[str, Any] = {
        "registry": spec.registry.model_copy(update={"file": rename("registry.file", spec.registry.file)}),
        "layers": tuple(
            renamed_layer(layer, number, rename) for number, layer in enumerate(spec.layers, start=1)
        ),
    }
    if spec.villages:
        name = rename("villages.file", spec.villages.file)
        changes["villages"] = spec.villages.model_copy(update={"file": name})
    if spec.boundaries:
        name = rename("boundaries.file", spec.boundaries.file)
        changes["boundaries"] = spec.boundaries.model_copy(update={"file": name})
    decided = {
        key: rename(f"decisions.{key}", name)
        for key, name in spec.decisions.model_dump().items()
        if name is not None
    }
    if decided:
        changes["decisions"] = spec.decisions.model_copy(update=decided)
    return spec.model_copy(update=changes)


def renamed_layer(layer: LayerSpec, number: int, rename: Callable[[str, str], str]) -> LayerSpec:
    changes = {"file": rename(f"layers[{number}].file", layer.file)}
    if isinstance(layer, HazardSpec) and layer.observed:
        changes["observed"] = rename(f"layers[{number}].observed", layer.observed)
    return layer.model_copy(update=changes)
