"""Messages beside the work, not over it; and the crash report, which opens and never blocks."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.icon import icon
from ui.label import framed, label
from ui.messages import CrashReport, Message
from ui.style import GAP, SPACE, WIDE
from ui.words import Words

MOST_SENTENCES = 200
TALLEST = 168


class MessageBar(QWidget):
    """Shows the last message until it is closed or another comes."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.message: Message | None = None
        self.box = framed("message")
        self.title = label("heading", wrap=True)
        self.sentences = label(wrap=True)
        self.sentences.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.sentences.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.body = QScrollArea()
        self.body.setWidgetResizable(True)
        self.body.setWidget(self.sentences)
        self.body.viewport().setAutoFillBackground(False)
        self.sentences.setAutoFillBackground(False)
        self.body.setMaximumHeight(TALLEST)
        self.close_button = QToolButton()
        self.close_button.setAutoRaise(True)
        self.close_button.clicked.connect(self.dismiss)
        inside = QHBoxLayout(self.box)
        inside.setContentsMargins(WIDE, SPACE, SPACE, SPACE)
        text = QVBoxLayout()
        text.setSpacing(GAP)
        text.addWidget(self.title)
        text.addWidget(self.body)
        inside.addLayout(text, 1)
        inside.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        around = QVBoxLayout(self)
        around.setContentsMargins(SPACE, SPACE, SPACE, 0)
        around.addWidget(self.box)
        self.retranslate()
        self.hide()

    def show_message(self, message: Message) -> None:
        self.message = message
        self.box.setProperty("level", message.level)
        self.title.setText(message.title)
        shown = message.sentences[:MOST_SENTENCES]
        bullet = "• " if len(shown) > 1 else ""
        self.sentences.setText("\n".join(bullet + sentence for sentence in shown))
        self.body.setVisible(bool(shown))
        for widget in (self.box, self.title, self.sentences):
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        self.show()
        width = max(self.width() - 6 * WIDE, 300)
        self.body.setFixedHeight(min(self.sentences.heightForWidth(width) + 2 * GAP, TALLEST))

    def dismiss(self) -> None:
        self.message = None
        self.hide()

    def retranslate(self) -> None:
        self.close_button.setText("×")
        self.close_button.setToolTip(self.words("ui.close"))
        self.close_button.setAccessibleName(self.words("ui.close"))
        self.close_button.setIcon(icon("close", self.palette().text().color().name()))


class CrashDialog(QDialog):
    """What went wrong inside the program; the person can copy it and go on, or have the plan opened anew.

    `recover` opens the plan as it was last kept; None where no plan is open.
    """

    def __init__(
        self,
        report: CrashReport,
        words: Words,
        parent: QWidget | None = None,
        recover: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(words("ui.crash.title"))
        self.resize(640, 380)
        intro = label(wrap=True)
        intro.setText(words("ui.crash") if recover is None else words("ui.crash.plan"))
        self.report = QPlainTextEdit(report.text)
        self.report.setReadOnly(True)
        self.report.setAccessibleName(words("ui.crash.title"))
        copy = QPushButton(words("ui.copy"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report.text))
        buttons = QDialogButtonBox()
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        self.anew = QPushButton(words("ui.crash.recover"))
        self.anew.setVisible(recover is not None)
        if recover is not None:
            self.anew.clicked.connect(recover)
            self.anew.clicked.connect(self.close)
            buttons.addButton(self.anew, QDialogButtonBox.ButtonRole.ActionRole)
        close = buttons.addButton(words("ui.close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.clicked.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(intro)
        layout.addWidget(self.report, 1)
        layout.addWidget(buttons)
