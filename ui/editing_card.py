"""A card that can be unfolded into the form of its part of the plan: a fund or a transfer.

What is typed is asked for at once. What may not be stays in the form with the sentence under its field,
and the plan stays as it last could be, until it is mended or put back.
"""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout

from ui.comparison_row import tool
from ui.form import Entry, Form
from ui.icon import icon
from ui.key_path import KeyPath
from ui.label import label
from ui.session import Session
from ui.style import GAP, SPACE

TOOLS = ("edit", "up", "down", "close")


class EditingCard(QFrame):
    """`moved_by` -1 or 1, or 0 to take it out: the page changes the list of which this is one."""

    moved_by = Signal(int)

    def __init__(self, session: Session, path: KeyPath) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.session, self.words, self.path = session, session.words, path
        self.draft: dict[str, Any] | None = None
        self.wrong: dict[KeyPath, str] = {}
        self.name = label("heading", wrap=True)
        self.told = label("small", wrap=True)
        self.form = Form(self.words)
        self.form.edited.connect(self.ask)
        self.not_taken = label("fault", wrap=True)
        self.put_back = QPushButton()
        self.put_back.setProperty("kind", "link")
        self.put_back.clicked.connect(self.drop_draft)
        self.tools: dict[str, QToolButton] = {name: tool() for name in TOOLS}
        self.tools["edit"].setCheckable(True)
        self.tools["edit"].toggled.connect(self.unfold)
        for name, way in (("up", -1), ("down", 1), ("close", 0)):
            self.tools[name].clicked.connect(lambda checked=False, way=way: self.moved_by.emit(way))
        self.body = QVBoxLayout()
        self.body.setSpacing(GAP)
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.name, 1)
        for button in self.tools.values():
            head.addWidget(button)
        self.column = QVBoxLayout(self)
        self.column.setSpacing(GAP)
        self.column.addLayout(head)
        self.column.addLayout(self.body)
        self.column.addWidget(self.told)
        self.column.addWidget(self.form)
        self.column.addWidget(self.not_taken)
        self.column.addWidget(self.put_back)
        self.column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        for widget in (self.form, self.not_taken, self.put_back):
            widget.hide()
        session.refused.connect(self._refused)

    # what a kind of card says of itself

    def entries(self, table: dict[str, Any]) -> Sequence[Entry]:
        """The fields for the table as it stands in the form."""
        raise NotImplementedError

    def unfolded(self, table: dict[str, Any]) -> None:
        """The form shows this table: show what belongs to it beside."""

    # the form

    def unfold(self, on: bool) -> None:
        """Show or hide the form."""
        self.form.setVisible(on)
        self.show_form()

    def ask(self, table: dict[str, Any]) -> None:
        """Ask for the table as it stands in the form."""
        self.draft, self.wrong = table, {}
        self.session.change(self.path, table, place=self.path)
        self.show_form()

    def drop_draft(self) -> None:
        """Back to what the plan says."""
        self.draft, self.wrong, self.form.own = None, {}, {}
        self.show_form()

    def show_form(self) -> None:
        """The draft where one could not be taken, else what the plan says."""
        wrong = bool(self.wrong)
        if not wrong and self.session.settled:
            self.draft = None
        if (
            not wrong and not self.tools["edit"].isChecked()
        ):  # while a slider moves there is nothing to fill in
            self.not_taken.hide()
            self.put_back.hide()
            return
        table = self.draft if self.draft is not None else self.session.table_at(self.path)
        if table is None and len(self.path) > 1:  # it was taken out of its list
            return
        table = table or {}
        if self.tools["edit"].isChecked():
            self.form.show_table(table, self.entries(table), self.wrong)
            self.unfolded(table)
        unplaced = self.form.unplaced(self.wrong) if self.form.isVisible() else list(self.wrong.values())
        self.not_taken.setText("\n".join([self.words("build.not_taken"), *unplaced]) if wrong else "")
        self.not_taken.setVisible(wrong)
        self.put_back.setVisible(wrong)

    def _refused(self, place: KeyPath, faults: dict[KeyPath, str]) -> None:
        if place == self.path:
            if self.draft is None:  # a slider asked for it
                self.draft = self.session.table_at(self.path)
            self.wrong = faults
            self.tools["edit"].setChecked(True)
            self.show_form()

    def dress(self, name: str, first: bool, last: bool, alone: bool) -> None:
        """The words and icons of the head; `alone`: the only one of its list cannot be taken out."""
        self.name.setText(name)
        self.put_back.setText(self.words("build.put_back"))
        colour, muted = self.palette().text().color().name(), self.palette().mid().color().name()
        can = {"up": not first, "down": not last, "close": not alone}
        for code, button in self.tools.items():
            words = self.words(f"build.card.{code}")
            button.setEnabled(can.get(code, True))
            button.setToolTip(words)
            button.setAccessibleName(f"{words}: {name}")
            button.setIcon(icon(code, colour if button.isEnabled() else muted))
