"""Which fields the forms of a fund and of a transfer have, in the order in which a person fills them in."""

from collections.abc import Iterable
from typing import Any

from ui.form import Entry
from ui.results import Results
from ui.words import Words

MODES = ("flat", "per_person", "bands", "meb_gap", "share_of_base", "on_top_of_base")
CHANNELS = ("cash", "cash_point", "mobile")
LEVELS = ("low", "moderate", "severe")

BANDS = Entry(
    ("bands",),
    "rows",
    "build.transfer.bands",
    rows=(
        Entry(("members_from",), "whole", "build.transfer.members_from"),
        Entry(("kip",), "kip", "build.transfer.kip"),
    ),
    new=(("members_from", 1), ("kip", 0)),
)
GOODS = Entry(
    ("in_kind",),
    "rows",
    "build.transfer.in_kind",
    rows=(
        Entry(("item",), "text", "build.item"),
        Entry(("item_lo",), "text", "build.item_lo"),
        Entry(("unit",), "text", "build.unit"),
        Entry(("unit_lo",), "text", "build.unit_lo"),
        Entry(("per_person",), "number", "build.per_person"),
        Entry(("per_household",), "number", "build.per_household"),
        Entry(("kip_per_unit",), "kip", "build.kip_per_unit"),
        Entry(("source",), "text", "build.source"),
    ),
    new=(("item", "?"), ("unit", "kg")),
)
OF_MODE: dict[str, tuple[Entry, ...]] = {
    "flat": (Entry(("kip",), "kip", "build.transfer.kip"),),
    "per_person": (Entry(("kip",), "kip", "build.transfer.kip_person"),),
    "bands": (BANDS,),
    "meb_gap": (
        Entry(("basket_kip",), "kip", "build.transfer.basket", told=True),
        Entry(("first_adult",), "number", "build.transfer.first_adult", default=1),
        Entry(("each_other",), "number", "build.transfer.each_other", default=1),
        Entry(("months_per_round",), "number", "build.transfer.months", default=1),
    ),
    "share_of_base": (
        Entry(("share",), "percent", "build.transfer.share"),
        Entry(("base_kip",), "kip", "build.transfer.base", told=True),
    ),
    "on_top_of_base": (
        Entry(("kip",), "kip", "build.transfer.kip"),
        Entry(("base_kip",), "kip", "build.transfer.base", told=True),
    ),
}


def worded(words: Words, head: str, names: Iterable[str]) -> tuple[tuple[Any, str], ...]:
    """Choices whose words are `head` + name."""
    return tuple((name, words(head + name)) for name in names)


def programmes_in(words: Words, results: Results) -> tuple[tuple[Any, str], ...]:
    """The programmes that can be topped up, built in or named by the plan."""
    return tuple((name, words.pick(english, lao)) for name, english, lao in results.programmes)


def transfer_entries(words: Words, mode: str, results: Results) -> tuple[Entry, ...]:
    """The fields of a transfer of that mode."""
    programmes = ((None, words("build.no_programme")), *programmes_in(words, results))
    modes = tuple((each, words(f"build.mode.{each}")) for each in MODES)
    expansions = tuple((each, words(f"build.expansion.{each}")) for each in ("horizontal", "vertical"))
    return (
        Entry(("name",), "text", "build.name"),
        Entry(("name_lo",), "text", "build.name_lo"),
        Entry(("mode",), "choice", "build.mode", choices=modes),
        *OF_MODE.get(mode, ()),
        Entry(("rounds",), "whole", "build.transfer.rounds", default=1),
        Entry(("expansion",), "choice", "build.expansion", choices=expansions, told=True),
        Entry(("programme",), "choice", "build.programme", choices=programmes, told=True),
        Entry(("source",), "text", "build.source"),
        Entry((), "heading", "build.transfer.bounds"),
        Entry(("minimum_kip",), "kip", "build.transfer.minimum"),
        Entry(("maximum_kip",), "kip", "build.transfer.maximum"),
        Entry(("deduct_earlier",), "flag", "build.transfer.deduct", told=True),
        Entry((), "heading", "build.transfer.factors"),
        *(Entry(("severity_factor", level), "number", f"rule.word.{level}") for level in LEVELS),
        GOODS,
    )


def fund_entries(words: Words, currency: str, results: Results) -> tuple[Entry, ...]:
    """The fields of a fund; a rate is asked for where its money is not in kip."""
    currencies = (("LAK", words("build.currency.LAK")), ("USD", words("build.currency.USD")))
    places = {field.name: field.choices for field in results.fields}
    layers = tuple((layer.id, words.pick(layer.name, layer.name_lo)) for layer in results.layers)
    transfers = tuple((each.id, words.pick(each.name, each.name_lo)) for each in results.transfers)
    expansions = tuple((each, words(f"build.expansion.{each}")) for each in ("horizontal", "vertical"))
    rate = (
        Entry(("rate",), "number", "build.fund.rate"),
        Entry(("rate_date",), "date", "build.fund.rate_date"),
    )
    return (
        Entry(("name",), "text", "build.name"),
        Entry(("name_lo",), "text", "build.name_lo"),
        Entry(("source",), "text", "build.fund.source"),
        Entry(("account_code",), "text", "build.fund.account"),
        Entry(("amount",), "number", "build.fund.amount"),
        Entry(("currency",), "choice", "build.fund.currency", choices=currencies),
        *(rate if currency != "LAK" else ()),
        Entry(("reserve_share",), "percent", "build.fund.reserve", default=0),
        Entry((), "heading", "build.fund.fees"),
        Entry(("fee_share",), "percent", "build.fund.fee_share", default=0),
        Entry(("fee_kip",), "kip", "build.fund.fee_kip", default=0),
        *(Entry(("fee_by_channel", name), "kip", f"rule.word.{name}") for name in CHANNELS),
        Entry((), "heading", "build.fund.earmark"),
        Entry(("earmark", "provinces"), "many", "rule.field.province", choices=places.get("province", ())),
        Entry(("earmark", "districts"), "many", "rule.field.district", choices=places.get("district", ())),
        Entry(("earmark", "shocks"), "many", "build.fund.shocks", choices=layers),
        Entry(
            ("earmark", "expansion"),
            "choice",
            "build.expansion",
            choices=((None, words("build.any")), *expansions),
        ),
        Entry(("earmark", "transfers"), "many", "build.fund.transfers", choices=transfers),
        Entry(
            ("earmark", "programmes"), "many", "build.fund.programmes", choices=programmes_in(words, results)
        ),
    )


def new_id(stem: str, taken: Iterable[str]) -> str:
    """`fund_4`: the first number that is free."""
    known = set(taken)
    return next(name for number in range(1, len(known) + 2) if (name := f"{stem}_{number}") not in known)
