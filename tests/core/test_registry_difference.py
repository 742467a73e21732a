"""A second extract beside the first: what is new, gone and changed; a blank overwrites nothing silently."""

import pandas as pd

from shockplan.registry.difference import difference, keep_known_values
from tests.core.made_up import made_up_registry
from tests.core.registry_tables import found, registry_in_memory

HEADINGS = ["hhid", "district", "members", "phone"]
FIRST = [
    ("A", "LA1703", "5", "02055551234"), ("B", "LA1703", "4", ""), ("C", "LA1703", "3", ""),
    ("D", "LA1703", "1", ""), ("D", "LA1703", "2", ""),
]  # fmt: skip
SECOND = [
    ("B", "LA1704", "4", "02055559999"), ("A", "LA1703", "", "02055551234"), ("D", "LA1703", "7", ""),
    ("E", "LA1703", "2", ""),
]  # fmt: skip


def test_new_gone_and_changed_households_are_reported() -> None:
    found = difference(registry_in_memory(HEADINGS, FIRST), registry_in_memory(HEADINGS, SECOND))
    assert (found.new, found.gone, found.unclear, found.same) == (("E",), ("C",), ("D",), 0)
    assert found.changes[["household_id", "field", "kind"]].to_numpy().tolist() == [
        ["A", "members", "blanked"],
        ["B", "district", "changed"],
        ["B", "phone", "filled"],
    ]
    assert found.changes.loc[1, ["before", "after"]].tolist() == ["LA1703", "LA1704"]


def test_a_registry_does_not_differ_from_itself_in_another_order() -> None:
    registry = made_up_registry(300)
    shuffled = registry.households.sample(frac=1, random_state=1).reset_index(drop=True)
    other = made_up_registry(300)
    object.__setattr__(other, "households", shuffled)
    found = difference(registry, other)
    assert (found.new, found.gone, len(found.changes), found.same) == ((), (), 0, 300)


def test_a_column_that_one_extract_lacks_is_no_change() -> None:
    lacking = registry_in_memory(HEADINGS[:2], [row[:2] for row in FIRST[:1]])
    found = difference(registry_in_memory(HEADINGS, FIRST[:1]), lacking)
    assert len(found.changes) == 0


def test_a_blank_keeps_the_earlier_value_and_says_so() -> None:
    first, second = registry_in_memory(HEADINGS, FIRST), registry_in_memory(HEADINGS, SECOND)
    kept = keep_known_values(first, second)
    assert kept.households["members"].tolist() == [4, 5, 7, 2]
    assert found(kept, "registry.value_kept").rows == (3,)
    assert second.households["members"].tolist()[1] is pd.NA
