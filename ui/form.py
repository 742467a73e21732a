"""A form over one table of the plan file: each mistake stands under the field in which it was made."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.form_fields import ChoiceField, FileField, FlagField, FormField, LineField, ManyField
from ui.key_path import KeyPath
from ui.label import label
from ui.layouts import empty
from ui.style import GAP, SPACE
from ui.words import Words

EntryKind = Literal[
    "text", "kip", "whole", "number", "percent", "date", "choice", "many", "flag", "file", "rows", "heading"
]
NAME_WIDTH = 128


@dataclass(frozen=True, slots=True)
class Entry:
    """One field: `key` leads to its value in the table, `code` names its words (`<code>.tip` where `told`).

    `default` is shown where the table says nothing. `rows` are the fields of each line of a list, and
    `new` what a new line begins with.
    """

    key: KeyPath
    kind: EntryKind
    code: str
    default: Any = None
    choices: tuple[tuple[Any, str], ...] = ()
    rows: tuple["Entry", ...] = ()
    new: tuple[tuple[str, Any], ...] = ()
    told: bool = False


Faults = Mapping[KeyPath, str]


class Form(QWidget):
    """`edited` carries the table as it would be; the form keeps no truth of its own."""

    edited = Signal(object)
    file_asked = Signal(object)  # the key of a file whose dialog is wanted

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.entries: tuple[Entry, ...] = ()
        self.table: dict[str, Any] = {}
        self.fields: dict[KeyPath, QWidget] = {}
        self.faults: dict[KeyPath, QLabel] = {}
        self.own: dict[KeyPath, str] = {}  # what could not be read, by field
        self.language = ""
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(SPACE)
        self.grid.setVerticalSpacing(GAP)
        self.grid.setColumnStretch(1, 1)

    def show_table(self, table: Mapping[str, Any], entries: Sequence[Entry], faults: Faults) -> None:
        """Show the table; its widgets are made anew only where other fields are wanted."""
        self.table = deepcopy(dict(table))
        if (tuple(entries), self.language) != (self.entries, self.words.language):
            self.entries, self.language = tuple(entries), self.words.language
            self._rebuild()
        for entry in self.entries:
            field = self.fields.get(entry.key)
            if isinstance(field, Rows):
                field.show_rows(value_at(self.table, entry.key) or (), inside(faults, entry.key))
            elif isinstance(field, FormField) and entry.key not in self.own:
                value = value_at(self.table, entry.key)
                field.show_value(entry.default if value is None else value)
        self.show_faults(faults)

    def show_faults(self, faults: Faults) -> None:
        """Put each sentence under its field; what a field cannot read goes first."""
        for key, line in self.faults.items():
            field = self.fields[key]
            deepest = len(key) if isinstance(field, Rows) else None  # a line of a list shows its own
            text = self.own.get(key) or sentence_for(faults, key, deepest)
            line.setText(text)
            line.setVisible(bool(text))
            if bool(field.property("wrong")) != bool(text):
                field.setProperty("wrong", bool(text))
                for widget in (field, *field.findChildren(QLineEdit)):
                    widget.style().unpolish(widget)
                    widget.style().polish(widget)
            field.setAccessibleDescription(text)

    def unplaced(self, faults: Faults) -> list[str]:
        """The sentences for which this form has no field."""
        keys = list(self.fields)
        return [text for path, text in faults.items() if not any(covers(key, path) for key in keys)]

    def _rebuild(self) -> None:
        empty(self.grid)
        self.fields, self.faults, self.own = {}, {}, {}
        row = 0
        for entry in self.entries:
            name = label("heading" if entry.kind == "heading" else "muted", wrap=True)
            name.setText(self.words(entry.code))
            if entry.kind == "heading":
                self.grid.addWidget(name, row, 0, 1, 2)
                row += 1
                continue
            name.setFixedWidth(NAME_WIDTH)
            field = self._field(entry)
            fault = label("fault", wrap=True)
            fault.hide()
            self.fields[entry.key], self.faults[entry.key] = field, fault
            if entry.told:
                for widget in (name, field):
                    widget.setToolTip(self.words(f"{entry.code}.tip"))
            if isinstance(field, FormField):
                field.call(name.text())
                name.setBuddy(field)
            if entry.kind == "rows":
                self.grid.addWidget(name, row, 0, 1, 2)
                name.setMaximumWidth(16_777_215)
                self.grid.addWidget(field, row + 1, 0, 1, 2)
                row += 1
            else:
                self.grid.addWidget(name, row, 0)
                self.grid.addWidget(field, row, 1)
            self.grid.addWidget(fault, row + 1, 0, 1, 2)
            row += 2

    def _field(self, entry: Entry) -> QWidget:
        if entry.kind == "rows":
            rows = Rows(self.words, entry)
            rows.edited.connect(lambda value: self._take(entry.key, value))
            return rows
        field = made_field(self.words, entry)
        field.edited.connect(lambda value: self._take(entry.key, value))
        field.unreadable.connect(lambda code: self._unreadable(entry.key, code))
        if isinstance(field, FileField):
            field.asked.connect(lambda: self.file_asked.emit(entry.key))
        return field

    def take(self, key: KeyPath, value: Any) -> None:
        """As if the person had filled in the field."""
        self._take(key, value)

    def _take(self, key: KeyPath, value: Any) -> None:
        self.own.pop(key, None)
        self.edited.emit(with_value(self.table, key, value))

    def _unreadable(self, key: KeyPath, code: str) -> None:
        self.own[key] = self.words(code)
        self.show_faults({})


class Rows(QWidget):
    """The lines of a list, each a small form; lines are added at the end and taken out."""

    edited = Signal(object)

    def __init__(self, words: Words, entry: Entry) -> None:
        super().__init__()
        self.words, self.entry = words, entry
        self.rows: list[dict[str, Any]] = []
        self.forms: list[Form] = []
        self.lines = QVBoxLayout()
        self.lines.setSpacing(GAP)
        add = QPushButton(words(f"{entry.code}.add"))
        add.setProperty("kind", "link")
        add.clicked.connect(lambda: self.edited.emit([*self.rows, dict(entry.new)]))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(self.lines)
        column.addWidget(add, 0, Qt.AlignmentFlag.AlignLeft)

    def show_rows(self, rows: Sequence[Mapping[str, Any]], faults: Faults) -> None:
        self.rows = [dict(row) for row in rows]
        if len(self.forms) != len(self.rows):
            empty(self.lines)
            self.forms = [self._line(number) for number in range(len(self.rows))]
        for number, (form, row) in enumerate(zip(self.forms, self.rows, strict=True)):
            form.show_table(row, self.entry.rows, inside(faults, (number,)))

    def _line(self, number: int) -> Form:
        box = QFrame()
        box.setProperty("kind", "condition")
        form = Form(self.words)
        form.edited.connect(lambda table: self._take(number, table))
        remove = QPushButton(self.words("build.remove_line"))
        remove.setProperty("kind", "link")
        remove.clicked.connect(lambda: self.edited.emit(self.rows[:number] + self.rows[number + 1 :]))
        column = QVBoxLayout(box)
        column.setContentsMargins(SPACE, SPACE, SPACE, GAP)
        column.setSpacing(0)
        column.addWidget(form)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(remove)
        column.addLayout(foot)
        self.lines.addWidget(box)
        return form

    def _take(self, number: int, table: dict[str, Any]) -> None:
        self.edited.emit([*self.rows[:number], table, *self.rows[number + 1 :]])


def made_field(words: Words, entry: Entry) -> FormField:
    """The field for an entry that is not a list."""
    match entry.kind:
        case "choice":
            return ChoiceField(entry.choices)
        case "many":
            return ManyField(words, entry.choices)
        case "flag":
            return FlagField()
        case "file":
            return FileField(words)
    return LineField(words, entry.kind)


def value_at(table: Mapping[str, Any], key: KeyPath) -> Any:
    """The value at a key of the table, None where it says nothing."""
    place: Any = table
    for step in key:
        if not isinstance(place, Mapping) or step not in place:
            return None
        place = place[step]
    return place


def with_value(table: Mapping[str, Any], key: KeyPath, value: Any) -> dict[str, Any]:
    """The table with another value; None takes the key out, and a table left empty with it."""
    made = deepcopy(dict(table))
    tables = [made]
    for step in key[:-1]:
        inner = tables[-1].setdefault(str(step), {})
        tables.append(inner)
    if value is None:
        tables[-1].pop(str(key[-1]), None)
        for step, outer, inner in zip(
            reversed(key[:-1]), reversed(tables[:-1]), reversed(tables[1:]), strict=True
        ):
            if not inner:
                outer.pop(str(step))
    else:
        tables[-1][str(key[-1])] = value
    return made


def covers(key: KeyPath, path: KeyPath) -> bool:
    """Whether the field at a key is where a fault at the path belongs."""
    shorter = min(len(key), len(path))
    return shorter > 0 and key[:shorter] == path[:shorter]


def sentence_for(faults: Faults, key: KeyPath, deepest: int | None = None) -> str:
    """What is said at a key; `deepest`: only of paths that are no longer than this."""
    fitting = (
        text
        for path, text in faults.items()
        if covers(key, path) and (deepest is None or len(path) <= deepest)
    )
    return "\n".join(fitting)


def inside(faults: Faults, key: KeyPath) -> dict[KeyPath, str]:
    """The faults below a key, as seen from there."""
    return {
        path[len(key) :]: text
        for path, text in faults.items()
        if path[: len(key)] == key and len(path) > len(key)
    }
