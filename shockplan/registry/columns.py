"""Which column is which field: stated by the plan, or proposed from headings and values."""

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shockplan.bundled import bundled
from shockplan.problems import InputError, Problem
from shockplan.progress import side_by_side
from shockplan.registry.cells import matches
from shockplan.registry.headings import sample_texts
from shockplan.registry.household import ASKED_APART, FIELD, NOT_IN_EXTRACTS
from shockplan.registry.tables import Table, each_text_once, filled_cells
from shockplan.texts import LAO_LETTERS

PLACE_COLUMNS = ("district_nso", "district_name", "province_name")
"""Other ways to say the district."""

OTHER_COLUMNS = (*PLACE_COLUMNS, *(field.name for field in ASKED_APART.values()))
"""What a column may hold besides fields of the household."""

BY_SCRIPT = {
    "village_name": ("village_name_lo", "village_name_en"),
    "head_name": ("head_name_lo", "head_name_en"),
}
ANY_DIGIT = "[0-9໐-໙]"
SURE = 0.9
"""A proposal of at least this confidence is taken where the plan states no columns."""

HXL_TAGS = {
    "#adm2+code": "district",
    "#adm2+code+v_pcode": "district",
    "#adm2+name": "district_name",
    "#adm1+name": "province_name",
    "#adm3+code": "village_code",
    "#adm3+name": "village_name",
    "#loc+village+name": "village_name",
    "#loc+village+code": "village_code",
    "#geo+lat": "lat",
    "#geo+lon": "lon",
    "#contact+phone": "phone",
    "#meta+id+hh": "household_id",
    "#meta+id": "household_id",
    "#population+hh": "members",
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A field for one column: `confidence` 0 to 1; `samples` are texts of the column."""

    field: str
    heading: str
    place: int
    confidence: float
    samples: tuple[str, ...]
    by: Literal["heading", "likeness", "values"] = "heading"


def fold_heading(text: str) -> str:
    """A heading reduced to what spellings of it share."""
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).casefold())
    return "".join(letter for letter in text if letter.isalnum() or "\u0e80" <= letter <= "\u0eff")


@cache
def headings_file() -> Mapping[str, Mapping[str, list[str]]]:
    """data/parameters/headings.toml: sure and generic headings by field."""
    text = bundled("parameters", "headings.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def generic_headings() -> Mapping[str, str]:
    """Folded heading -> field, for headings that mean the field only where no other one claims it."""
    listed = headings_file()["generic"]
    return {fold_heading(heading): field for field, headings in listed.items() for heading in headings}


@cache
def known_headings() -> Mapping[str, str]:
    """Folded heading -> field, from data/parameters/headings.toml and the field names themselves."""
    listed = headings_file()["fields"]
    names = (*(name for name in FIELD if name not in NOT_IN_EXTRACTS), *OTHER_COLUMNS)
    known = {fold_heading(name): name for name in names}
    for field, headings in listed.items():
        known.update((fold_heading(heading), field) for heading in headings)
    return known


def field_of(heading: str) -> tuple[str, float] | None:
    """The field a heading means and how sure that is: the whole heading, or its last part."""
    known = known_headings()
    whole = known.get(fold_heading(heading))
    if whole:
        return whole, 1.0
    last = known.get(fold_heading(re.split(r"[/:]", heading)[-1]))
    if last:
        return last, 0.95
    plain = known.get(fold_heading(re.sub(r"\(.*?\)|\*", "", heading)))
    generic = plain or generic_headings().get(fold_heading(heading))
    return (generic, 0.9) if generic else None


def is_known(heading: str) -> bool:
    """Whether a text is a heading that we know."""
    return field_of(heading) is not None


def known_heading(stated: Mapping[str, str]) -> Callable[[str], bool]:
    """Whether a text is a heading of the plan or one that we know."""
    wanted = {" ".join(heading.split()) for heading in stated.values()}
    return lambda text: " ".join(text.split()) in wanted or is_known(text)


def propose(table: Table) -> tuple[Proposal, ...]:
    """For each column at most one field; more than one column may claim the same field."""

    def proposal(place: int) -> Proposal | None:
        tag = HXL_TAGS.get(table.tags[place]) if table.tags else None
        found = (tag, 1.0) if tag else field_of(table.headings[place])
        if found is None:
            return None
        field, confidence = found
        field, samples = by_content(field, table, place), sample_texts(table.kept(place))
        return Proposal(field, table.headings[place], place, confidence, samples)

    return tuple(found for found in side_by_side(proposal, range(len(table.headings))) if found)


def by_content(field: str, table: Table, place: int) -> str:
    """The field as its cells show it: Lao or Latin names, codes or names of districts."""
    if field in BY_SCRIPT:
        return BY_SCRIPT[field][0 if mostly(table, place, LAO_LETTERS) else 1]
    if field in ("district", "district_name"):
        return "district" if mostly(table, place, ANY_DIGIT) else "district_name"
    return field


def mostly(table: Table, place: int, pattern: str) -> bool:
    """Whether most filled cells of a column match a pattern."""
    column = table.kept(place)
    if pa.types.is_dictionary(column.type):
        encoded = each_text_once(column)
        texts = encoded.dictionary
        times = np.bincount(encoded.indices.to_numpy(zero_copy_only=False), minlength=len(texts))
        filled = filled_cells(pa.chunked_array([texts]))
        return int(times[matches(texts, pattern)].sum()) * 2 > int(times[filled].sum())
    found = pc.sum(pc.match_substring_regex(column, pattern)).as_py() or 0
    if not found or found * 2 > len(column):  # more than half of them all
        return bool(found)
    return int(found) * 2 > int(filled_cells(column).sum())


def map_columns(
    table: Table, stated: Mapping[str, str], path: Path
) -> tuple[dict[str, int], tuple[Problem, ...]]:
    """Field -> column number. Raises InputError for headings that are not there, naming the nearest."""
    if stated:
        return stated_columns(table, stated, path), ()
    return proposed_columns(table, path)


def stated_columns(table: Table, stated: Mapping[str, str], path: Path) -> dict[str, int]:
    """The columns as the plan states them, every fault of them at once."""
    faults: list[Problem] = []
    mapping: dict[str, int] = {}
    for field, heading in stated.items():
        if field in NOT_IN_EXTRACTS or (field not in FIELD and field not in OTHER_COLUMNS):
            near = ", ".join(difflib.get_close_matches(field, [*FIELD, *OTHER_COLUMNS], n=3, cutoff=0.5))
            faults.append(
                Problem("registry.field_unknown", path.name, args={"field": field, "near": near or "–"})
            )
            continue
        places = places_of(table, heading)
        if not places:
            faults.append(missing_heading(table, field, heading, path))
        elif len(places) > 1 and not same_cells(table, places):
            faults.append(Problem("registry.heading_twice", path.name, heading, args={"field": field}))
        else:
            mapping[field] = places[0]
    if faults:
        raise InputError(*faults)
    return mapping


def places_of(table: Table, heading: str) -> list[int]:
    """The columns with that heading: as written, else the only ones that fold to the same."""
    exact = [i for i, text in enumerate(table.headings) if text == " ".join(heading.split())]
    folded = fold_heading(heading)
    return exact or [i for i, text in enumerate(table.headings) if folded and fold_heading(text) == folded]


def same_cells(table: Table, places: list[int]) -> bool:
    """Whether columns hold the same in every row."""
    first = table.columns[places[0]]
    return all(table.columns[place].equals(first) for place in places[1:])


def missing_heading(table: Table, field: str, heading: str, path: Path) -> Problem:
    folded = {fold_heading(text): text for text in table.headings if text}
    near = [
        folded[text] for text in difflib.get_close_matches(fold_heading(heading), folded, n=3, cutoff=0.5)
    ]
    shown = near or [text for text in table.headings if text][:8]
    return Problem(
        "registry.heading_missing", path.name, heading, args={"field": field, "near": ", ".join(shown)}
    )


def proposed_columns(table: Table, path: Path) -> tuple[dict[str, int], tuple[Problem, ...]]:
    """The sure proposals. Two columns for one field: the surer one, else neither and a warning."""
    claims: dict[str, list[Proposal]] = {}
    for proposal in propose(table):
        if proposal.confidence >= SURE:
            claims.setdefault(proposal.field, []).append(proposal)
    mapping: dict[str, int] = {}
    problems: list[Problem] = []
    for field, found in claims.items():
        best = max(proposal.confidence for proposal in found)
        surest = [proposal for proposal in found if proposal.confidence == best]
        if len(surest) == 1 or same_cells(table, [proposal.place for proposal in surest]):
            mapping[field] = surest[0].place
            continue
        headings = ", ".join(proposal.heading for proposal in surest)
        args: dict[str, str | int | float | tuple[str, ...]] = {"field": field, "headings": headings}
        problems.append(Problem("registry.two_headings", path.name, args=args, level="warning"))
    unread = [text for i, text in enumerate(table.headings) if text and i not in mapping.values()]
    if unread:
        args = {"headings": ", ".join(unread[:30]), "count": len(unread)}
        problems.append(Problem("registry.headings_unread", path.name, args=args, level="note"))
    return mapping, tuple(problems)


def require_columns(mapping: Mapping[str, int], table: Table, path: Path, one_district: bool = False) -> None:
    """A registry needs a column of household ids and one of districts. Raises InputError."""
    headings = ", ".join([text for text in table.headings if text][:20])
    faults = []
    if "household_id" not in mapping:
        faults.append(Problem("registry.no_id_column", path.name, args={"headings": headings}))
    if not one_district and not {"district", "district_nso", "district_name"} & set(mapping):
        faults.append(Problem("registry.no_district_column", path.name, args={"headings": headings}))
    if faults:
        raise InputError(*faults)


def shape_of_headings(table: Table) -> str:
    """What a remembered mapping is known by: the headings in any order."""
    return "|".join(sorted({fold_heading(text) for text in table.headings if text}))
