"""The layers of the map, on or off, each with its legend."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from maps.scene import LegendEntry, LegendGroup, Scene
from ui.label import label
from ui.layouts import empty
from ui.map_painter import PIXELS_A_POINT, colour_of, draw_symbol, hatch_tile, pen_of
from ui.style import GAP, SPACE
from ui.words import Words

SAMPLE_WIDTH, SAMPLE_HEIGHT = 26, 16
NAME_WIDTH = 176


class LayersPanel(QWidget):
    """A check box a layer, the top one first. `changed` carries the ids of hidden layers."""

    changed = Signal(object)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.boxes: dict[str, QCheckBox] = {}
        self.hidden: frozenset[str] = frozenset()
        self.known: set[str] = set()
        self.said: object = None  # what the list says now
        self.inside = QWidget()
        self.rows = QVBoxLayout(self.inside)
        self.rows.setContentsMargins(SPACE, SPACE, GAP, SPACE)
        self.rows.setSpacing(GAP)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.inside)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scroll)

    def show_scene(self, scene: Scene | None) -> None:
        """Rebuild the list if it says something else; what the person has hidden stays hidden."""
        said = ([(layer.id, layer.name) for layer in scene.layers], scene.legend) if scene else None
        if said == self.said:
            return
        self.said = said
        self._clear()
        if scene is None:
            return
        for layer in scene.layers:
            if layer.id not in self.known:
                self.known.add(layer.id)
                if not layer.shown:
                    self.hidden |= {layer.id}
        groups: dict[str, list[LegendGroup]] = {}
        for group in scene.legend:
            groups.setdefault(group.layer_id, []).append(group)
        for layer in reversed(scene.layers):
            self._add(layer.id, layer.name, groups.get(layer.id, []))
        self.rows.addStretch(1)
        self.changed.emit(self.hidden)

    def _clear(self) -> None:
        self.boxes = {}
        empty(self.rows)

    def _add(self, layer_id: str, name: str, groups: list[LegendGroup]) -> None:
        box = QCheckBox(self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, NAME_WIDTH))
        box.setToolTip(name)
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        box.setChecked(layer_id not in self.hidden)
        box.toggled.connect(lambda on: self._toggle(layer_id, on))
        self.boxes[layer_id] = box
        self.rows.addWidget(box)
        for group in groups:
            if group.title and group.title != name:
                title = label("small", wrap=True)
                title.setText(group.title)
                title.setContentsMargins(24, 0, 0, 0)
                self.rows.addWidget(title)
            for entry in group.entries:
                self.rows.addWidget(legend_row(entry))

    def _toggle(self, layer_id: str, on: bool) -> None:
        self.hidden = self.hidden - {layer_id} if on else self.hidden | {layer_id}
        self.changed.emit(self.hidden)


def legend_row(entry: LegendEntry) -> QWidget:
    """A sample and its words."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(24, 0, 0, 0)
    layout.setSpacing(SPACE)
    sample = label()
    sample.setPixmap(sample_of(entry))
    words = label("small", wrap=True)
    words.setText(entry.text)
    layout.addWidget(sample)
    layout.addWidget(words, 1)
    return row


def sample_of(entry: LegendEntry) -> QPixmap:
    """The style on a small piece of paper."""
    ratio = 2.0
    pixmap = QPixmap(int(SAMPLE_WIDTH * ratio), int(SAMPLE_HEIGHT * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    area = QRectF(1, 1, SAMPLE_WIDTH - 2, SAMPLE_HEIGHT - 2)
    style = entry.style
    if style.stroke is not None:
        pen = pen_of(style)
        pen.setWidthF(max(pen.widthF(), 1.2 if entry.symbol == "line" else 0.5))
        painter.setPen(pen)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
    middle = area.center()
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
            painter.drawTiledPixmap(area, hatch_tile(style))
        painter.drawRect(area)
    painter.end()
    return pixmap
