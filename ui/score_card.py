"""Who comes first: the terms of the score with their weights, added, changed and taken out."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.comparison_row import tool
from ui.icon import icon
from ui.key_path import KeyPath
from ui.knob import Knob
from ui.label import label
from ui.layouts import empty
from ui.results import IndicatorInfo, ScoreInfo
from ui.session import Session
from ui.style import GAP, SPACE

PATH: KeyPath = ("score", "indicators")


class WeightRow(QWidget):
    """One term: its field, and its weight, which may be negative."""

    def __init__(self, offered: Sequence[tuple[str, str]], indicator: IndicatorInfo) -> None:
        super().__init__()
        self.indicator = indicator
        self.choice = QComboBox()
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(14)
        for name, text in offered:
            self.choice.addItem(text, name)
        if self.choice.findData(indicator.field) < 0:
            self.choice.addItem(indicator.label, indicator.field)
        self.choice.setCurrentIndex(self.choice.findData(indicator.field))
        self.knob = Knob(decimals=2, slider=False, width=96)
        self.knob.name.hide()
        self.knob.field.setRange(-1000, 1000)
        self.knob.field.setSingleStep(0.5)
        self.field = self.knob.field
        self.remove = tool()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self.choice, 1)
        row.addWidget(self.knob)
        row.addWidget(self.remove)

    def show_indicator(self, indicator: IndicatorInfo, settled: bool) -> None:
        self.indicator = indicator
        if settled:
            self.knob.show_value(indicator.weight)


class ScoreCard(QFrame):
    """The score; every change is asked of the session at once."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.session, self.words = session, session.words
        self.rows: list[WeightRow] = []
        self.shape: object = None
        self.told = label("small", wrap=True)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(GAP)
        self.add = QPushButton()
        self.add.setProperty("kind", "link")
        self.add.clicked.connect(self.add_term)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self.told)
        column.addLayout(self.lines)
        column.addWidget(self.add)

    def show_score(self, score: ScoreInfo, settled: bool) -> None:
        self.told.setText(self.words("ui.score.told"))
        self.add.setText(self.words("build.add_term"))
        shape = (tuple(each.field for each in score.indicators), score.offered)
        if shape != self.shape:
            self.shape = shape
            self._rebuild(score)
        colour = self.palette().text().color().name()
        for row, indicator in zip(self.rows, score.indicators, strict=True):
            row.show_indicator(indicator, settled)
            row.knob.call(f"{self.words('build.weight')}: {indicator.label}")
            row.choice.setAccessibleName(f"{self.words('build.field')}: {indicator.label}")
            words = self.words("build.remove_line")
            row.remove.setIcon(icon("close", colour))
            row.remove.setToolTip(words)
            row.remove.setAccessibleName(f"{words}: {indicator.label}")

    def _rebuild(self, score: ScoreInfo) -> None:
        empty(self.lines)
        self.rows = [WeightRow(score.offered, indicator) for indicator in score.indicators]
        for number, row in enumerate(self.rows):
            path: KeyPath = (*PATH, number, "weight")
            row.knob.moved.connect(lambda value, path=path: self.session.change(path, value))
            row.choice.activated.connect(lambda place, number=number, row=row: self._choose(number, row))
            row.remove.clicked.connect(lambda checked=False, number=number: self._remove(number))
            self.lines.addWidget(row)

    def _tables(self) -> list[dict[str, Any]]:
        return [dict(table) for table in self.session.table_at(PATH) or ()]

    def _choose(self, number: int, row: WeightRow) -> None:
        tables = self._tables()
        if tables[number]["field"] != row.choice.currentData():
            tables[number]["field"] = row.choice.currentData()
            self.session.change(PATH, tables)

    def _remove(self, number: int) -> None:
        tables = self._tables()
        del tables[number]
        self.session.change(PATH, tables)

    def add_term(self) -> None:
        """The first field that is no term yet; a blank in it counts 0, so that no one waits for it."""
        tables = self._tables()
        used = {table["field"] for table in tables}
        results = self.session.results
        free = [name for name, _ in results.score.offered if name not in used] if results else []
        if free:
            self.session.change(PATH, [*tables, {"field": free[0], "weight": 1, "when_blank": 0}])
