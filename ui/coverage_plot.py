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
HEADROOM = 1.06  # the highest line does not touch the frame


class CoveragePlot(QWidget):
    """Two lines over the ranks, the money as a level, the cut-off as an upright."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.curve: Curve | None = None
        self.plot = pyqtgraph.PlotWidget(background=None)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # a picture: there is nothing to do in it
        self.plot.setFixedHeight(HEIGHT)
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.hideButtons()
        self.plot.setMenuEnabled(False)
        self.plot.disableAutoRange()
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
        """The lines alone: pens and words of the axes stay, as this runs at every step of a slider."""
        self.curve = curve
        right = max(float(curve.households[-1]) if len(curve.households) else 0.0, 1.0)
        top = max(float(curve.needed[-1]) if len(curve.needed) else 0.0, float(curve.money), 1.0) / MILLION
        self.plot.setRange(xRange=(0, right), yRange=(0, top * HEADROOM), padding=0)
        self.needed.setData(curve.households, curve.needed / MILLION)
        self.paid.setData(curve.households, curve.paid / MILLION)
        self.money.setValue(curve.money / MILLION)
        self.cut.setValue(curve.cut_off)
        self.cut.setVisible(curve.cut_off > 0)
        self._tell(curve)

    def retranslate(self) -> None:
        """Words and colours: after a change of language or theme."""
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
        self.plot.setAccessibleName(self.words("ui.curve"))
        if self.curve is not None:
            self._tell(self.curve)

    def _tell(self, curve: Curve) -> None:
        code = "ui.curve.cut" if curve.cut_off else "ui.curve.all"
        self.told.setText(self.words(code, rank=show_number(curve.cut_off)))
        self.plot.setAccessibleDescription(self.told.text())
