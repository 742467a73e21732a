"""A small plan for the maps' tests, put together by hand: nothing in it was worked out or is true."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import shapely

from shockplan.areas import load_gazetteer
from shockplan.boundaries import Boundaries, schematic_boundaries
from shockplan.budget import Status
from shockplan.decisions import NO_DECISIONS
from shockplan.exposure import Certainty
from shockplan.plan import Plan, PlanInputs
from shockplan.planfile import PlanSpec
from shockplan.registry.household import Registry
from shockplan.shocks.layer import AreaLayer, FeatureCount, HazardLayer, Severity
from shockplan.source import Source

ATTAPEU = ("LA1701", "LA1702", "LA1703", "LA1704", "LA1705")
NOTHING = Source("made_up", "0" * 64, 0)


def made_up_spec() -> PlanSpec:
    return PlanSpec.model_validate(
        {
            "plan": {
                "name": "Flood cash",
                "name_lo": "ເງິນຊ່ວຍເຫຼືອນ້ຳຖ້ວມ",
                "event": "Sekong flood (made up)",
                "event_lo": "ນ້ຳຖ້ວມແມ່ນ້ຳເຊກອງ (ສົມມຸດ)",
                "date": dt.date(2026, 9, 14),
                "made_up": True,
            },
            "registry": {"file": "registry.csv"},
            "layers": [
                {
                    "kind": "hazard",
                    "id": "flood",
                    "name": "Sekong flood",
                    "name_lo": "ນ້ຳຖ້ວມເຊກອງ",
                    "file": "flood.gpkg",
                },
                {
                    "kind": "area",
                    "id": "covid",
                    "name": "COVID-19: lost work",
                    "name_lo": "ໂຄວິດ-19: ເສຍວຽກ",
                    "file": "covid.csv",
                    "code": "pcode",
                    "value": "lost_work",
                    "classes": {"breaks": {"low": 5, "moderate": 10, "severe": 20}},
                },
            ],
            "transfers": [{"id": "cash", "name": "Cash", "mode": "flat", "kip": 1_500_000}],
            "funds": [{"id": "fund", "name": "Fund", "amount": 1_000_000_000}],
        }
    )


def made_up_flood(observed: bool = True) -> HazardLayer:
    """A river of three severities through Attapeu; its west was looked at, the east was not."""
    river = shapely.LineString(
        [(106.55, 15.2), (106.7, 14.95), (106.85, 14.8), (106.95, 14.6), (107.0, 14.4)]
    )
    inner, middle, outer = (river.buffer(width, quad_segs=8) for width in (0.02, 0.05, 0.09))
    parts = np.array([outer.difference(middle), middle.difference(inner), inner], dtype=object)
    severity = np.array([Severity.LOW, Severity.MODERATE, Severity.SEVERE], dtype=np.int8)
    looked_at = shapely.box(106.0, 14.0, 107.15, 15.4) if observed else None
    return HazardLayer(
        "flood", "Sekong flood", "flood", NOTHING, "Made up, no satellite", dt.date(2026, 9, 10), True,
        parts, severity, looked_at, FeatureCount(3, 3, 0, 0, 0), (),
    )  # fmt: skip


def made_up_indicator() -> AreaLayer:
    values = pd.DataFrame(
        {
            "pcode": list(ATTAPEU),
            "value": [4.0, 8.0, 12.0, 25.0, np.nan],
            "severity": np.array([0, 1, 2, 3, -1], dtype=np.int8),
        }
    )
    breaks = {Severity.LOW: 5.0, Severity.MODERATE: 10.0, Severity.SEVERE: 20.0}
    return AreaLayer(
        "covid", "COVID-19: lost work", "covid", NOTHING, "Made up", None, False,
        "lost work", "%", "district", values, breaks, (),
    )  # fmt: skip


def made_up_registry(districts: tuple[str, ...], households: int, villages: int, seed: int) -> Registry:
    """Households spread over villages, villages over districts, near the middle of each."""
    random = np.random.default_rng(seed)
    known = load_gazetteer().districts.set_index("pcode").loc[list(districts)]
    of_village = random.integers(0, len(districts), villages)
    places = known[["lon", "lat"]].to_numpy()[of_village] + random.normal(0, 0.09, (villages, 2))
    places[random.random(villages) < 0.02] = np.nan
    numbers = np.arange(villages)
    village_table = pd.DataFrame(
        {
            "key": [f"{districts[d]}{n:03}" for d, n in zip(of_village, numbers, strict=True)],
            "code": [f"{districts[d]}{n:03}" for d, n in zip(of_village, numbers, strict=True)],
            "name_lo": [f"ບ້ານ{n}" for n in numbers],
            "name_en": [f"Ban {n}" for n in numbers],
            "district": [districts[d] for d in of_village],
            "lon": places[:, 0],
            "lat": places[:, 1],
        }
    )
    village = random.integers(-1, villages, households)
    district = np.where(village >= 0, of_village[village], random.integers(0, len(districts), households))
    household_table = pd.DataFrame(
        {"district": np.array(districts)[district], "village": village.astype(np.int32)}
    )
    empty = pd.DataFrame({"source_row": [], "household_id": [], "district": [], "code": []})
    return Registry(household_table, village_table, empty, frozenset(), households, (), ())


def made_up_plan(
    boundaries: Boundaries | None = None,
    districts: tuple[str, ...] = ATTAPEU,
    households: int = 5000,
    villages: int = 60,
    seed: int = 17,
    **changes: Any,
) -> Plan:
    """A plan whose every answer is a throw of the dice. `changes` replace fields of the inputs."""
    gazetteer = load_gazetteer()
    random = np.random.default_rng(seed)
    registry = made_up_registry(districts, households, villages, seed)
    inputs = {
        "spec": made_up_spec(),
        "registry": registry,
        "layers": (made_up_flood(), made_up_indicator()),
        "gazetteer": gazetteer,
        "boundaries": boundaries or schematic_boundaries(gazetteer),
        "decisions": NO_DECISIONS,
        "sources": (),
        "problems": (),
        **changes,
    }
    luck = random.random(households) + 0.15 * pd.factorize(registry.households["district"])[0] % 0.9
    affected = np.select([luck > 0.8, luck > 0.6], [Certainty.CERTAIN, Certainty.POSSIBLE], Certainty.NO)
    status = np.select(
        [luck > 1.0, luck > 0.8, luck > 0.7],
        [Status.FUNDED, Status.WAITING, Status.VERIFY],
        Status.NOT_ELIGIBLE,
    )
    total = np.where(status == Status.FUNDED, 1_500_000, 0).astype(np.int64)
    return Plan(
        PlanInputs(**inputs),
        exposure=SimpleNamespace(affected=affected.astype(np.int8)),  # type: ignore[arg-type]
        targeting=SimpleNamespace(),  # type: ignore[arg-type]
        entitlements=SimpleNamespace(),  # type: ignore[arg-type]
        allocation=SimpleNamespace(status=status.astype(np.int8), total_kip=total),  # type: ignore[arg-type]
        summary=SimpleNamespace(as_json=dict),  # type: ignore[arg-type]
        fingerprint="a1b2c3d4e5f60718" * 4,
    )
