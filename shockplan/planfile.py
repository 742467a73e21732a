"""PLAN.toml: every key a plan file may have, its type and its default.

Numbers with a point are read as Decimal, so money never passes through a float. Keys that are not
here are refused, with the nearest known key proposed. `docs/plan-file.md` explains each one.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["en", "lo"]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Share = Annotated[Decimal, Field(ge=0, le=1)]
Kip = Annotated[int, Field(strict=True, ge=0, lt=2**53)]
SeverityName = Literal["none", "low", "moderate", "severe"]
ClassName = Literal["none", "low", "moderate", "severe", "not_observed", "left_out"]
ChannelName = Literal["cash", "cash_point", "mobile"]
Scalar = str | int | Decimal | bool | dt.date


class Part(BaseModel):
    """A table of the plan file: frozen, nothing unknown in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PlanHead(Part):
    name: str
    name_lo: str | None = None
    event: str = ""
    event_lo: str | None = None
    purpose: str = ""
    purpose_lo: str | None = None
    programme: str = ""
    programme_lo: str | None = None
    date: dt.date | None = None  # printed; payable output requires it
    languages: tuple[Language, ...] = ("lo", "en")
    made_up: bool = False  # prints "made up, for training" on every page
    contact: str = ""  # complaint contact


class PeopleSpec(Part):
    """Members, one row each, rolled up into the counts of their household.

    Without file and sheet the registry itself has one row per person.
    """

    file: str | None = None  # none: the registry's file
    sheet: str | None = None
    columns: dict[str, str] = {}  # our field of a person = their heading; empty: recognised
    header_row: int | None = None
    on: dt.date | None = None  # the day on which ages are counted from birth dates
    key: str | None = None  # heading in the households' table that household_id refers to; none: the id


class RegistrySpec(Part):
    file: str
    sheet: str | None = None
    columns: dict[str, str] = {}  # our field = their heading; empty: headings are recognised
    mapping: str | None = None  # a TOML file with such columns, where none are stated here
    header_row: int | None = None  # spreadsheet row of the headings
    district: str | None = None  # P-code of the whole extract, where it has no column of districts
    people: PeopleSpec | None = None
    corrections: str | None = None  # a problem list with corrections written into it
    similar_names: bool | None = None  # compare names for duplicates; None: in registries of usual size
    earlier: str | None = None  # the extract before this one
    earlier_columns: dict[str, str] = {}  # its headings; empty: those of `columns` where it has them all
    blanks: Literal["keep", "take"] = "keep"  # what a blank does to the earlier extract's value


class AssessmentSpec(Part):
    """A file of filled village assessment forms. Their rows are households of the registry or join it as
    *field-registered*."""

    file: str
    sheet: str | None = None  # none: every sheet that is a form
    columns: dict[str, str] = {}  # our field = their heading; empty: headings are recognised
    header_row: int | None = None
    district: str | None = None  # P-code of all rows, where the form does not say
    source: str = ""  # who assessed, where the form does not say


class EarlierPaymentsSpec(Part):
    """A list of what an agency has paid to households before, and what that means for this plan."""

    file: str
    sheet: str | None = None
    columns: dict[str, str] = {}
    header_row: int | None = None
    district: str | None = None
    agency: str = ""  # who paid, where the list does not say
    purpose: str = ""  # what for, where the list does not say
    use: Literal["deduct", "exclude", "show"]
    purposes: tuple[str, ...] = ()  # only these count; the others are only shown. Empty: all count
    since: dt.date | None = None  # only payments from this day on count
    unlisted: Literal["none", "not_known"] = "not_known"  # deduct: what a household not on the list got


class VillagesSpec(Part):
    file: str  # columns code, name_lo, name_en, district, lon, lat
    sheet: str | None = None
    source: str = ""


class BoundariesSpec(Part):
    file: str
    layer: str | None = None
    crs: str | None = None  # only where the file has none
    source: str = ""


ContextKind = Literal["river", "road", "place", "area"]


class ContextSpec(Part):
    """Rivers, roads, places or areas on the map: they help the eye and decide nothing."""

    file: str
    kind: ContextKind
    title: str
    title_lo: str | None = None
    layer: str | None = None
    crs: str | None = None  # only where the file has none
    source: str = ""


class Where(Part):
    """Only the features whose `field` is one of the values."""

    field: str
    equals: Scalar | None = None
    one_of: tuple[Scalar, ...] | None = None


