"""Finished strings for the lists: the one place where numbers become text for paper.

Writers of PDF, XLSX and CSV take these lines as they are and add nothing up themselves. Lists come
in the order of district code, then village key (its code, else its name); households without a
village follow in a list of their own at the end of their district. Within a list the order is that
of the household id, the same in every round, so a list shows nobody's rank.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.areas import name_of
from shockplan.budget import Status
from shockplan.delivery import NOT_PLANNED, Delivery, delivery_of
from shockplan.fingerprint import short
from shockplan.outputs.questions import verify_questions
from shockplan.texts import Language, own, show_number, show_value, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan
    from shockplan.planfile import InKind

NOT_KNOWN = "—"


@dataclass(frozen=True, slots=True)
class ListHeader:
    """What stands over a list. Names are in the list's language; a blank is an empty string.

    `list_id`: district code, the village's number within its district, and the round, as
    `LA1701-012-R1`; it is the same whoever is on the list. `village` of a list of households without
    a village says so.
    """

    list_id: str
    programme: str
    plan: str
    event: str
    province: str
    province_code: str
    district: str
    district_code: str
    village: str
    village_code: str
    round_number: int
    rounds: int
    date: str
    contact: str
    fingerprint: str
    pay_point: str = ""
    team: str = ""
    day: str = ""
    days: tuple[str, ...] = ()  # of all rounds, each once


@dataclass(frozen=True, slots=True)
class Line:
    """One household to be paid in this round."""

    number: str
    household_id: str
    book: str  # family book, else another document's number
    head: str
    collector: str  # who else may collect
    members: str
    amount: str  # kip of this round, without the unit
    notes: str  # goods to hand out; never a reason or a condition of a person
    channel: str


@dataclass(frozen=True, eq=False)
class VillageList:
    """The households of one village that are paid in one round.

    `rows` (n,) int64 rows of the registry's households, in list order; `amounts` (n,) int64 kip of
    this round; `people` (n,) int64, 0 where the number of members is blank.
    """

    header: ListHeader
    lines: tuple[Line, ...]
    rows: NDArray[np.int64]
    amounts: NDArray[np.int64]
    people: NDArray[np.int64]
    added: int = 0  # of these households: field-registered

    def subtotal(self, start: int, stop: int) -> str:
        """Kip of the lines start to stop - 1, as text."""
        return show_number(int(self.amounts[start:stop].sum()))

    @property
    def total_kip(self) -> int:
        return int(self.amounts.sum())

    @property
    def total(self) -> str:
        return show_number(self.total_kip)

    @property
    def total_people(self) -> str:
        return show_number(int(self.people.sum()))


@dataclass(frozen=True, slots=True)
class VerifyLine:
    """One household that must be asked before it can be decided, and what to ask."""

    number: str
    household_id: str
    book: str
    head: str
    members: str
    questions: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class VerifyList:
    """The households of one village to be checked. `rows` as in `VillageList`."""

    header: ListHeader
    lines: tuple[VerifyLine, ...]
    rows: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Grouped:
    """Rows in list order, cut into one group a village: group g is rows[starts[g]:starts[g + 1]]."""

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]


def last_round(plan: "Plan") -> int:
    """The number of rounds in which anyone is paid; 0 for a plan that pays nobody."""
    funded = plan.allocation.status == Status.FUNDED
    return int(plan.entitlements.rounds[funded].max(initial=0))


def paid_rows(plan: "Plan", round_number: int) -> NDArray[np.int64]:
    """Rows of the households paid in that round (1 is the first), in list order."""
    return _grouped(plan, _paid(plan, round_number)).rows


def village_lists(
    plan: "Plan", language: Language, round_number: int = 1, district: str | None = None
) -> Iterator[VillageList]:
    """A list for each village where somebody is paid in that round, made when asked for.

    With a `district` (P-code) only the villages of that district.
    """
    grouped = _grouped(plan, _paid(plan, round_number, district))
    columns = _columns(plan, grouped.rows, language)
    amounts = plan.allocation.round_kip[grouped.rows]
    members = plan.inputs.registry.households["members"].fillna(0).to_numpy(np.int64)
    headers = _headers(plan, language, round_number)
    own = len(members) - plan.inputs.registry.added
    for start, stop in zip(grouped.starts, grouped.starts[1:], strict=False):
        rows = grouped.rows[start:stop]
        parts = zip(*(column[start:stop] for column in columns), strict=True)
        lines = tuple(Line(str(number), *values) for number, values in enumerate(parts, 1))
        added = int(np.count_nonzero(rows >= own))
        yield VillageList(headers.of(int(rows[0])), lines, rows, amounts[start:stop], members[rows], added)


def verify_lists(plan: "Plan", language: Language, district: str | None = None) -> Iterator[VerifyList]:
    """A check list for each village where a household could not be decided; of one district, or of all."""
    grouped = _grouped(plan, _to_verify(plan, district))
    ids, books, heads, _, members, *_ = _columns(plan, grouped.rows, language)
    columns = (ids, books, heads, members, verify_questions(plan, grouped.rows, language))
    headers = _headers(plan, language, 0)
    for start, stop in zip(grouped.starts, grouped.starts[1:], strict=False):
        rows = grouped.rows[start:stop]
        parts = zip(*(column[start:stop] for column in columns), strict=True)
        lines = tuple(VerifyLine(str(number), *values) for number, values in enumerate(parts, 1))
        yield VerifyList(headers.of(int(rows[0])), lines, rows)


def count_lists(plan: "Plan", round_number: int = 1, district: str | None = None) -> int:
    """How many lists `village_lists` will give."""
    return len(_grouped(plan, _paid(plan, round_number, district)).starts) - 1


def count_verify_lists(plan: "Plan", district: str | None = None) -> int:
    """How many lists `verify_lists` will give."""
    return len(_grouped(plan, _to_verify(plan, district)).starts) - 1


def _to_verify(plan: "Plan", district: str | None) -> NDArray[np.bool_]:
    return _inside(plan, plan.allocation.status == Status.VERIFY, district)


def _paid(plan: "Plan", round_number: int, district: str | None = None) -> NDArray[np.bool_]:
    paid: NDArray[np.bool_] = (plan.allocation.status == Status.FUNDED) & (
        plan.entitlements.rounds >= round_number
    )
    return _inside(plan, paid, district)


def _inside(plan: "Plan", chosen: NDArray[np.bool_], district: str | None) -> NDArray[np.bool_]:
    """Those of the chosen rows that are in the district; all of them without one."""
    if district is None:
        return chosen
    return chosen & plan.inputs.registry.households["district"].eq(district).to_numpy(np.bool_)


def _grouped(plan: "Plan", chosen: NDArray[np.bool_]) -> _Grouped:
    registry = plan.inputs.registry
    rows = np.flatnonzero(chosen).astype(np.int64)
    households = registry.households.iloc[rows]
    village = households["village"].to_numpy(np.int64)
    place = _village_order(plan)[village]  # -1 takes the last: after every village
    district = pd.factorize(households["district"], sort=True)[0]
    identity = pd.factorize(households["household_id"], sort=True)[0]
    order = np.lexsort((identity, place, district))
    group = np.column_stack((district, place))[order]
    changes = np.flatnonzero((group[1:] != group[:-1]).any(axis=1)) + 1
    starts = np.concatenate(([0], changes, [len(rows)])) if len(rows) else np.zeros(1, np.int64)
    return _Grouped(rows[order], starts.astype(np.int64))


def _village_order(plan: "Plan") -> NDArray[np.int64]:
    """Each village's place in the order of district, then key; the extra last entry is for no village."""
    villages = plan.inputs.registry.villages
    order = np.lexsort(
        (pd.factorize(villages["key"], sort=True)[0], pd.factorize(villages["district"], sort=True)[0])
    )
    place = np.empty(len(villages) + 1, np.int64)
    place[order] = np.arange(len(villages))
    place[-1] = len(villages)
    return place


