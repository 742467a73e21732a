"""Progress is a callable, cancel is an exception raised by it."""

import threading
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Progress = Callable[[float], None]
"""Takes the share done, 0.0 to 1.0. May raise `Cancelled`."""


Result = TypeVar("Result")
Item = TypeVar("Item")

ASK_SECONDS = 0.1


class Cancelled(Exception):
    """The person asked to stop. Raised by the caller's progress callable."""


def silent(share: float) -> None:
    """The progress of a caller who does not care."""


def part(progress: Progress, start: float, stop: float) -> Progress:
    """The progress of a step that runs from `start` to `stop` of the whole."""

    def report(share: float) -> None:
        progress(start + (stop - start) * share)

    return report


def waiting(work: Callable[[], Result], progress: Progress) -> Result:
    """What `work` gives, which knows no progress itself: the caller is asked meanwhile whether to stop.

    After a cancel the work goes on unseen to its end, and its result is dropped: a library that reads a
    file in one piece cannot be interrupted, but nobody has to wait for it.
    """
    progress(0)
    result = interruptible(lambda _: work(), progress)
    progress(1)
    return result


def interruptible(work: Callable[[Progress], Result], progress: Progress) -> Result:
    """What `work` gives, done in another thread while the caller is asked ten times a second whether to
    stop, however long a step of the work takes. Cancelled work ends unseen at its next step.
    """
    results: list[Result] = []
    faults: list[BaseException] = []
    shares: list[float] = []
    stopped = threading.Event()

    def report(share: float) -> None:
        if stopped.is_set():
            raise Cancelled
        shares.append(share)

    def run() -> None:
        try:
            results.append(work(report))
        except BaseException as error:  # noqa: BLE001 - raised again below, in the thread that waits
            if not stopped.is_set():  # kept by nobody, it would hold the frames of the work alive with itself
                faults.append(error)

    # no daemon: a thread torn down inside a library at the end of the program would abort it
    worker = threading.Thread(target=run)
    worker.start()
    told = 0
    try:
        while worker.is_alive():
            worker.join(ASK_SECONDS)
            now = len(shares)
            progress(shares[now - 1] if now else 0)
            told = now
    except BaseException:
        stopped.set()
        raise
    if len(shares) > told:
        progress(shares[-1])
    if faults:
        raise faults.pop()
    return results[0]


def side_by_side(work: Callable[[Item], Result], items: Iterable[Item]) -> Generator[Result, None, None]:
    """What `work` gives for each item, in their order; two are worked on at a time, for work that is done
    outside Python's lock. Where the caller leaves off, after a cancel say, no further item is begun; the
    threads end even where nobody closes the iterator.
    """
    workers = ThreadPoolExecutor(max_workers=2)
    try:
        results = workers.map(work, items)
        workers.shutdown(wait=False)
        yield from results
    finally:
        workers.shutdown(cancel_futures=True)
