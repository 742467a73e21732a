"""An indicator by district or province, from a table: unemployment, closed businesses, cases, SPI."""

from pathlib import Path
from typing import Literal
from zipfile import BadZipFile

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from python_calamine import CalamineError

from shockplan.areas import Gazetteer, district_codes, suggest_provinces
from shockplan.planfile import AreaSpec
from shockplan.problems import Arg, InputError, Problem
from shockplan.shocks.layer import AreaLayer, Severity
from shockplan.shocks.severity import BLANK, NOT_LISTED, classify_numbers, limits
from shockplan.shocks.vector import refusal
from shockplan.source import source_of

FIRST_ROW = 2
"""Spreadsheet row of the first value: the headings stand in row 1."""


def read_area_layer(path: Path, spec: AreaSpec, gazetteer: Gazetteer) -> AreaLayer:
    """One value and one class a district or province. Raises InputError where nothing can be used.

    A blank value, and a place without a row, are not observed. An unknown code and a code that
    stands twice are left out and listed: the table does not say which row holds.
    """
    frame = _read_texts(path, spec.sheet)
    for column in (spec.code, spec.value):
        if column not in frame.columns:
            raise refusal(path, "no_column", column, columns=tuple(map(str, frame.columns)))
    rows = np.arange(FIRST_ROW, FIRST_ROW + len(frame))
    written = frame[spec.code].fillna("").str.strip()
    codes, level = _place_codes(path, spec.code, written, gazetteer)
    known = codes.notna().to_numpy()
    twice = codes.duplicated(keep=False).to_numpy() & known
    texts = frame[spec.value].fillna("").str.strip()
    numbers = read_numbers(texts)
    severity, class_problems = _severities(path, spec, texts, numbers, rows)
    problems = [
        *_listed("shocks.unknown_code", path, spec.code, rows, written, ~known),
        *_listed("shocks.code_twice", path, spec.code, rows, written, twice),
        *class_problems,
    ]
    used = known & ~twice
    if not used.any():
        raise InputError(Problem("shocks.no_codes", path.name, spec.code), *problems)
    values = pd.DataFrame({"pcode": codes, "value": numbers, "severity": severity})[used]
    values = values.sort_values("pcode", ignore_index=True)
    missing = _without_row(values["pcode"], level, gazetteer)
    if missing:
        shown = (*missing[:8], "...") if len(missing) > 8 else tuple(missing)
        args: dict[str, Arg] = {"count": len(missing), "codes": shown}
        problems.append(Problem("shocks.without_row", path.name, spec.code, args=args, level="note"))
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
        breaks=limits(spec.classes),
        problems=tuple(problems),
    )


def read_numbers(texts: pd.Series) -> NDArray[np.float64]:
    """Numbers as people write them: 12.5, 12,5, 1,234, 45 %; NaN where the text is none.

    A comma before exactly three digits separates thousands, any other comma is a decimal comma.
    """
    plain = texts.str.replace(r"[\s%]", "", regex=True)
    plain = plain.str.replace(r",(?=\d{3}(?:\D|$))", "", regex=True).str.replace(",", ".")
    return pd.to_numeric(plain, errors="coerce").to_numpy(dtype="float64", na_value=np.nan)


def _severities(
    path: Path, spec: AreaSpec, texts: pd.Series, numbers: NDArray[np.float64], rows: NDArray[np.int64]
) -> tuple[NDArray[np.int8], list[Problem]]:
    """Class of each row, not observed where the value is blank or cannot be classed."""
    classes = spec.classes
    try:
        breaks = limits(classes)
    except ValueError:
        raise refusal(path, "breaks_not_rising") from None
    blank = (texts == "").to_numpy()
    if classes.breaks is not None:
        found = classify_numbers(numbers, breaks)
        found[np.isnan(numbers) & ~blank] = NOT_LISTED
    elif classes.values is not None:
        named = {key.strip(): int(Severity[name.upper()]) for key, name in classes.values.items()}
        found = np.asarray(texts.map(named).fillna(NOT_LISTED), dtype=np.int8)
    else:
        found = np.full(len(texts), Severity[(classes.all or "severe").upper()], dtype=np.int8)
    found[blank] = BLANK
    problems = [
        *_listed("shocks.value_blank", path, spec.value, rows, texts, found == BLANK),
        *_listed("shocks.value_not_understood", path, spec.value, rows, texts, found == NOT_LISTED),
    ]
    return np.where(found < 0, np.int8(Severity.NOT_OBSERVED), found).astype(np.int8), problems


def _place_codes(
    path: Path, column: str, written: pd.Series, gazetteer: Gazetteer
) -> tuple[pd.Series, Literal["district", "province"]]:
    """P-codes of districts, or of provinces where no district is named. Mixed tables are refused."""
    districts = district_codes(written, gazetteer)
    provinces = written.map(lambda text: _province_code(text, gazetteer)).astype("str")
    if districts.notna().any() and provinces.notna().any():
        raise refusal(path, "mixed_levels", column, provinces=tuple(sorted(provinces.dropna())[:8]))
    if provinces.notna().any():
        return provinces, "province"
    return districts, "district"


def _province_code(text: str, gazetteer: Gazetteer) -> str | None:
    """Only a code joins: the name of a province suggests and no more."""
    found = suggest_provinces(text, gazetteer) if text.upper().startswith("LA") else ()
    return found[0] if found else None


def _without_row(
    pcodes: pd.Series, level: Literal["district", "province"], gazetteer: Gazetteer
) -> list[str]:
    places = gazetteer.districts if level == "district" else gazetteer.provinces
    return sorted(set(places["pcode"]) - set(pcodes))


def _listed(
    code: str, path: Path, column: str, rows: NDArray[np.int64], texts: pd.Series, where: NDArray[np.bool_]
) -> list[Problem]:
    if not where.any():
        return []
    numbers = tuple(int(row) for row in rows[where])
    values = tuple(str(text) for text in texts[where])
    return [Problem(code, path.name, column, numbers, values, {"count": len(numbers)}, level="warning")]


def _read_texts(path: Path, sheet: str | None) -> pd.DataFrame:
    """The table as text, cell by cell. Raises InputError where the file or sheet cannot be read."""
    if not path.is_file():
        raise refusal(path, "missing", path=str(path))
    try:
        if path.suffix.lower() in (".csv", ".txt", ".tsv"):
            frame = pd.read_csv(
                path, dtype="str", encoding="utf-8-sig", sep=None, engine="python",
                keep_default_na=False, skip_blank_lines=False,
            )  # fmt: skip
        else:
            frame = pd.read_excel(
                path, sheet_name=sheet or 0, dtype="str", engine="calamine", keep_default_na=False
            )
    except UnicodeDecodeError:
        raise refusal(path, "not_utf8") from None
    except ValueError as error:
        raise refusal(path, "unreadable_table", reason=str(error)[:200]) from None
    except (CalamineError, BadZipFile, OSError) as error:
        raise refusal(path, "unreadable_table", reason=str(error)[:200]) from None
    if frame.empty:
        raise refusal(path, "no_rows")
    frame.columns = pd.Index([str(column).strip() for column in frame.columns])
    return frame
