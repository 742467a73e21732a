"""Villages: households grouped by code, or by district and name; reference points joined by code."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from shockplan.areas import Gazetteer, district_codes
from shockplan.planfile import VillagesSpec
from shockplan.problems import InputError, Problem
from shockplan.progress import Progress, side_by_side, silent
from shockplan.registry.columns import is_known, propose
from shockplan.registry.files import read_table
from shockplan.registry.household import FIELD
from shockplan.registry.passwords import NO_PASSWORDS, Passwords
from shockplan.registry.place_points import check_points, point_problems
from shockplan.registry.tables import Table, shown
from shockplan.registry.values import parse

COLUMNS = ("code", "name_lo", "name_en", "district", "lon", "lat")
SOURCES = ("source", "source of point", "ແຫຼ່ງຂໍ້ມູນ")
"""Headings of the column that says where a point comes from."""

OWN_NAMES = {
    "code": "village_code",
    "name_lo": "village_name_lo",
    "name_en": "village_name_en",
    "district": "district",
    "lon": "lon",
    "lat": "lat",
}


def read_villages(
    spec: VillagesSpec, folder: Path, gazetteer: Gazetteer, passwords: Passwords = NO_PASSWORDS
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """The reference table: code (never blank, once each), name_lo, name_en, district, lon, lat, and source,
    where its point comes from: the row's own word, else the plan's ('' unknown).

    Raises InputError where the file or a column of it is missing.
    """
    path = folder / spec.file
    table = read_table(path, spec.sheet, None, is_village_heading, silent, passwords)
    places = village_columns(table, path)
    columns: dict[str, pd.Series] = {}
    problems: list[Problem] = list(table.problems)
    for name in COLUMNS:
        if name not in places:
            columns[name] = pd.Series([None] * len(table.rows), dtype="str")
            continue
        parsed = parse(table.columns[places[name]], FIELD[OWN_NAMES[name]])
        columns[name] = parsed.values
        for code, mask in parsed.reasons.items():
            problem = village_problem(code, table, table.headings[places[name]], mask, field=name)
            texts = table.columns[places[name]].filter(pa.array(mask)).to_pylist()
            problems.append(replace(problem, values=tuple(shown(text) for text in texts)))
    frame = pd.DataFrame(columns)
    frame["source"] = sources_of(table, spec.source)
    frame["district"] = district_codes(frame["district"], gazetteer)
    lon, lat = (frame[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    points = check_points(lon, lat, gazetteer)
    heading = " / ".join(table.headings[places[name]] for name in ("lon", "lat"))
    problems += point_problems(points, table.rows, lon, lat, table.name, heading)
    reference = one_row_each(frame.assign(lon=points.lon, lat=points.lat), table, problems)
    return reference, tuple(problems)


def sources_of(table: Table, otherwise: str) -> pd.Series:
    """(n,) where each point comes from."""
    here = [place for place, text in enumerate(table.headings) if text.strip().casefold() in SOURCES]
    if not here:
        return pd.Series([otherwise] * len(table.rows), dtype="str")
    texts = parse(table.columns[here[0]], FIELD["village_name_lo"]).values
    return texts.fillna(otherwise).astype("str")


def point_sources(villages: pd.DataFrame, reference: pd.DataFrame) -> tuple[tuple[str, int], ...]:
    """(source, villages of the registry with a point from it), the most first."""
    placed = villages.loc[villages["lon"].notna() & villages["lat"].notna(), "code"]
    named = placed.map(reference.set_index("code")["source"]).fillna("")
    counts = named.value_counts()
    return tuple(sorted(((str(name), int(count)) for name, count in counts.items()), key=by_count))


def by_count(one: tuple[str, int]) -> tuple[int, str]:
    return -one[1], one[0]


def village_problem(
    code: str, table: Table, heading: str | None, mask: NDArray[np.bool_], **args: str
) -> Problem:
    rows = tuple(table.rows[mask].tolist())
    return Problem(code, table.name, heading, rows=rows, args=args, level="warning")


def is_village_heading(text: str) -> bool:
    return text.strip().casefold() in COLUMNS or is_known(text)


def village_columns(table: Table, path: Path) -> dict[str, int]:
    """Where each column of the reference table stands: by its own name, else as in a registry."""
    plain = {text.strip().casefold(): place for place, text in reversed(list(enumerate(table.headings)))}
    proposed = {proposal.field: proposal.place for proposal in reversed(propose(table))}
    places = {name: plain.get(name, proposed.get(OWN_NAMES[name], -1)) for name in COLUMNS}
    places = {name: place for name, place in places.items() if place >= 0}
    missing = [name for name in ("code", "lon", "lat") if name not in places]
    if missing:
        near = ", ".join([text for text in table.headings if text][:8])
        raise InputError(
            *(
                Problem("registry.heading_missing", path.name, name, args={"field": name, "near": near})
                for name in missing
            )
        )
    return places


def one_row_each(frame: pd.DataFrame, table: Table, problems: list[Problem]) -> pd.DataFrame:
    """Each code once. Two different points for one code: no point, and a problem."""
    coded = frame[frame["code"].notna()]
    if len(coded) < len(frame):
        problems.append(
            village_problem("registry.village_no_code", table, None, frame["code"].isna().to_numpy())
        )
    first = coded.drop_duplicates("code").set_index("code", drop=False)
    points = coded.dropna(subset=["lon", "lat"]).drop_duplicates(["code", "lon", "lat"])
    codes = set(points.loc[points.duplicated("code"), "code"])
    if codes:
        first.loc[first.index.isin(codes), ["lon", "lat"]] = np.nan
        twice = frame["code"].isin(codes).to_numpy()
        problems.append(village_problem("registry.village_two_points", table, None, twice))
    return first.reset_index(drop=True)


UNCODED = ("district", "village_name_lo", "village_name_en")
"""What a village without a code is known by."""


def group_villages(
    households: pd.DataFrame, reference: pd.DataFrame | None, progress: Progress = silent
) -> tuple[pd.DataFrame, NDArray[np.int32]]:
    """(villages as in Registry, row of `villages` of each household or -1). Sorted by key."""
    own, codes = pd.factorize(households["village_code"])
    blank = np.flatnonzero(own < 0)
    district, lao, roman = (households[name].iloc[blank] for name in UNCODED)
    named, names = pd.factorize(district + " " + lao.fillna(roman))
    keys = pd.Index([*codes, *names], dtype="str").unique().sort_values()
    with_code, with_name = (keys.get_indexer(pd.Index(some, dtype="str")) for some in (codes, names))
    places = np.r_[with_code, -1].astype(np.int32)[own]  # the last of them, -1, is no village
    places[blank] = np.r_[with_name, -1][named]
    count = len(keys)
    coded = np.zeros(count, dtype=bool)  # of the others the key is no code
    coded[with_code] = True
    fields = ("village_name_lo", "village_name_en", "district")
    found = side_by_side(lambda field: most_frequent(places, households[field], count), fields)
    usual: dict[str, pd.Series] = {}
    for field, values in zip(fields, found, strict=True):
        usual[field] = values
        progress(0.2 * (len(usual) + 1))
    villages = pd.DataFrame(
        {
            "key": pd.Series(keys, dtype="str"),
            "code": pd.Series(keys, dtype="str").where(coded),
            "name_lo": usual["village_name_lo"],
            "name_en": usual["village_name_en"],
            "district": usual["district"],
            "lon": np.full(count, np.nan),
            "lat": np.full(count, np.nan),
        }
    )
    if reference is not None:
        villages = with_reference(villages, reference)
    return villages, places


def most_frequent(groups: NDArray[np.integer], values: pd.Series, count: int) -> pd.Series:
    """The value that stands most often in each group, the smallest of equals, NA where all are blank."""
    codes, uniques = pd.factorize(values, sort=True)
    filled = (codes >= 0) & (groups >= 0)
    group, code = (groups, codes) if filled.all() else (groups[filled], codes[filled])
    chosen = np.full(count, -1, dtype=np.int64)
    chosen[group] = code
    # in most groups every row says the same; only the others are counted
    differs = np.zeros(count, dtype=bool)
    differs[group[code != chosen[group]]] = True
    counted = differs[group]
    width = max(1, len(uniques))
    pairs, times = np.unique(group[counted].astype(np.int64) * width + code[counted], return_counts=True)
    order = np.lexsort((pairs % width, -times, pairs // width))
    group = (pairs // width)[order]
    first = np.r_[True, group[1:] != group[:-1]] if len(group) else np.zeros(0, dtype=bool)
    chosen[group[first]] = (pairs % width)[order][first]
    array = pd.Series(uniques, dtype="str").array
    return pd.Series(array.take(chosen, allow_fill=True))


def with_reference(villages: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    """Points, and names that the extract lacks, joined by code."""
    known = reference.set_index("code")
    codes = villages["code"]
    joined = villages.assign(lon=codes.map(known["lon"]), lat=codes.map(known["lat"]))
    for name in ("name_lo", "name_en"):
        joined[name] = joined[name].fillna(codes.map(known[name])).astype("str")
    return joined.astype({"lon": "float64", "lat": "float64"})
