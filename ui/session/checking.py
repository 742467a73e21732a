"""The registry as it was read: its columns, its problems, a second extract over it, forms for the field."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_data_path
from PySide6.QtCore import QObject, Signal

from shockplan.progress import Progress, part
from ui.asking import Change, Changes, ColumnLine, Columns, ProblemGroup, ProblemLine
from ui.messages import Message
from ui.session.deciding import cannot_write
from ui.session.unlocking import Unlocking

if TYPE_CHECKING:
    from shockplan.plan import Plan
    from shockplan.registry.difference import Difference
    from shockplan.texts import Language
    from ui.session.session import Session

MOST_LINES = 2000
"""Lines of a problem, or of what an extract changes, that the window holds; a file holds all."""


class Checking(QObject):
    """`columns`, `problems` (groups), `lines` (of a group) and `changes` carry what was asked for."""

    columns = Signal(object)
    problems = Signal(object)
    lines = Signal(object)
    changes = Signal(object)

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self.session = session
        self.newer: tuple[Path, Difference] | None = None  # an extract that was looked at, not taken

    # columns

    def look_at_columns(self) -> None:
        """The columns of the plan's extract, as the plan reads them and as they could be read."""
        made, language = self.session.made, self.session.words.language
        if made is None:
            return
        plan, folder = made.plan, made.opened.folder(made.plan.inputs.document)
        unlocking = self.session.unlocking

        def work(progress: Progress) -> Columns:
            return columns_of(plan, folder, language, progress, made.opened.path, unlocking)

        self.session.start_job("ui.job.columns", "columns", work, self.columns.emit, quiet=True)

    def take_columns(self, mapping: Mapping[str, str]) -> None:
        """The plan reads these headings as these fields: our field -> heading."""
        self.session.change(("registry", "columns"), dict(mapping))

    def remember_columns(self, shape: str, mapping: Mapping[str, str]) -> None:
        """Later extracts with the same headings are read in the same way."""
        from shockplan.registry.mapping import remember

        try:
            remember(memory(), shape, mapping)
        except OSError as error:
            self.session.on_error(cannot_write(memory(), error))
            return
        self._done("decide.columns.remembered")

    def write_columns(self, path: Path, mapping: Mapping[str, str]) -> None:
        """The mapping as TOML, as a plan file or `shockplan registry columns` has it."""
        from shockplan.registry.mapping import mapping_toml

        self._write(path, mapping_toml(mapping).encode())

    def read_columns(self, path: Path) -> None:
        """A mapping that was written before becomes the plan's."""
        from shockplan.problems import InputError
        from shockplan.registry.mapping import read_mapping

        try:
            mapping = read_mapping(path)
        except InputError as error:
            self.session.on_error(error)
            return
        self.take_columns(mapping)

    def take_villages(self, path: Path) -> None:
        """A table of village points (code, names, lon, lat, source) is joined to the registry by code."""
        from shockplan.document_files import name_from

        if self.session.results is not None:
            folder = self.session.results.plan_path.parent
            self.session.change(("villages",), {"file": name_from(folder, path), "source": path.name})

    # problems

    def group_problems(self) -> None:
        made, language = self.session.made, self.session.words.language
        if made is None:
            return
        plan = made.plan

        def work(progress: Progress) -> tuple[ProblemGroup, ...]:
            from shockplan.registry.problem_list import groups_of

            progress(0)
            return tuple(
                ProblemGroup(one.code, one.level, one.file, one.column, one.count, one.what, one.do)
                for one in groups_of(plan.problems, language)
            )

        self.session.start_job("ui.job.problems", "problems", work, self.problems.emit, quiet=True)

    def list_problems(self, group: ProblemGroup) -> None:
        """The first lines of a group."""
        made, language = self.session.made, self.session.words.language
        if made is None:
            return
        plan = made.plan

        def work(progress: Progress) -> tuple[ProblemLine, ...]:
            progress(0)
            return problem_lines(plan, group, language)

        self.session.start_job("ui.job.problems", "lines", work, self.lines.emit, quiet=True)

    def write_problems(self, path: Path, groups: tuple[ProblemGroup, ...]) -> None:
        """The findings of these groups as a workbook in which corrections can be written."""
        made, language = self.session.made, self.session.words.language
        if made is None:
            return
        plan, session = made.plan, self.session

        def work(progress: Progress) -> int:
            from shockplan.problems import InputError, Problem
            from shockplan.registry.problem_list import write_problem_list

            wanted = {(one.code, one.file, one.column) for one in groups}
            found = [each for each in plan.problems if (each.code, each.file, each.column or "") in wanted]
            try:
                return write_problem_list(path, found, language, progress)
            except OSError as error:
                args = {"path": path.name, "reason": error.strerror or "?"}
                raise InputError(Problem("plan.cannot_write", path.name, args=args)) from error

        def done(count: object) -> None:
            session.messages.tell(
                Message(
                    "done", session.words("decide.problems.written", count=int(str(count)), file=path.name)
                )
            )

        session.start_job("ui.job.save", "save", work, done)

    # a second extract

    def compare_extract(self, path: Path) -> None:
        """What a newer extract says otherwise than the plan's."""
        made = self.session.made
        if made is None:
            return
        plan, folder = made.plan, made.opened.folder(made.plan.inputs.document)

        def work(progress: Progress) -> tuple[Path, "Difference"]:
            from shockplan.registry.difference import difference
            from shockplan.registry.reread import read_newer

            after = read_newer(plan.inputs, folder, path, part(progress, 0, 0.9))
            own = without_added(plan)
            return path, difference(own, after)

        self.session.start_job("ui.job.extract", "extract", work, self._take_extract)

    def show_changes(self) -> None:
        """The changes of the extract that was looked at, else of the plan's own over its earlier one."""
        made = self.session.made
        if made is None:
            return
        if self.newer is not None:
            path, found = self.newer
            self.changes.emit(changes_of(found, path.name, False, self.session.words.language))
            return
        own = made.plan.inputs.registry.changes
        file = Path(made.plan.inputs.spec.registry.file).name
        language = self.session.words.language
        self.changes.emit(None if own is None else changes_of(own, file, True, language))

    def take_extract(self, keep_blanks: bool) -> None:
        """The plan reads the newer extract over the one it had; decisions stay. Undo takes it back."""
        if self.newer is None or self.session.results is None:
            return
        from shockplan.document_files import name_from

        folder, table = self.session.results.plan_path.parent, self.session.table_at(("registry",))
        table = {**table, "earlier": table["file"], "file": name_from(folder, self.newer[0])}
        table["blanks"] = "keep" if keep_blanks else "take"
        self.newer = None
        self.session.change(("registry",), table)

    def drop_extract(self) -> None:
        """Back to the plan's own extract."""
        self.newer = None
        self.show_changes()

    def write_changes(self, path: Path) -> None:
        from shockplan.outputs.match_csv import changes_csv

        made = self.session.made
        found = self.newer[1] if self.newer else made.plan.inputs.registry.changes if made else None
        if found is not None:
            self._write(path, changes_csv(found))

    # forms and lists of payments

    def write_forms(self, folder: Path, district: str, rows: int) -> None:
        """Blank assessment forms of a district's villages ('' one form without a place), PDF and XLSX."""
        made = self.session.made
        if made is None:
            return
        plan, session = made.plan, self.session

        def work(progress: Progress) -> int:
            from shockplan.field_commands import write_forms

            return len(write_forms(plan, folder, (), (district,) if district else (), rows, None, progress))

        def done(count: object) -> None:
            told = session.words("decide.forms.written", files=int(str(count)), folder=str(folder))
            session.messages.tell(Message("done", told))

        session.start_job("ui.job.forms", "save", work, done)

    def add_list(self, table: str, path: Path, said: Mapping[str, Any]) -> None:
        """One more file of filled forms (`assessments`) or of earlier payments (`earlier_payments`)."""
        if self.session.results is None:
            return
        from shockplan.document_files import name_from

        folder = self.session.results.plan_path.parent
        tables = [dict(each) for each in self.session.table_at((table,)) or ()]
        self.session.change((table,), [*tables, {"file": name_from(folder, path), **said}])

    def drop_list(self, table: str, number: int) -> None:
        tables = [dict(each) for each in self.session.table_at((table,)) or ()]
        del tables[number]
        self.session.change((table,), tables)

    def lists(self, table: str) -> tuple[dict[str, Any], ...]:
        """The files of forms or payments that the plan names."""
        return tuple(dict(each) for each in self.session.table_at((table,)) or ())

    def _take_extract(self, found: object) -> None:
        assert isinstance(found, tuple)
        self.newer = found
        self.show_changes()

    def _write(self, path: Path, content: bytes) -> None:
        from shockplan.document_files import write_whole

        try:
            write_whole(path, content)
        except OSError as error:
            self.session.on_error(cannot_write(path, error))
            return
        self._done("decide.written", file=path.name)

    def _done(self, code: str, **args: str) -> None:
        self.session.messages.tell(Message("done", self.session.words(code, **args)))


