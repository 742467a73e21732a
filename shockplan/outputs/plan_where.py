"""Where: districts, then the villages of each, in tables that add up."""

import pandas as pd

from shockplan.areas import name_of
from shockplan.outputs.flow import Flow, TableColumn
from shockplan.outputs.plan_charts import stacked_bars
from shockplan.outputs.plan_teller import Teller
from shockplan.texts import show_number

PLACE_FIGURES = (
    "households",
    "affected",
    "eligible",
    "verify",
    "funded",
    "waiting",
    "people_funded",
    "total_kip",
)


REACHED = ("affected", "eligible", "verify", "funded", "waiting", "total_kip")
"""Figures of which a village has at least one, or it is counted with the others."""


def where(flow: Flow, teller: Teller) -> None:
    """Districts, then the villages of each; both add up to the plan."""
    text, places = teller.text, teller.districts[teller.districts["households"] > 0]
    shares = (0.19, 0.09, 0.08, 0.085, 0.085, 0.085, 0.085, 0.09, 0.21)
    heads = [text("list.district"), *(text(f"planpdf.place.{name}") for name in PLACE_FIGURES)]
    columns = [
        TableColumn(head, share, "left" if number == 0 else "right")
        for number, (head, share) in enumerate(zip(heads, shares, strict=True))
    ]
    name = f"name_{teller.language}"
    _provinces(flow, teller, columns)
    rows = [
        [f"{row[name]} {row['pcode']}", *_figures(row)] for row in places.to_dict("records")
    ]  # fmt: skip
    flow.table(
        columns, rows, [text("planpdf.together"), *_figures(places[list(PLACE_FIGURES)].sum().to_dict())]
    )
    _coverage(flow, teller)
    columns[0] = TableColumn(text("list.village"), shares[0])
    for district in places.to_dict("records"):
        flow.heading(f"{district[name]} {district['pcode']}", 1)
        inside = teller.villages[teller.villages["district"] == district["pcode"]]
        listed = _village_rows(inside, teller)
        flow.table(columns, listed, [text("planpdf.together"), *_figures(district)])


def _village_rows(inside: pd.DataFrame, teller: Teller) -> list[list[str]]:
    """A line for each village that the plan reaches or asks about, and one for all the others together."""
    quiet = (inside[list(REACHED)] == 0).all(axis=1)
    if int(quiet.sum()) < 2:
        quiet[:] = False
    rows = [[_village(row, teller), *_figures(row)] for row in inside[~quiet].to_dict("records")]
    if quiet.any():
        others = inside.loc[quiet, list(PLACE_FIGURES)].sum().to_dict()
        rows.append([teller.text("planpdf.other_villages", count=int(quiet.sum())), *_figures(others)])
    return rows


def _provinces(flow: Flow, teller: Teller, columns: list[TableColumn]) -> None:
    """The sums of each province, where there are several."""
    sums = teller.districts.groupby("province", sort=True)[list(PLACE_FIGURES)].sum()
    sums = sums[sums["households"] > 0]
    if len(sums) < 2:
        return
    gazetteer = teller.plan.inputs.gazetteer
    rows = [
        [f"{name_of(gazetteer, str(code), teller.language)} {code}", *_figures(row)]
        for code, row in zip(sums.index, sums.to_dict("records"), strict=True)
    ]
    heads = [TableColumn(teller.text("list.province"), columns[0].share), *columns[1:]]
    flow.table(heads, rows, [teller.text("planpdf.together"), *_figures(sums.sum().to_dict())])


def _coverage(flow: Flow, teller: Teller) -> None:
    """The households of each district that has any eligible or open ones, as bars."""
    text, places = teller.text, teller.districts
    reached = places[(places["eligible"] > 0) | (places["verify"] > 0)]
    if not len(reached):
        return
    legend = [text(f"planpdf.{name}") for name in ("funded", "waiting", "verify", "others")]
    rows = []
    for row in reached.to_dict("records"):
        funded, waiting, verify = (int(str(row[name])) for name in ("funded", "waiting", "verify"))
        others = int(str(row["households"])) - funded - waiting - verify
        rows.append((f"{row[f'name_{teller.language}']} {row['pcode']}", (funded, waiting, verify, others)))
    stacked_bars(flow, legend, rows)


def _figures(row: dict[str, object] | dict[object, object]) -> list[str]:
    found = {str(key): value for key, value in row.items()}
    return [show_number(int(str(found[name]))) for name in PLACE_FIGURES]


def _village(row: dict[object, object] | dict[str, object], teller: Teller) -> str:
    found = {str(key): value for key, value in row.items()}
    if int(str(found["village"])) < 0:
        return teller.text("list.village_not_known")
    other = "en" if teller.language == "lo" else "lo"
    names = [found[f"name_{teller.language}"], found[f"name_{other}"]]
    parts = [next((name for name in names if isinstance(name, str)), ""), found["code"]]
    return " ".join(part for part in parts if isinstance(part, str))
