"""Opening plans, saving them, and going on with those that were left open."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_data_path

from shockplan.open_notes import notes
from shockplan.problems import InputError
from shockplan.progress import Progress, part
from ui.messages import Message
from ui.session.guarding import save_plan_file, save_workspace
from ui.session.work import Made, needs_passphrase, open_and_plan

if TYPE_CHECKING:
    from shockplan.document import Document
    from shockplan.workspace.recovery import Leftover
    from ui.session.session import Session


@dataclass(frozen=True)
class Moved:
    """The steps of a plan that was saved into another file, as that file names its inputs."""

    path: Path
    past: "list[Document]"
    future: "list[Document]"
    opened: "Document | None"


class Filing:
    """The session's way to files; the start page asks here for leftovers."""

    def __init__(self, session: "Session") -> None:
        self.session = session
        self.moved: Moved | None = None

    def moved_to(self, path: Path) -> Moved | None:
        """What the plan brings along that is opened now, if it was just saved there; once."""
        moved, self.moved = self.moved, None
        return moved if moved is not None and moved.path == path else None

    def open_demo(self) -> None:
        """Write the built-in demo event into the person's data folder and open it."""
        folder, language, glance = demo_folder(), self.session.words.language, self.session.looking.glance
        households, who = self.session.demo_households, self.session.who
        unlocking = self.session.unlocking

        def work(progress: Progress) -> Made:
            from shockplan.demo import write_demo

            path = write_demo(folder, households, progress=part(progress, 0, 0.3))
            return open_and_plan(path, language, glance, part(progress, 0.3, 1), unlocking, who=who)

        self.session.start_job("ui.job.demo", "open", work, self.session.take_opened)

    def open_plan(self, path: Path, passphrase: str | None = None) -> None:
        """Read a plan file and the files beside it, or a workspace, and plan.

        From now on every change is kept on the disk as it is made: in the workspace itself, or where that
        cannot be (a PLAN.toml, a read-only medium, another window) in a recovery for this person.
        """
        language, glance, who = self.session.words.language, self.session.looking.glance, self.session.who
        locked = passphrase is None and self.is_locked(path)
        if locked is None:
            return
        if locked:
            self.session.passphrase_wanted.emit(path)
            return
        self.session.start_job(
            "ui.job.open",
            "open",
            lambda progress: open_and_plan(
                path, language, glance, progress, self.session.unlocking, passphrase, who
            ),
            self.session.take_opened,
        )

    def is_locked(self, path: Path) -> bool | None:
        """Whether a file takes a passphrase; None, and told, where it cannot be read."""
        try:
            return needs_passphrase(path)
        except InputError as error:
            self.session.on_error(error)
            return None

    def leftovers(self) -> "tuple[Leftover, ...]":
        """The plans that were open when the program ended, or closed with unsaved changes: to be offered
        at the start. Each has `plan` (the path), `at` (since when), `sealed` (takes its passphrase).
        """
        if not notes():  # most often: what follows imports nearly the whole core
            return ()
        from shockplan.workspace.recovery import leftovers

        return leftovers()

    def recover(self, leftover: "Leftover", passphrase: str | None = None) -> None:
        """Open a leftover in its last state: every change that was kept is there."""
        language, glance, who = self.session.words.language, self.session.looking.glance, self.session.who
        if leftover.sealed and passphrase is None:
            self.session.passphrase_wanted.emit(leftover)
            return
        self.session.start_job(
            "ui.job.open",
            "open",
            lambda progress: open_and_plan(
                leftover.plan, language, glance, progress, self.session.unlocking, passphrase, who, leftover
            ),
            self.session.take_opened,
        )

    @property
    def way_back(self) -> Callable[[], None] | None:
        """What opens the plan anew, None where none is open."""
        return self.open_anew if self.session.holding.opened is not None else None

    def open_anew(self) -> None:
        """Open the plan again as it was last kept: after a fault, what is in memory may be wrong."""
        opened = self.session.holding.opened
        if opened is None:
            return
        leftover = self.session.holding.leave()
        if leftover is not None:
            self.recover(leftover)
        else:
            self.open_plan(opened.path)

    def discard(self, leftover: "Leftover") -> None:
        """The person does not want a leftover back."""
        from shockplan.workspace.recovery import discard

        discard(leftover)

    def save(self, path: Path, passphrase: str = "", recovery: str = "") -> None:
        """See `Session.save`."""
        session = self.session
        made, document, holding, who = session.made, session.history.now, session.holding, session.who
        if made is None or document is None:
            return
        opened = made.opened
        if path.suffix.lower() != ".shockplan":

            def write_file(progress: Progress) -> None:
                holding.settle()
                save_plan_file(opened, document, holding.entries(), path, progress)

            def say_saved(_: object) -> None:
                if path == opened.path:
                    holding.saved = document
                self._say_saved(path)

            self.session.start_job("ui.job.save", "save", write_file, say_saved)
        elif path == opened.path and holding.own is not None:
            self._say_saved(path)  # every change is in it already
        else:
            from shockplan.workspace.plans import Seal, states_inside
            from shockplan.workspace.sealing import recovery_of_this_office

            past, future = tuple(session.history.past), tuple(session.history.future)
            first = session.comparison.opened

            def write_one(progress: Progress) -> Moved:
                holding.settle()
                seal = Seal(passphrase, recovery or recovery_of_this_office())
                inputs, entries, scenarios = made.plan.inputs, holding.entries(), holding.scenarios()
                save_workspace(opened, document, inputs, path, seal, who, entries, scenarios, progress)
                states = (first or document, *reversed(past), *reversed(future))
                begun, *others = states_inside(document, scenarios, states)
                back, forward = others[: len(past)], others[len(past) :]
                return Moved(path, reachable(back), reachable(forward), begun)

            def go_on(moved: object) -> None:
                assert isinstance(moved, Moved)
                self.moved = moved
                holding.saved = document
                self._say_saved(path)
                self.open_plan(path, passphrase or None)

            self.session.start_job("ui.job.save", "save", write_one, go_on)

    def _say_saved(self, path: Path) -> None:
        saved = self.session.words("ui.saved", file=str(path))
        self.session.messages.tell(Message("done", saved))


def reachable(steps: "Sequence[Document | None]") -> "list[Document]":
    """The steps from the next one on, as far as the file has what each reads; the next one last."""
    return list(takewhile(lambda state: state is not None, steps))[::-1]  # type: ignore[arg-type]


def demo_folder() -> Path:
    """Where the demo's inputs are kept for this person."""
    return user_data_path("ShockPlan", appauthor=False) / "demo"
