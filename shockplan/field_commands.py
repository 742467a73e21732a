"""What the commands from and for the field do: blank forms, and a second extract over the first."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from shockplan.answer import Answer
from shockplan.commands import inputs_of, plan_of
from shockplan.problems import InputError, Problem
from shockplan.progress import Progress, part, silent
from shockplan.texts import Language, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan
    from shockplan.registry.difference import Difference

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
    progress = answer.progress()
    plan = plan_of(plan_file, part(progress, 0, 0.5)) if plan_file else None
    written = write_forms(plan, out, villages, districts, rows, day, part(progress, 0.5, 1))
    answer.give({"outputs": [str(path) for path in written]})
    answer.say(tr("cli.forms_written", {"files": len(written), "folder": str(out)}))


def write_forms(
    plan: "Plan | None",
    out: Path,
    villages: Sequence[str],
    districts: Sequence[str],
    rows: int,
    day: dt.date | None,
    progress: Progress = silent,
) -> tuple[Path, ...]:
    """The blank forms of these villages and districts, a PDF and a workbook for each language of the plan.

    `day` stands in the row numbers: the plan's own or today's where none is given. Raises InputError.
    """
    from shockplan.outputs.assessment_form import blank_forms, head_of, places_of
    from shockplan.outputs.assessment_pdf import write_assessment_pdf
    from shockplan.outputs.assessment_xlsx import assessment_xlsx
    from shockplan.outputs.staging import open_folder, write_problem

    printed = day or (plan.inputs.spec.plan.date if plan else None) or dt.date.today()
    forms = blank_forms(places_of(plan, villages, districts), rows, printed)
    folder = open_folder(out)
    written = []
    for number, language in enumerate(languages := plan.inputs.spec.plan.languages if plan else LANGUAGES):
        head = head_of(plan, language)
        pdf, xlsx = folder / f"assessment-form.{language}.pdf", folder / f"assessment-form.{language}.xlsx"
        step = part(progress, number / len(languages), (number + 1) / len(languages))
        try:
            write_assessment_pdf(forms, head, pdf, language, step)
            xlsx.write_bytes(assessment_xlsx(forms, head, language))
        except OSError as error:
            raise InputError(write_problem(error, folder)) from error
        written += [pdf, xlsx]
    return tuple(written)


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
    from shockplan.registry.reread import read_newer

    progress = answer.progress()
    inputs = inputs_of(plan_file, part(progress, 0, 0.5))
    if new is None:
        if inputs.registry.changes is None:
            raise InputError(Problem("cli.no_earlier", plan_file.name, "registry.earlier"))
        return inputs.registry.changes
    after = read_newer(inputs, plan_file.parent, new, part(progress, 0.5, 1))
    own = inputs.registry.households.iloc[: len(inputs.registry.households) - inputs.registry.added]
    return difference(replace(inputs.registry, households=own), after)
