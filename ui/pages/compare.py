"""This plan beside another: the figures, everyone for whom something changes, and other ways to give."""

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from shockplan.texts import show_number
from ui.array_table import ArrayTable
from ui.label import label
from ui.pages.page import Page
from ui.passphrase import passphrase_dialog
from ui.results import Alternative, Compared
from ui.session import Session
from ui.style import GAP, SPACE
from ui.why_panel import WhyPanel
from ui.words import DASH

SHOWN = (
    "eligible",
    "funded",
    "waiting",
    "verify",
    "people_funded",
    "committed_kip",
    "set_aside_kip",
    "remaining_kip",
)
TABS = ("figures", "households", "villages", "funds", "ways")
ANOTHER_FILE = "file"
WHY_HEIGHT = 140


class ChoiceBar(QWidget):
    """With what to compare, and keeping what there is now."""

    def __init__(self) -> None:
        super().__init__()
        self.name = label("muted")
        self.against = QComboBox()
        self.against.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.use, self.forget = QPushButton(), QPushButton()
        self.scenario = QLineEdit()
        self.keep = QPushButton()
        self.on_map = QCheckBox()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.name)
        first.addWidget(self.against, 1)
        first.addWidget(self.use)
        first.addWidget(self.forget)
        second.addWidget(self.scenario, 1)
        second.addWidget(self.keep)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self.on_map)


class FigureGrid(QFrame):
    """Before, now and the change, one line a figure."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        grid = QGridLayout(self)
        grid.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        grid.setVerticalSpacing(GAP)
        grid.setHorizontalSpacing(SPACE)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(len(SHOWN) + 1, 1)
        self.heads = [label("small") for _ in range(3)]
        for column, head in enumerate(self.heads, start=1):
            head.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(head, 0, column)
        self.lines: dict[str, tuple[QLabel, QLabel, QLabel, QLabel]] = {}
        for row, name in enumerate(SHOWN, start=1):
            line = (label("muted"), label(), label("heading"), label())
            for column, cell in enumerate(line):
                if column:
                    cell.setAlignment(Qt.AlignmentFlag.AlignRight)
                grid.addWidget(cell, row, column)
            self.lines[name] = line


def scrolled(inside: QWidget) -> QScrollArea:
    """The widget in as much room as there is."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(inside)
    return area


