"""Rows that may be one household: the same id or document number twice holds the payment."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

HOLDING_FIELDS = ("household_id", "document_id")
"""The same value twice in one of these holds the payment of all its rows until a person decides."""


def same_values(households: pd.DataFrame, fields: tuple[str, ...] = HOLDING_FIELDS) -> NDArray[np.int32]:
    """(n,) cluster of each row that shares a value of one of the fields with another, else -1.

    Rows that share different values in a chain are one cluster. Clusters are numbered by their smallest
    household id, so that the order of rows does not matter.
    """
    links = [shared_values(households[field]) for field in fields]
    return numbered(joined(links, len(households)), households["household_id"])


def shared_values(values: pd.Series) -> NDArray[np.int64]:
    """(n,) a number for each value that stands in more than one row, -1 for the others."""
    codes, uniques = pd.factorize(values)
    times = np.bincount(codes[codes >= 0], minlength=max(1, len(uniques)))
    return np.where((codes >= 0) & (times[codes] > 1), codes, -1).astype(np.int64)


def joined(links: list[NDArray[np.int64]], n: int) -> NDArray[np.int64]:
    """(n,) the smallest row number of the component of each linked row, -1 for rows without a link."""
    rows = np.flatnonzero(np.logical_or.reduce([link >= 0 for link in links])) if links else np.arange(0)
    smallest = np.full(n, -1, dtype=np.int64)
    label = rows.copy()
    while len(rows):
        before = label.copy()
        for link in links:
            group = link[rows]
            linked = group >= 0
            least = np.full(int(group.max(initial=0)) + 1, n, dtype=np.int64)
            np.minimum.at(least, group[linked], label[linked])
            label[linked] = least[group[linked]]
        if (label == before).all():
            break
    smallest[rows] = label
    return smallest


def numbered(component: NDArray[np.int64], ids: pd.Series) -> NDArray[np.int32]:
    """Clusters 0, 1, 2 ... in the order of their smallest household id."""
    rows = np.flatnonzero(component >= 0)
    if not len(rows):
        return np.full(len(component), -1, dtype=np.int32)
    frame = pd.DataFrame({"component": component[rows], "id": ids.iloc[rows].to_numpy()})
    least = frame.groupby("component")["id"].min().sort_values(kind="stable")
    order = pd.Series(np.arange(len(least)), index=least.index)
    clusters = np.full(len(component), -1, dtype=np.int32)
    clusters[rows] = frame["component"].map(order).to_numpy()
    return clusters
