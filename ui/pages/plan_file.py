"""The plan's own file: who can open it, who changed what, parts for others, and taking the persons out."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.array_table import ArrayTable
from ui.conflict_view import ConflictView
from ui.file_asking import ask_file, ask_where
from ui.label import framed, label
from ui.layouts import scrolled
from ui.pages.page import Page
from ui.passphrase import passphrase_dialog
from ui.seal_dialog import SealDialog
from ui.session import Session
from ui.session.plan_file import Log
from ui.style import SPACE

BUTTONS = ("passphrase", "totals", "part", "bring", "purge")
ONE_FILE = "*.shockplan"
LOG_HEIGHT = 190
Write = Callable[[Path, str], None]


class PlanFilePage(Page):
    code = "file"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.file = session.plan_file
        self.standing, self.path = label(wrap=True), label("small", wrap=True)
        self.headings = {name: label("heading") for name in ("others", "log", "end")}
        self.hints = {name: label("muted", wrap=True) for name in ("totals", "part", "purge")}
        self.buttons = {name: QPushButton() for name in BUTTONS}
        self.district = QComboBox()
        self.conflicts = ConflictView(self.words)
        self.log_told = label("small", wrap=True)
        self.log = ArrayTable(self.words, session.jobs.arrange)
        self.log.setMinimumHeight(LOG_HEIGHT)
        self.dialog: QFileDialog | QMessageBox | None = None
        self.seal: SealDialog | None = None
        self._lay_out()
        acts = {
            "passphrase": self.ask_for_seal,
            "totals": self.ask_for_totals,
            "part": self.ask_for_part,
            "bring": self.ask_what_to_bring,
            "purge": self.ask_to_purge,
        }
        for name, act in acts.items():
            self.buttons[name].clicked.connect(act)
        self.file.logged.connect(self.show_log)
        self.file.conflicts.connect(self.conflicts.show_conflicts)
        self.file.part_sealed.connect(self.ask_for_passphrase)
        self.conflicts.settled.connect(self.file.settle_conflicts)
        self.conflicts.left.connect(self.file.leave_part)
        session.holding.changed.connect(self._look)
        self.retranslate()

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, SPACE, 0)
        column.addWidget(card(self.standing, self.path, self.buttons["passphrase"]))
        column.addWidget(self.headings["others"])
        part = QHBoxLayout()
        part.addWidget(self.district, 1)
        part.addWidget(self.buttons["part"])
        for_others = card(self.hints["totals"], self.buttons["totals"], self.hints["part"])
        inside = for_others.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.addLayout(part)
        inside.addWidget(self.buttons["bring"], 0, Qt.AlignmentFlag.AlignLeft)
        inside.addWidget(self.conflicts)
        column.addWidget(for_others)
        column.addWidget(self.headings["log"])
        column.addWidget(self.log, 1)
        column.addWidget(self.log_told)
        column.addWidget(self.headings["end"])
        column.addWidget(card(self.hints["purge"], self.buttons["purge"]))
        self.body.addWidget(scrolled(column), 1)

    # what a person asks for

    def ask_for_seal(self) -> None:
        """Another passphrase, or none: the dialog says what each means."""
        self.seal = SealDialog(self, self.words, self.file.change_passphrase)
        self.seal.open()

    def ask_for_totals(self) -> None:
        self._ask_where("file.totals", "totals.shockplan", self.file.write_totals)

    def ask_for_part(self) -> None:
        district = str(self.district.currentData() or "")

        def write(path: Path, passphrase: str) -> None:
            self.file.write_part(district, path, passphrase)

        if district:
            self._ask_where("file.part", f"{district}.shockplan", write)

    def _ask_where(self, code: str, name: str, write: Write) -> None:
        """Where to, then with which passphrase."""

        def taken(path: Path) -> None:
            self.seal = SealDialog(self, self.words, lambda passphrase: write(path, passphrase))
            self.seal.open()

        self.dialog = ask_where(self, self.words(code), name, ONE_FILE, taken)
        self.dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # nothing is overwritten

    def ask_what_to_bring(self) -> None:
        self.dialog = ask_file(self, self.words("file.bring"), ONE_FILE, self.file.bring_back)

    def ask_for_passphrase(self, path: Path) -> None:
        """Of a part that was sealed."""
        self.passphrase_dialog = passphrase_dialog(
            self,
            self.words("ui.passphrase"),
            self.words("ui.passphrase.workspace", file=path.name),
            lambda passphrase: self.file.bring_back(path, passphrase),
        )

    def ask_to_purge(self) -> None:
        """Ask once more, with what it means; it cannot be undone."""
        standing = self.file.standing
        if standing is None:
            return
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.words("file.purge"))
        box.setText(self.words("cli.purge_sure", file=standing.path.name))
        yes = box.addButton(self.words("file.purge.yes"), QMessageBox.ButtonRole.DestructiveRole)
        no = box.addButton(self.words("ui.seal.cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(no)
        yes.clicked.connect(self.file.purge)
        self.dialog = box
        box.open()

    # what there is to see

    def show_results(self) -> None:
        results = self.session.results
        self._look()
        if results is None:
            return
        chosen = self.district.currentData()
        self.district.clear()
        for pcode in results.districts.column("code").values:
            names = results.district_names.get(str(pcode))
            name = self.words.pick(*names) if names else ""
            self.district.addItem(f"{name} {pcode}".strip(), str(pcode))
        self.district.setCurrentIndex(max(self.district.findData(chosen), 0))
        self.file.read_log()

    def _look(self) -> None:
        """Say what kind of file is open, and offer what can be done with it."""
        standing = self.file.standing
        if standing is None:
            return
        kind = "sealed" if standing.sealed else "open" if standing.one_file else "folder"
        said = [self.words(f"file.standing.{kind}")]
        if standing.sealed:
            said.append(self.words("file.recoverable" if standing.recoverable else "file.not_recoverable"))
        if standing.one_file and not standing.writable:
            said.append(self.words("file.read_only"))
        self.standing.setText(" ".join(said))
        self.path.setText(f"{standing.path.parent.name}/{standing.path.name}")
        self.path.setToolTip(str(standing.path))
        for name in ("passphrase", "purge"):
            self.buttons[name].setEnabled(standing.one_file and standing.writable)
        self.buttons["purge"].setToolTip("" if standing.one_file else self.words("file.purge.one_file"))

    def show_log(self, log: object) -> None:
        assert isinstance(log, Log)
        self.log.set_table(log.table, {})
        if log.broken:
            told = self.words("cli.log_broken", entries=", ".join(map(str, log.broken)))
        elif log.head:
            told = self.words("file.log.whole", head=log.head)
        else:
            told = self.words("cli.no_log")
        self.log_told.setText(told)

    def retranslate(self) -> None:
        super().retranslate()
        words = self.words
        for name, heading in self.headings.items():
            heading.setText(words(f"file.{name}"))
        for name, hint in self.hints.items():
            hint.setText(words(f"file.{name}.hint"))
        for name, button in self.buttons.items():
            button.setText(words(f"file.{name}"))
        self.district.setAccessibleName(words("file.district"))
        self.log.setAccessibleName(words("file.log"))
        self.conflicts.retranslate()
        self._results_changed()  # the log is read when it is looked at


def card(*widgets: QWidget) -> QWidget:
    """The widgets below each other in a frame; buttons as wide as their words."""
    frame = framed("card")
    column = QVBoxLayout(frame)
    column.setSpacing(SPACE)
    for widget in widgets:
        if isinstance(widget, QPushButton):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft)
        else:
            column.addWidget(widget)
    return frame
