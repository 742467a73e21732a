"""The sheet with a map as a picture: what `maps.layout` has laid out, painted with Qt."""

from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from maps.layout import ALERT, GRATICULE, INK, Layout, PlacedSample
from maps.scene import Colour, Rings, Scene
from maps.shapes import pen_down
from shockplan.texts import tr
from ui.map_frame import Frame
from ui.map_labels import LETTERS, letters
from ui.map_painter import PIXELS_A_POINT, ScenePainter, colour_of, draw_symbol, hatch_tile, pen_of

DPI = 220
Size = tuple[float, float]


def png_of_sheet(scene: Scene, layout: Layout, size: Size) -> bytes:
    """The sheet as a PNG file, DPI pixels an inch."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image_of_sheet(scene, layout, size).save(buffer, "PNG"):
        raise MemoryError("the picture could not be packed")
    return bytes(content.data())


def image_of_sheet(scene: Scene, layout: Layout, size: Size) -> QImage:
    """The sheet as a picture; `size` is that of the page in points. May run on any thread."""
    width, height = size
    ratio = DPI / 96
    image = QImage(round(width * DPI / 72), round(height * DPI / 72), QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(round(DPI / 0.0254))
    image.setDotsPerMeterY(round(DPI / 0.0254))
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    SheetPainter(painter, scene, layout, height, ratio).paint()
    painter.end()
    image.setDevicePixelRatio(1.0)
    return image


class SheetPainter:
    """Points of the page, counted from its lower left corner, to pixels of 1/96 inch from the upper left."""

    def __init__(self, painter: QPainter, scene: Scene, layout: Layout, height: float, ratio: float) -> None:
        self.painter, self.scene, self.layout = painter, scene, layout
        self.height, self.ratio = height, ratio

    def paint(self) -> None:
        self._paint_map()
        for sample in self.layout.samples:
            self._paint_sample(sample)
        self._paint_bar()
        self._paint_north()
        self._paint_locator()
        for text in self.layout.texts:
            self._paint_text(text.x, text.y, text.text, text.size, text.bold, text.align, text.colour)

    def at(self, x: float, y: float) -> QPointF:
        return QPointF(x * PIXELS_A_POINT, (self.height - y) * PIXELS_A_POINT)

    def box(self, x: float, y: float, width: float, height: float) -> QRectF:
        return QRectF(self.at(x, y + height), self.at(x + width, y))

    def _paint_map(self) -> None:
        painter, view = self.painter, self.layout.view
        frame = self.box(view.frame.x, view.frame.y, view.frame.width, view.frame.height)
        painter.save()
        painter.setClipRect(frame)
        painter.translate(frame.topLeft())
        x, y = view.extent.centre
        metres = view.extent.width / frame.width()
        ground = Frame(x, y, metres, round(frame.width()), round(frame.height()))
        ScenePainter(self.scene).paint(painter, ground, self.ratio, points=False)
        painter.restore()
        painter.save()
        painter.setClipRect(frame)
        painter.setPen(QPen(colour_of(GRATICULE), 0.4, Qt.PenStyle.DotLine))
        for line in self.layout.graticule:
            painter.drawPolyline([self.at(*place) for place in line.points.tolist()])
        for label in self.layout.labels:
            for halo in (True, False):
                for x, y, text in label.lines:
                    self._paint_text(x, y, text, label.size, label.bold, "center", label.colour, halo)
        painter.restore()
        painter.setPen(QPen(colour_of(INK), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame)

    def _paint_text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        bold: bool = False,
        align: str = "left",
        colour: Colour = INK,
        halo: bool = False,
    ) -> None:
        outline, width = letters(text, bold)
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[align]
        painter = self.painter
        painter.save()
        painter.translate(self.at(x, y))
        scale = size * PIXELS_A_POINT / LETTERS
        painter.scale(scale, scale)
        painter.translate(-width * share, 0)
        if halo:
            pen = QPen(QColor("white"), 2.4 / scale)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.strokePath(outline, pen)
        else:
            painter.fillPath(outline, colour_of(colour))
        painter.restore()

    def _paint_sample(self, sample: PlacedSample) -> None:
        painter, entry = self.painter, sample.entry
        area = self.box(sample.box.x, sample.box.y, sample.box.width, sample.box.height)
        style = entry.style
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen_of(style) if style.stroke is not None else QPen(Qt.PenStyle.NoPen))
        middle = area.center()
        if entry.symbol == "line":
            painter.drawLine(QPointF(area.left(), middle.y()), QPointF(area.right(), middle.y()))
        elif entry.symbol == "point":
            if style.fill is not None:
                painter.setBrush(colour_of(style.fill, style.opacity))
            draw_symbol(painter, entry.shape, middle.x(), middle.y(), entry.radius * PIXELS_A_POINT)
        else:
            self._paint_area_sample(area, sample)

    def _paint_area_sample(self, area: QRectF, sample: PlacedSample) -> None:
        painter, style = self.painter, sample.entry.style
        if style.fill is not None:
            painter.fillRect(area, colour_of(style.fill, style.opacity))
        if style.hatch != "none":
            painter.save()
            painter.setClipRect(area)
            tile = hatch_tile(style, self.ratio)
            tile.setDevicePixelRatio(self.ratio)
            step = tile.width() / self.ratio
            for across in range(int(area.width() / step) + 2):
                for down in range(int(area.height() / step) + 2):
                    painter.drawImage(area.topLeft() + QPointF(across * step, down * step), tile)
            painter.restore()
        if style.stroke is None:
            painter.setPen(QPen(colour_of(INK), 0.5))
        painter.drawRect(area)

    def _paint_bar(self) -> None:
        x, y = self.layout.bar_at
        step = self.layout.bar.length / self.layout.bar.divisions
        self.painter.setPen(QPen(colour_of(INK), 0.7))
        for number in range(self.layout.bar.divisions):
            self.painter.setBrush(colour_of(INK if number % 2 == 0 else (255, 255, 255)))
            self.painter.drawRect(self.box(x + number * step, y, step, 3.2))

    def _paint_north(self) -> None:
        box, painter = self.layout.arrow, self.painter
        painter.save()
        painter.translate(self.at(box.x + box.width / 2, box.y + box.height * 0.36))
        painter.rotate(self.layout.turn)
        tip, tail, half = box.height * 0.4, -box.height * 0.28, box.width * 0.34
        painter.setPen(QPen(colour_of(INK), 0.8))
        for side, colour in ((-half, INK), (half, (255, 255, 255))):
            painter.setBrush(colour_of(colour))
            corners = ((0.0, tip), (side, tail), (0.0, tail * 0.5))
            painter.drawPolygon(QPolygonF([QPointF(x, -y) * PIXELS_A_POINT for x, y in corners]))
        painter.restore()
        north = tr("maps.north", {}, self.scene.language)
        top = box.y + box.height * 0.76 + 1.5
        self._paint_text(box.x + box.width / 2, top, north, box.height * 0.26, True, "center")

    def _paint_locator(self) -> None:
        view, here, painter = self.layout.locator, self.layout.here, self.painter
        outline = self.scene.locator.outline
        path = self._rings(Rings(view.to_page(outline.xy), outline.rings, outline.items))
        painter.fillPath(path, QColor(236, 236, 236))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.strokePath(path, QPen(QColor(110, 110, 110), 0.5))
        painter.setPen(QPen(colour_of(INK), 0.6))
        painter.drawRect(self.box(view.frame.x, view.frame.y, view.frame.width, view.frame.height))
        if here is not None:
            painter.setPen(QPen(colour_of(ALERT), 1.6))
            painter.drawRect(self.box(here.x, here.y, here.width, here.height))

    def _rings(self, shapes: Rings) -> QPainterPath:
        path = QPainterPath()
        down: Sequence[int] = pen_down(shapes).tolist()
        begin = True
        for (x, y), joined in zip(shapes.xy.tolist(), down, strict=True):
            if begin:
                path.moveTo(self.at(x, y))
            else:
                path.lineTo(self.at(x, y))
            begin = not joined
        return path
