"""Fields with arrows that take numbers and days as people type them, in Lao or Latin digits."""

from PySide6.QtCore import QDateTime, QLocale
from PySide6.QtWidgets import QDateEdit, QDoubleSpinBox, QSpinBox, QWidget

LAO_DIGITS = str.maketrans("໐໑໒໓໔໕໖໗໘໙", "0123456789")
NUMBERS = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)
"""1,234,567.5 whatever the system's own way: the same digits as on paper and in the other language."""


class WholeBox(QSpinBox):
    """A whole number."""

    def __init__(self) -> None:
        super().__init__()
        self.setLocale(NUMBERS)

    def validate(self, text: str, place: int) -> object:
        """Lao digits become the Latin ones that stand everywhere else."""
        return super().validate(text.translate(LAO_DIGITS), place)

    def valueFromText(self, text: str) -> int:
        return super().valueFromText(text.translate(LAO_DIGITS))


class DecimalBox(QDoubleSpinBox):
    """A number with decimals."""

    def __init__(self) -> None:
        super().__init__()
        self.setLocale(NUMBERS)

    def validate(self, text: str, place: int) -> object:
        """Lao digits become the Latin ones that stand everywhere else."""
        return super().validate(text.translate(LAO_DIGITS), place)

    def valueFromText(self, text: str) -> float:
        return super().valueFromText(text.translate(LAO_DIGITS))


class DayBox(QDateEdit):
    """A day as 24/11/2026, with a calendar in the language of the window."""

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setLocale(NUMBERS)
        self.setDisplayFormat("dd/MM/yyyy")
        self.setCalendarPopup(True)
        self.calendarWidget().setLocale(QLocale("lo_LA") if language == "lo" else QLocale("en_GB"))

    def validate(self, text: str, place: int) -> object:
        """Lao digits become the Latin ones that stand everywhere else."""
        return super().validate(text.translate(LAO_DIGITS), place)

    def dateTimeFromText(self, text: str) -> QDateTime:
        return super().dateTimeFromText(text.translate(LAO_DIGITS))
