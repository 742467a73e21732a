"""What the session's jobs do: plain functions that call the core, off the GUI thread."""

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from shockplan.progress import Progress, part
from ui.results import Explanation, Results, Written
from ui.session.map_making import MapGlance, Maps, maps_of
from ui.session.unlocking import Unlocking

if TYPE_CHECKING:
    from shockplan.document import Document
    from shockplan.plan import Plan, PlanInputs
    from shockplan.texts import Language
    from shockplan.workspace.opened import Opened
    from shockplan.workspace.recovery import Guard, Leftover


@dataclass(frozen=True, eq=False)
class Made:
    """What a job hands back: a plan, its plain results, its map; the file it came from.

    `guard`: of a plan that was just opened, what marks it as open and keeps what it cannot keep itself.
    """

    plan: "Plan"
    results: Results
    maps: Maps
    opened: "Opened"
    guard: "Guard | None" = None


def open_and_plan(
    path: Path,
    language: "Language",
    glance: MapGlance,
    progress: Progress,
    unlocking: Unlocking,
    passphrase: str | None = None,
    who: str = "",
    leftover: "Leftover | None" = None,
) -> Made:
    """Open a plan file or workspace and plan. `leftover`: go on from its last unsaved state."""
    from shockplan.plan import make_plan
    from shockplan.workspace.opened import open_plan
    from ui.session.guarding import guarded

    opened = open_plan(path, passphrase, who)
    try:
        guard, document = guarded(opened, passphrase, who, leftover)
        try:
            inputs = gathered(opened, document, None, part(progress, 0, 0.6), unlocking)
            plan = opened.approved(make_plan(inputs, part(progress, 0.6, 0.9)))
            made = show(plan, opened, language, glance)
            progress(1)
        except BaseException:
            guard.done(forget=leftover is None)
            raise
    except BaseException:
        opened.close()
        raise
    return replace(made, guard=guard)


def gathered(
    opened: "Opened",
    document: "Document",
    before: "PlanInputs | None",
    progress: Progress,
    unlocking: Unlocking,
) -> "PlanInputs":
    """The inputs of a plan; a person may be asked for the passwords of its workbooks."""
    return unlocking.read(
        opened.path, lambda known: opened.gather(document, before, progress, known), progress
    )


def read_and_plan(
    path: Path,
    language: "Language",
    glance: MapGlance,
    progress: Progress,
    unlocking: Unlocking,
    passphrase: str | None = None,
) -> Made:
    """The plan of a file that is only looked at, beside the one that is open."""
    from shockplan.plan import make_plan
    from shockplan.workspace.opened import open_plan

    opened = open_plan(path, passphrase, write=False)
    try:
        inputs = gathered(opened, opened.document(), None, part(progress, 0, 0.6), unlocking)
        plan = opened.approved(make_plan(inputs, part(progress, 0.6, 0.9)))
        made = show(plan, opened, language, glance)
        progress(1)
    finally:
        opened.close()
    return made


def replan(
    before: Made,
    document: "Document",
    language: "Language",
    glance: MapGlance,
    progress: Progress,
    unlocking: Unlocking,
) -> Made:
    """The plan of another state of its document; what does not depend on the change is kept."""
    from shockplan.plan import make_plan

    inputs = gathered(before.opened, document, before.plan.inputs, part(progress, 0, 0.4), unlocking)
    plan = before.opened.approved(make_plan(inputs, part(progress, 0.4, 0.7), before=before.plan))
    progress(0.8)
    return show(plan, before.opened, language, glance, before)


def sign(made: Made, key_file: Path, passphrase: str, language: "Language", glance: MapGlance) -> Made:
    """The plan with an approver's signature, kept in its file or beside it."""
    from shockplan.approval import open_key

    plan = made.opened.sign(made.plan, open_key(key_file, passphrase), dt.date.today())
    return show(plan, made.opened, language, glance, made)


def needs_passphrase(path: Path) -> bool:
    """Whether the file is a workspace that only a passphrase opens."""
    from shockplan.workspace import is_encrypted, is_workspace

    return is_workspace(path) and is_encrypted(path)


def show(
    plan: "Plan",
    opened: "Opened",
    language: "Language",
    glance: MapGlance,
    before: Made | None = None,
) -> Made:
    """The plain results and the map of a plan."""
    from ui.session.result_making import Before, results_of

    known = Before(before.plan, before.results) if before else None
    results = results_of(plan, opened.path, language, known)
    return Made(plan, results, maps_of(plan, language, glance), opened)


def write(plan: "Plan", folder: Path, progress: Progress) -> Written:
    from maps.pdf_painter import draw_plan_map
    from shockplan.fingerprint import short
    from shockplan.outputs.writing import write_outputs

    files = write_outputs(plan, folder, draw_plan_map, progress)
    return Written(folder, files, short(plan.fingerprint))


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
