"""What an assessment of the house says against the map: it outranks it, and where they differ is listed.

It outranks hazards and lists of villages only: what an indicator by district says (jobs lost, cases) is not
of the house, and stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from shockplan.certainty import Certainty
from shockplan.columns import columns_of
from shockplan.problems import Problem
from shockplan.registry.household import Registry
from shockplan.shocks.layer import HazardLayer, Layer, Severity

Bools = NDArray[np.bool_]
Classes = NDArray[np.int8]

DAMAGE_SEVERITY = {
    "none": Severity.NONE,
    "minor": Severity.LOW,
    "major": Severity.MODERATE,
    "destroyed": Severity.SEVERE,
}
"""What an assessment of the house says, as a class."""


def is_of_the_house(layer: Layer) -> bool:
    """Whether an assessment of the house outranks a layer."""
    return isinstance(layer, HazardLayer) or layer.level == "village"


class Disagreement(IntEnum):
    """How an assessment and the map differ. An assessment that nobody verified does not count."""

    NONE = 0
    DAMAGED_OUTSIDE = 1
    UNHARMED_INSIDE = 2
    CLASS_DIFFERS = 3
    UNVERIFIED_DAMAGED_OUTSIDE = 4
    UNVERIFIED_UNHARMED_INSIDE = 5


@dataclass(frozen=True, eq=False)
class Assessments:
    """For n households: `stated` (n,) bool where the damage is known, `verified` (n,) bool which of these
    count; `severity` (n,) int8, NONE where nothing is stated.
    """

    stated: Bools
    verified: Bools
    severity: Classes


def assessments_of(registry: Registry) -> Assessments:
    """What the registry says of the damage of each house."""
    households = registry.households
    stated = households["damage"].notna().to_numpy(dtype=np.bool_)
    verified = households["damage_verified"].fillna(False).to_numpy(dtype=np.bool_) & stated
    severity = np.zeros(len(stated), dtype=np.int8)
    if stated.any():
        damage, names = columns_of(registry).text("damage")
        meaning = [*(DAMAGE_SEVERITY[name] for name in names), Severity.NONE]
        severity = np.array(meaning, dtype=np.int8)[damage]
    return Assessments(stated, verified, severity)


def graded_by_assessment(
    assessed: Classes, answers: Mapping[str, Classes], hazards: Sequence[str], heaviest: str | None
) -> dict[str, Classes]:
    """The classes of the layers with the damage in the place of the hazards, once: on the heaviest of them.

    `answers` and `assessed` of the same households. Without a hazard among the layers the damage stands
    under an id of its own.
    """
    graded = {
        layer: np.zeros_like(assessed) if layer in hazards else given for layer, given in answers.items()
    }
    graded[heaviest or ASSESSMENT] = assessed
    return graded


ASSESSMENT = ":assessment"
"""No layer has this id."""


def disagreements(found: Assessments, map_affected: Classes, map_severity: Classes) -> Classes:
    """(n,) int8 of Disagreement. The map's answers over the hazards that define affected."""
    damaged = found.stated & (found.severity > 0)
    unharmed = found.stated & (found.severity == 0)
    outside, inside = map_affected == Certainty.NO, map_affected == Certainty.CERTAIN
    kinds = np.zeros(len(damaged), dtype=np.int8)
    kinds[damaged & inside & found.verified & (found.severity != map_severity)] = Disagreement.CLASS_DIFFERS
    for where, verified, otherwise in (
        (damaged & outside, Disagreement.DAMAGED_OUTSIDE, Disagreement.UNVERIFIED_DAMAGED_OUTSIDE),
        (unharmed & inside, Disagreement.UNHARMED_INSIDE, Disagreement.UNVERIFIED_UNHARMED_INSIDE),
    ):
        kinds[where & found.verified] = verified
        kinds[where & ~found.verified] = otherwise
    return kinds


def disagreement_counts(kinds: Classes | None) -> dict[str, int]:
    """Households by kind of disagreement."""
    counts = np.bincount([] if kinds is None else kinds, minlength=len(Disagreement)).tolist()
    return {kind.name.lower(): counts[kind] for kind in Disagreement if kind != Disagreement.NONE}


def disagreement_problems(registry: Registry, kinds: Classes) -> Iterator[Problem]:
    """A note a kind, with the rows of the households."""
    rows = registry.households["source_row"].to_numpy()
    file = registry.sources[0].name if registry.sources else ""
    for code, meant in (
        ("exposure.damaged_outside", (Disagreement.DAMAGED_OUTSIDE,)),
        ("exposure.unharmed_inside", (Disagreement.UNHARMED_INSIDE,)),
        ("exposure.damage_class_differs", (Disagreement.CLASS_DIFFERS,)),
        (
            "exposure.unverified_differs",
            (Disagreement.UNVERIFIED_DAMAGED_OUTSIDE, Disagreement.UNVERIFIED_UNHARMED_INSIDE),
        ),
    ):
        where = np.isin(kinds, meant)
        if where.any():
            numbers = tuple(int(row) for row in rows[where])
            yield Problem(code, file, "damage", numbers, args={"count": len(numbers)}, level="note")
