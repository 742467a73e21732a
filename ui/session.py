"""The session: the inputs and the plan of the moment. The pages' only door to the work.

A page asks (`open_plan`, `run`, `explain`); the session starts a job; the job makes a plan and plain results;
back on the GUI thread the session keeps them and tells every page (`changed`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from platformdirs import user_data_path
from PySide6.QtCore import QObject, Signal

from shockplan.problems import InputError
from shockplan.progress import Progress, part
from ui.jobs import Job, Jobs
from ui.messages import Message, Messages, crash_report, problem_message
from ui.results import Explanation, Results, Written
from ui.words import Words

if TYPE_CHECKING:
    from maps.scene import Scene
    from shockplan.plan import Plan
    from shockplan.texts import Language


@dataclass(frozen=True, eq=False)
class Made:
    """What a job hands back: a plan, its plain results, its map."""

    plan: "Plan"
    results: Results
    scene: "Scene"


class Session(QObject):
    changed = Signal()  # new results and scene, or none
    place_chosen = Signal(object, bool)  # (x, y) projected metres; whether to come nearer
    district_chosen = Signal(str)  # P-code, "" none
    explained = Signal(object)  # Explanation
    written = Signal(object)  # Written

    def __init__(self, words: Words, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.words = words
        self.messages = messages
        self.jobs = Jobs(self.on_error, self)
        self.results: Results | None = None
        self.scene: Scene | None = None
        self.district = ""
        self._plan: Plan | None = None
        words.changed.connect(self._redraw_in_new_language)

    # asking for work

    def open_demo(self) -> None:
        """Write the built-in demo event into the person's data folder and open it."""
        folder = demo_folder()

        def work(progress: Progress) -> Made:
            from shockplan.demo import write_demo

            path = write_demo(folder, progress=part(progress, 0, 0.3))
            return read_and_plan(path, self.words.language, part(progress, 0.3, 1))

        self._start("ui.job.demo", "open", work, self._take)

    def open_plan(self, path: Path) -> None:
        """Read a plan file and the files beside it, and plan."""

        def work(progress: Progress) -> Made:
            return read_and_plan(path, self.words.language, progress)

        self._start("ui.job.open", "open", work, self._take)

    def run(self, folder: Path) -> None:
        """Read, plan and write every output into the folder: the same as `shockplan run`."""
        if self.results is None:
            return
        path = self.results.plan_path

        def work(progress: Progress) -> tuple[Made, Written]:
            return run_and_write(path, folder, self.words.language, progress)

        self._start("ui.job.run", "run", work, self._take_written)

    def explain(self, row: int) -> None:
        """Ask why the household of this row stands where it stands."""
        plan, results, language = self._plan, self.results, self.words.language
        if plan is None or results is None:
            return

        def work(progress: Progress) -> Explanation:
            progress(0)
            return explanation_of(plan, results, row, language)

        self._start("ui.job.explain", "explain", work, self._take_explanation, quiet=True)

    def choose_district(self, pcode: str) -> None:
        """Select a district everywhere; '' selects none."""
        if pcode != self.district:
            self.district = pcode
            self.district_chosen.emit(pcode)

    def show_place(self, place: tuple[float, float]) -> None:
        """Go to a place on the map."""
        self.place_chosen.emit(place, True)

    def cancel(self) -> None:
        self.jobs.cancel()

    def close(self) -> None:
        self.jobs.close()

    # taking what came out

    def on_error(self, error: Exception) -> None:
        """A fault of the person's files is a sentence; any other one is ours."""
        if isinstance(error, InputError):
            title = self.words("ui.mend", count=len(error.problems))
            self.messages.tell(problem_message(title, error, self.words.language))
        else:
            self.messages.tell(crash_report(error))

    def _start(
        self,
        name: str,
        kind: str,
        work: Callable[[Progress], object],
        done: Callable[[object], None],
        quiet: bool = False,
    ) -> None:
        self.jobs.start(Job(name, kind, work, done, quiet))

    def _take(self, made: object) -> None:
        assert isinstance(made, Made)
        self._plan, self.results, self.scene = made.plan, made.results, made.scene
        self.changed.emit()

    def _take_written(self, made: object) -> None:
        assert isinstance(made, tuple)
        self._take(made[0])
        written = made[1]
        self.messages.tell(
            Message(
                "done",
                self.words("ui.written", files=len(written.files), folder=str(written.folder)),
                (self.words("ui.written.do", fingerprint=written.fingerprint),),
            )
        )
        self.written.emit(written)

    def _take_explanation(self, explanation: object) -> None:
        assert isinstance(explanation, Explanation)
        self.explained.emit(explanation)
        if explanation.place:
            self.place_chosen.emit(explanation.place, False)

    def _redraw_in_new_language(self) -> None:
        plan, results, language = self._plan, self.results, self.words.language
        if plan is None or results is None:
            return
        path = results.plan_path

        def work(progress: Progress) -> Made:
            progress(0)
            return show(plan, path, language)

        self._start("ui.job.redraw", "redraw", work, self._take, quiet=True)


def demo_folder() -> Path:
    """Where the demo's inputs are kept for this person."""
    return user_data_path("ShockPlan", appauthor=False) / "demo"


def read_and_plan(path: Path, language: "Language", progress: Progress) -> Made:
    from shockplan.inputs import read_inputs
    from shockplan.plan import make_plan

    inputs = read_inputs(path, part(progress, 0, 0.5))
    plan = make_plan(inputs, part(progress, 0.5, 0.8))
    made = show(plan, path, language)
    progress(1)
    return made


def run_and_write(path: Path, folder: Path, language: "Language", progress: Progress) -> tuple[Made, Written]:
    from maps.pdf_painter import draw_plan_map
    from shockplan.fingerprint import short
    from shockplan.outputs.writing import write_outputs

    made = read_and_plan(path, language, part(progress, 0, 0.4))
    files = write_outputs(made.plan, folder, draw_plan_map, part(progress, 0.4, 1))
    return made, Written(folder, files, short(made.plan.fingerprint))


def show(plan: "Plan", path: Path, language: "Language") -> Made:
    from maps.plan_scene import plan_scene
    from ui.result_making import results_of

    return Made(plan, results_of(plan, path, language), plan_scene(plan, language))


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
