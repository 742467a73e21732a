"""The queue of households: the neediest first, ties by stated keys, of whoever may be paid."""

import numpy as np
from numpy.typing import NDArray

SCORE_DECIMALS = 6
"""A score is a whole number of millionths."""

FEW = 0.2
"""Up to this share of the queue may enter it without sorting all of it again."""


class Queue:
    """All households by score descending, then their place in the order of the ties; blank scores last.

    score (n,) float64, NaN blank; by_tie (n,) row numbers in the order of the ties, household ids and source
    rows; place (n,) the place of each row in by_tie. Only the rows asked for are sorted: of a country most
    are not hit, and sorting is what takes the time. Rows that stood in the queue before are taken over in
    their order, so that a turned threshold sorts the few that enter.
    """

    def __init__(
        self, score: NDArray[np.float64], by_tie: NDArray[np.int64], place: NDArray[np.int64]
    ) -> None:
        self.score, self.by_tie, self.place = score, by_tie, place
        self.key = packed_key(score, place)
        none = np.zeros(0, dtype=np.int64)
        # who stood in the queue last, their keys and rows: one value, so that two plans worked out at the
        # same time never see the half of one and the half of the other
        self.last = np.zeros(len(score), dtype=bool), none, none

    def of(self, wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
        """(m,) the rows that are wanted (n,) bool, in their order. Shared: nobody writes into it."""
        if self.key is None:
            ascending = np.sort(self.place[np.flatnonzero(wanted)])
            return self.by_tie[ascending[stable_order(-self.score[self.by_tie[ascending]])]]
        before, keys, rows = self.last
        entering = np.flatnonzero(wanted & ~before)
        if len(entering) > FEW * len(keys):
            keys = np.sort(self.key[np.flatnonzero(wanted)])
            rows = self.rows_of(keys)
        else:
            stay = wanted[rows]
            if not stay.all():
                keys, rows = keys[stay], rows[stay]
            if len(entering):
                new = np.sort(self.key[entering])
                among = np.searchsorted(keys, new)
                keys, rows = np.insert(keys, among, new), np.insert(rows, among, self.rows_of(new))
        self.last = wanted, keys, rows
        return rows

    def rows_of(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows whose keys these are."""
        rows: NDArray[np.int64] = self.by_tie[keys & (2 ** len(self.score).bit_length() - 1)]
        return rows


def packed_key(score: NDArray[np.float64], place: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """(n,) numbers that sort by score descending, then place, blanks last; None where the scores do not fit.

    Score in millionths and place go into one int64, so one sort does.
    """
    bits = len(score).bit_length()
    millionths = score * -(10.0**SCORE_DECIMALS)
    np.rint(millionths, out=millionths)
    most = max(np.fmax.reduce(millionths, initial=0.0), -np.fmin.reduce(millionths, initial=0.0))
    if not most < 2 ** (61 - bits):
        return None
    np.copyto(millionths, 2.0 ** (61 - bits), where=np.isnan(millionths))
    key: NDArray[np.int64] = millionths.astype(np.int64)
    key <<= bits
    key |= place
    return key


def stable_order(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """The stable ascending order of values, NaN last."""
    return np.argsort(values, kind="stable")