def _columns(plan: "Plan", rows: NDArray[np.int64], language: Language) -> tuple[list[str], ...]:
    """The columns of `Line` after its number, in its order."""
    households = plan.inputs.registry.households.iloc[rows]
    other: Language = "en" if language == "lo" else "lo"
    heads = households[f"head_name_{language}"].fillna(households[f"head_name_{other}"])
    books = households["family_book"].fillna(households["document_id"])
    channels = {name: tr(f"list.channel.{name}", None, language) for name in ("cash", "cash_point", "mobile")}
    return (
        households["household_id"].tolist(),
        _texts(books, NOT_KNOWN),
        _texts(heads, NOT_KNOWN),
        _texts(households["collector_name"]),
        _numbers(households["members"], NOT_KNOWN),
        _numbers(pd.Series(plan.allocation.round_kip[rows]), NOT_KNOWN),
        _goods(plan, rows, households["members"], language),
        _texts(households["channel"].map(channels)),
    )


def _texts(column: "pd.Series[str]", blank: str = "") -> list[str]:
    return column.astype(object).where(column.notna(), blank).tolist()


def _numbers(column: "pd.Series[int]", blank: str) -> list[str]:
    codes, values = pd.factorize(column)
    shown = [show_number(int(value)) for value in values] + [blank]  # -1, a blank, takes the last
    return [shown[code] for code in codes]