class ComparePage(Page):
    code = "compare"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.comparison = session.comparison
        self.bar, self.grid = ChoiceBar(), FigureGrid()
        self.counts = label("heading", wrap=True)
        self.tabs = QTabWidget()
        self.tables = {name: ArrayTable(self.words, session.jobs.arrange) for name in TABS[1:4]}
        self.ways = QWidget()
        self.ways_button = QPushButton()
        self.ways_grid = QGridLayout()
        self.why = WhyPanel(session)
        self.dialog: QFileDialog | None = None
        self._lay_out()
        self._join()
        self.retranslate()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self.ways)
        column.addWidget(self.ways_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self.ways_grid)
        column.addStretch(1)
        households = QWidget()
        inside = QVBoxLayout(households)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.tables["households"], 1)
        inside.addWidget(self.why)
        self.why.setFixedHeight(WHY_HEIGHT)
        self.why.hide()
        figures, ways = scrolled(self.grid), scrolled(self.ways)
        tabs = {**self.tables, "figures": figures, "households": households, "ways": ways}
        for name in TABS:
            self.tabs.addTab(tabs[name], "")
        for widget in (self.bar, self.counts):
            self.body.addWidget(widget)
        self.body.addWidget(self.tabs, 1)

    def _join(self) -> None:
        self.bar.against.activated.connect(self._choose)
        self.bar.keep.clicked.connect(self._keep)
        self.bar.scenario.returnPressed.connect(self._keep)
        self.bar.use.clicked.connect(lambda: self._act(self.comparison.go_to))
        self.bar.forget.clicked.connect(lambda: self._act(self.comparison.forget))
        self.bar.on_map.toggled.connect(self.comparison.show_on_map)
        self.ways_button.clicked.connect(self.comparison.compare_ways)
        self.tables["households"].row_chosen.connect(self._explain)
        self.comparison.compared.connect(self.show_results)
        self.comparison.kept.connect(self.show_choices)
        self.comparison.passphrase_wanted.connect(self.ask_for_passphrase)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.comparison.want(True)
        self.bar.on_map.setChecked(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Elsewhere the map is that of the plan again."""
        super().hideEvent(event)
        self.comparison.want(False)
        self.bar.on_map.setChecked(False)

    def _choose(self, number: int) -> None:
        chosen = self.bar.against.itemData(number)
        if chosen != ANOTHER_FILE:
            self.comparison.compare_with(chosen)
            self.show_choices()
            return
        self.show_choices()
        dialog = QFileDialog(self, self.words("compare.another"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.words("ui.plan_files") + " (*.toml *.shockplan)")
        dialog.fileSelected.connect(lambda name: self.compare_with_file(Path(name)))
        self.dialog = dialog
        dialog.open()

    def compare_with_file(self, path: Path) -> None:
        """Compare with another plan file."""
        self.comparison.compare_with(path)
        self.show_choices()

    def ask_for_passphrase(self, path: Path) -> None:
        """Ask for the passphrase of the plan to compare with; it does not block."""
        self.passphrase_dialog = passphrase_dialog(
            self,
            self.words("ui.passphrase"),
            self.words("ui.passphrase.workspace", file=path.name),
            lambda passphrase: self.comparison.compare_with(path, passphrase),
        )

    def _keep(self) -> None:
        name = self.bar.scenario.text().strip()
        self.comparison.keep(
            name or self.words("compare.scenario", number=len(self.comparison.scenarios) + 1)
        )
        self.bar.scenario.clear()

    def _act(self, act: object) -> None:
        against = self.comparison.against
        if isinstance(against, int) and against > 0 and callable(act):
            act(against)

    def _explain(self, row: int) -> None:
        result = self.comparison.result
        place = int(result.rows[row]) if result is not None else -1
        self.why.setVisible(place >= 0)
        if place >= 0:
            self.session.explain(place)

    def show_choices(self) -> None:
        """What the plan can be compared with."""
        box, against = self.bar.against, self.comparison.against
        with QSignalBlocker(box):
            box.clear()
            box.addItem(self.words("compare.opened"), 0)
            for number, scenario in enumerate(self.comparison.scenarios, start=1):
                box.addItem(scenario.name, number)
            if isinstance(against, Path):
                box.addItem(against.name, against)
            box.addItem(self.words("compare.another"), ANOTHER_FILE)
            box.setCurrentIndex(max(0, box.findData(against)))
        kept = isinstance(against, int) and against > 0
        self.bar.use.setEnabled(kept)
        self.bar.forget.setEnabled(kept)

    def show_results(self) -> None:
        results, found = self.session.results, self.comparison.result
        self.show_choices()
        if results is None or found is None:
            return
        for name, before, now in found.figures:
            if name in self.grid.lines:
                _, old, new, change = self.grid.lines[name]
                old.setText(show_number(before))
                new.setText(show_number(now))
                change.setText(f"{now - before:+,}" if now != before else DASH)
        self.counts.setText(self._count_sentence(found))
        for name, table in self.tables.items():
            shown = {"households": found.households, "villages": found.villages, "funds": found.funds}[name]
            table.set_table(shown, results.district_names)
            table.arrange_again()
        self._show_ways()

    def _count_sentence(self, found: Compared) -> str:
        if not any(found.counts):
            return self.words("compare.same")
        parts = [
            self.words(f"compare.count.{name}", count=show_number(count))
            for name, count in zip(("added", "removed", "more", "less", "moved"), found.counts, strict=True)
            if count
        ]
        return " · ".join(parts)

    def _show_ways(self) -> None:
        """The ways to give side by side: one line each, the plan of now first."""
        while (item := self.ways_grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        if not self.comparison.alternatives:
            return
        heads = ("way", "funded", "people", "committed", "a_household")
        for column, name in enumerate(heads):
            head = label("small")
            head.setText(self.words(f"compare.head.{name}"))
            self.ways_grid.addWidget(head, 0, column)
        for row, way in enumerate(self.comparison.alternatives, start=1):
            for column, text in enumerate(self._way_texts(way)):
                cell = label("heading" if way.kind == "now" else "body", wrap=not column)
                cell.setText(text)
                if column:
                    cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.ways_grid.addWidget(cell, row, column)
        self.ways_grid.setColumnStretch(0, 1)

    def _way_texts(self, way: Alternative) -> tuple[str, ...]:
        names = {"now": "compare.now", "fit": f"ui.fit.{way.name}"}
        name = way.name if way.kind == "scenario" else self.words(names[way.kind])
        if not way.possible:
            return name, self.words("compare.impossible"), "", "", ""
        return (
            name,
            show_number(way.funded),
            show_number(way.people),
            self.words.short_kip(way.committed_kip),
            show_number(way.kip_a_household),
        )

    def retranslate(self) -> None:
        super().retranslate()
        words, bar = self.words, self.bar
        for widget, code in (
            (bar.name, "compare.with"),
            (bar.use, "compare.use"),
            (bar.forget, "compare.forget"),
            (bar.keep, "compare.keep"),
            (bar.on_map, "compare.on_map"),
            (self.ways_button, "compare.ways.work"),
        ):
            widget.setText(words(code))  # type: ignore[attr-defined]  # labels and buttons
        bar.against.setAccessibleName(words("compare.with"))
        bar.scenario.setPlaceholderText(words("compare.name"))
        bar.scenario.setAccessibleName(words("compare.name"))
        for head, name in zip(self.grid.heads, ("before", "now", "change"), strict=True):
            head.setText(words(f"compare.{name}"))
        for name, (cell, *_) in self.grid.lines.items():
            cell.setText(words(f"compare.figure.{name}"))
        for number, name in enumerate(TABS):
            self.tabs.setTabText(number, words(f"compare.tab.{name}"))
        for name, table in self.tables.items():
            table.retranslate()
            table.setAccessibleName(words(f"compare.tab.{name}"))
        self.why.retranslate()
        self.show_results()
