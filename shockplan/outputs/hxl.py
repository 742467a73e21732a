"""The result by district with HXL tags (hxlstandard.org), for sharing: no persons, no households.

The second line holds the tags; a district where nobody is affected, funded or to be checked is left out
only if it has no household in the registry.
"""

from typing import TYPE_CHECKING

import pandas as pd

from shockplan.fingerprint import short
from shockplan.outputs.list_csv import csv_bytes
from shockplan.outputs.notices import notices

if TYPE_CHECKING:
    from shockplan.plan import Plan

TAGS = {
    "Province code": ("province", "#adm1+code"),
    "District code": ("pcode", "#adm2+code"),
    "District": ("name_en", "#adm2+name+i_en"),
    "District (Lao)": ("name_lo", "#adm2+name+i_lo"),
    "Households registered": ("households", "#population+hh"),
    "Households affected": ("affected", "#affected+hh+certain"),
    "Households possibly affected": ("possibly_affected", "#affected+hh+possible"),
    "Households, effect unknown": ("unknown", "#affected+hh+unknown"),
    "Households eligible": ("eligible", "#inneed+hh"),
    "Households to be checked": ("verify", "#inneed+hh+unverified"),
    "Households funded": ("funded", "#targeted+hh"),
    "People in funded households": ("people_funded", "#targeted+ind"),
    "Households waiting": ("waiting", "#inneed+hh+waiting"),
    "Transfers, all rounds (LAK)": ("total_kip", "#value+committed+currency_lak"),
    "Fees (LAK)": ("fee_kip", "#value+fees+currency_lak"),
}
"""Heading: (column of the figures by district, tag)."""


def hxl_csv(plan: "Plan", districts: pd.DataFrame) -> bytes:
    """The table; `districts` as made by `figures.district_figures`."""
    known = districts[districts["households"] > 0]
    columns = [name for name, _ in TAGS.values()]
    last = (
        plan.inputs.spec.plan.event,
        plan.inputs.spec.plan.date.isoformat() if plan.inputs.spec.plan.date else "",
        "approved" if plan.approved else "draft",
        short(plan.fingerprint),
        " | ".join(notices(plan)),
    )
    tags = [tag for _, tag in TAGS.values()]
    rows = [(*row, *last) for row in known[columns].astype(object).itertuples(index=False, name=None)]
    return csv_bytes(
        [*TAGS, "Event", "Date", "Status", "Plan", "Notice"],
        [[*tags, "#event+name", "#date", "#status", "#meta+id", "#meta+note"], *rows],
    )
