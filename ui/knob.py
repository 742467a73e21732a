"""A value that can be moved with a slider or typed: money, shares, limits and weights."""

from decimal import Decimal

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from ui.label import label
from ui.number_box import DecimalBox
from ui.style import SPACE
from ui.undo_keys import UndoKeys

STEPS = 400


class Knob(QWidget):
    """`moved` carries the value as Decimal while the slider is on its way, or when a typed one is done.

    `factor`: the field shows value x factor (100 for a share shown in per cent).
    """

    moved = Signal(object)

    def __init__(
        self, decimals: int = 0, factor: int = 1, suffix: str = "", slider: bool = True, width: int = 150
    ) -> None:
        super().__init__()
        self.factor = factor
        self.top = Decimal(1)
        self.name = label("muted")
        self.name.setMinimumWidth(118)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        if not slider:
            self.slider.hide()
        self.field = DecimalBox()
        self.field.setDecimals(decimals)
        self.field.setGroupSeparatorShown(True)
        self.field.setKeyboardTracking(False)
        self.field.setRange(0, 9e15)
        self.field.setSuffix(suffix)
        self.field.setFixedWidth(width)
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.undo_keys = UndoKeys(self.field.lineEdit())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.name)
        row.addWidget(self.slider, 1)
        if not slider:
            row.addStretch(1)
        row.addWidget(self.field)
        self.slider.valueChanged.connect(self._slid)
        self.field.valueChanged.connect(self._typed)

    def call(self, name: str) -> None:
        """The words beside it, also for a screen reader."""
        self.name.setText(name)
        self.slider.setAccessibleName(name)
        self.field.setAccessibleName(name)

    def set_range(self, low: Decimal, top: Decimal) -> None:
        """The slider runs from 0 to `top`; the field from `low` on."""
        self.top = top if top > 0 else Decimal(1)
        with QSignalBlocker(self.field):
            self.field.setMinimum(float(low * self.factor))
            self.field.setSingleStep(max(float(self.top * self.factor) / 100, 10.0 ** -self.field.decimals()))

    def show_value(self, value: Decimal) -> None:
        """Stand at a value, telling no one."""
        with QSignalBlocker(self.slider), QSignalBlocker(self.field):
            self.slider.setValue(min(round(value / self.top * STEPS), STEPS))
            self.field.setValue(float(value * self.factor))

    def value(self) -> Decimal:
        return Decimal(f"{self.field.value():.{self.field.decimals()}f}") / self.factor

    def _slid(self, place: int) -> None:
        with QSignalBlocker(self.field):
            self.field.setValue(float(self.top * place / STEPS * self.factor))
        self.moved.emit(self.value())

    def _typed(self) -> None:
        self.undo_keys.taken()
        with QSignalBlocker(self.slider):
            self.slider.setValue(min(round(self.value() / self.top * STEPS), STEPS))
        self.moved.emit(self.value())
