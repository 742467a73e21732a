"""The registry's columns as plain arrays, worked out once for each registry and kept with it."""

from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.registry.household import FIELD, Registry

_KEPT: "WeakKeyDictionary[Registry, Columns]" = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Columns:
    """Arrays of the n households of one registry. A registry never changes, so neither do they."""

    households: pd.DataFrame
    numbers: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    texts: dict[str, tuple[NDArray[np.int32], NDArray[np.object_]]] = field(default_factory=dict)
    orders: dict[str, NDArray[np.int64]] = field(default_factory=dict)

    def number(self, name: str) -> NDArray[np.float64]:
        """A count, flag (1 / 0), kip or number column as float64, NaN where blank (kip stay exact)."""
        if name not in self.numbers:
            column = self.households[name]
            self.numbers[name] = column.to_numpy(dtype="float64", na_value=np.nan)
        return self.numbers[name]

    def text(self, name: str) -> tuple[NDArray[np.int32], NDArray[np.object_]]:
        """(code (n,), texts): a text column as codes into its sorted distinct texts, -1 where blank."""
        if name not in self.texts:
            codes, texts = pd.factorize(self.households[name], sort=True)
            self.texts[name] = codes.astype(np.int32), np.asarray(texts, dtype=object)
        return self.texts[name]

    def provinces(self) -> tuple[NDArray[np.int32], NDArray[np.object_]]:
        """As `text`, for the province: the first four signs of the district's P-code."""
        if "province" not in self.texts:
            district, texts = self.text("district")
            named, provinces = pd.factorize(pd.Series([text[:4] for text in texts], dtype="str"), sort=True)
            lookup = np.append(named, -1).astype(np.int32)
            self.texts["province"] = lookup[district], np.asarray(provinces, dtype=object)
        return self.texts["province"]

    def sort_key(self, name: str) -> NDArray[np.float64]:
        """Any field as numbers that sort as it does; blank is NaN."""
        if FIELD[name].kind in ("count", "flag", "kip", "number"):
            return self.number(name)
        if FIELD[name].kind == "date":
            days = self.households[name].to_numpy(dtype="datetime64[s]")
            return np.where(np.isnat(days), np.nan, days.astype(np.int64).astype(np.float64))
        codes, _ = self.text(name)
        return np.where(codes < 0, np.nan, codes.astype(np.float64))

    def id_order(self) -> NDArray[np.int64]:
        """Row numbers by household id, then by source row: the last tie key, never ambiguous."""
        if "id" not in self.orders:
            codes, _ = self.text("household_id")
            source_row = self.households["source_row"].to_numpy(dtype=np.int64)
            self.orders["id"] = np.lexsort((source_row, codes)).astype(np.int64)
        return self.orders["id"]

    def id_place(self) -> NDArray[np.int64]:
        """(n,) the place of each row in `id_order`."""
        if "place" not in self.orders:
            place = np.empty(len(self.households), dtype=np.int64)
            place[self.id_order()] = np.arange(len(place))
            self.orders["place"] = place
        return self.orders["place"]

    def clustered(self) -> NDArray[np.int64]:
        """The rows that belong to a cluster of possible duplicates."""
        if "clustered" not in self.orders:
            self.orders["clustered"] = np.flatnonzero(self.households["duplicate"].to_numpy() >= 0)
        return self.orders["clustered"]


def columns_of(registry: Registry) -> Columns:
    """The arrays of a registry; made at the first call, the same object afterwards."""
    if registry not in _KEPT:
        _KEPT[registry] = Columns(registry.households)
    return _KEPT[registry]
