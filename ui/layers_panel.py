"""The layers of the map: on or off, how pale, in which order, each with its legend."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from maps.arrangement import Arrangement, arranged, moved
from maps.scene import LegendEntry, LegendGroup, MapLayer, PointLayer, Scene
from ui.icon import icon
from ui.layouts import empty, name_areas
from ui.legend_view import INDENT, LegendView
from ui.style import GAP, SPACE
from ui.words import Words

STEPS = 20
SMALL_ICON = 14


class LayerRow(QWidget):
    """One layer: its check box, and behind a small button how pale it is and its place in the order."""

    toggled = Signal(str, bool)
    faded = Signal(str, float)
    raised = Signal(str, int)
    opened = Signal(str, bool)

    def __init__(self, layer: MapLayer, words: Words, is_open: bool) -> None:
        super().__init__()
        self.layer_id, self.name = layer.id, layer.name
        self.box = LayerBox(layer.name[:1].upper() + layer.name[1:])
        self.box.setChecked(layer.shown)
        self.box.toggled.connect(lambda on: self.toggled.emit(self.layer_id, on))
        self.box.raised.connect(lambda steps: self.raised.emit(self.layer_id, steps))
        self.more = self._button("sliders", words("ui.layer.more", layer=layer.name))
        self.more.setCheckable(True)
        self.more.setChecked(is_open)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setValue(round(layer.opacity * STEPS))
        self.slider.setAccessibleName(words("ui.layer.opacity", layer=layer.name))
        self.slider.setToolTip(words("ui.layer.opacity", layer=layer.name))
        self.slider.valueChanged.connect(lambda value: self.faded.emit(self.layer_id, value / STEPS))
        self.up = self._button("up", words("ui.layer.up", layer=layer.name))
        self.down = self._button("down", words("ui.layer.down", layer=layer.name))
        self.up.clicked.connect(lambda: self.raised.emit(self.layer_id, 1))
        self.down.clicked.connect(lambda: self.raised.emit(self.layer_id, -1))
        self.legend = LegendView(layer.name)
        self.controls = QWidget()
        inner = QHBoxLayout(self.controls)
        inner.setContentsMargins(INDENT, 0, 0, 0)
        inner.setSpacing(GAP)
        inner.addWidget(self.slider, 1)
        inner.addWidget(self.up)
        inner.addWidget(self.down)
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.box, 1)
        head.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.controls)
        column.addWidget(self.legend)
        self.controls.setVisible(is_open)
        self.more.toggled.connect(self.controls.setVisible)
        self.more.toggled.connect(lambda on: self.opened.emit(self.layer_id, on))

    def _button(self, name: str, words: str) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setIconSize(QSize(SMALL_ICON, SMALL_ICON))
        button.setIcon(icon(name, self.palette().text().color().name()))
        button.setToolTip(words)
        button.setAccessibleName(words)
        return button


class LayerBox(QCheckBox):
    """The check box of a layer, its name cut to the room there is. Alt with Up and Down moves the layer."""

    raised = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - INDENT - GAP
        self.setText(self.fontMetrics().elidedText(self.name, Qt.TextElideMode.ElideMiddle, room))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if steps and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.raised.emit(steps)
        else:
            super().keyPressEvent(event)


class LayersPanel(QWidget):
    """The top layer first. `changed` carries the Arrangement that the person wants."""

    changed = Signal(object)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.rows: dict[str, LayerRow] = {}
        self.wanted = Arrangement()
        self.scene: Scene | None = None
        self.opened: set[str] = set()
        self.said: object = None  # what the list says now
        self.inside = QWidget()
        self.column = QVBoxLayout(self.inside)
        self.column.setContentsMargins(SPACE, SPACE, GAP, SPACE)
        self.column.setSpacing(GAP)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.inside)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scroll)

    @property
    def boxes(self) -> dict[str, QCheckBox]:
        return {layer_id: row.box for layer_id, row in self.rows.items()}

    def take(self, wanted: Arrangement, scene: Scene | None) -> None:
        """Show the scene as the plan says now; rows stand where they stood, or where undo puts them."""
        if wanted != self.wanted:
            self.wanted = wanted
            self._set_rows(arranged(scene, wanted) if scene else None)
        self.show_scene(scene)

    def _set_rows(self, shown: Scene | None) -> None:
        for layer in shown.layers if shown else ():
            row = self.rows.get(layer.id)
            if row is not None:
                with QSignalBlocker(row.box), QSignalBlocker(row.slider):
                    row.box.setChecked(layer.shown)
                    row.slider.setValue(round(layer.opacity * STEPS))

    def show_scene(self, scene: Scene | None) -> None:
        """Say what the scene says; rows are made anew only for other layers. What was wanted stays."""
        self.scene = scene
        shown = arranged(scene, self.wanted) if scene else None
        colour = self.palette().text().color().name()
        said = ([(layer.id, layer.name) for layer in shown.layers], colour) if shown else None
        if said != self.said:
            self.said = said
            self._rebuild(shown)
        if shown is None:
            return
        groups: dict[str, list[LegendGroup]] = {}
        for group in shown.legend:
            groups.setdefault(group.layer_id, []).append(group)
        for layer in shown.layers:
            self.rows[layer.id].legend.show_groups(groups.get(layer.id) or mark_of(layer))

    def _rebuild(self, shown: Scene | None) -> None:
        self.rows = {}
        empty(self.column)
        if shown is None:
            return
        for layer in reversed(shown.layers):
            row = LayerRow(layer, self.words, layer.id in self.opened)
            row.toggled.connect(lambda layer_id, on: self._want(self.wanted.with_shown(layer_id, on)))
            row.faded.connect(lambda layer_id, share: self._want(self.wanted.with_opacity(layer_id, share)))
            row.raised.connect(self._raise)
            row.opened.connect(self._open)
            self.rows[layer.id] = row
            self.column.addWidget(row)
        self.column.addStretch(1)

    def _want(self, wanted: Arrangement) -> None:
        self.wanted = wanted
        self.changed.emit(wanted)

    def _open(self, layer_id: str, on: bool) -> None:
        self.opened = self.opened | {layer_id} if on else self.opened - {layer_id}

    def _raise(self, layer_id: str, steps: int) -> None:
        if self.scene is None:
            return
        self._want(moved(self.scene, self.wanted, layer_id, steps))
        self.show_scene(self.scene)
        self.rows[layer_id].box.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        self.said = None
        name_areas(self, self.words("ui.map.layers"))
        self.show_scene(self.scene)


def mark_of(layer: MapLayer) -> list[LegendGroup]:
    """The mark of symbols that the legend speaks of elsewhere."""
    if not isinstance(layer, PointLayer) or not len(layer.xy):
        return []
    entry = LegendEntry(layer.name, layer.styles[0], "point", float(layer.radius[0]), layer.shape)
    return [LegendGroup(layer.id, "", (entry,))]
