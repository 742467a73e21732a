"""Choosing several of a list, with a search in both scripts; opens under its button and never blocks."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from ui.words import Words

SEARCH_FROM = 9
WIDTH, ROW_HEIGHT, MOST_ROWS = 320, 26, 12
CODE = Qt.ItemDataRole.UserRole


class PickMany(QToolButton):
    """`chosen` carries the tuple of values after each tick. The button names what is chosen."""

    chosen = Signal(object)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.called, self.fixed = "", ""
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setProperty("kind", "pick")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._show_found)
        self.list = QListWidget()
        self.list.itemChanged.connect(lambda item: self._ticked())
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self.search)
        column.addWidget(self.list)
        action = QWidgetAction(self)
        action.setDefaultWidget(inside)
        menu = QMenu(self)
        menu.addAction(action)
        menu.aboutToShow.connect(self._opened)
        self.setMenu(menu)

    def offer(self, choices: Sequence[tuple[Any, str]], chosen: Sequence[Any]) -> None:
        """The list, with what is chosen ticked; tells no one."""
        with QSignalBlocker(self.list):
            self.list.clear()
            for value, text in choices:
                item = QListWidgetItem(text)
                item.setData(CODE, value)
                item.setFlags(
                    Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable
                )
                item.setCheckState(Qt.CheckState.Checked if value in chosen else Qt.CheckState.Unchecked)
                self.list.addItem(item)
        self.search.setVisible(len(choices) >= SEARCH_FROM)
        self.list.setFixedSize(WIDTH, ROW_HEIGHT * min(max(len(choices), 1), MOST_ROWS) + 4)
        self._name()

    def values(self) -> tuple[Any, ...]:
        """What is ticked, in the order of the list."""
        items = [self.list.item(number) for number in range(self.list.count())]
        return tuple(item.data(CODE) for item in items if item.checkState() == Qt.CheckState.Checked)

    def name(self, text: str) -> None:
        """A fixed word on the button instead of what is chosen."""
        self.fixed = text
        self._name()

    def call(self, name: str) -> None:
        """What is chosen here, also for a screen reader."""
        self.called = name
        self._name()

    def _name(self) -> None:
        items = [self.list.item(number) for number in range(self.list.count())]
        names = [item.text() for item in items if item.checkState() == Qt.CheckState.Checked]
        text = ", ".join(names) if names else self.words("build.pick.none")
        cut = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, 210)
        self.setText(self.fixed or cut)
        self.setToolTip("\n".join(names))
        called = self.fixed or self.called
        self.setAccessibleName(f"{called}: {text}" if called else text)
        self.search.setPlaceholderText(self.words("build.pick.search"))
        self.search.setAccessibleName(self.words("build.pick.search"))
        self.list.setAccessibleName(self.called)

    def _ticked(self) -> None:
        self._name()
        self.chosen.emit(self.values())

    def _show_found(self, words: str) -> None:
        wanted = words.strip().casefold()
        for number in range(self.list.count()):
            item = self.list.item(number)
            item.setHidden(bool(wanted) and wanted not in item.text().casefold())

    def _opened(self) -> None:
        self.search.clear()
        (self.search if self.search.isVisible() else self.list).setFocus()
