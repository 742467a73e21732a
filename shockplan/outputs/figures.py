"""The plan's figures by household, village and district: what the tables print, without persons.

Households are grouped by their own district and their village, so that the sum over the groups is the
plan's total whatever the registry says. Households without a village form a group of their own in
their district. Nothing is worked out here but counts and sums of what the plan decided.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.budget import Reason, Status
from shockplan.exposure import Certainty
from shockplan.shocks.layer import Severity
from shockplan.targeting import Decision

if TYPE_CHECKING:
    from shockplan.plan import Plan

COUNTS = (
    "households", "affected", "possibly_affected", "unknown", "not_affected", "severe", "eligible", "verify",
    "not_eligible", "funded", "waiting", "cut", "people_funded", "field_registered",
    "field_registered_funded",
)  # fmt: skip
KIP = ("round_kip", "total_kip", "fee_kip", "waiting_kip")
FIGURES = (*COUNTS, *KIP)
"""Columns of every table of figures, all int64. `round_kip`: one round of the funded; `total_kip`: all
their rounds; `waiting_kip`: what those who wait would get in all rounds."""


@dataclass(frozen=True, eq=False)
class Groups:
    """Households sorted into places.

    `places`: RangeIndex; district (P-code), village (row of registry.villages, -1 none), code, name_lo,
    name_en, lon, lat; sorted by district, then village code, then name, those without a village last.
    `of` (n,): the row of `places` for each household.
    """

    places: pd.DataFrame
    of: NDArray[np.int64]


def group_by_village(plan: "Plan") -> Groups:
    """The places that occur among the households."""
    households, villages = plan.inputs.registry.households, plan.inputs.registry.villages
    district, codes = pd.factorize(households["district"], sort=True)
    village = households["village"].to_numpy(np.int64)
    keys = district.astype(np.int64) * (len(villages) + 1) + (village + 1)
    found, of = np.unique(keys, return_inverse=True)
    places = pd.DataFrame(
        {
            "district": np.asarray(codes, dtype=object)[found // (len(villages) + 1)],
            "village": found % (len(villages) + 1) - 1,
        }
    )
    for name in ("code", "name_lo", "name_en", "lon", "lat"):
        places[name] = villages[name].reindex(places["village"]).to_numpy()
    places["district"] = places["district"].astype("str")
    places["nowhere"] = places["village"] < 0
    sort_by = ["district", "nowhere", "code", "name_en", "name_lo", "village"]
    order = places.sort_values(sort_by, kind="stable").index.to_numpy()
    position = np.empty(len(order), dtype=np.int64)
    position[order] = np.arange(len(order))
    places = places.loc[order].drop(columns="nowhere").reset_index(drop=True)
    return Groups(places, position[of])


def village_figures(plan: "Plan", groups: Groups) -> pd.DataFrame:
    """`groups.places` with the columns of FIGURES."""
    sums = sum_by(household_figures(plan), groups.of, len(groups.places))
    return pd.concat([groups.places, sums], axis=1)


def district_figures(plan: "Plan", villages: pd.DataFrame) -> pd.DataFrame:
    """The sums of `village_figures` by district: pcode, name_en, name_lo, province, FIGURES.

    Every district of the gazetteer has a row, so that a map can be filled from it.
    """
    districts = plan.inputs.gazetteer.districts[["pcode", "name_en", "name_lo", "province"]]
    sums = villages.groupby("district", sort=True)[list(FIGURES)].sum()
    filled = sums.reindex(districts["pcode"], fill_value=0).reset_index(drop=True)
    return pd.concat([districts.reset_index(drop=True), filled], axis=1)


def household_figures(plan: "Plan") -> dict[str, NDArray[np.int64]]:
    """What each household counts in each column of FIGURES."""
    affected, status = plan.exposure.affected, plan.allocation.status
    funded = status == Status.FUNDED
    members = plan.inputs.registry.households["members"].fillna(0).to_numpy(np.int64)
    paid = plan.allocation
    added = np.arange(len(status)) >= len(status) - plan.inputs.registry.added
    counted = {
        "households": np.ones(len(status), dtype=bool),
        "affected": affected == Certainty.CERTAIN,
        "possibly_affected": affected == Certainty.POSSIBLE,
        "unknown": affected == Certainty.UNKNOWN,
        "not_affected": affected == Certainty.NO,
        "severe": plan.exposure.severity == Severity.SEVERE,
        "eligible": status >= Status.CUT,
        "verify": status == Status.VERIFY,
        "not_eligible": status == Status.NOT_ELIGIBLE,
        "funded": funded,
        "waiting": status == Status.WAITING,
        "cut": status == Status.CUT,
        "people_funded": np.where(funded, members, 0),
        "field_registered": added,
        "field_registered_funded": added & funded,
        "round_kip": np.where(funded, paid.round_kip, 0),
        "total_kip": np.where(funded, paid.total_kip, 0),
        "fee_kip": np.where(funded, paid.fee_kip, 0),
        "waiting_kip": np.where(status == Status.WAITING, due_kip(plan), 0),
    }
    return {name: np.asarray(counted[name], dtype=np.int64) for name in FIGURES}


def due_kip(plan: "Plan") -> NDArray[np.int64]:
    """(n,) kip over all rounds before any scaling, for everyone with an entitlement."""
    return np.asarray(plan.allocation.due_kip * plan.entitlements.rounds.astype(np.int64), dtype=np.int64)


def sum_by(values: dict[str, NDArray[np.int64]], of: NDArray[np.int64], groups: int) -> pd.DataFrame:
    """Sums of each column by group, in whole numbers all the way (a float would lose kip)."""
    sums = {}
    for name, column in values.items():
        total = np.zeros(groups, dtype=np.int64)
        np.add.at(total, of, column)
        sums[name] = total
    return pd.DataFrame(sums)


def household_table(plan: "Plan") -> pd.DataFrame:
    """Every household with its answer: ids, codes and amounts, no persons. Law 1 in one table."""
    households, villages = plan.inputs.registry.households, plan.inputs.registry.villages
    spec, paid = plan.inputs.spec, plan.allocation
    village = households["village"].to_numpy(np.int64)
    table = pd.DataFrame(
        {
            "household_id": households["household_id"],
            "source_row": plan.inputs.registry.own_rows(),
            "registered": registered(plan),
            "district": households["district"],
            "village_code": villages["code"].reindex(village).to_numpy(),
            "affected": named(plan.exposure.affected, Certainty),
            "severity": named(plan.exposure.severity, Severity),
            "decision": named(plan.targeting.decision, Decision),
            "score": plan.targeting.score,
            "rank": pd.array(np.where(paid.rank > 0, paid.rank, -1), dtype="Int64"),
            "status": named(paid.status, Status),
            "reason": named(paid.reason, Reason),
            "transfer": picked(plan.entitlements.transfer, [item.id for item in spec.transfers]),
            "fund": picked(paid.fund, [fund.id for fund in spec.funds]),
            "rounds": plan.entitlements.rounds,
            "due_kip": paid.due_kip,
            "round_kip": paid.round_kip,
            "total_kip": paid.total_kip,
            "fee_kip": paid.fee_kip,
        }
    )
    table.loc[table["rank"] < 0, "rank"] = pd.NA
    return table


def registered(plan: "Plan") -> "pd.Categorical[str]":
    """(n,) *registry*, or *field* for a household that was added from an assessment form."""
    registry = plan.inputs.registry
    added = np.zeros(len(registry.households), dtype=np.int8)
    added[len(added) - registry.added :] = 1
    return pd.Categorical.from_codes(added, categories=pd.Index(["registry", "field"]))


def named(values: NDArray[np.int8], names: type[IntEnum]) -> "pd.Categorical[str]":
    """Numbers of an enumeration as its names in lower case."""
    lowest = min(names)
    labels = pd.Index([names(value).name.lower() for value in range(lowest, max(names) + 1)])
    return pd.Categorical.from_codes(values.astype(np.int64) - int(lowest), categories=labels)


def picked(index: NDArray[np.int16], names: list[str]) -> "pd.Categorical[str]":
    """The name at each index; -1 is blank."""
    return pd.Categorical.from_codes(index.astype(np.int64), categories=pd.Index(names, dtype="str"))
