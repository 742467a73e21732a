"""The figures of a plan by district and village, as the map colours them."""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.budget import Status
from shockplan.exposure import Certainty
from shockplan.kept import Kept
from shockplan.plan import Plan
from shockplan.registry.household import Registry

Measure = Literal["affected", "funded", "waiting", "verify", "budget"]
MEASURES: tuple[Measure, ...] = ("affected", "funded", "waiting", "verify", "budget")
STATUSES, CERTAINTIES = len(Status), len(Certainty)
CELLS = STATUSES * CERTAINTIES


Sums = Kept[Plan, pd.DataFrame]
Places = NDArray[np.int32]
_DISTRICTS: Sums = Kept(most=1)
_VILLAGES: Sums = Kept(most=1)
_CELLS: Kept[Registry, Places] = Kept(most=4)


def district_figures(plan: Plan) -> pd.DataFrame:
    """One row for each district of the gazetteer (index: P-code), int64 columns.

    households, affected (certain), possible, funded, waiting, verify: households; budget: whole kip of
    the funded households, all rounds. A district without households of the registry has 0 everywhere. Kept
    as long as the plan lives: nobody writes into it.
    """
    registry, pcodes = plan.inputs.registry, pd.Index(plan.inputs.gazetteer.districts["pcode"])

    def cells() -> Places:
        return first_cells(places_of(registry.households["district"], pcodes))

    def sums() -> pd.DataFrame:
        kept = _CELLS.get(registry, ("district", plan.inputs.gazetteer), cells)
        return pd.DataFrame(_counts(plan, kept, len(pcodes)), index=pcodes)

    return _DISTRICTS.get(plan, (), sums)


def places_of(values: pd.Series, known: pd.Index) -> NDArray[np.int64]:
    """(n,) where each value stands in `known`, -1 where it does not; each value is looked up once."""
    number, different = pd.factorize(values)
    found = known.get_indexer(pd.Index(different)).astype(np.int64)
    return np.where(number >= 0, found[number], -1) if len(found) else number.astype(np.int64)


def village_figures(plan: Plan) -> pd.DataFrame:
    """One row for each village of the registry, in its order, columns as in `district_figures`."""
    registry = plan.inputs.registry

    def cells() -> Places:
        return first_cells(registry.households["village"].to_numpy(dtype=np.int64))

    def sums() -> pd.DataFrame:
        kept = _CELLS.get(registry, ("village",), cells)
        return pd.DataFrame(_counts(plan, kept, len(registry.villages)), index=registry.villages.index)

    return _VILLAGES.get(plan, (), sums)


def measured(figures: pd.DataFrame, measure: Measure) -> NDArray[np.float64]:
    """(n,) the figure to colour; NaN where the registry has no household."""
    values = figures[measure].to_numpy(dtype=np.float64, copy=True)
    values[figures["households"].to_numpy() == 0] = np.nan
    return values


def first_cells(place: NDArray[np.int64]) -> Places:
    """(n,) where the cells of each row's place begin, one cell for each status and certainty; place -1 has
    the first ones.
    """
    return np.asarray((place + 1) * CELLS, dtype=np.int32)


def _counts(plan: Plan, cells: Places, places: int) -> dict[str, NDArray[np.int64]]:
    """Sums by place, in one walk through the households; rows of no place are in none."""
    status, affected = plan.allocation.status, plan.exposure.affected
    here = cells + (status * np.int8(CERTAINTIES) + affected)
    every = np.bincount(here, minlength=(places + 1) * CELLS).reshape(places + 1, STATUSES, CERTAINTIES)[1:]
    by_status, by_certainty = every.sum(axis=2), every.sum(axis=1)
    paid = np.flatnonzero(status == Status.FUNDED)
    kip = np.zeros(places + 1, dtype=np.int64)
    np.add.at(kip, cells[paid] // CELLS, plan.allocation.total_kip[paid])  # kip never pass through floats
    return {
        "households": by_certainty.sum(axis=1),
        "affected": by_certainty[:, Certainty.CERTAIN],
        "possible": by_certainty[:, Certainty.POSSIBLE],
        "funded": by_status[:, Status.FUNDED],
        "waiting": by_status[:, Status.WAITING],
        "verify": by_status[:, Status.VERIFY],
        "budget": kip[1:],
    }
