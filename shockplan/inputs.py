"""From PLAN.toml to the frozen inputs of a plan: every file read once, every fault gathered."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from shockplan.areas import Gazetteer, load_gazetteer
from shockplan.boundaries import Boundaries, read_boundaries, schematic_boundaries
from shockplan.decisions import read_decisions
from shockplan.delivery import NO_DELIVERY, read_delivery
from shockplan.found_values import fill_blanks
from shockplan.plan import PlanInputs
from shockplan.planfile import HazardSpec, PlanSpec
from shockplan.planfile_reading import read_plan_file
from shockplan.problems import InputError, Problem
from shockplan.progress import Progress, part, silent
from shockplan.registry.household import Registry
from shockplan.registry.place_decisions import NO_PLACE_DECISIONS, read_place_decisions
from shockplan.registry.place_points import points_elsewhere, villages_elsewhere
from shockplan.registry.reading import read_registry
from shockplan.shocks.reading import read_layer
from shockplan.source import Source, source_of_dataset

Result = TypeVar("Result")


def plan_files(spec: PlanSpec) -> Iterator[tuple[str, str]]:
    """(key path, file name) of every input, in the order in which the fingerprint takes them."""
    yield "registry.file", spec.registry.file
    if spec.registry.people and spec.registry.people.file:
        yield "registry.people.file", spec.registry.people.file
    if spec.registry.corrections:
        yield "registry.corrections", spec.registry.corrections
    if spec.villages:
        yield "villages.file", spec.villages.file
    if spec.boundaries:
        yield "boundaries.file", spec.boundaries.file
    for number, layer in enumerate(spec.layers, start=1):
        yield f"layers[{number}].file", layer.file
        if isinstance(layer, HazardSpec) and layer.observed:
            yield f"layers[{number}].observed", layer.observed
        if isinstance(layer, HazardSpec) and layer.earlier:
            yield f"layers[{number}].earlier", layer.earlier
    decisions = spec.decisions
    for key in ("verify", "duplicates", "removals", "places", "delivery"):
        file = getattr(decisions, key)
        if file:
            yield f"decisions.{key}", file


def read_inputs(plan_path: Path, progress: Progress = silent) -> PlanInputs:
    """Everything a plan needs, read from the plan file and the files beside it.

    Raises InputError with every fault that was found, not only the first.
    """
    return gather_inputs(read_plan_file(plan_path), plan_path, progress)


def gather_inputs(spec: PlanSpec, plan_path: Path, progress: Progress = silent) -> PlanInputs:
    """The inputs named by a plan file that is already read; names are relative to its folder."""
    folder = plan_path.parent
    sources = tuple(hash_inputs(spec, plan_path))
    gazetteer = load_gazetteer()
    faults: list[Problem] = []
    registry = gathered(lambda: registry_of_plan(spec, folder, gazetteer, part(progress, 0, 0.6)), faults)
    boundaries = gathered(lambda: boundaries_of_plan(spec, folder, gazetteer), faults)
    step = part(progress, 0.6, 1)
    layers = [gathered(partial(read_layer, folder, layer, gazetteer), faults) for layer in spec.layers]
    step(0.9)
    decided = gathered(lambda: read_decisions(spec.decisions, folder), faults)
    if registry is None or boundaries is None or decided is None or None in layers:
        raise InputError(*faults)
    table = spec.decisions.delivery
    delivery, delivery_problems = read_delivery(folder / table, registry) if table else (NO_DELIVERY, ())
    read = tuple(layer for layer in layers if layer is not None)
    decisions, _, decision_problems = decided
    registry, filled = fill_blanks(registry, decisions.values)
    problems = (
        *registry.problems,
        *boundaries.problems,
        *places_elsewhere(spec, registry, boundaries),
        *(problem for layer in read for problem in layer.problems),
        *decision_problems,
        *filled,
        *delivery_problems,
    )
    step(1)
    return PlanInputs(spec, registry, read, gazetteer, boundaries, decisions, sources, problems, delivery)


def registry_of_plan(spec: PlanSpec, folder: Path, gazetteer: Gazetteer, progress: Progress) -> Registry:
    """The registry, its places understood with what persons have decided."""
    places, table = spec.decisions.places, spec.registry
    decided = read_place_decisions(folder / places, gazetteer) if places else NO_PLACE_DECISIONS
    return read_registry(folder / table.file, table, gazetteer, spec.villages, folder, progress, decided)


def places_elsewhere(spec: PlanSpec, registry: Registry, boundaries: Boundaries) -> Iterator[Problem]:
    """Households and villages whose points the official boundaries see in another district."""
    yield from points_elsewhere(registry.households, boundaries, Path(spec.registry.file).name)
    if spec.villages:
        yield from villages_elsewhere(registry.villages, boundaries, Path(spec.villages.file).name)


def boundaries_of_plan(spec: PlanSpec, folder: Path, gazetteer: Gazetteer) -> Boundaries:
    """The boundaries that the plan names, else the schematic map."""
    named = spec.boundaries
    if named is None:
        return schematic_boundaries(gazetteer)
    return read_boundaries(folder / named.file, gazetteer, named.layer, named.source, named.crs)


def gathered(read: Callable[[], Result], faults: list[Problem]) -> Result | None:
    """What `read` gives, or None with its problems kept, so that all inputs are looked at."""
    try:
        return read()
    except InputError as error:
        faults.extend(error.problems)
        return None


def hash_inputs(spec: PlanSpec, plan_path: Path) -> Iterator[Source]:
    """The source of every input. Raises InputError naming each file that cannot be read."""
    sources, missing = [], []
    for key, name in plan_files(spec):
        path = plan_path.parent / name
        try:
            sources.append(source_of_dataset(path))
        except FileNotFoundError:
            missing.append(
                Problem("plan.input_missing", plan_path.name, key, args={"path": name})
            )
        except OSError as error:
            reason = error.strerror or type(error).__name__
            missing.append(
                Problem("plan.input_unreadable", plan_path.name, key, args={"path": name, "reason": reason})
            )
    if missing:
        raise InputError(*missing)
    return iter(sources)
