"""The two fits that are solved: most people reached, and largest fall of the poverty gap.

Identical households are one group, so the solver sees some hundred whole numbers instead of a million. What
it finds is checked in whole kip, and the proven bound says how far from the best it can be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.budget.allocation import MayPay, Solved
from shockplan.budget.amounts import Kip
from shockplan.budget.drawing import Purse, draw
from shockplan.progress import Progress

MOST_UNKNOWNS = 20_000
"""More groups than this are joined by rounding what they are worth; the bound stays proven."""
NODES = 2_000
"""The search ends here. Counted in steps, not seconds, so the same inputs give the same answer."""


@dataclass(frozen=True, eq=False)
class Bundle:
    """Households that cost the same, may be paid by the same funds and are worth about the same.

    places (m,) in the queue, the one worth most first; worth: at most this each.
    """

    places: NDArray[np.int64]
    funds: tuple[int, ...]
    costs: tuple[int, ...]
    worth: int


class Quiet(highspy.Highs):
    """A solver that prints nothing, not even its name: stdout belongs to the caller."""

    def enableCallbacks(self) -> None:  # noqa: N802 - the binding's own name; the first thing that would print
        self.silent()
        super().enableCallbacks()  # type: ignore[no-untyped-call]  # the binding has no types


def solve(
    measure: str,
    worth: Kip,
    kind: NDArray[np.int16] | NDArray[np.int64],
    group: NDArray[np.int64],
    may: MayPay,
    prices: list[Kip],
    purse: Purse,
    progress: Progress,
) -> tuple[NDArray[np.int16], Solved]:
    """(fund charged (m,), what was reached and the proven bound), for households in rank order.

    worth (m,): what paying each is good for, in whole numbers. May raise what `progress` raises.
    """
    bundles = bundled(worth, kind, group, may, prices)
    counts, bound = best_counts(bundles, purse.left, progress)
    charged = np.full(len(worth), -1, dtype=np.int16)
    for bundle, row in zip(bundles, counts, strict=True):
        start = 0
        for fund, count in zip(bundle.funds, row, strict=True):
            charged[bundle.places[start : start + count]] = fund
            start += count
    give_back(charged, worth, group, prices, purse)
    rest = np.flatnonzero((charged < 0) & (worth > 0))
    charged[rest] = draw(kind[rest], may.table, group[rest], prices, purse.reopened_here(), skip=True)
    reached = int(worth[charged >= 0].sum())
    return charged, Solved(measure, reached, max(bound, reached))


def bundled(
    worth: Kip,
    kind: NDArray[np.int16] | NDArray[np.int64],
    group: NDArray[np.int64],
    may: MayPay,
    prices: list[Kip],
) -> list[Bundle]:
    """The households in bundles, in an order that does not depend on the order of rows."""
    paid_by_some: NDArray[np.bool_] = np.asarray(may.table.any(axis=1))
    useful = np.flatnonzero((worth > 0) & paid_by_some[kind])
    cost = {f"cost{fund}": price[group[useful]] for fund, price in enumerate(prices)}
    step = 1
    while True:
        frame = pd.DataFrame({**cost, "kind": kind[useful], "worth": -(-worth[useful] // step)})
        if len(frame.drop_duplicates()) * len(prices) <= MOST_UNKNOWNS:
            break
        step *= 2
    bundles = []
    for key, where in frame.groupby(list(frame.columns), sort=True).indices.items():
        places = useful[where]
        values = tuple(int(value) for value in (key if isinstance(key, tuple) else (key,)))
        funds = tuple(np.flatnonzero(may.table[values[-2]]).tolist())
        order = np.argsort(-worth[places], kind="stable")
        costs = tuple(values[fund] for fund in funds)
        bundles.append(Bundle(places[order], funds, costs, int(worth[places].max())))
    return bundles


def best_counts(bundles: list[Bundle], left: list[int], progress: Progress) -> tuple[list[list[int]], int]:
    """(how many of each bundle each of its funds pays, proven upper bound of the worth)."""
    if not bundles:
        return [], 0
    solver: Any = Quiet()  # type: ignore[no-untyped-call]  # the binding has no types
    for option, value in (
        ("threads", 1),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.5),
        ("mip_max_nodes", NODES),
        ("mip_feasibility_tolerance", 1e-9),
    ):
        solver.setOptionValue(option, value)
    solver.passModel(model_of(bundles, left))
    raised: list[BaseException] = []

    def look(event: Any) -> None:
        try:
            progress(0.5)
        except Exception as error:  # noqa: BLE001 - the caller's own, raised again once the solver has stopped
            raised.append(error)
            event.interrupt()

    solver.cbMipInterrupt.subscribe(look)
    solver.run()
    solver.cbMipInterrupt.clear()
    if raised:
        raise raised[0]
    values = np.rint(np.asarray(solver.getSolution().col_value)).astype(np.int64).tolist()
    every = iter(values or [0] * sum(len(bundle.funds) for bundle in bundles))
    counts = [[max(0, next(every)) for _ in bundle.funds] for bundle in bundles]
    info = solver.getInfo()
    whole = sum(bundle.worth * len(bundle.places) for bundle in bundles)
    bound = int(np.floor(info.mip_dual_bound + 1e-6)) if np.isfinite(info.mip_dual_bound) else whole
    return counts, min(bound, whole)


def model_of(bundles: list[Bundle], left: list[int]) -> highspy.HighsLp:
    """Largest worth, each fund within its money, each bundle within its size; all numbers whole."""
    columns = [(place, spot) for place, bundle in enumerate(bundles) for spot in range(len(bundle.funds))]
    shared = [place for place, bundle in enumerate(bundles) if len(bundle.funds) > 1]
    row_of = {place: len(left) + row for row, place in enumerate(shared)}
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(columns), len(left) + len(shared)
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = np.array([float(bundles[place].worth) for place, _ in columns])
    model.col_lower_ = np.zeros(len(columns))
    model.col_upper_ = np.array([float(len(bundles[place].places)) for place, _ in columns])
    model.row_lower_ = np.full(model.num_row_, -highspy.kHighsInf)
    sizes = [float(len(bundles[place].places)) for place in shared]
    model.row_upper_ = np.array([*map(float, left), *sizes])
    entries = [list(entries_of(bundles[place], spot, row_of.get(place))) for place, spot in columns]
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.cumsum([0, *map(len, entries)]).astype(np.int32)
    model.a_matrix_.index_ = np.array([row for column in entries for row, _ in column], dtype=np.int32)
    model.a_matrix_.value_ = np.array([value for column in entries for _, value in column])
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(columns)
    return model


def entries_of(bundle: Bundle, spot: int, shared_row: int | None) -> Iterator[tuple[int, float]]:
    """The column of one bundle in one fund: its cost there, and its place in the bundle's own row."""
    yield bundle.funds[spot], float(bundle.costs[spot])
    if shared_row is not None:
        yield shared_row, 1.0


def give_back(
    charged: NDArray[np.int16], worth: Kip, group: NDArray[np.int64], prices: list[Kip], purse: Purse
) -> None:
    """Take the money out of the purse in whole kip; what the solver's tolerance overdrew is given back.

    Of an overdrawn fund the households worth least go first, and of those the last in rank.
    """
    for fund, price in enumerate(prices):
        mine = np.flatnonzero(charged == fund)
        cost = price[group[mine]]
        total = int(cost.sum())
        for place in np.lexsort((-mine, worth[mine])).tolist():
            if total <= purse.left[fund]:
                break
            charged[mine[place]] = -1
            total -= int(cost[place])
        purse.left[fund] -= total
