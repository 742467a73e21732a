"""The legend of one layer, painted as a whole: it changes at every step of a slider and must cost little."""

from functools import lru_cache

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from maps.scene import LegendEntry, LegendGroup
from ui.label import small_font
from ui.map_painter import PIXELS_A_POINT, colour_of, draw_symbol, hatch_tile, pen_of
from ui.style import GAP, SPACE

SAMPLE_WIDTH, SAMPLE_HEIGHT = 26, 16
INDENT = 24
FLAGS = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class LegendView(QWidget):
    """Samples with their words below the name of a layer; a screen reader is told the words."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.lines: tuple[tuple[str, LegendEntry | None], ...] = ()
        self.measured: dict[int, list[QRect]] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_groups(self, groups: list[LegendGroup]) -> None:
        """Titles that say more than the layer's name, and every entry; a lone one needs no words twice."""
        lines: list[tuple[str, LegendEntry | None]] = []
        for group in groups:
            if group.title and group.title != self.name:
                lines.append((group.title, None))
            for entry in group.entries:
                alone = len(group.entries) == 1 and entry.text == self.name
                lines.append(("" if alone else entry.text, entry))
        if tuple(lines) == self.lines:
            return
        self.lines = tuple(lines)
        self.measured = {}
        self.setVisible(bool(lines))
        self.setAccessibleName(self.name)
        self.setAccessibleDescription("; ".join(text for text, _ in lines if text))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = self._rows(width)
        return rows[-1].bottom() + 1 if rows else 0

    def sizeHint(self) -> QSize:
        width = max(self.width(), 160)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.heightForWidth(max(self.width(), 160)))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.measured = {}
        super().changeEvent(event)

    def _rows(self, width: int) -> list[QRect]:
        """The place of each line's words; a layout asks for it several times."""
        if width not in self.measured:
            self.measured[width] = self._measure(width)
        return self.measured[width]

    def _measure(self, width: int) -> list[QRect]:
        metrics = QFontMetrics(small_font(self))
        rows: list[QRect] = []
        top = 0
        for text, entry in self.lines:
            left = INDENT + (SAMPLE_WIDTH + SPACE if entry is not None else 0)
            room = max(width - left, 20)
            needed = metrics.boundingRect(QRect(0, 0, room, 1000), FLAGS, text or " ").height()
            height = max(needed, SAMPLE_HEIGHT if entry is not None else 0)
            rows.append(QRect(left, top, room, height))
            top += height + GAP
        return rows

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(small_font(self))
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        for (text, entry), row in zip(self.lines, self._rows(self.width()), strict=True):
            if entry is not None:
                top = row.top() + (row.height() - SAMPLE_HEIGHT) // 2
                painter.drawPixmap(INDENT, top, sample_of(entry))
            painter.drawText(row, FLAGS, text)
        painter.end()


@lru_cache(maxsize=400)
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
        painter.fillRect(area, colour_of((255, 255, 255)))
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
