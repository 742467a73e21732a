"""How a real extract would show the made-up households: other headings, and the usual faults.

Every fault here was met in real files; where it falls is drawn from the seed.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.areas import Gazetteer
from shockplan.demo.households import DISTRICT, GPS, NOWHERE, VILLAGE

HEADINGS = {
    "household_id": "HH No.",
    "province": "Province",
    "district": "Dist. code",
    "district_name": "District",
    "village_code": "Vill. code",
    "village_name_lo": "Village (Lao)",
    "village_name_en": "Village (Eng.)",
    "head_name_lo": "Head of household (Lao)",
    "head_name_en": "Head of household (romanised)",
    "head_sex": "Sex of head",
    "collector_name": "Other collector",
    "family_book": "Family book No.",
    "document_id": "ID card No.",
    "phone": "Tel.",
    "members": "Persons",
    "under_1": "Below 1 year",
    "under_2": "Below 2 years",
    "under_5": "Below 5 years",
    "over_60": "60 and above",
    "disabled": "Persons with disability",
    "pregnant": "Pregnant / breastfeeding",
    "in_mecg": "MECG",
    "in_other_programme": "Other grant",
    "birth_unregistered": "Birth not registered",
    "health_insured": "Health insurance",
    "pmt_score": "PMT",
    "income_kip": "Income / month (kip)",
    "other_aid_kip": "Other aid (kip)",
    "earlier_payment_kip": "Paid before (kip)",
    "channel": "Pay by",
    "account": "Wallet No.",
    "damage": "House damage",
    "damage_verified": "Damage seen by team",
    "lon": "X",
    "lat": "Y",
    "remark": "Remark",
}
MADE_UP = "MADE UP"
LAO_DIGITS = str.maketrans("0123456789", "໐໑໒໓໔໕໖໗໘໙")
FLAGS = ("pregnant", "in_mecg", "in_other_programme", "birth_unregistered", "health_insured")
COUNTS = ("members", "under_1", "under_2", "under_5", "over_60", "disabled")

Spoil = Callable[[pd.Series], object]


def as_extract(
    households: pd.DataFrame, rng: np.random.Generator, gazetteer: Gazetteer, prefix: str
) -> pd.DataFrame:
    """The households as text, under the headings of an extract, with some cells spoilt.

    About one cell in a hundred is wrong, blank or odd. Row order is kept.
    """
    clean = _written(households, gazetteer, prefix)
    _hide_places(clean, households["place"].to_numpy())
    _spoil(clean, rng)
    return clean.rename(columns=HEADINGS)


def repeat_households(extract: pd.DataFrame, rng: np.random.Generator, each: int) -> pd.DataFrame:
    """The extract with some ids blank and some rows entered twice, each kind `each` times.

    Rows copied whole; other households under an id already given; and households entered again under a
    new id with the same family book and head.
    """
    rows = rng.choice(len(extract), 4 * each, replace=False)
    whole, same_id, again, no_id = (np.sort(part) for part in np.split(rows, 4))
    key = HEADINGS["household_id"]
    ids = extract[key].to_numpy(dtype=object, copy=True)
    ids[same_id] = ids[same_id - 1]
    ids[no_id[: each // 3]] = ""
    extract = extract.assign(**{key: ids})
    twice = extract.iloc[again].copy()
    twice[key] = twice[key] + "-2"
    copies = pd.concat([extract.iloc[whole], twice])
    # the copies stand a few lines below the first, as when a page is typed in twice
    position = np.concatenate([np.arange(len(extract)), np.concatenate([whole, again]) + 3.5])
    both = pd.concat([extract, copies], ignore_index=True)
    return both.iloc[np.argsort(position, kind="stable")].reset_index(drop=True)


def _written(households: pd.DataFrame, gazetteer: Gazetteer, prefix: str) -> pd.DataFrame:
    """Every cell as a careful clerk would write it."""
    districts = gazetteer.districts.set_index("pcode")
    provinces = gazetteer.provinces.set_index("pcode")["name_en"]
    district = households["village_district"]
    columns: dict[str, pd.Series] = {
        "household_id": prefix + households["number"].astype("str").str.zfill(6),
        "province": district.str[:4].map(provinces),
        "district": district,
        "district_name": district.map(districts["name_en"]),
        "collector_name": households["collector"],
        "family_book": households["family_book"].astype("str").str.zfill(8),
        "document_id": households["document_id"].astype("str").str.zfill(8),
        "phone": "0" + households["phone"].astype("str"),
        "damage": pd.Series("", index=households.index),
        "damage_verified": pd.Series("", index=households.index),
        "remark": pd.Series(MADE_UP, index=households.index),
    }
    for field in ("code", "name_lo", "name_en"):
        columns[f"village_{field}"] = households[f"village_{field}"]
    for field in FLAGS:
        columns[field] = households[field].map({True: "Yes", False: "No"})
    for field in (*COUNTS, "pmt_score", "income_kip", "other_aid_kip", "earlier_payment_kip", "lon", "lat"):
        columns[field] = households[field].astype("str")
    for field in ("head_name_lo", "head_name_en", "head_sex", "channel"):
        columns[field] = households[field]
    for field in ("damage", "damage_verified"):
        if field in households:
            columns[field] = households[field]
    columns["phone"] = columns["phone"].mask(households["phone"] == 0, "")
    columns["document_id"] = columns["document_id"].mask(~households["has_document"], "")
    columns["account"] = columns["phone"].where(households["channel"] == "mobile", "")
    frame = pd.DataFrame({field: columns[field] for field in HEADINGS})
    return frame.astype("object")


def _hide_places(frame: pd.DataFrame, place: NDArray[np.int8]) -> None:
    """Blank what the extract does not know of a household's place."""
    hidden = {
        GPS: (),
        VILLAGE: ("lon", "lat"),
        DISTRICT: ("lon", "lat", "village_code", "village_name_lo", "village_name_en"),
    }
    hidden[NOWHERE] = (*hidden[DISTRICT], "district", "district_name")
    for kind, fields in hidden.items():
        frame.loc[place == kind, list(fields)] = ""


