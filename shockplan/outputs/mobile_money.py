"""The batch for a wallet's operator: one line for each payment to a mobile wallet."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shockplan.fingerprint import short
from shockplan.outputs.cash_xlsx import paid_in_cash
from shockplan.outputs.lines import paid_rows
from shockplan.outputs.list_csv import blank_as_none, csv_bytes
from shockplan.outputs.notices import notices

if TYPE_CHECKING:
    from shockplan.plan import Plan

COLUMNS = (
    "reference", "msisdn", "phone", "account", "name", "currency", "amount", "round", "household_id", "ready",
    "status", "plan", "notice",
)  # fmt: skip
_MOBILE = re.compile(r"(?:(?:00)?856|0)?(20\d{8}|30\d{7})")


def msisdn(phone: str | None) -> str:
    """A Lao mobile number as operators write it, 8562055512345; empty where it is none.

    >>> msisdn("020 5551 2345"), msisdn("+856 20 55512345"), msisdn("5551 2345")
    ('8562055512345', '8562055512345', '')
    """
    match = _MOBILE.fullmatch(re.sub(r"[\s().+-]", "", phone or ""))
    return f"856{match[1]}" if match else ""


def mobile_rows(plan: "Plan", round_number: int) -> NDArray[np.int64]:
    """Registry rows paid to a mobile wallet in that round, in the order of the lists."""
    rows = paid_rows(plan, round_number)
    return rows[~paid_in_cash(plan, rows)]


def mobile_csv(plan: "Plan", round_number: int, rows: NDArray[np.int64]) -> bytes:
    """The batch of one round. `ready` is no where the operator could not know whom to pay."""
    return csv_bytes(COLUMNS, batch(plan, round_number, rows))


def batch(plan: "Plan", round_number: int, rows: NDArray[np.int64]) -> Iterator[Sequence[object]]:
    people = plan.inputs.registry.households.iloc[rows]
    heads = people["head_name_en"].fillna(people["head_name_lo"])
    last = "approved" if plan.approved else "draft", short(plan.fingerprint), " | ".join(notices(plan))
    for household, phone, account, name, amount in zip(
        people["household_id"].tolist(),
        blank_as_none(people["phone"]),
        blank_as_none(people["account"]),
        blank_as_none(heads),
        plan.allocation.round_kip[rows].tolist(),
        strict=True,
    ):
        number = msisdn(phone)
        reference = f"{short(plan.fingerprint)[:9]}-R{round_number}-{household}"
        ready = "yes" if number or account else "no"
        yield (
            reference, number, phone, account, name, "LAK", amount, round_number, household, ready, *last,
        )  # fmt: skip
