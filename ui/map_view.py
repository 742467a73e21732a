"""The map under the hand: pan, wheel and pinch, keys, hover and click, and the tool that is taken up."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QNativeGestureEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from maps.scene import Scene
from maps.shapes import detail_for, shape_at
from ui.map_canvas import MapCanvas
from ui.map_overlay import HANDLE
from ui.map_tools import Tool

STEP = 1.25
DRAG_FROM = 4
KEY_STEP = 60
SWIPE_STEP = 0.05
NO_MODIFIER, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
ADDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class MapView(MapCanvas):
    """`pointed` carries the P-code under the pointer, '' for none; `hovered` when the pointer is elsewhere;
    `clicked` a P-code and whether it is added to what is chosen.
    """

    pointed = Signal(str)
    hovered = Signal()
    clicked = Signal(str, bool)
    tool_left = Signal()
    key_pressed = Signal(str)  # a key that may be that of a tool

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tool: Tool | None = None
        self.pressed_at: QPointF | None = None
        self.last_at = QPointF()
        self.dragging = False
        self.drawing = False  # the tool has the drag
        self.swiping = False
        self.under = ""
        self.overlays.append(self._paint_tool)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.grabGesture(Qt.GestureType.PinchGesture)

    # tools

    def take_up(self, tool: Tool | None) -> None:
        """Work with a tool; None is the hand."""
        if self.tool is not None:
            self.tool.put_down()
        self.tool = tool
        self.card = ""
        self._show_cursor()
        self.update()

    def _show_cursor(self) -> None:
        self.setCursor(Qt.CursorShape.CrossCursor if self.tool else Qt.CursorShape.ArrowCursor)

    def _paint_tool(self, painter: QPainter) -> None:
        if self.tool is not None:
            self.tool.paint(painter)

    # what is under a pixel

    def district_at(self, point: QPointF) -> str:
        layer = self.districts()
        if layer is None:
            return ""
        index = shape_at(detail_for(layer.details, self.frame.metres), *self.frame.ground(point))
        return layer.keys[index] if index is not None else ""

    def scene_under(self, point: QPointF | None) -> Scene | None:
        """The scene on the side of the swipe where the point lies."""
        right = point is not None and self.beside is not None and point.x() > self.swipe_at * self.width()
        return self.beside.scene if right and self.beside is not None else self.scene

    def value_of(self, pcode: str) -> float | None:
        """The number behind a district's colour."""
        layer = self.districts()
        if layer is None or pcode not in layer.keys:
            return None
        value = float(layer.values[layer.keys.index(pcode)])
        return value if np.isfinite(value) else None

    # mouse

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120
        if notches:
            self.zoom(STEP**notches, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            return
        left = event.button() == Qt.MouseButton.LeftButton
        self.cross = False
        self.pressed_at = self.last_at = event.position()
        self.swiping = left and self._on_swipe(event.position())
        self.drawing = (
            left and not self.swiping and self.tool is not None and self.tool.press(event.position())
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self.pressed_at is None:
            self._hover(at)
        elif self.swiping:
            self.swipe_to(at.x() / self.width())
        elif self.drawing and self.tool is not None:
            self.tool.drag(at)
        else:
            self._drag(at, self.pressed_at)

    def _drag(self, at: QPointF, pressed_at: QPointF) -> None:
        if not self.dragging and (at - pressed_at).manhattanLength() < DRAG_FROM:
            return
        if not self.dragging:
            self.dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.tell("")
        step = at - self.last_at
        self.last_at = at
        self.go(self.frame.moved(step.x(), step.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.pressed_at is None:
            return
        clicked = not (self.dragging or self.swiping or self.drawing)
        if self.drawing and self.tool is not None:
            self.tool.release(event.position(), event.modifiers())
        self.pressed_at = None
        self.dragging = self.swiping = self.drawing = False
        self._show_cursor()
        if clicked and event.button() == Qt.MouseButton.LeftButton:
            self._click(event.position(), event.modifiers())

    def _click(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        if self.tool is not None:
            self.tool.click(at)
        else:
            self.clicked.emit(self.district_at(at), bool(modifiers & ADDING))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.tool is not None:
            self.tool.finish(event.modifiers())
        else:
            self.zoom(2.0, event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self._tell_pointed(None, "")

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._owns(event)
        ):
            event.accept()  # the window's shortcut for the same key has to wait
            return True
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.zoom(1 + event.value(), event.position())
            return True
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.pinch(pinch.scaleFactor(), QPointF(self.mapFromGlobal(pinch.centerPoint().toPoint())))
                return True
        return super().event(event)

    def pinch(self, factor: float, at: QPointF) -> None:
        """Two fingers: nearer or further around the place between them."""
        self.pressed_at, self.dragging = None, False  # the first finger was no drag
        if factor > 0:
            self.zoom(factor, at)

    def _hover(self, at: QPointF) -> None:
        if self.tool is not None:
            self.tool.hover(at)
            return
        if self._on_swipe(at):
            self.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            self._show_cursor()
        self._tell_pointed(at, self.district_at(at))

    def _tell_pointed(self, at: QPointF | None, pcode: str) -> None:
        """The pointer is there, over that district; None: it has left the map."""
        self.pointer = at
        if pcode != self.under:
            self.under = pcode
            self.pointed.emit(pcode)
        self.hovered.emit()

    def tell(self, words: str) -> None:
        """Words on a card beside the pointer; '' takes it away."""
        if words or self.card:
            self.card = words
            self.update()

    # swipe

    def _on_swipe(self, at: QPointF) -> bool:
        return self.beside is not None and abs(at.x() - self.swipe_at * self.width()) <= HANDLE

    def swipe_to(self, share: float) -> None:
        """Move the bar between the two sides; 0 is the left edge."""
        self.swipe_at = min(max(share, 0.0), 1.0)
        self.update()

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, keys = event.key(), Qt.Key
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if alt and self.beside is not None and key in (keys.Key_Left, keys.Key_Right):
            self.swipe_to(self.swipe_at + (SWIPE_STEP if key == keys.Key_Right else -SWIPE_STEP))
        elif key in (keys.Key_Left, keys.Key_Right, keys.Key_Up, keys.Key_Down):
            self._step(keys(key))
        elif key in (keys.Key_Plus, keys.Key_Equal):
            self.zoom(STEP)
        elif key == keys.Key_Minus:
            self.zoom(1 / STEP)
        elif key in (keys.Key_0, keys.Key_Home):
            self.fit(whole=key == keys.Key_Home)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.key_pressed.emit("Ctrl+C")
        elif self._tool_key(keys(key), event.modifiers()):
            return
        elif event.text().isalpha() and event.modifiers() in (NO_MODIFIER, SHIFT):
            self.key_pressed.emit(event.text().upper())
        else:
            super().keyPressEvent(event)

    def _owns(self, event: QKeyEvent) -> bool:
        """Whether a key means something on the map before it means something in the window."""
        holds = self.tool is not None and event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Backspace)
        plain = event.modifiers() == NO_MODIFIER
        return holds or (plain and (event.text().isalpha() or event.key() in (Qt.Key.Key_Home, Qt.Key.Key_0)))

    def _step(self, key: Qt.Key) -> None:
        """The ground moves; the cross in the middle is where the keyboard points."""
        keys = Qt.Key
        across, down = {
            keys.Key_Left: (KEY_STEP, 0),
            keys.Key_Right: (-KEY_STEP, 0),
            keys.Key_Up: (0, KEY_STEP),
            keys.Key_Down: (0, -KEY_STEP),
        }[key]
        self.cross = True
        self.go(self.frame.moved(across, down))
        if self.tool is not None:
            self.tool.hover(self.middle)
        else:
            self._tell_pointed(self.middle, self.district_at(self.middle))

    def _tool_key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        """Space sets a corner or chooses; Enter ends, Backspace takes back, Escape puts the tool down."""
        keys = Qt.Key
        if key == keys.Key_Space or (self.tool is None and key in (keys.Key_Return, keys.Key_Enter)):
            self.cross = True
            if self.tool is not None:
                self.tool.set_corner(self.middle)
            else:
                self._click(self.middle, modifiers)
        elif self.tool is None:
            return False
        elif key in (keys.Key_Return, keys.Key_Enter):
            self.tool.finish(modifiers)
        elif key == keys.Key_Backspace:
            self.tool.take_back()
        elif key == keys.Key_Escape:
            self.tool_left.emit()
        else:
            return False
        return True
