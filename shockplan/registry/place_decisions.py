"""What persons decided about places: kept in a TOML file and applied again to the next extract."""

import json
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shockplan.areas import Gazetteer
from shockplan.problems import InputError, Problem

Digits = Literal["nso", "pcode"]

_HEAD = "# Decisions about places. They apply to this extract and to every later one.\n"


@dataclass(frozen=True)
class PlaceDecisions:
    """`districts`: (text of the extract, text of its province column, '' none) -> P-code.
    `villages`: (district P-code, village name of the extract) -> village code.
    `digits`: what bare digits in the district column are: codes of the statistics office, or P-codes
    without their letters; None: asked where it matters.
    `accept_known_names`: a spelling that means one district only is taken without asking each time.
    `exchange_points`: points with longitude and latitude exchanged are turned.
    `points_crs`: the projection of points in metres, such as EPSG:32648.
    """

    districts: Mapping[tuple[str, str], str] = field(default_factory=lambda: MappingProxyType({}))
    villages: Mapping[tuple[str, str], str] = field(default_factory=lambda: MappingProxyType({}))
    digits: Digits | None = None
    accept_known_names: bool = False
    exchange_points: bool = False
    points_crs: Literal["EPSG:32647", "EPSG:32648"] | None = None


NO_PLACE_DECISIONS = PlaceDecisions()


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class _District(_Part):
    text: str
    province: str = ""
    pcode: str


class _Village(_Part):
    district: str
    text: str
    code: str


class _File(_Part):
    digits: Digits | None = None
    accept_known_names: bool = False
    exchange_points: bool = False
    points_crs: Literal["EPSG:32647", "EPSG:32648"] | None = None
    districts: tuple[_District, ...] = Field(default=(), alias="district")
    villages: tuple[_Village, ...] = Field(default=(), alias="village")


def plain_text(text: str) -> str:
    """A text of the extract as decisions know it: NFC, single spaces, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def read_place_decisions(path: Path, gazetteer: Gazetteer) -> PlaceDecisions:
    """The decisions in a TOML file; an entry whose code is still '' is not decided and left out.

    Raises InputError naming every entry that cannot be used.
    """
    file = _read_file(path)
    known = set(gazetteer.districts["pcode"])
    faults = [
        Problem(
            "places.decision_unknown_code", path.name, f"district[{number}].pcode", args={"code": entry.pcode}
        )
        for number, entry in enumerate(file.districts, start=1)
        if entry.pcode and entry.pcode not in known
    ]
    districts = [((plain_text(e.text), plain_text(e.province)), e.pcode) for e in file.districts]
    villages = [((e.district, plain_text(e.text)), e.code) for e in file.villages]
    if len(dict(districts)) < len(districts) or len(dict(villages)) < len(villages):
        faults.append(Problem("places.decided_twice", path.name))
    if faults:
        raise InputError(*faults)
    return PlaceDecisions(
        MappingProxyType({key: pcode for key, pcode in districts if pcode}),
        MappingProxyType({key: code for key, code in villages if code}),
        file.digits,
        file.accept_known_names,
        file.exchange_points,
        file.points_crs,
    )


def _read_file(path: Path) -> _File:
    try:
        return _File.model_validate(tomllib.loads(path.read_bytes().decode("utf-8-sig")))
    except OSError as error:
        args = {"reason": error.strerror or type(error).__name__}
        raise InputError(Problem("places.file_unreadable", path.name, args=args)) from None
    except ValidationError as error:
        raise InputError(*(_fault(path, fault) for fault in error.errors())) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(Problem("places.not_toml", path.name, args={"reason": str(error)})) from None


def write_place_decisions(decisions: PlaceDecisions) -> str:
    """The TOML text of the decisions, sorted, so that the same decisions are the same bytes."""
    lines = [_HEAD]
    if decisions.digits:
        lines.append(f"digits = {toml_text(decisions.digits)}\n")
    lines.append(f"accept_known_names = {str(decisions.accept_known_names).lower()}\n")
    lines.append(f"exchange_points = {str(decisions.exchange_points).lower()}\n")
    if decisions.points_crs:
        lines.append(f"points_crs = {toml_text(decisions.points_crs)}\n")
    for (text, province), pcode in sorted(decisions.districts.items()):
        lines.append(_entry("district", text=text, province=province, pcode=pcode))
    for (district, text), code in sorted(decisions.villages.items()):
        lines.append(_entry("village", district=district, text=text, code=code))
    return "".join(lines)


def with_district(decisions: PlaceDecisions, text: str, province: str, pcode: str) -> PlaceDecisions:
    """The decisions and one more: this text (in this province) means this district."""
    key = (plain_text(text), plain_text(province))
    return replace(decisions, districts=MappingProxyType({**decisions.districts, key: pcode}))


def with_village(decisions: PlaceDecisions, district: str, text: str, code: str) -> PlaceDecisions:
    """The decisions and one more: this name in this district means this village."""
    key = (district, plain_text(text))
    return replace(decisions, villages=MappingProxyType({**decisions.villages, key: code}))


def _entry(table: str, **keys: str) -> str:
    lines = [f"{key} = {toml_text(text)}\n" for key, text in keys.items()]
    return f"\n[[{table}]]\n" + "".join(lines)


def toml_text(text: str) -> str:
    """A TOML basic string. JSON's escapes are TOML's, but for DEL, which TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _fault(path: Path, fault: Any) -> Problem:
    steps = [f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in fault["loc"]]
    column = "".join(steps).lstrip(".")
    return Problem("places.entry_wrong", path.name, column, args={"reason": str(fault["msg"])})
