"""What the session's jobs do: plain functions that call the core, off the GUI thread."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from shockplan.progress import Progress, part
from ui.results import Explanation, Results, Written
from ui.session.map_making import MapChoice, Maps, maps_of

if TYPE_CHECKING:
    from shockplan.document import Document
    from shockplan.plan import Plan, PlanInputs
    from shockplan.texts import Language

    Gather = Callable[[Document, PlanInputs | None, Progress], PlanInputs]


@dataclass(frozen=True, eq=False)
class Made:
    """What a job hands back: a plan, its plain results, its map."""

    plan: "Plan"
    results: Results
    maps: Maps
    gather: "Gather"


def gather_of(path: Path, passphrase: str | None) -> "Gather":
    """How the inputs of this plan file or workspace are read for a document."""
    from shockplan.inputs import gather_inputs
    from shockplan.workspace import is_workspace, workspace_inputs

    if is_workspace(path):
        return lambda document, before, progress: workspace_inputs(
            path, passphrase, progress, document, before
        )
    return lambda document, before, progress: gather_inputs(
        document, path.parent, path.name, progress, before
    )


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
    made = show(plan, path, gather_of(path, passphrase), language, choice)
    progress(1)
    return made


def replan(
    before: Made, document: "Document", language: "Language", choice: MapChoice, progress: Progress
) -> Made:
    """The plan of another state of its document; what does not depend on the change is kept."""
    from shockplan.approval import read_approvals, with_approvals
    from shockplan.plan import make_plan

    inputs = before.gather(document, before.plan.inputs, part(progress, 0, 0.4))
    plan = make_plan(inputs, part(progress, 0.4, 0.7), before=before.plan)
    plan = with_approvals(plan, read_approvals(before.results.plan_path))
    progress(0.8)
    return show(plan, before.results.plan_path, before.gather, language, choice, before)


def sign(made: Made, key_file: Path, passphrase: str, language: "Language", choice: MapChoice) -> Made:
    """The plan with an approver's signature, kept beside it."""
    from shockplan.approval import approve, open_key

    path = made.results.plan_path
    plan = approve(made.plan, path, open_key(key_file, passphrase), dt.date.today())
    return show(plan, path, made.gather, language, choice, made)


def needs_passphrase(path: Path) -> bool:
    """Whether the file is a workspace that only a passphrase opens."""
    from shockplan.workspace import is_workspace
    from shockplan.workspace.store import is_encrypted

    return is_workspace(path) and is_encrypted(path)


def show(
    plan: "Plan",
    path: Path,
    gather: "Gather",
    language: "Language",
    choice: MapChoice,
    before: Made | None = None,
) -> Made:
    """The plain results and the map of a plan."""
    from ui.session.result_making import Before, results_of

    known = Before(before.plan, before.results) if before else None
    results = results_of(plan, path, language, known)
    return Made(plan, results, maps_of(plan, language, choice), gather)


def write(plan: "Plan", folder: Path, progress: Progress) -> Written:
    from maps.pdf_painter import draw_plan_map
    from shockplan.fingerprint import short
    from shockplan.outputs.writing import write_outputs

    files = write_outputs(plan, folder, draw_plan_map, progress)
    return Written(folder, files, short(plan.fingerprint))


def save_plan(document: "Document", folder: Path, path: Path, progress: Progress) -> "Document":
    """Write PLAN.toml and the decision files. `folder`: where the names of the inputs lead from now."""
    from shockplan.document_files import write_document

    progress(0)
    return write_document(document, folder, path)


def explanation_of(plan: "Plan", results: Results, which: str, row: int, language: "Language") -> Explanation:
    """Why a household stands where it stands; or what is so of a village, a district or a fund."""
    from shockplan.explain import explain
    from ui.session.place_telling import told

    if which != "households":
        return told(plan, results, which, row, language)
    household = str(results.households.column("household_id").values[row])
    place = results.places[row]
    known = bool(np.isfinite(place).all())
    return Explanation(
        row,
        household,
        explain(plan, household, language),
        (float(place[0]), float(place[1])) if known else None,
    )
