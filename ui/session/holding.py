"""The plan that is open: its file, its changes as they are kept, and what the file itself holds already."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from shockplan.problems import InputError
from ui.messages import Message, Messages, problem_message
from ui.session.guarding import fallback_of
from ui.session.keeping import Keeper
from ui.session.work import Made
from ui.words import Words

if TYPE_CHECKING:
    from shockplan.audit import Entry
    from shockplan.document import Document
    from shockplan.workspace import Workspace
    from shockplan.workspace.opened import Opened
    from shockplan.workspace.recovery import Leftover


class Holding(QObject):
    """Empty before the first plan is opened. Tells the person where a change could not be kept."""

    changed = Signal()  # whether every change is on the disk

    def __init__(self, words: Words, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.words = words
        self.messages = messages
        self.opened: Opened | None = None
        self.keeper: Keeper | None = None
        self.saved: Document | None = None  # what the plan's own file holds, where it does not keep changes

    @property
    def all_kept(self) -> bool:
        """Whether every change is on the disk."""
        return self.keeper is None or self.keeper.all_kept

    @property
    def own(self) -> "Workspace | None":
        """The workspace that is open and takes the changes, None where there is none."""
        return self.keeper.workspace if self.keeper is not None else None

    @property
    def place(self) -> "Workspace | None":
        """Where changes are kept: the workspace itself or the recovery."""
        return self.keeper.place if self.keeper is not None else None

    @property
    def plan_file(self) -> "Path | None":
        """The PLAN.toml that is open, None where it is a workspace."""
        plain = self.opened is not None and self.opened.workspace is None
        return self.opened.path if self.opened is not None and plain else None

    def entries(self) -> "Sequence[Entry]":
        """The audit log up to the last change that is kept."""
        return self.place.entries() if self.place is not None else ()

    def take(self, made: Made, who: str) -> None:
        """Hold a plan that was just opened, in place of the one before."""
        from shockplan.workspace.recovery import guard_plan

        assert made.guard is not None
        guard, self.opened = made.guard, made.opened
        workspace = made.opened.workspace
        if workspace is not None and not workspace.writable and workspace.store.take_hold():
            guard.done(forget=True)  # it was this very window that wrote it until now
            guard = guard_plan(made.opened.path)
        if workspace is not None and not workspace.writable:
            self.messages.tell(
                Message("warning", self.words("ui.read_only_plan", file=made.opened.path.name))
            )
        own = workspace if workspace is not None and workspace.writable else None
        self.saved = guard.workspace.document("base") if guard.workspace is not None else None
        self.keeper = Keeper(guard, own, fallback_of(made.opened, who), self)
        self.keeper.kept.connect(lambda number: self.changed.emit())
        self.keeper.failed.connect(lambda error: self.tell("ui.kept_elsewhere", error))
        self.keeper.lost.connect(lambda error: self.tell("ui.not_kept", error))

    def let_go(self, now: "Document | None") -> None:
        """Finish writing and close the file. A recovery is forgotten where it holds nothing unsaved."""
        keeper, self.keeper = self.keeper, None
        if keeper is not None:
            keeper.end()
            keeper.guard.done(forget=keeper.guard.workspace is None or now == self.saved)
        if self.opened is not None:
            self.opened.close()
            self.opened = None

    def hand_over(self) -> "Workspace | None":
        """The plan's own workspace, for work that ends with opening it anew: no change is kept until then."""
        keeper, self.keeper = self.keeper, None
        if keeper is None:
            return None
        keeper.end()
        keeper.guard.done(forget=keeper.guard.workspace is None)
        return keeper.workspace

    def leave(self) -> "Leftover | None":
        """Let go of the plan as if the program had ended; gives the recovery that holds its last state, None
        where its own file does.
        """
        self.settle()
        guard = self.keeper.guard if self.keeper is not None else None
        opened, leftover = self.opened, None
        if guard is not None and guard.workspace is not None and opened is not None:
            from shockplan.workspace.recovery import Leftover

            sealed = guard.workspace.store.head is not None
            leftover = Leftover(guard.note, opened.path, "", guard.workspace.path, sealed)
        self.let_go(None)
        return leftover

    def keep(self, document: "Document", what: str) -> None:
        """Write this state to the disk, off the GUI thread."""
        if self.keeper is not None:
            self.keeper.keep(document, what)
            self.changed.emit()
        else:  # the plan was let go, and could not be opened again
            self.messages.tell(Message("error", self.words("ui.not_kept")))

    def scenarios(self) -> "list[tuple[str, Document]]":
        """(name, state) of each scenario that is kept with the plan."""
        from shockplan.scenarios import read_scenarios

        if self.plan_file is not None:
            return list(read_scenarios(self.plan_file))
        place, found = self.place, []
        for name, _, _ in place.named("scenario") if place is not None else ():
            with suppress(InputError):  # one that is damaged does not hide the others
                assert place is not None
                found.append((name, place.document("scenario", name)))
        return found

    def keep_scenario(self, name: str, document: "Document") -> None:
        """Keep a state under a name: in the workspace, or as a plan file beside the plan file."""
        from shockplan.scenarios import write_scenario

        try:
            if self.plan_file is not None:
                write_scenario(self.plan_file, name, document)
            elif self.place is not None:
                self.place.keep_scenario(name, document)
        except InputError as error:
            self.tell("ui.not_kept", error)

    def drop_scenario(self, name: str) -> None:
        """Take away what was kept under the name."""
        from shockplan.scenarios import drop_scenario

        try:
            if self.plan_file is not None:
                drop_scenario(self.plan_file, name)
            elif self.place is not None:
                self.place.drop_scenario(name)
        except InputError as error:
            self.tell("ui.not_kept", error)

    def settle(self) -> None:
        """Wait until every change so far is written, or was refused."""
        if self.keeper is not None:
            self.keeper.settle()

    def inside(self, document: "Document") -> "Document":
        """The document with every file that it names in the workspace, where the plan is one."""
        return self.own.taken_in(document) if self.own is not None else document

    def begin_version(self, fingerprint: str) -> None:
        """An approved plan is frozen: the change that comes begins the version after it."""
        self.settle()
        number = self.place.next_version(fingerprint) if self.place is not None else None
        if number is not None:
            self.messages.tell(Message("note", self.words("ui.new_version", version=number)))

    def tell(self, code: str, error: Exception) -> None:
        if isinstance(error, InputError):
            self.messages.tell(problem_message(self.words(code), error, self.words.language))
        else:
            self.messages.tell(Message("error", self.words(code)))
        self.changed.emit()
