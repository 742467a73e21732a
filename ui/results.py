"""Plain results: what pages and widgets may see of a plan. Arrays and numbers, no core objects."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from shockplan.problems import Level
from ui.key_path import KeyPath
from ui.layer_results import PlaceRuleInfo
from ui.rule_parts import FieldInfo, RuleInfo

ColumnKind = Literal["code", "text", "count", "kip", "number", "enum", "district", "flag", "word"]


@dataclass(frozen=True, eq=False)
class Column:
    """One column of a table. `code` names its heading (`ui.column.<code>`).

    `values` (n,): indexable; None, NaN or NA is blank. An *enum* holds small integers whose words are
    `ui.<enum>.<n>`; a *word* is one of the plan's fixed words. `lao` (n,) is the same text in Lao script,
    where there is one. `aside`: shown only where a person asks for it.
    """

    code: str
    kind: ColumnKind
    values: Any
    lao: Any = None
    enum: str = ""
    aside: bool = False


@dataclass(frozen=True, eq=False)
class Table:
    """n rows in columns of equal length."""

    columns: tuple[Column, ...]
    rows: int

    def column(self, code: str) -> Column:
        for column in self.columns:
            if column.code == code:
                return column
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class Figures:
    """The live figures of a plan. Households but for `people_funded`; money in kip."""

    households_read: int
    rejected: int
    certain: int
    possible: int
    unknown: int
    unaffected: int
    eligible: int
    verify: int
    not_eligible: int
    funded: int
    waiting: int
    cut: int
    people_funded: int
    rounds: int
    budget_kip: int
    reserve_kip: int
    set_aside_kip: int
    committed_kip: int
    fees_kip: int
    remaining_kip: int

    @property
    def used_share(self) -> float:
        """Of the budget that may be spent (without the reserve), the share committed, with fees."""
        spendable = self.budget_kip - self.reserve_kip
        return (self.committed_kip + self.fees_kip) / spendable if spendable > 0 else 0.0

    @property
    def kip_a_household(self) -> int:
        """Cost of a funded household, fees included, rounded down."""
        return (self.committed_kip + self.fees_kip) // self.funded if self.funded else 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem of the inputs, already a sentence."""

    level: Level
    sentence: str
    rows: int


@dataclass(frozen=True, slots=True)
class LayerInfo:
    """What a page says of a shock layer. `counts`: households certain, possible, unknown, no."""

    id: str
    name: str
    name_lo: str
    kind: Literal["hazard", "area"]
    source: str
    date: str
    defines_affected: bool
    counts: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class FundInfo:
    """One fund in whole kip: budget = reserve + set aside + committed + fees + remaining."""

    id: str
    name: str
    name_lo: str
    source: str
    account_code: str
    budget_kip: int
    reserve_kip: int
    set_aside_kip: int
    committed_kip: int
    fees_kip: int
    remaining_kip: int
    households: int
    index: int
    amount: Decimal
    currency: str
    reserve_share: Decimal
    table: dict[str, Any]  # what the plan file holds of it


@dataclass(frozen=True, eq=False)
class Compared:
    """This plan beside another. `file`: the name of the other plan file, "" for a state of this one.

    figures: (name, before, now); counts: households added, removed, with more, with less, paid by another
    fund. Tables: the households, villages and funds for which something changes.
    """

    file: str
    figures: tuple[tuple[str, int, int], ...]
    counts: tuple[int, ...]
    households: Table
    rows: NDArray[np.int64]  # of each of these households in the registry, -1 where it is gone
    villages: Table
    funds: Table


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to give: the plan now, a scenario, or another fit. `possible`: whether it can be planned."""

    kind: Literal["now", "scenario", "fit"]
    name: str
    funded: int
    waiting: int
    people: int
    committed_kip: int
    remaining_kip: int
    kip_a_household: int
    possible: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file holds, before a plan is made of it; `fault`: why it cannot be read.

    Of a registry: rows, headings, those that were recognised, and what a plan needs and has no column.
    Of a layer: its kind, its features, the headings by which severity may be told, the column of codes.
    """

    rows: int = 0
    headings: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    kind: str = ""
    code: str = ""
    product: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """A household that a person makes up to see what a transfer pays. `severity`: 0 none to 3 severe."""

    members: int
    severity: int
    income_kip: int


