"""What a transfer pays to three made-up households, worked out as the plan would."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout

from ui.label import label
from ui.number_box import WholeBox
from ui.results import Described
from ui.session import Session
from ui.style import GAP, SPACE

BEGIN = (Described(2, 3, 300_000), Described(5, 3, 900_000), Described(9, 2, 1_200_000))
HEADS = ("members", "severity", "income", "round", "total")
MOST_INCOME = 100_000_000


class ExamplesTable(QFrame):
    """Keeps the three households; `show_transfer` works them out anew."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("kind", "condition")
        self.session, self.words = session, session.words
        self.households = list(BEGIN)
        self.table: Mapping[str, Any] = {}
        self.title, self.fault = label("heading", wrap=True), label("fault", wrap=True)
        self.heads = {name: label("small") for name in HEADS}
        grid = QGridLayout(self)
        grid.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        grid.setHorizontalSpacing(SPACE)
        grid.setVerticalSpacing(GAP)
        grid.addWidget(self.title, 0, 0, 1, 5)
        for column, (name, head) in enumerate(self.heads.items()):
            grid.addWidget(head, 1, column)
            if name in ("round", "total"):
                head.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.members, self.severities, self.incomes = [], [], []
        self.amounts = [(label(), label("heading")) for _ in BEGIN]
        self.hows = [label("small", wrap=True) for _ in BEGIN]
        for row, household in enumerate(BEGIN):
            members, severity, income = WholeBox(), QComboBox(), WholeBox()
            members.setRange(1, 40)
            income.setRange(0, MOST_INCOME)
            income.setSingleStep(100_000)
            income.setGroupSeparatorShown(True)
            severity.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            severity.setMinimumContentsLength(8)
            for level in range(4):
                severity.addItem("", level)
            for field, value in ((members, household.members), (income, household.income_kip)):
                field.setKeyboardTracking(False)
                field.setValue(value)
                field.valueChanged.connect(self._take)
            severity.setCurrentIndex(household.severity)
            severity.currentIndexChanged.connect(self._take)
            self.members.append(members)
            self.severities.append(severity)
            self.incomes.append(income)
            cells = (members, severity, income, *self.amounts[row])
            for column, widget in enumerate(cells):
                grid.addWidget(widget, 2 + 2 * row, column)
            for amount in self.amounts[row]:
                amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(self.hows[row], 3 + 2 * row, 0, 1, 5)
        grid.addWidget(self.fault, 8, 0, 1, 5)
        grid.setColumnStretch(3, 1)
        grid.setColumnStretch(4, 1)

    def show_transfer(self, table: Mapping[str, Any]) -> None:
        """Work the three out for the transfer as the form has it."""
        self.table = table
        self.title.setText(self.words("build.example"))
        for name, head in self.heads.items():
            head.setText(self.words(f"build.example.{name}"))
        needs_income = table.get("mode") == "meb_gap"
        self.heads["income"].setVisible(needs_income)
        for number, (members, severity, income) in enumerate(
            zip(self.members, self.severities, self.incomes, strict=True), start=1
        ):
            income.setVisible(needs_income)
            with QSignalBlocker(severity):
                for level in range(4):
                    severity.setItemText(level, self.words(f"ui.severity.{level}"))
            for name, field in (("members", members), ("severity", severity), ("income", income)):
                field.setAccessibleName(
                    f"{self.title.text()} {number}: {self.words(f'build.example.{name}')}"
                )
        worked = self.session.examples(table, self.households)
        self.fault.setText(worked.fault)
        self.fault.setVisible(bool(worked.fault))
        for row, ((each, total), how) in enumerate(zip(self.amounts, self.hows, strict=True)):
            known = worked.rows[row] if worked.rows else None
            each.setText(self.words.kip(known[0]) if known else "–")
            total.setText(self.words.kip(known[1]) if known else "–")
            how.setText(known[2] if known else "")
            how.setVisible(known is not None)

    def _take(self) -> None:
        self.households = [
            Described(members.value(), severity.currentIndex(), income.value())
            for members, severity, income in zip(self.members, self.severities, self.incomes, strict=True)
        ]
        self.show_transfer(self.table)
