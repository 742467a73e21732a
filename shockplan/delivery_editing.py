"""Changing the table of stops that persons keep: one visit or many, the rest stays as it was written."""

import csv
import datetime as dt
import io
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from shockplan.delivery import COLUMNS

StopField = Literal["pay_point", "team", "day", "cut_off"]
_COLUMN_OF = {"pay_point": "pay_point", "team": "team", "day": "date", "cut_off": "cut_off"}
_KEPT = ("date", "team", "pay_point", "cut_off")


@dataclass(frozen=True, slots=True)
class VisitKey:
    """A visit as the table names it. Without code and names: the households without a village."""

    district: str
    code: str
    names: tuple[str, ...]
    round_number: int


def with_stops(
    content: bytes | None,
    visits: Collection[VisitKey],
    changes: Mapping[StopField, str | dt.date | bool | None],
) -> bytes:
    """The table with these fields of these visits set; None leaves a field to the capacity again.

    A visit that had no row of its own begins with what its village's row for every round says. `content` is
    the table as it stands, UTF-8 CSV with the headings of COLUMNS; None: there is none.
    """
    head, rows = _read(content)
    for visit in visits:
        row = next((row for row in rows if _is(row, visit, str(visit.round_number))), None)
        if row is None:
            general = next((row for row in rows if _is(row, visit, "")), {})
            row = {column: general.get(column, "") for column in _KEPT} | {
                "admin2_pcode": visit.district,
                "village_code": visit.code,
                "village": next(iter(visit.names), ""),
                "round": str(visit.round_number),
            }
            rows.append(row)
        for field, value in changes.items():
            row[_COLUMN_OF[field]] = _text(value)
    return _written(head, rows)


def without_stops(content: bytes | None, visits: Collection[VisitKey]) -> bytes | None:
    """The table without the rows of these visits, which capacity fills again. None where no row is left."""
    head, rows = _read(content)
    kept = [row for row in rows if not any(_is(row, visit, str(visit.round_number)) for visit in visits)]
    return _written(head, kept) if kept else None


def has_row(content: bytes | None, visits: Collection[VisitKey]) -> list[bool]:
    """Of each visit whether a person planned anything of it, for its round or for every round."""
    _, rows = _read(content)
    own = {(row.get("admin2_pcode", ""), _name(row), _round(row)) for row in rows if _says(row)}
    return [
        any(
            (visit.district, unicodedata.normalize("NFC", name), number) in own
            for name in (visit.code, *visit.names, *([""] if not visit.names and not visit.code else []))
            for number in (str(visit.round_number), "")
        )
        for visit in visits
    ]


def _read(content: bytes | None) -> tuple[list[str], list[dict[str, str]]]:
    text = (content or b"").decode("utf-8-sig")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    head = list(dict.fromkeys([*(reader.fieldnames or []), *COLUMNS]))
    return head, [{name: (row.get(name) or "").strip() for name in head} for row in reader]


def _is(row: Mapping[str, str], visit: VisitKey, round_number: str) -> bool:
    if row.get("admin2_pcode") != visit.district or _round(row) != round_number:
        return False
    name = _name(row)
    if not name:
        return not visit.code and not visit.names
    return name in (visit.code, *(unicodedata.normalize("NFC", each) for each in visit.names))


def _name(row: Mapping[str, str]) -> str:
    return row.get("village_code") or unicodedata.normalize("NFC", row.get("village", ""))


def _round(row: Mapping[str, str]) -> str:
    """The round of a row; blank for every round, which 0 says too."""
    return row.get("round", "").lstrip("0")


def _says(row: Mapping[str, str]) -> bool:
    return any(row.get(column) for column in _KEPT)


def _text(value: str | dt.date | bool | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, dt.date) else value or ""


def _written(head: list[str], rows: list[dict[str, str]]) -> bytes:
    made = io.StringIO(newline="")
    writer = csv.DictWriter(made, head, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue().encode("utf-8-sig")
