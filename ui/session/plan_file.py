"""What is done with the plan's own file: its passphrase, its log, parts for others, and its end."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from shockplan.problems import InputError
from shockplan.progress import Progress
from ui.messages import Message
from ui.results import Column, Table
from ui.session.work import Made

if TYPE_CHECKING:
    from shockplan.workspace import Workspace
    from shockplan.workspace.merging import Merged, PartState
    from shockplan.workspace.plans import Seal
    from shockplan.workspace.salvage import Salvaged
    from ui.session.session import Session

PLAN_NAME = "PLAN.toml"


@dataclass(frozen=True)
class Standing:
    """`one_file`: the plan is a .shockplan; `writable`: this window is the one who writes it."""

    path: Path
    one_file: bool
    sealed: bool = False
    recoverable: bool = False
    writable: bool = False


@dataclass(frozen=True, eq=False)
class Log:
    """The audit log, the latest entry first; `broken`: numbers of entries that do not hold."""

    table: Table
    broken: tuple[int, ...]
    head: str


class PlanFile(QObject):
    """Long work is done off the GUI thread. `conflicts`: what a part and the whole decided differently."""

    logged = Signal(object)  # Log
    conflicts = Signal(object)  # Merged
    part_sealed = Signal(object)  # Path: the part takes a passphrase
    gone = Signal()  # the persons were taken out, and the plan is closed

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self.session = session
        self.part: PartState | None = None

    @property
    def standing(self) -> Standing | None:
        """What kind of file is open, None where none is."""
        opened = self.session.holding.opened
        if opened is None:
            return None
        workspace = opened.workspace
        if workspace is None:
            return Standing(opened.path, one_file=False)
        head = workspace.store.head
        return Standing(
            opened.path, True, head is not None, bool(head and head.recoverable_by), workspace.writable
        )

    # the log

    def read_log(self) -> None:
        """Who changed what, when, from what to what."""
        holding, words = self.session.holding, self.session.words

        def work(progress: Progress) -> Log:
            progress(0)
            holding.settle()
            return log_of(holding.entries(), words)

        self.session.start_job("ui.job.log", "log", work, self.logged.emit, quiet=True)

    # for others

    def write_totals(self, path: Path, passphrase: str) -> None:
        """A file for the ministry with figures by district and village, and no person in it."""
        who = self.session.who

        def write(made: Made) -> None:
            from shockplan.workspace.totals import save_totals

            save_totals(made.plan, made.opened, path, sealed(passphrase), who)

        self._write("totals", path, write)

    def write_part(self, district: str, path: Path, passphrase: str) -> None:
        """One district's part of the plan as a file of its own, to be decided in and brought back."""
        who = self.session.who

        def write(made: Made) -> None:
            from shockplan.workspace.districts import save_district

            save_district(made.opened, made.plan.inputs, [district], path, sealed(passphrase), who)

        self._write("part", path, write)

    def _write(self, kind: str, path: Path, write: Callable[[Made], None]) -> None:
        """Off the GUI thread, once every change is kept; then say where it lies."""
        session, made = self.session, self.session.made
        if made is None:
            return

        def work(progress: Progress) -> None:
            progress(0)
            session.holding.settle()
            write(made)

        def done(_: object) -> None:
            session.say("done", f"file.{kind}.written", file=str(path))

        session.start_job(f"ui.job.{kind}", kind, work, done)

    def bring_back(self, path: Path, passphrase: str | None = None) -> None:
        """Take what was decided in a district's part. What both decided differently is asked first."""
        locked = passphrase is None and self.session.filing.is_locked(path)
        if locked is None:
            return
        if locked:
            self.part_sealed.emit(path)
            return

        def work(progress: Progress) -> "PartState":
            from shockplan.workspace import open_workspace
            from shockplan.workspace.merging import part_state

            progress(0)
            with closing(open_workspace(path, passphrase)) as workspace:
                return part_state(workspace)

        def done(state: object) -> None:
            self.part = state  # type: ignore[assignment]  # a PartState, as `work` says
            self.settle_conflicts({})

        self.session.start_job("ui.job.merge", "merge", work, done)

    def settle_conflicts(self, settled: dict[Any, Any]) -> None:
        """`settled`: (list, key) of a conflict to ours or theirs. The merged plan is one step of undo."""
        now, part = self.session.history.now, self.part
        if now is None or part is None:
            return
        from shockplan.workspace.merging import merge

        found = merge(now, [part], settled)
        if found.conflicts:
            self.conflicts.emit(found)
            return
        self.part = None
        self.conflicts.emit(found)
        self.session.take_document(found.document, "merged")
        self._tell_merged(found)

    def leave_part(self) -> None:
        """Nothing of the part is taken."""
        self.part = None

    def _tell_merged(self, found: "Merged") -> None:
        words = self.session.words
        sentences = [words("cli.merge_taken", file=name, count=count) for name, count in found.taken.items()]
        for name, changed in found.not_taken.items():
            places = ", ".join(one.place for one in changed)
            sentences.append(words("cli.merge_parameters", file=name, places=places))
        self.session.messages.tell(Message("done", words("file.merged"), tuple(sentences)))

    # the file itself

    def change_passphrase(self, passphrase: str) -> None:
        """Another passphrase, or with '' none; the plan is opened again under it."""
        workspace = self._apart()
        if workspace is None:
            return
        head = workspace.store.head
        public = head.recoverable_by if head else ""

        def work(progress: Progress) -> InputError | None:
            from shockplan.workspace.plans import change_passphrase

            progress(0)
            try:
                workspace.note("sealed", "", "", "passphrase" if passphrase else "none")
                change_passphrase(workspace.path, workspace, sealed(passphrase, public))
            except InputError as error:
                workspace.close()
                return error
            return None

        def done(error: object) -> None:
            if isinstance(error, InputError):
                self.session.on_error(error)
                self.session.open_plan(workspace.path)
                return
            code = "file.sealed" if passphrase else "file.unsealed"
            self.session.messages.tell(Message("done", self.session.words(code, file=workspace.path.name)))
            self.session.open_plan(workspace.path, passphrase or None)

        self.session.start_job("ui.job.passphrase", "open", work, done)

    def purge(self) -> None:
        """Take the persons out of the file, and let go of them here. Totals, signatures and the log stay."""
        made = self.session.made
        if made is None or not self.session.settled:
            return
        workspace = self._apart()
        if workspace is None:
            return

        def work(progress: Progress) -> InputError | None:
            from shockplan.workspace.purging import purge

            progress(0)
            try:
                purge(made.plan, workspace)
            except InputError as error:
                workspace.close()
                return error
            return None

        def done(error: object) -> None:
            path = workspace.path
            if isinstance(error, InputError):
                self.session.on_error(error)
                self.session.open_plan(path)
                return
            self.session.forget()
            self.session.messages.tell(Message("done", self.session.words("cli.purged", file=path.name)))
            self.gone.emit()

        self.session.start_job("ui.job.purge", "open", work, done)

    def salvage(self, path: Path, folder: Path, passphrase: str | None = None) -> None:
        """Take what is whole out of a damaged file, and say what is not."""

        def work(progress: Progress) -> "Salvaged":
            from shockplan.workspace.salvage import salvage

            progress(0)
            return salvage(path, folder, passphrase)

        self.session.start_job("ui.job.salvage", "salvage", work, lambda found: self._tell(found, folder))

    def _tell(self, found: Any, folder: Path) -> None:
        words = self.session.words
        sentences = [words("cli.salvage_lost", file=name) for name in found.lost]
        sentences += [words("cli.salvage_whole", file=name) for name in found.whole]
        sentences.append(words("cli.salvage_log", entries=len(found.entries)))
        if found.entries_lost:
            sentences.append(words("cli.salvage_log_lost"))
        if found.state:
            sentences.append(words("file.salvage.open", file=str(folder / PLAN_NAME)))
        title = words(f"cli.salvaged.{found.state or 'none'}", folder=str(folder))
        whole = found.state == "now" and not found.lost and not found.entries_lost
        self.session.messages.tell(Message("done" if whole else "warning", title, tuple(sentences)))

    def _apart(self) -> "Workspace | None":
        """The workspace, of which nothing else is asked any more; None where we do not write it."""
        standing = self.standing
        if standing is None or not standing.one_file or not standing.writable:
            return None
        return self.session.holding.hand_over()


def sealed(passphrase: str, public: str = "") -> "Seal":
    """How a new file is sealed: with a passphrase, and for the recovery key that this office has."""
    from shockplan.workspace.plans import Seal
    from shockplan.workspace.sealing import recovery_of_this_office

    return Seal(passphrase, public or recovery_of_this_office()) if passphrase else Seal()


def log_of(entries: Sequence[Any], words: Any) -> Log:
    """The log as a table, the latest entry first."""
    from shockplan.audit import faults_of

    latest = list(reversed(entries))
    broken = tuple(number for _, number in faults_of(list(entries)))
    columns = (
        Column("log_number", "count", [entry.number for entry in latest]),
        Column("log_at", "text", [entry.at[:16].replace("T", " ") for entry in latest]),
        Column("log_who", "text", [entry.who for entry in latest]),
        Column("log_what", "text", [words(f"audit.{entry.what}") for entry in latest]),
        Column("log_place", "text", [entry.place for entry in latest]),
        Column("log_before", "text", [entry.before for entry in latest]),
        Column("log_after", "text", [entry.after for entry in latest]),
    )
    return Log(Table(columns, len(latest)), broken, latest[0].hash[:16] if latest else "")
