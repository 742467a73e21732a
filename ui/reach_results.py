"""Whom the money reaches, as plain values for the card that shows it."""

from dataclasses import dataclass

from ui.rule_parts import RuleInfo


@dataclass(frozen=True, slots=True)
class Group:
    """Households of a group that may be paid, how many of them are, and the share (None: there is nobody)."""

    name: str
    eligible: int
    funded: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Kind:
    """The groups of one kind; `more`: groups that are not shown."""

    code: str
    groups: tuple[Group, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Reach:
    """`kinds`: coverage; `sentences`: spread of amounts, errors of targeting, local demand.

    `need` is the marker of need of the plan.
    """

    kinds: tuple[Kind, ...]
    sentences: tuple[str, ...]
    need: RuleInfo
