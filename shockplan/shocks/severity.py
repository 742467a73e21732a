"""From a published value to a severity: the classes a plan states (min <= x < max)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.bundled import bundled
from shockplan.planfile import Classes
from shockplan.problems import Arg, InputError, Problem
from shockplan.shocks.layer import Severity

BLANK, NOT_LISTED = -2, -3
"""Answers of `classify` that are no severity: an empty cell, a value that the classes do not name."""

LEFT_OUT = -4
"""Answer for what is said to be no new shock (permanent water, a forecast cone)."""


@dataclass(frozen=True, slots=True)
class Standard:
    """Limits of a measure with their date and source.

    `basis` says whether the limits are the source's own, then `read` says where they were compared, or
    an assumption of this project.
    """

    name: str
    dated: date
    unit: str
    basis: Literal["published", "assumption"]
    source: str
    read: str
    breaks: Mapping[str, float]


def answer_of(word: str) -> int:
    """The answer that a class name of a plan, a product or a profile means."""
    return LEFT_OUT if word == "left_out" else int(Severity[word.upper()])


def limits(classes: Classes) -> dict[Severity, float]:
    """The limit of each class, from low to severe; empty where the classes state none.

    Raises ValueError where the limits neither rise nor fall all the way, KeyError for a standard that
    is not known.
    """
    breaks = classes.breaks if classes.standard is None else standards()[classes.standard].breaks
    stated = {Severity[name.upper()]: float(limit) for name, limit in (breaks or {}).items()}
    ordered = dict(sorted(stated.items()))
    steps = [high - low for low, high in pairwise(ordered.values())]
    if not (all(step > 0 for step in steps) or all(step < 0 for step in steps)):
        raise ValueError("the limits of the classes neither rise nor fall")
    return ordered


@cache
def standards() -> Mapping[str, Standard]:
    """The dated limits with their sources, by name."""
    with bundled("parameters", "thresholds.toml").open("rb") as file:
        read = tomllib.load(file)
    return {name: Standard(name=name, **{"read": "", **entry}) for name, entry in read.items()}


def classify_numbers(values: NDArray[np.float64], breaks: Mapping[Severity, float]) -> NDArray[np.int8]:
    """Severity of each value: the highest class whose limit it reaches; NaN gives BLANK.

    Limits that rise are lower limits (min <= x < max). Limits that fall are upper ones: less is worse.
    """
    ordered = sorted(breaks.items())
    edges = np.array([limit for _, limit in ordered])
    if len(edges) > 1 and edges[1] < edges[0]:
        values, edges = -values, -edges
    answers = np.array([Severity.NONE, *(severity for severity, _ in ordered)], dtype=np.int8)
    found = answers[np.searchsorted(edges, values, side="right")]
    found[np.isnan(values)] = BLANK
    return found


def classify(values: pd.Series | None, classes: Classes, count: int) -> NDArray[np.int8]:
    """Severity of `count` features; BLANK and NOT_LISTED where the value gives none.

    `values` is the class field as read (text or numbers), None where one class serves for all.
    """
    if classes.all is not None or values is None:
        return np.full(count, Severity[(classes.all or "severe").upper()], dtype=np.int8)
    breaks = limits(classes)
    if breaks:
        numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
        found = classify_numbers(numbers, breaks)
        unreadable = np.isnan(numbers) & values.notna().to_numpy() & (plain_texts(values) != "").to_numpy()
        found[unreadable] = NOT_LISTED
        return found
    named = {str(text).strip(): answer_of(name) for text, name in (classes.values or {}).items()}
    texts = plain_texts(values)
    found = np.asarray(texts.map(named).fillna(NOT_LISTED), dtype=np.int8)
    found[(texts == "").to_numpy()] = BLANK
    return found


def checked_limits(path: Path, classes: Classes) -> dict[Severity, float]:
    """`limits`, with the faults as an InputError that names the file."""
    try:
        return limits(classes)
    except ValueError:
        raise InputError(Problem("shocks.breaks_not_rising", path.name)) from None
    except KeyError:
        args: dict[str, Arg] = {"standard": str(classes.standard), "standards": tuple(standards())}
        raise InputError(Problem("shocks.no_standard", path.name, args=args)) from None


def plain_texts(values: pd.Series) -> pd.Series:
    """Values as a person writes them: trimmed text, 3.0 as 3, blank as an empty text."""
    if pd.api.types.is_bool_dtype(values.dtype):
        return values.map({True: "true", False: "false"}).fillna("").astype("str")
    if pd.api.types.is_float_dtype(values.dtype):
        return values.map(lambda x: "" if pd.isna(x) else f"{x:.15g}").astype("str")
    return values.map(lambda x: "" if pd.isna(x) else str(x).strip()).astype("str")
