"""Hop 2: for each household and layer, how severe and how certain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.boundaries import Boundaries
from shockplan.certainty import Basis as Basis
from shockplan.certainty import Certainty as Certainty
from shockplan.columns import columns_of
from shockplan.damage import (
    ASSESSMENT,
    assessments_of,
    disagreement_problems,
    disagreements,
    graded_by_assessment,
    is_of_the_house,
)
from shockplan.hazard_answers import RULES, Answers, Rule, hazard_answers
from shockplan.joint_severity import highest, joint_severity
from shockplan.places import Places, places_of
from shockplan.planfile import ExposureSpec, LayerSpec
from shockplan.problems import Arg, Problem
from shockplan.progress import Progress, part, silent
from shockplan.registry.household import Registry
from shockplan.shocks.layer import AreaLayer, HazardLayer, Layer, Severity
from shockplan.shocks.passes import changes, counted
from shockplan.village_lists import classes_of_villages


@dataclass(frozen=True, eq=False)
class LayerExposure:
    """One layer's answer for n households.

    severity (n,) int8 of Severity; certainty (n,) int8 of Certainty; share (n,) float64, the
    share of the household's place that the layer covers (1.0 a GPS point inside, NaN not known);
    basis (n,) int8 of Basis.
    """

    layer_id: str
    severity: NDArray[np.int8]
    certainty: NDArray[np.int8]
    share: NDArray[np.float64]
    basis: NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Exposure:
    """All layers together.

    affected (n,) int8 of Certainty, over the layers that define affected; severity (n,) int8, over
    the layers that give severity by `[exposure] severity`; share (n,) float64, the largest share
    behind `affected`.
    `other_rules`: how many households would be answered otherwise if a place covered in part were
    judged by each of the other rules of `[exposure] rule`.
    `changes`: by the id of each layer that a newer satellite pass updates, what it changed (n,) int8 of
    Change. `disagreement` (n,) int8 of Disagreement, `map_affected`, `map_severity` (n,) int8 what the
    hazards say alone; None where no house was assessed.
    """

    layers: tuple[LayerExposure, ...]
    affected: NDArray[np.int8]
    severity: NDArray[np.int8]
    share: NDArray[np.float64]
    basis: NDArray[np.int8]
    problems: tuple[Problem, ...] = ()
    other_rules: Mapping[str, int] = field(default_factory=dict)
    changes: Mapping[str, NDArray[np.int8]] = field(default_factory=dict)
    disagreement: NDArray[np.int8] | None = None
    map_affected: NDArray[np.int8] | None = None
    map_severity: NDArray[np.int8] | None = None


def expose(
    registry: Registry,
    layers: Sequence[Layer],
    boundaries: Boundaries,
    layer_specs: Sequence[LayerSpec],
    exposure_spec: ExposureSpec,
    progress: Progress = silent,
) -> Exposure:
    """Each layer's answer for each household, then all layers together.

    A household stands at its GPS point; without one somewhere in a disc around its village's point;
    without that somewhere in its district, if the boundaries are official. Blank is *unknown*.
    """
    places = places_of(registry, boundaries, exposure_spec.village_radius_m)
    answers: list[LayerExposure] = []
    by_ground: list[Answers] = []
    problems: list[Problem] = []
    changed_by_pass: dict[str, NDArray[np.int8]] = {}
    for number, layer in enumerate(layers):
        step = part(progress, number / len(layers), (number + 1) / len(layers))
        if isinstance(layer, AreaLayer) and layer.level == "village":
            answer_of_list, unclear = _by_village(registry, layer)
            answers.append(answer_of_list)
            problems += unclear
        elif isinstance(layer, AreaLayer):
            answers.append(_by_code(registry, layer))
        else:
            found = hazard_answers(places, layer, exposure_spec.rule, step)
            answer = found.severity, found.certainty, found.share
            answers.append(LayerExposure(layer.id, *answer, places.basis))
            by_ground += [found] if layer.defines_affected else []
            changed_by_pass |= _changed_by_pass(places, layer, found, exposure_spec.rule)
            problems += _pass_note(layer, changed_by_pass)
        step(1.0)
    gives = {spec.id for spec in layer_specs if spec.gives_severity}
    defining = [answer for answer, layer in zip(answers, layers, strict=True) if layer.defines_affected]
    grading = {answer.layer_id: answer.severity for answer in answers if answer.layer_id in gives}
    affected, share, basis = _affected(len(registry.households), defining)
    severity = joint_severity(len(registry.households), grading, exposure_spec)
    by_codes = [
        answer.certainty
        for answer, layer in zip(answers, layers, strict=True)
        if layer.defines_affected and isinstance(layer, AreaLayer)
    ]
    changed = _changed_by_rule(registry, affected, exposure_spec.rule, by_ground, by_codes)
    by_map = Exposure(
        tuple(answers), affected, severity, share, basis, tuple(problems), changed, changed_by_pass
    )
    return _with_assessments(registry, by_map, layers, grading, exposure_spec)


def _changed_by_pass(
    places: Places, layer: HazardLayer, found: Answers, rule: Rule
) -> dict[str, NDArray[np.int8]]:
    """What the newer of two satellite passes changed for each household, by the layer's id."""
    if layer.earlier is None:
        return {}
    before = hazard_answers(places, layer.earlier, rule)
    return {layer.id: changes(before.severity, found.severity)}


