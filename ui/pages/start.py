"""Where everyone begins: the demo, a new plan, or a plan file."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.file_asking import ask_file, ask_folder
from ui.icon import icon
from ui.label import framed, label
from ui.layouts import empty, name_areas, scrolled
from ui.leftover_list import LeftoverList
from ui.name_field import NameField
from ui.passphrase import passphrase_dialog
from ui.remembered import Remembered
from ui.session import Session
from ui.style import ICON, SPACE, WIDE

CARD_WIDTH = 300


class StartPage(QWidget):
    """Three ways in."""

    new_asked = Signal()
    left = Signal()

    def __init__(self, session: Session, remembered: Remembered) -> None:
        super().__init__()
        self.session = session
        self.remembered = remembered
        self.words = session.words
        self.title = label("title")
        self.intro = label("muted", wrap=True)
        self.intro.setFixedWidth(3 * CARD_WIDTH + 2 * WIDE)
        self.demo = QPushButton()
        self.demo.setProperty("kind", "main")
        self.demo.clicked.connect(session.open_demo)
        self.open = QPushButton()
        self.open.clicked.connect(self.ask_for_plan)
        self.new = QPushButton()
        self.new.clicked.connect(self.new_asked)
        self.texts = {name: (label("heading"), label("muted", wrap=True)) for name in ("demo", "new", "open")}
        self.dialog: QFileDialog | None = None
        cards = QHBoxLayout()
        cards.setSpacing(WIDE)
        cards.addWidget(self._card("demo", self.demo))
        cards.addWidget(self._card("new", self.new))
        cards.addWidget(self._card("open", self.open))
        column = QVBoxLayout()
        column.setSpacing(WIDE)
        column.addStretch(2)
        column.addWidget(self.title)
        column.addWidget(self.intro)
        self.leftovers = LeftoverList(session)
        column.addWidget(self.leftovers)
        column.addLayout(cards)
        self.name = NameField(session, remembered.who, remembered.keep)
        column.addWidget(self.name)
        self.damaged = QPushButton()
        self.damaged.setProperty("kind", "link")
        self.damaged.clicked.connect(self.ask_for_damaged)
        self.back = QPushButton()
        self.back.setProperty("kind", "link")
        self.back.clicked.connect(self.left)
        self.back.hide()
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        session.changed.connect(self._show_back)
        self.recent_title = label("muted")
        self.recent = QVBoxLayout()
        self.recent.setSpacing(0)
        column.addWidget(self.recent_title)
        column.addLayout(self.recent)
        column.addWidget(self.damaged, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(3)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addLayout(column)
        middle.addStretch(1)
        around = QVBoxLayout(self)  # many plans left or opened before scroll; they make no window taller
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scrolled(middle))
        self.retranslate()

    def _card(self, name: str, button: QPushButton) -> QWidget:
        card = framed("card")
        card.setFixedWidth(CARD_WIDTH)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        inside.setSpacing(SPACE)
        heading, text = self.texts[name]
        inside.addWidget(heading)
        inside.addWidget(text)
        inside.addStretch(1)
        inside.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def ask_for_plan(self) -> None:
        """Open the file dialog; it does not block."""
        dialog = QFileDialog(self, self.words("ui.open_plan"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.words("ui.plan_files") + " (*.toml *.shockplan)")
        dialog.fileSelected.connect(lambda name: self.session.open_plan(Path(name)))
        self.dialog = dialog
        dialog.open()

    def ask_for_damaged(self) -> None:
        """A file that does not open: what is whole in it is taken out into a folder."""
        self.dialog = ask_file(self, self.words("file.damaged"), "*.shockplan", self.ask_whole_where)

    def ask_whole_where(self, path: Path) -> None:
        """The passphrase, where the file is not plainly open, then the folder."""

        def ask(passphrase: str | None) -> None:
            self.dialog = ask_folder(
                self,
                self.words("file.damaged.where"),
                lambda folder: self.session.plan_file.salvage(path, folder, passphrase),
            )

        locked = self.session.filing.is_locked(path)
        if locked is None:
            return
        if not locked:
            ask(None)
            return
        question = self.words("ui.passphrase.workspace", file=path.name)
        self.passphrase_dialog = passphrase_dialog(self, self.words("ui.passphrase"), question, ask)

    def _show_back(self) -> None:
        """The way back to the plan that is open."""
        results = self.session.results
        self.back.setVisible(results is not None)
        if results is not None:
            name = self.words.pick(results.headline.name, results.headline.name_lo)
            self.back.setText(self.words("ui.start.back", plan=name))

    def _show_recent(self) -> None:
        """A button for each plan opened before that is still there."""
        empty(self.recent)
        paths = self.remembered.there()
        self.recent_title.setVisible(bool(paths))
        self.recent_title.setText(self.words("ui.start.recent"))
        for path in paths:
            button = QPushButton(f"{path.parent.name}/{path.name}")
            button.setProperty("kind", "link")
            button.setToolTip(str(path))
            button.clicked.connect(lambda checked=False, path=path: self.session.open_plan(path))
            self.recent.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def showEvent(self, event: QShowEvent) -> None:
        """Each time that it is come back to, the plans that were left are looked for."""
        self.leftovers.look()
        super().showEvent(event)

    def retranslate(self) -> None:
        self._show_recent()
        self.damaged.setText(self.words("file.damaged.link"))
        self.damaged.setToolTip(self.words("file.damaged.tip"))
        self.leftovers.retranslate()
        self.name.retranslate()
        self._show_back()
        self.title.setText(self.words("ui.start"))
        name_areas(self, self.title.text())
        self.intro.setText(self.words("ui.start.intro"))
        for name, (heading, text) in self.texts.items():
            heading.setText(self.words(f"ui.start.{name}"))
            text.setText(self.words(f"ui.start.{name}.intro"))
        self.demo.setText(self.words("ui.open_demo"))
        self.new.setText(self.words("ui.new_plan"))
        self.open.setText(self.words("ui.open_plan"))
        colours = self.palette()
        for button, name, colour in (
            (self.demo, "demo", colours.highlightedText()),
            (self.new, "new", colours.text()),
            (self.open, "open", colours.text()),
        ):
            button.setIcon(icon(name, colour.color().name()))
            button.setIconSize(QSize(ICON, ICON))
