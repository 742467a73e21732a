"""A small plan for tests of the paper writers, put together by hand from made-up households."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import numpy as np

from shockplan.areas import load_gazetteer
from shockplan.budget import Allocation, FundResult, Status
from shockplan.planfile import PlanSpec
from shockplan.registry.household import Registry
from shockplan.source import Source
from shockplan.targeting import Leaf, Targeting
from shockplan.transfers import Entitlements
from tests.core.made_up import made_up_registry

FINGERPRINT = "a1b2c3d4e5f60718" + "0" * 48


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
            "funds": [{"id": "fund", "name": "Fund", "account_code": "62-01", "amount": Decimal(10**9)}],
        }
    )  # fmt: skip


def paper_plan(
    n: int = 200, seed: int = 3, *, approved: bool = False, made_up: bool = True, registry: Registry | None = None
) -> Any:
    """Every third household is to be verified, every seventh not eligible, the rest funded."""
    registry = registry or made_up_registry(n, seed)
    n = len(registry.households)
    number = np.arange(n)
    status = np.where(number % 3 == 2, Status.VERIFY, Status.FUNDED)
    status = np.where(number % 7 == 6, Status.NOT_ELIGIBLE, status).astype(np.int8)
    members = registry.households["members"].fillna(1).to_numpy(np.int64)
    funded = status == Status.FUNDED
    round_kip = np.where(funded, members * 100_000, 0).astype(np.int64)
    rounds = np.where(number % 2 == 0, 3, 1).astype(np.int16)
    answers = np.where((status == Status.VERIFY) & (number % 2 == 0), -1, 1).astype(np.int8)[:, None]
    order = number.astype(np.int64)
    targeting = Targeting(
        decision=np.where(status == Status.VERIFY, 1, 2).astype(np.int8),
        answers=answers,
        leaves=(Leaf("eligibility.rule", "affected", "targeting.affected", n, 0, 0),),
        score=np.ones(n),
        blank_score=registry.households[["under_5"]].isna().to_numpy(),
        order=order,
    )
    entitlements = Entitlements(
        transfer=np.zeros(n, np.int16), numerator=round_kip, denominator=1, rounds=rounds,
        base_kip=np.zeros(n, np.int64), matched=np.ones(n, np.int16),
        blank=registry.households["members"].isna().to_numpy(),
    )  # fmt: skip
    total = round_kip * rounds
    fund = FundResult("fund", 10**9, 0, 0, int(total.sum()), 0, 10**9 - int(total.sum()), int(funded.sum()), 0)
    allocation = Allocation(
        status=status, reason=np.zeros(n, np.int8), rank=order + 1,
        fund=np.where(funded, 0, -1).astype(np.int16), round_kip=round_kip, total_kip=total,
        fee_kip=np.zeros(n, np.int64), funds=(fund,), scale=1_000_000, due_kip=round_kip,
    )  # fmt: skip
    inputs = SimpleNamespace(
        spec=paper_spec(made_up), registry=registry, layers=(), gazetteer=load_gazetteer(), problems=(),
        sources=(Source("registry.csv", "ab" * 32, 1234),), decisions=None,
    )  # fmt: skip
    return SimpleNamespace(
        inputs=inputs, exposure=None, targeting=targeting, entitlements=entitlements, allocation=allocation,
        summary=None, fingerprint=FINGERPRINT, approved=approved,
    )  # fmt: skip
