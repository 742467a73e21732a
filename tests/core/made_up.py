"""Made-up registries for tests, built in memory: every field, blanks included. No person in it exists."""

from pathlib import Path

import numpy as np
import pandas as pd
from pyproj import CRS

from shockplan.areas import load_gazetteer
from shockplan.registry.household import DTYPES, FIELDS, NOT_IN_EXTRACTS, Registry
from shockplan.source import Source, hash_bytes

PROVINCE = "LA17"
VILLAGES_PER_DISTRICT = 12
BLANK_SHARE = 0.08
NEVER_BLANK = {"household_id", "district"}


def made_up_registry(n: int, seed: int = 0) -> Registry:
    """A typed Registry of n households in Attapeu (LA17), none rejected, the same for the same seed.

    Each field but the id and the district is blank in about 8 % of the rows; 60 % have a GPS point,
    30 % only the village, 10 % only the district.
    """
    random = np.random.default_rng(seed)
    villages = made_up_villages(random)
    place = random.integers(0, len(villages), n)
    near = villages.iloc[place].reset_index(drop=True)
    kind = random.choice(4, n, p=[0.60, 0.30, 0.08, 0.02])
    columns = {field.name: made_up_column(field.name, n, random) for field in FIELDS}
    columns["household_id"] = pd.Series([f"HH{number:07}" for number in range(1, n + 1)])
    columns["district"] = near["district"]
    has_village = kind < 2
    columns["village_code"] = near["code"].where(has_village)
    columns["village_name_lo"] = near["name_lo"].where(has_village)
    columns["village_name_en"] = near["name_en"].where(has_village)
    gps = kind == 0
    columns["lon"] = pd.Series(np.where(gps, near["lon"] + random.normal(0, 0.01, n), np.nan))
    columns["lat"] = pd.Series(np.where(gps, near["lat"] + random.normal(0, 0.01, n), np.nan))
    households = pd.DataFrame(
        {field.name: columns[field.name].astype(DTYPES[field.kind]) for field in FIELDS}
    )
    households["source_row"] = np.arange(2, n + 2, dtype=np.int64)
    households["village"] = np.where(has_village, place, -1).astype(np.int32)
    households["duplicate"] = np.full(n, -1, dtype=np.int32)
    return Registry(
        households=households,
        villages=villages.drop(columns="geometry", errors="ignore"),
        rejected=no_rejected(),
        present=frozenset(field.name for field in FIELDS),
        rows_read=n,
        problems=(),
        sources=(Source("made_up.csv", hash_bytes(f"{n} {seed}".encode()), n),),
    )


def no_rejected() -> pd.DataFrame:
    """The table of rejected rows, empty."""
    return pd.DataFrame(
        {
            "source_row": pd.Series(dtype="int64"),
            "household_id": pd.Series(dtype="str"),
            "district": pd.Series(dtype="str"),
            "code": pd.Series(dtype="str"),
        }
    )


def made_up_villages(random: np.random.Generator) -> pd.DataFrame:
    """Villages of LA17 with a code, names and a point near the district's centre; the last has no point."""
    districts = load_gazetteer().districts
    districts = districts[districts["province"] == PROVINCE]
    rows = [
        {
            "key": f"{district.pcode[2:]}{number:03}",
            "code": f"{district.pcode[2:]}{number:03}",
            "name_lo": f"ບ້ານ ຕົວຢ່າງ {number}",
            "name_en": f"Ban Example {number}",
            "district": district.pcode,
            "lon": district.lon + random.uniform(-0.1, 0.1),
            "lat": district.lat + random.uniform(-0.1, 0.1),
        }
        for district in districts.itertuples()
        for number in range(1, VILLAGES_PER_DISTRICT + 1)
    ]
    villages = pd.DataFrame(rows)
    villages.loc[len(villages) - 1, ["lon", "lat"]] = np.nan
    for column in ("key", "code", "name_lo", "name_en", "district"):
        villages[column] = villages[column].astype("str")
    return villages


def made_up_column(name: str, n: int, random: np.random.Generator) -> pd.Series:
    """n values of one field, about 8 % of them blank."""
    values = {
        "head_name_lo": lambda: "ຕົວຢ່າງ " + text_of(random.integers(1, 900, n)),
        "head_name_en": lambda: "Example " + text_of(random.integers(1, 900, n)),
        "collector_name": lambda: "Collector " + text_of(random.integers(1, 900, n)),
        "head_sex": lambda: pd.Series(random.choice(["female", "male"], n, p=[0.25, 0.75])),
        "family_book": lambda: "FB" + text_of(np.arange(n) + 100_000),
        "document_id": lambda: "ID" + text_of(np.arange(n) + 200_000),
        "phone": lambda: "20" + text_of(random.integers(10_000_000, 99_999_999, n)),
        "account": lambda: "AC" + text_of(np.arange(n) + 300_000),
        "members": lambda: pd.Series(random.integers(1, 13, n)),
        "pmt_score": lambda: pd.Series(random.normal(50, 15, n).round(1)),
        "income_kip": lambda: pd.Series(random.integers(0, 4000, n) * 1000),
        "other_aid_kip": lambda: pd.Series(random.choice([0, 150_000, 300_000], n)),
        "earlier_payment_kip": lambda: pd.Series(random.choice([0, 0, 0, 500_000], n)),
        "channel": lambda: pd.Series(random.choice(["cash", "cash_point", "mobile"], n)),
        "damage": lambda: pd.Series(random.choice(["none", "minor", "major", "destroyed"], n)),
    }
    kind = next(field.kind for field in FIELDS if field.name == name)
    if name in values:
        made = values[name]()
    elif kind == "count":
        made = pd.Series(random.choice(3, n, p=[0.7, 0.2, 0.1]))
    elif kind == "flag":
        made = pd.Series(random.random(n) < 0.2)
    else:
        made = pd.Series([None] * n, dtype="object")
    if name in NOT_IN_EXTRACTS:  # an extract with nothing beside it
        return pd.Series([False if name == "field_registered" else None] * n, dtype="object")
    return made.astype("object").where(pd.Series(random.random(n) >= BLANK_SHARE), None)


def text_of(numbers: np.ndarray) -> pd.Series:
    return pd.Series(numbers).astype("str")


def leads_nowhere(path: Path) -> None:
    """A .prj that is a coordinate system, from which no way leads to any other."""
    text = CRS.from_epsg(32648).to_wkt("WKT1_ESRI")
    path.write_text(text.replace("Transverse_Mercator", "Nothing"), encoding="ascii")
