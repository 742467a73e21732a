"""The districts that a person has chosen, on the map, by lasso or from the list: one choice everywhere."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal


class Selection(QObject):
    """`pcodes` in rising order. `changed` carries them."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pcodes: tuple[str, ...] = ()

    def take(self, pcodes: Iterable[str]) -> None:
        """These and no others."""
        wanted = tuple(sorted(set(pcodes)))
        if wanted != self.pcodes:
            self.pcodes = wanted
            self.changed.emit(wanted)

    def toggle(self, pcode: str) -> None:
        """In if it is out, out if it is in."""
        self.take(set(self.pcodes) ^ {pcode})

    def join(self, pcodes: Iterable[str], how: str) -> None:
        """`how`: new (these alone), more (these too) or less (without these)."""
        if how == "more":
            self.take({*self.pcodes, *pcodes})
        elif how == "less":
            self.take(set(self.pcodes) - set(pcodes))
        else:
            self.take(pcodes)
