"""Hop 2: for each household and layer, how severe and how certain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.boundaries import Boundaries
from shockplan.certainty import Basis as Basis
from shockplan.certainty import Certainty as Certainty
from shockplan.columns import columns_of
from shockplan.hazard_answers import RULES, Answers, Rule, hazard_answers
from shockplan.joint_severity import joint_severity
from shockplan.places import Places, places_of
from shockplan.planfile import ExposureSpec, LayerSpec
from shockplan.problems import Arg, Problem
from shockplan.progress import Progress, part, silent
from shockplan.registry.household import Registry
from shockplan.shocks.layer import AreaLayer, HazardLayer, Layer, Severity
from shockplan.shocks.passes import changes


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
    """

    layers: tuple[LayerExposure, ...]
    affected: NDArray[np.int8]
    severity: NDArray[np.int8]
    share: NDArray[np.float64]
    basis: NDArray[np.int8]
    problems: tuple[Problem, ...] = ()
    other_rules: Mapping[str, int] = field(default_factory=dict)


DAMAGE_SEVERITY = {
    "none": Severity.NONE,
    "minor": Severity.LOW,
    "major": Severity.MODERATE,
    "destroyed": Severity.SEVERE,
}
"""What a verified assessment of the house says; it outranks the map."""


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
    for number, layer in enumerate(layers):
        step = part(progress, number / len(layers), (number + 1) / len(layers))
        if isinstance(layer, AreaLayer):
            answers.append(_by_code(registry, layer))
        else:
            found = hazard_answers(places, layer, exposure_spec.rule, step)
            answer = found.severity, found.certainty, found.share
            answers.append(LayerExposure(layer.id, *answer, places.basis))
            by_ground += [found] if layer.defines_affected else []
            problems += _changed_by_pass(places, layer, found, exposure_spec.rule)
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
    by_map = Exposure(tuple(answers), affected, severity, share, basis, tuple(problems), changed)
    return _with_assessments(registry, by_map)


def _changed_by_pass(places: Places, layer: HazardLayer, found: Answers, rule: Rule) -> list[Problem]:
    """What the newer of two satellite passes changed for the households."""
    if layer.earlier is None:
        return []
    before = hazard_answers(places, layer.earlier, rule)
    counts = dict(changes(before.severity, found.severity))
    args: dict[str, Arg] = {"name": layer.name, **counts}
    return [Problem("exposure.newer_pass", layer.source.name, args=args, level="note")]


def _changed_by_rule(
    registry: Registry,
    chosen: NDArray[np.int8],
    rule: Rule,
    by_ground: Sequence[Answers],
    by_codes: Sequence[NDArray[np.int8]],
) -> dict[str, int]:
    """How many households another rule for places covered in part would answer otherwise."""
    assessed = _assessed(registry)
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
    """An indicator's answer for a household is that of its district, province or village, by code."""
    columns = columns_of(registry)
    codes, names = columns.text("village_code" if layer.level == "village" else "district")
    keys = pd.Index([code[:4] for code in names] if layer.level == "province" else names)
    row = pd.Index(layer.values["pcode"]).get_indexer(keys)
    table = np.append(layer.values["severity"].to_numpy(dtype=np.int8), np.int8(layer.unlisted))
    # a household without a code (-1) stands in no place of the list, not in an unlisted one
    severity = np.append(table[row], np.int8(Severity.NOT_OBSERVED))[codes]
    unseen = severity < 0
    certainty = np.where(unseen, Certainty.UNKNOWN, np.where(severity > 0, Certainty.CERTAIN, Certainty.NO))
    share = np.where(unseen, np.nan, (severity > 0).astype(np.float64))
    basis = {"district": Basis.DISTRICT, "province": Basis.PROVINCE, "village": Basis.VILLAGE}[layer.level]
    return LayerExposure(
        layer.id, severity, certainty.astype(np.int8), share, np.full(len(codes), basis, dtype=np.int8)
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


def _with_assessments(registry: Registry, by_map: Exposure) -> Exposure:
    """A verified assessment of the house outranks the map; where the two disagree it is listed."""
    households = registry.households
    seen = _assessed(registry)
    if not seen.any():
        return by_map
    damage, names = columns_of(registry).text("damage")
    meaning = [*(DAMAGE_SEVERITY[name] for name in names), Severity.NONE]
    assessed = np.array(meaning, dtype=np.int8)[damage]
    damaged = assessed > 0
    certainty = np.where(damaged, Certainty.CERTAIN, Certainty.NO).astype(np.int8)
    rows = households["source_row"].to_numpy()
    file = registry.sources[0].name if registry.sources else ""
    problems = [
        Problem(code, file, "damage", tuple(int(row) for row in rows[where]),
                args={"count": int(where.sum())}, level="note")
        for code, where in (
            ("exposure.damaged_outside", seen & damaged & (by_map.affected == Certainty.NO)),
            ("exposure.unharmed_inside", seen & ~damaged & (by_map.affected == Certainty.CERTAIN)),
        )
        if where.any()
    ]  # fmt: skip
    return replace(
        by_map,
        affected=np.where(seen, certainty, by_map.affected),
        severity=np.where(seen, assessed, by_map.severity),
        share=np.where(seen, damaged.astype(np.float64), by_map.share),
        basis=np.where(seen, np.int8(Basis.ASSESSMENT), by_map.basis),
        problems=(*by_map.problems, *problems),
    )


def _assessed(registry: Registry) -> NDArray[np.bool_]:
    """(n,) bool: households whose damage was assessed and verified."""
    households = registry.households
    verified = households["damage_verified"].fillna(False).to_numpy(dtype=np.bool_)
    assessed: NDArray[np.bool_] = verified & households["damage"].notna().to_numpy()
    return assessed
