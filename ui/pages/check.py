"""What was noticed in the files: every problem a sentence with what to do about it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from ui.icon import icon
from ui.label import label
from ui.pages.page import Page
from ui.session import Session


class CheckPage(Page):
    code = "check"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.none = label("muted")
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.setAlternatingRowColors(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(self.none)
        self.body.addWidget(self.list, 1)
        self.retranslate()

    def show_results(self) -> None:
        self.list.clear()
        results = self.session.results
        colour = self.palette().text().color().name()
        for finding in results.findings if results else ():
            level = self.words(f"ui.level.{finding.level}")
            item = QListWidgetItem(f"{level}: {finding.sentence}")
            if finding.level != "note":
                item.setIcon(icon("warning", colour))
            self.list.addItem(item)
        self.none.setVisible(self.list.count() == 0)

    def retranslate(self) -> None:
        super().retranslate()
        self.none.setText(self.words("ui.no_problems"))
        self.list.setAccessibleName(self.words("ui.page.check"))
        self.show_results()
