"""A new plan: the registry, the layer, the event and the money; what the files hold is said at once."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from shockplan.texts import show_number
from ui.form import Entry, Form
from ui.key_path import KeyPath
from ui.label import framed, label
from ui.layouts import name_areas
from ui.results import Looked
from ui.session import Session
from ui.style import SPACE, WIDE

FORM_WIDTH = 620
SECTIONS = ("event", "registry", "shock", "money", "place")
NEEDED = ("name", "registry", "layer", "layer_name", "fund_name", "fund_kip", "round_kip", "path")
SHOWN_HEADINGS = 8
EVERYTHING = ""


class NewPlanPage(QWidget):
    """Nothing is written before the button is pressed; what is missing is said under its field."""

    left = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.session, self.words = session, session.words
        self.said: dict[str, Any] = {}
        self.faults: dict[KeyPath, str] = {}
        self.looks: dict[str, Looked] = {}
        self.dialog: QFileDialog | None = None
        self.title, self.intro = label("title"), label("muted", wrap=True)
        self.forms = {name: Form(self.words) for name in SECTIONS}
        self.headings = {name: label("heading") for name in SECTIONS}
        self.told = {name: label("small", wrap=True) for name in ("registry", "shock")}
        self.make, self.back = QPushButton(), QPushButton()
        self.make.setProperty("kind", "main")
        self.make.clicked.connect(self.begin)
        self.back.clicked.connect(self.left)
        self._lay_out()
        session.beginning.looked.connect(self.show_look)
        session.beginning.refused.connect(self.show_refusal)
        session.opened.connect(lambda path: self.begin_anew())
        self.retranslate()

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(SPACE)
        column.addWidget(self.title)
        column.addWidget(self.intro)
        for name, form in self.forms.items():
            form.edited.connect(lambda table, name=name: self._take(name, table))
            form.file_asked.connect(lambda key: self.ask_for_file(str(key[0])))
            card = framed("card")
            inside = QVBoxLayout(card)
            inside.setContentsMargins(WIDE, SPACE, WIDE, WIDE)
            inside.addWidget(self.headings[name])
            inside.addWidget(form)
            if name in self.told:
                inside.addWidget(self.told[name])
            column.addWidget(card)
        column.addStretch(1)
        inner = QWidget()
        inner.setFixedWidth(FORM_WIDTH)
        inner.setLayout(column)
        middle = QWidget()
        across = QHBoxLayout(middle)
        across.addStretch(1)
        across.addWidget(inner)
        across.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(middle)
        foot = framed("strip")
        buttons = QHBoxLayout(foot)
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        buttons.addWidget(self.make)
        buttons.addStretch(1)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.setSpacing(0)
        around.addWidget(scroll, 1)
        around.addWidget(foot)

    def begin_anew(self) -> None:
        """An empty form."""
        self.said, self.faults, self.looks = {}, {}, {}
        self.show_forms()

    def entries(self, section: str) -> tuple[Entry, ...]:
        """The fields of one section; what a layer is asked depends on what its file holds."""
        if section == "event":
            texts = ("name", "name_lo", "event", "purpose", "programme")
            return (
                *(Entry((name,), "text", f"begin.{name}") for name in texts),
                Entry(("date",), "date", "begin.date", told=True),
            )
        if section == "registry":
            return (Entry(("registry",), "file", "begin.registry", told=True),)
        if section == "money":
            return (
                Entry(("fund_name",), "text", "begin.fund_name"),
                Entry(("fund_kip",), "kip", "begin.fund_kip"),
                Entry(("round_kip",), "kip", "begin.round_kip"),
                Entry(("rounds",), "whole", "build.transfer.rounds", default=1),
            )
        if section == "place":
            return (Entry(("path",), "file", "begin.path", told=True),)
        return (
            Entry(("layer",), "file", "begin.layer", told=True),
            Entry(("layer_name",), "text", "begin.layer_name"),
            *self._severity_entries(self.looks.get("layer")),
        )

    def _severity_entries(self, look: Looked | None) -> tuple[Entry, ...]:
        """How severity is told: for a table always by a column, for polygons by a field or all the same."""
        if look is None or look.fault:
            return ()
        fields = tuple((heading, heading) for heading in look.headings)
        limits = tuple(
            Entry((level,), "number", f"begin.limit.{level}") for level in ("low", "moderate", "severe")
        )
        if look.kind == "area":
            return (
                Entry(("code",), "choice", "begin.code", choices=fields),
                Entry(("severity_field",), "choice", "begin.value", choices=fields),
                *limits,
            )
        observed = (Entry(("observed",), "file", "begin.observed", told=True),)
        if look.kind == "raster":
            return (*limits, *observed)
        everything = ((EVERYTHING, self.words("begin.all_severe")), *fields)
        by = Entry(("severity_field",), "choice", "begin.severity", default=EVERYTHING, choices=everything)
        return (by, *(limits if self.said.get("severity_field") else ()), *observed)

    def show_forms(self) -> None:
        """Show what was said so far."""
        for name, form in self.forms.items():
            form.show_table(self.said, self.entries(name), self.faults)
        for which, section in (("registry", "registry"), ("layer", "shock")):
            look = self.looks.get(which)
            self.told[section].setText(self.look_sentence(which, look) if look else "")
            self.told[section].setVisible(bool(look and not look.fault))

    def look_sentence(self, which: str, look: Looked) -> str:
        """What the file holds, in a sentence."""
        if which == "registry":
            said = self.words(
                "begin.registry.told",
                rows=show_number(look.rows),
                columns=len(look.headings),
                taken=", ".join(look.taken[:SHOWN_HEADINGS]) or "–",
                count=len(look.taken),
            )
            if look.missing:
                said += "\n" + self.words("begin.registry.lacks", fields=", ".join(look.missing))
            return said
        said = self.words(f"begin.layer.{look.kind}", features=show_number(look.rows))
        return f"{said} {self.words('begin.layer.product', product=look.product)}" if look.product else said

    def _take(self, section: str, table: dict[str, Any]) -> None:
        changed = {key for key in {*table, *self.said} if table.get(key) != self.said.get(key)}
        self.said = table
        for key in changed:
            self.faults.pop((key,), None)
        self.show_forms()
        for which in {"registry", "layer"} & changed:
            self.looks.pop(which, None)
            if table.get(which):
                self.session.beginning.look(which, Path(table[which]))

    def ask_for_file(self, which: str) -> None:
        """Open the dialog of a file; it does not block."""
        dialog = QFileDialog(self, self.words(f"begin.{which}"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if which == "path":
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setNameFilters(
                [self.words("begin.workspace_file") + " (*.shockplan)", "PLAN.toml (*.toml)"]
            )
            dialog.setDefaultSuffix("shockplan")
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.choose(which, name))
        self.dialog = dialog
        dialog.open()

    def choose(self, which: str, name: str) -> None:
        """A file was chosen in a dialog, or dropped."""
        self._take("", {**self.said, which: name})

    def show_look(self, which: str, look: Looked) -> None:
        """What a file holds is known; what it proposes is filled in where nothing was said."""
        self.looks[which] = look
        if look.fault:
            self.faults[which,] = look.fault
        if which == "layer" and not look.fault:
            proposed = {"layer_name": Path(self.said.get("layer", "")).stem.replace("_", " ")}
            if look.kind == "area" and look.headings:
                others = [heading for heading in look.headings if heading != look.code]
                proposed |= {"code": look.code or look.headings[0]}
                proposed |= {"severity_field": others[-1]} if others else {}
            else:
                self.said.pop("code", None)
            known = self.said.get("severity_field")
            if known not in look.headings:
                self.said.pop("severity_field", None)
            self.said = {**proposed, **self.said}
            for name in proposed:
                self.faults.pop((name,), None)
        self.show_forms()

    def missing(self) -> dict[KeyPath, str]:
        """What is needed and was not said."""
        needed = list(NEEDED)
        look = self.looks.get("layer")
        wants_limits = look is not None and (look.kind != "vector" or bool(self.said.get("severity_field")))
        if wants_limits and not any(
            self.said.get(level) is not None for level in ("low", "moderate", "severe")
        ):
            needed.append("low")
        blank = [name for name in needed if self.said.get(name) in (None, "")]
        return {(name,): self.words(f"begin.{name}.missing") for name in blank}

    def begin(self) -> None:
        """Make the plan and open it, or say what is missing."""
        self.faults = {
            **{key: text for key, text in self.faults.items() if self._still(key)},
            **self.missing(),
        }
        self.show_forms()
        if self.faults or any(form.own for form in self.forms.values()):
            self._go_to_first_fault()
            return
        limits = {
            level: self.said[level]
            for level in ("low", "moderate", "severe")
            if self.said.get(level) is not None
        }
        said = {key: value for key, value in self.said.items() if key not in (*limits, "path")}
        self.session.beginning.begin(said | {"limits": limits}, Path(self.said["path"]))

    def _still(self, key: KeyPath) -> bool:
        """Whether a fault still holds: that of a file which cannot be read."""
        look = self.looks.get(str(key[0]))
        return look is not None and bool(look.fault)

    def show_refusal(self, faults: dict[str, str]) -> None:
        self.faults = {(name,): text for name, text in faults.items()}
        self.show_forms()
        self._go_to_first_fault()

    def _go_to_first_fault(self) -> None:
        for form in self.forms.values():
            for key, line in form.faults.items():
                if line.text():
                    form.fields[key].setFocus()
                    return

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A table fills the registry first; anything else, and the second file, is the layer."""
        path = dropped_file(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            table = path.suffix.lower() in (".csv", ".xlsx", ".ods", ".parquet", ".xls")
            self.choose("registry" if table and not self.said.get("registry") else "layer", str(path))

    def retranslate(self) -> None:
        self.title.setText(self.words("begin.title"))
        self.intro.setText(self.words("begin.intro"))
        for name, heading in self.headings.items():
            heading.setText(self.words(f"begin.section.{name}"))
        self.make.setText(self.words("begin.make"))
        self.back.setText(self.words("begin.back"))
        self.setAccessibleName(self.title.text())
        name_areas(self, self.title.text())
        self.show_forms()


def dropped_file(mime: QMimeData) -> Path | None:
    """The first file dragged that is no plan."""
    files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    inputs = [path for path in files if path.suffix.lower() not in (".toml", ".shockplan")]
    return inputs[0] if inputs else None
