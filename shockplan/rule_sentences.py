"""Rules as a person reads them, in Lao and English."""

from collections.abc import Iterable
from decimal import Decimal

from shockplan.areas import load_gazetteer, name_of
from shockplan.planfile import Condition, Scalar
from shockplan.registry.household import FIELD
from shockplan.texts import Language, Value, show_value, tr

WORDS = ("sex", "channel", "damage")


def rule_sentence(condition: Condition, language: Language) -> str:
    """The rule in one phrase: "hit by the shock: yes and (members is at least 5 or ...)"."""
    if condition.all is not None:
        return joined(condition.all, "rule.and", language)
    if condition.any is not None:
        return joined(condition.any, "rule.or", language)
    if condition.none is not None:
        rules = "; ".join(rule_sentence(member, language) for member in condition.none)
        return tr("rule.none_of", {"rules": rules}, language)
    return comparison_sentence(condition, language)


def joined(members: Iterable[Condition], word: str, language: Language) -> str:
    """The members with *and* or *or* between them; groups inside stand in brackets."""
    parts = []
    for member in members:
        sentence = rule_sentence(member, language)
        inner = member.all or member.any or member.none
        parts.append(f"({sentence})" if inner is not None and len(inner) > 1 else sentence)
    return tr(word, None, language).join(parts)


def comparison_sentence(condition: Condition, language: Language) -> str:
    """One comparison as a phrase."""
    name = condition.field or ""
    args: dict[str, Value] = {"field": field_label(name, language)}
    if isinstance(condition.equals, bool):
        return tr("rule.is_yes" if condition.equals else "rule.is_no", args, language)
    if condition.equals is not None:
        return tr("rule.is", {**args, "value": value_word(name, condition.equals, language)}, language)
    if condition.one_of is not None:
        words = tuple(show_value(value_word(name, value, language)) for value in condition.one_of)
        return tr("rule.is_one_of", {**args, "value": words}, language)
    low, high = condition.at_least, condition.below
    if low is not None and high is not None:
        bounds = {"low": bound(name, low, language), "high": bound(name, high, language)}
        return tr("rule.is_between", {**args, **bounds}, language)
    if low is not None:
        return tr("rule.is_at_least", {**args, "low": bound(name, low, language)}, language)
    if high is not None:
        return tr("rule.is_below", {**args, "high": bound(name, high, language)}, language)
    return field_label(name, language)


def bound(name: str, value: Decimal, language: Language) -> Value:
    """A limit; of a severity its name."""
    if name != "severity" and not name.startswith("layer:"):
        return value
    names = ("none", "low", "moderate", "severe")
    return word(names[int(value)], language) if value in (0, 1, 2, 3) else value


def field_label(name: str, language: Language) -> str:
    """What a field is called."""
    if name.startswith("layer:"):
        return tr("rule.layer", {"layer": name[6:]}, language)
    return tr(f"rule.field.{name}", None, language)


def word(name: str, language: Language) -> str:
    """A fixed value such as severe, certain, female."""
    return tr(f"rule.word.{name}", None, language)


def value_word(name: str, value: Scalar, language: Language) -> Value:
    """A value as it is read: places by name and code, fixed words translated, the rest as written."""
    if isinstance(value, str):
        if name in ("district", "province"):
            return f"{name_of(load_gazetteer(), value, language)} ({value})"
        fixed = name in ("affected", "severity") or name.startswith("layer:")
        if fixed or (name in FIELD and FIELD[name].kind in WORDS):
            return word(value, language)
    return value
