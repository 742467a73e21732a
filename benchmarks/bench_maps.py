"""Maps: a plan of 148 districts under a satellite extent of 268,239 vertices, against drawing every vertex.

Prints the times to build the scene, to paint it on a page and to paint one district, beside a painter
that sends every vertex to reportlab's own path, as a first version would. Ratios come from one run.
"""

import io
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from reportlab.pdfgen.canvas import Canvas

from maps.atlas import atlas_pages
from maps.hazards import _drawn
from maps.layout import lay_out
from maps.pdf_painter import draw_laid_out
from maps.plan_scene import plan_scene
from maps.scene import PathLayer, Scene
from maps.view import View
from shockplan.areas import load_gazetteer
from shockplan.boundaries import read_boundaries, schematic_boundaries
from shockplan.outputs.drawing import Box
from shockplan.plan import Plan
from shockplan.shocks.layer import Severity
from tests.maps.made_up_plan import made_up_flood, made_up_plan
from tests.shared_data import SHARED

PAGE = Box(24, 24, 547, 794)
Answer = TypeVar("Answer")


def run(small: bool) -> None:
    plan = loaded_plan(20_000 if small else 1_300_000)
    extent = plan.inputs.layers[0]
    print(f"   {shapely.get_num_coordinates(extent.parts).sum():,} vertices of hazard, 148 districts")
    _drawn.cache_clear()
    _, first = timed(lambda: plan_scene(plan, "lo"))
    scene, again = timed(lambda: plan_scene(plan, "lo"))
    print(f"   scene: {first:.2f} s the first time, {again:.2f} s after a change of money")
    compare("whole country on A4", scene)
    (page,) = atlas_pages(plan, "lo", codes=["LA0904"])
    compare("one district on A4", replace(page.scene, graticule=False))


def compare(name: str, scene: Scene) -> None:
    """Our painter against the naive one, on the same layout."""
    layout, laid = timed(lambda: lay_out(scene, PAGE))
    ours, seconds = timed(lambda: page_of(lambda canvas: draw_laid_out(canvas, scene, layout)))
    naive, naive_seconds = timed(
        lambda: page_of(lambda canvas: draw_every_vertex(canvas, scene, layout.view))
    )
    print(
        f"   {name}: labels and sheet {laid:.2f} s; painted in {seconds:.2f} s, {len(ours) / 1e6:.2f} MB; "
        f"every vertex {naive_seconds:.2f} s, {len(naive) / 1e6:.2f} MB: "
        f"{naive_seconds / seconds:.1f}x faster, {len(naive) / len(ours):.1f}x smaller"
    )


def page_of(draw: Callable[[Canvas], None]) -> bytes:
    page = io.BytesIO()
    canvas = Canvas(page, pagesize=(595, 842), invariant=1)
    draw(canvas)
    canvas.save()
    return page.getvalue()


def draw_every_vertex(canvas: Canvas, scene: Scene, view: View) -> None:
    """Areas alone, without labels, legend or hatches: less work than ours does, vertex by vertex."""
    for layer in scene.layers:
        if not isinstance(layer, PathLayer) or not layer.shown:
            continue
        shapes = layer.full.shapes
        places = view.to_page(shapes.xy).tolist()
        for index, style in enumerate(layer.styles):
            path = canvas.beginPath()
            for item in np.flatnonzero(layer.classes == index).tolist():
                for ring in range(shapes.items[item], shapes.items[item + 1]):
                    start, *rest = places[shapes.rings[ring] : shapes.rings[ring + 1]]
                    path.moveTo(*start)
                    for place in rest:
                        path.lineTo(*place)
                    path.close()
            canvas.setFillColorRGB(*(part / 255 for part in style.fill or (255, 255, 255)))
            canvas.drawPath(path, fill=int(style.fill is not None), stroke=int(style.stroke is not None))


def loaded_plan(households: int) -> Plan:
    """All 148 districts, with a satellite extent moved to the middle of the country where there is one."""
    gazetteer = load_gazetteer()
    codes = tuple(gazetteer.districts["pcode"])
    official = SHARED / "boundaries" / "lao_adm2_148.geojson"
    boundaries = (
        read_boundaries(official, gazetteer) if official.exists() else schematic_boundaries(gazetteer)
    )
    parts = flood_parts()
    flood = replace(
        made_up_flood(),
        parts=parts,
        severity=np.full(len(parts), Severity.SEVERE, dtype=np.int8),
        observed=None,
    )
    return made_up_plan(boundaries, codes, households, 8_000, layers=(flood,))


def flood_parts() -> NDArray[np.object_]:
    """The published flood extent as single valid parts; a made-up one of as many vertices without it."""
    path = SHARED / "hazards" / "unosat_pakistan_2022_flood_shp.zip"
    if not path.exists():
        steps = shapely.points(np.random.default_rng(1).uniform((101, 15), (106, 21), (4000, 2)))
        made_up: NDArray[np.object_] = shapely.buffer(steps, 0.01, quad_segs=16)
        return made_up
    parts = shapely.get_parts(gpd.read_file(path).geometry.to_numpy())
    left, bottom, right, top = shapely.total_bounds(parts)
    shift = np.array([103.9 - (left + right) / 2, 18.2 - (bottom + top) / 2])
    moved = shapely.transform(parts, lambda degrees: degrees + shift)
    bad = ~shapely.is_valid(moved)
    moved[bad] = shapely.make_valid(moved[bad])
    pieces = shapely.get_parts(shapely.get_parts(moved))
    kept: NDArray[np.object_] = pieces[shapely.get_type_id(pieces) == shapely.GeometryType.POLYGON]
    return kept


def timed(work: Callable[[], Answer]) -> tuple[Answer, float]:
    start = time.perf_counter()
    answer = work()
    return answer, time.perf_counter() - start
