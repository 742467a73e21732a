"""The demo event as files: what a coordinator would have on the desk after a flood in Attapeu."""

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.areas import Gazetteer, load_gazetteer
from shockplan.bundled import bundled
from shockplan.demo import context, shocks
from shockplan.demo.extract import as_extract, repeat_households
from shockplan.demo.ground import DEMO_VILLAGES, demo_villages
from shockplan.demo.households import draw_households
from shockplan.problems import InputError, Problem
from shockplan.progress import Progress, silent

HOUSEHOLDS = 28_036
PEOPLE_SHARES = {"LA1701": 0.22, "LA1702": 0.26, "LA1703": 0.26, "LA1704": 0.16, "LA1705": 0.10}
VISITED_VILLAGES = 8
"""Villages where a team has looked at the houses: the nearest to the river."""


def write_demo(
    folder: Path, households: int | None = None, seed: int = 17, progress: Progress = silent
) -> Path:
    """Write the demo's inputs and its PLAN.toml into a folder and return the path of PLAN.toml.

    The same seed and number of households give the same bytes. Raises InputError where the folder
    cannot be written.
    """
    gazetteer = load_gazetteer()
    count = HOUSEHOLDS if households is None else households
    # each input draws from its own stream: a change to the people leaves the flood as it was
    places, people, water, impact = (np.random.default_rng([seed, part]) for part in range(4))
    villages = demo_villages(places, gazetteer)
    progress(0.1)
    extract = _extract(people, villages, count, gazetteer)
    progress(0.7)
    files = {
        "registry_made_up.csv": _csv(extract, bom=True),
        "villages_made_up.csv": _csv(_village_points(villages)),
        "flood_made_up.geojson": shocks.write_geojson(shocks.flood(water)),
        "observed_made_up.geojson": shocks.write_geojson(shocks.observed()),
        "rivers_made_up.geojson": shocks.write_geojson(context.rivers()),
        "roads_made_up.geojson": shocks.write_geojson(context.roads()),
        "covid_impact_made_up.csv": _csv(shocks.covid_impact(impact, gazetteer)),
        "PLAN.toml": _plan_file(count),
    }
    progress(0.9)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            _write_whole(folder / name, content)
    except OSError as error:
        args = {"folder": str(folder), "reason": error.strerror or ""}
        raise InputError(Problem("demo.cannot_write", args=args)) from None
    progress(1)
    return folder / "PLAN.toml"


def _plan_file(count: int) -> bytes:
    """The demo's plan; the funds shrink with the households, so that some always wait."""
    text = bundled("demo", "PLAN.toml").read_text(encoding="utf-8")
    if count == HOUSEHOLDS:
        return text.encode()

    def shrink(found: re.Match[str]) -> str:
        return f"amount = {max(1, int(found[1]) * count // HOUSEHOLDS)}"

    return re.sub(r"(?m)^amount = (\d+)$", shrink, text).encode()


def _extract(
    rng: np.random.Generator, villages: pd.DataFrame, count: int, gazetteer: Gazetteer
) -> pd.DataFrame:
    village = _homes(rng, villages, count)
    households = draw_households(rng, villages, village)
    households = _assess_damage(rng, households, villages["river_km"].to_numpy()[village])
    extract = as_extract(households, rng, gazetteer, prefix="ATP-")
    # enough of each kind to be met among those the flood hit, in a small demo too
    return repeat_households(extract, rng, each=min(max(12, count // 1400), count // 8))


def _homes(rng: np.random.Generator, villages: pd.DataFrame, count: int) -> NDArray[np.int64]:
    """The village of each household, sorted: districts by their share, villages of unequal size."""
    size = rng.uniform(0.4, 1.6, len(villages))
    size /= pd.Series(size).groupby(villages["district"]).transform("sum").to_numpy()
    share = villages["district"].map(PEOPLE_SHARES).to_numpy() * size
    return np.sort(rng.choice(len(villages), count, p=share / share.sum()))


def _assess_damage(
    rng: np.random.Generator, households: pd.DataFrame, river_km: NDArray[np.float64]
) -> pd.DataFrame:
    """What a team saw in the villages nearest to the river; blank elsewhere."""
    distances = pd.Series(river_km).drop_duplicates().nsmallest(VISITED_VILLAGES)
    visited = pd.Series(river_km).isin(distances).to_numpy()
    kinds = ["none", "minor", "major", "destroyed"]
    damage = rng.choice(kinds, len(households), p=[0.25, 0.4, 0.25, 0.1])
    checked = np.where(rng.random(len(households)) < 0.85, "Yes", "No")
    return households.assign(
        damage=np.where(visited, damage, ""), damage_verified=np.where(visited, checked, "")
    )


def _village_points(villages: pd.DataFrame) -> pd.DataFrame:
    table = villages[["code", "name_lo", "name_en", "district", "lon", "lat"]]
    return table.assign(source="made up for the demo")


def _csv(frame: pd.DataFrame, bom: bool = False) -> bytes:
    text = io.StringIO()
    frame.to_csv(text, index=False, lineterminator="\r\n")
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


def _write_whole(path: Path, content: bytes) -> None:
    """Never half a file: written beside, then moved."""
    beside = path.with_name(path.name + ".part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


assert set(PEOPLE_SHARES) == set(DEMO_VILLAGES)
