"""The session: the inputs and the plan of the moment. The pages' only door to the work.

A page asks (`open_plan`, `change`, `run`, `explain`); the session starts a job; the job makes a plan and
plain results; back on the GUI thread the session keeps them and tells every page (`changed`).
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from shockplan.problems import InputError
from shockplan.progress import Progress
from shockplan.texts import Value
from ui.jobs import Job, Jobs
from ui.key_path import KeyPath
from ui.messages import Level, Message, Messages, crash_report, problem_message
from ui.results import Described, Explanation, Results, Worked, Written
from ui.session.beginning import Beginning
from ui.session.checking import Checking
from ui.session.comparing import Comparison
from ui.session.deciding import Deciding
from ui.session.delivering import Delivering
from ui.session.editing import changed, sorted_out, table_at, worked
from ui.session.filing import Filing
from ui.session.history import History
from ui.session.holding import Holding
from ui.session.map_looking import MapLooking, only_looked
from ui.session.map_making import MapChoice
from ui.session.map_work import MapWork
from ui.session.plan_file import PlanFile
from ui.session.previewing import Preview
from ui.session.selection import Selection
from ui.session.unlocking import Unlocking
from ui.session.work import (
    Made,
    explanation_of,
    replan,
    show,
    sign,
    write,
)
from ui.words import Words

if TYPE_CHECKING:
    from maps.scene import Scene
    from shockplan.document import Document
    from shockplan.plan import Plan


class Session(QObject):
    changed = Signal()  # new results and scene
    place_chosen = Signal(object, bool)  # (x, y) projected metres; whether to come nearer
    explained = Signal(object)  # Explanation
    written = Signal(object)  # Written
    opened = Signal(object)  # the path of a plan file that was opened
    passphrase_wanted = Signal(object)  # the path of an encrypted workspace, or a Leftover
    keeping_changed = Signal()  # whether every change is on the disk
    scene_changed = Signal()  # another scene of the same plan
    refused = Signal(object, object)  # the part of the plan that was edited; {key path within it: sentence}

    def __init__(self, words: Words, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.words = words
        self.messages = messages
        self.jobs = Jobs(self.on_error, self)
        self.unlocking = Unlocking(self)
        self.results: Results | None = None
        self.scene: Scene | None = None
        self.beside: Scene | None = None  # right of the swipe
        self.rounds = 0  # that a delivery map can show
        self.map_work = MapWork(self)
        self.selection = Selection(self)
        self.district_chosen = self.selection.one_chosen
        self.looking = MapLooking(self)
        self.demo_households: int | None = None  # None: the whole province
        self.history: History[Document] = History()
        self.place: KeyPath | None = None  # the part whose editor shows its own mistakes
        self._plan: Plan | None = None
        self._made: Made | None = None
        self.holding = Holding(words, messages, self)
        self.holding.changed.connect(self.keeping_changed)
        self.who = ""  # the name of the person at the machine, for the audit log
        self.filing = Filing(self)
        self.beginning = Beginning(self)
        self.delivering = Delivering(self)
        self.comparison = Comparison(self)
        self.preview, self.plan_file = Preview(self), PlanFile(self)
        self.deciding, self.checking = Deciding(self), Checking(self)
        words.changed.connect(self.show_again)

    # asking for work

    def open_demo(self) -> None:
        """Write the built-in demo event into the person's data folder and open it."""
        self.filing.open_demo()

    def open_plan(self, path: Path, passphrase: str | None = None) -> None:
        """Read a plan file and the files beside it, or a workspace, and plan.

        From now on every change is kept on the disk as it is made: in the workspace itself, or where that
        cannot be (a PLAN.toml, a read-only medium, another window) in a recovery for this person.
        """
        self.filing.open_plan(path, passphrase)

    def take_boundaries(self, file: Path) -> None:
        """Put official district boundaries in place of the map there is."""
        from shockplan.document_files import name_from

        if self.results is not None:
            name = name_from(self.results.plan_path.parent, file)
            self.change(("boundaries",), {"file": name, "source": file.name})

    def sign(self, key_file: Path, passphrase: str) -> None:
        """An approver signs the plan as it stands: with enough signatures it is payable."""
        made = self._made
        if made is None or not self.settled:
            return
        language, glance = self.words.language, self.looking.glance

        def work(progress: Progress) -> Made:
            progress(0)
            self.holding.settle()  # what is signed includes the log of the last change
            return sign(made, key_file, passphrase, language, glance)

        self.start_job("ui.job.sign", "plan", work, self._take)

    def change(
        self, path: KeyPath, value: object, place: KeyPath | None = None, sliding: object = None
    ) -> None:
        """Another value in the plan; the plan follows. What may not be is told and changes nothing.

        `place`: the part of the plan whose editor itself shows what is wrong in it (`refused`); `sliding`:
        what moves on its way through many values, which are one step to undo.
        """
        if self._plan is None or self.results is None or self.history.now is None:
            return
        from shockplan.document import with_spec

        self.place, now = place, self.history.now
        try:
            document = with_spec(now, changed(now.spec, path, value, self.results.plan_path.name))
            document = self.holding.inside(document)
        except InputError as error:
            self.on_error(error)
            self.changed.emit()
            return
        if document != now:
            moved = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
            step = sliding or (path if moved else object())  # only what slides is one step
            self._put(document, step, "changed")

    def decide(self, key: str, content: bytes | None) -> None:
        """What persons decided is now this; the plan follows, and undo goes back to what it was.

        `key`: verify, duplicates, removals, places, delivery, corrections, or any other of
        `shockplan.document.decision_keys`; `content`: the whole decision file as its reader expects it (CSV,
        or TOML for places), None to have none. Start from `decided(key)`. Only what depends on the
        file is read and planned anew. A content that cannot be read is told and changes nothing.
        """
        from shockplan.document import with_content

        if self._plan is None or self.history.now is None:
            return
        self.place = None
        document = with_content(self.history.now, key, content)
        if document != self.history.now:
            self._put(document, object(), "decided")  # each decision is a step of its own

    def decided(self, key: str) -> bytes | None:
        """The decision file of that key as it stands now, with what is on its way; None: there is none."""
        return self.history.now.contents.get(key) if self.history.now is not None else None

    def table_at(self, path: KeyPath) -> Any:
        """What the plan file of the moment holds at a path, as plain tables and lists."""
        return table_at(self.history.now.spec, path) if self.history.now is not None else None

    def examples(self, table: Mapping[str, Any], households: Sequence[Described]) -> Worked:
        """What a transfer, as a form has it, comes to for made-up households; at once, for it is small."""
        now = self.history.now
        return worked(table, households, now.spec if now else None, self.words.language)

    def take_document(self, document: "Document", kind: str = "changed") -> None:
        """The plan becomes another state of itself; undo comes back. `kind`: what the log says of it."""
        if self._made is not None and document != self.history.now:
            self.place = None
            self._put(document, object(), kind)

    def forget(self) -> None:
        """Let go of the plan that is open: there is none until another is opened."""
        self.holding.let_go(self.history.now)
        self._plan, self._made, self.results, self.scene, self.beside = None, None, None, None, None
        self.history = History()
        self.selection.take(())
        self.changed.emit()

    def undo(self) -> None:
        document = self.history.undo()
        if document is not None:
            self.holding.keep(document, "undone")
            self._replan(document)

    def redo(self) -> None:
        document = self.history.redo()
        if document is not None:
            self.holding.keep(document, "redone")
            self._replan(document)

    def choose_map(self, **choice: object) -> None:
        """Colour the map by another figure or in other classes: fields of `MapChoice`."""
        self.looking.choose(**choice)

    @property
    def map_choice(self) -> MapChoice:
        """What the map shows now."""
        return self.looking.choice

    def run(self, folder: Path) -> None:
        """Write every output of the plan into the folder: the same as `shockplan run`."""
        plan = self._plan
        if plan is not None:
            self.start_job(
                "ui.job.run", "run", lambda progress: write(plan, folder, progress), self._take_written
            )

    def save(self, path: Path, passphrase: str = "", recovery: str = "") -> None:
        """Keep the plan as it stands now under a name.

        `.shockplan`: the plan and all its inputs in one file, encrypted where there is a passphrase; work
        goes on in that file. `recovery`: the public half of the ministry's recovery key. `.toml`: the plan
        file and its decision files; the inputs stay where they are. An existing file gives way.
        """
        self.filing.save(path, passphrase, recovery)

    def explain(self, row: int, which: str = "households") -> None:
        """Ask why a household stands where it stands, or what is so of a village, district or fund."""
        plan, results, language = self._plan, self.results, self.words.language
        if plan is not None and results is not None:

            def work(progress: Progress) -> Explanation:
                progress(0)
                return explanation_of(plan, results, which, row, language)

            self.start_job("ui.job.explain", "explain", work, self._take_explanation, quiet=True)

    def choose_district(self, pcode: str) -> None:
        """Select a district everywhere; '' selects none."""
        self.selection.take([pcode] if pcode else [])

    @property
    def district(self) -> str:
        """The district that is chosen alone, '' for none."""
        return self.selection.only

    @property
    def made(self) -> Made | None:
        """What is shown: an object of its own for each plan."""
        return self._made

    def show_scene(self, scene: "Scene | None") -> None:
        """Another scene on the map than that of the plan; None: that of the plan."""
        if self._made is None:
            return
        wanted = self._made.maps.scene if scene is None else scene
        if wanted is not self.scene:
            self.scene = wanted
            self.scene_changed.emit()

    def show_place(self, place: tuple[float, float]) -> None:
        """Go to a place on the map."""
        self.place_chosen.emit(place, True)

    def cancel(self) -> None:
        self.jobs.cancel()

    def close(self) -> None:
        """Stop the work, finish writing, let go of the plan. Unsaved changes stay in the recovery."""
        self.jobs.close()
        self.holding.let_go(self.history.now)

    @property
    def settled(self) -> bool:
        """Whether the results are those of the last change, and not of one on the way."""
        return self._plan is not None and self.history.now == self._plan.inputs.document

    def say(self, level: Level, code: str, /, **args: Value) -> None:
        """Tell one sentence."""
        self.messages.tell(Message(level, self.words(code, **args)))

    # taking what came out

    def on_error(self, error: Exception | None) -> None:
        """A fault of the person's files is a sentence; any other one is ours."""
        if isinstance(error, InputError) and self.place is not None:
            here, error = sorted_out(error, self.place, self.words.language)
            if here:
                self.refused.emit(self.place, here)
        if self._plan is not None and self.history.now != self._plan.inputs.document:
            self.history.go_back_to(self._plan.inputs.document)
            self.holding.keep(self._plan.inputs.document, "undone")
            self.changed.emit()
        if error is None:
            return
        if isinstance(error, InputError):
            title = self.words("ui.mend", count=len(error.problems))
            self.messages.tell(problem_message(title, error, self.words.language))
        else:
            self.messages.tell(crash_report(error))

    def start_job(
        self,
        name: str,
        kind: str,
        work: Callable[[Progress], object],
        done: Callable[[object], None],
        quiet: bool = False,
    ) -> None:
        self.jobs.start(Job(name, kind, work, done, quiet))

    def _replan(self, document: "Document") -> None:
        made = self._made
        if made is None:
            return
        language, glance = self.words.language, self.looking.glance

        def work(progress: Progress) -> Made:
            return replan(made, document, language, glance, progress, self.unlocking)

        self.start_job("ui.job.replan", "plan", work, self._take, quiet=True)

    def show_again(self) -> None:
        """The same plan in another language or with another map."""
        made = self._made
        if made is None:
            return
        plan = made.plan
        if self.history.now is not None and self.history.now != plan.inputs.document:
            self._replan(self.history.now)
            return
        language, glance = self.words.language, self.looking.glance

        def work(progress: Progress) -> Made:
            progress(0)
            return show(plan, made.opened, language, glance, made)

        self.start_job("ui.job.redraw", "plan", work, self._take, quiet=True)

    def _put(self, document: "Document", what: object, kind: str) -> None:
        """A new state by the person's hand: on the disk, in the history, planned."""
        made = self._made
        looked = only_looked(self.history.now, document)
        if made is not None and made.plan.approved and self.settled and not looked:
            self.holding.begin_version(made.plan.fingerprint)
        self.holding.keep(document, kind)
        self.history.put(document, what)
        self._replan(document)

    def _take(self, made: object) -> None:
        assert isinstance(made, Made)
        self._made = made
        if self.holding.keeper is not None and self.history.now == made.plan.inputs.document:
            self.holding.keeper.note(made.plan)
        self._plan, self.results = made.plan, made.results
        self.scene, self.beside, self.rounds = made.maps.scene, made.maps.beside, made.maps.rounds
        self.changed.emit()

    def take_opened(self, made: object) -> None:
        assert isinstance(made, Made)
        self.holding.let_go(self.history.now)
        self.holding.take(made, self.who)
        self.selection.take(())
        self.looking.begin()
        self.history.begin(made.plan.inputs.document)
        moved = self.filing.moved_to(made.results.plan_path)
        if moved is not None:
            self.history.go_on_from(moved.past, moved.future)
        self._take(made)
        self.opened.emit(made.results.plan_path)
        if moved is not None:
            self.comparison.go_on_from(moved.opened)

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
