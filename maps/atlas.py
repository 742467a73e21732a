"""The atlas: one map page a district or province, all in the same classes.

`maps.atlas_files` writes them. A page's digest covers all that it shows but the plan's fingerprint.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
import shapely

from maps.districts import district_labels
from maps.ground import Ground, extent_of, ground_of
from maps.layout import Layout, lay_out
from maps.margin import sources
from maps.measures import Measure, district_figures, measured
from maps.palette import FOCUS_LINE, OUTSIDE
from maps.plan_scene import PlanClasses, layer_names, plan_scene, undrawn
from maps.scene import Extent, LabelLayer, LegendEntry, LegendGroup, PathLayer, PointLayer, Scene, Style
from maps.shapes import detail_of, pack, take, within
from shockplan import __version__
from shockplan.areas import name_of
from shockplan.outputs.drawing import Box
from shockplan.outputs.paper import MARGIN, MM
from shockplan.plan import Plan
from shockplan.texts import Language, tr

A4 = (210 * MM, 297 * MM)
Level = Literal["district", "province"]
FIGURES: tuple[str, ...] = ("households", "affected", "possible", "funded", "waiting", "verify", "budget")
OF_VILLAGES = ("villages", "cut_off")
"""Layers whose symbols are villages: a page shows its own."""

FOOT = 10.0
"""Points under the map for the page number."""


@dataclass(frozen=True, eq=False)
class AtlasPage:
    """One page: the district or province, its scene laid out on A4, and the digest of what it shows."""

    code: str
    name: str
    scene: Scene
    layout: Layout
    landscape: bool
    digest: str


def atlas_groups(plan: Plan, level: Level) -> dict[str, frozenset[str]]:
    """Code of each page, and the districts on it: those where the registry has households."""
    return _groups(plan, district_figures(plan), level)


def _groups(plan: Plan, figures: pd.DataFrame, level: Level) -> dict[str, frozenset[str]]:
    districts = plan.inputs.gazetteer.districts
    page_of = dict(
        zip(districts["pcode"], districts["province" if level == "province" else "pcode"], strict=True)
    )
    wanted = {page_of[pcode] for pcode in figures.index[figures["households"] > 0]}
    return {
        code: frozenset(pcode for pcode, page in page_of.items() if page == code) for code in sorted(wanted)
    }


def atlas_pages(
    plan: Plan,
    language: Language,
    level: Level = "district",
    measure: Measure = "funded",
    classes: PlanClasses | None = None,
    codes: Iterable[str] | None = None,
) -> Iterator[AtlasPage]:
    """The pages in the order of their codes, or those of `codes`. Raises KeyError for a code without page."""
    ground = ground_of(plan.inputs.boundaries, plan.inputs.gazetteer)
    base = plan_scene(plan, language, measure, classes=classes)
    figures = district_figures(plan)
    groups = _groups(plan, figures, level)
    for code in groups if codes is None else codes:
        scene = _page_scene(plan, base, ground, figures, code, groups[code], measure)
        landscape = scene.extent.width > 1.15 * scene.extent.height
        layout = lay_out(scene, page_box(landscape))
        name = name_of(plan.inputs.gazetteer, code, language)
        yield AtlasPage(code, name, scene, layout, landscape, digest_of(scene, layout))


def page_box(landscape: bool) -> Box:
    """Where the map stands on an A4 page."""
    width, height = (A4[1], A4[0]) if landscape else A4
    inner = Box(0, 0, width, height).inset(MARGIN)
    return Box(inner.x, inner.y + FOOT, inner.width, inner.height - FOOT)


def digest_of(scene: Scene, layout: Layout) -> str:
    """SHA-256 in hex over everything the page shows, at its place, but not over the plan's fingerprint."""
    told = hashlib.sha256(__version__.encode())
    texts = tuple(text for text in layout.texts if text.text != scene.provenance)
    shown = (layout.view, texts, layout.samples, layout.bar, layout.bar_at, layout.arrow, layout.turn)
    told.update(repr((*shown, layout.locator, layout.here, layout.labels)).encode())
    for layer in scene.layers:
        if not layer.shown:
            continue
        told.update(repr((layer.id, layer.styles)).encode())
        if isinstance(layer, PathLayer):
            visible = within(layer.full, layout.view.extent)
            told.update(take(layer.full.shapes, visible).xy.tobytes())
        elif isinstance(layer, PointLayer):
            visible = np.arange(len(layer.xy))
            told.update(layer.xy.tobytes() + layer.radius.tobytes())
        else:
            visible = np.flatnonzero(layer.counted)
            told.update(layer.xy[visible].tobytes())
        told.update(layer.classes[visible].tobytes())
    return told.hexdigest()


