"""A newer extract read as the plan reads its own: the same columns, the same decisions about places."""

from pathlib import Path
from typing import TYPE_CHECKING

from shockplan.held import held_file
from shockplan.problems import InputError
from shockplan.progress import Progress, silent
from shockplan.registry.place_decisions import NO_PLACE_DECISIONS, read_place_decisions
from shockplan.registry.reading import read_registry

if TYPE_CHECKING:
    from shockplan.plan import PlanInputs
    from shockplan.registry.household import Registry


def read_newer(inputs: "PlanInputs", folder: Path, path: Path, progress: Progress = silent) -> "Registry":
    """The registry in a newer extract. Headings that the plan states and the extract lacks are recognised
    anew. Raises InputError as `read_registry` does."""
    named = inputs.spec.registry
    content = inputs.contents.get("places")
    decided = NO_PLACE_DECISIONS
    if content is not None:
        decided = read_place_decisions(held_file(Path("places.toml"), content), inputs.gazetteer)
    for columns in [named.columns, {}] if named.columns else [{}]:
        spec = named.model_copy(
            update={"corrections": None, "earlier": None, "columns": columns, "file": path.name}
        )
        try:
            return read_registry(path, spec, inputs.gazetteer, None, folder, progress, decided)
        except InputError as error:
            if not columns or all(each.code != "registry.heading_missing" for each in error.problems):
                raise
    raise AssertionError("the loop returns or raises")
