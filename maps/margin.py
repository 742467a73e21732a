"""What stands around a map: where everything comes from, and the sentences that may not be left out."""

import datetime as dt
from collections.abc import Mapping, Sequence

from shockplan.boundaries import Boundaries
from shockplan.context import ContextLayer
from shockplan.shocks.layer import HazardLayer, Layer
from shockplan.texts import Language, show_value, tr


def sources(
    boundaries: Boundaries,
    layers: Sequence[Layer],
    names: Mapping[str, str],
    language: Language,
    context: Sequence[ContextLayer] = (),
) -> tuple[str, ...]:
    """The disclaimer, where everything comes from, and what was left unsaid about the ground looked at."""
    said_of = [tr("maps.source.boundaries", {"source": boundaries.source}, language)]
    for layer in layers:
        said = [layer.source_note or layer.source.name, date_text(layer.date)]
        said_of.append(f"{names.get(layer.id, layer.name)}: {' · '.join(filter(None, said))}")
    said_of += [f"{layer.title_lo if language == 'lo' else layer.title}: {layer.source}" for layer in context]
    unsaid = [
        tr("maps.extent_unsaid", {"layer": names.get(layer.id, layer.name)}, language)
        for layer in layers
        if isinstance(layer, HazardLayer) and layer.observed is None
    ]
    return (tr("maps.disclaimer", {}, language), "; ".join(said_of) + ".", *unsaid)


def schematic(boundaries: Boundaries) -> str:
    """That the outlines are schematic, in both languages; '' where they are not."""
    return _both("maps.schematic") if boundaries.schematic else ""


def stamps(draft: bool, made_up: bool) -> tuple[str, ...]:
    """Sentences in both languages, whatever the map's own language is."""
    return tuple(_both(code) for code, said in (("paper.draft", draft), ("paper.made_up", made_up)) if said)


def _both(code: str) -> str:
    return f"{tr(code, {}, 'lo')} · {tr(code, {}, 'en')}"


def date_text(date: dt.date | None) -> str:
    """The date as it stands on the map; '' for none."""
    return "" if date is None else show_value(date)
