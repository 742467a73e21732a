"""The referral sheets: who to send to which service. CONFIDENTIAL, for the social worker of one district.

They lie in a folder of their own and never in a village's pack: no team that pays, no village and no signing
list learns who is pregnant, has a disability or a child without papers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shockplan.outputs.list_xlsx import Book, Cell, book_of, table_sheet
from shockplan.referrals import Referrals, referral_rows, referrals
from shockplan.texts import tr

if TYPE_CHECKING:
    from shockplan.plan import Plan

PLACE = (("village_code", 16), ("village", 28), ("household_id", 18), ("head", 28))
MARKS = {1: "✓", 0: "", -1: "?"}


def confidential() -> str:
    """What stands above everything else on every sheet, in both languages whatever the plan's."""
    return " · ".join(tr("referrals.confidential", None, language) for language in ("lo", "en"))


def plan_referrals(plan: "Plan") -> Referrals:
    return referrals(plan.inputs.registry, plan.allocation)


def referral_sheets(plan: "Plan") -> Iterator[tuple[str, int, bytes]]:
    """(file name, households, workbook) for each district that has somebody to refer, by P-code."""
    found = plan_referrals(plan)
    households = plan.inputs.registry.households
    rows = referral_rows(plan.inputs.registry, found)
    districts = households["district"].iloc[rows].astype(str).to_numpy()
    for district in dict.fromkeys(districts.tolist()):
        here = rows[districts == district]
        yield f"referrals/{district}.xlsx", len(here), referral_xlsx(plan, found, here)


def referral_xlsx(plan: "Plan", found: Referrals, rows: NDArray[np.int64]) -> bytes:
    """The workbook for these rows of the registry, all of one district: who, and how many by service."""
    with book_of(plan) as (book, made):
        secret = replace(book, notices=(confidential(), *book.notices))
        columns = [(book.heading(name), width) for name, width in PLACE]
        columns += [(book.word(f"referrals.service.{name}"), 26) for name in found.services]
        columns.append((book.heading("remarks"), 30))
        table_sheet(secret, "Referrals", columns, household_rows(plan, found, rows))
        heads = [
            (book.word("referrals.service"), 44),
            (book.word("referrals.refer"), 24),
            (book.word("referrals.not_known"), 24),
        ]
        table_sheet(secret, "Counts", heads, count_rows(book, found, rows))
    return made.getvalue()


def household_rows(plan: "Plan", found: Referrals, rows: NDArray[np.int64]) -> Iterator[Sequence[Cell]]:
    """A line for each household: where it lives, whom to ask for, and a mark under each service."""
    registry = plan.inputs.registry
    chosen = registry.households.iloc[rows]
    language = plan.inputs.spec.plan.languages[0]
    other = "en" if language == "lo" else "lo"
    villages = registry.villages
    names = villages[f"name_{language}"].fillna(villages[f"name_{other}"])
    heads = chosen[f"head_name_{language}"].fillna(chosen[f"head_name_{other}"])
    columns = (
        villages["code"].reindex(chosen["village"]), names.reindex(chosen["village"]),
        chosen["household_id"], heads,
    )  # fmt: skip
    texts = [column.astype(object).where(column.notna().to_numpy(), "").tolist() for column in columns]
    for code, village, household, head, flags in zip(*texts, found.flags[rows].tolist(), strict=True):
        yield code, village, household, head, *(MARKS[flag] for flag in flags), ""


def count_rows(book: Book, found: Referrals, rows: NDArray[np.int64]) -> Iterator[Sequence[Cell]]:
    """Each service with the households of this sheet; a service without a field in the registry says so."""
    for place, name in enumerate(found.services):
        flags = found.flags[rows, place]
        counts = int(np.count_nonzero(flags == 1)), int(np.count_nonzero(flags == -1))
        yield book.word(f"referrals.service.{name}"), *counts
    for name in found.missing:
        yield book.word(f"referrals.service.{name}"), book.word("referrals.no_field"), ""