def memory() -> Path:
    """Where this person's column mappings are remembered."""
    return user_data_path("ShockPlan", appauthor=False) / "mappings"


def columns_of(
    plan: "Plan",
    folder: Path,
    language: "Language",
    progress: Progress,
    plan_path: Path,
    unlocking: Unlocking,
) -> Columns:
    """The extract's columns. What the plan states stands; the rest is proposed, and remembered ones too."""
    from shockplan.registry.extract import CHOICES, look_at_extract
    from shockplan.registry.household import NOT_IN_EXTRACTS
    from shockplan.rule_sentences import field_label

    spec = plan.inputs.spec.registry
    extract = unlocking.read(
        plan_path,
        lambda known: look_at_extract(folder / spec.file, spec, memory(), progress, known),
        progress,
    )
    lines = tuple(
        ColumnLine(one.heading, one.samples, one.filled, one.field or "", one.confidence, one.why, one.taken)
        for one in extract.columns
    )
    fields = [name for name in CHOICES if name not in NOT_IN_EXTRACTS]
    choices = tuple((name, field_label(name, language)) for name in fields)
    return Columns(extract.file, extract.rows, extract.shape, lines, choices, extract.missing)


def problem_lines(plan: "Plan", group: ProblemGroup, language: "Language") -> tuple[ProblemLine, ...]:
    from itertools import islice

    from shockplan.registry.problem_list import chosen, lines_of

    found = chosen(plan.problems, group.level, group.code, group.file, group.column)
    return tuple(
        ProblemLine("" if line.row is None else str(line.row), line.value, line.what)
        for line in islice(lines_of(found, language), MOST_LINES)
    )


def without_added(plan: "Plan") -> Any:
    """The registry without its field-registered households, which no extract has."""
    from dataclasses import replace

    registry = plan.inputs.registry
    own = registry.households.iloc[: len(registry.households) - registry.added]
    return replace(registry, households=own)


def changes_of(found: "Difference", file: str, taken: bool, language: "Language") -> Changes:
    from itertools import islice

    from shockplan.outputs.match_csv import change_rows
    from shockplan.rule_sentences import field_label

    lines = tuple(
        Change(
            str(household),
            str(kind),
            field_label(str(field), language) if field else "",
            str(before or ""),
            str(after or ""),
        )
        for household, kind, field, before, after in islice(change_rows(found), MOST_LINES)
    )
    total = len(found.new) + len(found.gone) + len(found.unclear) + len(found.changes)
    return Changes(file, found.counts(), lines, total, taken)
