"""Provinces and districts: their codes, names and rough places. Codes join, names suggest."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd
import shapely

from shockplan.bundled import bundled
from shockplan.texts import Language

GAZETTEER_SOURCE = "OCHA COD-AB LAO 2019-11-12 (NGD), CC BY 3.0 IGO; outline: Natural Earth"

_DIGITS = str.maketrans("໐໑໒໓໔໕໖໗໘໙๐๑๒๓๔๕๖๗๘๙٠١٢٣٤٥٦٧٨٩", "0123456789" * 3)
_NOT_SHOWN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_PREFIX = re.compile(r"^(?:(?:muang|muong|mueang|meuang|muaeng|m\.|district|ban)\s+|m\.|ເມືອງ|ມ\.|ມ\s)\s*")
_SUFFIX = re.compile(r"\s+(?:district|province)$|\s+\(.*\)$")
_PROVINCE_PREFIX = re.compile(r"^(?:ແຂວງ|ຂ\.|khoueng\s+|khoeng\s+|khoueng\.|province\s+(?:of\s+)?)\s*")
_LIGATURES = (("ຫລ", "ຫຼ"), ("ຫນ", "ໜ"), ("ຫມ", "ໝ"), ("\u0ecd\u0eb2", "\u0eb3"))


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """What the program knows about the country's 148 districts.

    `provinces`: pcode, name_en, name_lo, lon, lat, population_2015, population_2021, population_2024.
    `districts`: pcode, name_en, name_lo, province (P-code), nso_code, lon, lat (centroid, degrees,
    EPSG:4326), area_km2, population_2015 (Int64, mostly blank), villages (Int64). Both sorted by pcode.
    `names`: folded spelling -> P-codes of the districts it may mean. `province_names` likewise.
    `nso`: code of the statistics office -> P-code; `contested_nso`: the codes whose meaning
    differs by source, never decided without another hint.
    """

    provinces: pd.DataFrame
    districts: pd.DataFrame
    names: Mapping[str, tuple[str, ...]]
    province_names: Mapping[str, tuple[str, ...]]
    nso: Mapping[str, str]
    contested_nso: frozenset[str]
    outline: shapely.Polygon
    labels: Mapping[tuple[str, Language], str]
    source: str = GAZETTEER_SOURCE


def fold_name(text: str) -> str:
    """A place name reduced to what spellings share: no prefix, case, space or punctuation.

    >>> fold_name("ມ. ໄຊເສດຖາ") == fold_name("ເມືອງໄຊເສດຖາ")
    True
    >>> fold_name("Muang XAI SETTHA")
    'xaisettha'
    """
    text = unicodedata.normalize("NFC", text).translate(_NOT_SHOWN).strip().casefold()
    text = _SUFFIX.sub("", _PROVINCE_PREFIX.sub("", _PREFIX.sub("", text)))
    for written, meant in _LIGATURES:
        text = text.replace(written, meant)
    return "".join(letter for letter in text if letter.isalnum() or unicodedata.category(letter) == "Mn")


def district_codes(values: pd.Series, gazetteer: Gazetteer) -> pd.Series:
    """The P-code in each text, NA where the text is no P-code of a district we know.

    Repairs case, spaces, Lao digits and a lost leading zero after the letters (`la 801` is LA0801);
    bare digits are never taken for a P-code: they are the statistics office's, see `nso_districts`.
    """
    return _by_unique(values, lambda text: district_code(text, gazetteer))


def district_code(text: str, gazetteer: Gazetteer) -> str | None:
    """The P-code that one text is, repaired as in `district_codes`, None for other text."""
    match = re.fullmatch(r"la(\d{3,4})", _clean_code(text))
    code = f"LA{match[1].zfill(4)}" if match else ""
    return code if len(code) == 6 and (code, "en") in gazetteer.labels else None


def nso_districts(values: pd.Series, gazetteer: Gazetteer) -> pd.Series:
    """The P-code that a statistics office code means, by table, NA where the table does not say.

    A lost leading zero is put back (801 is 0801) and `801.0` is read as 801. Codes in
    `gazetteer.contested_nso` are answered in the office's own sense: the caller asks the person first.
    """

    def meant(text: str) -> str | None:
        return gazetteer.nso.get(nso_code(text) or "")

    return _by_unique(values, meant)


def nso_code(text: str) -> str | None:
    """The four digits of a statistics office's district code as written, None for other text."""
    cleaned = re.sub(r"\.0+$", "", text.translate(_DIGITS).strip())
    return cleaned.zfill(4) if re.fullmatch(r"\d{3,4}", cleaned) else None


