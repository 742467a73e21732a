"""The words on the screen, in the language of the moment; everything is asked for when it is shown."""

from PySide6.QtCore import QObject, Signal

from shockplan.texts import Language, Value, show_number, tr

DASH = "–"


class Words(QObject):
    """`words("ui.open")` is the text now; `changed` tells everyone to ask again."""

    changed = Signal()

    def __init__(self, language: Language = "en", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.language: Language = language

    def __call__(self, code: str, /, **args: Value) -> str:
        return tr(code, args, self.language)

    def switch(self, language: Language) -> None:
        if language != self.language:
            self.language = language
            self.changed.emit()

    def pick(self, english: str, lao: str) -> str:
        """The name in the language of the moment, else the other one."""
        first, second = (lao, english) if self.language == "lo" else (english, lao)
        return first or second

    def kip(self, amount: int) -> str:
        """1,250,000 ₭."""
        return f"{show_number(amount)} ₭"

    def short_kip(self, amount: int) -> str:
        """Large sums for a narrow card: 4.03 billion; exact below ten million."""
        if abs(amount) >= 1_000_000_000:
            return self("ui.billion", number=f"{amount / 1e9:,.2f}")
        if abs(amount) >= 10_000_000:
            return self("ui.million", number=f"{amount / 1e6:,.1f}")
        return show_number(amount)
