"""Which columns a table shows, in which order and how wide: kept as one line of column names and pixels."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Self

NARROWEST, WIDEST = 24, 2000


@dataclass(frozen=True, slots=True)
class TableLayout:
    """(column, width in pixels) of each column that is shown, from left to right; it names no person."""

    columns: tuple[tuple[str, int], ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for code, _ in self.columns)

    def as_text(self) -> str:
        return " ".join(f"{code}:{width}" for code, width in self.columns)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """What can be read of it: the settings are a file that anyone may have edited."""
        found: dict[str, int] = {}
        for part in text.split():
            code, _, width = part.partition(":")
            with suppress(ValueError):
                if NARROWEST <= int(width) <= WIDEST:
                    found.setdefault(code, int(width))
        return cls(tuple(found.items()))
