"""The session: the inputs and the plan of the moment. The pages' only door to the work.

A page asks (`open_plan`, `change`, `run`, `explain`); the session starts a job; the job makes a plan and
plain results; back on the GUI thread the session keeps them and tells every page (`changed`).
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_data_path
from PySide6.QtCore import QObject, Signal

from shockplan.problems import InputError
from shockplan.progress import Progress, part
from ui.jobs import Job, Jobs
from ui.messages import Message, Messages, crash_report, problem_message
from ui.results import Explanation, KeyPath, Results, Written
from ui.session.editing import changed
from ui.session.history import History
from ui.session.work import (
    Made,
    MapChoice,
    explanation_of,
    needs_passphrase,
    read_and_plan,
    replan,
    save_plan,
    show,
    sign,
    with_boundaries,
    write,
)
from ui.words import Words

if TYPE_CHECKING:
    from maps.scene import Scene
    from shockplan.plan import Plan
    from shockplan.planfile import PlanSpec


class Session(QObject):
    changed = Signal()  # new results and scene
    place_chosen = Signal(object, bool)  # (x, y) projected metres; whether to come nearer
    district_chosen = Signal(str)  # P-code, "" none
    explained = Signal(object)  # Explanation
    written = Signal(object)  # Written
    opened = Signal(object)  # the path of a plan file that was opened
    passphrase_wanted = Signal(object)  # the path of an encrypted workspace

    def __init__(self, words: Words, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.words = words
        self.messages = messages
        self.jobs = Jobs(self.on_error, self)
        self.results: Results | None = None
        self.scene: Scene | None = None
        self.district = ""
        self.map_choice = MapChoice()
        self.demo_households: int | None = None  # None: the whole province
        self.history: History[PlanSpec] = History()
        self._plan: Plan | None = None
        words.changed.connect(self._show_again)

    # asking for work

    def open_demo(self) -> None:
        """Write the built-in demo event into the person's data folder and open it."""
        folder, language, choice = demo_folder(), self.words.language, self.map_choice
        households = self.demo_households

        def work(progress: Progress) -> Made:
            from shockplan.demo import write_demo

            path = write_demo(folder, households, progress=part(progress, 0, 0.3))
            return read_and_plan(path, language, choice, part(progress, 0.3, 1))

        self._start("ui.job.demo", "open", work, self._take_opened)

    def open_plan(self, path: Path, passphrase: str | None = None) -> None:
        """Read a plan file and the files beside it, or a workspace, and plan."""
        language, choice = self.words.language, self.map_choice
        try:
            locked = passphrase is None and needs_passphrase(path)
        except InputError as error:
            self.on_error(error)
            return
        if locked:
            self.passphrase_wanted.emit(path)
            return
        self._start(
            "ui.job.open",
            "open",
            lambda progress: read_and_plan(path, language, choice, progress, passphrase),
            self._take_opened,
        )

    def take_boundaries(self, file: Path) -> None:
        """Put official district boundaries in place of the map there is."""
        plan, results, spec = self._plan, self.results, self.history.now
        if plan is None or results is None or spec is None:
            return
        if results.plan_path.suffix.lower() != ".toml":
            self.messages.tell(Message("warning", self.words("ui.save_workspace")))
            return
        language, choice = self.words.language, self.map_choice

        def work(progress: Progress) -> Made:
            return with_boundaries(Made(plan, results, None), spec, file, language, choice, progress)

        self._start("ui.job.boundaries", "open", work, self._take_read_anew)

    def sign(self, key_file: Path, passphrase: str) -> None:
        """An approver signs the plan as it stands: with enough signatures it is payable."""
        plan, results = self._plan, self.results
        if plan is None or results is None or not self.settled:
            return
        language, choice = self.words.language, self.map_choice

        def work(progress: Progress) -> Made:
            progress(0)
            return sign(Made(plan, results, None), key_file, passphrase, language, choice)

        self._start("ui.job.sign", "plan", work, self._take)

    def change(self, path: KeyPath, value: object) -> None:
        """Another value in the plan; the plan follows. What may not be is told and changes nothing."""
        if self._plan is None or self.results is None or self.history.now is None:
            return
        try:
            spec = changed(self.history.now, path, value, self.results.plan_path.name)
        except InputError as error:
            self.on_error(error)
            self.changed.emit()
            return
        if spec != self.history.now:
            self.history.put(spec, path)
            self._replan(spec)

    def undo(self) -> None:
        spec = self.history.undo()
        if spec is not None:
            self._replan(spec)

    def redo(self) -> None:
        spec = self.history.redo()
        if spec is not None:
            self._replan(spec)

    def choose_map(self, **choice: str) -> None:
        """Colour the map by another figure (`measure`) or in other classes (`method`)."""
        wanted = replace(self.map_choice, **choice)
        if wanted != self.map_choice:
            self.map_choice = wanted
            self._show_again()

    def run(self, folder: Path) -> None:
        """Write every output of the plan into the folder: the same as `shockplan run`."""
        plan = self._plan
        if plan is not None:
            self._start(
                "ui.job.run", "run", lambda progress: write(plan, folder, progress), self._take_written
            )

    def save(self, path: Path) -> None:
        """Write the plan file as it stands now; the inputs stay where they are."""
        plan, results = self._plan, self.results
        if plan is None or results is None or self.history.now is None:
            return
        if results.plan_path.suffix.lower() != ".toml":  # its inputs lie inside it, not beside it
            self.messages.tell(Message("warning", self.words("ui.save_workspace")))
            return
        spec, folder = self.history.now, results.plan_path.parent
        self._start(
            "ui.job.save",
            "save",
            lambda progress: save_plan(spec, folder, path, progress),
            lambda saved: self.messages.tell(Message("done", self.words("ui.saved", file=str(saved)))),
        )

    def explain(self, row: int) -> None:
        """Ask why the household of this row stands where it stands."""
        plan, results, language = self._plan, self.results, self.words.language
        if plan is not None and results is not None:

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

    @property
    def settled(self) -> bool:
        """Whether the results are those of the last change, and not of one on the way."""
        return self._plan is not None and self.history.now == self._plan.inputs.spec

    # taking what came out

    def on_error(self, error: Exception) -> None:
        """A fault of the person's files is a sentence; any other one is ours."""
        if self._plan is not None and self.history.now != self._plan.inputs.spec:
            self.history.go_back_to(self._plan.inputs.spec)
            self.changed.emit()
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

    def _replan(self, spec: "PlanSpec") -> None:
        plan, results = self._plan, self.results
        if plan is None or results is None:
            return
        language, choice = self.words.language, self.map_choice

        def work(progress: Progress) -> Made:
            return replan(Made(plan, results, None), spec, language, choice, progress)

        self._start("ui.job.replan", "plan", work, self._take, quiet=True)

    def _show_again(self) -> None:
        """The same plan in another language or with another map."""
        plan, results = self._plan, self.results
        if plan is None or results is None:
            return
        if self.history.now is not None and self.history.now != plan.inputs.spec:
            self._replan(self.history.now)
            return
        language, choice = self.words.language, self.map_choice

        def work(progress: Progress) -> Made:
            progress(0)
            return show(plan, results.plan_path, language, choice, Made(plan, results, None))

        self._start("ui.job.redraw", "plan", work, self._take, quiet=True)

    def _take(self, made: object) -> None:
        assert isinstance(made, Made)
        self._plan, self.results, self.scene = made.plan, made.results, made.scene
        self.changed.emit()

    def _take_read_anew(self, made: object) -> None:
        """The same plan on other inputs: what was undone before belongs to the former ones."""
        assert isinstance(made, Made)
        self.history.begin(made.plan.inputs.spec)
        self._take(made)

    def _take_opened(self, made: object) -> None:
        assert isinstance(made, Made)
        self.district = ""
        self.history.begin(made.plan.inputs.spec)
        self._take(made)
        self.opened.emit(made.results.plan_path)

    def _take_written(self, written: object) -> None:
        assert isinstance(written, Written)
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


def demo_folder() -> Path:
    """Where the demo's inputs are kept for this person."""
    return user_data_path("ShockPlan", appauthor=False) / "demo"
