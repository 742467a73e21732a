"""An indicator by district or province, from a table: unemployment, closed businesses, cases, SPI."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from shockplan.areas import Gazetteer, district_codes, suggest_districts, suggest_provinces
from shockplan.planfile import AreaSpec
from shockplan.problems import Arg, InputError, Problem
from shockplan.progress import Progress, silent
from shockplan.registry.cells import blank_cells, clean, western_digits
from shockplan.registry.files import read_table
from shockplan.registry.numbers import decimal_mark, real_numbers
from shockplan.registry.tables import Table
from shockplan.shocks.datasets import refusal
from shockplan.shocks.layer import AreaLayer, Severity
from shockplan.shocks.place_columns import columns_named
from shockplan.shocks.severity import (
    BLANK,
    LEFT_OUT,
    NOT_LISTED,
    answer_of,
    checked_limits,
    classify_numbers,
    limits,
)
from shockplan.shocks.where import texts_wanted
from shockplan.source import source_of

Level = Literal["district", "province", "village"]
Texts = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class _Rows:
    """The rows taken from a table: spreadsheet row, code, value and district as written ('' where blank)."""

    rows: NDArray[np.int64]
    codes: Texts
    values: Texts
    districts: Texts
    problems: tuple[Problem, ...]


def read_area_layer(
    path: Path, spec: AreaSpec, gazetteer: Gazetteer, progress: Progress = silent
) -> AreaLayer:
    """One value and one class a district or province. Raises InputError where nothing can be used.

    A blank value, and a place without a row, are not observed. An unknown code and a code that
    stands twice are left out and listed: the table does not say which row holds.
    """
    breaks = checked_limits(path, spec.classes)
    taken = _take(path, spec, progress)
    districts, problems_of_districts = _districts(path, spec, taken, gazetteer)
    if spec.level == "village":
        codes, level, place_problems = _village_codes(path, spec, taken)
    else:
        codes, level, place_problems = _place_codes(path, spec, taken, gazetteer)
    known = codes.notna().to_numpy()
    places = pd.DataFrame({"pcode": codes, "district": districts})
    twice = places.duplicated(keep=False).to_numpy() & known
    numbers, severity, class_problems = _severities(path, spec, taken)
    problems = [
        *taken.problems,
        *place_problems,
        *problems_of_districts,
        *_listed("shocks.code_twice", path, spec.code, taken.rows, taken.codes, twice),
        *class_problems,
    ]
    used = known & ~twice & (severity != LEFT_OUT)
    if not used.any():
        raise InputError(Problem("shocks.no_codes", path.name, spec.code), *problems)
    values = places.assign(value=numbers, severity=severity, row=taken.rows)[used]
    values = values.sort_values(["pcode", "row"], ignore_index=True)
    if level != "village":
        values = values[["pcode", "value", "severity"]]
    if spec.unlisted == "not_observed" and level != "village":
        problems += _without_row(path, spec.code, values["pcode"], level, gazetteer)
    return AreaLayer(
        id=spec.id,
        name=spec.name,
        shock=spec.shock,
        source=source_of(path),
        source_note=spec.source,
        date=spec.date,
        defines_affected=spec.defines_affected,
        indicator=spec.value,
        unit=spec.unit,
        level=level,
        values=values,
        breaks=breaks,
        problems=tuple(problems),
        unlisted=Severity[spec.unlisted.upper()],
        by_name=spec.by_name,
    )


def _take(path: Path, spec: AreaSpec, progress: Progress) -> _Rows:
    """The rows the plan means, cells cleaned. Raises InputError where a column is not there."""
    wanted = (spec.code, spec.value, spec.district, spec.where.field if spec.where else None)
    headings = {name for name in wanted if name and not name.startswith("#")}
    table = read_table(path, spec.sheet, None, lambda text: text.strip() in headings, progress)
    codes, values = _column(path, table, spec.code), _column(path, table, spec.value)
    blank = np.full(len(codes), "", dtype=object)
    districts = _column(path, table, spec.district) if spec.district else blank
    chosen = np.ones(len(codes), dtype=np.bool_)
    if spec.where:
        texts = _column(path, table, spec.where.field)
        stated = texts_wanted(spec.where)
        chosen = np.isin(texts.astype(str), stated)
        if not chosen.any():
            seen = tuple(sorted(set(texts.tolist()))[:8])
            raise refusal(path, "no_row_where", spec.where.field, wanted=stated, seen=seen)
    return _Rows(table.rows[chosen], codes[chosen], values[chosen], districts[chosen], table.problems)


def _column(path: Path, table: Table, name: str) -> Texts:
    """The cells under a heading or an HXL tag, cleaned, '' where they say nothing."""
    places = columns_named(name, table.headings, table.tags)
    if not places:
        shown = (*table.headings, *(tag for tag in table.tags if tag))
        raise refusal(path, "no_column", name, columns=shown)
    if len(places) > 1:
        meant = tuple(table.tags[place] or table.headings[place] for place in places)
        raise refusal(path, "several_columns", name, columns=meant)
    cells = table.columns[places[0]]
    texts = clean(cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells)
    found = np.asarray(texts.to_pylist(), dtype=object)
    found[blank_cells(texts)] = ""
    return found


def _severities(
    path: Path, spec: AreaSpec, taken: _Rows
) -> tuple[NDArray[np.float64], NDArray[np.int8], list[Problem]]:
    """Value and class of each row, not observed where the value is blank or cannot be classed."""
    classes, texts = spec.classes, taken.values
    blank = texts == ""
    read = western_digits(pa.array(texts.tolist(), pa.string()))
    numbers, bad = real_numbers(read, decimal_mark(read))
    numbers[blank | bad] = np.nan
    breaks = limits(classes)
    if breaks:
        found = classify_numbers(numbers, breaks)
        found[bad & ~blank] = NOT_LISTED
    elif classes.values is not None:
        named = {key.strip(): answer_of(name) for key, name in classes.values.items()}
        found = np.array([named.get(text, NOT_LISTED) for text in texts], dtype=np.int8)
    else:
        found = np.full(len(texts), Severity[(classes.all or "severe").upper()], dtype=np.int8)
    found[blank] = BLANK
    problems = [
        *_listed("shocks.value_blank", path, spec.value, taken.rows, texts, found == BLANK),
        *_listed("shocks.value_not_understood", path, spec.value, taken.rows, texts, found == NOT_LISTED),
    ]
    told = np.where(found == LEFT_OUT, found, np.maximum(found, np.int8(Severity.NOT_OBSERVED)))
    return numbers, told, problems


def _village_codes(path: Path, spec: AreaSpec, taken: _Rows) -> tuple[pd.Series, Level, list[Problem]]:
    """Codes or names of villages as written; which the registry knows shows when the households are asked."""
    blank = taken.codes == ""
    problems = _listed("shocks.unknown_code", path, spec.code, taken.rows, taken.codes, blank)
    codes = pd.Series(taken.codes, dtype="str")
    return codes.mask(blank), "village", problems


def _districts(
    path: Path, spec: AreaSpec, taken: _Rows, gazetteer: Gazetteer
) -> tuple[pd.Series, list[Problem]]:
    """(n,) the district of each village: by P-code, or by a name that means one district of the country.

    A district of a common name is left blank and listed: its villages then wait for a person.
    """
    written = pd.Series(taken.districts, dtype="str")
    if spec.level != "village" or not spec.district:
        return pd.Series([None] * len(written), dtype="str"), []
    meant = {text: _proposal(text, "district", gazetteer) for text in written.unique()}
    codes = district_codes(written, gazetteer)
    codes = codes.fillna(written.map(meant).astype("str"))
    unclear = codes.isna().to_numpy()
    return codes, _listed(
        "shocks.district_unclear", path, spec.district, taken.rows, taken.districts, unclear
    )


def _place_codes(
    path: Path, spec: AreaSpec, taken: _Rows, gazetteer: Gazetteer
) -> tuple[pd.Series, Level, list[Problem]]:
    """P-codes of districts, or of provinces where no district is named. Mixed tables are refused.

    A name proposes: only with `by_name` is a name that means one place taken for its code.
    """
    column, written = spec.code, pd.Series(taken.codes, dtype="str")
    districts = district_codes(written, gazetteer)
    provinces = written.map(lambda text: _province_code(text, gazetteer)).astype("str")
    if districts.notna().any() and provinces.notna().any():
        raise refusal(path, "mixed_levels", column, provinces=tuple(sorted(provinces.dropna())[:8]))
    level: Level = "province" if provinces.notna().any() else "district"
    codes = provinces if level == "province" else districts
    if codes.isna().all():
        level = _level_of_names(taken.codes, gazetteer)
    proposed = pd.Series(
        [
            _proposal(text, level, gazetteer) if pd.isna(code) else None
            for text, code in zip(written, codes, strict=True)
        ],
        dtype="str",
    )
    named = proposed.notna().to_numpy() & codes.isna().to_numpy()
    unknown = codes.isna().to_numpy() & ~named
    problems = _listed("shocks.unknown_code", path, column, taken.rows, taken.codes, unknown)
    if named.any():
        pairs = [f"{text} = {code}" for text, code in zip(written[named], proposed[named], strict=True)]
        code = "shocks.names_taken" if spec.by_name else "shocks.names_propose"
        problems += _listed(code, path, column, taken.rows, taken.codes, named, tuple(pairs[:12]))
    return (codes.where(~named, proposed) if spec.by_name else codes), level, problems


def _level_of_names(texts: Texts, gazetteer: Gazetteer) -> Level:
    """Whether a column of names speaks of provinces or of districts: what more of them may mean."""
    provinces = sum(bool(suggest_provinces(text, gazetteer)) for text in texts)
    districts = sum(bool(suggest_districts(text, gazetteer)) for text in texts)
    return "province" if provinces > districts else "district"


def _proposal(text: str, level: Level, gazetteer: Gazetteer) -> str | None:
    """The one code that a name may mean; None where it may mean several or none."""
    suggest = suggest_provinces if level == "province" else suggest_districts
    found: Sequence[str] = suggest(text, gazetteer) if text else ()
    return found[0] if len(found) == 1 else None


def _province_code(text: str, gazetteer: Gazetteer) -> str | None:
    """Only a code joins: the name of a province suggests and no more."""
    found = suggest_provinces(text, gazetteer) if text.upper().startswith("LA") else ()
    return found[0] if found and any(sign.isdigit() for sign in text) else None


def _without_row(
    path: Path, column: str, pcodes: pd.Series, level: Level, gazetteer: Gazetteer
) -> list[Problem]:
    """Places that the table leaves out, noted."""
    places = gazetteer.districts if level == "district" else gazetteer.provinces
    missing = sorted(set(places["pcode"]) - set(pcodes))
    if not missing:
        return []
    shown = (*missing[:8], "...") if len(missing) > 8 else tuple(missing)
    args: dict[str, Arg] = {"count": len(missing), "codes": shown}
    return [Problem("shocks.without_row", path.name, column, args=args, level="note")]


def _listed(
    code: str,
    path: Path,
    column: str,
    rows: NDArray[np.int64],
    texts: Texts,
    where: NDArray[np.bool_],
    pairs: tuple[str, ...] = (),
) -> list[Problem]:
    if not where.any():
        return []
    numbers = tuple(int(row) for row in rows[where])
    values = tuple(str(text) for text in texts[where])
    args: dict[str, Arg] = {"count": len(numbers), "pairs": pairs} if pairs else {"count": len(numbers)}
    return [Problem(code, path.name, column, numbers, values, args, level="warning")]