class Classes(Part):
    """Severity of a feature or value: by stated limits (min <= x < max), by value, or one for all.

    `breaks` gives the lower limit of each class: {low = 5, moderate = 10, severe = 20}; below the
    lowest is *none*. Limits that fall mean that less is worse (SPI). `standard` names breaks of
    data/parameters/thresholds.toml. A value may besides be *not_observed*, or *left_out*: no new shock.
    """

    field: str | None = None
    breaks: dict[SeverityName, Decimal] | None = None
    values: dict[str, ClassName] | None = None
    all: SeverityName | None = None
    standard: str | None = None


class HazardSpec(Part):
    kind: Literal["hazard"]
    id: Id
    name: str
    name_lo: str | None = None
    shock: str = ""  # flood, storm, drought, covid ...
    file: str
    layer: str | None = None
    where: Where | None = None
    classes: Classes = Classes(all="severe")
    crs: str | None = None  # only where the file has none
    observed: str | None = None  # file with the analysis extent; none: said on paper
    earlier: str | None = None  # an older pass of the same shock, brought up to date by `file`
    passes: Literal["latest", "cumulative"] = "latest"  # what the two passes say together
    nodata: Literal["not_observed", "none"] = "not_observed"  # raster: what a cell without a value means
    source: str = ""
    date: dt.date | None = None
    defines_affected: bool = True
    gives_severity: bool = True


class AreaSpec(Part):
    kind: Literal["area"]
    id: Id
    name: str
    name_lo: str | None = None
    shock: str = ""
    file: str
    sheet: str | None = None
    code: str  # heading (or HXL tag) of the P-code column
    value: str  # heading (or HXL tag) of the indicator
    where: Where | None = None  # only some rows: one date of many
    level: Literal["area", "village"] = "area"  # P-codes, or villages of the registry, by code or by name
    district: str | None = None  # heading (or HXL tag) of the district of each village of a list
    unlisted: Literal["not_observed", "none"] = "not_observed"  # what a place without a row means
    by_name: bool = False  # a name that means one place only is taken for its code, and listed
    unit: str = ""
    classes: Classes
    source: str = ""
    date: dt.date | None = None
    defines_affected: bool = False
    gives_severity: bool = True


LayerSpec = Annotated[HazardSpec | AreaSpec, Field(discriminator="kind")]


class ExposureSpec(Part):
    """`rule`: when a place that the shock covers in part counts as hit. `severity`: of several layers.

    The weighted sum adds weight x class number (none 0, low 1, moderate 2, severe 3).
    """

    rule: Literal["area_share", "any_touch", "majority", "representative_point"] = "area_share"
    village_radius_m: int = Field(default=1000, ge=0, le=50_000)
    possible_passes_from: Share | None = None  # area share from which *possible* passes
    severity: Literal["highest", "weighted_sum", "both"] = "highest"
    weights: dict[str, Annotated[Decimal, Field(ge=0, le=1000)]] = {}  # layer id = weight; 1 where not named
    severity_breaks: dict[SeverityName, Decimal] = {
        "low": Decimal(1),
        "moderate": Decimal(2),
        "severe": Decimal(3),
    }


class Condition(Part):
    """One comparison, or a group of them. A blank field makes the answer unknown, not no.

    Fields are those of the household, and affected, severity, district, province, layer:<id>.
    """

    field: str | None = None
    equals: Scalar | None = None
    one_of: tuple[Scalar, ...] | None = None
    at_least: Decimal | None = None
    below: Decimal | None = None
    all: tuple[Condition, ...] | None = None
    any: tuple[Condition, ...] | None = None
    none: tuple[Condition, ...] | None = None


class EligibilitySpec(Part):
    rule: Condition = Condition(field="affected", equals=True)


class Indicator(Part):
    """A term of the vulnerability score: weight x value, higher is needier.

    A flag counts 1 or 0. `when_blank` states what a blank counts; without it a blank goes to verify.
    `values` states what each word of a text field counts (the class of a means test); another is a blank.
    """

    field: str
    weight: Decimal
    values: dict[str, Decimal] = {}
    per: Decimal = Decimal(1)  # the value is divided by this
    when_blank: Decimal | None = None


class ScoreSpec(Part):
    indicators: tuple[Indicator, ...] = ()
    ties: tuple[str, ...] = ()  # stated keys before the household id; "-members" is descending


