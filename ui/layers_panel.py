"""The layers of the map: on or off, how pale, in which order, each with its legend."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPixmap, QResizeEvent
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
from maps.scene import LegendEntry, LegendGroup, MapLayer, Scene
from ui.icon import icon
from ui.label import label
from ui.layouts import empty
from ui.map_painter import PIXELS_A_POINT, colour_of, draw_symbol, hatch_tile, pen_of
from ui.style import GAP, SPACE
from ui.words import Words

SAMPLE_WIDTH, SAMPLE_HEIGHT = 26, 16
INDENT = 24
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
        self.box = LayerBox(layer.name)
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

    def show_scene(self, scene: Scene | None) -> None:
        """Rebuild the list if it says something else; what the person wanted of the layers stays."""
        self.scene = scene
        shown = arranged(scene, self.wanted) if scene else None
        colour = self.palette().text().color().name()
        said = ([(layer.id, layer.name) for layer in shown.layers], shown.legend, colour) if shown else None
        if said == self.said:
            return
        self.said = said
        self._clear()
        if shown is None:
            return
        groups: dict[str, list[LegendGroup]] = {}
        for group in shown.legend:
            groups.setdefault(group.layer_id, []).append(group)
        for layer in reversed(shown.layers):
            self._add(layer, groups.get(layer.id, []))
        self.column.addStretch(1)

    def _clear(self) -> None:
        self.rows = {}
        empty(self.column)

    def _add(self, layer: MapLayer, groups: list[LegendGroup]) -> None:
        row = LayerRow(layer, self.words, layer.id in self.opened)
        row.toggled.connect(lambda layer_id, on: self._want(self.wanted.with_shown(layer_id, on)))
        row.faded.connect(lambda layer_id, share: self._want(self.wanted.with_opacity(layer_id, share)))
        row.raised.connect(self._raise)
        row.opened.connect(self._open)
        self.rows[layer.id] = row
        self.column.addWidget(row)
        for group in groups:
            if group.title and group.title != layer.name:
                title = label("small", wrap=True)
                title.setText(group.title)
                title.setContentsMargins(INDENT, 0, 0, 0)
                self.column.addWidget(title)
            for entry in group.entries:
                if entry.text != layer.name or len(group.entries) > 1:
                    self.column.addWidget(legend_row(entry))
                else:
                    self.column.addWidget(legend_row(entry, words=False))

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
        self.show_scene(self.scene)


def legend_row(entry: LegendEntry, words: bool = True) -> QWidget:
    """A sample and its words; the words are left out where the layer's own name says them."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(INDENT, 0, 0, 0)
    layout.setSpacing(SPACE)
    sample = label()
    sample.setPixmap(sample_of(entry))
    layout.addWidget(sample)
    text = label("small", wrap=True)
    text.setText(entry.text if words else "")
    layout.addWidget(text, 1)
    return row


def sample_of(entry: LegendEntry) -> QPixmap:
    """The style on a small piece of paper."""
    ratio = 2.0
    pixmap = QPixmap(int(SAMPLE_WIDTH * ratio), int(SAMPLE_HEIGHT * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_sample(painter, entry, QRectF(1, 1, SAMPLE_WIDTH - 2, SAMPLE_HEIGHT - 2))
    painter.end()
    return pixmap


def paint_sample(painter: QPainter, entry: LegendEntry, area: QRectF) -> None:
    """An area, a line or a symbol, on white."""
    style = entry.style
    if style.stroke is not None:
        pen = pen_of(style)
        pen.setCosmetic(False)
        pen.setWidthF(max(pen.widthF(), 1.2 if entry.symbol == "line" else 0.5))
        painter.setPen(pen)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
    middle = area.center()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if entry.symbol == "line":
        painter.fillRect(area, colour_of((255, 255, 255)))
        painter.drawLine(QPointF(area.left(), middle.y()), QPointF(area.right(), middle.y()))
    elif entry.symbol == "point":
        if style.fill is not None:
            painter.setBrush(colour_of(style.fill, style.opacity))
        draw_symbol(painter, entry.shape, middle.x(), middle.y(), min(entry.radius * PIXELS_A_POINT, 7))
    else:
        painter.fillRect(area, colour_of((255, 255, 255)))
        if style.fill is not None:
            painter.fillRect(area, colour_of(style.fill, style.opacity))
        if style.hatch != "none":
            painter.drawTiledPixmap(area, QPixmap.fromImage(hatch_tile(style)))
        painter.drawRect(area)
