"""Work beside the person who waits: what is left off ends by itself and holds nothing back."""

import gc
import threading
import time
import weakref
from collections.abc import Iterator

import pytest

from shockplan.progress import Cancelled, Progress, interruptible, side_by_side

PATIENCE_S = 60


class Thing:
    """Something that a frame of the work holds."""


@pytest.fixture
def nothing_collected() -> Iterator[None]:
    """What goes here goes because nobody holds it, not because the collector found a ring of frames."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def join(threads: set[threading.Thread]) -> list[threading.Thread]:
    for thread in threads:
        thread.join(PATIENCE_S)
    return [thread for thread in threads if thread.is_alive()]


def test_side_by_side_keeps_the_order() -> None:
    assert list(side_by_side(lambda number: number * 2, range(50))) == list(range(0, 100, 2))


def test_what_one_item_raises_is_raised_in_its_turn() -> None:
    def work(number: int) -> int:
        if number == 2:
            raise ValueError(number)
        return number

    found = side_by_side(work, range(5))
    assert [next(found), next(found)] == [0, 1]
    with pytest.raises(ValueError, match="2"):
        next(found)


def test_left_off_and_held_by_somebody_its_threads_end_all_the_same(nothing_collected: None) -> None:
    before = set(threading.enumerate())
    held = side_by_side(lambda number: number, range(5))
    assert next(held) == 0
    assert join(set(threading.enumerate()) - before) == []
    assert list(held) == [1, 2, 3, 4]


def test_closed_it_begins_no_further_item() -> None:
    begun = []

    def work(number: int) -> int:
        begun.append(number)
        time.sleep(0.02 * (number > 0))
        return number

    found = side_by_side(work, range(100))
    assert next(found) == 0
    found.close()
    assert len(begun) < 100


def test_cancelled_work_is_held_by_nobody_when_it_has_ended(nothing_collected: None) -> None:
    before, held, begun = set(threading.enumerate()), [], threading.Event()

    def work(progress: Progress) -> None:
        thing = Thing()
        held.append(weakref.ref(thing))
        begun.set()
        while thing:
            progress(0.5)

    def stop(share: float) -> None:
        if begun.is_set():
            raise Cancelled

    with pytest.raises(Cancelled):
        interruptible(work, stop)
    assert join(set(threading.enumerate()) - before) == []
    assert held[0]() is None


def test_a_fault_of_the_work_is_raised_for_the_one_who_waits_and_then_let_go(nothing_collected: None) -> None:
    held = []

    def work(progress: Progress) -> None:
        thing = Thing()
        held.append(weakref.ref(thing))
        raise ValueError("told")

    def wait() -> str:
        try:
            interruptible(work, lambda share: None)
        except ValueError as error:
            return str(error)
        return ""

    assert wait() == "told"
    assert held[0]() is None
