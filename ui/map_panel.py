"""The map with its tools, its layers, what is chosen on it, and the facts under the pointer."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from maps.arrangement import Arrangement, arranged
from maps.scene import Scene
from shockplan.texts import show_number
from ui.label import framed, one_line
from ui.layers_panel import LayersPanel
from ui.layouts import bare_area
from ui.map_classes import ClassesForm
from ui.map_facts import card_of
from ui.map_selection import SelectionPanel
from ui.map_sheet import image_of_sheet, png_of_sheet
from ui.map_swipe import SwipeBar, on_sides
from ui.map_toolbar import MapToolbar
from ui.map_tools import LassoTool, MeasureTool
from ui.map_view import STEP, MapView
from ui.messages import Message
from ui.session import Session
from ui.style import GAP, SPACE

PANEL_WIDTH = 252
CONTEXT_KINDS = ("river", "road", "place", "area")
LAYERS_TAB, SELECTION_TAB = 0, 1


class MapPanel(QWidget):
    """Joins the map to the session: it shows the session's scene and tells it what was chosen."""

    households_asked = Signal()  # list the households of the chosen districts

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.words = session.words
        self.view = MapView()
        self.tools = MapToolbar(self.words)
        self.classes = ClassesForm(session)
        self.layers = LayersPanel(self.words)
        self.add_context = QPushButton()
        self.selection = SelectionPanel(session)
        self.swipe = SwipeBar(self.words)
        self.side = QTabWidget()
        self.title, self.subtitle = one_line("heading"), one_line("small")
        self.facts, self.notes = one_line("body"), one_line("small")
        self.lasso = LassoTool(self.view, session.selection.join)
        self.measure = MeasureTool(self.view)
        self.shown_plan: object = None
        self.dialog: QFileDialog | None = None
        self._lay_out()
        self._join()
        self.retranslate()

    def _lay_out(self) -> None:
        head = framed("bar")
        bar = QHBoxLayout(head)
        bar.setContentsMargins(SPACE, GAP, SPACE, GAP)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.title)
        names.addWidget(self.subtitle)
        bar.addLayout(names, 1)
        bar.addWidget(self.tools)
        layers = QWidget()
        column = QVBoxLayout(layers)
        column.setContentsMargins(0, 0, 0, GAP)
        column.setSpacing(0)
        column.addWidget(self.classes)
        column.addWidget(self.layers, 1)
        column.addWidget(self.add_context)
        self.side.setFixedWidth(PANEL_WIDTH)
        self.side.setDocumentMode(True)
        self.side.addTab(layers, "")
        self.side.addTab(bare_area(self.selection), "")
        self.context_menu = QMenu(self)
        self.add_context.setMenu(self.context_menu)
        across = QHBoxLayout()
        across.setSpacing(0)
        seen = QVBoxLayout()
        seen.setSpacing(0)
        seen.addWidget(self.swipe)
        seen.addWidget(self.view, 1)
        across.addLayout(seen, 1)
        across.addWidget(self.side)
        self.swipe.hide()
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
        around.addLayout(across, 1)
        around.addWidget(foot)

    def _join(self) -> None:
        session, view = self.session, self.view
        self.tools.used.connect(self.use)
        self.layers.changed.connect(self._arrange)
        self.classes.failed.connect(lambda words: session.messages.tell(Message("warning", words)))
        self.swipe.changed.connect(self.compare)
        self.selection.shown.connect(view.fit_chosen)
        self.selection.listed.connect(self.households_asked)
        view.pointed.connect(self.show_facts)
        view.hovered.connect(lambda: view.tell(card_of(view)))
        view.clicked.connect(self.choose)
        view.key_pressed.connect(self.tools.press)
        view.tool_left.connect(lambda: self.use("hand", True))
        session.changed.connect(self.show_session)
        session.scene_changed.connect(self.show_session)
        session.selection.changed.connect(self._show_chosen)
        session.place_chosen.connect(view.mark)

    # tools

    def use(self, name: str, on: bool) -> None:
        """Do what a tool of the bar does."""
        acts: dict[str, Callable[[], None]] = {
            "plus": lambda: self.view.zoom(STEP),
            "minus": lambda: self.view.zoom(1 / STEP),
            "fit": self.view.fit,
            "copy": self.copy_picture,
            "picture": self.ask_where_to_save,
        }
        if name in acts:
            acts[name]()
        elif name == "layers":
            self.side.setVisible(on)
        elif name == "swipe":
            self._show_swipe(on)
        else:
            self.tools.hold(name)
            self.view.take_up({"lasso": self.lasso, "ruler": self.measure}.get(name))
            if name == "lasso":
                self.side.setCurrentIndex(SELECTION_TAB)
            self.show_facts("")

    def choose(self, pcode: str, add: bool) -> None:
        """A district was clicked; with Shift or Ctrl it joins what is chosen, or leaves it."""
        if add and pcode:
            self.session.selection.toggle(pcode)
        else:
            self.session.choose_district(pcode)

    def _show_chosen(self, pcodes: tuple[str, ...]) -> None:
        self.view.choose(pcodes)
        words = self.words("ui.selection")
        self.side.setTabText(SELECTION_TAB, f"{words} ({len(pcodes)})" if pcodes else words)
        self.show_facts("")

    # layers and comparison

    def _arrange(self, wanted: Arrangement) -> None:
        self.session.looking.arrange(wanted)
        if self.swipe.isHidden():
            self.view.arrange(wanted)
        else:
            self.compare()

    def _show_swipe(self, on: bool) -> None:
        self.swipe.setVisible(on)
        if on and self.session.scene is not None:
            self.swipe.show_scene(self.session.scene, str(self.session.map_choice.measure))
            self.compare()
            return
        self.view.set_beside(None)
        self.view.arrange(self.layers.wanted)
        self.session.choose_map(beside="")

    def compare(self) -> None:
        """Put what the two boxes say on the two sides; another figure is worked out first."""
        session, scene = self.session, self.session.scene
        if scene is None:
            return
        left, right = self.swipe.sides
        first, second = on_sides(self.layers.wanted, left, right)
        measure = left.measure or session.map_choice.measure
        session.choose_map(measure=measure, beside=right.measure)
        ready = not right.measure or session.beside is not None
        self.view.arrange(first)
        self.view.set_beside((session.beside if right.measure else scene) if ready else None, second)

    def ask_for_context(self, kind: str) -> None:
        """Open the dialog for a file with rivers, roads, places or areas."""
        dialog = QFileDialog(self, self.words(f"ui.context.{kind}"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.session.map_work.add_context(Path(name), kind))
        self._open(dialog)

    # pictures

    def sheet_scene(self) -> Scene | None:
        """The map as it is seen: its layers and its frame."""
        scene = self.session.scene
        return arranged(scene, self.view.wanted, self.view.frame.extent) if scene else None

    def copy_picture(self) -> None:
        """Put a sheet with the map, its legend and its notes on the clipboard."""
        scene = self.sheet_scene()
        if scene is not None:
            self.session.map_work.paint(scene, image_of_sheet, self._to_clipboard)

    def _to_clipboard(self, image: object) -> None:
        assert isinstance(image, QImage)
        QGuiApplication.clipboard().setImage(image)
        self.session.messages.tell(Message("done", self.words("ui.map.copied")))

    def ask_where_to_save(self) -> None:
        """Open the dialog for a picture of the map; it does not block."""
        dialog = QFileDialog(self, self.words("ui.map.picture"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["PNG (*.png)", "PDF (*.pdf)", "SVG (*.svg)"])
        dialog.setDefaultSuffix("png")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(chosen[:3].lower()))
        dialog.fileSelected.connect(self.save_picture)
        self._open(dialog)

    def _open(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog = dialog
        dialog.open()

    def save_picture(self, name: str) -> None:
        """Write the sheet as PNG, PDF or SVG, by the ending of the name."""
        scene = self.sheet_scene()
        if scene is not None:
            self.session.map_work.save(scene, Path(name), png_of_sheet)

    # what the session says

    def show_session(self) -> None:
        """The session has another scene; the frame stays if it is the same plan file."""
        results, scene = self.session.results, self.session.scene
        path = results.plan_path if results else None
        self.layers.take(self.session.looking.arrangement, scene)
        if self.swipe.isHidden():
            self.view.arrange(self.layers.wanted)
        self.view.set_scene(scene, keep_frame=path is not None and path == self.shown_plan)
        self.shown_plan = path
        self.classes.show_choice()
        self.selection.show_results()
        self.add_context.setEnabled(scene is not None)
        if not self.swipe.isHidden() and scene is not None:
            measure = str(self.session.map_choice.measure)
            self.swipe.show_scene(scene, measure)
            self.swipe.show_left(measure)
            self.compare()
        self._show_texts(scene)

    def _show_texts(self, scene: Scene | None) -> None:
        self.title.setText(scene.title if scene else "")
        self.subtitle.setText(scene.subtitle if scene else "")
        self.notes.setText(scene.notes[0] if scene and scene.notes else "")
        self.notes.setToolTip("\n".join(scene.notes) if scene else "")
        self.show_facts("")

    def show_facts(self, pointed: str) -> None:
        """The figures of the district under the pointer, else of the chosen one, else how the tool works."""
        pcode = pointed or self.session.district
        results = self.session.results
        if self.view.tool is not None:
            code = "ui.map.lasso.hint" if self.view.tool is self.lasso else "ui.map.measure.hint"
            self.facts.setText(self.words(code))
            return
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
        for part in (self.tools, self.classes, self.layers, self.selection, self.swipe):
            part.retranslate()
        self.side.setTabText(LAYERS_TAB, self.words("ui.map.layers"))
        self._show_chosen(self.session.selection.pcodes)
        self.add_context.setText(self.words("ui.context.add"))
        self.context_menu.clear()
        for kind in CONTEXT_KINDS:
            act = self.context_menu.addAction(self.words(f"ui.context.{kind}"))
            act.triggered.connect(lambda checked=False, kind=kind: self.ask_for_context(kind))
        self.view.setAccessibleName(self.words("ui.map"))
        self.view.setAccessibleDescription(self.words("ui.map.keys"))
        self.show_facts("")
