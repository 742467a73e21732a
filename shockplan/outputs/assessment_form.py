"""The blank village assessment form: for which villages, with which row numbers. Drawn by its writers.

Every row has a number of its own (village, day of printing, line), by which it is read back and decisions are
kept. Print a second form for a village on another day, or ask for more rows: a number never stands twice.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shockplan.areas import Gazetteer, load_gazetteer, name_of
from shockplan.problems import InputError, Problem
from shockplan.texts import Language, own, show_value

if TYPE_CHECKING:
    from shockplan.plan import Plan

MOST_ROWS = 99


@dataclass(frozen=True, slots=True)
class FormPlace:
    """A village for which a form is printed; blanks are written by hand. `district`: P-code."""

    district: str = ""
    village_code: str = ""
    village_lo: str = ""
    village_en: str = ""

    def village(self, language: Language) -> str:
        names = (self.village_lo, self.village_en)
        return next((name for name in (names if language == "lo" else names[::-1]) if name), "")


@dataclass(frozen=True, slots=True)
class BlankForm:
    """One village's form. `number` is printed on every page; `row_ids` on every row."""

    place: FormPlace
    number: str
    row_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormHead:
    """What stands on top of every form of a plan; all empty without one."""

    plan: str = ""
    event: str = ""
    contact: str = ""
    made_up: bool = False


def blank_forms(places: Sequence[FormPlace], rows: int, day: dt.date) -> tuple[BlankForm, ...]:
    """A form with so many rows for each place. Raises InputError for a number of rows that no form has."""
    if not 1 <= rows <= MOST_ROWS:
        raise InputError(Problem("form.rows", column="--rows", args={"given": rows, "most": MOST_ROWS}))
    return tuple(form_of(place, rows, day, number) for number, place in enumerate(places, start=1))


def form_of(place: FormPlace, rows: int, day: dt.date, number: int) -> BlankForm:
    """A village without a code is told apart by the number of its form."""
    where = place.village_code or f"{place.district or 'FORM'}-{number:03}"
    name = f"{where}-{day:%y%m%d}"
    return BlankForm(place, name, tuple(f"{name}-{line:02}" for line in range(1, rows + 1)))


def head_of(plan: "Plan | None", language: Language) -> FormHead:
    """The plan's name and event in a language."""
    if plan is None:
        return FormHead()
    head = plan.inputs.spec.plan
    return FormHead(
        plan=own(head, "name", language),
        event=own(head, "event", language),
        contact=head.contact,
        made_up=head.made_up,
    )


def places_of(
    plan: "Plan | None", villages: Sequence[str], districts: Sequence[str]
) -> tuple[FormPlace, ...]:
    """The villages asked for by code, and all known villages of the districts asked for; without either one
    form to be filled in by hand. Raises InputError for a code that is not known."""
    known = {place.village_code: place for place in known_villages(plan) if place.village_code}
    found, unknown = [], []
    for code in villages:
        if code in known:
            found.append(known[code])
        else:
            unknown.append(Problem("form.village_unknown", column="--village", args={"code": code}))
    gazetteer = load_gazetteer()
    codes = set(gazetteer.districts["pcode"])
    for code in districts:
        if code not in codes:
            unknown.append(Problem("form.district_unknown", column="--district", args={"code": code}))
            continue
        inside = [place for place in known_villages(plan) if place.district == code]
        found += inside or [FormPlace(district=code)]
    if unknown:
        raise InputError(*unknown)
    return tuple(dict.fromkeys(found)) or (FormPlace(),)


def known_villages(plan: "Plan | None") -> Iterator[FormPlace]:
    """The villages of the plan's registry, in their order."""
    if plan is None:
        return
    table = plan.inputs.registry.villages[["district", "code", "name_lo", "name_en"]].astype(object)
    for cells in table.where(table.notna(), "").itertuples(index=False, name=None):
        yield FormPlace(*(str(cell) for cell in cells))


def district_text(place: FormPlace, gazetteer: Gazetteer, language: Language) -> tuple[str, str]:
    """(province, district) as printed, with their codes."""
    if not place.district:
        return "", ""
    province = place.district[:4]
    return tuple(f"{name_of(gazetteer, code, language)} {code}" for code in (province, place.district))  # type: ignore[return-value]


def day_text(day: dt.date) -> str:
    return show_value(day)
