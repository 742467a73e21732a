"""A second extract beside the first: who is new, who is gone, what changed, and what became blank."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.problems import Level, Problem
from shockplan.registry.household import FIELDS, NOT_IN_EXTRACTS, Registry

OWN_FIELDS = tuple(field.name for field in FIELDS if field.name not in ("household_id", *NOT_IN_EXTRACTS))


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

    def counts(self) -> dict[str, int]:
        """Households new, gone, changed, the same and unclear; values changed (fields), blank now."""
        return {
            "new": len(self.new),
            "gone": len(self.gone),
            "changed": int(self.changes["household_id"].nunique()),
            "fields": len(self.changes),
            "blanked": int((self.changes["kind"] == "blanked").sum()),
            "same": self.same,
            "unclear": len(self.unclear),
        }

    def by_field(self) -> dict[str, dict[str, int]]:
        """Field -> how many values changed, were filled, or are blank now."""
        kinds = ("changed", "filled", "blanked")
        table = pd.crosstab(self.changes["field"], self.changes["kind"]).reindex(columns=kinds, fill_value=0)
        return {str(field): {kind: int(row[kind]) for kind in kinds} for field, row in table.iterrows()}


def difference(before: Registry, after: Registry) -> Difference:
    """What changed from one extract to the next, by household id.

    Fields that one of the extracts has no column for are not compared: their absence says nothing.
    """
    return compare(before.households, after.households, before.present & after.present)


def compare(old: pd.DataFrame, new: pd.DataFrame, compared: frozenset[str]) -> Difference:
    """As `difference`, from the households of both extracts and the fields that both have."""
    unclear = pd.Index([])
    for households in (old, new):
        ids = households["household_id"]
        unclear = unclear.union(pd.Index(ids[ids.duplicated()].unique()))
    old_ids, new_ids = pd.Index(old["household_id"].unique()), pd.Index(new["household_id"].unique())
    both = old_ids.intersection(new_ids).difference(unclear)
    left = old.set_index("household_id").loc[both]
    right = new.set_index("household_id").loc[both]
    fields = [name for name in OWN_FIELDS if name in compared]
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
    file = after.sources[0].name if after.sources else ""
    households, kept = kept_values(before.households, after.households, file)
    present = after.present | {problem.column for problem in kept if problem.column}
    return replace(after, households=households, present=present, problems=(*after.problems, *kept))


def kept_values(
    before: pd.DataFrame, after: pd.DataFrame, file: str
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """(the later households with earlier values in place of blanks, a note for each field)."""
    places = earlier_places(before, after)
    households, problems = after.copy(), []
    for name in OWN_FIELDS:
        known = pd.Series(before[name].array.take(places, allow_fill=True))
        kept = (households[name].isna() & known.notna()).to_numpy(dtype=bool)
        if kept.any():
            problems.append(blank_problem("registry.value_kept", households, name, kept, file))
            households[name] = households[name].where(~kept, known).astype(before[name].dtype)
    return households, tuple(problems)


def blanked_values(before: pd.DataFrame, after: pd.DataFrame, file: str) -> tuple[Problem, ...]:
    """A warning for each field of which a blank takes the place of an earlier value."""
    places = earlier_places(before, after)
    problems = []
    for name in OWN_FIELDS:
        known = pd.Series(before[name].array.take(places, allow_fill=True)).notna()
        gone = (after[name].isna() & known).to_numpy(dtype=bool)
        if gone.any():
            problems.append(blank_problem("registry.value_blanked", after, name, gone, file, "warning"))
    return tuple(problems)


def earlier_places(before: pd.DataFrame, after: pd.DataFrame) -> NDArray[np.intp]:
    """(n,) row of `before` with the same id, -1 where there is none or the id stands there twice."""
    once = before.loc[~before["household_id"].duplicated(keep=False), "household_id"]
    place = pd.Index(once).get_indexer(pd.Index(after["household_id"]))
    return np.where(place >= 0, once.index.to_numpy()[place], -1) if len(once) else np.full(len(after), -1)


def blank_problem(
    code: str, households: pd.DataFrame, name: str, where: NDArray[np.bool_], file: str, level: Level = "note"
) -> Problem:
    rows = tuple(households["source_row"][where].tolist())
    return Problem(code, file, name, rows, args={"field": name}, level=level)
