"""How a product that the program does not know is read: said once, kept as a profile, found again.

A profile is a small TOML file. A plan takes one by `profile = "file.toml"` in a layer: its keys are
laid under the layer's own, so that the plan states in full what was read, and how.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import platformdirs
import tomli_w
from pydantic import ValidationError

from shockplan.planfile import Classes, Part, Where
from shockplan.problems import Arg, InputError, Problem

SAME_SHAPE = 0.8
"""Share of all fields of a file and a profile that must be in both."""


class LayerKeys(Part):
    """The keys of a layer that a profile states. See docs/plan-file.md."""

    shock: str | None = None
    layer: str | None = None
    where: Where | None = None
    classes: Classes | None = None
    crs: str | None = None
    nodata: Literal["not_observed", "none"] | None = None
    code: str | None = None
    value: str | None = None
    unit: str | None = None
    level: Literal["area", "village"] | None = None
    district: str | None = None
    unlisted: Literal["not_observed", "none"] | None = None
    by_name: bool | None = None
    source: str | None = None


class Profile(Part):
    """`fields`: the headings of the file it was made from, which betray the next one of its kind.

    A raster has no fields: `file_like` are the letters of its name.
    """

    name: str
    kind: Literal["hazard", "area"]
    dated: dt.date | None = None
    fields: tuple[str, ...] = ()
    file_like: str = ""
    keys: LayerKeys = LayerKeys()


def read_profile(path: Path) -> Profile:
    """A profile file, checked. Raises InputError with every fault."""
    try:
        return Profile.model_validate(tomllib.loads(path.read_text("utf-8-sig"), parse_float=Decimal))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("shocks.profile_unreadable", path.name, args={"reason": reason})) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            Problem("shocks.profile_unreadable", path.name, args={"reason": str(error)})
        ) from None
    except ValidationError as error:
        raise InputError(
            *(
                Problem(
                    "shocks.profile_wrong",
                    path.name,
                    ".".join(str(step) for step in fault["loc"]),
                    args={"reason": fault["msg"]},
                )
                for fault in error.errors()
            )
        ) from None


def profile_text(profile: Profile) -> str:
    """The profile as TOML: read back, it is the same."""
    return tomli_w.dumps(profile.model_dump(mode="python", exclude_unset=True, exclude_none=True))


def save_profile(profile: Profile, folder: Path) -> Path:
    """Write it under its name into a folder, in place of an older one of that name."""
    plain = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in profile.name.strip())
    path = folder / f"{plain.strip('-') or 'profile'}.toml"
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(profile_text(profile), "utf-8")
    unfinished.replace(path)
    return path


def profiles_folder() -> Path:
    """Where this person's saved profiles lie."""
    return platformdirs.user_data_path("ShockPlan", appauthor=False) / "profiles"


def saved_profiles(folder: Path) -> list[Profile]:
    """Every profile that can be read in a folder, by name; a broken file is passed over."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        try:
            found.append(read_profile(path))
        except InputError:
            continue  # it is one of many; opening it by name says what is wrong
    return found


def fitting(profiles: Sequence[Profile], kind: str, fields: Sequence[str], file_name: str) -> Profile | None:
    """The profile made for files of this shape: the same fields, else most of them with those it reads."""
    shape = {field.casefold() for field in fields}
    best: tuple[float, Profile] | None = None
    for profile in profiles:
        if profile.kind != kind or not _reads_from(profile) <= shape:
            continue
        if profile.file_like:
            alike = float(profile.file_like == letters_of(file_name)) if not shape else 0.0
        else:
            own = {field.casefold() for field in profile.fields}
            alike = len(own & shape) / max(1, len(own | shape))
        if alike >= SAME_SHAPE and (best is None or alike > best[0]):
            best = alike, profile
    return best[1] if best else None


def letters_of(file_name: str) -> str:
    """What the names of a raster's editions share: its letters, without dates, tiles and numbers."""
    return "".join(sign for sign in Path(file_name).stem.casefold() if sign.isalpha())


def with_profiles(tables: Mapping[str, Any], folder: Path, plan_name: str) -> dict[str, Any]:
    """The tables of a plan file, each layer that names a profile with the profile's keys under its own.

    Raises InputError where a profile cannot be read, or is of the other kind.
    """
    layers = tables.get("layers")
    if not isinstance(layers, list):
        return dict(tables)
    problems: list[Problem] = []
    filled = [
        _filled(layer, number, folder, plan_name, problems) if isinstance(layer, Mapping) else layer
        for number, layer in enumerate(layers, start=1)
    ]
    if problems:
        raise InputError(*problems)
    return {**tables, "layers": filled}


def _filled(
    layer: Mapping[str, Any], number: int, folder: Path, plan_name: str, problems: list[Problem]
) -> dict[str, Any]:
    """One layer with the keys of the profile it names; faults are added to `problems`."""
    name = layer.get("profile")
    if not isinstance(name, str):
        return dict(layer)
    own = {key: value for key, value in layer.items() if key != "profile"}
    try:
        profile = read_profile(folder / name)
    except InputError as error:
        problems.extend(error.problems)
        return own
    if own.get("kind", profile.kind) != profile.kind:
        args: dict[str, Arg] = {"profile": name, "kind": profile.kind}
        problems.append(Problem("shocks.profile_kind", plan_name, f"layers[{number}].profile", args=args))
        return own
    stated = profile.keys.model_dump(mode="python", exclude_none=True, exclude_unset=True)
    return {"kind": profile.kind, **stated, **own}


def _reads_from(profile: Profile) -> set[str]:
    keys = profile.keys
    named = [keys.classes.field if keys.classes else None, keys.where.field if keys.where else None]
    named += [keys.code, keys.value]
    return {name.casefold() for name in named if name and not name.startswith("#")}
