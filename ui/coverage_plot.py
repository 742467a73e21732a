"""How far the money reaches along the ranks: what is needed, what is paid, and where it ends."""

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from shockplan.texts import show_number
from ui.label import label
from ui.results import Curve
from ui.style import GAP
from ui.words import Words

HEIGHT = 168
MILLION = 1e6


class CoveragePlot(QWidget):
    """Two lines over the ranks, the money as a level, the cut-off as an upright."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.curve: Curve | None = None
        self.plot = pyqtgraph.PlotWidget(background=None)
        self.plot.setFixedHeight(HEIGHT)
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.hideButtons()
        self.plot.setMenuEnabled(False)
        self.plot.getPlotItem().getAxis("left").enableAutoSIPrefix(False)
        self.plot.getPlotItem().getAxis("bottom").enableAutoSIPrefix(False)
        self.needed = self.plot.plot()
        self.paid = self.plot.plot()
        self.money = pyqtgraph.InfiniteLine(angle=0)
        self.cut = pyqtgraph.InfiniteLine(angle=90)
        self.plot.addItem(self.money)
        self.plot.addItem(self.cut)
        self.told = label("small", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.plot)
        column.addWidget(self.told)

    def show_curve(self, curve: Curve) -> None:
        self.curve = curve
        self.needed.setData(curve.households, curve.needed / MILLION)
        self.paid.setData(curve.households, curve.paid / MILLION)
        self.money.setValue(curve.money / MILLION)
        self.cut.setValue(curve.cut_off)
        self.cut.setVisible(curve.cut_off > 0)
        self.retranslate()

    def retranslate(self) -> None:
        text, muted = self.palette().text().color(), self.palette().placeholderText().color()
        accent = self.palette().highlight().color()
        self.needed.setPen(pyqtgraph.mkPen(muted, width=1.5, style=Qt.PenStyle.DashLine))
        self.paid.setPen(pyqtgraph.mkPen(accent, width=2.5))
        self.money.setPen(pyqtgraph.mkPen(text, width=1))
        self.cut.setPen(pyqtgraph.mkPen(QColor(176, 32, 90), width=1.5, style=Qt.PenStyle.DotLine))
        for side, code in (("left", "ui.curve.kip"), ("bottom", "ui.curve.rank")):
            axis = self.plot.getPlotItem().getAxis(side)
            axis.setLabel(self.words(code), color=muted.name())
            axis.setPen(muted)
            axis.setTextPen(muted)
        curve = self.curve
        if curve is not None:
            code = "ui.curve.cut" if curve.cut_off else "ui.curve.all"
            self.told.setText(self.words(code, rank=show_number(curve.cut_off)))
        self.plot.setAccessibleName(self.words("ui.curve"))
        self.plot.setAccessibleDescription(self.told.text())