def suggest_districts(text: str, gazetteer: Gazetteer, province: str | None = None) -> tuple[str, ...]:
    """P-codes of the districts a name may mean, exactly by a known spelling; a suggestion only.

    More than one means the name is ambiguous. `province` (P-code) keeps those inside it.
    """
    found = gazetteer.names.get(fold_name(text), ())
    return tuple(code for code in found if province is None or code.startswith(province))


def suggest_provinces(text: str, gazetteer: Gazetteer) -> tuple[str, ...]:
    """P-codes of the provinces a name or P-code may mean."""
    match = re.fullmatch(r"la(\d{1,2})", _clean_code(text))
    if match and (f"LA{match[1].zfill(2)}", "en") in gazetteer.labels:
        return (f"LA{match[1].zfill(2)}",)
    return gazetteer.province_names.get(fold_name(text), ())


def name_of(gazetteer: Gazetteer, pcode: str, language: Language) -> str:
    """The name of a province or district. Raises KeyError for a code that is neither."""
    return gazetteer.labels[pcode, language]


@cache
def load_gazetteer() -> Gazetteer:
    """The bundled gazetteer, read once."""
    provinces = _table("provinces.csv").drop(columns=["area_km2", "villages", "iso_3166_2"])
    districts = _table("districts.csv")
    nso = _table("nso_codes.csv")
    contested = nso["contested"] == "yes"
    written = nso.drop_duplicates("pcode").set_index("pcode")["nso_code"]
    districts["nso_code"] = districts["pcode"].map(written)
    outline = _table("outline.csv")
    variants = _table("name_variants.csv")
    spellings = [*_own_names(districts), *zip(variants["name"], variants["pcode"], strict=True)]
    province_spellings = [
        *_own_names(provinces),
        *(
            (name, code)
            for code, names in zip(provinces["pcode"], provinces["name_variants"].fillna(""), strict=True)
            for name in names.split("|")
            if len(name) > 2
        ),
    ]
    return Gazetteer(
        provinces=provinces.drop(columns="name_variants"),
        districts=districts,
        names=_codes_by_spelling(spellings),
        province_names=_codes_by_spelling(province_spellings),
        nso=dict(zip(nso["nso_code"], nso["pcode"], strict=True)),
        contested_nso=frozenset(nso.loc[contested, "nso_code"]),
        outline=shapely.Polygon(outline[["lon", "lat"]].astype("float64").to_numpy()),
        labels=_labels(provinces) | _labels(districts),
    )


def _clean_code(text: str) -> str:
    text = unicodedata.normalize("NFC", text).translate(_DIGITS).translate(_NOT_SHOWN)
    return re.sub(r"[\s_.-]", "", text).casefold()


def _by_unique(values: pd.Series, answer: Callable[[str], str | None]) -> pd.Series:
    """Ask once for each different text: a column of 1.3 million cells holds a few hundred."""
    places, uniques = pd.factorize(values.astype("str"))
    answers = pd.Series([answer(str(text)) for text in uniques] + [None], dtype="str")
    return pd.Series(answers.array.take(places), index=values.index, name=values.name)


def _table(name: str) -> pd.DataFrame:
    """A table of the gazetteer: codes and names as text, measures as numbers."""
    frame = pd.read_csv(bundled("gazetteer", name), dtype="str", encoding="utf-8")
    for column in frame.columns.intersection(["lon", "lat", "area_km2"]):
        frame[column] = frame[column].astype("float64")
    for column in frame.columns:
        if column.startswith("population_") or column == "villages":
            frame[column] = frame[column].astype("Int64")
    return frame


def _own_names(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return [
        (str(name), str(code))
        for column in ("name_en", "name_lo")
        for name, code in zip(frame[column], frame["pcode"], strict=True)
    ]


def _codes_by_spelling(spellings: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    codes: dict[str, set[str]] = {}
    for name, code in spellings:
        codes.setdefault(fold_name(name), set()).add(code)
    return {name: tuple(sorted(found)) for name, found in codes.items()}


def _labels(frame: pd.DataFrame) -> dict[tuple[str, Language], str]:
    labels: dict[tuple[str, Language], str] = {}
    for code, english, lao in zip(frame["pcode"], frame["name_en"], frame["name_lo"], strict=True):
        labels[code, "en"] = english
        labels[code, "lo"] = lao
    return labels
