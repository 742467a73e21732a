"""Undo in a field that has nothing of its own to take back reaches the plan, as it does everywhere else."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit


class UndoKeys(QObject):
    """Lets the keys of undo and redo pass where the line has no typing to undo or redo."""

    def __init__(self, line: QLineEdit) -> None:
        super().__init__(line)
        self.line = line
        line.installEventFilter(self)
        holder = line.parent()
        if isinstance(holder, QAbstractSpinBox):  # it takes the keys and hands them to its line by itself
            holder.installEventFilter(self)

    def taken(self) -> None:
        """What was typed is now part of the plan, and undone there."""
        self.line.setText(self.line.text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        key = QKeySequence.StandardKey
        passes = (event.matches(key.Undo) and not self.line.isUndoAvailable()) or (
            event.matches(key.Redo) and not self.line.isRedoAvailable()
        )
        if passes:
            event.ignore()
        return passes
