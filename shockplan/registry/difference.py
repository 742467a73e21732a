"""A second extract beside the first: who is new, who is gone, what changed, and what became blank."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.problems import Problem
from shockplan.registry.household import FIELDS, Registry

OWN_FIELDS = tuple(field.name for field in FIELDS if field.name != "household_id")


@dataclass(frozen=True, eq=False)
class Difference:
    """`new`, `gone`: household ids that stand in one extract only. `changes`: household_id, field, before,
    after (texts), kind: "changed", "filled" (was blank) or "blanked" (is blank now). `unclear`: ids that
    stand more than once in an extract, which are not compared. `same`: how many are unchanged.
    """

    new: tuple[str, ...]
    gone: tuple[str, ...]
    changes: pd.DataFrame
    unclear: tuple[str, ...]
    same: int


def difference(before: Registry, after: Registry) -> Difference:
    """What changed from one extract to the next, by household id.

    Fields that one of the extracts has no column for are not compared: their absence says nothing.
    """
    old, new = before.households, after.households
    unclear = pd.Index([])
    for households in (old, new):
        ids = households["household_id"]
        unclear = unclear.union(pd.Index(ids[ids.duplicated()].unique()))
    old_ids, new_ids = pd.Index(old["household_id"].unique()), pd.Index(new["household_id"].unique())
    both = old_ids.intersection(new_ids).difference(unclear)
    left = old.set_index("household_id").loc[both]
    right = new.set_index("household_id").loc[both]
    fields = [name for name in OWN_FIELDS if name in before.present & after.present]
    changes = pd.concat([changes_of(left[name], right[name], name) for name in fields] or [no_changes()])
    changes = changes.sort_values(["household_id", "field"], ignore_index=True, kind="stable")
    return Difference(
        new=tuple(new_ids.difference(old_ids).difference(unclear)),
        gone=tuple(old_ids.difference(new_ids).difference(unclear)),
        changes=changes,
        unclear=tuple(str(text) for text in unclear),
        same=len(both) - changes["household_id"].nunique(),
    )


def changes_of(before: pd.Series, after: pd.Series, field: str) -> pd.DataFrame:
    """The households whose value of a field is another; both series have the same ids as index."""
    was, is_now = before.notna().to_numpy(), after.notna().to_numpy()
    unequal = (before != after).fillna(False).to_numpy(dtype=bool)
    differs = (was != is_now) | (was & is_now & unequal)
    kind = np.select([~was & is_now, was & ~is_now], ["filled", "blanked"], "changed")
    return pd.DataFrame(
        {
            "household_id": before.index[differs].astype("str"),
            "field": pd.Series([field] * int(differs.sum()), dtype="str"),
            "before": before[differs].astype("str").reset_index(drop=True),
            "after": after[differs].astype("str").reset_index(drop=True),
            "kind": pd.Series(kind[differs], dtype="str"),
        }
    )


def no_changes() -> pd.DataFrame:
    columns = ("household_id", "field", "before", "after", "kind")
    return pd.DataFrame({name: pd.Series(dtype="str") for name in columns})


def keep_known_values(before: Registry, after: Registry) -> Registry:
    """The new extract, with the earlier value wherever a blank would overwrite one; each is noted.

    Ids that stand more than once in the earlier extract have no one earlier value and stay as they are.
    """
    old = before.households.drop_duplicates("household_id", keep=False).set_index("household_id")
    households = after.households.copy()
    place = old.index.get_indexer(pd.Index(households["household_id"]))
    problems = []
    for name in OWN_FIELDS:
        known = pd.Series(old[name].array.take(place, allow_fill=True))
        kept = (households[name].isna() & known.notna()).to_numpy(dtype=bool)
        if kept.any():
            problems.append(kept_problem(after, households, name, kept))
            households[name] = households[name].fillna(known)
    return replace(after, households=households, problems=(*after.problems, *problems))


def kept_problem(after: Registry, households: pd.DataFrame, name: str, kept: NDArray[np.bool_]) -> Problem:
    file = after.sources[0].name if after.sources else ""
    rows = tuple(households["source_row"][kept].tolist())
    return Problem("registry.value_kept", file, name, rows, args={"field": name}, level="note")
