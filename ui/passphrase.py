"""A question for a passphrase: typed unseen, handed over, not kept."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget


def passphrase_dialog(
    parent: QWidget, title: str, question: str, take: Callable[[str], None]
) -> QInputDialog:
    """Open the dialog; it does not block. `take` gets what was typed, unless it was nothing."""
    dialog = QInputDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.setLabelText(question)
    dialog.setTextEchoMode(QLineEdit.EchoMode.Password)
    dialog.textValueSelected.connect(lambda typed: take(typed) if typed else None)
    dialog.open()
    return dialog
