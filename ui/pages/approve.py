"""What an approver signs: the figures that must close, what is still open, and the plan's fingerprint."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
)

from shockplan.texts import show_number
from ui.label import framed, label
from ui.layouts import scrolled
from ui.pages.page import Page
from ui.passphrase import passphrase_dialog
from ui.results import Figures
from ui.session import Session
from ui.style import SPACE

MONEY = ("budget_kip", "reserve_kip", "set_aside_kip", "committed_kip", "fees_kip", "remaining_kip")


def money_rows(figures: Figures) -> tuple[tuple[str, int], ...]:
    """The parts of the budget in the order in which they are taken from it."""
    return tuple((name, int(getattr(figures, name))) for name in MONEY)


class ApprovePage(Page):
    code = "approve"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.fingerprint = label("figure")
        self.fingerprint.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.fingerprint_told = label("small", wrap=True)
        self.copy = QPushButton()
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.fingerprint.text()))
        self.money_title, self.open_title = label("heading"), label("heading")
        self.names = {name: label("muted") for name in MONEY}
        self.amounts = {name: label() for name in MONEY}
        money = framed("card")
        form = QFormLayout(money)
        form.setHorizontalSpacing(SPACE * 3)
        for name in MONEY:
            self.amounts[name].setAlignment(Qt.AlignmentFlag.AlignRight)
            form.addRow(self.names[name], self.amounts[name])
        self.open = label(wrap=True)
        still = framed("card")
        QVBoxLayout(still).addWidget(self.open)
        signed = framed("card")
        signed_rows = QVBoxLayout(signed)
        signed_rows.addWidget(self.fingerprint)
        signed_rows.addWidget(self.fingerprint_told)
        buttons = QHBoxLayout()
        self.sign, self.standing = QPushButton(), label(wrap=True)
        self.sign.setProperty("kind", "main")
        self.sign.clicked.connect(self.ask_for_key)
        for button in (self.sign, self.copy):
            buttons.addWidget(button)
        buttons.addStretch(1)
        signed_rows.addWidget(self.standing)
        signed_rows.addLayout(buttons)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, SPACE, 0)
        for widget in (signed, self.money_title, money, self.open_title, still):
            column.addWidget(widget)
        column.addStretch(1)
        self.body.addWidget(scrolled(column), 1)
        self.retranslate()

    def ask_for_key(self) -> None:
        """Ask for the approver's key file, then for its passphrase; neither blocks."""
        dialog = QFileDialog(self, self.words("ui.sign.key"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.ask_for_passphrase(Path(name)))
        self.dialog = dialog
        dialog.open()

    def ask_for_passphrase(self, key_file: Path) -> None:
        self.passphrase_dialog = passphrase_dialog(
            self,
            self.words("ui.passphrase"),
            self.words("ui.passphrase.key", file=key_file.name),
            lambda passphrase: self.session.sign(key_file, passphrase),
        )

    def show_results(self) -> None:
        results = self.session.results
        if results is None:
            return
        names = ", ".join(results.headline.signed_by)
        code = "ui.signed.payable" if results.headline.approved else "ui.signed.draft"
        self.standing.setText(self.words(code, names=names or self.words("ui.signed.nobody")))
        self.fingerprint.setText(results.headline.fingerprint)
        for name, kip in money_rows(results.figures):
            self.amounts[name].setText(self.words.kip(kip))
        figures = results.figures
        errors = sum(1 for finding in results.findings if finding.level == "error")
        counts = {
            "waiting": figures.waiting,
            "verify": figures.verify,
            "cut": figures.cut,
            "rejected": figures.rejected,
            "errors": errors,
        }
        lines = [self.words(f"ui.open.{name}", count=count) for name, count in counts.items() if count]
        self.open.setText("\n".join("• " + line for line in lines) or self.words("ui.open.nothing"))
        count = show_number(figures.funded)
        people = show_number(figures.people_funded)
        self.fingerprint_told.setText(self.words("ui.fingerprint.told", funded=count, people=people))

    def retranslate(self) -> None:
        super().retranslate()
        self.sign.setText(self.words("ui.sign"))
        self.copy.setText(self.words("ui.fingerprint.copy"))
        self.money_title.setText(self.words("ui.money"))
        self.open_title.setText(self.words("ui.open"))
        for name in MONEY:
            self.names[name].setText(self.words(f"ui.money.{name}"))
        self.show_results()
