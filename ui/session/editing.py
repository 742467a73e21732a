"""Changing values of a plan: the whole plan file is checked again, as if it had been written so.

What checks it is imported where it is wanted: the window is shown before anybody opens a plan.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shockplan.problems import InputError, Problem
from shockplan.texts import Language, problem_args, tr
from ui.key_path import KeyPath, path_of
from ui.results import Described, Worked

if TYPE_CHECKING:
    from shockplan.planfile import PlanSpec


def changed(spec: "PlanSpec", path: KeyPath, value: object, name: str) -> "PlanSpec":
    """The plan with another value at the path. Raises InputError with the key path where it may not be."""
    from pydantic import ValidationError

    from shockplan.planfile import PlanSpec
    from shockplan.planfile_reading import key_problem, repeated_ids

    tables = spec.model_dump(exclude_unset=True)
    place: Any = tables
    for step in path[:-1]:
        if isinstance(step, str) and isinstance(place.setdefault(step, {}), tuple):
            place[step] = list(place[step])
        place = place[step]
    place[path[-1]] = value
    try:
        made = PlanSpec.model_validate(tables)
    except ValidationError as error:
        raise InputError(*(key_problem(name, fault) for fault in error.errors())) from None
    repeated = tuple(repeated_ids(made, name))
    if repeated:
        raise InputError(*repeated)
    return made


def table_at(spec: "PlanSpec", path: KeyPath) -> Any:
    """What the plan file holds at a path, as plain tables and lists; None where it says nothing."""
    place: Any = spec.model_dump(exclude_unset=True, exclude_none=True)
    for step in path:
        if isinstance(step, str):
            place = place.get(step)
        else:
            place = place[step] if place is not None and step < len(place) else None
        if place is None:
            return None
    return list(place) if isinstance(place, tuple) else place


def sorted_out(
    error: InputError, place: KeyPath, language: Language
) -> tuple[dict[KeyPath, str], InputError | None]:
    """What is wrong inside one part of the plan, by the path from there; and the rest, None where none is."""
    here: dict[KeyPath, str] = {}
    rest = []
    for problem in error.problems:
        path = path_of(problem.column or "")
        if path[: len(place)] == place:
            inner = path[len(place) :]
            here[inner] = "\n".join(filter(None, (here.get(inner), bare_sentence(problem, language))))
        else:
            rest.append(problem)
    return here, InputError(*rest) if rest else None


def bare_sentence(problem: Problem, language: Language) -> str:
    """What is wrong and what to do, without the place: it stands there."""
    args = problem_args(problem, "", language)
    return f"{tr(problem.code, args, language)} {tr(problem.code + '.do', args, language)}"


def worked(
    table: Mapping[str, Any], households: Sequence[Described], spec: "PlanSpec | None", language: Language
) -> Worked:
    """What a transfer as it stands in a form comes to; the fault as a sentence where it cannot be."""
    from pydantic import ValidationError

    from shockplan.planfile import FitSpec, TransferSpec
    from shockplan.transfer_examples import ExampleHousehold, worth

    asked = [ExampleHousehold(each.members, each.severity, each.income_kip) for each in households]
    try:
        transfer = TransferSpec.model_validate(table)
        found = worth(transfer, asked, spec.fit if spec else FitSpec(), language)
    except ValidationError:
        return Worked(fault=tr("build.example.unfinished", None, language))
    except InputError as error:
        return Worked(fault=" ".join(bare_sentence(problem, language) for problem in error.problems))
    return Worked(tuple((each.round_kip, each.total_kip, each.how) for each in found))


def with_place(rule: dict[str, Any], pcodes: tuple[str, ...]) -> dict[str, Any]:
    """The rule, and a district of these; a place condition on its top level is replaced."""
    place = {"field": "district", "one_of": list(pcodes)}
    parts = list(rule["all"]) if set(rule) == {"all"} else [rule]
    others = [part for part in parts if part.get("field") != "district"]
    return {"all": [*others, place]}
