"""Where the demo's people live: made-up villages at made-up points along real-looking rivers."""

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from shockplan.areas import Gazetteer
from shockplan.boundaries import schematic_boundaries
from shockplan.demo import words

KM = np.array([107.6, 110.6])
"""Kilometres to a degree of longitude and latitude in Attapeu: a flat plane is enough for the demo."""

SEKONG = np.array(
    [
        (106.76, 15.20), (106.79, 15.12), (106.80, 15.02), (106.81, 14.92), (106.82, 14.82), (106.74, 14.74),
        (106.66, 14.67), (106.58, 14.61), (106.51, 14.55), (106.47, 14.51),
    ]
)  # fmt: skip
XE_KAMAN = np.array([(107.16, 14.93), (107.06, 14.86), (106.96, 14.85), (106.88, 14.83), (106.82, 14.82)])
XE_PIAN = np.array([(106.40, 14.78), (106.48, 14.73), (106.57, 14.68), (106.63, 14.64)])
"""Rough courses by hand, longitude and latitude: scenery for training, not hydrography."""

SETTLED = {
    "LA1701": [(106.95, 14.84, 6.5), (107.06, 14.82, 2.9), (106.92, 14.95, 2.8)],
    "LA1702": [(106.78, 14.82, 6.0), (106.78, 15.16, 2.2), (106.81, 14.91, 2.0)],
    "LA1703": [(106.41, 14.70, 12.5), (106.62, 14.60, 6.7), (106.65, 14.73, 4.4), (106.38, 14.52, 2.8)],
    "LA1704": [(107.19, 15.09, 13.0), (107.42, 15.08, 6.9), (107.07, 15.24, 3.9), (107.14, 14.90, 3.4)],
    "LA1705": [(106.89, 14.55, 12.0), (107.16, 14.60, 8.0), (107.05, 14.69, 3.0)],
}
"""Discs (longitude, latitude, radius in km) that lie in their district on schematic and official maps."""

DEMO_VILLAGES = {"LA1701": 32, "LA1702": 48, "LA1703": 48, "LA1704": 44, "LA1705": 21}
VILLAGES = 8500
"""In the whole country, after the mergers of small villages."""

FIRST_CODE = 901
"""Real village numbers stay below this, so that no made-up code is some real village's."""


def demo_villages(rng: np.random.Generator, gazetteer: Gazetteer) -> pd.DataFrame:
    """The 193 villages of the demo: code, name_lo, name_en, district, lon, lat, river_km.

    They crowd along the rivers, as villages do, and keep 600 m from each other.
    """
    points = [_settle(rng, SETTLED[district], count) for district, count in DEMO_VILLAGES.items()]
    frame = _villages(rng, pd.Series(DEMO_VILLAGES), np.concatenate(points), gazetteer)
    return frame.assign(river_km=distance_to_rivers(frame[["lon", "lat"]].to_numpy()))


def national_villages(rng: np.random.Generator, gazetteer: Gazetteer) -> pd.DataFrame:
    """About 8,500 villages over the 148 districts, in the proportions of published lists."""
    listed = gazetteer.districts.set_index("pcode")["villages"]
    known = listed.astype("float64").fillna(float(listed.median()))
    counts = (known * VILLAGES / known.sum()).round().astype("int64")
    cells = schematic_boundaries(gazetteer).frame.set_index("pcode").geometry
    points = [_scatter(rng, cells[district], int(count)) for district, count in counts.items()]
    return _villages(rng, counts, np.concatenate(points), gazetteer)


def river(course: NDArray[np.float64]) -> shapely.LineString:
    """A course as a river winds, in kilometres on the demo's plane."""
    straight = shapely.LineString(course * KM)
    steps = np.arange(0, straight.length, 0.3)
    points = shapely.get_coordinates(shapely.line_interpolate_point(straight, steps))
    along = np.gradient(points, axis=0)
    across = np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(*along.T)[:, None]
    # bends of some 5 and 8 km, none at the ends, where rivers meet
    bend = 0.55 * np.sin(steps * 2 * np.pi / 5.1) + 0.7 * np.sin(steps * 2 * np.pi / 8.3)
    calm = np.clip(np.minimum(steps, straight.length - steps) / 4, 0, 1)
    return shapely.LineString(points + across * (bend * calm)[:, None])


def distance_to_rivers(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kilometres from each point (n, 2; degrees) to the nearest river of the demo."""
    rivers = shapely.union_all([river(course) for course in (SEKONG, XE_KAMAN, XE_PIAN)])
    return np.asarray(shapely.distance(shapely.points(points * KM), rivers))


def _villages(
    rng: np.random.Generator, counts: pd.Series, points: NDArray[np.float64], gazetteer: Gazetteer
) -> pd.DataFrame:
    district = np.repeat(counts.index.to_numpy(dtype=object), counts)
    number = np.concatenate([np.arange(count) for count in counts]) + FIRST_CODE
    names = words.villages()
    rows = np.concatenate([_different(rng, count, len(names)) for count in counts])
    chosen = names.take(rows)
    nso = gazetteer.districts.set_index("pcode")["nso_code"]
    return pd.DataFrame(
        {
            "code": pd.Series(district).map(nso) + pd.Series(number).astype("str"),
            "name_lo": chosen.lao,
            "name_en": chosen.roman,
            "district": district,
            "lon": points[:, 0].round(5),
            "lat": points[:, 1].round(5),
        }
    )


def _different(rng: np.random.Generator, count: int, of: int) -> NDArray[np.int64]:
    """`count` different rows out of `of`."""
    return rng.permutation(of)[:count].astype("int64")


def _settle(
    rng: np.random.Generator, discs: list[tuple[float, float, float]], count: int
) -> NDArray[np.float64]:
    """Village points (count, 2) in the discs, likelier the nearer to a river."""
    radii = np.array([radius for _, _, radius in discs])
    many = 60 * count
    disc = rng.choice(len(discs), many, p=radii**2 / (radii**2).sum())
    angle, reach = rng.uniform(0, 2 * np.pi, many), np.sqrt(rng.uniform(0, 1, many)) * radii[disc]
    centres = np.array([(lon, lat) for lon, lat, _ in discs])[disc]
    offsets = np.column_stack([np.cos(angle), np.sin(angle)]) * reach[:, None]
    points = centres + offsets / KM
    likely = np.exp(-distance_to_rivers(points) / 3) + 0.06
    order = rng.choice(many, many, replace=False, p=likely / likely.sum())
    taken: list[NDArray[np.float64]] = []
    for point in points[order]:
        if all(np.hypot(*((point - other) * KM)) > 0.6 for other in taken):
            taken.append(point)
        if len(taken) == count:
            break
    return np.array(taken)


def _scatter(rng: np.random.Generator, area: shapely.Polygon, count: int) -> NDArray[np.float64]:
    """Points (count, 2) spread evenly over an area."""
    west, south, east, north = area.bounds
    found = np.empty((0, 2))
    while len(found) < count:
        points = rng.uniform((west, south), (east, north), (4 * count + 20, 2))
        found = np.concatenate([found, points[shapely.contains_xy(area, points)]])
    return found[:count]
