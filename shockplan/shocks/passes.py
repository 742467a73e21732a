"""Two satellite passes of one shock: the newer over the older, and what changed for households."""

from dataclasses import replace
from enum import IntEnum
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from shockplan.shocks.geometry import split_and_repair
from shockplan.shocks.layer import HazardLayer, Severity

How = Literal["latest", "cumulative"]


def joined(earlier: HazardLayer, later: HazardLayer, how: How) -> HazardLayer:
    """One layer of two passes; everything but the ground is the later one's.

    `cumulative`: ground hit by either pass. `latest`: the later pass where it looked, the earlier one
    elsewhere; a later pass that does not say where it looked is taken to have looked everywhere.
    Ground that neither saw stays not observed.
    """
    if how == "latest" and later.observed is None:
        return replace(later, earlier=earlier)
    older, severity = earlier.parts, earlier.severity
    hidden = later.parts[later.severity == Severity.NOT_OBSERVED]
    if how == "latest":
        seen = later.observed
        if len(hidden):
            seen = shapely.difference(seen, shapely.union_all(hidden))
        kept = split_and_repair(shapely.difference(older, seen))
        older, severity = kept.shapes, severity[kept.feature]
    told = later.severity != Severity.NOT_OBSERVED
    known = severity != Severity.NOT_OBSERVED
    parts = [older[known], later.parts[told]]
    levels = [severity[known], later.severity[told]]
    blind = _seen_by_neither(earlier, later)
    if blind is not None:
        parts.append(split_and_repair(np.array([blind])).shapes)
        levels.append(np.full(len(parts[-1]), Severity.NOT_OBSERVED, dtype=np.int8))
    return replace(
        later,
        parts=np.concatenate(parts),
        severity=np.concatenate(levels),
        observed=_either(earlier.observed, later.observed),
        problems=(*earlier.problems, *later.problems),
        earlier=earlier,
    )


class Change(IntEnum):
    """What the newer pass says of a household against the older."""

    NEVER_AFFECTED = 0
    NEWLY_AFFECTED = 1
    NO_LONGER_AFFECTED = 2
    NO_LONGER_SEEN = 3
    STILL_AFFECTED = 4
    WORSE = 5
    BETTER = 6


def changes(before: NDArray[np.int8], after: NDArray[np.int8]) -> NDArray[np.int8]:
    """(n,) int8 of Change from the severity before and after. WORSE and BETTER are still affected too."""
    hit_before, hit_after = before > 0, after > 0
    found = np.full(len(before), Change.NEVER_AFFECTED, dtype=np.int8)
    found[~hit_before & hit_after] = Change.NEWLY_AFFECTED
    found[hit_before & (after == Severity.NONE)] = Change.NO_LONGER_AFFECTED
    found[hit_before & (after == Severity.NOT_OBSERVED)] = Change.NO_LONGER_SEEN
    found[hit_before & hit_after] = Change.STILL_AFFECTED
    found[hit_before & hit_after & (after > before)] = Change.WORSE
    found[hit_before & hit_after & (after < before)] = Change.BETTER
    return found


def counted(found: NDArray[np.int8]) -> dict[str, int]:
    """Households by change: newly_affected, no_longer_affected, no_longer_seen, still_affected (worse and
    better among them), worse, better.
    """
    counts = np.bincount(found, minlength=len(Change)).tolist()
    named = {change.name.lower(): counts[change] for change in Change if change != Change.NEVER_AFFECTED}
    return {**named, "still_affected": counts[4] + counts[5] + counts[6]}


def _either(one: shapely.Geometry | None, other: shapely.Geometry | None) -> shapely.Geometry | None:
    if one is None or other is None:
        return None
    return shapely.union(one, other)


def _seen_by_neither(earlier: HazardLayer, later: HazardLayer) -> shapely.Geometry | None:
    """Ground that each pass marks as hidden, or that one marks so and the other did not look at."""
    hidden = [_hidden(layer) for layer in (earlier, later)]
    ground = shapely.intersection(*hidden)
    for mine, other in ((hidden[0], later), (hidden[1], earlier)):
        if other.observed is not None:
            ground = shapely.union(ground, shapely.difference(mine, other.observed))
    return None if ground.is_empty else ground


def _hidden(layer: HazardLayer) -> shapely.Geometry:
    return shapely.union_all(layer.parts[layer.severity == Severity.NOT_OBSERVED])
