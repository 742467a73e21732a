"""A small plan for tests of the paper writers, put together by hand from made-up households."""

import datetime as dt
from decimal import Decimal

import numpy as np
import shapely
from numpy.typing import NDArray

from shockplan.areas import load_gazetteer
from shockplan.boundaries import schematic_boundaries
from shockplan.budget import Allocation, FundResult, Reason, Status
from shockplan.decisions import NO_DECISIONS
from shockplan.exposure import Certainty, Exposure, LayerExposure
from shockplan.plan import Plan, PlanInputs
from shockplan.planfile import PlanSpec
from shockplan.registry.household import Registry
from shockplan.shocks.layer import FeatureCount, HazardLayer
from shockplan.source import Source
from shockplan.summary import summarise
from shockplan.targeting import Decision, Leaf, Targeting
from shockplan.transfers import Entitlements
from tests.core.made_up import made_up_registry

FINGERPRINT = "a1b2c3d4e5f60718" + "0" * 48
Statuses = NDArray[np.int8]


def paper_spec(made_up: bool = True) -> PlanSpec:
    return PlanSpec.model_validate(
        {
            "plan": {
                "name": "Sekong flood 2026", "name_lo": "ນ້ຳຖ້ວມແມ່ນ້ຳເຊກອງ 2026",
                "event": "Flood along the Sekong", "event_lo": "ນ້ຳຖ້ວມລຽບແມ່ນ້ຳເຊກອງ",
                "programme": "Emergency cash", "date": dt.date(2026, 11, 24), "made_up": made_up,
                "contact": "020 5555 0000",
            },
            "registry": {"file": "registry.csv"},
            "layers": [{"kind": "hazard", "id": "flood", "name": "Flood", "file": "flood.geojson"}],
            "score": {"indicators": [{"field": "under_5", "weight": Decimal(1)}]},
            "transfers": [
                {"id": "cash", "name": "Cash", "mode": "per_person", "kip": 100_000, "rounds": 3,
                 "in_kind": [{"item": "rice", "item_lo": "ເຂົ້າ", "unit": "kg", "per_person": Decimal("7.5")}]}
            ],
            "funds": [{"id": "fund", "name": "Fund", "account_code": "62-01", "amount": Decimal(10**12)}],
        }
    )  # fmt: skip


def paper_plan(
    n: int = 200,
    seed: int = 3,
    *,
    approved: bool = False,
    made_up: bool = True,
    registry: Registry | None = None,
    spec: PlanSpec | None = None,
) -> Plan:
    """Every third household is to be verified, every seventh not eligible, every ninth waits."""
    registry = registry or made_up_registry(n, seed)
    spec = spec or paper_spec(made_up)
    number = np.arange(len(registry.households))
    status = np.where(number % 9 == 8, Status.WAITING, Status.FUNDED)
    status = np.where(number % 3 == 1, Status.VERIFY, status)
    status = np.where(number % 7 == 6, Status.NOT_ELIGIBLE, status).astype(np.int8)
    exposure = _exposure(status)
    targeting = _targeting(status, registry)
    entitlements, allocation = _money(status, registry)
    sources = (Source("registry.csv", "ab" * 32, 1234),)
    inputs = PlanInputs(
        spec, registry, (_flood(),), load_gazetteer(), schematic_boundaries(load_gazetteer()),
        NO_DECISIONS, sources, registry.problems,
    )  # fmt: skip
    summary = summarise(registry, exposure, targeting, entitlements, allocation, spec, inputs.problems)
    return Plan(inputs, exposure, targeting, entitlements, allocation, summary, FINGERPRINT, approved)


def _exposure(status: Statuses) -> Exposure:
    """Who is to be verified is possibly affected, who is not eligible is not."""
    certain = np.full(len(status), Certainty.CERTAIN, np.int8)
    certain[status == Status.VERIFY] = Certainty.POSSIBLE
    certain[status == Status.NOT_ELIGIBLE] = Certainty.NO
    severity, share = np.full(len(status), 3, np.int8), np.ones(len(status))
    basis = np.full(len(status), 3, np.int8)
    layer = LayerExposure("flood", severity, certain, share, basis)
    return Exposure((layer,), certain, severity, share, basis)


def _targeting(status: Statuses, registry: Registry) -> Targeting:
    n = len(status)
    decision = np.full(n, Decision.YES, np.int8)
    decision[status == Status.VERIFY] = Decision.VERIFY
    decision[status == Status.NOT_ELIGIBLE] = Decision.NO
    answers = np.where((status == Status.VERIFY) & (np.arange(n) % 2 == 0), -1, 1).astype(np.int8)
    return Targeting(
        decision=decision,
        answers=answers[:, None],
        leaves=(Leaf("eligibility.rule", "affected", "targeting.affected", n, 0, 0),),
        score=np.ones(n),
        blank_score=registry.households[["under_5"]].isna().to_numpy(),
        order=np.arange(n, dtype=np.int64),
    )


def _money(status: Statuses, registry: Registry) -> tuple[Entitlements, Allocation]:
    n = len(status)
    number, funded = np.arange(n), status == Status.FUNDED
    due = registry.households["members"].fillna(1).to_numpy(np.int64) * 100_000
    rounds = np.where(number % 2 == 0, 3, 1).astype(np.int16)
    entitlements = Entitlements(
        transfer=np.zeros(n, np.int16), numerator=due, denominator=1, rounds=rounds,
        base_kip=np.zeros(n, np.int64), matched=np.ones(n, np.int16),
        blank=registry.households["members"].isna().to_numpy(),
    )  # fmt: skip
    round_kip = np.where(funded, due, 0)
    total = round_kip * rounds
    paid, budget = int(total.sum()), 10**12
    fund = FundResult("fund", budget, 0, 0, paid, 0, budget - paid, int(funded.sum()), 0)
    allocation = Allocation(
        status=status,
        reason=np.where(status == Status.WAITING, Reason.MONEY, Reason.NONE).astype(np.int8),
        rank=np.where(status >= Status.WAITING, number + 1, 0).astype(np.int64),
        fund=np.where(funded, 0, -1).astype(np.int16), round_kip=round_kip, total_kip=total,
        fee_kip=np.zeros(n, np.int64), funds=(fund,), scale=1_000_000, due_kip=due,
    )  # fmt: skip
    return entitlements, allocation


def _flood() -> HazardLayer:
    parts = np.empty(1, dtype=object)
    parts[0] = shapely.box(106.5, 14.5, 107.2, 15.0)
    return HazardLayer(
        id="flood", name="Flood", shock="flood", source=Source("flood.geojson", "cd" * 32, 99),
        source_note="Made up for this test", date=dt.date(2026, 11, 20), defines_affected=True, parts=parts,
        severity=np.array([3], np.int8), observed=None, features=FeatureCount(1, 1, 0, 0, 0), problems=(),
    )  # fmt: skip
