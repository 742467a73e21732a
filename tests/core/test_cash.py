"""Banknotes."""

import itertools
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shockplan.cash import fewest_notes, load_banknotes, not_payable


def test_the_notes_in_use_are_known_with_their_source() -> None:
    known = load_banknotes()
    assert known.notes == (100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500)
    assert known.source


def test_900000_kip_for_20698_workers_are_186282_notes_of_100000() -> None:
    envelopes = fewest_notes(np.full(20_698, 900_000), load_banknotes().notes)
    assert envelopes.totals()[100_000] == 186_282
    assert envelopes.counts.sum() == 186_282


def test_an_amount_is_made_up_of_the_fewest_notes() -> None:
    envelopes = fewest_notes(np.array([388_500, 0, 1_234_000]), load_banknotes().notes)
    assert envelopes.counts.tolist() == [
        [3, 1, 1, 1, 1, 1, 1, 1],
        [0] * 8,
        [12, 0, 1, 1, 0, 2, 0, 0],
    ]


def test_a_chosen_mix_takes_what_greed_would_miss() -> None:
    assert fewest_notes(np.array([6_000]), [5_000, 2_000]).counts.tolist() == [[0, 3]]
    assert fewest_notes(np.array([40_000, 60_000]), [50_000, 20_000]).counts.tolist() == [[0, 2], [0, 3]]


def test_an_amount_that_cannot_be_paid_has_no_notes_and_a_warning() -> None:
    envelopes = fewest_notes(np.array([1_250, 500, 3_000]), [500, 2_000])
    assert envelopes.payable.tolist() == [False, True, True]
    assert envelopes.counts.tolist() == [[0, 0], [0, 1], [1, 2]]
    (problem,) = not_payable(np.array([1_250, 500, 250]), [500, 2_000])
    assert (problem.code, problem.level, problem.args["smallest"]) == ("cash.not_payable", "warning", 250)
    assert not_payable(np.array([500]), [500]) == ()


def test_a_note_of_nothing_is_our_bug() -> None:
    with pytest.raises(ValueError, match="above 0"):
        fewest_notes(np.array([1]), [0, 500])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([500, 1000, 2000, 3000, 5000, 7000, 20000]), min_size=1, max_size=3, unique=True
    ),
    st.integers(0, 120),
)
def test_the_notes_make_up_the_amount_and_fewer_never_do(notes: list[int], units: int) -> None:
    amount = units * 500
    found = fewest_notes(np.array([amount]), notes)
    best = brute_force(amount, notes)
    assert found.payable[0] == (best is not None)
    if best is not None:
        assert int(found.counts[0].sum()) == best
        assert int((found.counts[0] * np.array(found.notes)).sum()) == amount


def brute_force(amount: int, notes: list[int]) -> int | None:
    """The fewest notes by trying every count."""
    ranges = [range(amount // note + 1) for note in notes[:-1]]
    counts = []
    for chosen in itertools.product(*ranges):
        rest = amount - sum(count * note for count, note in zip(chosen, notes[:-1], strict=True))
        if rest >= 0 and rest % notes[-1] == 0:
            counts.append(sum(chosen) + rest // notes[-1])
    return min(counts, default=None)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_every_envelope_of_whole_500_adds_up(units: list[int]) -> None:
    amounts = np.array(units, dtype=np.int64) * 500
    found = fewest_notes(amounts, load_banknotes().notes)
    assert found.payable.all()
    assert np.array_equal(found.counts @ np.array(found.notes), amounts)
    assert (found.counts[:, 1:].sum(axis=1) <= 12).all()
    assert Decimal(int(found.counts[:, 0].sum())) <= Decimal(int(amounts.sum())) / 100_000