def _page_scene(
    plan: Plan,
    base: Scene,
    ground: Ground,
    figures: pd.DataFrame,
    code: str,
    members: frozenset[str],
    measure: Measure,
) -> Scene:
    """The base scene moved to these districts: the rest paled, their villages alone, their figures."""
    language, gazetteer = base.language, plan.inputs.gazetteer
    extent = extent_of(ground, members)
    values = measured(figures, measure)[figures.index.get_indexer(pd.Index(ground.pcodes))]
    villages = plan.inputs.registry.villages
    inside = frozenset(map(str, villages["key"][villages["district"].isin(members)]))
    layers = [
        _only(layer, inside) if isinstance(layer, PointLayer) and layer.id in OF_VILLAGES else layer
        for layer in base.layers
    ]
    layers.insert(-1, _focus_layer(ground, members, extent))
    around = [layer for layer in base.labels if layer.id.startswith(("context:", "pay_points"))]
    names = [_only_named(layer, base, inside) for layer in base.labels if layer.id == "villages"]
    is_district = members == {code}
    where = name_of(gazetteer, code[:4], language) if is_district else ""
    title = "maps.atlas.district" if is_district else "maps.atlas.province"
    return replace(
        base,
        title=tr(title, {"name": name_of(gazetteer, code, language), "code": code}, language),
        subtitle=" · ".join(filter(None, (where, base.title, base.subtitle))),
        extent=extent,
        layers=tuple(layers),
        labels=(*names, *around, *district_labels(ground, gazetteer, values, measure, extent, language)),
        legend=(_figures_group(figures.loc[sorted(members)], language), *base.legend),
        notes=(
            *sources(
                plan.inputs.boundaries,
                plan.inputs.layers,
                layer_names(plan, language),
                language,
                plan.inputs.context,
            ),
            *undrawn(plan, figures, ground, language, members),
        ),
        graticule=True,
    )


def _figures_group(figures: pd.DataFrame, language: Language) -> LegendGroup:
    """The page's own figures, summed over its districts, as words in the legend."""
    entries = tuple(
        LegendEntry(tr(f"maps.figure.{name}", {"count": int(figures[name].sum())}, language), Style(), "text")
        for name in FIGURES
    )
    return LegendGroup("districts", tr("maps.figures", {}, language), entries)


def _focus_layer(ground: Ground, members: frozenset[str], extent: Extent) -> PathLayer:
    """Everything but these districts under a pale veil, and a strong line around them."""
    chosen = np.array([pcode in members for pcode in ground.pcodes])
    focus = shapely.union_all(ground.shapes[chosen])
    (x, y), reach = extent.centre, 5 * max(extent.width, extent.height)
    veil = shapely.difference(shapely.box(x - reach, y - reach, x + reach, y + reach), focus)
    return PathLayer(
        "focus",
        "",
        (detail_of(pack(np.array([veil, focus], dtype=object)), 0.0),),
        ("", ""),
        np.array([0, 1], dtype=np.int16),
        (OUTSIDE, FOCUS_LINE),
        np.full(2, np.nan),
    )


def _only(layer: PointLayer, keys: frozenset[str]) -> PointLayer:
    """The symbols with these keys, shown whatever the whole map does."""
    chosen = np.array([key in keys for key in layer.keys], dtype=bool)
    return replace(
        layer,
        xy=layer.xy[chosen],
        radius=layer.radius[chosen],
        keys=tuple(key for key in layer.keys if key in keys),
        classes=layer.classes[chosen],
        values=layer.values[chosen],
        shown=True,
    )


def _only_named(labels: LabelLayer, base: Scene, keys: frozenset[str]) -> LabelLayer:
    """The names of those symbols; a label layer of symbols has their order."""
    symbols = next(layer for layer in base.layers if layer.id == labels.id and isinstance(layer, PointLayer))
    chosen = np.array([key in keys for key in symbols.keys], dtype=bool)
    return replace(
        labels,
        texts=tuple(text for text, keep in zip(labels.texts, chosen.tolist(), strict=True) if keep),
        xy=labels.xy[chosen],
        priority=labels.priority[chosen],
        room=labels.room[chosen],
        clear=None if labels.clear is None else labels.clear[chosen],
    )
