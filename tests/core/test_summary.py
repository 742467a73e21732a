"""The summary closes, or nothing may be printed."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from shockplan.exposure import Certainty
from shockplan.summary import DoesNotClose, summarise
from tests.core.money_case import Case, exposure_of, registry_of, run, spec_of


def worked_out() -> Case:
    exposure = exposure_of([Certainty.CERTAIN, Certainty.POSSIBLE, Certainty.NO, Certainty.CERTAIN])
    spec = spec_of([{"mode": "flat", "kip": 100, "rounds": 2}], [{"amount": 500, "fee_kip": 1}])
    return run(spec, registry_of(4, members=[2, 1, 1, None]), exposure)


def test_the_figures_of_a_small_plan() -> None:
    assert worked_out().summary.as_json() == {
        "households_read": 4,
        "rejected": 0,
        "affected": {"certain": 2, "possible": 1, "no": 1, "unknown": 0},
        "affected_by_layer": {"flood": {"certain": 2, "possible": 1, "no": 1, "unknown": 0}},
        "eligible": 2,
        "verify": 1,
        "not_eligible": 1,
        "funded": 1,
        "waiting": 1,
        "cut": 0,
        "people_funded": 2,
        "rounds": 2,
        "budget_kip": 500,
        "reserve_kip": 0,
        "set_aside_kip": 202,
        "committed_kip": 200,
        "fees_kip": 2,
        "remaining_kip": 96,
        "problems": 1,  # 100 kip: no note pays it
        "field_registered": {
            "rows_read": 0,
            "rows_rejected": 0,
            "rows_for_decision": 0,
            "rows_matched": 0,
            "households": 0,
            "eligible": 0,
            "verify": 0,
            "not_eligible": 0,
            "funded": 0,
            "waiting": 0,
            "cut": 0,
            "people_funded": 0,
            "committed_kip": 0,
        },
        "earlier_payments": {"read": 0, "rejected": 0, "waiting": 0, "matched": 0, "new": 0},
        "changed_by_other_rule": {},
        "layer_changes": {},
        "assessment_disagreements": {
            "damaged_outside": 0,
            "unharmed_inside": 0,
            "class_differs": 0,
            "unverified_damaged_outside": 0,
            "unverified_unharmed_inside": 0,
        },
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": np.array([4, 1, 0, 4], dtype=np.int8)},
        {"total_kip": np.array([200, 0, 0, 1], dtype=np.int64)},
        {"fee_kip": np.array([3, 0, 0, 0], dtype=np.int64)},
        {"round_kip": np.array([101, 0, 0, 0], dtype=np.int64)},
        {"fund": np.array([-1, -1, -1, -1], dtype=np.int16)},
        {"funds": ()},
    ],
)
def test_a_plan_that_does_not_add_up_is_our_bug(wrong: dict[str, Any]) -> None:
    case = worked_out()
    allocation = replace(case.allocation, **wrong)
    with pytest.raises(DoesNotClose):
        summarise(case.registry, case.exposure, case.targeting, case.entitlements, allocation, case.spec, ())


def test_rows_that_vanish_are_our_bug() -> None:
    case = worked_out()
    registry = replace(case.registry, rows_read=5)
    with pytest.raises(DoesNotClose, match="rows read"):
        summarise(registry, case.exposure, case.targeting, case.entitlements, case.allocation, case.spec, ())
