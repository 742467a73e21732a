"""Two plans over the same people: who was added, who was removed, whose amount changed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.budget import Status
from shockplan.plan import Plan


@dataclass(frozen=True, eq=False)
class Difference:
    """What the new plan changes for households, by id.

    households: household_id, change (added / removed / more / less / moved: only the fund
    changed), old_kip, new_kip (all rounds), old_fund, new_fund (ids, "" none), old_status, new_status,
    village (key, of the new plan where it has the household). Sorted by household id.
    villages: village, added, removed, more, less, moved (households), old_kip, new_kip, change_kip, where
    something changed; funds: fund, old_households, new_households, old_kip, new_kip, change_kip.
    """

    households: pd.DataFrame
    villages: pd.DataFrame
    funds: pd.DataFrame
    old_kip: int
    new_kip: int


CHANGES = ("added", "removed", "more", "less", "moved")


def difference(old: Plan, new: Plan) -> Difference:
    """Compare two plans. Rows that share a household id are taken together."""
    own, other = lines(old).add_suffix("_old"), lines(new).add_suffix("_new")
    both = own.join(other, how="outer", validate="one_to_one").sort_index()
    before, after = kip(both["kip_old"]), kip(both["kip_new"])
    fund_before, fund_after = both["fund_old"].fillna("").to_numpy(), both["fund_new"].fillna("").to_numpy()
    paid_before, paid_after = fund_before != "", fund_after != ""
    change = np.select(
        [
            ~paid_before & paid_after,
            paid_before & ~paid_after,
            after > before,
            after < before,
            paid_before & (fund_before != fund_after),
        ],
        CHANGES,
        default="",
    )
    village = both["village_new"].where(both["village_new"].notna(), both["village_old"])
    households = pd.DataFrame(
        {
            "household_id": both.index.astype("str"),
            "change": change,
            "old_kip": before,
            "new_kip": after,
            "old_fund": fund_before,
            "new_fund": fund_after,
            "old_status": both["status_old"].fillna("").to_numpy(),
            "new_status": both["status_new"].fillna("").to_numpy(),
            "village": village.fillna("").to_numpy(),
        }
    ).reset_index(drop=True)
    changed = households[households["change"] != ""].reset_index(drop=True)
    return Difference(
        changed, by_village(households), by_fund(households), int(before.sum()), int(after.sum())
    )


def lines(plan: Plan) -> pd.DataFrame:
    """Indexed by household id: kip of all rounds, fund id, status name, village key."""
    registry, allocation = plan.inputs.registry, plan.allocation
    keys = registry.villages["key"].to_numpy(dtype=object) if len(registry.villages) else np.array([], object)
    place = registry.households["village"].to_numpy()
    village = np.append(keys, "")[np.where((place >= 0) & (place < len(keys)), place, len(keys))]
    ids = np.array([*(fund.id for fund in plan.inputs.spec.funds), ""], dtype=object)
    names = np.array([status.name.lower() for status in Status], dtype=object)
    table = pd.DataFrame(
        {
            "household_id": registry.households["household_id"],
            "kip": allocation.total_kip,
            "fund": ids[allocation.fund],
            "status": allocation.status,
            "village": village,
        }
    )
    if registry.households["household_id"].is_unique:
        table["status"] = names[allocation.status]
        return table.set_index("household_id")
    best = table.sort_values(["household_id", "status"], kind="stable").groupby("household_id").last()
    best["kip"] = table.groupby("household_id")["kip"].sum()
    best["status"] = names[best["status"].to_numpy()]
    return best


def kip(column: pd.Series) -> NDArray[np.int64]:
    """Kip as int64, 0 where the plan has no such household. Exact: the blank is filled before converting."""
    return np.asarray(column.astype("Int64").fillna(0), dtype=np.int64)


def by_village(households: pd.DataFrame) -> pd.DataFrame:
    """Counts and sums by village, for villages where something changed."""
    table = counted(households, "village", households["old_kip"], households["new_kip"])
    return table[table[list(CHANGES)].sum(axis=1) > 0].reset_index(drop=True)


def by_fund(households: pd.DataFrame) -> pd.DataFrame:
    """Households and kip of each fund before and after."""
    parts = []
    for side in ("old", "new"):
        own = households[households[f"{side}_fund"] != ""].groupby(f"{side}_fund", sort=True)
        summed = own[f"{side}_kip"].agg(["size", "sum"])
        parts.append(summed.set_axis([f"{side}_households", f"{side}_kip"], axis=1).rename_axis("fund"))
    table = parts[0].join(parts[1], how="outer").fillna(0).astype(np.int64).reset_index()
    table["change_kip"] = table["new_kip"] - table["old_kip"]
    return table


def counted(table: pd.DataFrame, key: str, old: pd.Series, new: pd.Series) -> pd.DataFrame:
    """One line a key: a count for each change, the kip before and after, and their difference."""
    columns = {change: (table["change"] == change).astype(np.int64) for change in CHANGES}
    frame = pd.DataFrame({key: table[key], **columns, "old_kip": old, "new_kip": new})
    summed = frame.groupby(key, sort=True).sum().reset_index()
    summed["change_kip"] = summed["new_kip"] - summed["old_kip"]
    return summed
