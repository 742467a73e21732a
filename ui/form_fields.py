"""The fields of a form: each shows a plain value, tells a new one, and says when it cannot be read."""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from shockplan.texts import show_number, show_value
from ui.number_box import LAO_DIGITS
from ui.pick_many import PickMany
from ui.undo_keys import UndoKeys
from ui.words import Words

PLAIN_NUMBER = re.compile(r"-?(\d{1,15}(\.\d{0,9})?|\.\d{1,9})", re.ASCII)


class Unreadable(ValueError):
    """What was typed is no number or no day; `code` names the sentence that says so."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_number(text: str, whole: bool = False, factor: int = 1) -> Decimal | int | None:
    """A number as people type it: Lao or Latin digits, commas or spaces between groups; None for nothing.

    Raises Unreadable. `factor`: what is typed is the value x factor (100 for per cent).
    """
    plain = text.translate(LAO_DIGITS).replace(",", "").replace(" ", "").replace("\u00a0", "")
    plain = plain.removesuffix("%").removesuffix("₭")
    if not plain:
        return None
    if not PLAIN_NUMBER.fullmatch(plain):
        raise Unreadable("build.not_a_number")
    value = Decimal(plain)
    if not whole:
        return value / factor
    if value != value.to_integral_value():
        raise Unreadable("build.not_whole")
    return int(value)


def read_day(text: str) -> dt.date | None:
    """A day as 24/11/2026 (or 2026-11-24); None for nothing. Raises Unreadable."""
    plain = text.translate(LAO_DIGITS).strip()
    if not plain:
        return None
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return dt.datetime.strptime(plain, form).replace(tzinfo=dt.UTC).date()
        except ValueError:
            continue
    raise Unreadable("build.not_a_day")


class FormField(QWidget):
    """`edited` carries the value; `unreadable` the code of a sentence."""

    edited = Signal(object)
    unreadable = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)

    def hold(self, widget: QWidget) -> None:
        """The widget that takes the keyboard."""
        self.row.addWidget(widget, 1)
        self.setFocusProxy(widget)

    def call(self, name: str) -> None:
        """The name for a screen reader."""
        proxy = self.focusProxy()
        if isinstance(proxy, QWidget):
            proxy.setAccessibleName(name)

    def show_value(self, value: Any) -> None:
        raise NotImplementedError


class LineField(FormField):
    """Text, a number or a day in one line; told when Enter is pressed or the field is left."""

    def __init__(self, words: Words, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self.line = QLineEdit()
        self.last = ""
        if kind != "text":
            self.line.setAlignment(Qt.AlignmentFlag.AlignRight)
        if kind == "date":
            self.line.setPlaceholderText(words("build.day"))
        self.undo_keys = UndoKeys(self.line)
        self.line.editingFinished.connect(self._take)
        self.hold(self.line)

    def show_value(self, value: Any) -> None:
        self.last = self.written(value)
        with QSignalBlocker(self.line):
            self.line.setText(self.last)
            self.line.setCursorPosition(0)

    def written(self, value: Any) -> str:
        if value is None:
            return ""
        if self.kind == "percent":
            return f"{show_number(Decimal(value) * 100)} %"
        if self.kind in ("kip", "whole", "number"):
            return show_number(value)
        return show_value(value)

    def _take(self) -> None:
        if self.line.text() == self.last:
            return
        self.last = self.line.text()
        try:
            value = self.value()
        except Unreadable as fault:
            self.unreadable.emit(fault.code)
        else:
            self.undo_keys.taken()
            self.edited.emit(value)

    def value(self) -> Any:
        text = self.line.text()
        match self.kind:
            case "kip" | "whole":
                return read_number(text, whole=True)
            case "number":
                return read_number(text)
            case "percent":
                return read_number(text, factor=100)
            case "date":
                return read_day(text)
        return text.strip() or None


class ChoiceField(FormField):
    """One of a list."""

    def __init__(self, choices: Sequence[tuple[Any, str]]) -> None:
        super().__init__()
        self.values = [value for value, _ in choices]
        self.box = QComboBox()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(10)
        for _, text in choices:
            self.box.addItem(text)
        self.box.activated.connect(lambda number: self.edited.emit(self.values[number]))
        self.hold(self.box)

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(self.values.index(value) if value in self.values else 0)


class ManyField(FormField):
    """Several of a list."""

    def __init__(self, words: Words, choices: Sequence[tuple[Any, str]]) -> None:
        super().__init__()
        self.choices = choices
        self.pick = PickMany(words)
        self.pick.chosen.connect(lambda values: self.edited.emit(values or None))
        self.hold(self.pick)

    def call(self, name: str) -> None:
        self.pick.call(name)

    def show_value(self, value: Any) -> None:
        if set(self.pick.values()) != set(value or ()) or not self.pick.list.count():
            self.pick.offer(self.choices, value or ())


class FlagField(FormField):
    """Yes or no."""

    def __init__(self) -> None:
        super().__init__()
        self.tick = QCheckBox()
        self.tick.toggled.connect(lambda on: self.edited.emit(on))
        self.hold(self.tick)

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self.tick):
            self.tick.setChecked(bool(value))


class FileField(FormField):
    """The path of a file; the button beside it asks the page to open the dialog."""

    asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.last = ""
        self.button = QPushButton(words("build.browse"))
        self.button.clicked.connect(self.asked)
        self.line.editingFinished.connect(self._take)
        self.hold(self.line)
        self.row.addWidget(self.button)

    def call(self, name: str) -> None:
        super().call(name)
        self.button.setAccessibleName(f"{self.button.text()} {name}")

    def show_value(self, value: Any) -> None:
        self.last = str(value or "")
        self.line.setText(self.last)

    def _take(self) -> None:
        if self.line.text() != self.last:
            self.last = self.line.text()
            self.edited.emit(self.last.strip() or None)
