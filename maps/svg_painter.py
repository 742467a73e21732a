"""Paints a laid-out scene as SVG: vectors and text that a drawing program can still change."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from numpy.typing import NDArray

from maps.cells import PAPER_CELL_M, cell_size, cells_of
from maps.layout import ALERT, GRATICULE, INK, Layout, PlacedSample
from maps.pdf_painter import CELL_PT, FINEST
from maps.scene import Colour, DensityLayer, PathLayer, PointLayer, Rings, Scene, Shape, Style
from maps.shapes import detail_for, take, within
from maps.view import View
from shockplan.texts import tr

FONTS = "'Noto Sans Lao', 'Phetsarath OT', 'Noto Sans', sans-serif"
ANCHORS = {"left": "start", "center": "middle", "right": "end"}
TURNS = {"forward": (-45,), "back": (45,), "cross": (-45, 45), "horizontal": (0,), "vertical": (90,)}


def svg_of(scene: Scene, layout: Layout, size: tuple[float, float]) -> bytes:
    """The sheet as an SVG file of `size` points (1/72 inch): the same bytes for the same scene."""
    painter = _Painter(scene, layout, size)
    body = "\n".join(painter.sheet())
    width, height = size
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}pt" height="{height:g}pt" '
        f'viewBox="0 0 {width:g} {height:g}" font-family="{FONTS}">'
    )
    defs = "\n".join(painter.patterns.values())
    title = f"<title>{escape(scene.title)}</title>"
    ground = f'<rect width="{width:g}" height="{height:g}" fill="white"/>'
    return f"{head}\n{title}\n<defs>\n{painter.clip()}\n{defs}\n</defs>\n{ground}\n{body}\n</svg>\n".encode()


class _Painter:
    """Lines of SVG; y runs down in SVG and up in a layout. Hatches are gathered as patterns on the way."""

    def __init__(self, scene: Scene, layout: Layout, size: tuple[float, float]) -> None:
        self.scene, self.layout, self.height = scene, layout, size[1]
        self.patterns: dict[Style, str] = {}

    def sheet(self) -> Iterator[str]:
        frame = self.layout.view.frame
        yield '<g clip-path="url(#frame)">'
        for layer in self.scene.layers:
            if layer.shown:
                faded = f' opacity="{layer.opacity:g}"' if layer.opacity < 1 else ""
                yield f"<g id={quoteattr(layer.id)}{faded}>"
                yield from self.layer(layer)
                yield "</g>"
        for line in self.layout.graticule:
            points = " ".join(f"{x:.2f},{self.y(y):.2f}" for x, y in line.points.tolist())
            yield f'<polyline points="{points}" fill="none" {stroke(GRATICULE, 0.25, (1, 2))}/>'
        for label in self.layout.labels:
            for x, y, text in label.lines:
                yield self.text(x, y, text, label.size, label.bold, "center", label.colour, halo=True)
        yield "</g>"
        yield self.rect(frame.x, frame.y, frame.width, frame.height, f'fill="none" {stroke(INK, 0.8)}')
        for sample in self.layout.samples:
            yield from self.sample(sample)
        yield from self.furniture()
        for said in self.layout.texts:
            yield self.text(said.x, said.y, said.text, said.size, said.bold, said.align, said.colour)

    def clip(self) -> str:
        frame = self.layout.view.frame
        inside = self.rect(frame.x, frame.y, frame.width, frame.height, "")
        return f'<clipPath id="frame">{inside}</clipPath>'

    def layer(self, layer: PathLayer | PointLayer | DensityLayer) -> Iterator[str]:
        if isinstance(layer, PathLayer):
            yield from self.paths(layer)
        elif isinstance(layer, PointLayer):
            yield from self.points(layer)
        else:
            yield from self.density(layer)

    def paths(self, layer: PathLayer) -> Iterator[str]:
        view = self.layout.view
        detail = detail_for(layer.details, FINEST / view.points_per_metre)
        visible = within(detail, view.extent)
        drawn: list[tuple[Style, str]] = []
        for number, style in enumerate(layer.styles):
            chosen = visible[layer.classes[visible] == number]
            if len(chosen):
                drawn.append((style, self.path(take(detail.shapes, chosen), view, closed=not layer.lines)))
        for style, path in drawn:
            for paint in self.fills(style):
                yield f'<path d="{path}" {paint}/>'
        for style, path in drawn:
            if style.stroke is not None:
                yield f'<path d="{path}" fill="none" {stroke(style.stroke, style.width, style.dash)}/>'

    def path(self, shapes: Rings, view: View, closed: bool = True) -> str:
        xy = view.to_page(shapes.xy)
        xy[:, 1] = self.height - xy[:, 1]
        pieces = []
        for start, end in zip(shapes.rings[:-1].tolist(), shapes.rings[1:].tolist(), strict=True):
            ring = xy[start : end - 1] if closed else xy[start:end]
            if len(ring) >= (3 if closed else 2):
                pieces.append("M" + " ".join(f"{x:.2f},{y:.2f}" for x, y in ring.tolist()) + "Z" * closed)
        return "".join(pieces)

    def points(self, layer: PointLayer) -> Iterator[str]:
        frame, places = self.layout.view.frame, self.layout.view.to_page(layer.xy)
        low, high = np.array([frame.x, frame.y]) - 6, np.array([frame.right, frame.top]) + 6
        seen = np.flatnonzero(((places > low) & (places < high)).all(axis=1) & (layer.classes >= 0))
        for index in seen[np.argsort(-layer.radius[seen], kind="stable")].tolist():
            x, y = places[index].tolist()
            style = layer.styles[layer.classes[index]]
            yield self.symbol(layer.shape, x, y, float(layer.radius[index]), style)

    def symbol(self, shape: Shape, x: float, y: float, radius: float, style: Style) -> str:
        paint = next(iter(self.fills(style)), 'fill="none"')
        line = stroke(style.stroke, style.width, style.dash) if style.stroke is not None else ""
        if shape == "circle":
            return f'<circle cx="{x:.2f}" cy="{self.y(y):.2f}" r="{radius:.2f}" {paint} {line}/>'
        corners = {"square": (45, 135, 225, 315), "triangle": (90, 210, 330), "diamond": (0, 90, 180, 270)}
        turns = np.radians(corners[shape])
        places = zip(x + 1.2 * radius * np.cos(turns), y + 1.2 * radius * np.sin(turns), strict=True)
        points = " ".join(f"{left:.2f},{self.y(up):.2f}" for left, up in places)
        return f'<polygon points="{points}" {paint} {line}/>'

    def density(self, layer: DensityLayer) -> Iterator[str]:
        view = self.layout.view
        cell = cell_size(CELL_PT / view.points_per_metre, PAPER_CELL_M)
        classes, left, top = cells_of(layer, view.extent, cell)
        side = cell * view.points_per_metre
        for number, style in enumerate(layer.shades):
            row, column = np.nonzero(classes == number)
            corners: NDArray[np.float64] = np.column_stack([left + column * cell, top - row * cell])
            cells = "".join(
                f"M{x:.2f},{self.y(y):.2f}h{side:.2f}v{side:.2f}h-{side:.2f}z"
                for x, y in view.to_page(corners).tolist()
            )
            if cells:
                yield f'<path d="{cells}" {next(iter(self.fills(style)))}/>'

    def fills(self, style: Style) -> Iterator[str]:
        """The colour, then the hatch, as attributes of one shape each."""
        if style.fill is not None:
            opacity = f' fill-opacity="{style.opacity:g}"' if style.opacity < 1 else ""
            yield f'fill="{colour(style.fill)}" fill-rule="evenodd"{opacity}'
        if style.hatch != "none":
            yield f'fill="url(#{self.pattern(style)})" fill-rule="evenodd"'

    def pattern(self, style: Style) -> str:
        """The id of a hatch, the same for all styles that are hatched alike."""
        if style not in self.patterns:
            number, gap = len(self.patterns) + 1, style.hatch_gap
            ink = stroke(style.hatch_colour, style.hatch_width)
            if style.hatch == "dots":
                size = f'cx="{gap / 2:g}" cy="{gap / 2:g}" r="{1.2 * style.hatch_width:g}"'
                marks = f'<circle {size} fill="{colour(style.hatch_colour)}"/>'
                turn = 0
            else:
                turn = TURNS[style.hatch][0]
                marks = f'<path d="M0,{gap / 2:g}h{gap:g}" {ink}/>'
                if style.hatch == "cross":
                    marks += f'<path d="M{gap / 2:g},0v{gap:g}" {ink}/>'
            self.patterns[style] = (
                f'<pattern id="hatch{number}" width="{gap:g}" height="{gap:g}" patternUnits="userSpaceOnUse" '
                f'patternTransform="rotate({turn})">{marks}</pattern>'
            )
        return f"hatch{list(self.patterns).index(style) + 1}"

    def sample(self, sample: PlacedSample) -> Iterator[str]:
        box, entry = sample.box, sample.entry
        style, middle = entry.style, box.y + box.height / 2
        if entry.symbol == "point":
            yield self.symbol(entry.shape, box.x + box.width / 2, middle, entry.radius, style)
        elif entry.symbol == "line":
            if style.stroke is not None:
                line = f"M{box.x:.2f},{self.y(middle):.2f}H{box.right:.2f}"
                yield f'<path d="{line}" fill="none" {stroke(style.stroke, style.width, style.dash)}/>'
        else:
            for paint in self.fills(style):
                yield self.rect(box.x, box.y, box.width, box.height, paint)
            edge = stroke(style.stroke or INK, style.width if style.stroke else 0.35, style.dash)
            yield self.rect(box.x, box.y, box.width, box.height, f'fill="none" {edge}')

    def furniture(self) -> Iterator[str]:
        """Scale bar, north arrow and locator."""
        layout = self.layout
        (x, y), step = layout.bar_at, layout.bar.length / layout.bar.divisions
        for number in range(layout.bar.divisions):
            fill = colour(INK) if number % 2 == 0 else "white"
            yield self.rect(x + number * step, y, step, 3.2, f'fill="{fill}" {stroke(INK, 0.5)}')
        box = layout.arrow
        across, foot = box.x + box.width / 2, self.y(box.y + box.height * 0.36)
        tip, tail, half = -box.height * 0.4, box.height * 0.28, box.width * 0.34
        for side, fill in ((-half, colour(INK)), (half, "white")):
            points = f"0,{tip:.2f} {side:.2f},{tail:.2f} 0,{tail * 0.5:.2f}"
            turned = f'transform="translate({across:.2f},{foot:.2f}) rotate({layout.turn:.2f})"'
            yield f'<polygon points="{points}" fill="{fill}" {stroke(INK, 0.6)} {turned}/>'
        north = tr("maps.north", {}, self.scene.language)
        top = box.y + box.height * 0.76 + 1.5
        yield self.text(across, top, north, box.height * 0.26, True, "center", INK)
        frame = layout.locator.frame
        outline = self.path(self.scene.locator.outline, layout.locator)
        yield f'<path d="{outline}" fill="#ececec" {stroke((110, 110, 110), 0.3)}/>'
        yield self.rect(frame.x, frame.y, frame.width, frame.height, f'fill="none" {stroke(INK, 0.4)}')
        if layout.here is not None:
            here = layout.here
            yield self.rect(here.x, here.y, here.width, here.height, f'fill="none" {stroke(ALERT, 1.2)}')

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        bold: bool,
        align: str,
        ink: Colour,
        halo: bool = False,
    ) -> str:
        weight = ' font-weight="bold"' if bold else ""
        anchor = f' text-anchor="{ANCHORS[align]}"' if align != "left" else ""
        place = f'x="{x:.2f}" y="{self.y(y):.2f}" font-size="{size:.2f}"{weight}{anchor}'
        words = f'<text {place} fill="{colour(ink)}">{escape(text)}</text>'
        if not halo:
            return words
        edge = 'fill="none" stroke="white" stroke-width="2" stroke-linejoin="round" aria-hidden="true"'
        return f"<text {place} {edge}>{escape(text)}</text>{words}"

    def rect(self, x: float, y: float, width: float, height: float, paint: str) -> str:
        top = self.y(y + height)
        return f'<rect x="{x:.2f}" y="{top:.2f}" width="{width:.2f}" height="{height:.2f}" {paint}/>'

    def y(self, up: float) -> float:
        return self.height - up


def colour(ink: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*ink)


def stroke(ink: Colour, width: float, dash: tuple[float, ...] = ()) -> str:
    dashes = f' stroke-dasharray="{",".join(f"{length:g}" for length in dash)}"' if dash else ""
    return f'stroke="{colour(ink)}" stroke-width="{width:g}" stroke-linejoin="round"{dashes}'
