"""The map with its tools: nearer, further, all of it, the layers, and the facts under the pointer."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from maps.scene import Scene
from shockplan.texts import show_number
from ui.icon import icon
from ui.label import framed, one_line
from ui.layers_panel import LayersPanel
from ui.map_view import STEP, MapView
from ui.session import Session
from ui.style import GAP, ICON, SPACE

PANEL_WIDTH = 232


class MapPanel(QWidget):
    """Joins the map to the session: it shows the session's scene and tells it what was clicked."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.words = session.words
        self.view = MapView()
        self.layers = LayersPanel(self.words)
        self.layers.setFixedWidth(PANEL_WIDTH)
        self.title = one_line("heading")
        self.subtitle = one_line("small")
        self.facts = one_line("body")
        self.notes = one_line("small")
        self.tools = {
            "plus": self._tool("plus", lambda: self.view.zoom(STEP)),
            "minus": self._tool("minus", lambda: self.view.zoom(1 / STEP)),
            "fit": self._tool("fit", self.view.fit),
            "layers": self._tool("layers", self.toggle_layers),
        }
        self.tools["layers"].setCheckable(True)
        self.tools["layers"].setChecked(True)
        self._lay_out()
        self.layers.changed.connect(self.view.set_hidden)
        self.view.pointed.connect(self.show_facts)
        self.view.clicked.connect(session.choose_district)
        session.changed.connect(self.show_session)
        session.district_chosen.connect(self.view.select)
        session.place_chosen.connect(self.view.mark)
        self.shown_plan: object = None
        self.retranslate()

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
        middle.addWidget(self.layers)
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

    def toggle_layers(self) -> None:
        self.layers.setVisible(self.tools["layers"].isChecked())

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

    def show_facts(self, pcode: str) -> None:
        """The name and the number of the district under the pointer."""
        results = self.session.results
        if not pcode or results is None or pcode not in results.district_names:
            self.facts.setText(self.words("ui.map.hint"))
            return
        name = self.words.pick(*results.district_names[pcode])
        value = self.view.value_of(pcode)
        number = show_number(round(value)) if value is not None else self.words("ui.map.no_value")
        self.facts.setText(f"{name} ({pcode}): {self.title.text()} {number}")

    def retranslate(self) -> None:
        colour = self.palette().text().color().name()
        for name, button in self.tools.items():
            words = self.words(f"ui.map.{name}")
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.setIcon(icon(name, colour))
        self.view.setAccessibleName(self.words("ui.map"))
        self.view.setAccessibleDescription(self.words("ui.map.keys"))
        self.show_facts("")
