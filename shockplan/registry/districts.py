"""The district of each row of a table: its place columns, cleaned, and understood in `places`."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from shockplan.areas import Gazetteer
from shockplan.progress import Progress, side_by_side, silent
from shockplan.registry.cells import blank_cells, clean, to_mask
from shockplan.registry.place_decisions import NO_PLACE_DECISIONS, PlaceDecisions
from shockplan.registry.places import PLACE_COLUMNS, PlaceAnswers, resolve_districts
from shockplan.registry.tables import Table, each_text_once

NO_DISTRICT, NO_ID = WHY = ("registry.no_district", "registry.no_id")


def districts_of(
    table: Table,
    mapping: Mapping[str, int],
    gazetteer: Gazetteer,
    decisions: PlaceDecisions = NO_PLACE_DECISIONS,
    of_extract: str | None = None,
    progress: Progress = silent,
) -> tuple[PlaceAnswers, pd.Series]:
    """What the n rows of a table say of their district, and why a row has none (a category, one of WHY among
    others, NA where it has one).

    `of_extract`: the P-code of every row of an extract that has no column of P-codes.
    """
    columns: dict[str, pd.Series] = {}
    names = [name for name in PLACE_COLUMNS if name in mapping]
    found = side_by_side(lambda name: column_texts(table, mapping[name], name), names)
    for name, texts in zip(names, found, strict=True):
        columns[name] = texts
        progress(0.5 * len(columns) / len(names))
    headings = {name: table.headings[mapping[name]] for name in columns}
    if of_extract is not None and "district" not in columns:
        columns["district"] = pd.Series([of_extract] * len(table.rows), dtype="str")
        headings["district"] = "registry.district"
    answers = resolve_districts(columns, table.rows, table.name, headings, gazetteer, decisions)
    known = answers.reason.cat.categories
    why = answers.reason.cat.add_categories([code for code in WHY if code not in known])
    return answers, why.mask(answers.district.isna() & why.isna(), NO_DISTRICT)


def column_texts(table: Table, place: int, name: str) -> pd.Series:
    """The cleaned texts of a place column as a category, '' where blank."""
    encoded = each_text_once(table.kept(place))
    uniques = clean(encoded.dictionary)
    blank = blank_cells(uniques)
    if name == "district_name":
        blank &= to_mask(pc.not_equal(uniques, "NAN"))  # the district Nan (LA0603) in capitals
    shown = ["" if empty else text for text, empty in zip(uniques.to_pylist(), blank, strict=True)]
    own, texts = pd.factorize(pd.Series([*shown, ""], dtype="str"))  # -1 stands for a missing cell
    codes = own.astype(np.int32)[encoded.indices.fill_null(-1).to_numpy()]
    return pd.Series(pd.Categorical.from_codes(codes, categories=texts))
