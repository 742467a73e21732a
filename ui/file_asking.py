"""Asking for a file or a folder; the dialog opens and never blocks."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

Taken = Callable[[Path], None]


def ask_file(parent: QWidget, title: str, pattern: str, taken: Taken) -> QFileDialog:
    """A file that is there. `pattern`: such as "*.xlsx *.csv"."""
    return opened(QFileDialog(parent, title), QFileDialog.FileMode.ExistingFile, pattern, taken)


def ask_where(parent: QWidget, title: str, name: str, pattern: str, taken: Taken) -> QFileDialog:
    """Where to write a file; `name` is proposed."""
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    return opened(dialog, QFileDialog.FileMode.AnyFile, pattern, taken)


def ask_folder(parent: QWidget, title: str, taken: Taken) -> QFileDialog:
    """A folder to write into."""
    dialog = QFileDialog(parent, title)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return opened(dialog, QFileDialog.FileMode.Directory, "", taken)


def opened(dialog: QFileDialog, mode: QFileDialog.FileMode, pattern: str, taken: Taken) -> QFileDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(mode)
    if pattern:
        dialog.setNameFilter(f"({pattern})")
    dialog.fileSelected.connect(lambda name: taken(Path(name)))
    dialog.open()
    return dialog
