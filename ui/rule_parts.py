"""A rule as plain tables, and the ways in which a person changes it. Nothing here knows a widget.

A tree is what the plan file holds: {"all": [...]} / {"any": [...]} / {"none": [...]} or one comparison,
{"field": "members", "at_least": 5}. Every function gives a new tree; none writes into the one it was given.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from ui.key_path import KeyPath

Way = Literal["is", "one_of", "at_least", "below", "between"]
Tree = dict[str, Any]
GROUPS = ("all", "any", "none")


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """A field that a condition may ask about, and how it may be compared.

    `choices`: the values it can have, with their words; none where a value is typed. `steps`: the limits of
    an ordered scale (severity), none where a number is typed.
    """

    name: str
    label: str
    group: Literal["shock", "place", "programme", "household"]
    ways: tuple[Way, ...]
    choices: tuple[tuple[Any, str], ...] = ()
    steps: tuple[tuple[Decimal, str], ...] = ()
    number: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """How the households answer one comparison: its key path, its phrase, and the three counts."""

    path: KeyPath
    sentence: str
    yes: int
    no: int
    unknown: int


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """A rule to be read and changed: `path` leads to it in the plan; `tree` is None where it has none.

    `sentence` is in the language of the moment, `other` in the other one.
    """

    path: KeyPath
    tree: Tree | None
    sentence: str
    other: str
    leaves: tuple[Answered, ...]

    def answered(self, path: KeyPath) -> Answered | None:
        return next((leaf for leaf in self.leaves if leaf.path == path), None)


def kind_of(tree: Mapping[str, Any]) -> str:
    """all, any, none, or "" for a comparison."""
    return next((kind for kind in GROUPS if tree.get(kind) is not None), "")


def way_of(leaf: Mapping[str, Any]) -> Way:
    """How a comparison compares."""
    if leaf.get("one_of") is not None:
        return "one_of"
    low, high = leaf.get("at_least"), leaf.get("below")
    if low is not None and high is not None:
        return "between"
    return "at_least" if low is not None else "below" if high is not None else "is"


def as_group(tree: Tree) -> Tree:
    """The same rule with a group at its root, to which conditions can be added."""
    return tree if kind_of(tree) else {"all": [tree]}


def leaf_paths(tree: Mapping[str, Any], path: KeyPath = ()) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:
    """Every comparison with the way to it, as written."""
    kind = kind_of(tree)
    if not kind:
        yield path, tree
        return
    for number, member in enumerate(tree[kind]):
        yield from leaf_paths(member, (*path, kind, number))


def shape_of(tree: Mapping[str, Any]) -> tuple[Any, ...]:
    """What decides which widgets are needed: groups, fields and ways, not the values."""
    kind = kind_of(tree)
    if kind:
        return (kind, *(shape_of(member) for member in tree[kind]))
    return (tree["field"], way_of(tree))


def first_leaf(field: FieldInfo) -> Tree:
    """A comparison on the field that can be answered as it is, to begin from."""
    return with_way({"field": field.name}, field, field.ways[0])


def with_way(leaf: Mapping[str, Any], field: FieldInfo, way: Way) -> Tree:
    """The comparison made in another way, keeping its limit or value where that still makes sense."""
    low, high = leaf.get("at_least"), leaf.get("below")
    limit = low if low is not None else high if high is not None else start_of(field)
    one = leaf.get("equals")
    value = one if one is not None else (leaf.get("one_of") or (value_of(field),))[0]
    if field.choices and value not in [choice for choice, _ in field.choices]:
        value = value_of(field)
    named: Tree = {"field": field.name}
    match way:
        case "is":
            return {**named, "equals": value}
        case "one_of":
            listed = list(leaf.get("one_of") or [value])
            texts = [each for each in listed if not isinstance(each, bool)]
            return {**named, "one_of": texts or [lists_of(field)[0]]}
        case "between":
            return {**named, "at_least": limit, "below": limit + 1 if high is None or high <= limit else high}
        case _:
            return {**named, way: limit}


def start_of(field: FieldInfo) -> Decimal:
    """A first limit."""
    return field.steps[-1][0] if field.steps else Decimal(1)


def value_of(field: FieldInfo) -> Any:
    """A first value."""
    return field.choices[0][0] if field.choices else Decimal(1) if field.number else ""


def lists_of(field: FieldInfo) -> list[Any]:
    """The values that a list may name: yes and no are none of them."""
    return [value for value, _ in field.choices if not isinstance(value, bool)] or [value_of(field)]


def with_member(tree: Tree, group: KeyPath, member: Tree) -> Tree:
    """One more condition at the end of the group."""
    made = deepcopy(tree)
    place = at(made, group)
    place[kind_of(place)].append(member)
    return made


def replaced(tree: Tree, path: KeyPath, new: Tree) -> Tree:
    """Another condition or group at the place."""
    if not path:
        return deepcopy(new)
    made = deepcopy(tree)
    at(made, path[:-1])[path[-1]] = new
    return made


def without(tree: Tree, path: KeyPath) -> Tree:
    """The condition or group taken out; a group that would stand empty goes with it."""
    made = deepcopy(tree)
    while len(path) >= 2:
        group = at(made, path[:-2])
        members = group[kind_of(group)]
        del members[int(path[-1])]
        if members or len(path) == 2:
            break
        path = path[:-2]
    return made


def shifted(tree: Tree, path: KeyPath, way: int) -> tuple[Tree, KeyPath]:
    """The condition or group before (-1) or after (1) its neighbour, and where it is then."""
    made = deepcopy(tree)
    members, number = at(made, path[:-1]), int(path[-1])
    there = min(max(number + way, 0), len(members) - 1)
    members.insert(there, members.pop(number))
    return made, (*path[:-1], there)


def wrapped(tree: Tree, path: KeyPath, kind: str) -> Tree:
    """The condition inside a group of its own, beside which others can be put."""
    return replaced(tree, path, {kind: [at(tree, path)]})


def dissolved(tree: Tree, path: KeyPath) -> Tree:
    """The members of an inner group put in its place."""
    made = deepcopy(tree)
    inner = at(made, path)
    outer = at(made, path[:-2])
    members, number = outer[kind_of(outer)], int(path[-1])
    members[number : number + 1] = inner[kind_of(inner)]
    return made


def with_kind(tree: Tree, path: KeyPath, kind: str) -> Tree:
    """The group with another word between its members."""
    group = at(tree, path)
    return replaced(tree, path, {kind: group[kind_of(group)]})


def at(tree: Any, path: KeyPath) -> Any:
    """What stands at a place of the tree."""
    for step in path:
        tree = tree[step]
    return tree
