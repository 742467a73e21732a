"""Conditions on a household: three-valued answers, checked against what the registry has."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process

from shockplan.areas import load_gazetteer
from shockplan.columns import Columns, columns_of
from shockplan.exposure import Certainty, Exposure
from shockplan.kept import Kept
from shockplan.planfile import Condition, Scalar
from shockplan.problems import Arg, InputError, Level, Problem
from shockplan.registry.household import FIELD, Registry
from shockplan.shocks.layer import Severity

PLAN_FILE = "PLAN.toml"
YES, NO, UNKNOWN = 1, 0, -1
SEVERITIES = {"none": 0, "low": 1, "moderate": 2, "severe": 3}
CERTAINTIES = {"no": 0, "unknown": 1, "possible": 2, "certain": 3}
CHOICES = {
    "sex": ("female", "male"),
    "channel": ("cash", "cash_point", "mobile"),
    "damage": ("none", "minor", "major", "destroyed"),
}
OF_THE_PLACE = ("affected", "severity", "district", "province")
Answers = NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Facts:
    """What a condition may ask about the n households of one registry under one exposure."""

    registry: Registry
    exposure: Exposure
    possible_passes_from: Decimal | None = None

    @property
    def size(self) -> int:
        return len(self.registry.households)

    @property
    def columns(self) -> Columns:
        return columns_of(self.registry)


def fault(code: str, path: str, level: Level = "error", **args: Arg) -> Problem:
    """A problem of the plan file at a key path."""
    return Problem(code, PLAN_FILE, path, args=args, level=level)


def hit(certainty: NDArray[np.int8], share: NDArray[np.float64], passes_from: Decimal | None) -> Answers:
    """(n,) 1 where hit for certain or to the share that passes, 0 where not hit, -1 where not settled."""
    answers = np.full(len(certainty), UNKNOWN, dtype=np.int8)
    answers[certainty == Certainty.CERTAIN] = YES
    answers[certainty == Certainty.NO] = NO
    if passes_from is not None:
        answers[(certainty == Certainty.POSSIBLE) & (share >= float(passes_from))] = YES
    return answers


_KEPT: Kept[Exposure, Answers] = Kept(most=24)


def evaluate(
    condition: Condition, path: str, facts: Facts
) -> tuple[Answers, list[tuple[str, Condition, Answers]]]:
    """The condition's answer for each household, and (path, condition, answers) of each leaf as written.

    Kleene's logic: a blank makes a leaf unknown, and a group is unknown only where the known answers
    do not settle it. Raises InputError for a condition that cannot be answered.
    """
    group = group_of(condition, path)
    if group is None:
        reads = (facts.registry, repr(condition), facts.possible_passes_from)
        answers = _KEPT.get(facts.exposure, reads, lambda: leaf_answers(condition, path, facts))
        return answers, [(path, condition, answers)]
    kind, members = group
    leaves: list[tuple[str, Condition, Answers]] = []
    total: Answers | None = None
    for number, member in enumerate(members, start=1):
        answers, below = evaluate(member, f"{path}.{kind}[{number}]", facts)
        leaves.extend(below)
        level = levels(answers)
        if total is None:
            total = level
        else:
            total = np.minimum(total, level) if kind == "all" else np.maximum(total, level)
    assert total is not None
    if kind == "none":
        total = 2 - total
    return (total == 2).view(np.int8) - (total == 1).view(np.int8), leaves


def levels(answers: Answers) -> NDArray[np.int8]:
    """(n,) no 0, unknown 1, yes 2: unknown lies between. Sums of bytes, much faster than a lookup."""
    level: NDArray[np.int8] = (answers & np.int8(1)) + (answers == YES)
    return level


def group_of(condition: Condition, path: str) -> tuple[str, tuple[Condition, ...]] | None:
    """(kind, members) of a group, None for a comparison. Raises InputError where it is neither or both."""
    by_kind = {"all": condition.all, "any": condition.any, "none": condition.none}
    groups = [(kind, members) for kind, members in by_kind.items() if members is not None]
    comparisons = comparators(condition)
    if len(groups) > 1 or (groups and (comparisons or condition.field is not None)):
        raise InputError(fault("rule.group_and_more", path))
    if groups:
        if not groups[0][1]:
            raise InputError(fault("rule.empty_group", f"{path}.{groups[0][0]}"))
        if groups[0][0] == "all":
            check_together(groups[0][1], path)
        return groups[0]
    if condition.field is None:
        raise InputError(fault("rule.no_field", path))
    if not comparisons:
        raise InputError(fault("rule.no_comparison", path))
    if condition.one_of == ():
        raise InputError(fault("rule.empty_list", f"{path}.one_of"))
    if len(comparisons) > 1 and comparisons != ["at_least", "below"]:
        raise InputError(fault("rule.two_comparisons", path, given=", ".join(comparisons)))
    if comparisons == ["at_least", "below"]:
        assert condition.at_least is not None and condition.below is not None
        check_bounds(condition.at_least, condition.below, path)
    return None


def check_bounds(at_least: Decimal, below: Decimal, path: str) -> None:
    """Raise InputError where no number is at least the one and below the other."""
    if at_least >= below:
        raise InputError(fault("rule.bounds", path, at_least=str(at_least), below=str(below)))


def check_together(members: tuple[Condition, ...], path: str) -> None:
    """Raise InputError where conditions that must all hold leave no number for a field."""
    bounds: dict[str, tuple[Decimal | None, Decimal | None]] = {}
    for member in members:
        if member.field is None:
            continue
        low, high = bounds.get(member.field, (None, None))
        if member.at_least is not None:
            low = member.at_least if low is None else max(low, member.at_least)
        if member.below is not None:
            high = member.below if high is None else min(high, member.below)
        bounds[member.field] = low, high
        if low is not None and high is not None:
            check_bounds(low, high, f"{path}.all")


def comparators(condition: Condition) -> list[str]:
    """The comparisons that a condition states."""
    names = ("equals", "one_of", "at_least", "below")
    return [name for name in names if getattr(condition, name) is not None]


def fields_of(condition: Condition) -> Iterator[str]:
    """Every field that a rule asks about."""
    if condition.field is not None:
        yield condition.field
    for members in (condition.all, condition.any, condition.none):
        for member in members or ():
            yield from fields_of(member)


def leaf_answers(condition: Condition, path: str, facts: Facts) -> Answers:
    """(n,) answers of one comparison. Raises InputError where the field or the value does not fit."""
    name = condition.field
    assert name is not None
    if name == "affected":
        return affected_answers(condition, path, facts.exposure.affected, facts.exposure.share, facts)
    if name == "severity":
        return severity_answers(condition, path, facts.exposure.severity)
    if name.startswith("layer:"):
        layer = next((layer for layer in facts.exposure.layers if layer.layer_id == name[6:]), None)
        if layer is None:
            known = tuple(layer.layer_id for layer in facts.exposure.layers)
            raise InputError(fault("rule.unknown_layer", path, layer=name[6:], known=known))
        if condition.equals is not None and isinstance(condition.equals, bool):
            return affected_answers(condition, path, layer.certainty, layer.share, facts)
        return severity_answers(condition, path, layer.severity)
    if name in ("district", "province"):
        check_places(condition, path)
        codes, texts = facts.columns.text("district") if name == "district" else facts.columns.provinces()
        return text_answers(wanted(condition), codes, texts)
    check_field(name, path, facts.registry)
    return field_answers(condition, path, facts)


def check_field(name: str, path: str, registry: Registry) -> None:
    """Raise InputError unless the household has the field and this registry has a column for it."""
    if name not in FIELD:
        known = [*FIELD, *OF_THE_PLACE]
        near = process.extractOne(name, known, score_cutoff=60)
        if near is None:
            raise InputError(fault("rule.unknown_field_far", path, field=name))
        raise InputError(fault("rule.unknown_field", path, field=name, near=near[0]))
    if name not in registry.present and name != "field_registered":  # of that one no extract has a column
        raise InputError(fault("rule.no_column", path, field=name))


def field_answers(condition: Condition, path: str, facts: Facts) -> Answers:
    """Answers of a comparison on a column of the registry."""
    assert condition.field is not None
    kind = FIELD[condition.field].kind
    if kind in ("count", "kip", "number"):
        for value in wanted(condition):
            if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
                raise wrong_type(condition, path, "rule.needs_number")
        return number_answers(condition, facts.columns.number(condition.field))
    if kind == "flag":
        if not isinstance(condition.equals, bool):
            raise wrong_type(condition, path, "rule.needs_yes_no")
        values = facts.columns.number(condition.field)
        return with_blank((values == float(condition.equals)), np.isnan(values))
    if condition.at_least is not None or condition.below is not None:
        raise wrong_type(condition, path, "rule.not_a_number_field")
    for value in wanted(condition):
        if not isinstance(value, str):
            raise wrong_type(condition, path, "rule.needs_text")
        if kind in CHOICES and value not in CHOICES[kind]:
            raise InputError(
                fault("rule.unknown_value", path, field=condition.field, given=value, known=CHOICES[kind])
            )
    return text_answers(wanted(condition), *facts.columns.text(condition.field))


def wrong_type(condition: Condition, path: str, code: str) -> InputError:
    return InputError(fault(code, path, field=condition.field or ""))


def wanted(condition: Condition) -> tuple[Scalar, ...]:
    """The values named by `equals` or `one_of`."""
    return (
        condition.one_of
        if condition.one_of is not None
        else (() if condition.equals is None else (condition.equals,))
    )


def number_answers(condition: Condition, values: NDArray[np.float64]) -> Answers:
    """Answers of a comparison with numbers; at_least <= x < below."""
    if condition.equals is not None or condition.one_of is not None:
        numbers = [float(value) for value in wanted(condition) if isinstance(value, (int, Decimal))]
        yes = np.isin(values, numbers)
    else:
        yes = np.ones(len(values), dtype=bool)
    if condition.at_least is not None:
        yes &= values >= float(condition.at_least)
    if condition.below is not None:
        yes &= values < float(condition.below)
    return with_blank(yes, np.isnan(values))


def text_answers(values: tuple[Scalar, ...], codes: NDArray[np.int32], texts: NDArray[np.object_]) -> Answers:
    """Answers of a comparison with texts, given as codes into their distinct texts."""
    known = np.array([YES if text in values else NO for text in texts] + [UNKNOWN], dtype=np.int8)
    return known[codes]


def with_blank(yes: NDArray[np.bool_], blank: NDArray[np.bool_]) -> Answers:
    answers = yes.astype(np.int8)
    answers[blank] = UNKNOWN
    return answers


def affected_answers(
    condition: Condition, path: str, certainty: NDArray[np.int8], share: NDArray[np.float64], facts: Facts
) -> Answers:
    """`equals = true`: hit (unknown where not settled). `equals = "possible"`: exactly that certainty."""
    if isinstance(condition.equals, bool):
        answers = hit(certainty, share, facts.possible_passes_from)
        return answers if condition.equals else np.array([1, 0, -1], dtype=np.int8)[answers]
    values = wanted(condition)
    if not values or any(value not in CERTAINTIES for value in values):
        raise InputError(unknown_value(condition, path, values, tuple(CERTAINTIES)))
    return np.isin(certainty, [CERTAINTIES[str(value)] for value in values]).astype(np.int8)


def unknown_value(
    condition: Condition, path: str, given: tuple[Scalar, ...], known: tuple[str, ...]
) -> Problem:
    shown = ", ".join(map(str, given))
    return fault("rule.unknown_value", path, field=condition.field or "", given=shown, known=known)


def severity_answers(condition: Condition, path: str, severity: NDArray[np.int8]) -> Answers:
    """By name, or as a number: none 0, low 1, moderate 2, severe 3. Not observed is unknown."""
    names = wanted(condition)
    if any(name not in SEVERITIES for name in names):
        raise InputError(unknown_value(condition, path, names, tuple(SEVERITIES)))
    blank = severity == Severity.NOT_OBSERVED
    if names:
        return with_blank(np.isin(severity, [SEVERITIES[str(name)] for name in names]), blank)
    return with_blank(number_answers(condition, severity.astype(np.float64)) == YES, blank)


def check_places(condition: Condition, path: str) -> None:
    """Raise InputError for a code that the gazetteer does not have."""
    if condition.at_least is not None or condition.below is not None:
        raise wrong_type(condition, path, "rule.not_a_number_field")
    check_codes(wanted(condition), path, "district" if condition.field == "district" else "province")


def check_codes(values: tuple[Scalar, ...], path: str, kind: str) -> None:
    """Raise InputError for the first code of a district or province that does not exist."""
    gazetteer = load_gazetteer()
    known = set((gazetteer.districts if kind == "district" else gazetteer.provinces)["pcode"])
    for value in values:
        if value not in known:
            raise InputError(fault("rule.unknown_place", path, given=str(value), kind=kind))