def _spoil(frame: pd.DataFrame, rng: np.random.Generator) -> None:
    """The faults, in place. Shares are of the cells that hold something."""

    def some(field: str, share: float, spoil: Spoil) -> None:
        chosen = (rng.random(len(frame)) < share) & (frame[field] != "").to_numpy()
        cells = frame[field].to_numpy(dtype=object, copy=True)
        cells[chosen] = spoil(frame.loc[chosen, field])
        frame[field] = cells

    some("document_id", 0.02, lambda cells: "ບໍ່ມີ")
    some("phone", 0.02, lambda cells: cells.str.lstrip("0") + ".0")
    some("phone", 0.03, lambda cells: cells.str.lstrip("0"))
    some("phone", 0.01, lambda cells: "ບໍ່ມີ")
    some("family_book", 0.02, lambda cells: cells.str.lstrip("0"))
    some("members", 0.02, lambda cells: cells.str.translate(LAO_DIGITS))
    some("members", 0.01, lambda cells: cells + ".0")
    some("members", 0.001, lambda cells: cells + " or more")
    some("income_kip", 0.05, lambda cells: cells.astype("int64").map("{:,}".format))
    some("income_kip", 0.3, lambda cells: cells.str.replace(",", "."))
    some("district", 0.01, lambda cells: cells.str.lower())
    some("district", 0.01, lambda cells: " " + cells + " ")
    # the letters dropped, and with them the leading zero that a spreadsheet eats
    some("district", 0.0005, lambda cells: cells.str.strip().str[2:].str.lstrip("0"))
    # a name where a code should be, and villages known by name only: a person has to say
    some("district", 0.0015, lambda cells: "Muang " + frame.loc[cells.index, "district_name"])
    some("village_code", 0.004, lambda cells: "")
    some("head_name_lo", 0.01, lambda cells: cells.str.replace(" ", "\u00a0 "))
    some("head_name_en", 0.01, lambda cells: "  " + cells)
    some("head_name_en", 0.03, lambda cells: cells.str.upper())
    for field in FLAGS:
        some(field, 0.02, lambda cells: cells.map({"Yes": "ແມ່ນ", "No": "ບໍ່"}))
        some(field, 0.02, lambda cells: cells.map({"Yes": "1", "No": "0"}).fillna(cells))
    for field in (*COUNTS, "pmt_score", "income_kip", "family_book", *FLAGS):
        some(field, 0.004, lambda cells: "")
        some(field, 0.002, lambda cells: "-")
    _spoil_points(frame, rng)


def _spoil_points(frame: pd.DataFrame, rng: np.random.Generator) -> None:
    """Points with longitude and latitude exchanged, at zero, abroad, or with a comma."""
    located = np.flatnonzero(frame["lon"] != "")
    kinds = rng.random(len(located))
    exchanged = located[kinds < 0.0015]
    frame.loc[exchanged, ["lon", "lat"]] = frame.loc[exchanged, ["lat", "lon"]].to_numpy()
    frame.loc[located[(kinds >= 0.0015) & (kinds < 0.002)], ["lon", "lat"]] = "0"
    frame.loc[located[(kinds >= 0.002) & (kinds < 0.0025)], "lon"] = "98.61204"
    comma = located[(kinds >= 0.0025) & (kinds < 0.0035)]
    for field in ("lon", "lat"):
        frame.loc[comma, field] = frame.loc[comma, field].str.replace(".", ",")
