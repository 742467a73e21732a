"""Possible duplicates as a person decides them: clusters, their score and reasons, and who is in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.registry.clusters import clusters
from shockplan.registry.duplicates import REASONS
from shockplan.registry.household import Registry

Said = Literal["pay", "cut"]


@dataclass(frozen=True, slots=True)
class Member:
    """A household of a cluster: `row` of the registry; `said` by a person, None if nothing."""

    row: int
    source_row: int
    household_id: str
    name: str
    village: str
    district: str
    members: int | None
    said: Said | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two households of a cluster (ids) and what they share: `score` 0-100, `reasons` of REASONS, each
    the sentence `registry.same_<reason>`."""

    left: str
    right: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Households that may be one. `held`: their payment waits for the answer; otherwise it is only noted.

    `score` and `reasons` are those of the surest pair. `open`: a person has something to decide: two or
    more of the households are not cut, and not all of these are to be paid.
    """

    number: int
    held: bool
    score: float
    reasons: tuple[str, ...]
    members: tuple[Member, ...]
    pairs: tuple[Pair, ...]

    @property
    def open(self) -> bool:
        left = [member for member in self.members if member.said != "cut"]
        return len(left) > 1 and any(member.said is None for member in left)


def duplicate_clusters(registry: Registry, said: Mapping[str, Said]) -> tuple[Cluster, ...]:
    """The held clusters (numbered as `duplicate` is), then the noted ones, each by falling score.

    `said`: household id -> pay or cut. Households that are all to be paid are no duplicates, and a pair
    of them is not shown again unless a third is like one of them.
    """
    pairs = registry.duplicate_pairs
    if not len(pairs):
        return ()
    held = registry.households["duplicate"].to_numpy()
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    within = (held[left] >= 0) & (held[left] == held[right])
    noted = pairs[~within]
    ends = noted["left"].to_numpy(), noted["right"].to_numpy()
    number = clusters(*ends, registry.households["household_id"])
    first = int(held.max(initial=-1)) + 1
    found = [
        *clusters_of(registry, pairs[within], held[left[within]], said, True),
        *clusters_of(registry, noted, number[ends[0]] + first, said, False),
    ]
    return tuple(sorted(found, key=lambda cluster: (not cluster.held, -cluster.score, cluster.number)))


def clusters_of(
    registry: Registry, pairs: pd.DataFrame, number: NDArray[np.int32], said: Mapping[str, Said], held: bool
) -> Iterator[Cluster]:
    """The clusters of pairs that are numbered by `number`."""
    rows = np.unique(np.concatenate([pairs["left"].to_numpy(), pairs["right"].to_numpy()]))
    member = dict(zip(rows.tolist(), members_of(registry, rows, said), strict=True))
    shares = {reason: pairs[reason].tolist() for reason in REASONS}
    left, right, score = (pairs[name].tolist() for name in ("left", "right", "score"))
    places: dict[int, list[int]] = {}
    for place, cluster in enumerate(number.tolist()):
        places.setdefault(cluster, []).append(place)
    for cluster, its in places.items():
        links = [
            Pair(
                member[left[place]].household_id,
                member[right[place]].household_id,
                round(score[place], 1),
                tuple(reason for reason in REASONS if shares[reason][place]),
            )
            for place in its
        ]
        inside = sorted({row for place in its for row in (left[place], right[place])})
        best = max(links, key=lambda link: link.score)
        households = tuple(member[row] for row in inside)
        yield Cluster(cluster, held, best.score, best.reasons, households, tuple(links))


def members_of(registry: Registry, rows: NDArray[np.int64], said: Mapping[str, Said]) -> Iterator[Member]:
    """The households of some rows as a person knows them; Lao names before romanised ones."""
    chosen = registry.households.iloc[rows]
    name = chosen["head_name_lo"].fillna(chosen["head_name_en"]).fillna("")
    villages = registry.villages
    if len(villages):
        known = villages["name_lo"].fillna(villages["name_en"]).fillna(villages["code"]).fillna("")
        village = pd.Series(known.reindex(chosen["village"]).fillna("").to_numpy(), dtype="str")
    else:
        village = pd.Series([""] * len(rows), dtype="str")
    sizes = [None if pd.isna(size) else int(size) for size in chosen["members"].tolist()]
    ids = chosen["household_id"].tolist()
    own_rows = registry.own_rows()[rows].tolist()
    columns = own_rows, ids, name.tolist(), village.tolist(), chosen["district"].tolist()
    for row, (source_row, household, head, place, district), size in zip(
        rows.tolist(), zip(*columns, strict=True), sizes, strict=True
    ):
        yield Member(row, source_row, household, head, place, district, size, said.get(household))
