"""From a published value to a severity: the classes a plan states (min <= x < max)."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.planfile import Classes
from shockplan.shocks.layer import Severity

BLANK, NOT_LISTED = -2, -3
"""Answers of `classify` that are no severity: an empty cell, a value that the classes do not name."""


def limits(classes: Classes) -> dict[Severity, float]:
    """The lower limit of each class, rising with the severity. Raises ValueError where they do not rise."""
    stated = {Severity[name.upper()]: float(limit) for name, limit in (classes.breaks or {}).items()}
    ordered = dict(sorted(stated.items()))
    values = list(ordered.values())
    if any(low >= high for low, high in pairwise(values)):
        raise ValueError("the limits of the classes do not rise")
    return ordered


def classify_numbers(values: NDArray[np.float64], breaks: Mapping[Severity, float]) -> NDArray[np.int8]:
    """Severity of each value: the highest class whose lower limit it reaches; NaN gives BLANK."""
    ordered = sorted(breaks.items(), key=lambda item: item[1])
    edges = np.array([limit for _, limit in ordered])
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
    if classes.breaks is not None:
        numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
        found = classify_numbers(numbers, limits(classes))
        unreadable = np.isnan(numbers) & values.notna().to_numpy() & (plain_texts(values) != "").to_numpy()
        found[unreadable] = NOT_LISTED
        return found
    named = {str(text).strip(): int(Severity[name.upper()]) for text, name in (classes.values or {}).items()}
    texts = plain_texts(values)
    found = np.asarray(texts.map(named).fillna(NOT_LISTED), dtype=np.int8)
    found[(texts == "").to_numpy()] = BLANK
    return found


def plain_texts(values: pd.Series) -> pd.Series:
    """Values as a person writes them: trimmed text, 3.0 as 3, blank as an empty text."""
    if pd.api.types.is_bool_dtype(values.dtype):
        return values.map({True: "true", False: "false"}).fillna("").astype("str")
    if pd.api.types.is_float_dtype(values.dtype):
        return values.map(lambda x: "" if pd.isna(x) else f"{x:.15g}").astype("str")
    return values.map(lambda x: "" if pd.isna(x) else str(x).strip()).astype("str")
