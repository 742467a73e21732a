"""The way to a value of the plan."""

import re

KeyPath = tuple[str | int, ...]
"""("funds", 0, "amount"): tables by name, lists by number from 0."""


def path_of(written: str) -> KeyPath:
    """`eligibility.rule.all[2].any[1]` as ("eligibility", "rule", "all", 1, "any", 0)."""
    steps: list[str | int] = []
    for name, number in re.findall(r"([a-z_]+)|\[(\d+)\]", written):
        steps.append(name or int(number) - 1)
    return tuple(steps)
