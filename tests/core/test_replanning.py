"""A change of the plan file reworks only the hops that read it, and ends where a fresh plan would."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from shockplan.demo import write_demo
from shockplan.inputs import read_inputs
from shockplan.plan import Plan, PlanInputs, make_plan


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> PlanInputs:
    return read_inputs(write_demo(tmp_path_factory.mktemp("demo"), households=1200))


def with_reserve(inputs: PlanInputs, share: str) -> PlanInputs:
    fund = inputs.spec.funds[-1].model_copy(update={"reserve_share": Decimal(share)})
    return replace(inputs, spec=inputs.spec.model_copy(update={"funds": (*inputs.spec.funds[:-1], fund)}))


def assert_equal(first: Plan, second: Plan) -> None:
    assert first.fingerprint == second.fingerprint
    assert first.summary.as_json() == second.summary.as_json()
    for name in ("status", "reason", "rank", "fund", "round_kip", "total_kip", "fee_kip"):
        left, right = getattr(first.allocation, name), getattr(second.allocation, name)
        assert np.array_equal(left, right), name


def test_a_budget_change_keeps_exposure_and_targeting_and_equals_a_fresh_plan(inputs: PlanInputs) -> None:
    before = make_plan(inputs)
    changed = with_reserve(inputs, "0.5")
    after = make_plan(changed, before=before)
    assert after.exposure is before.exposure
    assert after.targeting is before.targeting
    assert after.fingerprint != before.fingerprint
    assert_equal(after, make_plan(changed))


def test_a_change_of_the_score_targets_again(inputs: PlanInputs) -> None:
    before = make_plan(inputs)
    score = inputs.spec.score.model_copy(update={"ties": ("members",)})
    changed = replace(inputs, spec=inputs.spec.model_copy(update={"score": score}))
    after = make_plan(changed, before=before)
    assert after.exposure is before.exposure
    assert after.targeting is not before.targeting
    assert_equal(after, make_plan(changed))


def test_a_change_of_the_village_radius_exposes_again(inputs: PlanInputs) -> None:
    before = make_plan(inputs)
    exposure = inputs.spec.exposure.model_copy(update={"village_radius_m": 4000})
    changed = replace(inputs, spec=inputs.spec.model_copy(update={"exposure": exposure}))
    after = make_plan(changed, before=before)
    assert after.exposure is not before.exposure
    assert_equal(after, make_plan(changed))