@dataclass(frozen=True, slots=True)
class Worked:
    """For each of them (kip a round as the plan rounds it, kip in all rounds, how it comes about).

    `fault`: why the transfer cannot be worked out; then there are no rows.
    """

    rows: tuple[tuple[int, int, str], ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class TransferInfo:
    """One transfer: what it pays and to how many. `kip` a round, None where the mode has no single amount."""

    id: str
    name: str
    name_lo: str
    index: int
    mode: str
    expansion: str
    rounds: int
    kip: int | None
    share: Decimal | None
    bands: tuple[tuple[int, int], ...]  # members from, kip a round
    households: int
    paid_kip: int
    table: dict[str, Any]  # what the plan file holds of it
    when: RuleInfo


@dataclass(frozen=True, slots=True)
class IndicatorInfo:
    """One term of the score; `table` is what the plan file holds of it."""

    path: KeyPath
    field: str
    label: str
    weight: Decimal
    table: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ScoreInfo:
    """Who comes first: the terms of the score, and the fields that may be one, with their labels."""

    indicators: tuple[IndicatorInfo, ...]
    offered: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FitInfo:
    """How the money is fitted."""

    method: str
    methods: tuple[str, ...]
    step_kip: int
    set_aside_share: Decimal
    floor_share: Decimal


@dataclass(frozen=True, eq=False)
class Curve:
    """Coverage: households in order of rank (k,), the kip they need together, the kip paid to them.

    `money` is what may be spent; `cut_off` is the first rank that waits, 0 where no one does.
    """

    households: NDArray[np.float64]
    needed: NDArray[np.float64]
    paid: NDArray[np.float64]
    money: int
    cut_off: int


@dataclass(frozen=True, slots=True)
class VisitInfo:
    """A village in a payment round, and what is known of paying it; a blank is open.

    `by_person`: a person planned it, in this round or in every one. `spot`: longitude and latitude.
    """

    round_number: int
    district: str
    village_code: str
    village_lo: str
    village_en: str
    households: int
    kip: int
    pay_point: str
    team: str
    day: date | None
    cut_off: bool
    by_person: bool
    spot: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class PayPointInfo:
    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class DeliveryInfo:
    """Every visit, and what the teams can do; `stated`: the plan says it."""

    visits: tuple[VisitInfo, ...]
    stated: bool
    teams: tuple[str, ...]
    start: date | None
    households_per_day: int
    days_between_rounds: int
    pay_points: tuple[PayPointInfo, ...]


@dataclass(frozen=True, slots=True)
class PlanHeadline:
    """What the head of the window says. `fingerprint` is the short one."""

    name: str
    name_lo: str
    event: str
    event_lo: str
    fingerprint: str
    approved: bool
    made_up: bool
    schematic: bool
    signed_by: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Results:
    """Everything the pages show of one plan."""

    plan_path: Path
    headline: PlanHeadline
    figures: Figures
    layers: tuple[LayerInfo, ...]
    funds: tuple[FundInfo, ...]
    households: Table
    villages: Table
    districts: Table
    fund_table: Table
    transfers: tuple[TransferInfo, ...]
    rule: RuleInfo
    fields: tuple[FieldInfo, ...]  # that a condition may ask about
    score: ScoreInfo
    fit: FitInfo
    curve: Curve
    findings: tuple[Finding, ...]
    places: NDArray[np.float64]  # (n, 2) projected metres of each household, its village or its district
    place_basis: NDArray[np.int8]  # (n,) 0 none, 1 district, 2 village, 3 GPS
    district_names: dict[str, tuple[str, str]]  # P-code: English, Lao
    province_names: dict[str, tuple[str, str]]
    place_rule: PlaceRuleInfo
    programmes: tuple[tuple[str, str, str], ...]  # id, English and Lao name of those that can be topped up


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one household stands where it stands, one sentence a step; or what is so of a village, district or
    fund. `household_id` names it; `which` is the table of the row."""

    row: int
    household_id: str
    sentences: tuple[str, ...]
    place: tuple[float, float] | None
    which: str = "households"


@dataclass(frozen=True, slots=True)
class Written:
    """What a run left in the folder."""

    folder: Path
    files: tuple[Path, ...]
    fingerprint: str
