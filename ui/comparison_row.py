"""One comparison of a rule: its field, how it compares, with what, and how many households meet it."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from shockplan.texts import show_number
from ui.icon import icon
from ui.knob import Knob
from ui.label import label
from ui.pick_many import PickMany
from ui.rule_parts import Answered, FieldInfo, Tree, Way, first_leaf, way_of, with_way
from ui.style import GAP, SPACE
from ui.words import Words

WAYS = {"up": -1, "down": 1}
KEYS = {"up": "Ctrl+Shift+Up", "down": "Ctrl+Shift+Down"}
NATIVE = QKeySequence.SequenceFormat.NativeText
Show = Callable[[Mapping[str, Any]], None]


class ComparisonRow(QFrame):
    """`replaced` carries another comparison; `limit_moved` the name of a limit and its value, live.

    `wrap_asked`: put it into a group of its own; `removed`: take it out; `shift_asked` -1 or 1: change places
    with the condition before or after it.
    """

    replaced = Signal(object)
    limit_moved = Signal(str, object)
    wrap_asked = Signal()
    removed = Signal()
    shift_asked = Signal(int)

    def __init__(self, words: Words, fields: Sequence[FieldInfo], leaf: Tree) -> None:
        super().__init__()
        self.setProperty("kind", "condition")
        self.words, self.fields, self.leaf = words, fields, leaf
        self.info = next((field for field in fields if field.name == leaf["field"]), unknown(leaf["field"]))
        self.field = QComboBox()
        self.way = QComboBox()
        self.tools = {name: tool() for name in ("up", "down", "group", "close")}
        self.counts = label("small", wrap=True)
        self.editors: list[tuple[QWidget, Show]] = []
        self.limits: dict[str, Knob] = {}
        self._fill()
        self._lay_out()
        self.show_leaf(leaf, None, settled=True)

    def _fill(self) -> None:
        group = ""
        for field in self.fields:
            if field.group != group and self.field.count():
                self.field.insertSeparator(self.field.count())
            group = field.group
            self.field.addItem(field.label, field.name)
        place = self.field.findData(self.info.name)
        if place < 0:
            self.field.addItem(self.info.label, self.info.name)
            place = self.field.count() - 1
        self.field.setCurrentIndex(place)
        self.field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.field.setMinimumContentsLength(12)
        self.field.activated.connect(self._choose_field)
        for way in self.info.ways:
            self.way.addItem(self.words(f"build.way.{way}"), way)
        if self.way.findData(way_of(self.leaf)) < 0:
            self.way.addItem(self.words(f"build.way.{way_of(self.leaf)}"), way_of(self.leaf))
        self.way.setCurrentIndex(self.way.findData(way_of(self.leaf)))
        self.way.activated.connect(self._choose_way)
        self.tools["group"].clicked.connect(self.wrap_asked)
        self.tools["close"].clicked.connect(self.removed)
        for name, way in WAYS.items():
            self.tools[name].clicked.connect(lambda checked=False, way=way: self.shift_asked.emit(way))

    def _lay_out(self) -> None:
        head, second = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(GAP)
        second.setSpacing(SPACE)
        head.addWidget(self.field, 1)
        for button in self.tools.values():
            head.addWidget(button)
        second.addWidget(self.way)
        for editor in self._values():
            second.addWidget(editor, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(GAP)
        column.addLayout(head)
        column.addLayout(second)
        column.addWidget(self.counts)

    def _values(self) -> list[QWidget]:
        """The widgets that hold what the field is compared with."""
        way = way_of(self.leaf)
        if way in ("at_least", "below", "between"):
            names = ("at_least", "below") if way == "between" else (way,)
            return [self._limit(name, slider=way != "between") for name in names]
        if way == "one_of":
            return [self._list() if self.info.choices else self._line(listed=True)]
        if self.info.choices:
            return [self._choice("equals", self.info.choices)]
        return [self._number() if self.info.number else self._line(listed=False)]

    def _limit(self, name: str, slider: bool) -> QWidget:
        if self.info.steps:
            return self._choice(name, self.info.steps)
        knob = Knob(decimals=1 if self.leaf[name] % 1 else 0, slider=slider, width=112)
        knob.name.hide()
        knob.set_range(Decimal(0), self.leaf[name] * 2 or Decimal(1))
        knob.moved.connect(lambda value: self.limit_moved.emit(name, value))
        self.limits[name] = knob
        self.editors.append((knob, lambda leaf: knob.show_value(Decimal(leaf[name]))))
        return knob

    def _number(self) -> QWidget:
        knob = Knob(slider=False, width=112)
        knob.name.hide()
        knob.moved.connect(lambda value: self.limit_moved.emit("equals", value))
        self.editors.append((knob, lambda leaf: knob.show_value(Decimal(leaf["equals"]))))
        return knob

    def _choice(self, name: str, choices: Sequence[tuple[Any, str]]) -> QWidget:
        box = QComboBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        values = [value for value, _ in choices]
        for _, text in choices:
            box.addItem(text)
        box.activated.connect(lambda number: self.replaced.emit({**self.leaf, name: values[number]}))

        def show(leaf: Mapping[str, Any]) -> None:
            places = [n for n, value in enumerate(values) if same(value, leaf[name])]
            if not places:
                values.append(leaf[name])
                box.addItem(str(leaf[name]))
                places = [len(values) - 1]
            with QSignalBlocker(box):
                box.setCurrentIndex(places[0])

        self.editors.append((box, show))
        return box

    def _list(self) -> QWidget:
        pick = PickMany(self.words)
        offered = [(value, text) for value, text in self.info.choices if not isinstance(value, bool)]

        def take(values: tuple[Any, ...]) -> None:
            if values:  # a list of nothing is no condition: the last tick stays
                self.replaced.emit({"field": self.info.name, "one_of": values})
            else:
                show(self.leaf)

        def show(leaf: Mapping[str, Any]) -> None:
            if set(pick.values()) != set(leaf["one_of"]) or not pick.list.count():
                pick.offer(offered, leaf["one_of"])

        pick.chosen.connect(take)
        self.editors.append((pick, show))
        return pick

    def _line(self, listed: bool) -> QWidget:
        line = QLineEdit()
        name = "one_of" if listed else "equals"

        def take() -> None:
            parts = [part.strip() for part in line.text().split(",")]
            value = tuple(part for part in parts if part) or ("",) if listed else line.text().strip()
            if value != self.leaf.get(name):
                self.replaced.emit({"field": self.info.name, name: value})

        def show(leaf: Mapping[str, Any]) -> None:
            text = ", ".join(map(str, leaf["one_of"])) if listed else str(leaf["equals"])
            if not line.hasFocus():
                line.setText(text)

        line.editingFinished.connect(take)
        self.editors.append((line, show))
        return line

    def show_leaf(self, leaf: Tree, answered: Answered | None, settled: bool) -> None:
        """The values of the moment and the counts; a value on its way stays where the hand is."""
        self.leaf = leaf
        if settled:
            for _, show in self.editors:
                show(leaf)
        if answered:
            counts = {"yes": answered.yes, "no": answered.no, "unknown": answered.unknown}
            self.counts.setText(
                self.words("ui.rule.counts", **{name: show_number(count) for name, count in counts.items()})
            )
        sentence = answered.sentence if answered else self.info.label
        self.setAccessibleName(sentence)
        self.field.setAccessibleName(f"{self.words('build.field')}: {self.field.currentText()}")
        self.way.setAccessibleName(f"{self.words('build.way')}: {self.way.currentText()}")
        for editor, _ in self.editors:
            if isinstance(editor, (Knob, PickMany)):
                editor.call(sentence)
            else:
                editor.setAccessibleName(sentence)
        for name, button in self.tools.items():
            dress_tool(button, name, self.words(f"build.condition.{name}"), sentence)

    def may_shift(self, before: bool, after: bool) -> None:
        """Whether there is a neighbour to change places with."""
        self.tools["up"].setEnabled(before)
        self.tools["down"].setEnabled(after)

    def _choose_field(self, number: int) -> None:
        name = self.field.itemData(number)
        if name != self.info.name:
            self.replaced.emit(first_leaf(next(field for field in self.fields if field.name == name)))

    def _choose_way(self, number: int) -> None:
        way: Way = self.way.itemData(number)
        if way != way_of(self.leaf):
            self.replaced.emit(with_way(self.leaf, self.info, way))


def dress_tool(button: QToolButton, name: str, words: str, of: str) -> None:
    """Its icon, paler where it cannot be pressed, and its words; for a screen reader also of what it is."""
    palette = button.palette()
    colour = (palette.text() if button.isEnabled() else palette.mid()).color().name()
    keys = f" ({QKeySequence(KEYS[name]).toString(NATIVE)})" if name in KEYS else ""
    button.setToolTip(words + keys)
    button.setAccessibleName(f"{words}: {of}")
    button.setIcon(icon(name, colour))


def tool() -> QToolButton:
    """A small button that is an icon."""
    button = QToolButton()
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


def same(first: object, second: object) -> bool:
    """Equal, and of one kind: yes is not 1."""
    return first == second and isinstance(first, bool) == isinstance(second, bool)


def unknown(name: str) -> FieldInfo:
    """A field that the plan asks about and the registry no longer has."""
    return FieldInfo(name, name, "household", ("is",))
