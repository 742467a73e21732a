"""The tools of the map: draw a lasso around districts, measure a way or an area."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from maps.projection import geodesic
from maps.shapes import detail_for, half_inside
from shockplan.texts import Language, tr
from ui.map_overlay import paint_knots, paint_line, paint_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.map_view import MapView

Place = tuple[float, float]
LASSO_STEP = 3.0
"""Pixels between two corners of a line that is drawn by hand."""


def length_words(metres: float, language: Language) -> str:
    """A length as it is read: whole metres below a kilometre, then kilometres to a tenth up to a hundred."""
    if metres < 1000:
        return tr("maps.metres", {"value": round(metres)}, language)
    value: int | str = f"{metres / 1000:,.1f}" if metres < 100_000 else round(metres / 1000)
    return tr("maps.kilometres", {"value": value}, language)


def area_words(square_metres: float, language: Language) -> str:
    """Square kilometres, with two digits that count below ten."""
    km2 = square_metres / 1e6
    return tr("maps.km2", {"value": f"{km2:,.2f}" if km2 < 10 else round(km2)}, language)


class Tool:
    """What all tools share: corners on the ground, set by the mouse or at the cross by the keyboard."""

    def __init__(self, view: "MapView") -> None:
        self.view = view
        self.corners: list[Place] = []
        self.pointer: Place | None = None

    def press(self, at: QPointF) -> bool:
        """Whether the tool takes the drag that begins here; else it moves the map."""
        return False

    def drag(self, at: QPointF) -> None:
        """The pointer moves with the button down, after `press` took the drag."""

    def release(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The drag that the tool took has ended."""

    def click(self, at: QPointF) -> None:
        self.set_corner(at)

    def set_corner(self, at: QPointF) -> None:
        self.corners.append(self.view.frame.ground(at))
        self.view.update()

    def take_back(self) -> None:
        """Forget the last corner."""
        if self.corners:
            self.corners.pop()
            self.view.update()

    def hover(self, at: QPointF) -> None:
        self.pointer = self.view.frame.ground(at)
        self.view.update()

    def finish(self, modifiers: Qt.KeyboardModifier) -> None:
        """The last corner is set."""

    def put_down(self) -> None:
        self.corners, self.pointer = [], None

    def paint(self, painter: QPainter) -> None:
        """Over the picture of the map."""

    def pixels(self, places: list[Place]) -> list[QPointF]:
        return [self.view.frame.pixel(*place) for place in places]


class LassoTool(Tool):
    """`chosen` is called with the P-codes inside and how: new, more (Shift or Ctrl), less (Alt)."""

    def __init__(self, view: "MapView", chosen: "Callable[[tuple[str, ...], str], None]") -> None:
        super().__init__(view)
        self.chosen = chosen
        self.last = QPointF()

    def press(self, at: QPointF) -> bool:
        self.corners = [self.view.frame.ground(at)]
        self.last = at
        return True

    def drag(self, at: QPointF) -> None:
        if (at - self.last).manhattanLength() >= LASSO_STEP:
            self.last = at
            self.set_corner(at)

    def release(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self.finish(modifiers)

    def finish(self, modifiers: Qt.KeyboardModifier) -> None:
        corners, self.corners = self.corners, []
        layer = self.view.districts()
        if layer is not None and len(corners) >= 3:
            rows = half_inside(detail_for(layer.details, self.view.frame.metres), np.array(corners))
            more = modifiers & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
            less = modifiers & Qt.KeyboardModifier.AltModifier
            self.chosen(tuple(layer.keys[row] for row in rows), "more" if more else "less" if less else "new")
        self.view.update()

    def paint(self, painter: QPainter) -> None:
        points = self.pixels(self.corners)
        if self.pointer is not None and points and not self.view.drawing:
            points.append(self.view.frame.pixel(*self.pointer))
        paint_line(painter, points, closed=True)


class MeasureTool(Tool):
    """The geodesic length of a line of corners, and the area they enclose from three on."""

    def __init__(self, view: "MapView") -> None:
        super().__init__(view)
        self.ended = False

    def set_corner(self, at: QPointF) -> None:
        if self.ended:
            self.corners, self.ended = [], False
        super().set_corner(at)

    def finish(self, modifiers: Qt.KeyboardModifier) -> None:
        self.ended = True
        self.view.update()

    def put_down(self) -> None:
        super().put_down()
        self.ended = False

    @property
    def line(self) -> list[Place]:
        """The corners, and the pointer while the line goes on."""
        going_on = self.pointer is not None and not self.ended and self.corners
        return [*self.corners, self.pointer] if going_on and self.pointer else list(self.corners)

    def words(self) -> str:
        """Length of the last step and of all, and the area."""
        line, language = self.line, self.view.scene.language if self.view.scene else "en"
        if len(line) < 2:
            return ""
        lengths, area = geodesic(np.array(line))
        said = [tr("maps.measured.length", {"length": length_words(sum(lengths), language)}, language)]
        if len(lengths) > 1:
            last = {"length": length_words(lengths[-1], language)}
            said.insert(0, tr("maps.measured.step", last, language))
            said.append(tr("maps.measured.area", {"area": area_words(area, language)}, language))
        return "\n".join(said)

    def paint(self, painter: QPainter) -> None:
        points = self.pixels(self.line)
        paint_line(painter, points, closed=False)
        paint_knots(painter, self.pixels(self.corners))
        words = self.words()
        if words:
            paint_words(painter, points[-1], words, QRectF(self.view.rect()))
