"""The rule builder: conditions and groups of them, added, changed, taken out; it reads as a sentence.

Every state of it can be answered, so each step is planned at once and can be taken back like any other.
"""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.comparison_row import ComparisonRow, tool
from ui.icon import icon
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
        self.sentence, self.other = label(wrap=True), label("small", wrap=True)
        self.fault = label("fault", wrap=True)
        self.fault.hide()
        self.begin = QPushButton()
        self.begin.clicked.connect(self._begin)
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
            self.rows[path].show_leaf(dict(leaf), told, settled)

    def show_faults(self, faults: Mapping[KeyPath, str]) -> None:
        """Say what could not be taken into the rule; it stays as it was."""
        self.fault.setText("\n".join(dict.fromkeys(faults.values())))
        self.fault.setVisible(bool(faults))

    def _rebuild(self) -> None:
        held = self._held()
        empty(self.place)
        self.rows = {}
        if self.info is not None and self.info.tree is not None:
            self.place.addWidget(self._group((), self.tree))
        if held in self.rows:
            self.rows[held].field.setFocus()

    def _held(self) -> KeyPath | None:
        """The comparison in which the keyboard is."""
        return (
            next((path for path, row in self.rows.items() if row.isAncestorOf(self.focusWidget())), None)
            if self.focusWidget()
            else None
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
        if path or self.may_be_empty:
            colour = self.palette().text().color().name()
            tools = [("close", lambda: self._change(without(self.tree, path) if path else None))]
            if path:
                tools.insert(0, ("ungroup", lambda: self._change(dissolved(self.tree, path))))
            for name, act in tools:
                button = tool()
                button.setIcon(icon(name, colour))
                words = self.words(f"build.group.{name}")
                button.setToolTip(words)
                button.setAccessibleName(words)
                button.clicked.connect(lambda checked=False, act=act: act())
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
