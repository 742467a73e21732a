"""The rule builder's data: a rule as a tree, how many meet each condition, and the fields there are."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from shockplan.areas import load_gazetteer
from shockplan.plan import Plan
from shockplan.planfile import Condition
from shockplan.registry.household import FIELDS, Kind
from shockplan.rule_sentences import comparison_sentence, field_label, rule_sentence, word
from shockplan.rules import CERTAINTIES, CHOICES, NO, SEVERITIES, UNKNOWN, YES, Facts, evaluate
from shockplan.texts import Language, tr
from ui.key_path import path_of
from ui.rule_parts import Answered, FieldInfo, RuleInfo, Tree

LIMITS = ("at_least", "below", "between", "is")
SCORED: tuple[Kind, ...] = ("count", "flag", "kip", "number", "sex", "damage")
PROGRAMME = ("in_mecg", "in_other_programme", "health_insured", "birth_unregistered", "earlier_payment_kip")


def rule_info(plan: Plan, rule: Condition | None, path: str, language: Language) -> RuleInfo:
    """A rule of the plan; `path` is its key path as people write it."""
    if rule is None:
        return RuleInfo(path_of(path), None, "", "", ())
    facts = Facts(plan.inputs.registry, plan.exposure, plan.inputs.spec.exposure.possible_passes_from)
    other: Language = "en" if language == "lo" else "lo"
    _, leaves = evaluate(rule, path, facts)
    return RuleInfo(
        path_of(path),
        tree_of(rule),
        rule_sentence(rule, language),
        rule_sentence(rule, other),
        tuple(
            Answered(
                path_of(place),
                comparison_sentence(condition, language),
                *(int((answers == answer).sum()) for answer in (YES, NO, UNKNOWN)),
            )
            for place, condition, answers in leaves
        ),
    )


def tree_of(rule: Condition) -> Tree:
    """The rule as plain tables, its groups as lists."""
    groups = (("all", rule.all), ("any", rule.any), ("none", rule.none))
    for kind, members in groups:
        if members is not None:
            return {kind: [tree_of(member) for member in members]}
    return rule.model_dump(exclude_none=True)


def fields_of(plan: Plan, language: Language) -> tuple[FieldInfo, ...]:
    """Every field that a condition may ask about in this plan: shock, place, programme, household."""
    own = list(household_fields(plan, language))
    return (
        *shock_fields(plan, language),
        *place_fields(language),
        *(field for field in own if field.group == "programme"),
        *(field for field in own if field.group == "household"),
    )


def scored_fields(plan: Plan, language: Language) -> tuple[tuple[str, str], ...]:
    """The fields that may be a term of the score, with their labels."""
    present = plan.inputs.registry.present
    own = [field.name for field in FIELDS if field.kind in SCORED and field.name in present]
    layers = [
        (f"layer:{layer.id}", (layer.name_lo or layer.name) if language == "lo" else layer.name)
        for layer in plan.inputs.spec.layers
    ]
    return (
        ("severity", field_label("severity", language)),
        *layers,
        *((name, field_label(name, language)) for name in own),
    )


def shock_fields(plan: Plan, language: Language) -> Iterator[FieldInfo]:
    """Hit or not, how hard, and the same of each layer."""
    yes_no = ((True, tr("rule.yes", None, language)), (False, tr("rule.no", None, language)))
    certain = tuple((name, word(name, language)) for name in reversed(CERTAINTIES))
    severe = tuple((name, word(name, language)) for name in reversed(SEVERITIES))
    steps = tuple((Decimal(level), word(name, language)) for name, level in SEVERITIES.items() if level)
    label = field_label("affected", language)
    yield FieldInfo("affected", label, "shock", ("is", "one_of"), (*yes_no, *certain))
    ways = ("at_least", "below", "is", "one_of")
    yield FieldInfo("severity", field_label("severity", language), "shock", ways, severe, steps)
    for layer in plan.inputs.spec.layers:
        name = (layer.name_lo or layer.name) if language == "lo" else layer.name
        ways = ("is", "one_of", "at_least", "below")
        yield FieldInfo(f"layer:{layer.id}", name, "shock", ways, (*yes_no, *severe), steps)


def place_fields(language: Language) -> Iterator[FieldInfo]:
    for name in ("province", "district"):
        places = place_choices(name, language)
        yield FieldInfo(name, field_label(name, language), "place", ("one_of", "is"), places)


@cache
def place_choices(kind: str, language: Language) -> tuple[tuple[str, str], ...]:
    """The P-codes of districts or provinces with their names, by code."""
    gazetteer = load_gazetteer()
    table = gazetteer.districts if kind == "district" else gazetteer.provinces
    names = table["name_lo" if language == "lo" else "name_en"]
    listed = zip(table["pcode"].astype(str), names.astype(str), strict=True)
    return tuple((code, f"{name} ({code})") for code, name in sorted(listed))


def household_fields(plan: Plan, language: Language) -> Iterator[FieldInfo]:
    """The columns that this registry has."""
    for field in FIELDS:
        if field.name not in plan.inputs.registry.present or field.name == "district":
            continue
        label = field_label(field.name, language)
        group = "programme" if field.name in PROGRAMME else "household"
        if field.kind == "flag":
            choices = ((True, tr("rule.yes", None, language)), (False, tr("rule.no", None, language)))
            yield FieldInfo(field.name, label, group, ("is",), choices)
        elif field.kind in ("count", "kip", "number"):
            yield FieldInfo(field.name, label, group, LIMITS, number=True)
        elif field.kind in CHOICES:
            choices = tuple((name, word(name, language)) for name in CHOICES[field.kind])
            yield FieldInfo(field.name, label, group, ("is", "one_of"), choices)
        elif field.kind in ("text", "code"):
            yield FieldInfo(field.name, label, group, ("is", "one_of"))
