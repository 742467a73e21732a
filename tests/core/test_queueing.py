"""The queue: the neediest first, however it came about."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shockplan.queueing import Queue

SCORES = st.lists(st.sampled_from([-1.5, 0.0, 0.000001, 7.0, 1e14, float("nan")]), min_size=1, max_size=30)


@given(SCORES, st.data())
def test_a_queue_that_changes_is_the_one_sorted_anew(scores: list[float], data: st.DataObject) -> None:
    score, n = np.array(scores), len(scores)
    by_tie = np.array(data.draw(st.permutations(range(n))))
    place = np.empty(n, dtype=np.int64)
    place[by_tie] = np.arange(n)
    queue = Queue(score, by_tie, place)
    for _ in range(4):
        wanted = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
        rows = np.flatnonzero(wanted).tolist()
        plain = sorted(rows, key=lambda row: (np.isnan(score[row]), -np.nan_to_num(score[row]), place[row]))
        assert queue.of(wanted).tolist() == plain


def test_rows_that_enter_a_long_queue_find_their_places() -> None:
    random = np.random.default_rng(5)
    score = random.integers(0, 9, 500).astype(np.float64)
    queue = Queue(score, np.arange(500), np.arange(500))
    wanted = random.random(500) < 0.7
    queue.of(wanted)
    for _ in range(5):
        wanted = wanted ^ (random.random(500) < 0.05)
        plain = sorted(np.flatnonzero(wanted).tolist(), key=lambda row: (-score[row], row))
        assert queue.of(wanted).tolist() == plain


def test_plans_worked_out_at_the_same_time_do_not_disturb_each_other() -> None:
    random = np.random.default_rng(6)
    score = random.integers(0, 50, 20_000).astype(np.float64)
    queue = Queue(score, np.arange(20_000), np.arange(20_000))
    first = random.random(20_000) < 0.5
    asked = [first ^ (random.random(20_000) < 0.02) for _ in range(40)]
    fresh = [Queue(score, queue.by_tie, queue.place).of(wanted).tolist() for wanted in asked]
    with ThreadPoolExecutor(max_workers=8) as workers:
        together = [rows.tolist() for rows in workers.map(queue.of, asked)]
    assert together == fresh
