"""The map on the screen: a finished picture that is moved while the next one is painted elsewhere."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from maps.arrangement import Arrangement, arranged
from maps.scene import Extent, PathLayer, Scene
from ui.fonts import FAMILY
from ui.map_frame import Frame, frame_of
from ui.map_overlay import paint_chosen, paint_cross, paint_pin, paint_swipe, paint_words
from ui.map_painter import ScenePainter
from ui.map_render import PAPER, Picture, Renderer, Wish, paint_picture
from ui.scale_bar import paint_scale_bar

MARGIN = 160  # pixels painted beyond each edge, so that a drag shows no blank
SETTLE_MS = 80
REPAINT_FROM = 70  # pixels: so far the picture may lie beside the frame before a new one is asked for
STRETCHED = 1.6
NEAR = 50.0  # metres a pixel at which a village can be told from the next
AS_IT_COMES = Arrangement()
BACKDROP = 700  # pixels of the longer side


class MapCanvas(QWidget):
    """Shows a scene, or two beside each other, in a frame. Knows no mouse and no keys."""

    moved = Signal()
    painted = Signal()  # the picture is that of the last wish

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.frame = frame_of(Extent(-250_000, -500_000, 250_000, 500_000), 640, 480)
        self.base: Scene | None = None
        self.base_beside: Scene | None = None
        self.wanted = Arrangement()
        self.wanted_beside = Arrangement()
        self.scene_painter: ScenePainter | None = None
        self.beside: ScenePainter | None = None
        self.swipe_at = 0.5
        self.chosen: tuple[str, ...] = ()
        self.marker: tuple[float, float] | None = None
        self.cross = False
        self.card = ""
        self.pointer: QPointF | None = None
        self.picture: Picture | None = None
        self.backdrop: Picture | None = None
        self.overlays: list[Callable[[QPainter], None]] = []
        self.opened = 0  # how many plans were opened
        self.fitted = True  # until the person moves the map it follows the size of the window
        self.renderer = Renderer(self)
        self.renderer.finished.connect(self._take)
        self.settle = QTimer(self)
        self.settle.setSingleShot(True)
        self.settle.setInterval(SETTLE_MS)
        self.settle.timeout.connect(self._ask)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 200)

    def sizeHint(self) -> QSize:
        return QSize(640, 520)

    # what is shown

    @property
    def scene(self) -> Scene | None:
        """The scene as it is arranged now."""
        return self.scene_painter.scene if self.scene_painter else None

    def set_scene(self, scene: Scene | None, keep_frame: bool) -> None:
        """Show another scene; the frame stays where the person left it, if so asked."""
        if scene is None or not keep_frame:
            self.picture = self.backdrop = None
            self.scene_painter = None
            self.opened += 1
            self.fitted = self.fitted or scene is not None
        self.base = scene
        self._rearranged()
        self._fit_if_untouched()
        self.repaint_picture()

    def arrange(self, wanted: Arrangement) -> None:
        """Hide, fade and order the layers as the person wants."""
        self.wanted = wanted
        self._rearranged()
        self.repaint_picture()

    def set_beside(self, scene: Scene | None, wanted: Arrangement = AS_IT_COMES) -> None:
        """Show another scene right of the swipe; None ends it."""
        self.base_beside, self.wanted_beside = scene, wanted
        self._rearranged()
        self.repaint_picture()

    def _rearranged(self) -> None:
        scene, beside = self.base, self.base_beside
        self.scene_painter = ScenePainter(arranged(scene, self.wanted), self.scene_painter) if scene else None
        self.beside = (
            ScenePainter(arranged(beside, self.wanted_beside), self.beside) if scene and beside else None
        )

    def choose(self, pcodes: tuple[str, ...]) -> None:
        self.chosen = pcodes
        self.update()

    def mark(self, place: tuple[float, float] | None, come_nearer: bool = True) -> None:
        """Put the pin on a place and bring it into view."""
        self.marker = place
        if place is not None:
            seen = self.rect().adjusted(30, 30, -30, -30).contains(self.frame.pixel(*place).toPoint())
            if come_nearer or not seen:
                metres = min(self.frame.metres, NEAR) if come_nearer else self.frame.metres
                self.go(Frame(place[0], place[1], metres, self.width(), self.height()))
        self.repaint_picture()

    def fit(self, whole: bool = False) -> None:
        """Show where the households are, or the whole country."""
        if self.base:
            self.go(frame_of(self.base.whole if whole else self.base.extent, self.width(), self.height()))
            self.fitted = not whole

    def fit_chosen(self) -> None:
        """Show the chosen districts, else where the households are."""
        layer = self.districts()
        rows = [layer.keys.index(each) for each in self.chosen if each in layer.keys] if layer else []
        if layer is None or not rows:
            self.fit()
            return
        bounds = layer.full.bounds[rows]
        left, bottom = bounds[:, :2].min(axis=0).tolist()
        right, top = bounds[:, 2:].max(axis=0).tolist()
        self.go(frame_of(Extent(left, bottom, right, top), self.width(), self.height()))

    def _fit_if_untouched(self) -> None:
        if self.base and self.fitted:
            self.frame = frame_of(self.base.extent, self.width(), self.height())

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        self.go(self.frame.zoomed(factor, at or self.middle))

    @property
    def middle(self) -> QPointF:
        return QPointF(self.width() / 2, self.height() / 2)

    def go(self, frame: Frame) -> None:
        """Look elsewhere: the picture is moved at once and painted anew soon."""
        self.frame = frame
        self.fitted = False
        if self.picture is not None and self._lies_off(self.picture.frame) and not self.renderer.busy:
            self._ask()
        else:
            self.settle.start()
        self.moved.emit()
        self.update()

    def _lies_off(self, painted: Frame) -> bool:
        """Whether the picture is so far from the frame that it must not wait until the map rests."""
        scale = painted.metres / self.frame.metres
        off = max(abs(painted.x - self.frame.x), abs(painted.y - self.frame.y)) / self.frame.metres
        return off > REPAINT_FROM or not 1 / STRETCHED < scale < STRETCHED

    # pictures

    def repaint_picture(self) -> None:
        """Paint again soon; what is shown stays until then."""
        self._ask()
        self.update()

    def finish(self) -> None:
        """Paint the picture now, on this thread, and forget what was asked for."""
        self.renderer.stop()
        self.settle.stop()
        wish = self._wish()
        if wish is not None:
            self.picture = paint_picture(wish)
        self.update()

    @property
    def busy(self) -> bool:
        """Whether a picture is still to come."""
        return self.renderer.busy or self.settle.isActive()

    def _wish(self) -> Wish | None:
        if self.scene_painter is None:
            return None
        frame = self.frame.resized(self.width(), self.height()).grown(MARGIN)
        ratio = self.devicePixelRatioF()
        return Wish(self.scene_painter, self.beside, frame, ratio, self.marker, self.opened)

    def _ask(self) -> None:
        self.settle.stop()
        wish = self._wish()
        if wish is not None and self.isVisible():
            self.renderer.ask(wish)

    def _ask_backdrop(self) -> None:
        """The whole ground, small: what is seen at the edges when one moves fast."""
        if self.scene_painter is None or self.base is None or not self.isVisible():
            return
        whole = self.base.whole
        scale = BACKDROP / max(whole.width, whole.height)
        frame = frame_of(whole, round(whole.width * scale), round(whole.height * scale), margin=0.5)
        wish = Wish(self.scene_painter, self.beside, frame, 1.0, opened=self.opened, backdrop=True)
        self.renderer.ask(wish)

    def _take(self, picture: Picture) -> None:
        if picture.wish.opened != self.opened or self.scene_painter is None:
            return
        if picture.wish.backdrop:
            self.backdrop = picture
            return
        self.picture = picture
        if self.backdrop is None or self.backdrop.wish.scene is not picture.wish.scene:
            self._ask_backdrop()
        self.update()
        self.painted.emit()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.picture is None and not self.busy:
            self._ask()
        painter = QPainter(self)
        painter.fillRect(self.rect(), PAPER)
        if self.picture is not None:
            for left, right, beside in self._sides():
                painter.setClipRect(QRectF(left, 0, right - left, self.height()))
                if self.backdrop is not None and not self._covers(self.picture.frame):
                    self._place(painter, self.backdrop, beside)
                self._place(painter, self.picture, beside)
            painter.setClipping(False)
        self._paint_over(painter)
        painter.end()

    def _sides(self) -> list[tuple[float, float, bool]]:
        if self.beside is None:
            return [(0, self.width(), False)]
        bar = self.swipe_at * self.width()
        return [(0, bar, False), (bar, self.width(), True)]

    def _covers(self, painted: Frame) -> bool:
        seen, there = self.frame.extent, painted.extent
        across = there.left <= seen.left and there.right >= seen.right
        return across and there.bottom <= seen.bottom and there.top >= seen.top

    def _place(self, painter: QPainter, picture: Picture, beside: bool) -> None:
        image = picture.beside if beside and picture.beside is not None else picture.image
        painted = picture.frame
        scale = painted.metres / self.frame.metres
        left_top = self.frame.pixel(*painted.ground(QPointF(0, 0)))
        if abs(scale - 1) < 1e-9:  # whole device pixels: a straight copy
            ratio = picture.wish.ratio
            at = QPointF(round(left_top.x() * ratio) / ratio, round(left_top.y() * ratio) / ratio)
            painter.drawImage(at, image)
            return
        size = QSizeF(painted.width * scale, painted.height * scale)
        painter.drawImage(QRectF(left_top, size), image, QRectF(image.rect()))

    def _paint_over(self, painter: QPainter) -> None:
        if self.scene_painter is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        layer = self.districts()
        if layer is not None and self.chosen:
            paint_chosen(painter, self.frame, layer, self.chosen, self.scene_painter.origin)
        if self.marker is not None:
            paint_pin(painter, self.frame.pixel(*self.marker))
        if self.beside is not None:
            paint_swipe(painter, self.swipe_at * self.width(), self.height(), self.hasFocus())
        for overlay in self.overlays:
            overlay(painter)
        if self.cross and self.hasFocus():
            paint_cross(painter, self.middle)
        if self.card and self.pointer is not None:
            paint_words(painter, self.pointer, self.card, QRectF(self.rect()))
        paint_scale_bar(painter, self.frame, FAMILY, self.scene_painter.scene.language)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def districts(self) -> PathLayer | None:
        """The layer that answers to the pointer."""
        layers = self.scene.layers if self.scene else ()
        found = [layer for layer in layers if layer.id == "districts" and isinstance(layer, PathLayer)]
        return found[0] if found else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.frame = self.frame.resized(self.width(), self.height())
        self._fit_if_untouched()
        if self.picture is not None:
            self.settle.start()
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        """What changed while the map was hidden is painted now."""
        super().showEvent(event)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        self.renderer.stop()
        super().hideEvent(event)
