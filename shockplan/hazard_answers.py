"""A hazard's answer for places: at a point yes or no, over a disc or a district by a stated rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import shapely
from numpy.typing import NDArray

from shockplan.certainty import Certainty
from shockplan.overlay import SEVERITIES, coverage, highest_at
from shockplan.places import Places
from shockplan.point_grid import PointGrid, grid_points
from shockplan.progress import Progress, part, silent
from shockplan.shocks.layer import HazardLayer, Severity
from shockplan.winding import meets_any

Rule = Literal["area_share", "any_touch", "majority", "representative_point"]
RULES: tuple[Rule, ...] = get_args(Rule)


@dataclass(frozen=True, eq=False)
class Answers:
    """For n households: severity, certainty (int8) and share by the chosen rule.

    `by_rule`: certainty (n,) int8 under every rule; the chosen one's is `certainty`.
    """

    severity: NDArray[np.int8]
    certainty: NDArray[np.int8]
    share: NDArray[np.float64]
    by_rule: Mapping[Rule, NDArray[np.int8]]


@dataclass(frozen=True, eq=False)
class _AtPlaces:
    """severity, certainty (int8) and share of m places."""

    severity: NDArray[np.int8]
    certainty: NDArray[np.int8]
    share: NDArray[np.float64]


def hazard_answers(places: Places, layer: HazardLayer, rule: Rule, progress: Progress = silent) -> Answers:
    """The answer for every household; without a place it is unknown."""
    count = len(places.basis)
    at_gps = _at_points(layer, places.grid, part(progress, 0, 0.6))
    by_rule = _over_shapes(layer, places, part(progress, 0.6, 1))
    shaped = places.shape_of >= 0
    row = places.shape_of[shaped]
    certainties = {}
    for name, over in by_rule.items():
        certainty = np.full(count, Certainty.UNKNOWN, dtype=np.int8)
        certainty[places.gps], certainty[shaped] = at_gps.certainty, over.certainty[row]
        certainties[name] = certainty
    severity = np.full(count, Severity.NOT_OBSERVED, dtype=np.int8)
    share = np.full(count, np.nan)
    chosen = by_rule[rule]
    severity[places.gps], share[places.gps] = at_gps.severity, at_gps.share
    severity[shaped], share[shaped] = chosen.severity[row], chosen.share[row]
    return Answers(severity, certainties[rule], share, certainties)


def _at_points(layer: HazardLayer, grid: PointGrid, progress: Progress) -> _AtPlaces:
    severity = highest_at(layer.parts, layer.severity, grid, part(progress, 0, 0.7))
    hit = severity > 0
    unseen = np.zeros(grid.count, dtype=np.bool_)
    if layer.observed is not None:
        unseen = ~meets_any(grid, shapely.get_parts(layer.observed), part(progress, 0.7, 0.85))
    hidden = layer.parts[layer.severity == Severity.NOT_OBSERVED]
    if len(hidden):
        unseen |= meets_any(grid, hidden, part(progress, 0.85, 1))
    unseen &= ~hit
    severity[unseen] = Severity.NOT_OBSERVED
    certainty = np.where(hit, Certainty.CERTAIN, np.where(unseen, Certainty.UNKNOWN, Certainty.NO))
    share = np.where(unseen, np.nan, hit.astype(np.float64))
    return _AtPlaces(severity, certainty.astype(np.int8), share)


def _over_shapes(layer: HazardLayer, places: Places, progress: Progress) -> dict[Rule, _AtPlaces]:
    """Every rule's answer over discs and districts; a disc of radius 0 is a point under any rule."""
    shapes = places.shapes
    anchored = _at_points(layer, grid_points(places.anchors[:, 0], places.anchors[:, 1]), silent)
    ground = shapely.get_type_id(shapes) != shapely.GeometryType.POINT
    found = coverage(shapes[ground], layer.parts, layer.severity, layer.observed, progress)
    affected, unseen = found.affected, found.unseen
    # the class that holds most of the ground hit, of equal ones the higher: argmax takes the first
    main = len(SEVERITIES) - np.argmax(found.by_class[:, ::-1], axis=1)

    def answer(
        hit: NDArray[np.bool_], unknown: NDArray[np.bool_], sure: Certainty | NDArray[np.int8]
    ) -> _AtPlaces:
        severity, certainty = anchored.severity.copy(), anchored.certainty.copy()
        share = anchored.share.copy()
        unknown = unknown & ~hit
        severity[ground] = np.where(hit, main, np.where(unknown, Severity.NOT_OBSERVED, Severity.NONE))
        certainty[ground] = np.where(hit, sure, np.where(unknown, Certainty.UNKNOWN, Certainty.NO))
        share[ground] = np.where(unknown, np.nan, affected)
        return _AtPlaces(severity, certainty, share)

    whole_or_part = np.where(affected >= 1, Certainty.CERTAIN, Certainty.POSSIBLE).astype(np.int8)
    at_anchor = anchored.certainty[ground]
    return {
        "area_share": answer(affected > 0, unseen > 0, whole_or_part),
        "any_touch": answer(affected > 0, unseen > 0, Certainty.CERTAIN),
        "majority": answer(affected > 0.5, affected + unseen > 0.5, Certainty.CERTAIN),
        "representative_point": answer(
            at_anchor == Certainty.CERTAIN, at_anchor == Certainty.UNKNOWN, Certainty.CERTAIN
        ),
    }
