"""Rows joined by pairs: which belong together, however long the chain."""

from itertools import takewhile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


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
    filled = np.flatnonzero(values.notna().to_numpy())
    texts = pa.array(values.array[filled], pa.string())
    least, most = pc.min_max(texts).as_py().values()
    if least is None or len(filled) < 2:
        return filled[:0]
    # what the first and the last text share stands in all texts between them
    same = takewhile(lambda pair: pair[0] == pair[1], zip(least, most, strict=False))
    digits = pc.utf8_slice_codeunits(texts, start=len(list(same)))
    try:
        numbers = pc.cast(digits, pa.int64()).to_numpy()
    except pa.ArrowInvalid:
        return filled
    ordered = np.sort(numbers)
    shared = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(shared):
        return filled[:0]
    place = np.minimum(np.searchsorted(shared, numbers), len(shared) - 1)
    return np.asarray(filled[shared[place] == numbers])


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
