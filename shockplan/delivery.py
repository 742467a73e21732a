"""The delivery plan: where, on which day and by which team each village is paid.

It comes from a table that persons keep (`decisions.delivery`), from the capacity that the plan file states
(`[delivery]`: teams, households a day, first day, pay points), or from both: the table goes first.
"""

import csv
import datetime as dt
import io
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from shockplan.budget import Status
from shockplan.planfile import DeliverySpec
from shockplan.problems import InputError, Problem
from shockplan.registry.household import Registry
from shockplan.shocks.layer import HazardLayer, Layer, Severity

if TYPE_CHECKING:
    from shockplan.plan import Plan

EARTH_KM = 6371.0088
EVERY_ROUND = 0
YES = frozenset({"yes", "y", "1", "true", "ແມ່ນ", "ຕັດຂາດ"})
NO = frozenset({"no", "n", "0", "false", "ບໍ່", "ບໍ່ແມ່ນ"})
COLUMNS = ("admin2_pcode", "village_code", "village", "round", "date", "team", "pay_point", "cut_off")

Place = tuple[str, int]
"""District P-code and row of registry.villages, -1 for the households without a village."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit. A blank is not known yet. `cut_off`: has the shock cut the village off? None: unknown."""

    pay_point: str = ""
    team: str = ""
    day: dt.date | None = None
    cut_off: bool | None = None


NOT_PLANNED = Stop()


@dataclass(frozen=True, eq=False)
class Delivery:
    """The stops by place and round; round 0 holds for every round that has no stop of its own."""

    stops: Mapping[tuple[Place, int], Stop] = field(default_factory=lambda: MappingProxyType({}))

    def at(self, place: Place, round_number: int) -> Stop:
        """What is known of a visit."""
        general = self.stops.get((place, EVERY_ROUND), NOT_PLANNED)
        return self.stops.get((place, round_number), general)


NO_DELIVERY = Delivery()


_MADE: "WeakKeyDictionary[Plan, Delivery]" = WeakKeyDictionary()


def delivery_of(plan: "Plan") -> Delivery:
    """The stops of a plan: those of its table, the others from the capacity where it is stated."""
    spec = plan.inputs.spec.delivery
    if spec is None:
        return plan.inputs.delivery
    if plan not in _MADE:
        loads = loads_of(plan)
        cut_off = (
            frozenset[Place]()
            if spec.cut_off_from == "never"
            else struck(loads, plan.inputs.layers, Severity[spec.cut_off_from.upper()])
        )
        _MADE[plan] = fill_by_capacity(spec, loads, plan.inputs.delivery, cut_off)
    return _MADE[plan]


def struck(loads: Sequence["Load"], layers: Sequence[Layer], at_least: Severity) -> frozenset[Place]:
    """The villages whose reference point a hazard hits that hard: the way there may be cut."""
    hazards = [layer for layer in layers if isinstance(layer, HazardLayer) and layer.defines_affected]
    parts = [layer.parts[layer.severity >= at_least] for layer in hazards]
    ground = np.concatenate(parts) if parts else np.empty(0, dtype=object)
    found: set[Place] = set()
    for load in loads:
        known = np.flatnonzero(np.isfinite(load.lon) & np.isfinite(load.lat))
        points = shapely.points(load.lon[known], load.lat[known])
        met = shapely.STRtree(ground).query(points, predicate="intersects")[0]
        found.update(load.places[row] for row in known[np.unique(met)].tolist())
    return frozenset(found)


def loads_of(plan: "Plan") -> "tuple[Load, ...]":
    """What there is to visit in each round, places by district code, then village."""
    registry, rounds = plan.inputs.registry, plan.entitlements.rounds
    funded = plan.allocation.status == Status.FUNDED
    loads = []
    for number in range(1, int(rounds[funded].max(initial=0)) + 1):
        paid = registry.households.loc[funded & (rounds >= number), ["district", "village"]]
        counts = paid.value_counts().sort_index()
        places = tuple((str(district), int(village)) for district, village in counts.index)
        points = registry.villages[["lon", "lat"]].reindex([village for _, village in places])
        lon, lat = (points[name].to_numpy(np.float64) for name in ("lon", "lat"))
        loads.append(Load(number, places, counts.to_numpy(np.int64), lon, lat))
    return tuple(loads)


