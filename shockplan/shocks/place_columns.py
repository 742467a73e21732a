"""Which column of a table means what: by heading, by HXL tag, and by the places in its cells."""

from collections.abc import Sequence

import pandas as pd

from shockplan.areas import Gazetteer, district_codes, suggest_districts, suggest_provinces
from shockplan.registry.columns import SURE, mostly, propose
from shockplan.registry.tables import Table

LOOKED_AT = 500
"""Rows from which the column of places is told."""
VILLAGE = ("village_code", "village_name_lo", "village_name_en")
"""The registry's fields of a village, the surest first."""
ENOUGH = 0.5
"""Share of the cells that must be places."""


def normal_tag(text: str) -> tuple[str, frozenset[str]]:
    """An HXL tag and its attributes, whose order, case and spaces mean nothing.

    >>> normal_tag("#ADM2 +code+v_pcode") == ("#adm2", frozenset({"code", "v_pcode"}))
    True
    """
    tag, *attributes = "".join(text.casefold().split()).split("+")
    return tag, frozenset(attributes)


def looks_like_a_tag(text: str) -> bool:
    """Whether a cell is an HXL tag."""
    return text.strip().startswith("#") and len(text.strip()) > 1


def columns_named(name: str, headings: Sequence[str], tags: Sequence[str]) -> list[int]:
    """Columns of that heading or that tag; without one, columns whose tag has more attributes."""
    exact = [place for place, heading in enumerate(headings) if heading == name]
    if exact or not looks_like_a_tag(name):
        return exact
    wanted, attributes = normal_tag(name)
    found = [(place, *normal_tag(tag)) for place, tag in enumerate(tags) if tag]
    same = [place for place, tag, having in found if tag == wanted and having == attributes]
    return same or [place for place, tag, having in found if tag == wanted and having >= attributes]


def code_columns(columns: Sequence[pd.Series], tags: Sequence[str], gazetteer: Gazetteer) -> list[str]:
    """Headings of the columns that name a district or province, the surest first: tags, codes, names."""
    found: list[tuple[float, str]] = []
    for column, tag in zip(columns, tags, strict=True):
        texts = [text for text in column.dropna().head(LOOKED_AT) if text.strip()]
        if not texts:
            continue
        plain, attributes = normal_tag(tag)
        sure = 0.0
        if plain in ("#adm1", "#adm2") and {"code", "pcode"} & attributes:
            sure = 4
        else:
            codes = district_codes(pd.Series(texts, dtype="str"), gazetteer).notna()
            provinces = [_is_province_code(text, gazetteer) for text in texts]
            names = [
                bool(suggest_districts(text, gazetteer) or suggest_provinces(text, gazetteer))
                for text in texts
            ]
            if max(codes.mean(), sum(provinces) / len(texts)) >= ENOUGH:
                sure = 3
            elif sum(names) / len(texts) >= ENOUGH:
                sure = 2 if plain in ("#adm1", "#adm2") else 1
        if sure:
            found.append((-sure, str(column.name)))
    return [name for _, name in sorted(found, key=lambda item: item[0])]


def village_column(table: Table, area: str) -> str:
    """Heading of the column of villages of a list of them, "" where the table is by district or province.

    A village's code before its name. A list of villages names a district more than once; a table that does
    not is one of districts, whatever else it says of their villages.
    """
    fields = {
        proposal.field: proposal
        for proposal in reversed(propose(table))
        if proposal.confidence >= SURE and proposal.field in VILLAGE and proposal.heading != area
    }
    found = next((fields[field] for field in VILLAGE if field in fields), None)
    if found is None or (found.field != VILLAGE[0] and mostly(table, found.place, r"^[\d.,\s]+$")):
        return ""
    if area in table.headings:
        districts = [text for text in table.columns[table.headings.index(area)].to_pylist() if text]
        if len(set(districts)) == len(districts):
            return ""
    return found.heading


def _is_province_code(text: str, gazetteer: Gazetteer) -> bool:
    return text.strip().upper().startswith("LA") and bool(suggest_provinces(text, gazetteer))
