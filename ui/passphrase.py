"""A question for a passphrase: typed unseen, handed over, not kept."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from ui.session import Session


def passphrase_dialog(
    parent: QWidget,
    title: str,
    question: str,
    take: Callable[[str], None],
    leave: Callable[[], None] = lambda: None,
) -> QInputDialog:
    """Open the dialog; it does not block. `take` gets what was typed, or `leave` is told."""
    dialog = QInputDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.setLabelText(question)
    dialog.setTextEchoMode(QLineEdit.EchoMode.Password)
    dialog.textValueSelected.connect(lambda typed: take(typed) if typed else leave())
    dialog.rejected.connect(leave)
    dialog.open()
    return dialog


class WorkbookPasswords(QObject):
    """Asks for the password of a protected workbook; the job that wants it waits, and nothing keeps it."""

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self.window, self.words, self.unlocking = window, session.words, session.unlocking
        self.dialog: QInputDialog | None = None
        self.unlocking.wanted.connect(self.ask)
        self.unlocking.given_up.connect(self.ask_no_more)

    def ask(self, file: str, wrong: bool) -> None:
        """`wrong`: the last password was."""
        question = self.words("ui.password.wrong" if wrong else "ui.password.wanted", file=file)
        answer = self.unlocking.answer
        self.dialog = passphrase_dialog(
            self.window, self.words("ui.password"), question, answer, lambda: answer("")
        )

    def ask_no_more(self) -> None:
        """The job that asked was cancelled."""
        if self.dialog is not None:
            self.dialog.reject()
