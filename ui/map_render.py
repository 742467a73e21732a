"""Finished pictures of the map, painted on a thread of their own: the newest wish, one at a time."""

import threading
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QImage, QPainter

from ui.map_frame import Frame
from ui.map_labels import paint_labels, place_labels
from ui.map_painter import ScenePainter

PAPER = QColor(250, 250, 247)


@dataclass(frozen=True, eq=False)
class Wish:
    """A picture to paint. `beside`: what stands right of the swipe. `backdrop`: the whole ground, small.

    `opened` counts the plans that were opened: a picture of an earlier one comes too late.
    """

    scene: ScenePainter
    beside: ScenePainter | None
    frame: Frame
    ratio: float
    marker: tuple[float, float] | None = None
    opened: int = 0
    backdrop: bool = False


@dataclass(frozen=True, eq=False)
class Picture:
    """A wish come true. `image` has `ratio` device pixels a pixel of the frame."""

    wish: Wish
    image: QImage
    beside: QImage | None

    @property
    def frame(self) -> Frame:
        return self.wish.frame


def paint_picture(wish: Wish) -> Picture:
    """Paint both sides; may run on any thread."""
    beside = _paint(wish.beside, wish) if wish.beside else None
    return Picture(wish, _paint(wish.scene, wish), beside)


def _paint(scene_painter: ScenePainter, wish: Wish) -> QImage:
    frame, ratio = wish.frame, wish.ratio
    image = QImage(round(frame.width * ratio), round(frame.height * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(PAPER)
    painter = QPainter(image)
    scene_painter.paint(painter, frame, ratio)
    if not wish.backdrop:
        paint_labels(painter, place_labels(scene_painter.scene, frame, wish.marker), frame)
    painter.end()
    return image


class Renderer(QObject):
    """`finished` carries a Picture, on the GUI thread. A wish takes the place of an older one of its kind.

    The thread lives while there is something to paint.
    """

    finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lock = threading.Lock()
        self.wanted: dict[bool, Wish] = {}
        self.painting = False
        self.thread_of_work: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        with self.lock:
            return self.painting

    def ask(self, wish: Wish) -> None:
        with self.lock:
            self.wanted[wish.backdrop] = wish
            if not self.painting:
                self.painting = True
                self.thread_of_work = threading.Thread(target=self._run, name="shockplan-map", daemon=True)
                self.thread_of_work.start()

    def stop(self) -> None:
        """Forget what was wished for and wait until the thread has ended."""
        with self.lock:
            self.wanted = {}
            thread = self.thread_of_work
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while (wish := self._next()) is not None:
            self.finished.emit(paint_picture(wish))

    def _next(self) -> Wish | None:
        with self.lock:
            for backdrop in (False, True):
                if backdrop in self.wanted:
                    return self.wanted.pop(backdrop)
            self.painting = False
            return None
