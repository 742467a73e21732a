"""The cash sheets: notes for each envelope, village, team and district, and the order for the bank.

Only households that are paid in cash count: who is paid to a mobile wallet needs no notes, and a
blank channel is cash. An amount that the notes in use cannot make up stands in a column of its own, so
the sheets add up to the lists whatever the step of the plan is.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.cash import Envelopes, fewest_notes, load_banknotes
from shockplan.outputs.lines import VillageList, last_round, paid_rows
from shockplan.outputs.list_xlsx import Book, Cell, book_of, table_sheet

if TYPE_CHECKING:
    from shockplan.plan import Plan


@dataclass(frozen=True, eq=False)
class VillageCash:
    """The cash of one list. `places` (n,) int64: which of its lines are paid in cash, in list order."""

    listed: VillageList
    places: NDArray[np.int64]
    envelopes: Envelopes

    @property
    def amounts(self) -> NDArray[np.int64]:
        return self.listed.amounts[self.places]

    @property
    def rest_kip(self) -> int:
        """Kip that no notes make up."""
        return int(self.amounts[~self.envelopes.payable].sum())


def paid_in_cash(plan: "Plan", rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,) True for the registry rows that are paid in notes."""
    channel = plan.inputs.registry.households["channel"].iloc[rows]
    return ~channel.eq("mobile").fillna(False).to_numpy(np.bool_)


def village_cash(plan: "Plan", listed: VillageList) -> VillageCash:
    places = np.flatnonzero(paid_in_cash(plan, listed.rows)).astype(np.int64)
    return VillageCash(listed, places, fewest_notes(listed.amounts[places], load_banknotes().notes))


def district_cash_xlsx(plan: "Plan", lists: Iterable[VillageList]) -> bytes | None:
    """The workbook of one district's teams: for each round a sheet of villages and one of envelopes.

    None where nobody of the district is paid in cash.
    """
    cash = [village_cash(plan, listed) for listed in lists]
    rounds = sorted({one.listed.header.round_number for one in cash if len(one.places)})
    if not rounds:
        return None
    notes = load_banknotes().notes
    with book_of(plan) as (book, made):
        for number in rounds:
            here = [one for one in cash if one.listed.header.round_number == number and len(one.places)]
            villages = [
                *headings(book, ("list_id", 18), ("village", 30), ("envelopes", 12)),
                *money(book, notes),
            ]
            table_sheet(book, f"R{number}", villages, village_rows(book, here))
            lines = headings(book, ("list_id", 18), ("number", 8), ("household_id", 18))
            table_sheet(book, f"R{number} envelopes", [*lines, *money(book, notes)], envelope_rows(here))
    return made.getvalue()


def order_xlsx(plan: "Plan") -> bytes:
    """The workbook for the bank: the notes to order for each round, and for each district."""
    notes = load_banknotes().notes
    orders = list(orders_of(plan))
    with book_of(plan) as (book, made):
        columns = headings(book, ("round", 8), ("envelopes", 12))
        table_sheet(book, "Order", [*columns, *money(book, notes)], round_rows(book, orders))
        places = headings(
            book, ("round", 8), ("admin2", 10), ("name_lo", 24), ("name_en", 24), ("envelopes", 12)
        )
        names = plan.inputs.gazetteer.districts.set_index("pcode")[["name_lo", "name_en"]]
        table_sheet(book, "Districts", [*places, *money(book, notes)], district_rows(orders, names))
    return made.getvalue()


@dataclass(frozen=True, slots=True)
class Order:
    """The notes of one district in one round: count of envelopes, notes, and kip in all."""

    round_number: int
    district: str
    envelopes: int
    notes: tuple[int, ...]
    rest_kip: int
    kip: int


def orders_of(plan: "Plan") -> Iterator[Order]:
    """An order for each round and district, in that order."""
    kinds = load_banknotes().notes
    districts = plan.inputs.registry.households["district"]
    for number in range(1, last_round(plan) + 1):
        rows = paid_rows(plan, number)
        rows = rows[paid_in_cash(plan, rows)]
        amounts = plan.allocation.round_kip[rows]
        envelopes = fewest_notes(amounts, kinds)
        codes, names = pd.factorize(districts.iloc[rows], sort=True)
        for index, district in enumerate(names):
            here = codes == index
            counts = envelopes.counts[here].sum(axis=0).tolist()
            rest = int(amounts[here & ~envelopes.payable].sum())
            yield Order(number, str(district), int(here.sum()), tuple(counts), rest, int(amounts[here].sum()))


def headings(book: Book, *columns: tuple[str, int]) -> list[tuple[str, int]]:
    return [(book.heading(name), width) for name, width in columns]


def money(book: Book, notes: Sequence[int]) -> list[tuple[str, int]]:
    """A column for each note, largest first, then the rest and the sum in kip."""
    return [(f"{note:,}", 10) for note in notes] + headings(book, ("rest_kip", 14), ("sum_kip", 18))


def village_rows(book: Book, cash: Sequence[VillageCash]) -> Iterator[Sequence[Cell]]:
    """A line for each village with its notes, then the total."""
    totals: NDArray[np.int64] = np.zeros(len(load_banknotes().notes) + 3, np.int64)
    for one in cash:
        counts = one.envelopes.counts.sum(axis=0).tolist()
        figures = [len(one.places), *counts, one.rest_kip, int(one.amounts.sum())]
        totals += np.array(figures, np.int64)
        head = one.listed.header
        yield head.list_id, head.village, *figures
    yield book.word("tables.total"), "", *totals.tolist()


def envelope_rows(cash: Sequence[VillageCash]) -> Iterator[Sequence[Cell]]:
    """A line for each envelope: the household and its notes."""
    for one in cash:
        envelopes = zip(
            one.places.tolist(),
            one.amounts.tolist(),
            one.envelopes.counts.tolist(),
            one.envelopes.payable.tolist(),
            strict=True,
        )
        for place, amount, counts, payable in envelopes:
            line = one.listed.lines[place]
            rest = 0 if payable else amount
            yield one.listed.header.list_id, int(line.number), line.household_id, *counts, rest, amount


def round_rows(book: Book, orders: Sequence[Order]) -> Iterator[Sequence[Cell]]:
    rounds = sorted({order.round_number for order in orders})
    for number in rounds:
        yield number, *summed([order for order in orders if order.round_number == number])
    if orders:
        yield book.word("tables.total"), *summed(orders)


def summed(orders: Sequence[Order]) -> list[int]:
    """Envelopes, notes, rest and kip of several orders together."""
    counts = [sum(kinds) for kinds in zip(*(order.notes for order in orders), strict=True)]
    envelopes = sum(order.envelopes for order in orders)
    return [envelopes, *counts, sum(order.rest_kip for order in orders), sum(order.kip for order in orders)]


def district_rows(orders: Sequence[Order], names: pd.DataFrame) -> Iterator[Sequence[Cell]]:
    for order in orders:
        lao, english = names.at[order.district, "name_lo"], names.at[order.district, "name_en"]
        yield order.round_number, order.district, str(lao), str(english), *summed([order])
