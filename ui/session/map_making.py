"""The map of a plan as a person wants to see it, and the map on a sheet of its own. Off the GUI thread."""

import io
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shockplan.problems import InputError, Problem

if TYPE_CHECKING:
    from maps.layout import Layout
    from maps.scene import Scene
    from shockplan.plan import Plan
    from shockplan.planfile import MapSpec
    from shockplan.texts import Language

DELIVERY = "delivery"
A4_PT = (841.89, 595.28)
SHEET_MARGIN = 26.0


@dataclass(frozen=True, slots=True)
class MapChoice:
    """What the map is coloured by (a measure, or `delivery`), and how its classes are made.

    `own`: inner limits of own classes. `beside`: the measure right of the swipe, '' none. `round`: of the
    delivery, 1 is the first.
    """

    measure: Any = "funded"
    method: Any = "quantile"
    count: int = 5
    own: tuple[float, ...] = ()
    palette: Any = "orange"
    beside: Any = ""
    round: int = 1


@dataclass(frozen=True, slots=True)
class MapGlance:
    """What is looked at in passing: the delivery, its round, and a measure beside."""

    delivery: bool = False
    beside: Any = ""
    round: int = 1


def choice_of(look: "MapSpec | None", glance: MapGlance) -> MapChoice:
    """What the map shows by the plan's `[map]` and in passing."""
    if look is None:
        return MapChoice()
    return MapChoice(
        DELIVERY if glance.delivery else look.measure,
        look.method,
        look.count,
        tuple(float(limit) for limit in look.own),
        look.palette,
        glance.beside,
        glance.round,
    )


@dataclass(frozen=True, eq=False)
class Maps:
    """The map and the one beside it; the payment rounds that a delivery map can show."""

    scene: "Scene"
    beside: "Scene | None"
    rounds: int


def maps_of(plan: "Plan", language: "Language", glance: MapGlance) -> Maps:
    rounds, look = _rounds(plan), plan.inputs.spec.map
    choice = choice_of(look, glance)
    measure = look.measure if choice.measure == DELIVERY and not rounds else choice.measure
    beside = _scene(plan, language, choice, choice.beside, rounds) if choice.beside else None
    return Maps(_scene(plan, language, choice, measure, rounds), beside, rounds)


def _scene(plan: "Plan", language: "Language", choice: MapChoice, measure: Any, rounds: int) -> "Scene":
    from maps.chosen import chosen_classes
    from maps.delivery_map import delivery_scene
    from maps.plan_scene import plan_scene

    if measure == DELIVERY:
        return delivery_scene(plan, language, min(choice.round, max(rounds, 1)))
    classes = chosen_classes(plan, plan.inputs.spec.map.model_copy(update={"measure": measure}))
    return plan_scene(plan, language, measure, classes=classes, palette=choice.palette)


def _rounds(plan: "Plan") -> int:
    """Payment rounds of the funded households where a delivery is planned, else 0."""
    from shockplan.budget import Status

    if plan.inputs.spec.delivery is None and not plan.inputs.delivery.stops:
        return 0
    funded = plan.allocation.status == Status.FUNDED
    return int(plan.entitlements.rounds[funded].max(initial=0))


def sheet_of(scene: "Scene") -> tuple["Layout", tuple[float, float]]:
    """The scene laid out on A4, upright or across as its ground is, and the size of the page in points."""
    from maps.layout import lay_out
    from shockplan.outputs.drawing import Box

    across = scene.extent.width > scene.extent.height
    width, height = A4_PT if across else A4_PT[::-1]
    box = Box(SHEET_MARGIN, SHEET_MARGIN, width - 2 * SHEET_MARGIN, height - 2 * SHEET_MARGIN)
    return lay_out(scene, box), (width, height)


def map_file(scene: "Scene", kind: str) -> bytes:
    """The sheet as a PDF or SVG file."""
    layout, size = sheet_of(scene)
    if kind == "svg":
        from maps.svg_painter import svg_of

        return svg_of(scene, layout, size)
    from reportlab.pdfgen.canvas import Canvas

    from maps.pdf_painter import draw_laid_out

    page = io.BytesIO()
    canvas = Canvas(page, pagesize=size, invariant=1)
    canvas.setTitle(scene.title)
    draw_laid_out(canvas, scene, layout)
    canvas.save()
    return page.getvalue()


def save_map(
    scene: "Scene", path: Path, picture: "Callable[[Scene, Layout, tuple[float, float]], bytes]"
) -> Path:
    """Write the map as PDF, SVG or PNG (what `picture` gives), by the name's ending, whole or not at all."""
    kind = path.suffix.lower().lstrip(".")
    content = map_file(scene, kind) if kind in ("pdf", "svg") else picture(scene, *sheet_of(scene))
    try:
        handle, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(unfinished).replace(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("ui.map_not_saved", path.name, args={"reason": reason})) from None
    return path