def read_delivery(path: Path, registry: Registry) -> tuple[Delivery, tuple[Problem, ...]]:
    """The table of stops: CSV with the headings of COLUMNS, of which admin2_pcode is needed.

    A village is named by its code or its name in the registry. Rows that name none, or one that several
    villages bear, are problems and are left out. Raises InputError where the file cannot be read.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(Problem("delivery.not_utf8", path.name, "decisions.delivery")) from None
    except OSError as error:
        reason = {"reason": error.strerror or type(error).__name__}
        raise InputError(
            Problem("delivery.unreadable", path.name, "decisions.delivery", args=reason)
        ) from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if "admin2_pcode" not in (reader.fieldnames or []):
        raise InputError(Problem("delivery.no_column", path.name, "admin2_pcode"))
    known = places_by_name(registry)
    stops: dict[tuple[Place, int], Stop] = {}
    faults: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for line in reader:
        row = {name: (line.get(name) or "").strip() for name in COLUMNS}
        fault = take_stop(row, known, stops)
        if fault:
            code, column = fault
            faults.setdefault((code, column), []).append((reader.line_num, row[column]))
    problems = [
        Problem(
            code,
            path.name,
            column,
            tuple(row for row, _ in found),
            tuple(text for _, text in found),
            level="warning",
        )
        for (code, column), found in faults.items()
    ]
    return Delivery(MappingProxyType(stops)), tuple(problems)


def take_stop(
    row: Mapping[str, str],
    known: Mapping[tuple[str, str], tuple[int, ...]],
    stops: dict[tuple[Place, int], Stop],
) -> tuple[str, str] | None:
    """Add the stop of a row; gives (problem code, column) where it cannot be taken."""
    name = row["village_code"] or unicodedata.normalize("NFC", row["village"])
    villages = known.get((row["admin2_pcode"], name), ())
    if len(villages) != 1:
        column = "village_code" if row["village_code"] else "village"
        return ("delivery.ambiguous_village" if villages else "delivery.unknown_village"), column
    number = row["round"] or "0"
    if not number.isdecimal():
        return "delivery.not_a_round", "round"
    day = date_in(row["date"])
    if row["date"] and day is None:
        return "delivery.not_a_date", "date"
    said = row["cut_off"].casefold()
    if said and said not in YES | NO:
        return "delivery.not_yes_or_no", "cut_off"
    cut_off = said in YES if said else None
    stop = Stop(row["pay_point"], row["team"], day, cut_off)
    key = (row["admin2_pcode"], villages[0]), int(number)
    if stops.get(key, stop) != stop:
        return "delivery.conflict", "village"
    if stop != NOT_PLANNED:
        stops[key] = stop
    return None


def date_in(text: str) -> dt.date | None:
    """2026-11-24 or 24/11/2026; None for anything else."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def places_by_name(registry: Registry) -> dict[tuple[str, str], tuple[int, ...]]:
    """(district, code or name) -> the villages so called; ('LA1701', '') is no village."""
    villages = registry.villages
    found: dict[tuple[str, str], set[int]] = {
        (str(district), ""): {-1} for district in registry.households["district"].unique()
    }
    for column in ("code", "name_lo", "name_en"):
        names = villages[column]
        present = names.notna()
        for index, district, name in zip(
            villages.index[present], villages["district"][present], names[present], strict=True
        ):
            found.setdefault((str(district), unicodedata.normalize("NFC", str(name))), set()).add(int(index))
    return {key: tuple(sorted(rows)) for key, rows in found.items()}


@dataclass(frozen=True, eq=False)
class Load:
    """What there is to visit in one round: parallel arrays over places, in list order.

    places; households (n,) int64; lon, lat (n,) float64 degrees, NaN where the place is not known.
    """

    round_number: int
    places: tuple[Place, ...]
    households: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


