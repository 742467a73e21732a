"""From PLAN.toml to the frozen inputs of a plan: every file read once, every fault gathered."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from shockplan.areas import Gazetteer, load_gazetteer
from shockplan.boundaries import Boundaries, read_boundaries, schematic_boundaries
from shockplan.context import read_context
from shockplan.decisions import read_decisions
from shockplan.delivery import NO_DELIVERY, Delivery, read_delivery
from shockplan.document import Document, read_document
from shockplan.found_values import fill_blanks
from shockplan.gathering import NOTHING_KEPT, Reading, Shelf
from shockplan.plan import PlanInputs
from shockplan.planfile import ContextSpec, LayerSpec, PlanSpec
from shockplan.planfile_names import plan_files
from shockplan.problems import InputError, Problem
from shockplan.progress import Progress, part, silent
from shockplan.registry.beside import read_beside
from shockplan.registry.household import Registry
from shockplan.registry.passwords import NO_PASSWORDS, Passwords
from shockplan.registry.place_decisions import NO_PLACE_DECISIONS, PlaceDecisions, read_place_decisions
from shockplan.registry.place_points import points_elsewhere, villages_elsewhere
from shockplan.registry.reading import read_registry
from shockplan.registry.row_names import with_own_rows
from shockplan.shocks.reading import read_layer
from shockplan.source import Source, source_of_dataset

REGISTRY_FILES = (
    "registry.", "villages.", "decisions.places", "assessments[", "earlier_payments[",
    "decisions.assessments", "decisions.earlier_payments",
)  # fmt: skip
"""Key paths of the files that the registry is read from."""


def read_inputs(
    plan_path: Path, progress: Progress = silent, passwords: Passwords = NO_PASSWORDS
) -> PlanInputs:
    """Everything a plan needs, read from the plan file and the files beside it.

    `passwords` open protected workbooks; where one is wanted, the InputError holds a code of
    `passwords.ASKED` and the name of the file. Raises InputError with every fault that was found, not
    only the first.
    """
    document = read_document(plan_path)
    return gather_inputs(document, plan_path.parent, plan_path.name, progress, passwords=passwords)


def gather_inputs(
    document: Document,
    folder: Path,
    plan_name: str,
    progress: Progress = silent,
    before: PlanInputs | None = None,
    shelf: Shelf = NOTHING_KEPT,
    passwords: Passwords = NO_PASSWORDS,
) -> PlanInputs:
    """The inputs of a document: its decision files as it holds them, the others read from the disk.

    `folder`: from where the names of the files lead. `before`: earlier inputs of the same plan; what would
    be read the same again is taken from them as it is, so that a plan made before is reworked only
    where it must be. `shelf`: where what was read is kept from one time to the next.
    """
    spec, gazetteer = document.spec, load_gazetteer()
    # what a password guards is not laid open in a workspace that may have none
    kept = NOTHING_KEPT if passwords else shelf
    reading = Reading(document, list(plan_files(spec)), folder, plan_name, before, kept)
    folder, decisions = reading.folder, spec.decisions
    places = reading.part(
        "places", ("decisions.places",), lambda: place_decisions_of(spec, folder, gazetteer)
    )
    known_places = places or NO_PLACE_DECISIONS
    registry = reading.part(
        "registry",
        REGISTRY_FILES,
        lambda: registry_of_plan(spec, folder, gazetteer, part(progress, 0, 0.6), known_places, passwords),
        registry_reads,
    )
    boundaries = reading.part(
        "boundaries",
        ("boundaries.",),
        lambda: boundaries_of_plan(spec, folder, gazetteer),
        lambda plan: (plan.boundaries,),
    )
    step = part(progress, 0.6, 1)
    layers = [
        reading.part(
            f"layer {number}",
            (f"layers[{number}].",),
            partial(read_layer, folder, layer, gazetteer),
            partial(layer_spec, number - 1),
        )
        for number, layer in enumerate(spec.layers, start=1)
    ]
    step(0.9)
    context = [
        reading.part(
            f"context {number}",
            (f"context[{number}].",),
            partial(read_context, folder, each),
            partial(context_spec, number - 1),
        )
        for number, each in enumerate(spec.context, start=1)
    ]
    answers = ("decisions.verify", "decisions.duplicates", "decisions.removals")
    decided = reading.part("decisions", answers, lambda: read_decisions(decisions, folder))
    if registry is None or boundaries is None or decided is None or places is None:
        raise InputError(*reading.faults)
    if None in (*layers, *context):
        raise InputError(*reading.faults)
    elsewhere = reading.part(
        "elsewhere",
        (),
        lambda: tuple(places_elsewhere(spec, registry, boundaries)),
        after=("registry", "boundaries"),
    )
    stops = reading.part(
        "delivery",
        ("decisions.delivery",),
        lambda: stops_of_plan(spec, folder, registry),
        after=("registry",),
    )
    found, _, decision_problems = decided
    filled = reading.part(
        "filled", (), lambda: fill_blanks(registry, found.values), after=("registry", "decisions")
    )
    if elsewhere is None or stops is None or filled is None:
        raise InputError(*reading.faults)
    read = tuple(layer for layer in layers if layer is not None)
    around = tuple(each for each in context if each is not None)
    problems = (
        *registry.problems,
        *boundaries.problems,
        *elsewhere,
        *(problem for layer in read for problem in layer.problems),
        *(problem for _, noted in around for problem in noted),
        *decision_problems,
        *filled[1],
        *stops[1],
    )
    step(1)
    return PlanInputs(
        spec,
        filled[0],
        read,
        gazetteer,
        boundaries,
        found,
        reading.sources(),
        with_own_rows(problems, registry),
        stops[0],
        known_places,
        contents=document.contents,
        parts=reading.parts,
        context=tuple(layer for layer, _ in around),
    )


def registry_reads(spec: PlanSpec) -> tuple[object, ...]:
    """What of the plan file decides how the registry is read."""
    deducts = any(transfer.deduct_earlier for transfer in spec.transfers)
    return spec.registry, spec.villages, spec.assessments, spec.earlier_payments, deducts


def layer_spec(place: int, spec: PlanSpec) -> tuple[LayerSpec]:
    return (spec.layers[place],)


def context_spec(place: int, spec: PlanSpec) -> tuple[ContextSpec]:
    return (spec.context[place],)


def place_decisions_of(spec: PlanSpec, folder: Path, gazetteer: Gazetteer) -> PlaceDecisions:
    """What persons have decided about places."""
    file = spec.decisions.places
    return read_place_decisions(folder / file, gazetteer) if file else NO_PLACE_DECISIONS


def registry_of_plan(
    spec: PlanSpec,
    folder: Path,
    gazetteer: Gazetteer,
    progress: Progress,
    places: PlaceDecisions,
    passwords: Passwords,
) -> Registry:
    """The registry, its places understood with what persons have decided."""
    table, villages = spec.registry, spec.villages
    share = 0.3 if table.earlier else 0.02
    beside = read_beside(spec, folder, gazetteer, places, part(progress, 0, share), passwords)
    step = part(progress, share, 1)
    file = folder / table.file
    return read_registry(file, table, gazetteer, villages, folder, step, places, beside, passwords)


def places_elsewhere(spec: PlanSpec, registry: Registry, boundaries: Boundaries) -> Iterator[Problem]:
    """Households and villages whose points the official boundaries see in another district."""
    yield from points_elsewhere(registry.households, boundaries, Path(spec.registry.file).name)
    if spec.villages:
        yield from villages_elsewhere(registry.villages, boundaries, Path(spec.villages.file).name)


def stops_of_plan(spec: PlanSpec, folder: Path, registry: Registry) -> tuple[Delivery, tuple[Problem, ...]]:
    """The table of stops that the plan names, none where it names none."""
    name = spec.decisions.delivery
    return read_delivery(folder / name, registry) if name else (NO_DELIVERY, ())


def boundaries_of_plan(spec: PlanSpec, folder: Path, gazetteer: Gazetteer) -> Boundaries:
    """The boundaries that the plan names, else the schematic map."""
    named = spec.boundaries
    if named is None:
        return schematic_boundaries(gazetteer)
    return read_boundaries(folder / named.file, gazetteer, named.layer, named.source, named.crs)


def hash_inputs(spec: PlanSpec, plan_path: Path) -> Iterator[Source]:
    """The source of every input. Raises InputError naming each file that cannot be read."""
    sources, missing = [], []
    for key, name in plan_files(spec):
        path = plan_path.parent / name
        try:
            sources.append(source_of_dataset(path))
        except FileNotFoundError:
            missing.append(Problem("plan.input_missing", plan_path.name, key, args={"path": name}))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            missing.append(
                Problem("plan.input_unreadable", plan_path.name, key, args={"path": name, "reason": reason})
            )
    if missing:
        raise InputError(*missing)
    return iter(sources)
