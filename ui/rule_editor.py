"""The rule builder: conditions and groups of them, added, changed, taken out; it reads as a sentence.

Every state of it can be answered, so each step is planned at once and can be taken back like any other.
"""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from ui.comparison_row import KEYS, WAYS, ComparisonRow, dress_tool, tool
from ui.label import label
from ui.layouts import empty
from ui.results import KeyPath
from ui.rule_parts import (
    GROUPS,
    FieldInfo,
    RuleInfo,
    Tree,
    as_group,
    at,
    dissolved,
    first_leaf,
    kind_of,
    leaf_paths,
    replaced,
    shape_of,
    shifted,
    with_kind,
    with_member,
    without,
    wrapped,
)
from ui.style import GAP, SPACE
from ui.words import Words

FIRST_FIELDS = ("members", "pmt_score", "severity", "affected")
"""What a new condition asks about, the first that there is."""

Ask = Callable[[KeyPath, object], None]


class RuleEditor(QWidget):
    """`asked` carries a key path of the plan and its new value; the session decides whether it may be."""

    asked = Signal(object, object)

    def __init__(self, words: Words, may_be_empty: bool = False, empty: str = "build.everyone") -> None:
        super().__init__()
        self.words, self.may_be_empty, self.empty = words, may_be_empty, empty
        self.info: RuleInfo | None = None
        self.fields: Sequence[FieldInfo] = ()
        self.built: object = None
        self.rows: dict[KeyPath, ComparisonRow] = {}
        self.heads: dict[KeyPath, dict[str, QToolButton]] = {}  # the tools of each inner group
        self.moving: tuple[KeyPath, str] | None = None  # what was shifted, and by which button
        self.sentence, self.other = label(wrap=True), label("small", wrap=True)
        self.fault = label("fault", wrap=True)
        self.fault.hide()
        self.begin = QPushButton()
        self.begin.clicked.connect(self._begin)
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for name, way in WAYS.items():
            keys = QShortcut(QKeySequence(KEYS[name]), self, context=inside)
            keys.activated.connect(lambda way=way: self._shift_held(way))
        self.place = QVBoxLayout()
        self.place.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for widget in (self.sentence, self.other, self.fault, self.begin):
            column.addWidget(widget)
        column.addLayout(self.place)

    @property
    def tree(self) -> Tree:
        """The rule of the moment with a group at its root."""
        assert self.info is not None and self.info.tree is not None
        return as_group(self.info.tree)

    def show_rule(self, info: RuleInfo, fields: Sequence[FieldInfo], settled: bool) -> None:
        """Show the rule; the widgets are made anew only where other ones are needed."""
        self.info, self.fields = info, fields
        self.sentence.setText(info.sentence or self.words(self.empty))
        self.other.setText(info.other)
        self.other.setVisible(bool(info.other))
        self.begin.setVisible(info.tree is None)
        self.begin.setText(self.words("build.begin"))
        layers = tuple((field.name, field.label) for field in fields)
        built = (shape_of(self.tree) if info.tree else None, layers, self.words.language)
        if built != self.built:
            self.built = built
            self._rebuild()
        if info.tree is None:
            return
        own = bool(kind_of(info.tree))
        for path, leaf in leaf_paths(self.tree):
            told = info.answered((*info.path, *(path if own else path[2:])))
            self.rows[path].may_shift(*self._neighbours(path))
            self.rows[path].show_leaf(dict(leaf), told, settled)
        self._follow()

    def show_faults(self, faults: Mapping[KeyPath, str]) -> None:
        """Say what could not be taken into the rule; it stays as it was."""
        self.fault.setText("\n".join(dict.fromkeys(faults.values())))
        self.fault.setVisible(bool(faults))

    def _rebuild(self) -> None:
        held = self._held()
        empty(self.place)
        self.rows, self.heads = {}, {}
        if self.info is not None and self.info.tree is not None:
            self.place.addWidget(self._group((), self.tree))
        if held in self.rows:
            self.rows[held].field.setFocus()

    def _held(self) -> KeyPath | None:
        """The comparison, or the head of an inner group, in which the keyboard is."""
        focused = self.focusWidget()
        if focused is None:
            return None
        heads = [path for path, tools in self.heads.items() if focused in tools.values()]
        return next(
            (path for path, row in self.rows.items() if row.isAncestorOf(focused)), (heads or [None])[0]
        )

    def _group(self, path: KeyPath, tree: Tree) -> QWidget:
        """A group with its members below one another."""
        box = QFrame()
        box.setProperty("kind", "group")
        column = QVBoxLayout(box)
        column.setContentsMargins(SPACE, SPACE, SPACE if not path else 0, SPACE)
        column.setSpacing(SPACE)
        column.addLayout(self._head(path, kind_of(tree)))
        for number, member in enumerate(tree[kind_of(tree)]):
            own = (*path, kind_of(tree), number)
            column.addWidget(self._group(own, member) if kind_of(member) else self._row(own, member))
        column.addLayout(self._foot(path))
        return box

    def _head(self, path: KeyPath, kind: str) -> QHBoxLayout:
        head = QHBoxLayout()
        choice = QComboBox()
        for each in GROUPS:
            choice.addItem(self.words(f"build.group.{each}"), each)
        choice.setCurrentIndex(GROUPS.index(kind))
        choice.setAccessibleName(self.words("build.group"))
        choice.activated.connect(lambda number: self._change(with_kind(self.tree, path, GROUPS[number])))
        head.addWidget(choice)
        head.addStretch(1)
        acts: dict[str, Callable[[], None]] = {}
        if path:
            for name, way in WAYS.items():
                acts[name] = lambda way=way: self._shift(path, way)
            acts["ungroup"] = lambda: self._change(dissolved(self.tree, path))
        if path or self.may_be_empty:
            acts["close"] = lambda: self._change(without(self.tree, path) if path else None)
        self.heads[path] = {name: tool() for name in acts}
        before, after = self._neighbours(path)
        for name, button in self.heads[path].items():
            button.setEnabled({"up": before, "down": after}.get(name, True))
            dress_tool(button, name, self.words(f"build.group.{name}"), choice.currentText())
            button.clicked.connect(lambda checked=False, act=acts[name]: act())
            head.addWidget(button)
        return head

    def _foot(self, path: KeyPath) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        for name, act in (("add", self._add), ("add_group", self._add_group)):
            button = QPushButton(self.words(f"build.{name}"))
            button.setProperty("kind", "link")
            button.clicked.connect(lambda checked=False, act=act: act(path))
            foot.addWidget(button)
        foot.addStretch(1)
        return foot

    def _row(self, path: KeyPath, leaf: Tree) -> ComparisonRow:
        row = ComparisonRow(self.words, self.fields, dict(leaf))
        row.replaced.connect(lambda new: self._change(replaced(self.tree, path, new)))
        row.limit_moved.connect(lambda name, value: self._move(path, name, value))
        row.wrap_asked.connect(lambda: self._change(wrapped(self.tree, path, "any")))
        row.removed.connect(lambda: self._remove(path))
        row.shift_asked.connect(lambda way: self._shift(path, way))
        self.rows[path] = row
        return row

    def _first(self) -> Tree:
        known = {field.name: field for field in self.fields}
        return first_leaf(next(known[name] for name in FIRST_FIELDS if name in known))

    def _begin(self) -> None:
        self._change({"all": [self._first()]})

    def _add(self, path: KeyPath) -> None:
        self._change(with_member(self.tree, path, self._first()))

    def _add_group(self, path: KeyPath) -> None:
        kind = "all" if kind_of(at(self.tree, path)) == "any" else "any"
        self._change(with_member(self.tree, path, {kind: [self._first()]}))

    def _remove(self, path: KeyPath) -> None:
        left = without(self.tree, path)
        if left[kind_of(left)]:
            self._change(left)
        elif self.may_be_empty:
            self._change(None)

    def _neighbours(self, path: KeyPath) -> tuple[bool, bool]:
        """Whether something stands before it in its group, and after it."""
        if not path:
            return False, False
        return int(path[-1]) > 0, int(path[-1]) < len(at(self.tree, path[:-1])) - 1

    def _shift(self, path: KeyPath, way: int) -> None:
        """Change places with the neighbour; the keyboard goes along."""
        if self._neighbours(path)[way > 0]:
            tree, there = shifted(self.tree, path, way)
            self.moving = (there, next(name for name, each in WAYS.items() if each == way))
            self._change(tree)

    def _follow(self) -> None:
        """The keyboard stays on what was shifted: on the same button, or the other where that has ended."""
        if self.moving is None:
            return
        (path, name), self.moving = self.moving, None
        tools = self.rows[path].tools if path in self.rows else self.heads.get(path, {})
        usable = [tools[each] for each in (name, *WAYS) if each in tools and tools[each].isEnabled()]
        if usable:
            usable[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _shift_held(self, way: int) -> None:
        """Shift the condition, or the group, in which the keyboard is."""
        path = self._held()
        if path:
            self._shift(path, way)

    def _move(self, path: KeyPath, name: str, value: object) -> None:
        """A limit on its way: only its own value changes, so that a slide is one step back."""
        assert self.info is not None and self.info.tree is not None
        own = path if kind_of(self.info.tree) else path[2:]
        self.show_faults({})
        self.asked.emit((*self.info.path, *own, name), value)

    def _change(self, tree: Tree | None) -> None:
        assert self.info is not None
        self.show_faults({})
        self.asked.emit(self.info.path, tree)
