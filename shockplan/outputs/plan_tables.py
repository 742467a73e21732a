"""plan.json and plan.xlsx: the plan's figures for ministries and other systems. No persons."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pandas as pd

from shockplan import __version__
from shockplan.effect import effect_of
from shockplan.outputs.equity import SMALLEST_GROUP
from shockplan.outputs.figures import FIGURES
from shockplan.outputs.list_xlsx import Book, Cell, book_of, table_sheet
from shockplan.outputs.plan_beside import ENROLLED, SHOCK, cells, plan_goods, plan_overlap
from shockplan.outputs.plan_equity import KINDS, effect_sentences, group_name, percent
from shockplan.outputs.plan_teller import Teller
from shockplan.outputs.referral_xlsx import plan_referrals
from shockplan.programmes import Overlap

if TYPE_CHECKING:
    from shockplan.plan import Plan

FUND_FIGURES = (
    "budget_kip", "reserve_kip", "set_aside_kip", "committed_kip", "fees_kip", "remaining_kip",
    "households", "unusable_kip",
)  # fmt: skip


def plan_json(plan: "Plan", villages: pd.DataFrame, districts: pd.DataFrame) -> bytes:
    """The summary with the keys of the command line, the funds, and the figures of each place."""
    head = plan.inputs.spec.plan
    body: dict[str, Any] = {
        "plan": head.name,
        "event": head.event,
        "purpose": head.purpose,
        "programme": head.programme,
        "date": head.date.isoformat() if head.date else None,
        "made_up": head.made_up,
        "approved": plan.approved,
        "fingerprint": plan.fingerprint,
        "program": f"ShockPlan {__version__}",
        "inputs": [
            {"name": source.name, "sha256": source.sha256, "size": source.size}
            for source in plan.inputs.sources
        ],
        "summary": plan.summary.as_json(),
        "funds": funds(plan),
        "solved": plan.allocation.solved.as_json() if plan.allocation.solved else None,
        "goods": goods(plan),
        "referrals": referral_counts(plan),
        "programmes": programmes(plan),
        "effect": effect_of(plan).as_json(),
        "districts": records(districts[districts["households"] > 0], ("pcode", "name_en", "name_lo")),
        "villages": records(villages, ("district", "code", "name_en", "name_lo")),
    }
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def funds(plan: "Plan") -> list[dict[str, Any]]:
    return [
        {"id": spec.id, "name": spec.name, "source": spec.source, "account_code": spec.account_code}
        | {name: getattr(found, name) for name in FUND_FIGURES}
        for spec, found in zip(plan.inputs.spec.funds, plan.allocation.funds, strict=True)
    ]


def goods(plan: "Plan") -> list[dict[str, Any]]:
    """Each item handed out: the quantity exact, as text; the cost null where no price is stated."""
    return [
        {
            "transfer": total.transfer,
            "item": total.item.item,
            "unit": total.item.unit,
            "households": total.households,
            "people": total.people,
            "households_open": total.households_open,
            "quantity": f"{total.quantity.normalize():f}",
            "cost_kip": total.cost_kip if total.item.kip_per_unit else None,
            "source": total.item.source,
        }
        for total in plan_goods(plan)
    ]


def referral_counts(plan: "Plan") -> dict[str, dict[str, int] | None]:
    """Households to refer to each service; null for a service whose fields the registry lacks."""
    found = plan_referrals(plan)
    counts = {name: {"refer": yes, "not_known": open_} for name, (yes, open_) in found.counts().items()}
    return counts | dict.fromkeys(found.missing)


def programmes(plan: "Plan") -> dict[str, Any]:
    """Enrolment against the shock for the whole plan; the nine counts add up to the rows used."""
    found = plan_overlap(plan)
    whole = {name: count for name, count in asdict(found.overlaps[0]).items() if name != "place"}
    return {"fields": list(found.fields), "several_transfers": found.several_transfers, **whole}


def records(figures: pd.DataFrame, names: Sequence[str]) -> list[dict[str, Any]]:
    """Rows as JSON objects; a blank name is null."""
    columns = [*names, *FIGURES]
    rows = figures[columns].astype(object).where(figures[columns].notna(), None)
    return [dict(zip(columns, row, strict=True)) for row in rows.itertuples(index=False, name=None)]


def plan_xlsx(plan: "Plan", villages: pd.DataFrame, districts: pd.DataFrame) -> bytes:
    """Summary, Funds, Goods, Programmes, Equity, Districts, Villages; sums are values at the end."""
    with book_of(plan) as (book, made):
        table_sheet(book, "Summary", headings(book, ("figure", 44), ("value", 22)), summary_rows(plan, book))
        fund_columns = headings(book, ("fund", 24), ("name", 36), ("source", 24), ("account_code", 18))
        table_sheet(
            book, "Funds", [*fund_columns, *figure_headings(book, FUND_FIGURES)], fund_rows(plan, book)
        )
        goods_sheet(book, plan)
        programmes_sheet(book, plan)
        equity_sheet(book, plan)
        table_sheet(
            book,
            "Districts",
            [
                *headings(book, ("admin2", 10), ("name_lo", 24), ("name_en", 24)),
                *figure_headings(book, FIGURES),
            ],
            place_rows(book, districts[districts["households"] > 0], ("pcode", "name_lo", "name_en")),
        )
        place = headings(book, ("admin2", 10), ("village_code", 16), ("name_lo", 28), ("name_en", 28))
        table_sheet(
            book,
            "Villages",
            [*place, *figure_headings(book, FIGURES)],
            place_rows(book, villages, ("district", "code", "name_lo", "name_en")),
        )
    return made.getvalue()


def headings(book: Book, *columns: tuple[str, int]) -> list[tuple[str, int]]:
    return [(book.heading(name), width) for name, width in columns]


def figure_headings(book: Book, names: Sequence[str]) -> list[tuple[str, int]]:
    return headings(book, *((name, 18 if name.endswith("_kip") else 12) for name in names))


def summary_rows(plan: "Plan", book: Book) -> Iterator[Sequence[Cell]]:
    """The figures of the summary, `affected` one line for each answer."""
    for name, value in plan.summary.as_json().items():
        if isinstance(value, int):
            yield book.word(f"tables.figure.{name}"), value
        elif name == "affected" and isinstance(value, Mapping):
            for answer, count in value.items():
                yield book.word(f"tables.figure.affected.{answer}"), count
        elif name in ("field_registered", "earlier_payments") and isinstance(value, Mapping):
            for figure, count in value.items():
                yield book.word(f"tables.figure.{name}.{figure}"), count


def fund_rows(plan: "Plan", book: Book) -> Iterator[Sequence[Cell]]:
    listed = funds(plan)
    for fund in listed:
        yield tuple(fund.values())
    totals = [sum(fund[name] for fund in listed) for name in FUND_FIGURES]
    yield book.word("tables.total"), "", "", "", *totals


def goods_sheet(book: Book, plan: "Plan") -> None:
    """Each item of each transfer over all rounds, for the funded."""
    columns = [
        (book.word("planpdf.transfer"), 18),
        (book.word("goods.item"), 24), (book.word("goods.quantity"), 20), (book.word("goods.unit"), 12),
        *headings(book, ("households", 12)),
        (book.word("goods.people"), 12), (book.word("goods.households_open"), 18),
        (book.word("goods.cost_kip"), 20), (book.word("planpdf.source"), 36),
    ]  # fmt: skip
    listed = goods(plan)
    names = (
        "transfer", "item", "quantity", "unit", "households", "people", "households_open", "cost_kip",
        "source",
    )  # fmt: skip
    rows = [[item[name] for name in names] for item in listed]
    costs = sum(item["cost_kip"] or 0 for item in listed)
    total = [book.word("tables.total"), *[""] * 6, costs, ""]
    table_sheet(book, "Goods", columns, [*rows, *([total] if rows else [])])


def programmes_sheet(book: Book, plan: "Plan") -> None:
    """Hit, not hit or open by enrolment, for each district; the last line is the whole plan."""
    columns = headings(book, ("admin2", 10), ("name_lo", 24), ("name_en", 24))
    columns += [
        (f"{book.word(f'overlap.{shock}')}\n{book.word(f'overlap.{enrolled}')}", 20)
        for shock in SHOCK
        for enrolled in ENROLLED
    ]
    names = plan.inputs.gazetteer.districts.set_index("pcode")[["name_lo", "name_en"]]
    whole, *places = plan_overlap(plan).overlaps
    rows: list[Sequence[Cell]] = [
        (one.place, str(names.at[one.place, "name_lo"]), str(names.at[one.place, "name_en"]), *nine(one))
        for one in places
    ]
    table_sheet(book, "Programmes", columns, [*rows, (book.word("tables.total"), "", "", *nine(whole))])


def equity_sheet(book: Book, plan: "Plan") -> None:
    """Coverage of each group; below it the Gini coefficient, errors of targeting and local demand."""
    names = ("households", "affected", "eligible", "funded", "people_funded", "total_kip")
    columns = [(book.word("planpdf.groups"), 36), *figure_headings(book, names)]
    columns.append((book.word("planpdf.covered"), 14))
    found, tellers = effect_of(plan), [Teller.of(plan, language) for language in book.languages]
    rows: list[Sequence[Cell]] = [
        (
            " / ".join(group_name(group, teller.language) for teller in tellers),
            *(group.households, group.affected, group.eligible, group.funded, group.people, group.kip),
            percent(group.coverage),
        )
        for group in found.groups
        if group.kind in KINDS and group.eligible >= SMALLEST_GROUP
    ]
    rows += [(sentence,) for teller in tellers for sentence in effect_sentences(found, plan, teller.language)]
    table_sheet(book, "Equity", columns, rows)


def nine(found: Overlap) -> list[int]:
    return [count for shock in SHOCK for count in cells(found, shock)]


def place_rows(book: Book, figures: pd.DataFrame, names: Sequence[str]) -> Iterator[Sequence[Cell]]:
    for record in records(figures, names):
        yield tuple(record.values())
    blanks = [""] * (len(names) - 1)
    yield book.word("tables.total"), *blanks, *(int(figures[name].sum()) for name in FIGURES)


def words_used() -> tuple[str, ...]:
    """The codes of `tables` that are made from names of figures; a test checks that each has its text."""
    columns = {*FIGURES, *FUND_FIGURES}
    return tuple(sorted(f"tables.column.{name}" for name in columns))
