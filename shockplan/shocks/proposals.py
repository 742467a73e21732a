"""What a person is offered for a product that nobody knows: a field, classes, and why. Nothing is taken."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Literal, get_args

from shockplan.planfile import Classes, ClassName, SeverityName
from shockplan.shocks.look import FieldLook, TableLook
from shockplan.shocks.products import parameters
from shockplan.shocks.profiles import LayerKeys, Profile, fitting, letters_of
from shockplan.shocks.severity import standards

Reason = Literal["profile", "product", "standard", "words", "thirds", "one_class", "track"]
MOST_NAMED = 12
"""A field with more different texts than this names no classes."""
LEVELS: tuple[SeverityName, ...] = ("low", "moderate", "severe")
CLASSES: tuple[ClassName, ...] = get_args(ClassName)


@dataclass(frozen=True)
class Proposal:
    """`keys`: what a layer of the plan would state. `reason`: why, `named`: the profile, product or standard.

    `open_values`: values of the field for which no class is proposed.
    """

    keys: LayerKeys
    reason: Reason
    named: str = ""
    open_values: tuple[str, ...] = ()


def propose(table: TableLook, file_name: str, profiles: Sequence[Profile] = ()) -> Proposal:
    """A saved profile, the known product, a standard for the measure, words, else thirds of the range."""
    if table.kind == "track":
        return Proposal(LayerKeys(), "track")
    kind = "area" if table.kind == "area" else "hazard"
    saved = fitting(profiles, kind, [field.name for field in table.fields if field.name], file_name)
    if saved is not None:
        return Proposal(saved.keys, "profile", saved.name)
    if table.product:
        return _of_product(table)
    offers = [propose_for(table, field) for field in table.fields if _may_class(table, field)]
    ranked = sorted(offers, key=_rank)
    if ranked and (ranked[0].reason != "thirds" or table.kind != "hazard" or _is_named_a_class(ranked[0])):
        return ranked[0]
    keys = _place_keys(table) if table.kind == "area" else {}
    return Proposal(_keys(keys, Classes(all="severe")), "one_class")


def _rank(offer: Proposal) -> tuple[int, bool, int]:
    order = ("standard", "words", "thirds", "one_class")
    return (order.index(offer.reason), not _is_named_a_class(offer), len(offer.open_values))


def _is_named_a_class(offer: Proposal) -> bool:
    field = offer.keys.value or (offer.keys.classes.field if offer.keys.classes else None) or ""
    return bool(re.search(parameters()["proposals"]["class_names"], field.casefold()))


def propose_for(table: TableLook, field: FieldLook) -> Proposal:
    """Classes for one field that the person picked."""
    named = None if table.kind == "raster" else field.name
    keys = _place_keys(table) | {"value": field.tag or field.name} if table.kind == "area" else {}
    class_field = None if table.kind == "area" else named
    standard = _standard_for(field)
    if standard:
        return Proposal(_keys(keys, Classes(field=class_field, standard=standard)), "standard", standard)
    if field.different <= MOST_NAMED:
        values, unclear = _by_words(field)
        if values and _mostly(values, field):
            return Proposal(
                _keys(keys, Classes(field=class_field, values=values)), "words", open_values=unclear
            )
    if field.lowest is not None and field.highest is not None and field.highest > field.lowest:
        breaks = _steps(field) or _thirds(field.lowest, field.highest)
        return Proposal(_keys(keys, Classes(field=class_field, breaks=breaks)), "thirds")
    return Proposal(_keys(keys, Classes(all="severe")), "one_class")


def profile_of(name: str, table: TableLook, file_name: str, keys: LayerKeys, dated: date) -> Profile:
    """The profile to save: what the person decided, and the shape by which the next file is known."""
    raster = table.kind == "raster"
    return Profile(
        name=name,
        kind="area" if table.kind == "area" else "hazard",
        dated=dated,
        fields=() if raster else tuple(sorted(field.name for field in table.fields)),
        file_like=letters_of(file_name) if raster else "",
        keys=keys,
    )


def _place_keys(table: TableLook) -> dict[str, str | None]:
    """The column of places, and that they are villages where they are."""
    places: dict[str, str | None] = {"code": table.code or None}
    return places | {"level": "village", "district": table.district} if table.level == "village" else places


def _keys(more: dict[str, str | None], classes: Classes) -> LayerKeys:
    return LayerKeys.model_validate(
        {"classes": classes, **{key: value for key, value in more.items() if value}}
    )


def _of_product(table: TableLook) -> Proposal:
    values = {value: word for value, word in table.meaning.items() if word in CLASSES and value}
    unclear = tuple(value for value, word in table.meaning.items() if value and word not in CLASSES)
    field = table.class_field or None
    return Proposal(
        LayerKeys(classes=Classes.model_validate({"field": field, "values": values})),
        "product",
        table.product,
        unclear,
    )


def _may_class(table: TableLook, field: FieldLook) -> bool:
    return bool(field.different) and field.name not in {table.code, table.district} - {""}


def _standard_for(field: FieldLook) -> str | None:
    if field.lowest is None or field.highest is None or not field.name:
        return None
    for pattern, standard, most in _standards():
        if pattern.search(field.name.casefold()) and max(abs(field.lowest), abs(field.highest)) <= most:
            return standard
    return None


def _by_words(field: FieldLook) -> tuple[dict[str, ClassName], tuple[str, ...]]:
    values: dict[str, ClassName] = {}
    unclear = []
    for value, _ in field.values:
        word = next((word for pattern, word in _words() if pattern.search(value.casefold())), None)
        if word is None:
            unclear.append(value)
        else:
            values[value] = word
    return values, tuple(unclear)


def _mostly(values: dict[str, ClassName], field: FieldLook) -> bool:
    """Whether the words tell enough: most of the features, and numbers only where they are yes and no."""
    counts = dict(field.values)
    understood = sum(counts[value] for value in values)
    if any(value.replace(".", "").isdigit() for value in counts):
        return set(counts) <= {"0", "1"}
    return understood * 2 >= sum(counts.values())


def _steps(field: FieldLook) -> dict[SeverityName, Decimal] | None:
    """The values themselves as limits, where the field holds two or three numbers."""
    if field.different > len(LEVELS):
        return None
    numbers = sorted(Decimal(value) for value, _ in field.values)
    return dict(zip(LEVELS[-len(numbers) :], numbers, strict=True))


def _thirds(lowest: float, highest: float) -> dict[SeverityName, Decimal]:
    """Limits in round numbers that rise: the start and the thirds of the range.

    Of a range that begins at nothing or below it (depths), the quarters above zero: nothing has no class.
    """
    from_nothing = highest > 0 and lowest <= highest / 1000
    first, step = (highest / 4, highest / 4) if from_nothing else (lowest, (highest - lowest) / 3)
    digits = 0
    while not round(first, digits) or len({round(first + step * k, digits) for k in range(3)}) < 3:
        digits += 1
    low, moderate, severe = (Decimal(repr(round(first + step * k, digits))) for k in range(3))
    return {"low": low, "moderate": moderate, "severe": severe}


@cache
def _standards() -> tuple[tuple[re.Pattern[str], str, float], ...]:
    listed = parameters()["proposals"]["standards"]
    return tuple(
        (re.compile(entry["field"]), _known(entry["standard"]), float(entry["most"])) for entry in listed
    )


@cache
def _words() -> tuple[tuple[re.Pattern[str], ClassName], ...]:
    return tuple((re.compile(pattern), word) for pattern, word in parameters()["proposals"]["words"])


def _known(standard: str) -> str:
    return standards()[standard].name