class Band(Part):
    members_from: int = Field(ge=1)
    kip: Kip


class InKind(Part):
    item: str
    item_lo: str | None = None
    unit: str
    unit_lo: str | None = None
    per_person: Decimal = Decimal(0)
    per_household: Decimal = Decimal(0)
    kip_per_unit: Kip = 0
    source: str = ""


class ProgrammeSpec(Part):
    """A programme whose households can be topped up, beside the built-in ones (or instead of one)."""

    id: Id
    name: str
    name_lo: str | None = None
    member: str  # the yes/no field of the registry that says who is enrolled
    base_kip_month: Kip
    months_per_payment: int = Field(default=1, ge=1, le=12)
    since: dt.date | None = None
    source: str = ""


class TransferSpec(Part):
    """The first transfer whose condition a household meets is its entitlement.

    Where `programme` is named, condition, base grant and source are the programme's unless stated.
    """

    id: Id
    name: str
    name_lo: str | None = None
    programme: str | None = None  # id of a programme that is topped up
    expansion: Literal["vertical", "horizontal"] = "horizontal"
    when: Condition | None = None  # none: everyone eligible
    mode: Literal["flat", "per_person", "bands", "meb_gap", "share_of_base", "on_top_of_base"]
    kip: Kip | None = None  # a round: flat, per_person, on_top_of_base
    share: Decimal | None = None  # share_of_base
    base_kip: Kip | None = None  # the base grant a round, paid elsewhere, shown apart
    bands: tuple[Band, ...] = ()
    basket_kip: Kip | None = None  # meb_gap: the basket a month of one adult equivalent
    first_adult: Decimal = Decimal(1)  # meb_gap: equivalence scale
    each_other: Decimal = Decimal(1)
    months_per_round: Decimal = Decimal(1)  # meb_gap
    source: str = ""
    rounds: int = Field(default=1, ge=1, le=60)
    severity_factor: dict[SeverityName, Decimal] = {}
    minimum_kip: Kip | None = None  # a round
    maximum_kip: Kip | None = None  # a round
    deduct_earlier: bool = False  # what was paid before for this purpose, spread over the rounds
    in_kind: tuple[InKind, ...] = ()


class Earmark(Part):
    provinces: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    shocks: tuple[str, ...] = ()  # ids of layers that must have hit the household
    expansion: Literal["vertical", "horizontal"] | None = None
    transfers: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()  # ids of programmes in one of which the household must be enrolled


class FundSpec(Part):
    """A fund's kip is amount x rate, rounded down."""

    id: Id
    name: str
    name_lo: str | None = None
    source: str = ""
    account_code: str = ""  # chart of accounts
    amount: Decimal
    currency: Literal["LAK", "USD"] = "LAK"
    rate: Decimal | None = None  # kip for one unit of the currency
    rate_date: dt.date | None = None
    reserve_share: Share = Decimal(0)
    fee_share: Share = Decimal(0)  # of each payment, rounded up to 1 kip
    fee_kip: Kip = 0  # fixed, each payment
    fee_by_channel: dict[ChannelName, Kip] = {}  # instead of fee_kip, for that channel
    earmark: Earmark = Earmark()


class FitSpec(Part):
    method: Literal[
        "rank_and_stop", "rank_and_skip", "scale", "tier", "quota", "most_people", "poverty_gap"
    ] = "rank_and_stop"
    step_kip: int = Field(default=1000, ge=1)
    rounding: Literal["down", "nearest", "up"] = "down"
    floor_share: Share = Decimal("0.5")  # scale: no one below this share of the entitlement
    quota_by: Literal["equal", "affected", "need"] = "affected"
    poverty_line_kip: Kip | None = None  # a person a month
    poverty_source: str = ""
    poverty_field: Literal["income_kip", "pmt_score"] = "income_kip"  # PMT: kip a person a month
    set_aside_share: Share = Decimal(1)  # of the estimated entitlements of *verify*


class EffectSpec(Part):
    """What the plan is measured against; it changes no payment."""

    need: Condition | None = None  # who is in need, as far as the registry can say
    multiplier: Annotated[Decimal, Field(gt=0, le=10)] | None = None  # local demand moved by a kip; none: off
    multiplier_source: str = ""


