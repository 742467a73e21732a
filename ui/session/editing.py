"""Changing one value of a plan: the whole plan file is checked again, as if it had been written so."""

from typing import Any

from pydantic import ValidationError

from shockplan.planfile import PlanSpec
from shockplan.planfile_reading import key_problem
from shockplan.problems import InputError
from ui.results import KeyPath


def changed(spec: PlanSpec, path: KeyPath, value: object, name: str) -> PlanSpec:
    """The plan with another value at the path. Raises InputError with the key path where it may not be."""
    tables = spec.model_dump(exclude_unset=True)
    place: Any = tables
    for step in path[:-1]:
        if isinstance(step, str) and isinstance(place.setdefault(step, {}), tuple):
            place[step] = list(place[step])
        place = place[step]
    place[path[-1]] = value
    try:
        return PlanSpec.model_validate(tables)
    except ValidationError as error:
        raise InputError(*(key_problem(name, fault) for fault in error.errors())) from None
