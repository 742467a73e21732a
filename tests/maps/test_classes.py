"""Class limits: said once, rising, and every value in exactly one class."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.classes import ClassLimits, Method, class_limits, classify, round_limit

METHODS: tuple[Method, ...] = ("quantile", "equal", "natural")


@settings(max_examples=80)
@given(st.lists(st.integers(0, 100_000), max_size=60), st.sampled_from(METHODS), st.integers(1, 5))
def test_limits_rise_and_no_class_is_empty_at_either_end(
    values: list[int], method: Method, classes: int
) -> None:
    data = np.array(values, dtype=np.float64)
    limits = class_limits(data, method, classes)
    assert limits.count <= max(classes, 1)
    assert list(limits.limits) == sorted(set(limits.limits))
    if limits.limits:
        positive = data[data > 0]
        assert positive.min() < limits.limits[0]
        assert limits.limits[-1] <= positive.max()


@settings(max_examples=80)
@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=60))
def test_a_value_on_a_limit_belongs_to_the_class_above(values: list[int]) -> None:
    data = np.array(values, dtype=np.float64)
    limits = class_limits(data)
    edges = [0.0, *limits.limits, np.inf]
    for value, found in zip(values, classify(data, limits).tolist(), strict=True):
        assert found == 0 if value == 0 else edges[found - 1] <= value < edges[found]


def test_blank_has_no_class_and_zero_one_of_its_own() -> None:
    found = classify(np.array([np.nan, 0, 1, 10]), ClassLimits("own", (10.0,)))
    assert found.tolist() == [-1, 0, 1, 2]


def test_natural_breaks_fall_into_the_gaps() -> None:
    data = np.array([1, 2, 3, 50, 51, 52, 400, 410], dtype=np.float64)
    assert classify(data, class_limits(data, "natural", 3)).tolist() == [1, 1, 1, 2, 2, 2, 3, 3]


def test_equal_classes_are_equally_wide() -> None:
    assert class_limits(np.array([100.0, 500.0]), "equal", 4).limits == (300.0,)
    assert class_limits(np.arange(100, 501, dtype=np.float64), "equal", 4).limits == (200.0, 300.0, 400.0)


def test_own_limits_are_taken_as_they_are_and_must_rise() -> None:
    assert class_limits(np.array([1.0]), "own", own=(5, 10)).limits == (5.0, 10.0)
    with pytest.raises(ValueError, match="rise"):
        class_limits(np.array([1.0]), "own", own=(10, 5))


def test_limits_are_rounded_to_two_digits() -> None:
    assert [round_limit(value) for value in (12_345, 7, 0.4, 0)] == [12_000, 7, 1, 0]
    assert round_limit(0.012345, whole=False) == 0.012
