"""The map with its tools: nearer, further, all of it, the layers, and the facts under the pointer."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from maps.scene import Scene
from shockplan.texts import show_number
from ui.icon import icon
from ui.label import framed, label, one_line
from ui.layers_panel import LayersPanel
from ui.map_view import STEP, MapView
from ui.messages import Message
from ui.session import Session
from ui.style import GAP, ICON, SPACE

PANEL_WIDTH = 236
CHOICES: dict[str, tuple[str, ...]] = {
    "measure": ("funded", "affected", "waiting", "verify", "budget"),
    "method": ("quantile", "equal", "natural"),
}


class MapPanel(QWidget):
    """Joins the map to the session: it shows the session's scene and tells it what was clicked."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.words = session.words
        self.view = MapView()
        self.layers = LayersPanel(self.words)
        self.choices = {name: self._choice(name) for name in CHOICES}
        self.side = QWidget()
        self.side.setFixedWidth(PANEL_WIDTH)
        self.title = one_line("heading")
        self.subtitle = one_line("small")
        self.facts = one_line("body")
        self.notes = one_line("small")
        self.tools = {
            "plus": self._tool("plus", lambda: self.view.zoom(STEP)),
            "minus": self._tool("minus", lambda: self.view.zoom(1 / STEP)),
            "fit": self._tool("fit", self.view.fit),
            "picture": self._tool("picture", self.ask_where_to_save),
            "layers": self._tool("layers", self.toggle_layers),
        }
        self.tools["layers"].setCheckable(True)
        self.tools["layers"].setChecked(True)
        self._lay_out()
        self.layers.changed.connect(self.view.set_hidden)
        self.view.pointed.connect(self.show_facts)
        self.view.clicked.connect(session.choose_district)
        session.changed.connect(self.show_session)
        session.scene_changed.connect(self.show_session)
        session.district_chosen.connect(self.view.select)
        session.district_chosen.connect(self.show_facts)
        session.place_chosen.connect(self.view.mark)
        self.shown_plan: object = None
        self.dialog: QFileDialog | None = None
        self.retranslate()

    def _choice(self, name: str) -> QComboBox:
        box = QComboBox()
        for value in CHOICES[name]:
            box.addItem(value, value)
        box.setCurrentIndex(CHOICES[name].index(getattr(self.session.map_choice, name)))
        box.activated.connect(lambda number: self.session.choose_map(**{name: CHOICES[name][number]}))
        return box

    def _tool(self, name: str, act: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setIconSize(QSize(ICON, ICON))
        button.clicked.connect(lambda checked=False: act())
        button.setProperty("icon_name", name)
        return button

    def _lay_out(self) -> None:
        head = framed("bar")
        bar = QHBoxLayout(head)
        bar.setContentsMargins(SPACE, GAP, SPACE, GAP)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.title)
        names.addWidget(self.subtitle)
        bar.addLayout(names, 1)
        for button in self.tools.values():
            bar.addWidget(button)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.view, 1)
        form = QFormLayout()
        form.setContentsMargins(SPACE, SPACE, SPACE, 0)
        form.setHorizontalSpacing(SPACE)
        self.choice_names = {name: label("small") for name in CHOICES}
        for name, choice in self.choices.items():
            form.addRow(self.choice_names[name], choice)
        side = QVBoxLayout(self.side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(0)
        side.addLayout(form)
        side.addWidget(self.layers, 1)
        middle.addWidget(self.side)
        foot = framed("strip")
        line = QVBoxLayout(foot)
        line.setContentsMargins(SPACE, GAP, SPACE, GAP)
        line.setSpacing(0)
        line.addWidget(self.facts)
        line.addWidget(self.notes)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.setSpacing(0)
        around.addWidget(head)
        around.addLayout(middle, 1)
        around.addWidget(foot)

    def ask_where_to_save(self) -> None:
        """Open the dialog for a picture of the map; it does not block. The clipboard has it at once."""
        QGuiApplication.clipboard().setImage(self.view.picture_of_map())
        dialog = QFileDialog(self, self.words("ui.map.picture"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("PNG (*.png)")
        dialog.setDefaultSuffix("png")
        dialog.fileSelected.connect(self.save_picture)
        self.dialog = dialog
        dialog.open()

    def save_picture(self, name: str) -> None:
        """Write the map as it is seen, at twice the pixels."""
        if self.view.picture_of_map().save(name):
            message = Message("done", self.words("ui.saved", file=name))
        else:
            said = self.words("ui.map.not_saved.do")
            message = Message("error", self.words("ui.map.not_saved", file=name), (said,))
        self.session.messages.tell(message)

    def toggle_layers(self) -> None:
        self.side.setVisible(self.tools["layers"].isChecked())

    def show_session(self) -> None:
        """The session has another scene; the frame stays if it is the same plan file."""
        results, scene = self.session.results, self.session.scene
        path = results.plan_path if results else None
        self.layers.show_scene(scene)
        self.view.set_scene(scene, keep_frame=path is not None and path == self.shown_plan)
        self.shown_plan = path
        self._show_texts(scene)

    def _show_texts(self, scene: Scene | None) -> None:
        self.title.setText(scene.title if scene else "")
        self.subtitle.setText(scene.subtitle if scene else "")
        self.notes.setText(scene.notes[0] if scene and scene.notes else "")
        self.notes.setToolTip("\n".join(scene.notes) if scene else "")
        self.show_facts("")

    def show_facts(self, pointed: str) -> None:
        """The figures of the district under the pointer, else of the chosen one."""
        pcode = pointed or self.session.district
        results = self.session.results
        if not pcode or results is None or pcode not in results.district_names:
            self.facts.setText(self.words("ui.map.hint"))
            return
        name = self.words.pick(*results.district_names[pcode])
        rows = np.flatnonzero(results.districts.column("code").values == pcode)
        if not len(rows):
            self.facts.setText(f"{name} ({pcode}): {self.words('ui.map.no_value')}")
            return
        row = int(rows[0])
        figures = {
            figure: show_number(int(results.districts.column(f"count_{figure}").values[row]))
            for figure in ("households", "affected", "possible", "verify", "funded", "waiting")
        }
        kip = show_number(int(results.districts.column("count_budget").values[row]))
        self.facts.setText(self.words("ui.district.told", name=name, code=pcode, kip=kip, **figures))

    def retranslate(self) -> None:
        colour = self.palette().text().color().name()
        for name, button in self.tools.items():
            words = self.words(f"ui.map.{name}")
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.setIcon(icon(name, colour))
        for name, box in self.choices.items():
            self.choice_names[name].setText(self.words(f"ui.map.{name}"))
            box.setAccessibleName(self.words(f"ui.map.{name}"))
            for number, value in enumerate(CHOICES[name]):
                box.setItemText(number, self.words(f"ui.{name}.{value}"))
        self.view.setAccessibleName(self.words("ui.map"))
        self.view.setAccessibleDescription(self.words("ui.map.keys"))
        self.show_facts("")