def _goods(plan: "Plan", rows: NDArray[np.int64], members: "pd.Series[int]", language: Language) -> list[str]:
    """What is handed out besides cash, for each row: `rice 45 kg`."""
    transfers = plan.inputs.spec.transfers
    if not any(transfer.in_kind for transfer in transfers):
        return [""] * len(rows)
    pairs = pd.DataFrame(
        {"transfer": plan.entitlements.transfer[rows], "members": members.fillna(-1).to_numpy(np.int64)}
    )
    codes, unique = pd.factorize(pd.MultiIndex.from_frame(pairs))
    shown = [
        ", ".join(_quantity(item, count, language) for item in transfers[transfer].in_kind)
        if transfer >= 0
        else ""
        for transfer, count in unique
    ]
    return [shown[code] for code in codes]


def _quantity(item: "InKind", members: int, language: Language) -> str:
    name = own(item, "item", language)
    unit = own(item, "unit", language)
    if members < 0 and item.per_person:
        return f"{name} ____ {unit}"  # for a hand to fill in: a blank is not a zero
    quantity = item.per_person * max(members, 0) + item.per_household
    return f"{name} {show_number(_whole(quantity))} {unit}"


def _whole(quantity: Decimal) -> int | Decimal:
    return int(quantity) if quantity == quantity.to_integral_value() else quantity


@dataclass(frozen=True, eq=False)
class _Headers:
    """Makes the header of the list that a registry row stands on.

    `numbers` (villages,) int64: each village's number among those of its district, by key.
    """

    plan: "Plan"
    language: Language
    round_number: int
    rounds: int
    numbers: NDArray[np.int64]
    delivery: Delivery

    def of(self, row: int) -> ListHeader:
        registry, gazetteer = self.plan.inputs.registry, self.plan.inputs.gazetteer
        head = self.plan.inputs.spec.plan
        district = str(registry.households["district"].iat[row])
        village = int(registry.households["village"].to_numpy()[row])
        province = district[:4]
        place = (district, village)
        stop = self.delivery.at(place, self.round_number) if self.round_number else NOT_PLANNED
        stops = [self.delivery.at(place, number) for number in range(1, self.rounds + 1)]
        days = dict.fromkeys(each.day for each in stops if each.day is not None)
        return ListHeader(
            list_id=self._list_id(district, village),
            programme=own(head, "programme", self.language),
            plan=own(head, "name", self.language),
            event=own(head, "event", self.language),
            province=name_of(gazetteer, province, self.language),
            province_code=province,
            district=name_of(gazetteer, district, self.language),
            district_code=district,
            village=self._village_name(village),
            village_code="" if village < 0 else _text(registry.villages["code"].iat[village]),
            round_number=self.round_number,
            rounds=self.rounds,
            date="" if head.date is None else show_value(head.date),
            contact=head.contact,
            fingerprint=short(self.plan.fingerprint),
            pay_point=stop.pay_point,
            team=stop.team,
            day="" if stop.day is None else show_value(stop.day),
            days=tuple(show_value(day) for day in days),
        )

    def _list_id(self, district: str, village: int) -> str:
        """`000` is no village; a village that lies in another district names that district too."""
        number = "000"
        if village >= 0:
            home = str(self.plan.inputs.registry.villages["district"].iat[village])
            number = ("" if home == district else home) + f"{self.numbers[village]:03}"
        suffix = f"R{self.round_number}" if self.round_number else "V"
        return f"{district}-{number}-{suffix}"

    def _village_name(self, village: int) -> str:
        if village < 0:
            return tr("list.village_not_known", None, self.language)
        villages = self.plan.inputs.registry.villages
        other = "en" if self.language == "lo" else "lo"
        names = (_text(villages[f"name_{key}"].iat[village]) for key in (self.language, other))
        return next((name for name in names if name), _text(villages["code"].iat[village]))


def _headers(plan: "Plan", language: Language, round_number: int) -> _Headers:
    place = _village_order(plan)[:-1]
    district = pd.factorize(plan.inputs.registry.villages["district"], sort=True)[0]
    first = pd.Series(place).groupby(district).transform("min").to_numpy(np.int64)
    numbers = place - first + 1
    return _Headers(plan, language, round_number, last_round(plan), numbers, delivery_of(plan))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
