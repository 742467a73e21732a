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

from shockplan.cash import Envelopes, fewest_notes, grams_of, notes_of
from shockplan.outputs.lines import VillageList, last_round, paid_rows
from shockplan.outputs.list_xlsx import Book, Cell, book_of, table_sheet
from shockplan.texts import show_number

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
    return VillageCash(listed, places, fewest_notes(listed.amounts[places], notes_of(plan.inputs.spec)))


def district_cash_xlsx(plan: "Plan", lists: Iterable[VillageList]) -> bytes | None:
    """The workbook of one district's teams: for each round its villages, its envelopes, and these by amount.

    None where nobody of the district is paid in cash.
    """
    cash = [village_cash(plan, listed) for listed in lists]
    rounds = sorted({one.listed.header.round_number for one in cash if len(one.places)})
    if not rounds:
        return None
    notes = notes_of(plan.inputs.spec)
    with book_of(plan) as (book, made):
        for number in rounds:
            here = [one for one in cash if one.listed.header.round_number == number and len(one.places)]
            villages = [
                *headings(book, ("list_id", 18), ("village", 30), ("envelopes", 12)),
                *money(book, notes),
            ]
            table_sheet(book, f"R{number}", villages, village_rows(plan, book, here))
            lines = headings(book, ("list_id", 18), ("number", 8), ("household_id", 18))
            kinds = money(book, notes, ("notes", "rest_kip", "sum_kip"))
            table_sheet(book, f"R{number} envelopes", [*lines, *kinds], envelope_rows(here))
            amounts = np.concatenate([one.amounts for one in here])
            rows = [line[1:] for line in amount_rows(plan, book, number, amounts)]
            table_sheet(book, f"R{number} amounts", amount_headings(book, notes), rows)
    return made.getvalue()


def order_xlsx(plan: "Plan") -> bytes:
    """The workbook for the bank: the notes to order for each round, and for each district."""
    notes = notes_of(plan.inputs.spec)
    orders = list(orders_of(plan))
    with book_of(plan) as (book, made):
        columns = headings(book, ("round", 8), ("envelopes", 12))
        table_sheet(book, "Order", [*columns, *money(book, notes)], round_rows(plan, book, orders))
        places = headings(
            book, ("round", 8), ("admin2", 10), ("name_lo", 24), ("name_en", 24), ("envelopes", 12)
        )
        names = plan.inputs.gazetteer.districts.set_index("pcode")[["name_lo", "name_en"]]
        lines = district_rows(plan, book, orders, names)
        table_sheet(book, "Districts", [*places, *money(book, notes)], lines)
        by_amount = [*headings(book, ("round", 8)), *amount_headings(book, notes)]
        table_sheet(book, "Amounts", by_amount, order_amounts(plan, book))
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
    kinds = notes_of(plan.inputs.spec)
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


def money(
    book: Book, notes: Sequence[int], last: Sequence[str] = ("notes", "grams", "rest_kip", "sum_kip")
) -> list[tuple[str, int]]:
    """A column for each note, largest first, how many and how heavy, then the rest and the sum in kip."""
    return [(f"{note:,}", 10) for note in notes] + headings(book, *((name, 16) for name in last))


def figures(plan: "Plan", book: Book, counts: Sequence[int], rest_kip: int, kip: int) -> list[Cell]:
    """The cells under `money`. Grams are exact, as text; where a note has no stated weight that is said."""
    grams = grams_of(plan.inputs.spec, counts)
    weight = book.word("cash.no_weight") if grams is None else show_number(grams)
    return [*counts, sum(counts), weight, rest_kip, kip]


def amount_headings(book: Book, notes: Sequence[int]) -> list[tuple[str, int]]:
    return [*headings(book, ("amount", 16), ("envelopes", 12)), *money(book, notes)]


def amount_rows(
    plan: "Plan", book: Book, number: int, amounts: NDArray[np.int64]
) -> Iterator[Sequence[Cell]]:
    """Envelopes by amount, the largest first: how many, and the notes of all of them; then the total."""
    values, counts = np.unique(amounts, return_counts=True)
    made = fewest_notes(values, notes_of(plan.inputs.spec))
    notes = made.counts * counts[:, None]
    rest = np.where(made.payable, 0, values * counts)
    for place in range(len(values) - 1, -1, -1):
        cells = figures(
            plan, book, notes[place].tolist(), int(rest[place]), int(values[place] * counts[place])
        )
        yield number, int(values[place]), int(counts[place]), *cells
    total = figures(plan, book, notes.sum(axis=0).tolist(), int(rest.sum()), int(amounts.sum()))
    yield number, book.word("tables.total"), len(amounts), *total


def order_amounts(plan: "Plan", book: Book) -> Iterator[Sequence[Cell]]:
    """Envelopes by amount for each round of the whole plan."""
    for number in range(1, last_round(plan) + 1):
        rows = paid_rows(plan, number)
        amounts = plan.allocation.round_kip[rows[paid_in_cash(plan, rows)]]
        if len(amounts):
            yield from amount_rows(plan, book, number, amounts)


def village_rows(plan: "Plan", book: Book, cash: Sequence[VillageCash]) -> Iterator[Sequence[Cell]]:
    """A line for each village with its notes, then the total."""
    for one in cash:
        counts = one.envelopes.counts.sum(axis=0).tolist()
        head = one.listed.header
        cells = figures(plan, book, counts, one.rest_kip, int(one.amounts.sum()))
        yield head.list_id, head.village, len(one.places), *cells
    counts = [sum(one.envelopes.counts[:, kind].sum() for one in cash) for kind in kinds_of(cash)]
    envelopes, rest = sum(len(one.places) for one in cash), sum(one.rest_kip for one in cash)
    kip = sum(int(one.amounts.sum()) for one in cash)
    total = figures(plan, book, [int(count) for count in counts], rest, kip)
    yield book.word("tables.total"), "", envelopes, *total


def kinds_of(cash: Sequence[VillageCash]) -> range:
    return range(len(cash[0].envelopes.notes))


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
            last = sum(counts), 0 if payable else amount, amount
            yield one.listed.header.list_id, int(line.number), line.household_id, *counts, *last


def round_rows(plan: "Plan", book: Book, orders: Sequence[Order]) -> Iterator[Sequence[Cell]]:
    rounds = sorted({order.round_number for order in orders})
    for number in rounds:
        here = [order for order in orders if order.round_number == number]
        yield number, *summed(plan, book, here)
    if orders:
        yield book.word("tables.total"), *summed(plan, book, orders)


def summed(plan: "Plan", book: Book, orders: Sequence[Order]) -> list[Cell]:
    """Envelopes, notes, rest and kip of several orders together."""
    counts = [sum(kinds) for kinds in zip(*(order.notes for order in orders), strict=True)]
    envelopes = sum(order.envelopes for order in orders)
    rest, kip = sum(order.rest_kip for order in orders), sum(order.kip for order in orders)
    return [envelopes, *figures(plan, book, counts, rest, kip)]


def district_rows(
    plan: "Plan", book: Book, orders: Sequence[Order], names: pd.DataFrame
) -> Iterator[Sequence[Cell]]:
    for order in orders:
        lao, english = names.at[order.district, "name_lo"], names.at[order.district, "name_en"]
        yield order.round_number, order.district, str(lao), str(english), *summed(plan, book, [order])
