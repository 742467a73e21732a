"""The map on the screen: pan, zoom, hover, click. While it moves, a finished picture is moved."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from maps.scene import Extent, PathLayer, Scene
from maps.shapes import detail_for, shape_at
from ui.fonts import FAMILY
from ui.map_frame import Frame, frame_of
from ui.map_labels import paint_labels, place_labels
from ui.map_painter import ScenePainter, rings_path
from ui.scale_bar import paint_scale_bar

MARGIN = 96  # pixels painted beyond each edge, so that a short drag shows no blank
SETTLE_MS = 90
STEP = 1.25
DRAG_FROM = 4
NEAR = 60.0  # metres a pixel at which a village can be told from the next
PAPER = QColor(250, 250, 247)


class MapView(QWidget):
    """Shows a scene. `pointed` and `clicked` carry the P-code under the pointer, '' for none."""

    pointed = Signal(str)
    clicked = Signal(str)
    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.frame = frame_of(Extent(-250_000, -500_000, 250_000, 500_000), 640, 480)
        self.scene_painter: ScenePainter | None = None
        self.hidden: frozenset[str] = frozenset()
        self.opacity: dict[str, float] = {}
        self.selected = ""
        self.marker: tuple[float, float] | None = None
        self.picture: QPixmap | None = None
        self.picture_frame = self.frame
        self.pressed_at: QPointF | None = None
        self.last_at = QPointF()
        self.under = ""
        self.fitted = True  # until the person moves the map it follows the size of the window
        self.settle = QTimer(self)
        self.settle.setSingleShot(True)
        self.settle.setInterval(SETTLE_MS)
        self.settle.timeout.connect(self._paint_again)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 200)

    def sizeHint(self) -> QSize:
        return QSize(640, 520)

    # what is shown

    def set_scene(self, scene: Scene | None, keep_frame: bool) -> None:
        """Show another scene; the frame stays where the person left it, if so asked."""
        self.scene_painter = ScenePainter(scene) if scene else None
        self.picture = None
        if scene is not None and not keep_frame:
            self.fitted = True
        self._fit_if_untouched()
        self.update()

    def set_hidden(self, hidden: frozenset[str]) -> None:
        self.hidden = hidden
        self._paint_again()

    def set_opacity(self, layer: str, share: float) -> None:
        self.opacity[layer] = share
        self._paint_again()

    def select(self, pcode: str) -> None:
        self.selected = pcode
        self.update()

    def mark(self, place: tuple[float, float] | None, come_nearer: bool = True) -> None:
        """Put the pin on a place and bring it into view."""
        self.marker = place
        if place is not None:
            seen = self.rect().adjusted(30, 30, -30, -30).contains(self.frame.pixel(*place).toPoint())
            if come_nearer or not seen:
                metres = min(self.frame.metres, NEAR) if come_nearer else self.frame.metres
                self._go(Frame(place[0], place[1], metres, self.width(), self.height()))
        self.update()

    def fit(self, whole: bool = False) -> None:
        """Show where the households are, or the whole country."""
        if self.scene_painter:
            scene = self.scene_painter.scene
            self._go(frame_of(scene.whole if whole else scene.extent, self.width(), self.height()))
            self.fitted = not whole

    def _fit_if_untouched(self) -> None:
        if self.scene_painter and self.fitted:
            self.frame = frame_of(self.scene_painter.scene.extent, self.width(), self.height())

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        self._go(self.frame.zoomed(factor, at or QPointF(self.width() / 2, self.height() / 2)))

    def _go(self, frame: Frame) -> None:
        self.frame = frame
        self.fitted = False
        self.settle.start()
        self.moved.emit()
        self.update()

    def _paint_again(self) -> None:
        self.picture = None
        self.update()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.picture is None:
            self._paint_picture()
        painter = QPainter(self)
        painter.fillRect(self.rect(), PAPER)
        if self.picture is not None:
            scale = self.picture_frame.metres / self.frame.metres
            left_top = self.frame.pixel(*self.picture_frame.ground(QPointF(0, 0)))
            size = QSizeF(self.picture_frame.width * scale, self.picture_frame.height * scale)
            target = QRectF(left_top, size)
            painter.drawPixmap(target, self.picture, QRectF(self.picture.rect()))
        self._paint_over(painter)
        painter.end()

    def _paint_picture(self) -> None:
        if self.scene_painter is None:
            return
        frame = self.frame.resized(self.width(), self.height()).grown(MARGIN)
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(frame.width * ratio), round(frame.height * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(PAPER)
        painter = QPainter(picture)
        self.scene_painter.paint(painter, frame, self.hidden, self.opacity)
        labels = place_labels(self.scene_painter.scene, frame, self.hidden, FAMILY)
        paint_labels(painter, labels, FAMILY)
        painter.end()
        self.picture, self.picture_frame = picture, frame

    def picture_of_map(self, ratio: float = 2.0) -> QImage:
        """The map as it is seen, for a report: no pin, no focus frame, but its stamps."""
        picture = QImage(
            round(self.width() * ratio), round(self.height() * ratio), QImage.Format.Format_RGB32
        )
        picture.setDevicePixelRatio(ratio)
        picture.fill(PAPER)
        painter = QPainter(picture)
        if self.scene_painter is not None:
            scene, frame = self.scene_painter.scene, self.frame
            self.scene_painter.paint(painter, frame, self.hidden, self.opacity)
            paint_labels(painter, place_labels(scene, frame, self.hidden, FAMILY), FAMILY)
            paint_scale_bar(painter, frame, FAMILY)
            said = "\n".join((scene.title, *scene.stamps, scene.schematic, *scene.notes[:1])).strip()
            box = self.rect().adjusted(8, 6, -8, -6)
            painter.fillRect(painter.boundingRect(box, Qt.AlignmentFlag.AlignLeft, said), PAPER)
            painter.setPen(QColor(20, 20, 20))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft, said)
        painter.end()
        return picture

    def _paint_over(self, painter: QPainter) -> None:
        """What must be sharp at once: the selected district, the pin, the scale bar, the focus frame."""
        if self.scene_painter is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_selected(painter, self.scene_painter)
        if self.marker is not None:
            at = self.frame.pixel(*self.marker)
            painter.setPen(QPen(QColor("white"), 5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, 9, 9)
            painter.setPen(QPen(QColor(160, 0, 60), 2.5))
            painter.drawEllipse(at, 9, 9)
            painter.drawPoint(at)
        paint_scale_bar(painter, self.frame, FAMILY)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _paint_selected(self, painter: QPainter, scene_painter: ScenePainter) -> None:
        layer = self.districts()
        if layer is None or self.selected not in layer.keys:
            return
        detail = detail_for(layer.details, self.frame.metres)
        chosen = np.array([layer.keys.index(self.selected)])
        path = rings_path(detail, chosen, scene_painter.origin)
        if path is None:
            return
        outline = self.frame.transform_from(scene_painter.origin).map(path)
        painter.strokePath(outline, QPen(QColor("white"), 5))
        painter.strokePath(outline, QPen(QColor(20, 20, 20), 2.2))

    def districts(self) -> PathLayer | None:
        """The layer that answers to the pointer."""
        layers = self.scene_painter.scene.layers if self.scene_painter else ()
        found = [layer for layer in layers if layer.id == "districts" and isinstance(layer, PathLayer)]
        return found[0] if found else None

    def district_at(self, point: QPointF) -> str:
        layer = self.districts()
        if layer is None:
            return ""
        index = shape_at(detail_for(layer.details, self.frame.metres), *self.frame.ground(point))
        return layer.keys[index] if index is not None else ""

    def value_of(self, pcode: str) -> float | None:
        """The number behind a district's colour."""
        layer = self.districts()
        if layer is None or pcode not in layer.keys:
            return None
        value = float(layer.values[layer.keys.index(pcode)])
        return value if np.isfinite(value) else None

    # what the person does

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.frame = self.frame.resized(self.width(), self.height())
        self._fit_if_untouched()
        self._paint_again()

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120
        if notches:
            self.zoom(STEP**notches, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed_at = self.last_at = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.pressed_at is None:
            self._point_at(event.position())
            return
        far = (event.position() - self.pressed_at).manhattanLength() >= DRAG_FROM
        if far or self.cursor().shape() == Qt.CursorShape.ClosedHandCursor:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            step = event.position() - self.last_at
            self.last_at = event.position()
            self._go(self.frame.moved(step.x(), step.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.pressed_at is None:
            return
        dragged = self.cursor().shape() == Qt.CursorShape.ClosedHandCursor
        self.pressed_at = None
        self.unsetCursor()
        if not dragged:
            self.clicked.emit(self.district_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.zoom(2.0, event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self._tell_pointed("")

    def event(self, event: QEvent) -> bool:
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.zoom(1 + event.value(), event.position())
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, step = event.key(), 60
        keys = Qt.Key
        moves = {
            keys.Key_Left: (step, 0),
            keys.Key_Right: (-step, 0),
            keys.Key_Up: (0, step),
            keys.Key_Down: (0, -step),
        }
        if key in moves:
            self._go(self.frame.moved(*moves[keys(key)]))
        elif key in (keys.Key_Plus, keys.Key_Equal):
            self.zoom(STEP)
        elif key == keys.Key_Minus:
            self.zoom(1 / STEP)
        elif key in (keys.Key_0, keys.Key_Home):
            self.fit(whole=key == keys.Key_Home)
        else:
            super().keyPressEvent(event)

    def _point_at(self, point: QPointF) -> None:
        self._tell_pointed(self.district_at(point))

    def _tell_pointed(self, pcode: str) -> None:
        if pcode != self.under:
            self.under = pcode
            self.pointed.emit(pcode)