def _pass_note(layer: HazardLayer, changed: Mapping[str, NDArray[np.int8]]) -> list[Problem]:
    if layer.id not in changed:
        return []
    args: dict[str, Arg] = {"name": layer.name, **counted(changed[layer.id])}
    return [Problem("exposure.newer_pass", layer.source.name, args=args, level="note")]


def _changed_by_rule(
    registry: Registry,
    chosen: NDArray[np.int8],
    rule: Rule,
    by_ground: Sequence[Answers],
    by_codes: Sequence[NDArray[np.int8]],
) -> dict[str, int]:
    """How many households another rule for places covered in part would answer otherwise."""
    assessed = assessments_of(registry).verified
    changed: dict[str, int] = {}
    for other in RULES:
        if other == rule:
            continue
        highest = chosen.copy()
        moved = np.zeros(len(chosen), dtype=np.bool_)
        for answers in by_ground:
            moved |= answers.by_rule[other] != answers.certainty
        if moved.any():
            certainties = [*(answers.by_rule[other] for answers in by_ground), *by_codes]
            highest[moved] = np.stack([each[moved] for each in certainties]).max(axis=0)
        changed[other] = int(((highest != chosen) & ~assessed).sum())
    return changed


def _by_code(registry: Registry, layer: AreaLayer) -> LayerExposure:
    """An indicator's answer for a household is that of its district or province, by code."""
    codes, names = columns_of(registry).text("district")
    keys = pd.Index([code[:4] for code in names] if layer.level == "province" else names)
    row = pd.Index(layer.values["pcode"]).get_indexer(keys)
    table = np.append(layer.values["severity"].to_numpy(dtype=np.int8), np.int8(layer.unlisted))
    return _of_place(layer, table[row], codes)


def _by_village(registry: Registry, layer: AreaLayer) -> tuple[LayerExposure, tuple[Problem, ...]]:
    """A list of villages answers for the households of each."""
    classes, problems = classes_of_villages(layer, registry.villages)
    village = registry.households["village"].to_numpy(dtype=np.int64)
    return _of_place(layer, classes, village), problems


def _of_place(layer: AreaLayer, classes: NDArray[np.int8], place: NDArray[np.integer[Any]]) -> LayerExposure:
    """`classes` (p,) of the places, `place` (n,) of each household, -1 where it is not known."""
    # a household without a place (-1) stands in none of the list, not in an unlisted one
    severity = np.append(classes, np.int8(Severity.NOT_OBSERVED))[place]
    unseen = severity < 0
    certainty = np.where(unseen, Certainty.UNKNOWN, np.where(severity > 0, Certainty.CERTAIN, Certainty.NO))
    share = np.where(unseen, np.nan, (severity > 0).astype(np.float64))
    basis = {"district": Basis.DISTRICT, "province": Basis.PROVINCE, "village": Basis.VILLAGE}[layer.level]
    return LayerExposure(
        layer.id, severity, certainty.astype(np.int8), share, np.full(len(place), basis, dtype=np.int8)
    )


