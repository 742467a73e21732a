"""The chosen districts: a list to choose from, their figures together, and what can be done with them."""

import numpy as np
from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from shockplan.texts import show_number
from ui.icon import icon
from ui.label import label
from ui.results import Results
from ui.session import Session
from ui.style import GAP, ICON, SPACE

FIGURES = ("households", "affected", "possible", "verify", "funded", "waiting")
CODE = Qt.ItemDataRole.UserRole
ON, OFF, PARTLY = Qt.CheckState.Checked, Qt.CheckState.Unchecked, Qt.CheckState.PartiallyChecked


class SelectionPanel(QWidget):
    """`shown` asks the map to go there, `listed` the registry page to list the households."""

    shown = Signal()
    listed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.words = session.words
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.items: dict[str, QTreeWidgetItem] = {}
        self.heading = label("heading", wrap=True)
        self.figures = {name: label() for name in (*FIGURES, "budget")}
        self.names = {name: label("small") for name in self.figures}
        self.go, self.clear = QToolButton(), QToolButton()
        self.list_them, self.limit = QPushButton(), QPushButton()
        self._lay_out()
        self.search.textChanged.connect(self.filter)
        self.tree.itemChanged.connect(self._ticked)
        self.go.clicked.connect(self.shown)
        self.list_them.clicked.connect(self.listed)
        self.limit.clicked.connect(lambda: session.map_work.limit_to(session.selection.pcodes))
        self.clear.clicked.connect(lambda: session.selection.take(()))
        session.selection.changed.connect(self.show_selection)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        grid.setVerticalSpacing(1)
        for row, name in enumerate(self.figures):
            grid.addWidget(self.names[name], row, 0)
            grid.addWidget(self.figures[name], row, 1, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(GAP)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        for button in (self.go, self.clear):
            button.setAutoRaise(True)
            button.setIconSize(QSize(ICON, ICON))
            head.addWidget(button)
        column.addLayout(head)
        column.addLayout(grid)
        column.addWidget(self.list_them)
        column.addWidget(self.limit)

    # the list

    def show_results(self) -> None:
        """Other results: the list anew if its places are others, and the figures."""
        results = self.session.results
        names = results.district_names if results else {}
        if set(names) != set(self.items):
            self.fill()
        self.show_selection(self.session.selection.pcodes)

    def fill(self) -> None:
        """Provinces, and in each its districts, by code; figures of the registry beside the name."""
        results = self.session.results
        with QSignalBlocker(self.tree):
            self.tree.clear()
            self.items = {}
            if results is None:
                return
            tops: dict[str, QTreeWidgetItem] = {}
            for pcode, names in sorted(results.district_names.items()):
                province = pcode[:4]
                if province not in tops:
                    tops[province] = self._item(province, results)
                    self.tree.addTopLevelItem(tops[province])
                item = QTreeWidgetItem([f"{self.words.pick(*names)} ({pcode})"])
                item.setData(0, CODE, pcode)
                item.setCheckState(0, OFF)
                tops[province].addChild(item)
                self.items[pcode] = item
        self.filter(self.search.text())
        self.show_selection(self.session.selection.pcodes)

    def _item(self, province: str, results: Results) -> QTreeWidgetItem:
        name = self.words.pick(*results.province_names.get(province, (province, province)))
        item = QTreeWidgetItem([name])
        item.setData(0, CODE, province)
        item.setCheckState(0, OFF)
        return item

    def filter(self, wanted: str) -> None:
        """Show the districts whose name, in either language, or code holds the words."""
        results, words = self.session.results, wanted.strip().casefold()
        if results is None:
            return
        for number in range(self.tree.topLevelItemCount()):
            top = self.tree.topLevelItem(number)
            province = results.province_names.get(str(top.data(0, CODE)), ())
            whole = any(words in name.casefold() for name in province)
            any_shown = False
            for place in range(top.childCount()):
                child = top.child(place)
                pcode = str(child.data(0, CODE))
                texts = (pcode, *results.district_names[pcode])
                fits = whole or any(words in text.casefold() for text in texts)
                child.setHidden(not fits)
                any_shown |= fits
            top.setHidden(not any_shown)
            top.setExpanded(bool(words) and any_shown)

    def _ticked(self, item: QTreeWidgetItem) -> None:
        code, on = str(item.data(0, CODE)), item.checkState(0) == ON
        if item.childCount():
            districts = [str(item.child(place).data(0, CODE)) for place in range(item.childCount())]
            self.session.selection.join(districts, "more" if on else "less")
        else:
            self.session.selection.join([code], "more" if on else "less")

    # what is chosen

    def show_selection(self, pcodes: tuple[str, ...]) -> None:
        """Tick the chosen districts and sum up their figures."""
        chosen = set(pcodes)
        with QSignalBlocker(self.tree):
            for pcode, item in self.items.items():
                item.setCheckState(0, ON if pcode in chosen else OFF)
            for number in range(self.tree.topLevelItemCount()):
                top = self.tree.topLevelItem(number)
                count = sum(top.child(place).checkState(0) == ON for place in range(top.childCount()))
                top.setCheckState(0, OFF if not count else ON if count == top.childCount() else PARTLY)
                if count:
                    top.setExpanded(True)
        if pcodes and pcodes[0] in self.items and self.items[pcodes[0]] is not self.tree.currentItem():
            self.tree.scrollToItem(self.items[pcodes[0]])
        self._tell(pcodes)

    def _tell(self, pcodes: tuple[str, ...]) -> None:
        results = self.session.results
        if results is None or not pcodes:
            self.heading.setText(self.words("ui.selection.none"))
        elif len(pcodes) == 1:
            self.heading.setText(f"{self.words.pick(*results.district_names[pcodes[0]])} ({pcodes[0]})")
        else:
            self.heading.setText(self.words("ui.selection.districts", count=len(pcodes)))
        for button in (self.go, self.list_them, self.limit, self.clear):
            button.setEnabled(bool(pcodes))
        sums = figures_of(results, pcodes) if results is not None else {}
        for name, text in self.figures.items():
            text.setText(show_number(sums[name]) if pcodes and sums else "–")
            text.setAccessibleName(f"{self.words(f'ui.column.count_{name}')}: {text.text()}")

    def retranslate(self) -> None:
        self.search.setPlaceholderText(self.words("ui.selection.search"))
        self.search.setAccessibleName(self.words("ui.selection.search"))
        self.tree.setAccessibleName(self.words("ui.selection.list"))
        for name, text in self.names.items():
            text.setText(self.words(f"ui.column.count_{name}"))
        colour = self.palette().text().color().name()
        for button, name, code in (
            (self.go, "fit", "ui.selection.go"),
            (self.clear, "close", "ui.selection.clear"),
        ):
            button.setIcon(icon(name, colour))
            button.setToolTip(self.words(code))
            button.setAccessibleName(self.words(code))
        self.list_them.setText(self.words("ui.selection.households"))
        self.limit.setText(self.words("ui.selection.limit"))
        self.limit.setToolTip(self.words("ui.selection.limit.hint"))
        self.fill()
        self._tell(self.session.selection.pcodes)


def figures_of(results: Results, pcodes: tuple[str, ...]) -> dict[str, int]:
    """Sums over the districts: households by standing, and whole kip committed."""
    rows = np.isin(np.asarray(results.districts.column("code").values, dtype=str), pcodes)
    return {
        name: int(np.asarray(results.districts.column(f"count_{name}").values, dtype=np.int64)[rows].sum())
        for name in (*FIGURES, "budget")
    }
