"""The way to a value of the plan."""

KeyPath = tuple[str | int, ...]
"""("funds", 0, "amount"): tables by name, lists by number from 0."""
