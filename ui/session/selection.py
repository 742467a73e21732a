"""The districts that a person has chosen, on the map, by lasso or from the list: one choice everywhere."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal


class Selection(QObject):
    """`pcodes` in rising order. `changed` carries them, `one_chosen` the one that is alone."""

    changed = Signal(object)
    one_chosen = Signal(str)  # the P-code where it is one, '' else

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pcodes: tuple[str, ...] = ()

    def take(self, pcodes: Iterable[str]) -> None:
        """These and no others."""
        wanted = tuple(sorted(set(pcodes)))
        if wanted == self.pcodes:
            return
        before, self.pcodes = self.only, wanted
        if self.only != before:
            self.one_chosen.emit(self.only)
        self.changed.emit(wanted)

    @property
    def only(self) -> str:
        """The P-code where one district is chosen, '' where none or several are."""
        return self.pcodes[0] if len(self.pcodes) == 1 else ""

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
