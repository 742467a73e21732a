"""The district of each row: by its P-code, or by the statistics office's code where the plan says so."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.areas import Gazetteer, district_codes, nso_code, nso_districts
from shockplan.problems import Problem
from shockplan.registry.cells import clean
from shockplan.registry.tables import Table


def districts_of(
    table: Table, mapping: Mapping[str, int], gazetteer: Gazetteer
) -> tuple[pd.Series, pd.Series, pd.Series, tuple[Problem, ...]]:
    """(P-code or NA, why there is none, original text, problems) of the n rows of a table."""
    none = pd.Series([None] * len(table.rows), dtype="str")
    texts = column_texts(table, mapping.get("district"))
    pcodes = none if texts is None else district_codes(texts, gazetteer)
    why = none if texts is None else why_no_district(texts, pcodes.isna())
    if "district_nso" not in mapping:
        return pcodes, why, none if texts is None else texts, ()
    nso_texts = column_texts(table, mapping["district_nso"])
    assert nso_texts is not None
    by_nso = nso_districts(nso_texts, gazetteer)
    contested = nso_texts.map(nso_code).isin(gazetteer.contested_nso)
    differs = (pcodes.notna() & by_nso.notna() & (pcodes != by_nso) & ~contested).to_numpy()
    problems = disagreements(table, mapping["district_nso"], nso_texts, differs)
    nso_why = pd.Series(
        np.select(
            [contested, nso_texts == ""],
            ["registry.nso_contested", "registry.no_district"],
            "registry.nso_unknown",
        ),
        dtype="str",
    )
    open_rows = pcodes.isna() & (why.isna() | (why == "registry.no_district"))
    answered = pcodes.where(~open_rows | contested, by_nso)
    reason = why.where(~open_rows, nso_why).where(answered.isna())
    shown = nso_texts if texts is None else texts.where(texts != "", nso_texts)
    return answered, reason, shown, problems


def column_texts(table: Table, place: int | None) -> pd.Series | None:
    """The cleaned texts of a column, '' where blank."""
    if place is None:
        return None
    cells = table.columns[place].combine_chunks()
    encoded = cells.dictionary_encode()
    texts = pd.Series([*clean(encoded.dictionary).to_pylist(), ""], dtype="str")
    return pd.Series(texts.array.take(encoded.indices.to_numpy()))


def why_no_district(all_texts: pd.Series, without: pd.Series) -> pd.Series:
    """For text that is no known P-code: blank, bare digits, a P-code of another set, or a name."""
    texts = all_texts[without]
    blank = texts.str.fullmatch(r"|-+|(?i:nan|n/a|null)|ບໍ່ມີ")
    digits = texts.str.fullmatch(r"[\d໐-໙]{1,6}(\.0+)?")
    pcode_like = texts.str.fullmatch(r"(?i:[a-z]{2})[\s._-]?\d{2,8}")
    why = np.select(
        [blank, digits, pcode_like],
        ["registry.no_district", "registry.district_digits", "registry.district_unknown"],
        "registry.district_name",
    )
    return pd.Series(why, index=texts.index, dtype="str").reindex(all_texts.index)


def disagreements(
    table: Table, place: int, texts: pd.Series, differs: NDArray[np.bool_]
) -> tuple[Problem, ...]:
    """The P-code wins over the statistics office's code; the rows are named."""
    if not differs.any():
        return ()
    return (
        Problem(
            "registry.districts_differ",
            table.name,
            table.headings[place],
            rows=tuple(table.rows[differs].tolist()),
            values=tuple(texts[differs]),
            level="warning",
        ),
    )
