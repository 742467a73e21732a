"""What the map is coloured by, in which classes and colours."""

import re
from itertools import pairwise

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLineEdit, QWidget

from ui.label import label
from ui.number_box import WholeBox
from ui.session import Session
from ui.style import SPACE

MEASURES = ("funded", "affected", "waiting", "verify", "budget")
METHODS = ("quantile", "equal", "natural", "own")
PALETTES = ("orange", "green", "grey")
DELIVERY = "delivery"
MOST_CLASSES = 5


class ClassesForm(QWidget):
    """Tells the session what the map shall show. `failed` carries a sentence about limits that cannot be."""

    failed = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.words = session.words
        self.rounds = -1
        self.measure, self.method, self.palettes = QComboBox(), QComboBox(), QComboBox()
        for box, values in ((self.method, METHODS), (self.palettes, PALETTES)):
            for value in values:
                box.addItem(value, value)
        self.count = WholeBox()
        self.count.setRange(2, MOST_CLASSES)
        self.limits = QLineEdit()
        self.names = {name: label("small") for name in ("measure", "method", "limits", "palette")}
        across = QHBoxLayout()
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(SPACE)
        across.addWidget(self.method, 1)
        across.addWidget(self.count)
        self.form = QFormLayout(self)
        self.form.setContentsMargins(SPACE, SPACE, SPACE, 0)
        self.form.setHorizontalSpacing(SPACE)
        self.form.addRow(self.names["measure"], self.measure)
        self.form.addRow(self.names["method"], across)
        self.form.addRow(self.names["limits"], self.limits)
        self.form.addRow(self.names["palette"], self.palettes)
        for name, widget in (("measure", self.measure), ("limits", self.limits), ("palette", self.palettes)):
            self.names[name].setBuddy(widget)
        self.names["method"].setBuddy(self.method)
        self.measure.activated.connect(lambda number: self.choose_measure(self.measure.itemData(number)))
        self.method.activated.connect(lambda number: self.choose_method(METHODS[number]))
        self.palettes.activated.connect(lambda number: session.choose_map(palette=PALETTES[number]))
        self.count.valueChanged.connect(lambda count: session.choose_map(count=count))
        self.limits.editingFinished.connect(self.take_limits)
        self.show_choice()

    def choose_measure(self, measure: object) -> None:
        """A measure, or (delivery, round)."""
        if isinstance(measure, tuple):
            self.session.choose_map(measure=measure[0], round=measure[1])
        else:
            self.session.choose_map(measure=measure)

    def choose_method(self, method: str) -> None:
        """Own limits wait until they are written."""
        if method == "own" and not self.session.map_choice.own:
            self._show_rows("own")
            self.limits.setFocus()
            return
        self.session.choose_map(method=method)
        self._show_rows(method)

    def take_limits(self) -> None:
        """The limits as they are written: numbers above 0 that rise, at most four."""
        limits = limits_in(self.limits.text())
        if limits is None:
            if self.limits.text().strip():
                self.failed.emit(self.words("ui.map.limits.wrong", most=MOST_CLASSES - 1))
            return
        self.session.choose_map(method="own", own=limits)

    def show_choice(self) -> None:
        """Stand where the session stands."""
        choice = self.session.map_choice
        if self.session.rounds != self.rounds:
            self.rounds = self.session.rounds
            self._fill_measures()
        wanted = (DELIVERY, choice.round) if choice.measure == DELIVERY else choice.measure
        values = [self.measure.itemData(number) for number in range(self.measure.count())]
        if wanted in values:
            self.measure.setCurrentIndex(values.index(wanted))
        with QSignalBlocker(self.count):
            self.count.setValue(choice.count)
        self.method.setCurrentIndex(METHODS.index(choice.method))
        self.palettes.setCurrentIndex(PALETTES.index(choice.palette))
        if choice.own and not self.limits.hasFocus():
            self.limits.setText("  ".join(f"{limit:g}" for limit in choice.own))
        self._show_rows(choice.method)

    def _fill_measures(self) -> None:
        self.measure.clear()
        for measure in MEASURES:
            self.measure.addItem(self.words(f"ui.measure.{measure}"), measure)
        for number in range(1, max(self.rounds, 0) + 1):
            self.measure.addItem(self.words("ui.measure.delivery", round=number), (DELIVERY, number))

    def _show_rows(self, method: str) -> None:
        coloured = self.session.map_choice.measure != DELIVERY
        self.method.setCurrentIndex(METHODS.index(method))
        self.count.setVisible(method != "own")
        for row, shown in ((1, coloured), (2, coloured and method == "own"), (3, coloured)):
            self.form.setRowVisible(row, shown)

    def retranslate(self) -> None:
        for name, text in self.names.items():
            text.setText(self.words(f"ui.map.{name}"))
        for name, box in (("measure", self.measure), ("method", self.method), ("palette", self.palettes)):
            box.setAccessibleName(self.words(f"ui.map.{name}"))
        self.limits.setAccessibleName(self.words("ui.map.limits"))
        self.limits.setPlaceholderText(self.words("ui.map.limits.example"))
        self.limits.setToolTip(self.words("ui.map.limits.hint"))
        self.count.setAccessibleName(self.words("ui.map.count"))
        self.count.setToolTip(self.words("ui.map.count"))
        self._fill_measures()
        for number, method in enumerate(METHODS):
            self.method.setItemText(number, self.words(f"ui.method.{method}"))
        for number, palette in enumerate(PALETTES):
            self.palettes.setItemText(number, self.words(f"ui.palette.{palette}"))
        self.show_choice()


def limits_in(text: str) -> tuple[float, ...] | None:
    """Numbers with blanks or semicolons between them; None where they cannot be limits."""
    pieces = [piece.replace(",", "") for piece in re.split(r"[;\s]+", text.strip()) if piece]
    if not pieces or len(pieces) >= MOST_CLASSES:
        return None
    if not all(re.fullmatch(r"\d+(\.\d+)?", piece) for piece in pieces):
        return None
    limits = tuple(map(float, pieces))
    rises = all(low < high for low, high in pairwise(limits))
    return limits if rises and limits[0] > 0 else None
