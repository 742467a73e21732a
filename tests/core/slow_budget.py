"""The fits once more, one household at a time, as the design says them in words: the tests' oracle."""

from dataclasses import dataclass, field


@dataclass
class Slow:
    """Funds drawn household by household. cost[f] of each household; who: its funds in order."""

    left: list[int]
    open: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.open = [True] * len(self.left)

    def charge(self, funds: list[int], cost: list[int], skip: bool) -> int:
        """The first open fund that may pay and can; without skip the others close."""
        for fund in funds:
            if not self.open[fund]:
                continue
            if self.left[fund] >= cost[fund]:
                self.left[fund] -= cost[fund]
                return fund
            if not skip:
                self.open[fund] = False
        return -1


def ranked(queue: list[tuple[list[int], list[int]]], left: list[int], skip: bool) -> list[int]:
    """Rank and stop, or rank and skip."""
    slow = Slow(list(left))
    return [slow.charge(funds, cost, skip) for funds, cost in queue]


def tiered(queue: list[tuple[list[int], list[int]]], left: list[int], level: list[int]) -> dict[int, int]:
    """Place in the queue -> fund; a class opens only when the former is fully funded."""
    slow, charged = Slow(list(left)), {}
    for wanted in sorted(set(level), reverse=True):
        short = False
        for place, (funds, cost) in enumerate(queue):
            if level[place] == wanted:
                charged[place] = slow.charge(funds, cost, skip=False)
                short |= bool(funds) and charged[place] < 0
        if short:
            break
    return charged


def by_quota(
    queue: list[tuple[list[int], list[int]]], left: list[int], district: list[int], quota: list[int]
) -> list[int]:
    """Districts with their own limits first, then the common rank with what is left."""
    slow, limit, closed = Slow(list(left)), list(quota), set()
    charged = []
    for (funds, cost), place in zip(queue, district, strict=True):
        own = next((fund for fund in funds if slow.open[fund]), None)
        if own is None or place in closed:
            charged.append(-1)
            continue
        paid = -1
        for fund in funds:
            if not slow.open[fund]:
                continue
            if cost[fund] > limit[place]:
                closed.add(place)
                break
            if slow.left[fund] >= cost[fund]:
                slow.left[fund] -= cost[fund]
                limit[place] -= cost[fund]
                paid = fund
                break
            slow.open[fund] = False
        charged.append(paid)
    slow.open = [True] * len(left)
    return [
        fund if fund >= 0 else slow.charge(*pair, skip=False)
        for fund, pair in zip(charged, queue, strict=True)
    ]
