"""Results kept beside the object from which they were worked out, for as long as it lives."""

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

Owner = TypeVar("Owner")
Result = TypeVar("Result")


class Kept(Generic[Owner, Result]):
    """The last few results for each owner, by what else they read.

    `reads` are compared with ==, so they are frozen specs (as repr where true and 1 must differ), or objects
    that are equal only to themselves. A result is shared by everyone who asks for the same: nobody
    writes into it. Neither reads nor result may lead to the owner, nor by way of another owner: both would
    then live as long as the program does.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.results: WeakKeyDictionary[Owner, list[tuple[tuple[object, ...], Result]]] = WeakKeyDictionary()

    def get(self, owner: Owner, reads: tuple[object, ...], work: Callable[[], Result]) -> Result:
        """The result for these reads: kept from before, or worked out now."""
        kept = self.results.setdefault(owner, [])
        for place, (known, result) in enumerate(kept):
            if known == reads:
                kept.append(kept.pop(place))
                return result
        result = work()
        kept.append((reads, result))
        del kept[: -self.most]
        return result
