"""Several layers, one severity: by a stated rule, and what nobody saw is open unless it cannot matter."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shockplan.joint_severity import highest, joint_severity, weighted_sum
from shockplan.planfile import ExposureSpec
from shockplan.problems import InputError

BREAKS = {"low": Decimal(1), "moderate": Decimal(2), "severe": Decimal(3)}
classes = st.lists(st.integers(-1, 3), min_size=1, max_size=30).map(
    lambda values: np.array(values, dtype=np.int8)
)


def of(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int8)


def test_the_highest_class_counts_and_not_observed_outranks_none() -> None:
    assert highest([of(0, 1, 3, 0, -1), of(0, 2, -1, -1, -1)]).tolist() == [0, 2, 3, -1, -1]


def test_the_weighted_sum_meets_its_limits_exactly() -> None:
    layers = {"flood": of(1, 1, 2, 3), "jobs": of(0, 1, 1, 3)}
    weights = {"flood": Decimal("0.7"), "jobs": Decimal("0.3")}
    assert weighted_sum(layers, weights, BREAKS).tolist() == [0, 1, 1, 3]


def test_a_layer_without_a_weight_counts_once() -> None:
    assert weighted_sum({"flood": of(1), "jobs": of(1)}, {}, BREAKS).tolist() == [2]


def test_an_unseen_layer_leaves_the_answer_open_only_where_it_could_change_it() -> None:
    layers = {"flood": of(3, 0, 1), "jobs": of(-1, -1, -1)}
    assert weighted_sum(layers, {"jobs": Decimal("0.1")}, BREAKS).tolist() == [3, 0, 1]
    assert weighted_sum(layers, {"jobs": Decimal(1)}, BREAKS).tolist() == [3, -1, -1]


@pytest.mark.parametrize(
    ("rule", "expected"), [("highest", [2, 3]), ("weighted_sum", [1, 0]), ("both", [2, 3])]
)
def test_the_plan_states_the_rule(rule: str, expected: list[int]) -> None:
    spec = ExposureSpec.model_validate({"severity": rule, "weights": {"flood": "0.5", "jobs": "0.1"}})
    layers = {"flood": of(2, 0), "jobs": of(1, 3)}
    assert joint_severity(2, layers, spec).tolist() == expected
    assert joint_severity(2, {}, ExposureSpec()).tolist() == [-1, -1]


def test_weights_of_unknown_layers_and_limits_that_do_not_rise_are_refused() -> None:
    for keys, code in (
        ({"weights": {"flod": 1}}, "exposure.unknown_weight"),
        ({"severity_breaks": {"low": 3, "severe": 1}}, "exposure.breaks_not_rising"),
    ):
        with pytest.raises(InputError) as caught:
            joint_severity(1, {"flood": of(1)}, ExposureSpec.model_validate(keys))
        assert caught.value.problems[0].code == code and str(caught.value)


@given(classes)
def test_one_layer_of_weight_one_is_its_own_sum(layer: np.ndarray) -> None:
    assert weighted_sum({"flood": layer}, {}, BREAKS).tolist() == layer.tolist()
    assert highest([layer]).tolist() == layer.tolist()