def fill_by_capacity(
    spec: DeliverySpec, loads: Sequence[Load], kept: Delivery = NO_DELIVERY, cut_off: Collection[Place] = ()
) -> Delivery:
    """A stop for every place in every round, with what `kept` says of it and the rest filled in.

    Villages go to the nearest pay point (great circle; without a known place, to the first), pay points to
    the teams as `shared_out` says. A team pays at most `households_per_day` a day, from Monday to Friday,
    those of days that `kept` fixes counted first; a village larger than that takes days of its own. Rounds
    follow one another `days_between_rounds` days after the first day of the round
    before. `cut_off`: places that are marked where `kept` says neither yes nor no.
    """
    stops = dict(kept.stops)
    for load in loads:
        start = spec.start + dt.timedelta(days=spec.days_between_rounds * (load.round_number - 1))
        known = [kept.at(place, load.round_number) for place in load.places]
        nearest = nearest_point(load, [(point.lon, point.lat) for point in spec.pay_points])
        for team, rows in shared_out(spec.teams, nearest, load.households, known).items():
            taken = Counter[dt.date]()
            for row in rows:
                if (fixed := known[row].day) is not None:
                    taken[fixed] += int(load.households[row])
            free = [row for row in rows if known[row].day is None]
            days = dict(days_of(free, load.households, start, spec.households_per_day, taken))
            for row in rows:
                place, planned = load.places[row], known[row]
                point = spec.pay_points[nearest[row]].name if spec.pay_points else ""
                marked = True if place in cut_off else None
                stops[place, load.round_number] = Stop(
                    pay_point=planned.pay_point or point,
                    team=team,
                    day=planned.day or days[row],
                    cut_off=marked if planned.cut_off is None else planned.cut_off,
                )
    return Delivery(MappingProxyType(stops))


def shared_out(
    teams: Sequence[str], groups: NDArray[np.int64], households: NDArray[np.int64], known: Sequence[Stop]
) -> dict[str, list[int]]:
    """The rows of each team: those that `known` gives it, then what is left, pay point by pay point.

    A pay point with more than one team's even share is divided, village after village, into such shares.
    The largest part goes first, to the team with the least work.
    """
    rows_of: dict[str, list[int]] = {team: [] for team in teams}
    for row, stop in enumerate(known):
        if stop.team:
            rows_of.setdefault(stop.team, []).append(row)
    work = {team: int(households[rows].sum()) for team, rows in rows_of.items()}
    even = -(-int(households.sum()) // len(teams))
    left = np.array([not stop.team for stop in known], dtype=np.bool_)
    parts = [
        part
        for group in sorted(set(groups[left].tolist()))
        for part in parts_of(np.flatnonzero(left & (groups == group)), households, even)
    ]
    for part in sorted(parts, key=lambda rows: -int(households[rows].sum())):
        team = min(teams, key=lambda name: (work[name], teams.index(name)))
        rows_of[team] += part
        work[team] += int(households[part].sum())
    return {team: rows for team, rows in rows_of.items() if rows}


def parts_of(rows: NDArray[np.int64], households: NDArray[np.int64], most: int) -> list[list[int]]:
    """The rows in order, cut into parts of at most `most` households; one row may be more by itself."""
    parts: list[list[int]] = [[]]
    free = most
    for row in rows.tolist():
        count = int(households[row])
        if parts[-1] and count > free:
            parts.append([])
            free = most
        parts[-1].append(row)
        free -= count
    return parts


def nearest_point(load: Load, points: Sequence[tuple[float, float]]) -> NDArray[np.int64]:
    """(n,) index of the nearest pay point; the districts stand for them where there are none."""
    if not points:
        return np.asarray(
            pd.factorize(np.array([district for district, _ in load.places]))[0], dtype=np.int64
        )
    distances = np.stack([distance_km(load.lon, load.lat, lon, lat) for lon, lat in points], axis=1)
    return np.asarray(np.where(np.isnan(distances[:, 0]), 0, distances.argmin(axis=1)), dtype=np.int64)


def distance_km(
    lon: NDArray[np.float64], lat: NDArray[np.float64], to_lon: float, to_lat: float
) -> NDArray[np.float64]:
    """(n,) great-circle distance (haversine), kilometres; NaN stays NaN."""
    a, b = np.radians(lat), np.radians(to_lat)
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(to_lon - lon) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(half)), dtype=np.float64)


def days_of(
    rows: Sequence[int],
    households: NDArray[np.int64],
    start: dt.date,
    per_day: int,
    taken: Mapping[dt.date, int] = MappingProxyType({}),
) -> Iterator[tuple[int, dt.date]]:
    """The first day of each row's visit, in the order given, filling one day after the other.

    `taken`: households that a day already holds.
    """
    day = workday(start)
    free = per_day - taken.get(day, 0)
    for row in rows:
        count = int(households[row])
        while free <= 0 or (count > free and free < per_day):
            day = workday(day + dt.timedelta(days=1))
            free = per_day - taken.get(day, 0)
        yield row, day
        while count > free:
            count -= max(free, 0)
            day = workday(day + dt.timedelta(days=1))
            free = per_day - taken.get(day, 0)
        free -= count


def workday(day: dt.date) -> dt.date:
    """The day itself, or the Monday after where it is on a weekend."""
    return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
