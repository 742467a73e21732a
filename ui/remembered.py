"""What the window remembers from one time to the next: language, theme, columns, the plans opened last."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QSettings

from shockplan.texts import Language
from ui.style import Theme
from ui.table_layout import TableLayout

MOST_RECENT = 5


class Remembered:
    """Kept in an INI file of the person; without one it is forgotten at the end."""

    def __init__(self, settings: QSettings | None = None) -> None:
        self.settings = settings
        stored = settings.value("recent") if settings else None
        names = [stored] if isinstance(stored, str) else list(stored or [])
        self.recent: list[Path] = [Path(name) for name in names][:MOST_RECENT]

    @property
    def theme(self) -> Theme:
        return "dark" if self.settings and self.settings.value("theme") == "dark" else "light"

    @property
    def language(self) -> Language:
        return "lo" if self.settings and self.settings.value("language") == "lo" else "en"

    @property
    def who(self) -> str:
        """The name that the person gave at the start."""
        return str(self.settings.value("who") or "") if self.settings else ""

    def keep(self, name: str, value: str) -> None:
        if self.settings:
            self.settings.setValue(name, value)

    def layouts(self, tables: Iterable[str]) -> dict[str, TableLayout]:
        """The columns of each of these tables as the person left them, where they were touched."""
        kept = {name: self.settings.value(f"columns/{name}") if self.settings else None for name in tables}
        read = {name: TableLayout.from_text(text) for name, text in kept.items() if isinstance(text, str)}
        return {name: layout for name, layout in read.items() if layout.columns}

    def keep_layout(self, table: str, layout: TableLayout) -> None:
        self.keep(f"columns/{table}", layout.as_text())

    def opened(self, path: Path) -> None:
        """This plan file was opened last."""
        self.recent = [path, *(other for other in self.recent if other != path)][:MOST_RECENT]
        if self.settings:
            self.settings.setValue("recent", [str(path) for path in self.recent])

    def there(self) -> list[Path]:
        """The plans that can still be opened."""
        return [path for path in self.recent if path.is_file()]


def of_this_person() -> Remembered:
    """The INI file in the place the system gives for it."""
    where = QSettings.Scope.UserScope
    return Remembered(QSettings(QSettings.Format.IniFormat, where, "ShockPlan", "ShockPlan"))
