"""What the session's jobs do: plain functions that call the core, off the GUI thread."""

import datetime as dt
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from shockplan.problems import InputError, Problem
from shockplan.progress import Progress, part
from ui.results import Explanation, Results, Written
from ui.session.editing import changed

if TYPE_CHECKING:
    from maps.scene import Scene
    from shockplan.plan import Plan
    from shockplan.planfile import PlanSpec
    from shockplan.texts import Language


@dataclass(frozen=True, slots=True)
class MapChoice:
    """What the map is coloured by, and how its classes are made."""

    measure: Any = "funded"
    method: Any = "quantile"


@dataclass(frozen=True, eq=False)
class Made:
    """What a job hands back: a plan, its plain results, its map."""

    plan: "Plan"
    results: Results
    scene: "Scene | None"


def read_and_plan(
    path: Path, language: "Language", choice: MapChoice, progress: Progress, passphrase: str | None = None
) -> Made:
    from shockplan.approval import read_approvals, with_approvals
    from shockplan.inputs import read_inputs
    from shockplan.plan import make_plan
    from shockplan.workspace import is_workspace, workspace_inputs

    reading = part(progress, 0, 0.6)
    workspace = is_workspace(path)
    inputs = workspace_inputs(path, passphrase, reading) if workspace else read_inputs(path, reading)
    plan = with_approvals(make_plan(inputs, part(progress, 0.6, 0.9)), read_approvals(path))
    made = show(plan, path, language, choice)
    progress(1)
    return made


def replan(
    before: Made, spec: "PlanSpec", language: "Language", choice: MapChoice, progress: Progress
) -> Made:
    """The plan with other parameters; what does not depend on them is kept."""
    from shockplan.approval import read_approvals, with_approvals
    from shockplan.plan import make_plan

    inputs = replace(before.plan.inputs, spec=spec)
    plan = make_plan(inputs, part(progress, 0, 0.7), before=before.plan)
    plan = with_approvals(plan, read_approvals(before.results.plan_path))
    progress(0.8)
    return show(plan, before.results.plan_path, language, choice, before)


def with_boundaries(
    before: Made, spec: "PlanSpec", file: Path, language: "Language", choice: MapChoice, progress: Progress
) -> Made:
    """The plan on official district boundaries: its inputs are read anew, for a place may now be known."""
    from shockplan.approval import read_approvals, with_approvals
    from shockplan.inputs import gather_inputs
    from shockplan.plan import make_plan

    path = before.results.plan_path
    named = {"file": name_from(path.parent, file), "source": file.name}
    wanted = changed(spec, ("boundaries",), named, path.name)
    inputs = gather_inputs(wanted, path, part(progress, 0, 0.6))
    plan = with_approvals(make_plan(inputs, part(progress, 0.6, 0.9)), read_approvals(path))
    return show(plan, path, language, choice)


def name_from(folder: Path, file: Path) -> str:
    """How a plan file in the folder names the file: from the folder where it can, else in full."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # another drive
        return file.resolve().as_posix()


def sign(made: Made, key_file: Path, passphrase: str, language: "Language", choice: MapChoice) -> Made:
    """The plan with an approver's signature, kept beside it."""
    from shockplan.approval import approve, open_key

    path = made.results.plan_path
    plan = approve(made.plan, path, open_key(key_file, passphrase), dt.date.today())
    return show(plan, path, language, choice, made)


def needs_passphrase(path: Path) -> bool:
    """Whether the file is a workspace that only a passphrase opens."""
    from shockplan.workspace import is_workspace
    from shockplan.workspace.store import is_encrypted

    return is_workspace(path) and is_encrypted(path)


def show(
    plan: "Plan", path: Path, language: "Language", choice: MapChoice, before: Made | None = None
) -> Made:
    """The plain results and the map of a plan."""
    from maps.plan_scene import plan_classes, plan_scene
    from ui.session.result_making import Before, results_of

    known = Before(before.plan, before.results) if before else None
    results = results_of(plan, path, language, known)
    own = choice.method == "quantile"  # the scene's own classes: it has the figures at hand
    classes = None if own else plan_classes(plan, choice.measure, choice.method)
    return Made(plan, results, plan_scene(plan, language, choice.measure, classes=classes))


def write(plan: "Plan", folder: Path, progress: Progress) -> Written:
    from maps.pdf_painter import draw_plan_map
    from shockplan.fingerprint import short
    from shockplan.outputs.writing import write_outputs

    files = write_outputs(plan, folder, draw_plan_map, progress)
    return Written(folder, files, short(plan.fingerprint))


def save_plan(spec: "PlanSpec", folder: Path, path: Path, progress: Progress) -> Path:
    """Write PLAN.toml whole or not at all. `folder`: where the names of the inputs lead from now."""
    from shockplan.planfile_writing import plan_file_text, with_file_names

    progress(0)
    if path.parent.resolve() != folder.resolve():
        spec = with_file_names(spec, lambda key, name: os.path.relpath(folder / name, path.parent))
    try:
        handle, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(plan_file_text(spec))
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).replace(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("ui.save_failed", path.name, args={"reason": reason})) from None
    return path


def explanation_of(plan: "Plan", results: Results, row: int, language: "Language") -> Explanation:
    from shockplan.explain import explain

    household = str(results.households.column("household_id").values[row])
    place = results.places[row]
    known = bool(np.isfinite(place).all())
    return Explanation(
        row,
        household,
        explain(plan, household, language),
        (float(place[0]), float(place[1])) if known else None,
    )