class DecisionsSpec(Part):
    """Files with what persons decided; each is optional."""

    verify: str | None = None  # household_id, answer (yes / no)
    duplicates: str | None = None  # household_id, answer (pay / cut)
    removals: str | None = None  # household_id, reason
    places: str | None = None
    assessments: str | None = None  # row_id, answer (same / new / leave out), household_id
    earlier_payments: str | None = None  # the same for the rows of lists of earlier payments
    delivery: str | None = None  # admin2_pcode, village_code, village, round, date, team, pay_point, cut_off


class PayPoint(Part):
    name: str
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)


class DeliverySpec(Part):
    """What the teams can do; the visits that no table plans are filled in from it."""

    start: dt.date
    teams: tuple[str, ...] = Field(min_length=1)
    households_per_day: int = Field(default=120, ge=1)  # of each team
    days_between_rounds: int = Field(default=30, ge=1)
    pay_points: tuple[PayPoint, ...] = ()
    cut_off_from: Literal["low", "moderate", "severe", "never"] = "severe"


class PaperSpec(Part):
    """How the outputs are laid out; nothing of what they say. Not covered by the fingerprint."""

    lists: Literal["portrait", "landscape"] = "portrait"  # signing and verification lists
    labels: Literal["24", "21", "16", "14"] = "24"  # labels on an A4 sheet
    csv_mark: bool = True  # CSV files begin with the UTF-8 byte order mark, by which spreadsheets know them


class MapSpec(Part):
    """How the plan's map is looked at, on the screen and on paper. Not covered by the fingerprint.

    `shown` and `opacity`: layer id to on or off, and to 0 to 1, where they are not as they are by themselves;
    `order`: ids from the bottom to the top.
    """

    measure: Literal["affected", "funded", "waiting", "verify", "budget"] = "funded"
    method: Literal["quantile", "equal", "natural", "own"] = "quantile"
    count: int = Field(default=5, ge=2, le=5)  # classes
    own: tuple[Decimal, ...] = ()  # inner limits of own classes: households, or million kip
    palette: Literal["orange", "green", "grey"] = "orange"
    shown: dict[str, bool] = {}
    opacity: dict[str, Share] = {}
    order: tuple[str, ...] = ()


class CashSpec(Part):
    """The notes the bank gives, and what one weighs. Where no weight is stated, none is said."""

    notes: tuple[Kip, ...] = ()  # of those in use; empty: all of them
    grams: dict[str, Annotated[Decimal, Field(gt=0)]] = {}  # a note in kip = grams of one
    grams_source: str = ""


class ApproverSpec(Part):
    name: str
    public_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]  # Ed25519, as `shockplan approver` prints


class ApprovalSpec(Part):
    """Who may approve the plan, and how many of them must. Part of what they sign."""

    approvers: tuple[ApproverSpec, ...] = ()
    needed: int = Field(default=1, ge=1, le=2)


class PlanSpec(Part):
    plan: PlanHead
    registry: RegistrySpec
    assessments: tuple[AssessmentSpec, ...] = ()
    earlier_payments: tuple[EarlierPaymentsSpec, ...] = ()
    villages: VillagesSpec | None = None
    boundaries: BoundariesSpec | None = None
    context: tuple[ContextSpec, ...] = ()
    layers: tuple[LayerSpec, ...]
    exposure: ExposureSpec = ExposureSpec()
    eligibility: EligibilitySpec = EligibilitySpec()
    score: ScoreSpec = ScoreSpec()
    programmes: tuple[ProgrammeSpec, ...] = ()
    transfers: tuple[TransferSpec, ...]
    funds: tuple[FundSpec, ...]
    fit: FitSpec = FitSpec()
    decisions: DecisionsSpec = DecisionsSpec()
    delivery: DeliverySpec | None = None
    cash: CashSpec = CashSpec()
    paper: PaperSpec = PaperSpec()
    map: MapSpec = MapSpec()
    effect: EffectSpec = EffectSpec()
    approval: ApprovalSpec = ApprovalSpec()


FILE_KEYS: dict[type[Part], tuple[str, ...]] = {
    RegistrySpec: ("file", "mapping", "corrections", "earlier"),
    PeopleSpec: ("file",),
    AssessmentSpec: ("file",),
    EarlierPaymentsSpec: ("file",),
    VillagesSpec: ("file",),
    ContextSpec: ("file",),
    BoundariesSpec: ("file",),
    HazardSpec: ("file", "observed", "earlier"),
    AreaSpec: ("file",),
    DecisionsSpec: tuple(DecisionsSpec.model_fields),
}
"""The keys of each table that name a file."""
