"""The visits as a table that can be written into: team, day, pay point, and whether the way is cut."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QDate, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from shockplan.texts import show_number, show_value
from ui.number_box import DayBox
from ui.results import VisitInfo
from ui.words import DASH, Words

Index = QModelIndex | QPersistentModelIndex
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
FIELDS = ("village", "round_number", "households", "team", "day", "pay_point", "cut_off", "kip")
WRITTEN = ("team", "day", "pay_point", "cut_off")
NUMBERS = ("round_number", "households", "kip")
MARK = "✕"
BY_PERSON = "•"


class VisitModel(QAbstractTableModel):
    """`set_asked` carries (visits, field, value): the model keeps no truth of its own."""

    set_asked = Signal(object, str, object)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.visits: tuple[VisitInfo, ...] = ()
        self.sorted_by: tuple[str, bool] = ("", False)

    def show(self, visits: Sequence[VisitInfo]) -> None:
        """Show these visits, in the order the person has chosen."""
        ordered = tuple(self._ordered(visits))
        if len(ordered) == len(self.visits) and all(map(same_visit, ordered, self.visits)):
            self.visits = ordered
            if ordered:
                self.dataChanged.emit(self.index(0, 0), self.index(len(ordered) - 1, len(FIELDS) - 1))
            return
        self.beginResetModel()
        self.visits = ordered
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.visits)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(FIELDS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.words(f"deliver.column.{FIELDS[section]}")
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if FIELDS[index.column()] in WRITTEN else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        visit, field = self.visits[index.row()], FIELDS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(visit, field)
        if role == Qt.ItemDataRole.EditRole:
            return getattr(visit, field, None)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if field in NUMBERS else LEFT
        if role == Qt.ItemDataRole.ToolTipRole and field == "village":
            where = " · ".join(part for part in (visit.village_code, visit.district) if part)
            return where + "\n" + self.words("deliver.by_person") if visit.by_person else where
        return None

    def text(self, visit: VisitInfo, field: str) -> str:
        """One cell as a person reads it."""
        match field:
            case "village":
                return named(visit, self.words) + (f"  {BY_PERSON}" if visit.by_person else "")
            case "day":
                return show_value(visit.day) if visit.day else DASH
            case "cut_off":
                return MARK + " " + self.words("deliver.cut_off") if visit.cut_off else DASH
            case "team" | "pay_point":
                return str(getattr(visit, field)) or DASH
        return show_number(int(getattr(visit, field)))

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for another value; it is shown when the plan has it."""
        visit, field = self.visits[index.row()], FIELDS[index.column()]
        if role != Qt.ItemDataRole.EditRole or field not in WRITTEN or value == getattr(visit, field):
            return False
        self.set_asked.emit((visit,), field, value)
        return True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the visits by a column; what is open comes last."""
        named_column = FIELDS[column] if 0 <= column < len(FIELDS) else ""
        self.sorted_by = named_column, order == Qt.SortOrder.DescendingOrder
        self.layoutAboutToBeChanged.emit()
        self.visits = tuple(self._ordered(self.visits))
        self.layoutChanged.emit()

    def _ordered(self, visits: Sequence[VisitInfo]) -> list[VisitInfo]:
        field, descending = self.sorted_by
        if not field:
            return list(visits)

        def value(visit: VisitInfo) -> Any:
            return named(visit, self.words) if field == "village" else getattr(visit, field)

        known = [visit for visit in visits if value(visit) not in (None, "")]
        left = [visit for visit in visits if value(visit) in (None, "")]
        return sorted(known, key=value, reverse=descending) + left


def same_visit(one: VisitInfo, other: VisitInfo) -> bool:
    """The same village in the same round, whatever is planned of it."""
    return place_of(one) == place_of(other)


def place_of(visit: VisitInfo) -> tuple[object, ...]:
    return visit.round_number, visit.district, visit.village_code, visit.village_lo, visit.village_en


def named(visit: VisitInfo, words: Words) -> str:
    """The village's name in the language of the moment; households without one say so."""
    return words.pick(visit.village_en, visit.village_lo) or visit.village_code or words("deliver.no_village")


class VisitDelegate(QStyledItemDelegate):
    """The editors of the cells: names to choose from or to type, a calendar, yes or no."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.known: dict[str, tuple[str, ...]] = {"team": (), "pay_point": ()}

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        return editor(FIELDS[index.column()], self.known, self.words, parent)

    def setEditorData(self, widget: QWidget, index: Index) -> None:
        put(widget, index.data(Qt.ItemDataRole.EditRole))

    def setModelData(self, widget: QWidget, model: Any, index: Index) -> None:
        model.setData(index, taken(widget))


def editor(
    field: str, known: dict[str, tuple[str, ...]], words: Words, parent: QWidget | None = None
) -> QWidget:
    """The widget that writes a field; `known`: the names there are."""
    if field == "day":
        day = DayBox(words.language, parent)
        day.setDate(QDate.currentDate())
        return day
    choice = QComboBox(parent)
    choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    choice.setMinimumContentsLength(6)
    if field == "cut_off":
        choice.addItem(words("deliver.passable"), False)
        choice.addItem(MARK + " " + words("deliver.cut_off"), True)
        return choice
    choice.setEditable(True)
    choice.addItems(list(known[field]))
    return choice


def put(widget: QWidget, value: Any) -> None:
    """Show a value in an editor."""
    if isinstance(widget, QDateEdit):
        if value is not None:
            widget.setDate(QDate(value.year, value.month, value.day))
    elif isinstance(widget, QComboBox):
        if widget.isEditable():
            widget.setCurrentText(str(value or ""))
        else:
            widget.setCurrentIndex(max(0, widget.findData(bool(value))))


def taken(widget: QWidget) -> Any:
    """The value of an editor: a date, a text, yes or no."""
    if isinstance(widget, QDateEdit):
        return widget.date().toPython()
    assert isinstance(widget, QComboBox)
    return widget.currentText().strip() if widget.isEditable() else widget.currentData()
