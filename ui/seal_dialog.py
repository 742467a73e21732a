"""The question before a plan is saved as one file: with a passphrase, or open to whoever has the file."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ui.label import label
from ui.style import SPACE, WIDE
from ui.words import Words

WIDTH = 460


class SealDialog(QDialog):
    """Says plainly what each choice means. `take` gets the passphrase, "" for none; closing saves nothing."""

    def __init__(self, parent: QWidget, words: Words, take: Callable[[str], None]) -> None:
        super().__init__(parent)
        self.words, self.take = words, take
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(words("ui.seal"))
        self.setMinimumWidth(WIDTH)
        self.first, self.again = QLineEdit(), QLineEdit()
        for field in (self.first, self.again):
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.textChanged.connect(self.look)
        self.unlike = label("muted")
        self.encrypt, self.open_to_all = (
            QPushButton(words("ui.seal.encrypt")),
            QPushButton(words("ui.seal.open")),
        )
        self.encrypt.setProperty("kind", "main")
        self.encrypt.clicked.connect(lambda: self.choose(self.first.text()))
        self.open_to_all.clicked.connect(lambda: self.choose(""))
        self.open_to_all.setAutoDefault(False)
        self._lay_out()
        self.look()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(SPACE)
        for code in ("ui.seal.why", "ui.seal.none"):
            text = label("muted", wrap=True)
            text.setText(self.words(code))
            column.addWidget(text)
        form = QFormLayout()
        form.addRow(self.words("ui.seal.first"), self.first)
        form.addRow(self.words("ui.seal.again"), self.again)
        column.addLayout(form)
        column.addWidget(self.unlike)
        cancel = QPushButton(self.words("ui.seal.cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        across = QHBoxLayout()
        across.addWidget(cancel)
        across.addStretch(1)
        across.addWidget(self.open_to_all)
        across.addWidget(self.encrypt)
        column.addLayout(across)

    def look(self) -> None:
        """Encrypting is possible once the same passphrase stands in both fields."""
        first, again = self.first.text(), self.again.text()
        self.encrypt.setEnabled(bool(first) and first == again)
        self.unlike.setText(self.words("ui.seal.unlike") if again and first != again else "")

    def choose(self, passphrase: str) -> None:
        self.accept()
        self.take(passphrase)
