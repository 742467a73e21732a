"""Rows joined by pairs: which belong together, however long the chain."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shockplan.registry.cells import to_mask
from shockplan.registry.tables import together

MARKED_BITS = 22
"""Four million marks: small beside a registry, and a few thousand numbers seldom share one by chance."""


def shared_values(values: pd.Series) -> NDArray[np.int64]:
    """(n,) a number for each value that stands in more than one row, -1 for the others."""
    link = np.full(len(values), -1, dtype=np.int64)
    rows = maybe_shared(values)
    codes, uniques = pd.factorize(values.iloc[rows])
    times = np.bincount(codes[codes >= 0], minlength=max(1, len(uniques)))
    link[rows] = np.where((codes >= 0) & (times[codes] > 1), codes, -1)
    return link


def maybe_shared(values: pd.Series) -> NDArray[np.intp]:
    """The rows among which the shared values are. Numbers are compared ten times faster than texts, so
    a column of digits, behind letters that all of them begin with, is first compared as numbers, where
    007 and 7 are still the same."""
    texts = together(pa.chunked_array(values.array.__arrow_array__()))
    filled = np.arange(len(texts))
    if texts.null_count:
        filled = np.flatnonzero(to_mask(texts.is_valid()))
    if len(filled) < 2:
        return filled[:0]
    before = re.sub(r"\d.*", "", texts[int(filled[0])].as_py(), flags=re.DOTALL)
    if before and not pc.all(pc.starts_with(texts, before)).as_py():
        return filled
    digits = pc.utf8_slice_codeunits(texts, start=len(before)) if before else texts
    try:
        found = pc.cast(digits, pa.int64())
    except pa.ArrowInvalid:
        return filled
    numbers = found.drop_null().to_numpy()
    ordered = numbers if (numbers[1:] > numbers[:-1]).all() else np.sort(numbers)
    shared = ordered[1:][ordered[1:] == ordered[:-1]]
    return filled[among(numbers, shared)] if len(shared) else filled[:0]


def among(numbers: NDArray[np.int64], some: NDArray[np.int64]) -> NDArray[np.intp]:
    """The places of the numbers that are among `some`, and of a few others: those whose last bits are."""
    marked = np.zeros(1 << MARKED_BITS, dtype=bool)
    marked[some & (len(marked) - 1)] = True
    return np.flatnonzero(marked[numbers & (len(marked) - 1)])


def clusters(left: NDArray[np.int64], right: NDArray[np.int64], ids: pd.Series) -> NDArray[np.int32]:
    """(n,) cluster of each row that a pair joins to another, else -1.

    Clusters are numbered by their smallest household id, so that the order of rows does not matter.
    """
    found = np.full(len(ids), -1, dtype=np.int32)
    rows, ends = np.unique(np.concatenate([left, right]), return_inverse=True)
    if not len(rows):
        return found
    root = components(ends[: len(left)], ends[len(left) :], len(rows))
    frame = pd.DataFrame({"root": root, "id": ids.iloc[rows].to_numpy()})
    # two clusters can have the same smallest id only where one id stands in both, and then they are one
    least = frame.groupby("root")["id"].min().sort_values(kind="stable")
    order = pd.Series(np.arange(len(least)), index=least.index)
    found[rows] = frame["root"].map(order).to_numpy()
    return found


def components(left: NDArray[np.intp], right: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """(count,) the smallest member of the component of each of `count` nodes.

    Roots are hooked to the smaller root across every edge and paths are halved, until nothing moves.
    """
    root = np.arange(count)
    while True:
        least = np.minimum(root[left], root[right])
        moved = root.copy()
        np.minimum.at(moved, root[left], least)
        np.minimum.at(moved, root[right], least)
        moved = moved[moved]
        if (moved == root).all():
            return root
        root = moved
