"""The figures of a plan by district and village, as the map colours them."""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.budget import Status
from shockplan.exposure import Certainty
from shockplan.plan import Plan

Measure = Literal["affected", "funded", "waiting", "verify", "budget"]
MEASURES: tuple[Measure, ...] = ("affected", "funded", "waiting", "verify", "budget")


def district_figures(plan: Plan) -> pd.DataFrame:
    """One row for each district of the gazetteer (index: P-code), int64 columns.

    households, affected (certain), possible, funded, waiting, verify: households; budget: whole kip of
    the funded households, all rounds. A district without households of the registry has 0 everywhere.
    """
    pcodes = pd.Index(plan.inputs.gazetteer.districts["pcode"])
    place = places_of(plan.inputs.registry.households["district"], pcodes)
    return pd.DataFrame(_counts(plan, place, len(pcodes)), index=pcodes)


def places_of(values: pd.Series, known: pd.Index) -> NDArray[np.int64]:
    """(n,) where each value stands in `known`, -1 where it does not; each value is looked up once."""
    number, different = pd.factorize(values)
    found = known.get_indexer(pd.Index(different)).astype(np.int64)
    return np.where(number >= 0, found[number], -1) if len(found) else number.astype(np.int64)


def village_figures(plan: Plan) -> pd.DataFrame:
    """One row for each village of the registry, in its order, columns as in `district_figures`."""
    villages = plan.inputs.registry.villages
    place = plan.inputs.registry.households["village"].to_numpy(dtype=np.int64)
    return pd.DataFrame(_counts(plan, place, len(villages)), index=villages.index)


def measured(figures: pd.DataFrame, measure: Measure) -> NDArray[np.float64]:
    """(n,) the figure to colour; NaN where the registry has no household."""
    values = figures[measure].to_numpy(dtype=np.float64, copy=True)
    values[figures["households"].to_numpy() == 0] = np.nan
    return values


def _counts(plan: Plan, place: NDArray[np.int64], places: int) -> dict[str, NDArray[np.int64]]:
    """Sums by place (n,), rows with place -1 in none."""
    status, affected = plan.allocation.status, plan.exposure.affected
    funded = status == Status.FUNDED
    chosen = {
        "households": np.ones(len(status), dtype=bool),
        "affected": affected == Certainty.CERTAIN,
        "possible": affected == Certainty.POSSIBLE,
        "funded": funded,
        "waiting": status == Status.WAITING,
        "verify": status == Status.VERIFY,
    }
    placed = place >= 0
    counts = {
        name: np.bincount(place[placed & rows], minlength=places).astype(np.int64)
        for name, rows in chosen.items()
    }
    kip = np.zeros(places, dtype=np.int64)
    paid = placed & funded
    np.add.at(kip, place[paid], plan.allocation.total_kip[paid])  # int64: kip never pass through floats
    return {**counts, "budget": kip}