def _affected(
    count: int, answers: Sequence[LayerExposure]
) -> tuple[NDArray[np.int8], NDArray[np.float64], NDArray[np.int8]]:
    """The highest certainty over the layers, the largest share behind it, and what that rests on."""
    affected = np.full(count, Certainty.UNKNOWN, dtype=np.int8)
    share = np.full(count, np.nan)
    basis = np.full(count, Basis.NOTHING, dtype=np.int8)
    for number, answer in enumerate(answers):
        higher = answer.certainty > affected
        same = answer.certainty == affected
        larger = same & ~(answer.share <= share) & ~np.isnan(answer.share)
        take = higher | larger if number else np.ones(count, dtype=np.bool_)
        affected = np.where(take, answer.certainty, affected)
        share = np.where(take, answer.share, share)
        basis = np.where(take, answer.basis, basis)
    return affected, share, basis


def _with_assessments(
    registry: Registry,
    by_map: Exposure,
    layers: Sequence[Layer],
    grading: Mapping[str, NDArray[np.int8]],
    spec: ExposureSpec,
) -> Exposure:
    """A verified assessment of the house outranks the hazards on the map; what differs is listed."""
    found = assessments_of(registry)
    if not found.stated.any():
        return by_map
    pairs = list(zip(layers, by_map.layers, strict=True))
    on_map = [answer for layer, answer in pairs if layer.defines_affected and is_of_the_house(layer)]
    map_affected = _affected(len(found.stated), on_map)[0]
    map_severity = highest([answer.severity for answer in on_map]) if on_map else np.zeros_like(map_affected)
    kinds = disagreements(found, map_affected, map_severity)
    rows = np.flatnonzero(found.verified)
    assessed = found.severity[rows]
    graded = [layer.id for layer in layers if layer.id in grading and is_of_the_house(layer)]
    heaviest = max(graded, key=lambda layer: spec.weights.get(layer, Decimal(1)), default=None)
    of_rows = {layer: classes[rows] for layer, classes in grading.items()}
    severity = by_map.severity.copy()
    severity[rows] = joint_severity(
        len(rows), graded_by_assessment(assessed, of_rows, graded, heaviest), spec
    )
    others = [answer for layer, answer in pairs if layer.defines_affected and not is_of_the_house(layer)]
    affected, share, basis = by_map.affected.copy(), by_map.share.copy(), by_map.basis.copy()
    affected[rows], share[rows], basis[rows] = _affected(
        len(rows), [_by_house(assessed), *(_rows_of(answer, rows) for answer in others)]
    )
    problems = (*by_map.problems, *disagreement_problems(registry, kinds))
    return replace(
        by_map, affected=affected, severity=severity, share=share, basis=basis, problems=problems,
        disagreement=kinds, map_affected=map_affected, map_severity=map_severity,
    )  # fmt: skip


def _by_house(assessed: NDArray[np.int8]) -> LayerExposure:
    """The assessment as one more answer: certain, either way."""
    damaged = assessed > 0
    certainty = np.where(damaged, Certainty.CERTAIN, Certainty.NO).astype(np.int8)
    basis = np.full(len(assessed), Basis.ASSESSMENT, dtype=np.int8)
    return LayerExposure(ASSESSMENT, assessed, certainty, damaged.astype(np.float64), basis)


def _rows_of(answer: LayerExposure, rows: NDArray[np.int64]) -> LayerExposure:
    return LayerExposure(
        answer.layer_id, answer.severity[rows], answer.certainty[rows], answer.share[rows], answer.basis[rows]
    )
