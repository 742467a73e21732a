"""What the commands from and for the field do: blank forms, and a second extract over the first."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from shockplan.answer import Answer
from shockplan.commands import inputs_of, plan_of
from shockplan.problems import InputError, Problem
from shockplan.progress import part
from shockplan.texts import Language, tr

if TYPE_CHECKING:
    from shockplan.plan import PlanInputs
    from shockplan.registry.difference import Difference
    from shockplan.registry.household import Registry

LANGUAGES: tuple[Language, ...] = ("lo", "en")


def form_command(
    plan_file: Path | None,
    out: Path,
    villages: Sequence[str],
    districts: Sequence[str],
    rows: int,
    day: dt.date | None,
    answer: Answer,
) -> None:
    """Write the blank assessment form as PDF and XLSX in each language of the plan, or in both."""
    from shockplan.outputs.assessment_form import blank_forms, head_of, places_of
    from shockplan.outputs.assessment_pdf import write_assessment_pdf
    from shockplan.outputs.assessment_xlsx import assessment_xlsx
    from shockplan.outputs.staging import open_folder, write_problem

    progress = answer.progress()
    plan = plan_of(plan_file, part(progress, 0, 0.5)) if plan_file else None
    printed = day or (plan.inputs.spec.plan.date if plan else None) or dt.date.today()
    forms = blank_forms(places_of(plan, villages, districts), rows, printed)
    folder = open_folder(out)
    written = []
    for language in plan.inputs.spec.plan.languages if plan else LANGUAGES:
        head = head_of(plan, language)
        pdf, xlsx = folder / f"assessment-form.{language}.pdf", folder / f"assessment-form.{language}.xlsx"
        try:
            write_assessment_pdf(forms, head, pdf, language, part(progress, 0.5, 0.9))
            xlsx.write_bytes(assessment_xlsx(forms, head, language))
        except OSError as error:
            raise InputError(write_problem(error, folder)) from error
        written += [pdf, xlsx]
    progress(1)
    answer.give({"forms": [form.number for form in forms], "outputs": [str(path) for path in written]})
    answer.say(tr("cli.forms_written", {"forms": len(forms), "files": len(written), "folder": str(out)}))


def extract_command(
    plan_file: Path, new: Path | None, out: Path | None, language: Language, answer: Answer
) -> None:
    """What an extract says otherwise than the one before it; with a folder, household by household."""
    from shockplan.outputs.match_csv import changes_csv
    from shockplan.outputs.staging import open_folder, write_problem

    found = changes_of(plan_file, new, answer)
    answer.give({**found.counts(), "by_field": found.by_field()})
    answer.say(tr("cli.extract_changes", found.counts(), language))
    for field, counts in found.by_field().items():
        answer.say(tr("cli.changed_field", {"field": field, **counts}, language))
    if out is not None:
        path = open_folder(out) / "extract-changes.csv"
        try:
            path.write_bytes(changes_csv(found))
        except OSError as error:
            raise InputError(write_problem(error, path)) from error
        answer.give({"outputs": [str(path)]})


def changes_of(plan_file: Path, new: Path | None, answer: Answer) -> "Difference":
    """From the plan's registry to a new extract; without one, from its earlier extract to its registry."""
    from shockplan.registry.difference import difference

    progress = answer.progress()
    inputs = inputs_of(plan_file, part(progress, 0, 0.5))
    if new is None:
        if inputs.registry.changes is None:
            raise InputError(Problem("cli.no_earlier", plan_file.name, "registry.earlier"))
        return inputs.registry.changes
    after = new_extract(inputs, plan_file, new, answer)
    own = inputs.registry.households.iloc[: len(inputs.registry.households) - inputs.registry.added]
    return difference(replace(inputs.registry, households=own), after)


def new_extract(inputs: "PlanInputs", plan_file: Path, new: Path, answer: Answer) -> "Registry":
    """A new extract, read with the plan's columns and decisions about places."""
    from shockplan.registry.place_decisions import NO_PLACE_DECISIONS, read_place_decisions
    from shockplan.registry.reading import read_registry

    spec = inputs.spec
    named = spec.registry.model_copy(update={"corrections": None, "earlier": None})
    places = plan_file.parent / spec.decisions.places if spec.decisions.places else None
    decided = NO_PLACE_DECISIONS
    if places is not None and places.is_file():
        decided = read_place_decisions(places, inputs.gazetteer)
    step = part(answer.progress(), 0.5, 1)
    return read_registry(new, named, inputs.gazetteer, None, plan_file.parent, step, decided)
