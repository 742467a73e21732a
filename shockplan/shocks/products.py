"""Published hazard products, known by their fields and layer names; every choice can be overruled."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.bundled import bundled
from shockplan.shocks.layer import Severity
from shockplan.shocks.severity import BLANK, NOT_LISTED, answer_of, plain_texts

Role = Literal["hazard", "observed", "interest", "hidden", "other"]


@dataclass(frozen=True, eq=False)
class Product:
    """A kind of file: the fields that betray it, and the meaning of its classes."""

    name: str
    source: str
    needs: tuple[tuple[str, ...], ...]
    class_fields: tuple[str, ...]
    rules: tuple[tuple[re.Pattern[str], int], ...]
    otherwise: int


@dataclass(frozen=True, eq=False)
class Flags:
    """A field that says yes or no, whatever the spelling."""

    name: str
    fields: tuple[str, ...]
    yes: frozenset[str]
    no: frozenset[str]


@dataclass(frozen=True, eq=False)
class RasterProduct:
    """A kind of raster, known by its file name: `values` its cells' classes, `blanks` those without a value.

    `hidden`: the name of the raster beside it whose cells of `hidden_value` were not observed.
    """

    name: str
    file: re.Pattern[str]
    values: Mapping[str, str]
    blanks: tuple[float, ...]
    hidden: re.Pattern[str]
    hidden_value: float


@dataclass(frozen=True, eq=False)
class Recognised:
    """What a table was taken for: `answers` (f,) int8 a severity, BLANK, NOT_LISTED or LEFT_OUT a feature.

    `meaning`: each value met in `field`, and its answer, for the person to change.
    """

    name: str
    field: str
    answers: NDArray[np.int8]
    meaning: Mapping[str, int]


def recognise(frame: pd.DataFrame) -> Recognised | None:
    """The product that a table of features is, None for an unknown one."""
    products, flags = _known()
    fields = {field.casefold(): field for field in map(str, frame.columns)}
    for product in products:
        if all(any(name in fields for name in group) for group in product.needs):
            field = next(fields[name] for name in product.class_fields if name in fields)
            return _answered(product.name, frame[field], partial(_by_rules, product))
    for flag in flags:
        for name in flag.fields:
            if name not in fields:
                continue
            texts = set(plain_texts(frame[fields[name]]).str.casefold()) - {""}
            if texts and texts <= flag.yes | flag.no:
                return _answered(flag.name, frame[fields[name]], partial(_by_flag, flag))
    return None


def raster_product(name: str) -> RasterProduct | None:
    """The product that a raster is by its file name, None for an unknown one."""
    return next((product for product in _rasters() if product.file.search(_plain(name))), None)


def role_of(layer: str) -> Role:
    """What a layer of a package is, by its name."""
    plain = _plain(layer)
    for role, pattern in _roles().items():
        if pattern.search(plain):
            return role
    return "hazard"


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())


def _answered(name: str, values: pd.Series, answer: Callable[[str], int]) -> Recognised:
    texts = plain_texts(values)
    meaning = {text: answer(text) for text in sorted(set(texts))}
    answers = np.asarray(texts.map(meaning), dtype=np.int8)
    return Recognised(name, str(values.name), answers, meaning)


def _by_rules(product: Product, text: str) -> int:
    if not text:
        return BLANK
    for pattern, answer in product.rules:
        if pattern.search(text.casefold()):
            return answer
    return product.otherwise


def _by_flag(flags: Flags, text: str) -> int:
    if not text:
        return BLANK
    return int(Severity.SEVERE) if text.casefold() in flags.yes else int(Severity.NONE)


@cache
def _known() -> tuple[tuple[Product, ...], tuple[Flags, ...]]:
    read = parameters()
    products = tuple(
        Product(
            name=entry["name"],
            source=entry["source"],
            needs=tuple(tuple(group) for group in entry["needs"]),
            class_fields=tuple(entry["class_fields"]),
            rules=tuple((re.compile(pattern), answer_of(word)) for pattern, word in entry["rules"]),
            otherwise=answer_of(entry["otherwise"]) if "otherwise" in entry else NOT_LISTED,
        )
        for entry in read["products"]
    )
    flags = tuple(
        Flags(entry["name"], tuple(entry["fields"]), frozenset(entry["yes"]), frozenset(entry["no"]))
        for entry in read["flags"]
    )
    return products, flags


@cache
def _roles() -> Mapping[Role, re.Pattern[str]]:
    roles: Sequence[Role] = ("observed", "interest", "hidden", "other")
    return {role: re.compile(parameters()["roles"][role]) for role in roles}


@cache
def _rasters() -> tuple[RasterProduct, ...]:
    return tuple(
        RasterProduct(
            name=entry["name"],
            file=re.compile(entry["file"]),
            values=entry["values"],
            blanks=tuple(float(value) for value in entry["blanks"]),
            hidden=re.compile(entry["hidden"]),
            hidden_value=float(entry["hidden_value"]),
        )
        for entry in parameters()["rasters"]
    )


@cache
def parameters() -> dict[str, Any]:
    """data/parameters/products.toml."""
    with bundled("parameters", "products.toml").open("rb") as file:
        return tomllib.load(file)
